"""The DJ: a set is laid out before its GO, begun with it, and followed to its end."""

import json
from collections.abc import Callable, Mapping
from typing import Any

from temirbek.stage.crew.wings import Wings
from temirbek.stage.dances import Dances
from temirbek.stage.links import Link
from temirbek.stage.made import Made
from temirbek.types import Cue, Effect

PATIENCE_S = 60.0
WARM_S = 90.0


class DjHand:
    """Has sets played.

    Args:
        wings: What the crew shares.
        link: To the DJ's process.
        dances: The dances of a set.
        end_of_music: Tells that a set's sound is over, and its cue.
    """

    def __init__(
        self, wings: Wings, link: Link, dances: Dances, *, end_of_music: Callable[[str], None]
    ) -> None:
        self._wings, self._link, self._dances = wings, link, dances
        self._end_of_music = end_of_music
        self._laid_out = ""
        self._waits_since_s: float | None = None

    def do(self, effect: Effect) -> None:
        """Begins or ends a set, or passes on what the DJ is asked."""
        match effect.verb:
            case "fire":
                self._fire(self._wings.cues[effect.cue], int(effect.payload["run"]))
            case "end":
                self._link.ask({"do": "dj_fade"})
            case verb:
                self._link.ask({"do": verb, **effect.payload}, self.answered, timeout_s=PATIENCE_S)

    def answered(self, answer: Mapping[str, Any]) -> None:
        """What came of something that a person asked goes into the record."""
        words = answer.get("words") if answer.get("ok") else f"not done: {answer.get('reason')}"
        if words:
            self._wings.note(str(words))

    def stop(self) -> None:
        """The set is over."""
        self._link.ask({"do": "close"})
        self._laid_out = ""

    def end_set(self) -> None:
        """The music's voice is needed for something else: a set that plays is over."""
        self._dances.end()
        for cue_id in self._wings.state().of_state("running"):
            if self._wings.cues[cue_id].kind == "dj_set":
                self._link.ask({"do": "close"})
                self._wings.done(cue_id)

    def _fire(self, cue: Cue, run: int) -> None:
        wings = self._wings
        made = wings.made.get(cue.id)
        if made is None:
            reason = wings.why_not_ready(cue.id) or "nothing was made"
            wings.tell("failed", cue=cue.id, run=run, reason=reason)
            return
        wings.now.begin(cue, made)

        def begin(answer: Mapping[str, Any]) -> None:
            if answer.get("ok"):
                self._link.ask({"do": "begin", "at_host_s": None}, lambda a: wings.answer_of(cue, run, a))
            else:
                wings.answer_of(cue, run, answer)

        if self._laid_out == cue.id:
            begin({"ok": True})
        else:
            self._lay_out(cue, made, begin)
        self._laid_out = ""

    def _lay_out(self, cue: Cue, made: Made, answered: Callable[[dict[str, Any]], None]) -> None:
        """Has the DJ lay a set out: what comes first is rendered, and its dance made."""
        folder = self._wings.run.made / cue.id
        wishes = json.loads((folder / made.wishes).read_text(encoding="utf-8"))
        opening = {
            "do": "open",
            "set": cue.id,
            "analyses": str(folder / made.analyses),
            "wishes": wishes,
            "seed": self._wings.evening.show.seed,
            "length_s": cue.length_s or None,
        }
        self._link.ask(opening, answered, timeout_s=PATIENCE_S)

    def lay_out_ahead(self) -> None:
        """A set that stands by is laid out before its GO, where no other set plays."""
        state, wings = self._wings.state(), self._wings
        cue = wings.cues.get(state.standby)
        if cue is None or cue.kind != "dj_set" or self._laid_out == cue.id or not self._link.is_there:
            return
        busy = any(wings.cues[c].kind == "dj_set" for c in state.of_state("running", "uncertain", "pre_wait"))
        if busy or (made := wings.made.get(cue.id)) is None:
            return
        self._laid_out = cue.id

        def answered(answer: dict[str, Any]) -> None:
            if not answer.get("ok") and self._laid_out == cue.id:
                self._laid_out = ""

        self._lay_out(cue, made, answered)

    def is_warm(self, cue_id: str) -> bool:
        """Nothing is gained by waiting: the robots know their first dance, or it takes too long."""
        cue = self._wings.cues[cue_id]
        if cue.kind != "dj_set" or not self._wings.moves(cue) or self._dances.has_any:
            return True
        if self._waits_since_s is None:
            self._waits_since_s = self._wings.clock.host_s()
        return self._wings.clock.host_s() - self._waits_since_s > WARM_S

    def hear(self, event: dict[str, Any]) -> None:
        """What the DJ tells."""
        wings = self._wings
        cue_id = str(event.get("set", ""))
        match event.get("event"):
            case "track":
                told = {name: event.get(name, "") for name in ("title", "artist", "mix_s")}
                wings.tell("track", track=str(event.get("id", "")), **told)
            case "phrase":
                wings.tell("phrase", track=event.get("track", ""), bar=event.get("bar", 0))
            case "revision" if cue_id:
                self._dances.revise(cue_id, int(event["revision"]), self._set_s(cue_id))
            case "view":
                wings.now.hear_dj(event)
            case "ended" if cue_id in wings.cues:
                self._dances.end()
                self._end_of_music(cue_id)
            case "trouble":
                wings.fault("dj", "warning", str(event.get("why", "the DJ is in trouble")))

    def _set_s(self, cue_id: str) -> float:
        """Where a set is [mix s]; 0 before it begins."""
        reading = self._wings.now.reading()
        return reading.mix_s if reading is not None and reading.programme == cue_id else 0.0

    def found(self) -> None:
        """A DJ that was started again knows a set that plays from its own folder; one that stands by is laid out anew."""
        self._laid_out = ""
