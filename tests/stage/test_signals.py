"""The signals' process with real peers: liblo's tools, a UDP node for Art-Net, JACK, and what its machines may do wrong."""

import contextlib
import json
import os
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from temirbek.errors import DeviceLost
from temirbek.lines import PlainClient
from temirbek.signals import artnet
from temirbek.signals.midi_clock import ClockOut
from temirbek.signals.osc import from_bytes, to_bytes
from temirbek.signals.steady import Beat
from temirbek.stage.clock import SharedClock
from temirbek.stage.opening import Opening, write_opening
from temirbek.stage.run_folder import RunFolder
from temirbek.stage.signals.faults import Faults
from temirbek.stage.signals.human import Human
from temirbek.stage.signals.midi_desk import Way
from temirbek.stage.signals.midi_ports import Heard
from temirbek.store import to_json
from temirbek.types import BeatGrid

KAZAKH = "Қазақ әні: Ғ Ң Ө Ұ Ү Һ І"
SHOW = """format = 1
title = "Signals"
seed = 1
[music]
source = "demo"
[venue.links]
osc_in_port = {port_in}
[venue.links.artnet]
host = "127.0.0.1"
port = {node}
[venue.links.osc.video]
host = "127.0.0.1"
port = {video}
[[venue.links.fixtures]]
id = "front"
universe = 0
channel = 1
channels = ["dimmer", "red", "green", "blue"]
"""


def free_port() -> int:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class Hall:
    """A running signals' process and the machines around it."""

    def __init__(self, folder: Path) -> None:
        self.run = RunFolder(folder)
        self.port_in, self.video = free_port(), free_port()
        self.node = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.node.bind(("127.0.0.1", 0))
        self.node.settimeout(3.0)
        show = SHOW.format(port_in=self.port_in, node=self.node.getsockname()[1], video=self.video)
        opening = Opening(base=folder, name="signals", day="2026-03-07", cache_dir=folder / "cache")
        write_opening(self.run, opening, show=show, venue=None)
        self.process = subprocess.Popen([sys.executable, "-m", "temirbek.stage.signals", str(folder)])
        self.client = self._connected()

    def _connected(self) -> PlainClient:
        while self.process.poll() is None:
            with contextlib.suppress(DeviceLost):
                return PlainClient(self.run.path / "signals.sock")
            time.sleep(0.05)
        raise AssertionError("the process ended")

    def ask(self, **body: Any) -> dict[str, Any]:
        return self.client.ask(body, 10.0)

    def event(self, name: str) -> dict[str, Any]:
        """The next event of a kind."""
        end_s = time.monotonic() + 5.0
        while time.monotonic() < end_s:
            event = self.client.wait(1.0)
            if event is not None and event.get("event") == name:
                return event
        raise AssertionError(f"no {name}")

    def levels(self) -> bytes:
        """The next frame that the lamps' node gets."""
        return artnet.from_bytes(self.node.recv(2048))[2]

    def close(self) -> int:
        self.client.close()
        self.node.close()
        self.process.terminate()
        return self.process.wait(20)


@pytest.fixture(scope="module")
def hall(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Hall]:
    hall = Hall(tmp_path_factory.mktemp("run"))
    yield hall
    assert hall.close() == 0


def needs(tool: str) -> str:
    found = shutil.which(tool)
    if found is None:
        pytest.skip(f"{tool} is not installed (liblo-tools)")
    return found


def test_oscdump_reads_kazakh(hall: Hall) -> None:
    dump = subprocess.Popen(
        [needs("oscdump"), "-L", str(hall.video)], stdout=subprocess.PIPE, text=True, encoding="utf-8"
    )
    assert dump.stdout is not None
    try:
        time.sleep(0.5)
        answer = hall.ask(do="osc", peer="video", address="/film", arguments=[KAZAKH, 3, 0.5])
        assert answer["ok"]
        line = dump.stdout.readline()
    finally:
        dump.terminate()
        dump.wait()
        dump.stdout.close()
    assert f'/film sif "{KAZAKH}" 3 0.5' in line


