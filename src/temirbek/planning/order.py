"""The path through the tracks: an optimisation with one cost, :func:`cost_of`.

The cost of an order is the sum of its pairs' costs (:mod:`temirbek.planning.compatibility`) and, for each place, the
squared distance between the track's energy and the arc. Energies are ranks in the crate: 0 is its calmest track, 1 its
liveliest. The house's arc opens calmly (warm-up), climbs to its peak at three fifths, rests at three quarters, and
ends on a finale just below the peak; a person may draw another. What a person locks, demands or forbids costs so much
to break that no order does, unless none can keep it.

A beam search (states that hold the same tracks and end on the same one are one state) finds good orders of any length,
so it also chooses *which* tracks when a set has room for fewer. Then the best of them is mended: 2-opt reversals,
moves, exchanges and replacements by tracks that are not in the set are all priced together in a few array operations,
and the best that do not touch each other are made; sets that are not huge are also shaken and mended again, a few
times. The seed decides between near equals: it adds up to two hundredths to a pair's cost.
"""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]

ARC_COST = 4.0
DRAWN_ARC_COST = 8.0
"""A person's own curve counts twice as much."""

ARC: tuple[tuple[float, float], ...] = ((0.0, 0.25), (0.6, 1.0), (0.75, 0.55), (0.92, 0.95), (1.0, 0.8))
BEAM_WIDTH = 96
SEED_NOISE = 0.02
FORBIDDEN = 1e4
MOST_MENDS = 400
MOST_OFFERS = 256
"""So many changes of each kind are looked at more closely at a time."""

SHAKES = 12
MOST_SHAKEN = 120
LEAST_GAIN = 1e-9


@dataclass(frozen=True, kw_only=True, eq=False)
class Crate:
    """What an order is made from.

    Attributes:
        pairs: Cost of each track (column) right after each other (row), shape (n, n).
        places: Cost of each track (row) at each place of the set (column), shape (n, n_places).
        required: Tracks that may not be left out.
    """

    pairs: Floats
    places: Floats
    required: frozenset[int]


def crate_of(
    pairs: Floats,
    energies: Sequence[float],
    n_places: int,
    *,
    arc: Sequence[tuple[float, float]] = (),
    required: Collection[int] = (),
    locked: Mapping[int, int] | None = None,
) -> Crate:
    """A crate with the wishes in its costs.

    Args:
        pairs: Cost of each track after each other, shape (n, n).
        energies: Of each track.
        n_places: How many tracks the set has.
        arc: Points (place 0–1, energy 0–1); empty for the house's own.
        required: Tracks that may not be left out.
        locked: Place (0 to n_places − 1) → track.
    """
    places = _arc_costs(energies, n_places, arc or ARC, DRAWN_ARC_COST if arc else ARC_COST)
    for place, track in (locked or {}).items():
        its_own = places[track, place]
        places[:, place] += FORBIDDEN
        places[track] += FORBIDDEN
        places[track, place] = its_own
    return Crate(
        pairs=pairs, places=places, required=frozenset(required) | frozenset((locked or {}).values())
    )


def _arc_costs(
    energies: Sequence[float], n_places: int, arc: Sequence[tuple[float, float]], weight: float
) -> Floats:
    """Cost of each track (row) at each place (column), shape (n, places)."""
    values, counts = np.unique(np.asarray(energies, dtype=float), return_counts=True)
    middle = np.cumsum(counts) - (counts + 1) / 2  # tracks of one energy share the mean of their ranks
    ranks = middle[np.searchsorted(values, energies)] / max(1, len(energies) - 1)
    wished = np.interp(np.arange(n_places) / max(1, n_places - 1), *np.array(arc, dtype=float).T)
    return np.asarray(weight * (ranks[:, None] - wished[None, :]) ** 2)


def cost_of(order: Sequence[int] | Integers, crate: Crate) -> float:
    """What an order costs."""
    path = np.asarray(order)
    pairs = crate.pairs[path[:-1], path[1:]].sum()
    return float(pairs + crate.places[path, np.arange(len(path))].sum())


def best_order(crate: Crate, seed: int) -> tuple[int, ...]:
    """Indices of the tracks to play, in order, as many as there are places."""
    rng = np.random.default_rng(seed)
    noisy = Crate(
        pairs=crate.pairs + rng.uniform(0.0, SEED_NOISE, crate.pairs.shape),
        places=crate.places,
        required=crate.required,
    )
    best = mended(beam_order(noisy, rng), noisy)
    if len(best) <= MOST_SHAKEN:
        for _ in range(SHAKES):
            other = mended(_shaken(best, rng), noisy)
            if cost_of(other, noisy) < cost_of(best, noisy) - LEAST_GAIN:
                best = other
    return tuple(int(i) for i in best)


def greedy_order(crate: Crate) -> tuple[int, ...]:
    """The nearest neighbour, again and again: what a beam search is compared with."""
    n, n_places = crate.places.shape
    order = [int(np.argmin(crate.places[:, 0]))]
    free = np.ones(n, dtype=bool)
    for place in range(1, n_places):
        free[order[-1]] = False
        total = crate.pairs[order[-1]] + crate.places[:, place]
        order.append(int(np.argmin(np.where(free, total, np.inf))))
    return tuple(order)


