"""Stock grooves: loops on planted feet, made once when a show is loaded, danced to whatever sounds.

A groove is composed in beats, realised at one tempo and danced at others by its beat phase. Both ends of the loop are the same
instant of the same motion: its last beat passes over into the beat before its first.
"""

import zlib
from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray
from scipy.spatial.transform import Rotation

from temirbek.errors import InvalidInput, MotionInfeasible
from temirbek.motion import realize
from temirbek.robots import default_stage, robot_model, robot_physics
from temirbek.stage.robots.parts import DancePart
from temirbek.types import BeatGrid, Choreography, Move, MoveCall, Performer, Stage, Trajectory

Floats = NDArray[np.float64]
STOCK_BPM = (96.0, 122.0)
"""Between 85 and 140 BPM one of them is danced by at most a sixth faster or slower than it was made."""
LOOP_BEATS, LEAD_BEATS, BLOCK_BEATS, TAIL_BEATS = 32, 4, 8, 4
INTENSITIES = (0.85, 0.6, 0.4)
"""Tried in this order where a body cannot follow."""
FLOORS: Mapping[str, tuple[str, ...]] = {
    "dancer": ("bounce", "sway", "two_and_two", "hips"),
    "dj": ("dj_nod", "dj_pump"),
    "animal": ("cat_bounce", "cat_wiggle", "cat_hips", "cat_head_toss"),
}
FIGURES: Mapping[str, tuple[str, ...]] = {
    "dancer": ("points", "raise_the_roof", "swim", "arms_up_alternate"),
    "dj": (),
    "animal": (),
}
"""Role → moves that own the legs, and figures above them; what a vocabulary lacks is left out."""


def make_groove(
    performer: Performer, moves: Mapping[str, Move], bpm: float, stage: Stage | None = None
) -> Trajectory:
    """A loop for one performer: seconds of work.

    Args:
        performer: Who; on its mark.
        moves: The vocabulary.
        bpm: The tempo it is made for.
        stage: Where; the house's own if None.

    Returns:
        Motion from beat 0 to the end of :func:`groove_grid`, of which the beats of :func:`loop_beats` can be repeated
        for ever.

    Raises:
        InvalidInput: The vocabulary has no groove for this performer.
        MotionInfeasible: Even the mildest form cannot be danced.
    """
    performer = replace(performer, wings_m=None)
    grid = groove_grid(bpm)
    refusal: MotionInfeasible | None = None
    for intensity in INTENSITIES:
        try:
            motion = realize(
                _on_paper(performer, moves, intensity),
                performer,
                grid,
                moves,
                robot_model(performer.robot),
                robot_physics(performer.robot),
                stage or default_stage(),
                (),
                end_s=float(grid.time_at(_end_beat())),
            )
            return _closed(motion, grid)
        except MotionInfeasible as error:
            refusal = error
    assert refusal is not None
    raise refusal


def make_grooves(
    performers: Sequence[Performer], moves: Mapping[str, Move], bpm: float, stage: Stage | None = None
) -> DancePart:
    """The stock groove of a cast at one tempo, as a part to be written and loaded."""
    return DancePart(
        id=f"groove-{bpm:g}",
        title="groove",
        performers=tuple(performers),
        trajectories={p.id: make_groove(p, moves, bpm, stage) for p in performers},
        grid=groove_grid(bpm),
        loop_beats=loop_beats(),
    )


def groove_grid(bpm: float) -> BeatGrid:
    """The beats of a groove."""
    return BeatGrid(beats_s=np.arange(_end_beat() + 1, dtype=np.float64) * (60.0 / bpm))


def loop_beats() -> tuple[float, float]:
    """First and last beat of the loop; the beats before it lead in, and pad it."""
    first = float(LEAD_BEATS + LOOP_BEATS)
    return first, first + LOOP_BEATS


def _end_beat() -> int:
    return LEAD_BEATS + 2 * LOOP_BEATS + TAIL_BEATS


