"""The tail of an echo-out: the last beat of a track again on the following beats of the mix, softer each time.

The repeats lie on the *mix's* beats, so they stay in time with whatever comes in, at whatever tempo.
"""

import numpy as np

from temirbek.audio import AudioReader
from temirbek.mixing.clock import SAMPLE_RATE_HZ, Floats, MixClock, SourceMap
from temirbek.mixing.isolator import DELAY, isolated
from temirbek.mixing.varispeed import Varispeed

FIRST_LEVEL = 0.6
DECAY = 0.55
BANDS = (0.0, 1.0, 0.8)
"""An echo has no lows: the bass belongs to the track that comes in."""
FADE = round(0.005 * SAMPLE_RATE_HZ)
MOST_REPEATS = 16


class Echo:
    """The repeats of one track's last beat, ready to be added to a deck."""

    def __init__(
        self, reader: AudioReader, source: SourceMap, clock: MixClock, first: float, last: float, level: float
    ) -> None:
        beat = _last_beat(reader, source, clock, first) * level
        repeats = min(MOST_REPEATS, max(1, int(np.ceil(last - first))))
        places = np.round(clock.sample_at(first + np.arange(repeats))).astype(int) - FADE
        self._from = int(places[0])
        self._sound = np.zeros((2, int(places[-1]) - self._from + beat.shape[1]))
        for k, place in enumerate(places):
            at = int(place) - self._from
            self._sound[:, at : at + beat.shape[1]] += FIRST_LEVEL * DECAY**k * beat

    def add_inplace(self, out: Floats, start: int) -> None:
        """Adds what sounds from mix sample ``start`` on to ``out``, shape (2, n)."""
        first = max(start, self._from)
        last = min(start + out.shape[1], self._from + self._sound.shape[1])
        if first < last:
            out[:, first - start : last - start] += self._sound[:, first - self._from : last - self._from]


def _last_beat(reader: AudioReader, source: SourceMap, clock: MixClock, beat: float) -> Floats:
    """The sound of the beat before ``beat``, without lows; it begins :data:`FADE` samples early, to fade in."""
    start, stop = (int(s) - FADE for s in np.round(clock.sample_at([beat - 1, beat])))
    n = stop - start
    sound = Varispeed(reader, source, start - DELAY).read(n + 2 * DELAY)
    low, mid, high = (np.full(n, gain) for gain in BANDS)
    fade = np.clip(np.minimum(np.arange(n), n - 1 - np.arange(n)) / FADE, 0.0, 1.0)
    return np.asarray(isolated(sound, low, mid, high) * fade)
