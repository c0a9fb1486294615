"""The duet, carried out: who leads is decided by :mod:`temirbek.signals.duet`; here it is heard, told and obeyed.

While the human leads, our deck goes on in phase with them, faded out or not, so it can come back on any phrase. Back with
the robot, it glides to its own speed by a quarter of a per cent in two seconds, which no dancer notices.
"""

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from temirbek.errors import InvalidInput
from temirbek.signals.duet import HELD_BARS, LOUD, Duet, Senses
from temirbek.signals.keeping import is_worth, speed_for
from temirbek.signals.steady import Beat, Steady
from temirbek.stage.clock import HumanBeat
from temirbek.stage.signals.faults import Faults
from temirbek.stage.signals.human import Hearing, Human
from temirbek.stage.signals.music import Deck

WRITE_EVERY_S = 0.02
TELL_EVERY_S = 0.25
KEEP_EVERY_S = 0.25
GLIDE_EVERY_S, GLIDE_STEP = 2.0, 0.0025
COUNTS_AFTER_S = 0.45
"""A speed that is asked for now sounds so much later (the sound process makes sound ahead, and needs a seam)."""
BEATS_PER_BAR = 4
PHRASE_BEATS = 32
FADE_BARS = 1.0
VOICE = "music"
NEAR_BEATS = 0.5


@dataclass(slots=True)
class _Line:
    """How long the line input has been loud."""

    loud_since_s: float | None = None

    def look(self, level: float, host_s: float) -> None:
        if level < LOUD:
            self.loud_since_s = None
        elif self.loud_since_s is None:
            self.loud_since_s = host_s

    def is_loud(self, host_s: float, for_s: float) -> bool:
        return self.loud_since_s is not None and host_s - self.loud_since_s >= for_s


