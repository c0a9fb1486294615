"""Things: doors, drums, chairs and steps, something that falls, hiss that swells; what the hall lets hear and is no answer."""

import numpy as np
from numpy.typing import NDArray
from scipy.signal import butter, sosfilt

Floats = NDArray[np.float64]


def _knock(random: np.random.Generator, rate_hz: int, low_hz: float, high_hz: float, ring_s: float) -> Floats:
    """Something that is struck: a few damped resonances and the noise of the blow."""
    t_s = np.arange(int(min(1.0, 7 * ring_s) * rate_hz)) / rate_hz
    whole = 0.5 * random.standard_normal(len(t_s)) * np.exp(-t_s / (0.15 * ring_s))
    for _ in range(random.integers(2, 6)):
        at_hz = np.exp(random.uniform(np.log(low_hz), np.log(high_hz)))
        whole += np.sin(2 * np.pi * at_hz * t_s) * np.exp(-t_s / (ring_s * random.uniform(0.3, 1.0)))
    return whole


def _scattered(
    sound: list[Floats], at_s: Floats, n: int, rate_hz: int, random: np.random.Generator
) -> Floats:
    whole = np.zeros(n)
    for k, instant_s in enumerate(at_s):
        one = sound[k % len(sound)]
        at = int(instant_s * rate_hz)
        end = min(n, at + len(one))
        if end > at >= 0:
            whole[at:end] += random.uniform(0.4, 1.0) * one[: end - at]
    return whole


def door(random: np.random.Generator, seconds: float, rate_hz: int) -> Floats:
    """Doors that fall shut, now and then."""
    n = int(seconds * rate_hz)
    at_s = random.uniform(0, seconds, max(1, round(seconds / 3)))
    return _scattered([_knock(random, rate_hz, 60, 500, 0.12) for _ in range(3)], at_s, n, rate_hz, random)


def drum(random: np.random.Generator, seconds: float, rate_hz: int) -> Floats:
    """Somebody drums, not on the reference: in tempo, or as a roll."""
    n = int(seconds * rate_hz)
    period_s = random.uniform(0.08, 0.15) if random.random() < 0.3 else random.uniform(0.3, 0.7)
    at_s = np.arange(0, seconds, period_s)
    at_s = at_s + 0.004 * random.standard_normal(len(at_s))
    kinds = [_knock(random, rate_hz, 80, 400, random.uniform(0.08, 0.25)) for _ in range(2)]
    return _scattered(kinds, at_s, n, rate_hz, random)


def steps(random: np.random.Generator, seconds: float, rate_hz: int) -> Floats:
    """Steps, chairs, things put down."""
    n = int(seconds * rate_hz)
    at_s = np.sort(random.uniform(0, seconds, max(1, round(seconds * random.uniform(1.0, 4.0)))))
    kinds = [
        _knock(random, rate_hz, 90, random.uniform(600, 2500), random.uniform(0.02, 0.06)) for _ in range(6)
    ]
    return _scattered(kinds, at_s, n, rate_hz, random)


def swell(random: np.random.Generator, seconds: float, rate_hz: int) -> Floats:
    """Hiss that rises and falls: a fog machine, air, rain on the roof."""
    n = int(seconds * rate_hz)
    low_hz = random.uniform(100, 1500)
    sections = butter(
        1, [low_hz, min(low_hz * random.uniform(2, 10), 0.47 * rate_hz)], "band", fs=rate_hz, output="sos"
    )
    rise_s = random.uniform(0.2, 2.0)
    t_s = np.arange(n) / rate_hz
    shape = np.minimum(1, t_s / rise_s) * np.minimum(1, t_s[::-1] / rise_s)
    return np.asarray(sosfilt(sections, random.standard_normal(n)) * shape)
