"""Moments that everybody waits for: a greeting, stillness, pictures on drops, thanks, a bow."""

from collections.abc import Sequence

import numpy as np

from temirbek.choreography.form import Phrase
from temirbek.choreography.layers import SAME_BEAT
from temirbek.choreography.material import Chooser, rule_for
from temirbek.choreography.part import Part
from temirbek.choreography.pictures import applause, bows, greetings, pictures, stillness
from temirbek.choreography.repertory import Repertory
from temirbek.choreography.scene import Scene
from temirbek.choreography.travel import Travel
from temirbek.types import Move, Performer


class Moments:
    """Places what does not belong to a motif.

    Args:
        dancers: Who.
        chooser: Knows the vocabulary, and draws.
        repertory: Writes calls.
        travel: Knows who is on the way.
        scene: Where solos are.
        part: Takes notes.
        bar_beats: Beats in a bar.
    """

    def __init__(
        self,
        dancers: Sequence[Performer],
        chooser: Chooser,
        repertory: Repertory,
        travel: Travel,
        scene: Scene,
        part: Part,
        bar_beats: int,
    ) -> None:
        self._dancers, self._chooser, self._repertory = dancers, chooser, repertory
        self._travel, self._scene, self._part = travel, scene, part
        self._bar = float(bar_beats)
        self._drops = 0
        self._closing: tuple[Move, Phrase, float, float] | None = None
        self._stills = int(chooser.rng.integers(8))

    def opening(self, phrase: Phrase) -> Move | None:
        """The picture with which a drop begins, the biggest where music was held back before it; a greeting at first."""
        moves, start = self._chooser.moves, phrase.start_beat
        if phrase.label == "drop" and phrase.opens_section:
            found = pictures(moves, phrase)
            if found:
                picture = found[0]
                if not phrase.opens_drop and len(found) > 1:
                    picture = found[1 + self._drops % (len(found) - 1)]
                self._drops += 1
                words = "the biggest picture, " if picture is found[0] else ""
                self._part.notes.append((start, f"the drop: {words}{picture.title.lower()}"))
                return picture
        if phrase.is_first and phrase.label != "drop" and phrase.length_beats >= 4 * self._bar:
            ways = greetings(moves, phrase)
            if ways and max(self._travel.free_from.values()) <= start + SAME_BEAT:
                greeting = ways[int(self._chooser.rng.integers(len(ways)))]
                self._part.notes.append((start, f"a greeting to the hall: {greeting.title.lower()}"))
                return greeting
        return None

    def thanks(self, phrase: Phrase) -> Move | None:
        """Applause in the last bar of a solo."""
        ends = any(abs(phrase.end_beat - b) < SAME_BEAT for _, b in self._scene.solos)
        ways = applause(self._chooser.moves, phrase) if ends else ()
        return ways[int(self._chooser.rng.integers(len(ways)))] if ways else None

    def hush(self, phrase: Phrase) -> float:
        """A bar of stillness where a break follows a drop; returns where the dance goes on."""
        start = phrase.start_beat
        if not (phrase.after_drop and phrase.label == "break") or phrase.length_beats < 4 * self._bar:
            return start
        self.freeze(phrase, start, start + self._bar, "stillness: the drop is over")
        return start + self._bar

    def freeze(self, phrase: Phrase, start: float, end: float, words: str) -> None:
        """One pose, held by all who are not on their way."""
        poses = stillness(self._chooser.moves, phrase)
        if not poses:
            return
        pose = poses[self._stills % len(poses)]
        self._stills += 1
        for k, dancer in enumerate(self._dancers):
            if self._travel.free_from[dancer.id] <= start + SAME_BEAT:
                self._repertory.dance(dancer, pose, phrase, start, end, 0.9, mirrored=k % 2 == 1)
        self._part.notes.append((start, words))

    def freeze_from(self, phrase: Phrase) -> float:
        """Where stillness begins before a drop: a bar before the end of the phrase."""
        return phrase.end_beat - min(self._bar, phrase.length_beats / 2)

    def closes_from(self, phrases: Sequence[Phrase], leaves_from: float) -> float:
        """Where the end begins: a bow, or a pose that is held, just before the way to the wings.

        Args:
            phrases: All.
            leaves_from: Where the way to the wings begins.
        """
        last = [p for p in phrases if p.start_beat < leaves_from][-1]
        moves = bows(self._chooser.moves, last) or stillness(self._chooser.moves, last)[:1]
        if not moves:
            return leaves_from
        move = moves[int(self._chooser.rng.integers(len(moves)))]
        beats = move.length_beats * (rule_for(move, last) or 1.0) if move.accents else self._bar
        start = leaves_from - self._bar * float(np.ceil(beats / self._bar))
        if start <= last.start_beat:
            return leaves_from
        self._closing = (move, last, start, start + beats)
        return start

    def close(self) -> None:
        """The end."""
        if self._closing is None:
            return
        move, phrase, start, end = self._closing
        for dancer in self._dancers:
            self._repertory.dance(dancer, move, phrase, start, end, 0.9)
        self._part.notes.append((start, f"the end: {move.title.lower()}"))
