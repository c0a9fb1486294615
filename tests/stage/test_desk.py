"""The desk: what happens is on disk first, what cannot be written does not happen, a restart holds and repeats nothing."""

from collections.abc import Sequence
from datetime import date
from pathlib import Path

import pytest

from temirbek.show.evening_file import evening_from_text
from temirbek.stage.desk import ShowDesk
from temirbek.stage.virtual import VirtualClock
from temirbek.store.event_log import EventLog, LogNotWritten
from temirbek.types import Effect, Evening, Event

SHOW = """
format = 1
title = "Desk"
[music]
source = "demo"
[[cues]]
id = "a"
kind = "card"
title = "A"
text = { kk = "a", ru = "a", en = "a" }
[[cues]]
id = "b"
kind = "act"
title = "B"
length_min = 1
"""
DAY = date(2026, 3, 7)


def evening() -> Evening:
    return evening_from_text(SHOW, where="desk", folder=Path())


def opened(log: EventLog) -> tuple[ShowDesk, list[Effect]]:
    """A desk whose show runs with lights and sound armed, and the effects that it gave."""
    effects: list[Effect] = []
    desk = ShowDesk(evening(), DAY, log, VirtualClock(1_772_000_000.0), effects.append)
    desk.tell("opened", date=DAY.isoformat(), scope="lights_and_sound")
    desk.command("resume", {})
    return desk, effects


def test_an_effect_is_given_when_its_firing_is_on_disk(tmp_path: Path) -> None:
    seen: list[set[str]] = []
    with EventLog.open(tmp_path) as log:
        desk = ShowDesk(
            evening(),
            DAY,
            log,
            VirtualClock(1_772_000_000.0),
            lambda effect: seen.append({logged.event.type for logged in log.read()}),
        )
        desk.tell("opened", date=DAY.isoformat(), scope="lights_and_sound")
        seen.clear()
        desk.command("resume", {})
        assert desk.command("go", {"cue": "a"}, key="k").is_accepted
    assert seen and all("fired" in types for types in seen)


def test_a_restart_holds_and_fires_nothing_again(tmp_path: Path) -> None:
    with EventLog.open(tmp_path) as log:
        desk, _ = opened(log)
        desk.command("go", {"cue": "a"}, key="k")
        before = desk.state
    with EventLog.open(tmp_path) as log:
        effects: list[Effect] = []
        again = ShowDesk(evening(), DAY, log, VirtualClock(1_772_000_100.0), effects.append)
        assert again.was_running and again.state == before and effects == []
        again.tell("recovered")
        assert again.state.state == "hold" and again.state.now("a").state == "uncertain"
        assert not [e for e in effects if e.verb == "fire"]
        assert not again.command("go", {"cue": "a"}, key="k").is_accepted, "the key was used"


class FullDisk:
    """A log that takes nothing while it is full."""

    def __init__(self, log: EventLog) -> None:
        self.log, self.is_full = log, False

    def __getattr__(self, name: str) -> object:
        return getattr(self.log, name)

    def append(self, events: Sequence[Event]) -> tuple[int, ...]:
        if self.is_full:
            raise LogNotWritten("no space left")
        return self.log.append(events)


def test_on_a_full_disk_nothing_begins_but_a_stop_stops_and_is_recorded_later(tmp_path: Path) -> None:
    with EventLog.open(tmp_path) as log:
        full = FullDisk(log)
        desk, effects = opened(full)  # type: ignore[arg-type]
        effects.clear()
        full.is_full = True
        answer = desk.command("go", {"cue": "a"}, key="k")
        assert not answer.is_accepted and "no space" in answer.reason and effects == []
        assert "no space" in desk.trouble and desk.state.now("a").state == "standby"
        assert desk.command("stop", {}, key="s").is_accepted
        assert [e.verb for e in effects] == ["stop"] and desk.state.state == "stopped"
        full.is_full = False
        assert desk.command("release", {}, key="r").is_accepted and desk.trouble == ""
        kinds = [logged.event.type for logged in log.read()]
        assert kinds[-2:] == ["stop", "release"]
    with EventLog.open(tmp_path) as log:
        assert ShowDesk(evening(), DAY, log, VirtualClock(0.0), lambda _: None).state == desk.state


@pytest.mark.parametrize("wall_s", [300.0, -300.0])
def test_a_wall_clock_five_minutes_off_fires_nothing(tmp_path: Path, wall_s: float) -> None:
    clock = VirtualClock(1_772_000_000.0)
    with EventLog.open(tmp_path) as log:
        effects: list[Effect] = []
        desk = ShowDesk(evening(), DAY, log, clock, effects.append)
        desk.tell("opened", date=DAY.isoformat(), scope="lights_and_sound")
        desk.command("resume", {})
        effects.clear()
        clock._utc_s += wall_s
        desk.tick()
        assert effects == [] and any("clock jumped" in fault.what for fault in desk.state.faults)
