"""From analysed tracks to a folder with the mix, and back."""

import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from temirbek.errors import InvalidInput
from temirbek.mixing import render
from temirbek.planning import plan_set
from temirbek.prepare.music import LeftOut
from temirbek.prepare.stages import OnStage, progress_of
from temirbek.store import fresh_folder, from_json, to_json, write_text
from temirbek.types import Mix, SetWishes, TrackAnalysis

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
    seed: int,
    length_s: float | None,
    keep_order: bool,
    stems: bool,
    on_stage: OnStage,
) -> Mix:
    """Plans and renders a set into ``folder``, with everything of :data:`MIX_FILES`.

    Raises:
        PlanImpossible: No set can be made of the tracks.
    """
    progress_of("plan", on_stage)
    plan = plan_set(analyses, wishes=SetWishes(keep_order=keep_order, length_s=length_s), seed=seed)
    on_stage("plan", 1.0)
    mix = render(plan, analyses, folder, stems=stems, on_progress=progress_of("mix", on_stage))
    on_stage("mix", 1.0)
    write_mix_nouns(mix, analyses, folder)
    return mix


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
    seed: int,
    length_s: float | None,
    keep_order: bool,
    stems: bool,
    on_stage: OnStage,
) -> Mix:
    """Like :func:`make_mix`, into a folder that appears only when all of it is written."""
    with fresh_folder(out_dir, marker="mix.json") as folder:
        mix = make_mix(
            analyses,
            folder,
            seed=seed,
            length_s=length_s,
            keep_order=keep_order,
            stems=stems,
            on_stage=on_stage,
        )
    return in_folder(mix, out_dir)
