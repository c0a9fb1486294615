"""Where in a mix does a recording sound, and how fast? A first answer, to a few hundredths of a second.

*Subsequence alignment*: both are reduced to the log energy of twelve bands, 40 times a second, each freed of its slow
course and brought to unit variance; equalisers, limiters and a kept or moved pitch change little of it. Windows of the
recording, resampled to each of 41 speeds within ±8 %, are correlated with the whole mix at once (by FFT, normalised
like a cosine). Then the windows are chained: from one to the next the mix must go on by as much as a speed within ±8 %
allows, and the best chain is found by dynamic programming, as biologists align sequences (Smith & Waterman 1981). A chorus
that comes back cannot win against the chain that explains verse and chorus. Papers: Schwarz & Fourer, *Methods and
datasets for DJ-mix reverse engineering* (2018, 2021); Kim et al., *A computational analysis of real-world DJ mixes using
mix-to-track subsequence alignment* (2020).

Limits: ten seconds of a track must be heard clearly; of a track that is looped the longest straight run is found.
"""

from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import scipy.fft
from numpy.typing import NDArray
from scipy.ndimage import maximum_filter1d, uniform_filter1d

Floats = NDArray[np.float64]
Shorts = NDArray[np.float32]

RATE_HZ = 40
N_BANDS = 12
LOW_HZ, HIGH_HZ = 60.0, 12000.0
SLOW_S = 1.5
WINDOW_S, STEP_S = 12.0, 6.0
SPEEDS = 1.0 + np.arange(-20, 21) * 0.004
LIKE = 0.35
"""Cosine above which a window speaks for a place: other music at the same tempo reaches 0.3, the same music 0.5 to 1."""
FEWEST_WINDOWS = 2
ALIKE_AT_LEAST, SURELY_ALIKE = 0.45, 0.85
AHEAD_AT_LEAST = 0.06
ELSEWHERE_S = (0.25, 20.0)
FLOOR_DB = 50.0


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Place:
    """Where a recording was found: instants of the mix and of the track [s], both (k,), increasing, and their cosines."""

    mix_s: Floats
    track_s: Floats
    likeness: Floats


class Picture:
    """The moving log energies of a sound, fed block by block."""

    def __init__(self, rate_hz: int) -> None:
        self._rate_hz = rate_hz
        self._hop = rate_hz // RATE_HZ
        self._rest = np.zeros(0, dtype=np.float32)
        self._n_rest = 0  # the sample with which the rest begins
        self._n_frames = 0
        self._parts: list[Shorts] = []
        edges_hz = np.geomspace(LOW_HZ, HIGH_HZ, N_BANDS + 1)
        self._edges = np.searchsorted(np.fft.rfftfreq(2 * self._hop, 1 / rate_hz), edges_hz)
        self._window = np.hanning(2 * self._hop + 1)[:-1].astype(np.float32)

    def add(self, sound: NDArray[np.floating]) -> None:
        """Hears the next samples, mono."""
        sound = np.concatenate([self._rest, sound.astype(np.float32)])
        last = (
            (self._n_rest + len(sound) - 2 * self._hop) * RATE_HZ / self._rate_hz
        )  # whole frames begin up to here
        at = np.round(np.arange(self._n_frames, max(self._n_frames, int(last))) * self._rate_hz / RATE_HZ)
        begins = at.astype(int) - self._n_rest
        used = 0
        if len(begins):
            frames = sound[begins[:, None] + np.arange(2 * self._hop)]
            power = np.abs(scipy.fft.rfft(frames * self._window, axis=1)) ** 2
            rows = [power[:, a : max(b, a + 1)].sum(axis=1) for a, b in pairwise(self._edges)]
            self._parts.append(np.array(rows, dtype=np.float32))
            self._n_frames += len(begins)
            used = int(begins[-1])
        self._rest = sound[used:]
        self._n_rest += used

    def done(self) -> Shorts:
        """The picture, each band freed of its slow course and of unit variance, shape (12, n)."""
        energy = np.concatenate([np.zeros((N_BANDS, 0), dtype=np.float32), *self._parts], axis=1)
        if not energy.shape[1]:
            return energy
        loud = np.maximum(np.percentile(energy, 95, axis=1, keepdims=True), 1e-9)
        level = np.log(energy / loud + 10 ** (-FLOOR_DB / 10))
        moving = level - uniform_filter1d(level, round(SLOW_S * RATE_HZ), axis=1, mode="nearest")
        spread = np.maximum(moving.std(axis=1, keepdims=True), 1e-6)
        return np.asarray(np.clip(moving / spread, -3.0, 3.0), dtype=np.float32)


