"""The hall in the record's page: whom robots answered, how rounds were decided with all parts, votes, wishes, approvals."""

from collections.abc import Mapping
from html import escape
from typing import Any

from temirbek.show.as_run import AsRun, AsRunRound
from temirbek.web.as_run_words import (
    HEADINGS,
    column_head,
    grid,
    heading,
    in_three,
    on_the_wall,
    table_of,
)

_WINNERS = {
    "person": ("адам жеңді", "победил человек", "the person wins"),
    "robot": ("робот жеңді", "победил робот", "the robot wins"),
    "draw": ("тең", "ничья", "a draw"),
    "none": ("нәтиже жоқ", "нет результата", "no result"),
}
_FIRST = {
    "n": ("саны", "сколько", "how many"),
    "half": ("жартысы, с", "половина, с", "half within, s"),
    "most": ("90 %, с", "90 %, с", "90 % within, s"),
}
"""How soon causes were answered first."""
_SOURCES = {
    "measured": ("өлшем", "измерено", "measured"),
    "audience": ("көрермен", "зал", "the hall"),
    "jury": ("қазылар", "жюри", "the jury"),
}


def hall_sections(report: AsRun) -> str:
    """All that the page tells of the hall."""
    return _reactions(report) + _battles(report) + _polls(report) + _announcements(report)


def _reactions(report: AsRun) -> str:
    hall = report.hall
    rows = [
        [
            on_the_wall(r.utc_s, report),
            "—" if r.delay_s is None else f"{r.delay_s:.2f}",
            escape(r.robot),
            escape(r.gesture),
            escape(r.cause),
            escape(r.cue),
            f'<span class="off">{escape(r.why)}</span>',
        ]
        for r in hall.reactions
    ]
    heads = ("time", "delay", "robot", "gesture", "cause", "cue", "why")
    return f"{heading('reactions')}{_summary(report)}{table_of(heads, rows, numbers=2)}"


def _summary(report: AsRun) -> str:
    """Who was there, and how soon each kind of cause was answered first; nothing where nobody was and nobody answered."""
    hall = report.hall
    if not hall.reactions and not hall.guests and not hall.most_phones:
        return ""
    refused = sum(r.delay_s is None for r in hall.reactions)
    n = len(hall.reactions) - refused
    words = (
        f"{n} жауап, {refused} бас тарту; {hall.guests} қонақ, {hall.most_phones} телефон",
        f"Ответов {n}, отказов {refused}; гостей {hall.guests}, телефонов {hall.most_phones}",
        f"{n} answers, {refused} refused; {hall.guests} guests, {hall.most_phones} phones",
    )
    rows = [
        [escape(kind), str(len(d)), f"{d[len(d) // 2]:.2f}", f"{d[min(int(0.9 * len(d)), len(d) - 1)]:.2f}"]
        for kind, d in hall.first_delays_s().items()
    ]
    heads = [column_head(HEADINGS["cause"]), *(column_head(_FIRST[name]) for name in ("n", "half", "most"))]
    return f"<p>{in_three(words)}</p>{grid(heads, rows, range(1, 4)) if rows else ''}"


def _battles(report: AsRun) -> str:
    rounds = report.hall.rounds
    return f"{heading('battle')}{''.join(_round(one, report) for one in rounds)}" if rounds else ""


def _round(one: AsRunRound, report: AsRun) -> str:
    verdict = one.verdict
    winner = in_three(_WINNERS.get(str(verdict.get("winner")), _WINNERS["none"]))
    when = f"<small>{on_the_wall(one.utc_s, report)} · {escape(one.cue)}</small>"
    if not one.round:
        score = f"{verdict.get('rounds_person', 0)} : {verdict.get('rounds_robot', 0)}"
        why = f" <small>{escape(str(verdict.get('reason', '')).replace('_', ' '))}</small>"
        return f'<p class="told">{winner} · {score}{why} {when}</p>'
    points = float(verdict.get("points", 0.0))
    head = f"<h3>{in_three(HEADINGS['round'])} {one.round}: {winner}, {points:+.1f} {when}</h3>"
    columns = ("what", "comparison", "weight", "points", "votes", "why")
    rows = [_part(part) for part in verdict.get("parts", ())]
    rows += [_criterion(one) for one in verdict.get("comparisons", ())]
    return head + grid([column_head(HEADINGS[name]) for name in columns], rows, range(1, 5))


def _part(part: Mapping[str, Any]) -> list[str]:
    """What a source contributed; a weight that is not the rule's stands beside it."""
    slider, weight, rule = part.get("slider"), float(part.get("weight", 0)), float(part.get("rule_weight", 0))
    votes = (part.get("votes_person", 0), part.get("votes_robot", 0))
    source = str(part.get("source", ""))
    return [
        f"<b>{in_three(_SOURCES.get(source, (source,)))}</b>",
        "—" if slider is None else f"{float(slider):+.3f}",
        f"{weight:.0%}" if abs(weight - rule) < 1e-9 else f"{rule:.0%} → {weight:.0%}",
        f"{float(part.get('points', 0.0)):+.1f}",
        f"{votes[0]} : {votes[1]}" if any(votes) else "",
        escape(str(part.get("reason", "")).replace("_", " ")),
    ]


def _criterion(one: Mapping[str, Any]) -> list[str]:
    """A criterion behind the measured part: both values."""
    person, robot = one.get("person"), one.get("robot")
    told = "—" if person is None or robot is None else f"{float(person) - float(robot):+.3f}"
    values = " : ".join("—" if value is None else f"{float(value):.2f}" for value in (person, robot))
    why = " · ".join(filter(None, (values, str(one.get("reason", "")).replace("_", " "))))
    return [
        escape(str(one.get("criterion", ""))),
        told,
        "",
        "",
        "",
        f'<span class="off">{escape(why)}</span>',
    ]


def _polls(report: AsRun) -> str:
    hall = report.hall
    told = ""
    if hall.polls:
        rows = [
            [on_the_wall(p.utc_s, report), str(n), escape(option), escape(p.title)]
            for p in hall.polls
            for option, n in p.counts.items()
        ]
        told += f"{heading('polls')}{table_of(('time', 'votes', 'what', 'cue'), rows, numbers=2)}"
    if hall.wishes:
        rows = [
            [str(n), f'<span class="{"off" if hidden else ""}">{escape(title)}</span>', escape(artist)]
            for title, artist, n, hidden in hall.wishes
        ]
        told += f"{heading('wishes')}{table_of(('votes', 'title', 'artist'), rows, numbers=1)}"
    return told


def _announcements(report: AsRun) -> str:
    said = report.hall.announcements
    if not said:
        return ""
    rows = [
        [
            on_the_wall(a.utc_s, report),
            escape(a.title),
            "<br>".join(escape(text) for text in a.text.values()),
            f"{escape(a.approved_by)} <small>{a.approved_on.isoformat()}</small>"
            if a.approved_on
            else '<span class="bad">—</span>',
        ]
        for a in said
    ]
    return f"{heading('announcements')}{table_of(('time', 'title', 'what', 'approved'), rows, numbers=1)}"
