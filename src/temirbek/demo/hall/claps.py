"""Hands: one clap, many people who clap each for themselves, and many who clap together.

A clap is a burst of noise of a few milliseconds in which the hollow between the hands resonates between 600 and
3000 Hz (Peltola, Erkut, Cook & Välimäki 2007, *Synthesis of hand clapping sounds*). People who applaud clap about four
times a second, each at a tempo of their own; people who clap together halve that (Néda et al. 2000, *The sound of many
hands clapping*).
"""

import numpy as np
from numpy.typing import NDArray
from scipy.signal import fftconvolve, lfilter

Floats = NDArray[np.float64]

CLAP_S = 0.05
MOST_HANDS = 24
"""So many pairs of hands sound different; with more people some sound alike."""
SOUND_M_PER_S = 343.0


def clap(random: np.random.Generator, rate_hz: int) -> Floats:
    """One pair of hands, once, peak about 1."""
    t_s = np.arange(int(CLAP_S * rate_hz)) / rate_hz
    rise = 1 - np.exp(-t_s / random.uniform(0.0001, 0.0005))
    burst = random.standard_normal(len(t_s)) * rise * np.exp(-t_s / random.uniform(0.0015, 0.006))
    hollow_hz = np.exp(random.uniform(np.log(600), np.log(3000)))
    radius = np.exp(-np.pi * hollow_hz * random.uniform(0.25, 0.9) / rate_hz)
    poles = [1.0, -2 * radius * np.cos(2 * np.pi * hollow_hz / rate_hz), radius**2]
    sound = (1 - radius) * lfilter([1.0, 0.0, -1.0], poles, burst)
    sound = sound / np.abs(sound).max() + random.uniform(0.05, 0.4) * burst / np.abs(burst).max()
    return np.asarray(sound / np.abs(sound).max())


def applause(random: np.random.Generator, seconds: float, people: int, rate_hz: int) -> Floats:
    """Everybody at a tempo of their own, joining and leaving within a second."""
    hits = _Hits(random, seconds, people, rate_hz)
    eager = random.uniform(0.8, 1.15)
    joins_within_s = random.uniform(0.1, 0.9)
    for person in range(people):
        period_s = 1 / (eager * np.clip(random.normal(4.0, 0.7), 2.2, 6.0))
        first_s = random.uniform(0, joins_within_s) * random.uniform(0, 1)
        last_s = seconds - random.exponential(min(0.6, 0.1 * seconds))
        n = max(0, int((last_s - first_s) / period_s) + 2)
        steps = period_s * (1 + 0.05 * random.standard_normal(n))
        at_s = first_s + random.uniform(0, period_s) + np.cumsum(steps)
        hits.add(person, at_s[at_s < last_s])
    return hits.sound()


def together(
    random: np.random.Generator, seconds: float, people: int, tempo_bpm: float, rate_hz: int
) -> Floats:
    """Everybody on the beat, as well as people can: beats lie at multiples of 60 / ``tempo_bpm`` seconds."""
    hits = _Hits(random, seconds, people, rate_hz, distance_m=6.0)
    beats_s = np.arange(0.0, seconds, 60.0 / tempo_bpm)
    for person in range(people):
        habit_s = random.normal(0, 0.018)
        joins = random.integers(0, 3) if people > 1 else 0
        at_s = beats_s[joins:] + habit_s + 0.02 * random.standard_normal(len(beats_s[joins:]))
        hits.add(person, at_s[random.random(len(at_s)) < 0.97])
    return hits.sound()


class _Hits:
    """Instants of many people's claps, laid out as trains of pulses, one for each pair of hands that sounds different."""

    def __init__(
        self, random: np.random.Generator, seconds: float, people: int, rate_hz: int, distance_m: float = 25.0
    ) -> None:
        self._random, self._rate_hz = random, rate_hz
        self._n = int(seconds * rate_hz)
        self._hands = [clap(random, rate_hz) for _ in range(min(people, MOST_HANDS))]
        self._trains = np.zeros((len(self._hands), self._n))
        self._distance_m = distance_m

    def add(self, person: int, at_s: Floats) -> None:
        """One person's claps; those who sit farther away are softer and later."""
        away_m = self._random.uniform(2.0, self._distance_m)
        loud = (2.0 / away_m) ** 0.7 * self._random.uniform(0.4, 1.0)
        at = np.round((at_s + (away_m - 2.0) / SOUND_M_PER_S) * self._rate_hz).astype(int)
        at = at[(at >= 0) & (at < self._n)]
        np.add.at(self._trains[person % len(self._hands)], at, loud * self._random.uniform(0.6, 1.1, len(at)))

    def sound(self) -> Floats:
        """All of it, shape (n,)."""
        whole = np.zeros(self._n)
        for train, hand in zip(self._trains, self._hands, strict=True):
            if train.any():
                whole += fftconvolve(train, hand)[: self._n]
        return whole
