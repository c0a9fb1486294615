"""The whole thing, live: a DJ set with dancing robots, two consoles, and requests, on this machine, in real time.

    python benchmarks/live.py [--minutes 60] [--show FILE] [--sink null|jack] [--goes 100] [--stops 100] [--out out/live]

A run as ``temirbek run`` starts it (simulated robots, paced null sink at 40 ms or JACK's dummy) plays a live set from the
demo's tracks, or of the show file that is named. Two consoles watch it and the poses of its robots; a DJ asks for something
every half minute. What was played is compared with what the DJ rendered, sample by sample. Afterwards light cues are given
GO again and again (time until the console sees the first effect) and show stops are given (time from the flag until the
last robot's guard damps, told by the robots' own process).

Prints drop-outs, executed accents against the sounding beat for each dance, GO to effect, stop to damp, processor time of
each process. ``live.json`` holds the same.
"""

import argparse
import json
import os
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
os.environ.setdefault("OMP_NUM_THREADS", "1")

import numpy as np
import soundfile
from live_console import LiveConsole
from standstills import StandstillWatch, drop_outs_of, told_about
from websockets.exceptions import WebSocketException
from websockets.sync.client import connect

from temirbek.cli.commands.run import _commands, _make_key
from temirbek.errors import DeviceLost
from temirbek.lines import PlainClient
from temirbek.processes import read_kin
from temirbek.show.evening_file import read_evening
from temirbek.stage.audio.sinks import PERIOD_S
from temirbek.stage.clock import SharedClock
from temirbek.stage.dj.deeds import read_deeds
from temirbek.stage.opening import Opening, write_opening
from temirbek.stage.run_folder import RunFolder
from temirbek.stage.supervisor import write_plan
from temirbek.store import default_cache_dir
from temirbek.types.evening import Scope

RATE_HZ = 48000
BYTES = 8
ASK_EVERY_S = 30.0
ASKS = ("dj_next", "dj_energy", "dj_undo", "dj_hold", "dj_hold", "dj_request", "dj_extend")
CHUNK = RATE_HZ * 10
SPARE_S = 0.040 - PERIOD_S
"""The shortest standstill that a paced sink of 40 ms cannot bridge: what it holds when it should wake."""
TICKS_PER_S = os.sysconf("SC_CLK_TCK")

SHOW = """
format = 1
title = "Live"
seed = 3
[music]
source = "demo"
[venue.sound]
sink = "{sink}"
buffer_ms = 40
[[cues]]
id = "set"
kind = "dj_set"
title = "The set"
length_min = {minutes}
[[cues]]
id = "light"
kind = "light"
title = "Warm"
look = "warm"
[[cues]]
id = "song"
kind = "track"
title = "A tone"
music = {{ source = "files", files = ["tone.wav"] }}
length_s = 1
[[cues]]
id = "end"
kind = "pause"
title = "End"
length_s = 1
"""


def begin(
    out: Path, show: Path, scope: Scope = "rehearsal", *, is_captured: bool = True
) -> tuple[RunFolder, subprocess.Popen[bytes]]:
    """Starts the run as the command does, its sound captured if that is asked for."""
    run = RunFolder(out / "run")
    evening = read_evening(show)
    opening = Opening(
        base=show.parent,
        name=str(show),
        day="2026-03-07",
        cache_dir=default_cache_dir().resolve(),
        scope=scope,
    )
    run.path.mkdir(parents=True)
    write_opening(run, opening, show=show.read_text(encoding="utf-8"), venue=None)
    _make_key(run, evening, opening)
    commands = _commands(run, evening, opening)
    if is_captured:
        commands["sound"] += ["--capture", str(out / "capture.f32")]
    write_plan(run.path, commands)
    process = subprocess.Popen([sys.executable, "-m", "temirbek.stage.supervisor", str(run.path)])
    return run, process


