"""From a ``plan.json`` that a person edited to a folder with its mix."""

from collections.abc import Sequence
from pathlib import Path

from temirbek.errors import InvalidInput
from temirbek.mixing import render
from temirbek.prepare.mix import in_folder, write_mix_nouns
from temirbek.prepare.stages import OnStage, progress_of
from temirbek.show import PlanFile, plan_from_text
from temirbek.store import fresh_folder
from temirbek.types import Mix, SetPlan, TrackAnalysis


def read_plan(path: Path, analyses: Sequence[TrackAnalysis]) -> PlanFile:
    """The plan that a file describes, checked against the tracks that it plays.

    Args:
        path: A ``plan.json``, as ``temirbek mix`` writes it or as a person edited it.
        analyses: The recordings that it may play.

    Raises:
        InvalidInput: See :func:`temirbek.show.plan_from_text`.
    """
    return plan_from_text(read_text(path), where=str(path), tracks={a.track.id: a for a in analyses})


def read_text(path: Path) -> str:
    """The text of a file.

    Raises:
        InvalidInput: It is not there, or no text.
    """
    try:
        return path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise InvalidInput(f"{path}: cannot be read as text ({error})") from error


def write_planned_mix(
    plan: SetPlan, analyses: Sequence[TrackAnalysis], out_dir: Path, *, stems: bool, on_stage: OnStage
) -> Mix:
    """Renders a plan as it stands into a folder that appears only when all of it is written.

    Nothing is listened to and nothing mended: what a person decided is what sounds.
    """
    with fresh_folder(out_dir, marker="mix.json") as folder:
        mix = render(plan, analyses, folder, stems=stems, on_progress=progress_of("mix", on_stage))
        on_stage("mix", 1.0)
        write_mix_nouns(mix, analyses, folder)
    return in_folder(mix, out_dir)
