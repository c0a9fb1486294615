"""What keeps votes and wishes: the contract that every store keeps, the file on this machine and the servers beyond it.

A :class:`Write` is acknowledged only when it is durable: whatever happens to the process afterwards, it is found again. *Which*
of two writes counts is decided by the store's unique key alone, never by anybody's memory: (poll, seat) for a vote, (seat,
track) for a wish. **The first vote is final**: a second one with the same option is the same vote again (a phone whose
acknowledgement was lost asks once more and hears "accepted"), one with another option is refused and told what counts.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Literal, Protocol

MOST_WISHES = 5
"""So many wishes a seat may make in one evening."""

Fate = Literal[
    "kept",  # it is durable now and counts
    "same",  # exactly this was kept before
    "other",  # this seat voted for another option in this poll; Outcome.option says for which
    "full",  # this seat has MOST_WISHES wishes
    "lost",  # it could not be kept: nothing counts, try again
]


@dataclass(frozen=True, slots=True)
class Write:
    """A vote (``group`` is the poll, ``choice`` the option) or a wish (``group`` is "", ``choice`` the track)."""

    kind: Literal["vote", "wish"]
    seat: str
    group: str
    choice: str


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a write; ``choice`` is what counts for this seat in this poll."""

    fate: Fate
    choice: str = ""


OnDone = Callable[[Outcome], None]


class Store(Protocol):
    """Keeps writes, durably and in groups. All methods are called from the event loop's thread, and none of them waits."""

    def submit(self, write: Write, on_done: OnDone) -> bool:
        """Takes a write; ``on_done`` hears on the loop's thread what became of it.

        Returns:
            False where so many are waiting that this one is not taken: ``on_done`` will hear nothing, nothing counts.
        """
        ...

    def tally(self, poll: str) -> Mapping[str, int]:
        """Option → durable votes of all workers, as last known (at most half a second old)."""
        ...

    def wishes(self) -> Mapping[str, int]:
        """Track → seats that wish it, likewise."""
        ...

    @property
    def n_waiting(self) -> int:
        """How many writes were taken and are not decided yet."""
        ...

    async def open(self) -> None:
        """Makes ready; everything that was kept before counts from now on.

        Raises:
            DeviceLost: It cannot be reached or written.
        """
        ...

    async def close(self) -> None:
        """Decides what was taken, and lets go."""
        ...


PartValue = Mapping[str, Any] | list[Any] | None
