"""What every phone may count on, with picows and with ``websockets``: the same server, the same answers."""

import asyncio
import contextlib
import gzip
import http.client
import json
import shutil
import socket
import ssl
import struct
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import ClientConnection, connect

from temirbek.errors import DeviceLost, InvalidInput
from temirbek.phones.alone import AloneBus
from temirbek.phones.limits import Limits
from temirbek.phones.process import PhonesProcess, PhonesSettings
from temirbek.phones.server import LISTENERS
from temirbek.phones.store import FileStore
from temirbek.phones.wire import WireName

from .hall import PATIENCE_S, ServedHall, a_hall

OPTIONS = [{"id": "a", "text": "A"}, {"id": "b", "text": "B"}]
UPGRADE = (
    b"GET /ws HTTP/1.1\r\nHost: hall\r\nUpgrade: websocket\r\nConnection: keep-alive, Upgrade\r\n"
    b"Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n"
)


@pytest.fixture(params=["picows", "websockets"], scope="module")
def hall(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[ServedHall]:
    """A hall on each of the libraries, for all tests of this file."""
    name: WireName = request.param
    with a_hall(tmp_path_factory.mktemp(name), wire=name, limits=Limits(head_timeout_s=1.0)) as served:
        yield served


@contextlib.contextmanager
def phone(hall: ServedHall, seat: str = "", known: str = "") -> Iterator[ClientConnection]:
    """A phone, with its first words said; what it was told of the state is ``phone.state``."""
    with connect(f"ws://127.0.0.1:{hall.port}/ws{known}", proxy=None, compression=None) as line:
        if seat:
            say(line, do="hello", token=seat)
        yield line


def say(line: ClientConnection, **body: Any) -> None:
    """One sentence."""
    line.send(json.dumps(body))


def hear(line: ClientConnection, kind: str, part: str = "") -> dict[str, Any]:
    """The next message of a kind, or that changes a part."""
    while True:
        message: dict[str, Any] = json.loads(line.recv(PATIENCE_S))
        if message["is"] == kind and (not part or part in message["set"]):
            return message


def test_a_vote_is_cast_kept_counted_and_final(hall: ServedHall) -> None:
    hall.ask(do="poll", poll="vote", question={"kk": "?", "en": "?"}, options=OPTIONS)
    with phone(hall, "seat-1") as line:
        shown = hear(line, "snapshot")
        assert shown["set"]["poll"]["id"] == "vote" and shown["set"]["poll"]["result"] is None
        assert hear(line, "accepted")["n"] == 0
        say(line, do="vote", poll="vote", option="a", n=1)
        assert hear(line, "accepted") == {"is": "accepted", "n": 1, "kept": "a"}
        say(line, do="vote", poll="vote", option="a", n=2)
        assert hear(line, "accepted")["n"] == 2
        say(line, do="vote", poll="vote", option="b", n=3)
        assert hear(line, "refused") == {"is": "refused", "n": 3, "reason": "already_voted", "kept": "a"}
    assert hall.event("votes", n=1)["counts"] == {"a": 1, "b": 0}
    hall.ask(do="close_poll")
    assert hall.event("votes", is_final=True)["counts"] == {"a": 1, "b": 0}
    with phone(hall, "seat-2") as line:
        assert hear(line, "snapshot")["set"]["poll"]["result"] == {"a": 1, "b": 0}
        say(line, do="vote", poll="vote", option="a", n=1)
        assert hear(line, "refused")["reason"] == "poll_closed"
    hall.ask(do="clear_poll")


def test_a_phone_that_returns_gets_what_it_missed(hall: ServedHall) -> None:
    with phone(hall) as line:
        shown = hear(line, "snapshot")
    hall.ask(do="state", title="Another", artist="Somebody")
    known = f"?epoch={shown['epoch']}&since={shown['seq']}"
    with phone(hall, known=known) as line:
        change = hear(line, "delta")
        assert change["set"]["now"]["title"] == "Another" and "crate" not in change["set"]
        hall.ask(do="announce", text={"kk": "Құрметті қонақтар"})
        assert hear(line, "delta", "text")["set"]["text"] == {"kk": "Құрметті қонақтар"}
    with phone(hall, known=f"?epoch=other&since={shown['seq']}") as line:
        hear(line, "snapshot")


def test_wishes_are_counted_by_seats_and_hidden_by_the_operator(hall: ServedHall) -> None:
    tracks = [{"id": f"t{k}", "title": f"Song {k}", "artist": "A"} for k in range(8)]
    hall.ask(do="crate", tracks=tracks)
    with phone(hall, "seat-7") as line:
        for number in range(7):
            say(line, do="wish", track=f"t{number}", n=number + 1)
        heard = {(message := hear_any(line, "accepted", "refused"))["n"]: message for _ in range(8)}
        assert [heard[n + 1]["is"] for n in range(7)] == ["accepted"] * 5 + ["refused"] * 2
        assert heard[7]["reason"] == "enough_wishes"
        assert {
            wish["track"] for wish in hall.event("wishes")["tracks"] or hall.event("wishes")["tracks"]
        } == {f"t{n}" for n in range(5)}
        hall.ask(do="wish_hide", track="t0")
        say(line, do="wish", track="t0", n=20)
        assert hear_any(line, "accepted", "refused")["reason"] == "no_such_track"
    assert [track[0] for track in get(hall, "/crate")["tracks"]] == [f"t{k}" for k in range(1, 8)]
    hall.ask(do="wish_show", track="t0")


def hear_any(line: ClientConnection, *kinds: str) -> dict[str, Any]:
    """The next message of one of these kinds."""
    while True:
        message: dict[str, Any] = json.loads(line.recv(PATIENCE_S))
        if message["is"] in kinds:
            return message


def test_claps_and_the_clock(hall: ServedHall) -> None:
    with phone(hall, "seat-3") as line:
        before_s = time.monotonic()
        say(line, do="ping", t=12.5)
        answer = hear(line, "pong")
        assert answer["t"] == 12.5 and before_s - 0.001 <= answer["host_s"] <= time.monotonic() + 0.001
        say(line, do="clap", count=8)
        assert hear(line, "delta", "clap")["set"]["clap"]["people"] == 1
    assert hall.event("claps", people=1)["rate_hz"] == 4.0


@pytest.mark.parametrize(
    "data",
    [
        b"\x81\xfe\x20\x00\0\0\0\0" + b"x" * 8192,  # a text of 8 KB
        b"\x81\xff" + struct.pack(">Q", 1 << 20) + b"\0\0\0\0" + b"x" * 4096,  # a megabyte begins
        b"\x82\x82\0\0\0\0{}",  # binary
        b"\x01\x81\0\0\0\0{",  # a text in pieces
        b"\xf1\x82\0\0\0\0{}",  # reserved bits
        b"\x89\xfe\x01\x00\0\0\0\0" + b"x" * 256,  # a ping that is too long
        bytes(range(256)) * 8,
    ],
    ids=["8 KB", "1 MB", "binary", "pieces", "reserved", "long ping", "garbage"],
)
def test_what_is_no_sentence_ends_its_own_line_alone(hall: ServedHall, data: bytes) -> None:
    with phone(hall) as other, socket.create_connection(("127.0.0.1", hall.port)) as line:
        line.settimeout(PATIENCE_S)
        line.sendall(UPGRADE)
        with contextlib.suppress(ConnectionError):
            line.sendall(data)
            while line.recv(4096):
                pass
        say(other, do="ping", t=1)
        assert hear(other, "pong")["t"] == 1


def test_pings_of_the_protocol_are_answered_within_the_allowance(hall: ServedHall) -> None:
    with phone(hall) as line:
        assert line.ping().wait(PATIENCE_S)
        with pytest.raises(ConnectionClosed):
            for _ in range(2000):
                line.ping()
            line.recv(PATIENCE_S)
            while True:
                line.recv(PATIENCE_S)


def get(hall: ServedHall, path: str) -> dict[str, Any]:
    """A plain request."""
    line = http.client.HTTPConnection("127.0.0.1", hall.port, timeout=PATIENCE_S)
    line.request("GET", path)
    body: dict[str, Any] = json.loads(line.getresponse().read())
    line.close()
    return body


def test_a_network_without_websockets_has_the_same_language(hall: ServedHall) -> None:
    hall.ask(do="poll", poll="held", question="?", options=OPTIONS)
    line = http.client.HTTPConnection("127.0.0.1", hall.port, timeout=PATIENCE_S)

    def do(seat: str, **body: Any) -> Any:
        line.request("POST", "/do", json.dumps(body), {"X-Seat": seat})
        return json.loads(line.getresponse().read())

    shown = get(hall, "/state")
    assert shown["is"] == "snapshot"
    assert do("forged", do="vote", poll="held", option="a", n=1)[0]["reason"] == "no_seat"
    assert do("seat-9", do="vote", poll="held", option="b", n=2) == [{"is": "accepted", "n": 2, "kept": "b"}]
    assert do("seat-9", do="vote", poll="held", option="a", n=3)[0]["reason"] == "already_voted"
    assert do("seat-9", do="hello", token="seat-9")[0]["is"] == "accepted"
    seq = get(hall, "/state")["seq"]
    line.request("GET", f"/state?epoch={shown['epoch']}&since={seq}")
    hall.ask(do="card", text={"en": "Interval"})
    change = json.loads(line.getresponse().read())
    assert change["is"] == "delta" and change["seq"] > seq
    line.close()
    hall.ask(do="clear_poll")


def test_the_page_comes_whole_with_its_policy(hall: ServedHall) -> None:
    line = http.client.HTTPConnection("127.0.0.1", hall.port, timeout=PATIENCE_S)
    line.request("GET", "/")
    answer = line.getresponse()
    body = answer.read()
    assert answer.status == 200 and body.startswith(b"<!doctype html>")
    assert f"ws://127.0.0.1:{hall.port}" in (answer.getheader("Content-Security-Policy") or "")
    line.request("GET", "/", headers={"If-None-Match": answer.getheader("ETag") or ""})
    again = line.getresponse()
    assert (again.status, again.read()) == (304, b"")
    line.request("GET", "/etc/passwd")
    assert line.getresponse().status == 404
    line.close()


def test_a_large_crate_travels_packed_and_is_as_new_as_the_last_order(hall: ServedHall) -> None:
    for number in (1, 2000):
        tracks = [{"id": f"{k:064x}", "title": f"Ән {k}", "artist": "Дос-Мұқасан"} for k in range(number)]
        hall.ask(do="crate", tracks=tracks)
        line = http.client.HTTPConnection("127.0.0.1", hall.port, timeout=PATIENCE_S)
        line.request("GET", "/crate", headers={"Accept-Encoding": "gzip"})
        answer = line.getresponse()
        packed = answer.read()
        line.close()
        assert answer.getheader("Content-Encoding") == "gzip" and len(packed) < 150_000
        found = json.loads(gzip.decompress(packed))
        assert found == get(hall, "/crate") and len(found["tracks"]) == number
    assert (
        hall.line.ask({"do": "crate", "tracks": [*tracks, {"id": "one more", "title": "?"}]})["ok"] is False
    )


def test_half_a_request_is_not_waited_for(hall: ServedHall) -> None:
    with socket.create_connection(("127.0.0.1", hall.port)) as line:
        line.settimeout(PATIENCE_S)
        line.sendall(b"GET / HTTP/1.1\r\nHost:")
        with contextlib.suppress(ConnectionError):
            assert line.recv(100) == b""


@pytest.mark.parametrize("path", [b"/", b"/nowhere", b"/state"])
def test_many_requests_in_one_go_are_answered_up_to_the_allowance(hall: ServedHall, path: bytes) -> None:
    with socket.create_connection(("127.0.0.1", hall.port)) as line:
        line.settimeout(PATIENCE_S)
        heard = b""
        with contextlib.suppress(ConnectionError):
            line.sendall(b"GET %s HTTP/1.1\r\nHost: hall\r\n\r\n" % path * 3000)
            while data := line.recv(1 << 16):
                heard += data
        assert heard.count(b"HTTP/1.1 ") <= Limits().messages_at_once + 2
    assert get(hall, "/state")["is"] == "snapshot"


def test_a_full_hall_says_come_again(tmp_path: Path) -> None:
    with a_hall(tmp_path, limits=Limits(most_phones=2)) as hall, phone(hall), phone(hall) as second:
        line = http.client.HTTPConnection("127.0.0.1", hall.port, timeout=PATIENCE_S)
        with contextlib.suppress(ConnectionError):
            line.request("GET", "/")
        answer = line.getresponse()
        assert (answer.status, answer.getheader("Retry-After")) == (503, "3")
        line.close()
        say(second, do="ping", t=2)
        assert hear(second, "pong")["t"] == 2


def test_who_does_not_read_is_cut_off_and_nobody_waits(tmp_path: Path) -> None:
    limits = Limits(most_unread_bytes=4096, broadcast_every_s=0.001)
    with a_hall(tmp_path, limits=limits) as hall, socket.socket() as sleeper, phone(hall) as other:
        sleeper.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 2048)
        sleeper.connect(("127.0.0.1", hall.port))
        sleeper.sendall(UPGRADE)
        hall.event("phones", connected=2)
        for number in range(20_000):
            hall.ask(do="announce", text=f"{number} " + "x" * 270)
            if number % 50 == 0 and hall.ask(do="status")["phones"] == 1:
                break
        assert hall.ask(do="status")["phones"] == 1
        hall.ask(do="state", title="Still here")
        assert hear(other, "delta", "now")["set"]["now"]["title"] == "Still here"


