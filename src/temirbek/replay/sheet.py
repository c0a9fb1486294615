"""The contact sheet of a vocabulary: every move as a film strip, with what one needs to know before using it.

One page without scripts, families as chapters, made to be printed as well as read.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from itertools import groupby
from pathlib import Path

import numpy as np

from temirbek.replay.strips import count_of, marks_legend
from temirbek.types import Move

ROBOTS = {"g1": "Unitree G1", "go2": "Unitree Go2"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """What physics says of a move at a tempo.

    Attributes:
        bpm: The tempo [BPM].
        tempo_rule: 1 as written, 2 in half time, 0.5 in double time; None: it is not danced at this tempo.
        faults: What is wrong, in words; empty: it passes.
        accents_ms: Mean and 95th percentile of the error at accents on planted feet [ms]; NaN where there are none.
        touchdown_ms: The same of feet that come down.
        torque_share: The greatest share of a joint's torque.
    """

    bpm: float
    tempo_rule: float | None
    faults: tuple[str, ...]
    accents_ms: tuple[float, float] | None = None
    touchdown_ms: tuple[float, float] | None = None
    torque_share: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SheetRow:
    """A move on the sheet: what it is in a line, its strip (a path beside the page, or "") and a verdict per tempo."""

    move: Move
    words: str
    strip: str
    verdicts: tuple[Verdict, ...]


def write_sheet(path: Path, rows: Sequence[SheetRow]) -> None:
    """Writes the page.

    Args:
        path: The file.
        rows: Moves, those of one robot and family beside each other.
    """
    chapters = [
        (ROBOTS[robot], family, list(group))
        for (robot, family), group in groupby(rows, key=lambda r: (r.move.robot, r.move.family))
    ]
    passed = sum(not any(v.faults for v in row.verdicts) for row in rows)
    contents = "".join(
        f'<a href="#{_anchor(robot, family)}">{escape(family)} <small>{len(group)}</small></a>'
        for robot, family, group in chapters
    )
    marks = "".join(f"<span><b>{mark}</b> {escape(words)}</span>" for mark, words in marks_legend("g1"))
    body = "".join(_chapter(*chapter) for chapter in chapters)
    path.write_text(
        f"""<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>Temirbek: the vocabulary of dance</title><style>{STYLE}</style></head>
<body><header><h1>The vocabulary of dance</h1>
<p>{len(rows)} moves, {passed} of them pass in physics at every tempo tried. Count from one; pictures are what the
robot is asked to do, seen from the hall a little from its left. Its own left is blue, its right is gold.</p>
<p class="marks">{marks}</p><nav>{contents}</nav></header>
<main>{body}</main></body></html>
""",
        encoding="utf-8",
    )


def _anchor(robot: str, family: str) -> str:
    return f"{robot}-{family}".replace(" ", "-").lower()


def _chapter(robot: str, family: str, rows: Sequence[SheetRow]) -> str:
    moves = "".join(_row(row) for row in rows)
    return (
        f'<section id="{_anchor(robot, family)}"><h2>{escape(family.capitalize())} <small>{escape(robot)}</small></h2>'
        f"{moves}</section>"
    )


def _row(row: SheetRow) -> str:
    move = row.move
    picture = (
        f'<img src="{escape(row.strip)}" alt="{escape(_in_words(move))}" loading="lazy">'
        if row.strip
        else '<p class="none">not danced</p>'
    )
    knobs = "".join(
        f"<li><b>{escape(p.name)}</b> {escape(p.title)}: {p.low:g} to {p.high:g}</li>"
        for p in move.parameters
    )
    after = f"<dt>after</dt><dd>{escape(', '.join(move.after))}</dd>" if move.after else ""
    return f"""<article><h3>{escape(move.title)} <code>{escape(move.name)}</code></h3>
