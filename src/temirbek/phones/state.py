"""What every phone of the hall is shown: a handful of named parts, each with the number of its last change.

A part is a small JSON value that is replaced as a whole, so that a change from any older state is exactly the set of parts
with a larger number: no list of changes has to be kept, no phone can be too late, and whoever gets a part twice is not hurt.

====== =======================================================================================================
part   value
====== =======================================================================================================
now    ``{"title","artist","kind","cue","tempo_bpm"}``: what is on; ``null`` between
poll   ``{"id","question":{kk,ru,en},"options":[{"id","text":{kk,ru,en}}],"until_host_s","result"}``; ``result`` is ``null`` while it is open,
       then option → votes; ``null`` where there is no poll
crate  ``{"version","n"}``: which tracks can be wished is fetched from ``/crate`` when somebody wants to wish
top    ``[[track, title, count], …]``: the five most wished for
light  ``{"t0_host_s","bpm","pattern","color","until_host_s"}``; ``null``: dark (:mod:`temirbek.phones.light`)
text   ``{kk,ru,en}``: an announcement; ``null``: none
card   ``{kk,ru,en}``: what stands on the hall's screen; ``null``: none
clap   ``{"rate_hz","people"}``: the hall's clap meter
====== =======================================================================================================
"""

from collections.abc import Mapping
from typing import Any, Final

from temirbek.phones.protocol import to_wire

PARTS: Final = ("now", "poll", "crate", "top", "light", "text", "card", "clap")


class HallState:
    """All parts and their numbers; a number belongs to one ``epoch``, the life of one server.

    Args:
        epoch: Names this server's life; another one is answered with everything.
    """

    def __init__(self, epoch: str) -> None:
        self.epoch = epoch
        self.sequence = 1
        self._values: dict[str, Any] = dict.fromkeys(PARTS)
        self._changed: dict[str, int] = dict.fromkeys(PARTS, 1)
        self._snapshot = (0, b"")

    def __getitem__(self, part: str) -> Any:
        """A part as it is now."""
        return self._values[part]

    def set(self, part: str, value: Any) -> bool:
        """Replaces a part; tells whether that changed anything.

        Raises:
            KeyError: There is no such part.
        """
        if self._values[part] == value:
            return False
        self.sequence += 1
        self._values[part], self._changed[part] = value, self.sequence
        return True

    def since(self, sequence: int) -> Mapping[str, Any]:
        """The parts that changed after that number."""
        return {part: self._values[part] for part, number in self._changed.items() if number > sequence}

    def snapshot(self) -> bytes:
        """Everything, as it travels; packed once for thousands who come at a time."""
        if self._snapshot[0] != self.sequence:
            everything = {"is": "snapshot", "epoch": self.epoch, "seq": self.sequence, "set": self._values}
            self._snapshot = (self.sequence, to_wire(everything))
        return self._snapshot[1]

    def delta(self, sequence: int) -> bytes:
        """What changed after that number, as it travels; an empty set where nothing did."""
        return to_wire(
            {"is": "delta", "epoch": self.epoch, "seq": self.sequence, "set": self.since(sequence)}
        )

    def catch_up(self, epoch: str, sequence: int) -> bytes:
        """What a phone needs that knows this much: a change, or everything where it knows of another life or of none."""
        if epoch != self.epoch or not 0 < sequence <= self.sequence:
            return self.snapshot()
        return self.delta(sequence)
