"""What is told of the hall: what it lets hear, whom robots answered, what it votes and wishes, how a battle stands.

A hall tells much, and the record is synced to disk with every line: so nothing that changes nothing is kept, and of a
crowd of phones only what is worth knowing later.
"""

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any, get_args

from temirbek.show.draft import Draft, Refused
from temirbek.show.firing import go_on
from temirbek.show.hall_now import LOUD
from temirbek.types.hall import HallSoundKind
from temirbek.types.hall_cues import BattleCue, PollCue
from temirbek.types.hall_views import BATTLE_DEEDS, BattleView, ReactionLine, WishView

MOST_REACTIONS = 12
MOST_WISHES = 50
_OVER = ("over", "stopped")
PHONES_STEP = 0.1
"""A number of phones is worth a line when it changed by more than this share (and by ten at least), or to or from none."""


def hall(draft: Draft) -> None:
    """People began or ceased to be heard; what waits for the end of applause may begin."""
    kind, state = str(draft.event.payload.get("kind", "")), draft.event.payload.get("state")
    if kind not in get_args(HallSoundKind):
        raise Refused(
            f"there is no sound of the hall “{kind}”; known are {', '.join(get_args(HallSoundKind))}"
        )
    now = draft.state.hall
    if state == "began" and kind not in now.heard:
        _set(draft, heard={**now.heard, kind: _number(draft, "onset_host_s", draft.host_s)})
    elif state == "ended" and kind in now.heard:
        since = now.heard[kind]
        _set(draft, heard={k: s for k, s in now.heard.items() if k != kind})
        if kind in LOUD and not draft.state.hall.is_loud:
            _set(draft, loud_ended_host_s=draft.host_s)
        draft.line(f"{kind.replace('_', ' ')}, {max(draft.host_s - since, 0.0):.0f} s")
        go_on(draft)


def reaction(draft: Draft) -> None:
    """A robot answered somebody, or was not allowed to."""
    told = draft.event.payload
    is_begun = told.get("state") == "begun"
    delay_s = _number(draft, "delay_s", 0.0) if is_begun else None
    began_host_s = _number(draft, "cause_host_s", draft.host_s - (delay_s or 0.0))
    line = ReactionLine(
        utc_s=draft.utc_s,
        robot=str(told.get("robot", "")),
        gesture=str(told.get("gesture", "")),
        cause=str(told.get("cause", "")),
        cause_utc_s=draft.state.utc_at(began_host_s),
        delay_s=delay_s,
        why="" if is_begun else str(told.get("why", "")) or "refused",
    )
    _set(draft, reactions=(*draft.state.hall.reactions, line)[-MOST_REACTIONS:])
    if line.delay_s is None:
        draft.line(f"{line.robot} does not answer {line.cause}: {line.why}")
    else:
        draft.line(f"{line.robot} answers {line.cause}: {line.gesture}, after {line.delay_s:.1f} s")


def guest(draft: Draft) -> None:
    """Guests were greeted."""
    n = int(_number(draft, "n", 1))
    if n <= 0:
        return
    _set(draft, guests=draft.state.hall.guests + n)
    zone = str(draft.event.payload.get("zone", ""))
    draft.line(f"{n} {'guest' if n == 1 else 'guests'} greeted{f', {zone}' if zone else ''}")


def battle(draft: Draft) -> None:
    """A battle went on."""
    cue_id, told = draft.told_cue(), draft.event.payload
    payload = draft.state.cue(cue_id).payload
    if not isinstance(payload, BattleCue):
        raise Refused(f"{draft.title(cue_id)} is no battle")
    before = draft.state.hall.battle
    if before is None or before.cue != cue_id or _is_anew(before.state, told.get("state")):
        before = BattleView(cue=cue_id, state="", rounds=payload.rules.rounds, jury=payload.rules.jury)
    state, verdict = str(told.get("state", before.state)), told.get("verdict")
    view = replace(
        before,
        state=state,
        round=int(_number(draft, "round", before.round)),
        may=tuple(deed for deed in BATTLE_DEEDS if deed in told.get("may", before.may)),
        votes_person=int(_number(draft, "votes_person", before.votes_person)),
        votes_robot=int(_number(draft, "votes_robot", before.votes_robot)),
        why=str(told.get("why", "")),
    )
    if isinstance(verdict, Mapping):
        view = _with_verdict(draft, view, verdict)
    if view != draft.state.hall.battle:
        _set(draft, battle=view)
        if state != before.state:
            why = f": {view.why}" if view.why else ""
            draft.line(f"battle, round {view.round}: {state.replace('_', ' ')}{why}")


