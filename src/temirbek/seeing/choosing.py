"""From what the venue says (``[venue.eyes]``) to a pair of eyes."""

from collections.abc import Callable
from pathlib import Path

from temirbek.errors import InvalidInput
from temirbek.seeing.camera import Camera
from temirbek.seeing.film import Film
from temirbek.seeing.markers import Markers
from temirbek.seeing.mediapipe_poses import MediaPipePoses
from temirbek.seeing.motion_only import MotionOnly
from temirbek.seeing.onnx_poses import OnnxPoses
from temirbek.seeing.picture_folder import PictureFolder
from temirbek.seeing.pictures import PictureSource
from temirbek.seeing.source import Finder, PoseSource
from temirbek.seeing.synthetic import SyntheticPeople
from temirbek.seeing.watching import Watching
from temirbek.types import Eyes


def eyes_of(
    eyes: Eyes, *, new_id: Callable[[], str], seed: int, now_s: Callable[[], float]
) -> PoseSource | None:
    """The eyes that a venue has; not opened yet. None where it has none.

    Args:
        eyes: What the venue says.
        new_id: Makes a random id.
        seed: Of the simulated hall.
        now_s: The host's clock.

    Raises:
        InvalidInput: What pictures come from is not there.
    """
    if eyes.source == "none":
        return None
    if eyes.source == "synthetic":
        return SyntheticPeople((), seed, now_s=now_s)
    return Watching(
        pictures_of(eyes.pictures),
        finder_of(eyes),
        new_id=new_id,
        floor=eyes.floor,
        latency_s=eyes.latency_ms / 1e3,
    )


def finder_of(eyes: Eyes) -> Finder:
    """Who finds people in pictures.

    Raises:
        InvalidInput: The source looks at no pictures.
    """
    if eyes.source == "motion":
        return MotionOnly()
    if eyes.source == "markers":
        return Markers()
    if eyes.source == "mediapipe":
        return MediaPipePoses(Path(eyes.network))
    if eyes.source == "onnx":
        return OnnxPoses(Path(eyes.network))
    raise InvalidInput(f"eyes: the source {eyes.source!r} looks at no pictures")


def pictures_of(words: str) -> PictureSource:
    """What a venue's ``pictures`` means: a number or a device is a camera, a folder one of pictures, a file a film.

    Raises:
        InvalidInput: There is nothing of that name.
    """
    if words.isdigit() or words.startswith("/dev/"):
        return Camera(words)
    path = Path(words)
    if path.is_dir():
        return PictureFolder(path)
    if path.is_file():
        return Film(path)
    raise InvalidInput(
        f"{words}: no such file or folder; expected a camera's number (0, 1 …), its device (/dev/video0), "
        "a video file or a folder of pictures"
    )
