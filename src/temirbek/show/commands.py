"""What each command of an operator does. One small function each; a refusal is an exception with words."""

from collections.abc import Callable, Mapping

from temirbek.show.arming import blockers_of, lower_scope
from temirbek.show.draft import Draft, Refused
from temirbek.show.firing import (
    end,
    end_what_is_over,
    finish,
    go_on,
    hold,
    is_before_standby,
    resume,
    stand_by,
    take_back_pre_waits,
    take_go,
    why_not_fire,
)
from temirbek.show.hall_commands import HALL_COMMANDS
from temirbek.show.kinds import is_at_once, reaches
from temirbek.types.evening import SCOPES, ChecklistCue
from temirbek.types.live import DJ_COMMANDS

DEBOUNCE_S = 0.3
"""Two GOs nearer than this are one press, unless the second names the right cue under a key of its own."""
POINT_OF_NO_RETURN_S = 300.0
"""So long before a hard start the plan's clock is left alone."""
MAX_SHIFT_S = 6 * 3600.0


def go(draft: Draft) -> None:
    """The cue in standby is fired, if it is the one that the operator sees."""
    state, told = draft.state, draft.event.payload.get("cue")
    if state.state == "hold":
        raise Refused("the show is held: resume first")
    is_right = bool(told) and told == state.standby and bool(draft.event.key)
    last = state.last_go_host_s
    if not is_right and last is not None and 0 <= draft.host_s - last < DEBOUNCE_S:
        raise Refused(
            f"a GO was taken {1000 * (draft.host_s - last):.0f} ms ago; this one counts as the same press"
        )
    if not state.standby:
        raise Refused("nothing stands by")
    if told != state.standby:
        seen = draft.title(str(told)) if state.index(told) is not None else f"“{told}”"
        raise Refused(f"your GO was for {seen}, but {draft.title(state.standby)} stands by; look again")
    if why := why_not_fire(draft, state.standby):
        raise Refused(why)
    draft.set(last_go_host_s=draft.host_s)
    draft.line(f"GO {draft.title(state.standby)}")
    take_go(draft, state.standby)
    go_on(draft)


def standby(draft: Draft) -> None:
    """A cue becomes the one that GO fires; nothing is left out."""
    cue_id = draft.told_cue()
    _make_standby(draft, cue_id)
    draft.line(f"{draft.title(cue_id)} stands by")


def _make_standby(draft: Draft, cue_id: str) -> None:
    now = draft.state.now(cue_id)
    if now.state in ("running", "pre_wait"):
        raise Refused(f"{draft.title(cue_id)} is running; finish it first")
    if now.state == "uncertain":
        raise Refused(f"it is not certain whether {draft.title(cue_id)} happened; confirm that first")
    draft.change(cue_id, reason="")
    stand_by(draft, cue_id)


def back(draft: Draft) -> None:
    """The cue before becomes standby, to be fired again."""
    state = draft.state
    here = state.index(state.standby) if state.standby else len(state.cues)
    assert here is not None
    before = [
        cue.id for cue, now in zip(state.evening.cues, state.cues, strict=True) if now.state != "skipped"
    ]
    before = [cue_id for cue_id in before if (state.index(cue_id) or 0) < here]
    if not before:
        raise Refused("there is no cue before this one")
    _make_standby(draft, before[-1])
    draft.line(f"back to {draft.title(before[-1])}")


def jump(draft: Draft) -> None:
    """A cue becomes standby, and what lies between is left out."""
    cue_id, state = draft.told_cue(), draft.state
    here, there = state.index(state.standby) if state.standby else None, state.index(cue_id)
    assert there is not None
    _make_standby(draft, cue_id)
    for cue in state.evening.cues[here:there] if here is not None else ():
        if state.now(cue.id).state in ("waiting", "standby"):
            draft.change(cue.id, state="skipped", reason="left out by a jump")
    draft.line(f"jump to {draft.title(cue_id)}")


def skip(draft: Draft) -> None:
    """A cue is not played tonight."""
    cue_id = draft.told_cue()
    now = draft.state.now(cue_id)
    if now.state not in ("waiting", "standby", "pre_wait"):
        raise Refused(f"{draft.title(cue_id)} is {now.state}; only a cue that has not begun can be skipped")
    was_standby = draft.state.standby == cue_id
    draft.change(cue_id, state="skipped", due_host_s=None, left_s=None, reason=f"skipped by {draft.event.by}")
    if was_standby:
        from_here = [c.id for c in draft.state.evening.cues[(draft.state.index(cue_id) or 0) + 1 :]]
        stand_by(draft, next((c for c in from_here if draft.state.now(c).state == "waiting"), ""))
    draft.line(f"skip {draft.title(cue_id)}")


