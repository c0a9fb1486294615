"""Ableton Link: one tempo and one bar for all programs on the network that take part.

The binding is GPL and an extra: it is imported here only, and only where the venue asks for a session. Link's own clock is
mapped to the host's at every use, since the two may run at slightly different rates.
"""

import time
from typing import Any

from temirbek.errors import DeviceLost
from temirbek.signals.steady import Beat

QUANTUM = 4.0
"""Beats that all take part in: a bar."""
PLACED_ANEW_BEATS = 0.05
"""A session that is further from our beat is placed anew; a smaller difference is drawn in."""
DRAWN_IN_BEATS = 8.0
MOST_DRAW = 0.002
LEAST_CHANGE_BPM = 0.05
"""Every change is told to all peers: half a thousandth is left as it is (a difference of 2 ms is drawn in, less is not)."""


class LinkSession:
    """Our place in a session.

    Args:
        tempo_bpm: To begin with, if nobody else is there.

    Raises:
        DeviceLost: The extra is not installed.
    """

    def __init__(self, tempo_bpm: float = 120.0) -> None:
        try:
            import link
        except ImportError as error:
            raise DeviceLost(
                f"Ableton Link is not installed here ({error}): the extra temirbek[link]"
            ) from error
        self._link: Any = link.Link(tempo_bpm)
        self._link.startStopSyncEnabled = True
        self._link.enabled = True

    @property
    def n_peers(self) -> int:
        """How many others take part."""
        return int(self._link.numPeers())

    @property
    def is_playing(self) -> bool:
        """Whether somebody has started."""
        return bool(self._link.captureSessionState().isPlaying())

    def beat(self, host_s: float) -> Beat:
        """The session's beat at an instant [host_s]; multiples of four are downbeats."""
        state = self._link.captureSessionState()
        beat = state.beatAtTime(self._micros(host_s), QUANTUM)
        return Beat(beat=float(beat), host_s=host_s, tempo_bpm=float(state.tempo()))

    def lead(self, beat: Beat, host_s: float) -> None:
        """Draws the session to our beat: our sound device leads, as an outer clock does.

        Args:
            beat: Ours.
            host_s: Now [s].
        """
        state = self._link.captureSessionState()
        micros = self._micros(host_s)
        lag = beat.at(host_s) - float(state.beatAtTime(micros, QUANTUM))
        lag -= round(lag / QUANTUM) * QUANTUM
        is_near = abs(lag) <= PLACED_ANEW_BEATS
        draw = min(MOST_DRAW, max(-MOST_DRAW, lag / DRAWN_IN_BEATS)) if is_near else 0.0
        tempo_bpm = beat.tempo_bpm * (1.0 + draw)
        if abs(float(state.tempo()) - tempo_bpm) > LEAST_CHANGE_BPM:
            state.setTempo(tempo_bpm, micros)
        elif is_near:
            return
        if not is_near:
            state.forceBeatAtTime(beat.at(host_s), micros, QUANTUM)
        self._link.commitSessionState(state)

    def play(self, is_playing: bool, host_s: float) -> None:
        """Tells everybody that it starts or stops."""
        state = self._link.captureSessionState()
        if bool(state.isPlaying()) != is_playing:
            state.setIsPlaying(is_playing, self._micros(host_s))
            self._link.commitSessionState(state)

    def close(self) -> None:
        """Leaves."""
        self._link.enabled = False

    def _micros(self, host_s: float) -> int:
        """An instant of the host's clock as Link counts it."""
        before_s = time.monotonic()
        micros = int(self._link.clock().micros())
        now_s = (before_s + time.monotonic()) / 2
        return micros + round((host_s - now_s) * 1e6)
