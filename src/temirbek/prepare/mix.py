"""From analysed tracks to a folder with the mix, and back."""

import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

from temirbek.errors import InvalidInput
from temirbek.mixing import render
from temirbek.prepare.music import LeftOut
from temirbek.prepare.stages import OnStage, progress_of
from temirbek.prepare.transitions import Replanner, listen_to, rehearse_transitions
from temirbek.store import fresh_folder, from_json, to_json, write_text
from temirbek.types import Mix, SetPlan, SetWishes, TrackAnalysis

MIX_FILES = ("mix.flac", "plan.json", "beats.json", "mix.cue", "tracklist.txt", "mix.json", "analyses.json")
"""What a mix's folder holds, besides one FLAC per deck where stems were asked for."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LoadedMix:
    """A mix and the analyses of the tracks in it."""

    mix: Mix
    analyses: tuple[TrackAnalysis, ...]


def make_mix(
    analyses: Sequence[TrackAnalysis],
    folder: Path,
    *,
    wishes: SetWishes,
    seed: int,
    stems: bool,
    on_stage: OnStage,
    plan: SetPlan | None = None,
) -> Mix:
    """Plans a set, listens to its transitions, and renders it into ``folder``, with everything of :data:`MIX_FILES`.

    Args:
        plan: A person's own plan: rendered as it is, and ``wishes`` and ``seed`` are not asked.

    Raises:
        PlanImpossible: No set can be made of the tracks, or not as wished.
    """
    if plan is None:
        plan = _rehearsed_plan(analyses, wishes, seed, on_stage)
    mix = render(plan, analyses, folder, stems=stems, on_progress=progress_of("mix", on_stage))
    on_stage("mix", 1.0)
    write_mix_nouns(mix, analyses, folder)
    return mix


def _rehearsed_plan(
    analyses: Sequence[TrackAnalysis], wishes: SetWishes, seed: int, on_stage: OnStage
) -> SetPlan:
    progress_of("plan", on_stage)
    replan = Replanner(analyses, wishes, seed)
    replan({})
    on_stage("plan", 1.0)
    plan = rehearse_transitions(
        replan, partial(listen_to, tuple(analyses)), on_progress=progress_of("transitions", on_stage)
    )
    on_stage("transitions", 1.0)
    return plan


def write_mix_nouns(mix: Mix, analyses: Sequence[TrackAnalysis], folder: Path) -> None:
    """Writes the mix and its analyses as nouns; paths of sound files count from the folder, so it may be moved."""
    by_name = replace(
        mix,
        audio_path=Path(mix.audio_path.name),
        stem_paths=tuple(Path(p.name) for p in mix.stem_paths),
    )
    write_text(folder / "mix.json", json.dumps(to_json(by_name)))
    sounding = {play.track_id for play in mix.plan.plays}
    heard = [to_json(a) for a in analyses if a.track.id in sounding]
    write_text(folder / "analyses.json", json.dumps(heard))


def drop_stems(mix: Mix, analyses: Sequence[TrackAnalysis], folder: Path) -> None:
    """Removes the decks' own files from a mix's folder, and every mention of them."""
    for stem in mix.stem_paths:
        stem.unlink()
    write_mix_nouns(replace(mix, stem_paths=()), analyses, folder)


def not_played(mix: Mix, analyses: Sequence[TrackAnalysis]) -> tuple[LeftOut, ...]:
    """The tracks that were heard well enough but found no place in the set, with the plan's reason."""
    path_of = {analysis.track.id: analysis.track.path for analysis in analyses}
    return tuple(LeftOut(path=path_of[track], reason=reason) for track, reason in mix.plan.left_out)


def read_mix(folder: Path) -> LoadedMix:
    """The mix that ``temirbek mix`` wrote into a folder.

    Raises:
        InvalidInput: The folder holds no such mix, or a part of it is missing or damaged.
    """
    try:
        mix = from_json(Mix, json.loads((folder / "mix.json").read_text(encoding="utf-8")))
        heard = json.loads((folder / "analyses.json").read_text(encoding="utf-8"))
        analyses = tuple(from_json(TrackAnalysis, value) for value in heard)
    except (OSError, ValueError) as error:
        raise InvalidInput(f"{folder}: not a folder that `temirbek mix` wrote ({error})") from error
    mix = in_folder(mix, folder)
    absent = [p.name for p in (mix.audio_path, *mix.stem_paths) if not p.exists()]
    if absent:
        raise InvalidInput(f"{folder}: {', '.join(absent)} is missing")
    return LoadedMix(mix=mix, analyses=analyses)


def in_folder(mix: Mix, folder: Path) -> Mix:
    """The same mix, its sound files taken from ``folder``."""
    return replace(
        mix,
        audio_path=folder / mix.audio_path.name,
        stem_paths=tuple(folder / p.name for p in mix.stem_paths),
    )


def write_mix_folder(
    analyses: Sequence[TrackAnalysis],
    out_dir: Path,
    *,
    wishes: SetWishes,
    seed: int,
    stems: bool,
    on_stage: OnStage,
    plan: SetPlan | None = None,
) -> Mix:
    """Like :func:`make_mix`, into a folder that appears only when all of it is written."""
    with fresh_folder(out_dir, marker="mix.json") as folder:
        mix = make_mix(analyses, folder, wishes=wishes, seed=seed, stems=stems, on_stage=on_stage, plan=plan)
    return in_folder(mix, out_dir)
