"""Answers to people, from standing and back to it: gestures in their own time, on the hall's beat, and glances.

All of them lie on one tape that the robot has mapped since the show was loaded; to begin one is to go to a place on it.
"""

from dataclasses import dataclass
from math import atan2

import numpy as np
from numpy.typing import NDArray

from temirbek.robots import robot_model
from temirbek.robots.dancer import CONTROL_STEP_S
from temirbek.robots.falls import Expected
from temirbek.stage.robots.blending import blended
from temirbek.stage.robots.music import Moment
from temirbek.stage.robots.parts import GestureSpan
from temirbek.stage.robots.planar import short
from temirbek.stage.robots.sources import FASTEST, Dance, Source, Stand
from temirbek.types import RobotKind

Floats = NDArray[np.float64]
UPBEAT_BEATS = 2.0
"""So long before its first beat a gesture sets off."""
ENTER_BEATS = 2.5
"""One that keeps a beat is entered within a beat from here on: still, or a tenth of its way on at most."""
WAIST = "waist_yaw_joint"
GLANCE_WAY_S = 0.6
"""To a glance, and back from it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rhythm:
    """A beat that people keep: its tempo, and an instant of it on the host's clock."""

    tempo_bpm: float
    beat_host_s: float

    def beat_at(self, host_s: float) -> float:
        """Beats since that instant."""
        return (host_s - self.beat_host_s) * self.tempo_bpm / 60.0


class Answer(Source):
    """A gesture because of somebody.

    Args:
        dance: The robot's gestures.
        span: Which of them.
        gesture: Its name.
    """

    def __init__(self, dance: Dance, span: GestureSpan, gesture: str) -> None:
        super().__init__(span.title, dance.tape)
        self.gesture = gesture
        self._grid = dance.about.grid
        self._span = span
        self._end = self._at(span.last_beat)
        self.position, self.speed = self._at(span.stroke_beat - UPBEAT_BEATS), 1.0

    def _at(self, beat: float) -> float:
        return self.tape.position(float(self._grid.time_at(beat)))

    def move(self, moment: Moment) -> None:
        self._go_to(min(self.position + self.speed, self._end), self.speed)

    def _go_to(self, position: float, speed: float) -> None:
        """There, at that speed; at the end it stands, and has no name any more."""
        self.position, self.speed = position, speed
        if self.is_over:
            self.speed, self.name = 0.0, ""

    @property
    def is_over(self) -> bool:
        return self.position >= self._end


class AnswerInTime(Answer):
    """A gesture whose beats fall on a beat that people keep; on every second one where that would be too fast.

    Args:
        dance, span, gesture: As of an :class:`Answer`.
        rhythm: The beat.
        moment: When it begins.
    """

    def __init__(self, dance: Dance, span: GestureSpan, gesture: str, rhythm: Rhythm, moment: Moment) -> None:
        super().__init__(dance, span, gesture)
        own_bpm = 60.0 / float(np.diff(self._grid.time_at([span.stroke_beat, span.stroke_beat + 1.0]))[0])
        self._rhythm, self._own_bpm = rhythm, own_bpm
        self.rule = slower_rule(rhythm.tempo_bpm / own_bpm)
        beat = self.rule * rhythm.beat_at(moment.host_s)
        earliest = span.stroke_beat - ENTER_BEATS
        grain = min(1.0, self.rule)  # in half time either of two beats will do
        self._shift = earliest + (beat - earliest) % grain - beat
        self.move(moment)

    def move(self, moment: Moment) -> None:
        beat = self.rule * self._rhythm.beat_at(moment.host_s) + self._shift
        position = min(self._at(max(beat, self._span.first_beat)), self._end)
        self._go_to(position, self.rule * self._rhythm.tempo_bpm / self._own_bpm)


class Look(Stand):
    """Standing, and turning to somebody for a moment: a part of the way into a gesture, and back.

    Args:
        dance: The robot's gestures.
        span: The one that turns to that side, as far as it goes.
        share: How much of it, 0–1.
        seconds: How long it looks, without the way there and back.
    """

    def __init__(self, dance: Dance, span: GestureSpan, share: float, seconds: float) -> None:
        super().__init__(dance.tape)
        grid = dance.about.grid
        self.position = self.tape.position(float(grid.time_at(span.first_beat)))
        still = self.tape.at(self.position, 0.0)
        furthest = self.tape.position(float(grid.time_at(span.stroke_beat)))
        self._furthest_row, turned = self.tape.row(furthest), self.tape.at(furthest, 0.0)
        self._still = still
        self._turned = still + min(1.0, max(0.0, share)) * (turned - still)
        quat = self.tape.layout.columns("qpos").start + np.arange(3, 7)
        self._turned[quat] /= np.linalg.norm(self._turned[quat])
        self._steps, self._stay_s = 0, seconds

    def expects(self) -> tuple[tuple[Expected, int], ...]:
        return (*super().expects(), (self.tape.expected, self._furthest_row))

    @property
    def is_over(self) -> bool:
        return self._steps * CONTROL_STEP_S >= 2.0 * GLANCE_WAY_S + self._stay_s

    def move(self, moment: Moment) -> None:
        self._steps += 1

    def numbers(self) -> Floats:
        at_s = self._steps * CONTROL_STEP_S
        back_s = at_s - GLANCE_WAY_S - self._stay_s
        ends = (self._still, self._turned) if back_s <= 0.0 else (self._turned, self._still)
        share = min(1.0, (at_s if back_s <= 0.0 else back_s) / GLANCE_WAY_S)
        numbers = blended(*ends, self.tape.layout, share, GLANCE_WAY_S)
        self.place.move(numbers, self.tape.layout)
        return numbers


def slower_rule(speed: float) -> float:
    """In which time a gesture is made at a speed (of its own tempo): as written, in half time, in quarter time.

    Never in double time: who claps between the hall's claps claps against it.
    """
    rule = 1.0
    while rule * speed > FASTEST:
        rule *= 0.5
    return rule


def turn_rad(dance: Dance, span: GestureSpan) -> float:
    """How far the chest of a gesture turns on its first beat, counter-clockwise."""
    grid, tape = dance.about.grid, dance.tape
    rows = [
        tape.at(tape.position(float(grid.time_at(b))), 0.0)[tape.layout.columns("qpos")]
        for b in (span.first_beat, span.stroke_beat)
    ]
    return short(_chest_rad(tape.kind, rows[1]) - _chest_rad(tape.kind, rows[0]))


def _chest_rad(kind: RobotKind, qpos: Floats) -> float:
    """Where the chest points: the base, and the waist on it where there is one."""
    w, x, y, z = qpos[3:7].tolist()
    yaw = atan2(2.0 * (w * z + x * y), 1.0 - 2.0 * (y * y + z * z))
    joints = robot_model(kind).joint_names
    return yaw + (float(qpos[7 + joints.index(WAIST)]) if WAIST in joints else 0.0)