class DuetDesk:
    """Carries out the duet.

    Args:
        human: Hears them.
        deck: Ours.
        sound: Asks the sound process.
        publish: Tells everybody.
        faults: Hears what is wrong.
    """

    def __init__(
        self,
        human: Human,
        deck: Deck,
        sound: Callable[[Mapping[str, Any]], None],
        publish: Callable[[Mapping[str, Any]], None],
        faults: Faults,
    ) -> None:
        self._human, self._deck, self._sound = human, deck, sound
        self._publish, self._faults = publish, faults
        self.duet = Duet()
        self._steady = Steady()
        self._source = "none"
        self._shift = 0.0
        self._phrase_origin = 0.0
        self._hearing = Hearing()
        self._heard_s = 0.0
        self._line = _Line()
        self._write_at_s = self._tell_at_s = self._keep_at_s = 0.0

    # --- commands ---

    def hand_over(self, to: object, host_s: float) -> str:
        """A hand-over was asked for; says what is waited for.

        Raises:
            InvalidInput: It is neither to the human nor to the robot.
        """
        if to != "human" and to != "robot":
            raise InvalidInput(f"to: {to!r}; expected 'human' or 'robot'")
        self.duet = self.duet.asked("human" if to == "human" else "robot")
        senses = self._senses(host_s)
        self.duet = self.duet.step(senses)
        return self.duet.words(senses) or f"the {to} leads"

    def stop(self) -> None:
        """After a show stop nothing is pending, and nobody leads but us."""
        self.duet = Duet()
        self._deck.write_human(HumanBeat(leader="robot"))

    # --- the loop ---

    def look(self, host_s: float) -> None:
        """Listens, decides, tells, keeps the deck."""
        self._human.look(host_s)
        self._hear(host_s)
        before = self.duet
        self.duet = before.step(self._senses(host_s))
        if self.duet.leader != before.leader:
            self._changed(host_s)
        if host_s >= self._write_at_s:
            self._write_at_s = host_s + WRITE_EVERY_S
            self._write(host_s)
        if host_s >= self._keep_at_s:
            self._keep(host_s)
        if host_s >= self._tell_at_s:
            self._tell_at_s = host_s + TELL_EVERY_S
            self._tell(host_s)

    def beat(self, host_s: float) -> Beat | None:
        """The leader's beat line; None while there is none."""
        if self.duet.leader == "human":
            return self._steady.now
        return self._deck.beat(host_s)

    def _hear(self, host_s: float) -> None:
        """Brings the steady human beat up to now."""
        hearing = self._human.hearing(host_s)
        if hearing.is_locked and hearing.beat is not None:
            if hearing.source != self._source or self._is_elsewhere(hearing, host_s):
                self._number(hearing.beat, hearing, host_s)
            self._source, self._hearing, self._heard_s = hearing.source, hearing, host_s
            self._steady.follow(hearing.beat.moved(self._shift), host_s)
            self._faults.mend("duet:lost")
        elif self.duet.leader == "human":
            self._hold(host_s)
        else:
            self._hearing, self._source = hearing, "none"
        level = 0.0 if self._human.ear is None else self._human.ear.level
        self._line.look(level, host_s)

    def _is_elsewhere(self, hearing: Hearing, host_s: float) -> bool:
        """Whether a source has counted anew: it was started again, or taps began a new series."""
        now = self._steady.now
        if now is None or hearing.beat is None:
            return True
        return abs(hearing.beat.at(host_s) + self._shift - now.at(host_s)) > NEAR_BEATS

    def _number(self, heard: Beat, hearing: Hearing, host_s: float) -> None:
        """Counts a source's beats on from ours (or from what it was before), by whole bars where it knows them."""
        now = self._steady.now if self.duet.leader == "human" else self._deck.beat(host_s)
        unit = BEATS_PER_BAR if hearing.has_bar else 1
        here = heard.at(host_s)
        if now is None:
            self._shift = 0.0 if hearing.has_bar else -math.floor(here / unit) * unit
        else:
            self._shift = round((now.at(host_s) - here) / unit) * unit
        line = heard.moved(self._shift)
        is_smooth = now is not None and abs(line.at(host_s) - now.at(host_s)) <= NEAR_BEATS
        self._steady.set(now if is_smooth and now is not None and self.duet.leader == "human" else line)

    def _hold(self, host_s: float) -> None:
        """The human's beat is lost while they lead: its tempo is held, and everybody is told."""
        now = self._steady.now
        if now is None:
            return
        self._steady.set(Beat(beat=now.at(host_s), host_s=host_s, tempo_bpm=now.tempo_bpm))
        lost_s = host_s - self._heard_s
        if lost_s > 1.0:
            self._faults.tell(
                "duet:lost",
                "the human's beat is not heard any more; their last tempo is held, hand over to the robot to go on",
            )

    def _senses(self, host_s: float) -> Senses:
        leader = self.beat(host_s)
        bar_s = 0.0 if leader is None else BEATS_PER_BAR * 60.0 / leader.tempo_bpm
        next_bar_s = next_phrase_s = None
        if leader is not None:
            here = leader.at(host_s)
            next_bar_s = leader.when((math.floor(here / BEATS_PER_BAR) + 1) * BEATS_PER_BAR)
            if self.duet.leader == "robot":
                next_phrase_s = self._deck.next_phrase_s(host_s)
            else:
                done = math.floor((here - self._phrase_origin) / PHRASE_BEATS) + 1
                next_phrase_s = leader.when(self._phrase_origin + done * PHRASE_BEATS)
        is_held = host_s - self._heard_s > HELD_BARS * bar_s if self.duet.leader == "human" else False
        return Senses(
            host_s=host_s,
            is_human_locked=self._hearing.is_locked and not is_held,
            is_line_loud=self._line.is_loud(host_s, bar_s),
            next_bar_s=next_bar_s,
            next_phrase_s=next_phrase_s,
        )

    def _changed(self, host_s: float) -> None:
        """Somebody else leads from now on."""
        leader, ours = self.duet.leader, self._deck.beat(host_s)
        if leader == "human" and self._hearing.beat is not None:
            here = ours if ours is not None else self._hearing.beat
            self._steady.set(here)
            self._number(self._hearing.beat, self._hearing, host_s)
            line = self._hearing.beat.moved(self._shift)
            if ours is not None and abs(line.at(host_s) - ours.at(host_s)) <= NEAR_BEATS:
                self._steady.set(ours)
            self._phrase_origin = float(round(line.at(host_s)))
        tempo_bpm = ours.tempo_bpm if ours is not None else 120.0
        if ours is not None:
            fade_s = FADE_BARS * BEATS_PER_BAR * 60.0 / tempo_bpm
            to: dict[str, Any] = {} if leader == "human" else {"to_db": 0.0}
            self._sound({"do": "fade", "voice": VOICE, "seconds": fade_s, "then": "keep", **to})
        self._publish({"event": "human_hand_over", "leader": leader, "host_s": host_s})
        self._write(host_s)
        self._tell_at_s = host_s

    def _write(self, host_s: float) -> None:
        """Tells robots who leads, and where their beat is."""
        now = self._steady.now
        if now is None or self._source == "none":
            self._deck.write_human(HumanBeat(leader=self.duet.leader))
            return
        self._deck.write_human(
            HumanBeat(
                leader=self.duet.leader,
                beat=now.beat,
                host_s=now.host_s,
                tempo_bpm=now.tempo_bpm,
                confidence=self._hearing.confidence,
            )
        )

    def _keep(self, host_s: float) -> None:
        """Keeps our deck in phase with who leads, or brings it back to its own speed."""
        self._keep_at_s = host_s + KEEP_EVERY_S
        reading = self._deck.reading
        if reading is None or not self._deck.is_playing:
            return
        now = reading.spans[-1].rate if reading.spans[-1].is_playing else 1.0
        if self.duet.leader == "robot":
            if abs(now - 1.0) > 1e-6:
                step = max(-GLIDE_STEP, min(GLIDE_STEP, 1.0 - now))
                self._keep_at_s = host_s + GLIDE_EVERY_S
                self._rate(now + step)
            return
        at_s = host_s + COUNTS_AFTER_S
        leader, deck = self._steady.now, self._deck.beat(at_s)
        native_bpm = self._deck.native_bpm(at_s)
        if leader is None or deck is None or native_bpm is None:
            return
        speed = speed_for(leader, deck, native_bpm, at_s)
        if speed.is_in_reach:
            self._faults.mend("duet:reach")
        else:
            self._faults.tell(
                "duet:reach",
                f"the human's {leader.tempo_bpm:.1f} BPM are out of reach of our deck ({native_bpm:.1f} BPM ± 8 %)",
            )
        if is_worth(speed, now):
            self._rate(speed.ratio)

    def _rate(self, ratio: float) -> None:
        self._sound({"do": "rate", "voice": VOICE, "ratio": round(ratio, 5)})

    def phase_ms(self, host_s: float) -> float | None:
        """How far the human's beat lies behind ours [ms]; None unless both are known."""
        ours, now = self._deck.beat(host_s), self._steady.now
        if ours is None or now is None or self._source == "none":
            return None
        apart = ours.at(host_s) - now.at(host_s)
        return (apart - round(apart)) * 60e3 / now.tempo_bpm

    def view(self, host_s: float) -> dict[str, Any]:
        """What is told of the human."""
        now, is_there = self._steady.now, self._source != "none"
        phase_ms = self.phase_ms(host_s)
        return {
            "leader": self.duet.leader,
            "tempo_bpm": round(now.tempo_bpm, 2) if now is not None and is_there else None,
            "phase_ms": None if phase_ms is None else round(phase_ms, 1),
            "source": self._source,
            "is_locked": self._hearing.is_locked and host_s - self._heard_s < 1.0,
            "confidence": round(self._hearing.confidence, 2),
            "taps": self._human.taps.words if self._human.taps.numbers else "",
            "waits": self.duet.words(self._senses(host_s)),
        }

    def _tell(self, host_s: float) -> None:
        if self._source != "none" or self.duet.leader == "human" or self._human.taps.numbers:
            self._publish({"event": "human", **self.view(host_s)})

    def close(self) -> None:
        """Lets go of the sources."""
        self._human.close()
