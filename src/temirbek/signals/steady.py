"""A beat that others may follow: it goes where a source says, but never jumps there.

Whatever measures a beat makes steps: a tempo found anew, a phase put right. Robots and decks cannot. Between the two
stands a :class:`Steady` beat: its phase is continuous, its tempo differs from the source's by at most
:data:`MOST_SHARE`, and changes by at most :data:`CHANGE_PER_S` in a second.
"""

from dataclasses import dataclass

MOST_SHARE = 0.05
"""So much faster or slower than its source a steady beat may go to come into phase."""
CHANGE_PER_S = 0.2
"""So much of itself its tempo may change in a second."""
SOON_BEATS = 1.0
"""A difference in phase is taken up in about so many beats."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Beat:
    """A beat line: where the beat is at one instant, and how fast it goes.

    Attributes:
        beat: Position; whole numbers are beats, multiples of the bar's length are downbeats.
        host_s: When it is there [s].
        tempo_bpm: Beats per minute, > 0.
    """

    beat: float
    host_s: float
    tempo_bpm: float

    def at(self, host_s: float) -> float:
        """The position at an instant [host_s]."""
        return self.beat + (host_s - self.host_s) * self.tempo_bpm / 60.0

    def when(self, beat: float) -> float:
        """The instant of a position [host_s]."""
        return self.host_s + (beat - self.beat) * 60.0 / self.tempo_bpm

    def moved(self, beats: float) -> "Beat":
        """The same line, counted otherwise."""
        return Beat(beat=self.beat + beats, host_s=self.host_s, tempo_bpm=self.tempo_bpm)


class Steady:
    """Follows a beat line smoothly.

    Attributes:
        now: Where it is; None before it has followed anything.
    """

    def __init__(self) -> None:
        self.now: Beat | None = None

    def set(self, beat: Beat) -> None:
        """Begins anew: for a source that was started again, not for one that drifts."""
        self.now = beat

    def follow(self, source: Beat, host_s: float) -> Beat:
        """The steady beat at an instant.

        Args:
            source: What is followed.
            host_s: Now; never goes back [s].
        """
        if self.now is None or host_s <= self.now.host_s:
            self.now = self.now or source
            return self.now
        dt_s = host_s - self.now.host_s
        here = self.now.at(host_s)
        lag = source.at(host_s) - here
        goal = source.tempo_bpm * (1.0 + _clipped(lag / SOON_BEATS, MOST_SHARE))
        step = CHANGE_PER_S * dt_s * self.now.tempo_bpm
        tempo_bpm = self.now.tempo_bpm + _clipped(goal - self.now.tempo_bpm, step)
        self.now = Beat(beat=here, host_s=host_s, tempo_bpm=tempo_bpm)
        return self.now


def _clipped(value: float, most: float) -> float:
    return max(-most, min(most, value))
