"""MIDI time code of something that runs: quarter frames on their instants, a full frame at each jump."""

import math
from collections.abc import Iterator

from temirbek.signals.midi_clock import Timed
from temirbek.signals.steady import Beat
from temirbek.signals.timecode import FRAMES_PER_S, QUARTERS, Rate, full_frame, quarter_frame, time_code

QUARTERS_PER_FRAME = 4
JUMP_S = 0.1
"""A code that goes so far back or ahead at once has been placed anew [s]."""


class MtcOut:
    """Writes the time code of a line of seconds, a stretch at a time.

    Args:
        rate: Frames.
    """

    def __init__(self, rate: Rate = "25") -> None:
        self._rate = rate
        self._per_s = float(FRAMES_PER_S[rate]) * QUARTERS_PER_FRAME
        self._quarter: int | None = None

    def until(self, seconds: Beat | None, to_s: float) -> Iterator[Timed]:
        """The messages from where the last call ended to an instant.

        Args:
            seconds: The code's seconds as a line: its beats are seconds, its tempo is 60 at full speed. None: it stands.
            to_s: Up to here [host_s].
        """
        if seconds is None or seconds.tempo_bpm <= 0:
            self._quarter = None
            return
        last = math.floor(seconds.at(to_s) * self._per_s)
        if self._quarter is None or abs(last - self._quarter) > JUMP_S * self._per_s:
            first = (last // QUARTERS + 1) * QUARTERS
            self._quarter = first - 1
            yield Timed(to_s, full_frame(time_code(first // QUARTERS_PER_FRAME, self._rate)))
            return
        for quarter in range(self._quarter + 1, last + 1):
            code = time_code(quarter // QUARTERS * (QUARTERS // QUARTERS_PER_FRAME), self._rate)
            at_s = seconds.when(quarter / self._per_s)
            yield Timed(at_s, quarter_frame(code, quarter % QUARTERS))
        self._quarter = max(self._quarter, last)
