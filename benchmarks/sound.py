"""Does the sound ever drop out? What was played is compared with its source, sample by sample, under load.

    python benchmarks/sound.py [--minutes 60] [--sinks null jack] [--burners 2 | --robots] [--out out/sound]

For each sink the sound process plays a minute of noise again and again, each time by a splice that is exact to the
sample, with a device buffer of 40 ms: the paced null sink, and JACK's dummy driver with blocks of 40 ms (a server of its
own, if jackd is installed). Meanwhile the robots' process simulates three G1 and a Go2 in real time (``--robots``), or
processes burn like simulated dancers (every 4 ms about 2 ms of small solves); two consoles listen to all events, a third
one never reads; and every 20 s somebody asks for an announcement (of silence, so that samples stay comparable). Printed:

- drop-outs: stretches of the capture that differ from the source, how long they are together, and how many of them fell
  together with a standstill of the machine itself that no buffer of this length bridges (see ``standstills.py``);
- underruns: what the sink itself counted; latest: the latest that it woke;
- command: from asking for an announcement until its first sample sounds, p99;
- jitter: how far the shared clock is off a straight line through the 10 s around it, p99; age: p99 of how old it was.

``sound.json`` holds the same. Figures of a machine that others use, too, are an upper bound.
"""

import argparse
import json
import multiprocessing
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from multiprocessing.synchronize import Event
from pathlib import Path
from typing import Any

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
os.environ.setdefault("OMP_NUM_THREADS", "1")

import numpy as np
import soundfile
from standstills import StandstillWatch, drop_outs_of, told_about

from temirbek.errors import DeviceLost
from temirbek.lines import PlainClient
from temirbek.stage.audio.ring import Stereo
from temirbek.stage.audio.sinks import PERIOD_S
from temirbek.stage.clock import SAMPLE_RATE_HZ, SharedClock
from temirbek.store import to_json
from temirbek.types import Performer

BUFFER_MS = 40
LOOP = 60 * SAMPLE_RATE_HZ
SPLICE_AHEAD_S = 5.0
SPEAK_EVERY_S = 20.0
CONTROL_S, WORK_S = 0.004, 0.002
LOOK_EVERY_S = 0.05
SPARE_S = {"null": BUFFER_MS / 1e3 - PERIOD_S, "jack": BUFFER_MS / 1e3}
"""The shortest standstill that a sink cannot bridge: what it holds when it should wake."""
START_S = 60.0
SPAWN = multiprocessing.get_context("spawn")


def dancer(is_over: Event) -> None:
    """Burns like one simulated dancer: small solves, each on its deadline."""
    rng = np.random.default_rng(0)
    matrix = rng.standard_normal((40, 40)) + 40 * np.eye(40)
    deadline_s = time.monotonic()
    while not is_over.is_set():
        end_s = time.thread_time() + WORK_S
        while time.thread_time() < end_s:
            np.linalg.solve(matrix, matrix[0])
        deadline_s = max(deadline_s + CONTROL_S, time.monotonic())
        time.sleep(max(0.0, deadline_s - time.monotonic()))


def console(socket: Path, is_over: Event, *, reads: bool) -> None:
    """Listens to all events; or is connected and never reads."""
    with suppress(DeviceLost), PlainClient(socket) as client:
        while not is_over.is_set():
            if not reads:
                time.sleep(1.0)
                continue
            client.wait(0.5)


