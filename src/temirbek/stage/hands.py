"""What a conductor can do with its hands: carry out effects, and say how those who carry them out are doing."""

from collections.abc import Mapping
from typing import Protocol

from temirbek.types import Effect, Fault, HallView, MusicView, RobotView


class Hands(Protocol):
    """Those who do what the show decides: real processes, or none at all in a rehearsal against the clock."""

    def do(self, effect: Effect) -> None:
        """Carries something out, later or now, but without waiting for it; what came of it is told as facts."""
        ...

    def look(self) -> None:
        """Time has passed; called some twenty times a second."""
        ...

    def music(self) -> MusicView:
        """What sounds."""
        ...

    def robots(self) -> tuple[RobotView, ...]:
        """How the robots are."""
        ...

    def hall(self) -> HallView:
        """What is noticed of the hall."""
        ...

    def faults(self) -> tuple[Fault, ...]:
        """What is wrong with those who carry things out."""
        ...

    def is_warm(self, cue_id: str) -> bool:
        """Whether nothing is gained by waiting a little before a cue begins by itself."""
        ...

    def card(self) -> Mapping[str, str]:
        """What is on the screen: language → text."""
        ...

    def caption(self) -> Mapping[str, str]:
        """What is being said: language → text."""
        ...

    def why_mute(self) -> tuple[str, ...]:
        """What this machine lacks to say what is still to be said, in words; empty where it lacks nothing."""
        ...

    def why_not_ready(self, cue: str) -> str:
        """Why a cue cannot begin yet, in words; "" when it can."""
        ...
