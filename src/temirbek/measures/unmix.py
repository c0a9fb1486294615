"""How loud is each recording in a mix, band by band, from moment to moment? Decks are estimated back out of a bare file.

The power of the mix is explained, without phases, as a sum of the recordings' own powers along their time maps, each
times a gain that is never negative: *X(f, t) ≈ Σ g(b, t) · S(f, t) + noise*. In each of six bands b and over each second,
the gains are those of the smallest Itakura-Saito divergence, found by multiplicative updates (Févotte, Bertin & Durrieu
2009). This divergence is a ratio, so the places of the spectrum where one recording is silent speak loudest; that tells
two records apart that strike together. After Schwarz & Fourer (2018, 2021), who regress in the same way with squared
errors and whole-file bands. A deck's sound is then its recording, laid along its map, times its gains.

Limits: gains are a second wide; what the DJ adds (echo, loops shorter than a bar, voices) is noise; bass that two records
share note for note is divided, not told apart.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import scipy.fft
from numpy.typing import NDArray
from scipy.ndimage import median_filter

from temirbek.measures.decks import Stretch
from temirbek.measures.follow import Heard
from temirbek.measures.originals import Originals
from temirbek.measures.time_map import TimeMap
from temirbek.types import Track

Floats = NDArray[np.float64]

BAND_EDGES_HZ = (40.0, 150.0, 400.0, 1000.0, 2500.0, 6000.0, 14000.0)
PARTS = 6
"""Each band is compared in so many parts."""
FRAME_S, HOP_S = 0.046, 0.02
HOPS_PER_GAIN, HOPS_WIDE = 25, 50
ROUNDS = 60
NOISE = 10 ** (-35 / 10)
PITCH_MATTERS = 0.004
SYNTHESIS = 2048


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Gains:
    """Gains of several recordings over a stretch of the mix.

    Attributes:
        time_s: Instants [mix s], shape (n,), every half second.
        power: Gains in power, shape (recordings, 6 bands, n), ≥ 0.
        energy: What each recording contributes to the mix there, shape (recordings, 6, n).
    """

    time_s: Floats
    power: Floats
    energy: Floats


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Laid:
    """A recording laid along its map; ``moves_pitch`` says whether its pitch moved with its speed."""

    track: Track
    time_map: TimeMap
    moves_pitch: bool


def gains_between(
    read: Heard, originals: Originals, laid: Sequence[Laid], start_s: float, stop_s: float
) -> Gains:
    """The gains of recordings over a stretch of the mix.

    Args:
        read: Reads the mix.
        originals: Reads the recordings, at the mix's sample rate.
        laid: The recordings that may sound there.
        start_s, stop_s: The stretch [mix s].
    """
    at_s = np.arange(start_s, stop_s, HOP_S)
    mixed = _powers(read(start_s - FRAME_S, stop_s + FRAME_S), originals.rate_hz, at_s - start_s + FRAME_S)
    parts = np.stack([own_powers(x, originals, at_s) for x in laid])
    gains = _explained(mixed, parts)
    energy = _sums(parts.reshape(len(laid), 6, PARTS, -1).sum(axis=2)) * gains
    time_s: Floats = start_s + HOP_S * (
        np.arange(gains.shape[2], dtype=float) * HOPS_PER_GAIN + HOPS_WIDE / 2
    )
    return Gains(time_s=time_s, power=gains, energy=energy)


def own_powers(laid: Laid, originals: Originals, at_s: Floats) -> Floats:
    """Powers of a recording at instants of the mix, shape (36, n); zero outside the recording."""
    start_s, stop_s = float(at_s[0]), float(at_s[-1])
    if laid.moves_pitch:
        sound = originals.warped(laid.track, laid.time_map, start_s - FRAME_S, stop_s + FRAME_S)
        return _powers(sound, originals.rate_hz, at_s - start_s + FRAME_S)
    track_s = laid.time_map.track_s_at(at_s)
    low_s = float(track_s.min()) - FRAME_S
    sound = originals.read(laid.track, low_s, float(track_s.max()) + FRAME_S)
    return _powers(sound, originals.rate_hz, track_s - low_s)


def moves_pitch(
    read: Heard, originals: Originals, track: Track, time_map: TimeMap, start_s: float, stop_s: float
) -> bool:
    """Whether a recording's pitch moved with its speed, by which of the two explains the mix better."""
    speed = float(np.median(time_map.speed_at(np.linspace(start_s, stop_s, 9))))
    if abs(speed - 1.0) < PITCH_MATTERS:
        return False
    at_s = np.arange(start_s, stop_s, HOP_S)
    mixed = _powers(read(start_s - FRAME_S, stop_s + FRAME_S), originals.rate_hz, at_s - start_s + FRAME_S)
    misses = []
    for moves in (False, True):
        own = own_powers(Laid(track=track, time_map=time_map, moves_pitch=moves), originals, at_s)
        misses.append(float(np.mean(np.abs(np.diff(np.log(mixed + 1e-9) - np.log(own + 1e-9), axis=0)))))
    return misses[1] < misses[0]


