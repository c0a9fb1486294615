"""Answers to people as they are asked for, begun, over or refused: each is told with its cause and its instant."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from math import isfinite
from typing import Any

from temirbek.errors import InvalidInput
from temirbek.stage.robots.live_dancer import LiveDancer
from temirbek.stage.robots.reactions import Rhythm

SLOWEST_BPM, FASTEST_BPM = 30.0, 260.0


@dataclass(slots=True, kw_only=True)
class _Open:
    gesture: str
    cause: str
    asked_s: float
    has_begun: bool = False


class Reactions:
    """Passes answers on to dancers, and tells what becomes of them.

    Args:
        dancers: The cast.
        tell: Tells everybody who listens an event.
    """

    def __init__(self, dancers: Mapping[str, LiveDancer], tell: Callable[[Mapping[str, Any]], None]) -> None:
        self._dancers, self._tell = dancers, tell
        self._open: dict[str, _Open] = {}

    def ask(self, dancer: LiveDancer, body: Mapping[str, Any], now_s: float, reason: str) -> str:
        """Asks a robot for an answer; returns why it makes none, or "".

        Args:
            dancer: Which robot.
            body: "gesture", "cause", and "tempo_bpm" with "beat_host_s" where it is to keep a beat.
            now_s: The host's time [s].
            reason: Why nobody may move now, or "".
        """
        gesture, cause = str(body["gesture"]), str(body.get("cause", ""))
        rhythm = _rhythm(body)
        if not reason and dancer.is_down:
            reason = f"it is {dancer.state}"
        reason = reason or dancer.course.answer(gesture, rhythm)
        if reason:
            self._say(
                dancer.performer.id,
                _Open(gesture=gesture, cause=cause, asked_s=now_s),
                "refused",
                now_s,
                reason,
            )
        else:
            self._open[dancer.performer.id] = _Open(gesture=gesture, cause=cause, asked_s=now_s)
        return reason

    def follow(self, now_s: float) -> None:
        """Tells of answers that have begun, are over, or could not begin; once in each control step."""
        for name, answer in list(self._open.items()):
            dancer = self._dancers[name]
            course = dancer.course
            if not dancer.is_down and course.is_answering:
                if not answer.has_begun:
                    answer.has_begun = True
                    self._say(name, answer, "begun", now_s)
            elif dancer.is_down or not course.answers:
                del self._open[name]
                why = (
                    f"it is {dancer.state}" if dancer.is_down else course.why or "it could not begin in time"
                )
                self._say(
                    name,
                    answer,
                    "over" if answer.has_begun else "refused",
                    now_s,
                    "" if answer.has_begun else why,
                )

    def _say(self, robot: str, answer: _Open, state: str, now_s: float, why: str = "") -> None:
        self._tell(
            {
                "event": "reaction",
                "robot": robot,
                "gesture": answer.gesture,
                "cause": answer.cause,
                "state": state,
                "asked_host_s": answer.asked_s,
                "host_s": now_s,
                "why": why,
            }
        )


def _rhythm(body: Mapping[str, Any]) -> Rhythm | None:
    tempo, beat = body.get("tempo_bpm"), body.get("beat_host_s")
    if tempo is None or beat is None:
        return None
    if not SLOWEST_BPM <= float(tempo) <= FASTEST_BPM or not isfinite(float(beat)):
        raise InvalidInput(
            f"a beat of {tempo} BPM at {beat} s: expected {SLOWEST_BPM:g} to {FASTEST_BPM:g} BPM and an instant"
        )
    return Rhythm(tempo_bpm=float(tempo), beat_host_s=float(beat))
