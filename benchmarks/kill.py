"""Kills random processes of a running show with SIGKILL, again and again, while an operator goes on giving GO.

    python benchmarks/kill.py [--kills 200] [--seed 1] [--out out/kill]

A show of short cues (tracks, cards, announcements on the screen, gestures, pauses) runs with fake robots and the paced null
sink. At a random moment one of its processes – conductor, sound, robots, DJ, maker, signals, supervisor – is killed. Then
the benchmark waits until the show is held, says of uncertain cues that they happened, resumes and goes on. At the end the
record on disk is compared with what the operator was told: nothing fired twice, nothing acknowledged lost.

Prints, for each process, how often it was killed, and the time from its new start until the show was held again.
"""

import argparse
import json
import os
import shutil
import signal
import subprocess
import sys
import time
import wave
from collections import Counter, defaultdict
from pathlib import Path

import numpy as np
from live_console import LiveConsole

from temirbek.processes import Kin, read_kin
from temirbek.store.event_log import LogReader
from temirbek.types import AnnouncementCue

VICTIMS = ("conductor", "conductor", "conductor", "sound", "robots", "dj", "maker", "signals", "supervisor")
"""The conductor thrice as often: it is the one with a memory."""
CALM_S = (0.2, 1.6)
PATIENCE_S = 30.0


def write_show(folder: Path) -> Path:
    """A show of short cues, with tracks of its own."""
    folder.mkdir(parents=True)
    t = np.arange(48000 * 3) / 48000
    for k in range(3):
        sound = (8000 * np.sin(2 * np.pi * (220 + 110 * k) * t)).astype("<i2")
        with wave.open(str(folder / f"tone-{k}.wav"), "wb") as file:
            file.setnchannels(1)
            file.setsampwidth(2)
            file.setframerate(48000)
            file.writeframes(sound.tobytes())
    cues = []
    for k in range(12):
        kind = ("track", "card", "pause", "track", "announcement", "track")[k % 6]
        body = {
            "track": f'music = {{ source = "files", files = ["tone-{k % 3}.wav"] }}\nlength_s = 3',
            "card": 'text = { kk = "Сәлем", ru = "Привет", en = "Hello" }',
            "pause": "length_s = 0.5",
            "announcement": (
                'text = { kk = "a", ru = "b", en = "c" }\napproved_by = "bench"\napproved_on = 2026-01-01\n'
                f'approved_text = "{AnnouncementCue(text=dict(kk="a", ru="b", en="c")).fingerprint}"'
            ),
        }[kind]
        cues.append(f'[[cues]]\nid = "c{k}"\ntitle = "Cue {k}"\nkind = "{kind}"\n{body}\n')
    path = folder / "show.toml"
    path.write_text(
        'format = 1\ntitle = "Killed"\n[music]\nsource = "demo"\n' + "\n".join(cues), encoding="utf-8"
    )
    return path