@pytest.mark.parametrize(
    "order",
    [
        {"do": "dance"},
        {"do": "poll", "poll": "p", "question": "?", "options": OPTIONS[:1]},
        {"do": "poll", "poll": "p", "question": "?", "options": [OPTIONS[0], OPTIONS[0]]},
        {"do": "poll", "poll": "p", "question": {"kk": ""}, "options": OPTIONS},
        {"do": "poll", "poll": "p", "question": "?", "options": ["a", "b"]},
        {"do": "close_poll"},
        {"do": "announce", "text": "x" * 281},
        {"do": "announce", "text": {"kk": 7}},
        {"do": "announce", "text": ["?"]},
        {"do": "state", "title": "a\u0007"},
        {"do": "state", "title": "a", "tempo_bpm": "fast"},
        {"do": "crate", "tracks": [{"title": "no id"}]},
        {"do": "light", "schedule": {"bpm": 120}},
        {"do": "light", "schedule": "x.x."},
        {"do": "wish_hide"},
    ],
)
def test_an_order_that_does_not_fit_is_refused_and_changes_nothing(
    hall: ServedHall, order: dict[str, Any]
) -> None:
    before = get(hall, "/state")["set"]
    answer = hall.line.ask(order)
    assert answer["ok"] is False and answer["reason"]
    after = get(hall, "/state")["set"]
    assert {**after, "clap": None} == {**before, "clap": None}


