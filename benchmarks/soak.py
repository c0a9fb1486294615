"""The soak: an hour of mixed repertoire under everything that a real stage does to robots, with fixed seeds.

    python benchmarks/soak.py [--minutes 60] [--seed 1] [--short] [--out out/soak]

Two G1 and a Go2 dance chunks of about a minute, each in a fresh scene: moves of all families by lot, with steps under
arms, at 90–140 BPM (``soak_dances.py``), under disturbances by lot: torso mass ± 15 %, friction 0.6–1.0, a floor tilted
by up to 1°, sensor noise, readings 4–8 ms old, pushes of 60 N for 0.1 s from any side every 8–20 s; state from the
estimator. A chunk that is done lies in the folder as JSON and is not danced again, so an hour can be done in pieces;
``soak.json`` and ``soak.txt`` sum up whatever chunks of this seed are there. Chunks of other code are not told apart:
delete the folder when the robots have changed.

``--short``: two chunks of twelve seconds.
"""

import argparse
import json
import os
from pathlib import Path
from typing import Any

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
os.environ.setdefault("OMP_NUM_THREADS", "1")

from functools import partial

import numpy as np
from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn
from soak_chunk import Chunk, run_chunk

from temirbek.prepare.workers import each_in_parallel

CHUNK_S, SHORT_S = 60.0, 12.0
Robots = list[tuple[dict[str, Any], str, dict[str, Any]]]


def done(chunk: Chunk, folder: Path) -> Path:
    """The file of a chunk; dances it if it is not there."""
    path = folder / f"chunk-{chunk.seed}-{chunk.seconds:g}s-{chunk.number:03d}.json"
    if not path.exists():
        partial_path = path.with_suffix(f".{os.getpid()}.partial")
        partial_path.write_text(json.dumps(run_chunk(chunk), indent=None))
        partial_path.replace(path)
    return path


def soak(chunks: list[Chunk], folder: Path) -> list[dict[str, Any]]:
    """Dances what is not yet there, on several cores, and reads all."""
    folder.mkdir(parents=True, exist_ok=True)
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        TextColumn("{task.completed}/{task.total}"),
        TimeRemainingColumn(),
    )
    paths: dict[int, Path] = {}
    with Progress(*columns, console=Console(stderr=True)) as progress:
        task = progress.add_task("soak", total=len(chunks))
        for index, answer in each_in_parallel(partial(done, folder=folder), chunks):
            paths[index] = answer()
            progress.advance(task)
    return [json.loads(paths[i].read_text()) for i in sorted(paths)]


def summary(chunks: list[dict[str, Any]]) -> dict[str, Any]:
    """The distribution of everything over all chunks, by kind of robot."""
    return {
        "chunks": len(chunks),
        "minutes": sum(c["length_s"] for c in chunks) / 60.0,
        "real_time": sum(c["length_s"] for c in chunks) / sum(c["cpu_s"] for c in chunks),
        "eased": [f"chunk {c['number']}, {name}: {why}" for c in chunks for name, why in c["eased"].items()],
        "unison_ms": spread([d for c in chunks for d in c["together_ms"]]),
        "g1": kind_summary([(c, n, r) for c in chunks for n, r in c["robots"].items() if n != "adilet"]),
        "go2": kind_summary([(c, n, r) for c in chunks for n, r in c["robots"].items() if n == "adilet"]),
    }


def kind_summary(robots: Robots) -> dict[str, Any]:
    """Everything about one kind of robot until it fell; torques, slip and collisions of those that did not fall."""
    every = [r for _, _, r in robots]
    stood = [r for r in every if not r["fall"]] or every
    margins = np.array([m for r in every for m in r["margin_mm"]])
    return {
        "robot_minutes": sum(r["danced_s"] for r in every) / 60.0,
        "falls": [fall_line(c, n, r["fall"]) for c, n, r in robots if r["fall"]],
        "planted_ms": spread([e for r in every for e in r["planted_ms"]]),
        "stepping_ms": spread([e for r in every for e in r["stepping_ms"]]),
        "touchdown_ms": spread([e for r in every for e in r["touchdown_ms"]]),
        "margin_p5_cm": float(np.percentile(margins, 5)) / 10.0 if len(margins) else None,
        "margin_planted_p5_cm": spread_of(
            [100.0 * r["margin_planted_p5_m"] for r in every if r["margin_planted_p5_m"] is not None]
        ),
        "torque_peak": greatest([r["torque_peak"] for r in stood]),
        "torque_rms": greatest([r["torque_rms"] for r in stood]),
        "slip_m_per_minute": spread_of([max(r["slip_m"]) * 60.0 / r["danced_s"] for r in stood]),
        "collisions": sorted({" and ".join(p) for r in stood for p in r["collision_pairs"]}),
        "collision_steps": sum(r["collisions"] for r in stood),
        "guard": sum(r["guard"] for r in every),
        "solver_failures": sum(r["solver_failures"] for r in every),
        "control_ms": spread_of([r["control_ms"]["median"] for r in every]),
        "estimator": {
            key: spread_of([r["estimator"][key] for r in every if r["estimator"]])
            for key in (
                "velocity_mm_s",
                "velocity_worst_mm_s",
                "level_deg",
                "heading_end_deg",
                "contacts_agree",
            )
        },
    }


