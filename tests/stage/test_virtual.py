"""A whole evening against the clock: it runs through, the record is the same for the same seed, and GO is never given twice."""

from collections import Counter
from datetime import date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from temirbek.show.evening_file import evening_from_text, read_evening
from temirbek.stage.opening import Opening
from temirbek.stage.run_folder import RunFolder
from temirbek.stage.virtual import run_virtual
from temirbek.store.event_log import LogReader
from temirbek.types import Evening, Event

SHOWS = Path(__file__).parents[2] / "shows"


def run(evening: Evening, folder: Path, day: str = "2026-03-07") -> tuple[Event, ...]:
    """The record of an evening."""
    opening = Opening(base=SHOWS, name="show", day=day, cache_dir=folder)
    run_virtual(RunFolder(folder), evening, opening, speed=None)
    with LogReader(folder / "log") as log:
        return tuple(logged.event for logged in log.read())


def test_the_whole_evening_runs_through_and_nothing_is_fired_twice(tmp_path: Path) -> None:
    evening = read_evening(SHOWS / "jas-stars.toml")
    events = run(evening, tmp_path)
    fired = Counter(e.payload["cue"] for e in events if e.type == "fired")
    assert set(fired.values()) == {1}
    assert fired.keys() == {cue.id for cue in evening.cues if not cue.is_skipped}
    assert events[-1].type == "closed"
    assert not [e for e in events if e.payload.get("refused")]
    lasted_min = (events[-1].utc_s - events[0].utc_s) / 60
    assert 100 < lasted_min < 180, "about two hours, and the doors before"


def test_the_same_seed_leads_to_the_same_record(tmp_path: Path) -> None:
    evening = read_evening(SHOWS / "jas-stars.toml")
    assert run(evening, tmp_path / "one") == run(evening, tmp_path / "two")


@pytest.mark.parametrize("day", ["2026-03-29", "2026-10-25"], ids=["clock forward", "clock back"])
def test_an_evening_across_midnight_and_a_change_of_clocks(day: str, tmp_path: Path) -> None:
    text = """
format = 1
title = "Late"
date = 2026-03-28
[music]
source = "demo"
[venue]
timezone = "Europe/Berlin"
[[cues]]
id = "a"
kind = "act"
title = "Before midnight"
start = "23:40"
length_min = 30
[[cues]]
id = "b"
kind = "act"
title = "After midnight"
hard_start = "00:20"
day = 1
length_min = 150
[[cues]]
id = "c"
kind = "pause"
title = "End"
length_min = 1
"""
    evening = evening_from_text(text, where="late", folder=tmp_path)
    before = date.fromisoformat(day).toordinal() - 1
    events = run(evening, tmp_path, date.fromordinal(before).isoformat())
    at = {e.payload["cue"]: e.utc_s for e in events if e.type == "fired"}
    assert set(at) == {"a", "b", "c"}
    wall = datetime.fromtimestamp(at["b"], ZoneInfo("Europe/Berlin"))
    assert (wall.hour, wall.minute) == (0, 20) and wall.second < 2, "a hard start begins by the wall's clock"
