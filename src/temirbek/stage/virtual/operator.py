"""A stage manager who does what the running order says, a little late, as people are."""

from collections.abc import Mapping
from typing import Any

import numpy as np

from temirbek.show.kinds import is_at_once, is_of_people, reaches
from temirbek.stage.desk import ShowDesk
from temirbek.stage.virtual.clock import VirtualClock
from temirbek.stage.virtual.hands import VirtualHands
from temirbek.types import AnnouncementCue, BattleCue, ChecklistCue

GO_DELAY_S = (0.5, 3.0)
"""Between the end of one cue and the GO of the next [s]."""
DEED_DELAY_S = (2.0, 6.0)
"""Between what a battle asks for and the answer [s]."""
SHARE_OF_MINORS = 0.4


class VirtualOperator:
    """A stage manager who does what the running order says, a little late, as people are.

    Args:
        desk: The show.
        hands: Knows how long people's cues take tonight.
        clock: Whose time it is.
        seed: From which delays are drawn.
    """

    def __init__(self, desk: ShowDesk, hands: VirtualHands, clock: VirtualClock, seed: int) -> None:
        self._desk, self._hands, self._clock = desk, hands, clock
        self._rng = np.random.default_rng([seed, 6])
        self._keys = 0
        self._ready_s: float | None = None
        self._ends_s: dict[tuple[str, int], float] = {}
        self._deed_s: dict[tuple[str, int, int], float] = {}
        self._judged: set[tuple[int, int]] = set()

    def open(self) -> None:
        """Says that the robots are there, ticks what would stand in the way, arms the rehearsal and lets it run."""
        self._hands.present()
        for cue in self._desk.state.evening.cues:
            if isinstance(cue.payload, ChecklistCue) and any(
                reaches("rehearsal", s) for s in cue.payload.blocks
            ):
                for item in range(len(cue.payload.items)):
                    self._order("tick_item", {"cue": cue.id, "item": item, "is_done": True})
        self._order("arm", {"scope": "rehearsal"})
        self._order("resume", {})

    def look(self) -> None:
        """Does what a stage manager would do now."""
        state = self._desk.state
        if state.state == "hold":
            self._order("resume", {})
        for cue_id in state.of_state("running"):
            self._attend(cue_id)
        state = self._desk.state
        if not state.standby or state.pending is not None or self._is_stage_taken():
            self._ready_s = None
            return
        cue = state.cue(state.standby)
        if cue.start is not None and cue.start.is_hard and not state.now(cue.id).is_missed:
            return  # it begins by the clock
        now_s = self._clock.host_s()
        if self._ready_s is None:
            self._ready_s = now_s + float(self._rng.uniform(*GO_DELAY_S))
        elif now_s >= self._ready_s:
            self._ready_s = None
            self._order("go", {"cue": state.standby})

    def _attend(self, cue_id: str) -> None:
        """A running cue of people: its list is ticked off, and it is finished when they are."""
        state = self._desk.state
        cue, now = state.cue(cue_id), state.now(cue_id)
        if isinstance(cue.payload, BattleCue):
            self._lead_battle(cue_id, cue.payload, now.run)
            return
        if not is_of_people(cue) or cue.kind == "pause":
            return
        if isinstance(cue.payload, ChecklistCue):
            open_items = [i for i in range(len(cue.payload.items)) if i not in now.ticked]
            if open_items:
                self._order("tick_item", {"cue": cue_id, "item": open_items[0], "is_done": True})
            return
        ends_s = self._ends_s.setdefault((cue_id, now.run), self._clock.host_s() + self._hands.lasts_s(cue))
        if self._clock.host_s() >= ends_s:
            self._order("finish", {"cue": cue_id})

    def _lead_battle(self, cue_id: str, payload: BattleCue, run: int) -> None:
        """Asks the challenger, waits for a guardian where one is needed, and lets the jury speak."""
        view = self._desk.state.hall.battle
        if view is None or view.cue != cue_id or not view.may:
            return
        asked = (view.state, run, view.round)
        if self._clock.host_s() < self._deed_s.setdefault(
            asked, self._clock.host_s() + self._draw(DEED_DELAY_S)
        ):
            return
        if "guardian" in view.may:
            self._order("battle_do", {"cue": cue_id, "do": "guardian"})
        elif view.state == "consent":
            is_minor = bool(self._rng.random() < SHARE_OF_MINORS)
            self._order("battle_do", {"cue": cue_id, "do": "consent", "is_minor": is_minor})
        elif "jury" in view.may and (run, view.round) not in self._judged:
            self._judged.add((run, view.round))
            points = {name: round(float(self._rng.uniform(-1, 1)), 1) for name in payload.rules.jury}
            self._order("battle_do", {"cue": cue_id, "do": "jury", "points": points})

    def _draw(self, between: tuple[float, float]) -> float:
        return float(self._rng.uniform(*between))

    def _is_stage_taken(self) -> bool:
        """Something runs that is waited for: everything but what lies under other things, or goes on beside them."""
        state = self._desk.state
        waited = [
            c
            for c in state.of_state("running", "pre_wait")
            if not (is_at_once(state.cue(c)) and not isinstance(state.cue(c).payload, AnnouncementCue))
            and state.cue(c).kind != "greeting"
        ]
        return bool(waited)

    def _order(self, command: str, payload: Mapping[str, Any]) -> None:
        self._keys += 1
        self._desk.command(command, payload, by="rehearsal", key=f"rehearsal-{self._keys}")
