"""Robots in real time: do they keep pace, do they hit the beat that sounds, how fast does a stop reach their motors.

    python benchmarks/live_robots.py [--seconds 90] [--stops 200] [--seed 3] [--first] [--work FOLDER]

Two G1 and a Go2 dance a dance by lot (steps, turns, walks; those of the soak), a third G1 works at the desk: the robots'
process as a show runs it, physics and all, on the shared clock (written here as a sound process would: a sink without a
device). Told are lateness, time given up, processor time, executed accents against the *sounding* beat with whatever the
machine did to the loop in them, and the time from the stop flag to the first damping command of the last robot. The machine
should be quiet: how busy it is with others is told first.
"""

import argparse
import json
import os
import random
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
os.environ.setdefault("OMP_NUM_THREADS", "1")

import numpy as np
from soak_dances import CAST, drawn_piece, on_paper, vocabulary

from temirbek.errors import DeviceLost, MotionInfeasible
from temirbek.lines import PlainClient
from temirbek.motion import realize
from temirbek.robots import default_stage, robot_model, robot_physics
from temirbek.stage.clock import SharedClock
from temirbek.stage.robots import DancePart, StopFlag, write_part
from temirbek.stage.run_folder import RunFolder
from temirbek.store import to_json
from temirbek.types import Choreography, MoveCall, Performer, Trajectory

DJ = Performer(id="temirbek", name="Temirbek", robot="g1", role="dj", mark_m=(-1.4, 0.0))
SOFTER = (1.0, 0.6, 0.3)
LEAD_S, SETTLE_S = 2.0, 0.4


