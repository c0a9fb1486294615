"""One deck: the tracks that are played on it one after the other, through isolator and fader."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import scipy.ndimage

from temirbek.audio import AudioReader, open_audio
from temirbek.mixing.clock import SAMPLE_RATE_HZ, Floats, MixClock, SourceMap
from temirbek.mixing.echo import Echo
from temirbek.mixing.isolator import DELAY, isolated
from temirbek.mixing.stretch import TimeStretch
from temirbek.mixing.sweep import Sweep
from temirbek.types import CONTROL_REST, Automation, Control, Play, TrackAnalysis

FRAME = 1 << 14
"""Samples that are worked on at once. Frames are anchored to the first sample of the mix."""
EDGE_S = 0.006
"""A part fades in over this time before its first beat and out over it after its last, so that nothing clicks."""
SMOOTHING = 145
"""Controls are averaged over this many samples (3 ms), as no hand is faster."""
ECHO_READY = SAMPLE_RATE_HZ // 4
"""An echo is made ready so many samples before its play ends."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Cued:
    """A play with its track, and the echo with which it leaves, if any.

    Attributes:
        play, track: What is played.
        echo_beats: First and last mix beat of the echo, or None.
    """

    play: Play
    track: TrackAnalysis
    echo_beats: tuple[float, float] | None = None


class _Running:
    """A play as it sounds: from its first to its last sample on the mix's timeline."""

    def __init__(self, cued: Cued, clock: MixClock) -> None:
        edge = round(EDGE_S * SAMPLE_RATE_HZ)
        self._source = SourceMap(play=cued.play, track_grid=cued.track.beat_grid, clock=clock)
        self.start = int(np.floor(self._source.start)) - edge
        self.stop = int(np.floor(self._source.stop)) + edge
        self._edge = edge
        self._cued = cued
        self._gain = 10 ** (cued.play.gain_db / 20)
        self._reader: AudioReader | None = None
        self._sound: TimeStretch | None = None

    def read(self, start: int, stop: int) -> Floats:
        """Samples ``start`` to ``stop``; calls must follow each other."""
        if self._sound is None:
            self._reader = open_audio(self._cued.track.track.path, SAMPLE_RATE_HZ)
            self._sound = TimeStretch(self._reader, self._source, self.start, self.stop, begin=start)
        at = np.arange(start, stop)
        near_end = np.minimum(at - self.start, self.stop - 1 - at) / self._edge
        fade = np.sin(np.pi / 2 * np.clip(near_end, 0.0, 1.0)) ** 2
        return np.asarray(self._sound.read(stop - start) * (fade * self._gain))

    def close(self) -> None:
        if self._reader is not None:
            self._reader.close()
            self._reader = self._sound = None

    def echo(self, clock: MixClock, level: float) -> Echo | None:
        if self._cued.echo_beats is None:
            return None
        with open_audio(self._cued.track.track.path, SAMPLE_RATE_HZ) as reader:
            first, last = self._cued.echo_beats
            return Echo(reader, self._source, clock, first, last, level * self._gain)


class DeckSound:
    """Everything that leaves one deck, frame by frame; frames are numbered from the first sample of the mix.

    Where it begins changes no sample: a filter that is in use at ``first_frame`` is heard from where it was opened on.
    """

    def __init__(
        self,
        cued: Sequence[Cued],
        automation: Sequence[Automation],
        clock: MixClock,
        first_frame: int = 0,
    ) -> None:
        self._running = [_Running(c, clock) for c in cued]
        self._clock = clock
        self._controls = {a.control: a for a in automation}
        self._echoes: list[Echo] = []
        self._sweep = Sweep()
        self._frame = self._at_rest_before(first_frame)
        self._raw_at = self._frame * FRAME - DELAY
        for running in [r for r in self._running if r.stop - ECHO_READY < self._raw_at]:
            self._ring(running)
        self._ahead = self._raw(2 * DELAY)
        while self._frame < first_frame:
            self.next_frame()

    def next_frame(self) -> Floats:
        """The next :data:`FRAME` samples, shape (2, FRAME)."""
        start = self._frame * FRAME
        sound = np.concatenate([self._ahead, self._raw(FRAME)], axis=1)
        self._ahead = sound[:, FRAME:].copy()
        low, mid, high, fader = (self._gain(control, start) for control in ("low", "mid", "high", "fader"))
        out = self._sweep(isolated(sound, low, mid, high), self._gain("filter", start)) * fader
        for echo in self._echoes:
            echo.add_inplace(out, start)
        self._frame += 1
        return np.asarray(out)

    def close(self) -> None:
        """Lets go of all files."""
        for running in self._running:
            running.close()

    def _raw(self, n: int) -> Floats:
        """The next samples before isolator and fader."""
        start, stop = self._raw_at, self._raw_at + n
        self._raw_at = stop
        sound = np.zeros((2, n))
        for running in [r for r in self._running if r.start < stop]:
            first, last = max(start, running.start), min(stop, running.stop)
            if first < last:
                sound[:, first - start : last - start] += running.read(first, last)
            if start <= running.stop - ECHO_READY < stop:
                self._ring(running)
            if running.stop <= stop:
                running.close()
                self._running.remove(running)
        return sound

    def _at_rest_before(self, frame: int) -> int:
        """The last frame up to ``frame`` before which the filter stood open."""
        while frame > 0 and self._gain("filter", (frame - 1) * FRAME).any():
            frame -= 1
        return frame

    def _ring(self, running: _Running) -> None:
        """Makes the echo of a play ready before its end, as loud as the fader stands there."""
        before_end = np.array([running.stop - ECHO_READY], dtype=float)
        echo = running.echo(self._clock, float(self._value("fader", before_end)[0]))
        if echo is not None:
            self._echoes.append(echo)

    def _value(self, control: Control, samples: Floats) -> Floats:
        moved = self._controls.get(control)
        if moved is None:
            return np.full(len(samples), CONTROL_REST[control])
        return moved.at(self._clock.beat_at(samples))

    def _gain(self, control: Control, start: int) -> Floats:
        """A control at each sample of a frame, smoothed."""
        half = SMOOTHING // 2
        values = self._value(control, np.arange(start - half, start + FRAME + half, dtype=float))
        if np.all(values == values[0]):
            return values[half:-half]
        return np.asarray(scipy.ndimage.uniform_filter1d(values, SMOOTHING)[half:-half])
