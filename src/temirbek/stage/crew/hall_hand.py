"""The hall: what ears and eyes notice becomes facts, manners decide who answers, robots answer.

A reaction is asked for in the very moment in which its cause is told, without waiting for the disk: it moves a robot by
one short gesture that lies ready, within its guard, and only while the show is armed and answers are on. What came of it
is a fact like any other, with its cause and its delay.
"""

from collections.abc import Mapping
from typing import Any

from temirbek.manners import Manners
from temirbek.show.moment import moment_of
from temirbek.stage.crew.places import RobotPlaces, is_inside
from temirbek.stage.crew.wings import MOVING, Wings
from temirbek.stage.links import Link
from temirbek.stage.made import gestures_part
from temirbek.store import from_json
from temirbek.types import (
    BodyGesture,
    BodyTrack,
    GreetingCue,
    HallSound,
    HallView,
    Moment,
    Reaction,
    RobotNow,
    RobotView,
)

FORGET_S = 30.0
"""A reaction that the robots' process has not spoken of for so long is not waited for any more."""


class HallHand:
    """Notices people, and has robots answer them.

    Args:
        wings: What the crew shares.
        robots: The link to the robots' process.
    """

    def __init__(self, wings: Wings, robots: Link) -> None:
        self._wings, self._robots = wings, robots
        venue, show = wings.evening.venue, wings.evening.show
        self._manners = Manners(show.cast, seed=show.seed)
        self._places = RobotPlaces(wings.run.path)
        self._asked: dict[tuple[str, str], Reaction] = {}
        self._is_listening = venue.ears.source != "none"
        self._ear: Mapping[str, Any] = {}
        self._clap_tempo_bpm: float | None = None
        self._level_db: float | None = None
        self._views: tuple[RobotView, ...] = ()
        self._phones = 0
        self._claps_per_s = 0.0

    # what is noticed

    def hear_ears(self, event: dict[str, Any]) -> None:
        """What the ears tell."""
        match event.get("event"):
            case "hall":
                self._hear_sound(from_json(HallSound, event["sound"]))
            case "ear":
                self._ear = event
            case "fault":
                self._wings.fault(f"ears:{event.get('id', '')}", "warning", str(event.get("what", "")))
            case "mended":
                self._wings.mend(f"ears:{event.get('id', '')}")

    def _hear_sound(self, sound: HallSound) -> None:
        self._clap_tempo_bpm = sound.clap_tempo_bpm if sound.state != "ended" else None
        self._level_db = sound.level_db if sound.state != "ended" else None
        if self._may_answer():
            now_s = self._wings.clock.host_s()
            self._ask(self._manners.notice_sound(sound, self._moment(), self._robots_now(), now_s))
        if sound.state != "goes_on":
            self._wings.tell(
                "hall",
                kind=sound.kind,
                state=sound.state,
                onset_host_s=sound.onset_host_s,
                level_db=sound.level_db,
                confidence=sound.confidence,
                clap_tempo_bpm=sound.clap_tempo_bpm,
            )

    def hear_eyes(self, event: dict[str, Any]) -> None:
        """What the eyes tell."""
        match event.get("event"):
            case "people":
                self._see(tuple(from_json(BodyTrack, one) for one in event["tracks"]))
            case "gesture":
                told = {name: event[name] for name in BodyGesture.__dataclass_fields__}
                self._manners.notice_gesture(from_json(BodyGesture, told))
            case "fault":
                self._wings.fault(f"eyes:{event.get('id', '')}", "warning", str(event.get("what", "")))
            case "mended":
                self._wings.mend(f"eyes:{event.get('id', '')}")

    def _see(self, tracks: tuple[BodyTrack, ...]) -> None:
        if not self._may_answer():
            return
        now_s, robots = self._wings.clock.host_s(), self._robots_now()
        if not any(robot.is_free for robot in robots.values()):
            return
        tracks, greeters = self._welcome(tracks, robots)
        self._ask(self._manners.notice_people(tracks, self._moment(), greeters, now_s))
        for robot, glance in self._manners.glance(tracks, robots, now_s).items():
            self._robots.ask(
                {"do": "glance", "robot": robot, "yaw_rad": glance.yaw_rad, "seconds": glance.seconds}
            )

    def _welcome(
        self, tracks: tuple[BodyTrack, ...], robots: dict[str, RobotNow]
    ) -> tuple[tuple[BodyTrack, ...], dict[str, RobotNow]]:
        """While guests are greeted, by a cue: its robots greet, in its zones, and touch only if it allows that."""
        running = [self._wings.cues[cue_id] for cue_id in self._wings.state().of_state("running")]
        cue = next((cue for cue in running if isinstance(cue.payload, GreetingCue)), None)
        payload = cue.payload if cue is not None else None
        self._manners.allows_contact = isinstance(payload, GreetingCue) and payload.allows_contact
        if cue is None or not isinstance(payload, GreetingCue):
            return tracks, robots
        zones = [z for z in self._wings.evening.venue.guest_zones if z.id in payload.zones]
        here = tuple(track for track in tracks if not zones or any(is_inside(zone, track) for zone in zones))
        return here, {name: now for name, now in robots.items() if not cue.robots or name in cue.robots}

    def hear_phones(self, connected: int, claps_per_s: float) -> None:
        """How many phones are there, and how fast they clap."""
        self._phones, self._claps_per_s = connected, claps_per_s

    def _moment(self) -> Moment:
        return moment_of(self._wings.state(), self._wings.clock.host_s())

    def _may_answer(self) -> bool:
        state = self._wings.state()
        return state.hall.answers and state.scope in MOVING and state.state in ("running", "hold")

    def _robots_now(self) -> dict[str, RobotNow]:
        """Those who know their gestures, and where they are."""
        places = self._places.read()
        now = {}
        for view in self._views:
            if gestures_part(view.id) not in self._wings.parts:
                continue
            place = places.get(view.id)
            if place is None:
                now[view.id] = RobotNow(state=view.state)
            else:
                now[view.id] = RobotNow(
                    state=view.state, position_m=place.position_m, heading_rad=place.heading_rad
                )
        return now

    # who answers

    def _ask(self, reactions: tuple[Reaction, ...]) -> None:
        for reaction in reactions:
            self._asked[(reaction.robot, reaction.gesture)] = reaction
            body: dict[str, Any] = {
                "do": "react",
                "robot": reaction.robot,
                "gesture": reaction.gesture,
                "cause": reaction.cause,
            }
            if reaction.clap_tempo_bpm is not None:
                body |= {"tempo_bpm": reaction.clap_tempo_bpm, "beat_host_s": reaction.clap_beat_host_s}
            self._robots.ask(body, lambda answer, asked=reaction: self._answered(asked, answer))  # type: ignore[misc]

    def _answered(self, reaction: Reaction, answer: Mapping[str, Any]) -> None:
        is_open = self._asked.get((reaction.robot, reaction.gesture)) is reaction
        if is_open and not answer.get("ok"):
            self._tell(reaction, "refused", str(answer.get("reason", "")), None)

    def hear_robots(self, event: dict[str, Any], views: tuple[RobotView, ...]) -> None:
        """What became of reactions, and how the robots are."""
        self._views = views
        if event.get("event") != "reaction":
            return
        reaction = self._asked.get((str(event.get("robot")), str(event.get("gesture"))))
        state = event.get("state")
        if reaction is None or state not in ("begun", "refused"):
            return
        begun_s = float(event["host_s"]) if state == "begun" else None
        self._tell(reaction, str(state), str(event.get("why", "")), begun_s)

    def _tell(self, reaction: Reaction, state: str, why: str, begun_s: float | None) -> None:
        self._asked.pop((reaction.robot, reaction.gesture), None)
        self._wings.tell(
            "reaction",
            robot=reaction.robot,
            gesture=reaction.gesture,
            cause=reaction.cause,
            state=state,
            why=why,
            **({"delay_s": round(begun_s - reaction.cause_host_s, 3)} if begun_s is not None else {}),
        )
        if begun_s is not None and "guest" in reaction.cause:
            how_many = reaction.cause.split()[0]
            self._wings.tell("guest", n=int(how_many) if how_many.isdigit() else 1)

    def why_not_ready(self, cue_id: str) -> str:
        """Why robots cannot greet yet, in words; "" when they can."""
        cue = self._wings.cues.get(cue_id)
        if cue is None or cue.kind != "greeting" or not self._wings.moves(cue):
            return ""
        missing = [robot for robot in cue.robots if gestures_part(robot) not in self._wings.parts]
        return "the robots' gestures are still being made" if missing else ""

    def look(self) -> None:
        """Forgets what nobody spoke of."""
        now_s = self._wings.clock.host_s()
        for key in [k for k, r in self._asked.items() if now_s - r.decided_host_s > FORGET_S]:
            del self._asked[key]

    def view(self) -> HallView:
        """What devices tell of the hall."""
        return HallView(
            is_listening=self._is_listening,
            level_db=self._level_db,
            echo_removed_db=self._ear.get("echo_removed_db"),
            clap_tempo_bpm=self._clap_tempo_bpm,
            phones=self._phones,
            claps_per_s=self._claps_per_s,
        )

    def close(self) -> None:
        """Lets go."""
        self._places.close()
