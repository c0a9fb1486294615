"""Which octave of the pulse is the beat: 75 or 150, 90 or 180?

Tempo alone says little (hip-hop at 87 and drum & bass at 174 have the same pulse). What says more, on the beats of the
faster tempo: does the snare return every second of them (fast) or every fourth (slow, or "half time"); does the kick;
does the middle hit between the slower beats as hard as on them (fast music does); do hats and strings still divide
the faster beat by four. Each cue is weak, and together they are weighed as a logistic regression would
(:mod:`temirbek.analysis.confidence` tells how it was fitted).
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from temirbek.analysis.confidence import OCTAVE
from temirbek.analysis.slots import SLOTS_PER_BEAT, Slots, folded
from temirbek.analysis.votes import Votes, agreement

Floats = NDArray[np.float64]

VOTE_NATS = 7.0
"""What it is worth that all votes agree with one octave: a voter of the wrong octave still agrees by two thirds."""
LOW, MID, HIGH = 0, 1, 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Octave:
    """The tempo felt as the beat, and how sure (0.5–1) against the other octave."""

    bpm: float
    confidence: float


def choose_octave(slots: Slots, tempi_bpm: list[float], votes: Votes | None = None) -> Octave:
    """Decides between a tempo and its double; ``slots`` are half beats of the faster."""
    if len(tempi_bpm) == 1:
        return Octave(bpm=tempi_bpm[0], confidence=1.0)
    slow_bpm, fast_bpm = tempi_bpm[0], tempi_bpm[-1]
    nats = OCTAVE.log_odds(octave_cues(slots, slow_bpm))
    if votes is not None:
        nats += VOTE_NATS * _votes_for_fast(slots, votes)
    return Octave(
        bpm=fast_bpm if nats > 0 else slow_bpm, confidence=float(1 / (1 + np.exp(-min(abs(nats), 50.0))))
    )


def octave_cues(slots: Slots, slow_bpm: float) -> dict[str, float]:
    """What speaks for the faster octave; ``slots`` are its half beats.

    Returns:
        Cues by name, each about −3 to 3: ``tempo`` in octaves above 90 BPM, for the slower; ``sixteenths``, the log
        ratio of what happens on the faster beat's sixteenths to what happens on the beat, in the middle and high
        bands; ``kick returns`` and ``snare returns``, positive where every second beat is like, negative where every
        fourth; ``evenness`` of the middle between and on the slower beats.
    """
    on_beat = int(folded(slots.attacks.sum(axis=0), SLOTS_PER_BEAT).argmax())
    low, mid, high = (folded(band[on_beat::SLOTS_PER_BEAT], 4) for band in slots.punch)
    on = slots.attacks[:, on_beat::SLOTS_PER_BEAT].mean(axis=1)
    sixteenths = np.log(np.maximum(slots.attacks_between.mean(axis=1), 1e-3) / np.maximum(on, 1e-3))
    return {
        "tempo": float(np.log2(slow_bpm / 90.0)),
        "high sixteenths": float(sixteenths[HIGH]),
        "mid sixteenths": float(sixteenths[MID]),
        "kick returns": _every_second_over_every_fourth(low),
        "snare returns": _every_second_over_every_fourth(high),
        "evenness": _evenness(mid),
    }


def _evenness(four: Floats) -> float:
    """How alike beats 1 + 3 and beats 2 + 4 hit, 0–1; slow music has little between its beats."""
    odd, even = float(four[0] + four[2]), float(four[1] + four[3])
    return min(odd, even) / max(odd, even, 1e-9)


def _every_second_over_every_fourth(four: Floats) -> float:
    """Positive where a sound returns every second beat (fast), negative where every fourth (slow), −1 to 1."""
    hits = four / max(float(four.max()), 1e-9)
    second = 0.5 * abs(hits[0] - hits[1] + hits[2] - hits[3])
    fourth = np.hypot(hits[0] - hits[2], hits[1] - hits[3])
    return float(np.clip(second - fourth, -1.0, 1.0))


def _votes_for_fast(slots: Slots, votes: Votes) -> float:
    """How much better the votes agree with the faster octave than with the slower, −1 to 1."""
    best = [
        max(agreement(votes.beats_s, slots.times_s[start::stride]) for start in range(stride))
        for stride in (SLOTS_PER_BEAT, 2 * SLOTS_PER_BEAT)
    ]
    return best[0] - best[1]
