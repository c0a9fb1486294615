"""Robots that answer people, in physics: ``python benchmarks/reactions.py [--seeds 3] [--rounds 10]``.

The house's cast (two G1, one of them at the desk, and Adilet), with the senses of a show, on a clock of the benchmark's own.
Each makes so many of its gestures by lot, one after another, those that keep a beat mostly in a tempo by lot between 60 and
180 BPM, with glances between them. Told are falls, what the guard had to change, how long an answer took to begin and until
it is seen (2 cm), and how far contacts of clapping hands lie from the hall's beat.
"""

import argparse
import os
import sys
import tempfile
from pathlib import Path
from typing import Any

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
os.environ.setdefault("OMP_NUM_THREADS", "1")

import numpy as np

from temirbek.choreography import load_moves
from temirbek.manners import gestures_for
from temirbek.robots.dancer import CONTROL_STEP_S
from temirbek.show import DEFAULT_CAST
from temirbek.stage.robots import write_part
from temirbek.stage.robots.gestures import make_gestures
from temirbek.stage.robots.process import RobotsProcess
from temirbek.types import Performer

CAST = tuple(p for p in DEFAULT_CAST if p.id != "gold")
SEEN_M = 0.02
WRISTS = ("left_wrist_yaw_link", "right_wrist_yaw_link")


class Evening:
    """The robots' process, step by step."""

    def __init__(self, run: Path, seed: int, parts: dict[str, Path]) -> None:
        self.now_s = 100.0
        self.robots = RobotsProcess(run, CAST, "simulated", seed=seed, clock=lambda: self.now_s)
        self.company = self.robots.company
        self.events: list[dict[str, Any]] = []
        self.company._tell = lambda event: self.events.append(dict(event))
        self.bodies: Any = self.robots._bodies
        for name, path in parts.items():
            self.ask("load", part=f"gestures-{name}", path=str(path))
        while len([e for e in self.events if e.get("event") == "part"]) < len(parts):
            self.company.look_around()
        self.ask("arm", scope="rehearsal")
        self.run(1.0)

    def ask(self, do: str, **body: Any) -> dict[str, Any]:
        return self.company.answer({"do": do, **body}, self.now_s)

    def step(self) -> None:
        if round(self.now_s / CONTROL_STEP_S) % 50 == 0:
            self.ask("heartbeat")
        self.now_s += CONTROL_STEP_S
        self.robots.step(self.now_s)

    def run(self, seconds: float) -> None:
        for _ in range(round(seconds / CONTROL_STEP_S)):
            self.step()

    def points(self, p: Performer) -> np.ndarray[Any, Any]:
        """Hands of a G1; the trunk and the paws' ends of a Go2."""
        scene, data = self.bodies._scene, self.bodies._data
        names = WRISTS if p.robot == "g1" else ("base", "FL_calf", "FR_calf")
        return np.array([data.xpos[scene.body(f"{p.id}/{n}").id] for n in names])


