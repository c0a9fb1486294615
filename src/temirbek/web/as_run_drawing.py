"""The evening as a drawing: every cue's plan as an outline, what happened as a bar, pauses as bands across all."""

import math
from collections.abc import Callable, Mapping
from datetime import datetime
from html import escape
from zoneinfo import ZoneInfo

from temirbek.show.as_run import AsRun, AsRunCue, AsRunPause

WIDTH, LABEL, ROW, TOP = 1000.0, 210.0, 22.0, 26.0
"""Of the drawing, of the titles at its left, of a row, of the hours above [SVG units]."""
STEPS_S = (10, 30, 60, 300, 600, 900, 1800, 3600, 7200, 14400, 28800, 86400)
LINES = 9
"""No more hour lines than this."""
LONGEST_LABEL = 30
BANDS: Mapping[str, str] = {"hold": "#8a8f98", "stop": "#c2273d", "restart": "#7a4fbf"}
BARS: Mapping[str, str] = {
    "done": "#0b7a8f",
    "running": "#0b7a8f",
    "failed": "#c2273d",
    "uncertain": "#b07400",
    "skipped": "#8a8f98",
}

Place = Callable[[float], float]
"""UTC epoch seconds → x."""


def drawing(report: AsRun) -> str:
    """An SVG element; "" where nothing was planned and nothing happened."""
    if not report.cues:
        return ""
    first_s, last_s = _span(report)
    scale = (WIDTH - LABEL - 10) / (last_s - first_s)
    height = TOP + ROW * len(report.cues) + 6

    def x(utc_s: float) -> float:
        return LABEL + (utc_s - first_s) * scale

    parts = [*_hours(first_s, last_s, report.timezone, x, height)]
    parts += [_band(pause, x, last_s, height) for pause in report.pauses]
    for index, cue in enumerate(report.cues):
        parts += _row(cue, TOP + ROW * index, x, report.ended_utc_s)
    return (
        f'<svg viewBox="0 0 {WIDTH:.0f} {height:.0f}" role="img" aria-label="planned and actual times">'
        f"{''.join(parts)}</svg>"
    )


def _span(report: AsRun) -> tuple[float, float]:
    begins = [cue.planned_utc_s for cue in report.cues]
    ends = [cue.planned_utc_s + cue.planned_length_s for cue in report.cues]
    for cue in report.cues:
        begins += [] if cue.started_utc_s is None else [cue.started_utc_s]
        ends += [] if cue.ended_utc_s is None else [cue.ended_utc_s]
    first_s, last_s = min(begins), max([*ends, *begins])
    return first_s, max(last_s, first_s + 1.0)


def _hours(first_s: float, last_s: float, timezone: str, x: Place, height: float) -> list[str]:
    zone = ZoneInfo(timezone)
    step = next((s for s in STEPS_S if (last_s - first_s) / s <= LINES), STEPS_S[-1])
    pattern = "%H:%M:%S" if step < 60 else "%H:%M"
    # Round times on the wall, not of UTC: zones differ from it by halves and quarters of hours.
    offset = datetime.fromtimestamp(first_s, zone).utcoffset()
    shift = offset.total_seconds() if offset else 0.0
    lines = []
    at_s = math.ceil((first_s + shift) / step) * step - shift
    while at_s <= last_s:
        told = datetime.fromtimestamp(at_s, zone).strftime(pattern)
        lines.append(
            f'<line class="hour" x1="{x(at_s):.1f}" x2="{x(at_s):.1f}" y1="{TOP - 6:.0f}" y2="{height:.0f}"/>'
            f'<text class="hour" x="{x(at_s):.1f}" y="14" text-anchor="middle">{told}</text>'
        )
        at_s += step
    return lines


def _band(pause: AsRunPause, x: Place, last_s: float, height: float) -> str:
    begin, end = x(pause.from_utc_s), x(last_s if pause.to_utc_s is None else pause.to_utc_s)
    left, right = max(LABEL, begin), min(WIDTH - 10, end)
    if right < LABEL or left > WIDTH:
        return ""
    return (
        f'<rect x="{left:.1f}" y="{TOP - 6:.0f}" width="{max(2.5, right - left):.1f}" height="{height - TOP + 6:.0f}" '
        f'fill="{BANDS[pause.kind]}" opacity="0.16"><title>{escape(f"{pause.kind}: {pause.by} {pause.why}")}</title></rect>'
    )


def _row(cue: AsRunCue, y: float, x: Place, now_utc_s: float) -> list[str]:
    label = cue.title if len(cue.title) <= LONGEST_LABEL else f"{cue.title[: LONGEST_LABEL - 1]}…"
    planned = max(2.0, x(cue.planned_utc_s + cue.planned_length_s) - x(cue.planned_utc_s))
    parts = [
        f'<text class="label" x="{LABEL - 8:.0f}" y="{y + 14:.1f}" text-anchor="end">{escape(label)}</text>',
        f'<rect class="plan" x="{x(cue.planned_utc_s):.1f}" y="{y + 2:.1f}" width="{planned:.1f}" height="{ROW - 6:.0f}"/>',
    ]
    if cue.started_utc_s is not None:
        end_s = cue.ended_utc_s if cue.ended_utc_s is not None else now_utc_s
        lasted = max(2.0, x(end_s) - x(cue.started_utc_s))
        color = BARS.get(cue.outcome, BARS["done"])
        parts.append(
            f'<rect x="{x(cue.started_utc_s):.1f}" y="{y + 6:.1f}" width="{lasted:.1f}" height="{ROW - 14:.0f}" '
            f'fill="{color}"><title>{escape(f"{cue.title}: {cue.outcome}")}</title></rect>'
        )
    return parts
