"""The verb: tunes become files."""

import os
import zlib
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import soundfile

from temirbek.demo.box.desk import performed
from temirbek.demo.box.styles import STYLES
from temirbek.demo.box.truth import BoxTrack, truth_of
from temirbek.demo.box.tune import Tune
from temirbek.demo.instruments import SAMPLE_RATE_HZ
from temirbek.errors import InvalidInput


def composed(style: str, seed: int) -> Tune:
    """One piece as data; the same style and seed give the same piece.

    Raises:
        InvalidInput: No such style.
    """
    if style not in STYLES:
        raise InvalidInput(f"no style {style!r} in the box; there are {', '.join(STYLES)}")
    return STYLES[style](np.random.default_rng([seed, zlib.crc32(style.encode())]), style, seed)


def write_box(folder: Path, *, styles: Sequence[str] = tuple(STYLES), seed: int = 0) -> tuple[BoxTrack, ...]:
    """Synthesise one piece of each style into a folder: 44.1 kHz, 16 bit, stereo, FLAC.

    Args:
        folder: Where to; made if it is not there. Files are called ``STYLE-SEED.flac``.
        styles: Which styles, by name.
        seed: Draws tempo, key, sounds and form; another seed is another piece of the same style.

    Returns:
        The pieces with the truth about them, in the order of ``styles``.

    Raises:
        InvalidInput: No such style.
    """
    tunes = [composed(style, seed) for style in styles]
    folder.mkdir(parents=True, exist_ok=True)
    return tuple(_written(tune, folder) for tune in tunes)


def _written(tune: Tune, folder: Path) -> BoxTrack:
    track = truth_of(tune, folder / f"{tune.style}-{tune.seed}.flac")
    levels = np.clip(np.round(performed(tune).T * 2**15), -(2**15), 2**15 - 1).astype(np.int16)
    partial = track.path.with_suffix(".part")
    try:
        soundfile.write(partial, levels, SAMPLE_RATE_HZ, format="FLAC", subtype="PCM_16")
        os.replace(partial, track.path)
    finally:
        partial.unlink(missing_ok=True)
    return track
