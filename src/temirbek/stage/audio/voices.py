"""A voice and its takes: which samples sound at which output frame, as a function that can be asked twice.

A *take* is one play: its pieces say where the samples of a mix frame lie, its legs at which output frame which mix
frame sounds and how fast, its gain how loud. All are lists of what has been decided, so any stretch can be made again
after a command changed what comes later.
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

    def mix_frame_at(self, frame: int) -> float:
        """The mix frame at an output frame."""
        return self.mix_frame + (frame - self.frame) * self.rate

    @property
    def is_exact(self) -> bool:
        """Whether samples come out as they are."""
        return self.rate == 1.0 and float(self.mix_frame).is_integer()


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
        before, here = self.at(first - 1), self.at(first)
        keep = bisect_right(self._frames, first - 1)
        del self._frames[keep:], self._values[keep:]
        self._frames += [first - 1, first, max(first + 1, last)]
        self._values += [before, here if begin is None else begin, value]

    def move(self, frames: int) -> None:
        """Moves all corners but the very first, which stands for ever before."""
        self._frames[1:] = [frame + frames for frame in self._frames[1:]]

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
        voice, programme: Whose, and its name for everybody else.
        start: First output frame.
        pieces, legs: In order.
        gain: Its own fades.
        stop: The output frame at which it is cut off, as far as that is decided, and why it is.
        end_mix_frame: The mix frame at which the programme ends; None while that is open.
        is_started, is_ended: Whether that was told.
    """

    voice: str
    programme: str
    start: int
    pieces: list[Piece]
    legs: list[Leg]
    gain: Gain
    stop: int | None = None
    why_stopped: str = ""
    end_mix_frame: int | None = None
    is_started: bool = field(default=False)
    is_ended: bool = field(default=False)

    def leg_at(self, frame: int) -> Leg:
        """The leg that an output frame lies on."""
        return self.legs[max(0, bisect_right(self.legs, frame, key=lambda leg: leg.frame) - 1)]

    def mix_frame_at(self, frame: int) -> float:
        """The mix frame that sounds at an output frame."""
        return self.leg_at(frame).mix_frame_at(frame)

    def frame_of(self, mix_frame: float) -> int:
        """The first output frame at which a mix frame has been reached, as far as the legs are decided."""
        k = max(0, bisect_right(self.legs, mix_frame, key=lambda leg: leg.mix_frame) - 1)
        leg = self.legs[k]
        return leg.frame + int(np.ceil((mix_frame - leg.mix_frame) / leg.rate - 1e-6))

    def over_at(self) -> int | None:
        """The output frame at which it is over, or None while that is open."""
        if self.end_mix_frame is None:
            return self.stop
        end = self.frame_of(self.end_mix_frame)
        return end if self.stop is None else min(end, self.stop)

    def cut(self, first: int, frames: int, why: str) -> None:
        """Fades it out from an output frame on, and ends it."""
        if self.stop is not None and self.stop <= first + frames:
            return
        self.gain.ramp(first, first + frames, 0.0)
        self.stop, self.why_stopped = first + frames, why

    def read_mix(self, mix_frame: int, out: Stereo) -> int:
        """Fills ``out`` (n, 2) from a mix frame on; returns how many frames the sources had before one was missing."""
        there, at, end = 0, mix_frame, mix_frame + len(out)
        while at < end:
            k = max(0, bisect_right(self.pieces, at, key=lambda piece: piece.mix_frame) - 1)
            piece = self.pieces[k]
            stop = min(end, self.pieces[k + 1].mix_frame) if k + 1 < len(self.pieces) else end
            part = out[at - mix_frame : stop - mix_frame]
            had = piece.source.read(piece.source_frame + at - piece.mix_frame, part)
            there = at - mix_frame + had if there == at - mix_frame else there
            at = stop
        return there

    def forget_before(self, frame: int) -> None:
        """Lets go of legs and pieces that only an earlier output frame needs."""
        while len(self.legs) > 1 and self.legs[1].frame <= frame:
            del self.legs[0]
        mix_frame = self.mix_frame_at(frame)
        while len(self.pieces) > 1 and self.pieces[1].mix_frame <= mix_frame:
            self.pieces.pop(0).source.close()

    def close(self) -> None:
        """Lets go of its files."""
        for piece in self.pieces:
            piece.source.close()


@dataclass(slots=True)
class Dry:
    """A take's samples before its gain, and the first of its frames that was missing (``len`` if none)."""

    sound: Stereo
    there: int


def silence(n: int) -> Stereo:
    """Nothing, shape (n, 2)."""
    return np.zeros((n, CHANNELS), dtype=np.float32)
