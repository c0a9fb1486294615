"""One chunk of the soak: a dance by lot under disturbances by lot, in a fresh scene; what came of it as plain values."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.spatial.transform import Rotation
from soak_dances import CAST, OF_THE_BOOTH, Piece, drawn_piece, on_paper, vocabulary

from temirbek.errors import MotionInfeasible
from temirbek.measures.beat_error import BeatError
from temirbek.measures.dance import measure_dancer, measure_together
from temirbek.motion import realize
from temirbek.robots import default_stage, perform, robot_model, robot_physics
from temirbek.robots.dancer import Dancer
from temirbek.robots.disturbances import Disturbances, drawn, gravity_frame
from temirbek.robots.estimator import Estimator
from temirbek.types import Choreography, ExecutedMotion, Performer, RobotState, Trajectory

SOFTER = (1.0, 0.6, 0.3)
"""Intensities that are tried where a body cannot follow a dance by lot."""
SETTLE_S, BEFORE_A_FALL_S = 1.0, 0.5
MARGIN_EVERY = 25
"""Every so many rows of the centre of pressure's margin are kept: twenty a second."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Chunk:
    """Which chunk: its number, the seed of the soak, and how long it lasts about [s]."""

    number: int
    seed: int
    seconds: float

    @property
    def own_seed(self) -> int:
        return self.seed * 100_000 + self.number


def run_chunk(chunk: Chunk) -> dict[str, Any]:
    """Dances one chunk and measures it."""
    piece = drawn_piece(chunk.own_seed, chunk.seconds)
    trajectories, piece, eased = _realized(piece)
    disturbances = drawn(chunk.own_seed, CAST, piece.end_s - 2.0)
    started = time.process_time()
    with _watched() as watch:
        motions = perform(trajectories, CAST, default_stage(), disturbances=disturbances)
    cpu_s = time.process_time() - started
    robots = {p.id: _robot(p, motions[p.id], piece, disturbances, watch) for p in CAST}
    together = measure_together(
        [motions[p.id] for p in CAST if p.robot == "g1"], piece.choreography, piece.grid
    )
    return {
        **asdict(chunk),
        "bpm": piece.bpm,
        "length_s": piece.end_s,
        "cpu_s": cpu_s,
        "disturbances": asdict(disturbances),
        "eased": eased,
        "together_ms": [round(float(d), 2) for pair in together for d in pair.difference_ms],
        "robots": robots,
    }


def _realized(piece: Piece) -> tuple[dict[str, Trajectory], Piece, dict[str, str]]:
    """References of all; a dance that a body cannot follow is danced more softly, then without figures."""
    moves, stage = vocabulary(), default_stage()
    trajectories, eased = {}, {}
    for performer in CAST:
        for attempt in range(len(SOFTER) + 1):
            dance = _softer(piece.choreography, performer, attempt)
            try:
                trajectories[performer.id] = realize(
                    dance,
                    performer,
                    piece.grid,
                    moves,
                    robot_model(performer.robot),
                    robot_physics(performer.robot),
                    stage,
                    (),
                    end_s=piece.end_s,
                )
            except MotionInfeasible as error:
                eased[performer.id] = f"{attempt + 1}: {error}"
            else:
                piece = replace(piece, choreography=dance)
                break
        else:
            raise MotionInfeasible(f"nothing is left of the dance: {eased[performer.id]}")
    return trajectories, piece, eased


def _softer(dance: Choreography, performer: Performer, attempt: int) -> Choreography:
    """The dance as drawn, more softly, still more softly, and at last without any steps of this performer."""
    if not attempt:
        return dance
    moves = vocabulary()
    calls = []
    for call in dance.calls:
        if call.performer != performer.id:
            calls.append(call)
        elif attempt < len(SOFTER):
            calls.append(replace(call, intensity=SOFTER[attempt] * call.intensity))
        elif not moves[call.move].steps and moves[call.move].family != OF_THE_BOOTH:
            calls.append(replace(call, intensity=SOFTER[-1] * call.intensity))
    return on_paper(dance.performers, calls, moves)


class _Watch:
    """Times of the control steps and what the estimators said, by robot in the order of the cast."""

    def __init__(self) -> None:
        self.control_ms: list[list[float]] = []
        self.said: list[list[RobotState]] = []
        self._dancers: dict[int, int] = {}
        self._estimators: dict[int, int] = {}

    def took(self, dancer: object, ms: float) -> None:
        index = self._dancers.setdefault(id(dancer), len(self._dancers))
        if index == len(self.control_ms):
            self.control_ms.append([])
        self.control_ms[index].append(ms)

    def heard(self, estimator: object, state: RobotState) -> None:
        index = self._estimators.setdefault(id(estimator), len(self._estimators))
        if index == len(self.said):
            self.said.append([])
        self.said[index].append(state)


@contextmanager
def _watched() -> Iterator[_Watch]:
    """Listens in on the control steps of everything that is performed meanwhile."""
    watch = _Watch()
    control, take_in = Dancer.control, Estimator.take_in

    def timed_control(self: Any, *args: Any) -> None:
        start = time.process_time()
        control(self, *args)
        watch.took(self, 1e3 * (time.process_time() - start))

    def heard_take_in(self: Any, *args: Any) -> None:
        take_in(self, *args)
        watch.heard(self, self.ahead(0.0))

    Dancer.control, Estimator.take_in = timed_control, heard_take_in  # type: ignore[method-assign]
    try:
        yield watch
    finally:
        Dancer.control, Estimator.take_in = control, take_in  # type: ignore[method-assign]


