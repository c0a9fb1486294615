"""Who would come too near to one that lies stops before; who would not, dances on."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from temirbek.choreography import load_moves
from temirbek.motion import realize
from temirbek.robots import (
    Disturbances,
    Push,
    approaches,
    default_stage,
    perform,
    robot_model,
    robot_physics,
    sweep,
)
from temirbek.robots.waiting import EASE_S, NEARER_M, RESTS_S, SAFE_M, rest_before, resting, stopped
from temirbek.types import BeatGrid, Choreography, MoveCall, Trajectory, footsteps_of

from .makers import arm_waving, performer

RATE_HZ = 100.0
STAGE = default_stage()
SKY, GOLD, DOG = performer(), performer("g1", "gold", (3.25, 0.95)), performer("go2", "adilet", (0.2, -2.6))
GRID = BeatGrid(beats_s=0.1 + np.arange(40, dtype=np.float64) * 60.0 / 110.0)
BESIDE_M = 0.3
"""What is left between the bodies of one that waits and one that lies, at least."""


def walking(speed_m_s: float, seconds: float = 6.0) -> tuple[np.ndarray, np.ndarray]:
    """Times, and places of one that walks along x."""
    times = np.arange(round(seconds * RATE_HZ)) / RATE_HZ
    return times, np.stack([speed_m_s * times, np.zeros(len(times))], axis=1)[:, None]


@settings(max_examples=40, deadline=None)
@given(
    x=st.floats(-3.0, 3.0),
    y=st.floats(-3.0, 3.0),
    now_s=st.floats(0.0, 5.0),
    seed=st.integers(0, 99),
)
def test_who_stops_in_time_never_comes_near(x: float, y: float, now_s: float, seed: int) -> None:
    times, places = walking(0.5)
    rests = np.random.default_rng(seed).random(len(times)) < 0.05
    stop_s = rest_before(times, places, rests, np.array([x, y]), now_s)
    distance = np.linalg.norm(places[:, 0] - [x, y], axis=1)
    now = int(np.searchsorted(times, now_s))
    bound = SAFE_M if distance[now] >= SAFE_M else distance[now] - NEARER_M
    if stop_s is None:
        later = rests & (times >= now_s + EASE_S / 2)
        assert (distance[now:] >= bound).all() or not later.any()
        return
    k = int(np.searchsorted(times, stop_s - 1e-9))
    assert rests[k] and stop_s >= now_s + EASE_S / 2
    danger = now + int(np.flatnonzero(distance[now:] < bound)[0])
    if k < danger:  # in time: nowhere too near, and nowhere later would have been in time
        assert (distance[now : k + 1] >= bound).all()
        assert not rests[k + 1 : danger].any()
    else:  # too late: as soon as it can
        assert not rests[int(np.searchsorted(times, now_s + EASE_S / 2)) : k].any()


def test_who_leaves_may_leave_and_who_stands_near_may_sway() -> None:
    times, places = walking(0.5)
    always = np.ones(len(times), dtype=bool)
    assert rest_before(times, places, always, np.array([-0.5, 0.0]), 0.0) is None
    swaying = 0.03 * np.sin(6.0 * times)[:, None, None] * np.ones(2)
    assert rest_before(times, swaying, always, np.array([0.8, 0.0]), 0.0) is None
    assert rest_before(times, places, always, np.array([0.8, 0.0]), 0.0) is not None


def test_a_dance_rests_where_all_feet_carry_for_a_while() -> None:
    contacts = np.ones((200, 2), dtype=bool)
    contacts[60:90, 0] = contacts[100:130, 1] = False
    rests, around = resting(contacts, RATE_HZ), round(RESTS_S * RATE_HZ)
    expected = np.zeros(200, dtype=bool)
    expected[: 60 - around] = expected[130 + around :] = True
    np.testing.assert_array_equal(rests, expected)


def test_a_stopped_dance_is_the_same_until_it_slows_and_its_rates_are_its_own() -> None:
    plan = arm_waving(SKY, robot_model("g1"), seconds=4.0, waves_hz=0.5)
    stop_s = plan.start_s + 1.5
    short = stopped(plan, stop_s)
    times = plan.start_s + np.arange(len(plan.qpos)) / plan.rate_hz
    before, after = times < stop_s - EASE_S / 2, times > stop_s + EASE_S / 2
    for name in ("qpos", "qvel", "qacc", "contacts"):
        np.testing.assert_array_equal(getattr(short, name)[before], getattr(plan, name)[before])
    np.testing.assert_allclose(short.qpos[after], np.tile(plan.at(stop_s).qpos, (after.sum(), 1)), atol=1e-9)
    assert not short.qvel[after].any() and not short.qacc[after].any()
    joints = short.qpos[:, 7:]
    np.testing.assert_allclose(
        np.gradient(joints, 1 / plan.rate_hz, axis=0)[5:-5], short.qvel[5:-5, 6:], atol=0.01
    )
    speeds = np.gradient(short.qvel[:, 6:], 1 / plan.rate_hz, axis=0)
    np.testing.assert_allclose(speeds[5:-5], short.qacc[5:-5, 6:], atol=0.15)


def walk() -> Trajectory:
    """Eight beats of walking forward, 0.9 m."""
    moves = load_moves()
    calls = (MoveCall(performer="sky", move="walk_forward", start_beat=3.0, length_beats=8.0, intensity=1.0),)
    paper = Choreography(performers=(SKY,), calls=calls, footsteps={"sky": footsteps_of(SKY, calls, moves)})
    end_s = float(GRID.time_at(13.0))
    return realize(paper, SKY, GRID, moves, robot_model("g1"), robot_physics("g1"), STAGE, (), end_s=end_s)


@pytest.mark.physics
def test_one_lies_where_another_would_walk() -> None:
    plan = walk()
    seconds = plan.end_s - plan.start_s
    others = {
        "gold": arm_waving(GOLD, robot_model("g1"), seconds=seconds, waves_hz=1.0),
        "adilet": arm_waving(DOG, robot_model("go2"), seconds=seconds),
    }
    dance = {"sky": plan} | {p: replace(t, start_s=plan.start_s) for p, t in others.items()}
    towards = Push(performer="gold", mix_s=1.2, force_n=(-260.0, 0.0), duration_s=0.2)
    usual = Disturbances(noise=1.0, delay_s=0.006)
    motions = perform(dance, (SKY, GOLD, DOG), STAGE, disturbances=replace(usual, pushes=(towards,)))
    sky, gold, dog = (motions[p] for p in ("sky", "gold", "adilet"))
    assert gold.fall_seen_at_s is not None and gold.fell_at_s is not None
    assert gold.wait is None
    assert sky.wait is not None and sky.wait.lying == "gold" and sky.wait.distance_m >= SAFE_M
    assert sky.fell_at_s is None and sky.fall_seen_at_s is None
    assert sky.self_collisions == 0
    lies_m = gold.qpos[-1, :2]
    assert np.linalg.norm(plan.qpos[-1, :2] - lies_m) < SAFE_M - 0.2  # there it would have gone
    assert np.linalg.norm(sky.qpos[:, :2] - gold.qpos[:, :2], axis=1).min() > SAFE_M - 0.05
    nearest = approaches([sweep(sky, "g1", GRID), sweep(gold, "g1", GRID)])[0]
    assert nearest.distance_m > BESIDE_M
    still = int((sky.wait.from_s + 0.5 - sky.start_s) * sky.rate_hz)
    assert np.ptp(sky.qpos[still:, :2], axis=0).max() < 0.02
    assert dog.wait is None
    alone = perform({"adilet": dance["adilet"]}, (DOG,), STAGE, disturbances=usual)["adilet"]
    np.testing.assert_allclose(dog.qpos[: len(alone.qpos)], alone.qpos, atol=1e-6)