def unskip(draft: Draft) -> None:
    """A cue that was left out is played after all."""
    cue_id = draft.told_cue()
    if draft.state.now(cue_id).state != "skipped":
        raise Refused(f"{draft.title(cue_id)} is not skipped")
    draft.change(cue_id, state="waiting", reason="")
    if not draft.state.standby:
        stand_by(draft, cue_id)
    draft.line(f"{draft.title(cue_id)} will be played")


def finish_cue(draft: Draft) -> None:
    """A running cue is over, or is asked to come to its end."""
    cue_id = draft.told_cue()
    now = draft.state.now(cue_id)
    if now.state != "running":
        raise Refused(f"{draft.title(cue_id)} is {now.state}, not running")
    finish(draft, cue_id)
    draft.line(f"finish {draft.title(cue_id)}")
    go_on(draft)


def hold_show(draft: Draft) -> None:
    """Nothing new begins; the clocks of waits stand."""
    if draft.state.state == "running":
        hold(draft)
    draft.line("hold")


def resume_show(draft: Draft) -> None:
    """The show goes on; the clocks of waits go on."""
    if draft.state.state == "running":
        raise Refused("the show is running")
    resume(draft)
    draft.line("resume")
    end_what_is_over(draft)
    go_on(draft)


def stop(draft: Draft) -> None:
    """Show stop: from every state, and nothing goes on by itself."""
    if draft.state.state != "closed":
        draft.set(state="stopped", pending=None)
    take_back_pre_waits(draft)
    for cue_id in draft.state.of_state("running"):
        draft.change(
            cue_id,
            state="failed",
            reason="show stop",
            ended_utc_s=draft.utc_s,
            due_host_s=None,
            left_s=None,
            is_ending=False,
        )
    draft.emit("all", "stop")
    draft.line("SHOW STOP")


def release(draft: Draft) -> None:
    """After a stop: held again, robots damped until they are armed."""
    if draft.state.state != "stopped":
        raise Refused("the show is not stopped")
    draft.set(state="hold")
    draft.emit("all", "release")
    lower_scope(draft, "lights_and_sound")
    draft.line("released: the show is held, robots stay damped until they are armed")


def arm(draft: Draft) -> None:
    """More or less may be moved, as far as nothing stands in the way."""
    scope = draft.event.payload.get("scope")
    if scope not in SCOPES:
        raise Refused(f"there is no scope “{scope}”; known are {', '.join(SCOPES)}")
    if draft.state.state == "stopped":
        raise Refused("the show is stopped: release it first")
    if reaches(draft.state.scope, scope) and scope != draft.state.scope:
        lower_scope(draft, scope)
    else:
        if blockers := blockers_of(draft.state, scope):
            raise Refused("; ".join(blockers))
        draft.set(scope=scope)
        draft.emit("all", "arm", payload={"scope": scope})
    draft.line(f"armed: {scope.replace('_', ' ')}")


def tick_item(draft: Draft) -> None:
    """An item of a checklist is done, or open again."""
    cue_id, item = draft.told_cue(), draft.event.payload.get("item")
    cue = draft.state.cue(cue_id)
    if not isinstance(cue.payload, ChecklistCue):
        raise Refused(f"{draft.title(cue_id)} is no checklist")
    if not isinstance(item, int) or isinstance(item, bool) or not 0 <= item < len(cue.payload.items):
        raise Refused(f"{draft.title(cue_id)} has items 0 to {len(cue.payload.items) - 1}, not {item!r}")
    is_done = bool(draft.event.payload.get("is_done", True))
    ticked = (set(draft.state.now(cue_id).ticked) | {item}) - (set() if is_done else {item})
    now = draft.change(cue_id, ticked=tuple(sorted(ticked)))
    draft.line(f"{'✓' if is_done else 'open again'}: {cue.payload.items[item]}")
    if now.state == "running" and len(now.ticked) == len(cue.payload.items):
        end(draft, cue_id)
        go_on(draft)


def why_not_move_clock(draft: Draft) -> str:
    """Why the plan's clock may not be moved now, in words; "" where it may."""
    state = draft.state
    for index, (cue, now) in enumerate(zip(state.evening.cues, state.cues, strict=True)):
        if cue.start is None or not cue.start.is_hard:
            continue
        if now.state in ("pre_wait", "running"):
            return f"point of no return: {draft.title(cue.id)} has a hard start and has begun"
        left_s = state.planned_utc_s[index] + now.shift_s - draft.utc_s
        if now.state in ("waiting", "standby") and not now.is_missed and 0 <= left_s < POINT_OF_NO_RETURN_S:
            return f"point of no return: {draft.title(cue.id)} has its hard start in {left_s:.0f} s"
    return ""


