"""Plans by the wall, and what will come of them."""

from dataclasses import replace
from datetime import date, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from temirbek.show import expected_starts, planned_starts
from temirbek.show.timing import Happened, wall_to_utc_s
from temirbek.types.evening import Cue, Evening, StartTime

from .evenings import DAY, at, cue, evening

KINDS = ("act", "speech", "track", "light", "card", "announcement", "pause")
LENGTHS = st.integers(0, 1200).map(float)
WAITS = st.sampled_from([0.0, 0.0, 2.0, 15.0])
FOLLOWS = st.sampled_from(["manual", "manual", "auto_continue", "auto_follow"])


def wall(utc_s: float, zone: str = "Asia/Almaty") -> str:
    return datetime.fromtimestamp(utc_s, ZoneInfo(zone)).strftime("%d %H:%M:%S")


def walls(*cues: Cue) -> list[str]:
    return [wall(utc_s)[3:] for utc_s in planned_starts(evening(*cues), DAY)]


@st.composite
def plans(draw: st.DrawFn, *, has_starts: bool = True) -> Evening:
    """A plan without contradictions: stated starts lie after what stands in front of them."""
    cues: list[Cue] = []
    for number in range(draw(st.integers(1, 9))):
        cues.append(
            cue(
                f"c{number}",
                draw(st.sampled_from(KINDS)),
                length_s=draw(LENGTHS),
                pre_wait_s=draw(WAITS),
                post_wait_s=draw(WAITS),
                follow=draw(FOLLOWS),
            )
        )
        if has_starts and draw(st.booleans()):
            natural = planned_starts(evening(*cues), DAY)[-1]
            after = datetime.fromtimestamp(natural, ZoneInfo("Asia/Almaty")) + timedelta(
                seconds=draw(st.integers(0, 900))
            )
            start = StartTime(at=after.time(), day=(after.date() - DAY).days, is_hard=draw(st.booleans()))
            cues[-1] = replace(cues[-1], start=start)
    return evening(*cues)


def test_a_plan_in_words() -> None:
    assert walls(
        cue("doors", "light"),
        cue("act", length_s=600, start=at(19), follow="auto_continue", post_wait_s=5),
        cue("light", "light"),
        cue("host", "speech", length_s=60, follow="auto_follow", post_wait_s=10),
        cue("track", "track", length_s=180, pre_wait_s=5),
        cue("late", start=at(19, 30), length_s=60),
        cue("end"),
    ) == ["19:00:00", "19:00:00", "19:00:05", "19:10:00", "19:11:15", "19:30:00", "19:31:00"]


def test_what_is_played_over_an_act_does_not_shorten_it() -> None:
    assert walls(
        cue("act", length_s=600, start=at(19), follow="auto_continue"),
        cue("track", "track", length_s=200),
        cue("next"),
    ) == ["19:00:00", "19:00:00", "19:10:00"]


def test_cues_before_the_first_time_are_counted_back_from_it() -> None:
    assert walls(cue("a", length_s=300), cue("b", length_s=60, post_wait_s=30), cue("c", start=at(19))) == [
        "18:53:30",
        "18:58:30",
        "19:00:00",
    ]


def test_what_is_skipped_in_the_file_takes_no_time() -> None:
    assert walls(
        cue("a", length_s=300, start=at(19)), cue("b", length_s=300, is_skipped=True, start=at(23)), cue("c")
    ) == ["19:00:00", "19:05:00", "19:05:00"]


def test_days_are_counted_on_the_calendar() -> None:
    starts = planned_starts(evening(cue("a", start=at(23, 59)), cue("b", start=at(0, 30, day=1))), DAY)
    assert [wall(s) for s in starts] == ["07 23:59:00", "08 00:30:00"]


