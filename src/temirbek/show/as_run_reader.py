"""Reads the record of a show line by line and remembers what a report needs."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any, Literal

from temirbek.show.as_run_hall import AsRunHall, HallReader
from temirbek.show.kinds import moves_robots
from temirbek.show.machine import advance, new_state
from temirbek.show.state import MachineState
from temirbek.types.evening import Cue, CueKind, Evening, Scope
from temirbek.types.live import CueState, Event, Fault


@dataclass(frozen=True, slots=True, kw_only=True)
class AsRunCue:
    """One firing of a cue, or a cue that was not fired.

    Attributes:
        id, kind, title, who: As in the file, people by name.
        run: Which firing; 0: none.
        planned_utc_s: With the shifts that were asked for before it began.
        started_utc_s, ended_utc_s: When, or None.
        planned_length_s: By the file.
        outcome: Where it ended.
        fired_by: What began it: "GO" and who, "hard start", "after …"; "" where nothing did.
        reason: Of an outcome that has one.
    """

    id: str
    kind: CueKind
    title: str
    who: tuple[str, ...]
    run: int
    planned_utc_s: float
    started_utc_s: float | None
    ended_utc_s: float | None
    planned_length_s: float
    outcome: CueState
    fired_by: str = ""
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class AsRunTrack:
    """A recording that sounded, in which cue, from when to when."""

    id: str
    title: str
    artist: str
    cue: str
    started_utc_s: float
    ended_utc_s: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class AsRunLine:
    """What an operator asked for: a command, and what the record says of it."""

    utc_s: float
    by: str
    role: str
    command: str
    what: str
    is_refused: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class AsRunPause:
    """A stretch in which nothing could begin: held, stopped, or the program was away; open at the end: None."""

    kind: Literal["hold", "stop", "restart"]
    from_utc_s: float
    to_utc_s: float | None
    by: str = ""
    why: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class RobotMoment:
    """A robot's state changed."""

    utc_s: float
    robot: str
    state: str
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AsRunNumber:
    """What robots did in one firing of a cue that they take part in.

    Attributes:
        cue, title, run: Which.
        robots: Who was to take part.
        scope: What was armed: without robots, simulated ones or real ones.
        started_utc_s, ended_utc_s: When, or None.
        moments: Their states, as they told them meanwhile.
        measures: Robot → what was measured of its dance.
    """

    cue: str
    title: str
    run: int
    robots: tuple[str, ...]
    scope: Scope
    started_utc_s: float
    ended_utc_s: float | None
    moments: tuple[RobotMoment, ...] = ()
    measures: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)


