"""Short evenings to test the live show with, and somebody who runs them."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, time
from typing import Any

from temirbek.show import MachineState, new_state, take
from temirbek.types.battle import BattleRules
from temirbek.types.choreography import Performer
from temirbek.types.evening import (
    ActCue,
    AnnouncementCue,
    CardCue,
    ChecklistCue,
    Cue,
    DjSetCue,
    Evening,
    LightCue,
    OscCue,
    PauseCue,
    Person,
    RobotGestureCue,
    RobotNumberCue,
    SpeechCue,
    StartTime,
    TrackCue,
    Venue,
)
from temirbek.types.hall_cues import BattleCue, GreetingCue, PollCue, PollOption
from temirbek.types.live import COMMANDS, Answer, Effect, Event
from temirbek.types.show import Music, Show

DAY = date(2026, 3, 7)
TEXT = {"kk": "Қайырлы кеш", "ru": "Добрый вечер", "en": "Good evening"}
APPROVED: dict[str, Any] = {"text": TEXT, "approved_by": "Aigul", "approved_on": date(2026, 3, 1)}
PAYLOADS: dict[str, Any] = {
    "act": ActCue(),
    "speech": SpeechCue(),
    "track": TrackCue(music=Music(is_demo=True)),
    "dj_set": DjSetCue(music=Music(is_demo=True)),
    "robot_number": RobotNumberCue(music=Music(is_demo=True)),
    "robot_gesture": RobotGestureCue(move="wave"),
    "announcement": AnnouncementCue(**APPROVED, audio={"kk": "a.wav"}),
    "light": LightCue(look="warm"),
    "card": CardCue(text=TEXT),  # type: ignore[arg-type]
    "osc": OscCue(peer="film", address="/go", arguments=(1, 2.5, "бастау", True)),
    "greeting": GreetingCue(zones=("door",)),
    "battle": BattleCue(rules=BattleRules(robot="sky", jury=("Jury 1", "Jury 2")), music=Music(is_demo=True)),
    "poll": PollCue(
        question={"kk": "Кім?", "en": "Who?"},
        options=(
            PollOption(id="a", text={"kk": "А", "en": "A"}),
            PollOption(id="b", text={"kk": "Б", "en": "B"}),
        ),
    ),
    "checklist": ChecklistCue(items=("floor", "lights")),
    "pause": PauseCue(),
}
ROBOTS = ("sky", "gold")


def cue(cue_id: str, kind: str = "act", **given: Any) -> Cue:
    """A cue with the usual payload of its kind."""
    if kind in ("dj_set", "robot_number", "robot_gesture", "greeting"):
        given.setdefault("robots", ROBOTS)
    given.setdefault("payload", PAYLOADS[kind])
    return Cue(id=cue_id, title=cue_id.upper(), kind=kind, **given)  # type: ignore[arg-type]


def at(hour: int, minute: int = 0, second: int = 0, *, hard: bool = False, day: int = 0) -> StartTime:
    """A start by the wall."""
    return StartTime(at=time(hour, minute, second), is_hard=hard, day=day)


def evening(*cues: Cue, timezone: str = "Asia/Almaty") -> Evening:
    """An evening of these cues."""
    cast = tuple(
        Performer(id=r, name=r.title(), robot="g1", role="dancer", mark_m=(0.0, 0.0)) for r in ROBOTS
    )
    show = Show(title="Кеш", seed=1, music=Music(is_demo=True), cast=cast)
    people = (Person(id="luina", name="Luina", role="singer"),)
    return Evening(show=show, people=people, cues=cues, venue=Venue(timezone=timezone))


@dataclass
class Caller:
    """Runs an evening through the machine and keeps what would be on disk.

    Attributes:
        state: The show.
        host_s: Now.
        wall_s: What the wall clock shows beyond the host's [s].
        record: What would be on disk.
        effects: All of them.
    """

    state: MachineState
    host_s: float = 1000.0
    wall_s: float = 0.0
    record: list[Event] = field(default_factory=list)
    effects: list[Effect] = field(default_factory=list)
    keys: int = 0

    @classmethod
    def of(
        cls,
        *cues: Cue,
        scope: str = "rehearsal",
        before_s: float = 3600.0,
        runs: bool = True,
        timezone: str = "Asia/Almaty",
    ) -> "Caller":
        """A show that is opened so long before its first planned start, and running."""
        state = new_state(evening(*cues, timezone=timezone), DAY)
        caller = cls(state)
        caller.wall_s = state.planned_utc_s[0] - before_s - caller.host_s
        assert caller.tell("opened", date=DAY.isoformat(), scope="none").is_accepted
        if scope != "none":
            if scope == "live":
                for robot in ROBOTS:
                    caller.tell("robot", robot=robot, state="standing", why="")
            answer = caller.ask("arm", scope=scope)
            assert answer.is_accepted, answer.reason
        if runs:
            caller.ask("resume")
        caller.effects.clear()
        return caller

    def ask(
        self,
        command: str,
        *,
        role: str = "stage_manager",
        by: str = "Aigul",
        key: str | None = None,
        **payload: Any,
    ) -> Answer:
        """An operator asks for something, under a key of its own."""
        assert command in COMMANDS
        self.keys += 1
        return self.send(command, payload, role=role, by=by, key=f"key {self.keys}" if key is None else key)

    def tell(self, fact: str, **payload: Any) -> Answer:
        """The machine tells something."""
        return self.send(fact, payload)

    def send(
        self, event_type: str, payload: Any, *, role: Any = None, by: str = "machine", key: str = ""
    ) -> Answer:
        """Puts an event in."""
        event = Event(
            type=event_type,  # type: ignore[arg-type]
            payload=payload,
            by=by,
            role=role,
            key=key,
            utc_s=self.host_s + self.wall_s,
            host_s=self.host_s,
        )
        taken = take(self.state, event)
        self.state = taken.state
        self.record += taken.events
        self.effects += taken.effects
        return taken.answer

    def go(self, cue_id: str | None = None, **given: Any) -> Answer:
        """GO for the cue in standby, or for another; a second passes first."""
        self.host_s += 1.0
        return self.ask("go", cue=self.state.standby if cue_id is None else cue_id, **given)

    def wait(self, seconds: float, *, step_s: float = 0.5) -> None:
        """Time passes, with ticks."""
        until = self.host_s + seconds
        while self.host_s < until:
            self.host_s = min(self.host_s + step_s, until)
            self.tell("tick")

    def until_utc(self, utc_s: float) -> None:
        """Time passes until an instant of the show's clock."""
        self.wait(utc_s - self.state.utc_at(self.host_s))

    def states(self) -> list[str]:
        """Of all cues."""
        return [now.state for now in self.state.cues]

    def fired(self) -> list[str]:
        """Ids of what was fired, by effects, each firing once."""
        runs = dict.fromkeys((e.cue, e.payload["run"]) for e in self.effects if e.verb == "fire")
        return [cue_id for cue_id, _ in runs]

    def verbs(self) -> list[tuple[str, str, str]]:
        """All effects, short."""
        return [(e.target, e.verb, e.cue) for e in self.effects]


def lines(caller: Caller) -> Sequence[str]:
    """The record in words."""
    return [line.what for line in caller.state.lines]
