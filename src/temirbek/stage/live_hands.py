"""The conductor's hands in a live show: sound, DJ, robots, signals and the maker, each a process of its own.

What each of them is asked follows from the effects of the machine; what they tell becomes facts. Whoever dies is started
again by the supervisor; the show is then held, what sounded goes on where it would be by now, and robots stay at rest.
"""

import asyncio
import json
import logging
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from temirbek.show.kinds import moves_robots
from temirbek.show.state import MachineState
from temirbek.stage.dances import Dances
from temirbek.stage.desk import Clock
from temirbek.stage.heart import Heart
from temirbek.stage.links import Link
from temirbek.stage.made import Made, needs_making, read_made
from temirbek.stage.now_playing import NowPlaying
from temirbek.stage.processes import Kin, read_kin
from temirbek.stage.robots.stop_flag import StopFlag
from temirbek.stage.run_folder import RunFolder
from temirbek.store import from_json
from temirbek.types import (
    AnnouncementCue,
    CardCue,
    Cue,
    Effect,
    Evening,
    Event,
    Fault,
    LightCue,
    MidiCue,
    MusicView,
    OscCue,
    RobotNumberCue,
    RobotView,
    Scope,
    TrackCue,
)

logger = logging.getLogger(__name__)

RATE_HZ = 48000
STOP_FADE_S = 0.05
END_FADE_S = 2.0
RESUME_FADE_S = 0.3
DUCK_DB, DUCK_S = 12.0, 0.4
LOOK_EVERY_S = 0.25
DJ_PATIENCE_S = 60.0
WARM_S = 90.0

Tell = Callable[..., Any]


