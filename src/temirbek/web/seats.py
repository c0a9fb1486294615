"""How many may look on, and who is here.

Each role has places of its own, so that a viewer's link that has gone round the crew cannot shut out the stage
manager. One session has few: a browser that reconnects faster than its old connections are found dead takes the place
of its own oldest one.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Protocol

from temirbek.types.live import OperatorRole
from temirbek.web.links import Session

PLACES: Mapping[OperatorRole, int] = {"stage_manager": 8, "dj": 8, "robot_handler": 8, "viewer": 24}
PER_SESSION = 4


class Sitting(Protocol):
    """A connection that has a place."""

    session: Session

    def make_room(self) -> None:
        """Its place is needed: it is to leave."""


class Full(Exception):
    """No place is free in this role."""


class Seats:
    """Places for one kind of connection."""

    def __init__(self) -> None:
        self._sitting: list[Sitting] = []

    @contextmanager
    def taken(self, sitting: Sitting) -> Iterator[None]:
        """A place while the context lasts.

        Raises:
            Full: All places of the role are taken by other sessions.
        """
        role = sitting.session.role
        own = [s for s in self._sitting if s.session.id == sitting.session.id]
        if len(own) >= PER_SESSION:
            self._sitting.remove(own[0])
            own[0].make_room()
        if sum(s.session.role == role for s in self._sitting) >= PLACES[role]:
            raise Full(f"{PLACES[role]} consoles of this role are open already; close one")
        self._sitting.append(sitting)
        try:
            yield
        finally:
            if sitting in self._sitting:
                self._sitting.remove(sitting)

    def __iter__(self) -> Iterator[Sitting]:
        return iter(tuple(self._sitting))

    def operators(self) -> dict[str, int]:
        """Role → how many sessions (browsers, not tabs) are here."""
        sessions = {s.session.id: s.session.role for s in self._sitting}
        counts: dict[str, int] = {}
        for role in sorted(sessions.values()):
            counts[role] = counts.get(role, 0) + 1
        return counts
