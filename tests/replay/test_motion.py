"""Motion at the page's rate: at the same instants in the same poses."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from temirbek.replay.motion import PAGE_RATE_HZ, continuous, resample_qpos

from .makers import RATE_HZ, executed, make_cast, make_motion

SKY = make_cast()[0]


def test_poses_are_those_of_the_instants() -> None:
    motion = make_motion(SKY, 3.0)
    resampled = resample_qpos(motion)
    page_s = np.arange(len(resampled)) / PAGE_RATE_HZ
    physics_s = np.arange(len(motion.qpos)) / RATE_HZ
    for column in (0, 2, 7):
        expected = np.interp(page_s, physics_s, motion.qpos[:, column])
        assert np.allclose(resampled[:, column], expected, atol=1e-9)


def test_nothing_is_made_up_beyond_the_end() -> None:
    resampled = resample_qpos(make_motion(SKY, 2.0))
    assert (len(resampled) - 1) / PAGE_RATE_HZ <= 2.0 - 1 / RATE_HZ + 1e-9
    assert len(resampled) / PAGE_RATE_HZ > 2.0 - 2 / PAGE_RATE_HZ


def test_one_row_stays_one_row() -> None:
    qpos = np.array([[0, 0, 0.8, 1, 0, 0, 0, 0.3]])
    assert np.allclose(resample_qpos(executed(SKY, qpos, ("nod",))), qpos)


def test_no_rows_are_refused() -> None:
    with pytest.raises(ValueError, match="sky"):
        resample_qpos(executed(SKY, np.zeros((0, 8)), ("nod",)))


@given(st.lists(st.booleans(), min_size=400, max_size=400))
def test_signs_of_quaternions_do_not_matter(flips: list[bool]) -> None:
    motion = make_motion(SKY, 0.8)
    qpos = np.array(motion.qpos)
    qpos[np.array(flips), 3:7] *= -1
    smooth, flipped = resample_qpos(motion), resample_qpos(replace(motion, qpos=qpos))
    assert np.allclose(np.linalg.norm(flipped[:, 3:7], axis=1), 1.0)
    cosine = np.abs(np.sum(smooth[:, 3:7] * flipped[:, 3:7], axis=1))
    assert np.allclose(cosine, 1.0, atol=1e-6)


def test_continuous_quaternions_stay_in_one_half_space() -> None:
    angle = np.linspace(0, 6 * np.pi, 200)
    turning = np.stack([np.cos(angle / 2), 0 * angle, 0 * angle, np.sin(angle / 2)], axis=1)
    turning[::3] *= -1
    result = continuous(turning)
    assert np.all(np.sum(result[1:] * result[:-1], axis=1) > 0)
