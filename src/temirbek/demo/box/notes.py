"""How music is written down in the box: arrays of notes on a clock of beats, of any fineness.

The demo's scores count sixteenths; jazz counts triplets, a drummer is late by milliseconds and a singer starts
before the one. Here a note lies on any beat (a float, 0 is the first beat of its section; negative is an upbeat).
"""

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import ArrayLike, NDArray

Floats = NDArray[np.float64]
VELOCITY = {"X": 1.0, "x": 0.8, "o": 0.55, "g": 0.32}


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Notes:
    """Notes in order of writing; all arrays have shape (n,).

    Attributes:
        beats: Where they begin [beats].
        lengths_beats: How long they are held [beats].
        pitches: MIDI pitches (60 is C4), also between semitones; drums ignore them.
        velocities: 0–1.
        span_beats: After how many beats the pattern repeats.
    """

    beats: Floats
    lengths_beats: Floats
    pitches: Floats
    velocities: Floats
    span_beats: float

    def __len__(self) -> int:
        return len(self.beats)

    def filling(self, span_beats: float) -> "Notes":
        """The pattern, repeated and cut to fill a span [beats]; upbeats come before each turn."""
        turns = int(np.ceil(span_beats / self.span_beats))
        starts = np.repeat(np.arange(turns) * self.span_beats, len(self))
        many = Notes(
            beats=np.tile(self.beats, turns) + starts,
            lengths_beats=np.tile(self.lengths_beats, turns),
            pitches=np.tile(self.pitches, turns),
            velocities=np.tile(self.velocities, turns),
            span_beats=span_beats,
        )
        return many.where(many.beats < span_beats - 1e-9)

    def where(self, kept: NDArray[np.bool_]) -> "Notes":
        """The notes for which ``kept``, shape (n,), is true."""
        return replace(
            self,
            beats=self.beats[kept],
            lengths_beats=self.lengths_beats[kept],
            pitches=self.pitches[kept],
            velocities=self.velocities[kept],
        )

    def moved(self, beats: float) -> "Notes":
        """The notes, later by some beats."""
        return replace(self, beats=self.beats + beats)


def notes(
    beats: ArrayLike,
    span_beats: float,
    *,
    pitches: ArrayLike = 60.0,
    lengths_beats: ArrayLike = 0.25,
    velocities: ArrayLike = 0.8,
) -> Notes:
    """Notes from arrays or single numbers; see :class:`Notes`."""
    at = np.asarray(beats, dtype=float)
    return Notes(
        beats=at,
        lengths_beats=np.broadcast_to(np.asarray(lengths_beats, dtype=float), at.shape).copy(),
        pitches=np.broadcast_to(np.asarray(pitches, dtype=float), at.shape).copy(),
        velocities=np.broadcast_to(np.asarray(velocities, dtype=float), at.shape).copy(),
        span_beats=span_beats,
    )


def steps(text: str, per_beat: int = 4) -> Notes:
    """A rhythm: ``X`` loud, ``x`` normal, ``o`` soft, ``g`` ghost, ``-`` held, ``.`` rest; spaces are for the eye."""
    cells = text.replace(" ", "").replace("|", "")
    struck = [i for i, cell in enumerate(cells) if cell in VELOCITY]
    held = [1 + len(cells[i + 1 :]) - len(cells[i + 1 :].lstrip("-")) for i in struck]
    return notes(
        np.array(struck, dtype=float) / per_beat,
        len(cells) / per_beat,
        lengths_beats=np.array(held, dtype=float) / per_beat,
        velocities=np.array([VELOCITY[cells[i]] for i in struck]),
    )


def then(*patterns: Notes) -> Notes:
    """One pattern after the other."""
    starts = np.cumsum([0.0] + [p.span_beats for p in patterns])
    return _joined([p.moved(start) for p, start in zip(patterns, starts, strict=False)], float(starts[-1]))


def together(*patterns: Notes) -> Notes:
    """Patterns on top of each other; the longest gives the span, the others repeat."""
    span = max(p.span_beats for p in patterns)
    return _joined([p.filling(span) for p in patterns], span)


def _joined(patterns: list[Notes], span_beats: float) -> Notes:
    return Notes(
        beats=np.concatenate([p.beats for p in patterns]),
        lengths_beats=np.concatenate([p.lengths_beats for p in patterns]),
        pitches=np.concatenate([p.pitches for p in patterns]),
        velocities=np.concatenate([p.velocities for p in patterns]),
        span_beats=span_beats,
    )


def swung(pattern: Notes, share: float, pair_beats: float = 1.0) -> Notes:
    """The pattern with uneven halves: the first half of each pair takes ``share`` of it (2/3 is triplet swing)."""
    pair, place = np.divmod(pattern.beats, pair_beats)
    f = place / pair_beats
    warped = np.where(f < 0.5, 2 * share * f, share + 2 * (1 - share) * (f - 0.5))
    return replace(pattern, beats=(pair + warped) * pair_beats)


def with_fill(pattern: Notes, fill: Notes, every_beats: float) -> Notes:
    """The pattern over ``every_beats``, its end replaced by ``fill``."""
    start = every_beats - fill.span_beats
    plain = pattern.filling(every_beats)
    return _joined([plain.where(plain.beats < start - 1e-9), fill.moved(start)], every_beats)
