"""A small hall for the ear's tests: a loudspeaker, a room, and people."""

import numpy as np
import soxr
from numpy.typing import NDArray
from scipy.signal import fftconvolve

from temirbek.demo.hall import room_response
from temirbek.hearing import RATE_HZ, HallEar
from temirbek.types.hall import HallSound

Sound = NDArray[np.float32]


def echo_of(
    music: Sound, seed: int, *, rt60_s: float = 0.7, late_s: float = 0.05, drift_ppm: float = 0.0
) -> Sound:
    """Music as the microphone hears it: room, way, a clock of its own; as loud as it was."""
    wet = fftconvolve(music, room_response(seed, rt60_s))[: len(music)]
    late = int(late_s * RATE_HZ)
    wet = np.concatenate([np.zeros(max(0, late)), wet[max(0, -late) :]])
    if drift_ppm:
        wet = soxr.resample(wet, RATE_HZ, RATE_HZ * (1 + 1e-6 * drift_ppm))
    wet = np.pad(wet, (0, max(0, len(music) - len(wet))))[: len(music)]
    return (wet * np.sqrt(np.mean(music**2) / np.mean(wet**2))).astype(np.float32)


def in_hall(sound: Sound, seed: int, at_s: float, seconds: float, gain: float = 1.0) -> Sound:
    """People's sound in a room, laid into silence."""
    wet = gain * fftconvolve(sound, room_response(seed + 1, 0.8))
    whole = np.zeros(int(seconds * RATE_HZ), dtype=np.float32)
    first = int(at_s * RATE_HZ)
    whole[first : first + len(wet)] += wet[: len(whole) - first].astype(np.float32)
    return whole


def air(seconds: float, seed: int, level: float = 5e-4) -> Sound:
    """A hall's own faint noise."""
    noise = np.random.default_rng(seed).standard_normal(int(seconds * RATE_HZ))
    return (level * noise).astype(np.float32)


def told(
    microphone: Sound, reference: Sound, block: int = 1600, ear: HallEar | None = None, zero_s: float = 100.0
) -> list[HallSound]:
    """All that an ear tells; the stream begins at ``zero_s``."""
    ear = HallEar() if ear is None else ear
    found: list[HallSound] = []
    for first in range(0, len(microphone), block):
        end = min(first + block, len(microphone))
        found += ear.hear(microphone[first:end], reference[first:end], zero_s + end / RATE_HZ)
    return found


def begun(found: list[HallSound]) -> list[tuple[str, float]]:
    """What began, and when it was told [s of the stream]."""
    return [(one.kind, one.host_s - 100.0) for one in found if one.state == "began"]
