"""Laws of the machine, tried with any order of events: at most once, stop from everywhere, the record is the state."""

import json
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from temirbek.show import MachineState, advance, as_run, as_run_csv, new_state, snapshot_of
from temirbek.store import DuplicateEvent, EventLog, from_json, to_json
from temirbek.types.evening import SCOPES, Evening
from temirbek.types.live import OPERATOR_ROLES, Snapshot

from .evenings import DAY, ROBOTS, Caller, at, cue, evening

CUES = (
    cue("k", "checklist", start=at(18, 30), follow="auto_continue"),
    cue("c", "card", length_s=3, follow="auto_follow", post_wait_s=1),
    cue("a", length_s=30, pre_wait_s=2, follow="auto_continue", post_wait_s=1),
    cue("l", "light", follow="auto_follow"),
    cue("t", "track", length_s=20, people=("luina",)),
    cue("h", "robot_number", length_s=10, start=at(18, 33, hard=True), follow="auto_follow", post_wait_s=2),
    cue("n", "announcement"),
    cue("d", "dj_set", start=at(18, 36)),
    cue("p", "pause", length_s=5, follow="auto_continue"),
    cue("o", "osc"),
    cue("g", "robot_gesture", is_skipped=True),
)
ALLOWED_ON_HOLD = {"stop", "end", "arm", "release", "robot_damp", "robot_ready"}

Step = tuple[str, dict[str, Any], str]


IDS = (*(c.id for c in CUES), "nobody")
ALL: list[Step] = [
    *[("go", {}, "stage_manager")] * 40,
    ("go", {"cue": "a"}, "stage_manager"),
    ("go", {}, "dj"),
    *[("tick", {"seconds": seconds}, "") for seconds in (0.05, 1.0, 3.0, 7.0, 12.0, 40.0)] * 4,
    *[
        (name, {"cue": c}, "stage_manager")
        for name in ("standby", "skip", "unskip", "jump", "finish")
        for c in IDS
    ],
    *[("resume", {}, "stage_manager")] * 20,
    *[("hold", {}, "stage_manager"), ("back", {}, "stage_manager"), ("release", {}, "stage_manager")] * 4,
    *[("stop", {}, role) for role in OPERATOR_ROLES],
    *[
        ("arm", {"scope": scope}, "stage_manager")
        for scope in (*SCOPES, "rehearsal", "rehearsal", "live", "nonsense")
    ],
    *[
        ("tick_item", {"cue": "k", "item": item, "is_done": True}, "robot_handler")
        for item in (0, 0, 1, 1, 2)
    ],
    *[("shift", {"seconds": seconds}, "stage_manager") for seconds in (20.0, -30.0, "soon")],
    *[("confirm", {"cue": c, "happened": h}, "stage_manager") for c in IDS[2:6] for h in (True, False)],
    *[(name, {}, "dj") for name in ("dj_next", "tap", "hand_over", "resume")],
    *[("robot_damp", {"robot": "sky"}, "viewer"), ("robot_ready", {"robot": "gold"}, "robot_handler")],
    *[(name, {"cue": c}, "") for name in ("started", "done") for c in IDS] * 3,
    *[("failed", {"cue": c, "reason": "gone"}, "") for c in IDS[::3]],
    *[
        ("robot", {"robot": r, "state": s, "why": ""}, "")
        for r in ROBOTS
        for s in ("standing", "lost", "damped")
    ],
    *[("recovered", {}, "")] * 4,
    *[("sound", {"state": "lost", "why": "unplugged"}, ""), ("track", {"track": "x"}, "")] * 2,
    ("opened", {"date": "2026-03-07"}, ""),
    ("closed", {}, ""),
]
"""What can come, about as often as it is worth trying."""
STEPS = st.lists(st.sampled_from(ALL), min_size=10, max_size=60)


def run(show: Caller, steps: list[Step]) -> None:
    for step in steps:
        play(show, step)


def play(show: Caller, step: Step) -> None:
    name, payload, role = step
    if name == "tick":
        show.wait(payload["seconds"], step_s=0.5)
    elif role:
        show.host_s += 0.11
        named = {"cue": show.state.standby, **payload} if name == "go" else payload
        show.ask(name, role=role, **named)
    else:
        show.tell(name, **payload)


def opened(before_s: float = 60.0) -> Caller:
    return Caller.of(*CUES, before_s=before_s)


@given(STEPS, st.floats(1, 400))
@settings(max_examples=60)
def test_the_record_leads_to_the_same_state(steps: list[Step], before_s: float) -> None:
    show = opened(before_s)
    run(show, steps)
    again = new_state(evening(*CUES), DAY)
    for number, event in enumerate(show.record, 1):
        again, _, _ = advance(again, event)
        assert again.sequence == number, f"{event.type} was kept, and did nothing"
    assert again == show.state


