"""Mixes of the same tracks in the same order by simpler means, for the race: files and, where we rendered, stems.

- ``acrossfade``: FFmpeg's filter, twelve seconds from the end of one file into the start of the next;
- ``plain``: our own decks, beat on beat over 32 beats, but blind to bars, phrases, basses and keys: the ablation.
"""

import shutil
import subprocess
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from temirbek.mixing import render
from temirbek.types import Automation, Deck, Mix, Play, SetPlan, TrackAnalysis, Transition

ACROSSFADE_S = 12.0
PLAIN_BEATS = 32.0
RAMP_BEATS = 16.0
FADE_POINTS = 33
REFERENCE_LUFS = -14.0


def has_ffmpeg() -> bool:
    """Whether FFmpeg's program is on the path."""
    return shutil.which("ffmpeg") is not None


def ffmpeg_acrossfade(tracks: Sequence[TrackAnalysis], out: Path) -> Path:
    """All tracks, cross-faded by FFmpeg with equal power; their own loudness, tempo and beats.

    Raises:
        subprocess.CalledProcessError: FFmpeg refused.
    """
    inputs = [arg for t in tracks for arg in ("-i", str(t.track.path))]
    resampled = [
        f"[{k}:a]aformat=sample_fmts=flt:sample_rates=48000:channel_layouts=stereo[a{k}]"
        for k in range(len(tracks))
    ]
    joined, last = [], "a0"
    for k in range(1, len(tracks)):
        joined.append(f"[{last}][a{k}]acrossfade=d={ACROSSFADE_S:g}:c1=qsin:c2=qsin[x{k}]")
        last = f"x{k}"
    graph = ";".join(resampled + joined)
    command = ["ffmpeg", "-v", "error", "-nostdin", "-y", *inputs, "-filter_complex", graph]
    subprocess.run([*command, "-map", f"[{last}]", str(out)], check=True)
    return out


def plain_crossfade(tracks: Sequence[TrackAnalysis], out_dir: Path) -> Mix:
    """All tracks beat on beat, faded evenly over 32 beats, with stems."""
    return render(plain_plan(tracks), tracks, out_dir, stems=True)


def plain_plan(tracks: Sequence[TrackAnalysis]) -> SetPlan:
    """Each track whole, its first downbeat 32 beats before the end of the one before."""
    plays: list[Play] = []
    for k, track in enumerate(tracks):
        grid = track.beat_grid
        deck: Deck = "A" if k % 2 == 0 else "B"
        plays.append(
            Play(
                track_id=track.track.id,
                deck=deck,
                track_from_beat=float(grid.first_downbeat),
                track_to_beat=float(grid.n_beats - 1),
                mix_from_beat=plays[-1].mix_to_beat - PLAIN_BEATS if plays else 0.0,
                gain_db=REFERENCE_LUFS - track.loudness_lufs,
                reason="as given",
            )
        )
    transitions = tuple(
        Transition(
            from_play=k,
            start_beat=play.mix_from_beat,
            length_beats=PLAIN_BEATS,
            swap_beat=play.mix_from_beat + PLAIN_BEATS / 2,
            style="blend",
            reason="as given",
            is_on_phrases=False,
        )
        for k, play in enumerate(plays[1:])
    )
    tempo = _tempo(tracks, plays)
    return SetPlan(
        plays=tuple(plays),
        transitions=transitions,
        automation=tuple(_fader(deck, plays) for deck in ("A", "B")),
        tempo_beats=np.array([beat for beat, _ in tempo]),
        tempo_bpm=np.array([bpm for _, bpm in tempo]),
        end_beat=plays[-1].mix_to_beat,
        seed=0,
    )


def _tempo(tracks: Sequence[TrackAnalysis], plays: Sequence[Play]) -> list[tuple[float, float]]:
    """Both decks at the outgoing track's tempo; the incoming one goes to its own when it is alone."""
    points = [(0.0, tracks[0].beat_grid.tempo_bpm)]
    for before, track, play in zip(tracks[:-1], tracks[1:], plays[1:], strict=True):
        alone = play.mix_from_beat + PLAIN_BEATS
        points += [(alone, before.beat_grid.tempo_bpm), (alone + RAMP_BEATS, track.beat_grid.tempo_bpm)]
    return points


def _fader(deck: Deck, plays: Sequence[Play]) -> Automation:
    rise = np.sin(np.linspace(0.0, np.pi / 2, FADE_POINTS))
    steps = np.linspace(0.0, PLAIN_BEATS, FADE_POINTS)
    beats: list[float] = []
    values: list[float] = []
    for k, play in enumerate(plays):
        if play.deck != deck:
            continue
        if k:
            beats += (play.mix_from_beat + steps).tolist()
            values += rise.tolist()
        if k + 1 < len(plays):
            beats += (play.mix_to_beat - PLAIN_BEATS + steps).tolist()
            values += rise[::-1].tolist()
    return Automation(deck=deck, control="fader", beats=np.array(beats), values=np.array(values))
