"""Beats of a recording whose tempo varies: a path through the tempogram, then beat by beat.

Dynamic programming places beats on strong attacks at intervals near the local period (Ellis 2007), here with a
period that changes over time. Each beat then moves to the attack next to it, and a short parabola through its
neighbours takes out the scatter: players waver slowly, detections waver at once.
"""

import numpy as np
from numpy.typing import NDArray

from temirbek.analysis.grid import EARLY_S, KICK_TWICE
from temirbek.analysis.pulse import FASTEST_BPM
from temirbek.analysis.slots import SLOTS_PER_BEAT
from temirbek.audio import AttackEnvelope

Floats = NDArray[np.float64]

COARSE_HZ = 172.0
TIGHTNESS = 300.0
"""How much a deviation from the local period costs against attack strength in standard deviations."""
NEAR_S = 0.03
SMOOTHING_BEATS = 4


def varying_lattice(
    centers_s: Floats, pulses_bpm: Floats, envelope: AttackEnvelope, duration_s: float
) -> tuple[Floats, list[float]]:
    """Half beats of the fastest tempo along a path of pulses.

    Args:
        centers_s, pulses_bpm: The pulse over time, shapes (w,).
        envelope: Attacks.
        duration_s: Length of the recording [s].

    Returns:
        Half beats [s], increasing, within the recording; and the median tempi considered, slowest first.
    """
    median_bpm = float(np.median(pulses_bpm))
    is_doubled = 2 * median_bpm <= FASTEST_BPM
    tempi_bpm = [median_bpm, 2 * median_bpm] if is_doubled else [median_bpm]
    periods_s = 60 / (pulses_bpm * (2 if is_doubled else 1))
    beats_s = _smoothed(_near_attacks(_beat_path(centers_s, periods_s, envelope, duration_s), envelope))
    return _halved(beats_s, duration_s), tempi_bpm


def _beat_path(centers_s: Floats, periods_s: Floats, envelope: AttackEnvelope, duration_s: float) -> Floats:
    """The sequence of frames that collects the most attack strength at nearly regular steps [s]."""
    step = max(1, round(envelope.rate_hz / COARSE_HZ))
    strength = np.sqrt(envelope.combined(KICK_TWICE)).astype(float)
    strength = strength[: len(strength) // step * step].reshape(-1, step).max(axis=1)
    rate_hz = envelope.rate_hz / step
    strength = (strength - strength.mean()) / max(float(strength.std()), 1e-9)
    periods = np.interp(np.arange(len(strength)) / rate_hz, centers_s, periods_s) * rate_hz
    shortest, longest = int(0.7 * periods.min()), int(np.ceil(1.4 * periods.max()))
    lags = np.arange(longest, shortest - 1, -1)
    log_lags = np.log(lags)
    score = np.zeros(len(strength) + longest)  # shifted by ``longest``: before the start nothing is scored
    came_from = np.full(len(strength), -1)
    for frame in range(len(strength)):
        options = score[frame + longest - lags] - TIGHTNESS * (log_lags - np.log(periods[frame])) ** 2
        best = int(options.argmax())
        score[frame + longest] = strength[frame] + max(0.0, float(options[best]))
        if options[best] > 0:
            came_from[frame] = frame - lags[best]
    last_frames = score[longest:][-round(periods[-1]) :]
    path = [len(strength) - len(last_frames) + int(last_frames.argmax())]
    while came_from[path[-1]] >= 0:
        path.append(int(came_from[path[-1]]))
    return (np.array(path[::-1]) + 0.5) / rate_hz


def _near_attacks(beats_s: Floats, envelope: AttackEnvelope) -> tuple[Floats, Floats]:
    """Each beat moved to the strongest attack within 30 ms, with that attack's strength."""
    strength = envelope.combined(KICK_TWICE)
    reach = round(NEAR_S * envelope.rate_hz)
    frames = np.round(beats_s * envelope.rate_hz).astype(int)[:, None] + np.arange(-reach, reach + 1)
    frames = frames.clip(0, len(strength) - 1)
    around = strength[frames]
    chosen = around.argmax(axis=1)
    rows = np.arange(len(beats_s))
    return frames[rows, chosen] / envelope.rate_hz + EARLY_S, around[rows, chosen].astype(float)


def _smoothed(beats: tuple[Floats, Floats]) -> Floats:
    """Local parabolas through each beat's neighbours, strong attacks counting more."""
    times_s, strengths = beats
    n = len(times_s)
    if n < 2 * SMOOTHING_BEATS + 1:
        return times_s
    weights = np.sqrt(np.minimum(strengths, np.median(strengths)) + 1e-3)
    out = np.empty(n)
    for beat in range(n):
        first = min(max(0, beat - SMOOTHING_BEATS), n - 2 * SMOOTHING_BEATS - 1)
        near = np.arange(first, first + 2 * SMOOTHING_BEATS + 1)
        curve = np.polyfit(near - beat, times_s[near], 2, w=weights[near])
        out[beat] = curve[-1]
    return np.asarray(np.maximum.accumulate(out + np.arange(n) * 1e-9))


def _halved(beats_s: Floats, duration_s: float) -> Floats:
    """The half beats between beats, continued at both ends over the whole recording [s]."""
    before_s, after_s = beats_s[1] - beats_s[0], beats_s[-1] - beats_s[-2]
    head = np.arange(beats_s[0], 0.0, -before_s)[:0:-1]
    tail = np.arange(beats_s[-1], duration_s, after_s)[1:]
    every = np.concatenate([head, beats_s, tail])
    steps = np.arange((len(every) - 1) * SLOTS_PER_BEAT + 1) / SLOTS_PER_BEAT
    return np.asarray(np.interp(steps, np.arange(len(every)), every))
