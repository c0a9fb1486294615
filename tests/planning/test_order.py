"""Neighbours and orders."""

import itertools
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from temirbek.planning.compatibility import clashes, pair_costs
from temirbek.planning.harmony import camelot_steps, key_distance
from temirbek.planning.material import Material
from temirbek.planning.order import (
    SEED_NOISE,
    Crate,
    _exchanges,
    _moves,
    _replacements,
    _reversals,
    best_order,
    cost_of,
    crate_of,
    greedy_order,
    mended,
)
from temirbek.types import Key, KeyEstimate, TrackAnalysis

from .makers import make_analysis

keys = st.builds(
    lambda tonic, mode: Key(tonic=tonic, mode=mode), st.integers(0, 11), st.sampled_from(["major", "minor"])
)


def test_camelot_steps_known() -> None:
    c, am, g, fs = (
        Key(tonic=0, mode="major"),
        Key(tonic=9, mode="minor"),
        Key(tonic=7, mode="major"),
        Key(tonic=6, mode="major"),
    )
    assert camelot_steps(c, c) == 0
    assert camelot_steps(c, am) == 1
    assert camelot_steps(c, g) == 1
    assert camelot_steps(c, fs) == 6


@given(keys, keys)
def test_key_distance_is_symmetric_and_zero_only_at_home(a: Key, b: Key) -> None:
    one, two = (KeyEstimate(best=k, second=k, confidence=1.0) for k in (a, b))
    assert key_distance(one, two) == key_distance(two, one)
    assert (key_distance(one, two) == 0) == (a == b)


def costs_between(tracks: list[TrackAnalysis]) -> np.ndarray:
    return pair_costs([Material(analysis=a) for a in tracks])


def test_closer_tempi_cost_less() -> None:
    crate = [make_analysis(f"t{k}", bpm) for k, bpm in enumerate((120.0, 120.0, 122.0, 126.0, 150.0))]
    costs = costs_between(crate)[0, 1:]
    assert list(costs) == sorted(costs) and costs[0] < costs[1]


def random_crate(rng: np.random.Generator, n: int, n_places: int, **wishes: Any) -> Crate:
    return crate_of(rng.uniform(0, 3, (n, n)), list(rng.uniform(0, 1, n)), n_places, **wishes)


def test_small_crates_are_ordered_as_well_as_can_be(rng: np.random.Generator) -> None:
    for n_places in (1, 2, 4, 6):
        crate = random_crate(rng, 6, n_places)
        best = min(cost_of(order, crate) for order in itertools.permutations(range(6), n_places))
        assert cost_of(best_order(crate, seed=0), crate) <= best + (n_places - 1) * SEED_NOISE + 1e-9


def test_gains_are_what_the_cost_says(rng: np.random.Generator) -> None:
    """Every kind of mending offers every change of its kind, and prices it exactly as the cost does."""
    crate = random_crate(rng, 9, 7)
    order = rng.permutation(9)[:7]
    here = cost_of(order, crate)
    changes = {
        _reversals: [
            np.r_[order[:i], order[i : j + 1][::-1], order[j + 1 :]]
            for i in range(7)
            for j in range(i + 1, 7)
        ],
        _moves: [np.insert(np.delete(order, i), j, order[i]) for i in range(7) for j in range(7) if i != j],
        _replacements: [
            np.r_[order[:i], u, order[i + 1 :]] for i in range(7) for u in set(range(9)) - set(order)
        ],
        _exchanges: [_exchanged(order, i, j) for i in range(7) for j in range(i + 2, 7)],
    }
    for kind, every in changes.items():
        found = kind(order, crate)
        made = []
        for k, gain in enumerate(found.gain):
            better = order.copy()
            better[found.first[k] : found.last[k] + 1] = found.tracks(k)
            assert cost_of(better, crate) == pytest.approx(here + gain), kind.__name__
            made.append(tuple(better))
        assert sorted(made) == sorted(tuple(o) for o in every), kind.__name__


def test_changes_made_together_gain_what_they_promise(rng: np.random.Generator) -> None:
    """Mending ends where no single change gains, and on the way holds each track once and keeps what is required."""
    crate = random_crate(rng, 40, 30, required=[1, 2, 3])
    order = np.r_[1, 2, 3, rng.permutation(np.arange(4, 40))[:27]]
    better = mended(order, crate)
    assert cost_of(better, crate) < cost_of(order, crate)
    assert len(set(better)) == 30 and {1, 2, 3} <= set(better)
    assert all(
        kind(better, crate).gain.min() >= -1e-9 for kind in (_reversals, _moves, _exchanges, _replacements)
    )


def _exchanged(order: np.ndarray, i: int, j: int) -> np.ndarray:
    other = order.copy()
    other[[i, j]] = order[[j, i]]
    return other


def test_better_than_greedy_and_chance(rng: np.random.Generator) -> None:
    crate = random_crate(rng, 40, 40)
    ours, greedy = cost_of(best_order(crate, 0), crate), cost_of(greedy_order(crate), crate)
    chance = np.mean([cost_of(rng.permutation(40), crate) for _ in range(50)])
    assert ours < greedy < chance


def test_what_is_locked_and_required_is_there(rng: np.random.Generator) -> None:
    crate = random_crate(rng, 30, 8, required=[3, 4, 5], locked={0: 7, 7: 9})
    order = best_order(crate, 1)
    assert order[0] == 7 and order[7] == 9 and {3, 4, 5} <= set(order) and len(set(order)) == 8


def test_the_arc_is_followed() -> None:
    energies = list(np.linspace(0, 1, 11))
    crate = crate_of(np.zeros((11, 11)), energies, 11, arc=((0.0, 1.0), (1.0, 0.0)))
    assert best_order(crate, 0)[0] == 10 and best_order(crate, 0)[-1] == 0


def test_no_artist_twice_in_a_row_and_voices_apart() -> None:
    plain = make_analysis("a")
    same = replace(plain, track=replace(plain.track, id="b", artist="Ann"))
    other = replace(plain, track=replace(plain.track, id="c", artist="Bea"))
    again = replace(same, track=replace(same.track, id="d"))
    costs = costs_between([same, other, again])
    assert costs[0, 2] > costs[0, 1] + 1
    sung = [replace(a, vocals=np.ones(48)) for a in (same, other)]
    assert costs_between(sung)[0, 1] > costs[0, 1] + 0.5


def test_measured_chroma_outweighs_names() -> None:
    triads = np.zeros((3, 48, 12))
    triads[0, :, [0, 4, 7]] = triads[1, :, [0, 4, 7]] = triads[2, :, [6, 10, 1]] = 3**-0.5
    crate = [replace(make_analysis(f"t{k}", key=(0, "major")), chroma=triads[k]) for k in range(3)]
    costs = clashes([Material(analysis=a) for a in crate])
    assert costs[0, 1] < 0.01 and costs[0, 2] > 0.6
    detuned = replace(crate[1], key=replace(crate[1].key, tuning_cents=50.0))
    assert clashes([Material(analysis=crate[0]), Material(analysis=detuned)])[0, 1] == 1.0