def demo_part(seconds: float, seed: int) -> DancePart:
    """A dance by lot for four robots."""
    piece = drawn_piece(seed, seconds)
    cast = (*CAST, DJ)
    bars = int((float(piece.grid.beat_at(piece.end_s)) - 8.0) // 8.0)
    at_desk = [
        MoveCall(
            performer=DJ.id,
            move=("dj_nod", "dj_pump")[k % 2],
            start_beat=4.0 + 8.0 * k,
            length_beats=8.0,
            intensity=0.8,
        )
        for k in range(bars)
    ]
    dance = on_paper(cast, (*piece.choreography.calls, *at_desk), vocabulary())
    return DancePart(
        id="demo",
        title="a dance by lot",
        programme="demo",
        performers=cast,
        trajectories={p.id: _realized(dance, p, piece.grid, piece.end_s) for p in cast},
        grid=piece.grid,
        accents=dance.accents,
        footsteps=dance.footsteps,
    )


def _realized(dance: Choreography, performer: Performer, grid: Any, end_s: float) -> Trajectory:
    for softer in SOFTER:
        calls = tuple(replace(c, intensity=softer * c.intensity) for c in dance.calls)
        try:
            return realize(
                replace(dance, calls=calls),
                performer,
                grid,
                vocabulary(),
                robot_model(performer.robot),
                robot_physics(performer.robot),
                default_stage(),
                (),
                end_s=end_s,
            )
        except MotionInfeasible as error:
            refusal = error
    raise refusal


class Show:
    """The robots' process, and a conductor and a clock for it."""

    def __init__(self, run: Path, cast: Sequence[Performer], body: str) -> None:
        self.run = RunFolder(run)
        self.clock = SharedClock.create(self.run.clock)
        self.flag = StopFlag.create(self.run.stop)
        self._play: tuple[float, float] | None = None
        self.events: list[dict[str, Any]] = []
        rows = json.dumps([to_json(p) for p in cast])
        command = [sys.executable, "-m", "temirbek.stage.robots", str(run), "--cast", rows, "--body", body]
        self.process = subprocess.Popen(command, start_new_session=True)  # as the supervisor does
        until_s = time.monotonic() + 60.0
        while True:
            try:
                self.client = PlainClient(self.run.robots_socket)
                break
            except DeviceLost:
                if time.monotonic() > until_s or self.process.poll() is not None:
                    raise
                time.sleep(0.1)

    def ask(self, do: str, **body: Any) -> dict[str, Any]:
        answer = self.client.ask({"do": do, **body})
        if not answer["ok"]:
            raise SystemExit(f"{do}: {answer['reason']}")
        return answer

    def play(self, at_s: float) -> None:
        self._play = (at_s, 0.0)

    def wait(self, seconds: float, event: str = "") -> dict[str, Any] | None:
        """Lives on for so long, or until an event comes."""
        until_s = time.monotonic() + seconds
        while time.monotonic() < until_s:
            if self._play is None:
                self.clock.write(host_s=time.monotonic(), mix_s=0.0, is_playing=False)
            else:
                self.clock.write(host_s=self._play[0], mix_s=self._play[1], programme="demo")
            self.ask("heartbeat")
            until_next_s = min(time.monotonic() + 0.1, until_s)
            while (left_s := until_next_s - time.monotonic()) > 0.0:
                told = self.client.wait(left_s)
                if told is None:
                    break
                if told.get("event") != "robots":
                    self.events.append({**told, "at_s": time.monotonic()})
                if event and told.get("event") == event:
                    return told
        return None

    def cpu_s(self) -> float:
        """Processor time of the robots' process so far [s]."""
        fields = Path(f"/proc/{self.process.pid}/stat").read_text().rsplit(")", 1)[1].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def close(self) -> None:
        self.client.close()
        self.process.terminate()
        self.process.wait(20.0)
        self.clock.close()
        self.flag.close()


def dance(show: Show, part: Path, seconds: float) -> None:
    """One dance: pace and accents."""
    show.ask("arm", scope="rehearsal")
    show.ask("load", part="demo", path=str(part))
    began_s = time.monotonic()
    show.wait(600.0, "part")
    print(f"the part was laid out in {time.monotonic() - began_s:.1f} s, while all stood:")
    tell_pace(show)
    show.play(time.monotonic() + LEAD_S)
    show.ask("start", part="demo")
    show.wait(LEAD_S)
    show.events.clear()
    began_s, began_cpu_s, began_load = time.monotonic(), show.cpu_s(), os.getloadavg()[0]
    show.wait(seconds)
    passed_s = time.monotonic() - began_s
    print(f"danced {passed_s:.0f} s; load of the machine {began_load:.1f} to {os.getloadavg()[0]:.1f}:")
    print(
        f"  processor time of the robots' process {(show.cpu_s() - began_cpu_s) / passed_s:.2f} of one core"
    )
    tell_pace(show)
    for event in show.events:
        if event["event"] == "robot" and event["state"] in ("fallen", "lost"):
            print(f"  {event['robot']} {event['state']}: {event['why']}")
    if not any(e["event"] == "measured" for e in show.events) and show.wait(120.0, "measured") is None:
        raise SystemExit("nothing was measured")
    print("  accents against the sounding beat: mean / 95 % / bias [ms], found, torque, guard")
    for told in (e for e in show.events if e["event"] == "measured"):
        for name, one in told["robots"].items():
            print(
                f"    {name:9s} {one.get('mean_ms')} / {one.get('p95_ms')} / {one.get('bias_ms')}, "
                f"{one.get('coverage')} of {one.get('accents')}, {one.get('torque_peak')}, "
                f"{one.get('guard_interventions')} {one.get('fell')}"
            )


def tell_pace(show: Show) -> None:
    """All reports of pace since the last time."""
    paces = [e for e in show.events if e["event"] == "pace"]
    if paces:
        steps = sum(p["steps"] for p in paces)
        print(
            f"  {steps} steps: {100.0 * sum(p['missed'] for p in paces) / steps:.2f} % missed, late mean "
            f"{np.mean([p['late_mean_ms'] for p in paces]):.2f} ms, p99 {max(p['late_p99_ms'] for p in paces):.1f} ms, "
            f"at most {max(p['late_max_ms'] for p in paces):.1f} ms; given up {sum(p['given_up_s'] for p in paces):.3f} s"
        )


def stops(show: Show, count: int, seed: int) -> None:
    """How long from the flag to the motors."""
    rng = random.Random(seed)
    found = []
    show.play(time.monotonic())
    for _ in range(count):
        show.flag.clear()
        show.wait(0.05)
        show.ask("arm", scope="rehearsal")
        for robot in [r["id"] for r in show.ask("state")["robots"]]:
            show.ask("ready", robot=robot)
        show.wait(SETTLE_S * rng.uniform(0.5, 1.0))
        show.flag.raise_(time.monotonic())
        told = show.wait(5.0, "damped")
        if told is None:
            raise SystemExit("a stop was not heard within 5 s")
        found.append(told["latency_ms"])
    if found:
        mean, p99, most = np.mean(found), np.percentile(found, 99), np.max(found)
        print(
            f"stop flag to last damping command, {len(found)} stops: {mean:.1f} / p99 {p99:.1f} / {most:.1f} ms"
        )


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--seconds", type=float, default=90.0)
    parser.add_argument("--stops", type=int, default=200)
    parser.add_argument("--seed", type=int, default=3)
    parser.add_argument("--body", choices=("simulated", "fake"), default="simulated")
    parser.add_argument(
        "--first", action="store_true", help="real-time scheduling for the robots' process, on a busy machine"
    )
    parser.add_argument("--work", type=Path, help="keeps the part between runs")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        work = options.work or Path(scratch)
        part = work / f"demo-{options.seconds:g}-{options.seed}.npz"
        if not part.exists():
            work.mkdir(parents=True, exist_ok=True)
            write_part(part, demo_part(options.seconds, options.seed))
        show = Show(Path(scratch), (*CAST, DJ), options.body)
        if options.first:
            os.sched_setscheduler(show.process.pid, os.SCHED_RR, os.sched_param(1))
        try:
            dance(show, part, options.seconds)
            stops(show, options.stops, options.seed)
        finally:
            show.close()


if __name__ == "__main__":
    main()
