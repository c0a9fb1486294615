"""All robots of a cast, and what is asked of them: the commands of the conductor become the courses of dancers.

Nothing moves before it is armed, nothing resumes by itself: a stop takes the arming away, a conductor that falls silent
sends everybody to rest, and who is damped, fallen or lost takes part again only when armed and called ready.
"""

import time
from collections.abc import Callable, Mapping, Sequence
from math import pi
from pathlib import Path
from typing import Any

from temirbek.errors import InvalidInput
from temirbek.robots.waiting import SAFE_M
from temirbek.stage.robots.bodies import Bodies
from temirbek.stage.robots.live_dancer import LiveDancer
from temirbek.stage.robots.loading import Loaded, Loader
from temirbek.stage.robots.music import Moment, Music
from temirbek.stage.robots.parts import About
from temirbek.stage.robots.reaction_desk import Reactions
from temirbek.stage.robots.recorder import Recorder
from temirbek.stage.robots.sources import Dance, PartSource
from temirbek.types import SCOPES, BeatGrid, RobotView, Scope

SILENCE_S = 1.0
"""A conductor that says nothing for so long is gone."""
LONGEST_GLANCE_S = 3.0
"""What lasts longer is a stare."""
MOVING: tuple[Scope, ...] = ("rehearsal", "live")

Answer = dict[str, Any]


