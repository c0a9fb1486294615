"""What two tracks will sound like together, for every place where one may leave and every place where the other may enter.

Four things are foreseen, bar by bar, from what was measured of each track alone:

- **harmony**: how much the bars that will sound at once clash (:mod:`temirbek.planning.harmony`);
- **voices**: bars in which both are sung or spoken;
- **density**: bars in which the mids of both are full;
- **loudness**: how far the sum of the decks, through the faders and the isolator of a blend, will lie from the straight
  line between the eight bars before and the eight bars after it.

All answers are tables, rows where the outgoing track begins to leave, columns where the incoming one starts.
"""

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from temirbek.planning.harmony import FAR_KEY_STEPS, clash_of, key_distances, tuning_clashes
from temirbek.planning.material import Material
from temirbek.planning.shapes import Shape
from temirbek.types import KeyEstimate

Floats = NDArray[np.float64]

BESIDE_BARS = 8
STEP_BARS = 2
"""So long after a cut or an echo-out short-term loudness still hears what was before."""
LOW_SHARE, MID_SHARE = 0.3, 0.45
"""About so much of the K-weighted power of dance music lies below the isolator's crossovers, and between them."""

LATE_TURN_BARS = 1
MID_SWAP_BARS = 2
"""As the automation has them, in bars of four beats."""

