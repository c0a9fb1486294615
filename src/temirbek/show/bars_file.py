"""A dance written out bar by bar, as TOML that a choreographer edits."""

from collections.abc import Sequence
from itertools import groupby

from temirbek.types import PinnedBars

_HEAD = """\
# A dance, bar by bar. Every entry says what some layers of one performer do from a bar (and beat) on, counted from 1.
# move = "rest" keeps its layers at rest. What is deleted is composed anew around what stays.
format = 1
"""


def bars_to_text(bars: Sequence[PinnedBars], *, heading: str = "") -> str:
    """Bars as the text of a file: read back by :func:`~temirbek.show.bars_from_text`, they are the same to the bit.

    Args:
        bars: In any order; the file has one performer after the other, each in order of time.
        heading: What the dance is, for people.
    """
    lines = [f"# {line}" for line in heading.splitlines()] + [_HEAD]
    ordered = sorted(bars, key=lambda b: b.performer)  # stable: bars of one performer keep their order
    for performer, mine in groupby(ordered, key=lambda b: b.performer):
        lines.append(f"# ---- {performer} ----\n")
        lines += ["\n".join(_entry(entry)) + "\n" for entry in mine]
    return "\n".join(lines)


def _entry(bars: PinnedBars) -> list[str]:
    lines = ["[[bars]]", f"performer = {_quoted(bars.performer)}", f"bar = {bars.bar}"]
    if bars.beat != 1.0:
        lines.append(f"beat = {float(bars.beat)!r}")
    if bars.length_beats is not None:
        lines.append(f"length_beats = {float(bars.length_beats)!r}")
    elif bars.length_bars != 1:
        lines.append(f"length_bars = {bars.length_bars}")
    lines.append(f"move = {_quoted(bars.move)}")
    if bars.layers:
        lines.append(f"layers = [{', '.join(map(_quoted, bars.layers))}]")
    if bars.intensity is not None:
        lines.append(f"intensity = {float(bars.intensity)!r}")
    if bars.mirrored:
        lines.append("mirrored = true")
    if bars.tempo_rule is not None:
        lines.append(f"tempo_rule = {float(bars.tempo_rule)!r}")
    if bars.parameters:
        knobs = ", ".join(f"{name} = {float(value)!r}" for name, value in bars.parameters)
        lines.append(f"parameters = {{ {knobs} }}")
    return lines


def _quoted(text: str) -> str:
    """A TOML string; names hold neither quotes nor control characters."""
    return f'"{text}"'