class PoseWatcher:
    """A console's 3D view: takes frames and counts them."""

    def __init__(self, console: LiveConsole) -> None:
        self.frames = 0
        self._console, self._is_over = console, False
        self._thread = threading.Thread(target=self._watch, daemon=True)
        self._thread.start()

    def _watch(self) -> None:
        while not self._is_over:
            try:
                with connect(
                    self._console.address.replace("http", "ws", 1) + "/ws/poses",
                    additional_headers={"cookie": self._console.cookie},
                    origin=self._console.address,  # type: ignore[arg-type]
                    max_size=None,
                ) as socket:
                    while not self._is_over:
                        socket.recv(timeout=2.0)
                        self.frames += 1
            except (OSError, WebSocketException, TimeoutError):
                time.sleep(0.2)

    def close(self) -> None:
        """Closes the view."""
        self._is_over = True
        self._thread.join(3.0)


def play(consoles: list[LiveConsole], run: RunFolder, minutes: float) -> dict[str, Any]:
    """Plays the set, and asks the DJ for things."""
    desk, dj = consoles
    give_go(desk, "set", patience_s=900.0)
    desk.wait_for(lambda s: s["music"]["source"] == "dj_set" and s["music"]["mix_s"] > 0, 120.0)
    clock = SharedClock.open(run.clock)
    reading = clock.read()
    span = reading.span_at(reading.host_s)
    clock.close()
    frame = round(span.frame - span.mix_s * RATE_HZ)
    first_host_s = reading.device.host_at(frame)
    rng = np.random.default_rng(5)
    asked: list[tuple[str, bool, str]] = []
    begun_s, cpu = time.monotonic(), cpu_s(run)
    next_s = begun_s + ASK_EVERY_S
    while time.monotonic() < begun_s + 60 * minutes and desk.snapshot["music"]["source"] == "dj_set":
        time.sleep(0.25)
        keep_spools(run)
        if time.monotonic() >= next_s:
            next_s += ASK_EVERY_S
            asked.append(ask_dj(dj, ASKS[len(asked) % len(ASKS)], rng))
    lasted_s = time.monotonic() - begun_s
    return {
        "first_frame": frame,
        "first_host_s": first_host_s,
        "lasted_s": round(lasted_s, 1),
        "mix_s": desk.snapshot["music"]["mix_s"],
        "asked": asked,
        "cpu_share": {
            name: round((after - cpu[name]) / lasted_s, 3)
            for name, after in cpu_s(run).items()
            if name in cpu
        },
    }


def keep_spools(run: RunFolder) -> None:
    """Links to the DJ's spools: it lets go of those that have been played."""
    kept = run.path / "kept"
    kept.mkdir(exist_ok=True)
    for spool in (run.path / "dj").glob("spool-*.f32"):
        if not (kept / spool.name).exists():
            os.link(spool, kept / spool.name)


def ask_dj(console: LiveConsole, command: str, rng: np.random.Generator) -> tuple[str, bool, str]:
    """One request."""
    crate = console.snapshot["music"]["crate"]
    payload: dict[str, Any] = {}
    if command == "dj_energy":
        payload = {"energy": float(rng.uniform(-1, 1))}
    elif command == "dj_request" and crate:
        payload = {"track": crate[int(rng.integers(len(crate)))][0]}
    answer = console.ask(command, payload)
    return command, answer["is_accepted"], answer["reason"]


def give_go(console: LiveConsole, cue: str, patience_s: float = 30.0) -> float:
    """GO until it is taken; when the one that was taken was given [host_s]."""
    if console.snapshot["state"] == "hold":
        console.ask("resume")
    end_s = time.monotonic() + patience_s
    before = console.cue(cue)["started_utc_s"]
    while True:
        if console.snapshot["standby"] != cue:
            console.ask("jump", {"cue": cue})
        asked_s = time.monotonic()
        if console.ask("go", {"cue": cue})["is_accepted"]:
            break
        if time.monotonic() > end_s:
            raise TimeoutError(f"{cue}: {console.snapshot['not_ready']}")
        time.sleep(0.5)
    console.wait_for(lambda s: next(c for c in s["cues"] if c["id"] == cue)["started_utc_s"] != before, 10.0)
    return asked_s


def light_after_s(console: LiveConsole) -> float:
    """From GO until the console sees that the light was told [s]."""
    asked_s = give_go(console, "light")
    console.wait_for(lambda s: line_of(s, "light")["state"] in ("done", "failed"), 10.0)
    return time.monotonic() - asked_s


