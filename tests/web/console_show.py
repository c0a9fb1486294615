"""A short evening on the real machine, served to real browsers: the show that the console's tests run."""

import asyncio
import threading
import time
from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

from temirbek.show.snapshot import snapshot_of
from temirbek.stage.desk import HostClock, ShowDesk
from temirbek.stage.virtual import VirtualHands
from temirbek.store.event_log import EventLog
from temirbek.types import Evening, Performer, Show
from temirbek.types.evening import (
    ActCue,
    CardCue,
    ChecklistCue,
    Cue,
    CueKind,
    DjSetCue,
    LightCue,
    Payload,
    Person,
    RobotNumberCue,
    SpeechCue,
    StartTime,
    TrackCue,
    Venue,
)
from temirbek.types.live import (
    OPERATOR_ROLES,
    Answer,
    Effect,
    Event,
    Fault,
    MusicView,
    RobotView,
    Snapshot,
    Upcoming,
)
from temirbek.types.show import Music
from temirbek.web import RoleLinks, WebSettings, build_app, serve

CAST = (
    Performer(
        id="aspan", name="Аспан", robot="g1", role="dancer", mark_m=(1.2, 0.95), accent_color="#00AFCA"
    ),
    Performer(
        id="altyn", name="Алтын", robot="g1", role="dancer", mark_m=(1.2, -0.95), accent_color="#FEC50C"
    ),
    Performer(
        id="temirbek", name="Temirbek", robot="g1", role="dj", mark_m=(-1.4, 0.0), accent_color="#FF4F6D"
    ),
    Performer(
        id="adilet", name="Әділет", robot="go2", role="animal", mark_m=(0.7, 2.6), accent_color="#E8EEF2"
    ),
)
PEOPLE = (
    Person(id="singer", name="Музарт Life", role="band"),
    Person(id="host", name="Айгүл Сейітова", role="host"),
    Person(id="dj", name="DJ Akhmetov", role="dj"),
)
CRATE = (
    ("alma", "Алма", "Temirbek studio", 118.0),
    ("dala", "Дала", "Temirbek studio", 122.0),
    ("tan", "Таң", "Temirbek studio", 124.0),
    ("tulpar", "Тұлпар", "Temirbek studio", 126.0),
    ("qala", "Түнгі қала", "Temirbek studio", 124.0),
)
TEMPO_BPM = 124.0
WAVE_HZ = 10


def _cue(name: str, kind: CueKind, title: str, payload: Payload, length_s: float = 0.0, **more: Any) -> Cue:
    return Cue(id=name, kind=kind, title=title, payload=payload, length_s=length_s, **more)


def an_evening(now: datetime) -> Evening:
    """Twelve cues of every weight, planned to begin now."""
    zone = timedelta(hours=5)  # Almaty
    ends = (now + zone + timedelta(minutes=55)).replace(second=0, microsecond=0)
    day = (ends.date() - (now + zone).date()).days
    curtain = StartTime(at=ends.time().replace(tzinfo=None), day=day, is_hard=True)
    begin = StartTime(at=(now + zone).time().replace(tzinfo=None, microsecond=0))
    demo = Music(is_demo=True)
    items = ("Құлау аймағы бос", "Аварийная кнопка у пульта", "Batteries above 60 %")
    cues = (
        _cue("doors", "checklist", "Есік ашылғанға дейін", ChecklistCue(items=items), start=begin),
        _cue("house", "light", "Свет в зале наполовину", LightCue(look="warm"), follow="auto_continue"),
        _cue("welcome", "card", "Қош келдіңіздер!", CardCue(text={"kk": "Қош келдіңіздер!"}), 3.0),
        _cue(
            "muzart", "act", "Музарт Life", ActCue(), 480.0, people=("singer",), note="Микрофон 2, сол жақтан"
        ),
        _cue("speech", "speech", "Слово организаторов", SpeechCue(), 180.0, people=("host",)),
        _cue("tulpar", "track", "«Тұлпар»", TrackCue(music=demo), 2.0, follow="auto_follow"),
        _cue("card", "card", "15 наурыз", CardCue(text={"kk": "15 наурыз"}), 2.0),
        _cue(
            "number",
            "robot_number",
            "Аспан мен Алтын: «Жұлдыз»",
            RobotNumberCue(music=demo),
            195.0,
            robots=("aspan", "altyn"),
        ),
        _cue(
            "set",
            "dj_set",
            "DJ Akhmetov × Temirbek",
            DjSetCue(music=demo, with_human="dj"),
            900.0,
            people=("dj",),
        ),
        _cue("luina", "act", "Луина", ActCue(), 360.0),
        _cue("finale", "track", "Финал: «Түнгі қала»", TrackCue(music=demo), 240.0),
        _cue("curtain", "light", "Шымылдық", LightCue(look="blackout"), start=curtain),
    )
    show = Show(title="Жас жұлдыздар", seed=7, music=demo, cast=CAST)
    return Evening(show=show, people=PEOPLE, venue=Venue(name="Hall"), date=(now + zone).date(), cues=cues)


