"""The evening's record as a page: self-contained, for screens and for paper, headings in three languages.

Everything that people or files wrote is escaped; the page runs no script and fetches nothing, and says so to the
browser, so that a record can be mailed and opened anywhere.
"""

from html import escape

from temirbek.show.as_run import AsRun, AsRunCue, AsRunNumber
from temirbek.web.as_run_drawing import drawing
from temirbek.web.as_run_hall import hall_sections
from temirbek.web.as_run_words import (
    HEADINGS,
    column_head,
    grid,
    heading,
    in_three,
    late_by,
    length_of,
    nothing,
    on_the_wall,
    table_of,
    value_of,
)

_OUTCOMES = {
    "done": ("орындалды", "выполнен", "done"),
    "skipped": ("өткізілді", "пропущен", "skipped"),
    "failed": ("сәтсіз", "сбой", "failed"),
    "uncertain": ("белгісіз", "неизвестно", "uncertain"),
    "running": ("жүріп жатыр", "идёт", "running"),
    "pre_wait": ("күтуде", "ожидание", "pre-wait"),
    "post_wait": ("күтуде", "ожидание", "post-wait"),
    "standby": ("дайын", "готов", "standby"),
    "waiting": ("болмады", "не был", "not played"),
}
_SIGNS = {"done": "✓", "skipped": "–", "failed": "✕", "uncertain": "?", "waiting": "○"}
"""Outcome → how it is drawn in the table; the rest is under way. Their words stand under it."""
_MEASURES = {
    "danced_s": ("биледі, с", "танцевал, с", "danced, s"),
    "accents": ("акцент", "акцентов", "accents"),
    "mean_ms": ("орташа қате, мс", "средняя ошибка, мс", "mean error, ms"),
    "p95_ms": ("95 % ішінде, мс", "95 % в пределах, мс", "95 % within, ms"),
    "torque_peak": ("күштің үлесі", "доля момента", "peak torque share"),
    "guard_interventions": ("қорғаныс", "защита", "guard acted"),
    "fell": ("құлады", "падал", "fell"),
}
_STYLE = """
:root{color-scheme:light}*{box-sizing:border-box}
body{font:14px/1.45 system-ui,"Noto Sans",sans-serif;color:#14171c;background:#fff;max-width:1060px;margin:2rem auto;padding:0 1.2rem}
h1{font-size:1.9rem;margin:0}h2{font-size:1.1rem;margin:2rem 0 .5rem;break-after:avoid}h3{font-size:1rem;margin:1rem 0 .3rem;break-after:avoid}
.tri{color:#5a6270;font-weight:400}small,.tri small{color:#5a6270}.told{font-size:1.15rem;margin:.8rem 0}
dl{display:flex;flex-wrap:wrap;gap:.4rem 2.4rem;margin:1rem 0}dt{color:#5a6270;font-size:.82rem}dd{margin:0;font-size:1.15rem}
dd,td{font-variant-numeric:tabular-nums}table{border-collapse:collapse;width:100%}tr{break-inside:avoid}
th{text-align:left;font-size:.76rem;font-weight:600;color:#5a6270;border-bottom:1.5px solid #14171c;padding:.2rem .6rem .2rem 0;vertical-align:bottom}
td{border-bottom:1px solid #dfe3e8;padding:.25rem .6rem .25rem 0;vertical-align:top;overflow-wrap:break-word}td.n,th.n{text-align:right}td.n{white-space:nowrap}
.late{color:#a3360b}.early{color:#0b6b3a}.bad{color:#b01c32;font-weight:600}.off{color:#5a6270}
svg{width:100%;height:auto;margin:.4rem 0}svg text{font:12px system-ui,"Noto Sans",sans-serif;fill:#14171c}svg text.hour{fill:#5a6270}
svg line.hour{stroke:#dfe3e8}svg rect.plan{fill:#fff;stroke:#8a8f98;stroke-width:1.2}
td{line-height:1.35}.key{display:flex;gap:.2rem 1.4rem;font-size:.82rem;color:#5a6270;flex-wrap:wrap}.key i{display:inline-block;width:1.6rem;height:.6rem;margin-right:.4rem}
@media print{body{margin:0;max-width:none;font-size:10pt}@page{size:A4;margin:14mm}}
"""