@pytest.mark.parametrize(
    ("day", "start", "expected"),
    [
        (date(2026, 3, 29), at(1, 59), "2026-03-29T01:59:00+01:00"),
        (date(2026, 3, 29), at(2, 30), "2026-03-29T03:30:00+02:00"),
        (date(2026, 3, 28), at(2, 30, day=1), "2026-03-29T03:30:00+02:00"),
        (date(2026, 10, 25), at(2, 30), "2026-10-25T02:30:00+02:00"),
        (date(2026, 10, 25), at(3, 30), "2026-10-25T03:30:00+01:00"),
    ],
)
def test_gaps_and_folds_of_the_wall_clock(day: date, start: StartTime, expected: str) -> None:
    utc_s = wall_to_utc_s(start, day, "Europe/Berlin")
    assert datetime.fromtimestamp(utc_s, ZoneInfo("Europe/Berlin")).isoformat() == expected


def test_a_time_that_comes_twice_is_the_one_behind_the_cue_in_front() -> None:
    cues = (cue("a", length_s=3600, start=at(1, 45)), cue("b", start=at(2, 15)), cue("c", start=at(2, 10)))
    starts = planned_starts(evening(*cues, timezone="Europe/Berlin"), date(2026, 10, 25))
    told = [datetime.fromtimestamp(s, ZoneInfo("Europe/Berlin")).isoformat()[11:] for s in starts]
    assert told == ["01:45:00+02:00", "02:15:00+02:00", "02:10:00+01:00"]


@given(
    st.dates(date(2020, 1, 1), date(2030, 12, 31)),
    st.times(),
    st.sampled_from(["Asia/Almaty", "Europe/Berlin", "America/Caracas", "Australia/Lord_Howe"]),
)
def test_the_wall_shows_what_was_asked_or_has_jumped_over_it(day: date, time: object, zone: str) -> None:
    start = StartTime(at=time)  # type: ignore[arg-type]
    shown = datetime.fromtimestamp(wall_to_utc_s(start, day, zone), ZoneInfo(zone)).replace(tzinfo=None)
    asked = datetime.combine(day, start.at)
    assert abs(shown - asked) < timedelta(milliseconds=1) or timedelta(0) < shown - asked <= timedelta(
        hours=1
    )


@given(plans())
def test_later_in_the_order_is_not_earlier_by_the_clock(told: Evening) -> None:
    starts = planned_starts(told, DAY)
    assert all(a <= b + 1e-3 for a, b in pairwise(starts))
    for planned, c in zip(starts, told.cues, strict=True):
        if c.start is not None:
            assert planned == pytest.approx(wall_to_utc_s(c.start, DAY, "Asia/Almaty"), abs=1e-6)


@given(plans())
def test_a_show_that_has_not_begun_is_expected_as_planned(told: Evening) -> None:
    planned = planned_starts(told, DAY)
    timing = expected_starts(told, planned, [Happened()] * len(planned), planned[0] - 1000)
    assert timing.expected_utc_s == pytest.approx(planned, abs=1e-3)
    assert timing.over_s == pytest.approx(0, abs=1e-3)
    assert timing.expected_end_utc_s == pytest.approx(timing.planned_end_utc_s, abs=1e-3)


def run_of(told: Evening, planned: tuple[float, ...], count: int, late_s: float) -> list[Happened]:
    """The first cues were begun as planned but for a delay, and ended on their length."""
    return [
        Happened(started_utc_s=p + late_s, ended_utc_s=p + late_s + c.length_s) if i < count else Happened()
        for i, (p, c) in enumerate(zip(planned, told.cues, strict=True))
    ]


@given(plans(has_starts=False), st.integers(1, 8), st.floats(0, 900))
def test_without_hard_starts_a_delay_moves_all_that_is_to_come(
    told: Evening, count: int, late_s: float
) -> None:
    planned = planned_starts(told, DAY)
    count = min(count, len(planned))
    so_far = run_of(told, planned, count, late_s)
    timing = expected_starts(told, planned, so_far, planned[count - 1] + late_s)
    assert timing.expected_utc_s == pytest.approx([p + late_s for p in planned], abs=1e-2)
    assert timing.over_s == pytest.approx(late_s, abs=1e-2)
    assert timing.expected_end_utc_s - timing.planned_end_utc_s == pytest.approx(late_s, abs=1e-2)


