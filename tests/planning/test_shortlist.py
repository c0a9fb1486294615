"""A big crate cut down."""

from dataclasses import replace

import numpy as np
import pytest

from temirbek.errors import InvalidInput
from temirbek.planning import shortlist
from temirbek.types import SetWishes, TrackSummary, summary_of

from .makers import make_analysis


def a_crate(rng: np.random.Generator, n: int) -> list[TrackSummary]:
    seen = summary_of(make_analysis("x"))
    return [
        replace(
            seen,
            track=replace(seen.track, id=f"t{k:04d}", artist=f"artist {k % 40}"),
            tempo_bpm=float(rng.uniform(110, 130)),
            energy=float(rng.uniform(0, 1)),
            n_phrases=6,
            timbre=rng.normal(0, 0.2, 20),
        )
        for k in range(n)
    ]


def test_it_holds_what_is_wished_and_nothing_twice(rng: np.random.Generator) -> None:
    crate = a_crate(rng, 400)
    wishes = SetWishes(must_play=("t0399", "t0007"), locked={0: "t0100"})
    listed = shortlist(crate, wishes=wishes, seed=1, n=50)
    assert len(listed) == len(set(listed)) == 50
    assert {"t0399", "t0007", "t0100"} <= set(listed) <= {s.track.id for s in crate}
    assert listed == shortlist(crate, wishes=wishes, seed=1, n=50)
    assert list(listed) == sorted(listed), "in the order of the crate"


def test_a_small_crate_is_listed_whole(rng: np.random.Generator) -> None:
    assert len(shortlist(a_crate(rng, 9), wishes=SetWishes(), seed=0, n=50)) == 9
    assert shortlist([], wishes=SetWishes(), seed=0, n=50) == ()


def test_useful_and_various(rng: np.random.Generator) -> None:
    crate = a_crate(rng, 600)
    bad = {f"t{k:04d}" for k in range(0, 600, 3)}
    crate = [replace(s, n_phrases=1) if s.track.id in bad else s for s in crate]
    lonely = {s.track.id for s in crate[:30]}
    crate = [replace(s, tempo_bpm=190.0 + k) if s.track.id in lonely else s for k, s in enumerate(crate)]
    listed = set(shortlist(crate, wishes=SetWishes(), seed=0, n=60))
    assert not listed & bad and len(listed & lonely) <= 6
    energies = [s.energy for s in crate if s.track.id in listed]
    assert min(energies) < 0.15 and max(energies) > 0.85
    artists = [s.track.artist for s in crate if s.track.id in listed]
    assert max(artists.count(a) for a in artists) <= 6


def test_the_tempo_of_a_wished_track_draws_others(rng: np.random.Generator) -> None:
    crate = a_crate(rng, 300) + [
        replace(s, track=replace(s.track, id=f"f{s.track.id}"), tempo_bpm=174.0) for s in a_crate(rng, 60)
    ]
    near = [
        sum(i.startswith("f") for i in shortlist(crate, wishes=w, seed=0, n=40))
        for w in (SetWishes(), SetWishes(must_play=("ft0000",)))
    ]
    assert near[1] > near[0]


def test_impossible_lists_are_refused(rng: np.random.Generator) -> None:
    crate = a_crate(rng, 20)
    with pytest.raises(InvalidInput, match="nobody"):
        shortlist(crate, wishes=SetWishes(must_play=("nobody",)), seed=0, n=5)
    with pytest.raises(InvalidInput, match="a list of 2"):
        shortlist(crate, wishes=SetWishes(must_play=("t0000", "t0001", "t0002")), seed=0, n=2)