def locate(mix: Shorts, track: Shorts, from_s: float = 0.0, to_s: float = float("inf")) -> Place | None:
    """Finds a recording in a mix; None where no chain of windows is like it.

    Args:
        mix, track: Pictures, shapes (12, n) and (12, m).
        from_s, to_s: Between which instants of the mix to look [s].
    """
    first = max(0, int(from_s * RATE_HZ))
    searched = mix[:, first : max(first, int(min(to_s, mix.shape[1] / RATE_HZ) * RATE_HZ))]
    width, step = round(WINDOW_S * RATE_HZ), round(STEP_S * RATE_HZ)
    starts = np.arange(0, track.shape[1] - width + 1, step)
    if not len(starts) or searched.shape[1] < width:
        return None
    scores, speeds = _scores(searched, track, starts, width)
    chain = _best_chain(scores - LIKE, step)
    likeness = np.array([scores[w, f] for w, f in chain])
    if len(chain) < FEWEST_WINDOWS or not _is_convincing(scores, chain, float(np.mean(likeness))):
        return None
    mix_s = np.array([(first + f) / RATE_HZ + 0.5 * WINDOW_S / SPEEDS[speeds[w, f]] for w, f in chain])
    track_s = np.array([starts[w] / RATE_HZ + 0.5 * WINDOW_S for w, _ in chain])
    keep = np.concatenate([[True], np.diff(mix_s) > 0])
    return Place(mix_s=mix_s[keep], track_s=track_s[keep], likeness=likeness[keep])


def _is_convincing(scores: Shorts, chain: list[tuple[int, int]], alike: float) -> bool:
    """Whether the chain is the recording, and not other music with the same beat.

    Other music fits as well some beats earlier or later; the recording fits nowhere as well as where it is, unless it is
    one loop over and over, and then it fits very well.
    """
    rows, frames = (np.array(x) for x in zip(*chain, strict=True))
    elsewhere = []
    for shift in range(round(ELSEWHERE_S[0] * RATE_HZ), round(ELSEWHERE_S[1] * RATE_HZ)):
        for moved in (frames - shift, frames + shift):
            inside = (moved >= 0) & (moved < scores.shape[1])
            if np.count_nonzero(inside) > len(chain) / 2:
                elsewhere.append(float(np.mean(scores[rows[inside], moved[inside]])))
    ahead = alike - max(elsewhere, default=0.0)
    return alike >= ALIKE_AT_LEAST and (ahead >= AHEAD_AT_LEAST or alike >= SURELY_ALIKE)


def _scores(
    mix: Shorts, track: Shorts, starts: NDArray[np.int64], width: int
) -> tuple[Shorts, NDArray[np.int8]]:
    """Cosine of each window with the mix from each frame on, at the best speed, and which speed: (windows, frames)."""
    n = mix.shape[1]
    size = scipy.fft.next_fast_len(n + round(width / SPEEDS[0]) + 1, real=True)
    spectra = scipy.fft.rfft(mix, size, axis=1)
    energy = np.concatenate([[0.0], np.cumsum(np.sum(mix.astype(np.float64) ** 2, axis=0))])
    scores = np.full((len(starts), n), -1.0, dtype=np.float32)
    which = np.zeros((len(starts), n), dtype=np.int8)
    for s, speed in enumerate(SPEEDS):
        length = int(width / speed)
        at = np.arange(length) * speed
        low, part = at.astype(int), (at % 1.0).astype(np.float32)
        ends = np.minimum(np.arange(n) + length, n)
        local = np.sqrt(np.maximum(energy[ends] - energy[:n], 1e-6))
        is_whole = np.arange(n) + length <= n
        for w, start in enumerate(starts):
            window = track[:, start : start + width + 1]
            window = np.pad(window, ((0, 0), (0, width + 1 - window.shape[1])), mode="edge")
            piece = window[:, low] * (1 - part) + window[:, low + 1] * part
            norm = float(np.sqrt(np.sum(piece**2)))
            if norm < 1e-3:
                continue
            product = np.einsum("ij,ij->j", np.conj(scipy.fft.rfft(piece, size, axis=1)), spectra)
            cosine = scipy.fft.irfft(product, size)[:n] / (local * norm)
            better = is_whole & (cosine > scores[w])
            scores[w, better] = cosine[better]
            which[w, better] = s
    return scores, which


def _best_chain(gains: Shorts, step: int) -> list[tuple[int, int]]:
    """The chain (window, frame) of the highest sum, from each window to the next within the range of speeds."""
    longest, shortest = int(np.ceil(step / SPEEDS[0])) + 1, int(step / SPEEDS[-1]) - 1
    width = longest - shortest + 1
    totals = np.zeros_like(gains)
    for w in range(len(gains)):
        before = np.zeros(gains.shape[1], dtype=np.float32)
        if w:
            reach = maximum_filter1d(
                totals[w - 1], width, mode="constant", cval=0.0
            )  # centred: shifted below
            shift = shortest + width // 2
            before[shift:] = reach[: len(before) - shift]
        totals[w] = gains[w] + np.maximum(before, 0.0)
    w, f = (int(x) for x in np.unravel_index(int(np.argmax(totals)), totals.shape))
    chain = [(w, f)]
    while w > 0:
        low, high = max(0, f - longest), max(0, f - shortest + 1)
        earlier = totals[w - 1, low:high]
        if not len(earlier) or float(earlier.max()) <= 0:
            break
        w, f = w - 1, low + int(np.argmax(earlier))
        chain.append((w, f))
    return chain[::-1]
