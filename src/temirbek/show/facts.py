"""What each fact does: time that passed, what devices tell, the show's beginning, its end and its return."""

from collections.abc import Callable, Mapping
from datetime import date

from temirbek.show.arming import blockers_of, lower_scope
from temirbek.show.commands import why_not_move_clock
from temirbek.show.draft import Draft, Refused
from temirbek.show.firing import (
    end,
    end_what_is_over,
    fail,
    go_on,
    hold,
    next_after,
    stand_by,
    take_back_pre_waits,
)
from temirbek.show.hall_facts import HALL_FACTS, forget_sounds
from temirbek.show.kinds import is_at_once, is_of_people, lower_of, moves_robots
from temirbek.show.timing import planned_starts
from temirbek.types.evening import SCOPES

WALL_JUMP_S = 2.0
"""Between two ticks the wall clock and the host's clock part by less, or the wall clock has jumped."""
WALL_DRIFT_S = 0.5
"""So much of slow correction is noted without a word."""


def tick(draft: Draft) -> None:
    """Time passed. A tick in which nothing happens leaves the state as it was, so that it need not be kept."""
    _look_at_wall_clock(draft)
    end_what_is_over(draft)
    go_on(draft)


def _look_at_wall_clock(draft: Draft) -> None:
    if not draft.state.is_opened:
        return
    wall = draft.event.utc_s - draft.event.host_s
    step_s = wall - draft.state.wall_utc_s
    if abs(step_s) > WALL_JUMP_S:
        draft.set(wall_utc_s=wall)
        draft.fault(
            "clock",
            "warning",
            f"this machine's clock jumped by {step_s:+.1f} s; the show keeps its own, and nothing begins by the jump."
            " If the hall's clock agrees with the new one, shift the later starts",
        )
    elif abs(step_s) > WALL_DRIFT_S:
        draft.set(wall_utc_s=wall, clock_utc_s=draft.state.clock_utc_s + step_s)


def opened(draft: Draft) -> None:
    """The show gets its date, its clock and, where nothing stands in the way, its scope."""
    state = draft.state
    if state.is_opened and (why := why_not_move_clock(draft)):
        raise Refused(why)
    day = _day_of(draft)
    if state.is_opened and day != state.day and any(now.run for now in state.cues):
        raise Refused("the evening has begun: its date stays")
    clock = draft.event.utc_s - draft.event.host_s
    planned = planned_starts(state.evening, day, opens_utc_s=draft.event.utc_s)
    draft.set(day=day, clock_utc_s=clock, wall_utc_s=clock, is_opened=True, planned_utc_s=planned)
    draft.mended("clock")
    draft.line(f"opened for {day.isoformat()}")
    _open_scope(draft)


def _day_of(draft: Draft) -> date:
    told = draft.event.payload.get("date")
    if told is None:
        return draft.state.day
    try:
        return date.fromisoformat(str(told))
    except ValueError:
        raise Refused(f"“{told}” is no date; expected one like 2026-03-07") from None


def _open_scope(draft: Draft) -> None:
    told = draft.event.payload.get("scope")
    if told is None:
        return
    if told not in SCOPES:
        raise Refused(f"there is no scope “{told}”; known are {', '.join(SCOPES)}")
    scope = lower_of(told, "rehearsal")  # real robots are armed by a person
    if blockers := blockers_of(draft.state, scope):
        draft.line(f"not armed for {scope.replace('_', ' ')}: {'; '.join(blockers)}")
    elif scope != draft.state.scope:
        draft.set(scope=scope)
        draft.emit("all", "arm", payload={"scope": scope})


def closed(draft: Draft) -> None:
    """The show is over: what runs ends, nothing is armed."""
    for cue_id in draft.state.of_state("running"):
        if is_of_people(draft.state.cue(cue_id)):
            draft.change(cue_id, state="done", ended_utc_s=draft.utc_s, due_host_s=None, left_s=None)
        else:
            draft.emit_to_all_of(draft.state.cue(cue_id), "end", {"run": draft.state.now(cue_id).run})
    lower_scope(draft, "none")
    draft.set(state="closed", pending=None)
    draft.line("closed")


def recovered(draft: Draft) -> None:
    """The program came back: hold, robots rest, what was fired and not seen is uncertain; what was stopped stays so.

    Nothing is on its way any more: a cue in pre-wait stands by again, what would have followed waits for GO.
    """
    if draft.host_s < draft.state.last_host_s:
        _begin_host_time_anew(draft)
    else:
        _look_at_wall_clock(draft)
    draft.set(pending=None, last_go_host_s=None)
    forget_sounds(draft)
    take_back_pre_waits(draft)
    end_what_is_over(draft, follows=False)
    if draft.state.state == "running":
        hold(draft)
    draft.emit("robots", "end", payload={"why": "restart"})
    lower_scope(draft, "lights_and_sound")
    for cue_id in draft.state.of_state("running"):
        if not draft.state.now(cue_id).is_seen:
            reason = "fired before a restart; was it seen or heard?"
            draft.change(cue_id, state="uncertain", due_host_s=None, reason=reason)
            draft.fault(
                f"uncertain:{cue_id}", "warning", f"not certain whether {draft.title(cue_id)} happened"
            )
        elif moves_robots(draft.state.cue(cue_id)):
            draft.change(cue_id, reason="robots rest since a restart")
    draft.line("back after a restart: the show is held, robots rest")