LEAST_POWER = 1e-7
SILENT_DB = -50.0
LINE_SMOOTHING = np.array([0.25, 0.5, 0.25])
"""Short-term loudness hears three seconds, about two bars, at once."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Together:
    """What a transition of one shape would sound like, shape (leaves, starts) each.

    Attributes:
        clash: Harmonic, 0 (as one track) to 1 (opposed).
        voices_bars: Bars in which two voices are heard at once, counted by how sure they are.
        density: Mean over the bars of the fuller mids that both tracks have, 0–1.
        deviation_lu: Largest distance of the sum from the line between before and after [LU]; 0 where not measured.
    """

    clash: Floats
    voices_bars: Floats
    density: Floats
    deviation_lu: Floats


def hear_together(a: Material, b: Material, shape: Shape, leaves: Floats, starts: Floats) -> Together:
    """Foresees a transition for all places.

    Args:
        a, b: The outgoing and the incoming track.
        shape: Its lengths; it must have bars together.
        leaves: Where ``a`` may begin to leave [deck beats], shape (l,).
        starts: Where ``b`` may start [deck beats], shape (s,).
    """
    n, bar = shape.together_bars, float(a.analysis.beat_grid.beats_per_bar)
    turn = _turn_of_bars(shape)
    both = 2.0 * np.minimum(np.cos(turn), np.sin(turn))
    voices = np.minimum(
        a.over_bars("vocals", leaves, n, bar)[:, None],
        b.over_bars("vocals", starts, n, bar)[None, :],
    )
    mids = np.minimum(
        a.over_bars("mids", leaves, n, bar)[:, None],
        b.over_bars("mids", starts, n, bar)[None, :],
    )
    return Together(
        clash=_clash(a, b, leaves, starts, n, bar),
        voices_bars=np.asarray(voices @ both),
        density=np.asarray(mids.mean(axis=-1)),
        deviation_lu=_deviation_lu(a, b, shape, leaves, starts),
    )


def step_deviation_lu(a: Material, b: Material, leaves: Floats, starts: Floats) -> Floats:
    """How far the first bars after a cut or an echo-out will leave the line between before and after [LU].

    Returns:
        Shape (leaves, starts); zeros where loudness was not measured.
    """
    if not (a.analysis.bar_loudness_lufs.any() and b.analysis.bar_loudness_lufs.any()):
        return np.zeros((len(leaves), len(starts)))
    bar_a, bar_b = (float(m.analysis.beat_grid.beats_per_bar) for m in (a, b))
    out = a.over_bars("power", leaves - BESIDE_BARS * bar_a, BESIDE_BARS, bar_a)
    incoming = b.over_bars("power", starts, STEP_BARS + BESIDE_BARS, bar_b)
    before = _db(out.mean(axis=-1))[:, None, None]
    after = _db(incoming[:, STEP_BARS:].mean(axis=-1))[None, :, None]
    line = before + (after - before) * (np.arange(STEP_BARS) + 0.5) / STEP_BARS
    return np.asarray(np.abs(_db(incoming[None, :, :STEP_BARS]) - line).max(axis=-1))


def _turn_of_bars(shape: Shape, *, of_mids: bool = False) -> Floats:
    """The angle of the cross-fade in the middle of each bar, as the hands will make it: π/2 is the end."""
    lead, end = float(shape.lead_in_bars), float(shape.together_bars)
    if shape.style == "drop_swap":
        edges, angles = (0.0, lead), (0.0, np.pi / 4)
    elif of_mids and shape.style == "filter_sweep":
        edges, angles = (lead - MID_SWAP_BARS, min(lead + MID_SWAP_BARS, end)), (0.0, np.pi / 2)
    else:
        middle = lead if shape.tail_bars else lead - LATE_TURN_BARS
        return np.asarray(np.interp(_middles(shape), (0.0, middle, end), (0.0, np.pi / 4, np.pi / 2)))
    return np.asarray(np.interp(_middles(shape), edges, angles))


def _middles(shape: Shape) -> Floats:
    return np.arange(shape.together_bars, dtype=np.float64) + 0.5


def _clash(a: Material, b: Material, leaves: Floats, starts: Floats, n: int, bar: float) -> Floats:
    one = a.over_bars("chroma", leaves, 1, n * bar)[:, 0]
    two = b.over_bars("chroma", starts, 1, n * bar)[:, 0]
    return clash_of(one, two, *_named_clash(a.analysis.key, b.analysis.key))


@lru_cache(maxsize=4096)
def _named_clash(a: KeyEstimate, b: KeyEstimate) -> tuple[float, float]:
    """How far the named keys and the tunings of two tracks lie apart, 0–1 each."""
    return float(key_distances([a, b])[0, 1] / FAR_KEY_STEPS), float(tuning_clashes([a, b])[0, 1])


def _deviation_lu(a: Material, b: Material, shape: Shape, leaves: Floats, starts: Floats) -> Floats:
    """Foreseen largest distance of the loudness from its line."""
    if not (a.analysis.bar_loudness_lufs.any() and b.analysis.bar_loudness_lufs.any()):
        return np.zeros((len(leaves), len(starts)))
    n, bar = shape.together_bars, float(a.analysis.beat_grid.beats_per_bar)
    out = a.over_bars("power", leaves - BESIDE_BARS * bar, BESIDE_BARS + n, bar)
    incoming = b.over_bars("power", starts, n + BESIDE_BARS, bar)
    before, after = _db(_heard_mean(out[:, :BESIDE_BARS])), _db(_heard_mean(incoming[:, n:]))
    before, after = before[:, None, None], after[None, :, None]
    is_silent = (before <= SILENT_DB) | (after <= SILENT_DB)  # nothing to be even with
    power = _sum_of_decks(shape, out[:, None, BESIDE_BARS:], incoming[None, :, :n])
    line = before + (after - before) * (np.arange(n) + 0.5) / n
    beside = np.concatenate(
        [_power(before) + 0 * power[..., :1], power, _power(after) + 0 * power[..., :1]], axis=-1
    )
    smooth = sum(w * beside[..., i : i + n] for i, w in enumerate(LINE_SMOOTHING))
    deviation = np.abs(_db(np.asarray(smooth)) - line).max(axis=-1)
    return np.asarray(np.where(is_silent[..., 0], 0.0, deviation))


def _sum_of_decks(shape: Shape, out: Floats, incoming: Floats) -> Floats:
    """Power of both decks in each bar of a blend: the bass of its owner, mids and highs of both by the cross-fade."""
    bass = np.where(_middles(shape) < shape.lead_in_bars, out, incoming)
    total = LOW_SHARE * bass
    for share, of_mids in ((MID_SHARE, True), (1 - LOW_SHARE - MID_SHARE, False)):
        turn = _turn_of_bars(shape, of_mids=of_mids)
        total = total + share * (np.cos(turn) ** 2 * out + np.sin(turn) ** 2 * incoming)
    return np.asarray(total)


def _heard_mean(power: Floats) -> Floats:
    """Mean over bars that exist (a track may begin or end within the eight)."""
    heard = np.asarray(power > 10 * LEAST_POWER)
    return np.asarray(np.where(heard, power, 0.0).sum(axis=-1) / np.maximum(1, heard.sum(axis=-1)))


def _db(power: Floats) -> Floats:
    return np.asarray(10.0 * np.log10(np.maximum(power, LEAST_POWER)))


def _power(db: Floats) -> Floats:
    return np.asarray(10.0 ** (db / 10.0))
