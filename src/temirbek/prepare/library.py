"""What there is to play, and what cannot be played."""

from dataclasses import dataclass
from pathlib import Path

from temirbek.errors import PlanImpossible
from temirbek.types import TrackAnalysis


@dataclass(frozen=True, slots=True, kw_only=True)
class LeftOut:
    """A file that is not part of the show, and why, in plain words."""

    path: Path
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Library:
    """What there is to play, and what was left out."""

    analyses: tuple[TrackAnalysis, ...]
    left_out: tuple[LeftOut, ...]

    def require_music(self) -> None:
        """Refuses to go on without a single track.

        Raises:
            PlanImpossible: No track is left; the message names each file and its reason.
        """
        if not self.analyses:
            reasons = "\n".join(f"  {item.path.name}: {item.reason}" for item in self.left_out)
            raise PlanImpossible(f"none of the {len(self.left_out)} file(s) can be played:\n{reasons}")
