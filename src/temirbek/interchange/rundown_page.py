"""The running order on paper: one HTML page that needs nothing else, set for A4."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from html import escape
from pathlib import Path
from string import Template
from zoneinfo import ZoneInfo

from temirbek.types import Cue, CueKind, Evening, Language

_WORDS: Mapping[str, Mapping[Language, str]] = {
    "rundown": {"kk": "Іс-шара тәртібі", "ru": "Порядок программы", "en": "Running order"},
    "no": {"kk": "№", "ru": "№", "en": "No."},
    "start": {"kk": "Басталуы", "ru": "Начало", "en": "Start"},
    "elapsed": {"kk": "Барлығы", "ru": "Всего", "en": "Elapsed"},
    "length": {"kk": "Ұзақтығы", "ru": "Длительность", "en": "Length"},
    "what": {"kk": "Не болады", "ru": "Что", "en": "What"},
    "who": {"kk": "Кім", "ru": "Кто", "en": "Who"},
    "note": {"kk": "Ескертпе", "ru": "Примечание", "en": "Note"},
    "from_to": {"kk": "Уақыты", "ru": "Время", "en": "Time"},
    "total": {"kk": "Жалпы ұзақтығы", "ru": "Общая длительность", "en": "Total"},
    "cues": {"kk": "Тармақтар", "ru": "Пунктов", "en": "Cues"},
    "hard": {"kk": "дәл уақытында", "ru": "точно в срок", "en": "on the dot"},
    "auto": {"kk": "автоматты", "ru": "автоматически", "en": "by itself"},
    "skipped": {"kk": "бүгін жоқ", "ru": "сегодня нет", "en": "not tonight"},
    "unapproved": {"kk": "мәтін бекітілмеген", "ru": "текст не утверждён", "en": "text not approved"},
}
_KINDS: Mapping[CueKind, Mapping[Language, str]] = {
    "act": {"kk": "нөмір", "ru": "номер", "en": "act"},
    "track": {"kk": "фонограмма", "ru": "фонограмма", "en": "track"},
    "dj_set": {"kk": "диджей сеті", "ru": "диджей-сет", "en": "DJ set"},
    "robot_number": {"kk": "робот биі", "ru": "танец роботов", "en": "robot number"},
    "robot_gesture": {"kk": "робот қимылы", "ru": "жест робота", "en": "robot gesture"},
    "announcement": {"kk": "хабарландыру", "ru": "объявление", "en": "announcement"},
    "speech": {"kk": "сөз", "ru": "слово", "en": "speech"},
    "light": {"kk": "жарық", "ru": "свет", "en": "light"},
    "card": {"kk": "экран", "ru": "экран", "en": "screen"},
    "osc": {"kk": "OSC", "ru": "OSC", "en": "OSC"},
    "midi": {"kk": "MIDI", "ru": "MIDI", "en": "MIDI"},
    "greeting": {"kk": "қарсы алу", "ru": "встреча гостей", "en": "greeting"},
    "battle": {"kk": "жарыс", "ru": "баттл", "en": "battle"},
    "poll": {"kk": "дауыс беру", "ru": "голосование", "en": "poll"},
    "checklist": {"kk": "тексеру", "ru": "проверка", "en": "checklist"},
    "pause": {"kk": "үзіліс", "ru": "пауза", "en": "pause"},
}
_FAMILY: Mapping[CueKind, str] = {
    "act": "people",
    "speech": "people",
    "track": "music",
    "dj_set": "music",
    "robot_number": "robots",
    "robot_gesture": "robots",
    "greeting": "robots",
    "battle": "robots",
    "announcement": "words",
    "poll": "words",
    "card": "words",
    "light": "wires",
    "osc": "wires",
    "midi": "wires",
    "checklist": "check",
    "pause": "pause",
}
_PAGE = Template("""<!doctype html>
<html lang="$language">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>$title – $rundown</title>
<style>
@page { size: A4; margin: 13mm 12mm 15mm; @bottom-left { content: "$footer"; font: 7.5pt sans-serif; color: #66727c; }
  @bottom-right { content: counter(page) " / " counter(pages); font: 7.5pt sans-serif; color: #66727c; } }
:root { --ink: #10181f; --soft: #5a6670; --line: #d5dce1; --people: #10181f; --music: #b0284a; --robots: #007f9a;
  --words: #9a6b00; --wires: #8a949c; --check: #3c7a2e; --pause: #8a949c; }
* { box-sizing: border-box; }
html { -webkit-print-color-adjust: exact; print-color-adjust: exact; }
body { margin: 0 auto; max-width: 186mm; color: var(--ink); background: #fff; line-height: 1.32;
  font: 8.8pt "Inter", "Noto Sans", "Segoe UI", "DejaVu Sans", sans-serif; font-variant-numeric: tabular-nums; }
@media screen { body { padding: 12mm 0; } }
header { display: flex; justify-content: space-between; align-items: flex-end; gap: 8mm; padding-bottom: 4mm;
  border-bottom: 2.2pt solid var(--ink); }
header > div { flex: 1; }
h1 { margin: 0; font-size: 21pt; line-height: 1.08; letter-spacing: -.015em; }
.kicker { margin: 0 0 1.2mm; white-space: nowrap; font-size: 7.6pt; color: var(--soft); letter-spacing: .02em; }
.where { margin: 1.5mm 0 0; color: var(--soft); font-size: 9pt; }
dl { display: flex; gap: 6mm; margin: 0; text-align: right; white-space: nowrap; }
dt { font-size: 7pt; line-height: 1.25; }
dd { margin: .6mm 0 0; font-size: 12.5pt; font-weight: 650; letter-spacing: -.01em; }
table { width: 100%; table-layout: fixed; border-collapse: collapse; margin-top: 1mm; overflow-wrap: anywhere; }
thead { display: table-header-group; }
th { padding: 2.2mm 2mm 1.4mm 0; text-align: left; vertical-align: bottom; font-size: 7pt; font-weight: 650;
  line-height: 1.2; border-bottom: .8pt solid var(--ink); }
small { display: block; font-size: 5.8pt; font-weight: 400; color: var(--soft); }
tr { break-inside: avoid; }
td { padding: 1.2mm 2mm 1.15mm 0; vertical-align: top; border-bottom: .4pt solid var(--line); }
.no, .elapsed, .length { color: var(--soft); text-align: right; white-space: nowrap; }
th.no { width: 7mm; } th.start { width: 19mm; } th.length { width: 21mm; } th.elapsed { width: 16mm; }
th.who { width: 32mm; } th.note { width: 36mm; }
td.no { font-size: 7.4pt; padding-top: 1.55mm; }
.start { padding-left: 3mm; white-space: nowrap; }
td.start { font-weight: 650; font-size: 10.5pt; line-height: 1.2; }
td.start i { font-style: normal; font-weight: 400; font-size: 7pt; color: var(--soft); }
td.start small { white-space: normal; line-height: 1.1; }
td.start small, td.start sup { color: var(--music); font-weight: 600; }
td.length { color: var(--ink); }
th.no, th.length, th.elapsed { color: var(--ink); }
.what { padding-left: 2.6mm; }
td.what { border-left: 2.2pt solid var(--wires); }
td.what b { font-weight: 650; font-size: 9.4pt; }
.kind { display: block; color: var(--soft); font-size: 7.2pt; }
td.note { color: var(--soft); font-size: 7.8pt; padding-right: 0; }
.robot { color: var(--robots); }
.warn { color: var(--music); font-weight: 600; }
.people td.what { border-left-color: var(--people); } .music td.what { border-left-color: var(--music); }
.robots td.what { border-left-color: var(--robots); } .words td.what { border-left-color: var(--words); }
.check td.what { border-left-color: var(--check); }
.auto td.start { font-weight: 400; font-size: 8.4pt; color: var(--soft); }
.auto td.what b { font-weight: 500; } .auto td.what { padding-left: 6.4mm; }
.auto td.what::before { content: "↳"; margin-left: -4mm; float: left; color: var(--soft); }
.wires td.what b, .pause td.what b { font-weight: 500; }
.skipped { color: var(--soft); } .skipped td.what b { text-decoration: line-through; }
ul { margin: .8mm 0 0; padding: 0; list-style: none; } li::before { content: "☐ "; color: var(--ink); }
li { font-size: 8pt; padding-left: 4mm; text-indent: -4mm; }
</style>
</head>
<body>
<header>
<div><p class="kicker">$rundown_all</p><h1>$title</h1><p class="where">$where</p></div>
<dl>$figures</dl>
</header>
<table>
<thead><tr>$headings</tr></thead>
<tbody>
$rows
</tbody>
</table>
</body>
</html>
""")


@dataclass(frozen=True, slots=True, kw_only=True)
class _Place:
    """One cue in its place: its number, planned start by the wall, days after the first one, and seconds since it."""

    number: int
    wall: datetime
    day: int
    elapsed_s: float
    is_auto: bool


def write_rundown_html(evening: Evening, starts_utc_s: Sequence[float], path: Path) -> None:
    """Writes the running order as a page to print, headed in the venue's languages.

    Args:
        evening: What is written.
        starts_utc_s: When each cue is planned to begin, one per cue.
        path: The file; replaced if it is there.
    """
    path.write_text(rundown_html(evening, starts_utc_s), encoding="utf-8")


def rundown_html(evening: Evening, starts_utc_s: Sequence[float]) -> str:
    """The page of :func:`write_rundown_html`."""
    languages = evening.venue.languages
    zone = ZoneInfo(evening.venue.timezone)
    walls = [datetime.fromtimestamp(round(t), UTC).astimezone(zone) for t in starts_utc_s]
    names = {person.id: person.name for person in evening.people}
    robots = {performer.id: performer.name for performer in evening.show.cast}
    rows = []
    for i, (cue, wall) in enumerate(zip(evening.cues, walls, strict=True)):
        place = _Place(
            number=i + 1,
            wall=wall,
            day=(wall.date() - walls[0].date()).days,
            elapsed_s=starts_utc_s[i] - starts_utc_s[0],
            is_auto=i > 0 and evening.cues[i - 1].follow != "manual",
        )
        rows.append(_row(cue, place, names, robots, languages))
    end_s = max((t + c.length_s for t, c in zip(starts_utc_s, evening.cues, strict=True)), default=0.0)
    title = evening.show.title
    return _PAGE.substitute(
        language=languages[0],
        title=escape(title),
        footer=_css_text(f"{title} · {_day(evening, walls)}".strip(" ·")),
        rundown=escape(_WORDS["rundown"][languages[0]]),
        rundown_all=escape(" · ".join(_WORDS["rundown"][language] for language in languages)),
        where=escape(
            " · ".join(
                part for part in (evening.venue.name, _day(evening, walls), evening.venue.timezone) if part
            )
        ),
        figures=_figures(evening, walls, starts_utc_s, end_s, languages),
        headings="".join(
            f'<th class="{key}">{_in_all(_WORDS[word], languages)}</th>'
            for key, word in (
                ("no", "no"),
                ("start", "start"),
                ("length", "length"),
                ("elapsed", "elapsed"),
                ("what", "what"),
                ("who", "who"),
                ("note", "note"),
            )
        ),
        rows="\n".join(rows),
    )


def _row(
    cue: Cue,
    place: _Place,
    names: Mapping[str, str],
    robots: Mapping[str, str],
    languages: Sequence[Language],
) -> str:
    classes = [_FAMILY[cue.kind], *["auto"] * place.is_auto, *["skipped"] * cue.is_skipped]
    who = [escape(names[i]) for i in cue.people]
    who += [f'<span class="robot">{escape(robots[i])}</span>' for i in cue.robots]
    cells = (
        ("no", str(place.number)),
        ("start", _start(cue, place, languages)),
        ("length", length_in_words(cue.length_s) if cue.length_s else ""),
        ("elapsed", length_in_words(place.elapsed_s)),
        ("what", _what(cue, place, languages)),
        ("who", ", ".join(who)),
        ("note", escape(cue.note).replace("\n", "<br>")),
    )
    wide = "" if who else ' colspan="2"'
    return (
        f'<tr class="{" ".join(classes)}">'
        + "".join(
            f'<td class="{key}"{wide if key == "what" else ""}>{cell}</td>'
            for key, cell in cells
            if who or key != "who"
        )
        + "</tr>"
    )


def _start(cue: Cue, place: _Place, languages: Sequence[Language]) -> str:
    seconds = f"<i>:{place.wall:%S}</i>" if place.wall.second else ""
    day = f"<sup>+{place.day}</sup>" if place.day else ""
    hard = cue.start is not None and cue.start.is_hard
    mark = f"<small>● {escape(_WORDS['hard'][languages[0]])}</small>" if hard else ""
    return f"{place.wall:%H:%M}{seconds}{day}{mark}"


def _what(cue: Cue, place: _Place, languages: Sequence[Language]) -> str:
    first = languages[0]
    kind = [_KINDS[cue.kind][first]]
    if place.is_auto:
        kind.append(_WORDS["auto"][first])
    if cue.is_skipped:
        kind.append(_WORDS["skipped"][first])
    text = f'<b>{escape(cue.title)}</b><span class="kind">{escape(" · ".join(kind))}</span>'
    if cue.kind == "announcement" and not getattr(cue.payload, "approved_by", ""):
        text += f'<span class="kind warn">{escape(_WORDS["unapproved"][first])}</span>'
    items = getattr(cue.payload, "items", ())
    if items:
        text += "<ul>" + "".join(f"<li>{escape(item)}</li>" for item in items) + "</ul>"
    return text


def _figures(
    evening: Evening,
    walls: Sequence[datetime],
    starts_utc_s: Sequence[float],
    end_s: float,
    languages: Sequence[Language],
) -> str:
    if not walls:
        return ""
    end = datetime.fromtimestamp(round(end_s), UTC).astimezone(walls[0].tzinfo)
    figures = (
        ("from_to", f"{walls[0]:%H:%M}–{end:%H:%M}"),
        ("total", length_in_words(end_s - starts_utc_s[0])),
        ("cues", str(len(evening.cues))),
    )
    return "".join(
        f"<div><dt>{_in_all(_WORDS[key], languages)}</dt><dd>{value}</dd></div>" for key, value in figures
    )


def _day(evening: Evening, walls: Sequence[datetime]) -> str:
    """The evening's date, if it has one: without, the plan is any evening's."""
    return f"{walls[0]:%d.%m.%Y}" if evening.date is not None and walls else ""


def _in_all(words: Mapping[Language, str], languages: Sequence[Language]) -> str:
    """A word in the first language, and small in the others."""
    different = list(dict.fromkeys(words[language] for language in languages))
    return escape(different[0]) + "".join(f"<small>{escape(word)}</small>" for word in different[1:])


def length_in_words(seconds: float) -> str:
    """Minutes and seconds, with hours where there are any: "4:30", "1:04:30"."""
    whole = round(seconds)
    if whole < 3600:
        return f"{whole // 60}:{whole % 60:02d}"
    return f"{whole // 3600}:{whole // 60 % 60:02d}:{whole % 60:02d}"


def _css_text(text: str) -> str:
    """Words within a quoted text of a style sheet, which lies within HTML."""
    return "".join(c if c.isalnum() or c in " .,:·–-" else f"\\{ord(c):x} " for c in text)
