"""Where the decks' beats really are, heard in the decks' own sound.

Whether two records are together cannot be asked of the program that laid them on top of each other. So the beats
of each deck are found again in its stem, from its attacks, for one stretch of a few dozen beats at a time:

1. *attacks*: peaks of the rise of the level in one band, each moved to the instant at which the signal changes
   from before to after, by the criterion with which seismologists pick the arrival of a wave (Maeda 1985,
   Zisin 38: minimise k·log var(before) + (n − k)·log var(after));
2. *the grid*: the tempo and its slope for which the attacks fall best on beats, halves and quarters of beats;
3. *which quarter is the beat*: the one nearest to the mix's beat, unless the low end clearly strikes on another. On
   a deck whose bass is killed that is heard in the part that the deck plays alone, just before or after;
4. *the beats*: a robust parabola through the attacks that lie on beats and half beats.

The mix's grid serves as the place to search around (within 4 %) and names which pulse is called the beat; where that
pulse falls, and how fast it is, comes from the sound alone. Where a deck has too few attacks (a pad, a voice) the answer is "not heard".
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import gaussian_filter1d
from scipy.signal import butter, find_peaks, sosfiltfilt

Floats = NDArray[np.float64]

ENVELOPE_HOP_S = 0.001
PICK_REACH_S = 0.012
LOW_HZ = 100.0  # below it a period is longer than an attack: the level needs a slower look
RISE_DB = 6.0
MIN_ATTACKS = 8
SEARCH = 0.04
CLEARLY = 4.0
"""How many times more the low end must strike elsewhere before the mix's beat is disbelieved: basses that play between
the beats strike there two or three times as often as kicks strike on them."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Attacks:
    """Attacks of one band: instants [s], increasing, and strengths (rise of the level [dB]), both (a,)."""

    time_s: Floats
    strength: Floats


def attacks_of(sound: Floats, rate_hz: int, band_hz: tuple[float, float], start_s: float = 0.0) -> Attacks:
    """The attacks of a sound in one band.

    Args:
        sound: Mono, shape (n,).
        rate_hz: Samples a second [Hz].
        band_hz: Lower and upper edge of the band [Hz].
        start_s: Instant of the first sample [s].
    """
    if len(sound) < rate_hz // 4 or not np.any(sound):
        return Attacks(time_s=np.zeros(0), strength=np.zeros(0))
    edges = (band_hz[0], min(band_hz[1], 0.45 * rate_hz))
    band = sosfiltfilt(butter(2, edges, "bandpass", fs=rate_hz, output="sos"), sound)
    hop = max(1, round(ENVELOPE_HOP_S * rate_hz))
    n = len(band) // hop
    slowness = 4 if band_hz[0] < LOW_HZ else 1
    power = np.square(band[: n * hop]).reshape(n, hop).mean(axis=1)
    floor = 10 ** (-1.5 if slowness > 1 else -3) * float(np.percentile(power, 95)) + 1e-14
    level_db = 10 * np.log10(gaussian_filter1d(power, 2.0 * slowness) + floor)
    rise, half = np.zeros(n), 3 * slowness
    rise[half:-half] = level_db[2 * half :] - level_db[: -2 * half]
    peaks, _ = find_peaks(rise, height=RISE_DB, distance=25 * slowness)
    rough = peaks * hop + hop // 2
    picked = _arrivals(band, rough, round(PICK_REACH_S * slowness * rate_hz))
    return Attacks(time_s=start_s + picked / rate_hz, strength=rise[peaks])


def _arrivals(band: Floats, rough: NDArray[np.int64], reach: int) -> Floats:
    """The sample, near each rough place, at which the variance changes most (Maeda's criterion)."""
    inside = np.clip(rough, reach, len(band) - reach - 1)
    if len(band) <= 2 * reach or not len(inside):
        return inside.astype(float)
    windows = np.square(band[inside[:, None] + np.arange(-reach, reach)])
    n = windows.shape[1]
    k = np.arange(8, n - 8)
    total = np.cumsum(windows, axis=1)
    before = total[:, k - 1] / k
    after = (total[:, -1:] - total[:, k - 1]) / (n - k)
    tiny = 1e-9 * total[:, -1:] / n + 1e-20
    criterion = k * np.log(before + tiny) + (n - k) * np.log(after + tiny)
    return np.asarray(inside - reach + k[np.argmin(criterion, axis=1)], dtype=float)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class LocalBeats:
    """Beats of one deck over a stretch and a beat beyond it: instants [s], (n,), and the attacks they rest on."""

    beats_s: Floats
    n_attacks: int