class Bench:
    """The show, its operator and its killer."""

    def __init__(self, folder: Path, seed: int) -> None:
        self.rng = np.random.default_rng(seed)
        show = write_show(folder / "show")
        self.run = folder / "run"
        command = [sys.executable, "-m", "temirbek", "run", str(show), "-o", str(self.run)]
        self.process = subprocess.Popen(
            [*command, "--robots", "fake", "--no-browser"],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        self.console = LiveConsole(self.run)
        self.acknowledged: list[tuple[str, str]] = []
        self.unclear = 0
        self.killed: Counter[str] = Counter()
        self.held_after_s: dict[str, list[float]] = defaultdict(list)
        self.console.wait_for(lambda s: bool(s["standby"]), PATIENCE_S)

    def operate(self, until_s: float) -> None:
        """Goes on giving GO."""
        while time.monotonic() < until_s:
            try:
                self.step()
            except TimeoutError:
                self.unclear += 1
            time.sleep(float(self.rng.uniform(0.02, 0.2)))

    def step(self) -> None:
        """What the operator does next."""
        shown = self.console.snapshot
        if shown["state"] == "hold":
            for line in shown["cues"]:
                if line["state"] == "uncertain":
                    self.console.ask("confirm", {"cue": line["id"], "happened": True}, timeout_s=2.0)
            self.console.ask("resume", timeout_s=2.0)
        elif not shown["standby"]:
            over = [line["id"] for line in shown["cues"] if line["state"] in ("done", "failed")]
            self.console.ask("jump", {"cue": str(self.rng.choice(over))}, timeout_s=2.0)
        else:
            key = f"go-{time.monotonic_ns()}"
            cue = shown["standby"]
            answer = self.console.ask("go", {"cue": cue}, key=key, timeout_s=2.0)
            if answer["is_accepted"]:
                self.acknowledged.append((key, cue))

    def kill(self) -> None:
        """Kills one process, and waits until the show is held again (a dead maker holds nothing up)."""
        kin = read_kin(self.run)
        name = str(self.rng.choice([v for v in VICTIMS if v in kin]))
        victim = kin[name]
        victim.kill(signal.SIGKILL)
        self.killed[name] += 1
        born_s = self._reborn(name, victim)
        self.console.wait_for(lambda s: s["state"] == "hold", PATIENCE_S) if name != "supervisor" else None
        if name != "supervisor":
            self.held_after_s[name].append(max(0.0, time.monotonic() - born_s))

    def _reborn(self, name: str, before: Kin) -> float:
        end_s = time.monotonic() + PATIENCE_S
        while time.monotonic() < end_s:
            now = read_kin(self.run).get(name)
            if now is not None and now != before and now.is_alive():
                return time.monotonic()
            time.sleep(0.005)
        raise TimeoutError(f"{name} was not started again")

    def close(self) -> None:
        """Closes the show."""
        self.console.close()
        kin = read_kin(self.run)
        kin["supervisor"].kill(signal.SIGINT)
        end_s = time.monotonic() + PATIENCE_S
        while kin["supervisor"].is_alive() and time.monotonic() < end_s:
            time.sleep(0.05)
        if self.process.poll() is None:
            self.process.wait(PATIENCE_S)


def verdict(bench: Bench) -> dict[str, object]:
    """What the record on disk says."""
    with LogReader(bench.run / "log") as log:
        events = [logged.event for logged in log.read()]
    fired = Counter((e.payload["cue"], e.payload["run"]) for e in events if e.type == "fired")
    gone = {
        e.key.rpartition(":")[2] for e in events if e.type == "go"
    }  # the server puts the session in front
    goes = [e for e in events if e.type == "go"]
    return {
        "kills": sum(bench.killed.values()),
        "killed": dict(bench.killed),
        "acknowledged": len(bench.acknowledged),
        "lost": [key for key, _ in bench.acknowledged if key not in gone],
        "fired": sum(fired.values()),
        "fired_twice": [f"{cue} run {run}" for (cue, run), n in fired.items() if n > 1],
        "more_firings_than_goes": sum(fired.values()) > len(goes),
        "unanswered": bench.unclear,
        "held_after_s": {
            name: {"median": round(float(np.median(v)), 3), "worst": round(max(v), 3)}
            for name, v in sorted(bench.held_after_s.items())
        },
    }


def main() -> int:
    """Runs the benchmark; 1 if something was fired twice or lost."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--kills", type=int, default=200)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--out", type=Path, default=Path("out/kill"))
    arguments = parser.parse_args()
    os.environ.setdefault("OMP_NUM_THREADS", "1")
    shutil.rmtree(arguments.out, ignore_errors=True)
    bench = Bench(arguments.out, arguments.seed)
    try:
        while sum(bench.killed.values()) < arguments.kills:
            bench.operate(time.monotonic() + float(bench.rng.uniform(*CALM_S)))
            bench.kill()
            if sum(bench.killed.values()) % 10 == 0:
                print(f"{sum(bench.killed.values())} kills, {len(bench.acknowledged)} GOs", flush=True)
        bench.operate(time.monotonic() + 2.0)
    finally:
        bench.close()
    told = verdict(bench)
    print(json.dumps(told, indent=1))
    return int(bool(told["lost"] or told["fired_twice"] or told["more_firings_than_goes"]))


if __name__ == "__main__":
    raise SystemExit(main())
