"""Paws that are called down: the edge that they face, the way down, and pushed leopards that stand."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from temirbek.choreography import load_moves
from temirbek.motion import realize
from temirbek.robots import default_stage, perform, robot_model, robot_physics
from temirbek.robots.disturbances import Disturbances, Push
from temirbek.robots.early import (
    MEETS_M_S,
    EarlyLanding,
    beyond_edge,
    further_out_m,
    landing_takes_s,
    lands_in_time,
)
from temirbek.types import (
    BeatGrid,
    Choreography,
    ExecutedMotion,
    MoveCall,
    Performer,
    Trajectory,
    footsteps_of,
)

LEOPARD = Performer(id="adilet", name="Adilet", robot="go2", role="animal", mark_m=(0.7, 2.6))
PAWS_M = np.array([(0.19, 0.14), (0.19, -0.14), (-0.19, 0.14), (-0.19, -0.14)])
WAVES_BEAT, BPM = 7.0, 94.0
FRONT_RIGHT = 1
places = st.floats(-0.4, 0.4)


@settings(max_examples=60, deadline=None)
@given(x=places, y=places, missing=st.integers(0, 3), order=st.permutations(range(3)))
def test_the_edge_faces_the_paw_that_is_missing(x: float, y: float, missing: int, order: list[int]) -> None:
    standing = np.delete(PAWS_M, missing, axis=0)[order]
    beyond, lies, outwards = beyond_edge(standing, PAWS_M[missing], np.array([x, y]))
    # The other three stand about the diagonal through the origin that the missing one lies across.
    across = np.array([np.sign(PAWS_M[missing, 0]) * 0.14, np.sign(PAWS_M[missing, 1]) * 0.19])
    across /= np.hypot(0.14, 0.19)
    assert beyond == pytest.approx(float(across @ (x, y)), abs=1e-9)
    assert lies == pytest.approx(float(across @ PAWS_M[missing]), abs=1e-9)
    np.testing.assert_allclose(outwards, across, atol=1e-9)


@settings(max_examples=40, deadline=None)
@given(ahead_m=st.floats(-0.15, 0.15), height_m=st.floats(0.0, 0.12), rises_m_s=st.floats(-0.4, 0.6))
def test_a_called_paw_comes_to_its_place_in_time_and_gently(
    ahead_m: float, height_m: float, rises_m_s: float
) -> None:
    place, lands = np.array([ahead_m, 0.02, height_m]), np.array([0.0, 0.0, 0.0])
    early = EarlyLanding(
        row=10,
        step_s=0.004,
        place_m=place,
        speed_m_s=np.array([0.3, 0.0, rises_m_s]),
        acceleration_m_s2=np.zeros(3),
        lands_m=lands,
    )
    assert (early.due_row - 10) * 0.004 == pytest.approx(landing_takes_s(place, lands), abs=0.003)
    before = place
    for row in range(10, early.due_row):
        target = early.follow(row)
        assert np.linalg.norm(target.place_m - before) < 0.004 * 4.0
        before = target.place_m
    assert np.abs(before - lands).max() < 0.002
    assert target.speed_m_s[2] == pytest.approx(-MEETS_M_S, abs=0.01)
    # Where the ground is not there yet, it is looked for.
    assert early.follow(early.due_row).place_m[2] < before[2]


@given(beyond=st.floats(0.0, 0.2), lies=st.floats(0.05, 0.25))
def test_a_called_paw_goes_further_out_only_for_what_runs_out(beyond: float, lies: float) -> None:
    further = further_out_m(beyond, lies, 5.7, 0.12)
    assert 0.0 <= further <= 0.06
    assert further <= further_out_m(beyond + 0.01, lies, 5.7, 0.12)
    if beyond * 2.1 + 0.03 < lies:
        assert further == 0.0


def test_only_a_paw_that_would_land_too_late_is_called() -> None:
    """10 mm beyond the edge are 55 mm after 0.3 s, 300 mm after 0.6 s."""
    assert lands_in_time(0.01, 0.2, 5.7, 0.3)
    assert not lands_in_time(0.01, 0.2, 5.7, 0.6)
    assert not lands_in_time(0.03, 0.2, 5.7, 0.3)


@pytest.fixture(scope="module")
def paw_wave() -> Trajectory:
    """A paw in the air from beat 5 to beat 9."""
    moves, grid = load_moves(), BeatGrid(beats_s=0.1 + np.arange(24) * 60.0 / BPM)
    calls = (MoveCall(performer="adilet", move="cat_paw", start_beat=3.0, length_beats=8.0, intensity=0.62),)
    return realize(
        Choreography(
            performers=(LEOPARD,),
            calls=calls,
            footsteps={"adilet": footsteps_of(LEOPARD, calls, moves)},
        ),
        LEOPARD,
        grid,
        moves,
        robot_model("go2"),
        robot_physics("go2"),
        default_stage(),
        (),
        end_s=float(grid.time_at(12.0)),
    )


def pushed(trajectory: Trajectory, towards: tuple[float, float]) -> ExecutedMotion:
    """The paw wave, pushed by 60 N for a tenth of a second while the paw is in the air."""
    push = Push(
        performer="adilet",
        mix_s=0.1 + WAVES_BEAT * 60.0 / BPM,
        force_n=(60.0 * towards[0], 60.0 * towards[1]),
    )
    wrong = Disturbances(
        noise=1.0, delay_s=0.006, friction=0.7, torso_mass_scale=1.15, pushes=(push,), seed=5
    )
    return perform({"adilet": trajectory}, (LEOPARD,), default_stage(), disturbances=wrong)["adilet"]


def test_a_push_towards_the_paw_in_the_air_brings_it_down(paw_wave: Trajectory) -> None:
    motion = pushed(paw_wave, (0.31, -0.95))
    assert motion.fell_at_s is None and motion.fall_seen_at_s is None
    since = int((0.1 + WAVES_BEAT * 60.0 / BPM - motion.start_s) * motion.rate_hz)
    paw_n = motion.foot_force_n[since:, FRONT_RIGHT]
    landed_s = float(np.argmax(paw_n > 20.0)) / motion.rate_hz
    assert 0.05 < landed_s < 0.35


def test_a_push_away_from_it_leaves_it_in_the_air(paw_wave: Trajectory) -> None:
    motion = pushed(paw_wave, (-0.31, 0.95))
    assert motion.fell_at_s is None and motion.fall_seen_at_s is None
    since = int((0.1 + WAVES_BEAT * 60.0 / BPM - motion.start_s) * motion.rate_hz)
    paw_n = motion.foot_force_n[since : since + 250, FRONT_RIGHT]
    assert not paw_n.any()
