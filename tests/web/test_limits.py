"""Consoles that misbehave cost the show nothing."""

import asyncio
import json
import socket
import time
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.web.makers import House, a_house, a_snapshot
from websockets.exceptions import ConnectionClosed

from temirbek.types.live import COMMANDS, Event
from temirbek.web import sockets, wire
from temirbek.web.limits import Allowance
from temirbek.web.protocol import LONGEST_MESSAGE, Ask, NotUnderstood, Ping, read_message
from temirbek.web.seats import PER_SESSION, PLACES

HOSTILE: tuple[str | bytes, ...] = (
    "",
    "go",
    "null",
    "[]",
    "{}",
    '{"type":null}',
    '{"type":["go"]}',
    '{"type":"__class__","key":"k"}',
    '{"type":"go"}',
    '{"type":"go","key":""}',
    '{"type":"go","key":7}',
    '{"type":"go","key":"' + "k" * 65 + '"}',
    '{"type":"go","key":"k","payload":[]}',
    '{"type":"go","key":"k","role":"stage_manager"}',
    '{"type":"shift","key":"k","payload":{"seconds":NaN}}',
    '{"type":"shift","key":"k","payload":{"seconds":1e999}}',
    '{"type":"shift","key":"k","payload":{"seconds":' + "9" * 400 + "}}",
    '{"type":"note","key":"k","payload":{"text":"\\ud800"}}',
    '{"type":"note","key":"k","payload":{"text":"\\u001b[2J"}}',
    '{"type":"note","key":"k","payload":{"a":{"b":{"c":{"d":{"e":1}}}}}}',
    "[" * 2000,
    '{"a":' * 600,
    '{"type":"ping","t":{}}',
    '{"type":"ping","t":"' + "t" * 100 + '"}',
    b"\x00\x01\x02",
    b'{"type":"go","key":"k"}',
)


def run_house(folder: Path, work: Any) -> None:
    async def run() -> None:
        async with a_house(folder) as house:
            await work(house)

    asyncio.run(run())


# Messages -------------------------------------------------------------------------------------------------------


@given(
    text=st.text(max_size=60)
    | st.recursive(st.none() | st.floats() | st.text(), st.lists, max_leaves=4).map(str)
)
def test_any_text_is_a_message_or_refused(text: str) -> None:
    try:
        assert isinstance(read_message(text), Ping | Ask)
    except NotUnderstood as refused:
        assert str(refused)


@given(
    command=st.sampled_from(COMMANDS),
    payload=st.dictionaries(
        st.sampled_from(("cue", "text")), st.text("aә \n", max_size=9) | st.integers(-9, 9)
    ),
)
def test_every_command_reads_as_it_was_written(command: str, payload: dict[str, Any]) -> None:
    read = read_message(json.dumps({"type": command, "payload": payload, "key": "k"}))
    assert read == Ask(command=command, payload=payload, key="k")  # type: ignore[arg-type]


def test_garbage_is_refused_and_the_console_goes_on(tmp_path: Path) -> None:
    async def work(house: House) -> None:
        async with house.console() as page:
            for message in HOSTILE:
                await page.say(message)
                assert (await page.until("refused"))["reason"], message
            assert house.desk.events == []
            assert (await page.ask("hold"))["is_accepted"]

    run_house(tmp_path, work)


@pytest.mark.parametrize("size", [LONGEST_MESSAGE + 1, 1 << 20])
def test_a_long_message_ends_its_console_and_no_other(tmp_path: Path, size: int) -> None:
    async def work(house: House) -> None:
        async with house.console("dj") as good, house.console("viewer") as bad:
            with pytest.raises(ConnectionClosed):
                await bad.say('{"type":"note","key":"k","payload":{"text":"' + "x" * size)
                while True:
                    await bad.next()
            assert bad.socket.close_code in (1009, 1006)
            assert (await good.ask("dj_next"))["is_accepted"]
            assert len(house.desk.events) == 1

    run_house(tmp_path, work)


def test_fragments_without_end_are_a_long_message_too(tmp_path: Path) -> None:
    async def work(house: House) -> None:
        async with house.console("viewer") as bad:

            async def forever() -> Any:
                while True:
                    yield "x" * 100
                    await asyncio.sleep(0)

            with pytest.raises(ConnectionClosed):
                await bad.socket.send(forever())
            assert bad.socket.close_code in (1009, 1006)

    run_house(tmp_path, work)


# Floods ---------------------------------------------------------------------------------------------------------


