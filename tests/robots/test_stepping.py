"""Feet that step: laws of the footing, and marches in physics under what a stage does."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from temirbek.choreography import load_moves
from temirbek.motion import realize
from temirbek.robots import default_stage, perform, robot_model, robot_physics
from temirbek.robots.bodies.spec import BODIES
from temirbek.robots.disturbances import Disturbances, Push
from temirbek.robots.reference import NEVER, Reference, coming_shares, make_reference, next_rows, shares
from temirbek.robots.stepping import APART_M, Footing
from temirbek.types import (
    BeatGrid,
    Choreography,
    ExecutedMotion,
    MoveCall,
    Performer,
    Stage,
    Trajectory,
    footsteps_of,
)

from .makers import arm_waving, performer

STEP_S, PENDULUM = 0.004, 3.9
USUAL = Disturbances(noise=1.0, delay_s=0.006, seed=3)
TOUCHES_N = 20.0
SOLO = Performer(id="sky", name="Aspan", robot="g1", role="dancer", mark_m=(1.2, 0.95))
Dance = tuple[Trajectory, tuple[tuple[int, float, float], ...]]


def danced(move: str, beats: float, bpm: float, intensity: float = 1.0, figure: str = "") -> Dance:
    """A stepping move, with a figure above it if one is named, and its steps: foot, lift and touchdown [s]."""
    moves, grid = load_moves(), BeatGrid(beats_s=0.1 + np.arange(int(beats) + 12) * 60.0 / bpm)
    calls: tuple[MoveCall, ...] = (
        MoveCall(performer="sky", move=move, start_beat=3.0, length_beats=beats, intensity=intensity),
    )
    if figure:
        calls += (
            MoveCall(
                performer="sky",
                move=figure,
                start_beat=3.0,
                length_beats=beats,
                intensity=0.9,
                mirrored=True,
                layers=("torso", "left_arm", "right_arm"),
            ),
        )
    steps = footsteps_of(SOLO, calls, moves)
    model = robot_model("g1")
    trajectory = realize(
        Choreography(performers=(SOLO,), calls=calls, footsteps={"sky": steps}),
        SOLO,
        grid,
        moves,
        model,
        robot_physics("g1"),
        default_stage(),
        (),
        end_s=float(grid.time_at(3.0 + beats + 2.0)),
    )
    times = tuple(
        (model.foot_names.index(s.foot), float(grid.time_at(s.lift_beat)), float(grid.time_at(s.touch_beat)))
        for s in steps
    )
    return trajectory, times


@pytest.fixture(scope="module")
def march() -> Dance:
    return danced("march", 8.0, 100.0)


@pytest.fixture(scope="module")
def walk() -> Dance:
    return danced("walk_forward", 4.0, 100.0)


def perform_solo(dance: Dance, disturbances: Disturbances, stage: Stage | None = None) -> ExecutedMotion:
    return perform({"sky": dance[0]}, (SOLO,), stage or default_stage(), disturbances=disturbances)["sky"]


def touchdown_errors_ms(motion: ExecutedMotion, dance: Dance) -> np.ndarray:
    errors = []
    for foot, lift_s, touch_s in dance[1]:
        first = int((0.5 * (lift_s + touch_s) - motion.start_s) * motion.rate_hz)
        pressed = motion.foot_force_n[first : first + 300, foot] > TOUCHES_N
        assert pressed.any()
        errors.append(1e3 * (motion.start_s + (first + int(np.argmax(pressed))) / motion.rate_hz - touch_s))
    return np.array(errors)


def test_a_march_comes_down_on_the_beat(march: Dance) -> None:
    motion = perform_solo(march, replace(USUAL, friction=0.6, torso_mass_scale=1.1))
    errors = np.abs(touchdown_errors_ms(motion, march))
    assert motion.fell_at_s is None
    assert motion.fall_seen_at_s is None
    assert errors.mean() <= 12.0
    assert errors.max() <= 30.0
    assert motion.torque_share.max() <= 1.0
    assert motion.solver_failures == 0


def test_a_push_from_each_side_is_caught_by_stepping(march: Dance) -> None:
    forces = ((60.0, 0.0), (0.0, 60.0), (-60.0, 0.0), (0.0, -60.0))
    pushes = tuple(
        Push(performer="sky", mix_s=2.3 + 1.15 * i, force_n=force) for i, force in enumerate(forces)
    )
    motion = perform_solo(march, replace(USUAL, pushes=pushes))
    assert motion.fell_at_s is None
    assert motion.fall_seen_at_s is None


@pytest.fixture(scope="module")
def turn() -> Dance:
    return danced("profile", 4.0, 97.0, intensity=0.64, figure="arms_up_alternate")


@pytest.mark.parametrize(("beat", "towards_deg"), [(4.85, 186.0), (4.7, 200.0), (4.7, 215.0)])
def test_a_push_in_the_middle_of_a_turn_is_caught(turn: Dance, beat: float, towards_deg: float) -> None:
    """A trunk that brakes its turn with all its weight keeps the force off the heel, where the balance needs it."""
    towards = np.radians(towards_deg)
    push = Push(
        performer="sky",
        mix_s=0.1 + beat * 60.0 / 97.0,
        force_n=(float(60.0 * np.cos(towards)), float(60.0 * np.sin(towards))),
    )
    wrong = replace(USUAL, friction=0.72, torso_mass_scale=1.08, delay_s=0.0076, pushes=(push,))
    motion = perform_solo(turn, wrong)
    assert motion.fell_at_s is None and motion.fall_seen_at_s is None


@pytest.mark.parametrize(("height_m", "ahead"), [(0.01, True), (0.01, False)])
def test_a_foot_meets_a_floor_that_is_higher_or_lower(walk: Dance, height_m: float, ahead: bool) -> None:
    """A walk up and down a step of a centimetre: a foot comes down early, and late."""
    x, y = SOLO.mark_m
    middle = x + 1.15 if ahead else x - 0.75
    stage = replace(default_stage(), riser_m=(middle, y, 0.95, 0.9, height_m))
    trajectory = walk[0]
    if not ahead:
        qpos = trajectory.qpos.copy()
        qpos[:, 2] += height_m
        trajectory = replace(trajectory, qpos=qpos)
    motion = perform_solo((trajectory, walk[1]), USUAL, stage)
    assert motion.fell_at_s is None
    assert motion.foot_force_n.max() < 1500.0


def test_the_same_march_twice_is_the_same_to_the_bit(march: Dance) -> None:
    short = replace(march[0], **{n: getattr(march[0], n)[:500] for n in ("qpos", "qvel", "qacc", "contacts")})
    first, second = (perform_solo((short, ()), USUAL) for _ in range(2))
    assert first.qpos.tobytes() == second.qpos.tobytes()


contact_rows = st.lists(
    st.tuples(st.booleans(), st.booleans(), st.integers(5, 60)), min_size=1, max_size=6
).map(lambda runs: np.concatenate([np.tile([a, b], (n, 1)) for a, b, n in runs]))


@settings(max_examples=30, deadline=None)
@given(contacts=contact_rows)
def test_shares_are_shares_and_rest_on_what_carries(contacts: np.ndarray) -> None:
    share = shares(contacts, STEP_S)
    np.testing.assert_allclose(share.sum(axis=1), 1.0)
    carried = contacts.any(axis=1)
    assert share[carried[:, None] & ~contacts].max(initial=0.0) < 1e-3
    alone = contacts.sum(axis=1) == 1
    np.testing.assert_allclose(share[alone[:, None] & contacts], 1.0, atol=1e-3)


@settings(max_examples=20, deadline=None)
@given(contacts=contact_rows)
def test_shares_to_come_are_the_integral(contacts: np.ndarray) -> None:
    share = shares(contacts, STEP_S)
    coming = coming_shares(share, PENDULUM * STEP_S)
    k = len(share) // 2
    later = np.vstack([share[k:], np.tile(share[-1], (4000, 1))])
    keep = np.exp(-PENDULUM * STEP_S)
    weights = (1.0 - keep) * keep ** np.arange(len(later))
    np.testing.assert_allclose(coming[k], weights @ later, atol=1e-6)


@settings(max_examples=30, deadline=None)
@given(contacts=contact_rows)
def test_the_next_row_is_the_next(contacts: np.ndarray) -> None:
    rows = next_rows(contacts)
    for k, f in ((0, 0), (len(rows) // 2, 1)):
        later = np.flatnonzero(contacts[k:, f])
        assert rows[k, f] == (k + later[0] if len(later) else len(rows) - 1)
        assert next_rows(contacts, otherwise=NEVER)[k, f] == (k + later[0] if len(later) else NEVER)


def standing() -> Reference:
    trajectory = arm_waving(performer(), robot_model("g1"), seconds=2.0)
    return make_reference(trajectory, robot_physics("g1"), BODIES["g1"], start_s=2.0, step_s=STEP_S, rows=500)


def swinging(reference: Reference, first: int, last: int) -> Reference:
    contacts = reference.contacts.copy()
    contacts[first:last, 0] = False
    share = shares(contacts, STEP_S)
    return replace(
        reference,
        contacts=contacts,
        touch_row=next_rows(contacts),
        lift_row=next_rows(~contacts, otherwise=NEVER),
        share=share,
        coming_share=coming_shares(share, reference.pendulum_rad_s * STEP_S),
    )


@settings(max_examples=15, deadline=None)
@given(x=st.floats(-0.05, 0.05), y=st.floats(-0.05, 0.05))
def test_the_balance_follows_the_feet_that_stand(x: float, y: float) -> None:
    reference, footing = standing(), Footing(BODIES["g1"])
    flat, both = np.zeros((2, 2)), np.ones(2, dtype=bool)
    footing.update(reference, 0, reference.soles[0], flat, both, np.zeros(2))
    for row in range(1, 490):
        soles = reference.soles[row] + [x, y, 0.0, 0.0]
        aim = footing.update(reference, row, soles, flat, both, np.zeros(2))
    np.testing.assert_allclose(aim.com_m[:2], [x, y], atol=2e-3)


def test_a_motion_that_ends_on_both_feet_unloads_neither() -> None:
    """Its last row is no step: a robot that holds a posture (three rows) would hardly press on the ground."""
    reference, footing = standing(), Footing(BODIES["g1"])
    flat, both, last = np.zeros((2, 2)), np.ones(2, dtype=bool), len(reference.soles) - 1
    for row in [*range(last - 50, last), last, last]:
        aim = footing.update(reference, row, reference.soles[row], flat, both, np.zeros(2))
        assert aim.load.tolist() == [1.0, 1.0]


@given(rolls_m=st.floats(-0.01, 0.01), period=st.integers(60, 300))
@settings(max_examples=8, deadline=None)
def test_paws_that_roll_as_the_dance_rolls_them_do_not_move_the_balance(rolls_m: float, period: int) -> None:
    """The middle of a ball foot moves with its calf: a shift is only what lies beside the reference."""
    still = arm_waving(performer("go2"), robot_model("go2"), seconds=2.0)
    reference = make_reference(
        still, robot_physics("go2"), BODIES["go2"], start_s=2.0, step_s=STEP_S, rows=400
    )
    soles = reference.soles.copy()
    soles[..., 1] += rolls_m * np.sin(2.0 * np.pi * np.arange(400) / period)[:, None]
    reference = swinging(replace(reference, soles=soles), 150, 200)
    footing = Footing(BODIES["go2"])
    flat, still_m = np.zeros((4, 2)), np.zeros(2)
    for row in range(400):
        felt = np.array([not 150 <= row < 200, True, True, True])
        aim = footing.update(reference, row, reference.soles[row], flat, felt, still_m)
        np.testing.assert_allclose(aim.com_m[:2], 0.0, atol=1e-9)
        np.testing.assert_allclose(aim.shift[:, :2], 0.0, atol=1e-9)


def test_a_foot_that_is_felt_early_stands_and_one_that_is_not_felt_is_lowered() -> None:
    reference = swinging(standing(), 50, 150)
    flat, still = np.zeros((2, 2)), np.zeros(2)
    early, late = Footing(BODIES["g1"]), Footing(BODIES["g1"])
    for row in range(200):
        felt = np.array([row < 50 or row >= 130, True])
        early_aim = early.update(reference, row, reference.soles[row], flat, felt, still)
        assert early_aim.carries[0] == felt[0]
        assert early_aim.load[0] <= 0.2 or row < 50 or row > 130
        late_aim = late.update(reference, row, reference.soles[row], flat, np.array([row < 50, True]), still)
        assert late_aim.carries[0] == (row < 50)
    assert late_aim.shift[0, 2] == pytest.approx(-0.25 * 50 * STEP_S, abs=2e-3)
    assert late_aim.load[0] == 0.0


def test_a_foot_stays_while_the_balance_cannot_do_without_it() -> None:
    reference = swinging(standing(), 50, 120)
    flat, both = np.zeros((2, 2)), np.ones(2, dtype=bool)
    for error_m, stays in ((0.0, False), (-0.1, True)):
        footing = Footing(BODIES["g1"])
        for row in range(60):
            felt = both if row < 50 or stays else np.array([False, True])
            aim = footing.update(reference, row, reference.soles[row], flat, felt, np.array([0.0, error_m]))
        assert aim.carries[0] == stays and aim.carries[1]


def test_after_a_step_that_was_left_out_the_balance_rests_between_the_feet_and_then_dances_on() -> None:
    reference = swinging(standing(), 50, 120)
    reference = replace(
        reference, com_m=reference.com_m + np.array([0.0, 0.05, 0.0])
    )  # a dance that leans to the left
    flat, both, lost = np.zeros((2, 2)), np.ones(2, dtype=bool), np.array([0.0, -0.1])
    footing, shifts = Footing(BODIES["g1"]), []
    for row in range(490):
        error = lost if row < 150 else np.array([0.0, -0.05]) if row < 160 else np.zeros(2)
        aim = footing.update(reference, row, reference.soles[row], flat, both, error)
        shifts.append(aim.com_m[:2].copy())
    between = reference.soles[149, :, :2].mean(axis=0) - reference.com_m[149, :2]
    np.testing.assert_allclose(shifts[149], between, atol=0.015)
    assert np.linalg.norm(between) > 0.03  # else this would test nothing
    np.testing.assert_allclose(shifts[-1], 0.0, atol=5e-3)
    assert np.abs(np.diff(shifts, axis=0)).max() < STEP_S * PENDULUM * 0.1  # it goes there, it does not jump


def test_a_foot_is_not_flung_when_little_of_its_swing_is_left() -> None:
    reference, footing = swinging(standing(), 5, 75), Footing(BODIES["g1"])
    for row in range(74):
        error = np.array([0.1, 0.0]) if row > 50 else np.zeros(2)
        felt = np.array([row < 5, True])
        aim = footing.update(reference, row, reference.soles[row], np.zeros((2, 2)), felt, error)
    assert 0.0 < aim.shift[0, 0] < 0.03


def test_a_foot_does_not_lift_before_the_other_stands() -> None:
    reference = swinging(standing(), 50, 150)
    contacts = reference.contacts.copy()
    contacts[0:40, 1] = False
    reference = replace(reference, contacts=contacts, touch_row=next_rows(contacts))
    footing = Footing(BODIES["g1"])
    for row in range(100):
        felt = np.array([True, row >= 70])
        aim = footing.update(reference, row, reference.soles[row], np.zeros((2, 2)), felt, np.zeros(2))
        assert aim.carries[0] == (row < 70)


@settings(max_examples=30, deadline=None)
@given(x=st.floats(-0.3, 0.3), y=st.floats(-0.3, 0.3))
def test_feet_land_beside_each_other_whatever_pushes(x: float, y: float) -> None:
    reference, footing = swinging(standing(), 5, 80), Footing(BODIES["g1"])
    felt = np.array([True, True])
    for row in range(75):
        soles = reference.soles[row].copy()
        soles[0] += footing.aim.shift[0] if row > 5 else 0.0
        felt = np.array([row < 5, True])
        aim = footing.update(reference, row, soles, np.zeros((2, 2)), felt, np.array([x, y]))
        apart = reference.soles[row, 0, 1] + aim.shift[0, 1] - reference.soles[row, 1, 1]
        assert APART_M[0] - 0.02 <= apart <= APART_M[1] + 0.02
        assert abs(aim.shift[0, 0]) <= 0.18


@pytest.mark.parametrize("kind", ["g1", "go2"])
def test_what_is_left_out_while_nothing_can_happen_would_have_changed_nothing(kind: str) -> None:
    body = BODIES[kind]  # type: ignore[index]
    still = arm_waving(performer(kind), robot_model(body.kind), seconds=2.0)
    reference = make_reference(still, robot_physics(body.kind), body, start_s=2.0, step_s=STEP_S, rows=400)
    reference = swinging(reference, 100, 170)
    quiet, thorough = Footing(body), Footing(body)
    rng, flat = np.random.default_rng(5), np.zeros((len(body.feet), 2))
    for row in range(400):
        soles = reference.soles[row] + 0.01 * rng.standard_normal((len(body.feet), 4))
        felt, error = (
            np.arange(len(body.feet)) != (0 if 100 <= row < 168 else -1),
            0.03 * rng.standard_normal(2),
        )
        thorough._quiet_until = 0
        aims = [f.update(reference, row, soles, flat, felt, error) for f in (quiet, thorough)]
        for name in ("carries", "load", "shift", "com_m", "com_m_s", "com_m_s2", "slope"):
            np.testing.assert_array_equal(getattr(aims[0], name), getattr(aims[1], name), f"{name} at {row}")
        assert aims[0].calm == aims[1].calm and aims[0].turn_rad == aims[1].turn_rad


@settings(max_examples=30, deadline=None)
@given(rise=st.tuples(st.floats(-0.1, 0.1), st.floats(-0.1, 0.1)), seed=st.integers(0, 1000))
def test_paws_tell_the_slope_that_least_squares_tells(rise: tuple[float, float], seed: int) -> None:
    footing = Footing(BODIES["go2"])
    soles = np.zeros((4, 4))
    soles[:, :2] = [(0.2, 0.15), (0.2, -0.15), (-0.2, 0.15), (-0.2, -0.15)]
    soles[:, :2] += np.random.default_rng(seed).uniform(-0.05, 0.05, (4, 2))
    soles[:, 2] = soles[:, :2] @ rise + 0.002 * np.random.default_rng(seed + 1).standard_normal(4)
    level = soles[:, :3] - soles[:, :3].mean(axis=0)
    expected = np.linalg.lstsq(level[:, :2], level[:, 2], rcond=None)[0]
    np.testing.assert_allclose(footing._slope(soles, np.zeros((4, 2))), expected, atol=1e-9)
