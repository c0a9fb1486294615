"""Every role tries everything."""

import pytest

from temirbek.show import PERMISSIONS, may, new_state
from temirbek.types.evening import SCOPES
from temirbek.types.live import COMMANDS, OPERATOR_ROLES

from .evenings import DAY, Caller, cue, evening

DJ = {command for command in COMMANDS if command.startswith("dj_")}
TABLE = {
    "stage_manager": set(COMMANDS),
    "dj": DJ | {"tap", "tap_confirm", "hand_over", "note", "stop", "wish_hide"},
    "robot_handler": {"robot_damp", "robot_ready", "stop", "note", "tick_item", "arm", "hall_answers"},
    "viewer": {"stop"},
}
"""As people agreed on it; written a second time so that a slip in the code is seen."""


@pytest.mark.parametrize("role", [*OPERATOR_ROLES, "admin", ""])
@pytest.mark.parametrize("command", COMMANDS)
def test_a_role_may_do_what_its_table_says_and_nothing_else(role: str, command: str) -> None:
    payload = {"scope": "rehearsal"} if command == "arm" else {}
    answer = may(role, command, payload)
    assert answer.is_accepted == (command in TABLE.get(role, {"stop"}))
    assert answer.is_accepted or answer.reason


@pytest.mark.parametrize("role", OPERATOR_ROLES)
@pytest.mark.parametrize("command", COMMANDS)
def test_the_machine_asks_the_table(role: str, command: str) -> None:
    show = Caller(new_state(evening(cue("a")), DAY))
    answer = show.ask(command, role=role, scope="none")
    if command in TABLE[role]:
        assert "may not" not in answer.reason
    else:
        assert "may not" in answer.reason
        assert show.state.cues == new_state(evening(cue("a")), DAY).cues and not show.effects


@pytest.mark.parametrize("scope", [*SCOPES, "LIVE", "", None])
def test_a_robot_handler_arms_no_real_robots(scope: object) -> None:
    assert may("robot_handler", "arm", {"scope": scope}).is_accepted == (scope in SCOPES[:3])


@pytest.mark.parametrize(
    "command", ["tick", "fired", "done", "opened", "closed", "recovered", "", "Go", "rm"]
)
def test_what_is_no_command_is_nobodys(command: str) -> None:
    assert not any(may(role, command, {}).is_accepted for role in OPERATOR_ROLES)


def test_everybody_may_stop() -> None:
    assert all("stop" in commands for commands in PERMISSIONS.values())
    assert PERMISSIONS.keys() == set(OPERATOR_ROLES)
