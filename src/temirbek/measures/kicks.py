"""When the kicks of one deck fall, to a fraction of a millisecond, also while its bass is killed.

A kick is a boom (40–120 Hz) with a click (1–4 kHz) on its front. The boom says *that* it is a kick and is heard only
while the deck has the bass; the click says *when*, and is heard as long as the deck is. So:

1. on the beats on which the deck's low end is strong, the places in the bar where it sets in are the kick's places;
2. the rise of the click band around these beats is stacked, as seismologists stack traces of one source, until
   voices and noise average out; the arrival in the stack is picked by Maeda's criterion (1985, Zisin 38);
3. each single kick is laid on the stack by cross-correlation: that gives its own instant, and how far it is like the rest.

Where no click stands out of the stack (a soft kick, a wall of guitars), or the single kicks scatter around it, the answer
is "not clear". Against charts of nine recordings, eighty beats at a time, what is clear is right within 1.5 ms.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import gaussian_filter1d
from scipy.stats import theilslopes

from temirbek.measures.bands import band_of

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

BOOM_HZ = (40.0, 120.0)
CLICK_HZ = (1000.0, 4000.0)
BOOM_HOP_S, CLICK_HOP_S = 0.001, 0.00025
REACH = 240
"""Hops of the click on either side of a beat: 60 ms."""
BOOM_RISE_DB = 6.0
BASS_WITHIN_DB = 15.0
"""A beat has the deck's bass when its boom is that near to the deck's strong ones."""
USUALLY = 0.5
FEWEST_KICKS = 6
AHEAD_OF_BOOM, BEHIND_BOOM = 160, 60
"""Hops by which a click may lie ahead of the boom's steepest rise (a low boom rises slowly), and behind it."""
RISE_OVER = 6
CLICK_RISE_DB = 1.5
STANDS_OUT = 2.0
"""How many times the stack's own median its peak must be."""
HALF_CLICK = 40
MOST_LAG = 48
LIKE_THE_STACK = 0.6
CLEAR_KICKS = 12
MOST_SCATTER_S, MOST_DOUBT_S = 0.002, 0.0005
"""Median absolute deviation of single kicks from the deck's line, and the standard error of their median."""
LOCAL_KICKS = 9
LOCAL_BEATS = 8


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Kicks:
    """Kicks of one deck: whole mix beats near which they fall, (m,), and how much later than these they do [s], (m,)."""

    beats: Ints
    late_s: Floats

    def late_s_at(self, beats: Ints) -> Floats:
        """How late the deck is near beats of the mix: the median of the nine nearest kicks [s], shape (b,).

        NaN for a beat with fewer than four kicks within eight beats; a single kick that was misheard changes nothing.
        """
        out = np.full(len(beats), np.nan)
        for i, beat in enumerate(beats):
            apart = np.abs(self.beats - beat)
            near = np.argsort(apart, kind="stable")[:LOCAL_KICKS]
            near = near[apart[near] <= LOCAL_BEATS]
            if len(near) >= LOCAL_KICKS // 2:
                out[i] = np.median(self.late_s[near])
        return out


def kicks_of(
    sound: Floats, rate_hz: int, start_s: float, beats: Ints, beats_s: Floats, beats_per_bar: int
) -> Kicks | None:
    """The kicks of a deck near the beats of the mix; None where they are not clear.

    Args:
        sound: Of the deck, mono, shape (n,).
        rate_hz: Samples a second [Hz].
        start_s: Mix time of the first sample [s].
        beats: Whole mix beats near which to look, shape (b,).
        beats_s: Their instants [mix s], shape (b,).
        beats_per_bar: Beats in a bar.
    """
    reach_s = REACH * CLICK_HOP_S
    inside = (beats_s >= start_s + 2 * reach_s) & (beats_s <= start_s + len(sound) / rate_hz - 2 * reach_s)
    beats, beats_s = beats[inside], beats_s[inside]
    if len(beats) < FEWEST_KICKS or not np.any(sound):
        return None
    boom_db = _level_db(sound, rate_hz, BOOM_HZ, BOOM_HOP_S, smoothing=4.0)
    is_kick, boom_at_s = _booms(_cut(boom_db, (beats_s - start_s) / BOOM_HOP_S, round(reach_s / BOOM_HOP_S)))
    places = _usual_places(beats % beats_per_bar, is_kick, beats_per_bar)
    is_kick &= places[beats % beats_per_bar]
    click_db = _level_db(sound, rate_hz, CLICK_HZ, CLICK_HOP_S, smoothing=2.0)
    at = (beats_s - start_s) / CLICK_HOP_S
    found = _stacked(click_db, at, is_kick, boom_at_s)
    if found is None:
        return None
    arrival_s, lags, likeness = found
    like = places[beats % beats_per_bar] & (likeness >= LIKE_THE_STACK)
    late_s = arrival_s + lags[like] * CLICK_HOP_S
    if not _is_clear(beats[like], late_s):
        return None
    return Kicks(beats=beats[like], late_s=late_s)


def _is_clear(beats: Ints, late_s: Floats) -> bool:
    """Whether the kicks agree on a line: how late the deck is, and how it drifts."""
    if len(beats) < CLEAR_KICKS:
        return False
    slope, middle, _, _ = theilslopes(late_s, beats)
    scatter_s = float(np.median(np.abs(late_s - middle - slope * beats)))
    doubt_s = 1.2533 * 1.4826 * scatter_s / np.sqrt(len(beats))  # of a median of normally scattered values
    return scatter_s <= MOST_SCATTER_S and doubt_s <= MOST_DOUBT_S


