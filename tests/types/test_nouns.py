"""Nouns check themselves at birth."""

import numpy as np
import pytest

from temirbek.types import Automation, Key, Section, SetPlan, Trajectory


def test_keys_have_their_place_on_the_camelot_wheel() -> None:
    wheel = {
        (9, "minor"): "8A",
        (0, "major"): "8B",
        (4, "minor"): "9A",
        (5, "minor"): "4A",
        (11, "major"): "1B",
    }
    for (tonic, mode), place in wheel.items():
        assert Key(tonic=tonic, mode=mode).camelot == place  # type: ignore[arg-type]


def test_impossible_nouns_are_refused() -> None:
    with pytest.raises(ValueError, match="no such key"):
        Key(tonic=12, mode="major")
    with pytest.raises(ValueError, match="no length"):
        Section(start_beat=8, end_beat=8, label="drop", energy=1.0)
    with pytest.raises(ValueError, match="must not decrease"):
        Automation(deck="A", control="low", beats=[1, 0], values=[0, 1])
    with pytest.raises(ValueError, match="tempo curve"):
        SetPlan(plays=(), transitions=(), automation=(), tempo_beats=[], tempo_bpm=[], end_beat=0, seed=0)


def test_automation_is_straight_between_points_and_held_outside() -> None:
    course = Automation(deck="A", control="fader", beats=[4, 8], values=[0, 1])
    assert course.at([0, 4, 6, 8, 99]).tolist() == [0, 0, 0.5, 1, 1]


def trajectory() -> Trajectory:
    n = 3
    qpos = np.zeros((n, 8))
    qpos[:, 3] = 1.0
    qpos[:, 7] = [0.0, 1.0, 2.0]
    return Trajectory(
        performer="one",
        joint_names=("hinge",),
        foot_names=("foot",),
        start_s=1.0,
        rate_hz=10.0,
        qpos=qpos,
        qvel=np.full((n, 7), 10.0),
        qacc=np.zeros((n, 7)),
        contacts=np.ones((n, 1), bool),
    )


def test_a_trajectory_is_linear_between_rows_and_rests_outside() -> None:
    reference = trajectory()
    assert reference.at(1.05).qpos[7] == pytest.approx(0.5)
    assert reference.at(1.05).qvel[6] == 10.0
    assert reference.at(0.0).qpos[7] == 0.0
    assert reference.at(99.0).qpos[7] == 2.0
    assert not reference.at(99.0).qvel.any()
    assert reference.end_s == pytest.approx(1.2)
