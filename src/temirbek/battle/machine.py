"""The round machine: what a battle does about what happens to it. Pure: no clock, no device.

Turns begin on a bar of the music, where the caller says that one begins; waiting is measured by the instants that events
carry. An event that means nothing in a phase changes nothing. Whatever was measured or made for an earlier turn comes too
late and is left out. From "over" and "stopped" nothing leads away.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace

from temirbek.battle.states import FINAL, BattleEffect, BattleEvent, BattleState, EventKind, Phase, Step
from temirbek.battle.verdict import is_decided, judge_battle, judge_round
from temirbek.types import BattleRules
from temirbek.types.hall_views import BattleDeed

CALIBRATION_BARS = 2
CALIBRATION_WAIT_S = 30.0
BAR_WAIT_S = 30.0
"""Where no bar begins for so long, there is no music."""
ANSWER_WAIT_S = 45.0
MEASURE_WAIT_S = 10.0
"""After the votes, so long is waited for what was measured."""
SHOWN_S = 8.0
"""So long stands a round's verdict, unless the operator goes on."""
VERDICT_S = 12.0
BOW_S = 8.0
INTERRUPTED_S = 180.0


def new_battle(rules: BattleRules) -> BattleState:
    """A battle that has not begun."""
    return BattleState(rules=rules)


def take(state: BattleState, event: BattleEvent) -> Step:
    """What an event does.

    Args:
        state: Where the battle stands.
        event: What happened.
    """
    if state.phase in FINAL:
        return Step(state=state)
    if event.kind == "stop":
        return Step(
            state=replace(state, phase="stopped", is_dancing=False, since_s=event.host_s),
            effects=(BattleEffect(verb="rest"),),
        )
    state = _with_sight(state, event)
    return _BY_PHASE[state.phase].get(event.kind, _in_time)(state, event)


def played(rules: BattleRules, events: Iterable[BattleEvent]) -> BattleState:
    """A battle played again from its events."""
    state = new_battle(rules)
    for event in events:
        state = take(state, event).state
    return state


def may(state: BattleState) -> tuple[BattleDeed, ...]:
    """What the stage manager can do now."""
    deeds = _DEEDS.get(state.phase, ())
    is_open = {
        "guardian": state.waits_for_guardian,
        "jury": bool(state.rules.jury) and not state.is_judged,
        "again": state.round > 0 or state.phase == "calibrate" or state.phase == "interrupted",
    }
    return tuple(deed for deed in deeds if is_open.get(deed, True))


def _with_sight(state: BattleState, event: BattleEvent) -> BattleState:
    if event.kind == "seen":
        return replace(state, is_seen=True, lost_since_s=None)
    if event.kind == "lost":
        since_s = event.host_s if state.lost_since_s is None else state.lost_since_s
        return replace(state, is_seen=False, lost_since_s=since_s)
    return state


def _to(state: BattleState, phase: Phase, event: BattleEvent, *effects: BattleEffect) -> Step:
    """Enters a phase, with its card."""
    card = BattleEffect(verb="show_card", phase=phase, reason=state.reason)
    entered = replace(state, phase=phase, since_s=event.host_s, is_dancing=False, bars_left=0)
    return Step(state=entered, effects=(card, *effects))


# before the first round


def _begin(state: BattleState, event: BattleEvent) -> Step:
    return _somebody(state, event) if state.is_seen else _to(state, "invite", event)


def _somebody(state: BattleState, event: BattleEvent) -> Step:
    return _to(state, "consent", event, BattleEffect(verb="ask_consent"))


def _consent(state: BattleState, event: BattleEvent) -> Step:
    if event.is_minor and not event.has_guardian:
        waits = replace(state, phase="consent", waits_for_guardian=True, since_s=event.host_s)
        return Step(state=waits)
    return _calibrate(replace(state, waits_for_guardian=False), event)


def _guardian(state: BattleState, event: BattleEvent) -> Step:
    if not state.waits_for_guardian:
        return _in_time(state, event)
    return _calibrate(replace(state, waits_for_guardian=False), event)


def _decline(state: BattleState, event: BattleEvent) -> Step:
    return _away(state, event, "no_guardian" if state.waits_for_guardian else "declined")


def _calibrate(state: BattleState, event: BattleEvent) -> Step:
    turn = state.turn + 1
    clap = BattleEffect(verb="clap_along", turn=turn, bars=CALIBRATION_BARS)
    return _to(replace(state, turn=turn), "calibrate", event, clap)