def test_a_flood_is_answered_for_a_while_and_then_cut_off(tmp_path: Path) -> None:
    async def work(house: House) -> None:
        async with house.console("stage_manager") as good, house.console("dj") as bad:
            with pytest.raises(ConnectionClosed):
                for index in range(5000):
                    await bad.say({"type": "tap", "key": str(index)})
                while True:
                    await bad.next()
            assert bad.socket.close_code == 4429
            assert len(house.desk.events) <= sockets.BURST + 10 * sockets.PER_S
            assert (await good.ask("go", {"cue": "ән"}))["is_accepted"]

    run_house(tmp_path, work)


def test_a_show_stop_passes_every_queue_and_every_flood(tmp_path: Path) -> None:
    async def work(house: House) -> None:
        gate = asyncio.Event()

        async def slow(event: Event) -> None:
            if event.type != "stop":
                await gate.wait()

        house.desk.before_answer = slow
        async with house.console("robot_handler") as page:
            for index in range(sockets.BURST + 20):
                await page.say({"type": "note", "payload": {"text": "…"}, "key": f"n{index}"})
            assert (await page.ask("stop", key="stop"))["is_accepted"]
            refused = [m for m in page.heard if m["type"] == "answer" and not m["is_accepted"]]
            assert {"wait already" in m["reason"] or "at once" in m["reason"] for m in refused} == {True}
            assert [e.type for e in house.desk.events] == ["note", "stop"]
            gate.set()

    run_house(tmp_path, work)


def test_keys_belong_to_their_session_and_survive_a_reconnect(tmp_path: Path) -> None:
    async def work(house: House) -> None:
        mine, other = await house.cookie("dj"), await house.cookie("dj")
        for cookie in (mine, mine, other):
            async with house.console(cookie=cookie) as page:
                await page.ask("dj_next", key="the same")
        first, again, others = (e.key for e in house.desk.events)
        assert first == again != others  # a repeat is known as one; nobody can use up another's key

    run_house(tmp_path, work)


