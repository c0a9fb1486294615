"""The simulated hall: a function of script, seed and instant; a script that cannot be is refused."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from temirbek.errors import InvalidInput
from temirbek.seeing import Act, Following, Guest, Stop, SyntheticPeople, floor_of, ids_from, visit
from temirbek.seeing.standing import wrapped

SCRIPT = (
    visit("a", arrive_s=10, stay_s=8, place_m=(3.0, 0.8), acts=(Act(kind="dance", from_s=11, to_s=16),)),
    visit("b", arrive_s=12, stay_s=8, place_m=(3.2, -0.8), faces_rad=np.pi - 0.4),
)


@settings(max_examples=15)
@given(host_s=st.floats(5, 25), seed=st.integers(0, 1000))
def test_whoever_asks_twice_hears_the_same(host_s: float, seed: int) -> None:
    one, other = SyntheticPeople(SCRIPT, seed), SyntheticPeople(SCRIPT[::-1], seed)
    other.at(host_s + 1.0)
    mine, theirs = ({t.id: t for t in people.at(host_s)} for people in (one, other))
    assert mine.keys() == theirs.keys()
    for id, track in mine.items():
        assert np.array_equal(track.keypoints, theirs[id].keypoints)
        assert track.position_m == theirs[id].position_m


def test_guests_are_there_from_their_first_stop_to_their_last() -> None:
    people = SyntheticPeople(SCRIPT, 1)
    assert [len(people.at(t)) for t in (5.0, 8.0, 12.0, 20.0, 30.0)] == [0, 1, 2, 2, 0]
    (guest,) = (t for t in people.at(11.0) if t.position_m and t.position_m[1] > 0)
    assert guest.position_m == pytest.approx((3.0, 0.8), abs=0.15)
    assert abs(wrapped(guest.heading_rad - np.pi)) < 0.35


def test_ids_are_of_the_seed_and_tell_no_name() -> None:
    ids = {seed: {t.id for t in SyntheticPeople(SCRIPT, seed).at(13.0)} for seed in (1, 2)}
    assert len(ids[1] | ids[2]) == 4
    assert {t.id for t in SyntheticPeople(SCRIPT, 1).at(14.0)} == ids[1]


def test_read_gives_a_picture_once_and_thirty_in_a_second() -> None:
    clock = iter(np.arange(13.0, 14.0, 0.005))
    with SyntheticPeople(SCRIPT, 1, now_s=lambda: float(next(clock))) as people:
        found = sum(people.read() is not None for _ in range(200))
    assert 29 <= found <= 31


def test_following_finds_the_places_and_headings_of_the_script() -> None:
    people = SyntheticPeople(SCRIPT, 1)
    marks = people.camera.floor_points([(1, -1), (1, 1), (5, 2), (5, -2)])
    follow = Following(ids_from(np.random.default_rng(2)), floor_of(marks, people.camera.aspect))
    away_m, turned = [], []
    for k in range(120):
        host_s = 9.5 + k / 15
        for seen, true in zip(
            follow.follow(people.sightings_at(host_s), host_s), people.at(host_s), strict=True
        ):
            place = next(g for g in SCRIPT if abs(g.stops[2].place_m[1] - true.position_m[1]) < 0.6).place_at(
                host_s
            )
            if seen.position_m is not None:
                away_m.append(np.hypot(seen.position_m[0] - place[0], seen.position_m[1] - place[1]))
            if seen.heading_rad is not None:
                turned.append(abs(wrapped(seen.heading_rad - place[2])))
    assert np.median(away_m) < 0.06
    assert np.percentile(away_m, 95) < 0.2
    assert np.median(turned) < 0.2


def test_who_is_skilled_moves_more() -> None:
    def motion(skill: float) -> float:
        act = Act(kind="dance", from_s=10, to_s=20, skill=skill)
        people = SyntheticPeople((Guest(name="d", stops=(Stop(host_s=0, place_m=(3, 0)),), acts=(act,)),), 4)
        return float(np.mean([t.motion for k in range(120) for t in people.at(11 + k / 15)]))

    assert motion(1.0) > 1.5 * motion(0.1) > 0.0


@pytest.mark.parametrize(
    ("make", "says"),
    [
        (lambda: Act(kind="sing", from_s=0, to_s=1), "sing"),
        (lambda: Act(kind="wave", from_s=1, to_s=1), "no time"),
        (lambda: Act(kind="dance", from_s=0, to_s=1, skill=1.5), "0 to 1"),
        (lambda: Act(kind="wave", from_s=0, to_s=1, side="both"), "left or right"),
        (lambda: Guest(name="x", stops=()), "at least one stop"),
        (lambda: Guest(name="x", stops=(Stop(host_s=1, place_m=(0, 0)),) * 2), "times that grow"),
        (lambda: Guest(name="x", stops=(Stop(host_s=1, place_m=(0, 0)),), body_height_m=4), "tall"),
    ],
)
def test_what_cannot_be_is_refused(make, says: str) -> None:
    with pytest.raises(InvalidInput, match=says):
        make()
