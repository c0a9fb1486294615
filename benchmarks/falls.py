"""Falls: how early they are seen, how seldom one is seen that does not come, and what folding saves.

    python benchmarks/falls.py [--robot g1] [--first 4000] [--cases 120] [--fit] [--impacts]

Robots dance random phrases of the vocabulary, planted and stepping, with the usual sensors and the estimator in the
loop. They are brought down in five ways, from several seeds and phases of the dance: pushed (40–300 N, a Go2 60–450 N,
for 0.1–0.2 s from any side), put on a slippery floor (friction 0.02–0.25), weakened (the legs' motors lose 60–100 % of
their torque), asked for the impossible (the dance at 1.5–3.5 times its speed), or tripped (a foot is dragged aside by
100–400 N, a Go2's by 50–200 N, for 0.1–0.2 s); a sixth of the cases only dances, with 60 N pushes of 0.1 s that it
survives. What the watch sees is noted while the controller fights on as if there was no watch. A robot has fallen when
its base is tilted by 60° or too low, or its body lies on the ground; "ahead" is counted to that moment or to the first
touch of anything but a foot that led to it, whichever comes first. Robots that stay on their feet are the test for false
alarms.

The thresholds of :mod:`temirbek.robots.falls` were chosen on seeds from 1000 to 1159 (``--fit`` prints between what each
could lie); the table is of others, from 4000 on if nothing else is said. ``--impacts``: what the ground does to a body
that folds, and to one that is only damped.
"""

import argparse
from collections import defaultdict
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
from temirbek.robots.bodies.body import Body
from temirbek.robots.bodies.spec import BODIES
from temirbek.robots.dancer import CONTROL_STEP_S, STEPS_PER_CONTROL, Dancer
from temirbek.robots.disturbances import TORSOS, Disturbances
from temirbek.robots.falls import ALARMING, HELD_STEPS, FallSigns, FallWatch, Fold
from temirbek.robots.recording import ContactReader, Contacts, Recording
from temirbek.robots.reference import Reference, make_reference
from temirbek.robots.robot import damping_command
from temirbek.robots.scene import build_scene
from temirbek.robots.simulated import SimulatedRobot
from temirbek.types import (
    BeatGrid,
    Choreography,
    Move,
    MoveCall,
    Performer,
    RobotCommand,
    RobotKind,
    RobotReadings,
    RobotState,
    Trajectory,
    footsteps_of,
)

Floats = NDArray[np.float64]
CAUSES = ("push", "slippery", "weak", "impossible", "dance", "trip")
SETTLE_S, WATCHED_S, DANCED_S = 0.8, 3.5, 9.0
EDGE_S = 0.5
"""A robot that is upright when nobody looks any longer must have been so for this long to count as one that stands."""
LIES_SHARE = 0.3
"""A body that bears this share of the weight is down; a shin of a Go2 may brush the floor in a deep bow."""
ONE_TOUCH_S = 0.5
"""A fall begins at the first touch of the body, if it is no longer ago than this."""
PHRASE_BEATS, LEAD_BEATS = 32.0, 4.0
DANCES = 8
AHEAD_BAR_S = 0.15
DELAY_S = 0.006
USUAL_PUSH_N, USUAL_PUSH_S, PUSH_EVERY_S = 60.0, 0.1, 1.7


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


