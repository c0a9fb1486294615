"""The table of states of a live show, and the one function that goes from one to the next.

The show::

                 resume                    stop (from everywhere)
        hold  ────────────▶  running    ─────────────────────────▶  stopped
         ▲ ▲  ◀────────────     │                                      │
         │ │      hold          │ closed                 release       │
         │ └────────────────────┼──────────────────────────────────────┘
         │ recovered            ▼
         └── (from running)   closed   (nothing is taken but stop and notes)

A cue::

        waiting ──▶ standby ──GO──▶ pre_wait ──▶ running ──▶ done        (post-wait: what follows waits)
           │           │                            ├──────▶ failed      (the device says so; show stop)
           └── skipped ┘                            └──────▶ uncertain   (restart before anybody saw it begin)

``advance`` is pure: it has no clock and no memory but the state that it is given. Time comes as ``tick`` events. What
is to happen goes out as effects, and a cue is fired nowhere but by GO, by what stands in front of it in the file
(auto-continue, auto-follow, waits) and by its hard start; always the cue in standby, always once for each time it
stands by.

The protocol on disk. ``take`` gives, beside the effects, the events that must be on disk before an effect is sent: the
event itself and a ``fired`` fact for each firing, in one transaction. The key of such a fact names cue and run, so the
database refuses to fire a run twice whatever the program does. A refused command is kept as a note, a tick in which
nothing happened is not kept. Reading these events again gives the same state.
"""

from dataclasses import dataclass, replace
from datetime import date

from temirbek.show.commands import COMMAND_TABLE, IN_STATE
from temirbek.show.draft import Draft, Refused
from temirbek.show.facts import FACT_TABLE
from temirbek.show.permissions import may
from temirbek.show.state import CueNow, MachineState
from temirbek.show.timing import planned_starts
from temirbek.types.evening import Evening
from temirbek.types.live import Answer, Effect, Event

MAX_KEYS = 256
"""So many keys of commands are remembered here; the log knows them all."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Taken:
    """What an event leads to.

    Attributes:
        state: The next state.
        effects: To be sent when ``events`` are on disk.
        answer: For who asked.
        events: To be appended to the log, in one transaction; empty: nothing happened.
    """

    state: MachineState
    effects: tuple[Effect, ...]
    answer: Answer
    events: tuple[Event, ...]


def new_state(evening: Evening, day: date) -> MachineState:
    """The show before it is opened: held, nothing armed, the first cue in standby.

    Args:
        evening: What is to happen.
        day: At the venue; an "opened" event may give another.
    """
    cues = tuple(CueNow(state="skipped" if cue.is_skipped else "waiting") for cue in evening.cues)
    first = next((i for i, now in enumerate(cues) if now.state == "waiting"), None)
    if first is not None:
        cues = (*cues[:first], replace(cues[first], state="standby"), *cues[first + 1 :])
    return MachineState(
        evening=evening,
        day=day,
        planned_utc_s=planned_starts(evening, day),
        cues=cues,
        standby=evening.cues[first].id if first is not None else "",
    )


def advance(state: MachineState, event: Event) -> tuple[MachineState, tuple[Effect, ...], Answer]:
    """The next state, what is to be done, and what to answer.

    A refused event leaves the very same state; so does one in which nothing happens.
    """
    draft = Draft(state, event)
    try:
        _admit(draft)
        table = COMMAND_TABLE if event.type in COMMAND_TABLE else FACT_TABLE
        table[event.type](draft)
    except Refused as refused:
        return state, (), Answer(is_accepted=False, reason=str(refused), sequence=state.sequence)
    if draft.state is state and not draft.effects and event.type != "fired":
        return state, (), replace(draft.answer, sequence=state.sequence)
    keys = (*state.keys, event.key)[-MAX_KEYS:] if event.key and event.type in COMMAND_TABLE else state.keys
    draft.set(sequence=state.sequence + 1, keys=keys, last_host_s=event.host_s)
    return draft.state, tuple(draft.effects), replace(draft.answer, sequence=draft.state.sequence)


def take(state: MachineState, event: Event) -> Taken:
    """:func:`advance`, and what must be on disk before its effects are sent."""
    after, effects, answer = advance(state, event)
    if not answer.is_accepted:
        return _take_refused(state, event, answer)
    if after is state:
        return Taken(state=state, effects=(), answer=answer, events=())
    events = [event]
    for fact in _fired_facts(state, after, event):
        after, _, _ = advance(after, fact)
        events.append(fact)
    return Taken(state=after, effects=effects, answer=answer, events=tuple(events))


def _take_refused(state: MachineState, event: Event, answer: Answer) -> Taken:
    """A refusal is in the record, unless it is the echo of a command or nobody's."""
    if event.type not in COMMAND_TABLE or event.role is None or event.key in state.keys:
        return Taken(state=state, effects=(), answer=answer, events=())
    told = Event(
        type="note",
        payload={"text": f"refused: {event.type}: {answer.reason}", "refused": event.type},
        by=event.by,
        role="stage_manager",
        utc_s=event.utc_s,
        host_s=event.host_s,
    )
    after, _, _ = advance(state, told)
    return Taken(state=after, effects=(), answer=answer, events=(told,))


def _fired_facts(before: MachineState, after: MachineState, event: Event) -> list[Event]:
    """One for each firing, of cues as well for which nobody has to do anything."""
    changes = zip(before.evening.cues, before.cues, after.cues, strict=True)
    return [
        Event(
            type="fired",
            payload={"cue": cue.id, "run": now.run},
            by="machine",
            key=f"fired:{cue.id}:{now.run}",
            utc_s=event.utc_s,
            host_s=event.host_s,
        )
        for cue, was, now in changes
        if now.run > was.run
    ]


def _admit(draft: Draft) -> None:
    """Whether an event may come in at all.

    Raises:
        Refused: A fact that an operator claims, a command of nobody or of the wrong role, a key for the second time, or
            something that the show's state does not take.
    """
    event, state = draft.event, draft.state
    if event.type == "stop":
        return
    if event.type not in COMMAND_TABLE:
        if event.role is not None:
            raise Refused(f"“{event.type}” is told by the machine, not by operators")
        if state.state == "closed" and event.type != "recovered":
            raise Refused("the show is closed")
        return
    if event.role is None:
        raise Refused(f"“{event.type}” needs somebody who asks for it")
    if not (permission := may(event.role, event.type, event.payload)).is_accepted:
        raise Refused(permission.reason)
    if event.key and event.key in state.keys:
        raise Refused("this was taken already")
    if event.type not in IN_STATE.get(state.state, (event.type,)):
        raise Refused(
            f"the show is {state.state}" + (": release it first" if state.state == "stopped" else "")
        )
