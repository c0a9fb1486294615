"""The round machine: its table, its patience, and that no order of events confuses it."""

import json
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from temirbek.battle import BattleEvent, BattleState, new_battle, played, take
from temirbek.battle.states import EVENT_KINDS, FINAL, PHASES
from temirbek.battle.words import CARDS, REASONS
from temirbek.store import from_json, to_json
from temirbek.types import BattleRules, DanceScore

RULES = BattleRules(robot="adilet", rounds=3, bars_per_turn=2, jury=("Jury 1",))
GOOD = DanceScore(coverage=1.0, groove=0.8, energy=1.0, variety=0.6, execution=0.9, copy=0.5, originality=0.5)
POOR = DanceScore(coverage=1.0, groove=0.1, energy=0.6, variety=0.2, execution=0.3, copy=0.1, originality=0.2)


class Night:
    """A battle as somebody drives it, with a clock of its own."""

    def __init__(self, rules: BattleRules = RULES) -> None:
        self.state = new_battle(rules)
        self.events: list[BattleEvent] = []
        self.done: list[str] = []
        self.now_s = 100.0

    def tell(self, kind: str, after_s: float = 1.0, **facts: object) -> BattleState:
        self.now_s += after_s
        event = BattleEvent(kind=kind, host_s=self.now_s, **facts)  # type: ignore[arg-type]
        self.events.append(event)
        step = take(self.state, event)
        self.done += [effect.verb for effect in step.effects]
        self.state = step.state
        return self.state

    def calibrated(self) -> None:
        self.tell("begin")
        self.tell("seen")
        self.tell("consent")
        self.tell("calibrated", latency_s=0.12)

    def round(self, person: DanceScore | None = GOOD, robot: DanceScore | None = POOR) -> None:
        """One round from its first bar to its verdict."""
        for _ in range(1 + self.state.rules.bars_per_turn):
            self.tell("bar")
        self.tell("answer_ready")
        self.tell("measured", side="person", score=person)
        for _ in range(1 + self.state.rules.bars_per_turn):
            self.tell("bar")
        self.tell("measured", side="robot", score=robot)
        self.tell("votes", votes_person=30, votes_robot=20)
        self.tell("jury", name="Jury 1", slider=0.2)
        self.tell("tick", after_s=self.state.rules.vote_s)


def test_a_battle_from_invitation_to_bow() -> None:
    night = Night()
    night.calibrated()
    assert night.state.phase == "call" and night.state.round == 1 and night.state.latency_s == 0.12
    night.round()
    assert night.state.is_judged and night.state.rounds[0].winner == "person"
    night.tell("tick", after_s=20.0)
    assert night.state.phase == "call" and night.state.round == 2
    night.round()
    night.tell("next")
    assert night.state.phase == "verdict", "two of three are enough"
    verdict = night.state.verdict
    assert verdict is not None and verdict.winner == "person" and verdict.rounds_person == 2
    night.tell("next")
    night.tell("next")
    assert night.state.phase == "over"
    wanted = ["ask_consent", "clap_along", "watch_person", "measure_person", "make_answer", "dance"]
    wanted += ["measure_robot", "open_votes", "close_votes", "show_round", "show_verdict", "bow"]
    assert [verb for verb in dict.fromkeys(night.done) if verb in wanted] == wanted


def test_the_same_events_give_the_same_battle() -> None:
    night = Night()
    night.calibrated()
    night.round()
    night.round()
    assert played(RULES, night.events) == night.state
    kept = [from_json(BattleEvent, json.loads(json.dumps(to_json(event)))) for event in night.events]
    assert played(RULES, kept) == night.state
    assert from_json(BattleState, json.loads(json.dumps(to_json(night.state)))) == night.state


@pytest.mark.parametrize(
    ("told", "reason"),
    [
        (["begin"], "nobody_came"),
        (["begin", "seen"], "no_answer"),
        (["begin", "seen", "decline"], "declined"),
        (["begin", "seen", "consent", "lost"], "person_gone"),
        (["begin", "seen", "consent", "calibrated", "bar", "lost"], "person_gone"),
        (["begin", "seen", "consent", "calibrated", "bar", "end"], "ended_early"),
    ],
)
def test_it_ends_politely(told: list[str], reason: str) -> None:
    night = Night()
    for kind in told:
        night.tell(kind)
    while night.state.phase != "bow":
        assert night.now_s < 300.0, "somebody waits for ever"
        night.tell("tick", after_s=10.0)
    assert night.state.phase == "bow" and night.state.reason == reason
    assert "bow" in night.done and reason in REASONS
    night.tell("tick", after_s=10.0)
    assert night.state.phase == "over"


def test_a_minor_needs_the_guardians_tick() -> None:
    night = Night()
    night.tell("begin")
    night.tell("seen")
    night.tell("consent", is_minor=True)
    assert night.state.phase == "consent" and "clap_along" not in night.done
    night.tell("guardian")
    assert night.state.phase == "calibrate"


def test_the_guardians_tick_alone_is_no_consent() -> None:
    night = Night()
    night.tell("begin")
    night.tell("seen")
    night.tell("guardian")
    assert night.state.phase == "consent"