def fall_line(chunk: dict[str, Any], name: str, fall: dict[str, Any]) -> str:
    """A fall in words: enough to dance it again."""
    d = chunk["disturbances"]
    seen = (
        "not seen"
        if fall["seen_s"] is None
        else f"seen {1e3 * (fall['mix_s'] - fall['seen_s']):.0f} ms ahead"
    )
    push = "no push yet" if fall["after_push_s"] is None else f"{fall['after_push_s']:.1f} s after a push"
    tilt = np.degrees(np.hypot(*d["tilt_rad"]))
    return (
        f"chunk {chunk['number']}, {name} at {fall['mix_s']:.2f} s (beat {fall['beat']:g}, {chunk['bpm']:.0f} BPM, "
        f"{' + '.join(fall['moves'])}), {seen}, {push}; mass {d['torso_mass_scale']:.2f}, friction {d['friction']:.2f}, "
        f"tilt {tilt:.1f}°, delay {1e3 * d['delay_s']:.1f} ms"
    )


def spread(errors: list[float | None]) -> dict[str, float | int] | None:
    """Mean, 95th percentile and worst of |error|, and the share that was found; None where nothing was meant."""
    found = np.abs([e for e in errors if e is not None])
    if not len(found):
        return {"count": len(errors), "coverage": 0.0} if errors else None
    return {
        "count": len(errors),
        "coverage": round(len(found) / len(errors), 4),
        "mean": round(float(found.mean()), 2),
        "p95": round(float(np.percentile(found, 95)), 2),
        "worst": round(float(found.max()), 2),
    }


def spread_of(values: list[float]) -> dict[str, float] | None:
    """Median, 95th percentile and greatest magnitude of plain values."""
    if not values:
        return None
    size = np.abs(values)
    return {
        "median": round(float(np.median(size)), 4),
        "p95": round(float(np.percentile(size, 95)), 4),
        "least": round(float(size.min()), 4),
        "most": round(float(size.max()), 4),
    }


def greatest(shares: list[dict[str, float]]) -> dict[str, float]:
    """The five joints with the greatest share of their limit over all chunks, the greatest first."""
    most = {joint: max(s[joint] for s in shares) for joint in shares[0]}
    ranked = sorted(most.items(), key=lambda item: -item[1])
    return dict(ranked[:5])


def words(figures: dict[str, Any]) -> str:
    """The summary as people read it."""
    lines = [
        f"{figures['chunks']} chunks, {figures['minutes']:.1f} minutes of music, {figures['real_time']:.2f} × real time on a core; "
        f"{len(figures['eased'])} dances eased; unison {figures['unison_ms']}"
    ]
    lines += [f"    eased: {line}" for line in figures["eased"]]
    for kind in ("g1", "go2"):
        own = figures[kind]
        lines.append(f"\n{kind}: {own['robot_minutes']:.1f} robot minutes, {len(own['falls'])} falls")
        lines += [f"    {line}" for line in own["falls"]]
        lines += [
            f"  {name:22s} {value}"
            for name, value in own.items()
            if name not in ("robot_minutes", "falls", "estimator")
        ]
        lines += [f"  estimator {name:22s} {value}" for name, value in own["estimator"].items()]
    return "\n".join(lines) + "\n"


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--minutes", type=float, default=60.0)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--short", action="store_true")
    parser.add_argument("--out", type=Path, default=Path("out/soak"))
    options = parser.parse_args()
    length_s, count = (
        (SHORT_S, 2) if options.short else (CHUNK_S, max(1, round(options.minutes * 60.0 / CHUNK_S)))
    )
    chunks = [Chunk(number=k, seed=options.seed, seconds=length_s) for k in range(count)]
    figures = summary(soak(chunks, options.out))
    (options.out / "soak.json").write_text(json.dumps(figures, indent=2))
    text = words(figures)
    (options.out / "soak.txt").write_text(text)
    print(text, end="")


if __name__ == "__main__":
    main()
