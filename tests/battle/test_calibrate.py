"""Calibrating a camera by somebody who claps along."""

import numpy as np
import pytest

from temirbek.battle import calibrate
from temirbek.battle.words import REASONS
from temirbek.demo.dancers import Camera, Dancer, seen_clapping, seen_dance
from temirbek.errors import InvalidInput


@pytest.mark.parametrize("tempo_bpm", [90.0, 124.0, 140.0])
@pytest.mark.parametrize("latency_s", [0.04, 0.12, 0.2])
def test_a_latency_is_found(tempo_bpm: float, latency_s: float) -> None:
    beats = 30.0 + np.arange(9) * 60.0 / tempo_bpm
    for seed, rate_hz in enumerate((15.0, 30.0, 60.0)):
        camera = Camera(latency_s=latency_s, rate_hz=rate_hz, jitter_s=0.004, dropped_share=0.05, seed=seed)
        times_s, points = seen_clapping(Dancer(skill=0.8, seed=20 + seed, late_s=0.0), beats, camera)
        found = calibrate(points, times_s, beats)
        assert found.latency_s == pytest.approx(latency_s, abs=0.045) and found.n_events >= 4


def test_who_does_not_clap_calibrates_nothing() -> None:
    beats = 30.0 + np.arange(9) * 0.5
    times_s, points = seen_dance(Dancer(size=0.02), beats)
    found = calibrate(points, times_s, beats)
    assert found.latency_s is None and found.reason in REASONS
    hidden = points.copy()
    hidden[..., 2] = 0.1
    assert calibrate(hidden, times_s, beats).reason == "not_seen"


def test_too_few_beats_are_refused() -> None:
    with pytest.raises(InvalidInput, match="beats"):
        calibrate(np.zeros((0, 17, 3)), [], [1.0, 2.0])
