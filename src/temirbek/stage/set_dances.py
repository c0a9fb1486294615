"""Dances for a set that grows: one for each track that leads, made as soon as it is known how long it will lead.

The maker's half composes and realises them; the conductor's half (:class:`Dances`) gives them to the robots in time. A
dance begins on the marks when its track takes the lead, and ends on them. Where the set was changed and no dance is ready
yet, robots groove on the beat.
"""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np

from temirbek.choreography import load_moves
from temirbek.prepare.dance import StagedDance, stage_dance
from temirbek.prepare.excerpt import excerpt
from temirbek.stage.clock import ClockReading
from temirbek.stage.dj.revisions import mix_of
from temirbek.stage.links import Link
from temirbek.stage.robots.groove import STOCK_BPM
from temirbek.stage.robots.groove import make_grooves as groove_at
from temirbek.stage.robots.parts import DancePart, write_part
from temirbek.stage.run_folder import RunFolder
from temirbek.store import to_json, write_text
from temirbek.types import Cue, DjSetCue, Evening, Mix, Performer

SOON_S = 4.0
"""So long before its beginning a dance is given to the robots."""
LEAST_BARS = 8
"""For less, robots groove."""
KEEP_BEATS = 1e-6


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
    """Where the stock grooves lie."""
    return run.path / "grooves"


# the maker's half


def make_grooves(folder: Path, evening: Evening) -> None:
    """Makes the stock grooves of a cast; those that are there are kept."""
    folder.mkdir(parents=True, exist_ok=True)
    moves = load_moves(evening.show.moves)
    for bpm in STOCK_BPM:
        path = folder / f"groove-{bpm:g}.npz"
        if not path.exists():
            write_part(path, groove_at(evening.show.cast, moves, bpm))


def make_set_dance(run: RunFolder, evening: Evening, set_id: str, revision: int) -> None:
    """Makes the dances of a revision of a set; those that an earlier revision had in the same form are kept."""
    cue = next(c for c in evening.cues if c.id == set_id)
    cast = tuple(p for p in evening.show.cast if p.id in cue.robots)
    mix = mix_of(run.path / "dj", revision)
    dances = []
    for index, (first, last) in enumerate(stretches(mix)):
        part = excerpt(mix, first, last, is_rounded=True)
        name = f"{set_id}-{index}-{_hash_of(part, cast)}"
        path = run.made / set_id / f"{name}.npz"
        from_s, to_s = (float(s) for s in mix.beat_grid.time_at([first, last]))
        if not path.exists():
            seed = evening.show.seed + index
            staged = stage_dance(
                part, cast, load_moves(evening.show.moves), seed=seed, on_stage=_unheard, on=None
            )
            title = next((t.title for t in mix.tracks if t.id == _leading(mix, first)), "")
            write_part(path, _as_part(name, title, set_id, staged, mix, cast, first, from_s))
        dances.append(SetDance(part=name, path=str(path), from_s=from_s, to_s=to_s))
        write_text(
            dances_file(run, set_id, revision), json.dumps([asdict(d) for d in dances], ensure_ascii=False)
        )


def stretches(mix: Mix) -> tuple[tuple[float, float], ...]:
    """From which beat to which each track leads, in whole bars; only those whose end is laid out already."""
    grid, bar = mix.beat_grid, mix.beat_grid.beats_per_bar
    edges = [0.0, *(t.swap_beat for t in mix.plan.transitions)]
    on_bars = [grid.first_downbeat + bar * round((e - grid.first_downbeat) / bar) for e in edges]
    found = []
    for first, last in pairwise(on_bars):
        if last - first >= LEAST_BARS * bar:
            found.append((float(first), float(last)))
    return tuple(found)


def _leading(mix: Mix, beat: float) -> str:
    return next((s.track_id for s in mix.sections if s.section.end_beat > beat + KEEP_BEATS), "")


