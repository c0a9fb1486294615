"""What manners remember: plain data, so that a state can be kept, compared and read again."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

RECENT = 4
"""A robot makes none of its last so many gestures again."""
NEVER_S = -1e9


@dataclass(frozen=True, slots=True, kw_only=True)
class Guest:
    """What is remembered of somebody whom a camera follows, by a random id.

    Attributes:
        seen_s: When last seen [host s].
        near_since_s: Since when near and facing a robot; None while not.
        is_greeted: Greeted already, alone or with others: never again.
        waved_back_s: When a robot last waved back.
        hands: What the hands did lately: rows of (host_s, left swing, left is up, right swing, right is up), where a swing
            is how far the wrist is beside the elbow [shoulder widths] and up is 0 (down), 1 (above the shoulder) or 2
            (above the head).
        sign: What a reader of gestures told of the hands last: (kind, since when, when told [host s]).
    """

    seen_s: float
    near_since_s: float | None = None
    is_greeted: bool = False
    waved_back_s: float = NEVER_S
    hands: tuple[tuple[float, float, float, float, float], ...] = ()
    sign: tuple[str, float, float] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Memory:
    """Everything that manners know of what was.

    Attributes:
        decisions: How many times something was drawn by lot: each draw has a seed of its own.
        recent: Robot → its last gestures, the oldest first.
        busy_until_s: Robot → until when it is at an answer, or rests from one [host s].
        sound_until_s: Before that no new answer to sound begins [host s].
        answered_s: When a sound was answered last; one that set in before is not answered as a new one [host s].
        guests_until_s: Before that nobody else is greeted [host s].
        guests: Track id → what is remembered of it.
        is_told_signs: Somebody else reads gestures, and better: from the first one told on, hands are not read here.
        glanced: Robot → (track id, until when it does not look again [host s]).
    """

    decisions: int = 0
    recent: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    busy_until_s: Mapping[str, float] = field(default_factory=dict)
    sound_until_s: float = NEVER_S
    answered_s: float = NEVER_S
    guests_until_s: float = NEVER_S
    guests: Mapping[str, Guest] = field(default_factory=dict)
    is_told_signs: bool = False
    glanced: Mapping[str, tuple[str, float]] = field(default_factory=dict)

    def made(self, robot: str, gesture: str, busy_until_s: float) -> "Memory":
        """With a gesture that a robot makes now."""
        recent = (*self.recent.get(robot, ()), gesture)[-RECENT:]
        return replace(
            self,
            recent={**self.recent, robot: recent},
            busy_until_s={**self.busy_until_s, robot: busy_until_s},
        )

    def drawn(self) -> "Memory":
        """After something was drawn by lot."""
        return replace(self, decisions=self.decisions + 1)
