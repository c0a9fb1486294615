"""A voice and its takes: which samples sound at which output frame, as a function that can be asked twice.

A *take* is one play: its pieces say where the samples of a mix frame lie, its legs at which output frame which mix
frame sounds, its gain how loud. All are lists of what has been decided, so any stretch can be made again after a
command changed what comes later.
"""

from bisect import bisect_right
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from temirbek.stage.audio.ring import CHANNELS, Stereo
from temirbek.stage.audio.sources import Source

SILENT_DB = -120.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Piece:
    """From mix frame ``mix_frame`` on, samples come from ``source``, beginning with its frame ``source_frame``."""

    mix_frame: int
    source: Source
    source_frame: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Leg:
    """From output frame ``frame`` on, mix frame ``mix_frame`` and what follows it sound at ``rate``."""

    frame: int
    mix_frame: float
    rate: float = 1.0


class Gain:
    """How loud, over output frames: straight lines between corners, constant before the first and after the last."""

    def __init__(self, value: float) -> None:
        self._frames = [0]
        self._values = [value]

    def at(self, frame: int) -> float:
        """The gain at one frame."""
        return float(np.interp(frame, self._frames, self._values))

    def ramp(self, first: int, last: int, value: float, *, begin: float | None = None) -> None:
        """From ``first`` to ``last`` to a new value; whatever was decided for later is forgotten.

        Args:
            first, last: Output frames, last ≥ first.
            value: The gain at ``last`` and after.
            begin: The gain at ``first``; what it is there, if not given.
        """
        here = self.at(first) if begin is None else begin
        keep = bisect_right(self._frames, first - 1)
        before = self.at(first - 1)
        del self._frames[keep:], self._values[keep:]
        if begin is not None:
            self._frames.append(first - 1)
            self._values.append(before)
        self._frames += [first, max(first + 1, last)]
        self._values += [here, value]

    def over(self, first: int, n: int) -> NDArray[np.float32] | float:
        """The gains of some frames, shape (n,), or one number where it is the same for all."""
        begin, end = self.at(first), self.at(first + n)
        inside = bisect_right(self._frames, first + n) - bisect_right(self._frames, first)
        if begin == end and not inside:
            return begin
        return np.interp(np.arange(first, first + n), self._frames, self._values).astype(np.float32)


@dataclass(slots=True, kw_only=True)
class Take:
    """One play of a voice.

    Attributes:
        programme: Its name for everybody else.
        start: First output frame.
        stop: The output frame at which it is over, as far as that is decided.
        end_mix_frame: The mix frame at which the programme ends; None while that is open.
        pieces, legs: In order.
        gain: Its own fades.
    """

    programme: str
    start: int
    pieces: list[Piece]
    legs: list[Leg]
    gain: Gain
    stop: int | None = None
    end_mix_frame: int | None = None
    missing: int = field(default=0)

    def leg_at(self, frame: int) -> Leg:
        """The leg that an output frame lies on."""
        return self.legs[max(0, bisect_right(self.legs, frame, key=lambda leg: leg.frame) - 1)]

    def mix_frame_at(self, frame: int) -> float:
        """The mix frame that sounds at an output frame."""
        leg = self.leg_at(frame)
        return leg.mix_frame + (frame - leg.frame) * leg.rate

    def over_at(self) -> int | None:
        """The output frame at which it is over, or None while that is open."""
        ends = [self.stop] if self.stop is not None else []
        if self.end_mix_frame is not None:
            leg = self.legs[-1]
            ends.append(leg.frame + int(np.ceil((self.end_mix_frame - leg.mix_frame) / leg.rate)))
        return min(ends, default=None)

    def read_mix(self, mix_frame: int, out: Stereo) -> int:
        """Fills ``out`` (n, 2) from a mix frame on; returns how many frames the sources had."""
        there, at, end = 0, mix_frame, mix_frame + len(out)
        while at < end:
            k = max(0, bisect_right(self.pieces, at, key=lambda piece: piece.mix_frame) - 1)
            piece = self.pieces[k]
            stop = min(end, self.pieces[k + 1].mix_frame) if k + 1 < len(self.pieces) else end
            part = out[at - mix_frame : stop - mix_frame]
            there += piece.source.read(piece.source_frame + at - piece.mix_frame, part)
            at = stop
        return there

    def add_to(self, first: int, sound: Stereo) -> int:
        """Adds what sounds of it from output frame ``first`` on to ``sound`` (n, 2).

        Returns:
            How many frames were missing from their spool.
        """
        over = self.over_at()
        begin = max(first, self.start)
        end = first + len(sound) if over is None else min(first + len(sound), over)
        if begin >= end:
            return 0
        dry = np.empty((end - begin, CHANNELS), dtype=np.float32)
        there = self.read_mix(round(self.mix_frame_at(begin)), dry)
        gain = self.gain.over(begin, end - begin)
        part = sound[begin - first : end - first]
        if isinstance(gain, float):
            part += dry if gain == 1.0 else dry * np.float32(gain)
        else:
            part += dry * gain[:, None]
        return end - begin - there
