"""A whole evening against the clock: it runs through, the record is the same for the same seed, and GO is never given twice."""

from collections import Counter
from datetime import date, datetime
from itertools import pairwise
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from temirbek.live.crowd.people import People
from temirbek.show import as_run
from temirbek.show.as_run_hall import AsRunHall
from temirbek.show.evening_file import evening_from_text, read_evening
from temirbek.stage.opening import Opening
from temirbek.stage.run_folder import RunFolder
from temirbek.stage.virtual import run_virtual
from temirbek.store.event_log import LogReader
from temirbek.types import CRITERIA, SOURCES, Evening, Event

SHOWS = Path(__file__).parents[2] / "shows"


HALL = (6000, 5000)


def run(
    evening: Evening, folder: Path, day: str = "2026-03-07", hall: tuple[int, int] | None = None
) -> tuple[Event, ...]:
    """The record of an evening, in an empty hall or among so many people and phones."""
    opening = Opening(base=SHOWS, name="show", day=day, cache_dir=folder)
    crowd = People(evening.show.seed, *hall) if hall else None
    run_virtual(RunFolder(folder), evening, opening, speed=None, crowd=crowd)
    with LogReader(folder / "log") as log:
        return tuple(logged.event for logged in log.read())


@pytest.fixture(scope="module")
def jas_stars() -> Evening:
    return read_evening(SHOWS / "jas-stars.toml")


@pytest.fixture(scope="module")
def events(jas_stars: Evening, tmp_path_factory: pytest.TempPathFactory) -> tuple[Event, ...]:
    """The whole evening, with its hall."""
    return run(jas_stars, tmp_path_factory.mktemp("hall"), hall=HALL)


@pytest.fixture(scope="module")
def told(jas_stars: Evening, events: tuple[Event, ...]) -> AsRunHall:
    """What its record says of the hall."""
    return as_run(jas_stars, events).hall


def test_the_whole_evening_runs_through_and_nothing_is_fired_twice(
    jas_stars: Evening, events: tuple[Event, ...]
) -> None:
    fired = Counter(e.payload["cue"] for e in events if e.type == "fired")
    assert set(fired.values()) == {1}
    assert fired.keys() == {cue.id for cue in jas_stars.cues if not cue.is_skipped}
    assert events[-1].type == "closed"
    assert not [e for e in events if e.payload.get("refused")]
    lasted_min = (events[-1].utc_s - events[0].utc_s) / 60
    assert 100 < lasted_min < 180, "about two hours, and the doors before"


def test_in_an_empty_hall_it_runs_through_as_well(jas_stars: Evening, tmp_path: Path) -> None:
    events = run(jas_stars, tmp_path)
    assert events[-1].type == "closed"
    assert not [e for e in events if e.type in ("hall", "reaction", "guest", "votes", "wishes", "phones")]


def test_the_same_seed_leads_to_the_same_record(
    jas_stars: Evening, events: tuple[Event, ...], tmp_path: Path
) -> None:
    assert run(jas_stars, tmp_path, hall=HALL) == events


def test_the_record_shows_every_answer_with_its_cause_and_its_delay(
    jas_stars: Evening, events: tuple[Event, ...], told: AsRunHall
) -> None:
    assert len(told.reactions) == sum(e.type == "reaction" for e in events) > 50
    heard = [e.payload["onset_host_s"] for e in events if e.type == "hall" and e.payload["state"] == "began"]
    for event in (e for e in events if e.type == "reaction" and "guest" not in e.payload["cause"]):
        if event.payload["cause"] != "a wave":
            since_s = event.payload["cause_host_s"]
            assert min(abs(since_s - onset_s) for onset_s in heard) < 1e-3, "nobody answers what nobody heard"
    assert {r.robot for r in told.reactions} <= {p.id for p in jas_stars.show.cast}
    assert all(r.cause and (r.delay_s is None) == bool(r.why) for r in told.reactions)
    applause = told.first_delays_s()["applause"]
    assert len(applause) > 10 and applause[len(applause) // 2] < 1.5
    assert told.guests > 10 and told.most_phones > 4500


def test_no_robot_makes_one_of_its_last_four_gestures_again(told: AsRunHall) -> None:
    for robot in {r.robot for r in told.reactions}:
        made = [r.gesture for r in told.reactions if r.robot == robot and r.delay_s is not None]
        for i, gesture in enumerate(made):
            assert gesture not in made[max(0, i - 4) : i]


def test_what_waits_for_applause_begins_when_it_has_subsided(
    jas_stars: Evening, events: tuple[Event, ...]
) -> None:
    at_s = {e.payload["cue"]: e.host_s for e in events if e.type == "fired"}
    ended = {e.payload["cue"]: e.host_s for e in events if e.type in ("done", "finish")}
    over = [
        e.host_s
        for e in events
        if e.type == "hall" and e.payload["state"] == "ended" and e.payload["kind"] != "clapping_along"
    ]
    waited = 0
    for cue, after in pairwise(jas_stars.cues):
        if not cue.waits_for_applause or cue.follow != "auto_follow":
            continue
        wait_s = at_s[after.id] - ended[cue.id]
        assert 0 < wait_s <= cue.post_wait_s + 0.2
        waited += any(abs(at_s[after.id] - s) < 0.2 for s in over)
    assert waited >= 2


def test_the_battle_is_fought_and_every_part_of_it_told(told: AsRunHall) -> None:
    rounds = [r.verdict for r in told.rounds if r.round]
    (whole,) = [r.verdict for r in told.rounds if not r.round]
    assert 2 <= len(rounds) <= 3 and list(whole["rounds"]) == rounds
    for verdict in rounds:
        assert [part["source"] for part in verdict["parts"]] == list(SOURCES)
        assert sum(part["points"] for part in verdict["parts"]) == pytest.approx(verdict["points"])
        assert sum(part["weight"] for part in verdict["parts"]) == pytest.approx(1.0)
        assert len(verdict["comparisons"]) == len(CRITERIA)


def test_the_hall_votes_and_wishes(told: AsRunHall) -> None:
    (poll,) = told.polls
    assert poll.cue == "hall_votes" and poll.n_votes == pytest.approx(0.6 * HALL[1], abs=1)
    assert told.wishes and [n for _, _, n, _ in told.wishes] == sorted(
        (n for _, _, n, _ in told.wishes), reverse=True
    )
    assert all(not a.approved_by for a in told.announcements) and len(told.announcements) == 3


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