class Hands(VirtualHands):
    """Does everything at once; the music of a DJ set has beats, and what the DJ asks for is remembered."""

    def __init__(self, *arguments: Any) -> None:
        super().__init__(*arguments)
        self.effects: list[Effect] = []
        self.is_deaf = False
        self._since: dict[str, float] = {}
        self._requested: list[str] = []
        self._is_looping = False

    def do(self, effect: Effect) -> None:
        """As told; unless deaf, when nothing is ever seen to begin."""
        self.effects.append(effect)
        if effect.verb == "fire":
            self._since = {effect.cue: time.monotonic()} if effect.target in ("dj", "sound") else self._since
        if effect.verb == "stop":
            self._since = {}
        if effect.verb == "dj_request":
            self._requested.append(str(effect.payload["track"]))
        if effect.verb in ("dj_drop_request", "dj_undo") and self._requested:
            self._requested.pop()
        if effect.verb == "dj_hold":
            self._is_looping = not self._is_looping
        if not self.is_deaf:
            super().do(effect)

    def robots(self) -> tuple[RobotView, ...]:
        """As told; who dances works for it."""
        return tuple(
            replace(view, torque_share=0.47, fall_risk=0.06, part="Жұлдыз", guard_interventions=2)
            if view.state == "dancing"
            else replace(view, torque_share=0.18, fall_risk=0.01)
            for view in super().robots()
        )

    def music(self) -> MusicView:
        """A set at 124 BPM while something sounds."""
        if not self._since:
            return MusicView(crate=CRATE)
        (cue, since_s), *_ = self._since.items()
        mix_s = time.monotonic() - since_s
        beat = mix_s * TEMPO_BPM / 60
        titles = {c[0]: c for c in CRATE}
        order = [*self._requested, *(t for t in ("dala", "qala", "tan") if t not in self._requested)]
        return MusicView(
            source={"set": "dj_set", "number": "robot_number"}.get(cue, "track"),  # type: ignore[arg-type]
            track_id="tulpar",
            title="Тұлпар",
            artist="Temirbek studio",
            mix_s=mix_s,
            beat=beat,
            bar=int(beat // 4) + 1,
            tempo_bpm=TEMPO_BPM,
            bars_to_phrase=8 - (beat / 4) % 8,
            section=("drop", "drop", "break", "verse")[int(beat // 32) % 4],
            remaining_s=190 - mix_s,
            next_transition_s=27.0 - mix_s if mix_s < 27 else None,
            leader="robot",
            human_tempo_bpm=123.6,
            human_phase_ms=-4.0,
            upcoming=tuple(
                Upcoming(
                    id=name,
                    title=titles[name][1],
                    artist=titles[name][2],
                    tempo_bpm=titles[name][3],
                    starts_in_s=160 - mix_s + 180 * i if i < 2 else None,
                    is_requested=name in self._requested,
                    is_rendered=i == 0,
                )
                for i, name in enumerate(order)
            ),
            crate=CRATE,
            is_looping=self._is_looping,
            can_undo=f"request of {titles[self._requested[-1]][1]}" if self._requested else "",
            waveform="tulpar",
            level=0.75,
        )


class LiveDesk:
    """The show's desk as the console's server wants it, on the machine's clocks."""

    def __init__(self, folder: Path, evening: Evening) -> None:
        assert evening.date is not None
        self.log = EventLog.open(folder)
        clock = HostClock()
        self.hands = Hands(evening, clock, self._told, 1)
        self.desk = ShowDesk(evening, evening.date, self.log, clock, self.hands.do)
        self.faults: tuple[Fault, ...] = ()
        self.card: Mapping[str, str] = {}
        self.not_ready = ""
        self.caption: Mapping[str, str] = {}
        self._changed = asyncio.Event()
        self.desk.tell("recovered" if self.desk.was_running else "opened")
        self.hands.present()

    def _told(self, kind: str, payload: Mapping[str, Any]) -> None:
        self.desk.tell(kind, **payload)  # type: ignore[arg-type]

    async def submit(self, event: Event) -> Answer:
        """Taken at once."""
        answer = self.desk.submit(event)
        self._changed.set()
        return answer

    async def run(self) -> None:
        """Time passes, ten times a second; it is shown five times a second, and whenever something happened."""
        sequence, beat = -1, 0
        while True:
            self.hands.look()
            self.desk.tick()
            beat += 1
            if beat % 2 == 0 or self.desk.state.sequence != sequence:
                sequence = self.desk.state.sequence
                self._changed.set()
            await asyncio.sleep(0.1)

    def snapshot(self) -> Snapshot:
        """Now."""
        snapshot = snapshot_of(
            self.desk.state,
            time.time(),
            host_s=time.monotonic(),
            music=self.hands.music(),
            robots=self.hands.robots(),
            faults=self.faults,
            caption=self.caption,
        )
        return replace(snapshot, card=self.card, not_ready=self.not_ready)

    async def snapshots(self) -> AsyncIterator[Snapshot]:
        """Whenever something changed."""
        while True:
            self._changed.clear()
            yield self.snapshot()
            await self._changed.wait()

    async def poses(self) -> AsyncIterator[bytes]:
        """None."""
        await asyncio.Event().wait()
        yield b""

    def stage_description(self) -> bytes:
        """Nothing to see."""
        return b"{}"

    def waveform(self, name: str) -> bytes | None:
        """Three minutes."""
        return bytes(90 + (i * 7) % 110 for i in range(190 * WAVE_HZ)) if name == "tulpar" else None


class ServedShow:
    """A show behind its server, in a thread of its own; it can be killed and come back on the same port.

    Args:
        folder: The run folder: links and record outlive the server.
        make: Makes the desk, inside the server's loop.
    """

    def __init__(self, folder: Path, make: Any = None) -> None:
        self.folder, self.port = folder, 0
        self._evening = an_evening(datetime.now(UTC))
        self._make = make or (lambda: LiveDesk(folder / "log", self._evening))
        self.desk: Any = None
        self.links: dict[str, str] = {}

    def start(self) -> "ServedShow":
        """Serves; the same links are good after every start."""
        ready = threading.Event()
        self._thread = threading.Thread(target=lambda: asyncio.run(self._serve(ready)), daemon=True)
        self._thread.start()
        if not ready.wait(20):
            raise RuntimeError("the console's server did not start")
        return self

    async def _serve(self, ready: threading.Event) -> None:
        self._loop, self._over = asyncio.get_running_loop(), asyncio.Event()
        links = RoleLinks(self.folder)
        self.desk = self._make()
        task = asyncio.create_task(self.desk.run()) if isinstance(self.desk, LiveDesk) else None
        async with serve(build_app(self.desk, WebSettings(links=links)), port=self.port) as served:
            self.port = served.port
            if not self.links:
                self.links = {role: served.link(links.issue(role)) for role in OPERATOR_ROLES}
            ready.set()
            await self._over.wait()
        if task is not None:
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)
            self.desk.log.close()

    def stop(self) -> None:
        """The server goes; open connections are closed."""
        self._loop.call_soon_threadsafe(self._over.set)
        self._thread.join(20)

    def ask(self, *commands: tuple[str, Mapping[str, Any]]) -> list[Answer]:
        """Commands of a stage manager who is not at a console."""
        return [
            self._call(lambda c=c, p=p: self.desk.desk.command(c, p, by="test", key=uuid4().hex))
            for c, p in commands
        ]

    def prepare(self) -> None:
        """Ticks the list, arms the rehearsal, lets the show run."""
        self.prepare_scope()
        assert self.ask(("resume", {}))[0].is_accepted

    def prepare_scope(self) -> None:
        """Ticks the list and arms the rehearsal."""
        ticks = [("tick_item", {"cue": "doors", "item": i, "is_done": True}) for i in range(3)]
        answers = self.ask(*ticks, ("arm", {"scope": "rehearsal"}))
        assert all(a.is_accepted for a in answers), answers

    def fired(self) -> list[str]:
        """What was fired, in order, as it stands on disk."""
        return self._call(
            lambda: [e.event.payload["cue"] for e in self.desk.log.read() if e.event.type == "fired"]
        )

    def events(self, kind: str) -> Sequence[Event]:
        """Events of a kind on disk."""
        return self._call(lambda: [e.event for e in self.desk.log.read() if e.event.type == kind])

    def snapshot(self) -> Snapshot:
        """The show now."""
        return self._call(self.desk.snapshot)

    def _call(self, do: Any) -> Any:
        async def doing() -> Any:
            return do()

        return asyncio.run_coroutine_threadsafe(doing(), self._loop).result(20)