def _hash_of(part: Mix, cast: Sequence[Performer]) -> str:
    """By what a dance to this stretch depends on."""
    told = {
        "beats": np.round(part.beat_grid.beats_s, 6).tolist(),
        "sections": to_json(part.sections),
        "phrases": part.phrases_beats.tolist(),
        "energy": np.round(part.energy, 6).tolist(),
        "automation": to_json(part.plan.automation),
        "cast": to_json(tuple(cast)),
    }
    return hashlib.sha256(json.dumps(told, sort_keys=True).encode()).hexdigest()[:12]


def _as_part(
    name: str,
    title: str,
    set_id: str,
    staged: StagedDance,
    mix: Mix,
    cast: Sequence[Performer],
    first: float,
    from_s: float,
) -> DancePart:
    """The dance on the set's own time and beats."""
    paper = staged.choreography
    return DancePart(
        id=name,
        title=title,
        programme=set_id,
        performers=tuple(cast),
        trajectories={p: replace(t, start_s=t.start_s + from_s) for p, t in staged.trajectories.items()},
        grid=mix.beat_grid,
        valid_from_s=from_s,
        accents={
            p: tuple(replace(a, beat=a.beat + first) for a in some) for p, some in paper.accents.items()
        },
        footsteps={
            p: tuple(replace(s, lift_beat=s.lift_beat + first, touch_beat=s.touch_beat + first) for s in some)
            for p, some in paper.footsteps.items()
        },
    )


def _unheard(stage: str, share: float) -> None:
    """Nobody watches the bars of work that is done ahead."""


# the conductor's half


class Dances:
    """Gives the dances of a set to the robots.

    Args:
        run: Where dances lie.
        robots, maker: Who dances, and who makes.
    """

    def __init__(self, run: RunFolder, robots: Link, maker: Link) -> None:
        self._run, self._robots, self._maker = run, robots, maker
        self._cue: Cue | None = None
        self._newest = -1
        self._known: dict[str, SetDance] = {}
        self._asked: set[str] = set()
        self._ready: set[str] = set()
        self._given = ""

    def load_grooves(self) -> None:
        """Has the robots learn the stock grooves."""
        for path in sorted(grooves_folder(self._run).glob("groove-*.npz")):
            self._robots.ask({"do": "load", "part": path.stem, "path": str(path)})

    def begin(self, cue: Cue) -> None:
        """A set begins to which robots dance."""
        if isinstance(cue.payload, DjSetCue) and cue.payload.dances:
            self._cue, self._given = cue, ""

    def end(self) -> None:
        """Nobody dances to a set any more."""
        self._cue, self._known, self._given, self._newest = None, {}, "", -1

    def robots_came_back(self) -> None:
        """Robots that were started again stand, and stay so until the next cue; but they learn again what is made."""
        self._asked.clear()
        self._ready.clear()
        self.end()
        self.load_grooves()

    def revise(self, set_id: str, revision: int) -> None:
        """The set was laid out further, or anew."""
        self._maker.ask({"do": "dance", "set": set_id, "revision": revision})

    def made(self, name: str) -> None:
        """The dances of a revision are ready ("dance:SET:REVISION")."""
        _, set_id, revision = name.split(":")
        path = dances_file(self._run, set_id, int(revision))
        if int(revision) <= self._newest or not path.exists():
            return
        self._newest = int(revision)
        dances = [SetDance(**one) for one in json.loads(path.read_text(encoding="utf-8"))]
        self._known = {d.part: d for d in dances}
        for dance in dances:
            if dance.part not in self._asked:
                self._asked.add(dance.part)
                self._robots.ask({"do": "load", "part": dance.part, "path": dance.path})

    def heard_part(self, part: str) -> None:
        """The robots know a part."""
        self._ready.add(part)

    def look(self, reading: ClockReading | None) -> None:
        """Gives the robots what comes next, and lets them groove where the set went elsewhere."""
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
