"""What a cue needs before it can begin: its sound at the sound process's rate, its beats, its dance.

Slow work off the show's path: everything here is done before a cue stands by, in a process of its own, and kept in the
run folder. What was made once is not made again.
"""

import json
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from temirbek.audio import FlacWriter, open_audio
from temirbek.choreography import load_moves
from temirbek.errors import AnalysisFailed, InvalidInput
from temirbek.prepare.dance import stage_dance
from temirbek.prepare.mix import make_mix
from temirbek.prepare.music import find_recordings
from temirbek.prepare.rehearsal import gather_music
from temirbek.prepare.stages import OnStage
from temirbek.stage.announcing import make_announcement
from temirbek.stage.made import MARKER, WAVEFORM, Heading, Made
from temirbek.stage.robots.parts import DancePart, write_part
from temirbek.stage.short_dance import short_part
from temirbek.store import fresh_folder, to_json, write_text
from temirbek.types import (
    AnnouncementCue,
    BattleCue,
    BeatGrid,
    Cue,
    DjSetCue,
    Evening,
    Mix,
    MoveCall,
    Music,
    Number,
    Performer,
    RobotGestureCue,
    RobotNumberCue,
    Show,
    TrackAnalysis,
    TrackCue,
    Zone,
)

SOUND, PART = "sound.flac", "part.npz"
RATE_HZ = 48000
WAVEFORM_RATE_HZ = 50
BLOCK = RATE_HZ * 4
GESTURE_BPM = 100.0
GESTURE_LEAD_BEATS = 2.0
"""A gesture sets off from standing so many beats before its move begins, and comes back in as many."""


def make_cue(
    evening: Evening, cue: Cue, folder: Path, base: Path, *, cache_dir: Path, on_stage: OnStage
) -> Made:
    """Makes what a cue needs, into a folder that appears when it is whole.

    Args:
        evening: The whole.
        cue: Whose.
        folder: Where to.
        base: The show file's folder, from which an announcement's recordings are named.
        cache_dir: Where analyses and the demo's tracks are kept.
        on_stage: Hears how far it is.

    Raises:
        InvalidInput, PlanImpossible, MotionInfeasible, AnalysisFailed, DeviceLost: It cannot be made; the message says why.
    """
    show = replace(evening.show, cast=_cast_of(evening, cue))
    folder.parent.mkdir(parents=True, exist_ok=True)
    with fresh_folder(folder, marker=MARKER) as into:
        match cue.payload:
            case TrackCue(music=music):
                made = _track(show, cue, music, into, cache_dir, on_stage)
            case RobotNumberCue(music=music, number=number):
                made = _number(show, evening.venue.zones, cue, music, number, into, cache_dir, on_stage)
            case DjSetCue(music=music):
                made = _crate(show, cue, music, into, cache_dir, on_stage)
            case RobotGestureCue() as gesture:
                made = _gesture(show, cue, gesture, into)
            case BattleCue(music=music):
                _, made = _mixed(show, cue, music, into, cache_dir, on_stage)
            case AnnouncementCue() as announcement:
                made = make_announcement(evening, cue, announcement, into, base)
            case _:
                made = Made(cue=cue.id, kind=cue.kind)
        write_text(into / MARKER, json.dumps(to_json(made), ensure_ascii=False))
    return made


def _cast_of(evening: Evening, cue: Cue) -> tuple[Performer, ...]:
    """The robots of a cue; those of the whole cast where it names none."""
    cast = evening.show.cast
    return tuple(p for p in cast if p.id in cue.robots) if cue.robots else cast


def _track(show: Show, cue: Cue, music: Music, into: Path, cache_dir: Path, on_stage: OnStage) -> Made:
    """One recording as it is; its beats, where it has any."""
    analyses: Sequence[TrackAnalysis] = ()
    notes: tuple[str, ...] = ()
    try:
        analyses = gather_music(replace(show, music=music), cache_dir, on_stage).library.analyses
    except AnalysisFailed as error:
        notes = (str(error),)
    path = analyses[0].track.path if analyses else find_recordings(music.paths)[0]
    duration_s, peaks = _convert(path, into / SOUND)
    silent = np.zeros_like(peaks)
    (into / WAVEFORM).write_bytes(np.stack([peaks, silent, peaks]).tobytes())
    made = Made(
        cue=cue.id,
        kind=cue.kind,
        sounds={"music": SOUND},
        duration_s=duration_s,
        waveform=WAVEFORM,
        notes=notes,
    )
    if not analyses:
        return made
    heard = analyses[0]
    return replace(
        made,
        grid=heard.beat_grid,
        phrases_beats=tuple(float(b) for b in heard.phrases_beats),
        headings=tuple(
            Heading(
                beat=float(section.start_beat),
                label=section.label,
                track_id=heard.track.id,
                title=heard.track.title,
                artist=heard.track.artist,
            )
            for section in heard.sections
        ),
    )


