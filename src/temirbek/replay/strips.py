"""A move as a film strip: its key poses side by side, as a choreographer reads them.

Left limbs are sky blue and right ones gold (the robot's own). Under each picture stands its count, from 1 as dancers
count, "&" on the half beats; marks above the count say what is hit there. Thin lines show where the hands (and feet that
step) have come from since the picture before. Drawn without a window or a graphics card
(:mod:`temirbek.replay.drawing`).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import matplotlib as mpl
import numpy as np
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure as Canvas
from matplotlib.patches import Polygon
from numpy.typing import NDArray

from temirbek.replay.drawing import Camera, Color, FigureDrawing
from temirbek.types import BodyPart, Figure, Move, RobotKind

Floats = NDArray[np.float64]

MOST_PICTURES = 8
CELL_PX: dict[RobotKind, tuple[int, int]] = {"g1": (176, 236), "go2": (176, 150)}
LABEL_PX = 40
DPI = 100
SHORTEST_TRAIL_PX = 5.0
PAPER, INK, FAINT = "#F7F5F0", "#23262B", "#A9A59B"
LEFT, RIGHT = "#00A0B8", "#E9A400"
AZIMUTH_RAD, ELEVATION_RAD = 0.28, 0.1
HEIGHT_M = {"g1": 1.86, "go2": 0.83}
LOOK_AT_M = {"g1": 0.78, "go2": 0.27}
SHADOW_M = {"g1": (0.2, 0.3), "go2": (0.42, 0.24)}
_AZIMUTH_OF: dict[RobotKind, float] = {"g1": AZIMUTH_RAD, "go2": 0.75}
_Limb = tuple[str, str, tuple[float, float, float]]  # body, colour, the point of the body that leaves a line
_HANDS: dict[RobotKind, tuple[_Limb, ...]] = {
    "g1": (("left_rubber_hand", LEFT, (0.09, 0.0, 0.0)), ("right_rubber_hand", RIGHT, (0.09, 0.0, 0.0))),
    "go2": (("FL_foot", LEFT, (0.0, 0.0, 0.0)), ("FR_foot", RIGHT, (0.0, 0.0, 0.0))),
}
_FEET: dict[RobotKind, tuple[_Limb, ...]] = {
    "g1": (
        ("left_ankle_roll_link", LEFT, (0.1, 0.0, -0.03)),
        ("right_ankle_roll_link", RIGHT, (0.1, 0.0, -0.03)),
    ),
    "go2": (("RL_foot", LEFT, (0.0, 0.0, 0.0)), ("RR_foot", RIGHT, (0.0, 0.0, 0.0))),
}
_SAME_BEAT = 1e-6


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class DancedCycle:
    """One cycle of a move as a robot dances it.

    Attributes:
        move: Which.
        joint_names: Names of the j joints.
        beats: Move beats of the rows, shape (n,), increasing from 0 or below to the length of the move.
        qpos: Base position [m], quaternion wxyz and joints [rad] there, shape (n, 7 + j).
    """

    move: Move
    joint_names: tuple[str, ...]
    beats: Floats
    qpos: Floats

    def row_at(self, beat: float) -> int:
        """The row nearest to a beat."""
        return int(np.argmin(np.abs(self.beats - beat)))


def beats_of_pictures(move: Move) -> tuple[float, ...]:
    """The beats at which a move is best seen, at most eight: its accents and touchdowns, then its key poses."""
    told = {a.beat for a in move.accents} | {s.beat for s in move.steps}
    arms = [move.layers[layer] for layer in ("left_arm", "right_arm", "torso") if layer in move.layers]
    keys = {float(b) for layer in (arms or list(move.layers.values())) for b in layer.beats}
    chosen = sorted(told | keys)
    if len(chosen) > MOST_PICTURES:
        chosen = sorted(told) or chosen
    if len(chosen) > MOST_PICTURES:
        chosen = chosen[:: -(-len(chosen) // MOST_PICTURES)]
    return tuple(chosen)


def write_strip(path: Path, cycle: DancedCycle, figure: Figure) -> None:
    """Writes the film strip of a move as a PNG.

    Args:
        path: The file.
        cycle: The move, danced.
        figure: How the robot looks.
    """
    robot = cycle.move.robot
    drawing = FigureDrawing(figure, _paint(figure))
    beats = beats_of_pictures(cycle.move)
    width, height = CELL_PX[robot]
    start = cycle.qpos[cycle.row_at(0.0)]
    camera = Camera(
        size_px=CELL_PX[robot],
        look_at_m=(float(start[0]), float(start[1]), LOOK_AT_M[robot]),
        height_m=HEIGHT_M[robot],
        azimuth_rad=_heading(start) + _AZIMUTH_OF[robot],
        elevation_rad=ELEVATION_RAD,
    )
    with mpl.rc_context({"font.family": "DejaVu Sans"}):
        canvas = Canvas(
            figsize=(len(beats) * width / DPI, (height + LABEL_PX) / DPI), dpi=DPI, facecolor=PAPER
        )
        FigureCanvasAgg(canvas)
        for i, beat in enumerate(beats):
            box = (
                i / len(beats),
                LABEL_PX / (height + LABEL_PX),
                1 / len(beats),
                height / (height + LABEL_PX),
            )
            axes = canvas.add_axes(box)
            before = beats[i - 1] if i else beat
            _picture(axes, cycle, drawing, camera, (before, beat))
            label = canvas.add_axes((box[0], 0.0, box[2], box[1]))
            _label(label, cycle.move, beat)
        canvas.savefig(path, dpi=DPI, facecolor=PAPER)


def _paint(figure: Figure) -> dict[str, Color]:
    """Bodies of the left in one colour, of the right in another, hands and feet stronger than the rest."""
    paint: dict[str, Color] = {}
    for body in figure.bodies:
        name = body.name.lower()
        side = (
            LEFT
            if name.startswith(("left", "fl", "rl"))
            else RIGHT
            if name.startswith(("right", "fr", "rr"))
            else ""
        )
        if side:
            strong = any(part in name for part in ("hand", "wrist", "elbow", "ankle", "foot", "calf"))
            paint[body.name] = _mixed(side, 1.0 if strong else 0.32)
    return paint


def _mixed(color: str, share: float) -> Color:
    """A colour thinned with light grey."""
    r, g, b = (int(color[i : i + 2], 16) / 255.0 * share + 0.84 * (1 - share) for i in (1, 3, 5))
    return (r, g, b)


def _heading(qpos: Floats) -> float:
    w, x, y, z = (float(v) for v in qpos[3:7])
    return float(np.arctan2(2 * (w * z + x * y), 1 - 2 * (y * y + z * z)))


def _picture(
    axes: Any, cycle: DancedCycle, drawing: FigureDrawing, camera: Camera, beats: tuple[float, float]
) -> None:
    width, height = camera.size_px
    qpos = cycle.qpos[cycle.row_at(beats[1])]
    axes.set_xlim(0, width)
    axes.set_ylim(height, 0)
    axes.axis("off")
    axes.add_patch(Polygon(_shadow(qpos, cycle.move.robot, camera), color="#000000", alpha=0.1, lw=0))
    robot = cycle.move.robot
    for body, color, point_m in (*_HANDS[robot], *(_FEET[robot] if cycle.move.steps else ())):
        trail = _trail(cycle, drawing, camera, beats, drawing.body_index(body), point_m)
        if np.ptp(trail, axis=0).max() > SHORTEST_TRAIL_PX:
            axes.plot(*trail.T, color=color, lw=1.3, alpha=0.55, solid_capstyle="round")
            axes.plot(*trail[0], "o", color=color, ms=2.6, alpha=0.55)
    axes.imshow(drawing.draw(qpos, cycle.joint_names, camera), extent=(0, width, height, 0), zorder=3)


def _shadow(qpos: Floats, robot: RobotKind, camera: Camera) -> Floats:
    """The outline of a soft spot on the floor under the robot [px]."""
    turn = np.linspace(0.0, 2 * np.pi, 40)
    ahead, aside = SHADOW_M[robot]
    heading = _heading(qpos)
    c, s = np.cos(heading), np.sin(heading)
    x, y = ahead * np.cos(turn), aside * np.sin(turn)
    ring = np.stack([qpos[0] + c * x - s * y, qpos[1] + s * x + c * y, np.zeros_like(turn)], axis=-1)
    return camera.project(ring)[:, :2]


def _trail(
    cycle: DancedCycle,
    drawing: FigureDrawing,
    camera: Camera,
    beats: tuple[float, float],
    body: int,
    point_m: tuple[float, float, float],
) -> Floats:
    """Where a limb has been since the picture before [px], shape (n, 2)."""
    points = []
    for row in range(cycle.row_at(beats[0]), cycle.row_at(beats[1]) + 1):
        positions, turns = drawing.poses(cycle.qpos[row], cycle.joint_names)
        points.append(positions[body] + turns[body] @ np.array(point_m))
    return camera.project(np.array(points))[:, :2]


_MARKS: dict[BodyPart, tuple[str, str, float]] = {  # marker, colour, place beside the middle
    "whole": ("o", INK, 0.0),
    "hands": ("d", INK, 0.12),
    "left_hand": ("d", LEFT, 0.12),
    "right_hand": ("d", RIGHT, -0.12),
    "pelvis": ("s", INK, -0.12),
    "head": ("*", INK, 0.24),
    "feet": ("^", INK, -0.24),
    "left_foot": ("^", LEFT, 0.24),
    "right_foot": ("^", RIGHT, -0.24),
}


def _label(axes: Any, move: Move, beat: float) -> None:
    axes.set_xlim(-0.5, 0.5)
    axes.set_ylim(0, 1)
    axes.axis("off")
    axes.plot([-0.5, 0.5], [0.97, 0.97], color=FAINT, lw=0.8)
    parts: list[BodyPart] = [
        a.part for a in move.accents if abs(a.beat - beat % move.length_beats) < _SAME_BEAT
    ]
    parts += [_foot_of(s.foot) for s in move.steps if abs(s.beat - beat) < _SAME_BEAT]
    for part in dict.fromkeys(parts):
        marker, color, x = _MARKS[part]
        axes.plot(x, 0.73, marker, color=color, ms=5)
    strong = bool(parts)
    axes.text(
        0, 0.3, count_of(beat), ha="center", va="center", fontsize=12, color=INK if strong else FAINT,
        fontweight="bold" if strong else "normal",
    )  # fmt: skip


def _foot_of(foot: str) -> BodyPart:
    left: dict[str, BodyPart] = {"left": "left_foot", "FL": "left_foot", "RL": "left_foot"}
    return left.get(foot, "right_foot")


def count_of(beat: float) -> str:
    """A move beat as dancers count it: 0 is "1", 0.5 is "1 &", 2.25 is "3 e"."""
    whole = int(np.floor(beat + _SAME_BEAT))
    rest = round(beat - whole, 3)
    within = {0.0: "", 0.25: " e", 0.5: " &", 0.75: " a"}.get(rest, f" +{rest:g}")
    return f"{whole + 1}{within}"


def marks_legend(robot: RobotKind) -> Sequence[tuple[str, str]]:
    """What the marks of a strip mean: (mark, words)."""
    limb = "hand" if robot == "g1" else "paw"
    return (
        ("●", "the whole body hits"),
        ("◆", f"a {limb} hits (blue left, gold right, black both)"),
        ("▲", "a foot comes down (blue left, gold right)"),
        ("■", "the pelvis hits"),
    )
