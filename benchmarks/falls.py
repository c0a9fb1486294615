"""Falls: how early they are seen, how seldom one is seen that does not come, and what folding saves.

    python benchmarks/falls.py [--cases 40] [--fit] [--impacts]

Robots dance random phrases of the vocabulary and are brought down in four ways, from several seeds and phases of the
dance: pushed (40–300 N for 0.1–0.2 s from any side), put on a slippery floor (friction 0.15–0.3), weakened (the legs'
motors have 0–40 % of their torque), or asked for the impossible (the dance at 1.5–3 times its speed). What the watch sees is noted
while the controller fights on as if there was no watch; "ahead" is counted to the moment at which the robot has fallen
(base tilted by 60° or too low) or anything but a foot touches the ground, whichever comes first. Robots that stay on
their feet are the test for false alarms. Thresholds are fitted on even seeds (``--fit`` prints what each could be) and
reported on odd ones.
"""

import argparse
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache

import mujoco
import numpy as np
from numpy.typing import NDArray

from temirbek.choreography import load_moves
from temirbek.errors import InvalidInput, MotionInfeasible
from temirbek.motion import realize
from temirbek.robots import default_stage, robot_model, robot_physics
from temirbek.robots.bodies.spec import BODIES, FRICTION, PHYSICS_STEP_S
from temirbek.robots.disturbances import Disturbances
from temirbek.robots.estimator import Estimator
from temirbek.robots.falls import Fold, FallWatch
from temirbek.robots.recording import ContactReader
from temirbek.robots.reference import make_reference
from temirbek.robots.scene import build_scene
from temirbek.robots.simulated import SimulatedRobot
from temirbek.robots.simulation import COMMAND_LIFE_S, CONTROL_STEP_S, POSITION_SHARE, STEPS_PER_CONTROL
from temirbek.robots.whole_body import WholeBody
from temirbek.types import (
    BeatGrid,
    Choreography,
    Move,
    MoveCall,
    Performer,
    RobotCommand,
    RobotKind,
    Trajectory,
)

Floats = NDArray[np.float64]
CAUSES = ("push", "slippery", "weak", "impossible")
SETTLE_S, WATCHED_S = 0.6, 3.5
PHRASE_BEATS, LEAD_BEATS = 24.0, 4.0
AHEAD_BAR_S = 0.15
DELAY_S = 0.006
UPRIGHT = 0.5


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """One way to bring a robot down: ``strength`` is N, friction, share of torque or factor of speed, by cause."""

    robot: RobotKind
    cause: str
    seed: int
    from_s: float
    strength: float
    duration_s: float
    angle_rad: float


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Outcome:
    """What happened.

    Attributes:
        case: To whom.
        signs: What the watch saw at each control step from the disturbance on, shape (n, 3).
        down_s: When it had fallen or touched the ground with its body, seconds after the disturbance; None: never.
        impact_n, impact_m_s: Greatest force of the ground on the body, and the base's speed at the first touch.
    """

    case: Case
    signs: Floats
    down_s: float | None
    impact_n: float
    impact_m_s: float


