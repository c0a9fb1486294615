"""How several phone servers are one: the contract of the bus between them.

One worker hears the conductor; what it is told becomes a *part* that is kept on the bus, so that every worker, also one that
starts later, shows the same. Beside that each worker *tells* how many phones it has and how they clap. Votes and wishes do not
travel here: they are in the store.

Instants in a part are ``host_s`` of whoever kept it. Another machine's monotonic clock is another one, so an envelope carries
``utc_minus_host_s`` of its sender, and :func:`to_local` turns it into the reader's: machines agree as well as their NTP does.
"""

from collections.abc import Callable, Mapping
from typing import Any, Protocol

OnPart = Callable[[str, Mapping[str, Any]], None]
"""Hears name and envelope of a part: ``{"value":…, "utc_minus_host_s":…, "by": worker}``."""
OnWord = Callable[[str, Mapping[str, Any]], None]
"""Hears topic and body of a word."""

HOST_KEYS = ("t0_host_s", "until_host_s")
"""Instants that stand in parts."""


class Bus(Protocol):
    """Joins workers. ``keep`` and ``tell`` never wait: what cannot be sent at once is bounded, and the oldest gives way."""

    async def open(self, on_part: OnPart, on_word: OnWord) -> None:
        """Joins; ``on_part`` hears every kept part before this returns, later everything that is kept or told by anybody,
        this worker included.

        Raises:
            DeviceLost: It cannot be reached.
        """
        ...

    def keep(self, part: str, envelope: Mapping[str, Any]) -> None:
        """Replaces a part for everybody, now and later."""
        ...

    def tell(self, topic: str, body: Mapping[str, Any]) -> None:
        """Tells everybody who is there now."""
        ...

    async def close(self) -> None:
        """Leaves."""
        ...


def envelope_of(value: Any, *, utc_minus_host_s: float, by: str) -> dict[str, Any]:
    """A part as it is kept."""
    return {"value": value, "utc_minus_host_s": utc_minus_host_s, "by": by}


def to_local(envelope: Mapping[str, Any], *, utc_minus_host_s: float, worker: str) -> Any:
    """A part's value with its instants on this worker's clock [host s].

    Args:
        envelope: As it came.
        utc_minus_host_s: Of this worker.
        worker: This worker: what it kept itself is taken as it is, whatever was done to the wall clock since.
    """
    value = envelope["value"]
    if envelope["by"] == worker or not isinstance(value, Mapping):
        return value
    shift_s = float(envelope["utc_minus_host_s"]) - utc_minus_host_s
    return {
        name: part + shift_s if name in HOST_KEYS and isinstance(part, int | float) else part
        for name, part in value.items()
    }