def _level_db(
    sound: Floats, rate_hz: int, band_hz: tuple[float, float], hop_s: float, smoothing: float
) -> Floats:
    """Level of a band [dB], one value a hop, hop k beginning at k · ``hop_s``; 30 dB under loud is its floor."""
    band, band_rate_hz = band_of(sound, rate_hz, band_hz)
    edges = np.arange(0, len(sound) / rate_hz / hop_s + 1e-9) * hop_s * band_rate_hz
    total = np.concatenate([[0.0], np.cumsum(band * band)])
    power = np.diff(np.interp(edges, np.arange(len(total)) - 0.5, total)) / (hop_s * band_rate_hz)
    floor = 1e-3 * float(np.percentile(power, 95)) + 1e-14
    return np.asarray(10 * np.log10(gaussian_filter1d(power, smoothing) + floor))


def _cut(values: Floats, at: Floats, reach: int) -> Floats:
    """Values around places that may lie between two of them, shape (places, 2 · reach + 1)."""
    wanted = at[:, None] - 0.5 + np.arange(-reach, reach + 1)  # value k is that of the middle of hop k
    return np.asarray(np.interp(wanted, np.arange(len(values)), values))


def _booms(levels_db: Floats) -> tuple[NDArray[np.bool_], float]:
    """On which beats the low end is strong and sets in, and when after the beat it usually does [s]."""
    reach = levels_db.shape[1] // 2
    rise = levels_db[:, 24:] - levels_db[:, :-24]
    strongest = levels_db[:, reach:].max(axis=1)
    has_bass = strongest >= np.percentile(strongest, 90) - BASS_WITHIN_DB
    is_kick = has_bass & (rise.max(axis=1) >= BOOM_RISE_DB)
    if not np.any(is_kick):
        return is_kick, 0.0
    return is_kick, float(np.median(rise[is_kick].argmax(axis=1)) + 12 - reach) * BOOM_HOP_S


def _usual_places(place: Ints, is_kick: NDArray[np.bool_], beats_per_bar: int) -> NDArray[np.bool_]:
    """In which places of the bar a kick is usual, of the bars in which the deck kicks at all."""
    struck = np.bincount(place[is_kick], minlength=beats_per_bar)
    return np.asarray(struck >= max(2.0, USUALLY * struck.max()))


def _stacked(
    click_db: Floats, at: Floats, is_kick: NDArray[np.bool_], boom_at_s: float
) -> tuple[float, Floats, Floats] | None:
    """The arrival of the usual click after its beat [s]; each beat's own lag [hops] and likeness to the stack (0–1)."""
    half = RISE_OVER // 2
    rise = np.zeros_like(click_db)
    rise[half:-half] = np.maximum(0.0, click_db[RISE_OVER:] - click_db[:-RISE_OVER])
    rises, seen = _cut(rise, at, REACH), is_kick
    lags = np.zeros(len(at))
    likeness = np.zeros(len(at))
    for _ in range(3):
        if np.count_nonzero(seen) < FEWEST_KICKS:
            return None
        stack = _cut(rise, at[seen] + lags[seen], REACH).mean(axis=0)
        around = np.arange(len(stack)) - REACH - round(boom_at_s / CLICK_HOP_S)
        peak = int(np.argmax(np.where((around >= -AHEAD_OF_BOOM) & (around <= BEHIND_BOOM), stack, 0.0)))
        is_inside = HALF_CLICK + MOST_LAG <= peak < len(stack) - HALF_CLICK - MOST_LAG
        if not is_inside or stack[peak] < max(CLICK_RISE_DB, STANDS_OUT * float(np.median(stack))):
            return None
        lags, likeness = _laid_on(rises, stack[peak - HALF_CLICK : peak + HALF_CLICK + 1], peak)
        seen = is_kick & (likeness >= LIKE_THE_STACK)
    powers = 10 ** (
        _cut(click_db, at[seen] + lags[seen], REACH)[:, peak - HALF_CLICK : peak + HALF_CLICK + 1] / 10
    )
    arrival = peak - HALF_CLICK + _arrival((powers / powers.max(axis=1, keepdims=True)).mean(axis=0))
    return (arrival - REACH) * CLICK_HOP_S, lags, likeness


def _laid_on(rises: Floats, click: Floats, peak: int) -> tuple[Floats, Floats]:
    """Lag [hops] at which each row is most like the click, between hops by a parabola, and the cosine there."""
    width = len(click)
    near = rises[:, peak - HALF_CLICK - MOST_LAG : peak + HALF_CLICK + MOST_LAG + 1]
    windows = np.lib.stride_tricks.sliding_window_view(near, width, axis=1)
    cosine = windows @ click / (np.linalg.norm(windows, axis=2) * np.linalg.norm(click) + 1e-9)
    best = np.clip(cosine.argmax(axis=1), 1, cosine.shape[1] - 2)
    rows = np.arange(len(rises))
    a, b, c = cosine[rows, best - 1], cosine[rows, best], cosine[rows, best + 1]
    bend = np.minimum(a - 2 * b + c, -1e-9)
    return best - MOST_LAG + np.clip(0.5 * (a - c) / bend, -0.5, 0.5), b


def _arrival(power: Floats) -> float:
    """The hop at which the stacked power changes from before to after (Maeda's criterion)."""
    k = np.arange(8, len(power) - 8)
    total = np.cumsum(power)
    before, after = total[k - 1] / k, (total[-1] - total[k - 1]) / (len(power) - k)
    criterion = k * np.log(before + 1e-9) + (len(power) - k) * np.log(after + 1e-9)
    return float(k[np.argmin(criterion)])