def test_a_server_that_was_killed_shows_what_it_showed(tmp_path: Path) -> None:
    with a_hall(tmp_path) as hall:
        hall.ask(do="poll", poll="p1", question="?", options=OPTIONS)
        with phone(hall, "seat-1") as line:
            say(line, do="vote", poll="p1", option="b", n=1)
            while hear(line, "accepted")["n"] != 1:
                pass
    with a_hall(tmp_path) as hall:
        assert get(hall, "/state")["set"]["poll"]["id"] == "p1"
        assert hall.event("votes")["counts"] == {"a": 0, "b": 1}


@pytest.mark.skipif(shutil.which("openssl") is None, reason="no openssl to make a certificate with")
@pytest.mark.parametrize("wire", ["picows", "websockets"])
def test_with_a_certificate_everything_is_the_same(tmp_path: Path, wire: WireName) -> None:
    file = tmp_path / "both.pem"
    asked = "req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2 -subj /CN=127.0.0.1"
    made = [
        "-addext",
        "subjectAltName=IP:127.0.0.1",
        "-keyout",
        str(file),
        "-out",
        str(tmp_path / "cert.pem"),
    ]
    subprocess.run(["openssl", *asked.split(), *made], check=True, capture_output=True)
    file.write_text(file.read_text() + (tmp_path / "cert.pem").read_text())
    trust = ssl.create_default_context(cafile=str(file))
    with a_hall(tmp_path / "run", wire=wire, certificate=file) as hall:
        address = f"wss://127.0.0.1:{hall.port}/ws"
        with connect(address, ssl=trust, proxy=None, compression=None) as line:
            hear(line, "snapshot")
            say(line, do="hello", token="seat-1")
            assert hear(line, "accepted")["n"] == 0
        plain = http.client.HTTPSConnection("127.0.0.1", hall.port, context=trust, timeout=PATIENCE_S)
        plain.request("GET", "/")
        assert plain.getresponse().read().startswith(b"<!doctype html>")
        plain.close()


