"""The conductor's hands in a live show: sound, DJ, robots, signals, the maker and the hall, each a process of its own.

What each of them is asked follows from the effects of the machine; what they tell becomes facts. Whoever dies is started
again by the supervisor; the show is then held, what sounded goes on where it would be by now, and robots stay at rest.
"""

import asyncio
import logging
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from temirbek.processes import Kin, read_kin
from temirbek.show.state import MachineState
from temirbek.stage.crew import (
    BattleHand,
    CrowdHand,
    DjHand,
    HallHand,
    MakerHand,
    PhonesHand,
    RobotsHand,
    Screen,
    SignalsHand,
    SoundHand,
    SpeechHand,
    Wings,
)
from temirbek.stage.dances import Dances
from temirbek.stage.desk import Clock
from temirbek.stage.heart import Heart
from temirbek.stage.links import Link
from temirbek.stage.now_playing import NowPlaying
from temirbek.stage.robots.stop_flag import StopFlag
from temirbek.stage.run_folder import RunFolder
from temirbek.types import Effect, Evening, Event, Fault, HallView, MusicView, RobotView

logger = logging.getLogger(__name__)

LOOK_EVERY_S = 0.25
OF_THE_HALL = ("ears", "eyes", "phones", "crowd")
"""Processes that a show can do without."""


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
        has_crowd: The hall is simulated.
    """

    def __init__(
        self,
        evening: Evening,
        run: RunFolder,
        clock: Clock,
        *,
        state: Callable[[], MachineState],
        tell: Callable[..., Any],
        note: Callable[[str], None],
        hold: Callable[[str], None],
        submit: Callable[[Event], None],
        has_crowd: bool = False,
    ) -> None:
        self._wings = Wings(
            evening=evening,
            run=run,
            clock=clock,
            state=state,
            tell=tell,
            note=note,
            hold=hold,
            submit=submit,
            now=NowPlaying(run),
        )
        self._flag = StopFlag.create(run.stop)
        self._heart = Heart(run.robots_socket)
        self._looked_s = 0.0
        self._kin: dict[str, Kin] = {}
        self._dead: dict[str, Kin] = {}
        self._tasks: list[asyncio.Task[None]] = []
        self._links: dict[str, Link] = {}
        self._assemble()
        self._assemble_hall(has_crowd)

    def _assemble(self) -> None:
        """A link to each process, and a hand for it; a link's ears are bound when all hands are there."""
        wings, run = self._wings, self._wings.run
        sound = self._link("sound", run.sound_socket, self._hear_sound, self._found_sound)
        dj = self._link("dj", run.dj_socket, lambda e: self.dj.hear(e), lambda: self.dj.found())
        robots = self._link("robots", run.robots_socket, self._hear_robots, lambda: self.robots_hand.found())
        maker = self._link(
            "maker", run.maker_socket, lambda e: self.maker.hear(e), lambda: self.maker.found()
        )
        signals = self._link("signals", run.signals_socket, lambda e: self.signals.hear(e), lambda: None)
        self._dances = Dances(run, robots, maker)
        self.robots_hand = RobotsHand(wings, robots, self._dances)
        self.sound = SoundHand(wings, sound, rest=self.robots_hand.rest, end_set=lambda: self.dj.end_set())
        self.dj = DjHand(wings, dj, self._dances, end_of_music=self.sound.end_of_music)
        self.maker = MakerHand(wings, maker, self._dances, load_part=self.robots_hand.load_part)
        self.signals = SignalsHand(wings, signals)
        self.screen = Screen(wings)
        self.speech = SpeechHand(wings, sound, robots, self.screen)

    def _assemble_hall(self, has_crowd: bool) -> None:
        """Those who notice the hall, where the venue has them."""
        wings, run, venue = self._wings, self._wings.run, self._wings.evening.venue
        self.hall_hand = HallHand(wings, self._links["robots"])
        self.phones: PhonesHand | None = None
        self.crowd: CrowdHand | None = None
        if venue.ears.source != "none":
            self._link("ears", run.ears_socket, self.hall_hand.hear_ears, lambda: None)
        if venue.eyes.source != "none":
            self._link("eyes", run.eyes_socket, self._hear_eyes, lambda: None)
        if venue.phones is not None:
            phones = self._link(
                "phones", run.phones_socket, lambda e: self._of_phones().hear(e), self._found_phones
            )
            self.phones = PhonesHand(wings, phones, told=self.hall_hand.hear_phones, asked=self._hear_poll)
        self.battle = BattleHand(
            wings,
            self._links["robots"],
            self._links.get("eyes"),
            sound=self.sound,
            screen=self.screen,
            phones=self.phones,
        )
        if has_crowd:
            crowd = self._link("crowd", run.crowd_socket, lambda _: None, self._found_crowd)
            self.crowd = CrowdHand(wings, crowd)

    def _hear_poll(self, poll: str, options: list[str]) -> None:
        if self.crowd is not None:
            self.crowd.hear_poll(poll, options)

    def _of_phones(self) -> PhonesHand:
        assert self.phones is not None
        return self.phones

    def _found_phones(self) -> None:
        self._of_phones().found()

    def _found_crowd(self) -> None:
        assert self.crowd is not None
        self.crowd.found()

    def _hear_sound(self, event: dict[str, Any]) -> None:
        if event.get("voice") == "speech" and event.get("event") in ("started", "ended"):
            self.speech.hear(event)
        else:
            self.sound.hear(event)

    def _found_sound(self) -> None:
        self.sound.found()
        self.speech.found_sound()

    def _hear_eyes(self, event: dict[str, Any]) -> None:
        self.hall_hand.hear_eyes(event)
        self.battle.hear_eyes(event)

    def _hear_robots(self, event: dict[str, Any]) -> None:
        self.robots_hand.hear(event)
        self.battle.hear_robots(event)
        self.hall_hand.hear_robots(event, self.robots_hand.views)

    def _link(
        self, name: str, path: Path, hear: Callable[[dict[str, Any]], None], found: Callable[[], None]
    ) -> Link:
        link = Link(
            name,
            path,
            on_event=hear,
            on_found=lambda: self._found(name, found),
            on_lost=lambda: self._lost(name),
        )
        self._links[name] = link
        return link

    def begin(self) -> None:
        """Looks for everybody."""
        self._tasks = [asyncio.create_task(link.run()) for link in self._links.values()]

    async def close(self) -> None:
        """Lets go of everybody."""
        for link in self._links.values():
            await link.close()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        self.hall_hand.close()
        self._heart.close()
        self._flag.close()
        self._wings.now.close()

    # what is to be done

    def do(self, effect: Effect) -> None:
        """Carries out one effect; whatever goes wrong in it is told, and the show goes on."""
        try:
            self._do(effect)
        except Exception as error:
            logger.exception("%s", effect)
            what = f"{effect.target}: {effect.verb}: a fault of the program: {error}"
            self._wings.fault(f"effect:{effect.target}", "error", what)
            if effect.verb == "fire" and effect.cue:
                run = int(effect.payload["run"])
                self._wings.tell("failed", cue=effect.cue, run=run, reason=what)

    def _do(self, effect: Effect) -> None:
        match (effect.target, effect.verb):
            case ("all", "stop"):
                self._stop()
            case ("all", "release"):
                self._flag.clear()
            case ("all", "arm"):
                self.robots_hand.arm(effect.payload["scope"])
            case ("sound", _) if self._wings.cues[effect.cue].kind == "announcement":
                self.speech.do(effect)
            case ("sound", _):
                self.sound.do(effect)
            case ("dj", "hand_over" | "tap" | "tap_confirm"):
                self.signals.ask_human(effect, self.dj.answered)
            case ("dj", _):
                self.dj.do(effect)
            case ("robots", _):
                self.robots_hand.do(effect)
            case ("screen", _):
                self.screen.do(effect)
                if self.phones is not None:
                    self.phones.announce(effect)
            case ("phones", _) if self.phones is not None:
                self.phones.do(effect)
            case ("battle", _):
                self.battle.do(effect)
            case ("hall", "fire"):
                self._wings.tell("started", cue=effect.cue, run=int(effect.payload["run"]))
            case ("lights" | "osc" | "midi", "fire"):
                self.signals.do(effect)

    def _stop(self) -> None:
        """The flag first: it reaches the robots' guards without anybody's loop."""
        self._flag.raise_(self._wings.clock.host_s())
        self.sound.stop()
        self.speech.stop()
        self.battle.stop()
        self.dj.stop()
        self.signals.stop()
        if self.phones is not None:
            self.phones.stop()
        self._dances.end()
        self._wings.now.end()

    # who is there

    def _found(self, name: str, found: Callable[[], None]) -> None:
        self._wings.mend(f"process:{name}")
        found()

    def _lost(self, name: str) -> None:
        what = f"the {name} process died; it is being started again"
        self._wings.fault(f"process:{name}", "error", what)
        if name in self._kin:
            self._dead[name] = self._kin[name]
        if name not in OF_THE_HALL:
            self._wings.hold(f"the {name} process died")

    def _look_for_deaths(self) -> None:
        """Who was started again died, whether or not anybody was talking to it."""
        kin = read_kin(self._wings.run.path)
        for name, one in kin.items():
            before = self._kin.get(name)
            if before is not None and before != one and name in self._links:
                if self._dead.get(name) != before and name not in OF_THE_HALL:
                    self._wings.hold(f"the {name} process died")
                self._dead.pop(name, None)
        self._kin = kin or self._kin

    # how it is

    def look(self) -> None:
        """What need not be told by anybody: deaths, sets that stand by, dances that come near."""
        self._heart.turn()
        now_s = self._wings.clock.host_s()
        if now_s - self._looked_s >= LOOK_EVERY_S:
            self._looked_s = now_s
            self._look_for_deaths()
            self.dj.lay_out_ahead()
        self._dances.look(self._wings.now.reading())
        self.speech.look()
        self.battle.look()
        self.hall_hand.look()
        if self.phones is not None:
            self.phones.look()
        if self.crowd is not None:
            self.crowd.look()

    def is_warm(self, cue_id: str) -> bool:
        """Whether nothing is gained by waiting a little before a cue begins by itself."""
        return self.dj.is_warm(cue_id)

    def music(self) -> MusicView:
        """What sounds."""
        return self._wings.now.view(self._wings.clock.host_s())

    def robots(self) -> tuple[RobotView, ...]:
        """How the robots are, by their own words."""
        return self.robots_hand.views

    def hall(self) -> HallView:
        """What devices tell of the hall."""
        return self.hall_hand.view()

    def faults(self) -> tuple[Fault, ...]:
        """What is wrong with the processes."""
        return tuple(self._wings.faults.values())

    def card(self) -> Mapping[str, str]:
        """What is on the screen."""
        return self.screen.card

    def caption(self) -> Mapping[str, str]:
        """What is being said: language → text."""
        return self.screen.caption

    def why_mute(self) -> tuple[str, ...]:
        """What this machine lacks to say what is still to be said."""
        return self.speech.why_mute()

    def why_not_ready(self, cue: str) -> str:
        """Why a cue cannot begin yet, in words; "" when it can."""
        ready = (self._wings.why_not_ready, self.battle.why_not_ready, self.hall_hand.why_not_ready)
        return next((why for ask in ready if (why := ask(cue))), "")
