"""Layers that flow: passed poses are passed, stops stop evenly, and what does not flow is as it was."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.ndimage import gaussian_filter1d

from temirbek.choreography import load_moves
from temirbek.motion.channels import rest_of
from temirbek.motion.curves import Curve, Passing, curve_through, stops_and_ways
from temirbek.motion.key_poses import LayerKeys, layer_keys
from temirbek.types import Accent, BeatGrid, Layer, Move, MoveCall, MoveKeys

values = st.lists(st.floats(-1.0, 1.0), min_size=13, max_size=13)
_STEP_S = 1e-4


def flowing(
    poses: list[float] | np.ndarray, every: int = 4, length_s: float = 0.15
) -> tuple[Curve, np.ndarray, np.ndarray]:
    """The curve through poses of which each ``every``-th is a stop; their instants, and which stop."""
    times_s = length_s * np.arange(len(poses))
    stops = np.arange(len(poses)) % every == 0
    stops[-1] = True
    return (
        curve_through(*stops_and_ways(times_s, np.array(poses, dtype=float)[:, None], stops)),
        times_s,
        stops,
    )


def derivative(curve: Curve, at_s: np.ndarray, order: int) -> np.ndarray:
    """By central differences."""
    if order == 0:
        return curve.at(at_s)[:, 0]
    step = _STEP_S * 10 ** (order - 1) / 2
    return (derivative(curve, at_s + step, order - 1) - derivative(curve, at_s - step, order - 1)) / (
        2 * step
    )


@settings(max_examples=30)
@given(poses=values)
def test_it_goes_through_all_poses_and_rests_only_at_the_stops(poses: list[float]) -> None:
    curve, times_s, stops = flowing(poses)
    assert np.allclose(curve.at(times_s)[:, 0], poses, atol=1e-9)
    assert np.abs(derivative(curve, times_s[stops][1:-1], 1)).max() < 1e-3 * (1 + np.ptp(poses))


def test_a_pose_on_the_way_is_passed_at_speed() -> None:
    curve, times_s, stops = flowing([0.0, 0.3, 0.7, 1.0, 1.2, 1.0, 0.7, 0.3, 0.0])
    passed = derivative(curve, times_s[~stops], 1)
    assert np.all(np.abs(passed) > 0.8)
    stopping = curve_through(times_s, curve.at(times_s))
    assert np.abs(derivative(stopping, times_s[~stops], 1)).max() < 1e-3


@settings(max_examples=20)
@given(poses=values)
def test_value_speed_acceleration_and_jerk_do_not_jump(poses: list[float]) -> None:
    curve, times_s, _ = flowing(poses)
    for at in times_s[1:-1]:
        near = np.array([at - 2e-5, at + 2e-5])
        for order, allowed in ((0, 1e-2), (1, 0.2)):
            low, high = derivative(curve, near, order)
            assert abs(high - low) < allowed * (1 + np.ptp(poses)) * 10
    for key, spline in curve.ways:
        for order in (2, 3):
            ends = spline(curve.times_s[[key, key + 1]], order)[:, 0]
            given_ends = (curve.accelerations if order == 2 else curve.jerks)[[key, key + 1], 0]
            assert np.allclose(ends, given_ends, atol=1e-5 * (1 + np.abs(given_ends).max()))


@settings(max_examples=20)
@given(poses=values)
def test_the_speed_around_an_inner_stop_is_even_to_third_order(poses: list[float]) -> None:
    curve, _, _ = flowing(poses)
    bends, pushes = curve.accelerations[1:-1, 0], curve.jerks[1:-1, 0]
    assert np.all((bends == 0.0) | (pushes == 0.0))


def test_a_limb_that_flows_and_hits_has_its_minimum_on_the_hit() -> None:
    rate = 1000.0
    curve, times_s, _ = flowing([0.0, 0.35, 0.75, 0.95, 1.0, 0.97, 0.8, 0.4, 0.2])
    x = np.arange(0.0, times_s[-1], 1.0 / rate)
    smooth = gaussian_filter1d(np.abs(np.gradient(curve.at(x)[:, 0]) * rate), 0.03 * rate)
    window = slice(480, 720)
    assert abs(0.48 + np.argmin(smooth[window]) / rate - 0.6) <= 0.01


def test_ways_follow_their_stops_and_end_where_the_stops_change() -> None:
    times_s, poses = np.array([0.0, 1.0, 2.0]), np.array([[0.0], [1.0], [0.0]])
    passing = Passing(at=np.array([0.5]), offsets=np.array([[0.3]]), spans=np.array([[0.0, 1.0]]))
    half = np.array([0.5])
    for size in (1.0, 0.4):  # whoever draws the stops together takes the way along
        way = curve_through(times_s, size * poses, passing).at(half) - curve_through(
            times_s, size * poses
        ).at(half)
        assert np.isclose(way[0, 0], 0.3)
    between = curve_through(np.array([0.0, 0.7, 1.0, 2.0]), np.array([[0.0], [0.2], [1.0], [0.0]]), passing)
    assert between.ways == ()


MOVE = Move(
    name="ripple",
    family="waves",
    title="Ripple",
    robot="g1",
    length_beats=4.0,
    layers={
        "torso": MoveKeys(
            beats=np.arange(8) / 2.0,
            targets={"waist_yaw": 0.3 * np.sin(np.pi * np.arange(8) / 4.0)},
            flows=True,
        ),
        "left_arm": MoveKeys(beats=np.arange(4.0), targets={"left_elbow": np.array([0.2, 0.9, 0.3, 0.8])}),
    },
    accents=(Accent(beat=0.0), Accent(beat=2.0, part="hands"), Accent(beat=2.5, part="head")),
)
MOVES = {"ripple": MOVE, "other": replace(MOVE, name="other")}


def keys_of(*calls: MoveCall) -> dict[Layer, LayerKeys]:
    return layer_keys(calls, MOVES, "g1", rest_of("g1", "dancer"), start_beat=0.0, end_beat=24.0)


def call(move: str, start: float, length: float = 8.0) -> MoveCall:
    return MoveCall(performer="a", move=move, start_beat=start, length_beats=length, intensity=1.0)


def test_only_accents_of_the_layers_own_part_stop_it() -> None:
    keys = keys_of(call("ripple", 4.0))["torso"]
    assert [b for b in keys.beats if 4.0 <= b < 12.0] == [4.0, 6.5, 8.0, 10.5]
    assert keys.passing is not None
    assert 5.0 in keys.passing.at


def test_a_layer_that_does_not_flow_stops_at_every_key() -> None:
    keys = keys_of(call("ripple", 4.0))["left_arm"]
    assert keys.passing is None
    assert [b for b in keys.beats if 4.0 <= b < 12.0] == list(np.arange(4.0, 12.0))


def test_near_the_border_to_another_call_nothing_is_passed_but_one_dance_in_two_pieces_goes_on() -> None:
    across = keys_of(call("ripple", 4.0), call("other", 12.0))["torso"].passing
    same = keys_of(call("ripple", 4.0), call("ripple", 12.0))["torso"].passing
    assert across is not None
    assert same is not None
    assert 11.5 not in across.at
    assert 11.5 in same.at


@pytest.mark.parametrize("name", ["bounce", "arm_wave"])
def test_moves_that_do_not_flow_have_nothing_to_pass(name: str) -> None:
    moves = load_moves()
    keys = layer_keys([call(name, 4.0)], moves, "g1", rest_of("g1", "dancer"), start_beat=0.0, end_beat=24.0)
    assert all(k.passing is None for k in keys.values())
    grid = BeatGrid(beats_s=np.arange(30) * 0.5)
    assert all(k.passing_s(grid) is None for k in keys.values())