def beam_order(crate: Crate, rng: np.random.Generator) -> Integers:
    """The cheapest path found by a beam search."""
    n, n_places = crate.places.shape
    needed = np.zeros(n, dtype=bool)
    needed[list(crate.required)] = True
    # the exclusive or of the names of tracks is the name of a set of tracks
    names: NDArray[np.uint64] = np.asarray(rng.integers(1, 2**62, size=(n,)), dtype=np.uint64)
    used = np.zeros((1, n), dtype=bool)
    cost: Floats = np.zeros(1)
    name: NDArray[np.uint64] = np.zeros(1, dtype=np.uint64)
    paths: Integers = np.zeros((1, 0), dtype=np.int64)
    for place in range(n_places):
        total = cost[:, None] + crate.places[:, place]
        if place:
            total = total + crate.pairs[paths[:, -1]]
        missing = (needed & ~used).sum(axis=1)
        is_tight = missing >= n_places - place
        total = np.where(used | (is_tight[:, None] & ~needed), np.inf, total)
        state, track = _cheapest(total, np.bitwise_xor.outer(name, names))
        cost = total[state, track]
        name = np.bitwise_xor(name[state], names[track])
        used = used[state]
        used[np.arange(len(track)), track] = True
        paths = np.concatenate([paths[state], track[:, None]], axis=1)
    return np.asarray(paths[0])


def _cheapest(total: Floats, name: NDArray[np.uint64]) -> tuple[Integers, Integers]:
    """The cheapest states to go on from, cheapest first; of those alike only one."""
    flat = total.ravel()
    n_wanted = min(3 * BEAM_WIDTH, int(np.isfinite(flat).sum()))
    nearest = np.argpartition(flat, n_wanted - 1)[:n_wanted]
    nearest = nearest[np.lexsort((nearest, flat[nearest]))]
    state, track = np.divmod(nearest, total.shape[1])
    alike = np.stack([name[state, track], track.astype(np.uint64)])
    _, first = np.unique(alike, axis=1, return_index=True)
    kept = np.sort(first)[:BEAM_WIDTH]
    return state[kept], track[kept]


@dataclass(frozen=True, kw_only=True, eq=False)
class _Changes:
    """Changes of one kind: what each gains (below 0), the places it touches, and the tracks that it puts there."""

    gain: Floats
    first: Integers
    last: Integers
    tracks: Callable[[int], Integers]


def mended(order: Integers, crate: Crate) -> Integers:
    """Mends an order as long as a reversal, a move, an exchange or a replacement makes it cheaper.

    All changes are priced at once; of those that gain, the best are made together, as long as no two touch the same
    places or neighbours: then their gains add up.
    """
    best = np.array(order)
    for _ in range(MOST_MENDS):
        kinds = [kind(best, crate) for kind in (_reversals, _moves, _exchanges, _replacements)]
        changed = _all_that_gain(best, [kind for kind in kinds if len(kind.gain)])
        if changed is None:
            break
        best = changed
    return best


def _all_that_gain(order: Integers, kinds: Sequence[_Changes]) -> Integers | None:
    """The order with the best changes made that do not touch each other; None where none gains."""
    offers: list[tuple[float, int, int]] = []
    for index, kind in enumerate(kinds):
        n = min(MOST_OFFERS, len(kind.gain))
        good = np.argpartition(kind.gain, n - 1)[:n]
        offers += [(float(kind.gain[k]), index, int(k)) for k in good if kind.gain[k] < -LEAST_GAIN]
    if not offers:
        return None
    changed = order.copy()
    is_touched = np.zeros(
        len(order) + 2, dtype=bool
    )  # place p is entry p + 1, so that neighbours are always there
    for _, index, k in sorted(offers):
        first, last = int(kinds[index].first[k]), int(kinds[index].last[k])
        tracks = kinds[index].tracks(k)
        is_taken = np.isin(np.setdiff1d(tracks, order[first : last + 1]), changed).any()
        if is_taken or is_touched[first : last + 3].any():
            continue
        changed[first : last + 1] = tracks
        is_touched[first + 1 : last + 2] = True
    return changed


def _links(order: Integers, crate: Crate) -> Floats:
    """Cost of each pair of neighbours, with a free one before the first and after the last, shape (p + 1,)."""
    return np.concatenate([[0.0], crate.pairs[order[:-1], order[1:]], [0.0]])


def _to(order: Integers, crate: Crate) -> Floats:
    """Cost from the track before place i (row, 0 is before the set) to the track at place j, shape (p + 1, p)."""
    return np.vstack([np.zeros(len(order)), crate.pairs[np.ix_(order, order)]])


def _from(order: Integers, crate: Crate) -> Floats:
    """Cost from the track at place i to the track at place j (column, p is after the set), shape (p, p + 1)."""
    return np.column_stack([crate.pairs[np.ix_(order, order)], np.zeros(len(order))])


