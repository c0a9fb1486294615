"""What may be moved, and what stands in the way of more.

For every scope above "none" the checklists that name it, or a smaller one, are ticked. Lights and sound, and live, are
for the public: every announcement that is still to come is approved and has all of the venue's languages (skip it, or
arm rehearsal, where it may be tried). Rehearsal needs every robot of the cues to come to be there, live needs them
standing, and that nothing dances in simulation meanwhile.
"""

from temirbek.show.draft import Draft
from temirbek.show.kinds import moves_robots, reaches, words
from temirbek.show.state import MachineState
from temirbek.types.evening import SCOPES, AnnouncementCue, ChecklistCue, Cue, Scope


def blockers_of(state: MachineState, scope: Scope) -> tuple[str, ...]:
    """Why a scope cannot be armed, in words; empty where it can."""
    if scope == "none":
        return ()
    to_come = [
        cue
        for cue, now in zip(state.evening.cues, state.cues, strict=True)
        if now.state in ("waiting", "standby", "pre_wait", "running")
    ]
    return (
        *_open_checklists(state, to_come, scope),
        *(_announcements(state, to_come) if scope in ("lights_and_sound", "live") else ()),
        *_robots(state, to_come, scope),
    )


def next_scope(scope: Scope) -> Scope:
    """The one above, or live itself."""
    return SCOPES[min(SCOPES.index(scope) + 1, len(SCOPES) - 1)]


def lower_scope(draft: Draft, most: Scope) -> None:
    """Takes authority away; robots that dance come to rest."""
    if reaches(most, draft.state.scope):
        return
    if reaches(draft.state.scope, "rehearsal") and not reaches(most, "rehearsal"):
        draft.emit("robots", "end", payload={"why": "not armed any more"})
    draft.set(scope=most)
    draft.emit("all", "arm", payload={"scope": most})


def _open_checklists(state: MachineState, to_come: list[Cue], scope: Scope) -> list[str]:
    found = []
    for cue in to_come:
        if isinstance(cue.payload, ChecklistCue) and any(
            reaches(scope, least) for least in cue.payload.blocks
        ):
            ticked = state.now(cue.id).ticked
            missing = [item for i, item in enumerate(cue.payload.items) if i not in ticked]
            if missing:
                found.append(f"checklist “{cue.title}”: {words(missing)}")
    return found


def announcement_faults(state: MachineState, cue_id: str) -> str:
    """What is missing before an announcement may be heard by the public; "" for nothing."""
    payload = state.cue(cue_id).payload
    assert isinstance(payload, AnnouncementCue)
    faults = []
    if not payload.approved_by or payload.approved_on is None:
        faults.append("nobody has approved it")
    missing = [name for name in state.evening.venue.languages if not payload.text.get(name, "").strip()]
    if missing:
        faults.append(f"it has no text in {words(missing)}")
    if payload.is_spoken:
        mute = [
            name
            for name in state.evening.venue.languages
            if name not in missing and name not in payload.audio and name not in payload.voices
        ]
        if mute:
            faults.append(f"it has neither a recording nor a voice in {words(mute)}")
    return "; ".join(faults)


def _announcements(state: MachineState, to_come: list[Cue]) -> list[str]:
    return [
        f"announcement “{cue.title}”: {faults}"
        for cue in to_come
        if isinstance(cue.payload, AnnouncementCue) and (faults := announcement_faults(state, cue.id))
    ]


def _robots(state: MachineState, to_come: list[Cue], scope: Scope) -> list[str]:
    if not reaches(scope, "rehearsal"):
        return []
    needed = sorted({robot for cue in to_come if moves_robots(cue) for robot in cue.robots})
    known = {robot: state.robots.get(robot, ("", ""))[0] for robot in needed}
    if scope == "rehearsal":
        return [f"robot {robot} is absent" for robot, now in known.items() if now == "absent"]
    found = [
        f"robot {robot} is {now or 'not there'}"
        for robot, now in known.items()
        if now not in ("standing", "waiting")
    ]
    if state.scope == "rehearsal" and any(moves_robots(state.cue(c)) for c in state.of_state("running")):
        found.append("robots dance in simulation: live can be armed when they are through")
    return found
