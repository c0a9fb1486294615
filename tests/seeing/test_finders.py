"""Movement and markers found in drawn pictures; bodies by networks that are missing say what is missing."""

import sys
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest

from temirbek.errors import InvalidInput
from temirbek.seeing import (
    Act,
    Following,
    Guest,
    Markers,
    MediaPipePoses,
    MotionOnly,
    OnnxPoses,
    Stop,
    SyntheticPeople,
    draw,
    eyes_of,
    finder_of,
    floor_of,
    ids_from,
)
from temirbek.seeing.mediapipe_poses import COCO_OF_33, coco_of
from temirbek.types import COCO_KEYPOINTS, Eyes


def standing(name: str, x: float, y: float, heading: float = np.pi, acts: tuple[Act, ...] = ()) -> Guest:
    return Guest(name=name, stops=(Stop(host_s=0.0, place_m=(x, y), heading_rad=heading),), acts=acts)


def test_markers_are_found_below_the_bib_with_random_ids() -> None:
    guests = (standing("a", 2.5, 0.7), standing("b", 4.0, -0.8, np.pi + 0.5), standing("c", 3.0, -0.2, 0.0))
    people = SyntheticPeople(guests, 1)
    finder = Markers()
    finder.open()
    floor = floor_of(people.camera.floor_points([(1, -1), (1, 1), (5, 2), (5, -2)]), people.camera.aspect)
    follow = Following(ids_from(np.random.default_rng(1)), floor)
    for k in range(5):
        sightings = finder.find(draw(people, k / 10, height_px=720, bibs={"a": 3, "b": 7, "c": 9}), k / 10)
        tracks = follow.follow(sightings, k / 10)
    finder.close()
    assert {one.badge for one in sightings} == {"3", "7"}, "the third turns their back"
    places = {one.badge: track.position_m for one, track in zip(sightings, tracks, strict=True)}
    assert places["3"] == pytest.approx((2.5, 0.7), abs=0.25)
    assert places["7"] == pytest.approx((4.0, -0.8), abs=0.3)
    assert all(len(track.id) == 16 and track.heading_rad is None for track in tracks)


def test_an_empty_room_has_no_markers() -> None:
    finder = Markers()
    finder.open()
    assert finder.find(draw(SyntheticPeople((), 1), 0.0), 0.0) == ()


def test_who_walks_is_a_patch_and_an_empty_room_is_none() -> None:
    walk = Guest(
        name="w",
        stops=(
            Stop(host_s=2.0, place_m=(3.5, -1.5)),
            Stop(host_s=6.0, place_m=(3.5, 1.5), heading_rad=np.pi),
        ),
    )
    people = SyntheticPeople((walk,), 1)
    finder = MotionOnly()
    finder.open()
    n_found, errors = [], []
    for k in range(80):
        host_s = k / 15
        found = finder.find(draw(people, host_s, height_px=360), host_s)
        if host_s < 2.0:
            assert found == ()
            continue
        n_found.append(len(found))
        if len(found) == 1:
            true = people.camera.project(people.bodies_at(host_s)[0][1])
            errors.append(abs(found[0].center[0] - true[:, 0].mean()))
            assert not len(found[0].keypoints)
    assert np.mean(np.array(n_found[5:]) == 1) > 0.9
    assert max(errors) < 0.1
    assert 0.0 < found[0].motion <= 1.0


def test_when_the_light_changes_nobody_is_seen() -> None:
    finder = MotionOnly()
    finder.open()
    room = draw(SyntheticPeople((), 1), 0.0, height_px=180)
    for k in range(40):
        assert finder.find(room, k / 15) == ()
    assert finder.find((room * 0.4).astype(np.uint8), 41 / 15) == ()


@pytest.mark.parametrize(("make", "package"), [(MotionOnly, "seeing"), (Markers, "seeing")])
def test_without_opencv_the_extra_is_named(make, package: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "cv2", None)
    with pytest.raises(InvalidInput, match=rf"temirbek\[{package}\]"):
        make().open()


@pytest.mark.parametrize(
    ("make", "package", "extra"),
    [(MediaPipePoses, "mediapipe", "mediapipe"), (OnnxPoses, "onnxruntime", "onnx")],
)
def test_without_file_or_package_it_says_which(
    make, package: str, extra: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "network"
    with pytest.raises(InvalidInput, match=r"no such file.*fetches none"):
        make(path).open()
    path.write_bytes(b"something")
    monkeypatch.setitem(sys.modules, package, None)
    with pytest.raises(InvalidInput, match=rf"'{package}'.*temirbek\[{extra}\]"):
        make(path).open()


def test_mediapipe_points_become_coco_points() -> None:
    assert len(COCO_OF_33) == len(COCO_KEYPOINTS)
    landmarks = [SimpleNamespace(x=k / 100, y=k / 50, visibility=0.9) for k in range(33)]
    landmarks[16].visibility = None
    body = coco_of(landmarks, 2.0)
    assert body.shape == (17, 3)
    assert body[COCO_KEYPOINTS.index("left_shoulder")] == pytest.approx([0.22, 0.22, 0.9])
    assert body[COCO_KEYPOINTS.index("right_wrist")] == pytest.approx([0.32, 0.32, 0.0])


def test_the_venue_chooses_the_eyes(tmp_path: Path) -> None:
    def chosen(**venue: str):
        return eyes_of(Eyes(**venue), new_id=lambda: "x", seed=1, now_s=lambda: 0.0)

    assert chosen() is None
    assert isinstance(chosen(source="synthetic"), SyntheticPeople)
    motion = chosen(source="motion", pictures="0")
    assert motion is not None
    assert not motion.sees.bodies
    assert not motion.sees.places, "without a floor nobody has a place"
    assert chosen(source="onnx", pictures=str(tmp_path), network="x.onnx").sees.bodies
    with pytest.raises(InvalidInput, match="no such file or folder"):
        chosen(source="markers", pictures=str(tmp_path / "none.mp4"))
    with pytest.raises(InvalidInput, match="looks at no pictures"):
        finder_of(Eyes(source="synthetic"))