def as_run_page(report: AsRun) -> str:
    """The record as one HTML page."""
    sections = (
        _cues(report),
        _tracks(report),
        _robots(report),
        hall_sections(report),
        _interventions(report),
        _faults(report),
    )
    return (
        '<!doctype html><html lang="kk"><head><meta charset="utf-8">'
        "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">"
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>{escape(report.title)} · {report.day.isoformat()}</title><style>{_STYLE}</style></head><body>"
        f"{_head(report)}{''.join(sections)}</body></html>\n"
    )


# Parts ----------------------------------------------------------------------------------------------------------


def _head(report: AsRun) -> str:
    facts = (
        ("began", on_the_wall(report.began_utc_s, report)),
        ("planned", on_the_wall(report.planned_end_utc_s, report)),
        ("ended", on_the_wall(report.ended_utc_s, report)),
        ("scope", escape(", ".join(s.replace("_", " ") for s in report.scopes)) or "—"),
    )
    names = {"planned": ("Соңы жоспарда", "Конец по плану", "Planned end")}
    listed = "".join(
        f"<div><dt>{in_three(names.get(n, HEADINGS[n]))}</dt><dd>{value}</dd></div>" for n, value in facts
    )
    return (
        f"<p>{in_three(HEADINGS['record'])}</p><h1>{escape(report.title)}</h1>"
        f"<p>{report.day.isoformat()} · {escape(report.timezone)}</p>{_over(report)}<dl>{listed}</dl>"
    )


def _over(report: AsRun) -> str:
    if report.over_s is None:
        return ""
    size = length_of(abs(report.over_s))
    if report.over_s >= 0:
        words = (f"Жоспардан {size} кеш", f"На {size} позже плана", f"{size} later than planned")
    else:
        words = (f"Жоспардан {size} ерте", f"На {size} раньше плана", f"{size} earlier than planned")
    return f'<p class="told">{in_three(words)}</p>'


def _cues(report: AsRun) -> str:
    head = ("planned", "actual", "late", "length", "what", "who", "outcome", "why")
    key = (
        '<p class="key"><span><i style="border:1.2px solid #8a8f98"></i>жоспар · план · planned</span>'
        '<span><i style="background:#0b7a8f"></i>факт · факт · actual</span>'
        '<span><i style="background:#8a8f9829;border:1px solid #8a8f98"></i>hold</span>'
        '<span><i style="background:#c2273d29;border:1px solid #c2273d"></i>stop</span>'
        '<span><i style="background:#7a4fbf29;border:1px solid #7a4fbf"></i>restart</span></p>'
    )
    rows = [_cue_row(cue, report) for cue in report.cues]
    seen = [o for o in _OUTCOMES if any(cue.outcome == o for cue in report.cues)]
    signs = "".join(
        f"<span>{_sign(o)} {escape(' · '.join(dict.fromkeys(_OUTCOMES[o])))}</span>" for o in seen
    )
    return (
        f"{heading('cues')}{drawing(report)}{key if report.cues else ''}{table_of(head, rows, numbers=4)}"
        f'<p class="key">{signs}</p>'
    )