def sound_after_s(console: LiveConsole, run: RunFolder) -> float:
    """From GO until the first sample sounds at the loudspeaker, by the shared clock [s]."""
    asked_s = give_go(console, "song")
    clock = SharedClock.open(run.clock)
    try:
        while True:
            reading = clock.read()
            if reading.programme == "song" and reading.is_playing and reading.host_at(0.0) > asked_s:
                return reading.host_at(0.0) - asked_s
            if time.monotonic() > asked_s + 5.0:
                raise TimeoutError("the song was not heard")
            time.sleep(0.002)
    finally:
        clock.close()
        console.wait_for(lambda s: line_of(s, "song")["state"] in ("done", "failed"), 10.0)


def line_of(snapshot: Mapping[str, Any], cue: str) -> dict[str, Any]:
    """A line of the running order."""
    found: dict[str, Any] = next(c for c in snapshot["cues"] if c["id"] == cue)
    return found


def all_ready(console: LiveConsole, tries: int = 5) -> int:
    """Lets every robot stand ready; how often one was taken for falling instead."""
    fell = 0
    for _ in range(tries):
        for robot in console.snapshot["robots"]:
            if robot["state"] != "standing":
                console.ask("robot_ready", {"robot": robot["id"]})
        time.sleep(0.5)  # whoever cannot stand shows it by then
        console.wait_for(lambda s: all(r["state"] in ("standing", "fallen") for r in s["robots"]), 20.0)
        down = sum(r["state"] == "fallen" for r in console.snapshot["robots"])
        if not down:
            return fell
        fell += down
    raise TimeoutError("a robot does not stand")


def stops(console: LiveConsole, run: RunFolder, times: int) -> tuple[list[float], int]:
    """Show stops, each released and armed again.

    Returns:
        From the console's press to the last robot's damping command [s], and how often a robot fell when it stood again.
    """
    took, fell = [], 0
    for _ in range(times):
        console.ask("arm", {"scope": "rehearsal"})
        fell += all_ready(console)
        with PlainClient(run.robots_socket) as robots:
            robots.ask({"do": "state"})  # answered: from here on it hears what is told
            asked_s = time.monotonic()
            console.ask("stop")
            while time.monotonic() < asked_s + 5.0:
                event = robots.wait(1.0)
                if event is not None and event.get("event") == "damped":
                    took.append(float(event["host_s"]) - asked_s)
                    break
            else:
                raise TimeoutError("no robot told that it damps")
        console.wait_for(lambda s: all(r["state"] in ("damped", "fallen") for r in s["robots"]), 10.0)
        console.ask("release")
    return took, fell


def compared(
    out: Path, run: RunFolder, first: int, seconds: float
) -> Iterator[tuple[int, np.ndarray, np.ndarray]]:
    """What was played and what was rendered, chunk by chunk, by the frame of the set."""
    pieces = [(0, "spool-0.f32")]
    for deed in read_deeds(run.path / "dj"):
        if deed.get("spool"):
            name, mix_frame = deed["spool"]
            pieces = [p for p in pieces if p[0] < mix_frame] + [(int(mix_frame), str(name))]
    n = int(seconds * RATE_HZ)
    with (out / "capture.f32").open("rb") as capture:
        capture.seek(first * BYTES)
        for at in range(0, n, CHUNK):
            size = min(CHUNK, n - at)
            heard = np.fromfile(capture, dtype=np.float32, count=2 * size).reshape(-1, 2)
            yield at, heard, rendered(run, pieces, at, size)


def rendered(run: RunFolder, pieces: list[tuple[int, str]], at: int, size: int) -> np.ndarray:
    """Samples of the set as the DJ's spools hold them."""
    out = np.full((size, 2), np.nan, dtype=np.float32)
    for k, (mix_frame, name) in enumerate(pieces):
        end = pieces[k + 1][0] if k + 1 < len(pieces) else 1 << 60
        first, last = max(at, mix_frame), min(at + size, end)
        if last > first:
            with (run.path / "kept" / name).open("rb") as spool:
                spool.seek((first - mix_frame) * BYTES)
                sound = np.fromfile(spool, dtype=np.float32, count=2 * (last - first)).reshape(-1, 2)
            out[first - at : first - at + len(sound)] = sound
    return out


