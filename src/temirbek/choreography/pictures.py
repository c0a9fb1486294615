"""Moves that are placed on purpose: pictures, stillness, greetings, applause, and the bow at the end."""

from collections.abc import Mapping, Sequence

import numpy as np

from temirbek.choreography.form import Phrase
from temirbek.choreography.material import rule_for
from temirbek.types import LAYERS, Move, MoveKeys

STILL = 0.02  # a layer whose keys differ by less than this [rad or m] keeps still


def size_of(move: Move) -> float:
    """How large a move is to look at: the root mean square of its arms' targets over its key poses [rad]."""
    arms = [move.layers[layer] for layer in LAYERS if layer.endswith("arm") and layer in move.layers]
    values = [v for keys in arms for v in keys.targets.values()]
    return float(np.sqrt(np.mean(np.concatenate(values) ** 2))) if values else 0.0


def is_still(move: Move) -> bool:
    """Whether a move holds one pose."""
    return not move.steps and all(_is_held(keys) for keys in move.layers.values())


def _is_held(keys: MoveKeys) -> bool:
    return all(float(np.ptp(values)) < STILL for values in keys.targets.values())


def pictures(moves: Mapping[str, Move], phrase: Phrase) -> tuple[Move, ...]:
    """Pictures that belong on a drop and can be hit, the largest first."""
    fitting = [m for m in _placed(moves, ("pictures",), phrase) if m.accents and "drop" in m.moods]
    return tuple(sorted(fitting, key=lambda m: (-size_of(m), m.name)))


def stillness(moves: Mapping[str, Move], phrase: Phrase) -> tuple[Move, ...]:
    """Poses that can be held; where there are any that belong to this music, those."""
    held = [m for m in _placed(moves, ("pictures", "freezes"), phrase) if is_still(m)]
    fitting = [m for m in held if phrase.label in m.moods] or held
    return tuple(sorted(fitting, key=lambda m: m.name))


def bows(moves: Mapping[str, Move], phrase: Phrase) -> tuple[Move, ...]:
    """Ways to take leave."""
    return tuple(_placed(moves, ("bows",), phrase))


def greetings(moves: Mapping[str, Move], phrase: Phrase) -> tuple[Move, ...]:
    """Ways to say good evening to the hall."""
    return tuple(_placed(moves, ("greetings",), phrase))


def applause(moves: Mapping[str, Move], phrase: Phrase) -> tuple[Move, ...]:
    """Ways to thank somebody for a solo."""
    return tuple(_placed(moves, ("applause",), phrase))


def _placed(moves: Mapping[str, Move], families: Sequence[str], phrase: Phrase) -> list[Move]:
    return [
        m
        for m in moves.values()
        if m.robot == "g1"
        and m.family in families
        and "left_arm" in m.layers
        and not m.steps
        and rule_for(m, phrase) is not None
    ]
