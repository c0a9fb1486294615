"""The sound process as the show sees it: its socket, its clock, what it played; and what it survives."""

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import soundfile

from temirbek.errors import DeviceLost
from temirbek.lines import PlainClient
from temirbek.stage.audio.ring import Stereo
from temirbek.stage.clock import SAMPLE_RATE_HZ, SharedClock

START_S = 60.0
Started = tuple[subprocess.Popen[bytes], PlainClient]
Start = Callable[..., Started]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    sound = np.random.default_rng(7).uniform(-0.2, 0.2, (20 * SAMPLE_RATE_HZ, 2)).astype(np.float32)
    soundfile.write(tmp_path / "noise.wav", sound, SAMPLE_RATE_HZ, subtype="FLOAT")
    return tmp_path


@pytest.fixture
def start(folder: Path) -> Iterator[Start]:
    running: list[Started] = []

    def begin(*arguments: str, **setup: Any) -> Started:
        command = [sys.executable, "-m", "temirbek.stage.audio", str(folder), "--setup", json.dumps(setup)]
        process = subprocess.Popen([*command, *arguments])
        deadline_s = time.monotonic() + START_S
        while True:
            try:
                client = PlainClient(folder / "sound.sock")
                break
            except DeviceLost:
                assert process.poll() is None and time.monotonic() < deadline_s
                time.sleep(0.05)
        running.append((process, client))
        assert client.ask({"do": "state"}, START_S)["ok"]
        return process, client

    yield begin
    for process, client in running:
        client.close()
        process.terminate()
        process.wait(START_S)
    for name in ("clock.shm", "sound.ring"):  # what a killed process leaves in the machine's memory
        (folder / name).resolve().unlink(missing_ok=True)


def noise_of(folder: Path) -> Stereo:
    return np.asarray(soundfile.read(folder / "noise.wav", dtype="float32")[0])


def play(client: PlainClient, folder: Path, **more: Any) -> dict[str, Any]:
    body = {"do": "play", "voice": "music", "programme": "noise", "path": str(folder / "noise.wav"), **more}
    answer = client.ask(body, START_S)
    assert answer["ok"], answer
    return answer


def wait_for(client: PlainClient, event: str) -> dict[str, Any]:
    deadline_s = time.monotonic() + START_S
    while time.monotonic() < deadline_s:
        told = client.wait(START_S)
        if told is not None and told.get("event") == event:
            return told
    raise AssertionError(f"{event} was never told")


def captured(path: Path) -> Stereo:
    return np.fromfile(path, dtype=np.float32).reshape(-1, 2)


def test_what_sounds_is_the_file_and_the_clock_says_where(folder: Path, start: Start) -> None:
    process, client = start("--capture", str(folder / "capture.f32"), sink="null")
    answer = play(client, folder, start_frame=1000, mix_frame=48000, at_host_s=time.monotonic() + 0.5)
    started = wait_for(client, "started")
    assert started["host_s"] == pytest.approx(answer["host_s"], abs=0.002)
    with SharedClock.open(folder / "clock.shm") as clock:
        reading = clock.read()
        assert (reading.programme, reading.is_playing) == ("noise", True)
        assert reading.mix_at(started["host_s"] + 2.0) == pytest.approx(3.0, abs=0.002)
        splice = 48000 + 2 * SAMPLE_RATE_HZ
        body = {"voice": "music", "path": str(folder / "noise.wav"), "start_frame": 500_000}
        assert client.ask({"do": "splice", "mix_frame": splice, **body}, START_S)["ok"]
        refused = client.ask({"do": "splice", "mix_frame": 48000, **body})
        assert not refused["ok"] and "earliest" in refused["reason"]
        time.sleep(2.5)
        client.ask({"do": "stop"})
        ended = wait_for(client, "ended")
        assert ended["why"] == "stopped"
        assert not clock.read().is_playing
    process.terminate()
    process.wait(START_S)
    sound, heard, first = noise_of(folder), captured(folder / "capture.f32"), answer["frame"]
    middle, end = first + 2 * SAMPLE_RATE_HZ, first + ended["mix_frame"] - 48000 - 2400
    assert not heard[:first].any()
    _equal_but_for_late_machines(heard[first:middle], sound[1000:][: middle - first])
    _equal_but_for_late_machines(heard[middle:end], sound[500_000:][: end - middle])
    assert not heard[end + 2400 :].any()


def _equal_but_for_late_machines(heard: Stereo, expected: Stereo) -> None:
    """Whatever was played is right; silence is only where a loaded machine woke the sink too late."""
    wrong = (heard != expected).any(axis=1)
    assert not heard[wrong].any()
    assert wrong.mean() < 0.2


def test_an_engine_that_stood_still_leaves_silence_and_nothing_that_was_played_before(
    folder: Path, start: Start
) -> None:
    process, client = start("--capture", str(folder / "capture.f32"), sink="null")
    answer = play(client, folder)
    wait_for(client, "started")
    for _ in range(4):
        time.sleep(0.5)
        process.send_signal(signal.SIGSTOP)
        time.sleep(0.35)
        process.send_signal(signal.SIGCONT)
    time.sleep(0.3)
    client.ask({"do": "stop"})
    ended = wait_for(client, "ended")
    time.sleep(0.2)
    heard = captured(folder / "capture.f32")[answer["frame"] :][: ended["mix_frame"] - 2400]
    wrong = (heard != noise_of(folder)[: len(heard)]).any(axis=1)
    assert wrong.any() and not heard[wrong].any()


