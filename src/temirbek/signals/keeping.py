"""Keeps a deck in phase with a beat that somebody else leads.

The deck answers late: a new speed sounds about half a second after it was asked for, and is approached in steps. So the
controller looks at where both will be when its command begins to count. The proportional part asks for the speed that
takes up that difference within :data:`WITHIN_BEATS`; the integral part is the tempo itself, which is known (the human's
measured, the deck's from its grid) and need not be found by trying. The speed never leaves the tempo's own by more than
:data:`temirbek.signals.steady.MOST_SHARE`, so nothing ever jumps.
"""

from dataclasses import dataclass

from temirbek.signals.steady import MOST_SHARE, Beat

WITHIN_BEATS = 2.5
LEAST_RATE, MOST_RATE = 0.92, 1.08
"""What the sound process can do."""
DEAD_BEATS = 0.008
"""Differences of 4 ms at 120 BPM: nobody hears them, and every command costs work."""
DEAD_SHARE = 5e-4


@dataclass(frozen=True, slots=True, kw_only=True)
class Speed:
    """A command to the deck.

    Attributes:
        ratio: Deck seconds per second.
        lag_beats: By how much the deck will be behind when it begins to count.
        is_in_reach: Whether the deck can go as fast as the other.
    """

    ratio: float
    lag_beats: float
    is_in_reach: bool


def octave(tempo_bpm: float, native_bpm: float) -> float:
    """Deck beats per leader's beat: 1, or 2 or 0.5 where the leader counts half or double."""
    return min((1.0, 2.0, 0.5), key=lambda k: abs(tempo_bpm * k / native_bpm - 1.0))


def speed_for(leader: Beat, deck: Beat, native_bpm: float, at_s: float) -> Speed:
    """The speed that brings a deck into phase.

    Args:
        leader: The beat to follow.
        deck: Where the deck is, as its commands so far make it go.
        native_bpm: The deck's tempo at speed 1.
        at_s: When a command that is given now begins to count [host_s].
    """
    per_beat = octave(leader.tempo_bpm, native_bpm)
    there = leader.at(at_s) * per_beat
    lag = there - deck.at(at_s)
    lag -= round(lag)
    ratio = leader.tempo_bpm * per_beat / native_bpm
    push = min(MOST_SHARE, max(-MOST_SHARE, lag / WITHIN_BEATS))
    wanted = ratio * (1.0 + (push if abs(lag) > DEAD_BEATS else 0.0))
    return Speed(
        ratio=min(MOST_RATE, max(LEAST_RATE, wanted)),
        lag_beats=lag,
        is_in_reach=LEAST_RATE <= ratio <= MOST_RATE,
    )


def is_worth(speed: Speed, now: float) -> bool:
    """Whether a command is worth its work, where the deck is to go at ``now`` already."""
    return abs(speed.ratio - now) > DEAD_SHARE
