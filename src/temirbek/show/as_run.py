"""What an evening was, from its record: planned against actual, what was played, what people and robots did.

The record is read through the machine once more, so that the report says what the show itself believed: an instant is
on the show's clock, which a jump of the machine's clock does not move. Nothing is guessed. A cue that was fired and of
which nobody ever told that it ended has no end; a track ends when the next one begins, its cue ends or the sound falls
silent.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from temirbek.show.as_run_hall import AsRunAnnouncement, AsRunHall, AsRunPoll, AsRunReaction, AsRunRound
from temirbek.show.as_run_reader import (
    AsRunCue,
    AsRunLine,
    AsRunNumber,
    AsRunPause,
    AsRunReader,
    AsRunTrack,
    RobotMoment,
)
from temirbek.show.timing import planned_starts
from temirbek.types.evening import Evening, Scope
from temirbek.types.live import Event, Fault

__all__ = [
    "AsRun",
    "AsRunAnnouncement",
    "AsRunCue",
    "AsRunHall",
    "AsRunLine",
    "AsRunNumber",
    "AsRunPause",
    "AsRunPoll",
    "AsRunReaction",
    "AsRunRound",
    "AsRunTrack",
    "RobotMoment",
    "as_run",
]


@dataclass(frozen=True, slots=True, kw_only=True)
class AsRun:
    """An evening as it was run. Instants are UTC epoch seconds on the show's clock.

    Attributes:
        title, day, timezone: Which evening; the zone of the hall's wall.
        scopes: What was armed, in the order in which it was.
        began_utc_s, ended_utc_s: The first and the last line of the record.
        planned_end_utc_s: By the file.
        over_s: How late the last cue was over; None where none was.
        cues: A line for each firing, in the order of the running order, and one for each cue that was not fired.
        tracks: What sounded, for rights reporting.
        numbers: What robots did in each cue that they danced in.
        interventions: What operators asked for beside GO, notes and refusals.
        pauses: When the show was held, stopped or without its program.
        faults: What was wrong.
        hall: What the hall did, and who answered it.
    """

    title: str
    day: date
    timezone: str
    scopes: tuple[Scope, ...]
    began_utc_s: float
    ended_utc_s: float
    planned_end_utc_s: float
    over_s: float | None
    cues: tuple[AsRunCue, ...] = ()
    tracks: tuple[AsRunTrack, ...] = ()
    numbers: tuple[AsRunNumber, ...] = ()
    interventions: tuple[AsRunLine, ...] = ()
    pauses: tuple[AsRunPause, ...] = ()
    faults: tuple[Fault, ...] = field(default=())
    hall: AsRunHall = field(default_factory=AsRunHall)


def as_run(evening: Evening, events: Sequence[Event], *, takes: Sequence[Mapping[str, Any]] = ()) -> AsRun:
    """The report of an evening.

    Args:
        evening: As it was opened.
        events: The whole record, in order; it may still grow.
        takes: What the robots' process measured of each dance: ``{"programme": "CUE/…", "robots": {id: {…}}}``.
    """
    day = _day_of(evening, events)
    reader = AsRunReader(evening, day)
    for event in events:
        reader.read(event)
    cues, planned = reader.cues(), planned_starts(evening, day, opens_utc_s=reader.opened_utc_s)
    played = [(p, c) for p, c in zip(planned, evening.cues, strict=True) if not c.is_skipped]
    planned_end = max((p + cue.length_s for p, cue in played), default=reader.now_utc_s)
    ends = [cue.ended_utc_s for cue in cues if cue.ended_utc_s is not None]
    return AsRun(
        title=evening.show.title,
        day=reader.state.day,
        timezone=evening.venue.timezone,
        scopes=tuple(reader.scopes),
        began_utc_s=reader.began_utc_s,
        ended_utc_s=reader.now_utc_s,
        planned_end_utc_s=planned_end,
        over_s=max(ends) - planned_end if ends else None,
        cues=cues,
        tracks=reader.tracks(),
        numbers=tuple(replace(number, measures=_measures(number.cue, takes)) for number in reader.numbers()),
        interventions=tuple(reader.interventions),
        pauses=reader.pauses(),
        faults=tuple(reader.faults),
        hall=reader.hall(),
    )


def _day_of(evening: Evening, events: Sequence[Event]) -> date:
    told = next((e.payload["date"] for e in events if e.type == "opened" and e.payload.get("date")), None)
    if told is not None:
        return date.fromisoformat(str(told))
    if evening.date is not None:
        return evening.date
    first = events[0].utc_s if events else 0.0
    return datetime.fromtimestamp(first, UTC).astimezone(ZoneInfo(evening.venue.timezone)).date()


def _measures(cue: str, takes: Sequence[Mapping[str, Any]]) -> Mapping[str, Mapping[str, Any]]:
    mine = [take for take in takes if str(take.get("programme", "")).partition("/")[0] == cue]
    return {robot: measures for take in mine for robot, measures in take.get("robots", {}).items()}
