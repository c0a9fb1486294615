"""A role can do what its table says and nothing else: everything is tried with every role, over a real socket."""

import asyncio
import re
from pathlib import Path
from typing import Any

import pytest
from tests.web.makers import a_house

from temirbek.show.permissions import HANDLER_SCOPES, TABLE
from temirbek.types.evening import SCOPES
from temirbek.types.live import COMMANDS, OPERATOR_ROLES

SECURITY = Path(__file__).parents[2] / "docs" / "security.md"


def expected(role: str, command: str, payload: dict[str, Any]) -> bool:
    """The table, read by somebody else."""
    if command == "stop" or role == "stage_manager":
        return True
    if role == "robot_handler" and command == "arm":
        return payload.get("scope") in HANDLER_SCOPES
    return command in TABLE[role]  # type: ignore[index]


@pytest.mark.parametrize("role", OPERATOR_ROLES)
def test_everything_is_tried_with_every_role(tmp_path: Path, role: str) -> None:
    tried: list[tuple[str, dict[str, Any]]] = [(c, {}) for c in COMMANDS if c != "arm"]
    tried += [("arm", {"scope": scope}) for scope in (*SCOPES, "everything")]

    async def run() -> None:
        async with a_house(tmp_path) as house, house.console(role) as page:
            for index, (command, payload) in enumerate(tried):
                count = len(house.desk.events)
                # Names and roles that a message brings along are not believed.
                answer = await page.ask(
                    command, {**payload, "role": "stage_manager", "by": "boss"}, f"k{index}"
                )
                allowed = expected(role, command, payload)
                assert answer["is_accepted"] is allowed, (role, command, payload, answer)
                assert len(house.desk.events) == count + allowed, (role, command)
                assert allowed or answer["reason"]
                if allowed:
                    event = house.desk.events[-1]
                    assert (event.type, event.role) == (command, role)
                    assert event.by.startswith(role) and event.key == f"{page.hello['session']}:k{index}"
                if index % 15 == 14:
                    await asyncio.sleep(0.8)  # the allowance is for people

    asyncio.run(run())


@pytest.mark.parametrize("role", OPERATOR_ROLES)
def test_facts_are_not_for_consoles_to_tell(tmp_path: Path, role: str) -> None:
    facts = (
        "tick",
        "fired",
        "started",
        "done",
        "failed",
        "phrase",
        "robot",
        "sound",
        "recovered",
        "opened",
        "closed",
    )

    async def run() -> None:
        async with a_house(tmp_path) as house, house.console(role) as page:
            for fact in facts:
                await page.say(
                    {"type": fact, "payload": {"cue": "ән", "robot": "sky", "state": "standing"}, "key": fact}
                )
                assert fact in (await page.until("refused"))["reason"]
            assert house.desk.events == []

    asyncio.run(run())


@pytest.mark.parametrize("role", OPERATOR_ROLES)
def test_only_the_stage_manager_makes_and_ends_links(tmp_path: Path, role: str) -> None:
    async def run() -> None:
        async with a_house(tmp_path) as house:
            cookie = await house.cookie(role)
            victim = house.links.join(house.links.issue("dj"))
            async with house.client(cookie=cookie) as client:
                answers = [
                    await client.get("/api/links"),
                    await client.post("/api/links", json={"role": "stage_manager"}),
                    await client.post("/api/links/revoke", json={"ids": [victim.link]}),
                ]
            codes = {a.status_code for a in answers}
            assert codes == ({200} if role == "stage_manager" else {403})
            if role == "stage_manager":
                assert house.links.read(answers[1].json()["url"].split("#")[1]).role == "stage_manager"
            else:
                house.links.check(victim)

    asyncio.run(run())


def test_what_a_console_is_told_it_may_is_what_it_may(tmp_path: Path) -> None:
    async def run() -> None:
        async with a_house(tmp_path) as house:
            for role in OPERATOR_ROLES:
                async with house.client(cookie=await house.cookie(role)) as client:
                    told = (await client.get("/api/session")).json()["may"]
                assert set(told) == {c for c in COMMANDS if expected(role, c, {"scope": "none"})}, role

    asyncio.run(run())


def test_the_table_in_the_docs_is_the_table() -> None:
    rows = dict(re.findall(r"^\| `(\w+)` \|([^\n]*)\|$", SECURITY.read_text("utf-8"), re.MULTILINE))
    assert set(rows) == set(COMMANDS)
    for command, cells in rows.items():
        marks = [cell.strip() for cell in cells.split("|")]
        for role, mark in zip(OPERATOR_ROLES, marks, strict=True):
            allowed = {expected(role, command, {"scope": scope}) for scope in SCOPES}
            assert mark == ("yes" if allowed == {True} else "" if allowed == {False} else "not live"), (
                command,
                role,
            )
