"""Who leads when a robot and a human share a set, and when that changes.

Rules, in words:

1. The robot leads until somebody hands over. Whoever leads sets tempo and phase; robots, lights and clocks follow.
2. A hand-over takes effect at the end of a phrase: of ours towards the human, of the leader's (eight bars) back to us. It
   waits for a beat of the human's that is locked, and says so while it waits.
3. **The human's fader wins.** If a hand-over to the human was asked for and the line input already carries their music
   (:data:`LOUD` for a bar), they have begun: it takes effect at the next bar, not at the phrase's end. While they lead and
   their fader is up, we never come in before the phrase's end. A loud line alone hands nothing over: nobody asked.
4. If the human's beat is lost while they lead, its last tempo is held for :data:`HELD_BARS` bars, and everybody is told;
   nothing is handed over by itself.
5. A hand-over that is asked the other way round takes one back that has not happened yet.
"""

from dataclasses import dataclass, replace
from typing import Literal

Leader = Literal["robot", "human"]

LOUD = 0.03
"""Root mean square of a line on which somebody plays: −30 dB below full scale."""
HELD_BARS = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class Senses:
    """What is known at one moment.

    Attributes:
        host_s: Now [s].
        is_human_locked: The human's beat can be relied on.
        is_line_loud: Their music has been on the line input for a bar.
        next_bar_s, next_phrase_s: When the leader's next bar and phrase begin [host_s]; None: it has no beat.
    """

    host_s: float
    is_human_locked: bool = False
    is_line_loud: bool = False
    next_bar_s: float | None = None
    next_phrase_s: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Duet:
    """Who leads, who is to lead, and from when.

    Attributes:
        leader: Now.
        wanted: Who was asked to lead.
        at_s: When they begin [host_s]; None while that is not known.
    """

    leader: Leader = "robot"
    wanted: Leader = "robot"
    at_s: float | None = None

    @property
    def is_pending(self) -> bool:
        """Whether a hand-over was asked for that has not happened."""
        return self.wanted != self.leader

    def asked(self, to: Leader) -> "Duet":
        """A hand-over was asked for."""
        return replace(self, wanted=to, at_s=None)

    def step(self, senses: Senses) -> "Duet":
        """As it stands at a moment; ``leader`` changes in the step in which the hand-over is due."""
        if not self.is_pending:
            return self
        if self.at_s is not None and senses.host_s >= self.at_s:
            if self.wanted == "human" and not senses.is_human_locked:
                return replace(self, at_s=None)
            return replace(self, leader=self.wanted, at_s=None)
        return replace(self, at_s=self._due(senses))

    def _due(self, senses: Senses) -> float | None:
        if self.wanted == "robot":
            return senses.next_phrase_s if senses.next_phrase_s is not None else senses.host_s
        if not senses.is_human_locked:
            return None
        if senses.next_phrase_s is None:
            return senses.host_s  # nothing of ours sounds: they begin when they like
        return senses.next_bar_s if senses.is_line_loud else senses.next_phrase_s

    def words(self, senses: Senses) -> str:
        """What is waited for, for people; "" where nothing is."""
        if not self.is_pending:
            return ""
        who = "the human" if self.wanted == "human" else "the robot"
        if self.wanted == "human" and not senses.is_human_locked:
            return f"{who} leads as soon as their beat is heard"
        if self.at_s is None:
            return f"{who} leads at the end of the phrase"
        return f"{who} leads in {max(0.0, self.at_s - senses.host_s):.0f} s"
