"""A beat followed by ear, on music whose beats are known."""

from itertools import pairwise

import numpy as np
import pytest

from temirbek.signals.following import Follower
from temirbek.signals.steady import Beat

RATE_HZ = 48000


def drums(beats_s: np.ndarray, length_s: float) -> np.ndarray:
    """A kick on each beat, a soft hat between."""
    sound = np.zeros(round(length_s * RATE_HZ), dtype=np.float32)
    t = np.arange(4800) / RATE_HZ
    kick = (0.8 * np.sin(2 * np.pi * 60 * t) * np.exp(-t / 0.03)).astype(np.float32)
    hat = (0.1 * np.random.default_rng(0).normal(size=4800) * np.exp(-t / 0.01)).astype(np.float32)
    for here, after in pairwise(beats_s):
        for instant_s, stroke in ((here, kick), ((here + after) / 2, hat)):
            first = round(instant_s * RATE_HZ)
            part = sound[first : first + 4800]
            part += stroke[: len(part)]
    return sound


def heard(sound: np.ndarray) -> Follower:
    follower = Follower(RATE_HZ)
    for first in range(0, len(sound), 4800):
        follower.hear(sound[first : first + 4800], 50.0 + (first + 4800) / RATE_HZ)
    return follower


@pytest.mark.parametrize("tempo_bpm", [124.0, 128.0])
def test_the_beat_is_found_to_some_milliseconds(tempo_bpm: float) -> None:
    beats_s = 0.2 + np.arange(60) * 60 / tempo_bpm
    follower = heard(drums(beats_s, 14.0))
    assert follower.is_locked(64.0)
    assert follower.beat is not None
    assert follower.beat.tempo_bpm == pytest.approx(tempo_bpm, rel=0.003)
    nearest = np.abs(beats_s + 50.0 - follower.beat.when(round(follower.beat.at(63.0)))).min()
    assert nearest < 0.008


def test_silence_is_no_beat() -> None:
    follower = heard(np.zeros(RATE_HZ * 10, dtype=np.float32))
    assert follower.beat is None
    assert not follower.is_locked(60.0)


def test_taps_say_where_to_look() -> None:
    follower = Follower(RATE_HZ)
    follower.expect(Beat(beat=7.0, host_s=50.25, tempo_bpm=120.0))
    assert follower.beat is not None
    assert not follower.is_locked(50.3)
