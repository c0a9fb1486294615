"""Which tracks play and in which order, as a person wishes: the wishes are checked, and the order is looked for.

A wish that names a track that is not there, or a place that the set does not have, is an input to be mended. Wishes
that can all be read but not be kept together make the set impossible, and the message says which.
"""

from collections.abc import Mapping, Sequence
from itertools import pairwise

from temirbek.errors import InvalidInput, PlanImpossible
from temirbek.planning.compatibility import pair_costs
from temirbek.planning.material import Material
from temirbek.planning.order import best_order, crate_of
from temirbek.types import SetWishes, TrackAnalysis

FEWEST_S, MOST_S = 20.0, 180.0
TRACKS_A_SET = 20
"""A set of a wished length has about twenty tracks, but none gets less than 20 s, and none must share after 3 min."""


def check_wishes(analyses: Sequence[TrackAnalysis], wishes: SetWishes) -> None:
    """Checks that every wished track is there.

    Raises:
        InvalidInput: It is not, or the order is to be kept while tracks are locked elsewhere.
    """
    titles = {a.track.id: a.track.title for a in analyses}
    named = (*wishes.must_play, *wishes.locked.values(), *(i for pair in wishes.never_after for i in pair))
    unknown = [track_id for track_id in dict.fromkeys(named) if track_id not in titles]
    if unknown:
        raise InvalidInput(
            f"wished tracks are not among the {len(titles)} of the crate: {', '.join(unknown)}; "
            f"there are {', '.join(f'{i} ({title})' for i, title in list(titles.items())[:20])}"
        )
    if wishes.keep_order and wishes.locked:
        raise InvalidInput("the order is to be kept, and tracks are locked to places: wish one or the other")


def n_tracks_for(length_s: float | None, n_tracks: int) -> int:
    """How many tracks a set of a length has room for."""
    if length_s is None:
        return n_tracks
    share_s = min(MOST_S, max(FEWEST_S, length_s / TRACKS_A_SET))
    return min(n_tracks, max(1, int(length_s // share_s)))


def in_order(
    materials: Sequence[Material],
    refused: Mapping[str, str],
    no_time: dict[str, str],
    wishes: SetWishes,
    seed: int,
) -> list[Material]:
    """The tracks to play, in order.

    Args:
        materials: What can be played; not empty.
        refused: Tracks that cannot be, each with the reason.
        no_time: Receives the tracks for which there is no time, each with the reason.
        wishes: What the person asks.
        seed: Decides between near equals.

    Raises:
        InvalidInput: A track is locked to a place that the set does not have.
        PlanImpossible: The wishes cannot be kept together.
    """
    check_demanded(wishes, refused)
    demanded = _demanded(wishes)
    n_places = max(n_tracks_for(wishes.length_s, len(materials)), len(demanded))
    if wishes.keep_order:
        order = _first_of(materials, n_places, demanded)
    else:
        order = _best_of(sorted(materials, key=lambda m: m.id), n_places, wishes, seed)
    _check_kept(order, wishes)
    for material in sorted(materials, key=lambda m: m.id):
        if material not in order:
            no_time[material.id] = (
                f"no time for it in a set of {wishes.length_s:.0f} s; others fit each other better"
            )
    return order


def check_demanded(wishes: SetWishes, refused: Mapping[str, str]) -> None:
    """Raises :class:`PlanImpossible` where a track that must be played cannot be."""
    lost = [f"{track_id}: {refused[track_id]}" for track_id in _demanded(wishes) if track_id in refused]
    if lost:
        raise PlanImpossible(f"a track must be played, but cannot be: {'; '.join(lost)}")


def _demanded(wishes: SetWishes) -> dict[str, None]:
    return dict.fromkeys((*wishes.must_play, *wishes.locked.values()))


def _first_of(materials: Sequence[Material], n_places: int, demanded: dict[str, None]) -> list[Material]:
    """As many tracks as there is time for, in the order given: those demanded, and the first of the others."""
    n_free = n_places - len(demanded)
    free = [m.id for m in materials if m.id not in demanded][:n_free]
    return [m for m in materials if m.id in demanded or m.id in free]


def _best_of(crate: Sequence[Material], n_places: int, wishes: SetWishes, seed: int) -> list[Material]:
    index = {m.id: i for i, m in enumerate(crate)}
    locked: dict[int, int] = {}
    for place, track_id in wishes.locked.items():
        if not -n_places <= place < n_places:
            raise InvalidInput(
                f"{crate[index[track_id]].title} is locked to place {place}; a set of {n_places} tracks has 0 to "
                f"{n_places - 1}, or −1 for the last"
            )
        if locked.setdefault(place % n_places, index[track_id]) != index[track_id]:
            other = crate[locked[place % n_places]].title
            raise InvalidInput(f"{other} and {crate[index[track_id]].title} are locked to one place, {place}")
    found = best_order(
        crate_of(
            pair_costs(crate, wishes.never_after),
            [m.peak_energy for m in crate],
            n_places,
            arc=wishes.energy_arc,
            required=[index[track_id] for track_id in wishes.must_play],
            locked=locked,
        ),
        seed,
    )
    return [crate[i] for i in found]


def _check_kept(order: Sequence[Material], wishes: SetWishes) -> None:
    """No order breaks a wish unless every order does."""
    broken = [(a, b) for a, b in pairwise(order) if (a.id, b.id) in wishes.never_after]
    if broken:
        pairs = "; ".join(f"{b.title} after {a.title}" for a, b in broken)
        raise PlanImpossible(
            f"no order keeps every wish: the best one still plays {pairs}, which is never to be"
        )
    places = {
        place % len(order): track_id for place, track_id in wishes.locked.items() if not wishes.keep_order
    }
    lost = [track_id for place, track_id in places.items() if order[place].id != track_id]
    if lost:
        raise PlanImpossible(f"no order keeps every wish: {', '.join(lost)} could not be put where locked")
