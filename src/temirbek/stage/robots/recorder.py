"""What robots really did while they danced a part: written row by row as it happens, measured when the part is over.

A row is the instant *on the host's clock* at which physics had got there, however late that was, the mix time that sounded
then, and the robot's pose. :mod:`~temirbek.stage.robots.as_run` makes the measures of it, in a child process.
"""

import json
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np
from numpy.typing import NDArray

from temirbek.stage.robots.parts import About
from temirbek.store.nouns import to_json
from temirbek.types import Performer

Floats = NDArray[np.float64]
AS_RUN = "temirbek.stage.robots.as_run"
HEAD = 3
"""host_s, mix_s and the torque share come before the pose."""


@dataclass(slots=True, kw_only=True, eq=False)
class _Take:
    """One robot's way through one part."""

    performer: Performer
    folder: Path
    about: About
    file: BinaryIO
    row: Floats
    interventions: int
    fell: str = ""


def in_words(part: str, robots: Mapping[str, Mapping[str, Any]]) -> str:
    """What came of a part, for the record."""
    words = []
    for name, one in robots.items():
        if one.get("mean_ms") is None:
            said = "nothing to measure"
        else:
            said = f"{one['mean_ms']:.0f} ms from the beat (95 %: {one['p95_ms']:.0f} ms) at {one['accents']} accents"
        words.append(f"{name} {said}" + (f", {one['fell']}" if one.get("fell") else ""))
    return f"{part}: " + "; ".join(words)


@dataclass(slots=True)
class _Measuring:
    part: str
    folder: Path
    child: "subprocess.Popen[bytes]"


@dataclass(slots=True)
class Recorder:
    """Records everybody.

    Args:
        folder: Where to.
        tell: Tells everybody who listens an event.
    """

    folder: Path
    tell: Callable[[Mapping[str, Any]], None]
    _takes: dict[str, _Take] = field(default_factory=dict)
    _open: dict[Path, int] = field(default_factory=dict)
    _ready: list[tuple[str, Path]] = field(default_factory=list)
    _measuring: _Measuring | None = None
    _number: int = 0
    _folders: dict[str, Path] = field(default_factory=dict)

    def begin(self, performer: Performer, about: About, interventions: int) -> None:
        """From now on this robot dances this part."""
        folder = self._folders.get(about.id)
        if folder is None or folder not in self._open:
            self._number += 1
            folder = self.folder / f"take-{self._number}-{about.id}"
            folder.mkdir(parents=True, exist_ok=True)
            self._folders[about.id], self._open[folder] = folder, 0
        self._open[folder] += 1
        path = folder / f"{performer.id}.rows"
        self._takes[performer.id] = _Take(
            performer=performer,
            folder=folder,
            about=about,
            file=path.open("wb", buffering=1 << 16),
            row=np.zeros(0),
            interventions=interventions,
        )

    def note(self, name: str, host_s: float, mix_s: float, torque_share: float, pose: Floats) -> None:
        """One instant of one robot."""
        take = self._takes[name]
        if len(take.row) == 0:
            take.row = np.zeros(HEAD + len(pose))
        row = take.row
        row[0], row[1], row[2], row[HEAD:] = host_s, mix_s, torque_share, pose
        take.file.write(row.data)

    def end(self, name: str, interventions: int, fell: str) -> None:
        """This robot dances that part no more; ``fell`` says why, if it is down."""
        take = self._takes.pop(name)
        take.file.close()
        about = {
            "performer": to_json(take.performer),
            "columns": len(take.row),
            "interventions": interventions - take.interventions,
            "fell": fell,
        }
        (take.folder / f"{name}.json").write_text(json.dumps(about), encoding="utf-8")
        self._open[take.folder] -= 1
        if self._open[take.folder] == 0:
            del self._open[take.folder]
            said = json.dumps(to_json(take.about), ensure_ascii=False)
            (take.folder / "about.json").write_text(said, encoding="utf-8")
            self._ready.append((take.about.id, take.folder))

    def _free_name(self, part: str) -> Path:
        """Where the measures go: a part that is danced again, or from the middle, has another file."""
        out, take = self.folder / f"part-{part}.json", 1
        while out.exists():
            take += 1
            out = self.folder / f"part-{part}-{take}.json"
        return out

    def poll(self) -> None:
        """Has the next take measured, tells what came of the last."""
        if self._measuring is None:
            if self._ready:
                part, folder = self._ready.pop(0)
                out = self._free_name(part)
                child = subprocess.Popen(
                    [sys.executable, "-m", AS_RUN, str(folder), str(out)], stdin=subprocess.DEVNULL
                )
                self._measuring = _Measuring(part, out, child)
            return
        if self._measuring.child.poll() is None:
            return
        done, self._measuring = self._measuring, None
        event: dict[str, Any] = {"event": "measured", "part": done.part, "path": str(done.folder)}
        if done.child.returncode == 0:
            event["robots"] = json.loads(done.folder.read_text(encoding="utf-8"))["robots"]
            event["words"] = in_words(done.part, event["robots"])
        else:
            event["words"] = f"{done.part}: it could not be measured (status {done.child.returncode})"
        self.tell(event)

    def close(self) -> None:
        """Ends; what is measured just now is waited for, for a moment."""
        for name in list(self._takes):
            self._takes.pop(name).file.close()
        if self._measuring is not None:
            until_s = time.monotonic() + 1.0
            while self._measuring.child.poll() is None and time.monotonic() < until_s:
                time.sleep(0.02)
            self._measuring.child.kill()
            self._measuring.child.wait()
