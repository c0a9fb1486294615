"""What the pulse means: which octave is the beat, which beat is "the one", and how many beats make a bar.

None of this is in the pulse itself, so evidence on the slots of a lattice is weighed:

- *octave*: how common each tempo is, against what hits hard between the slower beats (in fast music as much as on
  them) and how often the snare returns (every second beat);
- *bar length*: whether the music resembles itself after three beats or after four;
- *the one*: where timbre, harmony and bass change and where the low drum falls, folded over the bar (Goto 2001),
  and where long stretches of music differ most (sections begin on a one).
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from temirbek.analysis.pulse import FASTEST_BPM, SLOWEST_BPM
from temirbek.analysis.slots import Slots

Floats = NDArray[np.float64]

SLOTS_PER_BEAT = 2
EVEN_ODDS_BPM = 95.0
"""Slow tempo at which it and its double are equally common: music of 95 BPM and of 190 BPM."""
NATS_PER_OCTAVE = 6.0
"""How fast that preference changes with tempo: a log-normal spread of 0.4 octaves."""
BETWEEN_WEIGHT = 5.0
BETWEEN_EVEN = 0.65
BETWEEN_MOST = 0.8
SNARE_WEIGHT = 2.5
THREE_MARGIN = 0.06
"""How much better three beats must explain the music than four, which is far more common."""
DOWNBEAT_WEIGHTS = {
    "timbre": 1.0,
    "harmony": 1.0,
    "harmony by bars": 0.5,
    "bass": 0.7,
    "low attacks": 0.7,
    "mid attacks": 0.4,
    "high attacks": 0.4,
    "sections": 1.0,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Octave:
    """The tempo felt as the beat, and how sure (0.5–1) against the other octave."""

    bpm: float
    confidence: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Bars:
    """The bar: its beats, the slot of the first "one", and how sure the choices are (0–1)."""

    beats_per_bar: int
    slot: int
    half_beat_confidence: float
    downbeat_confidence: float


def possible_tempi(pulse_bpm: float) -> list[float]:
    """The octaves of a pulse between 60 and 200 BPM, slowest first."""
    octaves = [pulse_bpm * factor for factor in (0.5, 1.0, 2.0)]
    return [bpm for bpm in octaves if SLOWEST_BPM - 0.3 <= bpm <= FASTEST_BPM + 0.3]


def choose_octave(slots: Slots, tempi_bpm: list[float]) -> Octave:
    """Decides between a tempo and its double; ``slots`` are half beats of the faster."""
    if len(tempi_bpm) == 1:
        return Octave(bpm=tempi_bpm[0], confidence=1.0)
    slow, fast = tempi_bpm[0], tempi_bpm[-1]
    common = NATS_PER_OCTAVE * float(np.log2(EVEN_ODDS_BPM / slow))
    on_beat = int(folded(slots.attacks.sum(axis=0), SLOTS_PER_BEAT).argmax())
    low, mid, high = (folded(band[on_beat::SLOTS_PER_BEAT], 4) for band in slots.punch)
    between = 0.35 * _evenness(low) + 0.65 * _evenness(mid)
    fast_odds = (
        common
        + BETWEEN_WEIGHT * (min(between, BETWEEN_MOST) - BETWEEN_EVEN)
        + SNARE_WEIGHT * _every_second_over_every_fourth(high)
    )
    is_fast = fast_odds > 0
    return Octave(bpm=fast if is_fast else slow, confidence=float(1 / (1 + np.exp(-abs(fast_odds)))))


def _evenness(four: Floats) -> float:
    """How alike beats 1 + 3 and beats 2 + 4 hit, 0–1; slow music has little between its beats."""
    odd, even = float(four[0] + four[2]), float(four[1] + four[3])
    return min(odd, even) / max(odd, even, 1e-9)


def _every_second_over_every_fourth(four: Floats) -> float:
    """Positive where the snare returns every second beat (fast), negative where every fourth (slow), −1 to 1."""
    hits = four / max(float(four.max()), 1e-9)
    second = 0.5 * abs(hits[0] - hits[1] + hits[2] - hits[3])
    fourth = np.hypot(hits[0] - hits[2], hits[1] - hits[3])
    return float(np.clip(second - fourth, -1.0, 1.0))


def choose_bars(slots: Slots) -> Bars:
    """Finds the bar; ``slots`` are half beats of the chosen tempo."""
    beats_per_bar = choose_beats_per_bar(slots)
    per_bar = beats_per_bar * SLOTS_PER_BEAT
    score = downbeat_scores(slots, per_bar)
    best = int(score.argmax())
    same_half = score[best % SLOTS_PER_BEAT :: SLOTS_PER_BEAT]
    other_half = score[(best + 1) % SLOTS_PER_BEAT :: SLOTS_PER_BEAT]
    rivals = np.sort(same_half)
    return Bars(
        beats_per_bar=beats_per_bar,
        slot=best,
        half_beat_confidence=_sure(float(score[best] - other_half.max())),
        downbeat_confidence=_sure(float(rivals[-1] - rivals[-2])),
    )


def choose_beats_per_bar(slots: Slots) -> int:
    """3 where the music clearly resembles itself after three beats rather than four, else 4."""
    rows = np.hstack(
        [
            _standardized(slots.attacks.T),
            _standardized(slots.mel) / np.sqrt(slots.mel.shape[1] / 3),
            _standardized(slots.chroma) / np.sqrt(4),
        ]
    )
    similarity = {beats: _similarity(rows, beats * SLOTS_PER_BEAT) for beats in (3, 4, 6, 8, 9, 12, 15, 16)}
    three = np.mean([similarity[beats] for beats in (3, 6, 9, 15)])
    four = np.mean([similarity[beats] for beats in (4, 8, 16)])
    return 3 if three > four + THREE_MARGIN else 4


def downbeat_scores(slots: Slots, per_bar: int) -> Floats:
    """How much each slot of the bar looks like "the one", shape (per_bar,)."""
    evidence = {
        "timbre": slots.change("mel", SLOTS_PER_BEAT),
        "harmony": slots.change("chroma", SLOTS_PER_BEAT),
        "harmony by bars": slots.change("chroma", per_bar),
        "bass": slots.change("bass", SLOTS_PER_BEAT),
        "low attacks": slots.attacks[0],
        "mid attacks": slots.attacks[1],
        "high attacks": slots.attacks[2],
        "sections": section_peaks(slots, per_bar),
    }
    total = np.zeros(per_bar)
    for name, values in evidence.items():
        total += DOWNBEAT_WEIGHTS[name] * _standardized(folded(values, per_bar))
    return total


def section_peaks(slots: Slots, per_bar: int) -> Floats:
    """Prominence of the places where four bars differ most from the four before, shape (n,); else 0."""
    novelty = slots.change("mel", 4 * per_bar)
    peaks = np.zeros(len(novelty))
    reach = 2 * per_bar
    for index in range(reach, len(novelty) - reach):
        around = novelty[index - reach : index + reach + 1]
        if np.isfinite(around).all() and novelty[index] == around.max():
            peaks[index] = (novelty[index] - np.median(around)) ** 2
    return peaks


def folded(values: Floats, period: int) -> Floats:
    """Mean of ``values`` at each place of the period, NaN left out, shape (period,)."""
    out = np.zeros(period)
    for place in range(period):
        here = values[place::period]
        here = here[np.isfinite(here)]
        out[place] = here.mean() if len(here) else 0.0
    return out


def _similarity(rows: Floats, lag: int) -> float:
    if len(rows) <= 2 * lag:
        return 0.0
    return float((rows[lag:] * rows[:-lag]).sum(axis=1).mean() / max((rows * rows).sum(axis=1).mean(), 1e-9))


def _standardized(values: Floats) -> Floats:
    return np.asarray((values - values.mean(axis=0)) / np.maximum(values.std(axis=0), 1e-9))


def _sure(margin: float) -> float:
    """A margin of standardised scores → 0–1; calibrated so that a margin of 3 is nearly certain."""
    return float(1 - np.exp(-max(0.0, margin) / 1.5))
