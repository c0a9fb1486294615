"""Short recordings with a beat, written as files."""

from pathlib import Path

import numpy as np
import soundfile as sf

RATE_HZ = 22_050


def write_beats(path: Path, tempo_bpm: float, seconds: float = 14.0) -> Path:
    """A thump on each beat, a tick between, and a melody of the tempo's own; the first beat at 0.3 s."""
    out = np.zeros(int(seconds * RATE_HZ), np.float32)
    t = np.arange(int(0.12 * RATE_HZ)) / RATE_HZ
    thump = np.sin(2 * np.pi * 60 * t) * np.exp(-t / 0.04)
    one = thump + 0.6 * np.sin(2 * np.pi * 440 * t) * np.exp(-t / 0.06)
    tick = 0.3 * np.random.default_rng(1).normal(size=len(t)) * np.exp(-t / 0.01)
    beat_s = 60.0 / tempo_bpm
    rng = np.random.default_rng(round(1000 * tempo_bpm))
    for k in range(int((seconds - 0.7) / beat_s)):
        start, stop = (round((0.3 + at * beat_s) * RATE_HZ) for at in (k, k + 1))
        ring = np.arange(stop - start) / RATE_HZ
        pitch_hz = 220.0 * 2.0 ** (rng.choice([0, 3, 5, 7, 10, 12, 15, 17]) / 12)
        out[start:stop] += 0.1 * np.sin(2 * np.pi * pitch_hz * ring) * np.exp(-ring / 0.3)
    for k in range(int((seconds - 0.7) / beat_s)):
        for at_s, sound in ((0.3 + k * beat_s, thump if k % 4 else one), (0.3 + (k + 0.5) * beat_s, tick)):
            start = round(at_s * RATE_HZ)
            out[start : start + len(t)] += 0.5 * sound[: len(out) - start]
    path.parent.mkdir(parents=True, exist_ok=True)
    sf.write(path, out, RATE_HZ)
    return path


def write_shelf(
    folder: Path, tempi_bpm: tuple[float, ...] = (100.0, 112.0, 120.0, 128.0)
) -> tuple[Path, ...]:
    """A recording for each tempo."""
    return tuple(write_beats(folder / f"at {tempo:g}.flac", tempo) for tempo in tempi_bpm)
