"""What a choreographer wrote, bar by bar: read, checked, laid over what was composed, and written out again.

A pinned bar names layers of a body; there the composer is silent. A *rest* pins layers on which nothing is danced. So a
dance written out as pins (:func:`pinned_bars`), every layer of every bar of every performer, is read back unchanged,
whatever the composer would have done; and where somebody deletes or edits a bar, only that bar changes.
"""

import difflib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from temirbek.choreography.form import Phrase
from temirbek.choreography.layers import SAME_BEAT, end_of, free_stretches, layers_of
from temirbek.choreography.material import tempo_rule
from temirbek.choreography.part import SHORTEST_BEATS, intensity_of
from temirbek.choreography.walking import is_travelling
from temirbek.errors import InvalidInput
from temirbek.types import (
    LAYERS,
    REST,
    BeatGrid,
    Choreography,
    Layer,
    Mix,
    Move,
    MoveCall,
    Number,
    Performer,
    PinnedBars,
    steps_of,
)

RESTING_INTENSITY = 0.6  # where a bar is pinned without intensity and nothing of the music says one


@dataclass(frozen=True, slots=True, kw_only=True)
class Pin:
    """A pinned bar in mix beats: a call, or a rest where there is none."""

    performer: str
    start_beat: float
    end_beat: float
    layers: tuple[Layer, ...]
    call: MoveCall | None
    path: str


class _Faults(Exception):
    """What is wrong with one bar."""


def pins_of(
    numbers: Sequence[Number],
    performers: Sequence[Performer],
    moves: Mapping[str, Move],
    mix: Mix,
    phrases: Sequence[Phrase],
) -> tuple[Pin, ...]:
    """The pinned bars of all numbers.

    Args:
        numbers: As the show file gives them.
        performers: The cast.
        moves: The vocabulary.
        mix: The music: its bars.
        phrases: Of it: how large to dance where a bar does not say so.

    Raises:
        InvalidInput: Bars cannot be danced as written; the message lists every fault with its path in the file.
    """
    cast = {p.id: p for p in performers}
    pins: list[Pin] = []
    faults: list[str] = []
    for n, number in enumerate(numbers):
        for k, bars in enumerate(number.bars):
            path = f"number[{n}].bars[{k}]"
            try:
                pins.append(_pin(bars, path, number, cast, moves, mix, phrases))
            except _Faults as error:
                faults += [f"  {path}{fault}" for fault in error.args]
    faults += [f"  {fault}" for fault in _overlaps(pins)]
    if faults:
        raise InvalidInput(f"{len(faults)} fault(s) in pinned bars\n" + "\n".join(faults))
    return tuple(pins)


def _pin(
    bars: PinnedBars,
    path: str,
    number: Number,
    cast: Mapping[str, Performer],
    moves: Mapping[str, Move],
    mix: Mix,
    phrases: Sequence[Phrase],
) -> Pin:
    faults = [*_name_faults(bars, cast, moves), *_time_faults(bars, number, mix.beat_grid)]
    if faults:
        raise _Faults(*faults)
    start = mix.beat_grid.bar_start_beat(bars.bar - 1) + (bars.beat - 1.0)
    length = _length_beats(bars, mix.beat_grid)
    if bars.move == REST:
        layers, call = bars.layers or LAYERS, None
    else:
        move = moves[bars.move]
        rule = bars.tempo_rule or tempo_rule(move, float(mix.beat_grid.tempo_at(start)))
        if rule is None:
            low, high = move.tempo_bpm
            raise _Faults(
                f".move: {bars.move!r} cannot be danced at {float(mix.beat_grid.tempo_at(start)):.0f} BPM; it is made for "
                f"{low:g} to {high:g}"
            )
        call = MoveCall(
            performer=bars.performer,
            move=bars.move,
            start_beat=start,
            length_beats=length,
            intensity=_intensity_at(start, phrases) if bars.intensity is None else bars.intensity,
            mirrored=bars.mirrored,
            layers=bars.layers,
            tempo_rule=rule,
            parameters=bars.parameters,
        )
        cycle = move.length_beats * rule
        if steps_of(call, move) and abs(length / cycle - round(length / cycle)) > SAME_BEAT:
            raise _Faults(
                f": {bars.move!r} steps, so it lasts a whole number of its {cycle:g} beats, not {length:g}"
            )
        layers = layers_of(call, move)
    return Pin(
        performer=bars.performer,
        start_beat=start,
        end_beat=start + length,
        layers=layers,
        call=call,
        path=path,
    )


