"""From likelihoods chunk by chunk to what is told: began, goes on, ended."""

from dataclasses import dataclass

from temirbek.types.hall import HallSoundState

LATE_AT_FIRST_S = 0.35
"""When it begins to be likely it has gone on for so long."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Manner:
    """When one kind of sound is believed.

    Attributes:
        begins: Mean likelihood over :attr:`chunks` from which on it is told …
        chunks: … and of how many chunks.
        stays: While the likelihood is above that it goes on.
        pause_s: It ended when it was not for so long [s].
    """

    begins: float
    chunks: int
    stays: float = 0.35
    pause_s: float = 1.0


@dataclass(frozen=True, slots=True)
class Told:
    """What is to be told of a kind now, and since when it goes on [s of the stream]."""

    state: HallSoundState
    onset_s: float


class Hysteresis:
    """One kind of sound: tells its beginning once, its going on every other chunk, and its end once."""

    def __init__(self, manner: Manner) -> None:
        self._manner = manner
        self._last: list[float] = []
        self._onset_s: float | None = None
        self._heard_s = 0.0
        self._likely_s: float | None = None
        self._turn = 0

    @property
    def is_on(self) -> bool:
        """Whether it goes on."""
        return self._onset_s is not None

    def hear(self, likelihood: float, now_s: float, *, may_begin: bool) -> Told | None:
        """One chunk.

        Args:
            likelihood: 0–1.
            now_s: The chunk's end [s of the stream].
            may_begin: Whether a beginning would be believed now.
        """
        manner = self._manner
        self._last = [*self._last, likelihood][-manner.chunks :]
        if likelihood < manner.stays:
            self._likely_s = None
        elif self._likely_s is None:
            self._likely_s = now_s
        if self._onset_s is None:
            mean = sum(self._last) / manner.chunks
            if not may_begin or mean < manner.begins or likelihood < manner.stays:
                return None
            self._onset_s = (now_s if self._likely_s is None else self._likely_s) - LATE_AT_FIRST_S
            self._heard_s, self._turn = now_s, 0
            return Told("began", self._onset_s)
        if likelihood >= manner.stays:
            self._heard_s = now_s
        if now_s - self._heard_s > manner.pause_s:
            return self.end()
        self._turn = 1 - self._turn
        return Told("goes_on", self._onset_s) if self._turn == 0 else None

    def end(self) -> Told | None:
        """It is over, if it went on."""
        if self._onset_s is None:
            return None
        told = Told("ended", self._onset_s)
        self._onset_s = None
        self._last = []
        return told
