"""The verb: the executed motion as a film, rendered by MuJoCo without a window.

The picture at mix instant t shows every robot at the physics row nearest to t (1 ms at 500 Hz); the sound is the
mix itself. The camera swings slowly before the stage, a function of time like everything else.
"""

import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any

import mujoco
import numpy as np
from numpy.typing import NDArray

from temirbek.errors import DeviceLost
from temirbek.replay.film import Film
from temirbek.types import ExecutedMotion, Mix, Progress, no_progress

FRAMES_PER_S = 30
SIZE = (1280, 720)
LOOK_AT_M = (-0.3, 0.0, 0.85)
DISTANCE_M = 4.9
ELEVATION_DEG = -9.0
SWING_DEG = 24.0
SWING_S = 48.0
EDGE_SAMPLES = 2
SHADOW_PIXELS = 2048
"""Both half of what MuJoCo would take: without a graphics card a picture then costs 0.1 s instead of 0.3 s."""
TOWARDS_STAGE_DEG = 180.0
"""The audience looks along −x."""


def write_video(
    path: Path,
    *,
    scene: mujoco.MjModel,
    executed: Mapping[str, ExecutedMotion],
    mix: Mix,
    on_progress: Progress = no_progress,
) -> None:
    """Writes an mp4 (H.264, AAC); it appears under its name only when it is complete.

    Args:
        path: The file.
        scene: All robots of ``executed``, each under the prefix "<performer id>/", its base a joint "root"; its picture
            settings (``scene.vis``) are changed.
        executed: Performer id → what physics made of the dance.
        mix: What sounds.
        on_progress: Hears the share done.

    Raises:
        DeviceLost: PyAV (``temirbek[media]``) or a way to draw without a window (libEGL) is not there.
    """
    painter = _Painter(scene, executed)
    partial = path.with_name(f".{path.name}.{os.getpid()}.partial.mp4")
    n_frames = max(1, int(mix.duration_s * FRAMES_PER_S))
    try:
        with Film(partial, size=SIZE, frames_per_s=FRAMES_PER_S, sound=mix.audio_path) as film:
            for index, picture in enumerate(painter.pictures(n_frames)):
                film.add(picture, Fraction(index, FRAMES_PER_S))
                if index % FRAMES_PER_S == 0:
                    on_progress(index / n_frames)
        partial.replace(path)
    finally:
        partial.unlink(missing_ok=True)
        painter.close()
    on_progress(1.0)


@dataclass(frozen=True, slots=True, eq=False)
class _Part:
    """One robot's motion, and where its columns lie in the scene's qpos."""

    motion: ExecutedMotion
    columns: NDArray[np.int64]

    def pose_at(self, mix_s: float) -> NDArray[np.float64]:
        row = round((mix_s - self.motion.start_s) * self.motion.rate_hz)
        return np.asarray(self.motion.qpos[min(max(row, 0), len(self.motion.qpos) - 1)])


class _Painter:
    """Draws the scene at instants into pictures of shape (height, width, 3)."""

    def __init__(self, scene: mujoco.MjModel, executed: Mapping[str, ExecutedMotion]) -> None:
        self._model = scene
        self._data = mujoco.MjData(scene)
        self._parts = [_Part(motion, _columns(scene, name, motion)) for name, motion in executed.items()]
        width, height = SIZE
        scene.vis.quality.offsamples = EDGE_SAMPLES
        scene.vis.quality.shadowsize = SHADOW_PIXELS
        scene.vis.global_.offwidth = max(scene.vis.global_.offwidth, width)
        scene.vis.global_.offheight = max(scene.vis.global_.offheight, height)
        self._gl = _windowless(width, height)
        self._gl.make_current()
        self._context = mujoco.MjrContext(scene, mujoco.mjtFontScale.mjFONTSCALE_100)
        mujoco.mjr_setBuffer(mujoco.mjtFramebuffer.mjFB_OFFSCREEN, self._context)
        self._picture = mujoco.MjvScene(scene, maxgeom=20_000)
        self._camera = mujoco.MjvCamera()
        self._options = mujoco.MjvOption()
        # Collision shapes lie in group 3; they are for physics, not for eyes.
        self._options.geomgroup[3:] = 0

    def pictures(self, n_frames: int) -> Iterator[NDArray[np.uint8]]:
        """The first ``n_frames`` pictures of the show."""
        for index in range(n_frames):
            yield self._draw(index / FRAMES_PER_S)

    def _draw(self, mix_s: float) -> NDArray[np.uint8]:
        for part in self._parts:
            self._data.qpos[part.columns] = part.pose_at(mix_s)
        mujoco.mj_kinematics(self._model, self._data)
        mujoco.mj_camlight(self._model, self._data)
        _aim(self._camera, mix_s)
        mujoco.mjv_updateScene(
            self._model,
            self._data,
            self._options,
            None,
            self._camera,
            mujoco.mjtCatBit.mjCAT_ALL,
            self._picture,
        )
        width, height = SIZE
        rows = np.empty((height, width, 3), dtype=np.uint8)
        view = mujoco.MjrRect(0, 0, width, height)
        mujoco.mjr_render(view, self._picture, self._context)
        mujoco.mjr_readPixels(rows, None, view, self._context)
        return np.ascontiguousarray(rows[::-1])  # OpenGL counts rows from below

    def close(self) -> None:
        """Lets go of the graphics context."""
        self._context.free()
        self._gl.free()


def _aim(camera: mujoco.MjvCamera, mix_s: float) -> None:
    camera.lookat[:] = LOOK_AT_M
    camera.distance = DISTANCE_M
    camera.elevation = ELEVATION_DEG
    camera.azimuth = TOWARDS_STAGE_DEG + SWING_DEG * np.sin(2 * np.pi * mix_s / SWING_S)


def _columns(scene: mujoco.MjModel, performer: str, motion: ExecutedMotion) -> NDArray[np.int64]:
    root = int(scene.joint(f"{performer}/root").qposadr[0])
    joints = [int(scene.joint(f"{performer}/{name}").qposadr[0]) for name in motion.joint_names]
    return np.array([*range(root, root + 7), *joints])


def _windowless(width: int, height: int) -> Any:
    try:
        # Imported here: it looks for libEGL, which machines without graphics do not have and nothing else needs.
        from mujoco.egl import GLContext

        return GLContext(width, height)
    except (ImportError, AttributeError, RuntimeError) as error:
        raise DeviceLost(
            f"the video needs OpenGL without a window (libEGL; on Debian: apt-get install libegl1), "
            f"and it is not there: {error}"
        ) from error