def _powers(sound: Floats, rate_hz: int, at_s: Floats) -> Floats:
    """Power in each part of each band around instants of a sound [s from its start], shape (36, n)."""
    size = round(FRAME_S * rate_hz / 2) * 2
    shape = np.hanning(size + 1)[:-1].astype(np.float32)
    padded = np.pad(sound.astype(np.float32), size)
    edges_hz = np.concatenate(
        [np.geomspace(a, b, PARTS, endpoint=False) for a, b in pairwise(BAND_EDGES_HZ)]
        + [[BAND_EDGES_HZ[-1]]]
    )
    begins = np.clip(np.round(at_s * rate_hz).astype(int) + size // 2, 0, len(padded) - size)
    out = np.empty((len(edges_hz) - 1, len(at_s)))
    frequencies = np.fft.rfftfreq(size, 1 / rate_hz)
    edges = np.interp(edges_hz, frequencies, np.arange(len(frequencies))) + 0.5
    whole, part = edges.astype(int), edges % 1.0
    for first in range(0, len(at_s), 2048):
        frames = padded[begins[first : first + 2048, None] + np.arange(size)] * shape
        power = np.abs(scipy.fft.rfft(frames, axis=1)) ** 2
        total = np.concatenate(
            [np.zeros((len(power), 1)), np.cumsum(power, axis=1, dtype=np.float64)], axis=1
        )
        at_edges = (
            total[:, whole] * (1 - part) + total[:, whole + 1] * part
        )  # parts narrower than a bin share it
        out[:, first : first + len(frames)] = np.diff(at_edges, axis=1).T
    return np.maximum(out, 0.0)


def _sums(values: Floats) -> Floats:
    """Sums over the hops of each gain's window, along the last axis."""
    total = np.concatenate([np.zeros((*values.shape[:-1], 1)), np.cumsum(values, axis=-1)], axis=-1)
    begins = np.arange(0, max(1, values.shape[-1] - HOPS_WIDE + 1), HOPS_PER_GAIN)
    ends = np.minimum(begins + HOPS_WIDE, values.shape[-1])
    return np.asarray(total[..., ends] - total[..., begins])


def _explained(mixed: Floats, parts: Floats) -> Floats:
    """Gains in power of the recordings that explain the mix best, shape (recordings, 6, windows)."""
    n_hops = mixed.shape[1]
    gains = []
    for band in range(6):
        rows = slice(band * PARTS, (band + 1) * PARTS)
        x, s = mixed[rows], parts[:, rows]
        noise = NOISE * np.repeat(_sums(x.sum(axis=0)) / (HOPS_WIDE * PARTS), HOPS_PER_GAIN)[:n_hops]
        noise = np.pad(noise, (0, n_hops - len(noise)), mode="edge") + 1e-12
        begins = np.arange(0, max(1, n_hops - HOPS_WIDE + 1), HOPS_PER_GAIN)
        window = begins[:, None] + np.arange(min(HOPS_WIDE, n_hops))
        xw, sw, nw = x[:, window], s[:, :, window], noise[window]  # (parts, windows, hops), (recordings, …)
        g = np.ones((len(parts), len(begins)))
        for _ in range(ROUNDS):
            model = np.einsum("rw,rpwh->pwh", g, sw) + nw
            up = np.einsum("rpwh,pwh->rw", sw, (xw + nw) / model**2)
            down = np.einsum("rpwh,pwh->rw", sw, 1.0 / model)
            g = g * np.sqrt(up / np.maximum(down, 1e-30))
        g[_is_empty(sw)] = 0.0
        gains.append(median_filter(g, size=(1, 3), mode="nearest"))
    return np.stack(gains, axis=1)


def _is_empty(parts: Floats) -> NDArray[np.bool_]:
    """Where a recording is silent in a band, so that no gain can be told: (recordings, windows)."""
    return np.asarray(parts.sum(axis=(1, 3)) < 1e-7)


def sound_of(
    laid: Laid, gains: Gains, index: int, originals: Originals, start_s: float, stop_s: float
) -> Floats:
    """The estimated sound of one deck: its recording along its map, each band by its gain, shape (n,)."""
    sound = originals.warped(laid.track, laid.time_map, start_s, stop_s)
    hop = SYNTHESIS // 4
    shape = np.sqrt(np.hanning(SYNTHESIS + 1)[:-1])
    padded = np.pad(sound, (SYNTHESIS, 2 * SYNTHESIS))
    begins = np.arange(0, len(padded) - SYNTHESIS, hop)
    middle_s = start_s + (begins + SYNTHESIS / 2 - SYNTHESIS) / originals.rate_hz
    amplitude = np.stack(
        [np.interp(middle_s, gains.time_s, np.sqrt(row), left=0.0, right=0.0) for row in gains.power[index]]
    )
    frequencies = np.fft.rfftfreq(SYNTHESIS, 1 / originals.rate_hz)
    band = np.clip(np.searchsorted(BAND_EDGES_HZ, frequencies, side="right") - 1, 0, 5)
    out = np.zeros(len(padded))
    for first in range(0, len(begins), 512):
        at = begins[first : first + 512, None] + np.arange(SYNTHESIS)
        spectrum = scipy.fft.rfft(padded[at] * shape, axis=1) * amplitude[band, first : first + 512].T
        frames = scipy.fft.irfft(spectrum, axis=1) * shape
        for row, begin in zip(frames, begins[first : first + 512], strict=True):
            out[begin : begin + SYNTHESIS] += row
    return (
        out[SYNTHESIS : SYNTHESIS + len(sound)] / 2.0
    )  # the squared windows of four overlapping frames add to two


@dataclass(frozen=True, slots=True, kw_only=True)
class UnmixedDecks:
    """Decks whose sound is estimated: of each passage its recording, and of each neighbouring pair its gains."""

    laid: tuple[Laid, ...]
    gains: tuple[Gains, ...]
    originals: Originals

    def read(self, outgoing: int, incoming: int, start_s: float, stop_s: float) -> Stretch:
        """The estimated sound of two neighbouring passages between two instants [mix s], mono."""
        gains = self.gains[outgoing]
        rate = self.originals.rate_hz
        start_s = round(start_s * rate) / rate
        out, into = (
            sound_of(self.laid[passage], gains, k, self.originals, start_s, stop_s)
            for k, passage in enumerate((outgoing, incoming))
        )
        n = min(len(out), len(into))
        return Stretch(start_s=start_s, rate_hz=rate, outgoing=out[:n], incoming=into[:n])
