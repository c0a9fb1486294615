"""Phones that do not behave: each is refused or cut off in its own way, memory stays where it is, and the others notice nothing."""

import asyncio
import random
import socket
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from tests.phones.hall import ServedHall, a_hall
from tests.phones.load import load_client
from tests.phones.test_kill import stored

from temirbek.phones.limits import Limits
from temirbek.phones.tokens import KEY_FILE, TokenKey

client = load_client()
SHAKE = (
    b"GET /ws HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
    b"Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n"
)
GOOD = 20


class Served:
    """A server with a poll, and good phones to be."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.key = TokenKey.make(folder / KEY_FILE, "tonight")
        self.server = client.Server(folder, client.free_port(), None)
        self.server.open_poll("p")

    async def good(self) -> list[Any]:
        """Phones that behave, connected."""
        phones = [client.Phone(self.key.sign(f"good {k}"), self.server.port) for k in range(GOOD)]
        await client.connect_all(phones)
        return phones

    async def must_serve(self, phones: list[Any], poll: str) -> None:
        """Everybody good still hears what is new, and can vote."""
        before = [phone.n_deltas for phone in phones]
        self.server.open_poll(poll)
        await until(lambda: all(p.n_deltas > n for p, n in zip(phones, before, strict=True)))
        told: set[str] = set()

        def hears(phone: Any, text: bytes) -> None:
            if text.startswith(b'{"is":"accepted","n":7'):
                told.add(phone.token)

        for phone in phones:
            phone.hears = hears
            phone.say(do="vote", poll=poll, option="a", n=7)
        await until(lambda: len(told) == len(phones))
        assert all(phone.answers["lost"] == 0 for phone in phones)


async def until(is_so: Any) -> None:
    """Waits until something is so."""
    for _ in range(3000):
        if is_so():
            return
        await asyncio.sleep(0.01)
    raise AssertionError("it never came to be so")


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    hall = Served(tmp_path_factory.mktemp("hall"))
    yield hall
    hall.server.end()


def test_forged_replayed_and_garbled_tokens_give_no_vote(served: Served) -> None:
    async def evening() -> None:
        good = await served.good()
        liars = [
            client.Phone(TokenKey(bytes(32), "tonight").sign("x"), served.server.port),  # another key
            client.Phone(TokenKey(bytes(range(32)), "last night").sign("x"), served.server.port),
            client.Phone("x" * 60, served.server.port),
            client.Phone(good[0].token[:-1] + "Z", served.server.port),
        ]
        await client.connect_all(liars)
        for liar in liars:
            liar.say(do="vote", poll="p", option="a", n=1)
        await until(lambda: all(p.answers["bad_token"] == 1 and p.answers["no_seat"] == 1 for p in liars))
        await served.must_serve(good, "after lies")
        client.hang_up([*good, *liars])
        await asyncio.sleep(0)

    asyncio.run(evening())
    assert stored(served.folder, "p") == {}


def test_a_hundred_votes_a_second_are_one_vote(served: Served) -> None:
    async def evening() -> None:
        good = await served.good()
        flood = client.Phone(served.key.sign("flood"), served.server.port)
        await client.connect_all([flood])
        served.server.open_poll("flooded")
        await until(lambda: flood.n_deltas > 0)
        for number in range(300):
            flood.say(do="vote", poll="flooded", option="ab"[number % 2], n=number)
        await until(lambda: flood.answers["too_fast"] >= 1)
        await until(lambda: flood.answers["lost"] == 1)  # it would not stop
        await served.must_serve(good, "after the flood")
        client.hang_up(good)
        await asyncio.sleep(0)

    asyncio.run(evening())
    kept = stored(served.folder, "flooded")
    assert kept == {served.key.voter("flood"): "a"}  # the first counts, and nothing else of it


def test_a_frame_of_a_megabyte_and_garbage_end_the_connection_alone(served: Served) -> None:
    async def evening() -> None:
        good = await served.good()
        draw = random.Random(3)
        before_kb = served.server.memory_kb()
        bad = [client.Phone("", served.server.port) for _ in range(20)]
        await client.connect_all(bad)
        for k, phone in enumerate(bad):
            garbage = client.frame(draw.randbytes(100), 2) if k % 4 == 1 else draw.randbytes(600)
            phone.transport.write(client.frame(b"x" * (1 << 20)) if k % 2 else b"\xff" + garbage)
        await until(lambda: all(phone.answers["lost"] == 1 for phone in bad))
        for _ in range(20):
            reader, writer = await asyncio.open_connection("127.0.0.1", served.server.port)
            writer.write(draw.randbytes(10_000))
            assert await asyncio.wait_for(_rest(reader), 20.0) < 2000
            writer.close()
        await served.must_serve(good, "after garbage")
        assert served.server.memory_kb() - before_kb < 16 * 1024
        client.hang_up(good)
        await asyncio.sleep(0)

    asyncio.run(evening())


async def _rest(reader: asyncio.StreamReader) -> int:
    """How much it answers before it hangs up."""
    try:
        return len(await reader.read())
    except ConnectionError:
        return 0


def test_who_does_not_read_is_cut_off(tmp_path: Path) -> None:
    """Phones that read nothing, some of which talk: they are cut off at a bounded buffer, the others hear everything."""

    async def evening(hall: ServedHall) -> None:
        good = [client.Phone(f"seat-{k}", hall.port) for k in range(GOOD)]
        await client.connect_all(good)
        deaf = []
        for _ in range(30):
            ear = socket.socket()
            ear.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
            ear.connect(("127.0.0.1", hall.port))
            ear.send(SHAKE)
            deaf.append(ear)
        await until(lambda: hall.ask(do="status")["phones"] == GOOD + 30)
        for number in range(2000):
            words = {language: f"{number} " + "ж" * 270 for language in ("kk", "ru", "en")}
            hall.ask(do="announce", text=words)
            await asyncio.sleep(0)
            if number % 50 == 49 and hall.ask(do="status")["phones"] <= GOOD:
                break
        assert hall.ask(do="status")["phones"] == GOOD
        assert all(phone.answers["lost"] == 0 and phone.n_deltas > 50 for phone in good)
        client.hang_up(good)
        for ear in deaf:
            ear.close()
        await asyncio.sleep(0)

    with a_hall(tmp_path / "run", limits=Limits(broadcast_every_s=0.001)) as hall:
        asyncio.run(evening(hall))
