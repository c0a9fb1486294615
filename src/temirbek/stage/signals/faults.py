"""What is wrong with the machines around: each thing told once, and once again when it is mended."""

from collections.abc import Callable, Mapping
from typing import Any


class Faults:
    """Faults by name.

    Args:
        publish: Tells everybody.
    """

    def __init__(self, publish: Callable[[Mapping[str, Any]], None]) -> None:
        self._publish = publish
        self._known: dict[str, str] = {}

    def tell(self, name: str, what: str) -> None:
        """Something is wrong."""
        if self._known.get(name) != what:
            self._known[name] = what
            self._publish({"event": "fault", "id": name, "what": what})

    def mend(self, name: str) -> None:
        """It is not any more."""
        if self._known.pop(name, None) is not None:
            self._publish({"event": "mended", "id": name})

    def tell_again(self) -> None:
        """All that is wrong, for somebody who has just come."""
        for name, what in self._known.items():
            self._publish({"event": "fault", "id": name, "what": what})

    def all(self) -> dict[str, str]:
        """What is wrong now: name → words."""
        return dict(self._known)
