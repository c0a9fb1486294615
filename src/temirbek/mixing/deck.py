"""One deck: the tracks that are played on it one after the other, through trim, isolator, filter, fader and sends."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from temirbek.audio import AudioReader, open_audio
from temirbek.mixing.clock import SAMPLE_RATE_HZ, MixClock, Samples, SourceMap
from temirbek.mixing.echo import Echo
from temirbek.mixing.isolator import DELAY, isolated
from temirbek.mixing.lanes import Gain, Lane
from temirbek.mixing.reverb import Reverb
from temirbek.mixing.stretch import PlaySound
from temirbek.mixing.sweep import Sweep
from temirbek.types import CONTROLS, Automation, Control, Play, TrackAnalysis

FRAME = 15360
"""Samples (0.32 s) that are worked on at once: all work is done on this grid, whoever reads and writes in which blocks.
Frame k begins at mix sample k · FRAME. Whole steps of :data:`temirbek.mixing.sweep.STEP`, and whole 1/50 s."""
EDGE_S = 0.006
"""A part fades in over this time before its first beat and out over it after its last, so that nothing clicks."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Cued:
    """A play with its track."""

    play: Play
    track: TrackAnalysis


class _Running:
    """A play as it sounds: from its first to its last sample on the mix's timeline."""

    def __init__(self, cued: Cued, clock: MixClock) -> None:
        edge = round(EDGE_S * SAMPLE_RATE_HZ)
        self._source = SourceMap(play=cued.play, track_grid=cued.track.beat_grid, clock=clock)
        self.start = int(np.floor(self._source.start)) - edge
        self.stop = int(np.floor(self._source.stop)) + edge
        self._edge = edge
        self._path = cued.track.track.path
        self._gain = 10 ** (cued.play.gain_db / 20)
        self._reader: AudioReader | None = None
        self._sound: PlaySound | None = None

    def add_inplace(self, out: Samples, start: int) -> None:
        """Adds what sounds from mix sample ``start`` on to ``out``, shape (2, n)."""
        first, last = max(start, self.start), min(start + out.shape[1], self.stop)
        if first >= last:
            return
        if self._sound is None:
            self._reader = open_audio(self._path, SAMPLE_RATE_HZ)
            self._sound = PlaySound(self._reader, self._source, self.start, self.stop)
        sound = self._sound.read(first, last)
        out[:, first - start : last - start] += sound * self._level(first, last)

    def _level(self, first: int, last: int) -> Gain:
        """The play's gain, faded at its edges."""
        if first >= self.start + self._edge and last <= self.stop - self._edge:
            return self._gain
        at = np.arange(first, last)
        near_end = np.minimum(at - self.start, self.stop - 1 - at) / self._edge
        return np.asarray(self._gain * np.sin(np.pi / 2 * np.clip(near_end, 0.0, 1.0)) ** 2, dtype=np.float32)

    def close(self) -> None:
        if self._reader is not None:
            self._reader.close()
            self._reader = self._sound = None


class DeckSound:
    """Everything that leaves one deck, frame by frame; frames are numbered from the first sample of the mix.

    Where it begins changes no sample: whatever rings on at ``first_frame`` is heard from where it began.
    """

    def __init__(
        self, cued: Sequence[Cued], automation: Sequence[Automation], clock: MixClock, first_frame: int = 0
    ) -> None:
        moved = {a.control: a for a in automation}
        self._lanes = {control: Lane(control, moved.get(control), clock) for control in CONTROLS}
        self._running = [_Running(c, clock) for c in cued]
        self._sweep, self._echo, self._reverb = Sweep(), Echo(clock), Reverb(FRAME)
        self._rings_on = max(self._reverb.memory(FRAME), -(-self._echo.memory(clock) // FRAME))
        self._frame = self._at_rest_before(first_frame)
        self._raw_at = self._frame * FRAME - DELAY
        self._ahead = self._raw(2 * DELAY, is_heard=self._is_heard(self._frame))
        while self._frame < first_frame:
            self.next_frame()

    def next_frame(self) -> Samples:
        """The next :data:`FRAME` samples, float32, shape (2, FRAME)."""
        frame = self._frame
        self._frame += 1
        is_heard = self._is_heard(frame)
        sound = np.concatenate([self._ahead, self._raw(FRAME, is_heard or self._is_heard(frame + 1))], axis=1)
        self._ahead = sound[:, FRAME:].copy()
        out = (
            self._faded(sound, frame) if is_heard and sound.any() else np.zeros((2, FRAME), dtype=np.float32)
        )
        sent = {control: self._sent(out, control, frame) for control in ("echo", "reverb")}
        self._echo.add_inplace(out, sent["echo"], frame * FRAME)
        self._reverb.add_inplace(out, sent["reverb"])
        return out

    def close(self) -> None:
        """Lets go of all files."""
        for running in self._running:
            running.close()

    def _faded(self, sound: Samples, frame: int) -> Samples:
        low, mid, high, knob, fader = (self._at(c, frame) for c in ("low", "mid", "high", "filter", "fader"))
        return np.asarray(self._sweep(isolated(sound, low, mid, high), knob) * fader, dtype=np.float32)

    def _sent(self, out: Samples, control: Control, frame: int) -> Samples | None:
        send = self._at(control, frame)
        return None if isinstance(send, float) and send == 0 else np.asarray(out * send, dtype=np.float32)

    def _raw(self, n: int, is_heard: bool) -> Samples:
        """The next samples before isolator and fader; silence if nobody will hear them."""
        start, stop = self._raw_at, self._raw_at + n
        self._raw_at = stop
        sound = np.zeros((2, n), dtype=np.float32)
        for running in [r for r in self._running if r.start < stop]:
            if is_heard:
                running.add_inplace(sound, start)
            if running.stop <= stop:
                running.close()
                self._running.remove(running)
        trim = self._lanes["trim"].over(start, n)
        return sound if isinstance(trim, float) and trim == 1 else np.asarray(sound * trim, dtype=np.float32)

    def _at(self, control: Control, frame: int) -> Gain:
        return self._lanes[control].over(frame * FRAME, FRAME)

    def _is_heard(self, frame: int) -> bool:
        """Whether the fader is up anywhere in a frame."""
        return not self._lanes["fader"].is_zero_over(frame * FRAME, FRAME)

    def _at_rest_before(self, frame: int) -> int:
        """The last frame up to ``frame`` at which the filter stands open and nothing rings on."""
        while frame > 0 and not self._is_at_rest(frame):
            frame -= 1
        return frame

    def _is_at_rest(self, frame: int) -> bool:
        start = max(0, frame - self._rings_on) * FRAME
        sends = [self._lanes[c].is_zero_over(start, frame * FRAME - start) for c in ("echo", "reverb")]
        return self._lanes["filter"].is_zero_over((frame - 1) * FRAME, FRAME) and all(sends)
