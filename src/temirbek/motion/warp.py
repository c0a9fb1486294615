"""The accents of a recorded dance, the beat that they keep, and a warp of its time that puts them on it.

**Accents.** As everywhere in the house: local minima of the mean speed of the key points after smoothing by a Gaussian
of 30 ms, at least 6 % of the speed's 90th percentile deep, refined by a parabola. The depth over that percentile, at
most 1, is an accent's weight.

**The beat.** A tempo fits when the phases of the accents agree, at the beat or in part at the half beat, within
stretches short enough that a dancer does not drift away. Tempi near 110 are preferred, as listeners do (Parncutt 1994);
the octave is a guess, so a person can say the tempo and the first beat.

**The warp.** A dynamic programme picks accents and the half beats they go to, in order (Needleman & Wunsch 1970 with
costs of our own): an accent brings its weight, a half beat brings less, a shift costs, and between two that follow each
other time may be stretched by no more than a bound. Between the chosen pairs a monotone cubic (Fritsch & Carlson 1980)
joins beat to clip time; before the first and after the last, clip time runs on at the estimated tempo.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.interpolate import PchipInterpolator
from scipy.ndimage import gaussian_filter1d
from scipy.signal import find_peaks

Floats = NDArray[np.float64]

SMOOTHING_S = 0.03
PROMINENCE = 0.06
LOWEST_BPM, HIGHEST_BPM = 70.0, 160.0
_PREFERRED_BPM, _PREFERENCE_OCTAVES = 110.0, 0.5
_BPM_STEP = 0.25
_WINDOW_S = 8.0
_HALF_BEAT_SHARE = 0.5  # what an accent on a half beat says about the beat, and brings to the warp
MOST_STRETCH = 1.35
FARTHEST_BEATS = 0.3  # an accent may be moved so far
_SHIFT_COST, _STRETCH_COST = 0.6, 2.0
_LONGEST_JUMP = 16  # half beats without an accent between


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Accents:
    """Instants at which a recorded motion hits [s], increasing, and how clearly (0–1)."""

    times_s: Floats
    weights: Floats


@dataclass(frozen=True, slots=True, kw_only=True)
class Pulse:
    """The beat of a recorded dance: its tempo [BPM], where beat 0 lies [clip s], how well the accents keep it (0–1)."""

    bpm: float
    first_beat_s: float
    agreement: float

    @property
    def beat_s(self) -> float:
        """Length of a beat [s]."""
        return 60.0 / self.bpm


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Warp:
    """Which clip time belongs to which beat.

    Attributes:
        beats, times_s: Beats that accents were put on, and where these accents lie in the clip, both increasing.
        weights: Theirs.
        pulse: The beat before and after them.
    """

    beats: Floats
    times_s: Floats
    weights: Floats
    pulse: Pulse

    def time_at(self, beat: Floats) -> Floats:
        """Clip times [s] of beats; strictly increasing."""
        beat = np.asarray(beat, dtype=float)
        first, last = self.beats[0], self.beats[-1]
        lead = np.array([-2.0, -1.0])
        knots = np.concatenate([first + lead, self.beats, last - lead[::-1]])
        times = np.concatenate(
            [
                self.times_s[0] + lead * self.pulse.beat_s,
                self.times_s,
                self.times_s[-1] - lead[::-1] * self.pulse.beat_s,
            ]
        )
        inside = PchipInterpolator(knots, times)(np.clip(beat, knots[0], knots[-1]))
        return np.asarray(inside + (beat - np.clip(beat, knots[0], knots[-1])) * self.pulse.beat_s)

    @property
    def shifts_beats(self) -> Floats:
        """How far each accent was moved from where it lay against the steady beat [beats]."""
        lay = (self.times_s - self.pulse.first_beat_s) / self.pulse.beat_s
        return np.asarray(self.beats - lay)

    @property
    def stretches(self) -> Floats:
        """By what time was stretched between neighbors: above 1 the warped dance is slower than the clip."""
        return np.asarray(np.diff(self.beats) * self.pulse.beat_s / np.diff(self.times_s))


def find_accents(points_m: Floats, rate_hz: float) -> Accents:
    """The accents of a motion.

    Args:
        points_m: Key points, shape (n, k, 3) [m].
        rate_hz: Rows a second [Hz].
    """
    speed = np.linalg.norm(np.diff(points_m, axis=0), axis=2).mean(axis=1) * rate_hz
    speed = gaussian_filter1d(speed, SMOOTHING_S * rate_hz)
    typical = float(np.percentile(speed, 90))
    if typical <= 1e-6:
        return Accents(times_s=np.zeros(0), weights=np.zeros(0))
    lows, found = find_peaks(-speed, prominence=PROMINENCE * typical)
    before, at, after = speed[lows - 1], speed[lows], speed[lows + 1]
    curvature = before - 2 * at + after
    flat = curvature == 0
    offset = np.where(flat, 0.0, 0.5 * (before - after) / np.where(flat, 1.0, curvature))
    return Accents(
        times_s=(lows + 0.5 + offset) / rate_hz, weights=np.minimum(found["prominences"] / typical, 1.0)
    )


def find_pulse(accents: Accents, *, bpm: float | None = None, first_beat_s: float | None = None) -> Pulse:
    """The beat that accents keep.

    Args:
        accents: Of a clip; at least one.
        bpm: The tempo, where a person knows it.
        first_beat_s: A beat of the clip [s], where a person knows it.
    """
    tempi = np.arange(LOWEST_BPM, HIGHEST_BPM + _BPM_STEP / 2, _BPM_STEP) if bpm is None else np.array([bpm])
    liking = np.exp(-0.5 * (np.log2(tempi / _PREFERRED_BPM) / _PREFERENCE_OCTAVES) ** 2)
    scores = np.array([_agreement(accents, tempo) for tempo in tempi])
    best = int(np.argmax(scores * liking))
    beat_s = 60.0 / tempi[best]
    if first_beat_s is None:
        turn = np.exp(2j * np.pi * accents.times_s / beat_s) @ accents.weights
        first_beat_s = float(np.angle(turn) / (2 * np.pi) % 1.0 * beat_s)
    return Pulse(bpm=float(tempi[best]), first_beat_s=first_beat_s, agreement=float(scores[best]))


def _agreement(accents: Accents, bpm: float) -> float:
    """How well accents keep a tempo within stretches of some seconds, 0–1."""
    starts = np.arange(
        accents.times_s[0], max(accents.times_s[-1] - _WINDOW_S, accents.times_s[0]) + 1e-9, 2.0
    )
    total, heard = 0.0, 0.0
    for start in starts:
        here = (accents.times_s >= start) & (accents.times_s < start + _WINDOW_S)
        weights, phases = accents.weights[here], 2j * np.pi * accents.times_s[here] * bpm / 60.0
        on_beats = abs(np.exp(phases) @ weights)
        on_half_beats = abs(np.exp(2 * phases) @ weights)
        total += max(on_beats, _HALF_BEAT_SHARE * (on_beats + on_half_beats))
        heard += weights.sum()
    return float(total / heard) if heard > 0 else 0.0


def warp_to_beats(accents: Accents, pulse: Pulse) -> Warp:
    """Puts accents on beats and half beats, in order, stretching time within bounds.

    Args:
        accents: Of a clip; at least one.
        pulse: Its beat.
    """
    beats = (accents.times_s - pulse.first_beat_s) / pulse.beat_s
    pairs = [
        (i, half / 2.0)
        for i, beat in enumerate(beats)
        for half in range(
            int(np.ceil(2 * (beat - FARTHEST_BEATS))), int(np.floor(2 * (beat + FARTHEST_BEATS))) + 1
        )
    ]
    gains = [_gain(accents.weights[i], beats[i], target) for i, target in pairs]
    best, before = list(gains), [-1] * len(pairs)
    for k, (i, target) in enumerate(pairs):
        for m in range(k - 1, -1, -1):
            j, earlier = pairs[m]
            if target - earlier > _LONGEST_JUMP / 2:
                break
            if j == i or target <= earlier:
                continue
            stretch = (target - earlier) / (beats[i] - beats[j])
            if 1 / MOST_STRETCH <= stretch <= MOST_STRETCH:
                value = best[m] + gains[k] - _STRETCH_COST * np.log(stretch) ** 2
                if value > best[k]:
                    best[k], before[k] = value, m
    chosen = []
    k = int(np.argmax(best)) if pairs else -1
    while k >= 0:
        chosen.append(pairs[k])
        k = before[k]
    chosen.reverse()
    rows = np.array([i for i, _ in chosen], dtype=int)
    return Warp(
        beats=np.array([target for _, target in chosen]),
        times_s=accents.times_s[rows],
        weights=accents.weights[rows],
        pulse=pulse,
    )


def _gain(weight: float, beat: float, target: float) -> float:
    """What an accent on a beat is worth."""
    share = 1.0 if target == round(target) else _HALF_BEAT_SHARE
    return float(share * weight - _SHIFT_COST * weight * ((beat - target) / FARTHEST_BEATS) ** 2)