def _calibrated(state: BattleState, event: BattleEvent) -> Step:
    if event.turn not in (0, state.turn):
        return _in_time(state, event)
    return _new_round(replace(state, latency_s=event.latency_s), event)


def _uncalibrated(state: BattleState, event: BattleEvent) -> Step:
    return _new_round(replace(state, latency_s=None), event)


# a round


def _new_round(state: BattleState, event: BattleEvent) -> Step:
    return _round(replace(state, round=state.round + 1), event)


def _round(state: BattleState, event: BattleEvent) -> Step:
    """The current round from its beginning."""
    fresh = replace(
        state,
        turn=state.turn + 1,
        is_answer_ready=False,
        person=None,
        robot=None,
        why_unmeasured="not_measured",
        votes=None,
        jury={},
        is_judged=False,
        reason="",
    )
    return _to(fresh, "call", event)


def _again(state: BattleState, event: BattleEvent) -> Step:
    """The round once more; if it was decided already, that is forgotten."""
    if state.round == 0:
        return _calibrate(replace(state, reason=""), event)
    kept = tuple(r for r in state.rounds if r.round != state.round)
    step = _round(replace(state, rounds=kept, verdict=None), event)
    ended = BattleEffect(verb="rest")
    return replace(step, effects=(ended, *step.effects))


def _call_bar(state: BattleState, event: BattleEvent) -> Step:
    if not state.is_dancing:
        bars = state.rules.bars_per_turn
        if not state.is_seen and state.lost_since_s is not None:
            return _in_time(state, event)
        watch = BattleEffect(verb="watch_person", turn=state.turn, bars=bars)
        return Step(state=_dancing(state, event), effects=(watch,))
    left = _one_bar_less(state, event)
    if left.bars_left > 0:
        return Step(state=left)
    return _respond(left, event, BattleEffect(verb="measure_person", turn=state.turn))


def _dancing(state: BattleState, event: BattleEvent) -> BattleState:
    return replace(state, is_dancing=True, bars_left=state.rules.bars_per_turn, since_s=event.host_s)


def _one_bar_less(state: BattleState, event: BattleEvent) -> BattleState:
    return replace(state, bars_left=state.bars_left - 1, since_s=event.host_s)


def _respond(state: BattleState, event: BattleEvent, *effects: BattleEffect) -> Step:
    make = BattleEffect(verb="make_answer", turn=state.turn, bars=state.rules.bars_per_turn)
    return _to(replace(state, is_answer_ready=False), "response", event, *effects, make)


def _skip_call(state: BattleState, event: BattleEvent) -> Step:
    """The person does not dance this time; the robot does."""
    return _respond(replace(state, why_unmeasured="skipped"), event)


def _answer_ready(state: BattleState, event: BattleEvent) -> Step:
    if event.turn not in (0, state.turn) or state.is_answer_ready:
        return _in_time(state, event)
    return Step(state=replace(state, is_answer_ready=True, since_s=event.host_s))


def _response_bar(state: BattleState, event: BattleEvent) -> Step:
    if not state.is_dancing:
        if not state.is_answer_ready:
            return _in_time(state, event)
        dance = BattleEffect(verb="dance", turn=state.turn, bars=state.rules.bars_per_turn)
        return Step(state=_dancing(state, event), effects=(dance,))
    left = _one_bar_less(state, event)
    if left.bars_left > 0:
        return Step(state=left)
    return _score(left, event, BattleEffect(verb="measure_robot", turn=state.turn))


def _skip_response(state: BattleState, event: BattleEvent) -> Step:
    return _score(replace(state, why_unmeasured="skipped"), event, BattleEffect(verb="rest"))


def _score(state: BattleState, event: BattleEvent, *effects: BattleEffect) -> Step:
    if state.rules.has_votes:
        effects = (*effects, BattleEffect(verb="open_votes", turn=state.turn, seconds=state.rules.vote_s))
    return _to(state, "score", event, *effects)


def _measured(state: BattleState, event: BattleEvent) -> Step:
    if event.turn not in (0, state.turn) or state.is_judged:
        return Step(state=state)
    if event.side == "person":
        return _score_tick(replace(state, person=event.score), event)
    return _score_tick(replace(state, robot=event.score), event)