def test_oscsend_gives_a_command(hall: Hall) -> None:
    subprocess.run(
        [needs("oscsend"), "osc.udp://127.0.0.1:" + str(hall.port_in), "/temirbek/note", "s", KAZAKH],
        check=True,
    )
    event = hall.event("command")
    assert (event["command"], event["payload"]) == ("note", {"text": KAZAKH})
    assert KAZAKH in event["words"]
    assert event["key"]


def test_a_repeated_command_is_acknowledged_twice_and_done_once(hall: Hall) -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as peer:
        peer.settimeout(3.0)
        for _ in range(2):
            peer.sendto(to_bytes("/temirbek/go", ("q7",), "n-1"), ("127.0.0.1", hall.port_in))
            (said,) = from_bytes(peer.recv(2048))
            assert (said.address, said.arguments) == ("/ack", ("n-1",))
        peer.sendto(to_bytes("/temirbek/arm", ("live",), "n-2"), ("127.0.0.1", hall.port_in))
        (said,) = from_bytes(peer.recv(2048))
        assert said.address == "/temirbek/refused"
        peer.sendto(b"\xff" * 200, ("127.0.0.1", hall.port_in))
        peer.sendto(to_bytes("/temirbek/hold"), ("127.0.0.1", hall.port_in))
    assert hall.event("command")["payload"] == {"cue": "q7"}
    assert hall.event("command")["command"] == "hold"


def test_a_critical_message_is_sent_until_its_peer_answers(hall: Hall) -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as peer:
        peer.bind(("127.0.0.1", hall.video))
        peer.settimeout(5.0)
        body = {"do": "osc", "peer": "video", "address": "/roll", "arguments": [], "needs_answer": True}
        with PlainClient(hall.run.path / "signals.sock") as other:
            other._socket.sendall(json.dumps({**body, "id": 1}).encode() + b"\n")
            first, where = peer.recvfrom(2048)
            second, _ = peer.recvfrom(2048)
            assert first == second
            peer.sendto(to_bytes("/ack", (from_bytes(first)[0].sequence,)), where)
            answer = other.wait(5.0)
            while answer is not None and "event" in answer:
                answer = other.wait(5.0)
            assert answer is not None
            assert answer["ok"]


def test_a_dead_peer_fails_the_cue_and_is_a_fault_that_mends(hall: Hall) -> None:
    began_s = time.monotonic()
    answer = hall.ask(do="osc", peer="video", address="/roll", needs_answer=True)
    assert not answer["ok"]
    assert "does not acknowledge" in answer["reason"]
    assert time.monotonic() - began_s < 8.0
    assert "osc:video" in hall.ask(do="state")["faults"]
    test_a_critical_message_is_sent_until_its_peer_answers(hall)
    assert "osc:video" not in hall.ask(do="state")["faults"]


def test_looks_reach_the_node_and_a_stop_is_dark_first(hall: Hall) -> None:
    assert hall.ask(do="light", look="cool", fade_s=0.0, levels={"0.50": 9})["ok"]
    end_s = time.monotonic() + 5.0
    while (levels := hall.levels())[49] != 9 and time.monotonic() < end_s:
        pass
    assert levels[:4] == bytes((128, 77, 125, 255))
    assert hall.ask(do="stop")["ok"]
    seen = []
    while time.monotonic() < end_s and (not seen or seen[-1][0] < 120):
        seen.append(hall.levels())
    assert min(frame[0] for frame in seen) < 30
    assert seen[-1][1:4] == bytes((255, 255, 255))


def test_wrong_questions_are_answered_in_words(hall: Hall) -> None:
    for body, words in (
        ({"do": "light", "look": "disco"}, "no look is called"),
        ({"do": "osc", "peer": "nobody", "address": "/x"}, "no OSC peer"),
        ({"do": "midi", "message": [300]}, "expected bytes"),
        ({"do": "dance"}, "know no command"),
        ({"do": "hand_over", "to": "nobody"}, "expected 'human' or 'robot'"),
        ({"do": "tap_confirm"}, "no tempo to confirm"),
        ({"do": "light", "look": "warm", "fade_s": "soon"}, "expected a number"),
    ):
        answer = hall.ask(**body)
        assert not answer["ok"]
        assert words in answer["reason"]
    assert hall.ask(do="midi", message=[0xC0, 5]) == {
        "ok": True,
        "note": "no MIDI is connected",
        "id": hall.client._asked,
    }


