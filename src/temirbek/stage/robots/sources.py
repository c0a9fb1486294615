"""What a robot can dance: a part that follows mix time, a groove that follows the beat, a gesture, or standing.

A source knows at every instant its position on its tape and its speed. When its music goes elsewhere or falls silent it
*coasts*: it goes on at the speed that it had, so that a foot in the air still comes down, until something else can take over.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import floor, log

import numpy as np
from numpy.typing import NDArray

from temirbek.robots.dancer import CONTROL_STEP_S
from temirbek.robots.falls import Expected
from temirbek.stage.robots.music import Moment
from temirbek.stage.robots.parts import About
from temirbek.stage.robots.planar import Planar, Stance, stance_of
from temirbek.stage.robots.tape import Tape
from temirbek.types import BeatGrid

Floats = NDArray[np.float64]
SLOWEST, FASTEST = 0.68, 1.3
"""Speeds at which a groove may be danced, of the one that it was made for."""
RULES = (1.0, 0.5, 2.0)
"""As written, in half time, in double time: the first that suits the tempo."""


@dataclass(slots=True, kw_only=True, eq=False)
class Dance:
    """A part, as one robot has it ready: what it says of itself, and the robot's tape."""

    about: About
    tape: Tape

    @property
    def end_s(self) -> float:
        """Where it ends [s]."""
        return self.tape.end_s


class Source:
    """Something to dance.

    Args:
        name: For people; "" is standing.
        tape: Its rows.

    Attributes:
        position, speed: Where it is (row) and how fast it goes (tape seconds per second).
        place: How its tape is moved on the floor.
    """

    def __init__(self, name: str, tape: Tape) -> None:
        self.name, self.tape = name, tape
        self.position, self.speed = 0.0, 0.0
        self.place = Planar()

    def move(self, moment: Moment) -> None:
        """Goes on to a moment, one control step after the last."""

    def _coast(self) -> None:
        self.position = min(self.position + self.speed, float(self.tape.last))
        if self.position >= self.tape.last:
            self.speed = 0.0

    def put(self, stance: Stance) -> None:
        """Has it danced where somebody stands, instead of on its mark."""
        self.place = Planar.between(stance_of(self.tape.soles(self.position)), stance)

    @property
    def is_over(self) -> bool:
        """Whether nothing comes any more."""
        return False

    def is_current(self, moment: Moment) -> bool:
        """Whether the music still is that which it follows."""
        return True

    def stance(self) -> Stance:
        """Where it stands now."""
        return stance_of(self.place.soles(self.tape.soles(self.position)))

    def soles_ahead(self, seconds: float) -> Floats:
        """Where the soles will be on the floor in the time to come, every tenth of a second, shape (n, feet, 2)."""
        rows = (
            self.position
            + np.arange(0.0, seconds, 0.1, dtype=np.float64) * max(self.speed, 0.0) / CONTROL_STEP_S
        )
        soles: Floats = self.place.soles(np.stack([self.tape.soles(r) for r in rows.tolist()]))
        return soles[..., :2]

    def numbers(self) -> Floats:
        """What the robot does now."""
        numbers = self.tape.at(self.position, self.speed)
        self.place.move(numbers, self.tape.layout)
        return numbers

    def expects(self) -> tuple[tuple[Expected, int], ...]:
        """What a fall watch may expect now, each with its row; the first is where it is on its tape."""
        return ((self.tape.expected, self.tape.row(self.position)),)

    def is_planted(self, seconds: float) -> bool:
        """Whether all feet stand for so long from now on."""
        return self.tape.is_planted(self.position, max(self.speed, 0.1) * seconds / CONTROL_STEP_S)


class Stand(Source):
    """Standing still."""

    def __init__(self, tape: Tape) -> None:
        super().__init__("", tape)
        self.position = 1.0


class PartSource(Source):
    """A part, where the mix is.

    Args:
        dance: What.
        moment: When it is taken up; it follows the epoch of that moment.
    """

    def __init__(self, dance: Dance, moment: Moment) -> None:
        super().__init__(dance.about.title or dance.about.id, dance.tape)
        self.dance = dance
        self._epoch, self._programme = moment.epoch, moment.programme
        self.move(moment)

    def move(self, moment: Moment) -> None:
        if not self.is_current(moment):
            self._coast()
            return
        tape = self.tape
        self.position = tape.position(moment.mix_s)
        self.speed = moment.rate if tape.start_s <= moment.mix_s < tape.end_s else 0.0

    def is_current(self, moment: Moment) -> bool:
        return moment.is_playing and moment.epoch == self._epoch and moment.programme == self._programme

    @property
    def is_over(self) -> bool:
        return self.position >= self.tape.last


class GrooveSource(Source):
    """A loop, at any tempo near its own; the beat says where in it the robot is.

    Args:
        dance: What; its part has ``loop_beats``.
        moment: When it is taken up; it follows the beat of that moment's epoch.
    """

    def __init__(self, dance: Dance, moment: Moment) -> None:
        super().__init__(dance.about.title or "groove", dance.tape)
        self.dance = dance
        self._grid: BeatGrid = dance.about.grid
        first, last = dance.about.loop_beats or (0.0, float(self._grid.n_beats))
        self._first, self._beats = first, last - first
        self._start, self._end = (dance.tape.position(float(self._grid.time_at(b))) for b in (first, last))
        self._s_per_beat = 60.0 / self._grid.tempo_bpm
        self._epoch = moment.beat_epoch
        self.rule = rule_for(self._own_speed(moment))
        self.move(moment)

    def _own_speed(self, moment: Moment) -> float:
        return moment.beats_per_s * self._s_per_beat

    def move(self, moment: Moment) -> None:
        if not moment.has_beat or moment.beat_epoch != self._epoch:
            self._coast()
            if self.position >= self._end:
                self.position -= self._end - self._start
            return
        turns = self.rule * moment.beat / self._beats
        loop_beat = self._first + self._beats * (turns - floor(turns))
        self.position = self.tape.position(float(self._grid.time_at(loop_beat)))
        self.speed = self.rule * self._own_speed(moment)

    def is_current(self, moment: Moment) -> bool:
        suits = SLOWEST <= self.rule * self._own_speed(moment) <= FASTEST
        return moment.has_beat and moment.beat_epoch == self._epoch and suits


def rule_for(speed: float) -> float:
    """In which time a groove is danced at a speed (of its own tempo): as written, in half time, in double time."""
    for rule in RULES:
        if SLOWEST <= rule * speed <= FASTEST:
            return rule
    return min(RULES, key=lambda rule: abs(log(max(rule * speed, 1e-3))))


def best_groove(grooves: Sequence[Dance], moment: Moment) -> Dance:
    """The groove whose own tempo is nearest to the music's, in the time in which it would be danced."""

    def far(dance: Dance) -> float:
        speed = max(moment.beats_per_s * 60.0 / dance.about.grid.tempo_bpm, 1e-3)
        return abs(log(rule_for(speed) * speed))

    return min(grooves, key=far)


class GestureSource(Source):
    """Something short on its own time, from standing to standing."""

    def __init__(self, name: str, tape: Tape) -> None:
        super().__init__(name, tape)
        self.speed = 1.0

    def move(self, moment: Moment) -> None:
        self._coast()

    @property
    def is_over(self) -> bool:
        return self.position >= self.tape.last
