"""What a phone's sentence does: the whole of the audience's power, as one pure state machine.

:meth:`Hall.hear` takes a sentence and gives an :class:`Answer`: what to reply, what to write down, whether to end the
connection. The only things that ever change because of a phone are its own :class:`Guest` (who it is, what it has heard, how
much it has said), one write of a vote or a wish, and the clap meter. Nothing else can be reached from here.
"""

from collections import OrderedDict
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from temirbek.phones.claps import ClapMeter
from temirbek.phones.limits import Allowance, Limits
from temirbek.phones.protocol import (
    CastVote,
    Clap,
    Hello,
    MakeWish,
    NotUnderstood,
    Ping,
    Reason,
    accepted,
    parse,
    pong,
    refused,
)
from temirbek.phones.state import HallState
from temirbek.phones.store_contract import Fate, Outcome, Write


def is_open(poll: Mapping[str, Any], now_s: float) -> bool:
    """Whether votes count in a poll at that time [host s]."""
    until_s = poll["until_host_s"]
    return poll["result"] is None and (until_s is None or now_s <= until_s)


SeatOf = Callable[[str], str | None]
"""Token → an opaque name of the seat or ticket, or None for one that does not hold."""
MOST_SEATS_REMEMBERED = 50_000
"""Allowances of the seats that spoke last; one that is forgotten begins with a full one."""

_REASONS: Mapping[Fate, Reason] = {"other": "already_voted", "full": "enough_wishes", "lost": "busy"}


@dataclass(slots=True)
class Guest:
    """One connection, or one held request.

    Attributes:
        allowance: What it may say.
        seat: Who sits there; "" for somebody who only looks on.
        known: Number of the newest state that it was sent.
        n_refused: Sentences that came too fast; each one in time makes up for one.
        heard_s: When it last said something.
    """

    allowance: Allowance
    heard_s: float
    seat: str = ""
    known: int = 0
    n_refused: int = 0


@dataclass(frozen=True, slots=True)
class Answer:
    """What follows from a sentence.

    Attributes:
        replies: To send back, in this order.
        write: To be stored; :meth:`Hall.stored` makes the reply out of what became of it.
        number: Of that write, as the phone counts.
        is_over: The connection ends after the replies.
    """

    replies: tuple[bytes, ...] = ()
    write: Write | None = None
    number: int = 0
    is_over: bool = False


@dataclass(slots=True)
class _Seat:
    messages: Allowance
    claps: Allowance


@dataclass(slots=True)
class Hall:
    """The state that phones see, and what they may do to it.

    Attributes:
        state: What they see.
        seat_of: Who holds a token.
        limits: How much each may ask.
        claps: The meter.
    """

    state: HallState
    seat_of: SeatOf
    limits: Limits = field(default_factory=Limits)
    claps: ClapMeter = field(default_factory=ClapMeter)
    tracks: Mapping[str, Any] = field(default_factory=dict)
    _seats: OrderedDict[str, _Seat] = field(default_factory=OrderedDict)

    def join(self, now_s: float) -> Guest:
        """Somebody connects."""
        limits = self.limits
        return Guest(Allowance(limits.messages_at_once, limits.messages_per_s, now_s), now_s)

    def hear(self, guest: Guest, data: bytes, now_s: float) -> Answer:
        """What follows from a sentence; never raises, whatever came.

        Args:
            guest: Who said it.
            data: As it came.
            now_s: The host's clock [host s].
        """
        guest.heard_s = now_s
        if not guest.allowance.take(1, now_s) or (guest.seat and not self._may_speak(guest.seat, now_s)):
            return self._too_fast(guest)
        guest.n_refused = max(guest.n_refused - 1, 0)
        try:
            saying = parse(data)
        except NotUnderstood:
            return Answer((refused("not_understood"),))
        match saying:
            case CastVote():
                return self._vote(guest, saying, now_s)
            case Clap():
                return self._clap(guest, saying, now_s)
            case Ping():
                return Answer((pong(saying.t, now_s),))
            case MakeWish():
                return self._wish(guest, saying)
            case Hello():
                return self._hello(guest, saying)

    @staticmethod
    def stored(write: Write, number: int, outcome: Outcome) -> bytes:
        """The reply, once it is known what became of a write."""
        if outcome.fate in ("kept", "same"):
            return accepted(number, kept=write.choice)
        return refused(_REASONS[outcome.fate], number, kept=outcome.choice)

    def _too_fast(self, guest: Guest) -> Answer:
        guest.n_refused += 1
        if guest.n_refused > self.limits.most_refusals:
            return Answer(is_over=True)
        # Only the first is answered: whoever floods is not given a flood in return.
        return Answer((refused("too_fast"),) if guest.n_refused == 1 else ())

    def _hello(self, guest: Guest, hello: Hello) -> Answer:
        guest.seat = (self.seat_of(hello.token) or "") if hello.token else ""
        if guest.seat:
            return Answer((accepted(0),))
        return Answer((refused("bad_token" if hello.token else "no_seat"),))

    def _vote(self, guest: Guest, vote: CastVote, now_s: float) -> Answer:
        poll = self.state["poll"]
        if not guest.seat:
            return Answer((refused("no_seat", vote.number),))
        if poll is None or poll["id"] != vote.poll or not is_open(poll, now_s):
            return Answer((refused("poll_closed", vote.number),))
        if all(option["id"] != vote.option for option in poll["options"]):
            return Answer((refused("no_such_option", vote.number),))
        return Answer(write=Write("vote", guest.seat, vote.poll, vote.option), number=vote.number)

    def _wish(self, guest: Guest, wish: MakeWish) -> Answer:
        if not guest.seat:
            return Answer((refused("no_seat", wish.number),))
        if wish.track not in self.tracks:
            return Answer((refused("no_such_track", wish.number),))
        return Answer(write=Write("wish", guest.seat, "", wish.track), number=wish.number)

    def _clap(self, guest: Guest, clap: Clap, now_s: float) -> Answer:
        if not guest.seat:
            return Answer((refused("no_seat"),))
        granted = self._seat(guest.seat, now_s).claps.take(clap.count, now_s)
        if granted:
            self.claps.add(guest.seat, granted, now_s)
        return Answer()

    def _may_speak(self, seat: str, now_s: float) -> bool:
        return self._seat(seat, now_s).messages.take(1, now_s) > 0

    def _seat(self, name: str, now_s: float) -> _Seat:
        seat = self._seats.get(name)
        if seat is None:
            limits = self.limits
            seat = self._seats[name] = _Seat(
                Allowance(limits.seat_messages_at_once, limits.seat_messages_per_s, now_s),
                Allowance(limits.claps_at_once, limits.claps_per_s, now_s),
            )
            if len(self._seats) > MOST_SEATS_REMEMBERED:
                self._seats.popitem(last=False)
        else:
            self._seats.move_to_end(name)
        return seat
