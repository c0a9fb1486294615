"""Gestures of synthetic people are recovered, wherever they stand; who stands, walks or claps means nothing."""

import numpy as np
import pytest

from temirbek.seeing import Act, GestureReader, SyntheticPeople, visit
from temirbek.seeing.gestures import read
from temirbek.types import BodyGesture, BodyTrack

MEANT = {"wave": "wave", "raise_hand": "raised_hand", "high_five": "high_five_offer"}


def hall(
    *acts: Act, place_m: tuple[float, float] = (2.5, 0.3), faces_rad: float = np.pi, seed: int = 3
) -> SyntheticPeople:
    return SyntheticPeople(
        (visit("g", arrive_s=10, stay_s=20, place_m=place_m, faces_rad=faces_rad, acts=acts),), seed
    )


def gestures(
    people: SyntheticPeople, from_s: float, to_s: float, *, per_s: float = 30.0
) -> list[BodyGesture]:
    reader = GestureReader()
    return [
        gesture
        for host_s in np.arange(from_s, to_s, 1 / per_s)
        for gesture in reader.look(people.at(float(host_s)), float(host_s))
    ]


@pytest.mark.parametrize("side", ["left", "right"])
@pytest.mark.parametrize("kind", ["wave", "raise_hand", "high_five"])
@pytest.mark.parametrize(("place_m", "per_s"), [((2.0, 0.4), 30.0), ((4.5, -1.0), 12.0)])
def test_a_gesture_is_recovered(kind: str, side: str, place_m: tuple[float, float], per_s: float) -> None:
    people = hall(Act(kind=kind, from_s=12, to_s=15, side=side), place_m=place_m)
    found = gestures(people, 11.5, 15.5, per_s=per_s)
    assert {one.kind for one in found} == {MEANT[kind]}
    assert all(0.4 <= one.confidence <= 1.0 for one in found)
    assert 11.4 <= found[0].began_host_s <= 13.0
    assert found[0].host_s < 14.0, "it is told while it goes on"


def test_one_gesture_keeps_its_begin_and_the_next_has_another() -> None:
    wave = {"kind": "wave", "side": "right"}
    people = hall(Act(from_s=12, to_s=15, **wave), Act(from_s=18, to_s=21, **wave))
    begins = {one.began_host_s for one in gestures(people, 11, 22, per_s=12.0)}
    assert len(begins) == 2
    assert max(begins) - min(begins) == pytest.approx(6.0, abs=0.7)


@pytest.mark.parametrize("seed", range(3))
def test_standing_walking_and_clapping_mean_nothing(seed: int) -> None:
    clap = Act(kind="clap", from_s=13, to_s=20, tempo_bpm=110)
    assert gestures(hall(clap, seed=seed), 7, 20, per_s=12.0) == []


def test_a_wave_with_a_dancing_body_is_believed_less() -> None:
    times_s = np.arange(45) / 30
    still = np.array(
        [
            track.keypoints
            for t in times_s
            for track in hall(Act(kind="wave", from_s=10.5, to_s=15)).at(12 + t)
        ]
    )
    dancing = still.copy()
    dancing[:, :, 0] += 0.05 * np.sin(2 * np.pi * times_s)[:, None]
    assert read(times_s, still)["wave"] > 0.6
    assert read(times_s, dancing).get("wave", 0.0) < read(times_s, still)["wave"] - 0.1


def test_nothing_is_told_of_a_slow_camera_a_gap_or_no_body() -> None:
    people = hall(Act(kind="raise_hand", from_s=10.5, to_s=15))
    assert gestures(people, 11, 15, per_s=4.0) == []
    reader = GestureReader()
    reader.look(people.at(12.0), 12.0)
    assert reader.look(people.at(14.0), 14.0) == ()
    assert reader.look((BodyTrack(id="x", host_s=15.0, confidence=1.0),), 15.0) == ()


def test_a_hand_out_of_the_picture_means_nothing() -> None:
    people = hall(Act(kind="raise_hand", from_s=10.5, to_s=15))
    times_s = np.arange(45) / 30
    seen = np.array([track.keypoints for t in times_s for track in people.at(12 + t)])
    assert "raised_hand" in read(times_s, seen)
    seen[:, [9, 10], 2] = 0.0
    assert read(times_s, seen) == {}
    seen[:, [5, 6], 2] = 0.0
    assert read(times_s, seen) == {}