def _name_faults(bars: PinnedBars, cast: Mapping[str, Performer], moves: Mapping[str, Move]) -> Iterable[str]:
    if bars.performer not in cast:
        yield f".performer: {bars.performer!r}: nobody has this id{_meant(bars.performer, list(cast))}; there are {', '.join(cast)}"
        return
    if bars.move == REST:
        return
    robot = cast[bars.performer].robot
    names = [m.name for m in moves.values() if m.robot == robot]
    if bars.move not in names:
        whose = " of another body" if bars.move in moves else ""
        yield f".move: {bars.move!r}: no such move{whose} for a {robot}{_meant(bars.move, [*names, REST])}"
        return
    move = moves[bars.move]
    call = MoveCall(
        performer="", move=move.name, start_beat=0, length_beats=1, intensity=1, mirrored=bars.mirrored
    )
    has = layers_of(call, move)
    for layer in bars.layers:
        if layer not in has:
            yield f".layers: {bars.move!r} does not move {layer!r}; it has {', '.join(has)}"
    if bars.tempo_rule is not None and bars.tempo_rule not in (1.0, *move.tempo_rules):
        allowed = ", ".join(f"{rule:g}" for rule in (1.0, *move.tempo_rules))
        yield f".tempo_rule: {bars.tempo_rule:g}: {bars.move!r} allows {allowed}"
    knobs = {p.name: p for p in move.parameters}
    for name, value in bars.parameters:
        if name not in knobs:
            has_knobs = f"it has {', '.join(knobs)}" if knobs else "it has none"
            yield f".parameters.{name}: {bars.move!r} has no such knob{_meant(name, list(knobs))}; {has_knobs}"
        elif not knobs[name].low <= value <= knobs[name].high:
            yield f".parameters.{name}: {value:g}: expected {knobs[name].low:g} to {knobs[name].high:g}"


def _time_faults(bars: PinnedBars, number: Number, grid: BeatGrid) -> Iterable[str]:
    last = min(number.to_bar or grid.n_bars, grid.n_bars)
    if not number.from_bar <= bars.bar <= last:
        yield f".bar: {bars.bar}: expected {number.from_bar} to {last}"
    if not 1.0 <= bars.beat < grid.beats_per_bar + 1:
        yield f".beat: {bars.beat:g}: expected 1 to below {grid.beats_per_bar + 1}"
    end = (bars.bar - 1) * grid.beats_per_bar + bars.beat - 1.0 + _length_beats(bars, grid)
    if end > last * grid.beats_per_bar + SAME_BEAT:
        yield f": ends after bar {last}, with which the number ends"


def _length_beats(bars: PinnedBars, grid: BeatGrid) -> float:
    if bars.length_beats is not None:
        return bars.length_beats
    return float(bars.length_bars * grid.beats_per_bar)


def _intensity_at(beat: float, phrases: Sequence[Phrase]) -> float:
    for phrase in phrases:
        for unit in phrase.units:
            if unit.start_beat <= beat < unit.end_beat:
                return round(intensity_of(unit, phrase), 3)
    return RESTING_INTENSITY


def _overlaps(pins: Sequence[Pin]) -> Iterable[str]:
    ordered = sorted(pins, key=lambda p: (p.performer, p.start_beat))
    for i, a in enumerate(ordered):
        for b in ordered[i + 1 :]:
            if b.performer != a.performer or b.start_beat >= a.end_beat - SAME_BEAT:
                break
            shared = [layer for layer in a.layers if layer in b.layers]
            if shared:
                yield f"{b.path}: {', '.join(shared)} of {b.performer!r} is already pinned there by {a.path}"


