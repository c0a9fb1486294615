"""The record as a page: what it says, and that nothing in it can act."""

import re
import xml.etree.ElementTree as ET
from dataclasses import replace
from datetime import date
from html.parser import HTMLParser

from hypothesis import given, settings
from hypothesis import strategies as st

from temirbek.show.as_run import AsRun, AsRunCue, AsRunLine, AsRunNumber, AsRunPause, AsRunTrack, RobotMoment
from temirbek.show.as_run_hall import AsRunAnnouncement, AsRunHall, AsRunPoll, AsRunReaction, AsRunRound
from temirbek.types.live import Fault
from temirbek.web.as_run_drawing import drawing
from temirbek.web.as_run_page import as_run_page

START_S = 1_773_493_200.0  # 2026-03-14 18:00 in Almaty


def a_cue(index: int, title: str, **values: object) -> AsRunCue:
    planned = START_S + 400 * index
    cue = AsRunCue(
        id=f"c{index}",
        kind="act",
        title=title,
        who=("Луина",),
        run=1,
        planned_utc_s=planned,
        started_utc_s=planned + 20 * index,
        ended_utc_s=planned + 20 * index + 350,
        planned_length_s=380.0,
        outcome="done",
        fired_by="GO, Айгүл",
    )
    return replace(cue, **values)  # type: ignore[arg-type]


def a_report(**values: object) -> AsRun:
    titles = (
        "Құрметті көрермендер!",
        "Музарт Life",
        "Аспан мен Алтын: «Тұлпар»",
        "Слово организаторов",
        "Финал",
    )
    cues = [a_cue(i, title) for i, title in enumerate(titles * 3)]
    cues[3] = replace(
        cues[3], outcome="skipped", started_utc_s=None, ended_utc_s=None, run=0, reason="running late"
    )
    cues[7] = replace(cues[7], outcome="failed", reason="the OSC peer “screen” did not answer")
    cues[9] = replace(cues[9], outcome="uncertain", ended_utc_s=None)
    report = AsRun(
        title="Жас жұлдыздар · Jas Stars",
        day=date(2026, 3, 14),
        timezone="Asia/Almaty",
        scopes=("lights_and_sound", "rehearsal"),
        began_utc_s=START_S - 900,
        ended_utc_s=START_S + 8 * 3600,
        planned_end_utc_s=START_S + 6000,
        over_s=252.0,
        cues=tuple(cues),
        tracks=(
            AsRunTrack(
                id="1",
                title="Тұлпар",
                artist="Temirbek studio",
                cue="duet",
                started_utc_s=START_S + 900,
                ended_utc_s=START_S + 1095,
            ),
            AsRunTrack(
                id="2",
                title="Алма",
                artist="Temirbek studio",
                cue="duet",
                started_utc_s=START_S + 1095,
                ended_utc_s=None,
            ),
        ),
        numbers=(
            AsRunNumber(
                cue="c2",
                title="Аспан мен Алтын: «Тұлпар»",
                run=1,
                robots=("sky", "gold"),
                scope="rehearsal",
                started_utc_s=START_S + 840,
                ended_utc_s=START_S + 1190,
                moments=(RobotMoment(utc_s=START_S + 1000, robot="gold", state="damped", why="show stop"),),
                measures={
                    "sky": {
                        "danced_s": 190.02,
                        "accents": 212,
                        "mean_ms": 6.4,
                        "p95_ms": 14.25,
                        "torque_peak": 0.81,
                        "guard_interventions": 0,
                        "fell": False,
                    },
                    "gold": {"danced_s": 160.0, "accents": 180, "mean_ms": None, "fell": True},
                },
            ),
        ),
        interventions=(
            AsRunLine(
                utc_s=START_S + 990, by="Айгүл", role="stage_manager", command="stop", what="show stop"
            ),
            AsRunLine(
                utc_s=START_S + 995,
                by="viewer 12ab",
                role="viewer",
                command="go",
                what="not allowed",
                is_refused=True,
            ),
        ),
        pauses=(
            AsRunPause(
                kind="stop",
                from_utc_s=START_S + 990,
                to_utc_s=START_S + 1120,
                by="Айгүл",
                why="cable on stage",
            ),
            AsRunPause(kind="hold", from_utc_s=START_S + 3000, to_utc_s=START_S + 3400, by="Айгүл"),
            AsRunPause(kind="restart", from_utc_s=START_S + 4500, to_utc_s=START_S + 4502),
        ),
        faults=(
            Fault(
                id="osc",
                severity="error",
                what="OSC peer “screen” does not answer",
                since_utc_s=START_S + 2950,
            ),
        ),
    )
    return replace(report, **values)  # type: ignore[arg-type]