def test_a_certificate_that_is_none_is_named(tmp_path: Path) -> None:
    file = tmp_path / "none.pem"
    file.write_text("?")
    store = FileStore(tmp_path / "votes")
    settings = PhonesSettings(run=tmp_path, port=0, certificate=file)
    with pytest.raises(InvalidInput, match=r"none\.pem"):
        asyncio.run(PhonesProcess(settings, lambda token: None, store, lambda: AloneBus(store)).run())


def test_a_port_that_somebody_has_is_named(hall: ServedHall, tmp_path: Path) -> None:
    store = FileStore(tmp_path / "votes")
    settings = PhonesSettings(run=tmp_path, port=hall.port)
    with pytest.raises(DeviceLost, match=str(hall.port)):
        asyncio.run(PhonesProcess(settings, lambda token: None, store, lambda: AloneBus(store)).run())


@pytest.mark.skipif(not Path("/proc/net/tcp").exists(), reason="asks Linux who listens")
def test_newcomers_have_many_doors_on_the_one_port(hall: ServedHall) -> None:
    rows = [line.split() for line in Path("/proc/net/tcp").read_text().splitlines()[1:]]
    is_listening = "0A"
    doors = [row for row in rows if row[3] == is_listening and row[1].endswith(f":{hall.port:04X}")]
    assert len(doors) == LISTENERS
    for _ in range(3 * LISTENERS):  # whichever door the system deals them
        with socket.create_connection(("127.0.0.1", hall.port), PATIENCE_S) as line:
            line.sendall(b"GET /favicon.ico HTTP/1.1\r\nHost: hall\r\n\r\n")
            assert line.recv(100).startswith(b"HTTP/1.1 204")
