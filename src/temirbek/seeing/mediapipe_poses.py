"""Bodies by MediaPipe's pose landmarker, whose file (``pose_landmarker_….task``) the user names; none is brought or fetched.

It tells 33 points; the seventeen of the COCO data set are among them.
"""

from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from temirbek.errors import InvalidInput
from temirbek.seeing.extras import needed, opencv
from temirbek.seeing.source import Pixels, Sees, Sighting, sighting_of

COCO_OF_33 = (0, 2, 5, 7, 8, 11, 12, 13, 14, 15, 16, 23, 24, 25, 26, 27, 28)
"""Which of the 33 are nose, eyes, ears, shoulders, elbows, wrists, hips, knees and ankles."""
MOST_PEOPLE = 6


class MediaPipePoses:
    """A :class:`~temirbek.seeing.Finder`.

    Args:
        path: The task file.
    """

    sees = Sees(bodies=True, places=True, headings=True)

    def __init__(self, path: Path) -> None:
        self._path = path
        self._package: Any = None
        self._landmarker: Any = None
        self._last_ms = -1

    def open(self) -> None:
        """Loads the network."""
        network = network_file(self._path, "MediaPipe's pose landmarker", ".task")
        opencv("seeing bodies")
        self._package = needed("mediapipe", "seeing bodies by MediaPipe", extra="mediapipe")
        tasks = self._package.tasks
        options = tasks.vision.PoseLandmarkerOptions(
            base_options=tasks.BaseOptions(model_asset_path=str(network)),
            running_mode=tasks.vision.RunningMode.VIDEO,
            num_poses=MOST_PEOPLE,
        )
        try:
            self._landmarker = tasks.vision.PoseLandmarker.create_from_options(options)
        except (RuntimeError, ValueError, OSError) as error:
            raise InvalidInput(f"{network}: not a pose landmarker ({error})") from error
        self._last_ms = -1

    def close(self) -> None:
        """Lets go of it."""
        if self._landmarker is not None:
            self._landmarker.close()
            self._landmarker = None

    def find(self, pixels: Pixels, host_s: float) -> tuple[Sighting, ...]:
        """Bodies in the picture; its times must grow, and do so at least by a millisecond here."""
        self._last_ms = max(int(host_s * 1e3), self._last_ms + 1)
        picture = self._package.Image(
            image_format=self._package.ImageFormat.SRGB, data=np.ascontiguousarray(pixels[..., ::-1])
        )
        found = self._landmarker.detect_for_video(picture, self._last_ms)
        aspect = pixels.shape[1] / pixels.shape[0]
        bodies = (coco_of(body, aspect) for body in found.pose_landmarks)
        sightings = (sighting_of(body, float(body[:, 2].mean())) for body in bodies)
        return tuple(one for one in sightings if one is not None)


def coco_of(landmarks: Any, aspect: float) -> NDArray[np.float64]:
    """Seventeen key points (17, 3) of MediaPipe's 33, whose x and y are shares of the picture's width and height."""
    chosen = [landmarks[k] for k in COCO_OF_33]
    return np.array([[one.x * aspect, one.y, np.clip(one.visibility or 0.0, 0.0, 1.0)] for one in chosen])


def network_file(path: Path, what: str, suffix: str) -> Path:
    """The path, if a file is there.

    Raises:
        InvalidInput: There is none.
    """
    if not path.is_file():
        raise InvalidInput(
            f"{path}: no such file; expected {what} ({suffix}); Temirbek brings no network and fetches none"
        )
    return path
