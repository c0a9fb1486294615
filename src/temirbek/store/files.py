"""Files and folders that appear under their final name only when they are complete."""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from temirbek.errors import InvalidInput


def write_text(path: Path, text: str) -> None:
    """Writes a text file (UTF-8) at once: a reader sees the old file or the new one, never a part."""
    write_bytes(path, text.encode("utf-8"))


def write_bytes(path: Path, data: bytes) -> None:
    """Writes a file at once, like :func:`write_text`."""
    partial = path.with_name(f".{path.name}.{os.getpid()}.partial")
    try:
        partial.write_bytes(data)
        partial.replace(path)
    finally:
        partial.unlink(missing_ok=True)


@contextmanager
def fresh_folder(final: Path, marker: str) -> Iterator[Path]:
    """A new folder to fill, which takes the name ``final`` only when the block ends without an exception.

    An older folder of that name is replaced if it is one of ours (holds a file named ``marker``) or is empty.

    Raises:
        InvalidInput: ``final`` is a file, or a folder with other things in it.
    """
    if final.exists() and (not final.is_dir() or (any(final.iterdir()) and not (final / marker).exists())):
        raise InvalidInput(
            f"{final}: something else is there already; name a new folder, or one that Temirbek wrote"
        )
    final.parent.mkdir(parents=True, exist_ok=True)
    partial = final.with_name(f".{final.name}.{os.getpid()}.partial")
    old = final.with_name(f".{final.name}.{os.getpid()}.old")
    shutil.rmtree(partial, ignore_errors=True)
    partial.mkdir()
    try:
        yield partial
        if final.exists():
            final.rename(old)
        partial.rename(final)
    finally:
        shutil.rmtree(partial, ignore_errors=True)
        shutil.rmtree(old, ignore_errors=True)
