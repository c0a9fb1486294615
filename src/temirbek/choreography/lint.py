"""What must hold of a move whose every key is well formed, and of all moves together.

A foot that would have to be in two places, an accent that no limb can keep or a knob that would turn a joint past its
end stop are no faults of spelling, so the reader cannot see them; a robot would.
"""

import difflib
from collections import defaultdict
from collections.abc import Iterator, Mapping
from itertools import combinations, pairwise

import numpy as np

from temirbek.choreography.move_table import meant
from temirbek.choreography.vocabulary import CHANNELS, REST, STEP_SCALES
from temirbek.types import FEET, SECTION_LABELS, BodyPart, Layer, Move, MoveStep

_SAME_BEAT = 1e-6
_SAME_PLACE = 1e-9
_TOO_ALIKE = 0.85  # two names of families closer than this are one name, misspelt
_FEWEST_FEET = {"g1": 1, "go2": 2}
_LAYERS_OF: Mapping[BodyPart, tuple[Layer, ...]] = {
    "hands": ("left_arm", "right_arm"),
    "left_hand": ("left_arm",),
    "right_hand": ("right_arm",),
    "pelvis": ("legs", "pelvis"),
    "head": ("torso", "pelvis", "legs"),
}
_FEET_OF: Mapping[BodyPart, tuple[str, ...]] = {
    "feet": ("left", "right"),
    "left_foot": ("left",),
    "right_foot": ("right",),
}


def faults_of_move(move: Move) -> list[str]:
    """What is wrong with one move that was read, each with the key at which it is to be mended."""
    return [
        *_faults_of_accents(move),
        *_faults_of_steps(move),
        *_faults_of_parameters(move),
    ]


def faults_of_vocabulary(moves: Mapping[str, Move]) -> list[str]:
    """What is wrong with the moves of all robots together, each with its file and key."""
    faults = []
    for robot in CHANNELS:
        own = {name: move for name, move in moves.items() if move.robot == robot}
        faults += [*_same_titles(own), *_misspelt_families(own), *_unknown_predecessors(own)]
        if own:
            missing = set(SECTION_LABELS).difference(*(m.moods for m in own.values()))
            faults += [
                f"{robot}: moods: no move is meant for {label!r}"
                for label in SECTION_LABELS
                if label in missing
            ]
    return faults


def _faults_of_accents(move: Move) -> Iterator[str]:
    """An accent is a stop of everything that the move drives: each layer has a key there, and the part belongs to it."""
    for accent in move.accents:
        for layer, keys in move.layers.items():
            if not np.any(np.abs(keys.beats - accent.beat) < _SAME_BEAT):
                yield f"accents: {accent.part} on beat {accent.beat:g}, where layers.{layer} has no key pose"
        layers = _LAYERS_OF.get(accent.part)
        if layers is not None and not set(layers) & set(move.layers):
            yield (
                f"accents: {accent.part} on beat {accent.beat:g}, but the move drives none of {', '.join(layers)}"
            )
        feet = _FEET_OF.get(accent.part, ())
        if move.robot == "g1" and feet and not _lands(move, feet, accent.beat):
            yield f"accents: {accent.part} on beat {accent.beat:g}, where no such foot comes down"


def _lands(move: Move, feet: tuple[str, ...], beat: float) -> bool:
    return any(s.foot in feet and abs(s.beat % move.length_beats - beat) < _SAME_BEAT for s in move.steps)