class Company:
    """The robots of a show.

    Args:
        dancers: The cast, in order.
        bodies: What they move.
        music: What they hear.
        loader: Has parts worked out.
        recorder: Writes down what they did.
        tell: Tells everybody who listens an event.
        is_stopped: Whether the show's stop flag is raised.
        clock: The host's.
    """

    def __init__(
        self,
        dancers: Sequence[LiveDancer],
        bodies: Bodies,
        music: Music,
        loader: Loader,
        recorder: Recorder,
        tell: Callable[[Mapping[str, Any]], None],
        is_stopped: Callable[[], bool],
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.dancers = {d.performer.id: d for d in dancers}
        self._bodies, self._music, self._loader, self._tell = bodies, music, loader, tell
        self._recorder, self._clock = recorder, clock
        self._recorded: dict[str, PartSource] = {}
        self._records = True
        self.scope: Scope = "none"
        self._dances: dict[str, dict[str, Dance]] = {}
        self._abouts: dict[str, About] = {}
        self._replacing: tuple[str, float, list[LiveDancer]] | None = None
        self._gesturing: dict[str, str] = {}
        self._reactions = Reactions(self.dancers, lambda event: self._tell(event))
        self._heard_s: float | None = None
        self._is_silent = False
        self._damped_s: float | None = None
        self._is_stopped, self._was_stopped = is_stopped, False
        self._told: dict[str, tuple[str, str]] = {}
        self._do: dict[str, Callable[[Mapping[str, Any]], str]] = {
            "load": self._load,
            "start": self._start,
            "replace": self._replace,
            "dance": self._dance,
            "rest": self._rest,
            "gesture": self._gesture,
            "hush": self._hush,
            "react": self._react,
            "glance": self._glance,
            "damp": self._damp,
            "ready": self._ready,
            "arm": self._arm,
            "beats": self._beats,
            "heartbeat": lambda body: "",
        }

    def answer(self, body: Mapping[str, Any], now_s: float) -> Answer:
        """Does what a message asks; any message is a sign of life."""
        self._heard_s, self._is_silent = now_s, False
        name = body.get("do")
        if name == "state":
            return {"ok": True, **self.state(now_s)}
        do = self._do.get(str(name))
        if do is None:
            return {"ok": False, "reason": f"unknown {name!r}; known are state, {', '.join(self._do)}"}
        try:
            reason = do(body)
        except InvalidInput as error:
            reason = str(error)
        except (KeyError, TypeError, ValueError) as error:
            reason = f"{name}: {error!s} is missing or of another kind"
        return {"ok": not reason, **({"reason": reason} if reason else {})}

    def step(self, moment: Moment, now_s: float) -> None:
        """One control step of everybody.

        Args:
            moment: The music when the commands land.
            now_s: The host's time [s].
        """
        is_stopped = self._is_stopped()
        if is_stopped and not self._was_stopped:
            self.scope = "none"
        if is_stopped:
            was_down = all(d.is_down for d in self.dancers.values())
            for dancer in self.dancers.values():
                dancer.stop("show stop")
            if not was_down:
                self._damped_s = self._clock()
        self._was_stopped = is_stopped
        if self._heard_s is not None and now_s - self._heard_s > SILENCE_S and not self._is_silent:
            self._is_silent = True
            self._tell({"event": "silence", "what": "the conductor is silent; all come to rest"})
            for dancer in self.dancers.values():
                dancer.course.rest()
                dancer.course.hush()
        if self._replacing is not None and moment.mix_s >= self._replacing[1]:
            (part, _, dancers), self._replacing = self._replacing, None
            self._give(part, [d for d in dancers if d.course.ask != "rest"], grooves=True)
        self._record()
        robot_s = self._bodies.now_s
        for dancer in self.dancers.values():
            dancer.step(moment, robot_s, now_s)
        self._reactions.follow(now_s)
        self._bodies.advance()

    def _record(self) -> None:
        """Notes where everybody who dances a part has got to: the bodies' present, on the host's clock as it is now.

        A disk that takes no more ends the notes, not the dance.
        """
        if not self._records:
            return
        try:
            self._note_all()
        except OSError as error:
            self._records = False
            self._tell({"event": "trouble", "why": f"what robots do is not recorded any more: {error}"})

    def _note_all(self) -> None:
        now_s = self._clock()
        mix_s = self._music.mix_at(now_s)
        for name, dancer in self.dancers.items():
            now = dancer.course.now
            danced = now if isinstance(now, PartSource) and not dancer.is_down else None
            if danced is not self._recorded.get(name):
                self._change_recording(dancer, danced)
            if danced is not None:
                share, pose = self._bodies.torque_share(name), self._bodies.pose(name, dancer.numbers)
                self._recorder.note(name, now_s, mix_s, share, pose)

    def _change_recording(self, dancer: LiveDancer, danced: PartSource | None) -> None:
        name, interventions = dancer.performer.id, dancer.interventions
        if self._recorded.pop(name, None) is not None:
            self._recorder.end(name, interventions, dancer.why if dancer.is_down else "")
        if danced is not None:
            self._recorder.begin(dancer.performer, danced.dance.about, interventions)
            self._recorded[name] = danced

    def take_damped_s(self) -> float | None:
        """When the last show stop had reached every robot that was up [host_s]; told once."""
        damped_s, self._damped_s = self._damped_s, None
        return damped_s

    def look_around(self) -> None:
        """What need not happen in every step: parts that are ready, states that have changed."""
        self._end_gestures()
        self._keep_clear()
        self._look_for_news()
        for name, dancer in self.dancers.items():
            now = (dancer.state, self._why(dancer))
            if self._told.get(name) != now:
                self._told[name] = now
                self._tell({"event": "robot", "robot": name, "state": now[0], "why": now[1]})

    def _look_for_news(self) -> None:
        """Of children: parts that are laid out, takes that are measured. What fails there costs nobody a step."""
        try:
            self._recorder.poll()
            loaded = self._loader.poll()
        except (OSError, ValueError) as error:
            self._tell({"event": "trouble", "why": f"a part or a measure was lost: {error}"})
            return
        if loaded is not None:
            self._take_in(loaded)

    def _keep_clear(self) -> None:
        """Whoever is about to step to where another lies comes to rest before (:mod:`temirbek.robots.waiting`)."""
        lying = {n: self._bodies.pose(n, d.numbers)[:2] for n, d in self.dancers.items() if d.is_down}
        for dancer in self.dancers.values() if lying else ():
            for name, place_m in lying.items():
                if not dancer.is_down and dancer.course.comes_near(place_m, SAFE_M):
                    dancer.course.rest()
                    dancer.why = f"{name} lies in its way"

    def _end_gestures(self) -> None:
        """Tells of a gesture that nobody is at any more: it was made, or could not be."""
        for name, part in list(self._gesturing.items()):
            dancer = self.dancers[name]
            if dancer.is_down or not dancer.course.has_gesture:
                del self._gesturing[name]
                if part not in self._gesturing.values():
                    self._tell({"event": "gesture", "part": part, "state": "over"})

    def _take_in(self, loaded: Loaded) -> None:
        if loaded.about is None or loaded.dances is None:
            self._tell({"event": "part", "part": loaded.part, "state": "failed", "why": loaded.reason})
            return
        about = loaded.about
        self._abouts[loaded.part], self._dances[loaded.part] = about, loaded.dances
        if about.gestures:
            for name, dance in loaded.dances.items():
                if name in self.dancers:
                    self.dancers[name].course.gestures = dance
        elif about.loop_beats is None:
            if about.programme:  # a gesture's beats are its own, and no music's
                self._music.know_beats(about.programme, about.grid)
        else:
            for name, dance in loaded.dances.items():
                if name in self.dancers:
                    self.dancers[name].course.grooves[loaded.part] = dance
        self._tell({"event": "part", "part": loaded.part, "state": "ready", "why": ""})

    def _why(self, dancer: LiveDancer) -> str:
        if dancer.is_down or dancer.state == "standing":
            return dancer.why
        return dancer.course.why if dancer.state == "waiting" else ""

    def views(self, now_s: float) -> list[RobotView]:
        """Everybody, now."""
        return [
            RobotView(
                id=d.performer.id,
                name=d.performer.name,
                robot=d.performer.robot,
                color=d.performer.accent_color,
                state=d.state,
                heartbeat_age_s=max(0.0, now_s - d.heard_s),
                torque_share=round(self._bodies.torque_share(name), 3),
                fall_risk=round(d.mind.fall_risk, 3),
                part=d.part,
                why=self._why(d),
                guard_interventions=d.interventions,
            )
            for name, d in self.dancers.items()
        ]

    def state(self, now_s: float) -> Answer:
        """What a console may want to know."""
        return {
            "scope": self.scope,
            "is_stopped": self._is_stopped(),
            "is_silent": self._is_silent,
            "parts": sorted(self._dances),
            "is_loading": self._loader.is_busy,
            "robots": [
                {name: getattr(view, name) for name in RobotView.__dataclass_fields__}
                for view in self.views(now_s)
            ],
        }

    def _load(self, body: Mapping[str, Any]) -> str:
        part = str(body["part"])
        if not self._loader.ask(part, Path(str(body["path"]))):
            self._tell({"event": "part", "part": part, "state": "ready", "why": ""})
        return ""

    def _start(self, body: Mapping[str, Any]) -> str:
        part = str(body["part"])
        return self._not_armed() or self._unknown(part) or self._give(part, self._named(body))

    def _replace(self, body: Mapping[str, Any]) -> str:
        part = str(body["part"])
        reason = self._not_armed() or self._unknown(part)
        if not reason:
            self._replacing = (part, float(body["from_mix_s"]), self._named(body))
        return reason

    def _dance(self, body: Mapping[str, Any]) -> str:
        reason = self._not_armed()
        if not reason:
            for dancer in self._named(body):
                dancer.course.dance_groove()
        return reason

    def _rest(self, body: Mapping[str, Any]) -> str:
        for dancer in self._named(body):
            dancer.course.rest()
        return ""

    def _gesture(self, body: Mapping[str, Any]) -> str:
        part = str(body["part"])
        reason = self._not_armed() or self._unknown(part)
        if reason:
            return reason
        at_beat = float(body.get("at_beat", -1e9))
        able = [d for d in self._named(body) if d.performer.id in self._dances[part]]
        for dancer in able:
            dance = self._dances[part][dancer.performer.id]
            dancer.course.gesture(dance.about.title or part, dance.tape, at_beat)
            self._gesturing[dancer.performer.id] = part
        return "" if able else f"{part!r} is for nobody of these"

    def _hush(self, body: Mapping[str, Any]) -> str:
        for dancer in self._named(body):
            dancer.course.hush()
        return ""

    def _react(self, body: Mapping[str, Any]) -> str:
        (dancer,) = self._named(body, one=True)
        return self._reactions.ask(dancer, body, self._clock(), self._not_armed())

    def _glance(self, body: Mapping[str, Any]) -> str:
        (dancer,) = self._named(body, one=True)
        if dancer.is_down:
            return f"it is {dancer.state}"
        yaw_rad, seconds = float(body["yaw_rad"]), float(body["seconds"])
        if not (abs(yaw_rad) <= pi and 0.0 <= seconds <= LONGEST_GLANCE_S):
            return f"a glance of {yaw_rad:g} rad for {seconds:g} s: expected −π to π, and at most {LONGEST_GLANCE_S:g} s"
        return self._not_armed() or dancer.course.glance(yaw_rad, seconds)

    def _damp(self, body: Mapping[str, Any]) -> str:
        for dancer in self._named(body, one=True):
            dancer.stop("damped by hand")
        return ""

    def _ready(self, body: Mapping[str, Any]) -> str:
        reason = self._not_armed()
        for dancer in self._named(body, one=True) if not reason else ():
            reason = reason or dancer.stand_up(self._bodies)
        return reason

    def _arm(self, body: Mapping[str, Any]) -> str:
        scope = body["scope"]
        if scope not in SCOPES:
            return f"{scope!r} is no scope; expected one of {', '.join(SCOPES)}"
        if self._is_stopped() and scope in MOVING:
            return "the show is stopped: release the stop first"
        self.scope = scope
        if scope not in MOVING:
            for dancer in self.dancers.values():
                dancer.course.rest()
                dancer.course.hush()
        return ""

    def _beats(self, body: Mapping[str, Any]) -> str:
        grid = BeatGrid(
            beats_s=body["beats_s"],
            first_downbeat=int(body.get("first_downbeat", 0)),
            beats_per_bar=int(body.get("beats_per_bar", 4)),
        )
        self._music.know_beats(str(body.get("programme", "")), grid)
        return ""

    def _not_armed(self) -> str:
        if self._is_stopped():
            return "the show is stopped"
        return "" if self.scope in MOVING else f"robots are not armed (scope {self.scope!r})"

    def _unknown(self, part: str) -> str:
        return (
            "" if part in self._dances else f"part {part!r} is not loaded; loaded are {sorted(self._dances)}"
        )

    def _give(self, part: str, dancers: Sequence[LiveDancer], *, grooves: bool = False) -> str:
        """Has them dance a part, and groove where it does not count, if so wished."""
        able = [d for d in dancers if d.performer.id in self._dances[part]]
        for dancer in able:
            dancer.course.dance_part(self._dances[part][dancer.performer.id], grooves=grooves)
        return "" if able else f"{part!r} is for nobody of these"

    def _named(self, body: Mapping[str, Any], *, one: bool = False) -> list[LiveDancer]:
        """Whom a message means: "robot" names one, "robots" some; without either, everybody."""
        names = [body["robot"]] if one or "robot" in body else body.get("robots", list(self.dancers))
        unknown = [name for name in names if name not in self.dancers]
        if unknown:
            raise InvalidInput(
                f"no robot {', '.join(map(repr, unknown))}; there are {', '.join(self.dancers)}"
            )
        return [self.dancers[name] for name in names]
