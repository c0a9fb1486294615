"""What an evening was, from its record: planned against actual, what was played, what people and robots did.

The record is read through the machine once more, so that the report says what the show itself believed: an instant is
on the show's clock, which a jump of the machine's clock does not move. Nothing is guessed. A cue that was fired and of
which nobody ever told that it ended has no end; a track ends when the next one begins, its cue ends or the sound falls
silent.
"""

import csv
import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from typing import Any
from zoneinfo import ZoneInfo

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
    "AsRunCue",
    "AsRunLine",
    "AsRunNumber",
    "AsRunPause",
    "AsRunTrack",
    "RobotMoment",
    "as_run",
    "as_run_csv",
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
    )


def as_run_csv(report: AsRun) -> str:
    """The report as one table (UTF-8, a header, a line for each thing), in the order in which things happened.

    Times are on the hall's wall, ISO 8601 with their offset, so that a night with a change of clocks can be read.
    """
    rows = [row for rows in (_cue_rows, _track_rows, _robot_rows, _other_rows) for row in rows(report)]
    rows.sort(key=lambda row: float("inf") if row[0] is None else row[0])
    zone = ZoneInfo(report.timezone)
    text = io.StringIO()
    table = csv.writer(text, lineterminator="\r\n")
    table.writerow(CSV_COLUMNS)
    for begin, end, planned, *words in rows:
        late = "" if begin is None or planned is None else f"{begin - planned:+.1f}"
        lasted = "" if begin is None or end is None else f"{end - begin:.1f}"
        table.writerow(
            [_wall(begin, zone), _wall(end, zone), _wall(planned, zone), late, lasted, *map(_cell, words)]
        )
    return text.getvalue()


CSV_COLUMNS = (
    "begin",
    "end",
    "planned",
    "late_s",
    "length_s",
    "what",
    "id",
    "title",
    "artist_or_who",
    "outcome",
    "detail",
)
"""The columns of :func:`as_run_csv`."""
_Row = tuple[Any, ...]


def _cue_rows(report: AsRun) -> list[_Row]:
    return [
        (
            cue.started_utc_s,
            cue.ended_utc_s,
            cue.planned_utc_s,
            f"cue:{cue.kind}",
            cue.id,
            cue.title,
            ", ".join(cue.who),
            cue.outcome,
            "; ".join(filter(None, (cue.fired_by, cue.reason))),
        )
        for cue in report.cues
    ]


def _track_rows(report: AsRun) -> list[_Row]:
    return [
        (
            t.started_utc_s,
            t.ended_utc_s,
            None,
            "track",
            t.id,
            t.title,
            t.artist,
            "played",
            f"in {t.cue}" if t.cue else "",
        )
        for t in report.tracks
    ]


def _robot_rows(report: AsRun) -> list[_Row]:
    rows: list[_Row] = []
    for number in report.numbers:
        for moment in number.moments:
            rows.append(
                (
                    moment.utc_s,
                    None,
                    None,
                    "robot",
                    number.cue,
                    number.title,
                    moment.robot,
                    moment.state,
                    moment.why,
                )
            )
        for robot, measures in number.measures.items():
            told = ", ".join(
                f"{name} {value}" for name, value in measures.items() if not isinstance(value, dict | list)
            )
            rows.append(
                (number.ended_utc_s, None, None, "robot measures", number.cue, number.title, robot, "", told)
            )
    return rows


def _other_rows(report: AsRun) -> list[_Row]:
    return [
        *(
            (
                line.utc_s,
                None,
                None,
                "operator",
                line.command,
                "",
                line.by,
                "refused" if line.is_refused else "",
                line.what,
            )
            for line in report.interventions
        ),
        *((p.from_utc_s, p.to_utc_s, None, p.kind, "", "", p.by, "", p.why) for p in report.pauses),
        *((f.since_utc_s, None, None, "fault", f.id, "", "", f.severity, f.what) for f in report.faults),
    ]


def _cell(value: object) -> str:
    """Text that a spreadsheet takes for text: what begins like a formula gets an apostrophe in front."""
    text = str(value)
    return f"'{text}" if text[:1] in ("=", "+", "-", "@", "\t", "\r") else text


def _wall(utc_s: float | None, zone: ZoneInfo) -> str:
    return "" if utc_s is None else datetime.fromtimestamp(utc_s, zone).isoformat(timespec="milliseconds")


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
