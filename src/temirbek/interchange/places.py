"""Where files lie, as other programs write it: URLs, Windows drives, network shares.

A library may come from another machine. Its paths are kept as they are written ("C:/Music/a.wav" stays so on Linux):
they name a file there, and :func:`temirbek.interchange.match` finds the same recording here.
"""

import os
import re
from pathlib import Path, PurePosixPath
from urllib.parse import quote_from_bytes, unquote_to_bytes

from temirbek.errors import InvalidInput

URL_START = "file://localhost"
_DRIVE = re.compile(r"^[A-Za-z]:/")


def path_text(path: Path) -> str:
    """A path with forward slashes; absolute, unless it lies on another machine's drive or share."""
    text = _forward(str(path))
    if text.startswith("/") or _DRIVE.match(text):
        return text
    return os.path.abspath(text)


def line_path(path: Path) -> str:
    """A path for formats that hold one a line.

    Raises:
        InvalidInput: There is a line break in it.
    """
    text = path_text(path)
    if len(text.splitlines()) > 1:
        raise InvalidInput(
            f"{text!r}: a path with a line break cannot stand in a playlist or project; rename the file"
        )
    return text


def location_of(path: Path) -> str:
    """The URL by which Rekordbox names a file: ``file://localhost/…``, bytes of UTF-8 percent-encoded."""
    text = path_text(path)
    encoded = quote_from_bytes(os.fsencode(text), safe="/")
    if _DRIVE.match(text):
        encoded = "/" + text[:2] + encoded[len("C%3A") :]
    return URL_START + encoded


def path_of(location: str) -> Path | None:
    """The path that a URL or a bare path names; None where it is no file (a streaming service's track)."""
    if not location or "\0" in location:
        return None
    if not location.lower().startswith("file:"):
        return _bare(location)
    host, slash, rest = location[len("file:") :].removeprefix("//").partition("/")
    text = slash + os.fsdecode(unquote_to_bytes(rest))
    if not text or "\0" in text:
        return None
    if host.lower() not in ("", "localhost"):
        return Path(f"//{host}{text}")
    return Path(text[1:] if _DRIVE.match(text[1:]) else text)


def _bare(location: str) -> Path | None:
    text = _forward(location)
    return Path(text) if text.startswith("/") or _DRIVE.match(text) else None


def _forward(text: str) -> str:
    """Forward slashes in a Windows path; elsewhere a backslash is a letter like any other."""
    is_windows = os.name == "nt" or text.startswith("\\\\") or _DRIVE.match(text[:3].replace("\\", "/"))
    return text.replace("\\", "/") if is_windows else text


def file_name(path: Path) -> str:
    """The last part of a path, whichever machine wrote it."""
    return PurePosixPath(str(path).replace("\\", "/")).name
