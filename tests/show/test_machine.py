"""What a stage manager may expect of the machine, one expectation each."""

import pytest

from temirbek.show import advance, snapshot_of
from temirbek.types.evening import AnnouncementCue
from temirbek.types.live import Event

from .evenings import TEXT, Caller, at, cue, lines


def test_go_fires_the_cue_in_standby_and_the_next_one_stands_by() -> None:
    show = Caller.of(cue("a"), cue("b", "light"))
    assert show.go().is_accepted
    assert show.verbs() == [("people", "fire", "a")]
    assert show.states() == ["running", "standby"]
    assert [e.type for e in show.record[-2:]] == ["go", "fired"]
    assert show.record[-1].key == "fired:a:1"


def test_a_second_go_with_the_same_key_does_nothing() -> None:
    show = Caller.of(cue("a"), cue("b"))
    show.go(key="tap 1")
    before = show.state
    answer = show.go(key="tap 1")
    assert not answer.is_accepted and "already" in answer.reason
    assert show.state is before


def test_a_go_for_another_cue_than_the_one_in_standby_is_refused_with_words() -> None:
    show = Caller.of(cue("a"), cue("b"))
    answer = show.go("b")
    assert not answer.is_accepted and "“B”" in answer.reason and "“A” stands by" in answer.reason
    assert show.fired() == []
    assert show.record[-1].type == "note" and show.record[-1].payload["refused"] == "go"


def test_two_hasty_gos_are_one_unless_the_second_is_surely_meant() -> None:
    show = Caller.of(cue("a"), cue("b"), cue("c"))
    show.go("a")
    show.host_s += 0.2
    assert "same press" in show.ask("go", cue="a").reason
    assert "same press" in show.ask("go", cue="b", key="").reason
    assert show.ask("go", cue="b").is_accepted
    show.host_s += 0.31
    assert show.ask("go", cue="c", key="").is_accepted
    assert show.fired() == ["a", "b", "c"]


def test_a_press_that_names_no_cue_is_no_go() -> None:
    show = Caller.of(cue("a"))
    assert not show.ask("go").is_accepted
    assert show.fired() == []


def test_nothing_fires_with_scope_none_or_on_hold() -> None:
    show = Caller.of(cue("a"), scope="none")
    assert "armed" in show.go().reason
    show = Caller.of(cue("a"), runs=False)
    assert "resume" in show.go().reason
    assert show.fired() == []


def test_an_act_ends_at_the_next_act_but_not_at_a_light() -> None:
    show = Caller.of(cue("a"), cue("l", "light"), cue("n", "announcement"), cue("b", "speech"))
    show.go()
    show.go()
    show.tell("started", cue="l", run=1)
    show.go()
    assert show.states() == ["running", "done", "running", "standby"]
    show.go()
    assert show.states() == ["done", "done", "running", "running"]


def test_a_playing_set_is_asked_to_end_and_ends_when_it_says_so() -> None:
    show = Caller.of(cue("d", "dj_set"), cue("a"))
    show.go()
    show.go()
    assert ("dj", "end", "d") in show.verbs()
    assert show.states() == ["running", "running"]
    show.tell("done", cue="d", run=1)
    assert show.states() == ["done", "running"]


def test_what_is_played_with_an_act_does_not_end_it() -> None:
    show = Caller.of(cue("a", follow="auto_continue"), cue("t", "track"), cue("b"))
    show.go()
    assert show.fired() == ["a", "t"]
    assert show.states() == ["running", "running", "standby"]
    show.go()
    assert show.states() == ["done", "running", "running"]


