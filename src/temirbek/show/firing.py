"""What makes cues begin, end and follow one another. The only place where an effect "fire" is made."""

from dataclasses import replace

from temirbek.show.arming import announcement_faults
from temirbek.show.draft import Draft
from temirbek.show.kinds import is_blocking, is_of_people, is_timed, leaves_something, moves_robots, reaches
from temirbek.show.state import Pending
from temirbek.types.evening import AnnouncementCue, ChecklistCue

GRACE_S = 10.0
"""Nothing fires by itself later than this after its time: an operator decides then."""


def why_not_fire(draft: Draft, cue_id: str) -> str:
    """Why a cue cannot be fired in this scope, in words; "" where it can."""
    state, cue = draft.state, draft.state.cue(cue_id)
    if state.scope == "none":
        return "nothing is armed: arm lights and sound, rehearsal or live first"
    if isinstance(cue.payload, AnnouncementCue) and state.scope != "rehearsal":
        faults = announcement_faults(draft.state, cue_id)
        if faults:
            return f"{draft.title(cue_id)} cannot be said to the public: {faults}"
    return ""


def take_go(draft: Draft, cue_id: str, *, group: str = "", with_pre_wait: bool = True) -> None:
    """A cue in standby is let go: it begins after its pre-wait, and the next one stands by."""
    cue = draft.state.cue(cue_id)
    draft.change(cue_id, group=group or cue_id, reason="", due_host_s=None, left_s=None)
    draft.set(pending=None)
    if with_pre_wait and cue.pre_wait_s > 0:
        draft.change(cue_id, state="pre_wait", due_host_s=draft.host_s + cue.pre_wait_s)
        stand_by(draft, next_after(draft, cue_id))
    else:
        stand_by(draft, next_after(draft, cue_id), leaving=cue_id)
        fire(draft, cue_id)


def fire(draft: Draft, cue_id: str) -> None:
    """A cue begins, now."""
    cue, now = draft.state.cue(cue_id), draft.state.now(cue_id)
    if is_blocking(cue):
        clear_stage(draft, cue_id, now.group)
    without = moves_robots(cue) and not reaches(draft.state.scope, "rehearsal")
    now = draft.change(
        cue_id,
        state="running",
        run=now.run + 1,
        started_utc_s=draft.utc_s,
        ended_utc_s=None,
        is_seen=is_of_people(cue),
        is_ending=False,
        due_host_s=draft.host_s + cue.length_s if cue.length_s and is_timed(cue) else None,
        left_s=None,
        reason="without robots: only lights and sound are armed" if without else "",
    )
    payload = {"run": now.run, "scope": draft.state.scope}
    has_effect = draft.emit_to_all_of(cue, "fire", payload)
    draft.line(f"{draft.title(cue_id)} begins" + (f", {now.reason}" if now.reason else ""))
    if not has_effect or _is_over_at_once(draft, cue_id):
        end(draft, cue_id)
    if cue.follow == "auto_continue":
        follow(draft, cue_id)


def _is_over_at_once(draft: Draft, cue_id: str) -> bool:
    cue, now = draft.state.cue(cue_id), draft.state.now(cue_id)
    if isinstance(cue.payload, ChecklistCue):
        return len(now.ticked) == len(cue.payload.items)
    return cue.kind == "pause" and not cue.length_s


def clear_stage(draft: Draft, for_cue: str, group: str) -> None:
    """What has the stage gives it up: people's cues are over, devices are asked to come to an end."""
    for other in draft.state.of_state("running"):
        if other != for_cue and draft.state.now(other).group != group and is_blocking(draft.state.cue(other)):
            finish(draft, other)


def finish(draft: Draft, cue_id: str) -> None:
    """A running cue is to end: at once where people do it, else when its device says so. Asked twice: at once."""
    cue, now = draft.state.cue(cue_id), draft.state.now(cue_id)
    if is_of_people(cue) or now.is_ending:
        end(draft, cue_id)
    else:
        draft.change(cue_id, is_ending=True)
        draft.emit_to_all_of(cue, "end", {"run": now.run})