class LiveHands:
    """Hands that do what a show decides, through other processes.

    Args:
        evening: What is to happen.
        run: Where its processes meet.
        clock: What time it is.
        state: Gives the show as it stands.
        tell: Takes facts: (type, payload by name).
        note: Writes a line into the record.
        hold: Holds the show, for a reason in words.
        submit: Takes what somebody asks for by another way than a console.
    """

    def __init__(
        self,
        evening: Evening,
        run: RunFolder,
        clock: Clock,
        *,
        state: Callable[[], MachineState],
        tell: Tell,
        note: Callable[[str], None],
        hold: Callable[[str], None],
        submit: Callable[[Event], None],
    ) -> None:
        self._evening, self._run, self._clock = evening, run, clock
        self._cues = {cue.id: cue for cue in evening.cues}
        self._state, self._tell, self._note, self._hold = state, tell, note, hold
        self._submit = submit
        self._flag = StopFlag.create(run.stop)
        self._heart = Heart(run.robots_socket)
        self._made: dict[str, Made] = {}
        self._unmade: dict[str, str] = {}
        self._parts: set[str] = set()
        self._robots: tuple[RobotView, ...] = ()
        self._faults: dict[str, Fault] = {}
        self._looked_s = 0.0
        self._laid_out = ""
        self._waits_since_s: float | None = None
        self._speaking: dict[str, list[str]] = {}
        self._card: Mapping[str, str] = {}
        self.now = NowPlaying(run)
        self.sound = self._link("sound", run.sound_socket, self._hear_sound, self._found_sound)
        self.dj = self._link("dj", run.dj_socket, self._hear_dj, self._found_dj)
        self.robots_link = self._link("robots", run.robots_socket, self._hear_robots, self._found_robots)
        self.maker = self._link("maker", run.maker_socket, self._hear_maker, self._found_maker)
        self.signals = self._link("signals", run.signals_socket, self._hear_signals, lambda: None)
        self._links = (self.sound, self.dj, self.robots_link, self.maker, self.signals)
        self._dances = Dances(run, self.robots_link, self.maker)
        self._missed_by_name = {link.name for link in self._links}
        self._kin: dict[str, Kin] = {}
        self._dead: dict[str, Kin] = {}
        self._tasks: list[asyncio.Task[None]] = []

    def _link(
        self, name: str, path: Path, hear: Callable[[dict[str, Any]], None], found: Callable[[], None]
    ) -> Link:
        return Link(
            name,
            path,
            on_event=hear,
            on_found=lambda: self._found(name, found),
            on_lost=lambda: self._lost(name),
        )

    def begin(self) -> None:
        """Looks for everybody."""
        self._tasks = [asyncio.create_task(link.run()) for link in self._links]

    async def close(self) -> None:
        """Lets go of everybody."""
        for link in self._links:
            await link.close()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        self._heart.close()
        self._flag.close()
        self.now.close()

    # what is to be done

    def do(self, effect: Effect) -> None:
        """Carries out one effect."""
        match (effect.target, effect.verb):
            case ("all", "stop"):
                self._stop()
            case ("all", "release"):
                self._flag.clear()
            case ("all", "arm"):
                self.robots_link.ask({"do": "arm", "scope": effect.payload["scope"]})
            case ("sound", "fire"):
                self._fire_sound(self._cues[effect.cue], int(effect.payload["run"]))
            case ("sound", "end"):
                self._end_sound(self._cues[effect.cue], int(effect.payload["run"]))
            case ("dj", "fire"):
                self._fire_set(self._cues[effect.cue], int(effect.payload["run"]))
            case ("dj", "end"):
                self.dj.ask({"do": "dj_fade"})
            case ("dj", "hand_over" | "tap" | "tap_confirm" as verb):
                self.signals.ask({"do": verb, **effect.payload}, self._answer_of_dj)
            case ("dj", verb):
                self.dj.ask({"do": verb, **effect.payload}, self._answer_of_dj, timeout_s=DJ_PATIENCE_S)
            case ("robots", "fire"):
                self._fire_robots(self._cues[effect.cue])
            case ("robots", "end"):
                self._rest(effect)
            case ("robots", "robot_damp"):
                self.robots_link.ask({"do": "damp", "robot": effect.payload["robot"]})
            case ("robots", "robot_ready"):
                self._let_again(str(effect.payload["robot"]))
            case ("screen", "fire"):
                self._show_card(self._cues[effect.cue], int(effect.payload["run"]))
            case ("screen", "end"):
                self._card = {}
            case ("lights" | "osc" | "midi", "fire"):
                self._fire_signal(self._cues[effect.cue], int(effect.payload["run"]))

    def _stop(self) -> None:
        """The flag first: it reaches the robots' guards without anybody's loop."""
        self._flag.raise_(self._clock.host_s())
        self.sound.ask({"do": "stop", "seconds": STOP_FADE_S})
        self.dj.ask({"do": "close"})
        self.signals.ask({"do": "stop"})
        self._speaking.clear()
        self._laid_out = ""
        self._dances.end()
        self.now.end()

    def _fire_sound(self, cue: Cue, run: int) -> None:
        if isinstance(cue.payload, AnnouncementCue):
            self._speak(cue, run)
            return
        made = self._made.get(cue.id)
        if made is None:
            self._tell("failed", cue=cue.id, run=run, reason=self.why_not_ready(cue.id) or "nothing was made")
            return
        self._end_set()
        self.now.begin(cue, made)
        self._play_music(cue, made, run, from_frame=0)

    def _end_set(self) -> None:
        """The music's voice is needed for something else: a set that plays is over."""
        self._dances.end()
        for cue_id in self._state().of_state("running"):
            if self._cues[cue_id].kind == "dj_set":
                self.dj.ask({"do": "close"})
                self._tell("done", cue=cue_id, run=self._state().now(cue_id).run)

    def _play_music(self, cue: Cue, made: Made, run: int, *, from_frame: int, fade_in_s: float = 0.0) -> None:
        track = cue.payload if isinstance(cue.payload, TrackCue) else None
        body = {
            "do": "play",
            "voice": "music",
            "programme": cue.id,
            "path": str(self._run.made / cue.id / made.sounds["music"]),
            "start_frame": from_frame,
            "mix_frame": from_frame,
            "gain_db": track.gain_db if track else 0.0,
            "fade_in_s": fade_in_s or (track.fade_in_s if track else 0.0),
        }
        self.sound.ask(body, lambda answer: self._answer_of(cue, run, answer))

    def _end_sound(self, cue: Cue, run: int) -> None:
        if cue.id in self._speaking:
            del self._speaking[cue.id]
            self.sound.ask({"do": "fade", "voice": "speech", "seconds": 0.3, "then": "stop"})
            self._tell("done", cue=cue.id, run=run)
            return
        track = cue.payload if isinstance(cue.payload, TrackCue) else None
        seconds = track.fade_out_s if track and track.fade_out_s else END_FADE_S

        def answered(answer: Mapping[str, Any]) -> None:
            if not answer.get("ok"):  # it does not sound any more
                self._tell("done", cue=cue.id, run=run)

        self.sound.ask(
            {"do": "fade", "voice": "music", "of": cue.id, "seconds": seconds, "then": "stop"}, answered
        )

    def _speak(self, cue: Cue, run: int) -> None:
        """One language after another, in the venue's order."""
        made = self._made.get(cue.id)
        order = [str(name) for name in self._evening.venue.languages if made and name in made.sounds]
        if made is None or not order:
            self._tell("failed", cue=cue.id, run=run, reason="there is no recording of it")
            return
        self._speaking[cue.id] = order
        duck = {"do": "duck", "voice": "music", "while": "speech", "by_db": DUCK_DB}
        self.sound.ask({**duck, "attack_s": DUCK_S, "release_s": 2 * DUCK_S})
        self._say_next(cue.id)

    def _say_next(self, cue_id: str) -> None:
        order = self._speaking.get(cue_id)
        if order is None:
            return
        run = self._state().now(cue_id).run
        if not order:
            del self._speaking[cue_id]
            self._tell("done", cue=cue_id, run=run)
            return
        language = order.pop(0)
        path = self._run.made / cue_id / self._made[cue_id].sounds[language]
        body = {"do": "play", "voice": "speech", "programme": f"{cue_id}/{language}", "path": str(path)}
        self.sound.ask(body, lambda answer: self._answer_of(self._cues[cue_id], run, answer))

    def _fire_set(self, cue: Cue, run: int) -> None:
        made = self._made.get(cue.id)
        if made is None:
            self._tell("failed", cue=cue.id, run=run, reason=self.why_not_ready(cue.id) or "nothing was made")
            return
        self.now.begin(cue, made)

        def begin(answer: Mapping[str, Any]) -> None:
            if answer.get("ok"):
                self.dj.ask({"do": "begin", "at_host_s": None}, lambda a: self._answer_of(cue, run, a))
            else:
                self._answer_of(cue, run, answer)

        if self._laid_out == cue.id:
            begin({"ok": True})
        else:
            self._lay_out(cue, made, begin)
        self._laid_out = ""

    def _lay_out(self, cue: Cue, made: Made, answered: Callable[[dict[str, Any]], None]) -> None:
        """Has the DJ lay a set out: what comes first is rendered, and its dance made."""
        folder = self._run.made / cue.id
        wishes = json.loads((folder / made.wishes).read_text(encoding="utf-8"))
        opening = {
            "do": "open",
            "set": cue.id,
            "analyses": str(folder / made.analyses),
            "wishes": wishes,
            "seed": self._evening.show.seed,
            "length_s": cue.length_s or None,
        }
        self.dj.ask(opening, answered, timeout_s=DJ_PATIENCE_S)

    def _lay_out_ahead(self) -> None:
        """A set that stands by is laid out before its GO, where no other set plays."""
        state = self._state()
        cue = self._cues.get(state.standby)
        if cue is None or cue.kind != "dj_set" or self._laid_out == cue.id or not self.dj.is_there:
            return
        busy = any(self._cues[c].kind == "dj_set" for c in state.of_state("running", "uncertain", "pre_wait"))
        if busy or (made := self._made.get(cue.id)) is None:
            return
        self._laid_out = cue.id

        def answered(answer: dict[str, Any]) -> None:
            if not answer.get("ok") and self._laid_out == cue.id:
                self._laid_out = ""

        self._lay_out(cue, made, answered)

    def is_warm(self, cue_id: str) -> bool:
        """Nothing is gained by waiting: the robots know their first dance, or it takes too long."""
        cue = self._cues[cue_id]
        if cue.kind != "dj_set" or not self._moves(cue) or self._dances.has_any:
            return True
        if self._waits_since_s is None:
            self._waits_since_s = self._clock.host_s()
        return self._clock.host_s() - self._waits_since_s > WARM_S

    def _fire_robots(self, cue: Cue) -> None:
        if isinstance(cue.payload, RobotNumberCue):
            body: dict[str, Any] = {"do": "start", "part": cue.id}
        elif cue.kind == "robot_gesture":
            body = {"do": "gesture", "part": cue.id}
        else:
            self._dances.begin(cue)
            body = {"do": "dance"}
        if cue.robots:
            body["robots"] = list(cue.robots)
        run = self._state().now(cue.id).run

        def answered(answer: Mapping[str, Any]) -> None:
            if cue.kind == "robot_gesture":
                self._answer_of(cue, run, answer, is_started=True)
            elif not answer.get("ok"):
                self._fault(
                    f"robots:{cue.id}",
                    "warning",
                    f"“{cue.title}” goes on without robots: {answer.get('reason')}",
                )

        self.robots_link.ask(body, answered)

    def _rest(self, effect: Effect) -> None:
        """Robots come to rest: those of a cue, or all."""
        self._dances.end()
        robots = self._cues[effect.cue].robots if effect.cue else ()
        self.robots_link.ask({"do": "rest", **({"robots": list(robots)} if robots else {})})
        if effect.cue and self._cues[effect.cue].kind == "robot_gesture":
            self._tell("done", cue=effect.cue, run=effect.payload.get("run"))

    def _let_again(self, robot: str) -> None:
        """A person lets a robot take part again: one that is down stands up, one that only rests goes on with the set."""
        rests = any(view.id == robot and view.state in ("standing", "waiting") for view in self._robots)
        if rests:
            self._dances.again(robot)
        else:
            self.robots_link.ask({"do": "ready", "robot": robot}, self._answer_of_robots)

    def _show_card(self, cue: Cue, run: int) -> None:
        if isinstance(cue.payload, CardCue | AnnouncementCue):
            self._card = {str(name): text for name, text in cue.payload.text.items()}
        if not (isinstance(cue.payload, AnnouncementCue) and cue.payload.audio):
            self._tell("started", cue=cue.id, run=run)

    def _fire_signal(self, cue: Cue, run: int) -> None:
        match cue.payload:
            case LightCue(look=look, fade_s=fade_s, levels=levels):
                body = {"do": "light", "look": look, "fade_s": fade_s, "levels": dict(levels)}
            case OscCue() as osc:
                body = {
                    "do": "osc",
                    "peer": osc.peer,
                    "address": osc.address,
                    "arguments": list(osc.arguments),
                    "needs_answer": osc.needs_answer,
                }
            case MidiCue(message=message):
                body = {"do": "midi", "message": list(message)}
            case _:
                return
        self.signals.ask(body, lambda answer: self._answer_of(cue, run, answer, is_started=True))

    def _answer_of(self, cue: Cue, run: int, answer: Mapping[str, Any], *, is_started: bool = False) -> None:
        """What a process said when it was asked to begin a cue."""
        if not answer.get("ok"):
            self._tell("failed", cue=cue.id, run=run, reason=str(answer.get("reason", "no reason was given")))
        elif is_started:
            if note := answer.get("note"):
                self._fault(f"note:{cue.id}", "note", f"“{cue.title}”: {note}")
            self._tell("started", cue=cue.id, run=run)

    def _answer_of_dj(self, answer: Mapping[str, Any]) -> None:
        words = answer.get("words") if answer.get("ok") else f"not done: {answer.get('reason')}"
        if words:
            self._note(str(words))

    def _answer_of_robots(self, answer: Mapping[str, Any]) -> None:
        if not answer.get("ok"):
            self._note(f"robots: {answer.get('reason')}")

    # what is heard

    def _hear_sound(self, event: dict[str, Any]) -> None:
        programme = str(event.get("programme", ""))
        cue_id = programme.partition("/")[0]
        match event.get("event"):
            case "started" if cue_id in self._cues:
                self._tell("started", cue=cue_id, run=self._state().now(cue_id).run)
                self._tell_track(cue_id)
            case "ended" if event.get("voice") == "speech":
                self._say_next(cue_id)
            case "ended" if cue_id in self._cues and self._cues[cue_id].kind != "dj_set":
                self._end_of_music(cue_id)
            case "starving":
                self._fault("starving", "warning", "the sound ran out of prepared music and played silence")
            case "underrun":
                self._fault("underrun", "warning", "the sound device was not served in time")
            case "lost":
                self._tell("sound", state="lost", why=str(event.get("why", "")))
            case "back":
                self._tell("sound", state="playing", why="")
            case "level":
                self.now.level = float(event.get("rms", 0.0))

    def _tell_track(self, cue_id: str) -> None:
        view = self.now.view(self._clock.host_s())
        if self._cues[cue_id].kind == "track":
            self._tell(
                "track", track=view.track_id, title=view.title or self._cues[cue_id].title, artist=view.artist
            )

    def _end_of_music(self, cue_id: str) -> None:
        self._tell("done", cue=cue_id, run=self._state().now(cue_id).run)
        if moves_robots(self._cues[cue_id]):
            self.robots_link.ask({"do": "rest", "robots": list(self._cues[cue_id].robots)})
        self.now.end(cue_id)

    def _hear_dj(self, event: dict[str, Any]) -> None:
        cue_id = str(event.get("set", ""))
        match event.get("event"):
            case "track":
                told = {name: event.get(name, "") for name in ("title", "artist", "mix_s")}
                self._tell("track", track=str(event.get("id", "")), **told)
            case "phrase":
                self._tell("phrase", track=event.get("track", ""), bar=event.get("bar", 0))
            case "revision" if cue_id:
                self._dances.revise(cue_id, int(event["revision"]), self._set_s(cue_id))
            case "view":
                self.now.hear_dj(event)
            case "ended" if cue_id in self._cues:
                self._dances.end()
                self._end_of_music(cue_id)
            case "trouble":
                self._fault("dj", "warning", str(event.get("why", "the DJ is in trouble")))

    def _set_s(self, cue_id: str) -> float:
        """Where a set is [mix s]; 0 before it begins."""
        reading = self.now.reading()
        return reading.mix_s if reading is not None and reading.programme == cue_id else 0.0

    def _hear_robots(self, event: dict[str, Any]) -> None:
        match event.get("event"):
            case "robots":
                self._robots = tuple(from_json(RobotView, one) for one in event["robots"])
            case "silence":
                what = "nothing was heard of the conductor for a second: robots came to rest; “ready again” lets each dance"
                self._fault("robots:silence", "warning", what)
            case "robot":
                if event["state"] == "dancing":
                    self._mend("robots:silence")
                self._tell("robot", robot=event["robot"], state=event["state"], why=event.get("why", ""))
            case "part" if event.get("state") == "ready":
                self._parts.add(str(event["part"]))
                self._dances.heard_part(str(event["part"]))
            case "part":
                self._fault(f"part:{event['part']}", "error", f"a dance cannot be loaded: {event.get('why')}")
            case "gesture" | "gesture_over" if event.get("state", "over") == "over":
                self._gesture_over(str(event.get("part", "")))
            case "measured":
                self._note(str(event.get("words", "")))

    def _gesture_over(self, cue_id: str) -> None:
        if cue_id in self._cues and self._state().now(cue_id).state == "running":
            self._tell("done", cue=cue_id, run=self._state().now(cue_id).run)

    def _hear_maker(self, event: dict[str, Any]) -> None:
        name = str(event.get("name", ""))
        match event.get("event"):
            case "made" if name in self._cues:
                self._take_made(name)
            case "made" if name.startswith("groove:"):
                self._dances.load_grooves()
            case "unmade" if name in self._cues:
                self._unmade[name] = str(event.get("reason", ""))
                self._fault(
                    f"made:{name}",
                    "error",
                    f"“{self._cues[name].title}” cannot be made: {self._unmade[name]}",
                )
            case "unmade":
                self._fault(f"made:{name}", "warning", f"{name} could not be made: {event.get('reason')}")

    def _take_made(self, cue_id: str) -> None:
        made = read_made(self._run.made / cue_id)
        if made is None:
            return
        self._made[cue_id] = made
        self._unmade.pop(cue_id, None)
        self._load_part(cue_id, made)

    def _load_part(self, cue_id: str, made: Made) -> None:
        """Has the robots learn the dance of a cue, where it has one."""
        if made.part:
            path = self._run.made / cue_id / made.part
            self.robots_link.ask({"do": "load", "part": cue_id, "path": str(path)})

    def _hear_signals(self, event: dict[str, Any]) -> None:
        match event.get("event"):
            case "fault":
                self._fault(f"signals:{event.get('id', '')}", "warning", str(event.get("what", "")))
            case "mended":
                self._mend(f"signals:{event.get('id', '')}")
            case "human":
                self.now.hear_human(event)
            case "human_hand_over":
                self._note(f"the {event.get('leader')} leads")
            case "command":
                self._take_command(event)

    def _take_command(self, event: Mapping[str, Any]) -> None:
        """What another program asks for by OSC, as the stage manager would: it is answered by what is seen."""
        payload = dict(event.get("payload", {}))
        if event["command"] == "go":
            payload.setdefault("cue", self._state().standby)
        self._submit(
            Event(
                type=event["command"],
                payload=payload,
                by=str(event.get("by", "OSC")),
                role="stage_manager",
                key=str(event.get("key", "")),
            )
        )

    # who is there

    def _found(self, name: str, found: Callable[[], None]) -> None:
        self._mend(f"process:{name}")
        found()

    def _lost(self, name: str) -> None:
        self._fault(f"process:{name}", "error", f"the {name} process died; it is being started again")
        if name in self._kin:
            self._dead[name] = self._kin[name]
        self._hold(f"the {name} process died")

    def _found_sound(self) -> None:
        """After a start of either side: what should sound and does not goes on where it would be by now."""

        def answered(answer: Mapping[str, Any]) -> None:
            sounding = {str(v.get("programme", "")) for v in answer.get("voices", {}).values()}
            state = self._state()
            for cue_id in state.of_state("running", "uncertain"):
                cue, now = self._cues[cue_id], state.now(cue_id)
                if cue.kind in ("track", "robot_number"):
                    self._mend_music(cue, now.run, is_sounding=cue_id in sounding)
            self._tell("sound", state="playing" if sounding else "silent", why="")

        self.sound.ask({"do": "state"}, answered)

    def _mend_music(self, cue: Cue, run: int, *, is_sounding: bool) -> None:
        made = self._made.get(cue.id) or read_made(self._run.made / cue.id)
        if made is None:
            return
        self._made[cue.id] = made
        if not self.now.cue_id:
            self.now.begin(cue, made)
        if is_sounding:
            self._tell("started", cue=cue.id, run=run)
            return
        frame = self.now.frame_by_now(cue.id, self._clock.host_s())
        if frame is None or frame >= made.duration_s * RATE_HZ:
            self._tell("done", cue=cue.id, run=run)
        else:
            self._play_music(cue, made, run, from_frame=frame, fade_in_s=RESUME_FADE_S)

    def _found_dj(self) -> None:
        """A DJ that was started again knows a set that plays from its own folder; one that stands by is laid out anew."""
        self._laid_out = ""

    def _found_robots(self) -> None:
        """They may move as the show is armed; nothing that they did before goes on."""
        self._parts.clear()
        self.robots_link.ask({"do": "arm", "scope": self._state().scope})
        for cue_id, made in self._made.items():
            self._load_part(cue_id, made)
        self._dances.robots_came_back()

    def _found_maker(self) -> None:
        """In the order of the evening; the grooves before the first set that robots dance to."""
        state = self._state()
        has_grooves = False
        for cue in self._evening.cues:
            if cue.kind == "dj_set" and moves_robots(cue) and not has_grooves:
                has_grooves = True
                self.maker.ask({"do": "grooves"})
            if needs_making(cue) and cue.id not in self._made:
                self.maker.ask({"do": "cue", "cue": cue.id, "urgent": cue.id == state.standby})

    # how it is

    def _look_for_deaths(self) -> None:
        """Who was started again died, whether or not anybody was talking to it."""
        kin = read_kin(self._run.path)
        for name, one in kin.items():
            before = self._kin.get(name)
            if before is not None and before != one and name in self._missed_by_name:
                if self._dead.get(name) != before:
                    self._hold(f"the {name} process died")
                self._dead.pop(name, None)
        self._kin = kin or self._kin

    def look(self) -> None:
        """What need not be told by anybody: deaths, sets that stand by, dances that come near."""
        self._heart.turn()
        now_s = self._clock.host_s()
        if now_s - self._looked_s >= LOOK_EVERY_S:
            self._looked_s = now_s
            self._look_for_deaths()
            self._lay_out_ahead()
        self._dances.look(self.now.reading())

    def music(self) -> MusicView:
        """What sounds."""
        return self.now.view(self._clock.host_s())

    def robots(self) -> tuple[RobotView, ...]:
        """How the robots are, by their own words."""
        return self._robots

    def faults(self) -> tuple[Fault, ...]:
        """What is wrong with the processes."""
        return tuple(self._faults.values())

    def card(self) -> Mapping[str, str]:
        """What is on the screen."""
        return self._card

    def why_not_ready(self, cue: str) -> str:
        """Why a cue cannot begin yet."""
        about = self._cues.get(cue)
        if about is None or not needs_making(about):
            return ""
        if cue in self._unmade:
            return f"it cannot be made: {self._unmade[cue]}"
        if cue not in self._made:
            return "its sound and dance are still being made"
        if self._made[cue].part and cue not in self._parts and self._moves(about):
            return "the robots are still loading its dance"
        return ""

    def _moves(self, cue: Cue) -> bool:
        moving: tuple[Scope, ...] = ("rehearsal", "live")
        return self._state().scope in moving and moves_robots(cue)

    def _fault(self, name: str, severity: str, what: str) -> None:
        utc_s = self._clock.utc_s()
        self._faults[name] = Fault(id=name, severity=severity, what=what, since_utc_s=utc_s)  # type: ignore[arg-type]

    def _mend(self, name: str) -> None:
        self._faults.pop(name, None)
