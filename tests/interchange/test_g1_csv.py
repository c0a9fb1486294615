"""Tables of a G1's postures: read, or refused with all that is wrong."""

import os
from pathlib import Path

import numpy as np
import pytest

from temirbek.errors import InvalidInput
from temirbek.interchange.g1_csv import G1_JOINTS, read_g1_csv
from temirbek.robots import robot_model


def table(rows: int = 40) -> np.ndarray:
    made = np.zeros((rows, 36))
    made[:, 2], made[:, 6] = 0.79, 1.0
    made[:, 7:] = 0.01 * np.arange(29)
    made[:, 0] = np.linspace(0.0, 1.0, rows)
    return made


def written(folder: Path, rows: np.ndarray, head: str = "", tail: str = "\n") -> Path:
    path = folder / "clip.csv"
    path.write_text(
        head + "\n".join(",".join(f"{x:g}" for x in row) for row in rows) + tail, encoding="utf-8"
    )
    return path


def test_the_order_of_joints_is_the_robots_own() -> None:
    assert tuple(name.removesuffix("_joint") for name in robot_model("g1").joint_names) == G1_JOINTS


def test_columns_come_out_in_the_order_of_the_house(tmp_path: Path) -> None:
    rows = table()
    rows[:, 3:7] = (0.0, 0.0, 0.6, 0.8)
    clip = read_g1_csv(written(tmp_path, rows), rate_hz=30.0)
    assert clip.rate_hz == 30.0
    assert np.allclose(clip.qpos[:, 3:7], (0.8, 0.0, 0.0, 0.6))
    assert np.allclose(clip.qpos[:, 7:], 0.01 * np.arange(29))


def test_a_quaternion_that_changes_sign_does_not_jump(tmp_path: Path) -> None:
    rows = table()
    rows[20:, 3:7] *= -1.0
    assert np.allclose(read_g1_csv(written(tmp_path, rows)).qpos[:, 3], 1.0)


def test_names_of_the_right_columns_are_no_fault(tmp_path: Path) -> None:
    names = ["x", "y", "z", "qx", "qy", "qz", "qw", *(f"{j}_joint" for j in G1_JOINTS)]
    assert len(read_g1_csv(written(tmp_path, table(), ",".join(names) + "\n")).qpos) == 40


def test_names_in_another_order_are_refused_with_the_column(tmp_path: Path) -> None:
    joints = [*G1_JOINTS[6:12], *G1_JOINTS[:6], *G1_JOINTS[12:]]
    head = ",".join(["x", "y", "z", "qx", "qy", "qz", "qw", *joints]) + "\n"
    with pytest.raises(InvalidInput, match="column 8 is named 'right_hip_pitch'; expected 'left_hip_pitch'"):
        read_g1_csv(written(tmp_path, table(), head))


def test_all_faults_come_at_once(tmp_path: Path) -> None:
    lines = written(tmp_path, table()).read_text().splitlines()
    lines[3] = lines[3].replace("0.79", "nan")
    lines[7] = ",".join(lines[7].split(",")[:20])
    lines[9] = lines[9].replace("0.79", "high")
    (tmp_path / "clip.csv").write_text("\n".join(lines))
    with pytest.raises(InvalidInput) as caught:
        read_g1_csv(tmp_path / "clip.csv")
    told = str(caught.value)
    assert "line 4, column 3" in told
    assert "line 8: 20 columns; expected 36" in told
    assert "line 10: column 3: 'high'" in told


@pytest.mark.parametrize(
    ("spoil", "words"),
    [
        (lambda t: np.hstack([t[:, :3], t[:, [6, 3, 4, 5]], t[:, 7:]]), "scalar first"),
        (lambda t: np.hstack([t[:, :7], np.degrees(t[:, 7:]) * 3]), "no degrees"),
        (lambda t: t * np.where(np.arange(36) == 2, 100.0, 1.0), "height of 79"),
        (lambda t: t * np.where(np.arange(36) == 6, 0.5, 1.0), "quaternion of length 1"),
        (lambda t: t[:5], "5 rows; expected 30"),
        (lambda t: t[:, :35], "35 columns"),
    ],
)
def test_what_means_something_else_is_refused(tmp_path: Path, spoil, words: str) -> None:  # type: ignore[no-untyped-def]
    with pytest.raises(InvalidInput, match=words):
        read_g1_csv(written(tmp_path, spoil(table())))


def test_no_file_and_an_empty_one(tmp_path: Path) -> None:
    with pytest.raises(InvalidInput, match="cannot be read"):
        read_g1_csv(tmp_path / "none.csv")
    (tmp_path / "empty.csv").write_text("")
    with pytest.raises(InvalidInput, match="0 rows"):
        read_g1_csv(tmp_path / "empty.csv")


def test_recorded_clips_are_read() -> None:
    folder = os.environ.get("TEMIRBEK_MOTION")
    if not folder:
        pytest.skip("TEMIRBEK_MOTION does not name a folder of recorded motion")
    clips = sorted(Path(folder).glob("*.csv"))
    assert clips
    model = robot_model("g1")
    for path in clips:
        joints = read_g1_csv(path).qpos[:, 7:]
        assert np.all((joints >= model.lower_rad - 0.05) & (joints <= model.upper_rad + 0.05))
