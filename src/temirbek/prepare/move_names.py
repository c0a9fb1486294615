"""Moves of the vocabulary, by their names and families; needs no robot."""

from collections.abc import Sequence

from temirbek.choreography import load_moves
from temirbek.choreography.move_table import meant
from temirbek.errors import InvalidInput
from temirbek.types import Move, RobotKind


def find_moves(names: Sequence[str], robot: RobotKind | None = None) -> tuple[Move, ...]:
    """Moves of the vocabulary by name; without names, all, family by family.

    Args:
        names: Of moves, or of whole families whose name is not a move's, too.
        robot: Only those of one body; None: of all.

    Raises:
        InvalidInput: There is no such move; the message names a near one. Or a data file is wrong.
    """
    moves = {n: m for n, m in load_moves().items() if robot is None or m.robot == robot}
    families = {m.family for m in moves.values()} - set(moves)  # a move goes before a family of its name
    for name in names:
        if name not in moves and name not in families:
            raise InvalidInput(
                f"{name!r}: no such move or family{meant(name, [*moves, *families])}; `temirbek moves list` names them"
            )
    chosen = [
        m for m in moves.values() if not names or m.name in names or m.family in families.intersection(names)
    ]
    return tuple(sorted(chosen, key=lambda m: (m.robot, m.family, m.name)))
