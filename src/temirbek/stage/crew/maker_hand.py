"""The maker: what cues need is asked for in the order of the evening, and taken up when it is there."""

from collections.abc import Callable
from typing import Any

from temirbek.show.kinds import moves_robots
from temirbek.stage.crew.wings import Wings
from temirbek.stage.dances import Dances
from temirbek.stage.links import Link
from temirbek.stage.made import Made, needs_making, read_made

STOCK = ("groove:", "gestures:")


class MakerHand:
    """Has things made.

    Args:
        wings: What the crew shares.
        link: To the maker.
        dances: The dances of a set, which need grooves.
        load_part: Has the robots learn what was made.
    """

    def __init__(
        self, wings: Wings, link: Link, dances: Dances, *, load_part: Callable[[str, Made], None]
    ) -> None:
        self._wings, self._link, self._dances, self._load_part = wings, link, dances, load_part

    @property
    def _answers_people(self) -> bool:
        evening = self._wings.evening
        notices = evening.venue.ears.source != "none" or evening.venue.eyes.source != "none"
        return notices or any(cue.kind in ("greeting", "battle") for cue in evening.cues)

    def hear(self, event: dict[str, Any]) -> None:
        """What the maker tells."""
        name = str(event.get("name", ""))
        match event.get("event"):
            case "made" if name in self._wings.cues:
                self._take(name)
            case "made" if name.startswith(STOCK):
                self._dances.load_stock()
            case "unmade":
                self._miss(name, str(event.get("reason", "")))

    def _take(self, cue_id: str) -> None:
        made = read_made(self._wings.run.made / cue_id)
        if made is None:
            return
        self._wings.made[cue_id] = made
        self._wings.unmade.pop(cue_id, None)
        self._load_part(cue_id, made)

    def _miss(self, name: str, reason: str) -> None:
        wings = self._wings
        if name in wings.cues:
            wings.unmade[name] = reason
            wings.fault(f"made:{name}", "error", f"“{wings.cues[name].title}” cannot be made: {reason}")
        else:
            wings.fault(f"made:{name}", "warning", f"{name} could not be made: {reason}")

    def found(self) -> None:
        """In the order of the evening; the grooves before the first set, or battle, that robots dance to."""
        standby = self._wings.state().standby
        if self._answers_people:
            self._link.ask({"do": "gestures"})
        has_grooves = False
        for cue in self._wings.evening.cues:
            if cue.kind in ("dj_set", "battle") and moves_robots(cue) and not has_grooves:
                has_grooves = True
                self._link.ask({"do": "grooves"})
            if needs_making(cue) and cue.id not in self._wings.made:
                self._link.ask({"do": "cue", "cue": cue.id, "urgent": cue.id == standby})
