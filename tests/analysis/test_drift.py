"""A band's slow drift is followed; a machine's sections, however unlike, are no drift."""

import numpy as np
import pytest

from temirbek.analysis.drift import LEAST_RANGE_S, slow_drift
from temirbek.analysis.onsets import Onsets

BPM = 120.0
LENGTH_S = 150.0


def attacks(delay_s: float, *, jitter_s: float = 0.004, seed: int = 1) -> Onsets:
    """Eighths at 120 BPM, every other one softer, a slow wave of delay through them."""
    rng = np.random.default_rng(seed)
    times_s = np.arange(0.5, LENGTH_S - 0.5, 0.25)
    times_s = times_s + delay_s * np.sin(2 * np.pi * times_s / 60) + rng.normal(0, jitter_s, len(times_s))
    strengths = np.where(np.arange(len(times_s)) % 2, 0.4, 1.0)
    return Onsets(times_s=np.sort(times_s), strengths=strengths)


@pytest.mark.parametrize("delay_s", [0.025, 0.04, 0.07])
def test_a_wandering_tempo_is_followed(delay_s: float) -> None:
    drift = slow_drift(attacks(delay_s), BPM, LENGTH_S)
    assert drift is not None
    centers_s, delays_s = drift
    true_s = delay_s * np.sin(2 * np.pi * centers_s / 60)
    missed = delays_s - true_s
    assert np.abs(missed - np.median(missed)).max() < 0.012


def test_a_machine_does_not_drift() -> None:
    assert slow_drift(attacks(0.0), BPM, LENGTH_S) is None
    assert slow_drift(attacks(LEAST_RANGE_S / 4), BPM, LENGTH_S) is None


def test_a_section_on_other_sixteenths_is_no_drift() -> None:
    plain = attacks(0.0, jitter_s=0.001)
    offbeat = (plain.times_s > 60) & (plain.times_s < 90)
    shifted = np.where(offbeat, plain.times_s + 0.125, plain.times_s)
    onsets = Onsets(times_s=np.sort(shifted), strengths=plain.strengths)
    assert slow_drift(onsets, BPM, LENGTH_S) is None


def test_too_little_music_says_nothing() -> None:
    onsets = attacks(0.05)
    assert slow_drift(onsets.between(0, 20), BPM, 20.0) is None