def test_a_failed_round_is_danced_again() -> None:
    night = Night()
    night.calibrated()
    night.tell("bar")
    night.tell("failed", reason="the camera is gone")
    assert night.state.phase == "interrupted" and night.done[-2:] == ["rest", "show_card"]
    before = night.state.turn
    night.tell("again")
    assert night.state.phase == "call" and night.state.round == 1 and night.state.turn > before
    night.tell("measured", turn=before, side="person", score=GOOD)
    assert night.state.person is None, "what was measured before the failure is too late"
    night.round()
    assert len(night.state.rounds) == 1


def test_a_decided_round_danced_again_counts_once() -> None:
    night = Night()
    night.calibrated()
    night.round()
    night.tell("again")
    assert night.state.round == 1 and night.state.rounds == ()
    night.round(person=POOR, robot=GOOD)
    assert [r.round for r in night.state.rounds] == [1]


def test_a_turn_left_out_is_told() -> None:
    night = Night()
    night.calibrated()
    night.tell("skip")
    night.tell("skip")
    night.tell("tick", after_s=RULES.vote_s + 11.0)
    parts = {p.source: p for p in night.state.rounds[0].parts}
    assert parts["measured"].reason == "skipped" and parts["audience"].reason == "no_votes"
    assert night.state.rounds[0].winner == "none"


def test_calibration_that_never_comes_leaves_the_latency_unknown() -> None:
    night = Night()
    night.tell("begin")
    night.tell("seen")
    night.tell("consent")
    night.tell("tick", after_s=40.0)
    assert night.state.phase == "call" and night.state.latency_s is None


EVENTS = st.builds(
    BattleEvent,
    kind=st.sampled_from(EVENT_KINDS),
    host_s=st.floats(0.5, 40.0),
    is_minor=st.booleans(),
    has_guardian=st.booleans(),
    latency_s=st.one_of(st.none(), st.floats(0.0, 0.3)),
    side=st.sampled_from(["person", "robot"]),
    score=st.sampled_from([None, GOOD, POOR, DanceScore(coverage=0.2, missing={"groove": "not_seen"})]),
    votes_person=st.integers(0, 50),
    votes_robot=st.integers(0, 50),
    name=st.sampled_from(["Jury 1", "somebody"]),
    slider=st.floats(-2.0, 2.0),
)
LIVELY = [
    "begin",
    "seen",
    "consent",
    "calibrated",
    "bar",
    "answer_ready",
    "measured",
    "next",
    "tick",
    "votes",
]


@settings(max_examples=150, deadline=None)
@given(
    st.lists(EVENTS, max_size=25),
    st.lists(st.sampled_from(LIVELY), max_size=40),
    st.randoms(use_true_random=False),
)
def test_no_order_of_events_confuses_it(wild: list[BattleEvent], tame: list[str], dice: object) -> None:
    events = [*wild, *(BattleEvent(kind=kind, host_s=1.0, score=GOOD) for kind in tame)]  # type: ignore[arg-type]
    dice.shuffle(events)  # type: ignore[attr-defined]
    state, now_s, has_consent, stopped = new_battle(RULES), 0.0, False, False
    for event in events:
        now_s += event.host_s
        before, (state, effects) = state, _taken(state, replace(event, host_s=now_s))
        has_consent |= event.kind == "consent"
        verbs = {e.verb for e in effects}
        assert has_consent or not verbs & {"clap_along", "watch_person"}
        assert state.phase in PHASES and (before.phase not in FINAL or state == before)
        assert not stopped or (state.phase == "stopped" and not effects)
        stopped |= state.phase == "stopped"
        assert [r.round for r in state.rounds] == sorted({r.round for r in state.rounds})
        assert len(state.rounds) <= RULES.rounds
        for effect in effects:
            assert effect.verb != "show_card" or effect.phase in CARDS
            assert not effect.reason or effect.reason in REASONS
        for one in state.rounds:
            explained = sum(p.weight for p in one.parts)
            assert explained == pytest.approx(1.0) or (explained == 0.0 and one.winner == "none")
            assert all(p.reason in REASONS for p in one.parts if p.slider is None)
            assert all(c.reason in REASONS for c in one.comparisons if c.slider is None)
    assert from_json(BattleState, json.loads(json.dumps(to_json(state)))) == state


def _taken(state: BattleState, event: BattleEvent) -> tuple[BattleState, tuple]:  # type: ignore[type-arg]
    step = take(state, event)
    return step.state, step.effects


@pytest.mark.parametrize("kind", [k for k in EVENT_KINDS if k != "stop"])
def test_nothing_resumes_after_a_stop(kind: str) -> None:
    night = Night()
    night.calibrated()
    night.tell("bar")
    night.tell("stop")
    assert night.state.phase == "stopped" and night.done[-1] == "rest"
    stopped, n_done = night.state, len(night.done)
    night.tell(kind, after_s=100.0, score=GOOD)
    assert night.state == stopped and len(night.done) == n_done
