"""The phones' process is killed amid votes: what was acknowledged is there, and whoever asks again is told the same."""

import asyncio
import sqlite3
from pathlib import Path
from typing import Any

from tests.phones.load import load_client

from temirbek.phones.__main__ import DATABASE
from temirbek.phones.tokens import KEY_FILE, TokenKey

client = load_client()
PHONES = 200
KILLS = 3


def stored(folder: Path, poll: str) -> dict[str, str]:
    """Seat → option, as the file has it."""
    with sqlite3.connect(f"file:{folder / DATABASE}?mode=ro", uri=True) as file:
        return dict(file.execute("select seat, option from vote where poll = ?", (poll,)))


async def ask_until(phones: list[Any], enough: int, option: Any, poll: str) -> dict[str, str]:
    """All phones vote; seat → option of those that were acknowledged, as soon as there are enough."""
    told: dict[str, str] = {}
    done = asyncio.Event()

    def hears(phone: Any, text: bytes) -> None:
        if text.startswith(b'{"is":"accepted","n":7'):
            told[phone.token] = option(phone)
            if len(told) >= enough:
                done.set()

    for phone in phones:
        phone.hears = hears
        phone.say(do="vote", poll=poll, option=option(phone), n=7)
    await asyncio.wait_for(done.wait(), 30.0)
    return told


def test_acknowledged_votes_survive_sigkill_and_count_once(tmp_path: Path) -> None:
    key = TokenKey.make(tmp_path / KEY_FILE, "killed")
    tokens = [key.sign(f"seat {k}") for k in range(PHONES)]

    def first(phone: Any) -> str:
        return "ab"[tokens.index(phone.token) % 2]

    async def evening() -> None:
        for number in range(KILLS):
            poll = f"p{number}"
            server = client.Server(tmp_path, client.free_port(), None)
            try:
                phones = [client.Phone(token, server.port) for token in tokens]
                await client.connect_all(phones)
                server.open_poll(poll)
                await asyncio.sleep(0.5)
                told = await ask_until(phones, 20 + 60 * number, first, poll)
            finally:
                server.kill()
                server.line.close()
            await asyncio.sleep(0)
            kept = stored(tmp_path, poll)
            assert {key.check(token): option for token, option in told.items()}.items() <= kept.items()
        server = client.Server(tmp_path, client.free_port(), None)
        try:  # the poll is still open on the server that was started again, and everybody asks once more
            phones = [client.Phone(token, server.port) for token in tokens]
            await client.connect_all(phones)
            await ask_until(phones, PHONES, first, poll)
            assert stored(tmp_path, poll) == {key.check(t): "ab"[k % 2] for k, t in enumerate(tokens)}
            client.hang_up(phones)
            await asyncio.sleep(0)
        finally:
            server.end()

    asyncio.run(evening())
