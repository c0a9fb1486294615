"""Where exactly a beat is: the edge of the mean energy around all beats.

The attack envelope that finds the tempo has windows of 12 ms and sees a sharp attack two to four milliseconds early.
Here the log energy around every beat is averaged at 0.5 ms, in full and after pre-emphasis, and the steepest rise
is taken: with hundreds of beats that is exact to a fraction of a millisecond.

Instruments are often 10–15 ms apart, so there may be several rises. A hat does not place the beat, the kick does:
what counts is where sound of some body, below 800 Hz, sets in. Where two such sounds are late against each other,
the earlier clear rise is the beat, as for a listener.
"""

from dataclasses import dataclass

import numpy as np
import scipy.signal
from numpy.typing import NDArray

from temirbek.analysis.paths import smoothest_path

Floats = NDArray[np.float64]

FRAME_S = 0.0005
REACH_S = 0.02
EDGE_FRAMES = 4
CLEAR_SHARE = 0.5
FLOOR_SHARE = 1e-4
BODY_HZ = 800.0
BODY_EDGE_FRAMES = 6
BODY_NEAR_S = 0.004
BODY_SHARE = 0.4
"""Share of the largest rise of body that an attack must bring to place a beat: a hat brings a third at most."""


PATH_REACH_S = 0.03
PATH_STEP = 8
"""Frames by which the path of offsets may move from beat to beat (4 ms)."""
PATH_COST = 0.03
"""What moving by 1 ms, squared, costs against an attack of full strength."""
PATH_SMOOTHING = 3
PATH_BLUR_S = 0.002


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class FineEnergy:
    """Log energy every half millisecond: in full, pre-emphasised, and below 800 Hz; shape (3, n)."""

    levels: NDArray[np.float32]
    rate_hz: float

    def around(self, times_s: Floats, reach_s: float) -> tuple[NDArray[np.float32], float]:
        """Levels within ``reach_s`` of instants far enough inside, and how late their frames lie on average.

        Returns:
            Levels, shape (3, k, 2 · reach + 1), and the mean distance from an instant to its frame [s].
        """
        reach = round(reach_s * self.rate_hz)
        # frame i begins at i / rate, so an edge *before* frame i lies at i / rate
        positions = times_s * self.rate_hz
        whole = np.round(positions).astype(int)
        inside = (whole >= reach) & (whole < self.levels.shape[1] - reach)
        index = whole[inside, None] + np.arange(-reach, reach + 1)
        shift = (whole - positions)[inside]
        return self.levels[:, index], float(shift.mean() / self.rate_hz) if len(shift) else 0.0


def fine_energy(samples: NDArray[np.float32], sample_rate_hz: int) -> FineEnergy:
    """Log energy of the mono mix of ``samples``, shape (channels, n), every half millisecond."""
    width = max(1, round(FRAME_S * sample_rate_hz))
    n_frames = samples.shape[1] // width
    levels = np.empty((3, n_frames), dtype=np.float32)
    chunk = 1 << 16
    previous = np.float32(0.0)
    low_pass = scipy.signal.butter(2, BODY_HZ, fs=sample_rate_hz, output="sos")
    state = np.zeros((len(low_pass), 2))
    for first in range(0, n_frames, chunk):
        last = min(n_frames, first + chunk)
        mono = samples[:, first * width : last * width].mean(axis=0, dtype=np.float32)
        steps = np.diff(mono, prepend=previous)
        previous = mono[-1]
        body, state = scipy.signal.sosfilt(low_pass, mono, zi=state)
        for row, sound in enumerate((mono, steps, body)):
            levels[row, first:last] = np.square(sound).reshape(-1, width).mean(axis=1)
    for row in levels:
        loud = float(np.percentile(row, 99))
        np.log10(row + np.float32(max(FLOOR_SHARE * loud, 1e-20)), out=row)
    return FineEnergy(levels=levels, rate_hz=sample_rate_hz / width)


