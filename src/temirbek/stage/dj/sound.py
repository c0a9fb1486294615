"""The sound process, as the DJ asks it."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any, Protocol

from temirbek.errors import DeviceLost
from temirbek.lines import PlainClient
from temirbek.stage.clock import ClockReading, HumanBeat, SharedClock

VOICE = "music"
TIMEOUT_S = 2.0


class Sound(Protocol):
    """What plays, and what it says of what sounds."""

    def ask(self, body: Mapping[str, Any]) -> Mapping[str, Any]:
        """The answer to a command; ``ok`` says whether it was done."""
        ...

    def read(self) -> ClockReading | None:
        """What sounds now; None while nobody plays."""
        ...

    def read_human(self) -> HumanBeat:
        """The human's beat, as far as it is known."""
        ...

    def close(self) -> None:
        """Lets go."""
        ...


class SoundProcess:
    """The one of the run folder. Each question has a connection of its own, so neither side's restart matters."""

    def __init__(self, folder: Path) -> None:
        self._socket = folder / "sound.sock"
        self._clock_path = folder / "clock.shm"
        self._clock: SharedClock | None = None

    def ask(self, body: Mapping[str, Any]) -> Mapping[str, Any]:
        """The answer to a command; a process that is not there is an answer, too."""
        try:
            with PlainClient(self._socket) as client:
                return client.ask(body, TIMEOUT_S)
        except DeviceLost as error:
            return {"ok": False, "reason": str(error), "is_lost": True}

    def read(self) -> ClockReading | None:
        """What sounds now; None while there is no clock yet."""
        clock = self._open()
        return None if clock is None else clock.read()

    def read_human(self) -> HumanBeat:
        """The human's beat, as far as it is known."""
        clock = self._open()
        return HumanBeat() if clock is None else clock.read_human()

    def _open(self) -> SharedClock | None:
        if self._clock is None and self._clock_path.exists():
            try:
                self._clock = SharedClock.open(self._clock_path)
            except DeviceLost:
                return None
        return self._clock

    def close(self) -> None:
        """Lets go of the clock."""
        if self._clock is not None:
            self._clock.close()
            self._clock = None
