"""The stage from above: who stood where, what each robot swept, how far it could fall, and where people are.

One picture, as PNG and as SVG whose text is text. The audience is at the lower edge, as a stage manager draws it: the
stage's x points down, the performers' left is on the right. Drawn with matplotlib's objects on their own canvases, so it
needs no display and leaves no state behind; the same number gives the same picture.
"""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import gaussian_filter

from temirbek.errors import InvalidInput
from temirbek.measures.floor import CELL_M, FloorMeasures, crossing_in_words, robot_in_words, swept_floor
from temirbek.measures.pictures import FAINT, INK, PAPER, QUIET, ROSE
from temirbek.types import Approach, Artist, Envelope, Performer, Stage

Floats = NDArray[np.float64]

SIZE_IN, DPI = (11.0, 12.6), 120
FLOOR, LINES = "#18222D", "#23303D"
PLAN = (0.08, 0.2, 0.86, 0.705)
AROUND_M = 0.45
NEAR_M = 2.5
"""Nearest approaches farther apart than this are not drawn."""
DISC_M = 0.05
"""Cells in which the reach of falls is drawn."""
SMOOTH_CELLS = 2
"""An outline of single cells would be all stairs."""
MOST_TOLD = 4


def write_stage_plan(
    folder: Path,
    stage: Stage,
    performers: Sequence[Performer],
    floor: FloorMeasures,
    *,
    title: str,
    artists: Sequence[Artist] = (),
) -> tuple[Path, Path]:
    """Draws ``stage_plan.png`` and ``stage_plan.svg``.

    Args:
        folder: Where to; made if it is not there.
        stage: Floor, riser, desk and zones.
        performers: The cast.
        floor: What was measured.
        title: Of the show or the number.
        artists: Whose marks to draw.

    Raises:
        InvalidInput: Matplotlib is not installed.
    """
    try:
        import matplotlib
        from matplotlib.backends.backend_agg import FigureCanvasAgg
        from matplotlib.backends.backend_svg import FigureCanvasSVG
        from matplotlib.figure import Figure
    except ImportError as error:
        raise InvalidInput(
            "the stage plan is drawn by matplotlib, which is not installed: pip install matplotlib"
        ) from error
    folder.mkdir(parents=True, exist_ok=True)
    png, svg = folder / "stage_plan.png", folder / "stage_plan.svg"
    figure = Figure(figsize=SIZE_IN, dpi=DPI, facecolor=PAPER)
    _draw(figure, stage, performers, floor, title, artists)
    FigureCanvasAgg(figure)
    figure.savefig(png, metadata={"Software": None})
    FigureCanvasSVG(figure)
    with matplotlib.rc_context({"svg.hashsalt": "temirbek", "svg.fonttype": "none"}):
        figure.savefig(svg, metadata={"Date": None, "Creator": None})
    return png, svg


def _draw(
    figure: Any,
    stage: Stage,
    performers: Sequence[Performer],
    floor: FloorMeasures,
    title: str,
    artists: Sequence[Artist],
) -> None:
    axis = figure.add_axes(PLAN, facecolor=PAPER)
    _stage(axis, stage)
    colors = {p.id: p.accent_color for p in performers}
    for envelope in floor.envelopes:
        _fall_reach(axis, envelope, colors[envelope.performer])
    _zones(axis, stage)
    for envelope in floor.envelopes:
        _swept(axis, envelope, colors[envelope.performer])
    for performer in performers:
        _mark(axis, performer)
    for artist in artists:
        _artist(axis, artist)
    where = {e.performer: e for e in floor.envelopes}
    for approach in floor.approaches:
        _approach(axis, approach, where)
    for crossing in floor.crossings:
        k = int(np.argmin(np.abs(where[crossing.performer].times_s - crossing.time_s)))
        x, y = _seen(where[crossing.performer].base_m[k])
        axis.plot(x, y, "x", color=ROSE, markersize=11, markeredgewidth=2.6, zorder=9)
    _frame(figure, axis, stage, title)
    _table(figure, performers, floor)


def _seen(points_m: Any) -> Floats:
    """Places of the stage frame as the picture has them: (performers' left, upstage), shape (2, …)."""
    points = np.asarray(points_m, dtype=float)
    return np.asarray(np.stack([points[..., 1], -points[..., 0]]))


def _polygon(axis: Any, corners_m: Any, **style: Any) -> None:
    x, y = _seen(corners_m)
    axis.fill(x, y, **style)


def _box(center: tuple[float, float], half: tuple[float, float]) -> Floats:
    signs = np.array([(1.0, 1.0), (1.0, -1.0), (-1.0, -1.0), (-1.0, 1.0)])
    return np.asarray(np.array(center) + signs * np.array(half))


