"""Laws of following: who stays apart keeps their id, who is away loses it, and no id comes twice."""

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from temirbek.seeing import Following, Sighting, ids_from
from temirbek.seeing.following import FORGET_AFTER_S, LOST_AFTER_S


def following() -> Following:
    return Following(ids_from(np.random.default_rng(5)), None)


def someone(x: float, y: float = 0.5, *, badge: str = "", size: float = 0.4) -> Sighting:
    return Sighting(box=(x - 0.05, y - size / 2, x + 0.05, y + size / 2), confidence=0.9, badge=badge)


@settings(max_examples=15)
@given(seed=st.integers(0, 2**32 - 1), n=st.integers(1, 6), per_s=st.sampled_from([10.0, 30.0]))
def test_who_stays_apart_keeps_their_id(seed: int, n: int, per_s: float) -> None:
    random = np.random.default_rng(seed)
    follow = following()
    lanes = 0.2 + 0.5 * np.arange(n)
    ids: dict[int, set[str]] = {lane: set() for lane in range(n)}
    places = lanes.copy()
    for k in range(60):
        places = np.clip(places + random.normal(0, 0.02, n), lanes - 0.12, lanes + 0.12)
        order = random.permutation(n)
        tracks = follow.follow(tuple(someone(places[lane]) for lane in order), k / per_s)
        for lane, track in zip(order, tracks, strict=True):
            ids[int(lane)].add(track.id)
    assert all(len(found) == 1 for found in ids.values())
    assert len(set.union(*ids.values())) == n


def test_who_walks_past_another_keeps_their_id() -> None:
    follow = following()
    ids = []
    for k in range(90):
        left, right = someone(0.3 + 0.01 * k, 0.45), someone(1.2 - 0.01 * k, 0.55)
        ids.append([track.id for track in follow.follow((left, right), k / 30)])
    assert ids[0] == ids[-1]
    assert all(found == ids[0] for found in ids)


@settings(max_examples=10)
@given(away_s=st.floats(0.1, 10.0))
def test_who_was_away_for_long_is_somebody_new(away_s: float) -> None:
    follow = following()
    (before,) = follow.follow((someone(0.5),), 0.0)
    (after,) = follow.follow((someone(0.5),), away_s)
    assert (before.id == after.id) == (away_s <= LOST_AFTER_S)


@pytest.mark.parametrize(
    ("away_s", "is_known"), [(FORGET_AFTER_S - 1.0, True), (FORGET_AFTER_S + 1.0, False)]
)
def test_a_badge_is_known_for_a_minute_wherever_it_comes_back(away_s: float, is_known: bool) -> None:
    follow = following()
    (before,) = follow.follow((someone(0.2, badge="7"),), 0.0)
    (after,) = follow.follow((someone(1.5, badge="7"),), away_s)
    assert (before.id == after.id) == is_known
    assert "7" not in after.id or len(after.id) == 16, "a random id, not the badge"


def test_badges_that_cross_are_never_confused() -> None:
    follow = following()
    first = {s.badge: t.id for s, t in _both(follow, 0)}
    for k in range(1, 60):
        assert {s.badge: t.id for s, t in _both(follow, k)} == first


def _both(follow: Following, k: int):
    sightings = (someone(0.3 + 0.02 * k, badge="3"), someone(1.5 - 0.02 * k, badge="4"))
    sightings = sightings[::-1] if k % 2 else sightings
    return list(zip(sightings, follow.follow(sightings, k / 20), strict=True))


def test_everybody_who_left_is_forgotten_and_no_id_comes_twice() -> None:
    follow = following()
    ids = set()
    for k in range(300):
        (track,) = follow.follow((someone(0.5, badge=str(k % 5)),), 61.0 * 5 * k)
        ids.add(track.id)
        assert follow.n_remembered == 1
    assert len(ids) == 300
    follow.follow((), 1e6)
    assert follow.n_remembered == 0


def test_two_are_never_one() -> None:
    follow = following()
    follow.follow((someone(0.5),), 0.0)
    tracks = follow.follow((someone(0.5), someone(0.52)), 0.1)
    assert len({track.id for track in tracks}) == 2


def test_a_picture_that_is_older_tells_nothing() -> None:
    follow = following()
    assert follow.follow((someone(0.5),), 2.0)
    assert follow.follow((someone(0.5),), 1.0) == ()
    assert follow.follow((someone(0.5),), 2.0) == ()


def test_confidence_grows_with_how_long_somebody_is_seen_and_falls_with_gaps() -> None:
    follow = following()
    grown = [follow.follow((someone(0.5),), k / 30)[0].confidence for k in range(30)]
    assert all(b > a for a, b in pairwise(grown))
    assert grown[0] < 0.5 < 0.85 < grown[-1]
    for k in range(30, 45):
        follow.follow((), k / 30)
    assert follow.follow((someone(0.5),), 1.6)[0].confidence < 0.6


def test_movement_is_told_in_body_sizes_per_second() -> None:
    still, walking = following(), following()
    for k in range(30):
        (a,) = still.follow((someone(0.5),), k / 30)
        (b,) = walking.follow((someone(0.5 + 0.2 * k / 30, size=0.5),), k / 30)
    assert a.motion == 0.0
    assert b.motion == pytest.approx(0.2 / 0.5, rel=0.02)