def _reversals(order: Integers, crate: Crate) -> _Changes:
    """Every reversal of places i to j."""
    links, to, away = _links(order, crate), _to(order, crate), _from(order, crate)
    at_place = crate.places[order]
    forward = np.concatenate([[0.0], np.cumsum(links[1:-1])])
    backward = np.concatenate([[0.0], np.cumsum(crate.pairs[order[1:], order[:-1]])])
    stays = np.concatenate([[0.0], np.cumsum(np.diagonal(at_place))])
    i, j = np.triu_indices(len(order), 1)
    gain = to[i, j] + away[i, j + 1] - links[i] - links[j + 1]
    gain += (backward[j] - backward[i]) - (forward[j] - forward[i])
    diagonals = _antidiagonal_sums(at_place)
    gain += diagonals[j + 1, i] - diagonals[i, j + 1] - (stays[j + 1] - stays[i])
    return _Changes(gain=gain, first=i, last=j, tracks=lambda k: order[i[k] : j[k] + 1][::-1])


def _antidiagonal_sums(at_place: Floats) -> Floats:
    """Sums along antidiagonals: entry (k + 1, j) is the sum of (k, j), (k − 1, j + 1), …, shape (p + 1, p + 1)."""
    p = len(at_place)
    sums = np.zeros((p + 1, p + 1))
    for k in range(p):
        sums[k + 1, :p] = at_place[k] + sums[k, 1:]
    return sums


def _moves(order: Integers, crate: Crate) -> _Changes:
    """Every move of one track from place i to place j."""
    p = len(order)
    links, to, away = _links(order, crate), _to(order, crate), _from(order, crate)
    at_place = crate.places[order]
    stays = np.diagonal(at_place)
    earlier = np.concatenate([[0.0], np.cumsum(np.append(0.0, np.diagonal(at_place, -1)) - stays)])
    later = np.concatenate([[0.0], np.cumsum(np.append(np.diagonal(at_place, 1), 0.0) - stays)])
    i, j = (index.ravel() for index in np.indices((p, p)))
    i, j = i[i != j], j[i != j]
    is_later = j > i
    before_gap = np.where(is_later, j + 1, j)  # the track goes between places before_gap - 1 and before_gap
    closed = np.where((i > 0) & (i + 1 < p), crate.pairs[order[i - 1], order[(i + 1) % p]], 0.0)
    gain = closed - links[i] - links[i + 1] - links[before_gap]
    gain += to[before_gap, i] + away[i, before_gap] + at_place[i, j] - stays[i]
    gain += np.where(
        is_later, earlier[j + 1] - earlier[np.minimum(i + 1, p)], later[i] - later[np.minimum(j, i)]
    )

    def moved(k: int) -> Integers:
        first, last = sorted((int(i[k]), int(j[k])))
        return np.roll(order[first : last + 1], -1 if is_later[k] else 1)

    return _Changes(gain=gain, first=np.minimum(i, j), last=np.maximum(i, j), tracks=moved)


def _exchanges(order: Integers, crate: Crate) -> _Changes:
    """Every exchange of two tracks that are not neighbours (a reversal exchanges those)."""
    links, to, away = _links(order, crate), _to(order, crate), _from(order, crate)
    at_place = crate.places[order]
    i, j = np.triu_indices(len(order), 2)
    gain = to[i, j] + away[j, i + 1] + to[j, i] + away[i, j + 1]
    gain -= links[i] + links[i + 1] + links[j] + links[j + 1]
    gain += at_place[i, j] + at_place[j, i] - at_place[i, i] - at_place[j, j]

    def exchanged(k: int) -> Integers:
        other = order[i[k] : j[k] + 1].copy()
        other[[0, -1]] = other[[-1, 0]]
        return other

    return _Changes(gain=gain, first=i, last=j, tracks=exchanged)


def _replacements(order: Integers, crate: Crate) -> _Changes:
    """Every replacement of a track by one that is not in the set."""
    p = len(order)
    unused = np.setdiff1d(np.arange(len(crate.pairs)), order)
    free = np.flatnonzero(~np.isin(order, list(crate.required)))
    links = _links(order, crate)
    before = np.vstack([np.zeros(len(unused)), crate.pairs[np.ix_(order[:-1], unused)]])
    after = np.vstack([crate.pairs[np.ix_(unused, order[1:])].T, np.zeros(len(unused))])
    here = crate.places[order, np.arange(p)] + links[:-1] + links[1:]
    gain = (before + after + crate.places[unused].T - here[:, None])[free]
    place = np.repeat(free, len(unused))
    track = np.tile(unused, len(free))
    return _Changes(gain=gain.ravel(), first=place, last=place, tracks=lambda k: track[k : k + 1])


def _shaken(order: Integers, rng: np.random.Generator) -> Integers:
    """The order with three of its stretches rearranged (the double bridge of travelling salesmen)."""
    if len(order) < 4:
        return order
    a, b, c = np.sort(rng.choice(np.arange(1, len(order)), 3, replace=False))
    return np.concatenate([order[:a], order[b:c], order[a:b], order[c:]])
