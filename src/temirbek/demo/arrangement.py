"""A piece as data: sections, lanes (one instrument each), and what the mixing desk does to them."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from temirbek.demo.instruments import Voice
from temirbek.demo.score import Phrase
from temirbek.types import Key, SectionLabel


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """A section of the piece.

    Attributes:
        name: Unique within the piece ("drop 2"); lanes refer to it.
        label: Its role.
        bars: Its length, a whole number of 8-bar phrases.
        stop_beats: Silence at its end [beats]: the breath before the drop.
    """

    name: str
    label: SectionLabel
    bars: int = 8
    stop_beats: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Sweep:
    """What changes on a lane from the first to the last bar of a part.

    Attributes:
        lowpass_hz: Cutoff at the start and at the end [Hz], or None for no filter.
        gain_db: Gain at the start and at the end [dB].
        sway_octaves, sway_bars: The cutoff sways by so much, once in so many bars.
        resonance: How much the filter sings at its cutoff.
    """

    lowpass_hz: tuple[float, float] | None = None
    sway_octaves: float = 0.0
    sway_bars: float = 4.0
    resonance: float = 0.9
    gain_db: tuple[float, float] = (0.0, 0.0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Lane:
    """One instrument through the piece.

    Attributes:
        name: For people and for seeding.
        voice: The instrument.
        plays: Part name → what it plays there (repeated to fill the part).
        gain_db, pan: Level and place, −1 left to 1 right.
        room, echo: Sends to the reverb and to the dotted-eighth echo, 0–1.
        duck: How far the kick pushes it down, 0 not at all to 1 wholly.
        swing: Delay of every second sixteenth, as a share of a sixteenth.
        strum_s: Delay from string to string of a chord [s].
        sweeps: Part name → movement there.
        is_through: Sounds on through the stop at the end of a part (a pick-up, a riser's tail).
        is_beat: Its hits are what the side-chain listens to.
    """

    name: str
    voice: Voice
    plays: Mapping[str, Phrase]
    gain_db: float = 0.0
    pan: float = 0.0
    room: float = 0.0
    echo: float = 0.0
    duck: float = 0.0
    swing: float = 0.0
    strum_s: float = 0.0
    sweeps: Mapping[str, Sweep] = field(default_factory=dict)
    is_through: bool = False
    is_beat: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Piece:
    """A whole piece.

    Attributes:
        name: File name without its ending.
        title, tempo_bpm, key: As the truth has them.
        parts: The arrangement.
        lanes: The instruments.
        room_s: Reverberation time of its room [s].
    """

    name: str
    title: str
    tempo_bpm: float
    key: Key
    parts: tuple[Part, ...]
    lanes: tuple[Lane, ...]
    room_s: float = 1.2

    def __post_init__(self) -> None:
        names = [part.name for part in self.parts]
        for lane in self.lanes:
            strangers = (set(lane.plays) | set(lane.sweeps)) - set(names)
            if strangers:
                raise ValueError(f"{self.name}: lane {lane.name!r} plays in {strangers}; parts are {names}")

    @property
    def bars(self) -> int:
        """Length in bars."""
        return sum(part.bars for part in self.parts)

    def start_bar(self, part_name: str) -> int:
        """The bar on which a part begins."""
        bar = 0
        for part in self.parts:
            if part.name == part_name:
                return bar
            bar += part.bars
        raise KeyError(part_name)
