"""Speech in the conductor's crew: who gestures, what the screen shows, and what the machine cannot say refuses to arm."""

import asyncio
import json
import time
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from temirbek.show import DEFAULT_CAST
from temirbek.show.machine import new_state
from temirbek.show.state import MachineState
from temirbek.stage.conductor import Conductor
from temirbek.stage.crew import Screen, SpeechHand, Wings
from temirbek.stage.crew.speech_hand import LOOKING
from temirbek.stage.desk import ShowDesk
from temirbek.stage.made import Made
from temirbek.stage.now_playing import NowPlaying
from temirbek.stage.run_folder import RunFolder
from temirbek.stage.virtual import VirtualClock, VirtualHands
from temirbek.store import to_json
from temirbek.store.event_log import EventLog
from temirbek.types import (
    AnnouncementCue,
    Caption,
    Cue,
    Effect,
    Evening,
    Event,
    HallView,
    Music,
    Show,
    SpeechScript,
    Voice,
)

GONE = Voice(language="kk", command="no-such-program")
DAY = date(2026, 3, 7)
TEXT = {"kk": "Бір", "ru": "Раз", "en": "One"}


def evening(robots: tuple[str, ...] = ()) -> Evening:
    approved = AnnouncementCue(
        text=TEXT, approved_by="P", approved_on=DAY, voices={k: replace(GONE, language=k) for k in TEXT}
    )
    cue = Cue(id="news", title="News", kind="announcement", payload=approved, robots=robots)
    return Evening(show=Show(title="T", seed=0, music=Music(), cast=DEFAULT_CAST), cues=(cue,))


class Line:
    """A process that agrees to everything."""

    def __init__(self) -> None:
        self.asked: list[dict[str, Any]] = []

    def ask(self, body: Mapping[str, Any], answered: Callable[[dict[str, Any]], None] | None = None) -> None:
        self.asked.append(dict(body))
        if answered is not None:
            answered({"ok": True, "host_s": 10.0})


def crew(
    tmp_path: Path, about: Evening, scope: str
) -> tuple[SpeechHand, Wings, Screen, Line, Line, VirtualClock]:
    """A hand for speech between two lines."""
    run, clock = RunFolder(tmp_path), VirtualClock(1_772_000_000.0)
    state: MachineState = replace(new_state(about, DAY), scope=scope)
    wings = Wings(
        evening=about,
        run=run,
        clock=clock,
        state=lambda: state,
        tell=lambda *about, **payload: None,
        note=lambda words: None,
        hold=lambda why: None,
        submit=lambda event: None,
        now=NowPlaying(run),
    )
    screen, sound, robots = Screen(wings), Line(), Line()
    return SpeechHand(wings, sound, robots, screen), wings, screen, sound, robots, clock  # type: ignore[arg-type]


def made(run: RunFolder) -> Made:
    folder = run.made / "news"
    folder.mkdir(parents=True)
    script = SpeechScript(
        language="kk", duration_s=2.0, captions=(Caption(text="Бір", start_s=0.4, end_s=1.0),)
    )
    (folder / "kk.json").write_text(json.dumps(to_json(script)), encoding="utf-8")
    return Made(
        cue="news",
        kind="announcement",
        sounds={"kk": "kk.flac"},
        speeches={"kk": "kk.json"},
        talks={"kk": "kk.npz"},
    )


@pytest.mark.parametrize(("scope", "knows", "who"), [
    ("rehearsal", True, ["sky"]),
    ("rehearsal", False, None),
    ("lights_and_sound", True, None),
])  # fmt: skip
def test_humanoids_of_the_cue_gesture_where_they_may(
    tmp_path: Path, scope: str, knows: bool, who: list[str] | None
) -> None:
    hand, wings, screen, sound, robots, clock = crew(tmp_path, evening(("sky", "adilet")), scope)
    wings.made["news"] = made(wings.run)
    wings.parts |= {"news.kk"} if knows else set()
    hand.do(Effect(target="sound", verb="fire", cue="news", payload={"run": 1}))
    assert [body["do"] for body in sound.asked] == ["duck", "play"]
    while clock.host_s() < 10.5:
        clock.pass_time(0.05)
        hand.look()
    assert screen.caption == {"kk": "Бір"}
    gestures = [body for body in robots.asked if body["do"] == "gesture"]
    assert gestures == ([] if who is None else [{"do": "gesture", "part": "news.kk", "robots": who}])
    hand.stop()
    assert screen.caption == {}


def test_what_is_made_or_over_needs_no_voice_any_more(tmp_path: Path) -> None:
    hand, wings, *_ = crew(tmp_path, evening(), "none")
    assert hand.why_mute()  # nothing is armed while nobody knows
    end_s = time.monotonic() + 30.0
    while hand.why_mute() == (LOOKING,) and time.monotonic() < end_s:
        time.sleep(0.05)
    assert len(hand.why_mute()) == 3 and "'no-such-program' is not installed" in hand.why_mute()[0]
    wings.made["news"] = made(wings.run)
    assert hand.why_mute() == ()


class Mute(VirtualHands):
    """A machine that lacks a voice."""

    def why_mute(self) -> tuple[str, ...]:
        return ("announcements in kk: no voice",)

    def hall(self) -> HallView:
        """Nobody listens."""
        return HallView()


def test_a_machine_that_cannot_say_what_is_to_be_said_is_not_armed_for_the_public(tmp_path: Path) -> None:
    about, clock = evening(), VirtualClock(1_772_000_000.0)
    with EventLog.open(tmp_path) as log:
        hands = Mute(about, clock, lambda fact, payload: None, 1)
        desk = ShowDesk(about, DAY, log, clock, hands.do)
        desk.tell("opened", date=DAY.isoformat(), scope="none")
        conductor = Conductor(desk, hands, clock)

        def arm(scope: str) -> str:
            event = Event(type="arm", payload={"scope": scope}, by="A", role="stage_manager", key=scope)
            answer = asyncio.run(conductor.submit(event))
            return "" if answer.is_accepted else answer.reason

        assert "announcements in kk: no voice" in conductor.snapshot().blockers
        assert arm("lights_and_sound") == "announcements in kk: no voice"
        assert arm("rehearsal") == ""