def _faults_of_steps(move: Move) -> Iterator[str]:
    if not move.steps:
        return
    if "legs" not in move.layers:
        yield "steps: a move that steps drives the legs; expected a table layers.legs"
    for i, step in enumerate(move.steps):
        if step.swing_beats > step.beat + _SAME_BEAT:
            yield (
                f"steps.{i}.swing_beats: {step.swing_beats:g}: the foot would leave the ground before the move begins; "
                f"expected at most {step.beat:g}"
            )
    for foot in FEET[move.robot]:
        for a, b in pairwise(s for s in move.steps if s.foot == foot):
            if b.beat - b.swing_beats < a.beat - _SAME_BEAT:
                yield (
                    f"steps: the {foot} foot lands on beat {a.beat:g}, after it has left for its landing on beat "
                    f"{b.beat:g}"
                )
    yield from _too_few_feet(move)
    ends = dict.fromkeys(FEET[move.robot], (0.0, 0.0, 0.0)) | {s.foot: s.to for s in move.steps}
    if np.ptp(np.array(list(ends.values())), axis=0).max() > _SAME_PLACE:
        places = ", ".join(
            f"{foot} at ({x:g}, {y:g}) m, {np.degrees(turn):g}°" for foot, (x, y, turn) in ends.items()
        )
        yield f"steps: every foot must end at the same place; they end {places}"


def _too_few_feet(move: Move) -> Iterator[str]:
    """Beats at which less feet carry than the body needs."""
    edges = sorted({edge for step in move.steps for edge in (step.beat - step.swing_beats, step.beat)})
    for start, end in pairwise(edges):
        middle = (start + end) / 2.0
        flying = {s.foot for s in move.steps if _is_in_air(s, middle)}
        left = len(FEET[move.robot]) - len(flying)
        if end - start > _SAME_BEAT and left < _FEWEST_FEET[move.robot]:
            yield (
                f"steps: from beat {start:g} to {end:g} {left} feet carry; expected {_FEWEST_FEET[move.robot]} or more"
            )


def _is_in_air(step: MoveStep, beat: float) -> bool:
    return step.beat - step.swing_beats < beat < step.beat


def _faults_of_parameters(move: Move) -> Iterator[str]:
    """Every knob has something to turn, and all of them at their ends together leave the joints in their ranges."""
    written = {c: keys.targets[c] for keys in move.layers.values() for c in keys.targets}
    for parameter in move.parameters:
        for channel in parameter.scales:
            if channel not in written and not (channel in STEP_SCALES and move.steps):
                yield (
                    f"parameters.{parameter.name}.scales: {channel!r}: the move has none"
                    f"{meant(channel, [*written, *STEP_SCALES])}"
                )
    ranges = {c: span for layer in CHANNELS[move.robot].values() for c, span in layer.items()}
    for channel, values in written.items():
        knobs = [p for p in move.parameters if channel in p.scales]
        scales = [1.0]
        for knob in knobs:
            scales = [scale * end for scale in scales for end in (knob.low, knob.high)]
        rest = REST.get(channel, 0.0)
        extremes = np.array([rest + scale * (values - rest) for scale in scales])
        low, high = ranges[channel]
        if knobs and (extremes.min() < low or extremes.max() > high):
            worst = extremes.min() if extremes.min() < low else extremes.max()
            yield (
                f"parameters.{knobs[0].name}.range: {channel} would go to {worst:.3g}, outside {low:g} to {high:g}"
            )


def _same_titles(moves: Mapping[str, Move]) -> Iterator[str]:
    named = defaultdict(list)
    for move in moves.values():
        named[move.title].append(f"{move.robot}/{move.name}.toml")
    for title, places in named.items():
        if len(places) > 1:
            yield f"{places[1]}: title: {title!r} is the title of {places[0]}, too"


def _misspelt_families(moves: Mapping[str, Move]) -> Iterator[str]:
    first = {m.family: m for m in reversed(list(moves.values()))}
    for a, b in combinations(sorted(first), 2):
        if difflib.SequenceMatcher(a=a, b=b).ratio() > _TOO_ALIKE:
            yield f"{first[b].robot}/{first[b].name}.toml: family: {b!r}; did you mean {a!r}?"


def _unknown_predecessors(moves: Mapping[str, Move]) -> Iterator[str]:
    known = sorted({*moves, *(m.family for m in moves.values())})
    for move in moves.values():
        for name in move.after:
            if name not in known:
                yield (
                    f"{move.robot}/{move.name}.toml: after: {name!r}: no such move or family{meant(name, known)}; "
                    f"families: {', '.join(sorted({m.family for m in moves.values()}))}"
                )
