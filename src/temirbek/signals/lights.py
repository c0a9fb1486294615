"""Lamps that follow the music: looks that people call, moved by bars, sections and drops.

A *look* is what a light cue asks for. How far it follows the music depends on which one it is:

* ``blackout`` and ``key`` do not: darkness and the light of a speaker stay as they are;
* ``warm``, ``cool`` and the venue's own keep their colour and breathe with the bar while music sounds;
* ``drop`` is the show's full light: colour and brightness by section (:data:`SECTIONS`), movement by bar, a small accent
  on each beat. A build rises and narrows to the middle lamps, a break leaves one lamp alone, a drop opens all.

Without music every look stands still. Nothing here flashes faster than :mod:`temirbek.signals.flashes` lets it.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from temirbek.errors import InvalidInput
from temirbek.signals.artnet import CHANNELS
from temirbek.signals.colors import Shade
from temirbek.signals.flashes import FlashLimit
from temirbek.types.evening import Fixture, Look

STILL = ("blackout", "key")
FULL = "drop"
HOUSE = {
    "blackout": Shade.of("#000000", 0.0),
    "warm": Shade.of("#ffb46b", 0.6),
    "cool": Shade.of("#4d7dff", 0.5),
    "drop": Shade.of("#fec50c", 1.0),
    "key": Shade.of("#fff1e0", 0.8),
}
WORK = Shade.of("#ffffff", 0.5)
"""The light after a show stop: white, still, enough to see each other by."""
DARK = Shade()
WORK_FADE_S = 0.5
BREATH = 0.12
"""A look that keeps its colour loses so much of its level towards the middle of a bar."""
ACCENT, ACCENT_BEATS = 0.18, 0.35
"""On a beat the full light is so much brighter, and falls back within so many beats."""
NARROW_LEVEL = 0.06
"""Lamps that a build or a break leaves out keep so much of their light."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Music:
    """The music as lamps need it.

    Attributes:
        beat: Position; 0 is a downbeat.
        beats_per_bar: Beats in a bar.
        section: "intro", "drop" …, or "".
        progress: How much of the section is over, 0–1.
        energy: Of the bar, 0–1.
    """

    beat: float
    beats_per_bar: int = 4
    section: str = ""
    progress: float = 0.0
    energy: float = 0.6


@dataclass(frozen=True, slots=True)
class _Mood:
    """How a section looks: two colours that neighbouring lamps share, its level at begin and end, its movement."""

    colors: tuple[str, str]
    begin: float
    end: float
    swing: float
    open_end: float = 1.0


_SKY, _STEPPE, _NIGHT, _DEEP, _KEY = "#00afca", "#fec50c", "#2a4bff", "#10309f", "#fff1e0"
_PLAIN = _Mood((_SKY, _NIGHT), 0.55, 0.55, 0.2)
SECTIONS: Mapping[str, _Mood] = {
    "intro": _Mood((_NIGHT, _DEEP), 0.3, 0.45, 0.15),
    "verse": _PLAIN,
    "build": _Mood((_SKY, _STEPPE), 0.4, 1.0, 0.1, open_end=0.0),
    "drop": _Mood((_STEPPE, _SKY), 1.0, 1.0, 0.3),
    "break": _Mood((_KEY, _KEY), 0.5, 0.5, 0.1, open_end=0.0),
    "outro": _Mood((_NIGHT, _DEEP), 0.45, 0.2, 0.1),
}


@dataclass(slots=True)
class _Lamp:
    fixture: Fixture
    place: float
    limit: FlashLimit
    look: str = ""
    goal: Shade = WORK
    start: Shade = DARK
    begin_s: float = 0.0
    fade_s: float = 0.0
    shown: Shade = DARK


