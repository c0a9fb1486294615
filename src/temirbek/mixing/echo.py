"""A delay that repeats on the mix's beats, whatever the tempo does.

What is sent is cut into beats of the mix, faded into each other; each of them sounds again on the beats that follow, at
its own pitch, softer each time. At a steady tempo that is a delay line with feedback; where the tempo moves or jumps, the
repeats stay on the beat, where a delay line would leave it and a tape would change its pitch. An echo has no lows: the
bass belongs to the track that comes in.
"""

import numpy as np
import scipy.signal

from temirbek.mixing.clock import SAMPLE_RATE_HZ, MixClock, Samples

FIRST_LEVEL = 0.6
DECAY = 0.55
REPEATS = 14
"""The last of them is 70 dB below the first."""
FADE = round(0.005 * SAMPLE_RATE_HZ)
HIGH_PASS = scipy.signal.butter(4, 200.0, "high", fs=SAMPLE_RATE_HZ, output="sos")


class Echo:
    """One deck's delay; frames must follow each other."""

    def __init__(self, clock: MixClock) -> None:
        self._clock = clock
        self._state = np.zeros((len(HIGH_PASS), 2, 2))
        self._beats: dict[int, Samples] = {}

    @staticmethod
    def memory(clock: MixClock) -> int:
        """How long it rings on after the last sound that was sent [samples]."""
        return int(np.ceil((REPEATS + 2) * np.diff(clock.grid.beats_s).max() * SAMPLE_RATE_HZ))

    def add_inplace(self, out: Samples, sent: Samples | None, start: int) -> None:
        """Takes what was sent in a frame from mix sample ``start`` on, and adds what rings to ``out``, shape (2, n)."""
        stop = start + out.shape[1]
        if sent is None or not sent.any():
            self._state = np.zeros((len(HIGH_PASS), 2, 2))
        else:
            thin, self._state = scipy.signal.sosfilt(HIGH_PASS, sent, axis=1, zi=self._state)
            self._keep(thin, start)
        for beat, sound in list(self._beats.items()):
            for k in range(1, REPEATS + 1):
                place = self._place(beat + k)
                a, b = max(start, place), min(stop, place + sound.shape[1])
                if a < b:
                    level = np.float32(FIRST_LEVEL * DECAY ** (k - 1))
                    out[:, a - start : b - start] += level * sound[:, a - place : b - place]
            if self._place(beat + REPEATS) + sound.shape[1] <= stop:
                del self._beats[beat]

    def _keep(self, sound: Samples, start: int) -> None:
        """Lays each beat's share of a frame by, faded in before the beat and out at its end."""
        stop = start + sound.shape[1]
        first, last = np.floor(self._clock.beat_at([start, stop + FADE])).astype(int)
        for beat in range(first, last + 1):
            place, after = self._place(beat), self._place(beat + 1)
            a, b = max(start, place), min(stop, after + FADE)
            if a >= b:
                continue
            if beat not in self._beats:
                self._beats[beat] = np.zeros((2, after + FADE - place), dtype=np.float32)
            at = np.arange(a, b)
            fade = np.clip(np.minimum((at - place + 0.5) / FADE, (after + FADE - at - 0.5) / FADE), 0.0, 1.0)
            self._beats[beat][:, a - place : b - place] = sound[:, a - start : b - start] * fade

    def _place(self, beat: int) -> int:
        """The mix sample from which a beat is faded in."""
        return round(float(self._clock.sample_at(beat))) - FADE