@given(STEPS)
@settings(max_examples=10)
def test_the_record_on_disk_leads_to_the_same_state_and_refuses_a_firing_twice(steps: list[Step]) -> None:
    show = opened()
    run(show, steps)
    with TemporaryDirectory() as folder, EventLog.open(Path(folder)) as log:
        log.append(show.record)
        again = new_state(evening(*CUES), DAY)
        for logged in log.read():
            again, _, _ = advance(again, logged.event)
            assert again.sequence == logged.sequence
        assert again == show.state
        for event in (e for e in show.record if e.type == "fired"):
            with pytest.raises(DuplicateEvent):
                log.append([event])


@given(STEPS)
def test_a_state_kept_as_json_goes_on_like_the_one_in_memory(steps: list[Step]) -> None:
    show = opened()
    half = len(steps) // 2
    run(show, steps[:half])
    kept = from_json(MachineState, json.loads(json.dumps(to_json(show.state), allow_nan=False)))
    assert kept == show.state
    there = len(show.record)
    run(show, steps[half:])
    for event in show.record[there:]:
        kept, _, _ = advance(kept, event)
    assert kept == show.state


@given(STEPS)
@settings(max_examples=60)
def test_nothing_is_fired_twice_and_nothing_without_its_fact_before_it(steps: list[Step]) -> None:
    show = opened()
    run(show, steps)
    keys = [event.key for event in show.record if event.type == "fired"]
    assert len(keys) == len(set(keys))
    fired = {(e.cue, e.payload["run"], e.target) for e in show.effects if e.verb == "fire"}
    assert len(fired) == sum(e.verb == "fire" for e in show.effects)
    assert {f"fired:{cue_id}:{number}" for cue_id, number, _ in fired} <= set(keys)


@given(STEPS)
@settings(max_examples=60)
def test_each_step_keeps_the_house_rules(steps: list[Step]) -> None:
    show = opened()
    for step in steps:
        before, there = show.state, len(show.effects)
        play(show, step)
        new = show.effects[there:]
        assert show.state.sequence >= before.sequence
        if before.state != "running" and step[0] != "resume":
            verbs = {e.verb for e in new}
            assert verbs <= ALLOWED_ON_HOLD | {"dj_next", "tap"}, (before.state, step, verbs)
        if before.scope == "none" and step[0] != "arm":
            assert not any(e.verb == "fire" for e in new)
        if not any(SCOPES.index(s) >= 2 for s in (before.scope, show.state.scope)):
            assert not any(e.target == "robots" and e.verb == "fire" for e in new)
        standing_by = show.state.of_state("standby")
        assert standing_by == ((show.state.standby,) if show.state.standby else ())
        if step[0] == "recovered":
            assert show.state.state in ("hold", "stopped", "closed")
            assert SCOPES.index(show.state.scope) <= SCOPES.index("lights_and_sound")


@given(STEPS, st.sampled_from([*OPERATOR_ROLES, "nobody"]))
def test_stop_stops_from_every_state_whoever_asks(steps: list[Step], role: str) -> None:
    show = opened()
    run(show, steps)
    was = show.state.state
    assert show.ask("stop", role=role, key="key 1").is_accepted, "even under a key that was used"
    assert show.state.state == ("closed" if was == "closed" else "stopped")
    assert show.verbs()[-1] == ("all", "stop", "")
    assert not show.state.of_state("running", "pre_wait") and show.state.pending is None
    there = len(show.effects)
    show.wait(1000, step_s=50)
    assert len(show.effects) == there, "nothing goes on by itself"


@given(STEPS)
def test_a_tick_in_which_nothing_happens_leaves_the_very_same_state(steps: list[Step]) -> None:
    show = opened()
    run(show, steps)
    show.tell("tick")
    before, kept = show.state, len(show.record)
    show.tell("tick")
    assert show.state is before and len(show.record) == kept


@given(STEPS, st.floats(0, 500))
def test_the_snapshot_returns_from_json_and_agrees_with_itself(steps: list[Step], later_s: float) -> None:
    show = opened()
    run(show, steps)
    shown = snapshot_of(show.state, 0.0, host_s=show.host_s + later_s, operators={"dj": 2})
    assert from_json(Snapshot, json.loads(json.dumps(to_json(shown), allow_nan=False))) == shown
    assert [line.id for line in shown.cues] == [c.id for c in CUES]
    assert set(shown.running) == {line.id for line in shown.cues if line.state == "running"}
    begun = [line.started_utc_s for line in shown.cues if line.started_utc_s is not None]
    assert shown.expected_end_utc_s >= max(begin for begin in (*begun, 0.0))


@given(STEPS)
def test_the_as_run_report_counts_what_was_fired(steps: list[Step]) -> None:
    show = opened()
    run(show, steps)
    report = as_run(evening(*CUES), show.record)
    fired = [e for e in show.record if e.type == "fired"]
    assert sorted((c.id, c.run) for c in report.cues if c.run) == sorted(
        (e.payload["cue"], e.payload["run"]) for e in fired
    )
    assert all(c.fired_by for c in report.cues if c.run)
    assert as_run_csv(report).count("cue:") >= len(CUES)
    json.dumps(to_json(report), allow_nan=False)


def test_the_whole_evening_of_the_file_is_json() -> None:
    told = evening(*CUES)
    assert from_json(Evening, json.loads(json.dumps(to_json(told)))) == told
