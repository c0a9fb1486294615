"""Whether the hall claps together, how fast, and when.

The last seconds of how strongly something sets in (the flux of what stands above the expected, 1–6 kHz) are held
against each tempo between 60 and 180 BPM: the strength of the tempo's own frequency and of its multiples, of which a
train of claps has all. The phase of the tempo's own frequency is the clap's.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from temirbek.hearing.spectra import FRAME_S

Floats = NDArray[np.float64]

SPAN_S = 4.6
N_FRAMES = int(SPAN_S / FRAME_S)
LEAST_BPM, MOST_BPM = 60.0, 180.0
TEMPOS_BPM = np.arange(LEAST_BPM - 2, MOST_BPM + 2.01, 1.0)
MULTIPLES = (1.0, 0.7, 0.5, 0.35)
LATE_S = 0.013
"""Calibration: a clap's flux is centred so long after the clap itself [s]."""


@dataclass(frozen=True, slots=True)
class Rhythm:
    """A common tempo.

    Attributes:
        tempo_bpm: Claps a minute [BPM].
        beat_s: One clap, before the newest frame [s], ≤ 0.
        contrast: How much of what sets in does so together, 0–1.
    """

    tempo_bpm: float
    beat_s: float
    contrast: float


def _waves() -> NDArray[np.float64]:
    """Cosines and sines of each tempo's multiples, shape (2, multiples, tempos, frames); the newest frame is last."""
    age_s = np.arange(N_FRAMES)[::-1] * FRAME_S
    hz = TEMPOS_BPM[None, :, None] / 60 * np.arange(1, len(MULTIPLES) + 1)[:, None, None]
    taper = np.sin(np.pi * (np.arange(N_FRAMES) + 0.5) / N_FRAMES) ** 0.5
    turns = 2 * np.pi * hz * age_s
    return np.asarray(taper * np.stack([np.cos(turns), np.sin(turns)]))


WAVES = _waves()


def rhythm_of(flux: Floats) -> Rhythm:
    """The strongest common tempo in a stretch of flux.

    Args:
        flux: How strongly something set in, ≥ 0, newest last, shape (N_FRAMES,).
    """
    total = float(flux.sum())
    if total <= 0:
        return Rhythm(tempo_bpm=LEAST_BPM, beat_s=0.0, contrast=0.0)
    even = flux - flux.mean()
    # Not as a matrix product: libraries would spread one so large over all cores, for nothing.
    lines = np.hypot(*np.einsum("pmtf,f->pmt", WAVES, even)) / total
    scores = np.einsum("m,mt->t", np.array(MULTIPLES), lines)
    best = int(np.argmax(scores[1:-1])) + 1
    left, here, right = scores[best - 1 : best + 2]
    bend = left - 2 * here + right
    tempo_bpm = TEMPOS_BPM[best] + (
        float(np.clip(0.5 * (left - right) / bend, -0.5, 0.5)) if bend < 0 else 0.0
    )
    turn = _turn(even, tempo_bpm)
    period_s = 60.0 / tempo_bpm
    age_s = (np.angle(turn) / (2 * np.pi)) % 1.0 * period_s
    return Rhythm(
        tempo_bpm=float(tempo_bpm),
        beat_s=-float(age_s) - LATE_S,
        contrast=float(np.clip(scores[best] / sum(MULTIPLES), 0.0, 1.0)),
    )


def _turn(even: Floats, tempo_bpm: float) -> complex:
    age_s = np.arange(N_FRAMES)[::-1] * FRAME_S
    return complex(np.sum(even * np.exp(-2j * np.pi * tempo_bpm / 60 * age_s)).conjugate())
