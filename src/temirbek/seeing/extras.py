"""The door to packages that are there only where an extra of ours is installed: OpenCV, ONNX Runtime, MediaPipe."""

from importlib import import_module
from typing import Any

from temirbek.errors import InvalidInput


def opencv(what_for: str) -> Any:
    """The package ``cv2``.

    Raises:
        InvalidInput: It is not installed.
    """
    return needed("cv2", what_for, extra="seeing")


def needed(package: str, what_for: str, *, extra: str) -> Any:
    """A package that is there only where an extra of ours is installed.

    Raises:
        InvalidInput: It is not installed; the message names the extra.
    """
    try:
        return import_module(package)
    except ImportError as error:
        raise InvalidInput(
            f"{what_for} needs the package {package!r}: pip install 'temirbek[{extra}]' ({error})"
        ) from error