class AsRunReader:
    """The machine, watched.

    Args:
        evening: As it was opened.
        day: Its date.

    Attributes:
        state: As far as it was read.
        opened_utc_s: When the show was opened first, by the wall.
        began_utc_s, now_utc_s: The first and the newest line.
        scopes, interventions, faults: As in the report.
    """

    def __init__(self, evening: Evening, day: date) -> None:
        self.state: MachineState = new_state(evening, day)
        self.opened_utc_s: float | None = None
        self.began_utc_s = self.now_utc_s = 0.0
        self.scopes: list[Scope] = []
        self.interventions: list[AsRunLine] = []
        self.faults: list[Fault] = []
        self._runs: dict[tuple[str, int], AsRunCue] = {}
        self._numbers: dict[tuple[str, int], AsRunNumber] = {}
        self._tracks: list[AsRunTrack] = []
        self._pauses: list[AsRunPause] = []
        self._hall = HallReader()
        self._is_begun = False

    def read(self, event: Event) -> None:
        """Takes the next line of the record."""
        before = self.state
        last_utc_s = self.now_utc_s
        self.state, _, _ = advance(before, event)
        self.now_utc_s = self.state.utc_at(event.host_s) if self.state.is_opened else event.utc_s
        if not self._is_begun:
            self._is_begun, self.began_utc_s = True, self.now_utc_s
        if event.type == "opened" and self.opened_utc_s is None:
            self.opened_utc_s = event.utc_s
        self._look_at_cues(before, event)
        self._look_at_show(before, event, last_utc_s)
        if event.role is not None and (event.type != "go" or event.payload.get("refused")):
            self.interventions.append(self._intervention(before, event))
        if event.type == "track":
            self._begin_track(event)
        if event.type == "robot":
            self._robot_moment(event)
        self._hall.read(before, self.state, event, self.now_utc_s)

    def cues(self) -> tuple[AsRunCue, ...]:
        """All firings and what was not fired, by the running order."""
        told: list[AsRunCue] = []
        for index, cue in enumerate(self.state.evening.cues):
            runs = [self._runs[key] for key in sorted(self._runs) if key[0] == cue.id]
            told += runs or [self._as_run(self.state, cue, index, "")]
        return tuple(told)

    def tracks(self) -> tuple[AsRunTrack, ...]:
        """What sounded."""
        return tuple(self._tracks)

    def numbers(self) -> tuple[AsRunNumber, ...]:
        """What robots took part in, in the order of its beginning."""
        return tuple(self._numbers.values())

    def pauses(self) -> tuple[AsRunPause, ...]:
        """When nothing could begin."""
        return tuple(self._pauses)

    def hall(self) -> AsRunHall:
        """What the hall did, and who answered it."""
        return self._hall.hall(self.state)

    # what changed

    def _look_at_cues(self, before: MachineState, event: Event) -> None:
        for index, cue in enumerate(self.state.evening.cues):
            was, now = before.cues[index], self.state.cues[index]
            if was is now or now.run == 0:
                continue
            if now.run == was.run and now.state in ("standby", "waiting"):
                continue  # it will be played again; what was, was
            key = (cue.id, now.run)
            told = self._runs.get(key)
            fired_by = told.fired_by if told else self._fired_by(before, event, cue.id)
            self._runs[key] = self._as_run(self.state, cue, index, fired_by)
            if moves_robots(cue) and cue.robots:
                self._look_at_number(key, cue)
            if self._runs[key].ended_utc_s is not None:
                self._end_track(cue.id)

    def _as_run(self, state: MachineState, cue: Cue, index: int, fired_by: str) -> AsRunCue:
        now = state.cues[index]
        names = {person.id: person.name for person in state.evening.people}
        return AsRunCue(
            id=cue.id,
            kind=cue.kind,
            title=cue.title,
            who=(*(names.get(p, p) for p in cue.people), *cue.robots),
            run=now.run,
            planned_utc_s=state.planned_utc_s[index] + now.shift_s,
            started_utc_s=now.started_utc_s,
            ended_utc_s=now.ended_utc_s,
            planned_length_s=cue.length_s,
            outcome=now.state,
            fired_by=fired_by,
            reason=now.reason,
        )

    def _fired_by(self, before: MachineState, event: Event, cue_id: str) -> str:
        pending = before.pending
        if event.type == "go" and event.payload.get("cue") == cue_id:
            return f"GO, {event.by}" if event.by else "GO"
        if before.now(cue_id).state == "pre_wait":
            return "GO, after its pre-wait"
        if pending is not None and pending.cue == cue_id:
            return f"after {pending.after}"
        group = self.state.now(cue_id).group
        if group not in ("", cue_id):
            return f"with {group}"
        cue = self.state.cue(cue_id)
        if event.type in ("tick", "resume") and cue.start is not None and cue.start.is_hard:
            return "hard start"
        return f"after {event.payload['cue']}" if "cue" in event.payload else ""

    def _look_at_number(self, key: tuple[str, int], cue: Cue) -> None:
        run = self._runs[key]
        if run.started_utc_s is None:
            return
        known = self._numbers.get(key)
        self._numbers[key] = AsRunNumber(
            cue=cue.id,
            title=cue.title,
            run=run.run,
            robots=cue.robots,
            scope=known.scope if known else self.state.scope,
            started_utc_s=run.started_utc_s,
            ended_utc_s=run.ended_utc_s,
            moments=known.moments if known else (),
        )

    def _look_at_show(self, before: MachineState, event: Event, last_utc_s: float) -> None:
        was, now = before.state, self.state.state
        if self.state.scope != before.scope:
            self.scopes.append(self.state.scope)
        known = before.faults
        self.faults += [f for f in self.state.faults if f not in known and not f.is_over]
        if event.type == "recovered":
            self._end_pause()
            self._pauses.append(
                AsRunPause(
                    kind="restart",
                    from_utc_s=last_utc_s,
                    to_utc_s=self.now_utc_s,
                    why="the program came back",
                )
            )
        if was != now or event.type == "recovered":
            self._end_pause()
            if now in ("hold", "stopped"):
                kind: Literal["hold", "stop"] = "hold" if now == "hold" else "stop"
                self._pauses.append(
                    AsRunPause(kind=kind, from_utc_s=self.now_utc_s, to_utc_s=None, by=event.by or event.type)
                )
        if now == "stopped" or (event.type == "sound" and event.payload.get("state") in ("silent", "lost")):
            self._end_track()

    def _end_pause(self) -> None:
        if self._pauses and self._pauses[-1].to_utc_s is None:
            self._pauses[-1] = replace(self._pauses[-1], to_utc_s=self.now_utc_s)

    def _intervention(self, before: MachineState, event: Event) -> AsRunLine:
        told = [line.what for line in self.state.lines if line.sequence > before.sequence]
        return AsRunLine(
            utc_s=self.now_utc_s,
            by=event.by,
            role=event.role or "",
            command=str(event.payload.get("refused", event.type)),
            what="; ".join(told) or event.type,
            is_refused="refused" in event.payload,
        )

    def _begin_track(self, event: Event) -> None:
        self._end_track()
        playing = ("track", "dj_set", "robot_number")
        cues = [c for c in self.state.of_state("running", "uncertain") if self.state.cue(c).kind in playing]
        payload = event.payload
        self._tracks.append(
            AsRunTrack(
                id=str(payload.get("track", "")),
                title=str(payload.get("title", "")),
                artist=str(payload.get("artist", "")),
                cue=cues[-1] if cues else "",
                started_utc_s=self.now_utc_s,
                ended_utc_s=None,
            )
        )

    def _end_track(self, cue_id: str | None = None) -> None:
        if self._tracks and self._tracks[-1].ended_utc_s is None and cue_id in (None, self._tracks[-1].cue):
            self._tracks[-1] = replace(self._tracks[-1], ended_utc_s=self.now_utc_s)

    def _robot_moment(self, event: Event) -> None:
        told = {name: str(event.payload.get(name, "")) for name in ("robot", "state", "why")}
        moment = RobotMoment(utc_s=self.now_utc_s, **told)
        for key, number in self._numbers.items():
            if number.ended_utc_s is None and moment.robot in number.robots:
                self._numbers[key] = replace(number, moments=(*number.moments, moment))
