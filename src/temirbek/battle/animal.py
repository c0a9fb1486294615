"""A person's phrase as moves of a robot on four legs: not the same movements, but the same bars.

Each bar is told by how much was moved, how many movements there were a beat, and which side moved more. Of the robot's own moves
that stay on the spot and fit the tempo, the one that is most alike in energy and density comes next, what has not been seen for
long first; the side decides which way round it is danced.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from temirbek.battle.peaks import peaks_of
from temirbek.battle.phrase import PER_BEAT, DancePhrase
from temirbek.errors import InvalidInput
from temirbek.types import Move, MoveCall, Place, travel_of

Floats = NDArray[np.float64]

BAR_BEATS = 4
FAMILIES = ("groove", "head", "steps", "pictures", "crouches")
RECENT_COSTS = 0.8  # a move just danced costs so much more than one that was not seen
DRAWN = 0.1  # of the cost is drawn, so that two battles differ
LEAST_INTENSITY = 0.7
_LEFT, _RIGHT = (0, 2, 4, 6), (1, 3, 5, 7)  # angles of the left and of the right side


@dataclass(frozen=True, slots=True, kw_only=True)
class BarOfDance:
    """One bar of a phrase: energy 0–1 of the liveliest bar, movements a beat, and −1 (its right) to 1 (its left)."""

    energy: float
    density: float
    side: float


def bars_of(phrase: DancePhrase) -> tuple[BarOfDance, ...]:
    """A phrase bar by bar; a rest at the end that is no whole bar belongs to the last."""
    n_bars = max(1, phrase.n_beats // BAR_BEATS)
    rows = np.array_split(np.arange(len(phrase.speed)), n_bars)
    most = max(float(phrase.speed[r].mean()) for r in rows) or 1.0
    turned = np.abs(np.diff(phrase.poses, axis=0, prepend=phrase.poses[:1]))
    turned = np.minimum(turned, 2.0 * np.pi - turned)
    return tuple(_bar(phrase.speed[r], turned[r], most) for r in rows)


def _bar(speed: Floats, turned: Floats, most: float) -> BarOfDance:
    peaks = peaks_of(np.concatenate([[0.0], speed, [0.0]]), 0.3 * max(float(speed.mean()), 1e-9))
    left, right = float(turned[:, _LEFT].sum()), float(turned[:, _RIGHT].sum())
    return BarOfDance(
        energy=float(speed.mean()) / most,
        density=len(peaks) * PER_BEAT / len(speed),
        side=(left - right) / (left + right) if left + right > 0.0 else 0.0,
    )


def animal_calls(
    phrase: DancePhrase,
    performer: str,
    moves: Mapping[str, Move],
    *,
    start_beat: float,
    tempo_bpm: float,
    history: Sequence[str],
    rng: np.random.Generator,
) -> tuple[MoveCall, ...]:
    """Calls of a robot's own moves that answer a phrase bar by bar.

    Raises:
        InvalidInput: The vocabulary has no move on the spot for this tempo.
    """
    fitting = [(m, rule) for m in moves.values() for rule in _rules(m, performer, tempo_bpm)]
    if not any(m.length_beats * rule <= BAR_BEATS for m, rule in fitting):
        raise InvalidInput(
            f"{performer!r} has no move of up to {BAR_BEATS} beats on the spot at {tempo_bpm:.0f} BPM to answer with"
        )
    bars = bars_of(phrase)
    seen = list(history)
    calls: list[MoveCall] = []
    k = 0
    while k < len(bars):
        left = len(bars) - k
        able = [(m, rule) for m, rule in fitting if m.length_beats * rule <= min(2, left) * BAR_BEATS]
        move, rule = min(able, key=lambda c: _cost(c[0], c[1], bars[k], seen) + DRAWN * rng.random())
        took = max(1, int(np.ceil(move.length_beats * rule / BAR_BEATS)))
        calls.append(
            MoveCall(
                performer=performer,
                move=move.name,
                start_beat=start_beat + k * BAR_BEATS,
                length_beats=float(took * BAR_BEATS),
                intensity=float(np.clip(bars[k].energy, LEAST_INTENSITY, 1.0)),
                mirrored=bars[k].side < 0.0,
                tempo_rule=rule,
            )
        )
        seen.append(move.name)
        k += took
    return tuple(calls)


def _rules(move: Move, performer: str, tempo_bpm: float) -> Iterator[float]:
    """How a move on the spot can be danced at a tempo so that it fills one bar or two."""
    if move.robot != "go2" or move.family not in FAMILIES:
        return
    for rule in (1.0, *move.tempo_rules):
        low, high = move.tempo_bpm
        length = move.length_beats * rule
        if not low <= tempo_bpm / rule <= high or (2 * BAR_BEATS) % length or length > 2 * BAR_BEATS:
            continue
        once = MoveCall(
            performer=performer,
            move=move.name,
            start_beat=0.0,
            length_beats=length,
            intensity=1.0,
            tempo_rule=rule,
        )
        if length <= BAR_BEATS and BAR_BEATS % length:
            continue
        if travel_of(once, move) == Place():
            yield rule


def _cost(move: Move, rule: float, bar: BarOfDance, seen: Sequence[str]) -> float:
    hits = len({a.beat for a in move.accents}) + len({s.beat for s in move.steps})
    density = min(hits / (move.length_beats * rule), 2.0)
    energy = 0.5 * (move.energy[0] + move.energy[1])
    ago = seen[::-1].index(move.name) if move.name in seen else len(seen) + 8
    return abs(energy - bar.energy) + 0.5 * abs(density - min(bar.density, 2.0)) + RECENT_COSTS / (1.0 + ago)
