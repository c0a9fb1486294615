"""The staircase: word times from two readings that differ in loudness alone."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from temirbek.voice.staircase import LEVELS, unit_times

RATE_HZ = 22050


@given(
    lengths=st.lists(
        st.tuples(st.sampled_from([0.0, 0.0, 0.03, 0.3]), st.floats(0.04, 0.6)), min_size=1, max_size=25
    ),
    seed=st.integers(0, 99),
    silent=st.sets(st.integers(1, 23), max_size=3),
)
@settings(max_examples=40, deadline=None)
def test_units_are_found_where_they_were_put(
    lengths: list[tuple[float, float]], seed: int, silent: set[int]
) -> None:
    rng = np.random.default_rng(seed)
    silent = {k for k in silent if k < len(lengths) and k - 1 not in silent and k + 1 not in silent}
    even, stepped, truth, now_s = [], [], [], 0.0
    for k, (pause_s, lasts_s) in enumerate(lengths):
        if k in silent:
            truth.append(None)
            continue
        quiet = np.zeros(round(pause_s * RATE_HZ))
        sound = 0.2 * rng.normal(size=round(lasts_s * RATE_HZ))
        even += [quiet, sound]
        stepped += [quiet, LEVELS[k % len(LEVELS)] * sound]
        now_s += len(quiet) / RATE_HZ
        truth.append((now_s, now_s + len(sound) / RATE_HZ))
        now_s += len(sound) / RATE_HZ
    found = unit_times(np.concatenate(even), np.concatenate(stepped), RATE_HZ, len(lengths))
    assert len(found) == len(lengths)
    assert all(a <= b for a, b in found) and found == sorted(found)
    for place, (span, true) in enumerate(zip(found, truth, strict=True)):
        if true is None:
            assert span[1] - span[0] < 0.02
        elif not {place - 1, place + 1} & silent:
            assert abs(span[0] - true[0]) <= 0.0101 and abs(span[1] - true[1]) <= 0.0101
