"""A piece of the box as data: a clock, sections, lanes. What is played and what is true come from the same numbers."""

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np

from temirbek.demo.box.harmony import Progression
from temirbek.demo.box.notes import Floats, Notes
from temirbek.demo.instruments import SAMPLE_RATE_HZ, Voice
from temirbek.types import Key, SectionLabel

UPBEATS = 8  # beats that the clock knows before the first downbeat


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """A section: its role, its length [bars], and a silence at its end [beats]."""

    label: SectionLabel
    bars: int
    stop_beats: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Lane:
    """One instrument.

    Attributes:
        name: For people, and for the seeds of its unevenness.
        voice: The instrument.
        plays: Part index → what it plays there (repeated to fill the part).
        gain_db, pan: Level and place, −1 left to 1 right.
        room: Send to the reverb, 0–1.
        duck: How far the kick pushes it down, 0–1.
        late_s: How much later than written it always is [s].
        jitter_s: Standard deviation of its hits from the written instant [s]; cut at three of them.
        is_kick: Its hits are what ducks the others.
        is_voice: Somebody sings or raps: the truth counts its bars.
        takes: Different takes of the same note, in turn.
    """

    name: str
    voice: Voice
    plays: Mapping[int, Notes]
    gain_db: float = 0.0
    pan: float = 0.0
    room: float = 0.0
    duck: float = 0.0
    late_s: float = 0.0
    jitter_s: float = 0.0
    is_kick: bool = False
    is_voice: bool = False
    takes: int = 3


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Tune:
    """A whole piece. Beat 0 is the first downbeat; upbeats are negative.

    Attributes:
        style: Its style's name.
        seed: The seed that it was drawn from.
        tempi_bpm: Tempo of each beat from beat −8 to the last, shape (8 + beats,).
        chords: The harmony, and with it the key.
        parts: Sections in order.
        lanes: Instruments.
        beats_per_bar: Beats in the bar.
        phrase_bars: Bars in a phrase.
        first_beat: The first beat that is there: −1 after an upbeat of one, 2 where the music starts in the middle
            of its first bar (nothing before it is played).
        lead_in_s: Track time of ``first_beat`` [s].
        is_atmospheric: The lead-in is filled with a pad and noise without a beat, not with silence.
        tuning_cents: How far all pitched instruments lie from A = 440 Hz [cents].
        room_s: Reverberation time [s].
        dust: Level of vinyl noise, 0 for none.
        loudness_lufs: How loud it is mastered; above −12 the attacks are rounded off, as on loud records.
        treble_hz: Where an old or cheap recording ends [Hz]; 20 kHz is all of it.
    """

    style: str
    seed: int
    tempi_bpm: Floats
    chords: Progression
    parts: tuple[Part, ...]
    lanes: tuple[Lane, ...]
    beats_per_bar: int = 4
    phrase_bars: int = 8
    first_beat: int = 0
    lead_in_s: float = 0.1
    is_atmospheric: bool = False
    tuning_cents: float = 0.0
    room_s: float = 0.7
    dust: float = 0.0
    loudness_lufs: float = -14.0
    treble_hz: float = 20000.0
    _clock_s: Floats = field(init=False, repr=False)

    def __post_init__(self) -> None:
        expected = UPBEATS + self.n_beats
        if self.tempi_bpm.shape != (expected,):
            raise ValueError(
                f"{self.style}: {self.tempi_bpm.shape} tempi; expected ({expected},), one a beat"
            )
        strangers = {i for lane in self.lanes for i in lane.plays if not 0 <= i < len(self.parts)}
        if strangers:
            raise ValueError(
                f"{self.style}: played in parts {sorted(strangers)}; there are {len(self.parts)}"
            )
        clock = np.concatenate([[0.0], np.cumsum(60.0 / self.tempi_bpm)])
        clock += self.lead_in_s - clock[UPBEATS + self.first_beat]
        # Each beat lies on a sample, so that the truth and the sound can agree exactly.
        object.__setattr__(self, "_clock_s", np.round(clock * SAMPLE_RATE_HZ) / SAMPLE_RATE_HZ)

    @property
    def key(self) -> Key:
        """The key that the chords settle."""
        return self.chords.key

    @property
    def n_beats(self) -> int:
        """Beats of all parts."""
        return self.beats_per_bar * sum(part.bars for part in self.parts)

    def start_beat(self, part: int) -> int:
        """The beat on which a part begins."""
        return self.beats_per_bar * sum(p.bars for p in self.parts[:part])

    def time_s(self, beats: Floats) -> Floats:
        """Track time of beats [s]; between beats the tempo stands still."""
        return np.asarray(np.interp(beats + UPBEATS, np.arange(len(self._clock_s)), self._clock_s))

    @property
    def end_s(self) -> float:
        """Track time of the end of the last bar [s]."""
        return float(self._clock_s[-1])


def steady(tempo_bpm: float, n_beats: int) -> Floats:
    """The tempi of a machine, shape (8 + n,)."""
    return np.full(UPBEATS + n_beats, float(tempo_bpm))


def wandering(tempo_bpm: float, n_beats: int, rng: np.random.Generator, *, depth: float = 0.03) -> Floats:
    """The tempi of people who hold the tempo as well as they can: slow waves of up to ``depth``, shape (8 + n,)."""
    beat = np.arange(UPBEATS + n_beats)
    waves = [
        share * np.sin(2 * np.pi * (beat / period + rng.random()))
        for share, period in zip((0.55, 0.3, 0.15), rng.uniform((90, 45, 20), (180, 80, 34)), strict=True)
    ]
    return np.asarray(tempo_bpm * (1.0 + depth * np.sum(waves, axis=0)))
