"""How much one phone, one seat and all of them together may ask: every bound of this room in one place."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """Bounds; the defaults fit a hall of ten thousand on one core.

    Attributes:
        most_phones: Connections at once, held requests included; further ones are told to come again later.
        messages_at_once, messages_per_s: What one connection may say.
        seat_messages_at_once, seat_messages_per_s: What one seat may say over all its connections.
        claps_at_once, claps_per_s: Of one seat; what is more is not counted, and not refused either.
        most_refusals: After so many sentences too fast, for which none in time made up, the connection ends.
        most_unread_bytes: So much may wait for a phone that does not read, then it is cut off.
        head_timeout_s: A request's head and body are complete in this time.
        silence_s: A phone that says nothing for so long is gone (the page pings every 25 s; a sleeping one less often).
        hold_s: So long a request for changes is held when there are none.
        broadcast_every_s: Changes within this time travel together.
    """

    most_phones: int = 12_000
    messages_at_once: int = 24
    messages_per_s: float = 6.0
    seat_messages_at_once: int = 36
    seat_messages_per_s: float = 8.0
    claps_at_once: int = 24
    claps_per_s: float = 12.0
    most_refusals: int = 60
    most_unread_bytes: int = 64 * 1024
    head_timeout_s: float = 10.0
    silence_s: float = 150.0
    hold_s: float = 20.0
    broadcast_every_s: float = 0.2


class Allowance:
    """A token bucket: so many at once, then so many a second.

    Args:
        at_once: Its size; it begins full.
        per_s: How fast it fills.
        now_s: When.
    """

    __slots__ = ("_at_once", "_left", "_per_s", "_then_s")

    def __init__(self, at_once: float, per_s: float, now_s: float) -> None:
        self._at_once, self._per_s = at_once, per_s
        self._left, self._then_s = float(at_once), now_s

    def take(self, count: int, now_s: float) -> int:
        """How many of so many are allowed now; they are taken."""
        self._left = min(self._at_once, self._left + max(now_s - self._then_s, 0.0) * self._per_s)
        self._then_s = now_s
        granted = min(count, int(self._left))
        self._left -= granted
        return granted
