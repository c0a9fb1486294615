"""What one robot dances, from moment to moment: what it was asked for, and when it may go over to it.

A robot goes from one source to another only while all its feet stand in both, at nearly the same place. Into music it goes
on bar lines: from standing within a bar, from another dance within a beat. To rest it goes as soon as its feet stand. Until
it may, it goes on with what it does; whoever cannot begin yet stands and waits, and says why.
"""

from dataclasses import dataclass
from math import floor
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from temirbek.robots.dancer import CONTROL_STEP_S
from temirbek.robots.falls import Expected
from temirbek.robots.reference import Reference
from temirbek.stage.robots.blending import blended
from temirbek.stage.robots.music import Moment
from temirbek.stage.robots.planar import Planar, apart
from temirbek.stage.robots.reactions import Answer, AnswerInTime, Look, Rhythm, turn_rad
from temirbek.stage.robots.sources import (
    Dance,
    GestureSource,
    GrooveSource,
    PartSource,
    Source,
    Stand,
    best_groove,
)
from temirbek.stage.robots.tape import Tape

Floats = NDArray[np.float64]
NEAR_M, NEAR_RAD = 0.15, 0.25
"""So far may a part's feet be from where the robot stands: its next steps take that back."""
NEAR_AHEAD_S, NEARER_M = 2.5, 0.1
"""So far ahead is it looked where feet will be; who is near another already may come nearer by that much."""
REST_S, HASTY_REST_S, PATIENCE_S = 1.0, 0.4, 3.0
"""To stand still takes that long; where the feet never stand for so long, at last less."""
OPENING_S = 0.6
"""Into a part that has hardly begun, whose robots still stand, one goes at once."""
LEAST_S = 0.3
"""No passage is shorter: into an answer to somebody from standing it is that."""
ANSWER_SOON_S = 1.5
"""An answer that cannot begin within that time comes too late, and is left."""
LEFT, RIGHT = "glance_left", "glance_right"

