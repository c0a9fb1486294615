"""A picture of each transition, on which one sees what was measured.

Both decks' waveforms with beats, bars and phrases; who owns the bass; beat against beat in milliseconds; the short-term
loudness beside its line; names and keys; the figures in words. Drawn with matplotlib's objects on the Agg canvas, so it
needs no display and leaves no state behind; the same check gives the same picture.
"""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from temirbek.errors import InvalidInput
from temirbek.measures.check import MixCheck
from temirbek.measures.check_figures import MOST_DEVIATION_LU
from temirbek.measures.panels import Lane, Panel

INK, PAPER, RAISED, QUIET, FAINT = "#EEF3F5", "#0B0F14", "#121922", "#8FA0AC", "#2A3642"
GOLD, SKY, ROSE, GREEN = "#FEC50C", "#00AFCA", "#FF6B6B", "#5BD69A"
"""The house's colours: the deck that leaves is gold, the one that comes is sky."""
SIZE_IN, DPI = (16.0, 9.0), 120
LEFT, RIGHT = 0.072, 0.975
MOST_SHOWN_MS = 25.0
BEAT_BAR_MS = 6.0


def write_pictures(check: MixCheck, folder: Path) -> tuple[Path, ...]:
    """Draws one PNG per transition: ``transition_01.png`` …

    Args:
        check: A measured mix.
        folder: Where to; made if it is not there.

    Raises:
        InvalidInput: Matplotlib is not installed.
    """
    folder.mkdir(parents=True, exist_ok=True)
    paths = []
    for number, panel in enumerate(check.panels, start=1):
        path = folder / f"transition_{number:02d}.png"
        _draw(panel, f"{check.title} · {number} of {len(check.panels)}").savefig(
            path, metadata={"Software": None}
        )
        paths.append(path)
    return tuple(paths)


def _draw(panel: Panel, where: str) -> Any:
    try:
        from matplotlib.backends.backend_agg import FigureCanvasAgg
        from matplotlib.figure import Figure
    except ImportError as error:
        raise InvalidInput(
            "pictures of a mix are drawn by matplotlib, which is not installed: pip install matplotlib"
        ) from error
    figure = Figure(figsize=SIZE_IN, dpi=DPI, facecolor=PAPER)
    FigureCanvasAgg(figure)
    _header(figure, panel, where)
    rows = {
        "outgoing": (0.585, 0.205),
        "incoming": (0.37, 0.205),
        "bass": (0.325, 0.03),
        "beats": (0.205, 0.1),
        "loud": (0.065, 0.12),
    }
    axes = {name: _axes(figure, panel, *place) for name, place in rows.items()}
    _wave(axes["outgoing"], panel.outgoing, GOLD, panel)
    _wave(axes["incoming"], panel.incoming, SKY, panel)
    _bass(axes["bass"], panel)
    _beats(axes["beats"], panel)
    _loudness(axes["loud"], panel)
    for name, axis in axes.items():
        _marks(axis, panel, with_names=name == "outgoing")
        if name != "loud":
            axis.tick_params(labelbottom=False)
    return figure


def _axes(figure: Any, panel: Panel, bottom: float, height: float) -> Any:
    axis = figure.add_axes((LEFT, bottom, RIGHT - LEFT, height), facecolor=RAISED)
    axis.set_xlim(panel.from_s, panel.to_s)
    for side in axis.spines.values():
        side.set_visible(False)
    axis.tick_params(colors=QUIET, labelsize=8.5, length=0)
    axis.xaxis.set_major_formatter(lambda t, _: f"{int(t // 60)}:{t % 60:04.1f}".replace(".0", ""))
    return axis