def _stage(axis: Any, stage: Stage) -> None:
    _polygon(
        axis, _box((0, 0), stage.half_extent_m), facecolor=FLOOR, edgecolor=FAINT, linewidth=1.2, zorder=0
    )
    depth, width = stage.half_extent_m
    for x in np.arange(-np.floor(depth), depth + 1e-6):
        axis.plot([-width, width], [x, x], color=LINES, linewidth=0.8, zorder=0.5)
    for y in np.arange(-np.floor(width), width + 1e-6):
        axis.plot([y, y], [-depth, depth], color=LINES, linewidth=0.8, zorder=0.5)
    x, y, half_depth, half_width, height = stage.riser_m
    _polygon(
        axis,
        _box((x, y), (half_depth, half_width)),
        facecolor="#22303D",
        edgecolor=FAINT,
        linewidth=1,
        zorder=1,
    )
    axis.text(
        y - half_width + 0.08, -(x - half_depth) - 0.08, f"riser, {100 * height:.0f} cm",
        color=QUIET, fontsize=8, ha="left", va="top", zorder=8,
    )  # fmt: skip
    (desk_x, desk_y, _), (size_x, size_y, _) = stage.desk.center_m, stage.desk.size_m
    _polygon(
        axis, _box((desk_x, desk_y), (size_x / 2, size_y / 2)),
        facecolor=FAINT, edgecolor=QUIET, linewidth=0.8, zorder=2,
    )  # fmt: skip
    axis.text(desk_y, -desk_x, "desk", color=INK, fontsize=7.5, ha="center", va="center", zorder=8)


def _zones(axis: Any, stage: Stage) -> None:
    for zone in stage.zones:
        _polygon(
            axis, zone.corners_m,
            facecolor=INK + "14", edgecolor=INK + "B0", linewidth=1.2, hatch="////", zorder=2.5,
        )  # fmt: skip
        if zone.artist:  # whose name stands on it already
            continue
        x, y = _seen(np.mean(zone.corners_m, axis=0))
        axis.text(
            x, y, zone.title, color=INK, fontsize=10, ha="center", va="center", zorder=8,
            bbox={"boxstyle": "round,pad=0.25", "facecolor": PAPER, "edgecolor": "none", "alpha": 0.75},
        )  # fmt: skip


def _swept(axis: Any, envelope: Envelope, color: str) -> None:
    swept = swept_floor(envelope)
    rows = swept.origin_m[0] + CELL_M * np.arange(swept.cells.shape[0])
    columns = swept.origin_m[1] + CELL_M * np.arange(swept.cells.shape[1])
    cells = gaussian_filter(swept.cells.astype(float), SMOOTH_CELLS)[::SMOOTH_CELLS, ::SMOOTH_CELLS]
    rows, columns = rows[::SMOOTH_CELLS], columns[::SMOOTH_CELLS]
    axis.contourf(columns, -rows, cells, levels=[0.5, 2.0], colors=[color], alpha=0.34, zorder=3)
    axis.contour(columns, -rows, cells, levels=[0.5], colors=[color], linewidths=1.6, zorder=4)
    x, y = _seen(envelope.base_m)
    axis.plot(x, y, color=color, linewidth=1.1, alpha=0.9, zorder=5)


def _fall_reach(axis: Any, envelope: Envelope, color: str) -> None:
    """The edge of all places that the robot could have fallen to."""
    places = np.round(envelope.base_m / DISC_M).astype(int)
    unique, index = np.unique(places, axis=0, return_inverse=True)
    reach = np.zeros(len(unique))
    np.maximum.at(reach, index.ravel(), envelope.fall_radius_m + envelope.stopping_m)
    centers, most = DISC_M * unique, float(reach.max()) + 2 * DISC_M
    low, high = centers.min(axis=0) - most, centers.max(axis=0) + most
    x, y = (np.arange(a, b, DISC_M) for a, b in zip(low, high, strict=True))
    gap = np.full((len(x), len(y)), np.inf)
    for (cx, cy), radius in zip(centers, reach, strict=True):
        np.minimum(gap, np.hypot(x[:, None] - cx, y - cy) - radius, out=gap)
    axis.contour(
        y,
        -x,
        gap,
        levels=[0.0],
        colors=[color],
        linewidths=0.9,
        linestyles=[(0, (2, 3))],
        alpha=0.75,
        zorder=2.2,
    )


def _mark(axis: Any, performer: Performer) -> None:
    x, y = _seen(performer.mark_m)
    color = performer.accent_color
    ahead = 0.26 * np.array([np.sin(performer.facing_rad), -np.cos(performer.facing_rad)])
    axis.annotate(
        "", (x + ahead[0], y + ahead[1]), (x, y), zorder=7,
        arrowprops={"arrowstyle": "-|>", "color": INK, "linewidth": 1.4, "shrinkA": 0, "shrinkB": 0},
    )  # fmt: skip
    axis.plot(x, y, "o", color=color, markeredgecolor=PAPER, markersize=9, zorder=7.5)
    axis.text(
        x, y + 0.17, performer.name, color=INK, fontsize=11, weight="bold", ha="center", va="bottom", zorder=8,
        bbox={"boxstyle": "round,pad=0.2", "facecolor": PAPER, "edgecolor": color, "linewidth": 1.0, "alpha": 0.85},
    )  # fmt: skip
    if performer.wings_m is not None:
        wing = _seen(performer.wings_m)
        axis.plot(
            *wing, "s", color="none", markeredgecolor=color, markeredgewidth=1.4, markersize=9, zorder=7
        )
        axis.text(wing[0], wing[1] + 0.13, "waits", color=color, fontsize=7.5, ha="center", zorder=8)