@contextmanager
def jack_server(folder: Path) -> Iterator[None]:
    """A dummy JACK of our own; at real-time priority where that is permitted."""
    os.environ["JACK_DEFAULT_SERVER"] = "temirbek-sound-bench"
    real_time = "-R" if os.geteuid() == 0 else "-r"
    period = str(BUFFER_MS * SAMPLE_RATE_HZ // 1000)
    command = ["jackd", real_time, "-d", "dummy", "-r", str(SAMPLE_RATE_HZ), "-p", period]
    with (folder / "jackd.out").open("wb") as output:
        server = subprocess.Popen(command, stdout=output, stderr=output)
    time.sleep(6.0)  # on a busy machine it takes that long
    try:
        yield
    finally:
        server.terminate()
        server.wait()


@contextmanager
def sound_process(folder: Path, sink: str) -> Iterator[PlainClient]:
    """The sound process, capturing what it plays."""
    setup = json.dumps({"sink": sink, "buffer_ms": BUFFER_MS})
    arguments = [str(folder), "--setup", setup, "--capture", str(folder / "capture.f32")]
    process = subprocess.Popen([sys.executable, "-m", "temirbek.stage.audio", *arguments])
    deadline_s = time.monotonic() + START_S
    client = None
    while client is None:
        try:
            client = PlainClient(folder / "sound.sock")
        except DeviceLost:
            if time.monotonic() > deadline_s:
                raise
            time.sleep(0.1)
    try:
        client.ask({"do": "state"}, START_S)
        yield client
    finally:
        client.close()
        process.terminate()
        process.wait()


@contextmanager
def burning(n: int) -> Iterator[None]:
    """Processes that burn like dancers."""
    is_over = SPAWN.Event()
    crowd = [SPAWN.Process(target=dancer, args=(is_over,)) for _ in range(n)]
    for one in crowd:
        one.start()
    try:
        yield
    finally:
        is_over.set()
        for one in crowd:
            one.join()


@contextmanager
def real_robots(folder: Path) -> Iterator[None]:
    """The show's own process of simulated robots, in the same run folder."""
    from soak_dances import CAST

    desk = Performer(id="temirbek", name="Temirbek", robot="g1", role="dj", mark_m=(-1.4, 0.0))
    cast = json.dumps(to_json((*CAST, desk)))
    with (folder / "robots.out").open("wb") as output:
        command = [sys.executable, "-m", "temirbek.stage.robots", str(folder), "--cast", cast]
        process = subprocess.Popen(command, stdout=output, stderr=output)
    try:
        yield
        if process.poll() is not None:
            raise RuntimeError(f"the robots ended: see {folder / 'robots.out'}")
    finally:
        process.terminate()
        process.wait()


@contextmanager
def consoles(socket: Path) -> Iterator[None]:
    """Two that listen, and one that never reads."""
    is_over = SPAWN.Event()
    crowd = [SPAWN.Process(target=console, args=(socket, is_over), kwargs={"reads": k < 2}) for k in range(3)]
    for one in crowd:
        one.start()
    try:
        yield
    finally:
        is_over.set()
        for one in crowd:
            one.join()


def play(client: PlainClient, folder: Path, seconds: float) -> dict[str, Any]:
    """Plays the loop for so long; the raw figures."""
    path, word = str(folder / "noise.wav"), str(folder / "silence.wav")
    answer = client.ask({"do": "play", "voice": "music", "programme": "noise", "path": path})
    end_s = time.monotonic() + seconds
    loops, speak_s = 1, time.monotonic() + 5.0
    ages_s, places, commands_s, latest_ms = [], [], [], 0.0
    events: dict[str, int] = {}
    with SharedClock.open(folder / "clock.shm") as clock:
        while (now_s := time.monotonic()) < end_s:
            reading = clock.read()
            ages_s.append(reading.age_s)
            if reading.mix_s > 1.0:
                places.append((now_s, reading.mix_at(now_s)))
            if reading.mix_s > loops * 60.0 - SPLICE_AHEAD_S:
                body = {
                    "do": "splice",
                    "voice": "music",
                    "mix_frame": loops * LOOP,
                    "path": path,
                    "start_frame": 0,
                }
                assert client.ask(body)["ok"]
                loops += 1
            if now_s > speak_s:
                speak_s += SPEAK_EVERY_S
                asked_s = time.monotonic()
                spoken = client.ask({"do": "play", "voice": "speech", "programme": "word", "path": word})
                commands_s.append(spoken["host_s"] - asked_s)
            time.sleep(LOOK_EVERY_S)
            while client.events:
                event = client.events.pop(0)
                latest_ms = max(latest_ms, event.get("latest_ms", 0.0))
                if event.get("event") in ("starving", "underrun", "lost", "player_lost"):
                    events[str(event["event"])] = events.get(str(event["event"]), 0) + 1
    state = client.ask({"do": "state"})
    client.ask({"do": "stop"})
    return {
        "first": answer["frame"],
        "first_host_s": answer["host_s"],
        "state": state,
        "ages_s": ages_s,
        "places": places,
        "commands_s": commands_s,
        "latest_ms": latest_ms,
        "events": events,
        "n": int(state["voices"]["music"]["mix_frame"]),
    }


def compared(capture: Path, noise: Stereo, first: int, n: int) -> Iterator[tuple[int, Stereo, Stereo]]:
    """What was played and its source, loop by loop, by the frame of the music."""
    with capture.open("rb") as file:
        file.seek(first * 8)
        at = 0
        while at < n:
            size = min(LOOP - at % LOOP, n - at, 1 << 20)
            heard = np.fromfile(file, dtype=np.float32, count=2 * size).reshape(-1, 2)
            yield at, heard, noise[at % LOOP : at % LOOP + size]
            at += size


def jitter_ms(places: list[tuple[float, float]]) -> float:
    """p99 of how far the clock is off a straight line through the 10 s around."""
    host_s, mix_s = np.array(places).T
    off = []
    for start in np.arange(host_s[0], host_s[-1] - 10, 10):
        inside = (host_s >= start) & (host_s < start + 10)
        if inside.sum() > 20:
            h = host_s[inside] - start
            off.append(mix_s[inside] - np.polyval(np.polyfit(h, mix_s[inside], 1), h))
    return float(1e3 * np.percentile(np.abs(np.concatenate(off)), 99)) if off else 0.0


def measure(sink: str, folder: Path, minutes: float, burners: int, *, robots: bool) -> dict[str, Any]:
    """One sink."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "capture.f32").unlink(missing_ok=True)
    noise = np.random.default_rng(11).uniform(-0.5, 0.5, (LOOP, 2)).astype(np.float32)
    soundfile.write(folder / "noise.wav", noise, SAMPLE_RATE_HZ, subtype="FLOAT")
    soundfile.write(folder / "silence.wav", np.zeros((SAMPLE_RATE_HZ, 2)), SAMPLE_RATE_HZ)
    with ExitStack() as stack:
        if sink == "jack":
            stack.enter_context(jack_server(folder))
        client = stack.enter_context(sound_process(folder, sink))
        stack.enter_context(consoles(folder / "sound.sock"))
        stack.enter_context(real_robots(folder) if robots else burning(burners))
        watch = StandstillWatch()
        raw = play(client, folder, 60 * minutes)
        standstills = watch.end()
    found = drop_outs_of(compared(folder / "capture.f32", noise, raw["first"], raw["n"]))
    due = [(one, raw["first_host_s"] + one.frame / SAMPLE_RATE_HZ) for one in found]
    sound = told_about(due, standstills, SPARE_S[sink])
    (folder / "capture.f32").unlink()
    state = raw["state"]
    return {
        "sink": state["sink"]["words"],
        "why": state["sink"]["why"],
        "priority": state["priority"],
        "minutes": round(raw["n"] / SAMPLE_RATE_HZ / 60, 2),
        **sound,
        "underruns": state["underruns"],
        "latest_ms": raw["latest_ms"],
        "command_p99_ms": round(1e3 * float(np.percentile(raw["commands_s"], 99)), 1),
        "clock_jitter_p99_ms": round(jitter_ms(raw["places"]), 4),
        "clock_age_p99_ms": round(1e3 * float(np.percentile(raw["ages_s"], 99)), 1),
        "events": raw["events"],
        "load_average": os.getloadavg()[0],
    }


def main() -> None:
    """Measures and prints."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--minutes", type=float, default=60.0)
    parser.add_argument("--sinks", nargs="+", choices=["null", "jack"], default=["null", "jack"])
    parser.add_argument("--burners", type=int, default=2)
    parser.add_argument("--robots", action="store_true")
    parser.add_argument("--out", type=Path, default=Path("out/sound"))
    arguments = parser.parse_args()
    figures = {}
    for sink in arguments.sinks:
        if sink == "jack" and shutil.which("jackd") is None:
            print("jack: jackd is not installed, nothing measured")
            continue
        folder = arguments.out / sink
        figures[sink] = measure(sink, folder, arguments.minutes, arguments.burners, robots=arguments.robots)
        print(sink, json.dumps(figures[sink], indent=1))
    arguments.out.mkdir(parents=True, exist_ok=True)
    (arguments.out / "sound.json").write_text(json.dumps(figures, indent=1))


if __name__ == "__main__":
    main()
