"""What a console sees, made from the state and from what the devices tell of themselves."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import get_args

from temirbek.show.arming import blockers_of, next_scope
from temirbek.show.state import CueNow, MachineState
from temirbek.show.timing import Timing, expected_starts
from temirbek.types.evening import ChecklistCue, Cue
from temirbek.types.hall import HallSoundKind
from temirbek.types.hall_cues import PollCue
from temirbek.types.hall_views import HallView, PollView
from temirbek.types.live import CueLine, Fault, MusicView, RobotView, Snapshot


def snapshot_of(
    state: MachineState,
    utc_s: float,
    *,
    host_s: float | None = None,
    music: MusicView | None = None,
    robots: Sequence[RobotView] = (),
    operators: Mapping[str, int] | None = None,
    faults: Sequence[Fault] = (),
    hall: HallView | None = None,
    votes: Mapping[str, Mapping[str, int]] | None = None,
    caption: Mapping[str, str] | None = None,
) -> Snapshot:
    """All that a console sees, now.

    Args:
        state: The show.
        utc_s: Now, by the wall clock; used only while the show has no clock of its own, or without ``host_s``.
        host_s: Now, in host time; what is left of waits needs it.
        music, robots: As the devices tell.
        operators: Role → how many are connected.
        faults: Of the devices, beside the show's own.
        hall: What devices tell of the hall: level, tempo, phones; what the show itself knows is put in.
        votes: Poll → option → votes, newer than the record.
        caption: Language → what is being said.
    """
    now_s = state.utc_at(host_s) if state.is_opened and host_s is not None else utc_s
    timing = expected_starts(state.evening, state.planned_utc_s, state.happened(), now_s)
    return Snapshot(
        sequence=state.sequence,
        title=state.evening.show.title,
        state=state.state,
        scope=state.scope,
        is_rehearsal=state.scope != "live",
        utc_s=now_s,
        timezone=state.evening.venue.timezone,
        cues=tuple(
            _line(state, i, cue, timing, now_s - state.clock_utc_s, now_s)
            for i, cue in enumerate(state.evening.cues)
        ),
        standby=state.standby,
        running=state.of_state("running"),
        over_s=timing.over_s,
        planned_end_utc_s=timing.planned_end_utc_s,
        expected_end_utc_s=timing.expected_end_utc_s,
        blockers=blockers_of(state, next_scope(state.scope)) if state.scope != "live" else (),
        music=music or MusicView(),
        robots=tuple(robots),
        faults=(*state.faults, *faults),
        log=state.lines,
        operators=dict(operators or {}),
        languages=tuple(state.evening.venue.languages),
        hall=_hall(state, hall),
        wishes=tuple(replace(wish, is_hidden=wish.track in state.hall.hidden) for wish in state.hall.wishes),
        poll=_poll(state, {**state.hall.votes, **(votes or {})}),
        battle=state.hall.battle,
        caption=dict(caption or {}),
    )


def _hall(state: MachineState, told: HallView | None) -> HallView:
    view = told or HallView(is_listening=state.evening.venue.ears.source != "none", phones=state.hall.phones)
    return replace(
        view,
        sounds=tuple(kind for kind in get_args(HallSoundKind) if kind in state.hall.heard),
        answers=state.hall.answers,
        reactions=state.hall.reactions,
        guests=state.hall.guests,
    )


def _poll(state: MachineState, votes: Mapping[str, Mapping[str, int]]) -> PollView | None:
    """The poll that was begun last."""
    begun = [
        (now.started_utc_s, cue, now)
        for cue, now in zip(state.evening.cues, state.cues, strict=True)
        if cue.kind == "poll" and now.started_utc_s is not None
    ]
    if not begun:
        return None
    _, cue, now = max(begun, key=lambda one: one[0])
    assert isinstance(cue.payload, PollCue)
    counts = votes.get(cue.id, {})
    return PollView(
        cue=cue.id,
        question=cue.payload.question,
        options=tuple((o.id, o.text, counts.get(o.id, 0)) for o in cue.payload.options),
        n_votes=sum(counts.values()),
        is_open=now.state == "running",
    )


def _line(state: MachineState, index: int, cue: Cue, timing: Timing, host_s: float, now_s: float) -> CueLine:
    now = state.cues[index]
    is_post_wait = (
        now.state == "done"
        and state.pending is not None
        and state.pending.after == cue.id
        and cue.post_wait_s > 0
    )
    return CueLine(
        id=cue.id,
        kind=cue.kind,
        title=cue.title,
        state="post_wait" if is_post_wait else now.state,
        planned_start_utc_s=timing.planned_utc_s[index],
        expected_start_utc_s=timing.expected_utc_s[index],
        length_s=cue.length_s,
        who=_who(state, cue),
        note=cue.note,
        started_utc_s=now.started_utc_s,
        ended_utc_s=now.ended_utc_s,
        remaining_s=_remaining_s(state, cue, now, host_s, now_s, is_post_wait=is_post_wait),
        waits_for_applause=is_post_wait and cue.waits_for_applause,
        is_hard=cue.start is not None and cue.start.is_hard,
        items=tuple((item, i in now.ticked) for i, item in enumerate(cue.payload.items))
        if isinstance(cue.payload, ChecklistCue)
        else (),
        follow=cue.follow,
        reason=now.reason,
    )


def _who(state: MachineState, cue: Cue) -> tuple[str, ...]:
    names = {person.id: person.name for person in state.evening.people}
    return (*(names.get(p, p) for p in cue.people), *cue.robots)


def _remaining_s(
    state: MachineState, cue: Cue, now: CueNow, host_s: float, now_s: float, *, is_post_wait: bool
) -> float | None:
    wait = state.pending if is_post_wait else now
    if wait is not None and wait.left_s is not None:
        return wait.left_s
    if wait is not None and wait.due_host_s is not None:
        return max(wait.due_host_s - host_s, 0.0)
    if now.state == "running" and now.started_utc_s is not None and cue.length_s:
        return now.started_utc_s + cue.length_s - now_s
    return None
