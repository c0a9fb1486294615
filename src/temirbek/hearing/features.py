"""Numbers by which a hall that answers is told from everything else; none depends on how loud the microphone is set.

Each chunk describes the last 0.77 s: how far each band stands above what is expected without people
(:mod:`~temirbek.hearing.leak`), its colour, how it moves (claps are sudden and made of noise, voices glide and have
lines, music repeats), whether it moves *with* the music (then it is a leak), and what of it comes in a common tempo.
"""

from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

from temirbek.hearing.rhythm import N_FRAMES, Rhythm, rhythm_of
from temirbek.hearing.spectra import BAND_HZ, FREQUENCIES_HZ, N_BANDS, N_BINS

Floats = NDArray[np.float64]

SHORT = 48
"""Frames described, 0.77 s."""
NEWEST, DYING = 16, 0.3
"""The newest frames are "much softer" below that share of the power before them."""
EARLIER = 80
"""So many frames before them are compared with."""
LEAST_ABOVE, MOST_ABOVE = -2.0, 6.0
WIDE_HZ = (150.0, 700.0, 1500.0, 3000.0, 5000.0, 7500.0)
N_WIDE = len(WIDE_HZ) - 1
LAGS = (1, 2, 4, 8, 16)
LOUDEST_CLAP = 1.5
"""A single clap counts for no more than so many times the loud ones: somebody sits next to the microphone."""
CLAP_HZ = (1000.0, 6000.0)


def _within(values_hz: NDArray[np.floating[Any]], low_hz: float, high_hz: float) -> NDArray[np.bool_]:
    return (values_hz >= low_hz) & (values_hz < high_hz)


_WIDE = np.array([_within(BAND_HZ, a, b) for a, b in pairwise(WIDE_HZ)], dtype=float)
_WIDE /= _WIDE.sum(axis=1, keepdims=True)
_BINS = [np.flatnonzero(_within(FREQUENCIES_HZ, a, b)) for a, b in pairwise(WIDE_HZ)]
_CLAPS = _within(BAND_HZ, *CLAP_HZ)
_COLOURS = np.array([np.cos(np.pi * k * (np.arange(N_BANDS) + 0.5) / N_BANDS) for k in range(12)]) / N_BANDS


