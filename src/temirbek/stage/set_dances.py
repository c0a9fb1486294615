"""Dances for a set that grows: one for each track that leads, made as soon as it is known how long it will lead.

The maker composes and realises them; :mod:`temirbek.stage.dances` gives them to the robots in time. A dance begins on the marks when its track takes the lead, and ends on them. Where the set was changed and no dance is ready
yet, robots groove on the beat.
"""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import asdict, replace
from itertools import pairwise
from pathlib import Path

import numpy as np

from temirbek.choreography import load_moves
from temirbek.prepare.dance import StagedDance, stage_dance
from temirbek.prepare.excerpt import excerpt
from temirbek.stage.dances import SetDance, dances_file
from temirbek.stage.dj.revisions import mix_of
from temirbek.stage.made import gestures_part
from temirbek.stage.robots.gestures import make_gestures
from temirbek.stage.robots.groove import make_grooves as groove_at
from temirbek.stage.robots.parts import DancePart, write_part
from temirbek.stage.run_folder import RunFolder
from temirbek.store import to_json, write_text
from temirbek.types import Evening, Mix, Performer

LEAST_LEFT_S = 12.0
"""Of a stretch that ends sooner no dance is made any more."""
LEAST_BARS = 8
"""For less, robots groove."""
KEEP_BEATS = 1e-6


def make_groove(folder: Path, evening: Evening, bpm: float) -> Path:
    """The stock groove of a cast at one tempo; one that is there is kept."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"groove-{bpm:g}.npz"
    if not path.exists():
        write_part(path, groove_at(evening.show.cast, load_moves(evening.show.moves), bpm))
    return path


def make_stock_gestures(folder: Path, evening: Evening, robot: str) -> Path:
    """What a robot keeps ready for people; what is there is kept."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{gestures_part(robot)}.npz"
    if not path.exists():
        performer = next(p for p in evening.show.cast if p.id == robot)
        write_part(path, make_gestures(performer, load_moves(evening.show.moves)))
    return path


def make_set_dance(run: RunFolder, evening: Evening, set_id: str, revision: int, now_s: float) -> None:
    """Makes the dances of a revision of a set from ``now_s`` on; those that an earlier revision had are kept.

    They are told one by one (:func:`~temirbek.stage.dances.dances_file`): the first is danced while the last is made.
    """
    cue = next(c for c in evening.cues if c.id == set_id)
    cast = tuple(p for p in evening.show.cast if p.id in cue.robots)
    mix = mix_of(run.path, revision)
    dances = []
    for index, (first, last) in enumerate(stretches(mix)):
        from_s, to_s = (float(s) for s in mix.beat_grid.time_at([first, last]))
        if to_s < now_s + LEAST_LEFT_S:
            continue
        part = excerpt(mix, first, last, is_rounded=True)
        name = f"{set_id}-{index}-{_hash_of(part, cast)}"
        path = run.made / set_id / f"{name}.npz"
        if not path.exists():
            seed = evening.show.seed + index
            staged = stage_dance(
                part,
                cast,
                load_moves(evening.show.moves),
                seed=seed,
                zones=evening.venue.zones,
                on_stage=_unheard,
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
