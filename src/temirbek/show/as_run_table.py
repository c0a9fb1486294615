"""The report of an evening as one table, for spreadsheets."""

import csv
import io
from collections.abc import Mapping
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from temirbek.show.as_run import AsRun
from temirbek.show.as_run_hall import AsRunRound


def as_run_csv(report: AsRun) -> str:
    """The report as one table (UTF-8, a header, a line for each thing), in the order in which things happened.

    Times are on the hall's wall, ISO 8601 with their offset, so that a night with a change of clocks can be read.
    """
    rows = [
        row for rows in (_cue_rows, _track_rows, _robot_rows, _hall_rows, _other_rows) for row in rows(report)
    ]
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


def _hall_rows(report: AsRun) -> list[_Row]:
    hall = report.hall
    return [
        *(
            (
                r.utc_s,
                None,
                None,
                "reaction",
                r.cue,
                r.gesture,
                r.robot,
                "refused" if r.delay_s is None else f"{r.delay_s:.2f} s",
                "; ".join(filter(None, (r.cause, r.why))),
            )
            for r in hall.reactions
        ),
        *(row for one in hall.rounds for row in _round_rows(one)),
        *(
            (p.utc_s, None, None, "poll", p.cue, p.title, "", f"{p.n_votes} votes", _counts(p.counts))
            for p in hall.polls
        ),
        *(
            (
                a.utc_s,
                None,
                None,
                "announcement",
                a.cue,
                a.title,
                a.approved_by,
                f"approved {a.approved_on.isoformat()}" if a.approved_on else "not approved",
                " / ".join(a.text.values()),
            )
            for a in hall.announcements
        ),
        *(
            (
                report.ended_utc_s,
                None,
                None,
                "wish",
                "",
                title,
                artist,
                "hidden" if hidden else "",
                f"{n} wishes",
            )
            for title, artist, n, hidden in hall.wishes
        ),
    ]


def _round_rows(one: AsRunRound) -> list[_Row]:
    """A round, and each of its parts; or the battle."""
    verdict = one.verdict
    rows: list[_Row] = []
    if one.round:
        rows = [
            (one.utc_s, None, None, f"battle part {part['source']}", one.cue, f"round {one.round}", "",
             f"{part['points']:+.1f} points", part_words(part))
            for part in verdict.get("parts", ())
        ]  # fmt: skip
    title = f"round {one.round}" if one.round else "battle"
    told = f"{verdict['points']:+.1f} points, draw within {verdict['draw_points']:g}" if one.round else (
        f"{verdict['rounds_person']} : {verdict['rounds_robot']}, {verdict['rounds_drawn']} drawn"
    )  # fmt: skip
    why = str(verdict.get("reason", ""))
    return [
        (one.utc_s, None, None, "battle", one.cue, title, "", verdict["winner"], "; ".join(filter(None, (told, why)))),
        *rows,
    ]  # fmt: skip


def part_words(part: Mapping[str, Any]) -> str:
    """What a source contributed to a round, in words: its weight, its comparison, votes, or why it is missing."""
    weight = f"weight {part['weight']:.2f} of rule {part['rule_weight']:.2f}"
    if part.get("slider") is None:
        return f"missing: {part.get('reason', '')}; {weight}"
    votes = part.get("votes_person", 0), part.get("votes_robot", 0)
    told = f", votes {votes[0]} : {votes[1]}" if any(votes) else ""
    return f"comparison {part['slider']:+.3f}, {weight}{told}"


def _counts(counts: Mapping[str, int]) -> str:
    return ", ".join(f"{option}: {n}" for option, n in counts.items())


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