def test_taps_are_confirmed_and_lead_at_once_where_nothing_of_ours_sounds(hall: Hall) -> None:
    with SharedClock.create(hall.run.clock) as clock:
        now_s = time.monotonic()
        for k in range(5):
            words = hall.ask(do="tap", host_s=now_s - 0.5 * (4 - k) + 0.2)["words"]
        assert "confirm" in words
        assert hall.ask(do="tap_confirm")["ok"]
        hall.ask(do="hand_over", to="human")
        assert hall.event("human_hand_over")["leader"] == "human"
        time.sleep(0.2)
        human = clock.read_human()
        assert human.leader == "human"
        assert human.tempo_bpm == pytest.approx(120.0, rel=0.05)
        told = hall.event("human")
        assert (told["leader"], told["source"]) == ("human", "taps")
        hall.ask(do="hand_over", to="robot")
        hall.ask(do="stop")
        time.sleep(0.1)
        assert clock.read_human().leader == "robot"


class FakePort:
    """A MIDI port that others can pull out."""

    ahead_s = 0.0

    def __init__(self) -> None:
        self.sent: list[bytes] = []
        self.came: list[Heard] = []
        self.dead = ""

    def send(self, message: bytes, at_s: float) -> None:
        if self.dead:
            raise DeviceLost(self.dead)
        self.sent.append(message)

    def receive(self) -> list[Heard]:
        came, self.came = self.came, []
        return came

    def why_dead(self) -> str:
        return self.dead

    def close(self) -> None:
        self.dead = self.dead or "closed"


def test_a_vanished_midi_port_is_a_fault_that_mends() -> None:
    told: list[dict[str, Any]] = []
    ports = [FakePort(), FakePort()]
    way = Way(
        "desk", is_input=False, faults=Faults(lambda b: told.append(dict(b))), opened=lambda *a, **k: ports[0]
    )
    way.look(0.0)
    assert way.send(b"\xfa", 0.0) == ""
    ports[0].dead = "pulled out"
    assert way.send(b"\xfa", 0.1) == "pulled out"
    assert told[-1]["event"] == "fault"
    ports.pop(0)
    way.look(10.0)
    assert told[-1]["event"] == "mended"
    assert way.send(b"\xfc", 10.1) == ""


def test_a_clock_without_a_start_asks_for_one_or_for_taps() -> None:
    faults = Faults(lambda body: None)
    human = Human(has_link=False, ear=None, faults=faults)
    line = Beat(beat=0.0, host_s=0.0, tempo_bpm=125.0)
    out = ClockOut()
    told = [t for k in range(500) for t in out.until(line.moved(0.3), k * 0.01)]
    ticks = [Heard(t.at_s, t.message) for t in told if t.message == b"\xf8"]
    human.hear_midi(ticks)
    now_s = ticks[-1].host_s
    assert not human.hearing(now_s).is_locked
    assert "press play" in faults.all()["midi:start"]
    true = line.moved(0.3)
    for beat in range(4, 10):
        human.tap(true.when(beat) + 0.004)
    human.confirm()
    hearing = human.hearing(now_s)
    assert hearing.source == "midi clock"
    assert hearing.beat is not None
    assert abs((hearing.beat.at(now_s) - true.at(now_s) + 0.5) % 1.0 - 0.5) < 0.02
    assert faults.all() == {}