def _meant(word: str, choices: Sequence[str]) -> str:
    close = difflib.get_close_matches(word, choices, n=1)
    return f"; did you mean {close[0]!r}?" if close else ""


def overlaid(calls: Sequence[MoveCall], pins: Sequence[Pin], moves: Mapping[str, Move]) -> list[MoveCall]:
    """Composed calls beside pinned ones: on every layer, what is pinned silences what was composed."""
    laid: list[MoveCall] = [pin.call for pin in pins if pin.call is not None]
    for call in calls:
        mine = [
            p
            for p in pins
            if p.performer == call.performer
            and p.start_beat < end_of(call) - SAME_BEAT
            and p.end_beat > call.start_beat + SAME_BEAT
        ]
        laid += _remains(call, moves[call.move], mine)
    return laid


def _remains(call: MoveCall, move: Move, pins: Sequence[Pin]) -> list[MoveCall]:
    """What is left of a call beside pins: pieces, each with the layers that are free there."""
    layers = layers_of(call, move)
    if not any(set(p.layers) & set(layers) for p in pins):
        return [call]
    pieces: dict[tuple[float, float], list[Layer]] = {}
    for layer in layers:
        taken = [(p.start_beat, p.end_beat) for p in pins if layer in p.layers]
        for stretch in free_stretches(call.start_beat, end_of(call), taken):
            pieces.setdefault(stretch, []).append(layer)
    found: list[MoveCall] = []
    for (start, end), free in sorted(pieces.items()):
        piece = replace(call, start_beat=start, length_beats=end - start, layers=tuple(free))
        if steps_of(piece, move):
            cycle = move.length_beats * call.tempo_rule
            whole = cycle * int((end - start) / cycle + SAME_BEAT)
            if is_travelling(move):  # half a way leads nowhere
                whole = 0.0
            piece = replace(piece, length_beats=whole)
        if piece.length_beats >= SHORTEST_BEATS:
            found.append(piece)
    return found


def pinned_bars(choreography: Choreography, mix: Mix, moves: Mapping[str, Move]) -> tuple[PinnedBars, ...]:
    """A whole dance as pinned bars: what is danced, and where layers rest.

    Composing again with these bars pinned, on the same mix, gives the same calls, footsteps and accents.

    Args:
        choreography: As composed.
        mix: To which.
        moves: The vocabulary.
    """
    grid = mix.beat_grid
    first, last = float(grid.bar_start_beat(0)), float(grid.bar_start_beat(grid.n_bars))
    written: list[PinnedBars] = []
    for performer in choreography.performers:
        calls = [c for c in choreography.calls if c.performer == performer.id]
        mine = [_written(c, grid) for c in calls]
        rests: dict[tuple[float, float], list[Layer]] = {}
        for layer in LAYERS:
            taken = [(c.start_beat, end_of(c)) for c in calls if layer in layers_of(c, moves[c.move])]
            for stretch in free_stretches(first, last, taken):
                rests.setdefault(stretch, []).append(layer)
        for (start, end), free in rests.items():
            rest = MoveCall(
                performer=performer.id,
                move=REST,
                start_beat=start,
                length_beats=end - start,
                intensity=1.0,
                layers=tuple(free),
            )
            mine.append(replace(_written(rest, grid), intensity=None, tempo_rule=None))
        written += sorted(mine, key=lambda b: (b.bar, b.beat, b.move == REST, b.move))
    return tuple(written)


def _written(call: MoveCall, grid: BeatGrid) -> PinnedBars:
    bar = int((call.start_beat - grid.first_downbeat + SAME_BEAT) // grid.beats_per_bar)
    bars = call.length_beats / grid.beats_per_bar
    whole = bars == round(bars)
    return PinnedBars(
        performer=call.performer,
        bar=bar + 1,
        beat=call.start_beat - grid.bar_start_beat(bar) + 1.0,
        length_bars=round(bars) if whole else 1,
        length_beats=None if whole else call.length_beats,
        move=call.move,
        layers=call.layers,
        intensity=call.intensity,
        mirrored=call.mirrored,
        tempo_rule=call.tempo_rule,
        parameters=call.parameters,
    )
