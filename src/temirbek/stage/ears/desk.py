"""The ears at work: twenty times a second what was heard is listened to, and what people let hear is told."""

from collections.abc import Mapping
from typing import Any, get_args

from temirbek.demo.hall import CrowdKind
from temirbek.errors import DeviceLost, InvalidInput
from temirbek.hearing import HallEar
from temirbek.lines import LineServer, Message
from temirbek.stage.ears.microphone import DeviceMicrophone, Microphone
from temirbek.stage.ears.simulated import SimulatedMicrophone
from temirbek.stage.ears.tap import Tap
from temirbek.store import to_json
from temirbek.types import Ears

TELL_EVERY_S = 0.25
MOST_SECONDS, MOST_PEOPLE = 120.0, 20_000
LEVELS_DB = (-60.0, 20.0)


class EarsDesk:
    """Listens and tells.

    Args:
        setup: How the hall is heard.
        tap: What is known to sound.
        server: Whom to tell.
        seed: Of a simulated hall.
    """

    def __init__(self, setup: Ears, tap: Tap, server: LineServer, seed: int) -> None:
        self._server = server
        self._tap = tap
        self._simulated = SimulatedMicrophone(tap, seed) if setup.source == "simulated" else None
        self._microphone: Microphone = self._simulated or DeviceMicrophone(
            setup.device, tap, (setup.latency_ms or 0.0) / 1e3
        )
        self._ear = HallEar()
        self._tell_at_s = 0.0
        self._why_deaf = ""

    def look(self, now_s: float) -> None:
        """Listens to what came since last time."""
        try:
            heard = self._microphone.listen(now_s)
        except DeviceLost as error:
            self._deaf(str(error))
            return
        if heard is not None:
            self._deaf("")
            for sound in self._ear.hear(heard.microphone, heard.reference, heard.host_s):
                self._server.publish({"event": "hall", "sound": to_json(sound)})
        if now_s >= self._tell_at_s:
            self._tell_at_s = now_s + TELL_EVERY_S
            self._server.publish({"event": "ear", **self._state()})

    def _deaf(self, why: str) -> None:
        if why != self._why_deaf:
            self._why_deaf = why
            told = {"event": "fault", "what": f"the hall is not heard: {why}"} if why else {"event": "mended"}
            self._server.publish({**told, "id": "microphone"})

    def _state(self) -> dict[str, Any]:
        return {
            "echo_removed_db": round(self._ear.echo_removed_db, 1),
            "alignment_s": round(self._ear.alignment_s, 4),
            "is_certain": self._ear.is_certain,
        }

    def answer(self, message: Message) -> None:
        """Answers who asks how it is, or who simulates the hall."""
        body = message.body
        try:
            answer = {"ok": True, **self._do(body)}
        except InvalidInput as error:
            answer = {"ok": False, "reason": str(error)}
        if "id" in body:
            answer["id"] = body["id"]
        self._server.send(message.client, answer)

    def _do(self, body: Mapping[str, Any]) -> dict[str, Any]:
        match body.get("do"):
            case "state":
                return {**self._state(), "why_deaf": self._why_deaf}
            case "simulate":
                self._simulate(body)
                return {}
        raise InvalidInput(f"the ears know no command {body.get('do')!r}; they know state, simulate")

    def _simulate(self, body: Mapping[str, Any]) -> None:
        if self._simulated is None:
            raise InvalidInput("a microphone listens here: nobody can be simulated")
        kinds = get_args(CrowdKind)
        try:
            kind, at_s, seconds = str(body["kind"]), float(body["at_host_s"]), float(body["seconds"])
            people, level_db = int(body["people"]), float(body["level_db"])
            tempo_bpm = None if body.get("tempo_bpm") is None else float(body["tempo_bpm"])
        except (KeyError, TypeError, ValueError) as error:
            raise InvalidInput(f"simulate: {error!r} in {body}") from error
        if kind not in kinds:
            raise InvalidInput(f"simulate: kind {kind!r}; expected one of {', '.join(kinds)}")
        if not (0 < seconds <= MOST_SECONDS and 0 < people <= MOST_PEOPLE):
            raise InvalidInput(
                f"simulate: {people} people for {seconds} s; at most {MOST_PEOPLE} for {MOST_SECONDS:.0f} s"
            )
        if not LEVELS_DB[0] <= level_db <= LEVELS_DB[1]:
            raise InvalidInput(f"simulate: {level_db} dB; expected {LEVELS_DB[0]:.0f} to {LEVELS_DB[1]:.0f}")
        self._simulated.let_sound(
            kind,  # type: ignore[arg-type]
            at_s=at_s,
            seconds=seconds,
            people=people,
            level_db=level_db,
            tempo_bpm=tempo_bpm,
        )

    def close(self) -> None:
        """Lets go."""
        self._microphone.close()
        self._tap.close()
