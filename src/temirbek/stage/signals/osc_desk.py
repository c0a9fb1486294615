"""OSC: messages to the venue's peers, and commands from those that may give them."""

import itertools
import logging
import os
from collections.abc import Callable
from dataclasses import dataclass

from temirbek.errors import DeviceLost, InvalidInput
from temirbek.signals.osc import ACK, Argument, Heard, Outbox, Said, from_bytes, to_bytes
from temirbek.signals.osc_commands import PREFIX, Asked, command_of
from temirbek.stage.signals.faults import Faults
from temirbek.stage.signals.network import Addresses, Datagram, Datagrams
from temirbek.types.evening import Links

logger = logging.getLogger(__name__)

OPEN_AGAIN_S = 2.0
LOOPBACK = "127."

Answered = Callable[[str], None]
"""Hears that a peer has acknowledged (""), or why not."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """A command from another program: who asked, and a key that is the same if it comes twice."""

    asked: Asked
    by: str
    key: str


class OscDesk:
    """Sends and listens.

    Args:
        links: Of the venue.
        faults: Hears what is wrong.
        take: Takes a command; whether there was somebody to take it.
    """

    def __init__(self, links: Links, faults: Faults, take: Callable[[Order], bool]) -> None:
        self._links, self._faults, self._take = links, faults, take
        self._addresses = Addresses(links.osc)
        self._out = Datagrams()
        self._in: Datagrams | None = None
        self._open_at_s = 0.0
        self._outbox, self._heard = Outbox(), Heard()
        self._answers: dict[str, Answered] = {}
        self._numbers = itertools.count(1)
        self._run = os.urandom(4).hex()  # a process that was started again counts from 1 again

    @property
    def in_port(self) -> int | None:
        """Where commands are taken; None where they are not."""
        return None if self._in is None else self._in.port

    def send(
        self,
        peer: str,
        address: str,
        arguments: tuple[Argument, ...],
        answered: Answered | None,
        host_s: float,
    ) -> None:
        """Sends a message.

        Args:
            peer: To whom, by name.
            address, arguments: What.
            answered: Hears what became of it, for a critical one; None for one that needs no answer.
            host_s: Now [s].

        Raises:
            InvalidInput: There is no such peer, or it cannot be said.
        """
        where = self._where(peer)
        if answered is None:
            why = self._out.send(to_bytes(address, arguments), where)
            self._note(peer, why)
            if why:
                raise InvalidInput(f"OSC peer {peer!r} cannot be reached: {why}")
            return
        sequence = f"{self._run}-{next(self._numbers)}"
        self._outbox.put(sequence, peer, to_bytes(address, arguments, sequence), host_s)
        self._answers[sequence] = answered
        self.look(host_s)

    def look(self, host_s: float) -> None:
        """Hears what came, sends what is due."""
        self._open(host_s)
        for came in self._out.receive():
            self._hear_answer(came)
        if self._in is not None:
            for came in self._in.receive():
                self._hear(self._in, came, host_s)
        for due in self._outbox.due(host_s):
            if due.data:
                where = self._addresses.of(due.peer)
                self._note(due.peer, self._out.send(due.data, where) if where else "its address is not known")
            else:
                why = f"OSC peer {due.peer!r} does not acknowledge"
                self._faults.tell(f"osc:{due.peer}", why)
                self._answers.pop(due.sequence)(why)

    def close(self) -> None:
        """Lets go of the ports."""
        self._addresses.close()
        self._out.close()
        if self._in is not None:
            self._in.close()

    def _where(self, peer: str) -> tuple[str, int]:
        if peer not in self._links.osc:
            known = ", ".join(self._links.osc) or "none"
            raise InvalidInput(f"no OSC peer is called {peer!r}; the venue has {known}")
        where = self._addresses.of(peer)
        if where is None:
            raise InvalidInput(f"OSC peer {peer!r}: {self._addresses.why_not(peer)}")
        return where

    def _note(self, peer: str, why: str) -> None:
        if why:
            self._faults.tell(f"osc:{peer}", f"OSC peer {peer!r} cannot be reached: {why}")

    def _open(self, host_s: float) -> None:
        port = self._links.osc_in_port
        if port is None or self._in is not None or host_s < self._open_at_s:
            return
        self._open_at_s = host_s + OPEN_AGAIN_S
        try:
            self._in = Datagrams(self._links.osc_in_host, port)
            self._faults.mend("osc:in")
        except DeviceLost as error:
            self._faults.tell("osc:in", f"no OSC commands can be taken: {error}")

    def _hear_answer(self, came: Datagram) -> None:
        try:
            messages = from_bytes(came.data)
        except InvalidInput as error:
            logger.warning("from %s: %s", came.host, error)
            return
        for said in messages:
            if said.address == ACK and said.arguments and self._outbox.acknowledged(str(said.arguments[0])):
                self._faults.mend(f"osc:{self._addresses.name_of(came.host)}")
                self._answers.pop(str(said.arguments[0]))("")

    def _hear(self, port: Datagrams, came: Datagram, host_s: float) -> None:
        by = self._addresses.name_of(came.host) or ("this machine" if came.host.startswith(LOOPBACK) else "")
        if not by:
            self._faults.tell(
                f"osc:stranger:{came.host}",
                f"{came.host} sends OSC but is no peer of the venue; it is not heard",
            )
            return
        try:
            messages = from_bytes(came.data)
        except InvalidInput as error:
            logger.warning("from %s: %s", by, error)
            return
        for said in messages:
            self._obey(port, came, said, by, host_s)

    def _obey(self, port: Datagrams, came: Datagram, said: Said, by: str, host_s: float) -> None:
        """Does it once; acknowledges as often as it comes."""
        back = (came.host, came.port)
        if said.address == ACK:
            return
        try:
            asked = command_of(said, host_s)
        except InvalidInput as error:
            port.send(to_bytes(f"{PREFIX}refused", (said.address, str(error))), back)
            return
        sender = f"{came.host}:{came.port}"
        if self._heard.is_new(sender, said.sequence):
            number = said.sequence or f"{self._run}-in-{next(self._numbers)}"
            if not self._take(Order(asked=asked, by=f"OSC {by}", key=f"osc:{sender}:{number}")):
                self._heard.forget(sender, said.sequence)
                port.send(to_bytes(f"{PREFIX}refused", (said.address, "nobody conducts")), back)
                return
        if said.sequence:
            port.send(to_bytes(ACK, (said.sequence,)), back)