def local_beats(
    attacks: Attacks, low_attacks: Attacks, span_s: tuple[float, float], mix_beats_s: Floats
) -> LocalBeats | None:
    """The beats of one deck over a stretch, or None where they cannot be heard.

    Args:
        attacks: In a band that sounds throughout the stretch; these place the beats.
        low_attacks: Of the low end, perhaps from a longer stretch; these say which of the quarters is the beat.
        span_s: The stretch for which beats are wanted [s].
        mix_beats_s: Beats of the mix in the stretch [s], two or more: around which tempo and near which pulse to look.
    """
    inside = (attacks.time_s >= span_s[0] - 0.05) & (attacks.time_s <= span_s[1] + 0.05)
    if np.count_nonzero(inside) < MIN_ATTACKS:
        return None
    middle_s = 0.5 * (span_s[0] + span_s[1])
    t, weight = attacks.time_s[inside] - middle_s, attacks.strength[inside]
    f, slope = _tempo_of(t, weight, 1.0 / float(np.median(np.diff(mix_beats_s))))
    quarter = _quarter_phase(t, weight, f, slope)
    mix_positions = _cycles(mix_beats_s - middle_s, f, slope) - quarter
    low_positions = _cycles(low_attacks.time_s - middle_s, f, slope) - quarter
    shift = _beat_among_quarters(mix_positions, low_positions, low_attacks.strength)
    fitted = _parabola(t, weight, f, slope, quarter + shift)
    if fitted is None:
        return None
    coefficients, used = fitted
    k = np.arange(np.floor((span_s[0] - middle_s) * f) - 2, np.ceil((span_s[1] - middle_s) * f) + 3)
    beats_s = np.asarray(middle_s + np.polyval(coefficients, k), dtype=float)
    beyond_s = 1.2 / f
    inside = (beats_s >= span_s[0] - beyond_s) & (beats_s <= span_s[1] + beyond_s)
    return LocalBeats(beats_s=beats_s[inside], n_attacks=used)


def _cycles(t: Floats, f: float | Floats, slope: float | Floats) -> Floats:
    """Beats counted from the middle: f·t + ½·slope·t²."""
    return np.asarray(f * t + 0.5 * slope * t * t)


def _tempo_of(t: Floats, weight: Floats, around_hz: float) -> tuple[float, float]:
    """Beat rate [Hz] and its slope [Hz/s] at which the attacks line up best, coarse to fine."""
    half_span = max(2.0, float(np.max(np.abs(t))))
    f_reach, r_reach = SEARCH * around_hz, SEARCH * around_hz / half_span
    best_f, best_r = around_hz, 0.0
    for size in (41, 21, 21, 21):
        f = best_f + np.linspace(-f_reach, f_reach, size)
        r = best_r + np.linspace(-r_reach, r_reach, size)
        grid_f, grid_r = (g.ravel() for g in np.meshgrid(f, r, indexing="ij"))
        cycles = _cycles(t, grid_f[:, None], grid_r[:, None])
        score = sum(
            share * np.abs(np.exp(2j * np.pi * h * cycles) @ weight)
            for h, share in ((1, 0.5), (2, 1.0), (4, 1.0))
        )
        top = int(np.argmax(score))
        best_f, best_r = float(grid_f[top]), float(grid_r[top])
        f_reach, r_reach = 2.5 * f_reach / size, 2.5 * r_reach / size
    return best_f, best_r


def _quarter_phase(t: Floats, weight: Floats, f: float, slope: float) -> float:
    """Where, in beats 0–¼, the quarters of the beat lie."""
    z = np.sum(weight * np.exp(2j * np.pi * 4 * _cycles(t, f, slope)))
    return float(np.angle(z) / (2 * np.pi * 4))


def _beat_among_quarters(mix_positions: Floats, low_positions: Floats, low_strength: Floats) -> float:
    """Which of the four quarters is the beat [beats]: the mix's, unless the low end clearly strikes on another."""
    mean = np.angle(np.mean(np.exp(2j * np.pi * mix_positions))) / (2 * np.pi)
    claimed = round(4 * float(mean)) % 4
    slot = np.round(4 * low_positions).astype(int) % 4
    on_slot = np.abs((4 * low_positions + 0.5) % 1.0 - 0.5) < 0.3
    votes = np.bincount(slot[on_slot], weights=low_strength[on_slot], minlength=4)
    heard = int(np.argmax(votes))
    return (heard if votes[heard] > CLEARLY * votes[claimed] else claimed) / 4


def _parabola(t: Floats, weight: Floats, f: float, slope: float, phase: float) -> tuple[Floats, int] | None:
    """Beat number → instant, as a parabola through the attacks on beats and half beats (iteratively reweighted)."""
    position = _cycles(t, f, slope) - phase
    number = np.round(2 * position) / 2
    near = np.abs(position - number) < 0.08
    number, instants, strength = number[near], t[near], weight[near]
    if len(number) < MIN_ATTACKS:
        return None
    degree = 2 if len(number) >= 2 * MIN_ATTACKS else 1
    trust = strength.copy()
    for _ in range(8):
        coefficients = np.polyfit(number, instants, degree, w=np.sqrt(trust))
        miss = np.abs(instants - np.polyval(coefficients, number))
        scale = max(2e-4, 1.5 * float(np.median(miss)))
        trust = strength / (1.0 + (miss / scale) ** 2) ** 2
    return coefficients, len(number)