def test_a_desk_that_fails_is_told_and_the_console_goes_on(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    async def work(house: House) -> None:
        async def fail(event: Event) -> None:
            if event.type == "go":
                raise OSError("disk full")

        house.desk.before_answer = fail
        async with house.console() as page:
            answer = await page.ask("go")
            assert not answer["is_accepted"] and "disk" not in answer["reason"]
            assert (await page.ask("hold", key="2"))["is_accepted"]

    run_house(tmp_path, work)
    assert "disk full" in caplog.text


def test_an_allowance_comes_back_with_time() -> None:
    now = [0.0]
    allowance = Allowance(3, 2, now=lambda: now[0])
    assert [allowance.take() for _ in range(4)] == [True, True, True, False]
    now[0] = 1.0
    assert [allowance.take() for _ in range(3)] == [True, True, False]
    now[0] = 1000.0
    assert [allowance.take() for _ in range(4)] == [True, True, True, False]


# Readers --------------------------------------------------------------------------------------------------------


def raw_upgrade(house: House, cookie: str, path: str) -> socket.socket:
    """A console that opens a socket and never reads from it again."""
    raw = socket.socket()
    raw.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    raw.connect(("127.0.0.1", house.served.port))
    origin = house.base
    raw.sendall(
        f"GET {path} HTTP/1.1\r\nHost: {origin.removeprefix('http://')}\r\nOrigin: {origin}\r\nCookie: {cookie}\r\n"
        "Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
        "Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n".encode()
    )
    return raw


@pytest.mark.parametrize("path", ["/ws", "/ws/poses"])
def test_a_console_that_never_reads_is_cut_off_and_costs_the_others_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, path: str
) -> None:
    monkeypatch.setattr(wire, "SLOW_S", 0.4)
    waiting: list[int] = []
    living: set[wire.BoundedSocket] = set()
    made, lost = wire.BoundedSocket.connection_made, wire.BoundedSocket.connection_lost

    def connection_made(self: wire.BoundedSocket, transport: Any) -> None:
        made(self, transport)
        living.add(self)

    def connection_lost(self: wire.BoundedSocket, exc: Exception | None) -> None:
        lost(self, exc)
        living.discard(self)

    monkeypatch.setattr(wire.BoundedSocket, "connection_made", connection_made)
    monkeypatch.setattr(wire.BoundedSocket, "connection_lost", connection_lost)

    async def work(house: House) -> None:
        house.desk.pose_bytes = 60_000
        async with house.console("stage_manager") as good:
            raw = await asyncio.to_thread(raw_upgrade, house, await house.cookie("viewer"), path)
            late_s, sequence, seen = [], 1, 1
            begin_s = time.monotonic()
            while (len(living) < 2 and time.monotonic() < begin_s + 2) or (
                len(living) > 1 and time.monotonic() < begin_s + 15
            ):
                sequence += 1
                asked_s = time.monotonic()
                # Every state is another one, whole: three times what the buffers hold, again and again.
                await house.desk.show(a_snapshot(sequence, title=f"{sequence}" * 30_000))
                while seen != sequence:
                    seen = (await good.next() and good.snapshot)["sequence"]
                late_s.append(time.monotonic() - asked_s)
                waiting.append(max(s.transport.get_write_buffer_size() for s in living))
            raw.close()
        assert sequence > 5, "the console that reads was told nothing"
        assert len(living) <= 1, "the console that never reads is still there"
        assert max(waiting) <= wire.MOST
        assert sorted(late_s)[len(late_s) // 2] < 0.5

    run_house(tmp_path, work)


def test_pings_that_nobody_reads_the_answers_of_are_bounded(tmp_path: Path) -> None:
    async def work(house: House) -> None:
        raw = await asyncio.to_thread(raw_upgrade, house, await house.cookie("viewer"), "/ws")
        ping = bytes([0x89, 0x80 | 125, 0, 0, 0, 0]) + b"x" * 125

        def flood() -> int:
            raw.settimeout(5)
            sent = 0
            try:
                while sent < 50_000_000:
                    raw.sendall(ping * 200)
                    sent += len(ping) * 200
            except OSError:
                return sent
            return sent

        sent = await asyncio.to_thread(flood)
        raw.close()
        assert sent < 8_000_000  # what the kernel took, and no more
        async with house.console():
            pass

    run_house(tmp_path, work)


# Places ---------------------------------------------------------------------------------------------------------


def test_viewers_cannot_shut_out_the_stage_manager(tmp_path: Path) -> None:
    async def work(house: House) -> None:
        cookies = [await house.cookie("viewer") for _ in range(PLACES["viewer"] + 1)]
        opened = [await house.socket(c) for c in cookies]
        try:
            with pytest.raises(ConnectionClosed):
                while True:
                    await asyncio.wait_for(opened[-1].recv(), 5)
            assert opened[-1].close_code == 4429
            async with house.console("stage_manager") as page:
                assert (await page.ask("hold"))["is_accepted"]
        finally:
            await asyncio.gather(*(o.close() for o in opened))

    run_house(tmp_path, work)


def test_a_browser_that_comes_again_takes_its_own_oldest_place(tmp_path: Path) -> None:
    async def work(house: House) -> None:
        cookie = await house.cookie("stage_manager")
        opened = [await house.socket(cookie) for _ in range(PER_SESSION)]
        async with house.console(cookie=cookie) as page:
            with pytest.raises(ConnectionClosed):
                while True:
                    await asyncio.wait_for(opened[0].recv(), 5)
            assert opened[0].close_code == 4429
            assert (await page.ask("hold"))["is_accepted"]
        await asyncio.gather(*(o.close() for o in opened))

    run_house(tmp_path, work)


def test_requests_that_never_end_are_ended(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(wire, "REQUEST_S", 0.3)

    async def work(house: House) -> None:
        async with house.console() as page:
            reader, writer = await asyncio.open_connection("127.0.0.1", house.served.port)
            writer.write(b"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\n")
            assert await asyncio.wait_for(reader.read(), 5) == b""
            writer.close()
            assert (await page.ask("hold"))["is_accepted"]  # a socket that was upgraded lives on

    run_house(tmp_path, work)


def test_bodies_are_small_objects(tmp_path: Path) -> None:
    async def work(house: House) -> None:
        async with house.client(cookie=await house.cookie("stage_manager")) as client:
            cases = ((b"x" * 5000, 413), (b"[" * 3000, 400), (b"[]", 400), (b"", 400), (b"\xff", 400))
            for path in ("/api/join", "/api/session", "/api/links", "/api/links/revoke"):
                for body, code in cases:
                    assert (await client.post(path, content=body)).status_code == code, (path, body[:9])
            for body in (
                {"role": "king"},
                {"role": ["dj"]},
                {"role": "dj", "hours": 0},
                {"role": "dj", "hours": True},
            ):
                assert (await client.post("/api/links", json=body)).status_code == 400
            for ids in (None, "abc", [1], [""], ["x" * 33]):
                assert (await client.post("/api/links/revoke", json={"ids": ids})).status_code == 400

    run_house(tmp_path, work)
