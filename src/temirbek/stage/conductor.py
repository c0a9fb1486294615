"""The conductor: twenty times a second it lets the show know the time; in between it takes what people ask.

One event loop, one writer of the record. It never waits for a process: what is asked of others is answered later, and
told to the show as a fact.
"""

import asyncio
import contextlib
import logging
import subprocess
import sys
from collections.abc import AsyncIterator
from dataclasses import replace

from temirbek.processes import read_kin
from temirbek.show.arming import next_scope
from temirbek.show.snapshot import snapshot_of
from temirbek.stage.desk import Clock, ShowDesk
from temirbek.stage.hands import Hands
from temirbek.stage.run_folder import RunFolder
from temirbek.types import Answer, Event, Fault, Scope, Snapshot

logger = logging.getLogger(__name__)

TICK_S = 0.05
SHOW_EVERY_S = 0.2
"""So often does a console see a new state where nothing has happened: clocks go on."""
WATCH_EVERY_S = 1.0
FOR_THE_PUBLIC: tuple[Scope, ...] = ("lights_and_sound", "live")
NO_HARDWARE = "no real robot is connected: these are simulated"


class Conductor:
    """Conducts one show.

    Args:
        desk: The show and its record.
        hands: Who does what it decides.
        clock: What time it is.
        plays_at_once: The cue in standby begins as soon as it can, without a GO.
    """

    def __init__(
        self,
        desk: ShowDesk,
        hands: Hands,
        clock: Clock,
        *,
        plays_at_once: bool = False,
    ) -> None:
        self._desk, self._hands, self._clock = desk, hands, clock
        self._plays_at_once = plays_at_once
        self._changed = asyncio.Condition()
        self._changes = 0
        self._is_ending = asyncio.Event()
        self._soon: set[asyncio.Task[Answer]] = set()
        self._looked_for_s: float | None = None

    @property
    def is_closed(self) -> bool:
        """The show is over."""
        return self._desk.state.state == "closed"

    async def submit(self, event: Event) -> Answer:
        """Takes what an operator asks; the answer comes when what it led to is on disk and under way."""
        if event.type == "go" and (why := self._hands.why_not_ready(str(event.payload.get("cue", "")))):
            return Answer(is_accepted=False, reason=f"not ready: {why}", sequence=self._desk.state.sequence)
        if event.type == "arm" and event.payload.get("scope") == "live":
            return Answer(is_accepted=False, reason=NO_HARDWARE, sequence=self._desk.state.sequence)
        if (
            event.type == "arm"
            and event.payload.get("scope") in FOR_THE_PUBLIC
            and (lacks := self._hands.why_mute())
        ):
            return Answer(is_accepted=False, reason="; ".join(lacks), sequence=self._desk.state.sequence)
        answer = self._desk.submit(event)
        await self._tell_change()
        return answer

    def submit_soon(self, event: Event) -> None:
        """Like :meth:`submit`, for who does not wait for the answer; a refusal is in the record."""
        task = asyncio.create_task(self.submit(event))
        self._soon.add(task)
        task.add_done_callback(self._soon.discard)

    def hold(self, why: str) -> None:
        """Holds the show for a reason that no person gave; a show that is held stays held."""
        if self._desk.state.state == "running":
            self._desk.command("hold", {}, by="machine")
        self._desk.note(f"held: {why}")

    def end(self) -> None:
        """Closes the show, soon."""
        self._is_ending.set()

    async def run(self) -> None:
        """Conducts until the show is closed."""
        loop = asyncio.get_running_loop()
        deadline_s, sequence, caption = loop.time(), -1, self._hands.caption()
        while not self.is_closed:
            self._hands.look()
            self._desk.tick()
            if self._plays_at_once:
                self._begin_at_once()
            if self._is_ending.is_set():
                self._desk.tell("closed")
                self._desk.keep()
            if (self._desk.state.sequence, self._hands.caption()) != (sequence, caption):
                sequence, caption = self._desk.state.sequence, self._hands.caption()
                await self._tell_change()
            if loop.time() >= deadline_s:
                deadline_s = max(deadline_s + TICK_S, loop.time())
            await asyncio.sleep(self._wait_s(deadline_s - loop.time()))

    def _wait_s(self, most_s: float) -> float:
        """Until the next look round, or until something is due before it: a chain of cues keeps its time."""
        due_s = self._desk.state.next_due_host_s()
        if (
            due_s is None or due_s == self._looked_for_s
        ):  # what is due and does not begin waits for something else
            return most_s
        wait_s = due_s - self._clock.host_s()
        if wait_s >= most_s:
            return most_s
        if wait_s <= 0.0:
            self._looked_for_s = due_s
        return max(wait_s, 0.0)

    def _begin_at_once(self) -> None:
        state = self._desk.state
        if state.scope == "none" or not state.standby or self._hands.why_not_ready(state.standby):
            return
        if not self._hands.is_warm(state.standby):
            return
        self._plays_at_once = False
        if state.state == "hold":
            self._desk.command("resume", {})
        self._desk.command("go", {"cue": state.standby}, key="at-once")

    async def _tell_change(self) -> None:
        async with self._changed:
            self._changes += 1
            self._changed.notify_all()

    def snapshot(self) -> Snapshot:
        """The show as it stands."""
        faults = self._hands.faults()
        if self._desk.trouble:
            trouble = Fault(
                id="record", severity="error", what=self._desk.trouble, since_utc_s=self._clock.utc_s()
            )
            faults = (*faults, trouble)
        state = self._desk.state
        shown = snapshot_of(
            state,
            self._clock.utc_s(),
            host_s=self._clock.host_s(),
            music=self._hands.music(),
            robots=self._hands.robots(),
            faults=faults,
            hall=self._hands.hall(),
            caption=self._hands.caption(),
        )
        not_ready = self._hands.why_not_ready(state.standby) if state.standby else ""
        blockers = (NO_HARDWARE, *shown.blockers) if state.scope == "rehearsal" else shown.blockers
        if next_scope(state.scope) in FOR_THE_PUBLIC:
            blockers = (*blockers, *self._hands.why_mute())
        return replace(shown, card=self._hands.card(), not_ready=not_ready, blockers=blockers)

    async def snapshots(self) -> AsyncIterator[Snapshot]:
        """The newest state, now and whenever it has changed; five times a second where only clocks go on."""
        seen = -1
        while True:
            if seen == self._changes:
                async with self._changed:
                    with contextlib.suppress(TimeoutError):
                        await asyncio.wait_for(self._changed.wait(), SHOW_EVERY_S)
            seen = self._changes
            yield self.snapshot()


async def watch_supervisor(run: RunFolder) -> None:
    """Starts the supervisor again when it has died: the two watch each other, so that no one death ends a show."""
    while True:
        await asyncio.sleep(WATCH_EVERY_S)
        kin = read_kin(run.path)
        if "supervisor" in kin and not kin["supervisor"].is_alive():
            logger.warning("the supervisor died and is started again")
            with (run.path / "supervisor.out").open("ab") as output:
                subprocess.Popen(
                    [sys.executable, "-m", "temirbek.stage.supervisor", str(run.path)],
                    stdin=subprocess.DEVNULL,
                    stdout=output,
                    stderr=output,
                    start_new_session=True,
                )
