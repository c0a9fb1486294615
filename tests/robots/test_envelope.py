"""Capsules with known distances, bodies with known envelopes, crossings at known beats."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from temirbek.robots import robot_model
from temirbek.robots.capsules import polygon_distance, segment_distance
from temirbek.robots.crossings import approaches, crossings, within_fall
from temirbek.robots.envelope import RATE_HZ, REACTION_S, sweep
from temirbek.types import BeatGrid, Envelope, ExecutedMotion, RobotKind, Zone

GRID = BeatGrid(beats_s=np.arange(0, 40) * 0.5)
SQUARE = np.array([[0.0, 0.0], [2.0, 0.0], [2.0, 1.0], [0.0, 1.0]])
point = st.tuples(*[st.floats(-3, 3)] * 3)


@settings(max_examples=60, deadline=None)
@given(point, point, point, point)
def test_segments_are_as_near_as_their_nearest_points(a0, a1, b0, b1) -> None:  # type: ignore[no-untyped-def]
    ends = [np.array(p) for p in (a0, a1, b0, b1)]
    found = float(segment_distance(*ends))
    share = np.linspace(0, 1, 101)[:, None]
    on_a, on_b = (x + share * (y - x) for x, y in (ends[:2], ends[2:]))
    sampled = np.linalg.norm(on_a[:, None] - on_b, axis=2).min()
    longest = max(np.linalg.norm(ends[1] - ends[0]), np.linalg.norm(ends[3] - ends[2]))
    assert sampled - longest / 100 - 1e-9 <= found <= sampled + 1e-9
    assert float(segment_distance(*ends[2:], *ends[:2])) == pytest.approx(found, abs=1e-7)


@pytest.mark.parametrize(
    ("start", "end", "distance"),
    [
        ((3.0, 0.5), (3.0, 0.5), 1.0),
        ((3.0, 2.0), (3.0, 2.0), np.sqrt(2.0)),
        ((1.0, 0.4), (1.0, 0.4), -0.4),
        ((1.0, 0.4), (5.0, 0.4), -0.4),
        ((-1.0, 0.5), (5.0, 0.5), 0.0),
        ((-1.0, 2.0), (5.0, 2.0), 1.0),
    ],
)
def test_distance_of_segments_from_a_square(start, end, distance) -> None:  # type: ignore[no-untyped-def]
    for corners in (SQUARE, SQUARE[::-1]):
        assert float(polygon_distance(np.array(start), np.array(end), corners)) == pytest.approx(distance)


def envelope(name: str, path_m: np.ndarray, *, radius_m: float = 0.1, height_m: float = 1.0) -> Envelope:
    """A post that is carried along a path, a place per instant; it reaches as far as it is high if it falls."""
    t = len(path_m)
    foot = np.concatenate([path_m, np.zeros((t, 1))], axis=1)[:, None]
    times_s = np.arange(t) / RATE_HZ
    return Envelope(
        performer=name,
        times_s=times_s,
        beats=np.asarray(GRID.beat_at(times_s)),
        body_names=("post",),
        start_m=foot,
        end_m=foot + np.array([0.0, 0.0, height_m]),
        radius_m=np.array([radius_m]),
        base_m=path_m,
        speed_m_s=np.zeros(t),
        hull_m=SQUARE,
        fall_radius_m=np.full(t, height_m + radius_m),
        stopping_m=np.zeros(t),
    )


def circle(radius_m: float, instants: int = 250) -> np.ndarray:
    angle = 2 * np.pi * np.arange(instants) / instants
    return radius_m * np.stack([np.cos(angle), np.sin(angle)], axis=1)


def test_a_post_on_a_circle_is_nearest_where_the_circle_is() -> None:
    walker = envelope("walker", circle(1.0))
    zone = Zone(id="people", title="people", corners_m=((-4, 1.5), (4, 1.5), (4, 3), (-4, 3)))
    (near,) = approaches([walker], [zone])
    assert near.distance_m == pytest.approx(0.4, abs=1e-3)  # 1.5 m − 1 m − 0.1 m, a quarter of the way round
    assert near.time_s == pytest.approx(10.0 / 4, abs=2 / RATE_HZ)
    assert near.beat == pytest.approx(5.0, abs=0.2)
    assert near.body == "post" and near.other == "people"


def test_a_crossing_is_told_with_its_beats_its_body_and_its_kind() -> None:
    times_s = np.arange(250) / RATE_HZ
    path = np.stack([np.where((times_s >= 4.0) & (times_s < 5.0), 1.0, 0.0), np.zeros(250)], axis=1)
    zone = Zone(id="singer", title="the singer", corners_m=((1.05, -1), (2, -1), (2, 1), (1.05, 1)))
    flat = envelope("sky", path, height_m=0.2)
    (found,) = crossings([flat], [zone])
    assert (found.performer, found.body, found.other, found.is_zone) == ("sky", "post", "singer", True)
    assert found.kind == "body"
    assert found.from_beat == pytest.approx(8.0) and found.to_beat == pytest.approx(9.92)
    assert found.distance_m == pytest.approx(-0.05, abs=1e-9) and found.needed_m == 0.0
    tall = envelope("sky", path, height_m=1.3)
    (found,) = crossings([tall], [zone])
    assert found.kind == "body" and (found.from_beat, found.to_beat) == (0.0, pytest.approx(19.92))
    away = envelope("sky", path - np.array([0.3, 0.0]), height_m=1.3)
    (found,) = crossings([away], [zone])
    assert found.kind == "fall" and found.needed_m == pytest.approx(1.4)
    assert found.distance_m == pytest.approx(0.35)


def test_two_stays_are_two_crossings_in_order() -> None:
    times_s = np.arange(250) / RATE_HZ
    near = (np.abs(times_s - 2.0) < 0.2) | (np.abs(times_s - 6.0) < 0.2)
    path = np.stack([np.where(near, 1.0, 0.0), np.zeros(250)], axis=1)
    other = envelope("gold", np.tile([1.15, 0.0], (250, 1)))
    found = crossings([envelope("sky", path), other])
    assert [c.kind for c in found] == ["body", "body"]
    assert [round(c.beat / 4) for c in found] == [1, 3]
    assert not found[0].is_zone and found[0].other == "gold"


def test_speed_needs_room_to_stop() -> None:
    path = np.zeros((50, 2))
    slow, other = envelope("sky", path), envelope("gold", path + np.array([0.5, 0.0]))
    assert crossings([slow, other]) == ()
    fast = replace(slow, stopping_m=np.full(50, 0.4))
    (found,) = crossings([fast, other])
    assert found.kind == "stopping" and found.needed_m == pytest.approx(0.4)


@settings(max_examples=20, deadline=None)
@given(st.integers(0, 10_000))
def test_what_is_skipped_for_being_far_is_never_the_nearest(seed: int) -> None:
    """The same as comparing every capsule with every other at every instant."""
    rng = np.random.default_rng(seed)
    paths = [np.cumsum(rng.normal(0, 0.05, (300, 2)), axis=0) + offset for offset in ([0, 0], [1.5, 0])]
    first, second = (envelope(n, p) for n, p in zip(("sky", "gold"), paths, strict=True))
    gap = segment_distance(first.start_m, first.end_m, second.start_m, second.end_m)[:, 0] - 0.2
    (near,) = approaches([first, second])
    assert near.distance_m == pytest.approx(gap.min())
    assert near.time_s == pytest.approx(first.times_s[gap.argmin()])
    assert bool(crossings([first, second])) is bool((gap < 0).any())


def test_who_falls_reaches_who_stands_within_its_length() -> None:
    path = np.zeros((100, 2))
    away = np.where(np.arange(100)[:, None] < 25, [1.1, 0.0], [2.0, 0.0])
    shares = within_fall([envelope("tall", path), envelope("short", away, height_m=0.3)])
    assert shares["tall", "short"] == pytest.approx(0.25)
    assert shares["short", "tall"] == 0.0


def test_envelopes_of_other_instants_are_refused() -> None:
    with pytest.raises(ValueError, match="other instants"):
        approaches([envelope("sky", np.zeros((10, 2))), envelope("gold", np.zeros((9, 2)))])


def standing(kind: RobotKind, *, speed_m_s: float = 0.0, seconds: float = 4.0) -> ExecutedMotion:
    """A robot that stands, or glides along x."""
    model, n = robot_model(kind), int(seconds * 500)
    qpos = np.zeros((n, 7 + len(model.joint_names)))
    qpos[:, 0] = 1.0 + speed_m_s * np.arange(n) / 500
    qpos[:, 2], qpos[:, 3], qpos[:, 7:] = model.stand_height_m, 1.0, model.stand_rad
    return ExecutedMotion(
        performer="solo",
        robot=kind,
        start_s=0.0,
        rate_hz=500.0,
        joint_names=model.joint_names,
        qpos=qpos,
        key_point_names=(),
        key_point_parts=(),
        key_points_m=np.zeros((n, 0, 3)),
        torque_share=np.zeros(n),
        torque_share_peak=np.zeros(len(model.joint_names)),
        joint_error_rad=np.zeros(n),
        cop_margin_m=np.zeros(n),
        foot_force_n=np.zeros((n, len(model.foot_names))),
        self_collisions=0,
        collision_pairs=(),
        fell_at_s=None,
        guard_interventions=0,
        solver_failures=0,
    )


def test_a_standing_g1_reaches_its_own_length_if_it_falls() -> None:
    found = sweep(standing("g1"), "g1", GRID)
    assert np.ptp(found.fall_radius_m) < 1e-6 and 1.3 < found.fall_radius_m[0] < 1.6  # it is 1.3 m tall
    assert found.stopping_m.max() == 0.0
    width, depth = np.ptp(found.hull_m, axis=0)[::-1]
    assert 0.4 < width < 0.8 and 0.2 < depth < 0.6
    assert found.base_m[0] == pytest.approx([1.0, 0.0])


@pytest.mark.parametrize("kind", ["g1", "go2"])
def test_a_gliding_robot_sweeps_its_way_and_needs_room_to_stop(kind: RobotKind) -> None:
    still, gliding = sweep(standing(kind), kind, GRID), sweep(standing(kind, speed_m_s=0.5), kind, GRID)
    longer = np.ptp(gliding.hull_m, axis=0) - np.ptp(still.hull_m, axis=0)
    assert longer == pytest.approx([0.5 * gliding.times_s[-1], 0.0], abs=2e-3)
    assert gliding.speed_m_s[10:-10] == pytest.approx(0.5, abs=1e-3)
    omega = np.sqrt(9.81 / robot_model(kind).stand_height_m)
    assert gliding.stopping_m[20] == pytest.approx(0.5 * (REACTION_S + 1 / omega), rel=0.1)


def test_only_the_asked_part_is_swept() -> None:
    found = sweep(standing("go2", speed_m_s=0.5), "go2", GRID, from_s=1.0, to_s=2.0)
    assert found.times_s[0] == pytest.approx(1.0) and found.times_s[-1] == pytest.approx(2.0)
    with pytest.raises(ValueError, match="no motion"):
        sweep(standing("go2"), "go2", GRID, from_s=10.0)


@settings(max_examples=10, deadline=None)
@given(x=st.floats(-2, 2), y=st.floats(-2, 2))
def test_everything_lies_within_the_hull_and_the_circle_of_a_fall(x: float, y: float) -> None:
    motion = standing("g1", seconds=0.4)
    moved = np.array(motion.qpos)
    moved[:, :2] += (x, y)
    found = sweep(replace(motion, qpos=moved), "g1", GRID)
    corners, centre = found.hull_m, found.base_m[0]
    ends = np.concatenate([found.start_m, found.end_m], axis=1)[0, :, :2]
    depth = -polygon_distance(ends, ends, corners)
    assert (depth >= np.tile(found.radius_m, 2) - 3e-3).all()
    assert (np.linalg.norm(corners - centre, axis=1) <= found.fall_radius_m[0]).all()