def test_a_spool_that_is_written_too_late_is_silent_and_then_in_time(folder: Path, start: Start) -> None:
    _, client = start("--capture", str(folder / "capture.f32"), sink="null")
    sound, spool = noise_of(folder), folder / "mix.f32"
    spool.write_bytes(sound[:24000].tobytes())
    answer = play(client, folder, path=str(spool))
    assert not wait_for(client, "starving")["is_over"]
    time.sleep(0.2)
    with spool.open("ab") as file:
        file.write(sound[24000:96000].tobytes())
    over = wait_for(client, "starving")
    assert over["is_over"] and over["silent_s"] > 0.1
    time.sleep(0.3)
    client.ask({"do": "stop"})
    ended = wait_for(client, "ended")
    time.sleep(0.2)
    heard = captured(folder / "capture.f32")[answer["frame"] :][: ended["mix_frame"] - 2400]
    silent = ~heard.any(axis=1)
    assert np.array_equal(heard[~silent], sound[: len(heard)][~silent])
    assert not silent[:23000].all() and silent[24500] and not silent[-1000:].all()


def test_a_player_that_is_killed_is_replaced_and_time_goes_on(folder: Path, start: Start) -> None:
    process, client = start(sink="null")
    play(client, folder)
    wait_for(client, "started")
    with SharedClock.open(folder / "clock.shm") as clock:
        before = clock.read()
        children = Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text().split()
        os.kill(int(children[0]), signal.SIGKILL)
        wait_for(client, "player_lost")
        wait_for(client, "sink")
        time.sleep(0.2)
        reading = clock.read()
        assert reading.is_playing and reading.age_s < 5.0
        assert reading.mix_s == pytest.approx(before.mix_at(reading.host_s), abs=0.002)


def test_a_killed_process_resumes_where_it_is_told(folder: Path, start: Start) -> None:
    process, client = start(sink="null")
    play(client, folder)
    wait_for(client, "started")
    with SharedClock.open(folder / "clock.shm") as clock:
        process.kill()
        process.wait()
        mix_frame = round(clock.read().mix_s * SAMPLE_RATE_HZ)
        _, again = start(sink="null")
        assert not clock.read().is_playing
        play(again, folder, start_frame=mix_frame, mix_frame=mix_frame)
        wait_for(again, "started")
        assert clock.read().mix_s == pytest.approx(mix_frame / SAMPLE_RATE_HZ, abs=5.0)
        assert clock.read().mix_s >= mix_frame / SAMPLE_RATE_HZ


def test_a_console_that_never_reads_holds_up_nobody(folder: Path, start: Start) -> None:
    _, client = start(sink="null")
    with PlainClient(folder / "sound.sock") as deaf:
        deaf._socket.setblocking(False)
        try:
            while True:  # asks for ever, never reads
                deaf._socket.send(b'{"do": "state", "id": 1}\n' * 500)
        except OSError:
            pass
        begin_s = time.monotonic()
        assert client.ask({"do": "state"}, START_S)["ok"]
        assert time.monotonic() - begin_s < START_S / 2
        play(client, folder)
        wait_for(client, "started")


def test_a_lost_jack_server_is_told_and_found_again(
    folder: Path, start: Start, monkeypatch: pytest.MonkeyPatch
) -> None:
    if shutil.which("jackd") is None:
        pytest.skip("jackd is not installed")
    pytest.importorskip("jack", reason="the extra temirbek[jack] is not installed")
    monkeypatch.setenv("JACK_DEFAULT_SERVER", "temirbek-sound-test")  # a killed one keeps its name's place
    server = _jackd()
    try:
        _, client = start(sink="jack")
        told = client.ask({"do": "state"})["sink"]
        if told["sink"] != "jack":
            pytest.skip(f"no JACK server can run here: {told['why']}")
        play(client, folder)
        wait_for(client, "started")
        with SharedClock.open(folder / "clock.shm") as clock:
            server.kill()
            server.wait()
            lost = wait_for(client, "lost")
            assert lost["sink"] == "jack"
            assert wait_for(client, "sink")["sink"] == "null"
            time.sleep(0.2)
            without = clock.read()
            assert without.is_playing
            server = _jackd()
            assert wait_for(client, "back")["sink"] == "jack"
            reading = clock.read()
            assert reading.mix_s == pytest.approx(without.mix_at(reading.host_s), abs=0.05)
    finally:
        server.kill()
        server.wait()


def _jackd() -> subprocess.Popen[bytes]:
    command = ["jackd", "-r", "-d", "dummy", "-r", str(SAMPLE_RATE_HZ), "-p", "1920"]
    server = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    time.sleep(5.0)  # on a busy machine it takes that long
    return server