def test_waits_follow_and_stand_still_on_hold() -> None:
    show = Caller.of(
        cue("a", pre_wait_s=4, follow="auto_continue", post_wait_s=6),
        cue("l", "light", follow="auto_follow"),
        cue("c", "card"),
    )
    show.go()
    assert show.states() == ["pre_wait", "standby", "waiting"]
    show.wait(3)
    show.ask("hold")
    show.wait(100)
    assert show.fired() == []
    show.ask("resume")
    show.wait(0.5)
    assert show.fired() == []
    show.wait(0.6)
    assert show.fired() == ["a"]
    show.wait(5)
    show.ask("hold")
    show.wait(50)
    assert show.fired() == ["a"]
    show.ask("resume")
    show.wait(1.1)
    assert show.fired() == ["a", "l"]
    show.tell("started", cue="l", run=1)
    assert show.fired() == ["a", "l", "c"]


def test_a_go_before_the_post_wait_is_over_takes_its_place() -> None:
    show = Caller.of(cue("a", follow="auto_continue", post_wait_s=5), cue("l", "light"), cue("c", "card"))
    show.go()
    show.go()
    assert show.fired() == ["a", "l"]
    show.wait(20)
    assert show.fired() == ["a", "l"]
    assert show.state.standby == "c"


def test_who_moves_the_standby_cancels_what_would_follow() -> None:
    show = Caller.of(cue("a", follow="auto_continue", post_wait_s=5), cue("l", "light"), cue("c", "card"))
    show.go()
    show.ask("standby", cue="c")
    show.wait(20)
    assert show.fired() == ["a"]


def test_a_failed_cue_is_told_and_nothing_follows_it() -> None:
    show = Caller.of(cue("t", "track", follow="auto_follow"), cue("l", "light"))
    show.go()
    show.tell("failed", cue="t", run=1, reason="the file is gone")
    show.wait(5)
    assert show.fired() == ["t"]
    assert show.states() == ["failed", "standby"]
    assert show.state.faults[-1].severity == "error" and "the file is gone" in show.state.faults[-1].what


def test_a_pause_and_a_card_end_after_their_length() -> None:
    show = Caller.of(
        cue("p", "pause", length_s=10, follow="auto_follow"),
        cue("c", "card", length_s=5, follow="auto_follow"),
        cue("l", "light"),
    )
    show.go()
    show.wait(5)
    show.ask("hold")
    show.wait(60)
    show.ask("resume")
    show.wait(4)
    assert show.fired() == ["p"]
    show.wait(1.1)
    assert show.fired() == ["p", "c"]
    show.tell("started", cue="c", run=1)
    assert show.states()[1] == "running"
    show.wait(5)
    assert ("screen", "end", "c") in show.verbs()
    assert show.fired() == ["p", "c", "l"]


def test_finish_ends_people_at_once_and_devices_when_they_say_so_or_when_asked_twice() -> None:
    show = Caller.of(cue("a"), cue("t", "track"), cue("l", "light"))
    show.go()
    show.ask("finish", cue="a")
    assert show.states()[0] == "done"
    show.go()
    show.ask("finish", cue="t")
    assert (show.states()[1], show.verbs()[-1]) == ("running", ("sound", "end", "t"))
    show.ask("finish", cue="t")
    assert show.states()[1] == "done"
    assert "not running" in show.ask("finish", cue="l").reason


def test_skip_unskip_back_and_jump() -> None:
    show = Caller.of(*(cue(name) for name in "abcde"))
    show.ask("skip", cue="b")
    show.go()
    assert show.state.standby == "c"
    assert show.ask("back").reason == "“A” is running; finish it first"
    show.ask("finish", cue="a")
    show.ask("back")
    assert show.state.standby == "a", "it may be repeated; what is skipped is passed over"
    show.ask("jump", cue="e")
    assert show.states() == ["skipped", "skipped", "skipped", "skipped", "standby"]
    show.ask("unskip", cue="b")
    assert show.states()[1] == "waiting"
    assert "not skipped" in show.ask("unskip", cue="b").reason
    assert "no cue “z”" in show.ask("jump", cue="z").reason
    show.ask("skip", cue="e")
    assert show.state.standby == ""
    assert "nothing stands by" in show.go("e").reason
    show.ask("unskip", cue="e")
    assert show.state.standby == "e"