def end(draft: Draft, cue_id: str, *, follows: bool = True) -> None:
    """A cue is over; what follows it by itself begins its wait, unless it is said that it does not."""
    draft.change(cue_id, state="done", ended_utc_s=draft.utc_s, due_host_s=None, left_s=None, is_ending=False)
    draft.line(f"{draft.title(cue_id)} is over")
    cue = draft.state.cue(cue_id)
    if follows and (cue.follow == "auto_follow" or cue.waits_for_applause):
        follow(draft, cue_id)


def fail(draft: Draft, cue_id: str, reason: str) -> None:
    """A cue broke off; nothing follows it by itself."""
    began = draft.state.now(cue_id).started_utc_s is not None
    draft.change(
        cue_id,
        state="failed",
        ended_utc_s=draft.utc_s if began else None,
        due_host_s=None,
        left_s=None,
        is_ending=False,
        reason=reason,
    )
    draft.line(f"{draft.title(cue_id)} failed: {reason}")


def follow(draft: Draft, cue_id: str) -> None:
    """The next cue will be fired by this one, if it is the one that stands by; or only the wait in front of it begins."""
    target = draft.state.standby
    if not target or target != next_after(draft, cue_id, including_standby=True):
        return
    cue = draft.state.cue(cue_id)
    is_running = draft.state.state == "running"
    draft.set(
        pending=Pending(
            after=cue_id,
            cue="" if cue.follow == "manual" else target,
            due_host_s=draft.host_s + cue.post_wait_s if is_running else None,
            left_s=None if is_running else cue.post_wait_s,
            is_for_applause=cue.waits_for_applause,
        )
    )


def next_after(draft: Draft, cue_id: str, *, including_standby: bool = False) -> str:
    """Id of the next cue in the running order that has not been played, or ""."""
    index = draft.state.index(cue_id)
    assert index is not None
    open_states = ("waiting", "standby") if including_standby else ("waiting",)
    for cue, now in list(zip(draft.state.evening.cues, draft.state.cues, strict=True))[index + 1 :]:
        if now.state in open_states:
            return cue.id
    return ""


def stand_by(draft: Draft, cue_id: str, *, leaving: str = "") -> None:
    """A cue becomes the one that GO fires; "" for none. The one that stood by waits again."""
    before = draft.state.standby
    if before and before not in (cue_id, leaving) and draft.state.now(before).state == "standby":
        draft.change(before, state="waiting")
    if cue_id:
        draft.change(
            cue_id,
            state="standby",
            is_seen=False,
            due_host_s=None,
            left_s=None,
            started_utc_s=None,
            ended_utc_s=None,
        )
        if cue_id != before:
            draft.change(cue_id, is_missed=False)
    pending = draft.state.pending
    draft.set(standby=cue_id, pending=pending if pending and pending.cue == cue_id else None)


def go_on(draft: Draft) -> None:
    """Lets happen what is due by itself; nothing, unless the show runs. Later than the grace: hold, and tell."""
    while draft.state.state == "running" and _one_thing_due(draft):
        pass


def _one_thing_due(draft: Draft) -> bool:
    state, host_s = draft.state, draft.host_s
    for cue_id in state.of_state("pre_wait"):
        due = state.now(cue_id).due_host_s
        if due is not None and due <= host_s:
            return _by_itself(draft, cue_id, due)
    pending, pending_due = state.pending, state.pending_due_host_s()
    if pending is not None and pending_due is not None:
        if not pending.cue and pending_due <= host_s:
            draft.set(pending=None)
            return True
        due = max(pending_due, _hard_start_host_s(draft, pending.cue) or 0.0)
        if pending.cue and due <= host_s:
            return _by_itself(draft, pending.cue, due)
    return _hard_start(draft)


def _by_itself(draft: Draft, cue_id: str, due_host_s: float) -> bool:
    """Fires what is due, unless it is too late or cannot be."""
    why = why_not_fire(draft, cue_id)
    late_s = draft.host_s - due_host_s
    if late_s > GRACE_S:
        why = f"its time was {late_s:.0f} s ago"
    if why:
        draft.set(pending=None)
        hold(draft)
        draft.fault(
            f"waits:{cue_id}",
            "warning",
            f"{draft.title(cue_id)} did not begin by itself: {why}; the show is held",
        )
        if draft.state.now(cue_id).state == "pre_wait":
            stand_by(draft, cue_id)
        return True
    if draft.state.now(cue_id).state == "pre_wait":
        fire(draft, cue_id)
    else:
        after = draft.state.pending.after if draft.state.pending else ""
        continues = bool(after) and draft.state.cue(after).follow == "auto_continue"
        take_go(draft, cue_id, group=draft.state.now(after).group if continues else "")
    return True