def _cue_row(cue: AsRunCue, report: AsRun) -> list[str]:
    late = None if cue.started_utc_s is None else cue.started_utc_s - cue.planned_utc_s
    lasted = None
    if cue.started_utc_s is not None and cue.ended_utc_s is not None:
        lasted = cue.ended_utc_s - cue.started_utc_s
    again = f" <small>×{cue.run}</small>" if cue.run > 1 else ""
    return [
        on_the_wall(cue.planned_utc_s, report),
        on_the_wall(cue.started_utc_s, report),
        late_by(late),
        f"{length_of(lasted)} <small>/ {length_of(cue.planned_length_s)}</small>",
        f"{escape(cue.title)}{again} <small>{escape(cue.kind.replace('_', ' '))}</small>",
        escape(", ".join(cue.who)),
        _sign(cue.outcome),
        escape("; ".join(filter(None, (cue.fired_by, cue.reason)))),
    ]


def _sign(outcome: str) -> str:
    kind = {"failed": "bad", "uncertain": "bad", "skipped": "off", "waiting": "off"}.get(outcome, "")
    return f'<b class="{kind}">{_SIGNS.get(outcome, "▸")}</b>'


def _tracks(report: AsRun) -> str:
    rows = [
        [
            on_the_wall(t.started_utc_s, report),
            length_of(None if t.ended_utc_s is None else t.ended_utc_s - t.started_utc_s),
            escape(t.title),
            escape(t.artist),
            escape(t.cue),
        ]
        for t in report.tracks
    ]
    return f"{heading('tracks')}{table_of(('actual', 'length', 'title', 'artist', 'cue'), rows, numbers=2)}"


def _robots(report: AsRun) -> str:
    return f"{heading('robots')}{''.join(_number(n, report) for n in report.numbers) or nothing()}"


def _number(number: AsRunNumber, report: AsRun) -> str:
    ended = "" if number.ended_utc_s is None else f"–{on_the_wall(number.ended_utc_s, report)}"
    head = (
        f"<h3>{escape(number.title)} <small>{on_the_wall(number.started_utc_s, report)}{ended} · "
        f"{escape(number.scope.replace('_', ' '))} · {escape(', '.join(number.robots))}</small></h3>"
    )
    names = [n for n in _MEASURES if any(n in m for m in number.measures.values())]
    table = ""
    if names:
        rows = [
            [escape(robot), *(value_of(m.get(name)) for name in names)]
            for robot, m in number.measures.items()
        ]
        table = grid(
            [column_head(HEADINGS["robot"]), *(column_head(_MEASURES[n]) for n in names)], rows, range(1, 20)
        )
    moments = [
        [on_the_wall(m.utc_s, report), escape(m.robot), escape(m.state), escape(m.why)]
        for m in number.moments
    ]
    return head + table + (table_of(("time", "robot", "state", "why"), moments, numbers=1) if moments else "")


def _interventions(report: AsRun) -> str:
    rows = [
        [
            on_the_wall(line.utc_s, report),
            f"{escape(line.by)} <small>{escape(line.role.replace('_', ' '))}</small>",
            f'<span class="{"off" if line.is_refused else ""}">{escape(line.command)}</span>',
            escape(line.what),
        ]
        for line in report.interventions
    ]
    pauses = [
        [
            on_the_wall(p.from_utc_s, report),
            length_of(None if p.to_utc_s is None else p.to_utc_s - p.from_utc_s),
            f'<span class="{"bad" if p.kind == "stop" else ""}">{escape(p.kind)}</span>',
            escape(p.by),
            escape(p.why),
        ]
        for p in report.pauses
    ]
    return (
        f"{heading('interventions')}{table_of(('time', 'who', 'command', 'what'), rows, numbers=1)}"
        f"{heading('pauses')}{table_of(('time', 'length', 'what', 'who', 'why'), pauses, numbers=2)}"
    )


def _faults(report: AsRun) -> str:
    rows = [
        [
            on_the_wall(f.since_utc_s, report),
            f'<span class="{"bad" if f.severity == "error" else ""}">{escape(f.severity)}</span>',
            escape(f.what),
        ]
        for f in report.faults
    ]
    return f"{heading('faults')}{table_of(('time', 'state', 'what'), rows, numbers=1)}"
