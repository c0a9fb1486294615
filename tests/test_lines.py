"""Lines between processes: questions and answers, events, long paths, readers that never read, takeover."""

import asyncio
import contextlib
import socket
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from temirbek.errors import DeviceLost
from temirbek.lines import LineClient, LineServer, PlainClient, address_of


@contextlib.contextmanager
def echoing(path: Path) -> Iterator[LineServer]:
    """A server in a thread that answers every question with its own words and tells everybody of "shout"."""
    server, ends = LineServer(path), threading.Event()

    def serve() -> None:
        while not ends.is_set():
            for message in server.poll(0.02):
                if "shout" in message.body:
                    server.publish({"event": message.body["shout"]})
                server.send(message.client, {"id": message.body["id"], "ok": True, "said": message.body})

    thread = threading.Thread(target=serve)
    thread.start()
    try:
        yield server
    finally:
        ends.set()
        thread.join()
        server.close()


def test_a_question_is_answered_and_an_event_reaches_everybody(tmp_path: Path) -> None:
    path = tmp_path / "a.sock"
    with echoing(path), PlainClient(path) as one, PlainClient(path) as other:
        assert other.ask({"do": "x"})["ok"]
        assert one.ask({"do": "y", "shout": "сәлем"})["said"]["do"] == "y"
        assert other.wait(2.0) == {"event": "сәлем"}
        assert one.events == [{"event": "сәлем"}]
        assert other.wait(0.01) is None


def test_a_path_too_long_for_a_socket_is_served_all_the_same(tmp_path: Path) -> None:
    path = tmp_path / ("long" * 30) / "a.sock"
    path.parent.mkdir()
    assert len(address_of(path)) <= 104
    with echoing(path), PlainClient(path) as client:
        assert client.ask({"do": "x"})["ok"]


def test_a_socket_that_a_killed_process_left_is_taken_over_and_a_living_one_is_not(tmp_path: Path) -> None:
    path = tmp_path / "a.sock"
    dead = socket.socket(socket.AF_UNIX)
    dead.bind(str(path))
    dead.close()
    with LineServer(path), pytest.raises(DeviceLost, match="another process serves it"):
        LineServer(path)
    with pytest.raises(DeviceLost, match="nobody answers"):
        PlainClient(path)


def test_a_client_that_never_reads_is_cut_off_and_costs_the_others_nothing(tmp_path: Path) -> None:
    path = tmp_path / "a.sock"
    with LineServer(path) as server, socket.socket(socket.AF_UNIX) as deaf:
        deaf.connect(str(path))
        server.poll(0.5)
        assert server.n_clients == 1
        for _ in range(40):
            server.publish({"event": "x" * 100_000})
        assert server.n_clients == 0


def test_what_is_no_message_is_answered_and_forgotten(tmp_path: Path) -> None:
    path = tmp_path / "a.sock"
    with LineServer(path) as server, socket.socket(socket.AF_UNIX) as client:
        client.connect(str(path))
        client.sendall(b'[1]\nnonsense\n{"do": "x"}\n')
        messages = server.poll(0.5) + server.poll(0.5)
        assert [m.body for m in messages] == [{"do": "x"}]
        assert client.recv(1000).count(b"not a message") == 2


async def _asked(path: Path) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    events: list[dict[str, Any]] = []
    client = LineClient(path, on_event=events.append, on_lost=lambda: None)
    with pytest.raises(DeviceLost, match="not connected"):
        await client.ask({"do": "x"})
    await client.connect()
    answers = await asyncio.gather(*(client.ask({"do": k, "shout": k}) for k in range(20)))
    await client.close()
    return answers, events


def test_many_questions_may_be_under_way_at_once(tmp_path: Path) -> None:
    path = tmp_path / "a.sock"
    with echoing(path):
        answers, events = asyncio.run(_asked(path))
    assert [a["said"]["do"] for a in answers] == list(range(20))
    assert sorted(e["event"] for e in events) == list(range(20))


async def _lost(path: Path) -> int:
    lost: list[int] = []
    client = LineClient(path, on_event=lambda _: None, on_lost=lambda: lost.append(1))
    server = LineServer(path)
    await client.connect()
    server.poll(0.5)
    asking = asyncio.create_task(client.ask({"do": "x"}))
    await asyncio.sleep(0.05)
    server.close()
    with pytest.raises(DeviceLost, match="hung up"):
        await asking
    assert not client.is_connected
    await client.close()
    return len(lost)


def test_a_server_that_goes_is_noticed_at_once(tmp_path: Path) -> None:
    assert asyncio.run(_lost(tmp_path / "a.sock")) == 1
