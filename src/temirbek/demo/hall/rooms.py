"""The hall itself: how a sound in it reaches the microphone."""

import numpy as np
from numpy.typing import NDArray
from scipy.signal import lfilter

Floats = NDArray[np.float64]


def room_response(seed: int, rt60_s: float, *, distance: float = 0.5, rate_hz: int = 16_000) -> Floats:
    """An impulse response: the direct sound first, some early reflections, then a tail of noise that decays exponentially.

    After Moorer (1979) and Polack: from some tens of milliseconds on a room is decaying noise; high frequencies are lost
    sooner.

    Args:
        seed: Another one is another room.
        rt60_s: Time in which the tail falls by 60 dB [s], > 0.
        distance: How much of the energy comes by way of the room, 0–1: 0.5 at the distance at which both are alike.
        rate_hz: Sample rate [Hz].

    Returns:
        The response, direct sound at index 0 with height 1, shape (about min(rt60, 1.5) s,).
    """
    random = np.random.default_rng([seed, 0x4A11])
    n = int(rate_hz * min(rt60_s, 1.5))
    t_s = np.arange(n) / rate_hz
    tail = random.standard_normal(n) * np.exp(-6.908 * t_s / rt60_s) * np.minimum(1.0, t_s / 0.015)
    dark = lfilter([0.55], [1.0, -0.45], tail)
    bright = tail * np.exp(-t_s / (0.25 * rt60_s))
    whole = dark + 0.5 * bright
    for _ in range(random.integers(5, 10)):
        at_s = random.uniform(0.002, 0.05)
        whole[int(at_s * rate_hz)] += random.choice([-1, 1]) * 0.2 * random.uniform(0.2, 1.0)
    share = np.clip(distance, 0.0, 0.95)
    whole *= np.sqrt(share / (1 - share) / np.sum(whole**2))
    whole[0] = 1.0
    return np.asarray(whole)
