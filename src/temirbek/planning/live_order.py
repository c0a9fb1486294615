"""Which track comes next in a live set: the autopilot's order, and what was asked for on top of it.

The autopilot plays every track once before any comes back: round after round, each ordered like a whole set along the
house's arc, or the person's. A request is played as soon as it fits: next, or up to two tracks later where the way
there is clearly better. More or less energy shifts the arc for all tracks that have not begun.
"""

from collections.abc import Mapping, Sequence

import numpy as np

from temirbek.planning.compatibility import pair_costs
from temirbek.planning.live_state import LiveSet
from temirbek.planning.material import Material
from temirbek.planning.order import ARC, best_order, crate_of

MOST_LATER = 2
LATER_COST = 0.75
"""A request waits for another track only where that makes its two transitions better by so much."""
ENERGY_REACH = 0.6
"""The whole way of the knob shifts the arc by so much."""


def upcoming(state: LiveSet, now_id: str) -> tuple[str, ...]:
    """Ids of the tracks to come, in order, after the track ``now_id``.

    Args:
        state: The set; its journal says what was asked.
        now_id: The last track that cannot be chosen any more.
    """
    coming = [t for t in _autopilot(state) if t not in state.skipped]
    for wish in state.journal:
        if wish.command == "dj_replace":
            _replace(coming, wish.payload["track"], wish.payload["by"], state.begun[wish.n_begun :])
    place = 0
    for track in state.requested:
        if track in coming:
            coming.remove(track)
        later = max(place, MOST_LATER - state.begun_since_asked(track))
        place = _place_for(state.crate, now_id, coming, track, place, later)
        coming.insert(place, track)
        place += 1
    if len(coming) > 1 and coming[0] == now_id:
        coming[0], coming[1] = coming[1], coming[0]
    return tuple(coming)


def next_round(
    crate: Mapping[str, Material],
    ids: Sequence[str],
    after: str,
    seed: int,
    arc: Sequence[tuple[float, float]],
) -> tuple[str, ...]:
    """An order for another round of tracks, the first of which follows ``after``."""
    return _ordered(crate, sorted(ids), after, seed, arc or ARC)


def with_energy(
    crate: Mapping[str, Material],
    ids: Sequence[str],
    after: str,
    seed: int,
    arc: Sequence[tuple[float, float]],
    energy: float,
) -> tuple[str, ...]:
    """The same tracks in an order that is livelier or calmer first.

    Args:
        crate: The tracks.
        ids: Those to order.
        after: The track before them.
        seed: Decides between near equals.
        arc: Of a whole set; empty for the house's own.
        energy: −1 (calm) to 1 (lively): by how much the beginning departs from the arc; its end returns to it.
    """
    points = np.array(arc or ARC, dtype=float)
    shift = ENERGY_REACH * energy * (1.0 - points[:, 0])
    shifted = np.clip(points[:, 1] + shift, 0.0, 1.0)
    drawn = [(float(x), float(y)) for x, y in zip(points[:, 0], shifted, strict=True)]
    return _ordered(crate, list(ids), after, seed, drawn)


def _ordered(
    crate: Mapping[str, Material],
    ids: Sequence[str],
    after: str,
    seed: int,
    arc: Sequence[tuple[float, float]],
) -> tuple[str, ...]:
    """The best order of tracks after another one."""
    others = [i for i in dict.fromkeys(ids) if i != after] or list(dict.fromkeys(ids))
    materials = [crate[after], *(crate[i] for i in others)]
    found = best_order(
        crate_of(
            pair_costs(materials), [m.peak_energy for m in materials], len(materials), arc=arc, locked={0: 0}
        ),
        seed,
    )
    order = [materials[i].id for i in found[1:]]
    back = [i for i in dict.fromkeys(ids) if i not in others]
    return (*order, *back)


def _autopilot(state: LiveSet) -> list[str]:
    """The tracks to come if nobody had asked for any."""
    orders = [w for w in state.journal if w.order is not None]
    if not orders or orders[-1].order is None:
        return list(state.coming)
    newest = list(orders[-1].order)
    for track in state.begun[orders[-1].n_begun :]:
        if track in newest:
            newest.remove(track)
    later = list(state.coming)
    for track in newest:
        if track in later:
            later.remove(track)
    return newest + later


def _replace(coming: list[str], track: str, by: str, begun_since: Sequence[str]) -> None:
    if by in begun_since or track not in coming:
        return
    place = coming.index(track)
    if by in coming:
        other = coming.index(by)
        coming[other] = track
    coming[place] = by


def _place_for(
    crate: Mapping[str, Material], now_id: str, coming: Sequence[str], track: str, first: int, last_place: int
) -> int:
    """Where a request fits best among the next places."""
    places = range(first, max(first, min(last_place, len(coming))) + 1)
    near = [now_id, *coming[: places[-1] + 1]]
    cost = pair_costs([crate[i] for i in (*near, track)])
    last = len(near)

    def price(place: int) -> float:
        total = cost[place, last] + LATER_COST * (place - first)
        if place + 1 < len(near):
            total += cost[last, place + 1] - cost[place, place + 1]
        return float(total)

    return min(places, key=price)
