"""The conductor's loop: how long it sleeps."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from temirbek.stage.conductor import TICK_S, Conductor
from temirbek.stage.desk import ShowDesk
from temirbek.stage.virtual import VirtualClock, VirtualHands
from temirbek.store.event_log import EventLog
from temirbek.types import Cue, Evening, Music, PauseCue, Show

DAY = date(2026, 3, 7)
Stage = tuple[Conductor, ShowDesk, VirtualClock]


@pytest.fixture
def stage(tmp_path: Path) -> Iterator[Stage]:
    cues = (
        Cue(
            id="a",
            title="A",
            kind="pause",
            payload=PauseCue(),
            length_s=60,
            follow="auto_continue",
            post_wait_s=0.03,
        ),
        Cue(id="b", title="B", kind="pause", payload=PauseCue(), length_s=1),
    )
    about = Evening(show=Show(title="Chain", seed=1, music=Music(is_demo=True), cast=()), cues=cues)
    clock = VirtualClock(1_772_000_000.0)
    with EventLog.open(tmp_path) as log:
        hands = VirtualHands(about, clock, lambda fact, payload: None, 1)
        desk = ShowDesk(about, DAY, log, clock, hands.do)
        desk.tell("opened", date=DAY.isoformat(), scope="none")
        yield Conductor(desk, hands, clock), desk, clock


def test_it_looks_round_at_its_ticks_while_nothing_is_due(stage: Stage) -> None:
    conductor, _, _ = stage
    assert conductor._wait_s(TICK_S) == TICK_S


def test_it_wakes_when_a_cue_is_due_and_looks_once_for_one_that_was_due_meanwhile(stage: Stage) -> None:
    conductor, desk, clock = stage
    desk.command("arm", {"scope": "lights_and_sound"})
    desk.command("resume", {})
    desk.command("go", {"cue": "a"}, key="1")
    assert desk.state.state == "running"
    assert conductor._wait_s(TICK_S) == pytest.approx(0.03)
    assert conductor._wait_s(0.01) == 0.01, "never longer than to the tick"
    clock.pass_time(0.04)
    assert conductor._wait_s(0.01) == 0.0
    assert conductor._wait_s(0.01) == 0.01, "something else holds it up: no haste"