def _begin_host_time_anew(draft: Draft) -> None:
    """The machine was started again: the wall clock is all that it has brought along."""
    if not draft.state.is_opened:
        return
    clock = draft.event.utc_s - draft.event.host_s
    moved_s = draft.state.clock_utc_s - clock
    draft.set(clock_utc_s=clock, wall_utc_s=clock)
    for cue_id in draft.state.of_state("running"):
        due = draft.state.now(cue_id).due_host_s
        if due is not None:
            draft.change(cue_id, due_host_s=due + moved_s)


def fired(draft: Draft) -> None:
    """Says on disk what the event in front of it led to. Where that one was lost, the cue has begun all the same."""
    cue_id, run = draft.told_cue(), draft.event.payload.get("run")
    if not isinstance(run, int) or run <= draft.state.now(cue_id).run:
        return
    if draft.state.standby == cue_id:
        stand_by(draft, next_after(draft, cue_id), leaving=cue_id)
    is_seen = is_of_people(draft.state.cue(cue_id))
    draft.change(
        cue_id,
        state="running",
        run=run,
        group=cue_id,
        started_utc_s=draft.utc_s,
        ended_utc_s=None,
        is_seen=is_seen,
    )
    draft.line(f"{draft.title(cue_id)} begins")


def started(draft: Draft) -> None:
    """A device saw a cue begin."""
    cue_id = _cue_of_fact(draft)
    now, cue = draft.state.now(cue_id), draft.state.cue(cue_id)
    if now.state == "uncertain":
        now = draft.change(cue_id, state="running", reason="")
        draft.mended(f"uncertain:{cue_id}")
    if now.state != "running" or now.is_seen:
        return
    draft.change(cue_id, is_seen=True)
    if is_at_once(cue) and not cue.length_s:
        end(draft, cue_id)
        go_on(draft)


def done(draft: Draft) -> None:
    """A device saw a cue end; what follows by itself begins its wait."""
    cue_id = _cue_of_fact(draft)
    if draft.state.now(cue_id).state == "uncertain":
        draft.change(cue_id, state="running", reason="")
        draft.mended(f"uncertain:{cue_id}")
    if draft.state.now(cue_id).state == "running":
        draft.change(cue_id, is_seen=True)
        end(draft, cue_id)
        go_on(draft)


def failed(draft: Draft) -> None:
    """A device could not do a cue; nothing follows by itself."""
    cue_id = _cue_of_fact(draft)
    if draft.state.now(cue_id).state in ("running", "uncertain", "pre_wait"):
        reason = str(draft.event.payload.get("reason", ""))
        fail(draft, cue_id, reason)
        draft.fault(f"failed:{cue_id}", "error", f"{draft.title(cue_id)} failed: {reason}")


def _cue_of_fact(draft: Draft) -> str:
    """The cue that a device speaks of; what it says of an earlier firing is not taken for this one."""
    cue_id = draft.told_cue()
    run = draft.event.payload.get("run")
    if run is not None and run != draft.state.now(cue_id).run:
        raise Refused(
            f"that is told of firing {run} of {draft.title(cue_id)}, now it is {draft.state.now(cue_id).run}"
        )
    return cue_id


def track(draft: Draft) -> None:
    """A recording begins to sound: for the record of rights."""
    payload = draft.event.payload
    draft.line(
        f"plays “{payload.get('title', payload.get('track', ''))}”, {payload.get('artist', '')}".rstrip(", ")
    )


def robot(draft: Draft) -> None:
    """A robot's state changed."""
    robot_id, now = str(draft.event.payload.get("robot", "")), str(draft.event.payload.get("state", ""))
    why = str(draft.event.payload.get("why", ""))
    if draft.state.robots.get(robot_id) == (now, why):
        return
    draft.set(robots={**draft.state.robots, robot_id: (now, why)})
    told = f"{robot_id} is {now}" + (f": {why}" if why else "")
    if now in ("fallen", "lost"):
        draft.fault(f"robot:{robot_id}", "error", told)
    else:
        draft.mended(f"robot:{robot_id}")
        draft.line(told)


def sound(draft: Draft) -> None:
    """The sound's state changed."""
    now, why = str(draft.event.payload.get("state", "")), str(draft.event.payload.get("why", ""))
    if now == draft.state.sound:
        return
    draft.set(sound=now)
    if now == "lost":
        draft.fault("sound", "error", f"the sound is lost: {why}" if why else "the sound is lost")
    else:
        draft.mended("sound")
        draft.line(f"sound: {now}")


def phrase(draft: Draft) -> None:
    """Told to those who listen; nothing is decided by it."""


FACT_TABLE: Mapping[str, Callable[[Draft], None]] = {
    "tick": tick,
    "fired": fired,
    "started": started,
    "done": done,
    "failed": failed,
    "phrase": phrase,
    "track": track,
    "robot": robot,
    "sound": sound,
    "recovered": recovered,
    "opened": opened,
    "closed": closed,
    **HALL_FACTS,
}