def fine_offset_s(energy: FineEnergy, times_s: Floats, reach_s: float = REACH_S) -> float:
    """How much later than ``times_s`` the attacks there really are, on average [s]; 0 where there are none.

    Args:
        energy: Of the recording.
        times_s: Beats, each nearer than ``reach_s`` to its attack [s].
        reach_s: How far to look [s].
    """
    reach = round(reach_s * energy.rate_hz)
    levels, late_s = energy.around(times_s, reach_s + (BODY_EDGE_FRAMES + 1) / energy.rate_hz)
    if levels.shape[1] == 0:
        return 0.0
    lags_s = np.arange(-reach, reach + 1) / energy.rate_hz + late_s
    mean = levels.mean(axis=1, dtype=float)
    rise = np.maximum(0.0, _edges(mean[:2], EDGE_FRAMES, reach)).sum(axis=0)
    body = np.maximum(0.0, _edges(mean[2:], BODY_EDGE_FRAMES, reach)[0])
    peaks = _peaks(rise)
    near = round(BODY_NEAR_S * energy.rate_hz)
    has_body = [
        body[max(0, peak - near) : peak + near + 1].max() >= BODY_SHARE * body.max() for peak in peaks
    ]
    peaks = peaks[np.array(has_body, dtype=bool)]
    if len(peaks) == 0 or body.max() <= 0:
        return 0.0
    first = peaks[rise[peaks] >= CLEAR_SHARE * rise[peaks].max()][0]
    return _between_frames_s(rise, lags_s, int(first))


def _edges(levels: Floats, width: int, reach: int) -> Floats:
    """Mean of ``width`` frames after each lag less that of those before, shape (rows, 2 · reach + 1)."""
    sums = np.cumsum(np.pad(levels, ((0, 0), (1, 0))), axis=1, dtype=float)
    center = np.arange(levels.shape[1] // 2 - reach, levels.shape[1] // 2 + reach + 1)
    return np.asarray((sums[:, center + width] - 2 * sums[:, center] + sums[:, center - width]) / width)


def _peaks(rise: Floats) -> NDArray[np.int_]:
    inner = rise[1:-1]
    return np.flatnonzero((inner > rise[:-2]) & (inner >= rise[2:])) + 1


def _between_frames_s(rise: Floats, lags_s: Floats, peak: int) -> float:
    a, b, c = rise[peak - 1], rise[peak], rise[peak + 1]
    offset = 0.5 * (a - c) / min(a - 2 * b + c, -1e-12)
    return float(lags_s[peak] + offset * (lags_s[1] - lags_s[0]))


def followed_s(energy: FineEnergy, beats_s: Floats) -> Floats:
    """Beats of players, each moved to its attack as far as its neighbours agree [s].

    A drummer's single hit is some milliseconds off, the tempo of a band bends slowly, and a hat may come before the
    kick. So the path of offsets is sought that meets the strongest attacks with body while it moves little from beat
    to beat (Viterbi's algorithm), and is then smoothed over a few beats.

    Args:
        energy: Of the recording.
        beats_s: Beats within 30 ms of their attacks [s], shape (n,), increasing.
    """
    reach = round(PATH_REACH_S * energy.rate_hz)
    rises = _rises_by_beat(energy, beats_s, reach)
    steps_ms = np.arange(-PATH_STEP, PATH_STEP + 1) / energy.rate_hz * 1000
    path = smoothest_path(rises, PATH_COST * steps_ms**2)
    kernel = np.hanning(2 * PATH_SMOOTHING + 3)[1:-1]
    padded_s = np.pad((path - reach) / energy.rate_hz, PATH_SMOOTHING, mode="edge")
    return np.asarray(beats_s + np.convolve(padded_s, kernel / kernel.sum(), mode="valid"))


def _rises_by_beat(energy: FineEnergy, beats_s: Floats, reach: int) -> Floats:
    """Rise of energy with body around each beat, blurred by 2 ms, shape (n, 2 · reach + 1), the largest about 1."""
    margin = BODY_EDGE_FRAMES + 1
    frames = np.round(beats_s * energy.rate_hz).astype(int)[:, None] + np.arange(
        -reach - margin, reach + margin + 1
    )
    levels = energy.levels[:, frames.clip(0, energy.levels.shape[1] - 1)]
    rise = sum(np.maximum(0.0, _edges(row, EDGE_FRAMES, reach)) for row in levels[:2])
    body = np.maximum(0.0, _edges(levels[2], BODY_EDGE_FRAMES, reach))
    near = round(BODY_NEAR_S * energy.rate_hz)
    bodies = np.lib.stride_tricks.sliding_window_view(
        np.pad(body, ((0, 0), (near, near))), 2 * near + 1, axis=1
    )
    with_body = np.sqrt(rise * bodies.max(axis=2))
    kernel = np.hanning(2 * round(PATH_BLUR_S * energy.rate_hz) + 3)[1:-1]
    blurred = scipy.signal.fftconvolve(with_body, kernel[None] / kernel.sum(), mode="same", axes=1)
    return np.asarray(blurred / max(float(np.percentile(blurred.max(axis=1), 90)), 1e-9))