def _hard_start_host_s(draft: Draft, cue_id: str) -> float | None:
    """When the hard start of a cue is, in host time; None: it has none, or it is past and told."""
    state, index = draft.state, draft.state.index(cue_id)
    if index is None or not state.is_opened:
        return None
    start, now = state.evening.cues[index].start, state.cues[index]
    if start is None or not start.is_hard or now.is_missed or now.run:
        return None
    return state.planned_utc_s[index] + now.shift_s - state.clock_utc_s


def _hard_start(draft: Draft) -> bool:
    cue_id = draft.state.standby
    due = _hard_start_host_s(draft, cue_id)
    if due is None or draft.host_s < due:
        return False
    why, late_s = why_not_fire(draft, cue_id), draft.host_s - due
    if late_s > GRACE_S:
        why = f"it was {late_s:.0f} s ago"
    if why:
        draft.change(cue_id, is_missed=True)
        draft.fault(
            f"missed:{cue_id}",
            "warning",
            f"{draft.title(cue_id)} had a hard start, but {why}; it waits for GO",
        )
    else:
        take_go(draft, cue_id, with_pre_wait=False)
    return True


def hold(draft: Draft) -> None:
    """Nothing begins any more; the clocks of waits stand."""
    draft.set(state="hold")
    for cue_id in draft.state.of_state("pre_wait", "running"):
        now = draft.state.now(cue_id)
        if now.due_host_s is not None and _is_wait(draft, cue_id):
            draft.change(cue_id, due_host_s=None, left_s=max(now.due_host_s - draft.host_s, 0.0))
    pending = draft.state.pending
    if pending is not None and pending.due_host_s is not None:
        left_s = max(pending.due_host_s - draft.host_s, 0.0)
        draft.set(pending=replace(pending, due_host_s=None, left_s=left_s))


def resume(draft: Draft) -> None:
    """The show runs; the clocks of waits go on."""
    draft.set(state="running")
    for cue_id in draft.state.of_state("pre_wait", "running"):
        left_s = draft.state.now(cue_id).left_s
        if left_s is not None:
            draft.change(cue_id, due_host_s=draft.host_s + left_s, left_s=None)
    pending = draft.state.pending
    if pending is not None and pending.left_s is not None:
        draft.set(pending=replace(pending, due_host_s=draft.host_s + pending.left_s, left_s=None))


def _is_wait(draft: Draft, cue_id: str) -> bool:
    return draft.state.now(cue_id).state == "pre_wait" or draft.state.cue(cue_id).kind == "pause"


def end_what_is_over(draft: Draft, *, follows: bool = True) -> None:
    """Cues that end after their length end, in hold as well: a card leaves the screen.

    Args:
        draft: The event's work.
        follows: What follows such a cue by itself begins its wait.
    """
    for cue_id in draft.state.of_state("running"):
        now = draft.state.now(cue_id)
        if now.due_host_s is not None and now.due_host_s <= draft.host_s:
            if leaves_something(draft.state.cue(cue_id)):
                draft.emit_to_all_of(draft.state.cue(cue_id), "end", {"run": now.run})
            end(draft, cue_id, follows=follows)


def take_back_pre_waits(draft: Draft) -> None:
    """What was let go and has not begun waits again; the first of them stands by, if it comes before what does."""
    for cue_id in reversed(draft.state.of_state("pre_wait")):
        draft.change(cue_id, state="waiting", due_host_s=None, left_s=None)
        if is_before_standby(draft, cue_id):
            stand_by(draft, cue_id)


def is_before_standby(draft: Draft, cue_id: str) -> bool:
    """A cue stands before the one in standby in the running order, or nothing stands by."""
    standby, here = draft.state.index(draft.state.standby), draft.state.index(cue_id)
    return here is not None and (standby is None or here < standby)
