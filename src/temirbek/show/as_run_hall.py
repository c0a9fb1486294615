"""What the record tells of the hall: whom robots answered and how soon, how battles and polls went, what was announced."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

from temirbek.show.state import MachineState
from temirbek.types.evening import AnnouncementCue
from temirbek.types.hall_cues import PollCue
from temirbek.types.live import Event


@dataclass(frozen=True, slots=True, kw_only=True)
class AsRunReaction:
    """A robot's answer to the hall.

    Attributes:
        utc_s: When its motion began, or was refused.
        cue: What ran then, or "".
        robot, gesture, cause: Who, what, because of what.
        cause_utc_s: When the cause began.
        delay_s: From the cause to the beginning of the motion [s]; None where it was refused.
        why: Why it was refused, or "".
    """

    utc_s: float
    cue: str
    robot: str
    gesture: str
    cause: str
    cause_utc_s: float
    delay_s: float | None
    why: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class AsRunRound:
    """How a round of a battle, or a whole battle, was decided.

    Attributes:
        utc_s: When.
        cue: In which cue.
        round: Which; 0: the battle as a whole.
        verdict: A :class:`~temirbek.types.battle.RoundVerdict`, or the :class:`~temirbek.types.battle.Verdict`, in its
            JSON form: every part, weight, missing part and reason.
    """

    utc_s: float
    cue: str
    round: int
    verdict: Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class AsRunPoll:
    """How the hall voted.

    Attributes:
        utc_s: When votes were told last.
        cue, title: Whose poll.
        counts: Option, as its first language says it → votes.
    """

    utc_s: float
    cue: str
    title: str
    counts: Mapping[str, int]

    @property
    def n_votes(self) -> int:
        """In all."""
        return sum(self.counts.values())


@dataclass(frozen=True, slots=True, kw_only=True)
class AsRunAnnouncement:
    """Something was said in the organiser's name: what, by whose approval; "" and None: by nobody's."""

    utc_s: float
    cue: str
    title: str
    text: Mapping[str, str]
    approved_by: str
    approved_on: date | None


@dataclass(frozen=True, slots=True, kw_only=True)
class AsRunHall:
    """The hall's part in an evening.

    Attributes:
        reactions, rounds, polls, announcements: In the order in which they happened.
        guests: So many were greeted.
        most_phones: So many were connected at most, as far as it was worth telling.
        wishes: What was wished for at the end: (title, artist, count, was hidden), most wished for first.
    """

    reactions: tuple[AsRunReaction, ...] = ()
    rounds: tuple[AsRunRound, ...] = ()
    polls: tuple[AsRunPoll, ...] = ()
    announcements: tuple[AsRunAnnouncement, ...] = ()
    guests: int = 0
    most_phones: int = 0
    wishes: tuple[tuple[str, str, int, bool], ...] = field(default=())

    def first_delays_s(self) -> Mapping[str, tuple[float, ...]]:
        """Kind of cause → how soon each cause of it got its first answer [s], ascending.

        While applause goes on one robot answers after another: they are not late, they join in. Guests are one kind,
        alone or in groups.
        """
        first: dict[tuple[str, float], float] = {}
        for reaction in self.reactions:
            if reaction.delay_s is not None:
                kind = "guests" if "guest" in reaction.cause else reaction.cause
                cause = (kind, round(reaction.cause_utc_s, 1))
                first[cause] = min(reaction.delay_s, first.get(cause, reaction.delay_s))
        kinds = sorted({kind for kind, _ in first})
        return {kind: tuple(sorted(d for (k, _), d in first.items() if k == kind)) for kind in kinds}


class HallReader:
    """Remembers what events tell of the hall."""

    def __init__(self) -> None:
        self._hall = AsRunHall()
        self._polls: dict[str, AsRunPoll] = {}

    def read(self, before: MachineState, state: MachineState, event: Event, utc_s: float) -> None:
        """Takes the next line of the record, and what the show was before and after it."""
        hall = self._hall
        if state.hall.reactions and state.hall.reactions != before.hall.reactions:
            newest = state.hall.reactions[-1]
            line = AsRunReaction(
                utc_s=newest.utc_s,
                cue=_on_stage(state),
                robot=newest.robot,
                gesture=newest.gesture,
                cause=newest.cause,
                cause_utc_s=newest.cause_utc_s,
                delay_s=newest.delay_s,
                why=newest.why,
            )
            hall = replace(hall, reactions=(*hall.reactions, line))
        verdict = event.payload.get("verdict")
        if event.type == "battle" and isinstance(verdict, Mapping):
            one = AsRunRound(
                utc_s=utc_s,
                cue=str(event.payload.get("cue", "")),
                round=0 if "rounds" in verdict else int(verdict.get("round", 0)),
                verdict=verdict,
            )
            hall = replace(hall, rounds=(*hall.rounds, one))
        if event.type == "votes" and state.hall.votes != before.hall.votes:
            self._read_votes(state, str(event.payload.get("poll", "")), utc_s)
        if event.type == "fired":
            hall = self._with_announcement(hall, state, str(event.payload.get("cue", "")), utc_s)
        self._hall = replace(hall, most_phones=max(hall.most_phones, state.hall.phones))

    def _read_votes(self, state: MachineState, poll: str, utc_s: float) -> None:
        cue = state.cue(poll)
        assert isinstance(cue.payload, PollCue)
        counts = state.hall.votes[poll]
        self._polls[poll] = AsRunPoll(
            utc_s=utc_s,
            cue=poll,
            title=cue.title,
            counts={next(iter(o.text.values())): counts.get(o.id, 0) for o in cue.payload.options},
        )

    def _with_announcement(
        self, hall: AsRunHall, state: MachineState, cue_id: str, utc_s: float
    ) -> AsRunHall:
        index = state.index(cue_id)
        payload = None if index is None else state.evening.cues[index].payload
        if not isinstance(payload, AnnouncementCue):
            return hall
        said = AsRunAnnouncement(
            utc_s=utc_s,
            cue=cue_id,
            title=state.cue(cue_id).title,
            text={str(language): text for language, text in payload.text.items()},
            approved_by=payload.approved_by,
            approved_on=payload.approved_on,
        )
        return replace(hall, announcements=(*hall.announcements, said))

    def hall(self, state: MachineState) -> AsRunHall:
        """All of it, when the record has been read."""
        wishes = tuple((w.title, w.artist, w.count, w.track in state.hall.hidden) for w in state.hall.wishes)
        return replace(self._hall, polls=tuple(self._polls.values()), guests=state.hall.guests, wishes=wishes)


def _on_stage(state: MachineState) -> str:
    """What runs, the newest last begun; right after its end, what was over last."""
    cues = list(zip(state.evening.cues, state.cues, strict=True))
    running = [(now.started_utc_s or 0.0, cue.id) for cue, now in cues if now.state == "running"]
    over = [(now.ended_utc_s, cue.id) for cue, now in cues if now.ended_utc_s is not None]
    return max(running or over, default=(0.0, ""))[1]
