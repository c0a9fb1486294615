"""Where the bar is: which half of the beat is on, how many beats make a bar, and which of them is "the one".

None of this is in the pulse itself, so evidence on the half beats of the chosen tempo is weighed:

- *bar length*: whether the music resembles itself after three beats or after four;
- *the one*, and with it the half beat: where timbre, harmony and bass change, where the kick falls and a beat later
  the snare, folded over the bar (Goto 2001), and where long stretches of music differ most (sections begin on a one).

The same question is put to eighths of the piece, one by one: a place that leads in most of them is more to be trusted
than one that leads by the loudest chorus alone.
"""

from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from temirbek.analysis.pulse import FASTEST_BPM, SLOWEST_BPM
from temirbek.analysis.slots import SLOTS_PER_BEAT, Slots, folded
from temirbek.analysis.votes import Votes, agreement

Floats = NDArray[np.float64]

THREE_MARGIN = 0.06
"""How much better three beats must explain the music than four, which is far more common."""
PARTS = 8
FEWEST_BARS = 2
"""Bars that a part of the piece must have to be asked."""
HALF_BEAT_VOTE = 4.0
ONE_VOTE = 3.0
"""What votes that all agree with a half beat, or a place of the one, add to its log odds."""
LENGTH_VOTE = 0.3
DOWNBEAT_WEIGHTS = {
    "timbre": 0.4,
    "harmony": 0.6,
    "harmony by bars": 0.65,
    "bass": 0.3,
    "kick": 0.9,
    "backbeat": 0.6,
    "sections": 0.55,
}
"""Log odds per standard score of each cue: a conditional logit, fitted as those of ``confidence`` are."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Bars:
    """The bar, and what it was read from.

    Attributes:
        beats_per_bar: 3 or 4.
        slot: The slot (half beat) of the first "one".
        half_beat_lead: By how much the best place scores above any between the beats, in log odds.
        half_beat_throughout: Share of the parts of the piece that choose the same half beat, 0–1.
        one_lead: By how much it scores above any other beat.
        one_throughout: Share of the parts that choose the same beat, 0–1.
    """

    beats_per_bar: int
    slot: int
    half_beat_lead: float
    half_beat_throughout: float
    one_lead: float
    one_throughout: float


def possible_tempi(pulse_bpm: float) -> list[float]:
    """The octaves of a pulse between 60 and 200 BPM, slowest first."""
    octaves = [pulse_bpm * factor for factor in (0.5, 1.0, 2.0)]
    return [bpm for bpm in octaves if SLOWEST_BPM - 0.3 <= bpm <= FASTEST_BPM + 0.3]


def choose_bars(slots: Slots, votes: Votes | None = None) -> Bars:
    """Finds the bar; ``slots`` are half beats of the chosen tempo."""
    beats_per_bar = choose_beats_per_bar(slots, votes)
    per_bar = beats_per_bar * SLOTS_PER_BEAT
    evidence = downbeat_evidence(slots, per_bar)
    voted = _voted(slots, per_bar, votes)
    score = _scores(evidence, per_bar) + voted
    best = int(score.argmax())
    parts = [
        _scores({name: values[part] for name, values in evidence.items()}, per_bar) + voted
        for part in _parts(len(slots.times_s), per_bar)
    ]
    leads = np.array([_leads(part, best) for part in (score, *parts)])
    throughout = (leads[1:] > 0).mean(axis=0) if len(parts) else np.zeros(2)
    return Bars(
        beats_per_bar=beats_per_bar,
        slot=best,
        half_beat_lead=float(leads[0, 0]),
        half_beat_throughout=float(throughout[0]),
        one_lead=float(leads[0, 1]),
        one_throughout=float(throughout[1]),
    )


def _parts(n_slots: int, per_bar: int) -> list[slice]:
    """Eighths of the piece in whole bars, or fewer parts of a short one."""
    n_bars = n_slots // per_bar
    n_parts = min(PARTS, n_bars // FEWEST_BARS)
    edges = [per_bar * (n_bars * part // n_parts) for part in range(n_parts)] + [per_bar * n_bars]
    return [slice(first, last) for first, last in pairwise(edges)]


def _leads(score: Floats, slot: int) -> tuple[float, float]:
    """How far a slot leads all between the beats, and all other beats."""
    same = score[slot % SLOTS_PER_BEAT :: SLOTS_PER_BEAT]
    others = np.delete(same, slot // SLOTS_PER_BEAT)
    between = score[(slot + 1) % SLOTS_PER_BEAT :: SLOTS_PER_BEAT]
    return float(same.max() - between.max()), float(score[slot] - others.max())


def _voted(slots: Slots, per_bar: int, votes: Votes | None) -> Floats:
    """What votes add to each slot of the bar, shape (per_bar,)."""
    if votes is None:
        return np.zeros(per_bar)
    halves = [agreement(votes.beats_s, slots.times_s[half::SLOTS_PER_BEAT]) for half in range(SLOTS_PER_BEAT)]
    ones = [agreement(votes.downbeats_s, slots.times_s[slot::per_bar]) for slot in range(per_bar)]
    return HALF_BEAT_VOTE * np.resize(halves, per_bar) + ONE_VOTE * np.array(ones)


def choose_beats_per_bar(slots: Slots, votes: Votes | None = None) -> int:
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
    voted = (
        0.0 if votes is None else LENGTH_VOTE * (_best_ones(slots, votes, 3) - _best_ones(slots, votes, 4))
    )
    return 3 if three - four + voted > THREE_MARGIN else 4


def _best_ones(slots: Slots, votes: Votes, beats_per_bar: int) -> float:
    """How well voted downbeats agree with bars of a length at best, 0–1."""
    per_bar = beats_per_bar * SLOTS_PER_BEAT
    return max(agreement(votes.downbeats_s, slots.times_s[slot::per_bar]) for slot in range(per_bar))


def downbeat_evidence(slots: Slots, per_bar: int) -> dict[str, Floats]:
    """What makes a slot look like "the one", by name, each of shape (n,); NaN where it cannot be told."""
    snare = slots.punch[2]
    return {
        "timbre": slots.change("mel", SLOTS_PER_BEAT),
        "harmony": slots.change("chroma", SLOTS_PER_BEAT),
        "harmony by bars": slots.change("chroma", per_bar),
        "bass": slots.change("bass", SLOTS_PER_BEAT),
        "kick": slots.punch[0],
        "backbeat": np.append(snare[SLOTS_PER_BEAT:], [np.nan] * SLOTS_PER_BEAT) - snare,
        "sections": section_peaks(slots, per_bar),
    }


def _scores(evidence: dict[str, Floats], per_bar: int) -> Floats:
    """How much each slot of the bar looks like "the one", shape (per_bar,)."""
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


def _similarity(rows: Floats, lag: int) -> float:
    if len(rows) <= 2 * lag:
        return 0.0
    return float((rows[lag:] * rows[:-lag]).sum(axis=1).mean() / max((rows * rows).sum(axis=1).mean(), 1e-9))


def _standardized(values: Floats) -> Floats:
    return np.asarray((values - values.mean(axis=0)) / np.maximum(values.std(axis=0), 1e-9))