def _votes(state: BattleState, event: BattleEvent) -> Step:
    if state.is_judged or event.turn not in (0, state.turn):
        return Step(state=state)
    votes = (max(0, event.votes_person), max(0, event.votes_robot))
    return _score_tick(replace(state, votes=votes), event)


def _jury(state: BattleState, event: BattleEvent) -> Step:
    if state.is_judged or event.name not in state.rules.jury:
        return Step(state=state)
    slider = max(-1.0, min(1.0, event.slider))
    return _score_tick(replace(state, jury={**state.jury, event.name: slider}), event)


def _score_tick(state: BattleState, event: BattleEvent) -> Step:
    """Judges when everything is in or the time is over; goes on when the verdict has stood long enough."""
    if state.phase != "score":
        return Step(state=state)
    waited_s = event.host_s - state.since_s
    if state.is_judged:
        return _onward(state, event) if waited_s >= SHOWN_S else Step(state=state)
    voted = not state.rules.has_votes or waited_s >= state.rules.vote_s
    told = set(state.jury) >= set(state.rules.jury)
    is_whole = state.person is not None and state.robot is not None
    measured = is_whole or state.why_unmeasured != "not_measured"
    if voted and ((told and measured) or waited_s >= state.rules.vote_s + MEASURE_WAIT_S):
        return _judge(state, event)
    return Step(state=state)


def _judge(state: BattleState, event: BattleEvent) -> Step:
    verdict = judge_round(
        state.round,
        state.rules,
        person=state.person,
        robot=state.robot,
        votes=state.votes,
        jury=state.jury,
        reason=state.why_unmeasured,
    )
    judged = replace(state, is_judged=True, rounds=(*state.rounds, verdict), since_s=event.host_s)
    closed = (BattleEffect(verb="close_votes", turn=state.turn),) if state.rules.has_votes else ()
    return Step(state=judged, effects=(*closed, BattleEffect(verb="show_round", round_verdict=verdict)))


def _score_next(state: BattleState, event: BattleEvent) -> Step:
    """The operator goes on: first to the round's verdict, then beyond it."""
    return _onward(state, event) if state.is_judged else _judge(state, event)


def _onward(state: BattleState, event: BattleEvent) -> Step:
    if is_decided(state.rounds, state.rules.rounds):
        return _verdict(state, event, "")
    return _new_round(state, event)


# the end


def _verdict(state: BattleState, event: BattleEvent, reason: str) -> Step:
    verdict = judge_battle(state.rounds, reason)
    ended = replace(
        state, phase="verdict", verdict=verdict, since_s=event.host_s, is_dancing=False, reason=reason
    )
    return Step(
        state=ended,
        effects=(
            BattleEffect(verb="rest"),
            BattleEffect(verb="show_verdict", verdict=verdict, reason=reason),
        ),
    )


def _away(state: BattleState, event: BattleEvent, reason: str) -> Step:
    """Ends politely: with what was decided so far, or with thanks."""
    if state.rounds:
        return _verdict(state, event, reason)
    rest = BattleEffect(verb="rest")
    return _to(replace(state, reason=reason), "bow", event, rest, BattleEffect(verb="bow", reason=reason))


def _bow(state: BattleState, event: BattleEvent) -> Step:
    return _to(state, "bow", event, BattleEffect(verb="bow"))


def _over(state: BattleState, event: BattleEvent) -> Step:
    return Step(
        state=replace(state, phase="over", since_s=event.host_s), effects=(BattleEffect(verb="rest"),)
    )


def _end(state: BattleState, event: BattleEvent) -> Step:
    return _away(state, event, "ended_early")


def _failed(state: BattleState, event: BattleEvent) -> Step:
    """Something is broken: the round is interrupted, and the operator says what now."""
    step = _to(replace(state, reason="failed", why_unmeasured="failed"), "interrupted", event)
    close = (BattleEffect(verb="close_votes", turn=state.turn),) if state.phase == "score" else ()
    return replace(step, effects=(BattleEffect(verb="rest"), *close, *step.effects))


def _interrupted_skip(state: BattleState, event: BattleEvent) -> Step:
    """Without the rest of the round: it is decided by what there is."""
    if state.round == 0:
        return _uncalibrated(replace(state, reason=""), event)
    if any(r.round == state.round for r in state.rounds):
        return _onward(replace(state, reason=""), event)
    return _score(replace(state, reason=""), event)


