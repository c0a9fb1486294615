"""OSC over a network that loses messages: words to bytes and back, critical ones sent until they are acknowledged.

A plain message goes as it is. A critical one goes as a bundle of two: ``/temirbek/sequence`` with a text that no other
message has, and the message itself. A peer that knows nothing of sequences finds its message all the same; one that does
answers ``/ack`` with the same text. Without an answer the bundle goes again, each time after twice the wait. So a
message may arrive twice: a receiver that keeps :class:`Heard` acknowledges it twice and does it once.
"""

from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass

from pythonosc.osc_bundle_builder import IMMEDIATELY, OscBundleBuilder
from pythonosc.osc_message import OscMessage
from pythonosc.osc_message_builder import BuildError, OscMessageBuilder
from pythonosc.osc_packet import OscPacket, ParseError

from temirbek.errors import InvalidInput

SEQUENCE = "/temirbek/sequence"
ACK = "/ack"
WAITS_S = (0.1, 0.2, 0.4, 0.8, 1.5)
"""A critical message is sent so often, with these waits for its answer: 3 s in all."""
REMEMBERED = 512
MOST_WAITING = 64

Argument = int | float | str | bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """A message as it came: where to, with what; ``sequence`` is its number if its sender wants an answer."""

    address: str
    arguments: tuple[Argument, ...]
    sequence: str = ""


def to_bytes(address: str, arguments: Sequence[Argument] = (), sequence: str = "") -> bytes:
    """A message as it travels.

    Args:
        address: "/…".
        arguments: Texts are UTF-8.
        sequence: What an acknowledgement names; "" for none.

    Raises:
        InvalidInput: It cannot be said in OSC.
    """
    try:
        message = _message(address, arguments)
        if not sequence:
            return bytes(message.dgram)
        bundle = OscBundleBuilder(IMMEDIATELY)
        bundle.add_content(_message(SEQUENCE, (sequence,)))
        bundle.add_content(message)
        return bytes(bundle.build().dgram)
    except (BuildError, ValueError, OverflowError) as error:
        raise InvalidInput(f"{address} {list(arguments)}: cannot be said in OSC ({error})") from error


def from_bytes(data: bytes) -> list[Said]:
    """The messages of one datagram.

    Raises:
        InvalidInput: It is no OSC.
    """
    try:
        messages = [timed.message for timed in OscPacket(data).messages]
    except (ParseError, ValueError, IndexError) as error:
        raise InvalidInput(f"a datagram of {len(data)} bytes is no OSC ({error})") from error
    sequence = next((str(m.params[0]) for m in messages if m.address == SEQUENCE and m.params), "")
    return [
        Said(address=m.address, arguments=tuple(m.params), sequence=sequence)
        for m in messages
        if m.address != SEQUENCE
    ]


def _message(address: str, arguments: Sequence[Argument]) -> OscMessage:
    if not address.startswith("/"):
        raise InvalidInput(f"{address!r}: an OSC address begins with /")
    builder = OscMessageBuilder(address=address)
    for argument in arguments:
        builder.add_arg(argument)
    return builder.build()


@dataclass(slots=True)
class _Waiting:
    data: bytes
    peer: str
    tries: int
    due_s: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Due:
    """What is to be sent now, or (``data`` empty) given up."""

    sequence: str
    peer: str
    data: bytes = b""


class Outbox:
    """Critical messages on their way."""

    def __init__(self) -> None:
        self._waiting: OrderedDict[str, _Waiting] = OrderedDict()

    def put(self, sequence: str, peer: str, data: bytes, host_s: float) -> None:
        """A message that is due at once.

        Raises:
            InvalidInput: Too many wait for their answers already.
        """
        if len(self._waiting) >= MOST_WAITING:
            raise InvalidInput(f"{MOST_WAITING} messages wait for an answer already; nobody answers")
        self._waiting[sequence] = _Waiting(data, peer, 0, host_s)

    def acknowledged(self, sequence: str) -> bool:
        """An answer came; whether somebody waited for it."""
        return self._waiting.pop(sequence, None) is not None

    def due(self, host_s: float) -> list[Due]:
        """What is to be sent again, and what is given up, at an instant."""
        found: list[Due] = []
        for sequence, waiting in list(self._waiting.items()):
            if waiting.due_s > host_s:
                continue
            if waiting.tries == len(WAITS_S):
                del self._waiting[sequence]
                found.append(Due(sequence=sequence, peer=waiting.peer))
                continue
            waiting.due_s = host_s + WAITS_S[waiting.tries]
            waiting.tries += 1
            found.append(Due(sequence=sequence, peer=waiting.peer, data=waiting.data))
        return found


class Heard:
    """Remembers what was done already."""

    def __init__(self) -> None:
        self._seen: OrderedDict[tuple[str, str], None] = OrderedDict()

    def is_new(self, sender: str, sequence: str) -> bool:
        """Whether a message of that sender has not come before; messages without a sequence are always new."""
        if not sequence:
            return True
        key = (sender, sequence)
        if key in self._seen:
            return False
        self._seen[key] = None
        while len(self._seen) > REMEMBERED:
            self._seen.popitem(last=False)
        return True

    def forget(self, sender: str, sequence: str) -> None:
        """It could not be done: if it comes again, it is new."""
        self._seen.pop((sender, sequence), None)


__all__ = ["ACK", "SEQUENCE", "Due", "Heard", "Outbox", "Said", "from_bytes", "to_bytes"]