def _is_anew(before: str, now: object) -> bool:
    """A battle that was over, or broke off, is fought again."""
    return (now == "invite" != before) or (before in _OVER and now not in _OVER)


def _with_verdict(draft: Draft, view: BattleView, verdict: Mapping[str, Any]) -> BattleView:
    """Of a round (it has parts), or of the whole battle (it has rounds)."""
    winner = str(verdict.get("winner", "none"))
    if "rounds" in verdict:
        draft.line(f"battle: {_won(winner)}")
        return replace(view, verdict=dict(verdict))
    others = tuple(v for v in view.verdicts if v.get("round") != verdict.get("round"))
    draft.line(
        f"battle, round {verdict.get('round')}: {_won(winner)}, {verdict.get('points', 0.0):+.1f} points"
    )
    return replace(view, verdicts=(*others, dict(verdict)))


def _won(winner: str) -> str:
    return {"person": "the person wins", "robot": "the robot wins", "draw": "a draw"}.get(
        winner, "no verdict"
    )


def votes(draft: Draft) -> None:
    """How the hall has voted so far."""
    poll, told = str(draft.event.payload.get("poll", "")), draft.event.payload.get("counts", {})
    index = draft.state.index(poll)
    payload = None if index is None else draft.state.evening.cues[index].payload
    if not isinstance(payload, PollCue):
        raise Refused(f"there is no poll “{poll}” tonight")
    counts = {option.id: int(told.get(option.id, 0)) for option in payload.options}
    if draft.state.hall.votes.get(poll) != counts:
        _set(draft, votes={**draft.state.hall.votes, poll: counts})


def wishes(draft: Draft) -> None:
    """What the hall wishes for."""
    told = draft.event.payload.get("wishes", ())
    found = [
        WishView(
            track=str(wish.get("track", "")),
            title=str(wish.get("title", "")),
            artist=str(wish.get("artist", "")),
            count=int(wish.get("count", 0)),
        )
        for wish in told
    ]
    found.sort(key=lambda wish: (-wish.count, wish.track))
    if tuple(found[:MOST_WISHES]) != draft.state.hall.wishes:
        _set(draft, wishes=tuple(found[:MOST_WISHES]))


def phones(draft: Draft) -> None:
    """How many phones are there, where it changed by so much that it is worth knowing."""
    n, known = int(_number(draft, "connected", 0)), draft.state.hall.phones
    if n == known or (n and known and abs(n - known) <= max(10.0, PHONES_STEP * known)):
        return
    _set(draft, phones=n)
    draft.line(f"{n} phones are connected")


def caption(draft: Draft) -> None:
    """Shown to who reads along; the words themselves are in the cue, so nothing is kept."""


def forget_sounds(draft: Draft) -> None:
    """Whoever listened is new: what was heard is not known to go on."""
    if draft.state.hall.heard:
        _set(draft, heard={}, loud_ended_host_s=None)


def _set(draft: Draft, **changes: Any) -> None:
    draft.set(hall=replace(draft.state.hall, **changes))


def _number(draft: Draft, name: str, default: float) -> float:
    """A number that a fact tells, or the default where it tells none.

    Raises:
        Refused: It tells something else.
    """
    told = draft.event.payload.get(name)
    if told is None:
        return default
    if isinstance(told, bool) or not isinstance(told, int | float):
        raise Refused(f"“{draft.event.type}” told {name} as {told!r}; expected a number")
    return float(told)


HALL_FACTS: Mapping[str, Callable[[Draft], None]] = {
    "hall": hall,
    "reaction": reaction,
    "guest": guest,
    "battle": battle,
    "votes": votes,
    "wishes": wishes,
    "phones": phones,
    "caption": caption,
}
