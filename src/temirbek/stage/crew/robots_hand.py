"""Robots: numbers, gestures and sets are danced; who is down stands up when a person says so."""

from collections.abc import Mapping
from typing import Any

from temirbek.stage.crew.wings import Wings
from temirbek.stage.dances import Dances
from temirbek.stage.links import Link
from temirbek.stage.made import Made, part_of
from temirbek.store import from_json
from temirbek.types import Cue, Effect, RobotNumberCue, RobotView

SILENCE = (
    "nothing was heard of the conductor for a second: robots came to rest; “ready again” lets each dance"
)


class RobotsHand:
    """Has robots dance.

    Args:
        wings: What the crew shares.
        link: To the robots' process.
        dances: The dances of a set.
    """

    def __init__(self, wings: Wings, link: Link, dances: Dances) -> None:
        self._wings, self._link, self._dances = wings, link, dances
        self.views: tuple[RobotView, ...] = ()

    def do(self, effect: Effect) -> None:
        """Begins or ends what robots do in a cue, or passes on what a person asks of one."""
        match effect.verb:
            case "fire":
                self._fire(self._wings.cues[effect.cue])
            case "end":
                self._end(effect)
            case "robot_damp":
                self._link.ask({"do": "damp", "robot": effect.payload["robot"]})
            case "robot_ready":
                self._let_again(str(effect.payload["robot"]))

    def arm(self, scope: str) -> None:
        """What may move."""
        self._link.ask({"do": "arm", "scope": scope})

    def rest(self, cue: Cue) -> None:
        """The robots of a cue come to rest."""
        self._link.ask({"do": "rest", "robots": list(cue.robots)})

    def _fire(self, cue: Cue) -> None:
        if isinstance(cue.payload, RobotNumberCue):
            body: dict[str, Any] = {"do": "start", "part": cue.id}
        elif cue.kind == "robot_gesture":
            body = {"do": "gesture", "part": cue.id}
        else:
            self._dances.begin(cue)
            body = {"do": "dance"}
        if cue.robots:
            body["robots"] = list(cue.robots)
        run = self._wings.run_of(cue.id)

        def answered(answer: Mapping[str, Any]) -> None:
            if cue.kind == "robot_gesture":
                self._wings.answer_of(cue, run, answer, is_started=True)
            elif not answer.get("ok"):
                what = f"“{cue.title}” goes on without robots: {answer.get('reason')}"
                self._wings.fault(f"robots:{cue.id}", "warning", what)

        self._link.ask(body, answered)

    def _end(self, effect: Effect) -> None:
        """Robots come to rest: those of a cue, or all."""
        self._dances.end()
        cue = self._wings.cues.get(effect.cue)
        robots = cue.robots if cue is not None else ()
        self._link.ask({"do": "rest", **({"robots": list(robots)} if robots else {})})
        if cue is not None and cue.kind == "robot_gesture":
            self._wings.tell("done", cue=cue.id, run=effect.payload.get("run"))

    def _let_again(self, robot: str) -> None:
        """A person lets a robot take part again: one that is down stands up, one that only rests goes on with the set."""
        rests = any(view.id == robot and view.state in ("standing", "waiting") for view in self.views)
        if rests:
            self._dances.again(robot)
        else:
            self._link.ask({"do": "ready", "robot": robot}, self._answered)

    def _answered(self, answer: Mapping[str, Any]) -> None:
        if not answer.get("ok"):
            self._wings.note(f"robots: {answer.get('reason')}")

    def load_part(self, cue_id: str, made: Made) -> None:
        """Has the robots learn the dance of a cue, where it has one."""
        if made.part:
            path = self._wings.run.made / cue_id / made.part
            self._link.ask({"do": "load", "part": cue_id, "path": str(path)})
        for language, file in made.talks.items():
            path = self._wings.run.made / cue_id / file
            self._link.ask(
                {"do": "load", "part": part_of(self._wings.cues[cue_id], language), "path": str(path)}
            )

    def hear(self, event: dict[str, Any]) -> None:
        """What the robots tell."""
        wings = self._wings
        match event.get("event"):
            case "robots":
                self.views = tuple(from_json(RobotView, one) for one in event["robots"])
            case "silence":
                wings.fault("robots:silence", "warning", SILENCE)
            case "robot":
                if event["state"] == "dancing":
                    wings.mend("robots:silence")
                wings.tell("robot", robot=event["robot"], state=event["state"], why=event.get("why", ""))
            case "part" if event.get("state") == "ready":
                wings.parts.add(str(event["part"]))
                self._dances.heard_part(str(event["part"]))
            case "part":
                what = f"a dance cannot be loaded: {event.get('why')}"
                wings.fault(f"part:{event['part']}", "error", what)
            case "gesture" | "gesture_over" if event.get("state", "over") == "over":
                self._gesture_over(str(event.get("part", "")))
            case "measured":
                wings.note(str(event.get("words", "")))

    def _gesture_over(self, cue_id: str) -> None:
        if cue_id in self._wings.cues and self._wings.state().now(cue_id).state == "running":
            self._wings.done(cue_id)

    def found(self) -> None:
        """They may move as the show is armed; nothing that they did before goes on."""
        self._wings.parts.clear()
        self.arm(self._wings.state().scope)
        for cue_id, made in self._wings.made.items():
            self.load_part(cue_id, made)
        self._dances.robots_came_back()
