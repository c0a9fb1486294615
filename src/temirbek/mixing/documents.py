"""What lies beside the mix for people and other programs: plan, beats, CUE sheet, tracklist."""

import json
import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from temirbek.mixing.clock import MixClock
from temirbek.mixing.score import Lead
from temirbek.types import Mix, Play, SetPlan, Transition

CUE_FRAMES_PER_S = 75
FORMAT = 1


def write_documents(mix: Mix, leads: Sequence[Lead], clock: MixClock, out_dir: Path) -> None:
    """Writes plan.json, beats.json, mix.cue and tracklist.txt."""
    _write(out_dir / "plan.json", _json(_plan(mix.plan, leads, clock)))
    _write(out_dir / "beats.json", _json(_beats(mix)))
    _write(out_dir / "mix.cue", cue_sheet(mix, leads))
    _write(out_dir / "tracklist.txt", tracklist(mix, leads))


def cue_sheet(mix: Mix, leads: Sequence[Lead]) -> str:
    """A CUE sheet: a track begins where it takes the bass."""
    lines = [f'FILE "{mix.audio_path.name}" WAVE']
    for number, lead in enumerate(leads, start=1):
        start_s = 0.0 if number == 1 else float(mix.beat_grid.time_at(lead.from_beat))
        frames = round(start_s * CUE_FRAMES_PER_S)
        minutes, rest = divmod(frames, 60 * CUE_FRAMES_PER_S)
        track = lead.track.track
        lines += [
            f"  TRACK {number:02d} AUDIO",
            f'    TITLE "{_quoted(track.title)}"',
            f'    PERFORMER "{_quoted(track.artist)}"',
            f"    INDEX 01 {minutes:02d}:{rest // CUE_FRAMES_PER_S:02d}:{rest % CUE_FRAMES_PER_S:02d}",
        ]
    return "\n".join(lines) + "\n"


def tracklist(mix: Mix, leads: Sequence[Lead]) -> str:
    """The tracks in order, with the times at which they take over, and why the transitions are as they are."""
    lines = []
    for k, lead in enumerate(leads):
        start_s = 0.0 if k == 0 else float(mix.beat_grid.time_at(lead.from_beat))
        track = lead.track.track
        name = f"{track.artist} – {track.title}" if track.artist else track.title
        key = lead.track.key.best
        lines.append(
            f"{_clock_time(start_s)}  {name}  ({lead.track.beat_grid.tempo_bpm:.1f} BPM, {key.name}, {key.camelot})"
        )
        if k < len(mix.plan.transitions):
            lines.append(f"         {mix.plan.transitions[k].reason}")
    return "\n".join(lines) + "\n"


def _plan(plan: SetPlan, leads: Sequence[Lead], clock: MixClock) -> dict[str, Any]:
    return {
        "format": FORMAT,
        "seed": plan.seed,
        "end_beat": plan.end_beat,
        "end_s": _time(clock, plan.end_beat),
        "plays": [_play(lead.play, lead, clock) for lead in leads],
        "transitions": [_transition(t, clock) for t in plan.transitions],
        "automation": [
            {"deck": a.deck, "control": a.control, "beats": a.beats.tolist(), "values": a.values.tolist()}
            for a in plan.automation
        ],
        "tempo": {"beats": plan.tempo_beats.tolist(), "bpm": plan.tempo_bpm.tolist()},
        "left_out": [{"track_id": track_id, "reason": reason} for track_id, reason in plan.left_out],
    }


def _play(play: Play, lead: Lead, clock: MixClock) -> dict[str, Any]:
    grid = lead.track.beat_grid
    return {
        "track_id": play.track_id,
        "title": lead.track.track.title,
        "file": lead.track.track.path.name,
        "deck": play.deck,
        "track_from_beat": play.track_from_beat,
        "track_to_beat": play.track_to_beat,
        "track_from_s": float(grid.time_at(play.track_from_beat)),
        "track_to_s": float(grid.time_at(play.track_to_beat)),
        "mix_from_beat": play.mix_from_beat,
        "mix_to_beat": play.mix_to_beat,
        "mix_from_s": _time(clock, play.mix_from_beat),
        "mix_to_s": _time(clock, play.mix_to_beat),
        "leads_from_beat": lead.from_beat,
        "leads_to_beat": lead.to_beat,
        "beat_ratio": play.beat_ratio,
        "gain_db": play.gain_db,
        "stretch": play.stretch,
        "reason": play.reason,
        "loops": [
            {"start_beat": x.start_beat, "length_beats": x.length_beats, "times": x.times} for x in play.loops
        ],
        "nudge": [list(point) for point in play.nudge],
    }


def _transition(transition: Transition, clock: MixClock) -> dict[str, Any]:
    return {
        "from_play": transition.from_play,
        "style": transition.style,
        "start_beat": transition.start_beat,
        "length_beats": transition.length_beats,
        "swap_beat": transition.swap_beat,
        "start_s": _time(clock, transition.start_beat),
        "swap_s": _time(clock, transition.swap_beat),
        "end_s": _time(clock, transition.end_beat),
        "is_on_phrases": transition.is_on_phrases,
        "fallback": transition.fallback,
        "reason": transition.reason,
    }


def _beats(mix: Mix) -> dict[str, Any]:
    grid = mix.beat_grid
    return {
        "format": FORMAT,
        "beats_per_bar": grid.beats_per_bar,
        "first_downbeat": grid.first_downbeat,
        "beats_s": grid.beats_s.tolist(),
        "downbeats_s": grid.downbeats_s.tolist(),
        "phrases_beats": mix.phrases_beats.tolist(),
        "sections": [
            {
                "start_beat": s.section.start_beat,
                "end_beat": s.section.end_beat,
                "label": s.section.label,
                "energy": s.section.energy,
                "track_id": s.track_id,
            }
            for s in mix.sections
        ],
    }


def _time(clock: MixClock, beat: float) -> float:
    return float(clock.grid.time_at(beat))


def _json(value: dict[str, Any]) -> str:
    return json.dumps(value, ensure_ascii=False, indent=1) + "\n"


def _quoted(text: str) -> str:
    return text.replace('"', "'")


def _clock_time(time_s: float) -> str:
    minutes, seconds = divmod(int(time_s), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours:d}:{minutes:02d}:{seconds:02d}"


def _write(path: Path, text: str) -> None:
    part = path.with_name(f".{path.name}.part")
    try:
        part.write_text(text, encoding="utf-8")
        os.replace(part, path)
    finally:
        part.unlink(missing_ok=True)