def cases(robot: RobotKind, count: int) -> Iterator[Case]:
    """Cases in turn by cause, each drawn from its own seed."""
    for seed in range(count):
        rng = np.random.default_rng((seed, robot == "g1"))
        cause = CAUSES[(seed // 2) % len(CAUSES)]
        low, high = {
            "push": (40.0, 300.0) if robot == "g1" else (60.0, 450.0),
            "slippery": (0.02, 0.2),
            "weak": (0.0, 0.4),
            "impossible": (1.5, 3.5),
        }[cause]
        yield Case(
            robot=robot,
            cause=cause,
            seed=seed,
            from_s=float(rng.uniform(2.0, 9.0)),
            strength=float(rng.uniform(low, high)),
            duration_s=float(rng.uniform(0.1, 0.2)),
            angle_rad=float(rng.uniform(0, 2 * np.pi)),
        )


def performer(robot: RobotKind) -> Performer:
    return Performer(id="solo", name="Solo", robot=robot, role="dancer", mark_m=(1.5, 0.0))


@cache
def dance(robot: RobotKind, seed: int) -> Trajectory:
    """A phrase of random moves, danced at full intensity."""
    rng = np.random.default_rng((seed, 77))
    moves = load_moves()
    model, physics = robot_model(robot), robot_physics(robot)
    grid = BeatGrid(beats_s=0.1 + np.arange(60) * 60.0 / rng.uniform(95, 132))
    while True:
        calls = _phrase(moves, robot, rng)
        try:
            return realize(
                Choreography(performers=(performer(robot),), calls=calls),
                performer(robot),
                grid,
                moves,
                model,
                physics,
                default_stage(),
                (),
                end_s=float(grid.time_at(LEAD_BEATS + PHRASE_BEATS + 3.0)),
            )
        except (MotionInfeasible, InvalidInput):
            continue


def _phrase(moves: dict[str, Move], robot: RobotKind, rng: np.random.Generator) -> tuple[MoveCall, ...]:
    grooves = [m for m in moves.values() if m.robot == robot and "legs" in m.layers and not m.steps]
    arms = [m for m in moves.values() if m.robot == robot and "legs" not in m.layers and not m.steps]
    calls = []
    for start in np.arange(LEAD_BEATS, LEAD_BEATS + PHRASE_BEATS, 8.0):
        chosen = [grooves[rng.integers(len(grooves))]]
        if arms:
            chosen.append(arms[rng.integers(len(arms))])
        calls += [
            MoveCall(performer="solo", move=m.name, start_beat=float(start), length_beats=8.0, intensity=1.0)
            for m in chosen
        ]
    return tuple(calls)


def run(case: Case, *, react: str = "") -> Outcome:
    """Plays a case; ``react`` says what to do when the watch sees the fall: "" dance on, "damp" or "fold"."""
    body, model, physics = BODIES[case.robot], robot_model(case.robot), robot_physics(case.robot)
    who = performer(case.robot)
    scene = build_scene(default_stage(), [who])
    data = mujoco.MjData(scene)
    wrong = Disturbances(noise=1.0, delay_s=DELAY_S, seed=case.seed)
    robot = SimulatedRobot(scene, data, who, wrong)
    rows = round((SETTLE_S + WATCHED_S) / CONTROL_STEP_S)
    trajectory = _hurried(dance(case.robot, case.seed % 8), case)
    reference = make_reference(
        trajectory, physics, body, start_s=case.from_s - SETTLE_S, step_s=CONTROL_STEP_S, rows=rows
    )
    robot.place(reference.qpos[0], reference.qvel[0])
    controller, watch, fold = WholeBody(body, model, physics), FallWatch(body, physics), Fold(body, model)
    reader, touch = ContactReader(scene), _Touch(scene)
    mujoco.mj_forward(scene, data)
    estimator = Estimator(body, model, physics)
    estimator.reset(robot.truth())
    signs, down_s, impact_n, impact_m_s, reacting = [], None, 0.0, 0.0, False
    for row in range(rows):
        after_s = row * CONTROL_STEP_S - SETTLE_S
        estimator.update(robot.read(), reference.contacts[row], CONTROL_STEP_S)
        state = estimator.ahead(DELAY_S)
        if after_s >= 0:
            found = watch.signs(state, reference, row)
            signs.append((found.beyond_m, found.sinks_m, found.tilts_rad))
            reacting = reacting or bool(react and watch.update(state, reference, row))
            _disturb(case, scene, data, after_s)
        if reacting:
            robot.damp() if react == "damp" else robot.write(fold.command(robot.read()))
        elif down_s is None:
            effort = controller.solve(state, reference, row)
            robot.write(
                RobotCommand(
                    joints_rad=reference.qpos[row, 7:],
                    joints_rad_s=reference.qvel[row, 6:],
                    torques_nm=effort.torques_nm,
                    kp=POSITION_SHARE * model.kp,
                    kd=POSITION_SHARE * model.kd,
                    expires_s=state.host_s + COMMAND_LIFE_S,
                )
            )
        else:
            robot.damp()
        for _ in range(STEPS_PER_CONTROL):
            robot.drive()
            speed = float(np.linalg.norm(data.qvel[robot.v][:3]))
            mujoco.mj_step(scene, data)
            force = touch.force_n(reader.read(data))
            if force > 0 and impact_n == 0:
                impact_m_s = speed
            impact_n = max(impact_n, force)
        if down_s is None and (impact_n > 0 or _is_down(robot.truth(), body.fallen_height_m)):
            down_s = after_s
        if down_s is not None and not react:
            break
    return Outcome(
        case=case, signs=np.array(signs), down_s=down_s, impact_n=impact_n, impact_m_s=impact_m_s
    )


class _Touch:
    """What the ground does to anything but a foot."""

    def __init__(self, scene: mujoco.MjModel) -> None:
        self._is_flesh = np.array([scene.geom(g).name.startswith("solo/flesh") for g in range(scene.ngeom)])

    def force_n(self, contacts) -> float:  # type: ignore[no-untyped-def]
        flesh = self._is_flesh[contacts.geoms].any(axis=1) & contacts.on_ground
        return float(contacts.force_n[flesh].sum())


def _is_down(state, height_m: float) -> bool:  # type: ignore[no-untyped-def]
    _, x, y, _ = state.base_quat_wxyz
    return bool(1 - 2 * (x * x + y * y) < UPRIGHT or state.base_position_m[2] < height_m)


def _hurried(trajectory: Trajectory, case: Case) -> Trajectory:
    """The same dance, faster from the disturbance on, if that is the cause."""
    if case.cause != "impossible":
        return trajectory
    n = len(trajectory.qpos)
    times = trajectory.start_s + np.arange(n) / trajectory.rate_hz
    after = np.maximum(times - case.from_s, 0.0)
    # The speed of the dance rises over a tenth of a second, so that the impossible comes without a jump in position.
    factor = 1.0 + (case.strength - 1.0) * np.clip(after / 0.1, 0.0, 1.0)
    warped = times[0] + np.concatenate([[0.0], np.cumsum(factor[1:]) / trajectory.rate_hz])
    points = [trajectory.at(float(t)) for t in warped]
    return Trajectory(
        performer=trajectory.performer,
        joint_names=trajectory.joint_names,
        foot_names=trajectory.foot_names,
        start_s=trajectory.start_s,
        rate_hz=trajectory.rate_hz,
        qpos=np.array([p.qpos for p in points]),
        qvel=np.array([p.qvel for p in points]) * factor[:, None],
        qacc=np.array([p.qacc for p in points]) * factor[:, None] ** 2,
        contacts=np.array([p.contacts for p in points]),
    )


def _disturb(case: Case, scene: mujoco.MjModel, data: mujoco.MjData, after_s: float) -> None:
    if case.cause == "push":
        body = scene.body("solo/torso_link" if case.robot == "g1" else "solo/base").id
        is_on = after_s < case.duration_s
        direction = np.array([np.cos(case.angle_rad), np.sin(case.angle_rad), 0.0])
        data.xfrc_applied[body, :3] = case.strength * direction if is_on else 0.0
    elif case.cause == "slippery":
        scene.geom_friction[:, 0] = case.strength
    elif case.cause == "weak":
        legs = [
            i for i in range(scene.nu)
            if any(w in scene.actuator(i).name for w in BODIES[case.robot].support_joints)
        ]  # fmt: skip
        scene.actuator_gainprm[legs, 0] = case.strength


def main() -> None:
    """Prints the tables."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--cases", type=int, default=32)
    parser.add_argument("--save")
    options = parser.parse_args()
    for robot in ("g1", "go2"):
        outcomes = []
        for case in cases(robot, options.cases):
            o = run(case)
            outcomes.append(o)
            s = o.signs
            print(robot, case.cause, case.seed, round(case.strength, 2), "down", o.down_s, "max signs", s.max(axis=0).round(3), flush=True)
        if options.save:
            np.save(f"{options.save}_{robot}.npy", np.array([(o.case, o.signs, o.down_s) for o in outcomes], dtype=object), allow_pickle=True)


if __name__ == "__main__":
    main()