def _artist(axis: Any, artist: Artist) -> None:
    x, y = _seen(artist.mark_m)
    axis.plot(x, y, "*", color=INK, markersize=17, markeredgecolor=PAPER, zorder=8)
    axis.text(x, y - 0.2, artist.name, color=INK, fontsize=11, weight="bold", ha="center", va="top", zorder=8)


def _approach(axis: Any, approach: Approach, where: Mapping[str, Envelope]) -> None:
    """A line between two bodies at the instant at which they were nearest."""
    if approach.other not in where or approach.distance_m > NEAR_M:
        return
    ends = []
    for performer, body in ((approach.performer, approach.body), (approach.other, approach.other_body)):
        envelope = where[performer]
        k = int(np.argmin(np.abs(envelope.times_s - approach.time_s)))
        b = envelope.body_names.index(body)
        ends.append(0.5 * (envelope.start_m[k, b] + envelope.end_m[k, b])[:2])
    x, y = _seen(np.array(ends))
    axis.plot(x, y, color=INK, linewidth=1.0, linestyle=(0, (1, 2)), zorder=6)
    axis.text(
        x.mean(), y.mean(), f"{approach.distance_m:.2f} m\nbeat {approach.beat:.0f}",
        color=INK, fontsize=7.5, ha="center", va="center", linespacing=1.3, zorder=8,
        bbox={"boxstyle": "round,pad=0.2", "facecolor": PAPER, "edgecolor": "none", "alpha": 0.8},
    )  # fmt: skip


def _frame(figure: Any, axis: Any, stage: Stage, title: str) -> None:
    depth, width = stage.half_extent_m
    corners = np.array([c for z in stage.zones for c in z.corners_m] or [(0.0, 0.0)])
    front = max(depth, float(corners[:, 0].max())) + AROUND_M
    side = max(width, float(np.abs(corners[:, 1]).max())) + AROUND_M
    axis.set_xlim(-side, side)
    axis.set_ylim(-front, depth + AROUND_M)
    axis.set_aspect("equal", anchor="N")
    for spine in axis.spines.values():
        spine.set_visible(False)
    axis.tick_params(colors=QUIET, labelsize=8, length=0)
    axis.set_xticks(np.arange(-np.floor(width), width + 1e-6))
    axis.set_yticks(np.arange(-np.floor(depth), depth + 1e-6))
    axis.xaxis.set_major_formatter(lambda v, _: f"{v:+.0f} m" if v else "0")
    axis.yaxis.set_major_formatter(lambda v, _: f"{-v:+.0f} m" if v else "0")
    axis.text(0, -front + 0.12, "AUDIENCE", color=QUIET, fontsize=10, ha="center", va="bottom", zorder=8)
    figure.text(0.06, 0.955, title, color=INK, fontsize=21, weight="bold", va="center")
    figure.text(
        0.06, 0.922,
        "The stage from above: filled, the floor that each robot swept; the line in it, its way; dotted, how far it could "
        "fall while it goes on.",
        color=QUIET, fontsize=9.5, va="center",
    )  # fmt: skip


def _table(figure: Any, performers: Sequence[Performer], floor: FloorMeasures) -> None:
    """What the picture shows, in words: a line a robot, then what crosses."""
    names = {p.id: p.name for p in performers} | {z.id: z.title for z in floor.zones}
    y, step = 0.158, 0.0215
    for performer in performers:
        envelope = next((e for e in floor.envelopes if e.performer == performer.id), None)
        if envelope is None:
            continue
        figure.text(0.06, y, "●", color=performer.accent_color, fontsize=13, va="center")
        figure.text(0.085, y, performer.name, color=INK, fontsize=10.5, weight="bold", va="center")
        figure.text(0.2, y, robot_in_words(envelope, floor, names), color=QUIET, fontsize=9.5, va="center")
        y -= step
    if not floor.crossings:
        figure.text(
            0.06, y, "Nobody comes, stops or could fall where somebody else is.", color="#5BD69A", fontsize=10, va="center"
        )  # fmt: skip
    for crossing in floor.crossings[:MOST_TOLD]:
        figure.text(0.06, y, "✕ " + crossing_in_words(crossing, names), color=ROSE, fontsize=9.5, va="center")
        y -= step
    if len(floor.crossings) > MOST_TOLD:
        figure.text(
            0.06, y, f"and {len(floor.crossings) - MOST_TOLD} more.", color=ROSE, fontsize=9.5, va="center"
        )
