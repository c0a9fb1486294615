"""The film: as long as the mix, with its sound, showing motion; or a clear word about what is missing."""

import sys
from dataclasses import replace
from pathlib import Path

import mujoco
import numpy as np
import pytest

from temirbek.errors import DeviceLost
from temirbek.replay import video, write_video

from .makers import Made, make_show

ROBOT = """
<body name="{id}/base" pos="0 0 1"><freejoint name="{id}/root"/>
  <geom type="box" size=".12 .2 .35" rgba="{color} 1" mass="1"/>
  <body pos="0 0 .45"><joint name="{id}/nod" axis="0 1 0"/><geom type="sphere" size=".12" mass="1"/></body>
</body>"""


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Made:
    """Half a second of a made-up show: 15 pictures."""
    made = make_show(tmp_path_factory.mktemp("mix"), n_bars=4)
    return replace(made, mix=replace(made.mix, duration_s=0.5))


@pytest.fixture
def scene(made: Made) -> mujoco.MjModel:
    """Four boxes that nod, under the names that a scene gives them."""
    robots = "".join(
        ROBOT.format(id=name, color=f"{0.2 + 0.2 * i} .6 .9") for i, name in enumerate(made.executed)
    )
    return mujoco.MjModel.from_xml_string(
        f'<mujoco><worldbody><light pos="3 0 4" dir="-.6 0 -.8"/><geom type="plane" size="4 4 .1"/>{robots}</worldbody></mujoco>'
    )


@pytest.fixture(autouse=True)
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    """Small pictures: these tests look at the film, not at its beauty."""
    monkeypatch.setattr(video, "SIZE", (320, 180))


def test_film_shows_the_motion_and_holds_the_sound(made: Made, scene: mujoco.MjModel, tmp_path: Path) -> None:
    av = pytest.importorskip("av", reason="the video needs PyAV (temirbek[media])")
    path = tmp_path / "show.mp4"
    shares: list[float] = []
    try:
        write_video(path, scene=scene, executed=made.executed, mix=made.mix, on_progress=shares.append)
    except DeviceLost as lost:
        pytest.skip(str(lost))
    with av.open(str(path)) as film:
        assert {s.type for s in film.streams} == {"video", "audio"}
        pictures = [frame.to_ndarray(format="gray").astype(float) for frame in film.decode(video=0)]
    assert len(pictures) == 15
    assert pictures[0].shape == (180, 320)
    assert pictures[0].max() > 60  # somebody stands in the light
    assert np.abs(pictures[-1] - pictures[0]).max() > 30  # and moves
    assert shares[-1] == 1.0
    assert [p.name for p in tmp_path.iterdir()] == ["show.mp4"]


def test_without_pyav_one_is_told_what_to_install(
    made: Made, scene: mujoco.MjModel, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "av", None)
    with pytest.raises(DeviceLost, match=r"temirbek\[media\]|libEGL"):
        write_video(tmp_path / "show.mp4", scene=scene, executed=made.executed, mix=made.mix)
    assert not list(tmp_path.iterdir())


def test_without_egl_one_is_told_what_to_install(
    made: Made, scene: mujoco.MjModel, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "mujoco.egl", None)
    with pytest.raises(DeviceLost, match="libegl1"):
        write_video(tmp_path / "show.mp4", scene=scene, executed=made.executed, mix=made.mix)
