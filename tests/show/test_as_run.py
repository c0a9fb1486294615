"""The report of an evening that went otherwise than planned."""

import csv
import io
import json
from datetime import datetime

import pytest

from temirbek.show import AsRun, as_run, as_run_csv
from temirbek.show.as_run_table import CSV_COLUMNS
from temirbek.store import from_json, to_json

from .evenings import Caller, at, cue, evening

CUES = (
    cue("a", start=at(19), length_s=60, people=("luina",), follow="auto_follow"),
    cue("d", "dj_set", length_s=120),
    cue("n", "robot_number", length_s=30, start=at(19, 5, hard=True)),
    cue("x", "card", is_skipped=True),
    cue("e", "light"),
)


@pytest.fixture
def show() -> Caller:
    """The act lasts longer, a track fails to come, robots fall, the show is held, stopped and restarted."""
    show = Caller.of(*CUES, before_s=1)
    show.go()
    show.wait(90)
    show.ask("finish", cue="a")
    show.tell("started", cue="d", run=1)
    show.tell("track", track="t1", title="Қара жорға", artist="Халық")
    show.wait(20)
    show.ask("dj_next", role="dj", by="Akhmetov")
    show.ask("dj_energy", role="viewer", by="Eve")
    show.tell("track", track="t2", title="Dudarai", artist="M. Ryzhkova")
    show.wait(10)
    show.ask("hold")
    show.tell("done", cue="d", run=1)
    show.wait(10)
    show.ask("resume")
    show.until_utc(show.state.planned_utc_s[2])
    show.tell("started", cue="n", run=1)
    show.wait(5)
    show.tell("robot", robot="sky", state="fallen", why="a foot on the cable")
    show.host_s += 2
    show.tell("recovered")
    show.ask("note", text="=1+1", by="Aigul")
    show.ask("stop", by="Handler", role="robot_handler")
    return show


def report_of(show: Caller) -> AsRun:
    return as_run(
        evening(*CUES), show.record, takes=[{"programme": "n/1", "robots": {"sky": {"mean_ms": 3.5}}}]
    )


def test_planned_against_actual(show: Caller) -> None:
    report = report_of(show)
    told = [(c.id, c.run, c.outcome, c.fired_by) for c in report.cues]
    assert told == [
        ("a", 1, "done", "GO, Aigul"),
        ("d", 1, "done", "after a"),
        ("n", 1, "failed", "hard start"),
        ("x", 0, "skipped", ""),
        ("e", 0, "standby", ""),
    ]
    act, dj_set, number = report.cues[:3]
    assert act.who == ("Luina",)
    assert act.started_utc_s == act.planned_utc_s
    assert act.ended_utc_s is not None and act.ended_utc_s - act.planned_utc_s == 90
    assert dj_set.started_utc_s == act.ended_utc_s
    assert number.started_utc_s == pytest.approx(number.planned_utc_s, abs=0.51)
    assert number.reason == "show stop"
    assert report.scopes == ("rehearsal", "lights_and_sound")


def test_tracks_for_rights_reporting(show: Caller) -> None:
    one, two = report_of(show).tracks
    assert (one.title, one.artist, one.cue) == ("Қара жорға", "Халық", "d")
    assert one.ended_utc_s == two.started_utc_s == one.started_utc_s + 20
    assert two.ended_utc_s == two.started_utc_s + 10, "with its cue"


def test_robots_of_each_number(show: Caller) -> None:
    dj_set, number = report_of(show).numbers
    assert (dj_set.cue, dj_set.moments) == ("d", ())
    assert [(m.robot, m.state, m.why) for m in number.moments] == [("sky", "fallen", "a foot on the cable")]
    assert (number.scope, number.measures) == ("rehearsal", {"sky": {"mean_ms": 3.5}})


def test_interventions_pauses_and_faults(show: Caller) -> None:
    report = report_of(show)
    told = [(line.command, line.by, line.is_refused) for line in report.interventions]
    assert told == [
        ("arm", "Aigul", False),
        ("resume", "Aigul", False),
        ("finish", "Aigul", False),
        ("dj_next", "Akhmetov", False),
        ("dj_energy", "Eve", True),
        ("hold", "Aigul", False),
        ("resume", "Aigul", False),
        ("note", "Aigul", False),
        ("stop", "Handler", False),
    ]
    pauses = [(p.kind, None if p.to_utc_s is None else p.to_utc_s - p.from_utc_s) for p in report.pauses]
    assert pauses == [("hold", 10), ("restart", 2), ("hold", 0), ("stop", None)]
    assert [f.id for f in report.faults] == ["robot:sky"]


def test_the_table_can_be_read_again(show: Caller) -> None:
    text = as_run_csv(report_of(show))
    rows = list(csv.DictReader(io.StringIO(text)))
    assert tuple(rows[0]) == CSV_COLUMNS
    act = next(row for row in rows if row["id"] == "a")
    assert (act["what"], act["late_s"], act["length_s"]) == ("cue:act", "+0.0", "90.0")
    assert act["begin"] == "2026-03-07T19:00:00.000+05:00"
    begins = [datetime.fromisoformat(row["begin"]) for row in rows if row["begin"]]
    assert begins == sorted(begins)
    assert [row["title"] for row in rows if row["what"] == "track"] == ["Қара жорға", "Dudarai"]
    assert next(row for row in rows if row["id"] == "note")["detail"] == "'=1+1", "no formula"


def test_the_report_is_json(show: Caller) -> None:
    report = report_of(show)
    assert from_json(AsRun, json.loads(json.dumps(to_json(report), allow_nan=False))) == report


def test_a_repeated_cue_has_a_line_for_each_time() -> None:
    show = Caller.of(cue("t", "track"), cue("b"))
    for _ in range(2):
        show.go("t")
        show.wait(5)
        show.tell("done", cue="t", run=show.state.now("t").run)
        show.ask("standby", cue="t")
    report = as_run(evening(cue("t", "track"), cue("b")), show.record)
    assert [(c.id, c.run, c.outcome) for c in report.cues] == [
        ("t", 1, "done"),
        ("t", 2, "done"),
        ("b", 0, "waiting"),
    ]


def test_a_record_that_has_not_begun() -> None:
    report = as_run(evening(*CUES), [])
    assert report.over_s is None and all(c.run == 0 for c in report.cues)
    assert as_run_csv(report).startswith("begin,end,planned")
