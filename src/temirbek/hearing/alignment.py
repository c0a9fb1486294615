"""How late the microphone hears what the reference plays, and how fast that changes.

Twice a second the last two seconds of both are compared by their cross-correlation with all frequencies alike loud
(GCC-PHAT: Knapp & Carter 1976). Its peak is the direct way from the loudspeaker. A first lock needs the same clear peak
in a row; from then on only the neighbourhood of what is expected is looked at, and a Kalman filter with two states
(delay, drift) makes a smooth line of the looks: two clocks that differ by 50 ppm move apart by 0.8 samples a second,
which would cost the canceller its high frequencies within seconds. A clear peak elsewhere, repeatedly, is believed: the
sound way was restarted.
"""

import numpy as np
from numpy.typing import NDArray

from temirbek.hearing.tape import Tape

RATE_HZ = 16_000
LOOK = 1 << 15
"""So many samples are compared."""
REACH = int(0.32 * RATE_HZ)
LOW_HZ, HIGH_HZ = 250.0, 7000.0
QUIET = 1e-6
"""A reference softer than this share of its loudest power says nothing."""
CLEAR = 9.0
"""A peak is clear at so many times the deviation of the rest."""
NEAR = 6
"""Once locked, a peak is looked for so near to where it is expected [samples]."""
SAME = 4.0
IN_A_ROW, ELSEWHERE_IN_A_ROW = 2, 4
LOOK_NOISE = 0.25
"""How exact one look is [samples]."""
DRIFT_FIRST = 50e-6 * RATE_HZ
DRIFT_WALK = 0.02
"""How much the drift may wander in a second [samples/s]."""
DELAY_WALK = 0.02
"""… and the delay besides [samples]: air that warms, a microphone that sways."""
MOST_DRIFT = 300e-6 * RATE_HZ


class Alignment:
    """Follows the delay of the microphone after the reference [samples]."""

    def __init__(self) -> None:
        frequencies_hz = np.fft.rfftfreq(2 * LOOK, 1 / RATE_HZ)
        self._in_band = (frequencies_hz >= LOW_HZ) & (frequencies_hz <= HIGH_HZ)
        self._taper = np.hanning(LOOK).astype(np.float32)
        self._loudest = 0.0
        self._state = np.zeros(2)
        self._spread = np.zeros((2, 2))
        self._at = 0
        self._others: list[float] = []
        self.is_locked = False
        self.looks = 0
        """How often the reference was loud enough to compare."""
        self.jumps = 0
        """How often the delay was found anew."""

    def delay(self, sample: int) -> float:
        """The delay expected at a sample of the microphone [samples]."""
        return float(self._state[0] + self._state[1] * (sample - self._at) / RATE_HZ)

    @property
    def drift_ppm(self) -> float:
        """How much slower the reference's clock seems [ppm]."""
        return float(self._state[1] / RATE_HZ * 1e6)

    def look(self, microphone: Tape, reference: Tape, end: int) -> None:
        """Compares the two seconds before a sample."""
        heard, played = (tape.read(end - LOOK, LOOK) for tape in (microphone, reference))
        power = float(np.mean(played.astype(np.float64) ** 2))
        self._loudest = max(self._loudest, power)
        if power <= QUIET * self._loudest or not heard.any():
            return
        self.looks += 1
        correlation = self._correlation(heard, played)
        deviation = float(np.std(correlation))
        middle = end - LOOK // 2
        best = int(np.argmax(correlation))
        if self.is_locked:
            expected = self.delay(middle)
            near = round(expected) + REACH
            low = int(np.clip(near - NEAR, 1, len(correlation) - 2))
            high = int(np.clip(near + NEAR + 1, low + 1, len(correlation) - 1))
            here = low + int(np.argmax(correlation[low:high]))
            if correlation[here] > 0.6 * CLEAR * deviation:
                self._correct(_peak(correlation, here) - REACH, middle)
        if correlation[best] > CLEAR * deviation:
            self._consider(_peak(correlation, best) - REACH, middle)

    def _correlation(self, heard: NDArray[np.float32], played: NDArray[np.float32]) -> NDArray[np.float64]:
        """Correlation at delays −REACH … REACH [samples]."""
        y = np.fft.rfft(heard * self._taper, 2 * LOOK)
        x = np.fft.rfft(played * self._taper, 2 * LOOK)
        cross = y * x.conj()
        size = np.abs(cross)
        cross = np.where(self._in_band & (size > 0), cross / np.maximum(size, 1e-30), 0.0)
        whole = np.fft.irfft(cross)
        return np.concatenate([whole[-REACH:], whole[: REACH + 1]])

    def _consider(self, delay: float, middle: int) -> None:
        """A clear peak anywhere: believed when it comes again and again and is not where we are."""
        if self.is_locked and abs(delay - self.delay(middle)) <= NEAR:
            self._others.clear()
            return
        if self._others and abs(delay - self._others[-1]) > SAME:
            self._others.clear()
        self._others.append(delay)
        if len(self._others) >= (ELSEWHERE_IN_A_ROW if self.is_locked else IN_A_ROW):
            self._others.clear()
            drift = self._state[1] if self.is_locked else 0.0
            self._state = np.array([delay, drift])
            self._spread = np.diag([LOOK_NOISE**2, DRIFT_FIRST**2])
            self._at = middle
            self.is_locked = True
            self.jumps += 1

    def _correct(self, delay: float, middle: int) -> None:
        seconds = (middle - self._at) / RATE_HZ
        moved = np.array([[1.0, seconds], [0.0, 1.0]])
        state = moved @ self._state
        walk = np.diag([DELAY_WALK**2 * seconds, DRIFT_WALK**2 * seconds])
        spread = moved @ self._spread @ moved.T + walk
        # Looks overlap four times, so each counts for less than it says.
        gain = spread[:, 0] / (spread[0, 0] + 4 * LOOK_NOISE**2)
        state = state + gain * (delay - state[0])
        state[1] = np.clip(state[1], -MOST_DRIFT, MOST_DRIFT)
        self._state = state
        self._spread = spread - np.outer(gain, spread[0])
        self._at = middle


def _peak(values: NDArray[np.float64], at: int) -> float:
    """Where a peak lies between samples (a parabola through three)."""
    if not 0 < at < len(values) - 1:
        return float(at)
    left, here, right = values[at - 1 : at + 2]
    bend = left - 2 * here + right
    return float(at + (0.5 * (left - right) / bend if bend < 0 else 0.0))