def a_hall(text: str = "applause") -> AsRunHall:
    """A hall in which everything happened, with some text wherever people or files write."""
    part = {
        "source": text,
        "rule_weight": 0.4,
        "weight": 0.5,
        "slider": 0.21,
        "points": 10.5,
        "votes_person": 9,
    }
    missing = {
        "source": "jury",
        "rule_weight": 0.2,
        "weight": 0.0,
        "slider": None,
        "points": 0.0,
        "reason": text,
    }
    one = {"criterion": text, "person": 0.75, "robot": None, "reason": text}
    verdict = {"round": 1, "winner": "person", "points": 10.5, "parts": [part, missing], "comparisons": [one]}
    whole = {"winner": text, "rounds_person": 1, "rounds_robot": 0, "reason": text, "rounds": [verdict]}
    reactions = [
        AsRunReaction(
            utc_s=START_S,
            cue=text,
            robot=text,
            gesture=text,
            cause=text,
            cause_utc_s=START_S - i,
            delay_s=delay,
            why="" if delay else text,
        )
        for i, delay in enumerate((0.8, 1.0, 1.9, None))
    ]
    return AsRunHall(
        reactions=tuple(reactions),
        rounds=tuple(
            AsRunRound(utc_s=START_S, cue=text, round=i, verdict=v) for i, v in ((1, verdict), (0, whole))
        ),
        polls=(AsRunPoll(utc_s=START_S, cue="p", title=text, counts={text: 1200, "other": 900}),),
        announcements=(
            AsRunAnnouncement(
                utc_s=START_S,
                cue="a",
                title=text,
                text={"kk": text},
                approved_by=text,
                approved_on=date(2026, 3, 1),
            ),
            AsRunAnnouncement(utc_s=START_S, cue="b", title=text, text={}, approved_by="", approved_on=None),
        ),
        guests=7,
        most_phones=4980,
        wishes=((text, text, 31, True),),
    )


class Tags(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.names: set[str] = set()
        self.attributes: set[str] = set()
        self.text = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.names.add(tag)
        self.attributes |= {name for name, _ in attrs}

    def handle_data(self, data: str) -> None:
        self.text += data


def read(page: str) -> Tags:
    tags = Tags()
    tags.feed(page)
    return tags


def test_it_says_what_was_planned_and_what_happened() -> None:
    text = read(as_run_page(a_report())).text
    for said in (
        "Жас жұлдыздар",
        "18:00:00",
        "4:12 later than planned",
        "На 4:12 позже плана",
        "Жоспардан 4:12 кеш",
    ):
        assert said in text
    assert "+0:20" in text and "5:50 / 6:20" in text  # the second act: late, and its length beside its plan
    assert "did not answer" in text and "өткізілді" in text and "cable on stage" in text
    assert "6.4" in text and "14.2" in text
    assert "02:00:00 +1" in text  # past midnight
    assert "4:12 earlier than planned" in read(as_run_page(a_report(over_s=-252.0))).text


def test_it_says_whom_robots_answered_how_soon_and_how_rounds_were_decided() -> None:
    text = read(as_run_page(a_report(hall=a_hall()))).text
    assert "3 answers, 1 refused; 7 guests, 4980 phones" in text
    for said in (
        "1.00",
        "1.90",
        "+0.210",
        "40% → 50%",
        "20% → 0%",
        "9 : 0",
        "0.75 : —",
        "1200",
        "2026-03-01",
        "the person wins",
    ):
        assert said in text, said


def test_it_needs_nothing_and_runs_nothing() -> None:
    page = as_run_page(a_report())
    assert read(page).names & {"script", "link", "img", "iframe", "object", "a"} == set()
    assert "default-src 'none'" in page and not re.search(r"\b(href|src)=|url\(", page)


def test_an_evening_in_which_nothing_happened_is_told() -> None:
    empty = a_report(
        cues=(), tracks=(), numbers=(), interventions=(), pauses=(), faults=(), over_s=None, scopes=()
    )
    assert read(as_run_page(empty)).text.count("· none") == 7 and drawing(empty) == ""


@settings(max_examples=25)
@given(
    text=st.text(max_size=12)
    | st.sampled_from(("<script>alert(1)</script>", '"><img src=x onerror=alert(1)>', "</style><b>"))
)
def test_nothing_that_people_wrote_becomes_markup(text: str) -> None:
    plain = read(as_run_page(a_report(hall=a_hall())))
    cue = a_cue(0, text, who=(text,), reason=text, fired_by=text)
    report = a_report(
        hall=a_hall(text),
        title=text,
        cues=(cue,),
        tracks=(
            AsRunTrack(id=text, title=text, artist=text, cue=text, started_utc_s=START_S, ended_utc_s=None),
        ),
        interventions=(AsRunLine(utc_s=START_S, by=text, role=text, command=text, what=text),),
        pauses=(AsRunPause(kind="hold", from_utc_s=START_S, to_utc_s=None, by=text, why=text),),
        faults=(Fault(id=text, severity="note", what=text, since_utc_s=START_S),),
        numbers=(
            AsRunNumber(
                cue=text,
                title=text,
                run=1,
                robots=(text,),
                scope="none",
                started_utc_s=START_S,
                ended_utc_s=None,
                moments=(RobotMoment(utc_s=START_S, robot=text, state=text, why=text),),
                measures={text: {"fell": text, "accents": text}},
            ),
        ),
    )
    tags = read(as_run_page(report))
    assert tags.names <= plain.names and tags.attributes <= plain.attributes


@settings(max_examples=25)
@given(
    offsets=st.lists(st.tuples(st.floats(-9e4, 9e4), st.floats(0, 9e4)), min_size=1, max_size=4),
    timezone=st.sampled_from(("Asia/Almaty", "Asia/Kathmandu", "Europe/Berlin")),
)
def test_the_drawing_is_well_formed_and_keeps_to_its_frame(
    offsets: list[tuple[float, float]], timezone: str
) -> None:
    cues = tuple(
        a_cue(i, "<&>", started_utc_s=START_S + at, ended_utc_s=START_S + at + lasts)
        for i, (at, lasts) in enumerate(offsets)
    )
    svg = ET.fromstring(drawing(a_report(cues=cues, timezone=timezone)))
    width = float(svg.get("viewBox", "").split()[2])
    for rectangle in svg.iter("rect"):
        x, w = float(rectangle.get("x", "")), float(rectangle.get("width", ""))
        assert 0 <= x <= width and w > 0 and x + w <= width + 3
    assert len(list(svg.iter("line"))) <= 10
