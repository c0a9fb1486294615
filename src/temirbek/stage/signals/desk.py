"""What the conductor can ask of the signals, and what each command does."""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from temirbek.errors import InvalidInput, TemirbekError
from temirbek.stage.lines import LineServer, Message
from temirbek.stage.signals.faults import Faults
from temirbek.stage.signals.light_desk import LightDesk
from temirbek.stage.signals.midi_desk import MidiDesk
from temirbek.stage.signals.music import Deck
from temirbek.stage.signals.osc_desk import Order, OscDesk
from temirbek.types.evening import Evening

Body = Mapping[str, Any]


class SignalsDesk:
    """Serves ``signals.sock``.

    Args:
        folder: Of the run.
        evening: What the venue is connected with.
        server: Takes commands, tells events.
    """

    def __init__(self, folder: Path, evening: Evening, server: LineServer) -> None:
        self._server = server
        links = evening.venue.links
        self.faults = Faults(server.publish)
        self.deck = Deck(folder)
        self.light = LightDesk(links, evening.venue.looks, self.faults)
        self.osc = OscDesk(links, self.faults, self._take)
        self.midi = MidiDesk(links, self.faults)
        self._n_clients = 0
        self._commands: dict[str, Callable[[Body, float], dict[str, Any]]] = {
            "light": self._light,
            "midi": self._midi,
            "stop": self._stop,
            "state": self._state,
        }

    def answer(self, message: Message, host_s: float) -> None:
        """Does what was asked, and says so; a critical OSC message is answered when its peer has answered."""
        body = message.body
        try:
            answer = None
            if body.get("do") == "osc":
                answer = self._osc(message, host_s)
            else:
                answer = {"ok": True, **self._command(body)(body, host_s)}
        except TemirbekError as error:
            answer = {"ok": False, "reason": str(error)}
        if answer is not None:
            self._say(message, answer)

    def look(self, host_s: float) -> None:
        """Follows what sounds, hears and sends what is due."""
        if self._server.n_clients > self._n_clients:
            self.faults.tell_again()
        self._n_clients = self._server.n_clients
        self.deck.look(host_s)
        self.osc.look(host_s)
        self.midi.look(host_s, self.deck)
        self.light.look(host_s, self.deck.light(host_s))

    def due_s(self, host_s: float) -> float:
        """When something has to be done again at the latest [host_s]."""
        return min(self.light.due_s, self.midi.due_s, host_s + 0.01)

    def close(self) -> None:
        """Lets go of everything."""
        self.midi.close()
        self.osc.close()
        self.light.close()
        self.deck.close()

    def _say(self, message: Message, answer: dict[str, Any]) -> None:
        if "id" in message.body:
            answer = {**answer, "id": message.body["id"]}
        self._server.send(message.client, answer)

    def _command(self, body: Body) -> Callable[[Body, float], dict[str, Any]]:
        command = self._commands.get(str(body.get("do")))
        if command is None:
            known = ", ".join([*self._commands, "osc"])
            raise InvalidInput(f"the signals know no command {body.get('do')!r}; they know {known}")
        return command

    def _light(self, body: Body, host_s: float) -> dict[str, Any]:
        levels = body.get("levels") or {}
        if not isinstance(levels, Mapping):
            raise InvalidInput(f"levels: {levels!r}; expected a table of channels")
        note = self.light.call(str(body.get("look")), _number(body, "fade_s", 1.0), levels, host_s)
        return {"note": note} if note else {}

    def _osc(self, message: Message, host_s: float) -> dict[str, Any] | None:
        body = message.body
        arguments = body.get("arguments") or []
        if not isinstance(arguments, list):
            raise InvalidInput(f"arguments: {arguments!r}; expected a list")

        def answered(why: str) -> None:
            self._say(message, {"ok": not why, **({"reason": why} if why else {})})

        needs_answer = bool(body.get("needs_answer"))
        peer, address = str(body.get("peer")), str(body.get("address"))
        self.osc.send(peer, address, tuple(arguments), answered if needs_answer else None, host_s)
        return None if needs_answer else {"ok": True}

    def _midi(self, body: Body, host_s: float) -> dict[str, Any]:
        message = body.get("message")
        is_bytes = isinstance(message, list) and all(isinstance(b, int) and 0 <= b <= 255 for b in message)
        if not is_bytes or not message:
            raise InvalidInput(f"message: {message!r}; expected bytes, each 0 to 255")
        note = self.midi.send(bytes(message), host_s)
        return {"note": note} if note else {}

    def _stop(self, body: Body, host_s: float) -> dict[str, Any]:
        self.light.stop(host_s)
        self.midi.stop(host_s)
        return {}

    def _state(self, body: Body, host_s: float) -> dict[str, Any]:
        return {"faults": self.faults.all(), "osc_in_port": self.osc.in_port, "midi": self.midi.words()}

    def _take(self, order: Order) -> bool:
        """A command from another program goes to whoever conducts."""
        if not self._server.n_clients:
            return False
        asked = order.asked
        words = (
            f"{order.by} asks: {asked.command} {', '.join(str(v) for v in asked.payload.values())}".strip()
        )
        self._server.publish(
            {
                "event": "command",
                "command": asked.command,
                "payload": dict(asked.payload),
                "by": order.by,
                "key": order.key,
                "words": words,
            }
        )
        return True


def _number(body: Body, name: str, default: float) -> float:
    value = body.get(name, default)
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise InvalidInput(f"{name}: {value!r}; expected a number")
    return float(value)