def dances(run: RunFolder) -> list[dict[str, Any]]:
    """What the robots measured of themselves."""
    found = []
    for path in sorted((run.path / "robots").glob("part-*.json")):
        told = json.loads(path.read_text(encoding="utf-8"))
        for robot, measures in told["robots"].items():
            found.append({"part": told["title"], "robot": robot, **measures})
    return found


def cpu_s(run: RunFolder) -> dict[str, float]:
    """Name → processor time of each process and its children so far [s]."""
    used = {}
    for name, kin in read_kin(run.path).items():
        total = 0.0
        for pid in [kin.pid, *children_of(kin.pid)]:
            try:
                fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
            except OSError:
                continue
            total += (int(fields[11]) + int(fields[12])) / TICKS_PER_S
        used[name] = total
    return used


def children_of(pid: int) -> list[int]:
    """Processes that a process started, and theirs."""
    try:
        found = [int(c) for c in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
    except OSError:
        return []
    return found + [g for c in found for g in children_of(c)]


def percentiles(seconds: list[float]) -> dict[str, float]:
    """Median, p99 and worst [ms]."""
    if not seconds:
        return {}
    ms = 1e3 * np.array(seconds)
    return {
        "n": len(ms),
        "median_ms": round(float(np.median(ms)), 1),
        "p99_ms": round(float(np.percentile(ms, 99)), 1),
        "worst_ms": round(float(ms.max()), 1),
    }


def main() -> None:
    """Measures and prints."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--minutes", type=float, default=60.0)
    parser.add_argument("--show", type=Path)
    parser.add_argument("--sink", default="null")
    parser.add_argument("--goes", type=int, default=100)
    parser.add_argument("--stops", type=int, default=100)
    parser.add_argument("--out", type=Path, default=Path("out/live"))
    arguments = parser.parse_args()
    out = arguments.out.resolve()
    shutil.rmtree(out, ignore_errors=True)
    out.mkdir(parents=True)
    show = arguments.show
    if show is None:
        show = out / "show.toml"
        show.write_text(SHOW.format(sink=arguments.sink, minutes=arguments.minutes + 5), encoding="utf-8")
        tone = 0.2 * np.sin(2 * np.pi * 440 * np.arange(RATE_HZ // 2) / RATE_HZ)
        soundfile.write(out / "tone.wav", np.stack([tone, tone], axis=1), RATE_HZ)
    load = os.getloadavg()[0]
    watch = StandstillWatch()
    run, process = begin(out, show.resolve())
    consoles = [LiveConsole(run.path), LiveConsole(run.path, "dj")]
    views = [PoseWatcher(c) for c in consoles]
    told: dict[str, Any] = {"load_before": load}
    try:
        played = play(consoles, run, arguments.minutes)
        told["played"] = played
        told["pose_frames_per_s"] = [round(v.frames / played["lasted_s"], 1) for v in views]
        told["go_to_light"] = percentiles([light_after_s(consoles[0]) for _ in range(arguments.goes)])
        told["go_to_sound"] = percentiles([sound_after_s(consoles[0], run) for _ in range(arguments.goes)])
        compared_s = min(played["mix_s"], played["lasted_s"]) - 2.0
        standstills = watch.end()
        found = drop_outs_of(compared(out, run, played["first_frame"], compared_s))
        due = [(one, played["first_host_s"] + one.frame / RATE_HZ) for one in found]
        told["sound"] = {"compared_s": compared_s, **told_about(due, standstills, SPARE_S)}
        told["dances"] = dances(run)
        took, told["fell_when_ready"] = stops(consoles[0], run, arguments.stops)
        told["stop_to_damp"] = percentiles(took)
        told["faults"] = [f["what"] for f in consoles[0].snapshot["faults"]]
    except (TimeoutError, DeviceLost) as error:
        told["broke_off"] = repr(error)
    finally:
        for view in views:
            view.close()
        for console in consoles:
            console.close()
        process.send_signal(signal.SIGINT)
        process.wait(30)
        (out / "capture.f32").unlink(missing_ok=True)
    (out / "live.json").write_text(json.dumps(told, indent=1, ensure_ascii=False))
    print(json.dumps(told, indent=1, ensure_ascii=False))


if __name__ == "__main__":
    main()
