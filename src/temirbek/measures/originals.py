"""The recordings from which a mix was made, read where they are wanted and laid along a time map."""

from contextlib import ExitStack
from types import TracebackType
from typing import Self

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import map_coordinates

from temirbek.audio import AudioReader, open_audio
from temirbek.measures.time_map import TimeMap
from temirbek.types import Track

Floats = NDArray[np.float64]

REACH = 16
"""Samples read beyond both ends, for the interpolation."""
KNOT_STEP = 480


class Originals:
    """Opened recordings at one sample rate; a context manager.

    Attributes:
        rate_hz: At which they are read [Hz].
    """

    def __init__(self, rate_hz: int) -> None:
        self.rate_hz = rate_hz
        self._stack = ExitStack()
        self._readers: dict[str, AudioReader] = {}

    def read(self, track: Track, start_s: float, stop_s: float) -> Floats:
        """A stretch of a recording, the mean of its channels; silence outside it, shape (n,).

        Raises:
            InvalidInput: The recording cannot be read.
        """
        start, stop = round(start_s * self.rate_hz), round(stop_s * self.rate_hz)
        return np.asarray(self._reader(track).read(start, stop - start).mean(axis=0, dtype=np.float64))

    def warped(self, track: Track, time_map: TimeMap, start_s: float, stop_s: float) -> Floats:
        """A recording as its time map lays it into the mix, from one mix second to another, shape (n,).

        Speed is changed like a record's: attacks fall where the map says, the pitch moves along.
        """
        first, last = round(start_s * self.rate_hz), round(stop_s * self.rate_hz)
        knots = np.arange(first, last + KNOT_STEP, KNOT_STEP)
        at_knots = time_map.track_s_at(knots / self.rate_hz) * self.rate_hz
        at = np.interp(np.arange(first, last), knots, at_knots)
        seams = np.flatnonzero(np.diff(at_knots) < 0)
        for seam in seams:  # between these knots the track jumps back: no straight line
            a, b = knots[seam] - first, min(knots[seam + 1], last) - first
            at[a:b] = time_map.track_s_at(np.arange(a + first, b + first) / self.rate_hz) * self.rate_hz
        low, high = int(np.floor(at.min())) - REACH, int(np.ceil(at.max())) + REACH
        sound = self._reader(track).read(low, high - low).mean(axis=0, dtype=np.float64)
        return np.asarray(map_coordinates(sound, (at - low)[None, :], order=3, mode="nearest"))

    def close(self) -> None:
        """Lets go of all files."""
        self._stack.close()

    def _reader(self, track: Track) -> AudioReader:
        if track.id not in self._readers:
            self._readers[track.id] = self._stack.enter_context(open_audio(track.path, self.rate_hz))
        return self._readers[track.id]

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()
