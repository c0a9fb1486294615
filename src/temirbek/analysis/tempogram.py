"""Tempo over time: the pulse of every few seconds, as a path through a tempogram.

Each window's autocorrelation of the attack envelope is combed for pulses between 60 and 120 BPM (an octave, so that
the path need not decide which octave is the beat); Viterbi's algorithm finds the smoothest strong path. The octave
is closed to a ring, so a tempo may cross its ends.
"""

import numpy as np
import scipy.fft
from numpy.typing import NDArray

from temirbek.analysis.pulse import SLOWEST_BPM
from temirbek.audio import AttackEnvelope

Floats = NDArray[np.float64]

WINDOW_S = 10.0
STEP_S = 2.0
STATES = 180
COMB = ((0.25, 0.5), (0.5, 0.8), (1, 1.0), (2, 1.0), (4, 0.8))
COARSE_HZ = 200.0
STEP_COST = 0.01
"""Cost of moving one state (0.4 % of tempo) between neighbouring windows."""
FARTHEST_STEP = 25


def tempogram(envelope: AttackEnvelope) -> tuple[Floats, Floats]:
    """Comb strength per window and pulse.

    Returns:
        Centres of the windows [s], shape (w,), and strengths, shape (w, 180): state k is the pulse
        60 · 2^(k / 180) BPM; 1 would be a perfect repetition.
    """
    step = max(1, round(envelope.rate_hz / COARSE_HZ))
    strength = np.sqrt(envelope.combined())
    coarse = strength[: len(strength) // step * step].reshape(-1, step).mean(axis=1).astype(float)
    rate_hz = envelope.rate_hz / step
    size, hop = min(len(coarse), round(WINDOW_S * rate_hz)), round(STEP_S * rate_hz)
    windows = np.lib.stride_tricks.sliding_window_view(coarse, size)[::hop]
    lags = 60 / (SLOWEST_BPM * 2 ** (np.arange(STATES) / STATES)) * rate_hz
    shape = np.hanning(size)
    n_fft = scipy.fft.next_fast_len(2 * size, real=True)
    weight = scipy.fft.irfft(np.abs(scipy.fft.rfft(shape, n_fft)) ** 2, n_fft)[:size]
    rows = np.empty((len(windows), STATES))
    positions = np.arange(size)
    for row, window in zip(rows, windows, strict=True):
        centered = (window - window.mean()) * shape
        correlation = scipy.fft.irfft(np.abs(scipy.fft.rfft(centered, n_fft)) ** 2, n_fft)[:size]
        correlation = correlation / max(float(correlation[0]), 1e-12)
        correlation *= weight[0] / np.maximum(weight, 0.05 * weight[0])
        row[:] = sum(w * np.interp(b * lags, positions, correlation, right=0.0) for b, w in COMB)
    rows /= sum(w for _, w in COMB)
    centers_s = np.asarray((np.arange(len(windows)) * hop + size / 2) / rate_hz, dtype=float)
    return centers_s, rows


def tempo_path(rows: Floats) -> Floats:
    """The smoothest strong path through a tempogram [BPM], shape (w,); continuous, so it may leave 60–120."""
    steps = np.arange(-FARTHEST_STEP, FARTHEST_STEP + 1)
    costs = STEP_COST * np.abs(steps)
    score = rows[0].copy()
    came_from = np.zeros(rows.shape, dtype=int)
    for window in range(1, len(rows)):
        moved = np.stack([np.roll(score, step) - cost for step, cost in zip(steps, costs, strict=True)])
        chosen = moved.argmax(axis=0)
        came_from[window] = steps[chosen]
        score = moved[chosen, np.arange(STATES)] + rows[window]
    state = int(score.argmax())
    octaves = [0.0]
    here = state
    for window in range(len(rows) - 1, 0, -1):
        step = int(came_from[window, here])
        octaves.append(octaves[-1] - step / STATES)
        here = (here - step) % STATES
    path = state / STATES + np.array(octaves[::-1])
    return np.asarray(SLOWEST_BPM * 2 ** (path - np.floor(np.median(path))))
