"""BVH: forward kinematics with known answers, tolerance where meaning is the same, refusal where it is not."""

from pathlib import Path

import numpy as np
import pytest

from temirbek.errors import InvalidInput
from temirbek.interchange.bvh import Bvh, read_bvh
from temirbek.interchange.skeleton_map import NEEDED, body_of, known_maps, read_map

TWO_BONES = """HIERARCHY
ROOT Base
{
  OFFSET 0 0 0
  CHANNELS 6 Xposition Yposition Zposition Zrotation Xrotation Yrotation
  JOINT Tip
  {
    OFFSET 0 2 0
    CHANNELS 3 Zrotation Xrotation Yrotation
    End Site
    {
      OFFSET 1 0 0
    }
  }
}
MOTION
Frames: 30
Frame Time: 0.0333333
"""
ROW = "1 0 0 90 0 0 0 0 90"


def read(folder: Path, text: str) -> Bvh:
    path = folder / "clip.bvh"
    path.write_text(text, encoding="utf-8")
    return read_bvh(path)


def test_turns_follow_each_other_in_the_order_of_the_channels(tmp_path: Path) -> None:
    places = read(tmp_path, TWO_BONES + "\n".join([ROW] * 30)).positions()
    assert np.allclose(places["Base"][0], (1, 0, 0))
    assert np.allclose(places["Tip"][0], (-1, 0, 0))  # two up, turned by 90° about z
    assert np.allclose(places["Tip.end"][0], (-1, 0, -1))  # x turned about y to −z, which z leaves as it is


def test_writers_may_differ_in_what_means_nothing(tmp_path: Path) -> None:
    plain = read(tmp_path, TWO_BONES + "\n".join([ROW] * 30))
    odd = (
        TWO_BONES.replace("HIERARCHY", "\ufeffHierarchy")
        .replace("ROOT Base\n{", "root Base {")
        .replace("  ", "\t")
    )
    odd = odd.replace("Frames: 30", "Frames:30\n").replace("End Site", "END SITE").replace("\n", "\r\n")
    halves = "\r\n".join(["1 0 0 90 0", "0 0 0 90"] * 30)
    same = read(tmp_path, odd + halves)
    assert np.array_equal(plain.values, same.values)
    assert [j.name for j in plain.joints] == [j.name for j in same.joints]


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("HIERARCHY", "HELLO", "line 1: 'HELLO'; expected HIERARCHY"),
        ("OFFSET 0 2 0", "OFFSET 0 two 0", "three numbers"),
        ("CHANNELS 3 Zrotation", "CHANNELS 3 Wrotation", "expected CHANNELS"),
        ("CHANNELS 6", "CHANNELS 5", "expected CHANNELS"),
        ("JOINT Tip", "JOINT Base", "a second joint named 'Base'"),
        ("OFFSET 1 0 0\n    }\n", "OFFSET 1 0 0\n", "1 braces are not closed"),
        ("Frames: 30", "Frames: 31", "expected 31 frames of 9 channels, 279"),
        ("Frames: 30", "Frames: many", "Frames: and a number"),
        ("Frame Time: 0.0333333", "Frame Time: 3", "seconds from 0.001"),
        (ROW, ROW.replace("90", "nan"), "expected a finite number"),
    ],
)
def test_what_would_change_the_meaning_is_refused(tmp_path: Path, old: str, new: str, words: str) -> None:
    text = (TWO_BONES + "\n".join([ROW] * 30)).replace(old, new, 1)
    with pytest.raises(InvalidInput, match=words):
        read(tmp_path, text)


@pytest.mark.parametrize("end", range(20, len(TWO_BONES) + 200, 37))
def test_a_file_cut_short_anywhere_is_refused(tmp_path: Path, end: int) -> None:
    with pytest.raises(InvalidInput):
        read(tmp_path, (TWO_BONES + "\n".join([ROW] * 30))[:end])


def test_known_maps_name_all_that_is_needed_and_are_told_apart() -> None:
    maps = known_maps()
    assert len({m.title for m in maps}) == len(maps) >= 6
    assert all(set(NEEDED) <= set(m.joints) for m in maps)


def test_a_skeleton_without_a_map_is_refused_with_the_parts(tmp_path: Path) -> None:
    bvh = read(tmp_path, TWO_BONES + "\n".join([ROW] * 30))
    with pytest.raises(InvalidInput, match=r"no joint for pelvis, .*left_ankle.*joints: Base, Tip"):
        body_of(bvh)


def test_a_wrong_map_tells_all_its_faults(tmp_path: Path) -> None:
    path = tmp_path / "map.toml"
    path.write_text('unit = "ell"\nup = "x"\n[joints]\npelvis = 3\ntail = "Tail"\n', encoding="utf-8")
    with pytest.raises(InvalidInput) as caught:
        read_map(path)
    told = str(caught.value)
    assert all(
        word in told for word in ("'ell'", "up: 'x'", "joints.pelvis", "joints.tail", "nothing for spine")
    )