def _header(figure: Any, panel: Panel, where: str) -> None:
    check = panel.check
    figure.text(LEFT, 0.945, panel.outgoing.title, color=GOLD, fontsize=21, weight="bold", va="center")
    figure.text(LEFT, 0.908, panel.outgoing.key, color=QUIET, fontsize=11, va="center")
    figure.text(
        RIGHT, 0.945, panel.incoming.title, color=SKY, fontsize=21, weight="bold", va="center", ha="right"
    )
    figure.text(RIGHT, 0.908, panel.incoming.key, color=QUIET, fontsize=11, va="center", ha="right")
    middle = 0.5 * (LEFT + RIGHT)
    style = check.crossing.style.replace("_", " ") or "transition"
    figure.text(middle, 0.948, style, color=INK, fontsize=15, va="center", ha="center")
    figure.text(middle, 0.915, where, color=QUIET, fontsize=9.5, va="center", ha="center")
    figures = _figures(panel)
    for k, (words, is_held) in enumerate(figures):
        color = {True: GREEN, False: ROSE, None: QUIET}[is_held]
        mark = {True: "✓ ", False: "✗ ", None: ""}[is_held]
        x = LEFT + (RIGHT - LEFT) * (k + 0.5) / len(figures)
        figure.text(x, 0.857, mark + words, color=color, fontsize=10.5, va="center", ha="center")


def _figures(panel: Panel) -> Sequence[tuple[str, bool | None]]:
    """The figures of a transition in a few words, and whether each holds its bar."""
    check = panel.check
    found: list[tuple[str, bool | None]] = []
    if check.errors is not None:
        sizes = np.abs(check.errors.error_ms)
        median, p95 = float(np.median(sizes)), float(np.percentile(sizes, 95))
        found.append((f"beats {median:.1f} ms apart, p95 {p95:.1f}", median <= 2.0 and p95 <= BEAT_BAR_MS))
    else:
        found.append(("beats not clear" if check.is_together else "decks do not run together", None))
    if check.flams is not None:
        found.append((_count(check.flams, "flam"), check.flams == 0))
    if check.on_phrase:
        on = sum(a and b for a, b in check.on_phrase.values())
        found.append((f"{on} of {len(check.on_phrase)} on phrases of both", on == len(check.on_phrase)))
    if check.both_bass_beats is not None:
        found.append((f"two basses on {_count(check.both_bass_beats, 'beat')}", check.both_bass_beats <= 1))
    deviation = check.loudness_deviation_lu
    if deviation is not None:
        found.append((f"loudness within {deviation:.1f} LU", deviation <= MOST_DEVIATION_LU))
    found.append((f"keys {_count(check.key_steps, 'step')} apart", None))
    if check.vocal_overlap_s > 0:
        found.append((f"{check.vocal_overlap_s:.1f} s of two voices", None))
    return found


def _count(n: int, of: str) -> str:
    return f"{n} {of}" if n == 1 else f"{n} {of}s"


def _wave(axis: Any, lane: Lane, color: str, panel: Panel) -> None:
    x = np.linspace(panel.from_s, panel.to_s, lane.waveform.shape[1])
    top = max(1e-3, *(float(np.abs(x.waveform).max(initial=0.0)) for x in (panel.outgoing, panel.incoming)))
    axis.fill_between(
        x, lane.waveform[0] / top, lane.waveform[1] / top, color=color, linewidth=0, alpha=0.95, zorder=3
    )
    axis.set_ylim(-1.32, 1.18)
    axis.set_yticks([])
    bottom = -1.3
    axis.vlines(lane.beats_s, bottom, bottom + 0.08, color=QUIET, linewidth=0.6)
    axis.vlines(lane.bars_s, bottom, bottom + 0.17, color=INK, linewidth=0.9)
    axis.vlines(
        lane.phrases_s, -1.32, 1.18, color=color, linewidth=0.9, alpha=0.55, linestyle=(0, (4, 3)), zorder=2
    )
    axis.plot(
        lane.phrases_s,
        np.full(len(lane.phrases_s), bottom + 0.1),
        "D",
        color=color,
        markersize=4,
        clip_on=False,
    )


