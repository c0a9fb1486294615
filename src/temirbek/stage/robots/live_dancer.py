"""One robot on stage: read, estimate, decide, guard, write, once in each control step, and what becomes of it.

A robot dances, stands or waits while all is well. It is *damped* by a stop (of the show or of itself), *fallen* when its fall is
recognised, *lost* when its own loop fails; from none of these does it come back by itself. Nothing in here knows of the
others: each robot's loop may be a process of its own.
"""

import logging
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from temirbek.robots.robot import Robot
from temirbek.stage.robots.bodies import Bodies
from temirbek.stage.robots.course import Course
from temirbek.stage.robots.minds import Mind
from temirbek.stage.robots.music import Moment
from temirbek.types import Performer, RobotLiveState

Floats = NDArray[np.float64]
logger = logging.getLogger(__name__)

Down = Literal["damped", "fallen", "lost"]


class LiveDancer:
    """One robot.

    Args:
        performer: Who.
        robot: Its body.
        mind: What decides.
        course: What it dances.

    Attributes:
        why: Of a state that needs a reason.
        heard_s: When its loop last ended well [host_s].
    """

    def __init__(self, performer: Performer, robot: Robot, mind: Mind, course: Course) -> None:
        self.performer, self.robot, self.mind, self.course = performer, robot, mind, course
        self._down: Down | None = None
        self.why = ""
        self.heard_s = 0.0
        self.numbers: Floats = course.now.numbers()

    @property
    def state(self) -> RobotLiveState:
        """What it does."""
        if self._down is not None:
            return self._down
        if not self.course.is_standing:
            return "dancing"
        return "standing" if self.course.ask == "rest" else "waiting"

    @property
    def is_down(self) -> bool:
        """Whether it is damped, fallen or lost."""
        return self._down is not None

    def step(self, moment: Moment, robot_s: float, now_s: float) -> None:
        """One control step.

        Args:
            moment: The music when the command lands.
            robot_s: The robot's own time [s].
            now_s: The host's time [s].
        """
        try:
            self._step(moment, robot_s)
        except Exception as error:  # whatever it is: one robot's failure must not stop the others
            logger.exception("%s is lost", self.performer.id)
            self.take_down("lost", f"its loop failed: {error}")
            self.robot.damp()
            return
        self.heard_s = now_s

    def _step(self, moment: Moment, robot_s: float) -> None:
        readings = self.robot.read()
        if self._down is None:
            laid = self.course.step(moment)
            self.numbers = laid.numbers
            command = self.mind.decide(readings, laid, robot_s)
            if command is not None:
                self.robot.write(command)
                return
            self.take_down("fallen", "a fall was recognised; it folded")
        if self._down == "lost":
            return
        folding = self.mind.fold(readings)
        if folding is None:
            self.robot.damp()
        else:
            self.robot.write(folding)

    def take_down(self, state: Down, why: str) -> None:
        """From now on it is told to lie down, or nothing at all; the worse reason stays."""
        if self._down is None or (self._down == "damped" and state != "damped"):
            self._down, self.why = state, why
            self.course.rest()

    def stop(self, why: str) -> None:
        """Damps at once: the command of this very step is the first of it."""
        if self._down is not None:
            return
        self.take_down("damped", why)
        try:
            folding = self.mind.fold(self.robot.read())
        except Exception as error:  # a stop reaches the motors even if nothing else works any more
            logger.exception("%s cannot fold", self.performer.id)
            self.take_down("lost", f"it could not fold: {error}")
            folding = None
        if folding is None:
            self.robot.damp()
        else:
            self.robot.write(folding)

    def stand_up(self, bodies: Bodies) -> str:
        """Takes part again, standing on its mark; returns why it may not, or "".

        In simulation it is set there; a real robot is stood up by its handler first.
        """
        if self._down is None:
            return ""
        if not bodies.can_be_put:
            return "it has to be stood up by its handler"
        self.course.reset()
        self.mind.begin(bodies.put(self.performer.id))
        self._down, self.why = None, "set back on its mark (simulation)"
        return ""

    @property
    def interventions(self) -> int:
        """Commands that the guard changed, or that had to be replaced before it."""
        return self.robot.interventions + self.mind.interventions

    @property
    def part(self) -> str:
        """What it dances, for people."""
        return "" if self._down is not None else self.course.now.name
