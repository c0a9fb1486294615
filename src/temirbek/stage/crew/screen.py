"""The screen: the card that is shown, in every language, and the captions of what is being said."""

from collections.abc import Mapping

from temirbek.stage.crew.wings import Wings
from temirbek.types import AnnouncementCue, CardCue, Effect


class Screen:
    """Shows cards.

    Args:
        wings: What the crew shares.

    Attributes:
        card: What is shown: language → text.
        caption: What is being said: language → text.
    """

    def __init__(self, wings: Wings) -> None:
        self._wings = wings
        self.card: Mapping[str, str] = {}
        self.caption: Mapping[str, str] = {}

    def do(self, effect: Effect) -> None:
        """Shows the card of a cue, or takes it away."""
        if effect.verb == "end":
            self.card = {}
            return
        cue = self._wings.cues[effect.cue]
        if isinstance(cue.payload, CardCue | AnnouncementCue):
            self.card = {str(name): text for name, text in cue.payload.text.items()}
        if not (isinstance(cue.payload, AnnouncementCue) and cue.payload.is_spoken):
            self._wings.tell("started", cue=cue.id, run=int(effect.payload["run"]))

    def show_caption(self, texts: Mapping[str, str]) -> None:
        """Shows what is being said, or takes it away."""
        self.caption = texts
