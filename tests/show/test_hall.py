"""The hall in the show: applause is waited for, answers are told with cause and delay, battles and polls are led."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from temirbek.show import advance, as_run, as_run_csv, new_state, snapshot_of
from temirbek.show.hall_facts import MOST_REACTIONS
from temirbek.show.hall_now import APPLAUSE_MOST_S, NO_APPLAUSE_S, HallNow
from temirbek.show.moment import moment_of
from temirbek.store import from_json, to_json
from temirbek.types.evening import Cue
from temirbek.types.live import Snapshot

from .evenings import DAY, Caller, cue, evening, lines

ROUND = {
    "round": 1,
    "winner": "person",
    "points": 12.5,
    "draw_points": 3.0,
    "parts": [
        {"source": "measured", "rule_weight": 0.4, "weight": 0.5, "slider": 0.1, "points": 5.0},
        {
            "source": "audience",
            "rule_weight": 0.4,
            "weight": 0.5,
            "slider": 0.15,
            "points": 7.5,
            "votes_person": 9,
        },
        {
            "source": "jury",
            "rule_weight": 0.2,
            "weight": 0.0,
            "slider": None,
            "points": 0.0,
            "reason": "no_jury",
        },
    ],
    "comparisons": [],
}
VERDICT = {
    "winner": "draw",
    "rounds_person": 1,
    "rounds_robot": 1,
    "rounds_drawn": 1,
    "rounds": [ROUND],
    "reason": "",
}


def applauded(follow: str = "auto_follow", most_s: float = APPLAUSE_MOST_S) -> Caller:
    """An act that has just ended, and whose applause is waited for."""
    act = cue("act", follow=follow, post_wait_s=most_s, waits_for_applause=True)
    show = Caller.of(act, cue("next"))
    show.go()
    show.wait(30)
    show.ask("finish", cue="act")
    return show


def hear(show: Caller, state: str, kind: str = "applause", **more: Any) -> None:
    assert show.tell(
        "hall", kind=kind, state=state, onset_host_s=show.host_s, level_db=12.0, **more
    ).is_accepted


def waited_s(show: Caller, most_s: float = 60.0) -> float:
    """How long until the next cue begins."""
    begin = show.host_s
    while show.state.now("next").state != "running":
        assert show.host_s - begin < most_s, "it never begins"
        show.wait(0.1, step_s=0.1)
    return show.host_s - begin


def test_without_applause_the_show_soon_goes_on() -> None:
    assert waited_s(applauded()) == pytest.approx(NO_APPLAUSE_S, abs=0.11)


def test_applause_is_waited_for_until_it_has_subsided() -> None:
    show = applauded()
    show.wait(1.0)
    hear(show, "began")
    show.wait(4.0)
    assert show.state.now("next").state == "standby"
    hear(show, "ended")
    assert show.state.now("next").state == "running", "at the very moment"


def test_applause_that_began_before_the_end_counts() -> None:
    act = cue("act", follow="auto_follow", post_wait_s=8.0, waits_for_applause=True)
    show = Caller.of(act, cue("next"))
    show.go()
    hear(show, "began")
    show.ask("finish", cue="act")
    show.wait(5.0)
    assert show.state.now("next").state == "standby"
    hear(show, "ended")
    assert show.state.now("next").state == "running"


@pytest.mark.parametrize("most_s", [APPLAUSE_MOST_S, 4.0])
def test_a_hall_that_does_not_end_is_not_waited_for_longer_than_the_cap(most_s: float) -> None:
    show = applauded(most_s=most_s)
    hear(show, "began", "cheering")
    assert waited_s(show) == pytest.approx(most_s, abs=0.11)


def test_clapping_along_is_no_applause() -> None:
    show = applauded()
    hear(show, "began", "clapping_along")
    assert waited_s(show) == pytest.approx(NO_APPLAUSE_S, abs=0.11)


def test_it_has_subsided_when_nothing_loud_is_left() -> None:
    show = applauded()
    hear(show, "began")
    hear(show, "began", "cheering")
    show.wait(2)
    hear(show, "ended")
    assert show.state.now("next").state == "standby", "they still cheer"
    hear(show, "ended", "cheering")
    assert show.state.now("next").state == "running"


def test_a_held_show_does_not_go_on_by_applause() -> None:
    show = applauded()
    hear(show, "began")
    show.ask("hold")
    hear(show, "ended")
    show.wait(60)
    assert show.state.now("next").state == "standby"
    show.ask("resume")
    assert waited_s(show) <= APPLAUSE_MOST_S


def test_in_front_of_a_go_the_wait_is_shown_and_go_does_not_wait() -> None:
    show = applauded("manual")
    hear(show, "began")
    line = snapshot_of(show.state, 0.0, host_s=show.host_s).cues[0]
    assert line.state == "post_wait" and line.waits_for_applause
    show.wait(60)
    assert show.state.pending is None and show.state.now("next").state == "standby"
    again = applauded("manual")
    hear(again, "began")
    assert again.go().is_accepted and again.state.now("next").state == "running"
    assert again.fired() == ["act", "next"]


@settings(max_examples=40, deadline=None)
@given(
    st.lists(
        st.tuples(
            st.floats(0, 3), st.sampled_from(["applause", "cheering", "clapping_along"]), st.booleans()
        ),
        max_size=12,
    )
)
def test_whatever_the_hall_does_the_wait_ends_and_only_once(heard: list[tuple[float, str, bool]]) -> None:
    show = applauded()
    begin = show.host_s
    for wait_s, kind, begins in heard:
        show.wait(wait_s, step_s=0.1)
        hear(show, "began" if begins else "ended", kind)
    show.wait(APPLAUSE_MOST_S, step_s=0.1)
    assert show.fired().count("next") == 1
    started = show.state.now("next").started_utc_s
    assert started is not None and started - show.state.utc_at(begin) <= APPLAUSE_MOST_S + 0.2


def test_only_what_changes_something_is_recorded() -> None:
    show = Caller.of(cue("a"))
    before = len(show.record)
    hear(show, "ended")
    hear(show, "began")
    hear(show, "began")
    for n in (0, 5000, 5003, 4900, 5000, 5600):
        show.tell("phones", connected=n)
    show.tell("caption", texts={"en": "Good evening"})
    show.tell("wishes", wishes=[])
    assert [e.type for e in show.record[before:]] == ["hall", "phones", "phones"]
    assert not show.tell("hall", kind="booing", state="began").is_accepted


def test_reactions_are_told_with_cause_and_delay() -> None:
    show = Caller.of(cue("a"))
    show.go()
    for i in range(20):
        show.tell(
            "reaction", robot="sky", gesture="bow", cause="applause", state="begun", delay_s=0.5 + i / 10
        )
    show.tell("reaction", robot="gold", gesture="wave", cause="a wave", state="refused", why="it dances")
    view = snapshot_of(show.state, 0.0, host_s=show.host_s).hall
    assert len(view.reactions) == MOST_REACTIONS
    assert (view.reactions[-1].delay_s, view.reactions[-1].why) == (None, "it dances")
    assert "sky answers applause: bow, after 2.4 s" in lines(show)
    hall = as_run(evening(cue("a")), show.record).hall
    assert len(hall.reactions) == 21
    assert {r.cue for r in hall.reactions} == {"a"}
    (delays,) = hall.first_delays_s().values()
    assert len(delays) == 20 and delays[0] == pytest.approx(0.5)


def test_who_joins_in_while_applause_goes_on_is_not_late() -> None:
    show = Caller.of(cue("a"))
    cause_host_s = show.host_s - 0.9
    for robot, delay_s in (("sky", 0.9), ("gold", 2.9), ("sky", 6.1)):
        show.tell(
            "reaction",
            robot=robot,
            gesture="bow",
            cause="applause",
            state="begun",
            delay_s=delay_s,
            cause_host_s=cause_host_s,
        )
    assert as_run(evening(cue("a")), show.record).hall.first_delays_s() == {"applause": (0.9,)}


def test_the_robot_handler_says_whether_robots_answer() -> None:
    show = Caller.of(cue("a"))
    assert snapshot_of(show.state, 0.0).hall.answers
    assert show.ask("hall_answers", on=False, role="robot_handler").is_accepted
    assert not snapshot_of(show.state, 0.0).hall.answers
    assert (show.effects[-1].target, show.effects[-1].payload) == ("hall", {"on": False})
    assert not show.ask("hall_answers", on="no").is_accepted


def test_wishes_are_sorted_and_hidden() -> None:
    show = Caller.of(cue("a"))
    told = [{"track": t, "title": t.upper(), "artist": "X", "count": n} for t, n in (("p", 2), ("q", 9))]
    show.tell("wishes", wishes=told)
    assert show.ask("wish_hide", track="q", role="dj").is_accepted
    show.tell("wishes", wishes=[replace_count(w, 30) for w in told])
    wishes = snapshot_of(show.state, 0.0).wishes
    assert [(w.track, w.is_hidden) for w in wishes] == [("p", False), ("q", True)]
    assert (show.effects[-1].target, dict(show.effects[-1].payload)) == (
        "phones",
        {"track": "q", "is_hidden": True},
    )
    assert show.ask("wish_hide", track="q", is_hidden=False).is_accepted
    assert not snapshot_of(show.state, 0.0).wishes[1].is_hidden
    assert not show.ask("wish_hide", track="nobody's").is_accepted


def replace_count(wish: dict[str, Any], count: int) -> dict[str, Any]:
    """The same wish by as many."""
    return wish | {"count": count}


def a_battle() -> Cue:
    """The cue of one."""
    return cue("battle", "battle", robots=("sky",), length_s=600.0)


def test_a_battle_is_led_as_far_as_it_lets_itself() -> None:
    show = Caller.of(a_battle())
    assert not show.ask("battle_do", cue="battle", do="consent").is_accepted, "it has not begun"
    show.go()
    assert ("battle", "fire", "battle") in show.verbs()
    show.tell("started", cue="battle", run=1)
    show.tell("battle", cue="battle", state="consent", round=0, may=["consent", "decline", "guardian"])
    assert not show.ask("battle_do", cue="battle", do="next").is_accepted
    assert not show.ask("battle_do", cue="battle", do="surrender").is_accepted
    assert show.ask("battle_do", cue="battle", do="consent").is_accepted
    assert show.effects[-1].verb == "battle_do" and show.effects[-1].payload == {
        "do": "consent",
        "is_minor": False,
        "has_guardian": False,
    }
    show.tell("battle", cue="battle", state="jury", round=1, may=["jury", "next"])
    for points, fits in (
        ({"Jury 1": 0.5, "Jury 2": -1}, True),
        ({"Jury 3": 0.5}, False),
        ({"Jury 1": 1.5}, False),
        ({}, False),
        (None, False),
    ):
        assert show.ask("battle_do", cue="battle", do="jury", points=points).is_accepted is fits
    assert not show.ask("battle_do", cue="battle", do="jury", points={"Jury 1": 0}, role="dj").is_accepted


def test_every_verdict_is_seen_and_recorded() -> None:
    show = Caller.of(a_battle())
    show.go()
    show.tell("battle", cue="battle", state="verdict", round=1, may=["next", "again"], verdict=ROUND)
    show.tell("battle", cue="battle", state="over", verdict=VERDICT)
    view = snapshot_of(show.state, 0.0).battle
    assert view is not None and view.verdicts == (ROUND,) and view.verdict == VERDICT
    assert (view.jury, view.rounds) == (("Jury 1", "Jury 2"), 3)
    report = as_run(evening(a_battle()), show.record)
    assert [r.round for r in report.hall.rounds] == [1, 0]
    table = as_run_csv(report)
    for words in (
        "comparison +0.150, weight 0.50 of rule 0.40, votes 9 : 0",
        "missing: no_jury",
        "1 : 1, 1 drawn",
    ):
        assert words in table
    assert not show.tell("battle", cue="nobody", state="x").is_accepted


def test_a_round_that_is_danced_again_has_one_verdict_to_see_and_both_in_the_record() -> None:
    show = Caller.of(a_battle())
    show.go()
    for points in (1.0, 2.0):
        show.tell("battle", cue="battle", state="verdict", round=1, verdict=ROUND | {"points": points})
    view = snapshot_of(show.state, 0.0).battle
    assert view is not None and [v["points"] for v in view.verdicts] == [2.0]
    assert len(as_run(evening(a_battle()), show.record).hall.rounds) == 2


def test_a_poll_lasts_as_long_as_its_cue() -> None:
    show = Caller.of(cue("poll", "poll", length_s=20.0), cue("end"))
    assert snapshot_of(show.state, 0.0).poll is None
    show.go()
    assert ("phones", "fire", "poll") in show.verbs()
    show.tell("votes", poll="poll", counts={"a": 3, "b": 1, "c": 99}, n=4)
    show.wait(10)
    shown = snapshot_of(show.state, 0.0, votes={"poll": {"a": 5}}).poll
    assert shown is not None and shown.is_open
    assert [(o, n) for o, _, n in shown.options] == [("a", 5), ("b", 0)], "the newest counts"
    show.wait(11)
    assert ("phones", "end", "poll") in show.verbs()
    shown = snapshot_of(show.state, 0.0).poll
    assert shown is not None and not shown.is_open and shown.n_votes == 4
    (told,) = as_run(evening(cue("poll", "poll", length_s=20.0), cue("end")), show.record).hall.polls
    assert told.counts == {"А": 3, "Б": 1}
    assert not show.tell("votes", poll="end", counts={}).is_accepted


def test_a_greeting_goes_on_beside_other_things_until_its_time_is_over() -> None:
    greeting = cue(
        "greet",
        "greeting",
        robots=("sky",),
        length_s=30.0,
        follow="auto_continue",
    )
    show = Caller.of(greeting, cue("set", "dj_set", length_s=100.0))
    show.go()
    assert ("hall", "fire", "greet") in show.verbs() and ("robots", "fire", "greet") not in show.verbs()
    assert show.states()[:2] == ["running", "running"]
    show.tell("guest", zone="door", n=2)
    show.tell("guest", zone="door")
    assert snapshot_of(show.state, 0.0).hall.guests == 3
    show.wait(31)
    assert show.states()[:2] == ["done", "running"]
    assert ("hall", "end", "greet") in show.verbs()


@pytest.mark.parametrize(
    ("kinds", "moment"),
    [
        (("act",), "mid_song"),
        (("act", "announcement"), "speech"),
        (("dj_set", "greeting"), "between"),
        (("greeting",), "between"),
        (("act", "greeting"), "mid_song"),
        (("battle",), "battle"),
        (("light",), "between"),
    ],
)
def test_the_moment_of_the_show(kinds: tuple[str, ...], moment: str) -> None:
    cues = [cue(kind, kind, follow="auto_continue", length_s=60.0, robots=("sky",)) for kind in kinds]
    show = Caller.of(*cues)
    show.go()
    assert moment_of(show.state, show.host_s) == moment


def test_applause_belongs_to_the_number_that_is_over() -> None:
    show = applauded("manual")
    assert moment_of(show.state, show.host_s + 9.0) == "end_of_number"
    assert moment_of(show.state, show.host_s + 11.0) == "between"


def test_without_robots_nobody_greets() -> None:
    greeting = cue("greet", "greeting", robots=("sky",), length_s=30.0)
    show = Caller.of(greeting, scope="lights_and_sound")
    show.go()
    assert show.states() == ["done"]


def test_after_a_restart_nothing_is_heard_until_it_is_told_again() -> None:
    show = applauded()
    hear(show, "began")
    show.tell("recovered")
    assert show.state.hall.heard == {} and show.state.state == "hold"


def test_the_record_read_again_gives_the_same_hall_and_all_is_json() -> None:
    show = Caller.of(a_battle(), cue("poll", "poll", length_s=5.0))
    show.go()
    hear(show, "began")
    show.tell("battle", cue="battle", state="verdict", round=1, may=["next"], verdict=ROUND)
    show.tell("reaction", robot="sky", gesture="bow", cause="applause", state="begun", delay_s=0.9)
    show.tell("wishes", wishes=[{"track": "t", "title": "T", "artist": "A", "count": 4}])
    show.go()
    show.tell("votes", poll="poll", counts={"a": 1})
    state = new_state(show.state.evening, DAY)
    for event in show.record:
        state, _, _ = advance(state, event)
    assert state == show.state
    assert from_json(type(state), to_json(state)) == state
    shown = snapshot_of(state, 0.0)
    assert from_json(Snapshot, to_json(shown)) == shown


@given(st.floats(-20, 20), st.floats(1, 60), st.floats(0, 60) | st.none(), st.booleans())
def test_the_wait_is_never_longer_than_said_and_never_over_before_it_began(
    ended: float, most_s: float, from_s: float | None, loud: bool
) -> None:
    begin = from_s or 0.0
    hall = HallNow(heard={"applause": 0.0} if loud else {}, loud_ended_host_s=begin + ended)
    assert begin <= hall.applause_due_host_s(begin, most_s) <= begin + most_s