Ask = Literal["rest", "part", "groove"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Laid:
    """What the controller follows in this step.

    Attributes:
        reference, row: What, and which row of it.
        expected: What the fall watch expects of it.
        numbers: That row.
        is_new: Another reference than in the step before: the controller begins anew.
        beside: What else may be expected, each with its row: of the motion that is left in a passage, of the posture that
            a look goes to.
    """

    reference: Reference
    expected: Expected
    row: int
    numbers: Floats
    is_new: bool
    beside: tuple[tuple[Expected, int], ...] = ()


@dataclass(slots=True, kw_only=True)
class _Wanted:
    """An answer that was asked for, and for how long it has waited."""

    name: str
    rhythm: Rhythm | None
    waited_s: float = 0.0


class Course:
    """The course of one robot.

    Args:
        stand: Its tape of standing, on its mark.
    """

    def __init__(self, stand: Tape) -> None:
        self._stand = stand
        self.ask: Ask = "rest"
        self.part: Dance | None = None
        self.grooves: dict[str, Dance] = {}
        self.gestures: Dance | None = None
        self._gesture: tuple[str, Tape, float] | None = None
        self.why = ""
        self.reset()

    def reset(self) -> None:
        """Stands on its mark, asked for nothing."""
        self.ask, self.part, self._gesture, self.why = "rest", None, None, ""
        self._grooves_beside = False
        self._answer: _Wanted | None = None
        self._is_cut = False
        self._now: Source = Stand(self._stand)
        self._old: Source | None = None
        self._since, self._duration_s, self._carry = 0, LEAST_S, Planar()
        self._waited_s = 0.0
        self._beat: float | None = None
        self._is_new = True

    @property
    def now(self) -> Source:
        """What it dances."""
        return self._now

    @property
    def is_standing(self) -> bool:
        """Whether it stands; an answer that is over ends so, and the next one may begin from there at once."""
        now = self._now
        return isinstance(now, Stand) or (isinstance(now, Answer) and now.is_over)

    @property
    def has_gesture(self) -> bool:
        """Whether it is at a gesture, or will be."""
        return self._gesture is not None or (isinstance(self._now, GestureSource) and not self._now.is_over)

    def comes_near(self, place_m: Floats, least_m: float) -> bool:
        """Whether its feet will come nearer to a place than so far [m], and nearer than they are, within a moment."""
        if self.is_standing:
            return False
        distances_m = np.linalg.norm(self._now.soles_ahead(NEAR_AHEAD_S) - place_m, axis=-1).min(axis=-1)
        return bool(distances_m.min() < min(least_m, distances_m[0] - NEARER_M))

    def rest(self) -> None:
        """To rest as soon as the feet stand; who answers somebody ends that first."""
        self.ask, self.part, self._gesture = "rest", None, None

    def dance_part(self, dance: Dance, *, grooves: bool) -> None:
        """This part, from now on; where it does not count, the groove, if ``grooves``, or standing."""
        self.ask, self.part, self._grooves_beside = "part", dance, grooves

    def dance_groove(self) -> None:
        """The groove, to whatever leads."""
        self.ask, self.part, self._grooves_beside = "groove", None, True

    def gesture(self, name: str, tape: Tape, at_beat: float) -> None:
        """A gesture once that beat has come; then back to what was asked for."""
        self._gesture, self._is_cut = (name, tape, at_beat), False

    @property
    def answers(self) -> str:
        """The answer to somebody that it makes, or is about to make."""
        if self._answer is not None:
            return self._answer.name
        now = self._now
        return now.gesture if isinstance(now, Answer) and not now.is_over else ""

    @property
    def is_answering(self) -> bool:
        """Whether it makes an answer now."""
        return isinstance(self._now, Answer) and not self._now.is_over

    def answer(self, name: str, rhythm: Rhythm | None) -> str:
        """Answers somebody by a gesture, at once, if it stands; otherwise returns why not.

        Args:
            name: The gesture.
            rhythm: The beat that it is to keep; None: its own tempo.
        """
        if self.gestures is None or name not in self.gestures.about.gestures:
            return f"it has no gesture {name!r}"
        if self.answers:
            return f"it is at another answer ({self.answers})"
        if self._gesture is not None or not (self.is_standing or isinstance(self._now, Answer)):
            return f"it dances ({self._now.name or 'a gesture'})"
        span = self.gestures.about.gestures[name]
        if rhythm is not None and not span.keeps_beat:
            return f"{name!r} keeps no beat"
        self._answer, self._is_cut = _Wanted(name=name, rhythm=rhythm), False
        return ""

    def hush(self) -> None:
        """No answer or gesture begins any more, and one that is made goes over to standing."""
        self._answer, self._gesture, self._is_cut = None, None, True

    def glance(self, yaw_rad: float, seconds: float) -> str:
        """Looks to one side for a moment, if it stands and nothing else is on; otherwise returns why not.

        Args:
            yaw_rad: How far to its left; no further than its gesture of that side turns.
            seconds: How long, without the way there and back.
        """
        spans = self.gestures.about.gestures if self.gestures is not None else {}
        side = LEFT if yaw_rad > 0.0 else RIGHT
        if self.gestures is None or side not in spans:
            return "it knows no glance"
        if not self.is_standing or self._old is not None or self.answers:
            return "it does not stand still"
        if isinstance(self._now, Look) and not self._now.is_over:
            return "it looks at somebody"
        share = yaw_rad / turn_rad(self.gestures, spans[side])
        look = Look(self.gestures, spans[side], share, seconds)
        look.put(self._now.stance())
        look.tape.put(look.place.soles)
        self._now, self._is_new = look, True
        return ""

    def step(self, moment: Moment) -> Laid:
        """One control step: where everything is at the moment at which its command lands."""
        self._now.move(moment)
        if self._answer is not None:
            self._answer.waited_s += CONTROL_STEP_S
            if self._answer.waited_s > ANSWER_SOON_S:
                self._answer = None
        if self._old is not None:
            self._old.move(moment)
            self._since += 1
            if self._since * CONTROL_STEP_S >= self._duration_s:
                self._old = None
        if self._old is None:
            self._decide(moment)
        return self._lay()

    def _lay(self) -> Laid:
        now = self._now
        numbers = now.numbers()
        if self._old is not None:
            old = self._old.numbers()
            self._carry.move(old, now.tape.layout)
            share = self._since * CONTROL_STEP_S / self._duration_s
            numbers = blended(old, numbers, now.tape.layout, share, self._duration_s)
        row = now.tape.row(now.position)
        now.tape.lay(row, numbers)
        is_new, self._is_new = self._is_new, False
        tape = now.tape
        left = () if self._old is None else self._old.expects()
        return Laid(
            reference=tape.reference,
            expected=tape.expected,
            row=row,
            numbers=numbers,
            is_new=is_new,
            beside=(*now.expects()[1:], *left),
        )

    def _decide(self, moment: Moment) -> None:
        """Goes over to what was asked for, where that may be."""
        on_bar, on_beat = self._lines(moment)
        following = self._following(moment)
        if following is None:
            self._waited_s = 0.0
            return
        if isinstance(following, Answer):
            self._go(following, LEAST_S, moment)
            return
        if isinstance(following, Stand | GestureSource):
            self._waited_s += CONTROL_STEP_S
            hasty = self._waited_s > PATIENCE_S
            self._go(following, HASTY_REST_S if hasty else REST_S, moment)
            return
        beat_s = 1.0 / max(moment.beats_per_s, 0.5)
        is_opening = isinstance(following, PartSource) and moment.mix_s < following.tape.start_s + OPENING_S
        if is_opening:
            self._go(following, LEAST_S if self.is_standing else beat_s, moment)
        elif on_bar and self.is_standing:
            self._go(following, moment.beats_per_bar * beat_s, moment)
        elif on_bar or (on_beat and not self._now.is_current(moment)):
            self._go(following, beat_s, moment)

    def _following(self, moment: Moment) -> Source | None:
        """What should take over from what is danced now; None: nothing."""
        now = self._now
        if isinstance(now, GestureSource) and not now.is_over and not self._is_cut:
            return None
        if self._gesture is not None and (not moment.has_beat or moment.beat >= self._gesture[2]):
            name, tape, _ = self._gesture
            return GestureSource(name, tape)
        if self.ask == "part" and self.part is not None and self._is_valid(self.part, moment):
            if isinstance(now, PartSource) and now.dance is self.part and now.is_current(moment):
                return None
            return PartSource(self.part, moment)
        if self.ask != "rest" and self._grooves_beside and self._may_groove(moment):
            if isinstance(now, GrooveSource) and now.is_current(moment):
                return None
            return GrooveSource(best_groove(list(self.grooves.values()), moment), moment)
        if self._answer is not None and self.is_standing:
            return self._wanted(self._answer, moment)
        if self.is_standing or (self.is_answering and not self._is_cut):
            return None
        return Stand(self._stand)

    def _wanted(self, wanted: "_Wanted", moment: Moment) -> Source:
        gestures = self.gestures
        assert gestures is not None
        span = gestures.about.gestures[wanted.name]
        if wanted.rhythm is None:
            return Answer(gestures, span, wanted.name)
        return AnswerInTime(gestures, span, wanted.name, wanted.rhythm, moment)

    def _is_valid(self, dance: Dance, moment: Moment) -> bool:
        about = dance.about
        if not moment.is_playing:
            self.why = "the music does not play"
        elif about.programme and about.programme != moment.programme:
            self.why = f"{about.title or about.id} belongs to other music"
        elif moment.mix_s < about.valid_from_s:
            self.why = f"begins at {about.valid_from_s:.0f} s of the music"
        elif moment.mix_s > dance.end_s - LEAST_S:
            self.why = f"{about.title or about.id} is over"
        else:
            return True
        return False

    def _may_groove(self, moment: Moment) -> bool:
        if not self.grooves:
            self.why = self.why or "it has no groove"
            return False
        if not moment.has_beat:
            self.why = "no beat is heard"
        return moment.has_beat

    def _go(self, following: Source, seconds: float, moment: Moment) -> None:
        """Begins the passage, if the feet stand through it in both and at one place."""
        now = self._now
        seconds = max(seconds, LEAST_S)
        if not now.is_planted(seconds) or not following.is_planted(seconds):
            self.why = "waits until its feet stand"
            return
        if not isinstance(following, PartSource):
            following.put(now.stance())
        metres, radians = apart(now.stance(), following.stance())
        if metres > NEAR_M or radians > NEAR_RAD:
            self.why = f"stands {metres:.2f} m and {np.degrees(radians):.0f}° from where it should"
            return
        if isinstance(following, GestureSource):
            self._gesture = None
        if isinstance(following, Answer):
            self._answer = None
        following.tape.put(following.place.soles)
        self._carry = Planar.between(now.stance(), following.stance())
        self._old, self._now = now, following
        self._since, self._duration_s = 0, seconds
        self._is_new, self._waited_s, self.why = True, 0.0, ""

    def _lines(self, moment: Moment) -> tuple[bool, bool]:
        """Whether a bar, whether a beat begins in this step."""
        if not moment.has_beat:
            self._beat = None
            return False, False
        before, self._beat = self._beat, moment.beat
        if before is None:
            return False, False
        per_bar = moment.beats_per_bar
        return (
            floor(before / per_bar) != floor(moment.beat / per_bar),
            floor(before) != floor(moment.beat),
        )
