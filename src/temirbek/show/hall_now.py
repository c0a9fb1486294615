"""What the machine remembers of the hall, and when its applause lets the show go on."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from temirbek.types.hall_views import BattleView, ReactionLine, WishView

APPLAUSE_MOST_S = 8.0
"""So long a show that waits for applause waits at most. A robot that waits until the reaction has subsided is timed
better than one that waits for a fixed time (Vilk & Fitter, "Comedians in cafes getting data", 2020); beyond this a hall
that goes on takes the next thing as its answer."""
NO_APPLAUSE_S = 2.5
"""Where nobody has begun after so long, nobody will: people begin within a second, and a second is needed to hear it."""
LOUD = ("applause", "cheering")
"""What a show waits for; clapping along belongs to the music."""


@dataclass(frozen=True, slots=True, kw_only=True)
class HallNow:
    """The hall, as far as the show knows it.

    Attributes:
        heard: What is heard of people → since when [host s].
        loud_ended_host_s: When the hall fell silent last after it was loud, or None.
        answers: Robots answer the hall.
        reactions: The newest answers, newest last.
        guests: So many were greeted.
        phones: So many were connected when it was last worth telling.
        wishes: Of the hall, most wished for first.
        hidden: Ids of tracks whose wishes an operator has hidden.
        votes: Poll (its cue) → short name of the option → votes.
        battle: How the newest battle stands, or None.
    """

    heard: Mapping[str, float] = field(default_factory=dict)
    loud_ended_host_s: float | None = None
    answers: bool = True
    reactions: tuple[ReactionLine, ...] = ()
    guests: int = 0
    phones: int = 0
    wishes: tuple[WishView, ...] = ()
    hidden: tuple[str, ...] = ()
    votes: Mapping[str, Mapping[str, int]] = field(default_factory=dict)
    battle: BattleView | None = None

    @property
    def is_loud(self) -> bool:
        """People applaud or cheer."""
        return any(kind in self.heard for kind in LOUD)

    def applause_due_host_s(self, from_host_s: float, most_s: float) -> float:
        """When the wait for applause is over, as far as can be told now [host s].

        Args:
            from_host_s: When what might be applauded was over.
            most_s: The longest wait.
        """
        latest = from_host_s + most_s
        if self.is_loud:
            return latest
        ended = self.loud_ended_host_s
        if ended is not None and ended >= from_host_s:
            return min(ended, latest)
        return min(from_host_s + NO_APPLAUSE_S, latest)