def shift(draft: Draft) -> None:
    """Every later planned start moves."""
    seconds = draft.event.payload.get("seconds")
    if not isinstance(seconds, int | float) or isinstance(seconds, bool) or not abs(seconds) <= MAX_SHIFT_S:
        raise Refused(f"a shift is a number of seconds within ±{MAX_SHIFT_S:.0f}, not {seconds!r}")
    if why := why_not_move_clock(draft):
        raise Refused(why)
    for cue_id in draft.state.of_state("waiting", "standby"):
        draft.change(cue_id, shift_s=draft.state.now(cue_id).shift_s + float(seconds))
    draft.line(f"later starts move by {seconds:+.0f} s")


def confirm(draft: Draft) -> None:
    """An operator says whether an uncertain cue happened."""
    cue_id = draft.told_cue()
    if draft.state.now(cue_id).state != "uncertain":
        raise Refused(f"{draft.title(cue_id)} is not uncertain")
    happened = draft.event.payload.get("happened")
    if not isinstance(happened, bool):
        raise Refused("say whether it happened: true or false")
    if not happened:
        draft.change(cue_id, state="waiting", reason="", started_utc_s=None)
        if is_before_standby(draft, cue_id):
            stand_by(draft, cue_id)
    elif is_at_once(draft.state.cue(cue_id)):
        draft.change(
            cue_id, state="done", reason="", is_seen=True, ended_utc_s=draft.state.now(cue_id).started_utc_s
        )
    else:
        draft.change(cue_id, state="running", reason="", is_seen=True)
    draft.mended(f"uncertain:{cue_id}")
    draft.line(f"{draft.title(cue_id)} {'happened' if happened else 'did not happen'}")


def note(draft: Draft) -> None:
    """A line in the record."""
    text = draft.event.payload.get("text")
    if not isinstance(text, str) or not text.strip():
        raise Refused("a note needs words")
    draft.line(text.strip()[:500])


def dj(draft: Draft) -> None:
    """A request to the DJ, who decides whether and when it can be granted."""
    command = draft.event.type
    if draft.state.scope == "none":
        raise Refused("nothing is armed")
    sets = [c for c in draft.state.of_state("running", "uncertain") if draft.state.cue(c).kind == "dj_set"]
    if not sets and command not in ("tap", "tap_confirm"):
        raise Refused("no DJ set is running")
    draft.emit("dj", command, sets[-1] if sets else "", dict(draft.event.payload))
    if command != "tap":
        given = ", ".join(f"{name} {value}" for name, value in draft.event.payload.items())
        draft.line(f"{command.replace('_', ' ')} {given}".strip())


def robot(draft: Draft) -> None:
    """One robot damps, or may take part again."""
    robot_id = draft.event.payload.get("robot")
    known = {performer.id for performer in draft.state.evening.show.cast} | set(draft.state.robots)
    if robot_id not in known:
        raise Refused(f"there is no robot “{robot_id}”; there are {', '.join(sorted(known))}")
    command = draft.event.type
    if command == "robot_ready" and draft.state.state == "stopped":
        raise Refused("the show is stopped: release it first")
    draft.emit("robots", command, payload={"robot": robot_id})
    draft.line(f"{robot_id}: {'damp' if command == 'robot_damp' else 'ready again'}")


COMMAND_TABLE: Mapping[str, Callable[[Draft], None]] = {
    "go": go,
    "standby": standby,
    "hold": hold_show,
    "resume": resume_show,
    "skip": skip,
    "unskip": unskip,
    "back": back,
    "jump": jump,
    "finish": finish_cue,
    "stop": stop,
    "release": release,
    "arm": arm,
    "tick_item": tick_item,
    "shift": shift,
    "confirm": confirm,
    "note": note,
    "robot_damp": robot,
    "robot_ready": robot,
    **dict.fromkeys(("tap", "tap_confirm", *DJ_COMMANDS), dj),
    **HALL_COMMANDS,
}
IN_STATE: Mapping[str, tuple[str, ...]] = {
    "stopped": (
        "stop",
        "release",
        "standby",
        "back",
        "jump",
        "skip",
        "unskip",
        "tick_item",
        "shift",
        "confirm",
        "note",
        "arm",
        "robot_damp",
        "robot_ready",
        "hall_answers",
        "wish_hide",
    ),
    "closed": ("stop", "note", "robot_damp", "confirm"),
}
"""What is taken in these states; elsewhere everything is."""
