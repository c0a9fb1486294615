"""What a virtual evening asks of the people in its hall; who they are is given from outside."""

from collections.abc import Mapping, Sequence
from typing import Any, Literal, Protocol


class Deed(Protocol):
    """Something that people do: who notices it, when it begins, and what it is."""

    @property
    def sense(self) -> Literal["ears", "eyes", "phones"]:
        """Who notices it."""
        ...

    @property
    def at_host_s(self) -> float:
        """When it begins [host s]."""
        ...

    @property
    def body(self) -> Mapping[str, Any]:
        """What it is, as a simulated sense takes it."""
        ...


class Crowd(Protocol):
    """People in a hall, who see what happens on stage and mean to do something about it."""

    phones: int

    def see(self, event: Mapping[str, Any], host_s: float) -> None:
        """Something happens on stage."""
        ...

    def due(self, host_s: float) -> Sequence[Deed]:
        """What they do now, in order."""
        ...
