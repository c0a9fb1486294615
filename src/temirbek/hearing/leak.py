"""What of the known mix is left after cancelling, and what the hall is without people: the noise against which they are heard.

Late reverberation and a loudspeaker that distorts leave a rest that least squares cannot take away. It rises and falls with
the echo: for each band a slow quantile of rest over echo says how much (the "leak"). Besides there is a floor: the least
that is heard in some seconds (minimum statistics, Martin 2001). What the hall lets hear is what stands above both.
"""

import numpy as np
from numpy.typing import NDArray

from temirbek.hearing.spectra import FRAME_S, N_BANDS, WINDOW

Powers = NDArray[np.float64]

LEAST = WINDOW / 3 * (2.0**-15) ** 2 / 12
"""The step of 16 bit as noise: softer is nothing."""
FIRST_LEAK = 0.0
"""Natural logarithm: before anything is known all of the echo may be left."""
LEAST_LEAK, MOST_LEAK = np.log(1e-4), 0.0
QUANTILE = 0.4
STEP_PER_S = 0.8
"""How fast the leak is learnt [natural logarithm per s] …"""
EAGER_S, EAGER = 6.0, 4.0
"""… and so much faster while the canceller still learns the room."""
TAIL_PER_FRAME = 0.92
"""The echo fades no faster in rooms that matter (60 dB in 2.7 s)."""
SMOOTH = 0.85
RISE_PER_S = 0.12
FIRST_FLOOR_S = 0.4
ABOVE_FLOOR = 3.0
MOST_HELD_S = 40.0
NEW_S = 1.2
"""A band in which the mix has sounded for less is not learnt: as much of it may be heard as of the others before cancelling."""
SOUNDS, MUCH_LOUDER = 0.05, 30.0
"""A band sounds at this share of its loudest, and is new again when it is so much louder than ever [powers]."""
GAIN_KEPT = 0.995


class Leak:
    """Says frame by frame how much would be heard if nobody made a sound."""

    def __init__(self) -> None:
        self._echo = np.zeros(N_BANDS)
        self._leak = np.full(N_BANDS, FIRST_LEAK)
        self._told_s = np.zeros(N_BANDS)
        self._floor = np.zeros(N_BANDS)
        self._smooth = np.zeros(N_BANDS)
        self._age_s = 0.0
        self._held_s = 0.0
        self._played = np.zeros(N_BANDS)
        self._most = np.zeros(N_BANDS)
        self._sounded_s = np.zeros(N_BANDS)
        self._taken, self._given = 0.0, 0.0

    def restart(self) -> None:
        """The canceller begins anew: all of the echo may be left again."""
        self._leak[:] = FIRST_LEAK
        self._told_s[:] = 0.0
        self._most[:] = 0.0
        self._sounded_s[:] = 0.0
        self._taken = self._given = 0.0

    def expect(self, rest: Powers, echo: Powers, played: Powers, is_held: bool) -> Powers:
        """One chunk.

        Args:
            rest, echo: Powers in bands of what is left and what was taken away, shape (frames, bands).
            played: Of the known mix, shape (frames, bands).
            is_held: Somebody is heard: what is learnt now would be them. Believed for :data:`MOST_HELD_S` in a row.

        Returns:
            The powers expected without people, shape (frames, bands), > 0.
        """
        self._held_s = self._held_s + len(rest) * FRAME_S if is_held else 0.0
        learns = self._held_s == 0.0 or self._held_s > MOST_HELD_S
        expected = np.zeros(rest.shape)
        for k in range(len(rest)):
            self._echo = np.maximum(TAIL_PER_FRAME * self._echo, echo[k])
            self._hear_floor(rest[k], learns)
            left = np.exp(self._leak) * self._echo
            expected[k] = left + self._not_learnt(played[k], echo[k]) + self._floor + LEAST
            if learns:
                self._hear_leak(rest[k], left)
        return expected

    def _not_learnt(self, played: Powers, echo: Powers) -> Powers:
        """What may be heard of the mix in bands in which it has hardly sounded yet: the canceller knows nothing of them.

        A song that begins with a bass line and brings its drums in later is no applause when they come.
        """
        self._taken = GAIN_KEPT * self._taken + float(echo.sum())
        self._given = GAIN_KEPT * self._given + float(played.sum())
        self._sounded_s[played > MUCH_LOUDER * self._most] = 0.0
        self._most = np.maximum(self._most, played)
        self._sounded_s += FRAME_S * (played > SOUNDS * self._most)
        self._played = np.maximum(TAIL_PER_FRAME * self._played, played)
        if self._given <= 0.0:
            return np.zeros(N_BANDS)
        is_new = np.clip(1.0 - self._sounded_s / NEW_S, 0.0, 1.0)
        return np.asarray(is_new * self._taken / self._given * self._played)

    def _hear_leak(self, rest: Powers, left: Powers) -> None:
        counts = left > ABOVE_FLOOR * self._floor + LEAST
        step = STEP_PER_S * FRAME_S * np.where(self._told_s < EAGER_S, EAGER, 1.0)
        over = rest > left
        change = np.where(over, QUANTILE, QUANTILE - 1.0) * step * 2
        self._leak = np.clip(np.where(counts, self._leak + change, self._leak), LEAST_LEAK, MOST_LEAK)
        self._told_s += counts * FRAME_S

    def _hear_floor(self, rest: Powers, learns: bool) -> None:
        self._age_s += FRAME_S
        if self._age_s <= FIRST_FLOOR_S:
            share = FRAME_S / self._age_s
            self._smooth += share * (rest - self._smooth)
            self._floor = self._smooth.copy()
            return
        self._smooth = SMOOTH * self._smooth + (1 - SMOOTH) * rest
        rise = np.exp(RISE_PER_S * FRAME_S) if learns else 1.0
        risen = np.minimum(self._floor * rise + (LEAST * 1e-3 if learns else 0.0), self._smooth)
        self._floor = np.where(
            self._smooth < self._floor, 0.8 * self._floor + 0.2 * self._smooth, np.maximum(risen, 0)
        )