class Rig:
    """All lamps of a venue.

    Args:
        fixtures: Of the venue, from one side to the other.
        looks: Of the venue's own.
    """

    def __init__(self, fixtures: Sequence[Fixture], looks: Sequence[Look] = ()) -> None:
        n = len(fixtures)
        places = [2 * k / (n - 1) - 1 if n > 1 else 0.0 for k in range(n)]
        self._lamps = [_Lamp(f, x, FlashLimit()) for f, x in zip(fixtures, places, strict=True)]
        self._looks = {look.id: look for look in looks}
        self._levels: dict[int, dict[int, int]] = {}

    def call(self, look: str, fade_s: float, levels: Mapping[str, int], host_s: float) -> None:
        """Goes to a look.

        Args:
            look: By name.
            fade_s: In this time [s].
            levels: "universe.channel" → 0–255, held until the next look.
            host_s: From now [s].

        Raises:
            InvalidInput: There is no such look, or no such channel.
        """
        own = self._looks.get(look)
        if own is None and look not in HOUSE:
            known = ", ".join([*HOUSE, *self._looks])
            raise InvalidInput(f"no look is called {look!r}; there are {known}")
        held = _channels(levels)
        goal = HOUSE[look] if own is None else Shade.of(own.color, own.level)
        concerned = set(own.fixtures) if own is not None and own.fixtures else None
        for lamp in self._lamps:
            if concerned is None or lamp.fixture.id in concerned:
                self._send(lamp, look, goal, fade_s, host_s)
        self._levels = held

    def stop(self, host_s: float) -> None:
        """Whatever moves is dark at once; then there is light to work by."""
        self._levels = {}
        for lamp in self._lamps:
            lamp.shown = lamp.shown.dimmed(0.0)
            self._send(lamp, "", WORK, WORK_FADE_S, host_s)

    def _send(self, lamp: _Lamp, look: str, goal: Shade, fade_s: float, host_s: float) -> None:
        lamp.look, lamp.goal, lamp.start = look, goal, lamp.shown
        lamp.begin_s, lamp.fade_s = host_s, fade_s

    def render(self, host_s: float, music: Music | None) -> dict[int, bytes]:
        """Universe → levels of its channels, at an instant.

        Args:
            host_s: Now; never goes back [s].
            music: What sounds; None for nothing.
        """
        frames: dict[int, bytearray] = {}
        for lamp in self._lamps:
            lamp.shown = self._shade(lamp, host_s, music)
            frame = frames.setdefault(lamp.fixture.universe, bytearray(CHANNELS))
            first = lamp.fixture.channel - 1
            values = lamp.shown.channels(lamp.fixture.channels)
            frame[first : first + len(values)] = values
        for universe, held in self._levels.items():
            frame = frames.setdefault(universe, bytearray(CHANNELS))
            for channel, level in held.items():
                frame[channel - 1] = level
        return {universe: bytes(frame) for universe, frame in frames.items()}

    def _shade(self, lamp: _Lamp, host_s: float, music: Music | None) -> Shade:
        goal = lamp.goal if music is None else moved(lamp.look, lamp.goal, lamp.place, music)
        past_s = host_s - lamp.begin_s
        if past_s < lamp.fade_s:
            goal = lamp.start.toward(goal, max(0.0, past_s) / lamp.fade_s)
        wanted = goal.brightness
        allowed = lamp.limit.pass_on(wanted, host_s)
        return goal if allowed >= wanted or wanted <= 0 else goal.dimmed(allowed / wanted)


def moved(look: str, goal: Shade, place: float, music: Music) -> Shade:
    """A look as the music moves it.

    Args:
        look: By name; "" is the light to work by.
        goal: What it is without music.
        place: Of the lamp, −1 (one side) to 1 (the other).
        music: What sounds.
    """
    if not look or look in STILL:
        return goal
    bar = (music.beat / music.beats_per_bar) % 1.0
    if look != FULL:
        return goal.dimmed(1.0 - BREATH * math.sin(math.pi * bar) ** 2)
    mood = SECTIONS.get(music.section, _PLAIN)
    along = min(1.0, max(0.0, music.progress))
    wave = 0.5 + 0.5 * math.cos(2 * math.pi * (bar - 0.25 * place))
    color = Shade.of(mood.colors[0], 1.0).toward(Shade.of(mood.colors[1], 1.0), wave)
    level = mood.begin + along * (mood.end - mood.begin)
    level *= 1.0 - mood.swing * (1.0 - wave)
    since_beat = music.beat % 1.0
    accent = ACCENT * max(0.0, 1.0 - since_beat / ACCENT_BEATS) * music.energy
    openness = (
        mood.open_end + (1.0 - mood.open_end) * (1.0 - along) if mood.begin != mood.end else mood.open_end
    )
    is_in = abs(place) <= max(openness, 0.34)
    return color.dimmed(max(0.0, level * (1.0 - ACCENT + accent)) * (1.0 if is_in else NARROW_LEVEL))


def _channels(levels: Mapping[str, int]) -> dict[int, dict[int, int]]:
    """ "1.12" → 200 becomes {1: {12: 200}}.

    Raises:
        InvalidInput: A name or a level is none; all faults at once.
    """
    found: dict[int, dict[int, int]] = {}
    faults: list[str] = []
    for name, level in levels.items():
        universe, _, channel = name.partition(".")
        is_place = universe.isdecimal() and channel.isdecimal() and 1 <= int(channel) <= CHANNELS
        if is_place and 0 <= level <= 255:
            found.setdefault(int(universe), {})[int(channel)] = level
        else:
            faults.append(f'levels: {name!r} = {level}; expected "universe.channel" = 0 to 255')
    if faults:
        raise InvalidInput("; ".join(faults))
    return found
