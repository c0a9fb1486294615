"""Who may ask for what. The table is the whole truth: what is not in it is refused.

- A *stage manager* may do everything.
- A *DJ* leads the music: the set, requests, the tapped tempo, the hand-over; hides wishes of the hall.
- A *robot handler* looks after the robots: damps them, says that they are ready, lets them answer the hall or leave it
  be, ticks checklists, arms them for rehearsal or takes the authority away; real robots are armed by the stage manager
  alone, who sees the whole stage, and leads the battle.
- A *viewer* looks.
- **Everybody may stop the show**, a viewer as well: whoever sees a danger first must not look for somebody else. That
  a stop is easy and a release is not is meant.
"""

from collections.abc import Mapping
from typing import Any

from temirbek.types.live import COMMANDS, DJ_COMMANDS, OPERATOR_ROLES, Answer, OperatorRole

TABLE: Mapping[OperatorRole, tuple[str, ...]] = {
    "stage_manager": COMMANDS,
    "dj": (
        "stop",
        "note",
        "tap",
        "tap_confirm",
        "wish_hide",
        *DJ_COMMANDS,
    ),
    "robot_handler": ("stop", "note", "arm", "tick_item", "robot_damp", "robot_ready", "hall_answers"),
    "viewer": ("stop",),
}
"""Role → the commands it may give."""
HANDLER_SCOPES = ("none", "lights_and_sound", "rehearsal")
"""What a robot handler may arm."""


def may(role: str, command: str, payload: Mapping[str, Any]) -> Answer:
    """Whether somebody in this role may give this command; a refusal says what the role may."""
    if command == "stop":
        return Answer(is_accepted=True)
    if role not in OPERATOR_ROLES:
        return Answer(
            is_accepted=False, reason=f"unknown role “{role}”; known are {', '.join(OPERATOR_ROLES)}"
        )
    allowed = TABLE[role]
    if command not in allowed:
        return Answer(
            is_accepted=False,
            reason=f"a {role.replace('_', ' ')} may not “{command}”; allowed are {', '.join(allowed)}",
        )
    if role == "robot_handler" and command == "arm" and payload.get("scope") not in HANDLER_SCOPES:
        return Answer(
            is_accepted=False,
            reason=f"a robot handler may arm {', '.join(HANDLER_SCOPES)}; live is the stage manager's",
        )
    return Answer(is_accepted=True)