<p class="words">{escape(row.words)}</p>
<div class="strip">{picture}</div>
<dl><dt>length</dt><dd>{move.length_beats:g} beats</dd><dt>energy</dt><dd>{_bar(move.energy)}</dd>
<dt>moods</dt><dd>{escape(", ".join(move.moods)) or "placed on purpose"}</dd>
<dt>tempo</dt><dd>{move.tempo_bpm[0]:g}–{move.tempo_bpm[1]:g} BPM{_rules(move)}</dd>
<dt>layers</dt><dd>{escape(", ".join(move.layers).replace("_", " "))}</dd>
<dt>feet</dt><dd>{escape(feet_of(move))}</dd>{after}</dl>
<ul class="knobs">{knobs}</ul><ul class="verdicts">{"".join(_told(v) for v in row.verdicts)}</ul></article>
"""


def _bar(energy: tuple[float, float]) -> str:
    low, high = energy
    return (
        f'<span class="energy" title="{low:g} to {high:g}"><i style="left:{100 * low:.0f}%;'
        f'width:{100 * (high - low):.0f}%"></i></span>'
    )


def _rules(move: Move) -> str:
    names = {2.0: "half time", 0.5: "double time"}
    return ", else " + " or ".join(names[r] for r in move.tempo_rules) if move.tempo_rules else ""


def feet_of(move: Move) -> str:
    """What the feet do, in words: planted, or the steps with their counts and where they lead."""
    if not move.steps:
        return "planted"
    steps = ", ".join(f"{count_of(s.beat)} {s.foot}" for s in move.steps)
    x, y, turn = move.steps[-1].to
    parts = [
        f"{100 * abs(x):.0f} cm {'ahead' if x > 0 else 'back'}" if abs(x) > 1e-6 else "",
        f"{100 * abs(y):.0f} cm to the {'left' if y > 0 else 'right'}" if abs(y) > 1e-6 else "",
        f"{np.degrees(abs(turn)):.0f}° to the {'left' if turn > 0 else 'right'}" if abs(turn) > 1e-6 else "",
    ]
    where = " and ".join(part for part in parts if part)
    return f"{steps}; " + (f"travels up to {where}" if where else "ends where it began")


def _told(verdict: Verdict) -> str:
    tempo = f"{verdict.bpm:g} BPM"
    if verdict.tempo_rule is None:
        return f'<li class="skipped"><b>{tempo}</b> not danced at this tempo</li>'
    how = {1.0: "", 2.0: ", half time", 0.5: ", double time"}[verdict.tempo_rule]
    if verdict.faults:
        faults = "; ".join(verdict.faults)
        return f'<li class="fails"><b>{tempo}{how}</b> ✕ {escape(faults)}</li>'
    return f'<li class="passes"><b>{tempo}{how}</b> ✓ {escape(_figures(verdict))}</li>'


def _figures(verdict: Verdict) -> str:
    told = []
    if verdict.accents_ms and np.isfinite(verdict.accents_ms[0]):
        told.append("accents within {:.0f} ms, 95 % within {:.0f}".format(*verdict.accents_ms))
    if verdict.touchdown_ms and np.isfinite(verdict.touchdown_ms[0]):
        told.append("feet within {:.0f} ms, 95 % within {:.0f}".format(*verdict.touchdown_ms))
    if verdict.torque_share is not None:
        told.append(f"{100 * verdict.torque_share:.0f} % of the torque")
    return ", ".join(told)


def _in_words(move: Move) -> str:
    return f"{move.title}: {move.length_beats:g} beats, {feet_of(move)}"


STYLE = """
:root{--paper:#f7f5f0;--ink:#23262b;--faint:#8d887c;--line:#dcd7cb;--good:#1d7a4c;--bad:#b3261e}
*{box-sizing:border-box}body{margin:0;background:var(--paper);color:var(--ink);
font:15px/1.45 "Inter",system-ui,"DejaVu Sans",sans-serif}
header,main{max-width:1480px;margin:0 auto;padding:0 28px}header{padding-top:36px}
h1{font-size:34px;letter-spacing:-.02em;margin:0 0 6px;text-wrap:balance}p{max-width:76ch;margin:6px 0}
nav{display:flex;flex-wrap:wrap;gap:6px 8px;margin:18px 0 8px}
nav a{color:inherit;text-decoration:none;border:1px solid var(--line);border-radius:99px;padding:3px 12px}
nav a:hover{background:#fff}small{color:var(--faint);font-weight:400}
.marks{display:flex;flex-wrap:wrap;gap:4px 22px;max-width:none;color:var(--faint)}.marks b{color:var(--ink)}
section{margin-top:34px}h2{font-size:22px;border-bottom:2px solid var(--ink);padding-bottom:4px;margin:0}
article{padding:16px 0 18px;border-bottom:1px solid var(--line);break-inside:avoid}
h3{margin:0;font-size:17px}.words{margin:0 0 4px;color:#5c584f}code{font:12px ui-monospace,"DejaVu Sans Mono",monospace;color:var(--faint)}
.strip{overflow-x:auto}.strip img{display:block;max-width:100%;height:auto}
dl{display:flex;flex-wrap:wrap;gap:2px 8px;margin:10px 0 4px;font-size:13px}
dt{color:var(--faint)}dd{margin:0 14px 0 0}
.energy{display:inline-block;position:relative;width:84px;height:7px;border-radius:4px;background:var(--line)}
.energy i{position:absolute;top:0;bottom:0;border-radius:4px;background:linear-gradient(90deg,#00a0b8,#e9a400)}
ul{list-style:none;margin:2px 0;padding:0;font-size:13px}.knobs{display:flex;flex-wrap:wrap;gap:2px 22px}
.knobs b,.verdicts b{font-weight:600;font-variant-numeric:tabular-nums}
.verdicts{display:flex;flex-wrap:wrap;gap:2px 26px;margin-top:4px}
.passes{color:var(--good)}.fails{color:var(--bad)}.skipped,.none{color:var(--faint)}
@media print{nav{display:none}.strip{overflow:visible}body{font-size:11px}}
"""