def test_a_repeated_cue_is_another_firing() -> None:
    show = Caller.of(cue("t", "track"), cue("b"))
    show.go()
    show.tell("done", cue="t", run=1)
    show.ask("back")
    show.go()
    assert [e.key for e in show.record if e.type == "fired"] == ["fired:t:1", "fired:t:2"]
    assert not show.tell("done", cue="t", run=1).is_accepted, "the first firing speaks"
    assert show.states()[0] == "running"
    show.tell("done", cue="t", run=2)
    assert show.states()[0] == "done"


def test_stop_ends_everything_and_release_leads_to_hold_without_robots() -> None:
    show = Caller.of(cue("n", "robot_number"), cue("p", pre_wait_s=9), cue("c"), scope="live")
    show.go()
    show.go()
    assert show.ask("stop", role="viewer", by="Somebody").is_accepted
    assert show.verbs()[-1] == ("all", "stop", "")
    assert (show.state.state, show.states()) == ("stopped", ["failed", "standby", "waiting"])
    show.wait(30)
    assert show.fired() == ["n"]
    assert "release" in show.go().reason
    assert "release" in show.ask("resume").reason
    assert "release" in show.ask("arm", scope="live").reason
    show.ask("release")
    assert (show.state.state, show.state.scope) == ("hold", "lights_and_sound")
    assert ("all", "release", "") in show.verbs()
    assert show.state.standby == "p", "what had not begun stands by again"


def test_lights_and_sound_leaves_the_robots_out_and_says_so() -> None:
    show = Caller.of(cue("n", "robot_number"), cue("g", "robot_gesture"), scope="lights_and_sound")
    show.go()
    assert show.verbs() == [("sound", "fire", "n")]
    assert "without robots" in show.state.now("n").reason
    show.go()
    assert show.states()[1] == "done"
    assert "without robots" in show.state.now("g").reason


@pytest.mark.parametrize("scope", ["rehearsal", "live"])
def test_effects_say_what_is_armed(scope: str) -> None:
    show = Caller.of(cue("n", "robot_number"), scope=scope)
    show.go()
    assert [(e.target, e.payload["scope"]) for e in show.effects] == [("sound", scope), ("robots", scope)]


def test_a_checklist_blocks_arming_until_all_is_ticked() -> None:
    show = Caller.of(cue("k", "checklist"), cue("n", "robot_number"))
    for robot in ("sky", "gold"):
        show.tell("robot", robot=robot, state="standing", why="")
    assert "checklist “K”: floor, lights" in show.ask("arm", scope="live").reason
    show.ask("tick_item", cue="k", item=0, is_done=True)
    shown = snapshot_of(show.state, 0.0, host_s=show.host_s)
    assert shown.blockers == ("checklist “K”: lights",)
    assert shown.cues[0].items == (("floor", True), ("lights", False))
    show.go()
    show.ask("tick_item", cue="k", item=1)
    assert show.states()[0] == "done"
    assert show.ask("arm", scope="live").is_accepted
    assert "items 0 to 1" in show.ask("tick_item", cue="k", item=2).reason
    assert "no checklist" in show.ask("tick_item", cue="n", item=0).reason


def test_an_announcement_is_approved_and_whole_before_the_public_hears_it() -> None:
    unapproved = cue("n", "announcement", payload=AnnouncementCue(text={"kk": TEXT["kk"], "en": "x"}))
    show = Caller.of(unapproved, cue("l", "light"))
    for scope in ("lights_and_sound", "live"):
        show.ask("arm", scope="none")
        reason = show.ask("arm", scope=scope).reason
        assert "nobody has approved it" in reason and "no text in ru" in reason
    show.ask("arm", scope="rehearsal")
    assert show.go().is_accepted, "it may be tried"
    show = Caller.of(unapproved, cue("l", "light"))
    show.ask("arm", scope="lights_and_sound")  # from above: that lowers
    assert show.state.scope == "lights_and_sound"
    assert "cannot be said to the public" in show.go().reason
    show.ask("skip", cue="n")
    assert show.go().is_accepted


