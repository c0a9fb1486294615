"""Word times in any reading of a known text, by warping espeak-ng's reading of it onto it.

Synthesis-based forced alignment (Malfrère & Dutoit 1997): espeak-ng reads the same units, whose times are known to
milliseconds. Both readings become cepstra over mel bands, 100 a second, each with its mean taken out (a microphone, a room
and a larynx are in it) and its variance evened; dynamic time warping (Sakoe & Chiba 1978) finds the way from one to the
other that costs least, where time never stands still for long in either.
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from scipy.fft import dct

from temirbek.audio import resample
from temirbek.types import Voice
from temirbek.voice.espeak import Spans, speak_units
from temirbek.voice.lexicon import Unit

RATE_HZ = 16000
HOP = 160
WINDOW = 400
N_BANDS = 32
N_CEPSTRA = 13
WITHIN_S = 0.10
"""95 % of words begin so near to where this says (benchmarks/voice.py: voices that espeak-ng has and this does not use)."""
SPREAD_WITHIN_S = 1.0
"""The same where there is nothing to compare with: every word has its share of the time by its letters."""
_BAND_SHARE = 0.2
"""The way keeps so near to the diagonal, as a share of the reading."""
_ASLANT = 0.1
"""What a step costs that stands still in one of the readings, beside the distance."""

Floats = NDArray[np.float64]


def aligned(samples: Floats, rate_hz: int, units: Sequence[Unit], voice: Voice) -> Spans:
    """From when to when each unit sounds in a reading [s].

    Args:
        samples: The reading, shape (n,).
        rate_hz: Samples a second.
        units: What is read in it, in order.
        voice: espeak-ng's for that language, the measure.
    """
    reference, reference_hz, spans = speak_units(units, voice)
    begin, end = _sounding(samples, rate_hz)
    first, last = _sounding(reference, reference_hz)
    warp = warp_of(features(reference[first:last], reference_hz), features(samples[begin:end], rate_hz))
    from_s, to_s = first / reference_hz, begin / rate_hz

    def there(time_s: float) -> float:
        place = (time_s - from_s) * RATE_HZ / HOP
        return float(to_s + np.interp(place, np.arange(len(warp)), warp) * HOP / RATE_HZ)

    return [(there(a), there(b)) for a, b in spans]


def spread(samples: Floats, rate_hz: int, units: Sequence[Unit]) -> Spans:
    """The same without any reading to compare with: letters share the time in which there is sound, pauses left out."""
    hop = rate_hz // 100
    loud = np.append(False, _is_loud(samples, hop))
    passed = np.cumsum(loud) / max(1, loud.sum())
    letters = np.cumsum([0] + [sum(map(str.isalnum, unit.said)) for unit in units])
    shares = letters / max(1, letters[-1])
    begins_s = np.searchsorted(passed, shares[:-1], side="right") * hop / rate_hz - hop / rate_hz
    ends_s = np.searchsorted(passed, shares[1:], side="left") * hop / rate_hz
    return [(float(a), float(max(a, b))) for a, b in zip(begins_s, ends_s, strict=True)]


def _is_loud(samples: Floats, hop: int) -> NDArray[np.bool_]:
    """Which hops hold speech: what is within 40 dB of the loud."""
    rms = np.sqrt((samples[: len(samples) // hop * hop].reshape(-1, hop) ** 2).mean(axis=1))
    return np.asarray(rms > 0.01 * np.quantile(rms, 0.95)) if len(rms) else np.zeros(0, bool)


def _sounding(samples: Floats, rate_hz: int) -> tuple[int, int]:
    """From which sample to which there is speech."""
    hop = rate_hz // 100
    loud = np.flatnonzero(_is_loud(samples, hop))
    return (int(loud[0]) * hop, (int(loud[-1]) + 1) * hop) if len(loud) else (0, len(samples))


def features(samples: Floats, rate_hz: int) -> Floats:
    """What the two readings are compared by: cepstra and how they change, 100 a second, shape (n, 2 · 13)."""
    sound = resample(samples[None, :].astype(np.float32), rate_hz, RATE_HZ)[0].astype(float)
    sound = np.pad(sound, (WINDOW // 2, WINDOW))
    n = max(1, (len(sound) - WINDOW) // HOP)
    frames = np.lib.stride_tricks.sliding_window_view(sound, WINDOW)[: n * HOP : HOP]
    power = np.abs(np.fft.rfft(frames * np.hanning(WINDOW), 512)) ** 2
    bands = np.log(power @ _mel_bands().T + 1e-4 * power.sum(axis=1).mean() / N_BANDS + 1e-12)
    cepstra = dct(bands, norm="ortho", axis=1)[:, :N_CEPSTRA]
    cepstra = (cepstra - cepstra.mean(axis=0)) / (cepstra.std(axis=0) + 1e-6)
    change = np.gradient(cepstra, axis=0) if len(cepstra) > 1 else np.zeros_like(cepstra)
    return np.concatenate([cepstra, 2.0 * change], axis=1)


def _mel_bands() -> Floats:
    """Triangles on the mel scale from 100 to 7000 Hz, shape (32, 257)."""
    mel = np.linspace(2595 * np.log10(1 + 100 / 700), 2595 * np.log10(1 + 7000 / 700), N_BANDS + 2)
    corners_hz = 700 * (10 ** (mel / 2595) - 1)
    bins_hz = np.fft.rfftfreq(512, 1 / RATE_HZ)
    up = (bins_hz - corners_hz[:-2, None]) / (corners_hz[1:-1] - corners_hz[:-2])[:, None]
    down = (corners_hz[2:, None] - bins_hz) / (corners_hz[2:] - corners_hz[1:-1])[:, None]
    return np.asarray(np.maximum(0.0, np.minimum(up, down)))


def warp_of(a: Floats, b: Floats) -> Floats:
    """For each frame of ``a``, the frame of ``b`` that it is said in, shape (len(a),); it never runs back."""
    n, m = len(a), len(b)
    half = max(100, round(_BAND_SHARE * max(n, m)))
    width = 2 * half + 1
    centers = np.round(np.arange(n) * (m - 1) / max(1, n - 1)).astype(int)
    steps = np.zeros((n, width), dtype=np.int8)  # 0: both go on, 1: a alone, 2: b alone
    before = np.full(width, np.inf)
    norm_b = (b * b).sum(axis=1)
    for i in range(n):
        low = centers[i] - half
        at = np.arange(low, low + width)
        inside = (at >= 0) & (at < m)
        clipped = np.clip(at, 0, m - 1)
        squared = norm_b[clipped] - 2 * b[clipped] @ a[i] + a[i] @ a[i]
        near = np.where(inside, np.sqrt(np.maximum(squared, 0.0)), np.inf)
        shift = 0 if i == 0 else low - (centers[i - 1] - half)
        moved = np.concatenate([before[shift:], np.full(min(shift, width), np.inf)])[:width]
        diagonal = np.concatenate([before[shift - 1 : shift] if shift else [np.inf], moved[:-1]])
        if i == 0:
            come = np.where(at == 0, 0.0, np.inf)
        else:
            come = np.minimum(diagonal, moved + _ASLANT * near)
            steps[i] = np.where(diagonal <= moved + _ASLANT * near, 0, 1)
        # going on in b alone: total[j] = min over k ≤ j of come[k] + near[k] + sum of 1.1 · near after k
        run = np.cumsum(np.where(inside, (1 + _ASLANT) * near, 0.0))
        reach = come + np.where(inside, near, 0.0) - run
        best = np.minimum.accumulate(np.where(inside, reach, np.inf))
        steps[i] = np.where(reach <= best, steps[i], 2)
        before = np.where(inside, best + run, np.inf)
    return _way_back(steps, centers - half, n, m)


def _way_back(steps: NDArray[np.int8], lows: NDArray[np.intp], n: int, m: int) -> Floats:
    found: list[list[int]] = [[] for _ in range(n)]
    i, j = n - 1, m - 1
    while True:
        found[i].append(j)
        if i == 0:
            break
        step = steps[i, j - lows[i]]
        i, j = (i, j - 1) if step == 2 else (i - 1, j) if step == 1 else (i - 1, j - 1)
    return np.asarray([min(js) for js in found], dtype=float)