def _robot(
    performer: Performer, motion: ExecutedMotion, piece: Piece, disturbances: Disturbances, watch: _Watch
) -> dict[str, Any]:
    accents = piece.choreography.accents.get(performer.id, ())
    steps = piece.choreography.footsteps.get(performer.id, ())
    found = measure_dancer(motion, accents, piece.grid, steps)
    index = CAST.index(performer)
    danced_s = _danced_s(motion)
    until = int((danced_s - motion.start_s) * motion.rate_hz)
    margin_m = motion.cop_margin_m[int(SETTLE_S * motion.rate_hz) : until : MARGIN_EVERY]
    control_ms = np.array(watch.control_ms[index])[: until // 2 + 1]
    return {
        "fall": _fall(performer, motion, piece, disturbances),
        "danced_s": round(danced_s - motion.start_s, 2),
        "planted_ms": _until(found.planted_hits, danced_s),
        "stepping_ms": _until(found.stepping_hits, danced_s),
        "touchdown_ms": _until(found.touchdown, danced_s),
        "margin_mm": _rounded(1e3 * margin_m[np.isfinite(margin_m)], 0),
        "margin_planted_p5_m": _plain(found.cop_margin_planted_p5_m),
        "torque_peak": dict(zip(motion.joint_names, _rounded(motion.torque_share_peak, 3), strict=True)),
        "torque_rms": dict(zip(motion.joint_names, _rounded(motion.torque_rms_share, 3), strict=True)),
        "slip_m": _rounded(motion.foot_slip_m, 4),
        "collisions": motion.self_collisions,
        "collision_pairs": [list(pair) for pair in motion.collision_pairs],
        "guard": motion.guard_interventions,
        "solver_failures": motion.solver_failures,
        "control_ms": {"median": float(np.median(control_ms)), "p99": float(np.percentile(control_ms, 99))},
        "estimator": estimator_errors(watch.said[index], motion, disturbances) if watch.said else {},
    }


def _danced_s(motion: ExecutedMotion) -> float:
    """Mix time until which it danced: to the end, or to shortly before its fall was seen or had happened [s]."""
    ends = [t for t in (motion.fall_seen_at_s, motion.fell_at_s) if t is not None]
    end_s = motion.start_s + len(motion.qpos) / motion.rate_hz
    return max(min(ends) - BEFORE_A_FALL_S, motion.start_s + SETTLE_S) if ends else end_s


def _until(errors: BeatError, end_s: float) -> list[float | None]:
    """The errors before an instant: what a fallen robot misses afterwards is told by its fall."""
    return _rounded(errors.error_ms[errors.planned_s < end_s])


def _fall(
    performer: Performer, motion: ExecutedMotion, piece: Piece, disturbances: Disturbances
) -> dict[str, Any] | None:
    """When, in which moves and after which push; None where it did not fall."""
    moments_s = [t for t in (motion.fell_at_s, motion.fall_seen_at_s) if t is not None]
    if not moments_s:
        return None
    down_s = moments_s[0]
    beat = float(piece.grid.beat_at(down_s))
    pushes = [p for p in disturbances.pushes if p.performer == performer.id and p.mix_s <= down_s]
    return {
        "mix_s": round(down_s, 3),
        "seen_s": motion.fall_seen_at_s,
        "beat": round(beat, 2),
        "moves": [
            c.move
            for c in piece.choreography.calls
            if c.performer == performer.id and c.start_beat <= beat < c.start_beat + c.length_beats + 1.0
        ],
        "after_push_s": round(down_s - pushes[-1].mix_s, 2) if pushes else None,
    }


def estimator_errors(
    said: list[RobotState], motion: ExecutedMotion, disturbances: Disturbances
) -> dict[str, Any]:
    """Root mean square errors of what an estimator said, at the times of which it spoke, until a fall.

    Place and heading are counted from where it was right (the start); level is gravity's.
    """
    frame = gravity_frame(disturbances)
    end_s = _danced_s(motion) - motion.start_s
    kept = [s for s in said if SETTLE_S < s.host_s < end_s]
    if len(kept) < 2:
        return {}
    rows = np.clip([round(s.host_s * motion.rate_hz) for s in kept], 1, len(motion.qpos) - 2)
    position = frame.apply(motion.qpos[:, :3].astype(float))
    velocity = (position[rows + 1] - position[rows - 1]) * motion.rate_hz / 2.0
    truth = frame * Rotation.from_quat(np.roll(motion.qpos[rows, 3:7].astype(float), -1, axis=1))
    quats = np.array([s.base_quat_wxyz for s in kept])
    apart = Rotation.from_quat(np.roll(quats, -1, axis=1)) * truth.inv()
    place = np.array([s.base_position_m for s in kept]) - position[rows]
    place -= place[0]
    speed = np.array([s.base_velocity_m_s for s in kept]) - velocity
    carries = motion.foot_force_n[rows] > 20.0
    agree = np.array([s.contacts for s in kept]) == carries
    turn_deg = np.degrees(apart.as_rotvec())
    return {
        "velocity_mm_s": _rms(1e3 * speed),
        "velocity_worst_mm_s": round(float(1e3 * np.abs(speed).max()), 1),
        "level_deg": _rms(turn_deg[:, :2]),
        "heading_end_deg": round(float(turn_deg[-1, 2]), 2),
        "place_end_mm": _rounded(1e3 * place[-1], 1),
        "contacts_agree": round(float(agree.mean()), 4),
    }


def _rms(values: NDArray[np.float64]) -> float:
    return round(float(np.sqrt(np.mean(np.square(values)))), 3)


def _rounded(values: NDArray[Any], digits: int = 2) -> list[float | None]:
    return [_plain(v, digits) for v in np.asarray(values, dtype=float)]


def _plain(value: float, digits: int = 4) -> float | None:
    return round(float(value), digits) if np.isfinite(value) else None