@pytest.mark.parametrize(
    ("state", "rehearsal", "live"),
    [
        ("standing", True, True),
        ("damped", True, False),
        ("lost", True, False),
        ("absent", False, False),
        (None, True, False),
    ],
)
def test_robots_must_be_there(state: str | None, rehearsal: bool, live: bool) -> None:
    show = Caller.of(cue("n", "robot_number"), scope="none")
    for robot in ("sky", "gold"):
        if state:
            show.tell("robot", robot=robot, state=state, why="")
    assert show.ask("arm", scope="rehearsal").is_accepted == rehearsal
    assert show.ask("arm", scope="live").is_accepted == live


def test_real_robots_are_not_armed_while_others_dance_nor_by_opening() -> None:
    show = Caller.of(cue("n", "robot_number"))
    for robot in ("sky", "gold"):
        show.tell("robot", robot=robot, state="standing", why="")
    show.go()
    assert "dance in simulation" in show.ask("arm", scope="live").reason
    show.ask("arm", scope="none")
    show.tell("opened", scope="live")
    assert show.state.scope == "rehearsal"


def test_authority_taken_away_brings_robots_to_rest() -> None:
    show = Caller.of(cue("n", "robot_number"))
    show.go()
    show.ask("arm", scope="lights_and_sound")
    assert show.verbs()[-2:] == [("robots", "end", ""), ("all", "arm", "")]
    assert show.effects[-1].payload == {"scope": "lights_and_sound"}


def test_after_a_restart_the_show_is_held_and_the_unseen_is_uncertain() -> None:
    show = Caller.of(cue("a"), cue("l", "light"), cue("n", "robot_number"), cue("b"))
    show.go()
    show.go()
    show.go()
    show.tell("started", cue="n", run=1)
    show.effects.clear()
    show.host_s += 1.5
    show.tell("recovered")
    assert (show.state.state, show.state.scope) == ("hold", "lights_and_sound")
    assert show.states() == ["done", "uncertain", "running", "standby"]
    assert show.verbs()[0] == ("robots", "end", "")
    assert show.fired() == []
    assert "confirm" in show.ask("standby", cue="l").reason
    show.ask("confirm", cue="l", happened=True)
    assert show.states()[1] == "done"
    assert show.state.faults[-1].is_over


def test_what_did_not_happen_stands_by_again() -> None:
    show = Caller.of(cue("t", "track"), cue("b"))
    show.go()
    show.tell("recovered")
    assert show.states()[0] == "uncertain"
    assert "true or false" in show.ask("confirm", cue="t").reason
    show.ask("confirm", cue="t", happened=False)
    assert (show.state.standby, show.states()) == ("t", ["standby", "waiting"])
    show.ask("resume")
    show.go()
    assert show.record[-1].key == "fired:t:2"


def test_the_sound_that_survived_says_itself_that_it_plays() -> None:
    show = Caller.of(cue("t", "track", follow="auto_follow"), cue("l", "light"))
    show.go()
    show.tell("recovered")
    show.tell("started", cue="t", run=1)
    assert show.states()[0] == "running"
    show.tell("done", cue="t", run=1)
    show.wait(5)
    assert show.fired() == ["t"], "held"
    show.ask("resume")
    assert show.fired() == ["t", "l"]


def test_a_stop_outlives_a_restart() -> None:
    show = Caller.of(cue("a"))
    show.go()
    show.ask("stop")
    show.tell("recovered")
    assert show.state.state == "stopped"


def test_dj_commands_pass_while_a_set_runs() -> None:
    show = Caller.of(cue("d", "dj_set"), cue("a"))
    assert "no DJ set" in show.ask("dj_next", role="dj").reason
    show.go()
    assert show.ask("dj_energy", role="dj", energy=0.5).is_accepted
    assert show.verbs()[-1] == ("dj", "dj_energy", "d")
    assert show.effects[-1].payload == {"energy": 0.5}
    assert show.ask("tap", role="dj", host_s=1.0).is_accepted
    show.ask("hold")
    assert show.ask("dj_hold", role="dj").is_accepted, "what plays can be led while the show is held"