def _on_paper(performer: Performer, moves: Mapping[str, Move], intensity: float) -> Choreography:
    """Floors and figures in blocks of two bars, each robot's in an order of its own."""

    def known(names: tuple[str, ...]) -> list[Move]:
        found = [moves[n] for n in names if n in moves]
        return [m for m in found if m.robot == performer.robot and not m.steps]

    floors, figures = known(FLOORS[performer.role]), known(FIGURES[performer.role])
    if not floors:
        raise InvalidInput(
            f"the vocabulary has no groove for {performer.id!r}; expected one of {', '.join(FLOORS[performer.role])}"
        )
    first = zlib.crc32(performer.id.encode())
    calls = []
    for block in range((_end_beat() - LEAD_BEATS - 1) // BLOCK_BEATS):
        turn = first + block % (LOOP_BEATS // BLOCK_BEATS)
        start = float(LEAD_BEATS + block * BLOCK_BEATS)
        floor = floors[turn % len(floors)]
        calls.append(
            _call(performer, floor, start, intensity, tuple(layer for layer in floor.layers)),
        )
        if figures and block % 2:
            figure = figures[turn % len(figures)]
            free = tuple(layer for layer in figure.layers if layer not in floor.layers)
            calls.append(_call(performer, figure, start, intensity, free))
    return Choreography(performers=(performer,), calls=tuple(calls))


def _call(
    performer: Performer, move: Move, start: float, intensity: float, layers: tuple[str, ...]
) -> MoveCall:
    return MoveCall(
        performer=performer.id,
        move=move.name,
        start_beat=start,
        length_beats=float(BLOCK_BEATS),
        intensity=intensity,
        layers=layers,  # type: ignore[arg-type]  # they come from the move's own layers
    )


def _closed(motion: Trajectory, grid: BeatGrid) -> Trajectory:
    """The motion, whose last beat of the loop passes over into the beat before its first."""
    first, last = loop_beats()
    begin, end = (
        round((float(grid.time_at(b)) - motion.start_s) * motion.rate_hz) for b in (last - 1.0, last)
    )
    turn = end - round((float(grid.time_at(first)) - motion.start_s) * motion.rate_hz)
    rows = np.arange(begin, end + 1)
    s = ((rows - begin) / (end - begin))[:, None]
    per_s = motion.rate_hz / (end - begin)
    w, dw, ddw = (
        s**3 * (10 - 15 * s + 6 * s**2),
        30 * s**2 * (1 - s) ** 2 * per_s,
        60 * s * (1 - s) * (1 - 2 * s) * per_s**2,
    )
    qpos, qvel, qacc = motion.qpos.copy(), motion.qvel.copy(), motion.qacc.copy()
    old, new = (motion.qpos[r] for r in (rows, rows - turn))
    way = _ways(old, new)
    faster = motion.qvel[rows - turn] - motion.qvel[rows]
    qpos[rows] = old + w * (new - old)
    qpos[rows, 3:7] /= np.linalg.norm(qpos[rows, 3:7], axis=1, keepdims=True)
    qvel[rows] += w * faster + dw * way
    qacc[rows] += w * (motion.qacc[rows - turn] - motion.qacc[rows]) + 2 * dw * faster + ddw * way
    for values, of in ((qpos, motion.qpos), (qvel, motion.qvel), (qacc, motion.qacc)):
        after = min(len(of) - end, turn)
        values[end : end + after] = of[end - turn : end - turn + after]
    return replace(motion, qpos=qpos, qvel=qvel, qacc=qacc)


def _ways(old: Floats, new: Floats) -> Floats:
    """From postures to postures in the terms of velocities, shape (n, 6 + j)."""
    turn = Rotation.from_quat(np.roll(old[:, 3:7], -1, axis=1)).inv()
    turn *= Rotation.from_quat(np.roll(new[:, 3:7], -1, axis=1))
    return np.hstack([new[:, :3] - old[:, :3], turn.as_rotvec(), new[:, 7:] - old[:, 7:]])
