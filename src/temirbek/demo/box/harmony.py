"""Chords and the lines that follow from them: progressions that settle a key, basses, comping, melodies."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from temirbek.demo.box.notes import Notes, notes
from temirbek.types import Key, Mode

Chord = tuple[int, str]
"""Semitones of the root above the tonic, and the quality (a key of :data:`QUALITIES`)."""

QUALITIES = {
    "M": (0, 4, 7),
    "m": (0, 3, 7),
    "7": (0, 4, 7, 10),
    "m7": (0, 3, 7, 10),
    "M7": (0, 4, 7, 11),
}
PROGRESSIONS: dict[Mode, tuple[tuple[Chord, ...], ...]] = {
    "minor": (
        ((0, "m"), (8, "M"), (3, "M"), (10, "M")),
        ((0, "m"), (5, "m"), (8, "M"), (7, "M")),
        ((0, "m"), (10, "M"), (8, "M"), (7, "M")),
        ((0, "m"), (0, "m"), (5, "m"), (7, "m")),
        ((0, "m"), (3, "M"), (10, "M"), (5, "m")),
        ((0, "m7"), (8, "M7"), (5, "m7"), (7, "7")),
    ),
    "major": (
        ((0, "M"), (7, "M"), (9, "m"), (5, "M")),
        ((0, "M"), (9, "m"), (5, "M"), (7, "M")),
        ((0, "M"), (5, "M"), (0, "M"), (7, "M")),
        ((0, "M"), (4, "m"), (5, "M"), (7, "7")),
        ((0, "M7"), (9, "m7"), (2, "m7"), (7, "7")),
    ),
}
JAZZ: dict[Mode, tuple[Chord, ...]] = {
    "major": ((0, "M7"), (9, "7"), (2, "m7"), (7, "7"), (4, "m7"), (9, "7"), (2, "m7"), (7, "7")),
    "minor": ((0, "m7"), (0, "m7"), (5, "m7"), (10, "7"), (3, "M7"), (8, "M7"), (7, "7"), (7, "7")),
}
PENTATONIC: dict[Mode, tuple[int, ...]] = {"major": (0, 2, 4, 7, 9), "minor": (0, 3, 5, 7, 10)}


@dataclass(frozen=True, slots=True, kw_only=True)
class Progression:
    """Chords of one length each, in a key."""

    key: Key
    chords: tuple[Chord, ...]
    chord_beats: float

    @property
    def span_beats(self) -> float:
        """Length of all chords [beats]."""
        return self.chord_beats * len(self.chords)

    def index_at(self, beat: float) -> int:
        """Which chord sounds on a beat."""
        return int(beat / self.chord_beats + 1e-9) % len(self.chords)

    def bass_at(self, beat: float, low: int) -> int:
        """Pitch of the root of the chord on a beat, the lowest from ``low`` on."""
        return low + (self.key.tonic + self.chords[self.index_at(beat)][0] - low) % 12

    def pitches_at(self, beat: float, low: int) -> list[int]:
        """Pitches of the chord on a beat, each the lowest from ``low`` on."""
        root, quality = self.chords[self.index_at(beat)]
        return sorted(low + (self.key.tonic + root + i - low) % 12 for i in QUALITIES[quality])


def drawn_key(rng: np.random.Generator, *, minor: float = 0.6) -> Key:
    """Any key; minor with the given chance."""
    return Key(tonic=int(rng.integers(12)), mode="minor" if rng.random() < minor else "major")


def comped(chords: Progression, rhythm: Notes, *, low: int = 55, hold: float = 1.0) -> Notes:
    """The chords in a rhythm; each is held ``hold`` times as long as the rhythm's notes."""
    played = rhythm.filling(chords.span_beats)
    rows = [
        (beat, length * hold, pitch, velocity)
        for beat, length, velocity in zip(played.beats, played.lengths_beats, played.velocities, strict=True)
        for pitch in chords.pitches_at(beat, low)
    ]
    return _of_rows(rows, chords.span_beats)


def rooted(
    chords: Progression, rhythm: Notes, *, low: int = 33, leaps: tuple[int, ...] = (0,), hold: float = 0.95
) -> Notes:
    """A bass on the roots in a rhythm; ``leaps`` [semitones above the root] are taken in turn."""
    played = rhythm.filling(chords.span_beats)
    rows = [
        (beat, length * hold, chords.bass_at(beat, low) + leaps[i % len(leaps)], velocity)
        for i, (beat, length, velocity) in enumerate(
            zip(played.beats, played.lengths_beats, played.velocities, strict=True)
        )
    ]
    return _of_rows(rows, chords.span_beats)


def walking(chords: Progression, rng: np.random.Generator, *, low: int = 31, turns: int = 2) -> Notes:
    """A walking bass: the root, chord tones between, and a step into the next root."""
    rows = []
    for beat in np.arange(0.0, turns * chords.span_beats):
        within = beat % chords.chord_beats
        if within == 0:
            pitch = chords.bass_at(beat, low)
        elif within == chords.chord_beats - 1:
            pitch = chords.bass_at(beat + 1, low) + int(rng.choice((-1, 1, 2)))
        else:
            pitch = int(rng.choice(chords.pitches_at(beat, low)))
        rows.append((beat, 0.92, pitch, 0.75 + 0.15 * rng.random()))
    return _of_rows(rows, turns * chords.span_beats)


def melody(
    chords: Progression, rhythm: Notes, rng: np.random.Generator, *, low: int = 60, hold: float = 0.9
) -> Notes:
    """A melody in a rhythm: chord tones on the beats, steps of the pentatonic between, in small moves."""
    played = rhythm.filling(max(chords.span_beats, rhythm.span_beats))
    scale = {(chords.key.tonic + i) % 12 for i in PENTATONIC[chords.key.mode]}
    now = float(low + 7)
    rows = []
    for beat, length, velocity in zip(played.beats, played.lengths_beats, played.velocities, strict=True):
        allowed = {p % 12 for p in chords.pitches_at(max(beat, 0.0), low)} if beat % 1.0 == 0 else scale
        options = [p for p in range(low, low + 15) if p % 12 in allowed]
        near = np.exp(-0.5 * ((np.array(options) - now) / 2.5) ** 2) + 1e-6
        now = float(rng.choice(options, p=near / near.sum()))
        rows.append((beat, length * hold, now, velocity))
    return _of_rows(rows, played.span_beats)


def arpeggiated(chords: Progression, rhythm: Notes, order: str, *, low: int = 67) -> Notes:
    """Chord tones one after the other: ``order`` lists which in turn (0 is the lowest)."""
    played = rhythm.filling(chords.span_beats)
    rows = []
    for i, (beat, length, velocity) in enumerate(
        zip(played.beats, played.lengths_beats, played.velocities, strict=True)
    ):
        pitches = chords.pitches_at(beat, low)
        k = int(order[i % len(order)])
        rows.append((beat, length, pitches[k % len(pitches)] + 12 * (k // len(pitches)), velocity))
    return _of_rows(rows, chords.span_beats)


def _of_rows(rows: Sequence[tuple[float, float, float, float]], span_beats: float) -> Notes:
    table = np.array(rows, dtype=float).reshape(-1, 4)
    return notes(
        table[:, 0], span_beats, lengths_beats=table[:, 1], pitches=table[:, 2], velocities=table[:, 3]
    )