# time


def _in_time(state: BattleState, event: BattleEvent) -> Step:
    """What passing time does: nobody waits for ever."""
    waited_s = event.host_s - state.since_s
    late = _LATE.get(state.phase)
    if late is not None and waited_s >= late[0](state):
        return late[1](state, event)
    if state.phase in ("consent", "calibrate", "call") and _gone_s(state, event) >= state.rules.lost_wait_s:
        return _away(state, event, "person_gone")
    if state.phase == "score":
        return _score_tick(state, event)
    return Step(state=state)


def _gone_s(state: BattleState, event: BattleEvent) -> float:
    """For how long the person has been out of sight [s]."""
    return 0.0 if state.lost_since_s is None else event.host_s - state.lost_since_s


def _late_consent(state: BattleState, event: BattleEvent) -> Step:
    return _away(state, event, "no_guardian" if state.waits_for_guardian else "no_answer")


_LATE: Mapping[Phase, tuple[Callable[[BattleState], float], Callable[[BattleState, BattleEvent], Step]]] = {
    "invite": (lambda s: s.rules.consent_wait_s, lambda s, e: _away(s, e, "nobody_came")),
    "consent": (lambda s: s.rules.consent_wait_s, _late_consent),
    "calibrate": (lambda s: CALIBRATION_WAIT_S, _uncalibrated),
    "call": (lambda s: BAR_WAIT_S, _failed),
    "response": (lambda s: BAR_WAIT_S if s.is_answer_ready else ANSWER_WAIT_S, _failed),
    "interrupted": (lambda s: INTERRUPTED_S, lambda s, e: _away(s, e, "failed")),
    "verdict": (lambda s: VERDICT_S, _bow),
    "bow": (lambda s: BOW_S, _over),
}
"""Phase → how long it may last [s], and what then."""

_Handler = Callable[[BattleState, BattleEvent], Step]


def _on(kinds: Iterable[EventKind], handler: _Handler) -> dict[EventKind, _Handler]:
    return dict.fromkeys(kinds, handler)


_BY_PHASE: Mapping[Phase, Mapping[EventKind, _Handler]] = {
    "idle": _on(["begin"], _begin),
    "invite": {
        "seen": _somebody,
        "consent": _consent,
        **_on(["decline", "skip", "end"], _decline),
    },
    "consent": {
        "consent": _consent,
        "guardian": _guardian,
        **_on(["decline", "skip", "end"], _decline),
    },
    "calibrate": {
        "calibrated": _calibrated,
        **_on(["skip", "next"], _uncalibrated),
        "again": _again,
        "decline": _decline,
        "end": _end,
        "failed": _failed,
    },
    "call": {
        **_on(["bar", "phrase"], _call_bar),
        **_on(["skip", "next"], _skip_call),
        "measured": _measured,
        "again": _again,
        **_on(["end", "decline"], _end),
        "failed": _failed,
    },
    "response": {
        **_on(["bar", "phrase"], _response_bar),
        "answer_ready": _answer_ready,
        "measured": _measured,
        **_on(["skip", "next"], _skip_response),
        "again": _again,
        "end": _end,
        "failed": _failed,
    },
    "score": {
        "measured": _measured,
        "votes": _votes,
        "jury": _jury,
        **_on(["next", "skip"], _score_next),
        "again": _again,
        "end": _end,
        "failed": _failed,
    },
    "interrupted": {
        "again": _again,
        **_on(["skip", "next"], _interrupted_skip),
        **_on(["end", "decline"], _end),
    },
    "verdict": {**_on(["next", "skip", "end"], _bow), "again": _again},
    "bow": _on(["next", "skip", "end"], _over),
    "over": {},
    "stopped": {},
}
"""Phase → event → what it does there."""

_DEEDS: Mapping[Phase, tuple[BattleDeed, ...]] = {
    "invite": ("consent", "decline", "end"),
    "consent": ("consent", "guardian", "decline", "end"),
    "calibrate": ("next", "again", "decline", "end"),
    "call": ("skip", "again", "end"),
    "response": ("skip", "again", "end"),
    "score": ("jury", "next", "again", "end"),
    "interrupted": ("skip", "again", "end"),
    "verdict": ("next", "again"),
    "bow": ("next",),
}
"""Phase → what the stage manager can do; in others nothing."""
