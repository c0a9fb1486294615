"""A session: a form, a key and chords are drawn; lanes are added one after the other; out comes a tune."""

from collections.abc import Callable
from dataclasses import replace
from functools import partial

import numpy as np

from temirbek.demo.box import singer
from temirbek.demo.box.harmony import PROGRESSIONS, Chord, Progression, drawn_key, melody
from temirbek.demo.box.notes import Floats, Notes, notes
from temirbek.demo.box.tune import Lane, Part, Tune, steady, wandering
from temirbek.demo.instruments import Voice, drums
from temirbek.types import SECTION_LABELS, Mode

Rng = np.random.Generator
BALANCE_DB = 1.3  # standard deviation of the faders from what is written: no two engineers agree
HANDS_S = 0.006


def parts_of(text: str) -> tuple[Part, ...]:
    """Parts from a text: "intro 8, build 8 stop 1, drop 16" (bars; the stop in beats)."""
    parts = []
    for words in (piece.split() for piece in text.split(",")):
        (label,) = (known for known in SECTION_LABELS if known == words[0])
        parts.append(Part(label=label, bars=int(words[1]), stop_beats=float(words[3]) if words[2:] else 0.0))
    return tuple(parts)


class Session:
    """What is drawn once and then played to.

    Args:
        rng: Draws everything.
        style, seed: For the record.
        forms: One of these is drawn; see :func:`parts_of`.
        chord_bars: Bars for which a chord lasts.
        minor: Chance of a minor key.
        beats_per_bar: Beats in the bar.
        harmonies: The chords of a mode, where the style has its own; else one of the progressions is drawn.
    """

    def __init__(
        self,
        rng: Rng,
        style: str,
        seed: int,
        *forms: str,
        chord_bars: float = 1.0,
        minor: float = 0.6,
        beats_per_bar: int = 4,
        harmonies: Callable[[Mode], tuple[Chord, ...]] | None = None,
    ) -> None:
        self.rng, self.style, self.seed, self.bar = rng, style, seed, beats_per_bar
        self.parts = parts_of(self.pick(*forms))
        key = drawn_key(rng, minor=minor)
        options = PROGRESSIONS[key.mode]
        drawn = options[int(rng.integers(len(options)))]
        self.chords = Progression(
            key=key,
            chords=harmonies(key.mode) if harmonies else drawn,
            chord_beats=chord_bars * beats_per_bar,
        )
        self._lanes: dict[str, Lane] = {}

    def pick(self, *options: str) -> str:
        """One of several texts."""
        return options[int(self.rng.integers(len(options)))]

    def between(self, low: float, high: float) -> float:
        """A number between two."""
        return float(self.rng.uniform(low, high))

    def chance(self, share: float) -> bool:
        """True in so many of all cases."""
        return bool(self.rng.random() < share)

    @property
    def n_beats(self) -> int:
        """Beats of all parts."""
        return self.bar * sum(part.bars for part in self.parts)

    def play(
        self,
        name: str,
        voice: Voice,
        labels: str,
        pattern: Notes,
        gain_db: float,
        *,
        pan: float = 0.0,
        room: float = 0.0,
        duck: float = 0.0,
        late_s: float = 0.0,
        is_kick: bool = False,
    ) -> None:
        """A lane that plays a pattern in each part whose label is named ("verse drop"; "*" is everywhere)."""
        self._add(
            Lane(
                name=name,
                voice=voice,
                plays=self._where(labels, pattern),
                gain_db=gain_db + BALANCE_DB * float(np.clip(self.rng.standard_normal(), -2, 2)),
                pan=pan,
                room=room,
                duck=duck,
                late_s=late_s,
                is_kick=is_kick,
            )
        )

    def also(self, name: str, labels: str, pattern: Notes) -> None:
        """The lane of that name plays another pattern in other parts."""
        lane = self._lanes[name]
        self._lanes[name] = replace(lane, plays={**lane.plays, **self._where(labels, pattern)})

    def sing(self, labels: str, *, upbeat: float = 0.0, gain_db: float = -1.5) -> None:
        """A lead vocal: phrases of two bars with a breath, beginning ``upbeat`` beats before the bar."""
        self._add(
            Lane(
                name="voice",
                voice=partial(singer.sings, throat=self.between(0.95, 1.2)),
                plays=self._where(
                    labels, sung(self.rng, self.chords, self.bar, upbeat, low=int(self.rng.integers(50, 63)))
                ),
                gain_db=gain_db,
                room=0.22,
                jitter_s=0.018,
                is_voice=True,
                takes=singer.N_SYLLABLES,
            )
        )

    def rap(self, labels: str, *, per_beat: int = 4, gain_db: float = -1.0) -> None:
        """A rapper: lines of a bar, syllables on most of the fine steps, a breath at the end."""
        self._add(
            Lane(
                name="rapper",
                voice=partial(singer.raps, throat=self.between(0.92, 1.1)),
                plays=self._where(labels, rapped(self.rng, self.bar, per_beat)),
                gain_db=gain_db,
                room=0.08,
                jitter_s=0.012,
                is_voice=True,
                takes=singer.N_SYLLABLES,
            )
        )

    def machine(
        self, tempo_bpm: float, *, phrase_bars: int = 8, dust: float = 0.0, room_s: float = 0.7
    ) -> Tune:
        """The tune at one tempo."""
        return self._tune(steady(tempo_bpm, self.n_beats), phrase_bars, dust, room_s)

    def people(
        self,
        tempo_bpm: float,
        *,
        drift: float,
        phrase_bars: int = 8,
        room_s: float = 0.9,
        hands_s: float = HANDS_S,
    ) -> Tune:
        """The tune as people play it: a tempo that wanders, hands that are uneven by ``hands_s``."""
        self._lanes = {
            name: lane if lane.jitter_s else replace(lane, jitter_s=hands_s)
            for name, lane in self._lanes.items()
        }
        return self._tune(wandering(tempo_bpm, self.n_beats, self.rng, depth=drift), phrase_bars, 0.0, room_s)

    def _tune(self, tempi_bpm: Floats, phrase_bars: int, dust: float, room_s: float) -> Tune:
        return Tune(
            style=self.style,
            seed=self.seed,
            tempi_bpm=tempi_bpm,
            chords=self.chords,
            parts=self.parts,
            lanes=tuple(self._lanes.values()),
            beats_per_bar=self.bar,
            phrase_bars=phrase_bars,
            room_s=room_s,
            dust=dust,
            loudness_lufs=self.between(-16.0, -8.0),
            treble_hz=self.between(5000.0, 14000.0) if self.chance(0.2) else 20000.0,
        )

    def _add(self, lane: Lane) -> None:
        if lane.name in self._lanes:
            raise ValueError(f"{self.style}: two lanes are called {lane.name!r}")
        self._lanes[lane.name] = lane

    def _where(self, labels: str, pattern: Notes) -> dict[int, Notes]:
        wanted = labels.split()
        return {i: pattern for i, part in enumerate(self.parts) if part.label in wanted or labels == "*"}