@given(plans(), st.integers(0, 8), st.floats(-600, 900), st.floats(0, 900))
def test_later_is_never_sooner_and_hard_starts_never_before_their_time(
    told: Evening, count: int, late_s: float, more_s: float
) -> None:
    planned = planned_starts(told, DAY)
    count = min(count, len(planned))
    now = planned[max(count - 1, 0)] + late_s + more_s
    one = expected_starts(told, planned, run_of(told, planned, count, late_s), now)
    two = expected_starts(told, planned, run_of(told, planned, count, late_s + more_s), now)
    pairs = zip(one.expected_utc_s, two.expected_utc_s, strict=True)
    assert all(b >= a - 1e-3 for a, b in pairs)
    for i in range(count, len(planned)):
        start = told.cues[i].start
        assert one.expected_utc_s[i] >= now - 1e-3
        if start is not None and start.is_hard:
            assert one.expected_utc_s[i] >= planned[i] - 1e-3


def test_soft_starts_move_and_hard_starts_take_up_the_slack() -> None:
    told = evening(
        cue("a", start=at(19), length_s=600),
        cue("soft", start=at(19, 12), length_s=60),
        cue("hard", start=at(19, 20, hard=True), length_s=60),
        cue("end"),
    )
    planned = planned_starts(told, DAY)
    for late_s, expected in [
        (0, ["19:00", "19:12", "19:20", "19:21"]),
        (300, ["19:05", "19:17", "19:20", "19:21"]),
        (600, ["19:10", "19:22", "19:23", "19:24"]),
        (-60, ["18:59", "19:11", "19:20", "19:21"]),
    ]:
        so_far = run_of(told, planned, 1, late_s)
        timing = expected_starts(told, planned, so_far, planned[0] + late_s)
        assert [wall(s)[3:8] for s in timing.expected_utc_s] == expected
        assert timing.over_s == late_s
        assert timing.expected_end_utc_s - timing.planned_end_utc_s == max(0, late_s - 420)


def test_an_act_that_runs_over_pushes_what_follows() -> None:
    told = evening(cue("a", start=at(19), length_s=60), cue("b", length_s=60))
    planned = planned_starts(told, DAY)
    begun = [Happened(started_utc_s=planned[0]), Happened()]
    assert expected_starts(told, planned, begun, planned[0] + 30).over_s == 0
    assert expected_starts(told, planned, begun, planned[0] + 100).over_s == 40


def test_what_is_left_out_tonight_takes_no_time() -> None:
    told = evening(cue("a", start=at(19), length_s=60), cue("b", length_s=60), cue("c", length_s=30))
    planned = planned_starts(told, DAY)
    so_far = [Happened(started_utc_s=planned[0]), Happened(is_out=True), Happened()]
    timing = expected_starts(told, planned, so_far, planned[0])
    assert (timing.over_s, timing.expected_end_utc_s - timing.planned_end_utc_s) == (-60, -60)


def test_over_at_the_end_is_how_late_the_curtain_was() -> None:
    told = evening(cue("a", start=at(19), length_s=60))
    planned = planned_starts(told, DAY)
    over = [Happened(started_utc_s=planned[0] + 5, ended_utc_s=planned[0] + 90, is_out=True)]
    timing = expected_starts(told, planned, over, planned[0] + 5000)
    assert (timing.over_s, timing.expected_end_utc_s) == (30, planned[0] + 90)


def test_an_evening_without_cues() -> None:
    assert planned_starts(evening(), DAY) == ()
    assert expected_starts(evening(), (), (), 5.0).expected_end_utc_s == 5.0