class Listener:
    """Keeps the last seconds and describes them."""

    def __init__(self) -> None:
        self._above = np.zeros((N_FRAMES, N_BANDS))
        self._rest = np.zeros((SHORT, N_BANDS))
        self._fine = np.zeros((SHORT, N_BINS), dtype=np.float32)
        self._echo = np.zeros((N_FRAMES, N_BANDS))
        self._claps = np.zeros(N_FRAMES)
        self.rhythm = Rhythm(tempo_bpm=120.0, beat_s=0.0, contrast=0.0)

    @property
    def above_db(self) -> float:
        """How far the last window stands above what is expected, the loudest wide band [dB]."""
        return float((_WIDE @ self._above[-SHORT:].mean(axis=0)).max() * 10 / np.log(10))

    @property
    def dies_away(self) -> bool:
        """Whether the last quarter of a second is much softer than what went before: a room that rings on, no beginning."""
        power = np.exp(np.clip(self._rest, -60, 60)).mean(axis=1)
        return bool(power[-NEWEST:].mean() < DYING * power[:-NEWEST].mean())

    def hear(self, fine: NDArray[np.float32], rest: Floats, echo: Floats, expected: Floats) -> Floats:
        """One chunk.

        Args:
            fine: Power of what is left, shape (bins, frames).
            rest, echo: The same and what was taken away, in bands, shape (frames, bands).
            expected: What would be left without people, shape (frames, bands), > 0.

        Returns:
            The features, shape (:data:`N_FEATURES`,).
        """
        n = len(rest)
        above = np.clip(np.log(np.maximum(rest, 1e-30) / expected), LEAST_ABOVE, MOST_ABOVE)
        clean = np.log(np.maximum(rest - 1.2 * expected, 0.05 * rest + 0.02 * expected))
        level = np.log(echo / expected + 1e-3)
        self._above = np.concatenate([self._above[n:], above])
        self._rest = np.concatenate([self._rest[n:], clean])
        self._fine = np.concatenate([self._fine[n:], fine.T])
        self._echo = np.concatenate([self._echo[n:], level])
        # Amplitudes, not levels: what is far above the expected would else begin to rise as soon as a window's edge meets it.
        beyond = np.sqrt(np.maximum(rest / expected - 1.0, 0.0))[:, _CLAPS].mean(axis=1)
        self._claps = np.concatenate([self._claps[n:], beyond])
        return self._described()

    def _described(self) -> Floats:
        above, wide = self._above[-SHORT:], self._above[-SHORT:] @ _WIDE.T
        before = self._above[-SHORT - EARLIER : -SHORT] @ _WIDE.T
        flux = np.maximum(np.diff(np.maximum(self._above, 0.0), axis=0, prepend=0.0), 0.0)
        played = np.maximum(np.diff(self._echo, axis=0, prepend=self._echo[:1]), 0.0)
        return np.concatenate(
            [
                wide.mean(axis=0),
                np.quantile(wide, 0.2, axis=0),
                np.quantile(wide, 0.9, axis=0),
                wide[-16:].mean(axis=0),
                before.mean(axis=0),
                wide.std(axis=0),
                (above > 1.0).mean(axis=0).reshape(-1, 4).mean(axis=1),
                self._colour(),
                self._movement(),
                self._lines(),
                self._with_music(flux, played),
                self._common(flux, played),
                np.clip(self._echo[-SHORT:] @ _WIDE.T, -7, 10).mean(axis=0),
            ]
        )

    def _colour(self) -> Floats:
        mean = self._rest.mean(axis=0)
        return np.concatenate([_COLOURS[1:] @ mean, (_COLOURS[:6] @ self._rest.std(axis=0))])

    def _movement(self) -> Floats:
        """How the level of each wide band moves."""
        found: list[Floats] = []
        level = np.log(np.exp(np.clip(self._rest, -60, 60)) @ _WIDE.T + 1e-30)
        even = level - level.mean(axis=0)
        spread = (even**2).sum(axis=0) + 1e-6
        steps = np.diff(level, axis=0)
        found.append(np.maximum(steps, 0).mean(axis=0))
        found.append((steps**3).mean(axis=0) / ((steps**2).mean(axis=0) ** 1.5 + 1e-3))
        found.append(np.minimum((even**4).mean(axis=0) / ((even**2).mean(axis=0) ** 2 + 1e-4), 12.0))
        found.extend((even[:-lag] * even[lag:]).sum(axis=0) / spread for lag in LAGS)
        together = np.corrcoef(level.T + 1e-9 * np.arange(SHORT))
        found.append(together[np.triu_indices(N_WIDE, 1)])
        return np.concatenate(found)

    def _lines(self) -> Floats:
        """How much the fine spectrum consists of lines, and how long they stay."""
        found = []
        for bins in _BINS:
            power = np.log(self._fine[:, bins] + np.float32(1e-25))
            even = power - power.mean(axis=1, keepdims=True)
            spread = float((even**2).mean()) + 1e-6
            stays = [float((even[:-lag] * even[lag:]).mean()) / spread for lag in (4, 8)]
            found += [float(even.mean(axis=0).std()), np.sqrt(spread), *stays, float(even.max(axis=1).mean())]
        return np.array(found)

    def _with_music(self, flux: Floats, played: Floats) -> Floats:
        """Correlation of what sets in here and in the music, short and long."""
        ours, theirs = flux @ _WIDE.T, played @ _WIDE.T
        found = []
        for span in (SHORT, 2 * SHORT):
            a, b = ours[-span:] - ours[-span:].mean(axis=0), theirs[-span:] - theirs[-span:].mean(axis=0)
            found.append((a * b).sum(axis=0) / np.sqrt((a**2).sum(axis=0) * (b**2).sum(axis=0) + 1e-6))
        level, echo = self._above[-SHORT:] @ _WIDE.T, self._echo[-SHORT:] @ _WIDE.T
        a, b = level - level.mean(axis=0), echo - echo.mean(axis=0)
        found.append((a * b).sum(axis=0) / np.sqrt((a**2).sum(axis=0) * (b**2).sum(axis=0) + 1e-3))
        return np.concatenate(found)

    def _common(self, flux: Floats, played: Floats) -> Floats:
        """Of a common tempo: how strong, how strong in the music, how much sets in."""
        ours = flux[:, _CLAPS].mean(axis=1)
        steps = np.maximum(np.diff(self._claps, prepend=self._claps[0]), 0.0)
        self.rhythm = rhythm_of(np.minimum(steps, LOUDEST_CLAP * np.quantile(steps, 0.97)))
        music = rhythm_of(played[:, _CLAPS].mean(axis=1))
        ratio = np.log2(self.rhythm.tempo_bpm / music.tempo_bpm)
        near = abs(ratio - round(ratio))
        half = rhythm_of(np.where(np.arange(N_FRAMES) >= N_FRAMES // 2, steps, 0.0))
        peak = float(np.quantile(ours, 0.97))
        return np.array(
            [
                self.rhythm.contrast,
                half.contrast,
                music.contrast,
                near,
                self.rhythm.tempo_bpm / 60,
                ours.mean(),
                ours[-SHORT:].mean(),
                peak,
                float(np.mean(ours > 0.3 * peak)) if peak > 0 else 0.0,
            ]
        )


N_FEATURES = len(
    Listener().hear(np.zeros((N_BINS, 1), np.float32), *(np.ones((1, N_BANDS)) for _ in range(3)))
)