def test_robots_can_be_damped_in_every_state() -> None:
    show = Caller.of(cue("a"))
    show.ask("stop")
    assert show.ask("robot_damp", role="robot_handler", robot="sky").is_accepted
    assert show.verbs()[-1] == ("robots", "robot_damp", "")
    assert "release" in show.ask("robot_ready", role="robot_handler", robot="sky").reason
    assert "there are gold, sky" in show.ask("robot_damp", robot="alan").reason


def test_facts_are_the_machines_and_commands_are_somebodys() -> None:
    show = Caller.of(cue("a"), cue("b"))
    forged = Event(type="done", payload={"cue": "a"}, role="stage_manager", by="Eve")
    after, effects, answer = advance(show.state, forged)
    assert after is show.state and not effects and "operators" in answer.reason
    nobody = Event(type="go", payload={"cue": "a"}, key="k")
    assert "somebody" in advance(show.state, nobody)[2].reason


def test_a_closed_show_takes_a_stop_and_a_note() -> None:
    show = Caller.of(cue("a"), cue("t", "track"))
    show.go()
    show.go()
    show.tell("closed")
    assert (show.state.state, show.state.scope) == ("closed", "none")
    assert ("sound", "end", "t") in show.verbs()
    assert "closed" in show.ask("resume").reason
    assert show.ask("note", text="Рахмет!").is_accepted
    assert show.ask("stop").is_accepted
    assert show.state.state == "closed"


def test_notes_are_in_the_record() -> None:
    show = Caller.of(cue("a"))
    show.ask("note", text=" the left monitor hums ", role="dj", by="Akhmetov")
    assert lines(show)[-1] == "the left monitor hums"
    assert not show.ask("note", text=" ").is_accepted


def test_a_lost_go_does_not_lead_to_a_second_firing() -> None:
    """The line of a GO rotted on disk; the line that it led to did not."""
    show = Caller.of(cue("a"), cue("b"))
    before = show.state
    show.go()
    fired = show.record[-1]
    after, _, _ = advance(before, fired)
    assert (after.now("a").state, after.now("a").run, after.standby) == ("running", 1, "b")


def test_the_snapshot_tells_what_an_operator_needs() -> None:
    show = Caller.of(
        cue("a", length_s=60, people=("luina",), start=at(19), follow="auto_follow", post_wait_s=8),
        cue("l", "light"),
        before_s=2,
    )
    show.go()
    show.wait(10)
    shown = snapshot_of(show.state, 0.0, host_s=show.host_s, operators={"dj": 1})
    line = shown.cues[0]
    assert (line.who, line.state, line.remaining_s) == (("Luina",), "running", 50.0)
    assert line.started_utc_s == pytest.approx(line.planned_start_utc_s - 1)
    assert (shown.standby, shown.running, shown.title) == ("l", ("a",), "Кеш")
    show.ask("finish", cue="a")
    show.wait(3)
    line = snapshot_of(show.state, 0.0, host_s=show.host_s).cues[0]
    assert (line.state, line.remaining_s) == ("post_wait", 5.0)


def test_what_was_passed_over_is_not_expected_and_what_is_repeated_is() -> None:
    show = Caller.of(
        cue("a", "track", length_s=60, start=at(19)),
        cue("b", length_s=600),
        cue("c", length_s=60),
        before_s=1,
    )
    show.go()
    show.ask("standby", cue="c")
    shown = snapshot_of(show.state, 0.0, host_s=show.host_s)
    assert shown.over_s == pytest.approx(-600)
    show.wait(60)
    show.tell("done", cue="a", run=1)
    show.ask("standby", cue="a")
    line = snapshot_of(show.state, 0.0, host_s=show.host_s).cues[0]
    assert (line.state, line.started_utc_s, line.ended_utc_s) == ("standby", None, None)
