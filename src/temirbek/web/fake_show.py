"""A show that is none: fourteen cues, music with beats and four robots that move, for building and testing consoles."""

import asyncio
import math
import time
from collections.abc import AsyncIterator
from dataclasses import replace
from functools import cache

import numpy as np
from numpy.typing import NDArray

from temirbek.robots.bodies import figure, robot_model
from temirbek.robots.scene import default_stage
from temirbek.types import Performer, RobotKind
from temirbek.types.live import (
    Answer,
    CueLine,
    Event,
    Fault,
    LogLine,
    MusicView,
    RobotView,
    Snapshot,
    Upcoming,
)
from temirbek.web.fake_hall import FakeHall
from temirbek.web.poses import describe_stage, pack_poses

CAST = (
    Performer(id="sky", name="Aspan", robot="g1", role="dancer", mark_m=(1.2, 0.95), accent_color="#00AFCA"),
    Performer(
        id="gold", name="Altyn", robot="g1", role="dancer", mark_m=(1.2, -0.95), accent_color="#FEC50C"
    ),
    Performer(
        id="temirbek", name="Temirbek", robot="g1", role="dj", mark_m=(-1.4, 0.0), accent_color="#FF4F6D"
    ),
    Performer(
        id="adilet",
        name="Adilet",
        robot="go2",
        role="animal",
        mark_m=(0.7, 2.6),
        facing_rad=-0.52,
        accent_color="#E8EEF2",
    ),
)
TEMPO_BPM = 124.0
POSES_HZ = 30.0
CRATE = (
    ("alma", "Алма", "Temirbek studio", 118.0),
    ("dala", "Дала", "Temirbek studio", 122.0),
    ("tan", "Таң", "Temirbek studio", 124.0),
    ("tulpar", "Тұлпар", "Temirbek studio", 126.0),
    ("tungi-qala", "Түнгі қала", "Temirbek studio", 124.0),
)
# id, kind, title, who, length [s], follow, hard
_CUES = (
    ("doors", "checklist", "Есік ашылғанға дейін тексеру", ("Stage manager",), 0, "manual", False),
    ("welcome", "greeting", "Адилет встречает гостей", ("Adilet",), 120, "manual", False),
    ("opening", "light", "House to half", (), 5, "auto_continue", True),
    ("greeting", "announcement", "Құрметті көрермендер!", ("kk", "ru", "en"), 45, "auto_follow", False),
    ("muzart", "act", "Музарт Life", ("Музарт Life",), 480, "manual", False),
    ("dieta", "act", "Dieta KZ", ("Dieta KZ",), 420, "manual", False),
    ("speech", "speech", "Слово организаторов", ("Айгүл Сейітова",), 180, "manual", False),
    ("number-1", "robot_number", "Аспан мен Алтын: «Тұлпар»", ("Aspan", "Altyn"), 195, "manual", False),
    ("card", "card", "15 наурыз", (), 20, "auto_follow", False),
    ("duet", "dj_set", "DJ Akhmetov × Temirbek", ("DJ Akhmetov", "Temirbek"), 900, "manual", False),
    ("luina", "act", "Луина", ("Луина",), 360, "manual", False),
    ("battle", "battle", "Battle with Adilet", ("Adilet",), 600, "manual", False),
    ("finale", "track", "Финал: «Түнгі қала»", ("everybody",), 240, "manual", False),
    ("curtain", "osc", "Curtain", (), 10, "auto_follow", True),
)


