"""The dances of a live set, on the conductor's side: given to the robots in time, taken back where the set went elsewhere."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from temirbek.stage.clock import ClockReading
from temirbek.stage.links import Link
from temirbek.stage.run_folder import RunFolder
from temirbek.store.nouns import from_json
from temirbek.types import BeatGrid, Cue, DjSetCue

LOOK_EVERY = 10
"""Of the conductor's looks, so many apart is one at what the maker has made."""
SOON_S = 4.0
"""So long before its beginning a dance is given to the robots."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SetDance:
    """One dance of a set: its part, where that lies, and from which mix time to which it counts [s]."""

    part: str
    path: str
    from_s: float
    to_s: float


def dances_file(run: RunFolder, set_id: str, revision: int) -> Path:
    """Where it is said which dances belong to a revision of a set."""
    return run.made / set_id / f"dances-{revision}.json"


def grooves_folder(run: RunFolder) -> Path:
    """Where the stock grooves and gestures lie."""
    return run.path / "grooves"


class Dances:
    """Gives the dances of a set to the robots.

    Args:
        run: Where dances lie.
        robots, maker: Who dances, and who makes.
    """

    def __init__(self, run: RunFolder, robots: Link, maker: Link) -> None:
        self._run, self._robots, self._maker = run, robots, maker
        self._cue: Cue | None = None
        self._file: tuple[Path, float] | None = None
        self._looks = 0
        self._known: dict[str, SetDance] = {}
        self._asked: set[str] = set()
        self._ready: set[str] = set()
        self._given = ""

    def load_stock(self) -> None:
        """Has the robots learn what is made once for a cast: grooves, and gestures for people."""
        for path in sorted(grooves_folder(self._run).glob("g*-*.npz")):
            self._robots.ask({"do": "load", "part": path.stem, "path": str(path)})

    def begin(self, cue: Cue) -> None:
        """A set begins to which robots dance."""
        if isinstance(cue.payload, DjSetCue) and cue.payload.dances:
            self._cue, self._given = cue, ""

    def end(self) -> None:
        """Nobody dances to a set any more."""
        self._cue, self._known, self._given, self._file = None, {}, "", None

    @property
    def has_any(self) -> bool:
        """Whether the robots know a dance of the set that was laid out last."""
        return any(part in self._ready for part in self._known)

    def robots_came_back(self) -> None:
        """Robots that were started again stand, and stay so until the next cue; but they learn again what is made."""
        self._asked.clear()
        self._ready.clear()
        self.end()
        self.load_stock()

    def revise(self, set_id: str, revision: int, now_s: float) -> None:
        """The set was laid out further, or anew: its beats are known at once, its dances one after another.

        Args:
            set_id: Which.
            revision: Its number.
            now_s: Where the set is [mix s]: what lies before is not danced any more.
        """
        self._tell_beats(set_id, revision)
        self._file = (dances_file(self._run, set_id, revision), 0.0)
        self._maker.ask({"do": "dance", "set": set_id, "revision": revision, "now_s": now_s})

    def _tell_beats(self, set_id: str, revision: int) -> None:
        path = self._run.path / "dj" / f"set-{revision}.json"
        try:
            told = json.loads(path.read_text(encoding="utf-8"))["mix"]["beat_grid"]
        except (OSError, ValueError, KeyError):
            return  # a newer revision has taken its place already
        grid = from_json(BeatGrid, told)
        self._robots.ask(
            {
                "do": "beats",
                "programme": set_id,
                "beats_s": grid.beats_s.tolist(),
                "first_downbeat": grid.first_downbeat,
                "beats_per_bar": grid.beats_per_bar,
            }
        )

    def _look_for_dances(self) -> None:
        """Takes up what the maker has made of the newest revision so far."""
        if self._file is None:
            return
        path, seen = self._file
        try:
            written = path.stat().st_mtime
            if written == seen:
                return
            dances = [SetDance(**one) for one in json.loads(path.read_text(encoding="utf-8"))]
        except (OSError, ValueError):
            return  # nothing is made of it yet
        self._file = (path, written)
        self._known = {d.part: d for d in dances}
        for dance in dances:
            if dance.part not in self._asked:
                self._asked.add(dance.part)
                self._robots.ask({"do": "load", "part": dance.part, "path": dance.path})

    def heard_part(self, part: str) -> None:
        """The robots know a part."""
        self._ready.add(part)

    def again(self, robot: str) -> None:
        """A robot that came to rest takes part again, if a set is danced to: a person said so."""
        if self._cue is None or robot not in self._cue.robots:
            return
        body = {"do": "start", "part": self._given} if self._given else {"do": "dance"}
        self._robots.ask({**body, "robots": [robot]})

    def look(self, reading: ClockReading | None) -> None:
        """Gives the robots what comes next, and lets them groove where the set went elsewhere."""
        self._looks += 1
        if self._looks % LOOK_EVERY == 0:
            self._look_for_dances()
        if self._cue is None or reading is None or reading.programme != self._cue.id:
            return
        mix_s = reading.mix_s
        due = [
            d for d in self._known.values() if d.part in self._ready and d.from_s - SOON_S <= mix_s < d.to_s
        ]
        coming = max(due, key=lambda d: d.from_s, default=None)
        if coming is not None and coming.part != self._given:
            self._given = coming.part
            self._tell({"do": "replace", "part": coming.part, "from_mix_s": max(coming.from_s, mix_s)})
        elif self._given and self._given not in self._known:
            self._given = ""
            self._tell({"do": "dance"})

    def _tell(self, body: Mapping[str, Any]) -> None:
        assert self._cue is not None
        self._robots.ask({**body, "robots": list(self._cue.robots)})
