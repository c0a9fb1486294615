"""Where the page's front end lies."""

from importlib import resources
from pathlib import Path

from temirbek.errors import DeviceLost


def template_path() -> Path:
    """The page without its show, as the package holds it, whether it was built or not."""
    return Path(str(resources.files("temirbek") / "replay" / "page.html"))


def template() -> Path:
    """The page without its show.

    Raises:
        DeviceLost: It was not built.
    """
    path = template_path()
    if not path.is_file():
        raise DeviceLost("the page's front end is not built; run `make setup` in the project's folder")
    return path
