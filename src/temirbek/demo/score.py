"""How music is written down here: short texts, one character or word a sixteenth.

A bar has sixteen steps. Bars are set apart by ``|``; ``%`` plays the bar before once more.

- :func:`hits` reads drums: ``X`` loud, ``x`` normal, ``o`` soft, ``g`` ghost, ``.`` rest.
- :func:`line` reads melodies: ``D4`` starts a note, ``-`` holds it, ``.`` rests, ``D4+A4`` sounds two at once;
  a ``!`` behind a note accents it.
- :func:`chords`, :func:`bass` and :func:`arpeggio` read chord symbols, one a bar or two with a comma
  (``Dm7 Bb F,C``), and one rhythm that repeats.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from itertools import pairwise, product

STEPS_PER_BAR = 16
STEPS_PER_BEAT = 4
VELOCITY = {"X": 1.0, "x": 0.8, "o": 0.55, "g": 0.32}
_NATURAL = {"C": 0, "D": 2, "E": 4, "F": 5, "G": 7, "A": 9, "B": 11}
QUALITIES = {
    "": (0, 4, 7),
    "m": (0, 3, 7),
    "5": (0, 7, 12),
    "7": (0, 4, 7, 10),
    "m7": (0, 3, 7, 10),
    "maj7": (0, 4, 7, 11),
    "m9": (0, 3, 7, 10, 14),
    "maj9": (0, 4, 7, 11, 14),
    "add9": (0, 4, 7, 14),
    "sus4": (0, 5, 7),
    "sus2": (0, 2, 7),
    "6": (0, 4, 7, 9),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Note:
    """A note: first step, length in steps, MIDI pitch (60 is C4; drums ignore it), velocity 0–1."""

    step: int
    length: int
    pitch: int = 60
    velocity: float = 0.8


@dataclass(frozen=True, slots=True, kw_only=True)
class Phrase:
    """Notes in order of time, and how many bars they fill."""

    notes: tuple[Note, ...]
    bars: int

    def filling(self, bars: int) -> "Phrase":
        """The phrase, repeated (and cut) to fill ``bars`` bars."""
        notes = tuple(
            replace(note, step=note.step + turn * self.bars * STEPS_PER_BAR)
            for turn in range(-(-bars // self.bars))
            for note in self.notes
            if note.step + turn * self.bars * STEPS_PER_BAR < bars * STEPS_PER_BAR
        )
        return Phrase(notes=notes, bars=bars)

    def transposed(self, semitones: int) -> "Phrase":
        """The phrase, higher by some semitones."""
        return replace(self, notes=tuple(replace(n, pitch=n.pitch + semitones) for n in self.notes))


def then(*phrases: Phrase) -> Phrase:
    """One phrase after the other."""
    notes: list[Note] = []
    bars = 0
    for phrase in phrases:
        notes += [replace(n, step=n.step + bars * STEPS_PER_BAR) for n in phrase.notes]
        bars += phrase.bars
    return Phrase(notes=tuple(notes), bars=bars)


def together(*phrases: Phrase) -> Phrase:
    """Phrases on top of each other; the longest gives the length, the others repeat."""
    bars = max(p.bars for p in phrases)
    notes = sorted((n for p in phrases for n in p.filling(bars).notes), key=lambda n: (n.step, n.pitch))
    return Phrase(notes=tuple(notes), bars=bars)


def pitch_of(name: str) -> int:
    """MIDI pitch of a note name ("C4" is 60, "Bb3" 58).

    Raises:
        ValueError: Not a note name.
    """
    match = re.fullmatch(r"([A-G])([b#]?)(-?\d)", name)
    if match is None:
        raise ValueError(f"no such note: {name!r}; expected a letter A–G, perhaps b or #, and an octave")
    letter, accidental, octave = match.groups()
    shift = {"b": -1, "#": 1, "": 0}[accidental]
    return 12 * (int(octave) + 1) + _NATURAL[letter] + shift


def chord_of(symbol: str) -> tuple[int, tuple[int, ...]]:
    """Root (0–11) and intervals of a chord symbol ("Bbmaj7").

    Raises:
        ValueError: Not a chord symbol of :data:`QUALITIES`.
    """
    match = re.fullmatch(r"([A-G])([b#]?)(.*)", symbol)
    if match is None or match[3] not in QUALITIES:
        raise ValueError(f"no such chord: {symbol!r}; qualities are {', '.join(map(repr, QUALITIES))}")
    root = (_NATURAL[match[1]] + {"b": -1, "#": 1, "": 0}[match[2]]) % 12
    return root, QUALITIES[match[3]]


def _bars(text: str) -> list[str]:
    bars: list[str] = []
    for bar in (part.strip() for part in text.split("|")):
        bars.append(bars[-1] if bar == "%" else bar)
    return bars


def _check(cells: Iterable[str], bar: str) -> list[str]:
    found = list(cells)
    if len(found) != STEPS_PER_BAR:
        raise ValueError(f"{len(found)} steps in the bar {bar!r}; expected {STEPS_PER_BAR}")
    return found


def hits(text: str) -> Phrase:
    """Drum steps as a phrase."""
    bars = _bars(text)
    notes = [
        Note(step=b * STEPS_PER_BAR + s, length=1, velocity=VELOCITY[cell])
        for b, bar in enumerate(bars)
        for s, cell in enumerate(_check(bar.replace(" ", ""), bar))
        if cell != "."
    ]
    return Phrase(notes=tuple(notes), bars=len(bars))


def line(text: str) -> Phrase:
    """A melody as a phrase."""
    bars = _bars(text)
    cells = [cell for bar in bars for cell in _check(bar.split(), bar)]
    notes: list[Note] = []
    for step, cell in enumerate(cells):
        if cell in (".", "-"):
            continue
        length = _held(cells, step)
        velocity = 1.0 if cell.endswith("!") else 0.8
        pitches = [pitch_of(name) for name in cell.rstrip("!").split("+")]
        notes += [Note(step=step, length=length, pitch=p, velocity=velocity) for p in pitches]
    return Phrase(notes=tuple(notes), bars=len(bars))


def _held(cells: list[str] | str, step: int) -> int:
    length = 1
    while step + length < len(cells) and cells[step + length] == "-":
        length += 1
    return length


def voiced(symbols: list[str], center: int) -> list[tuple[int, ...]]:
    """Chords as pitches near ``center``, each voice moving as little as it can from chord to chord."""
    voicings: list[tuple[int, ...]] = []
    for symbol in symbols:
        root, intervals = chord_of(symbol)
        ladders = [[p for p in range(center - 8, center + 9) if p % 12 == (root + i) % 12] for i in intervals]
        options = sorted({tuple(sorted(o)) for o in product(*ladders)})
        before = voicings[-1] if voicings else ()
        voicings.append(min(options, key=lambda o: (_motion(before, o, center), o)))
    return voicings


def _motion(before: tuple[int, ...], after: tuple[int, ...], center: int) -> float:
    drift = abs(sum(after) / len(after) - center)
    if not before:
        return drift + max(after) - min(after)
    leaps = sum(min(abs(a - b) for b in before) for a in after)
    leaps += sum(min(abs(a - b) for a in after) for b in before)
    clash = sum(b - a < 2 for a, b in pairwise(after))
    return leaps + 0.5 * drift + 4 * clash


def _spans(symbols: str) -> tuple[list[str], list[int], int]:
    """Chord symbols in order, the step at which each begins, and the number of bars."""
    names: list[str] = []
    starts: list[int] = []
    bars = symbols.split()
    for b, bar in enumerate(bars):
        parts = bar.split(",")
        for i, part in enumerate(parts):
            names.append(part)
            starts.append(b * STEPS_PER_BAR + i * STEPS_PER_BAR // len(parts))
    return names, starts, len(bars)


def _chord_at(starts: list[int], step: int) -> int:
    return max(i for i, start in enumerate(starts) if start <= step)


def chords(symbols: str, rhythm: str, *, center: int = 60) -> Phrase:
    """Voice-led chords in a rhythm (``x`` strikes, ``-`` holds, ``.`` rests) that repeats."""
    names, starts, n_bars = _spans(symbols)
    voicings = voiced(names, center)
    cells = rhythm.replace("|", "").replace(" ", "")
    steps = (cells * (n_bars * STEPS_PER_BAR // len(cells) + 1))[: n_bars * STEPS_PER_BAR]
    notes = [
        Note(step=s, length=_held(steps, s), pitch=pitch, velocity=VELOCITY[cell])
        for s, cell in enumerate(steps)
        if cell in VELOCITY
        for pitch in voicings[_chord_at(starts, s)]
    ]
    return Phrase(notes=tuple(notes), bars=n_bars)


def bass(symbols: str, rhythm: str, *, lowest: str = "E1") -> Phrase:
    """A bass line under chords, in a rhythm that repeats.

    ``r`` is the root (``R`` accented), ``f`` the fifth, ``o`` the octave, ``t`` the seventh above it. Roots lie
    within an octave from ``lowest`` on: down to E1 (41 Hz) loudspeakers still move.
    """
    names, starts, n_bars = _spans(symbols)
    cells = rhythm.replace("|", "").replace(" ", "")
    steps = (cells * (n_bars * STEPS_PER_BAR // len(cells) + 1))[: n_bars * STEPS_PER_BAR]
    interval = {"r": 0, "R": 0, "f": 7, "o": 12, "t": 10}
    bottom = pitch_of(lowest)
    notes = []
    for s, cell in enumerate(steps):
        if cell in interval:
            root, _ = chord_of(names[_chord_at(starts, s)])
            pitch = bottom + (root - bottom) % 12 + interval[cell]
            velocity = 1.0 if cell == "R" else 0.8
            notes.append(Note(step=s, length=_held(steps, s), pitch=pitch, velocity=velocity))
    return Phrase(notes=tuple(notes), bars=n_bars)


def arpeggio(symbols: str, rhythm: str, order: str, *, center: int = 72) -> Phrase:
    """Chord tones one after the other: ``order`` lists which (0 is the lowest; 4 and more an octave up)."""
    names, starts, n_bars = _spans(symbols)
    voicings = voiced(names, center)
    cells = rhythm.replace("|", "").replace(" ", "")
    notes = []
    turn = 0
    for s in range(n_bars * STEPS_PER_BAR):
        cell = cells[s % len(cells)]
        if cell in VELOCITY:
            voicing = voicings[_chord_at(starts, s)]
            index = int(order[turn % len(order)])
            pitch = voicing[index % len(voicing)] + 12 * (index // len(voicing))
            notes.append(Note(step=s, length=1, pitch=pitch, velocity=VELOCITY[cell]))
            turn += 1
    return Phrase(notes=tuple(notes), bars=n_bars)


def rest(bars: int) -> Phrase:
    """Silence."""
    return Phrase(notes=(), bars=bars)


def held(name: str, bars: int, *, open_steps: int = 0) -> Phrase:
    """One note held over several bars, let go ``open_steps`` before their end."""
    note = Note(step=0, length=bars * STEPS_PER_BAR - open_steps, pitch=pitch_of(name))
    return Phrase(notes=(note,), bars=bars)


def once(bars: int) -> Phrase:
    """One hit on the first step of several bars."""
    return Phrase(notes=(Note(step=0, length=1, velocity=1.0),), bars=bars)
