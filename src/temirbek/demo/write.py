"""The verb: pieces become files."""

import hashlib
import os
from pathlib import Path

import numpy as np
import soundfile

from temirbek.demo.arrangement import Piece
from temirbek.demo.instruments.strike import SAMPLE_RATE_HZ, Floats
from temirbek.demo.mastering import mastered
from temirbek.demo.pieces import PIECES
from temirbek.demo.score import STEPS_PER_BAR, STEPS_PER_BEAT
from temirbek.demo.studio import perform, sample_of_step
from temirbek.demo.truth import DemoSection, DemoTrack
from temirbek.types import Progress, no_progress

ARTIST = "Temirbek"
LICENSE = "CC0-1.0"


def write_tracks(out_dir: Path, *, on_progress: Progress = no_progress) -> tuple[DemoTrack, ...]:
    """Synthesise the five pieces of the demo into a folder.

    A file appears under its own name only when it is complete; running again writes the same bytes.

    Args:
        out_dir: Where to; made if it is not there.
        on_progress: Called with the share done, 0–1.

    Returns:
        The tracks with the truth about them, slowest first.
    """
    out_dir.mkdir(parents=True, exist_ok=True)
    tracks = []
    on_progress(0.0)
    for i, piece in enumerate(PIECES):
        tracks.append(write_track(piece, out_dir))
        on_progress((i + 1) / len(PIECES))
    return tuple(tracks)


def kept_tracks(out_dir: Path, *, on_progress: Progress = no_progress) -> tuple[DemoTrack, ...]:
    """Like :func:`write_tracks`, but what this version of the music box wrote there before is not made again."""
    stamp, note = _stamp(), out_dir / ".written_by"
    tracks = tuple(truth_of(piece, out_dir) for piece in PIECES)
    if not (note.is_file() and note.read_text() == stamp and all(t.path.is_file() for t in tracks)):
        tracks = write_tracks(out_dir, on_progress=on_progress)
        note.write_text(stamp)
    return tracks


def _stamp() -> str:
    """Names the music box that writes: its sources."""
    sources = sorted(Path(__file__).parent.rglob("*.py"))
    return hashlib.sha256(b"".join(path.read_bytes() for path in sources)).hexdigest()


def write_track(piece: Piece, out_dir: Path) -> DemoTrack:
    """Synthesise one piece into a folder that exists: 44.1 kHz, 16 bit, stereo, FLAC."""
    track = truth_of(piece, out_dir)
    _write_flac(track.path, mastered(perform(piece)), title=piece.title)
    return track


def truth_of(piece: Piece, out_dir: Path) -> DemoTrack:
    """What is true of a piece, without synthesising it."""
    steps = np.arange(piece.bars * STEPS_PER_BAR // STEPS_PER_BEAT) * STEPS_PER_BEAT
    beats_s = sample_of_step(piece.tempo_bpm, steps.astype(float)) / SAMPLE_RATE_HZ
    return DemoTrack(
        path=out_dir / f"{piece.name}.flac",
        title=piece.title,
        artist=ARTIST,
        license=LICENSE,
        tempo_bpm=piece.tempo_bpm,
        beats_s=beats_s,
        downbeats_s=beats_s[::4],
        sections=tuple(
            DemoSection(label=part.label, start_bar=piece.start_bar(part.name), bars=part.bars)
            for part in piece.parts
        ),
        key=piece.key,
    )


def _write_flac(path: Path, sound: Floats, *, title: str) -> None:
    rng = np.random.default_rng(44100)
    dither = (rng.random(sound.T.shape) - rng.random(sound.T.shape)) / 2**15
    levels = np.clip(np.round((sound.T + dither) * 2**15), -(2**15), 2**15 - 1).astype(np.int16)
    partial = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        with soundfile.SoundFile(
            partial, "w", SAMPLE_RATE_HZ, channels=2, format="FLAC", subtype="PCM_16"
        ) as file:
            file.title, file.artist, file.license = title, ARTIST, LICENSE
            file.write(levels)
        os.replace(partial, path)
    finally:
        partial.unlink(missing_ok=True)
