"""Time and the machine: hard starts, waits that come late, clocks that jump, midnight, and changes of the clock."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

import pytest

from temirbek.show import MachineState, new_state, snapshot_of
from temirbek.store import from_json, to_json

from .evenings import DAY, Caller, at, cue, evening, lines

HARD = (cue("a", start=at(18, 50)), cue("h", "track", length_s=60, start=at(19, hard=True)), cue("b"))


def hard_utc(show: Caller) -> float:
    return show.state.planned_utc_s[1]


def test_a_hard_start_fires_by_itself_once_from_standby() -> None:
    show = Caller.of(*HARD, before_s=10)
    show.go()
    show.until_utc(hard_utc(show) - 0.1)
    assert show.fired() == ["a"]
    show.wait(0.2, step_s=0.1)
    assert show.fired() == ["a", "h"]
    assert show.states()[0] == "done", "the act in front gives up the stage"
    show.wait(120)
    assert show.fired() == ["a", "h"]
    assert [e.type for e in show.record[-2:]] == ["tick", "fired"]


def test_a_soft_start_is_a_plan() -> None:
    show = Caller.of(cue("a", start=at(18, 50)), cue("b", start=at(19)), before_s=10)
    show.go()
    show.until_utc(show.state.planned_utc_s[1] + 100)
    assert show.fired() == ["a"]


def test_a_hard_start_waits_for_standby_and_for_scope() -> None:
    show = Caller.of(*HARD, before_s=10)
    show.until_utc(hard_utc(show) + 60)
    assert show.fired() == [], "the cue in front still stands by"
    show = Caller.of(*HARD, before_s=10)
    show.go()
    show.ask("arm", scope="none")
    show.until_utc(hard_utc(show) + 1)
    assert show.fired() == ["a"]
    assert "nothing is armed" in show.state.faults[-1].what


def test_never_on_hold_and_within_the_grace_at_resume() -> None:
    show = Caller.of(*HARD, before_s=10)
    show.go()
    show.ask("hold")
    show.until_utc(hard_utc(show) + 8)
    assert show.fired() == ["a"]
    show.ask("resume")
    assert show.fired() == ["a", "h"]


def test_later_than_the_grace_it_stands_by_and_the_operator_is_told() -> None:
    show = Caller.of(*HARD, before_s=10)
    show.go()
    show.host_s += 595  # the program is away for ten minutes, over the start
    show.tell("recovered")
    show.host_s += 30
    show.ask("resume")
    show.wait(30)
    assert show.fired() == ["a"]
    assert show.state.standby == "h"
    assert (
        "had a hard start, but it was" in show.state.faults[-1].what
        and "waits for GO" in show.state.faults[-1].what
    )
    assert show.go().is_accepted


def test_a_chain_does_not_outrun_a_hard_start() -> None:
    show = Caller.of(
        cue("a", start=at(18, 59), follow="auto_follow"),
        cue("h", "light", start=at(19, hard=True)),
        cue("b"),
        before_s=1,
    )
    show.go()
    show.wait(5)
    show.ask("finish", cue="a")
    show.wait(30)
    assert show.fired() == ["a"]
    show.until_utc(hard_utc(show))
    assert show.fired() == ["a", "h"]


def test_a_late_chain_fires_a_hard_start_that_is_past() -> None:
    show = Caller.of(
        cue("a", start=at(18, 59), follow="auto_follow"),
        cue("h", "light", start=at(19, hard=True)),
        before_s=1,
    )
    show.state = with_standby_late(show)
    show.ask("finish", cue="a")
    assert show.fired()[-1] == "h"


def with_standby_late(show: Caller) -> MachineState:
    """The act runs over the hard start of the light, which was held back by a hold."""
    show.go()
    show.ask("hold")
    show.until_utc(hard_utc(show) + 60)
    show.ask("resume")
    assert show.fired() == ["a"] and show.state.now("h").is_missed
    return show.state


@pytest.mark.parametrize("what", ["pre_wait", "post_wait"])
def test_a_wait_that_nobody_watched_leads_to_hold(what: str) -> None:
    """The program stood still (a suspended machine) while a wait ran out."""
    given = {"pre_wait_s": 5} if what == "pre_wait" else {"follow": "auto_continue", "post_wait_s": 5}
    show = Caller.of(cue("a", **given), cue("l", "light"))
    show.go()
    before = show.fired()
    show.host_s += 60
    show.tell("tick")
    assert show.fired() == before
    assert show.state.state == "hold"
    assert "did not begin by itself" in lines(show)[-1]
    assert show.state.standby == ("a" if what == "pre_wait" else "l")


@pytest.mark.parametrize("jump_s", [300.0, -300.0, 86400.0, 3600.0, -3600.0, 2.5])
def test_a_jump_of_the_wall_clock_is_told_and_fires_nothing(jump_s: float) -> None:
    show = Caller.of(*HARD, before_s=200)
    show.go()
    show.until_utc(hard_utc(show) - 250)
    show.wall_s += jump_s
    show.tell("tick")
    fault = show.state.faults[-1]
    assert fault.id == "clock" and f"{jump_s:+.1f} s" in fault.what
    assert show.fired() == ["a"]
    shown = snapshot_of(show.state, show.host_s + show.wall_s, host_s=show.host_s)
    assert shown.utc_s == pytest.approx(hard_utc(show) - 250), "the show keeps its own clock"
    show.wait(249.9)
    assert show.fired() == ["a"]
    show.wait(0.2)
    assert show.fired() == ["a", "h"], "by the show's clock, neither early nor late"
    assert len([f for f in show.state.faults if f.id == "clock"]) == 1


def test_slow_corrections_are_followed_without_a_word() -> None:
    show = Caller.of(*HARD, before_s=200)
    for _ in range(20):
        show.wall_s += 0.3
        show.wait(10)
    assert not show.state.faults
    assert show.state.clock_utc_s == pytest.approx(show.wall_s, abs=0.5)


def test_a_machine_whose_clock_is_five_minutes_off_is_put_right_by_a_shift() -> None:
    """The hall says 18:45 when the machine says 18:40: all that is planned comes 300 s sooner by the machine."""
    show = Caller.of(*HARD, before_s=600)
    assert show.ask("shift", seconds=-300.0).is_accepted
    show.go()
    show.until_utc(hard_utc(show) - 300.5)
    assert show.fired() == ["a"]
    show.wait(1)
    assert show.fired() == ["a", "h"]
    line = snapshot_of(show.state, 0.0, host_s=show.host_s).cues[1]
    assert line.started_utc_s == pytest.approx(line.planned_start_utc_s, abs=0.6)


def test_beyond_the_point_of_no_return_the_clock_is_left_alone() -> None:
    show = Caller.of(*HARD, before_s=600)
    show.go()
    show.until_utc(hard_utc(show) - 299)
    assert "hard start in 299 s" in show.ask("shift", seconds=60.0).reason
    assert "point of no return" in show.tell("opened", date="2026-03-08").reason
    show.until_utc(hard_utc(show) + 5)
    assert "has begun" in show.ask("shift", seconds=60.0).reason
    show.tell("done", cue="h", run=1)
    assert show.ask("shift", seconds=60.0).is_accepted, "until the next one"
    assert "its date stays" in show.tell("opened", date="2026-03-08").reason


def test_before_it_the_show_can_be_opened_for_another_day_or_clock() -> None:
    show = Caller.of(*HARD, before_s=7200)
    planned = hard_utc(show)
    show.wall_s += 300
    assert show.tell("opened", date="2026-03-08").is_accepted
    assert hard_utc(show) == planned + 86400
    assert show.state.utc_at(show.host_s) == show.host_s + show.wall_s
    assert "no date" in show.tell("opened", date="soon").reason


def test_shifts_move_what_is_to_come_and_say_what_is_allowed() -> None:
    show = Caller.of(*HARD, before_s=3600)
    show.go()
    show.ask("shift", seconds=120)
    assert [now.shift_s for now in show.state.cues] == [0, 120, 120]
    for seconds in ("soon", 1e9, float("nan"), True, None):
        assert "number of seconds" in show.ask("shift", seconds=seconds).reason


def test_midnight_is_an_hour_like_any_other() -> None:
    show = Caller.of(
        cue("a", start=at(23, 50)), cue("h", "light", start=at(0, 5, day=1, hard=True)), cue("b"), before_s=1
    )
    show.go()
    show.until_utc(hard_utc(show) + 1)
    assert show.fired() == ["a", "h"]
    assert hard_utc(show) - show.state.planned_utc_s[0] == 15 * 60


@pytest.mark.parametrize(("day", "hours"), [("2026-03-28", 2), ("2026-10-24", 4)], ids=["forward", "back"])
def test_a_change_of_clocks_during_the_show_moves_no_wait_and_fires_on_the_wall(day: str, hours: int) -> None:
    show = Caller.of(
        cue("a", start=at(23, 50), follow="auto_continue", post_wait_s=60),
        cue("l", "light"),
        cue("h", "light", start=at(3, 0, day=1, hard=True)),
        timezone="Europe/Berlin",
        scope="none",
        runs=False,
    )
    show.wall_s = (
        datetime.fromisoformat(f"{day}T23:49:59").replace(tzinfo=ZoneInfo("Europe/Berlin")).timestamp()
        - show.host_s
    )
    assert show.tell("opened", date=day, scope="rehearsal").is_accepted
    show.ask("resume")
    show.go()
    show.wait(59)
    assert show.fired() == ["a"]
    show.wait(1.5)
    assert show.fired() == ["a", "l"]
    hard = show.state.planned_utc_s[2]
    assert datetime.fromtimestamp(hard, ZoneInfo("Europe/Berlin")).isoformat()[11:16] == "03:00"
    assert hard - show.state.planned_utc_s[0] == (hours - 1) * 3600 + 70 * 60
    show.until_utc(hard - 1)
    assert show.fired() == ["a", "l"]
    show.wait(1.5)
    assert show.fired() == ["a", "l", "h"]
    assert not show.state.faults, "a change of the wall's zone is no jump of the clock"


def test_after_a_reboot_host_time_begins_anew() -> None:
    show = Caller.of(cue("p", "card", length_s=600), cue("a", pre_wait_s=20), cue("b"))
    show.go()
    show.tell("started", cue="p", run=1)
    show.go()
    show.wait(5)
    kept = from_json(MachineState, to_json(show.state))
    now_utc_s = show.host_s + show.wall_s
    show.state, show.host_s = kept, 3.0
    show.wall_s = now_utc_s + 60 - show.host_s
    show.tell("recovered")
    assert (show.state.state, show.fired()) == ("hold", ["p"])
    assert show.state.standby == "a", "it was on its way and had not begun"
    card = snapshot_of(show.state, 0.0, host_s=show.host_s).cues[0]
    assert card.remaining_s == pytest.approx(600 - 5 - 1 - 60, abs=0.01)
    show.ask("resume")
    show.wait(60)
    assert show.fired() == ["p"]
    show.go()
    show.wait(20)
    assert show.fired() == ["p", "a"]


def test_a_clock_that_was_set_while_the_program_was_away_is_told() -> None:
    show = Caller.of(*HARD, before_s=600)
    show.go()
    show.wall_s += 300
    show.host_s += 2
    show.tell("recovered")
    assert "clock jumped by +300.0 s" in show.state.faults[-1].what
    assert show.state.utc_at(show.host_s) == show.host_s + show.wall_s - 300


def test_a_pause_that_ran_out_while_the_program_was_away_begins_nothing() -> None:
    show = Caller.of(cue("p", "pause", length_s=10, follow="auto_follow"), cue("l", "light"))
    show.go()
    show.host_s += 15
    show.tell("recovered")
    show.ask("resume")
    show.wait(30)
    assert (show.states(), show.fired()) == (["done", "standby"], ["p"])


def test_a_show_without_times_begins_when_it_is_opened() -> None:
    state = new_state(evening(cue("a", length_s=60), cue("b")), DAY)
    show = Caller(state, wall_s=1_772_900_000.0)
    show.tell("opened", date=date(2026, 3, 7).isoformat())
    assert show.state.planned_utc_s == (1_772_901_000.0, 1_772_901_060.0)
    show.host_s += 40
    show.tell("recovered")
    assert show.state.planned_utc_s[0] == 1_772_901_000.0


def test_what_is_due_next_is_the_end_of_the_shortest_wait_and_nothing_while_the_show_is_held() -> None:
    show = Caller.of(
        cue("a", "pause", length_s=7, follow="auto_continue", post_wait_s=5),
        cue("b", "pause", length_s=1, pre_wait_s=1.5, follow="auto_continue"),
        cue("c"),
    )
    assert show.state.next_due_host_s() is None
    show.go()
    begun_host_s = show.state.last_host_s
    assert show.state.next_due_host_s() == pytest.approx(begun_host_s + 5)
    show.wait(5.1, step_s=0.1)
    due_s = show.state.next_due_host_s()
    assert due_s == pytest.approx(begun_host_s + 6.5, abs=0.11), "its pre-wait is over before the first pause"
    show.ask("hold")
    assert show.state.next_due_host_s() is None
