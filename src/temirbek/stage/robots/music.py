"""The music as the loop hears it: where it is at the instant at which a command lands, at which speed, on which beat.

The shared clock tells which mix time sounds when. A :class:`Follower` walks along with it: small differences (a reading's
jitter, a step that came late) are taken up gently, so that velocities stay smooth; a difference too large for that is a jump,
and a jump begins a new *epoch*: what was danced before it has lost its music and must be left.
"""

from dataclasses import dataclass
from pathlib import Path

from temirbek.errors import DeviceLost
from temirbek.stage.clock import ClockReading, HumanBeat, SharedClock
from temirbek.types import BeatGrid

SOON_S = 0.06
"""Time in which a small difference is taken up."""
FASTEST = 0.12
"""How much faster or slower than the music the way to it may be."""
JUMP_S, JUMP_BEATS = 0.2, 0.35
"""Differences from which the music has gone elsewhere."""
EVERY_STEPS = 5
"""Control steps from one look at the clock to the next: its map is good for much longer."""
SILENT_AFTER_S = 1.0
"""A clock that was not written for so long belongs to a sound process that has died."""
LOST_BEAT_S = 4.0
"""A human's beat is believed for so long after it was told."""


class Follower:
    """Walks along with a quantity that others tell: smooth, never more than a little away.

    Args:
        jump: Difference from which it is not followed but begun anew.
    """

    def __init__(self, jump: float) -> None:
        self._jump = jump
        self.position, self.speed, self.epoch = 0.0, 0.0, 0
        self._rate = 0.0

    def follow(self, target: float, rate: float, dt: float) -> None:
        """One step.

        Args:
            target: Where it is now, by what was told.
            rate: How much it grows in a second, by what was told.
            dt: Time since the last step [s].
        """
        self._rate += min(1.0, dt / SOON_S) * (rate - self._rate)
        expected = self.position + self._rate * dt
        error = target - expected
        if self.epoch == 0 or abs(error) > self._jump:
            self.epoch += 1
            self.position, self.speed, self._rate = target, rate, rate
            return
        most = FASTEST * max(abs(rate), 0.2)
        self.speed = self._rate + min(most, max(-most, error / SOON_S))
        self.position += self.speed * dt


@dataclass(frozen=True, slots=True, kw_only=True)
class Moment:
    """The music at the instant at which a command lands.

    Attributes:
        host_s: That instant [s].
        is_playing: Whether the mix moves.
        programme: What plays.
        mix_s, rate: Mix time, and mix seconds per second.
        epoch: Grows whenever the mix jumps.
        has_beat: Whether a beat is known.
        beat, beats_per_s: Beat position, and tempo.
        beats_per_bar: Of the leading music.
        beat_epoch: Grows whenever the beat jumps.
    """

    host_s: float
    is_playing: bool = False
    programme: str = ""
    mix_s: float = 0.0
    rate: float = 0.0
    epoch: int = 0
    has_beat: bool = False
    beat: float = 0.0
    beats_per_s: float = 0.0
    beats_per_bar: int = 4
    beat_epoch: int = 0


class Music:
    """Hears the shared clock.

    Args:
        path: Of the clock; it need not be there yet.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._clock: SharedClock | None = None
        self._reading: ClockReading | None = None
        self._human = HumanBeat()
        self._steps = 0
        self._mix, self._beat = Follower(JUMP_S), Follower(JUMP_BEATS)
        self._grids: dict[str, BeatGrid] = {}
        self._before_s = 0.0

    def know_beats(self, programme: str, grid: BeatGrid) -> None:
        """Learns the beats of a programme, on its mix time; ``""`` is any other's."""
        self._grids[programme] = grid

    def at(self, host_s: float, dt: float) -> Moment:
        """The music at an instant [host_s], one control step of ``dt`` [s] after the last."""
        if self._steps % EVERY_STEPS == 0:
            self._look()
        self._steps += 1
        reading = self._reading
        if reading is None or reading.age_s > SILENT_AFTER_S:
            return self._by_ear(host_s, dt, Moment(host_s=host_s, epoch=self._mix.epoch))
        span = reading.span_at(host_s)
        rate = span.rate if span.is_playing else 0.0
        self._mix.follow(reading.mix_at(host_s), rate, dt)
        is_playing = span.is_playing and reading.device.frame_at(host_s) >= span.frame
        heard = Moment(
            host_s=host_s,
            is_playing=is_playing,
            programme=span.programme,
            mix_s=self._mix.position,
            rate=self._mix.speed if is_playing else 0.0,
            epoch=self._mix.epoch,
        )
        return self._by_ear(host_s, dt, heard)

    def _by_ear(self, host_s: float, dt: float, heard: Moment) -> Moment:
        """The same moment, with its beat: the human's who leads, or that of the mix."""
        human = self._human
        if human.leader == "human" and human.tempo_bpm > 0.0 and host_s - human.written_s < LOST_BEAT_S:
            beat, beats_per_s, per_bar = human.beat_at(host_s), human.tempo_bpm / 60.0, 4
        else:
            grid = self._grids.get(heard.programme) or self._grids.get("")
            if grid is None or not heard.is_playing:
                return heard
            beat = float(grid.beat_at(heard.mix_s)) - grid.first_downbeat
            beats_per_s = float(grid.tempo_at(beat + grid.first_downbeat)) / 60.0 * heard.rate
            per_bar = grid.beats_per_bar
        self._beat.follow(beat, beats_per_s, dt)
        return Moment(
            host_s=host_s,
            is_playing=heard.is_playing,
            programme=heard.programme,
            mix_s=heard.mix_s,
            rate=heard.rate,
            epoch=heard.epoch,
            has_beat=True,
            beat=self._beat.position,
            beats_per_s=self._beat.speed,
            beats_per_bar=per_bar,
            beat_epoch=self._beat.epoch,
        )

    def mix_at(self, host_s: float) -> float:
        """The mix time that sounds at an instant, by the newest reading; NaN while nothing plays."""
        reading = self._reading
        if reading is None or not reading.span_at(host_s).is_playing:
            return float("nan")
        return reading.mix_at(host_s)

    def _look(self) -> None:
        try:
            if self._clock is None:
                self._clock = SharedClock.open(self._path)
            self._reading, self._human = self._clock.read(), self._clock.read_human()
        except DeviceLost:
            self._reading = None

    def close(self) -> None:
        """Lets go of the clock."""
        if self._clock is not None:
            self._clock.close()