def _bass(axis: Any, panel: Panel) -> None:
    shares = np.clip(panel.incoming_bass, 0.0, 1.0)
    widths = np.diff(panel.bass_edges_s)
    axis.bar(panel.bass_edges_s[:-1], 1 - shares, widths, align="edge", color=GOLD, linewidth=0)
    axis.bar(panel.bass_edges_s[:-1], shares, widths, bottom=1 - shares, align="edge", color=SKY, linewidth=0)
    axis.set_ylim(0, 1)
    axis.set_yticks([])
    _name(axis, "bass")


def _beats(axis: Any, panel: Panel) -> None:
    axis.set_ylim(-1.2 * MOST_SHOWN_MS, 1.2 * MOST_SHOWN_MS)
    axis.axhspan(-BEAT_BAR_MS, BEAT_BAR_MS, color=GREEN, alpha=0.10, linewidth=0)
    axis.axhline(0, color=FAINT, linewidth=0.8)
    axis.set_yticks([-20, -BEAT_BAR_MS, BEAT_BAR_MS, 20])
    axis.set_yticklabels(["20 early", "6", "6", "20 late"])
    errors = panel.check.errors
    if errors is not None:
        shown = np.clip(errors.error_ms, -MOST_SHOWN_MS, MOST_SHOWN_MS)
        is_near = np.abs(errors.error_ms) <= BEAT_BAR_MS
        axis.plot(errors.beats_s[is_near], shown[is_near], "o", color=INK, markersize=3.2, zorder=4)
        axis.plot(errors.beats_s[~is_near], shown[~is_near], "o", color=ROSE, markersize=3.6, zorder=4)
    else:
        said = "not clear" if panel.check.is_together else "the decks do not run together here"
        axis.text(0.5, 0.5, said, transform=axis.transAxes, color=QUIET, fontsize=9, ha="center", va="center")
    _name(axis, "beat on\nbeat, ms")


def _loudness(axis: Any, panel: Panel) -> None:
    if len(panel.loud_s):
        axis.plot(panel.loud_s, panel.loud_lufs, color=INK, linewidth=1.6, zorder=4)
        middle = float(np.median(panel.loud_lufs))
        low, high = float(panel.loud_lufs.min()), float(panel.loud_lufs.max())
        axis.set_ylim(max(low - 1.5, middle - 14), max(high + 1.5, middle + 3))
    if panel.line is not None:
        line = panel.line
        x = np.array([line.start_s, line.end_s])
        y = np.array([line.start_lufs, line.end_lufs])
        axis.fill_between(
            x, y - MOST_DEVIATION_LU, y + MOST_DEVIATION_LU, color=GREEN, alpha=0.13, linewidth=0
        )
        axis.plot(x, y, color=GREEN, linewidth=1.2, linestyle=(0, (5, 3)), zorder=3)
        for a, b, level in (
            (panel.from_s, line.start_s, line.start_lufs),
            (line.end_s, panel.to_s, line.end_lufs),
        ):
            axis.plot([a, b], [level, level], color=GREEN, linewidth=1.0, alpha=0.5, zorder=3)
    axis.grid(axis="y", color=FAINT, linewidth=0.6)
    _name(axis, "loudness,\nLUFS (3 s)")


def _name(axis: Any, words: str) -> None:
    axis.text(-0.034, 0.5, words, transform=axis.transAxes, color=QUIET, fontsize=9, ha="right", va="center")


def _marks(axis: Any, panel: Panel, *, with_names: bool) -> None:
    """Start, swap and end across a lane."""
    crossing = panel.check.crossing
    axis.axvspan(crossing.start_s, crossing.end_s, color=INK, alpha=0.035, linewidth=0, zorder=0)
    points = (("start", crossing.start_s), ("swap", crossing.swap_s), ("end", crossing.end_s))
    for name, at_s in points:
        axis.axvline(at_s, color=INK, linewidth=1.0, alpha=0.85, zorder=5)
        if with_names and (name != "swap" or crossing.end_s - crossing.start_s > 2):
            axis.annotate(
                name,
                (at_s, 1.0),
                xycoords=("data", "axes fraction"),
                xytext=(3, 3),
                textcoords="offset points",
                color=INK,
                fontsize=9,
            )