def _number(
    show: Show,
    zones: Sequence[Zone],
    cue: Cue,
    music: Music,
    number: str,
    into: Path,
    cache_dir: Path,
    on_stage: OnStage,
) -> Made:
    """A dance to prepared music."""
    mix, made = _mixed(show, cue, music, into, cache_dir, on_stage)
    numbers = _numbers_of(show, number)
    staged = stage_dance(
        mix,
        show.cast,
        load_moves(show.moves),
        seed=show.seed,
        numbers=numbers,
        zones=zones,
        on_stage=on_stage,
    )
    write_part(
        into / PART,
        DancePart(
            id=cue.id,
            title=cue.title,
            programme=cue.id,
            performers=show.cast,
            trajectories=staged.trajectories,
            grid=mix.beat_grid,
            accents=staged.choreography.accents,
            footsteps=staged.choreography.footsteps,
        ),
    )
    notes = tuple(words for _, words in staged.choreography.notes if "eased" in words)
    return replace(made, part=PART, notes=notes)


def _mixed(
    show: Show, cue: Cue, music: Music, into: Path, cache_dir: Path, on_stage: OnStage
) -> tuple[Mix, Made]:
    """Prepared music, as it will sound, and its beats."""
    repertoire = gather_music(replace(show, music=music), cache_dir, on_stage)
    repertoire.library.require_music()
    analyses = repertoire.library.analyses
    mix = make_mix(analyses, into, wishes=repertoire.wishes, seed=show.seed, stems=False, on_stage=on_stage)
    (into / WAVEFORM).write_bytes(np.round(255 * mix.waveforms).astype(np.uint8).tobytes())
    made = Made(
        cue=cue.id,
        kind=cue.kind,
        sounds={"music": mix.audio_path.name},
        duration_s=mix.duration_s,
        grid=mix.beat_grid,
        phrases_beats=tuple(float(b) for b in mix.phrases_beats),
        headings=headings_of(mix),
        waveform=WAVEFORM,
    )
    return mix, made


def headings_of(mix: Mix) -> tuple[Heading, ...]:
    """What sounds from which beat on."""
    tracks = {t.id: t for t in mix.tracks}
    return tuple(
        Heading(
            beat=float(s.section.start_beat),
            label=s.section.label,
            track_id=s.track_id,
            title=tracks[s.track_id].title,
            artist=tracks[s.track_id].artist,
        )
        for s in mix.sections
    )


def _numbers_of(show: Show, number: str) -> tuple[Number, ...]:
    if not number:
        return ()
    return tuple(n for n in show.numbers if n.id == number)


def _crate(show: Show, cue: Cue, music: Music, into: Path, cache_dir: Path, on_stage: OnStage) -> Made:
    """The crate of a live set: its tracks, heard."""
    repertoire = gather_music(replace(show, music=music), cache_dir, on_stage)
    repertoire.library.require_music()
    heard = repertoire.library.analyses
    write_text(into / "analyses.json", json.dumps([to_json(a) for a in heard]))
    write_text(into / "wishes.json", json.dumps(to_json(repertoire.wishes)))
    return Made(
        cue=cue.id,
        kind=cue.kind,
        analyses="analyses.json",
        wishes="wishes.json",
        notes=tuple(f"{x.path.name}: {x.reason}" for x in repertoire.library.left_out),
    )


def _gesture(show: Show, cue: Cue, gesture: RobotGestureCue, into: Path) -> Made:
    """One move, from standing and back to it, on beats of its own."""
    moves = load_moves(show.moves)
    if gesture.move not in moves:
        raise InvalidInput(
            f"cue {cue.id!r}: there is no move {gesture.move!r}; `temirbek moves list` names them"
        )
    move = moves[gesture.move]
    performers = tuple(p for p in show.cast if p.robot == move.robot)
    if not performers:
        raise InvalidInput(
            f"cue {cue.id!r}: {gesture.move!r} is a move of a {move.robot}, and none takes part"
        )
    bpm = gesture.tempo_bpm or float(np.clip(GESTURE_BPM, *move.tempo_bpm))
    beats = 2 * GESTURE_LEAD_BEATS + float(np.ceil(move.length_beats))
    grid = BeatGrid(beats_s=0.1 + np.arange(int(beats) + 2, dtype=float) * (60.0 / bpm))
    calls = tuple(
        MoveCall(
            performer=p.id,
            move=move.name,
            start_beat=GESTURE_LEAD_BEATS,
            length_beats=move.length_beats,
            intensity=1.0,
        )
        for p in performers
    )
    end_s = float(grid.time_at(beats))
    write_part(into / PART, short_part(cue.id, cue.title, performers, calls, grid, moves, end_s))
    return Made(cue=cue.id, kind=cue.kind, duration_s=end_s, grid=grid, part=PART)


def _convert(path: Path, into: Path) -> tuple[float, NDArray[np.uint8]]:
    """Writes a recording as the sound process reads it; its length [s], and its peaks, 50 a second."""
    peaks: list[NDArray[np.float32]] = []
    with open_audio(path, RATE_HZ) as reader, FlacWriter(into, RATE_HZ, tags={"title": path.stem}) as writer:
        reader.require_sound()
        for start in range(0, reader.n_samples, BLOCK):
            block = reader.read(start, min(BLOCK, reader.n_samples - start))
            writer.write(block)
            hop = RATE_HZ // WAVEFORM_RATE_HZ
            whole = np.pad(np.abs(block).max(axis=0), (0, -block.shape[1] % hop))
            peaks.append(whole.reshape(-1, hop).max(axis=1))
        n = reader.n_samples
    heights = np.round(255 * np.minimum(1.0, np.concatenate(peaks))).astype(np.uint8)
    return n / RATE_HZ, heights
