"""Who may do what."""

from temirbek.types.live import COMMANDS, Command, OperatorRole

_EVERYBODY: frozenset[Command] = frozenset({"stop", "note"})
_DJ: frozenset[Command] = frozenset(c for c in COMMANDS if c.startswith("dj_")) | {
    "hand_over",
    "tap",
    "tap_confirm",
}
_TABLE: dict[OperatorRole, frozenset[Command]] = {
    "stage_manager": frozenset(COMMANDS),
    "dj": _DJ | _EVERYBODY,
    "robot_handler": _EVERYBODY | {"robot_damp", "robot_ready", "tick_item"},
    "viewer": frozenset(),
}


def may(role: OperatorRole, command: Command) -> bool:
    """Whether an operator of this role may ask for this."""
    return command in _TABLE[role]
