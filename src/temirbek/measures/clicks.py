"""Clicks: instants at which the signal itself breaks, which no instrument does.

A cut in a wave is a jump that the samples before it do not foretell. Each 20 ms window is predicted by a linear predictor
of its own (order 24, the classic detector of clicks in old recordings: Vaseghi 2008, chapter 13); a *click* is a sample
whose prediction error lies more than eight robust deviations (1.4826 · MAD) of its surroundings out, does so for less
than a millisecond, and is not the attack of a sound: after an attack the errors stay large, after a click they are
what they were.
"""

import numpy as np
from numpy.typing import NDArray
from scipy.linalg import solve_toeplitz
from scipy.ndimage import median_filter
from scipy.signal import lfilter

Floats = NDArray[np.float64]

ORDER = 24
WINDOW_S = 0.02
DEVIATIONS = 8.0
LENIENT = 4.0
"""Deviations at which a recording is granted to have the break itself."""
FAINT = 10 ** (-50 / 20)
"""A click is at least this large; below it nobody hears one under music."""
SHORT_S = 0.001
AROUND_S = 0.01
ATTACK_DB = 1.5
ALONE = 0.5
"""The errors around a click stay below this share of it; in a burst of noise they do not."""
BLOCK = 48


def clicks_s(sound: Floats, rate_hz: int, start_s: float = 0.0) -> Floats:
    """Instants of clicks.

    Args:
        sound: Mono, shape (n,).
        rate_hz: Samples a second [Hz].
        start_s: Instant of the first sample [s].

    Returns:
        Instants [s], increasing, at most one in 10 ms.
    """
    if len(sound) < 4 * round(AROUND_S * rate_hz):
        return np.zeros(0)
    error = np.abs(_prediction_errors(sound, round(WINDOW_S * rate_hz)))
    out = np.flatnonzero(error > np.maximum(DEVIATIONS * _typical(error, rate_hz), FAINT))
    if not len(out):
        return np.zeros(0)
    groups = np.split(out, np.flatnonzero(np.diff(out) > round(AROUND_S * rate_hz)) + 1)
    short = [int(g[0]) for g in groups if g[-1] - g[0] <= SHORT_S * rate_hz]
    found = [i for i in short if _is_lonely(error, i, rate_hz) and not _is_attack(sound, i, rate_hz)]
    return start_s + np.array(found, dtype=float) / rate_hz


def breaks_near(sound: Floats, rate_hz: int, within_s: float) -> bool:
    """Whether a sound has anything like a break within so many seconds of its middle."""
    error = np.abs(_prediction_errors(sound, round(WINDOW_S * rate_hz)))
    middle, reach = len(sound) // 2, max(1, round(within_s * rate_hz))
    near = slice(max(0, middle - reach), middle + reach)
    return bool(np.any(error[near] > LENIENT * _typical(error, rate_hz)[near]))


def _typical(error: Floats, rate_hz: int) -> Floats:
    """Robust deviation of the prediction errors around each sample, shape (n,)."""
    padded = np.pad(error, (0, -len(error) % BLOCK), mode="edge").reshape(-1, BLOCK)
    around = 2 * round(AROUND_S * rate_hz) // BLOCK + 1
    typical = 1.4826 * median_filter(np.median(padded, axis=1), around, mode="nearest")
    return np.repeat(typical, BLOCK)[: len(error)]


def _prediction_errors(sound: Floats, window: int) -> Floats:
    """What a linear predictor of each window (and of its neighbourhood) does not foretell, shape (n,)."""
    errors = np.zeros(len(sound))
    for start in range(0, len(sound), window):
        context = sound[max(0, start - window) : start + 2 * window]
        spectrum = np.abs(np.fft.rfft(context * np.hanning(len(context)), 4 * window)) ** 2
        lags = np.fft.irfft(spectrum)[: ORDER + 1]
        if lags[0] <= 0 or len(context) <= ORDER:
            continue
        lags[0] *= 1 + 1e-6
        predictor = solve_toeplitz(lags[:-1], lags[1:])
        first = max(0, start - ORDER)
        error = lfilter(np.concatenate([[1.0], -predictor]), [1.0], sound[first : start + window])
        errors[start : start + window] = error[start - first :]
    return errors


def _is_lonely(error: Floats, at: int, rate_hz: int) -> bool:
    """Whether the errors after a break are what they were before it, unlike those of an attack."""
    near, far = round(2 * SHORT_S * rate_hz), round(AROUND_S * rate_hz)
    before, after = error[max(0, at - far) : max(0, at - near)], error[at + near : at + far]
    if not len(before) or not len(after):
        return False
    peak = float(error[at : at + near].max())
    is_alone = max(float(before.max()), float(after.max())) < ALONE * peak
    return is_alone and float(np.mean(after**2)) < 4.0 * float(np.mean(before**2)) + FAINT**2 / 100


def _is_attack(sound: Floats, at: int, rate_hz: int) -> bool:
    """Whether the sound is louder after than before: there a break would not be heard, and is most likely none."""
    near, far = round(SHORT_S * rate_hz), round(AROUND_S * rate_hz)
    steep = np.diff(sound[max(0, at - far) : at + far])  # treble weighs more: attacks are bright
    middle = min(at, far)
    before, after = steep[: max(1, middle - near)], steep[middle + near :]
    if not len(after):
        return False
    rise_db = 10 * np.log10((float(np.mean(after**2)) + 1e-12) / (float(np.mean(before**2)) + 1e-12))
    return bool(rise_db > ATTACK_DB)
