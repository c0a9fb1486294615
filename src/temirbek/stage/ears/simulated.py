"""A microphone in a hall that is not there: the mix through a room, people whom the simulated hall lets be heard, noise."""

import threading

import numpy as np

from temirbek.demo.hall import CrowdKind, crowd_sound, room_response
from temirbek.hearing import RATE_HZ
from temirbek.stage.ears.microphone import Heard, PeopleSounding, Resampler, Room
from temirbek.stage.ears.tap import Tap
from temirbek.stage.line_input import RATE_HZ as DEVICE_HZ

RT60_S = 0.9
AWAY_S = 0.03
"""From the loudspeaker to the microphone, ten metres."""
NOISE = 0.001
"""Root mean square of what a hall sounds like when nothing sounds."""
BEHIND_S = 0.02
"""A device tells what it took so long after it sounded."""
MOST_AT_ONCE_S = 0.5
"""After a pause longer than this (a busy machine) the microphone goes on from now, as a device would that lost samples."""


class SimulatedMicrophone:
    """Takes what would be heard in the hall.

    Args:
        tap: What the loudspeaker plays.
        seed: Of the room, of the noise and of the people.
    """

    def __init__(self, tap: Tap, seed: int) -> None:
        self._tap, self._seed = tap, seed
        self._room = Room(room_response(seed, RT60_S))
        self._hall = Room(room_response(seed + 1, RT60_S))
        self._resampler = Resampler()
        self._away = np.zeros(round(AWAY_S * RATE_HZ), dtype=np.float32)
        self._random = np.random.default_rng([seed, 0xEA2])
        self._people = PeopleSounding()
        self._heard_s: float | None = None
        self._orders = 0

    def let_sound(
        self,
        kind: CrowdKind,
        *,
        at_s: float,
        seconds: float,
        people: int,
        level_db: float,
        tempo_bpm: float | None,
    ) -> None:
        """People let themselves be heard; their sound is made in a thread, so it had better be asked for in time.

        Args:
            kind: What they do.
            at_s: When they begin [host_s].
            seconds: For how long [s].
            people: How many.
            level_db: Over a root mean square of 0.1.
            tempo_bpm: Of clapping along.
        """
        self._orders += 1
        seed = self._seed + self._orders

        def make() -> None:
            sound = crowd_sound(kind, seconds, people, seed, tempo_bpm)
            edge = np.minimum(1.0, np.arange(len(sound)) / (0.15 * RATE_HZ))
            loud = sound * edge * np.minimum(1.0, edge[::-1] / 4) * 10 ** (level_db / 20)
            self._people.add(at_s, loud.astype(np.float32))

        threading.Thread(target=make, daemon=True, name="people").start()

    def listen(self, now_s: float) -> Heard | None:
        """What was heard since last time."""
        end_s = now_s - BEHIND_S
        if self._heard_s is None or end_s - self._heard_s > MOST_AT_ONCE_S:
            self._heard_s = end_s - 0.02
        n = int((end_s - self._heard_s) * DEVICE_HZ)
        if n <= 0:
            return None
        self._heard_s += n / DEVICE_HZ
        reference = self._resampler.push(self._tap.read(self._heard_s, n))
        if not len(reference):
            return None
        host_s = self._heard_s - self._resampler.behind_s
        delayed = np.concatenate([self._away, reference])
        self._away = delayed[len(reference) :]
        echo = self._room.pass_through(delayed[: len(reference)])
        people = self._hall.pass_through(self._people.between(host_s, len(reference)))
        noise = NOISE * self._random.standard_normal(len(reference))
        microphone = (echo + people + noise).astype(np.float32)
        return Heard(microphone=microphone, reference=reference, host_s=host_s)

    def close(self) -> None:
        """There is nothing to let go."""
