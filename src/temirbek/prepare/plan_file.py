"""From a ``plan.json`` that a person edited to a plan that can be rendered."""

from collections.abc import Sequence
from pathlib import Path

from temirbek.errors import InvalidInput
from temirbek.show import PlanFile, plan_from_text
from temirbek.types import TrackAnalysis


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
