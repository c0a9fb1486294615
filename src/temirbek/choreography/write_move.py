"""Moves out: the text of a data file, which reads back as the same move."""

from collections.abc import Sequence

from temirbek.types import Move, MoveKeys

_WIDTH = 110


def move_text(move: Move, remarks: Sequence[str] = ()) -> str:
    """The data file of a move with layers and accents (steps and parameters are written by hand).

    Args:
        move: What to write.
        remarks: Comments for the head of the file, one line each.

    Raises:
        ValueError: The move steps or has parameters.
    """
    if move.steps or move.parameters:
        raise ValueError(f"{move.name}: steps and parameters are not written")
    lines = [f"# {remark}" for remark in remarks]
    lines += [
        f"title = {_quoted(move.title)}",
        f"family = {_quoted(move.family)}",
        f"length_beats = {move.length_beats:g}",
        f"energy = {_numbers(move.energy)}",
        f"moods = [{', '.join(_quoted(mood) for mood in move.moods)}]",
        f"tempo_bpm = {_numbers(move.tempo_bpm)}",
        "accents = [",
        *(f"  {{ beat = {a.beat:g}, part = {_quoted(a.part)} }}," for a in move.accents),
        "]",
    ]
    for layer, keys in move.layers.items():
        lines += ["", f"[layers.{layer}]", *_table(keys)]
    return "\n".join(lines) + "\n"


def _table(keys: MoveKeys) -> list[str]:
    flows = ["flows = true"] if keys.flows else []
    columns = [
        _column(name, values.tolist()) for name, values in {"beats": keys.beats, **keys.targets}.items()
    ]
    return [*flows, *columns]


def _column(name: str, values: Sequence[float]) -> str:
    """``name = [ … ]``, wrapped where it is long."""
    line = f"{name} = {_numbers(values)}"
    if len(line) <= _WIDTH:
        return line
    rows, row = [], " "
    for value in values:
        word = f" {value + 0.0:.6g},"
        if len(row) + len(word) > _WIDTH:
            rows.append(row)
            row = " "
        row += word
    return "\n".join([f"{name} = [", *rows, row, "]"])


def _numbers(values: Sequence[float]) -> str:
    return f"[{', '.join(f'{value + 0.0:.6g}' for value in values)}]"


def _quoted(text: str) -> str:
    """A basic string of TOML."""
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return '"' + "".join(c if c.isprintable() else f"\\u{ord(c):04x}" for c in escaped) + '"'
