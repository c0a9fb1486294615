"""From a ``plan.json`` that a person edited to a plan that can be rendered, and its tracks."""

from dataclasses import dataclass
from pathlib import Path

from temirbek.errors import InvalidInput
from temirbek.prepare.crate import Crate
from temirbek.prepare.library import Library
from temirbek.show import plan_from_text, plan_track_ids
from temirbek.types import SetPlan


@dataclass(frozen=True, slots=True, kw_only=True)
class HandPlan:
    """A person's own plan.

    Attributes:
        plan: To be rendered as it stands.
        library: The tracks in it.
        notes: What should be said of the file.
    """

    plan: SetPlan
    library: Library
    notes: tuple[str, ...]


def read_plan(path: Path, crate: Crate) -> HandPlan:
    """The plan that a file describes, checked against the tracks that it plays.

    Args:
        path: A ``plan.json``, as ``temirbek mix`` writes it or as a person edited it.
        crate: The recordings that it may play.

    Raises:
        InvalidInput: The file cannot be read, or see :func:`temirbek.show.plan_from_text`.
    """
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise InvalidInput(f"{path}: cannot be read as text ({error})") from error
    library = crate.load(plan_track_ids(text, where=str(path)))
    read = plan_from_text(
        text,
        where=str(path),
        tracks={a.track.id: a for a in library.analyses},
        known={s.track.id: s.track.path.name for s in crate.summaries},
    )
    return HandPlan(plan=read.plan, library=library, notes=read.notes)