def cases(robot: RobotKind, first: int, count: int) -> Iterator[Case]:
    """Cases in turn by cause, each drawn from its own seed, the first of which is given."""
    for seed in range(first, first + count):
        rng = np.random.default_rng((seed, robot == "g1"))
        cause = CAUSES[(seed // 2) % len(CAUSES)]
        low, high = {
            "push": (40.0, 300.0) if robot == "g1" else (60.0, 450.0),
            "slippery": (0.02, 0.25),
            "weak": (0.0, 0.4),
            "impossible": (1.5, 3.5),
            "dance": (USUAL_PUSH_N, USUAL_PUSH_N),
            "trip": (100.0, 400.0) if robot == "g1" else (50.0, 200.0),
        }[cause]
        yield Case(
            robot=robot,
            cause=cause,
            seed=seed,
            from_s=float(rng.uniform(3.0, 6.0) if cause == "dance" else rng.uniform(3.0, 12.0)),
            strength=float(rng.uniform(low, high)),
            duration_s=float(rng.uniform(0.1, 0.2)),
            angle_rad=float(rng.uniform(0, 2 * np.pi)),
        )


def performer(robot: RobotKind) -> Performer:
    return Performer(id="solo", name="Solo", robot=robot, role="dancer", mark_m=(1.5, 0.0))


@cache
def dance(robot: RobotKind, seed: int) -> Trajectory:
    """A phrase of random moves, danced at full intensity; every other phrase of two steps."""
    rng = np.random.default_rng((seed, 77))
    moves = {m.name: m for m in load_moves().values() if m.robot == robot}
    model, physics, who = robot_model(robot), robot_physics(robot), performer(robot)
    bpm = rng.uniform(95, 130)
    grid = BeatGrid(beats_s=0.1 + np.arange(80, dtype=np.float64) * 60.0 / float(bpm))
    while True:
        calls = _phrase(moves, rng, bpm)
        try:
            steps = footsteps_of(who, calls, moves)
            paper = Choreography(performers=(who,), calls=calls, footsteps={who.id: steps})
            end_s = float(grid.time_at(LEAD_BEATS + PHRASE_BEATS + 3.0))
            return realize(paper, who, grid, moves, model, physics, default_stage(), (), end_s=end_s)
        except (MotionInfeasible, InvalidInput):
            continue


def _phrase(moves: dict[str, Move], rng: np.random.Generator, bpm: float) -> tuple[MoveCall, ...]:
    danceable = [
        m for m in moves.values() if m.tempo_bpm[0] <= bpm <= m.tempo_bpm[1] and 8 % m.length_beats == 0
    ]
    planted = [m for m in danceable if "legs" in m.layers and not m.steps]
    stepping = [m for m in danceable if m.steps]
    arms = [m for m in danceable if "legs" not in m.layers and not m.steps]
    calls = []
    for k, start in enumerate(np.arange(LEAD_BEATS, LEAD_BEATS + PHRASE_BEATS, 8.0)):
        legs = stepping if k % 2 and stepping else planted
        chosen = [legs[rng.integers(len(legs))]]
        if arms and set(chosen[0].layers) <= {"legs", "pelvis"}:
            chosen.append(arms[rng.integers(len(arms))])
        calls += [
            MoveCall(performer="solo", move=m.name, start_beat=float(start), length_beats=8.0, intensity=1.0)
            for m in chosen
        ]
    return tuple(calls)


class Noting(FallWatch):
    """A watch that writes down what it sees, and tells nobody but who asks for it."""

    def __init__(self, body: Body, physics: mujoco.MjModel, *, tells: bool) -> None:
        super().__init__(body, physics)
        self._tells = tells
        self.seen: list[FallSigns] = []

    def update(self, state: RobotState, reference: Reference, row: int) -> bool:
        self.seen.append(self.signs(state, reference, row))
        return super().update(state, reference, row) and self._tells


class Damping(Fold):
    """What a robot without a fold does."""

    def command(self, readings: RobotReadings) -> RobotCommand:
        return damping_command(self._model, readings)


def run(case: Case, *, reaction: type[Fold] | None = None) -> Outcome:
    """Plays a case; the reaction is what a robot does whose fall is seen, None that it dances on."""
    body, model, physics = BODIES[case.robot], robot_model(case.robot), robot_physics(case.robot)
    who, stage = performer(case.robot), default_stage()
    scene = build_scene(stage, [who])
    data = mujoco.MjData(scene)
    robot = SimulatedRobot(scene, data, who, Disturbances(noise=1.0, delay_s=DELAY_S, seed=case.seed))
    seconds = SETTLE_S + (DANCED_S if case.cause == "dance" else WATCHED_S)
    rows, start_s = round(seconds / CONTROL_STEP_S), case.from_s - SETTLE_S
    trajectory = _hurried(dance(case.robot, case.seed % DANCES), case)
    reference = make_reference(trajectory, physics, body, start_s=start_s, step_s=CONTROL_STEP_S, rows=rows)
    robot.place(reference.qpos[0], reference.qvel[0])
    mujoco.mj_forward(scene, data)
    recording = Recording(
        scene, who, robot, trajectory, stage, start_s=start_s, steps=rows * STEPS_PER_CONTROL
    )
    dancer = Dancer(robot, body, physics, reference, recording, stage, "estimated")
    watch = Noting(body, physics, tells=reaction is not None)
    # The dancer's own watch and fold, replaced by those under test.
    dancer._watch, dancer._fold = watch, (reaction or Fold)(body, model)
    reader, touch = ContactReader(scene), _Touch(scene)
    weight_n = -scene.opt.gravity[2] * scene.body_subtreemass[scene.body("solo/" + physics.body(1).name).id]
    down_s, touched_s, impact_n, impact_m_s = None, -np.inf, 0.0, 0.0
    for row in range(rows):
        after_s = row * CONTROL_STEP_S - SETTLE_S
        dancer.control(row, case.from_s + after_s)
        if after_s >= 0:
            _disturb(case, scene, data, after_s)
        for _ in range(STEPS_PER_CONTROL):
            robot.drive()
            speed = float(np.linalg.norm(data.qvel[robot.v][:3]))
            mujoco.mj_step(scene, data)
            force = touch.force_n(reader.read(data))
            if force > 0 and after_s - touched_s > ONE_TOUCH_S:
                touched_s = after_s
                impact_m_s = impact_m_s if down_s is not None else speed
            impact_n = max(impact_n, force)
        if down_s is None and (force > LIES_SHARE * weight_n or dancer._has_fallen()):
            down_s = touched_s if after_s - touched_s <= ONE_TOUCH_S else after_s
        if down_s is not None and reaction is None:
            break
    signs = np.array([(s.beyond_m, s.sinks_m, s.tilts_rad) for s in watch.seen])
    return Outcome(
        case=case,
        signs=signs[round(SETTLE_S / CONTROL_STEP_S) :],
        down_s=down_s,
        impact_n=impact_n if down_s is not None else 0.0,
        impact_m_s=impact_m_s,
    )


class _Touch:
    """What the ground does to anything but a foot."""

    def __init__(self, scene: mujoco.MjModel) -> None:
        self._is_flesh = np.array([scene.geom(g).name.startswith("solo/flesh") for g in range(scene.ngeom)])

    def force_n(self, contacts: Contacts) -> float:
        flesh = self._is_flesh[contacts.geoms].any(axis=1) & contacts.on_ground
        return float(contacts.force_n[flesh].sum())


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
    if case.cause in ("push", "dance"):
        body = scene.body(f"solo/{TORSOS[case.robot]}").id
        turn, since_s = divmod(after_s, PUSH_EVERY_S) if case.cause == "dance" else (0.0, after_s)
        is_on = since_s < (USUAL_PUSH_S if case.cause == "dance" else case.duration_s)
        angle = case.angle_rad + 2.4 * turn
        data.xfrc_applied[body, :2] = case.strength * is_on * np.array([np.cos(angle), np.sin(angle)])
    elif case.cause == "slippery":
        scene.geom_friction[:, 0] = case.strength
    elif case.cause == "trip":
        feet = BODIES[case.robot].feet
        foot = scene.body(f"solo/{feet[case.seed % len(feet)].link}").id
        towards = np.array([np.cos(case.angle_rad), np.sin(case.angle_rad)])
        data.xfrc_applied[foot, :2] = case.strength * (after_s < case.duration_s) * towards
    elif case.cause == "weak":
        words = BODIES[case.robot].support_joints
        legs = [i for i in range(scene.nu) if any(w in scene.actuator(i).name for w in words)]
        scene.actuator_gainprm[legs, 0] = case.strength


def alarm_s(outcome: Outcome) -> float | None:
    """When the watch would have told, seconds after the disturbance."""
    limits = ALARMING[outcome.case.robot]
    is_sign = (outcome.signs >= (limits.beyond_m, limits.sinks_m, limits.tilts_rad)).any(axis=1)
    held = np.convolve(is_sign, np.ones(HELD_STEPS), "valid") >= HELD_STEPS
    return None if not held.any() else float((np.argmax(held) + HELD_STEPS - 1) * CONTROL_STEP_S)


def stands(outcome: Outcome) -> bool:
    """Whether it was on its feet to the end, and not about to fall when nobody looked any longer."""
    late = outcome.signs[-round(EDGE_S / CONTROL_STEP_S) :]
    return outcome.down_s is None and bool((late[:, 0] < 0).all())


def table(robot: RobotKind, outcomes: Sequence[Outcome]) -> None:
    """Prints how early falls are seen and how many alarms are false, by cause."""
    print(f"{robot:4} {'cause':11} falls  seen ≥ 150 ms ahead   median ahead | stood  false alarms")
    by_cause = defaultdict(list)
    for o in outcomes:
        by_cause[o.case.cause].append(o)
        by_cause["all"].append(o)
    for cause, those in by_cause.items():
        fell = [o for o in those if o.down_s is not None]
        stood = [o for o in those if stands(o)]
        ahead = [
            o.down_s - s if (s := alarm_s(o)) is not None else -np.inf for o in fell if o.down_s is not None
        ]
        seen = sum(a >= AHEAD_BAR_S for a in ahead)
        false = [o for o in stood if alarm_s(o) is not None]
        seconds = sum(len(o.signs) for o in stood) * CONTROL_STEP_S
        share = f"{seen:3} ({seen / len(fell):4.0%})" if fell else "  –       "
        median = f"{1e3 * np.median(ahead):5.0f} ms" if fell else "      –"
        print(
            f"     {cause:11} {len(fell):5}  {share:>18}   {median:>12} | {len(stood):5}  {len(false):3} in {seconds:4.0f} s",
            flush=True,
        )


def fit(robot: RobotKind, outcomes: Sequence[Outcome]) -> None:
    """Prints between what each threshold could lie: above what those who stood reached, below what each fall reached
    150 ms ahead."""
    stood = np.array([o.signs.max(axis=0) for o in outcomes if stands(o)])
    print(f"{robot}: greatest signs of those that stood, 90th percentile and worst:")
    for name, column in zip(("beyond_m", "sinks_m", "tilts_rad"), stood.T, strict=True):
        print(f"    {name:10} {np.percentile(column, 90):6.3f} {column.max():6.3f}")
    ahead = round(AHEAD_BAR_S / CONTROL_STEP_S)
    in_time = [
        o.signs[: round(o.down_s / CONTROL_STEP_S) - ahead].max(axis=0, initial=-1.0)
        for o in outcomes
        if o.down_s is not None
    ]
    print("    the same of falls, 150 ms ahead: 10th, 50th percentile")
    for name, column in zip(("beyond_m", "sinks_m", "tilts_rad"), np.array(in_time).T, strict=True):
        print(f"    {name:10} {np.percentile(column, 10):6.3f} {np.percentile(column, 50):6.3f}")


def impacts(robot: RobotKind, first: int, count: int) -> None:
    """Prints what the ground does to bodies that fold and to bodies that are damped, in the same falls."""
    rows = []
    for case in cases(robot, first, count):
        if case.cause in ("push", "impossible"):
            pair = [run(case, reaction=reaction) for reaction in (Damping, Fold)]
            if all(o.impact_n > 0 for o in pair):
                rows.append([(o.impact_n, o.impact_m_s) for o in pair])
    found = np.array(rows)
    for name, k in (("damped", 0), ("folded", 1)):
        force, speed = found[:, k].T
        print(
            f"{robot:4} {name}: {len(found)} falls; hardest contact {force.mean():.0f} N on average, {force.max():.0f} N at "
            f"worst; base at the first touch {speed.mean():.2f} m/s"
        )


def main() -> None:
    """Prints the tables."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--robot", choices=("g1", "go2"), action="append")
    parser.add_argument("--first", type=int, default=4000)
    parser.add_argument("--cases", type=int, default=120)
    parser.add_argument("--fit", action="store_true")
    parser.add_argument("--impacts", action="store_true")
    options = parser.parse_args()
    for robot in options.robot or ("g1", "go2"):
        if options.impacts:
            impacts(robot, options.first, options.cases)
            continue
        # One that fell while it was put into the middle of its dance was not brought down by what comes next.
        outcomes = [o for case in cases(robot, options.first, options.cases) if len((o := run(case)).signs)]
        if options.fit:
            fit(robot, outcomes)
        table(robot, outcomes)


if __name__ == "__main__":
    main()
