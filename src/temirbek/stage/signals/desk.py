"""What the conductor can ask of the signals, and what each command does."""

import logging
import queue
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from temirbek.errors import InvalidInput, TemirbekError
from temirbek.lines import LineServer, Message
from temirbek.signals.lights import Music
from temirbek.signals.steady import Beat
from temirbek.stage.signals.duet_desk import DuetDesk
from temirbek.stage.signals.faults import Faults
from temirbek.stage.signals.human import Human
from temirbek.stage.signals.light_desk import LightDesk
from temirbek.stage.signals.line_in import LineEar
from temirbek.stage.signals.ltc_out import LtcOut
from temirbek.stage.signals.midi_desk import MidiDesk
from temirbek.stage.signals.music import Deck
from temirbek.stage.signals.osc_desk import Order, OscDesk
from temirbek.stage.signals.sound_line import SoundLine
from temirbek.types.evening import Evening

logger = logging.getLogger(__name__)

Body = Mapping[str, Any]
LOOK_EVERY_S = 0.01
LINK_EVERY_S = 0.1
CODE_BEGINS_S = 3600.0
"""Time code begins with the hour 1, as studios have it: what is before the beginning has a number, too."""
OLD_TAP_S = 2.0


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
        ear = None
        if evening.venue.sound.input_device:
            ear = LineEar(evening.venue.sound.input_device, self.faults)
        self.human = Human(has_link=links.link, ear=ear, faults=self.faults)
        self._troubles: queue.SimpleQueue[str] = queue.SimpleQueue()
        self._sound = SoundLine(folder / "sound.sock", self._troubles.put)
        self.duet = DuetDesk(self.human, self.deck, self._sound.ask, server.publish, self.faults)
        self._ltc = LtcOut(self.faults) if links.ltc_out else None
        self._link_at_s = 0.0
        self._n_clients = 0
        self._commands: dict[str, Callable[[Body, float], dict[str, Any]]] = {
            "light": self._light,
            "midi": self._midi,
            "stop": self._stop,
            "tap": self._tap,
            "tap_confirm": self._confirm,
            "hand_over": self._hand_over,
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
        self.midi.look(host_s, self.duet.beat(host_s), self._seconds(host_s))
        if self._ltc is not None:
            self._ltc.look(host_s, self._seconds(host_s))
        self.human.hear_midi(self.midi.into.receive())
        self.duet.look(host_s)
        self.light.look(host_s, self._music(host_s))
        self._lead_link(host_s)
        while not self._troubles.empty():
            logger.warning("the sound process: %s", self._troubles.get())

    def due_s(self, host_s: float) -> float:
        """When something has to be done again at the latest [host_s]."""
        return min(self.light.due_s, self.midi.due_s, host_s + LOOK_EVERY_S)

    def _music(self, host_s: float) -> Music | None:
        """The music as lamps need it: ours, or the beat of the human who leads."""
        ours = self.deck.light(host_s)
        beat = self.duet.beat(host_s)
        if self.duet.duet.leader == "human" and beat is not None:
            section = ours.section if ours is not None else ""
            progress = ours.progress if ours is not None else 0.0
            return Music(beat=beat.at(host_s), section=section, progress=progress)
        return ours

    def _seconds(self, host_s: float) -> Beat | None:
        """The time code's seconds: an hour, and the mix time of what sounds."""
        reading = self.deck.reading
        if reading is None or not self.deck.is_playing:
            return None
        rate = reading.span_at(host_s).rate
        return Beat(beat=CODE_BEGINS_S + reading.mix_at(host_s), host_s=host_s, tempo_bpm=60.0 * rate)

    def _lead_link(self, host_s: float) -> None:
        """While we lead, the Link session follows our beat."""
        if self.human.link is None or host_s < self._link_at_s or self.duet.duet.leader == "human":
            return
        self._link_at_s = host_s + LINK_EVERY_S
        beat = self.deck.beat(host_s)
        self.human.link.play(beat is not None, host_s)
        if beat is not None:
            self.human.link.lead(beat, host_s)

    def close(self) -> None:
        """Lets go of everything."""
        if self._ltc is not None:
            self._ltc.close()
        self.duet.close()
        self._sound.close()
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
        self.duet.stop()
        return {}

    def _tap(self, body: Body, host_s: float) -> dict[str, Any]:
        tapped_s = _number(body, "host_s", host_s)
        if not host_s - OLD_TAP_S <= tapped_s <= host_s + 1.0:
            tapped_s = host_s  # another machine's clock
        return {"words": self.human.tap(tapped_s)}

    def _confirm(self, body: Body, host_s: float) -> dict[str, Any]:
        words = self.human.confirm()
        if self.human.taps.state != "confirmed":
            raise InvalidInput(f"there is no tempo to confirm yet: {words}")
        return {"words": words}

    def _hand_over(self, body: Body, host_s: float) -> dict[str, Any]:
        return {"words": self.duet.hand_over(body.get("to"), host_s)}

    def _state(self, body: Body, host_s: float) -> dict[str, Any]:
        return {
            "faults": self.faults.all(),
            "osc_in_port": self.osc.in_port,
            "midi": self.midi.words(),
            **self.duet.view(host_s),
        }

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