def test_the_deck_knows_its_beat_phrases_and_sections(tmp_path: Path) -> None:
    from temirbek.stage.signals.music import Deck

    grid = BeatGrid(beats_s=np.arange(200) * 0.5, first_downbeat=2)
    made = {
        "cue": "song",
        "grid": to_json(grid),
        "phrases_beats": [2, 34, 66],
        "headings": [{"beat": 2, "label": "intro"}, {"beat": 34, "label": "drop"}],
    }
    (tmp_path / "made" / "song").mkdir(parents=True)
    (tmp_path / "made" / "song" / "made.json").write_text(json.dumps(made))
    with SharedClock.create(tmp_path / "clock.shm") as clock:
        now_s = time.monotonic()
        clock.write(host_s=now_s, mix_s=20.0, rate=1.02, programme="song")
        with contextlib.closing(Deck(tmp_path)) as deck:
            deck.look(now_s)
            beat, light = deck.beat(now_s), deck.light(now_s)
            assert beat is not None
            assert light is not None
            assert beat.beat == pytest.approx(38.0, abs=0.01)
            assert beat.tempo_bpm == pytest.approx(120 * 1.02)
            assert (light.section, deck.native_bpm(now_s)) == ("drop", pytest.approx(120.0))
            assert deck.next_phrase_s(now_s) == pytest.approx(now_s + 13.0 / 1.02, abs=0.01)


def test_two_link_peers_share_a_bar() -> None:
    pytest.importorskip("link", reason="the extra temirbek[link] is not installed")
    from temirbek.stage.signals.link_session import LinkSession

    command = [sys.executable, "-c", _PEER]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as peer:
        session = LinkSession(126.0)
        try:
            line = Beat(beat=0.0, host_s=time.monotonic(), tempo_bpm=126.0)
            end_s = time.monotonic() + 8.0
            assert peer.stdout is not None
            while time.monotonic() < end_s and peer.poll() is None:
                session.lead(line, time.monotonic())
                time.sleep(0.02)
            rows = np.array([[float(x) for x in row.split()] for row in peer.stdout.read().splitlines()])
        finally:
            session.close()
    if not len(rows):
        pytest.skip("no Link peer was found over this machine's network")
    apart = (rows[:, 1] - line.beat - (rows[:, 0] - line.host_s) * 126 / 60 + 2) % 4 - 2
    assert np.median(np.abs(apart)) * 60e3 / 126 < 4.0


_PEER = """
import time
from temirbek.stage.signals.link_session import LinkSession
session = LinkSession(120.0)
end_s = time.monotonic() + 5.0
while time.monotonic() < end_s:
    now_s = time.monotonic()
    if session.n_peers and now_s > end_s - 2.0:
        print(now_s, session.beat(now_s).beat)
    time.sleep(0.05)
session.close()
"""


def test_jack_midi_keeps_its_samples() -> None:
    pytest.importorskip("jack", reason="the extra temirbek[jack] is not installed")
    if shutil.which("jackd") is None:
        pytest.skip("jackd is not installed")
    test = [sys.executable, "-c", _JACK]
    environment = {**os.environ, "JACK_DEFAULT_SERVER": "temirbek-test"}
    server = subprocess.Popen(
        ["jackd", "-n", "temirbek-test", "-r", "-d", "dummy", "-r", "48000", "-p", "1024"],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        told = subprocess.run(test, env=environment, capture_output=True, text=True, timeout=60, check=False)
    finally:
        server.terminate()
        server.wait()
    if "no JACK" in told.stdout:
        pytest.skip("jackd did not start here")
    count, most_ms = told.stdout.split()[-2:]
    assert int(count) >= 90
    assert float(most_ms) < 3.0


_JACK = """
import time
from temirbek.errors import DeviceLost
from temirbek.stage.signals.jack_midi import JackMidi
for _ in range(50):
    try:
        ear = JackMidi("", is_input=True)
        break
    except DeviceLost:
        time.sleep(0.2)
else:
    print("no JACK")
    raise SystemExit
out = JackMidi("temirbek signals in", is_input=False)
begin_s, sent, came = time.monotonic() + 0.5, 0, []
while time.monotonic() < begin_s + 2.5:
    while sent < 100 and begin_s + 0.02 * sent < time.monotonic() + 0.2:
        out.send(bytes((0x90, sent, 64)), begin_s + 0.02 * sent)
        sent += 1
    came += ear.receive()
    time.sleep(0.01)
apart = sorted(abs(c.host_s - begin_s - 0.02 * c.message[1]) for c in came)
ear.close()
out.close()
print(len(came), 1e3 * apart[len(apart) // 2])
"""
