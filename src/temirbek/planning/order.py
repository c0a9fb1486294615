"""The path through the tracks: cheap neighbours along an arc of energy.

The cost of an order is the sum of its pairs' costs (:mod:`temirbek.planning.compatibility`) and, for each place, the
squared distance between the track's energy rank and the arc: it opens at a third, climbs to its height after four
fifths of the set, and comes down a little for the end. A beam search finds good orders of any length (so it also
chooses *which* tracks when a set has room for fewer); 2-opt reversals and moves then mend the best of them. The seed
decides between near equals: it adds up to two hundredths to a pair's cost.
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from temirbek.planning.compatibility import pair_costs
from temirbek.planning.material import Material

Floats = NDArray[np.float64]

ARC_COST = 1.5
ARC_PLACES = (0.0, 0.8, 1.0)
ARC_RANKS = (0.3, 1.0, 0.75)
BEAM_WIDTH = 64
SEED_NOISE = 0.02
MAX_MENDED = 60
"""Above this many tracks the beam's order stands: 2-opt would take longer than it gains."""


def best_order(materials: Sequence[Material], n_tracks: int, seed: int) -> tuple[int, ...]:
    """Indices of the ``n_tracks`` tracks to play, in order."""
    n = len(materials)
    if n == 1:
        return (0,)
    noise = np.random.default_rng(seed).uniform(0.0, SEED_NOISE, (n, n))
    pairs = pair_costs(materials) + noise
    places = _place_costs([m.peak_energy for m in materials], n_tracks)
    order = _beam(pairs, places)
    return _mended(order, pairs, places) if n_tracks <= MAX_MENDED else order


def _place_costs(energies: Sequence[float], n_places: int) -> Floats:
    """Cost of each track (row) at each place (column) of the arc, shape (n, places)."""
    ranks = np.argsort(np.argsort(energies, kind="stable"), kind="stable") / max(1, len(energies) - 1)
    position = np.arange(n_places) / max(1, n_places - 1)
    arc = np.interp(position, ARC_PLACES, ARC_RANKS)
    return np.asarray(ARC_COST * (ranks[:, None] - arc[None, :]) ** 2)


def _beam(pairs: Floats, places: Floats) -> tuple[int, ...]:
    """The cheapest path found by a beam search."""
    n, n_places = places.shape
    opening: list[tuple[float, tuple[int, ...]]] = [(float(places[i, 0]), (i,)) for i in range(n)]
    beam = sorted(opening)[:BEAM_WIDTH]
    for place in range(1, n_places):
        grown: list[tuple[float, tuple[int, ...]]] = []
        for cost, path in beam:
            total = cost + pairs[path[-1]] + places[:, place]
            grown += [(float(total[j]), (*path, j)) for j in range(n) if j not in path]
        beam = sorted(grown)[:BEAM_WIDTH]
    return beam[0][1]


def _mended(order: tuple[int, ...], pairs: Floats, places: Floats) -> tuple[int, ...]:
    """Reverses stretches and moves single tracks while that makes the order cheaper."""
    best, best_cost = order, _cost(order, pairs, places)
    while True:
        candidates = [(_cost(o, pairs, places), o) for o in _neighbors(best)]
        cost, candidate = min(candidates, default=(best_cost, best))
        if cost >= best_cost - 1e-9:
            return best
        best, best_cost = candidate, cost


def _neighbors(order: tuple[int, ...]) -> list[tuple[int, ...]]:
    n = len(order)
    reversed_parts = [
        order[:i] + order[i : j + 1][::-1] + order[j + 1 :] for i in range(n) for j in range(i + 1, n)
    ]
    moved = []
    for i in range(n):
        rest = order[:i] + order[i + 1 :]
        moved += [(*rest[:j], order[i], *rest[j:]) for j in range(n) if j != i]
    return reversed_parts + moved


def _cost(order: tuple[int, ...], pairs: Floats, places: Floats) -> float:
    path = np.array(order)
    return float(pairs[path[:-1], path[1:]].sum() + places[path, np.arange(len(path))].sum())