def sung(rng: Rng, chords: Progression, bar: int, upbeat: float, *, low: int) -> Notes:
    """The notes of a lead vocal over eight bars: phrases of two bars, ``upbeat`` beats ahead of the bar."""
    rows = []
    for two in range(4):
        fine = np.arange(-upbeat, 2 * bar - 1.5 - upbeat, 0.5)
        kept = fine[(rng.random(len(fine)) < 0.62) | (fine == 0) | (fine < 0)]
        ends = np.append(kept[1:], 2 * bar - 1.0 - upbeat)
        rows.append(np.stack([kept + two * 2 * bar, np.clip(ends - kept, 0.25, 2.0)]))
    beats, lengths = np.concatenate(rows, axis=1)
    return melody(chords, notes(beats, 8.0 * bar, lengths_beats=lengths), rng, low=low, hold=0.95)


def rapped(rng: Rng, bar: int, per_beat: int) -> Notes:
    """The syllables of a rapper over eight bars."""
    base = float(rng.uniform(41, 50))
    at = []
    for line in range(8):
        fine = np.arange(0, bar - rng.choice((0.5, 1.0)), 1 / per_beat)
        at.append(line * bar + fine[(rng.random(len(fine)) < 0.72) | (fine % 1 == 0)])
    beats = np.concatenate(at)
    stress = np.where(beats % 1 == 0, 1.0, 0.75)
    return notes(
        beats,
        8.0 * bar,
        lengths_beats=np.minimum(np.diff(np.append(beats, 8.0 * bar)), 0.5) * 0.9,
        pitches=base + 3.0 * stress + np.round(rng.uniform(-1.5, 2.5, len(beats)) * 2) / 2,
        velocities=stress,
    )


def kick_of(rng: Rng, kind: str) -> Voice:
    """A bass drum: "club" (deep), "street" (deep and long), "band" (short, woody), "metal" (all click)."""
    low_hz, sweep_hz, decay_s, click = {
        "club": ((44.0, 56.0), (170.0, 260.0), (0.12, 0.22), (0.3, 0.7)),
        "street": ((42.0, 54.0), (90.0, 200.0), (0.14, 0.24), (0.2, 0.6)),
        "band": ((54.0, 66.0), (80.0, 140.0), (0.07, 0.12), (0.2, 0.5)),
        "metal": ((54.0, 64.0), (90.0, 130.0), (0.05, 0.07), (0.9, 1.3)),
    }[kind]
    return partial(
        drums.kick,
        floor_hz=float(rng.uniform(*low_hz)),
        sweep_hz=float(rng.uniform(*sweep_hz)),
        decay_s=float(rng.uniform(*decay_s)),
        click=float(rng.uniform(*click)),
    )


def snare_of(rng: Rng) -> Voice:
    """A snare drum between dull and cracking."""
    return partial(
        drums.snare,
        tone_hz=float(rng.uniform(165, 240)),
        decay_s=float(rng.uniform(0.07, 0.15)),
        tone=float(rng.uniform(0.4, 0.9)),
    )


def hat_of(rng: Rng, low_s: float = 0.018, high_s: float = 0.045) -> Voice:
    """A closed hi-hat."""
    return partial(drums.hat, decay_s=float(rng.uniform(low_s, high_s)))
