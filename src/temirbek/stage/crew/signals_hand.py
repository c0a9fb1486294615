"""Signals: light, OSC and MIDI go out; other programs' commands and the human DJ's tempo come in."""

from collections.abc import Mapping
from typing import Any

from temirbek.stage.crew.wings import Answered, Wings
from temirbek.stage.links import Link
from temirbek.types import Cue, Effect, Event, LightCue, MidiCue, OscCue


class SignalsHand:
    """Sends signals, and hears those of others.

    Args:
        wings: What the crew shares.
        link: To the signals' process.
    """

    def __init__(self, wings: Wings, link: Link) -> None:
        self._wings, self._link = wings, link

    def do(self, effect: Effect) -> None:
        """Sends the signal of a cue."""
        cue, run = self._wings.cues[effect.cue], int(effect.payload["run"])
        if (body := _body_of(cue)) is not None:
            self._link.ask(body, lambda answer: self._wings.answer_of(cue, run, answer, is_started=True))

    def ask_human(self, effect: Effect, answered: Answered) -> None:
        """What concerns the human who shares the set: taps, and who leads."""
        self._link.ask({"do": effect.verb, **effect.payload}, answered)

    def stop(self) -> None:
        """Lights show that the show was stopped."""
        self._link.ask({"do": "stop"})

    def hear(self, event: dict[str, Any]) -> None:
        """What the signals' process tells."""
        wings = self._wings
        match event.get("event"):
            case "fault":
                wings.fault(f"signals:{event.get('id', '')}", "warning", str(event.get("what", "")))
            case "mended":
                wings.mend(f"signals:{event.get('id', '')}")
            case "human":
                wings.now.hear_human(event)
            case "human_hand_over":
                wings.note(f"the {event.get('leader')} leads")
            case "command":
                self._take_command(event)

    def _take_command(self, event: Mapping[str, Any]) -> None:
        """What another program asks for by OSC, as the stage manager would: it is answered by what is seen."""
        payload = dict(event.get("payload", {}))
        if event["command"] == "go":
            payload.setdefault("cue", self._wings.state().standby)
        self._wings.submit(
            Event(
                type=event["command"],
                payload=payload,
                by=str(event.get("by", "OSC")),
                role="stage_manager",
                key=str(event.get("key", "")),
            )
        )


def _body_of(cue: Cue) -> dict[str, Any] | None:
    match cue.payload:
        case LightCue(look=look, fade_s=fade_s, levels=levels):
            return {"do": "light", "look": look, "fade_s": fade_s, "levels": dict(levels)}
        case OscCue() as osc:
            return {
                "do": "osc",
                "peer": osc.peer,
                "address": osc.address,
                "arguments": list(osc.arguments),
                "needs_answer": osc.needs_answer,
            }
        case MidiCue(message=message):
            return {"do": "midi", "message": list(message)}
    return None
