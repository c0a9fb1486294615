"""Loudness after ITU-R BS.1770-4, in blocks of any size.

K-weighting (a high shelf and a high-pass, redrawn for each sample rate from their analogue prototypes), the mean
square of 400 ms windows every 100 ms, an absolute gate at −70 LUFS and a relative one 10 LU below the mean.
The filters carry their state and whole 100 ms steps are summed at once, so block-wise equals whole-file to the bit.
Mono is measured as it is played: on both sides.
"""

import numpy as np
import scipy.signal
from numpy.typing import NDArray

Floats = NDArray[np.float64]

STEP_S = 0.1
STEPS_PER_WINDOW = 4
STEPS_PER_SHORT_TERM = 30
ABSOLUTE_GATE_LUFS = -70.0
RELATIVE_GATE_LU = -10.0
SILENCE_LUFS = -120.0
"""What is given for digital silence: below every gate, and finite."""


class LoudnessMeter:
    """Measures a stream: ``add`` its blocks, then ask."""

    def __init__(self, sample_rate_hz: int) -> None:
        self._rate_hz = sample_rate_hz
        self._sos = k_weighting(sample_rate_hz)
        self._state = np.zeros((len(self._sos), 2, 2))
        self._rest = np.zeros((2, 0))
        self._n_done = 0
        self._powers: list[float] = []

    def add(self, block: NDArray[np.float32]) -> None:
        """Hears the next block, shape (1 or 2, n); an empty one changes nothing."""
        if block.shape[1] == 0:
            return
        stereo = np.broadcast_to(block, (2, block.shape[1])).astype(np.float64)
        weighted, self._state = scipy.signal.sosfilt(self._sos, stereo, axis=1, zi=self._state)
        sound = np.concatenate([self._rest, weighted], axis=1)
        used = 0
        while (n := self._step_length()) <= sound.shape[1] - used:
            step = sound[:, used : used + n]
            self._powers.append(float((step * step).mean(axis=1).sum()))
            used += n
            self._n_done += n
        self._rest = sound[:, used:].copy()

    def _step_length(self) -> int:
        steps = len(self._powers)
        return round((steps + 1) * STEP_S * self._rate_hz) - self._n_done

    def integrated_lufs(self) -> float:
        """Gated loudness of all that was heard [LUFS]; −120 for silence or less than 400 ms."""
        windows = self._window_powers(STEPS_PER_WINDOW)
        loud = windows[lufs(windows) > ABSOLUTE_GATE_LUFS]
        if len(loud) == 0:
            return SILENCE_LUFS
        gate = lufs(loud.mean()) + RELATIVE_GATE_LU
        return float(lufs(loud[lufs(loud) > gate].mean()))

    def short_term_lufs(self) -> Floats:
        """Loudness of three-second windows [LUFS], shape (k,); window i is [0.1 i, 0.1 i + 3) s."""
        return lufs(self._window_powers(STEPS_PER_SHORT_TERM))

    def _window_powers(self, steps: int) -> Floats:
        if len(self._powers) < steps:
            return np.zeros(0)
        windows = np.lib.stride_tricks.sliding_window_view(np.array(self._powers), steps)
        return np.asarray(windows.mean(axis=1))


def integrated_lufs(samples: NDArray[np.float32], sample_rate_hz: int) -> float:
    """Integrated loudness of a whole recording [LUFS]; ``samples`` of shape (1 or 2, n)."""
    return _heard(samples, sample_rate_hz).integrated_lufs()


def short_term_lufs(samples: NDArray[np.float32], sample_rate_hz: int) -> Floats:
    """Short-term loudness of a whole recording, one value per 100 ms; see :class:`LoudnessMeter`."""
    return _heard(samples, sample_rate_hz).short_term_lufs()


def _heard(samples: NDArray[np.float32], sample_rate_hz: int) -> LoudnessMeter:
    meter = LoudnessMeter(sample_rate_hz)
    block = 1 << 18
    for start in range(0, samples.shape[1], block):
        meter.add(samples[:, start : start + block])
    return meter


def lufs(power: Floats | float) -> Floats:
    """Loudness of a K-weighted power summed over channels (BS.1770-4, eq. 2) [LUFS]."""
    floor = 10 ** ((SILENCE_LUFS + 0.691) / 10)
    return np.asarray(-0.691 + 10 * np.log10(np.maximum(power, floor)))


def k_weighting(sample_rate_hz: int) -> Floats:
    """The two second-order sections of K-weighting at any sample rate, shape (2, 6).

    The constants reproduce the coefficients that BS.1770-4 prints for 48 kHz (De Man, 2014).
    """
    gain, half_gain = 10 ** (3.999843853973347 / 20), 10 ** (3.999843853973347 / 20 * 0.4996667741545416)
    k = np.tan(np.pi * 1681.974450955533 / sample_rate_hz)
    damping = k / 0.7071752369554196
    a0 = 1 + damping + k * k
    shelf = [
        (gain + half_gain * damping + k * k) / a0,
        2 * (k * k - gain) / a0,
        (gain - half_gain * damping + k * k) / a0,
        1.0,
        2 * (k * k - 1) / a0,
        (1 - damping + k * k) / a0,
    ]
    k = np.tan(np.pi * 38.13547087602444 / sample_rate_hz)
    damping = k / 0.5003270373238773
    a0 = 1 + damping + k * k
    high_pass = [1.0, -2.0, 1.0, 1.0, 2 * (k * k - 1) / a0, (1 - damping + k * k) / a0]
    return np.array([shelf, high_pass])
