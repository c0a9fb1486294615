"""What each dancer has danced, and what may come next: nothing twice within four bars, nothing after what it may not follow."""

from collections.abc import Callable, Mapping, Sequence

import numpy as np

from temirbek.choreography.floor import Floor
from temirbek.choreography.form import Phrase
from temirbek.choreography.layers import SAME_BEAT, end_of
from temirbek.choreography.material import Chooser, is_marked, may_follow, rule_for
from temirbek.choreography.part import Part
from temirbek.types import Layer, Move, Performer

REST_BARS = 4  # a move that has ended rests so long before it comes again


class Repertory:
    """Writes calls of dancers, and remembers them.

    Args:
        dancers: Who, of one kind of robot.
        chooser: Knows the vocabulary, and decides ties.
        floor: Told of every step.
        part: Takes the calls.
        bar_beats: Beats in a bar.
    """

    def __init__(
        self, dancers: Sequence[Performer], chooser: Chooser, floor: Floor, part: Part, bar_beats: int
    ) -> None:
        self._robot, self._chooser, self._floor, self._part = dancers[0].robot, chooser, floor, part
        self._rest_beats = float(REST_BARS * bar_beats)
        self._ended: dict[tuple[str, str], float] = {}
        self._before: dict[tuple[str, str], Move] = {}

    def fresh(
        self,
        known: Sequence[Move],
        fits: Callable[[Move], bool],
        phrase: Phrase,
        begins: Mapping[str, float],
        where: str,
    ) -> Move | None:
        """What is danced next: of what is known, or else of the vocabulary, the first that has rested and may follow.

        Args:
            known: Moves that are wanted, the dearest first.
            fits: What else is allowed.
            phrase: Where in the music.
            begins: Dancer → the beat at which it would begin.
            where: "legs" or "arms": after what it comes.

        Returns:
            A move; where everything has been danced just now, what rested longest; None where nothing is allowed.
        """

        def may(move: Move) -> bool:
            before = (self._before.get((dancer, where)) for dancer in begins)
            return (
                rule_for(move, phrase) is not None and fits(move) and all(may_follow(move, b) for b in before)
            )

        def rested(move: Move) -> float:
            return min(
                (at - self._ended.get((d, move.name), -np.inf) for d, at in begins.items()), default=0.0
            )

        if not begins:
            return None
        pool = [m for m in self._chooser.moves.values() if m.robot == self._robot and may(m)]
        others = [pool[i] for i in self._chooser.rng.permutation(len(pool)) if pool[i] not in known]
        others.sort(key=lambda m: (phrase.label not in m.moods, self._chooser.uses.get(m.name, 0)))
        order = [*(m for m in known if may(m)), *others]
        ready = [m for m in order if rested(m) >= self._rest_beats - SAME_BEAT]
        return ready[0] if ready else max(order, key=rested, default=None)

    def dance(
        self,
        dancer: Performer,
        move: Move,
        phrase: Phrase,
        start: float,
        end: float,
        intensity: float,
        *,
        mirrored: bool = False,
        layers: tuple[Layer, ...] = (),
        slower: bool = False,
    ) -> None:
        """Adds a call under the tempo rules; ``slower`` wishes for half time, where the move allows it."""
        rule = rule_for(move, phrase) or 1.0
        could = 2.0 in move.tempo_rules and move.tempo_bpm[0] <= phrase.slowest_bpm / (2 * rule)
        if slower and rule == 1.0 and could and is_marked(move, 2.0):
            rule = 2.0
        call = self._part.dance(
            dancer.id,
            move,
            start,
            end,
            intensity=intensity,
            tempo_bpm=phrase.tempo_bpm,
            mirrored=mirrored,
            layers=layers,
            rule=rule,
        )
        if call is not None:
            self._floor.add([call])
            self._ended[(dancer.id, move.name)] = end_of(call)
            for where, layer in (("legs", "legs"), ("arms", "left_arm")):
                if layer in move.layers:
                    self._before[(dancer.id, where)] = move
