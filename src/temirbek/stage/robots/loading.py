"""Parts on their way into the loop: worked out by a child process, mapped into memory when they are whole."""

import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from temirbek.stage.robots.parts import About, read_about
from temirbek.stage.robots.sources import Dance
from temirbek.stage.robots.tape import Tape

LAYING = "temirbek.stage.robots.laying"


@dataclass(frozen=True, slots=True, kw_only=True)
class Loaded:
    """A part that the loop can use; ``reason`` says why it cannot, where it cannot."""

    part: str
    about: About | None = None
    dances: dict[str, Dance] | None = None
    reason: str = ""


class Loader:
    """Has parts worked out, one at a time, in the order in which they were asked for.

    Args:
        folder: Where worked-out parts lie; what an earlier process left there is thrown away.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        self._asked: list[tuple[str, Path]] = []
        self._child: subprocess.Popen[bytes] | None = None
        self._out, self._number, self._begun = folder, 0, 0
        self._known: dict[str, tuple[Path, int]] = {}

    def ask(self, part: str, path: Path) -> bool:
        """Asks for a part under a name; False where it is loaded from that very file already."""
        if self._known.get(part) == (path, _written(path)):
            return False
        if (part, path) not in self._asked:
            self._asked.append((part, path))
        return True

    @property
    def is_busy(self) -> bool:
        """Whether something is under way."""
        return bool(self._asked)

    def poll(self) -> Loaded | None:
        """A part that has become ready, or could not; costs a fraction of a millisecond where nothing happened."""
        if not self._asked:
            return None
        part, path = self._asked[0]
        if self._child is None:
            # A folder of its own each time: what the loop has mapped must not change under it.
            self._number += 1
            self._out, self._begun = self._folder / f"{self._number}-{part}", _written(path)
            self._child = subprocess.Popen(
                [sys.executable, "-m", LAYING, str(path), str(self._out)],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.PIPE,
            )
            return None
        if self._child.poll() is None:
            return None
        child, self._child = self._child, None
        self._asked.pop(0)
        said = child.stderr.read().decode(errors="replace") if child.stderr else ""
        if child.stderr:
            child.stderr.close()
        if child.returncode:
            words = said.strip().splitlines() or [f"its process ended with {child.returncode}"]
            return Loaded(part=part, reason=words[-1])
        out = self._out
        about = read_about(out)
        self._known[part] = (path, self._begun)
        dances = {p.id: Dance(about=about, tape=Tape.read(out / p.id, p.robot)) for p in about.performers}
        return Loaded(part=part, about=about, dances=dances)

    def close(self) -> None:
        """Ends what is under way."""
        if self._child is not None:
            self._child.kill()
            self._child.wait()
            if self._child.stderr:
                self._child.stderr.close()


def _written(path: Path) -> int:
    """When a file was written last [ns]; −1 where it is not there."""
    try:
        return path.stat().st_mtime_ns
    except OSError:
        return -1
