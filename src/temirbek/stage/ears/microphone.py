"""Microphones: mono sound at 16 kHz, beside the known mix of the same instants."""

import threading
from collections import deque
from dataclasses import dataclass
from typing import Protocol

import numpy as np
import soxr
from numpy.typing import NDArray

from temirbek.errors import DeviceLost
from temirbek.hearing import RATE_HZ as EAR_HZ
from temirbek.stage.ears.tap import Tap
from temirbek.stage.line_input import RATE_HZ, Block, Line, open_line

MOST_BLOCKS = 512
OPEN_AGAIN_S = 3.0
MOST_APART_S = 0.1
"""When microphone and mix have drifted so far apart they are laid beside each other anew; the ear follows less by itself."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Heard:
    """A piece of what the microphone took, with what was known to sound: both (n,), 16 kHz; the last one at ``host_s``."""

    microphone: NDArray[np.float32]
    reference: NDArray[np.float32]
    host_s: float


class Microphone(Protocol):
    """Gives what was heard since last time."""

    def listen(self, now_s: float) -> Heard | None:
        """What was heard since last time, or None where there is nothing yet.

        Raises:
            DeviceLost: It cannot be heard; ask again later.
        """
        ...

    def close(self) -> None:
        """Lets go."""
        ...


class Resampler:
    """From the device's 48 kHz to the ear's 16, block by block; keeps count of the instants."""

    def __init__(self) -> None:
        self._stream = soxr.ResampleStream(RATE_HZ, EAR_HZ, 1, dtype="float32", quality="HQ")
        self._came = 0
        self._went = 0

    def push(self, sound: NDArray[np.float32]) -> NDArray[np.float32]:
        """The next samples, shape (about n / 3,); the filter keeps some back."""
        out = np.asarray(self._stream.resample_chunk(np.ascontiguousarray(sound)), dtype=np.float32)
        self._came += len(sound)
        self._went += len(out)
        return out

    @property
    def behind_s(self) -> float:
        """How long ago the last sample that came out came in [s]."""
        return float(self._came / RATE_HZ - self._went / EAR_HZ)


class DeviceMicrophone:
    """A microphone at an input of this machine.

    Args:
        device: As line inputs are named.
        tap: What is known to sound.
        latency_s: From the air to the device's own time, if measured [s].
    """

    def __init__(self, device: str, tap: Tap, latency_s: float = 0.0) -> None:
        self._device, self._tap, self._latency_s = device, tap, latency_s
        self._line: Line | None = None
        self._blocks: deque[Block] = deque(maxlen=MOST_BLOCKS)
        self._open_at_s = 0.0
        self._begin_anew()

    def _begin_anew(self) -> None:
        self._microphone, self._reference = Resampler(), Resampler()
        self._tapped_s: float | None = None

    def listen(self, now_s: float) -> Heard | None:
        """What was heard since last time; the mix is read along with the microphone's own count of samples."""
        self._open(now_s)
        came = [self._blocks.popleft() for _ in range(len(self._blocks))]
        if not came:
            return None
        sound = np.concatenate([block for block, _ in came])
        end_s = came[-1][1] - self._latency_s
        begin_s = end_s - len(sound) / RATE_HZ
        if self._tapped_s is None or abs(self._tapped_s - begin_s) > MOST_APART_S:
            self._begin_anew()
            self._tapped_s = begin_s
        self._tapped_s += len(sound) / RATE_HZ
        known = self._tap.read(self._tapped_s, len(sound))
        microphone, reference = self._microphone.push(sound), self._reference.push(known)
        if not len(microphone):
            return None
        host_s = end_s - self._microphone.behind_s
        return Heard(microphone=microphone, reference=reference, host_s=host_s)

    def _open(self, now_s: float) -> None:
        if self._line is not None and (why := self._line.why_dead()):
            self._line.close()
            self._line, self._tapped_s = None, None
            raise DeviceLost(why)
        if self._line is None and now_s >= self._open_at_s:
            self._open_at_s = now_s + OPEN_AGAIN_S
            self._line = open_line(self._device, lambda sound, end_s: self._blocks.append((sound, end_s)))

    def close(self) -> None:
        """Lets go."""
        if self._line is not None:
            self._line.close()


class Room:
    """A sound goes through a room, block by block.

    Args:
        response: Impulse response, shape (m,).
    """

    def __init__(self, response: NDArray[np.float64]) -> None:
        self._response = response.astype(np.float32)
        self._tail = np.zeros(len(response) - 1, dtype=np.float32)

    def pass_through(self, sound: NDArray[np.float32]) -> NDArray[np.float32]:
        """What reaches the microphone, shape (n,); what still rings comes with the next block."""
        if not len(sound):
            return sound
        n = len(sound) + len(self._response) - 1
        size = 1 << (n - 1).bit_length()
        wet = np.fft.irfft(np.fft.rfft(sound, size) * np.fft.rfft(self._response, size), size)[:n]
        wet[: len(self._tail)] += self._tail
        self._tail = wet[len(sound) :].astype(np.float32)
        return wet[: len(sound)].astype(np.float32)


class PeopleSounding:
    """Sounds of people that come in from another thread, and go out sample by sample."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._coming: list[tuple[float, NDArray[np.float32]]] = []

    def add(self, at_s: float, sound: NDArray[np.float32]) -> None:
        """A sound that begins at an instant [host_s]."""
        with self._lock:
            self._coming.append((at_s, sound))

    def between(self, end_s: float, n: int) -> NDArray[np.float32]:
        """All of it in the ``n`` samples until an instant, shape (n,); what is over is forgotten."""
        out = np.zeros(n, dtype=np.float32)
        begin_s = end_s - n / EAR_HZ
        with self._lock:
            for at_s, sound in self._coming:
                first = round((at_s - begin_s) * EAR_HZ)
                low, high = max(0, first), min(n, first + len(sound))
                if high > low:
                    out[low:high] += sound[low - first : high - first]
            self._coming = [(a, s) for a, s in self._coming if a + len(s) / EAR_HZ > end_s]
        return out
