"""Neighbours and orders."""

import itertools

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from temirbek.planning.compatibility import camelot_steps, key_distance, pair_cost, pair_costs
from temirbek.planning.material import Material
from temirbek.planning.order import _cost, _place_costs, best_order
from temirbek.types import Key, KeyEstimate

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


def test_closer_tempi_cost_less() -> None:
    here = Material(analysis=make_analysis("a", 120.0))
    costs = [
        pair_cost(here, Material(analysis=make_analysis("b", bpm))) for bpm in (120.0, 122.0, 126.0, 150.0)
    ]
    assert costs == sorted(costs)


def test_small_crates_are_ordered_as_well_as_can_be(rng: np.random.Generator) -> None:
    for _ in range(5):
        crate = [
            Material(
                analysis=make_analysis(
                    f"t{k}", float(rng.uniform(100, 130)), key=(int(rng.integers(12)), "minor")
                )
            )
            for k in range(6)
        ]
        pairs, places = pair_costs(crate), _place_costs([m.peak_energy for m in crate], 6)
        best = min(_cost(order, pairs, places) for order in itertools.permutations(range(6)))
        found = _cost(best_order(crate, 6, seed=0), pairs, places)
        assert found <= best + 5 * 0.02  # the seed's noise on five pairs