def evening(seed: int, rounds: int, parts: dict[str, Path]) -> dict[str, list[float]]:
    """One evening's measures."""
    rng = np.random.default_rng(seed)
    found: dict[str, list[float]] = {
        "falls": [],
        "guard": [],
        "begun": [],
        "seen": [],
        "claps": [],
        "answers": [],
    }
    with tempfile.TemporaryDirectory() as folder:
        stage = Evening(Path(folder), seed, parts)
        orders = {p.id: rng.permutation([g.name for g in gestures_for(p)]) for p in CAST}
        for k in range(rounds):
            asked_s, rhythms, before = stage.now_s, {}, {p.id: stage.points(p) for p in CAST}
            for p in CAST:
                name = str(orders[p.id][k % len(orders[p.id])])
                gesture = next(g for g in gestures_for(p) if g.name == name)
                body: dict[str, Any] = {"robot": p.id, "gesture": name, "cause": "by lot"}
                if gesture.keeps_beat and rng.random() < 0.8:
                    body |= {
                        "tempo_bpm": float(rng.uniform(60.0, 180.0)),
                        "beat_host_s": stage.now_s + float(rng.uniform(0.0, 1.0)),
                    }
                    if name in ("clap", "clap_high"):
                        rhythms[p.id] = (body["beat_host_s"], body["tempo_bpm"])
                answer = stage.ask("react", **body)
                if not answer["ok"]:
                    raise SystemExit(f"{p.id}, {name}: {answer['reason']}")
            seen: dict[str, float] = {}
            hands: dict[str, list[tuple[float, float]]] = {name: [] for name in rhythms}
            while stage.now_s - asked_s < 16.0:
                stage.step()
                for p in CAST:
                    if p.id not in seen and np.abs(stage.points(p) - before[p.id]).max() > SEEN_M:
                        seen[p.id] = stage.now_s - asked_s
                for p in CAST:
                    if p.id in hands:
                        left, right = stage.points(p)
                        hands[p.id].append((stage.now_s, float(np.linalg.norm(left - right))))
                if stage.now_s - asked_s > 2.0 and all(
                    d.state != "dancing" for d in stage.company.dancers.values()
                ):
                    break
            found["seen"] += seen.values()
            for name, rhythm in rhythms.items():
                found["claps"] += _off_beat_s(hands[name], *rhythm)
            for p in CAST:
                stage.ask("glance", robot=p.id, yaw_rad=float(rng.uniform(-0.5, 0.5)), seconds=1.0)
            stage.run(float(rng.uniform(0.2, 2.6)))
        told = [e for e in stage.events if e["event"] == "reaction"]
        found["begun"] = [e["host_s"] - e["asked_host_s"] for e in told if e["state"] == "begun"]
        found["answers"] = [float(rounds * len(CAST))]
        found["falls"] = [float(sum(d.is_down for d in stage.company.dancers.values()))]
        found["guard"] = [float(sum(d.interventions for d in stage.company.dancers.values()))]
        stage.robots.close()
    return found


def _off_beat_s(rows: list[tuple[float, float]], beat_s: float, bpm: float) -> list[float]:
    """How far hands that meet do so from the beat, but for the ways there and home."""
    at_s, apart = np.array(rows).T
    near = apart < apart.min() + 0.015
    lows = [k for k in range(40, len(apart) - 40) if near[k] and apart[k] == apart[k - 40 : k + 40].min()]
    beats = (at_s[lows] - beat_s) * bpm / 60.0
    return list(np.abs(beats - np.round(beats)) * 60.0 / bpm)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seeds", type=int, default=3)
    parser.add_argument("--rounds", type=int, default=10)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        parts = {}
        for p in CAST:
            parts[p.id] = Path(folder) / f"gestures-{p.id}.npz"
            write_part(parts[p.id], make_gestures(p, load_moves()))
        all_found = [evening(seed, options.rounds, parts) for seed in range(options.seeds)]
    found = {name: np.array([x for one in all_found for x in one[name]]) for name in all_found[0]}
    rows = [
        (
            "falls",
            f"{found['falls'].sum():.0f} of {found['answers'].sum():.0f} answers",
            "0",
            found["falls"].sum() == 0,
        ),
        ("guard changed", f"{found['guard'].sum():.0f} commands", "0", found["guard"].sum() == 0),
        (
            "begins after",
            f"{1e3 * found['begun'].max():.0f} ms at most",
            "200 ms",
            found["begun"].max() <= 0.2,
        ),
        (
            "seen after",
            f"{1e3 * np.median(found['seen']):.0f} ms, p90 {1e3 * np.percentile(found['seen'], 90):.0f} ms",
            "",
            True,
        ),
        (
            "claps off the beat",
            f"{1e3 * found['claps'].mean():.0f} ms, at most {1e3 * found['claps'].max():.0f} ms ({len(found['claps'])})",
            "50 ms",
            found["claps"].max() <= 0.05,
        ),
    ]
    for name, measured, bar, holds in rows:
        print(f"{name:20} {measured:34} {bar:8} {'holds' if holds else 'FALLS SHORT'}")
    sys.exit(0 if all(holds for *_, holds in rows) else 1)


if __name__ == "__main__":
    main()