class FakeShow:
    """A desk that believes everything: GO goes on, hold holds, the rest is noted.

    Args:
        rate_hz: Snapshots a second.
    """

    def __init__(self, *, rate_hz: float = 10.0) -> None:
        self._rate_hz = rate_hz
        self._start_utc_s, self._start_s = time.time(), time.monotonic()
        self._keys: dict[str, Answer] = {}
        self._changed = asyncio.Event()
        self._sequence = 1
        self._state = "running"
        self._cues = self._opening()
        self._standby = "number-1"
        self._log: list[LogLine] = []
        self._looping = False
        self._hall = FakeHall()
        self._requested: list[str] = []
        self._damped: dict[str, str] = {}
        self._note("show", "opened")
        self._fire("number-1")

    # The desk -------------------------------------------------------------------------------------------------

    async def submit(self, event: Event) -> Answer:
        """Believes it."""
        if event.key in self._keys:
            return self._keys[event.key]
        await asyncio.sleep(0.01)
        reason = self._do(event)
        if not reason:
            self._note(event.by, _words(event))
        answer = Answer(is_accepted=not reason, reason=reason, sequence=self._sequence)
        self._keys[event.key] = answer
        return answer

    async def snapshots(self) -> AsyncIterator[Snapshot]:
        """Now, ten times a second, and on change."""
        while True:
            self._changed.clear()
            yield self.snapshot()
            try:
                async with asyncio.timeout(1 / self._rate_hz):
                    await self._changed.wait()
            except TimeoutError:
                continue

    async def poses(self) -> AsyncIterator[bytes]:
        """Thirty times a second."""
        start_s = time.monotonic()
        frame = 0
        while True:
            now_s = time.monotonic()
            yield self.frame(now_s)
            frame = max(frame + 1, math.floor((time.monotonic() - start_s) * POSES_HZ))
            await asyncio.sleep(max(0.0, start_s + frame / POSES_HZ - time.monotonic()))

    def stage_description(self) -> bytes:
        """The house's stage and cast."""
        return _description()

    def waveform(self, name: str) -> bytes | None:
        """Three minutes of a loudness that breathes with the bars."""
        if name != "tulpar":
            return None
        at = np.arange(1950) / 10
        level = 0.35 + 0.35 * np.sin(at / 31) ** 2 + 0.25 * np.abs(np.sin(np.pi * at * TEMPO_BPM / 240))
        return np.asarray(255 * level, dtype=np.uint8).tobytes()

    # What it shows --------------------------------------------------------------------------------------------

    def snapshot(self) -> Snapshot:
        """The show now."""
        now = time.time()
        cues = tuple(self._at(cue, now) for cue in self._cues)
        last = cues[-1]
        return Snapshot(
            sequence=self._sequence,
            title="Жас жұлдыздар · Jas Stars",
            state=self._state,  # type: ignore[arg-type]
            scope="rehearsal",
            is_rehearsal=True,
            utc_s=now,
            timezone="Asia/Almaty",
            cues=cues,
            standby=self._standby,
            running=tuple(c.id for c in cues if c.state == "running"),
            over_s=74.0 + (now - self._start_utc_s) / 60,
            planned_end_utc_s=last.planned_start_utc_s + last.length_s,
            expected_end_utc_s=last.expected_start_utc_s + last.length_s,
            blockers=("doors: “Fall zone is free” is not ticked",),
            music=self._music(now),
            robots=self._robots(now),
            faults=self._faults(now),
            log=tuple(self._log[-50:]),
            hall=self._hall.view(now, now - self._start_utc_s),
            wishes=self._hall.wishes(),
            poll=self._hall.poll(),
            battle=self._hall.battle(is_on=self._line("battle").state == "running"),
            caption={"kk": "Құрметті көрермендер!"} if self._line("greeting").state == "running" else {},
        )

    def frame(self, now_s: float) -> bytes:
        """How the robots stand: swaying on the beat."""
        mix_s = now_s - self._start_s
        swing = math.pi * mix_s * TEMPO_BPM / 60
        return pack_poses(now_s, mix_s, [_sway(p, 0.0 if p.id in self._damped else swing) for p in CAST])

    def _opening(self) -> list[CueLine]:
        cues = []
        at = self._start_utc_s - 1475
        for index, (name, kind, title, who, length_s, follow, is_hard) in enumerate(_CUES):
            is_done = index < 7
            cues.append(
                CueLine(
                    id=name,
                    kind=kind,  # type: ignore[arg-type]
                    title=title,
                    state="done" if is_done else "standby" if name == "number-1" else "waiting",
                    planned_start_utc_s=at,
                    expected_start_utc_s=at + 74,
                    length_s=float(length_s),
                    who=who,
                    follow=follow,
                    is_hard=is_hard,
                    started_utc_s=at + 74 if is_done else None,
                    ended_utc_s=at + 74 + length_s if is_done else None,
                    note="Микрофон 2, жарық сол жақтан" if kind == "act" else "",
                    items=(
                        ("Есіктер жабық", True),
                        ("Fall zone is free", False),
                        ("Аварийная кнопка у стола", True),
                    )
                    if kind == "checklist"
                    else (),
                )
            )
            at += length_s + 30
        return cues

    def _at(self, cue: CueLine, now: float) -> CueLine:
        if cue.state != "running" or cue.started_utc_s is None:
            return cue
        return replace(cue, remaining_s=cue.length_s - (now - cue.started_utc_s))

    def _music(self, now: float) -> MusicView:
        mix_s = (time.monotonic() - self._start_s) % 195
        beat = mix_s * TEMPO_BPM / 60
        titles = {c[0]: c for c in CRATE}
        order = [*self._requested, *(n for n in ("dala", "tan", "tungi-qala") if n not in self._requested)]
        return MusicView(
            source="robot_number",
            track_id="tulpar",
            title="Тұлпар",
            artist="Temirbek studio",
            mix_s=mix_s,
            beat=beat,
            bar=int(beat // 4) + 1,
            tempo_bpm=TEMPO_BPM,
            bars_to_phrase=8 - (beat / 4) % 8,
            section=("intro", "build", "drop", "break")[int(beat // 32) % 4],
            remaining_s=195 - mix_s,
            next_transition_s=max(0.0, 165 - mix_s),
            leader="robot",
            upcoming=tuple(
                Upcoming(
                    id=name,
                    title=titles[name][1],
                    artist=titles[name][2],
                    tempo_bpm=titles[name][3],
                    starts_in_s=165 - mix_s + 180 * i if i < 2 else None,
                    is_requested=name in self._requested,
                    is_rendered=i == 0,
                    reason="same key, +2 BPM" if i == 0 else "more energy",
                )
                for i, name in enumerate(order)
            ),
            crate=CRATE,
            is_looping=self._looping,
            can_undo=f"request of {titles[self._requested[-1]][1]}" if self._requested else "",
            waveform="tulpar",
            level=0.5 + 0.4 * abs(math.cos(math.pi * beat)),
        )

    def _robots(self, now: float) -> tuple[RobotView, ...]:
        swing = abs(math.sin(math.pi * (now - self._start_utc_s) * TEMPO_BPM / 60))
        views = []
        for index, p in enumerate(CAST):
            damped = self._damped.get(p.id)
            views.append(
                RobotView(
                    id=p.id,
                    name=p.name,
                    robot=p.robot,
                    color=p.accent_color,
                    state="damped" if damped else "dancing" if index < 2 else "standing",
                    heartbeat_age_s=0.01 + 0.02 * swing,
                    torque_share=0.0 if damped else 0.3 + 0.35 * swing,
                    fall_risk=0.05 + 0.1 * swing * (index == 1),
                    battery=0.81 - 0.12 * index,
                    temperature=0.4 + 0.1 * index,
                    part="Тұлпар" if index < 2 else "groove",
                    why=damped or "",
                    guard_interventions=3 * index,
                )
            )
        return tuple(views)

    def _faults(self, now: float) -> tuple[Fault, ...]:
        start = self._start_utc_s
        return (
            Fault(
                id="sink",
                severity="note",
                what="No sound device: the paced null sink plays",
                since_utc_s=start,
            ),
            Fault(
                id="gold-torque",
                severity="warning",
                what="Altyn: left knee at 92 % of its torque",
                since_utc_s=start + 4,
            ),
            Fault(
                id="osc",
                severity="error",
                what="OSC peer “screen” does not answer",
                since_utc_s=start - 90,
                is_over=True,
            ),
        )

    # What it does ---------------------------------------------------------------------------------------------

    def _do(self, event: Event) -> str:
        payload = event.payload
        cue = str(payload.get("cue", ""))
        if event.type == "go":
            if cue != self._standby:
                return f"{cue!r} is not in standby; {self._standby!r} is"
            if self._state != "running":
                return f"the show is in {self._state}"
            self._fire(cue)
        elif event.type in ("standby", "jump", "skip", "unskip", "finish", "confirm", "tick_item"):
            if cue not in {c.id for c in self._cues}:
                return f"no cue is called {cue!r}"
            self._cue_command(event.type, cue, event)
        elif event.type in ("hold", "stop", "release", "resume"):
            self._state = {"hold": "hold", "stop": "stopped", "release": "hold", "resume": "running"}[
                event.type
            ]
            if event.type == "stop":
                self._damped = dict.fromkeys((p.id for p in CAST), "show stop")
        elif event.type == "robot_damp":
            self._damped[str(payload.get("robot"))] = f"damped by {event.by}"
        elif event.type == "robot_ready":
            self._damped.pop(str(payload.get("robot")), None)
        elif event.type == "dj_request":
            if payload.get("track") not in {c[0] for c in CRATE}:
                return f"no track is called {payload.get('track')!r}"
            self._requested.append(str(payload["track"]))
        elif event.type == "dj_undo" and self._requested:
            self._requested.pop()
        elif event.type == "dj_hold":
            self._looping = not self._looping
        elif event.type == "hall_answers":
            self._hall.answers = bool(payload.get("on"))
        elif event.type == "wish_hide":
            track = str(payload.get("track"))
            (self._hall.hidden.add if payload.get("is_hidden", True) else self._hall.hidden.discard)(track)
        return ""

    def _cue_command(self, command: str, cue: str, event: Event) -> None:
        if command in ("standby", "jump"):
            self._set(self._standby, state="waiting")
            self._standby = cue
            self._set(cue, state="standby")
        elif command == "tick_item":
            line = next(c for c in self._cues if c.id == cue)
            index = int(event.payload.get("item", 0)) % max(1, len(line.items))
            items = list(line.items)
            if items:
                items[index] = (items[index][0], bool(event.payload.get("is_done", True)))
            self._set(cue, items=tuple(items))
        else:
            state = {"skip": "skipped", "unskip": "waiting", "finish": "done", "confirm": "done"}[command]
            self._set(cue, state=state, ended_utc_s=time.time() if state == "done" else None)

    def _fire(self, cue: str) -> None:
        now = time.time()
        for line in self._cues:
            if line.state == "running":
                self._set(line.id, state="done", ended_utc_s=now)
        self._set(cue, state="running", started_utc_s=now, expected_start_utc_s=now)
        ids = [c.id for c in self._cues]
        waiting = [i for i in ids[ids.index(cue) + 1 :] if self._line(i).state in ("waiting", "standby")]
        self._standby = waiting[0] if waiting else ""
        if self._standby:
            self._set(self._standby, state="standby")

    def _line(self, cue: str) -> CueLine:
        return next(c for c in self._cues if c.id == cue)

    def _set(self, cue: str, **values: object) -> None:
        self._cues = [replace(c, **values) if c.id == cue else c for c in self._cues]  # type: ignore[arg-type]

    def _note(self, by: str, what: str) -> None:
        self._sequence += 1
        self._log.append(LogLine(sequence=self._sequence, utc_s=time.time(), by=by, what=what))
        self._changed.set()


def _words(event: Event) -> str:
    return " ".join([event.type, *(f"{k} {v}" for k, v in event.payload.items())])


@cache
def _description() -> bytes:
    kinds = sorted({p.robot for p in CAST})
    return describe_stage(
        performers=CAST,
        joints={kind: robot_model(kind).joint_names for kind in kinds},
        figures={kind: figure(kind) for kind in kinds},
        stage=default_stage(),
    )


def _sway(performer: Performer, swing: float) -> NDArray[np.float64]:
    model = robot_model(performer.robot)
    joints = np.array(model.stand_rad) + 0.25 * np.sin(swing) * _loose(performer.robot)
    half = performer.facing_rad / 2
    height = model.stand_height_m + (0.25 if performer.role == "dj" else 0.0)
    base = [*performer.mark_m, height + 0.01 * math.cos(2 * swing), math.cos(half), 0.0, 0.0, math.sin(half)]
    return np.concatenate([base, joints])


@cache
def _loose(robot: RobotKind) -> NDArray[np.float64]:
    """How much each joint sways: arms and waist more than legs."""
    return np.array(
        [_share(name) * (-1 if "right" in name else 1) for name in robot_model(robot).joint_names]
    )


def _share(joint: str) -> float:
    return 1.5 if "shoulder_pitch" in joint else 0.8 if "waist_yaw" in joint or "elbow" in joint else 0.0
