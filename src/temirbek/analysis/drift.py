"""A tempo that wanders by less than a per cent: too little to be heard as another tempo, too much for a straight grid.

A band without a click keeps its tempo within a per cent or so, and is yet tens of milliseconds away from any straight line
after a few bars. Window by window (:mod:`temirbek.analysis.steadiness`) attacks vote for a phase at the pulse's
harmonics. The path of delays is sought that brings the votes of all windows together while it moves slowly (Viterbi's
algorithm), first by the slower harmonics, which tell far from near, then by all of them; each time with a better idea
of the common phase. Music from a machine gains nothing by any path (3 % at most over the music it was tried on), however
its sections differ; a band gains 8 % and more.
"""

import numpy as np
import scipy.signal
from numpy.typing import NDArray

from temirbek.analysis.onsets import Onsets
from temirbek.analysis.paths import smoothest_path
from temirbek.analysis.steadiness import votes_of, windows_of

Floats = NDArray[np.float64]

HARMONICS = (1, 2, 4, 8)
SLOWER = 3
"""So many harmonics find the path; all of them make it exact."""
REACH_S = 0.18
GRAIN_S = 0.003
MOST_STEP_S = 0.045
"""How far the delay may move from one window to the next, six seconds later: 0.75 % of tempo."""
STEP_COST = 0.012
"""Cost of moving by one grain, against votes that are at most one a harmonic."""
ROUNDS = 3
LEAST_RANGE_S = 0.018
"""A path that bends by less than this is a straight grid's own scatter."""
LEAST_GAIN = 0.06
"""Share by which the path must strengthen the votes."""
FEWEST_WINDOWS = 5


Drift = tuple[Floats, Floats]
"""Instants [s], and how much later than a straight pulse attacks come there [s]."""


def straightened(onsets: Onsets, drift: Drift) -> Onsets:
    """The attacks as they would have come without the drift."""
    return Onsets(times_s=onsets.times_s - np.interp(onsets.times_s, *drift), strengths=onsets.strengths)


def slow_drift(onsets: Onsets, pulse_bpm: float, duration_s: float) -> Drift | None:
    """How much later than a straight pulse the attacks come, over time.

    Args:
        onsets: Attacks of the whole recording.
        pulse_bpm: The straight pulse [beats per minute].
        duration_s: Length of the recording [s].

    Returns:
        Instants [s] and delays there [s], both of shape (w,); None where a straight pulse serves as well.
    """
    windows = windows_of(onsets, duration_s)
    if len(windows) < FEWEST_WINDOWS:
        return None
    frequencies_hz = np.array(HARMONICS) * pulse_bpm / 60
    votes = np.array([votes_of(window, frequencies_hz) for _, window in windows])
    most = round(MOST_STEP_S / GRAIN_S)
    step_costs = STEP_COST * np.abs(np.arange(-most, most + 1))
    lags_s = np.arange(-REACH_S, REACH_S + GRAIN_S / 2, GRAIN_S)
    turns = np.exp(-2j * np.pi * np.outer(lags_s, frequencies_hz))
    delays_s = np.zeros(len(votes))
    for n in [SLOWER] * ROUNDS + [len(HARMONICS)] * ROUNDS:
        common = (votes * np.exp(-2j * np.pi * np.outer(delays_s, frequencies_hz))).mean(axis=0)
        direction = common / np.maximum(np.abs(common), 1e-12)
        scores = (votes[:, None, :n] * turns[None, :, :n] * direction[:n].conj()).real.sum(axis=2)
        delays_s = lags_s[smoothest_path(scores, step_costs)]
    straight = _together(votes, frequencies_hz, np.zeros(len(votes)))
    gain = _together(votes, frequencies_hz, delays_s) / max(straight, 1e-12) - 1
    bend_s = scipy.signal.detrend(delays_s)
    if np.ptp(bend_s) < LEAST_RANGE_S or gain < LEAST_GAIN:
        return None
    return np.array([center_s for center_s, _ in windows]), delays_s


def _together(votes: NDArray[np.complex128], frequencies_hz: Floats, delays_s: Floats) -> float:
    """Length of the mean vote, over all harmonics, when each window is moved by its delay."""
    moved = votes * np.exp(-2j * np.pi * np.outer(delays_s, frequencies_hz))
    return float(np.abs(moved.mean(axis=0)).sum())
