"""How fairly a battle is measured, and how fast it is answered: ``python benchmarks/battle.py [skill] [latency] [rough] [traps]
[copy] [answer]`` (all, if none is named).

Dancers of known skill (:mod:`temirbek.demo.dancers`) at 90–140 BPM before cameras of 15–60 frames a second that tremble, drop
frames and miss key points. Seeds differ from those of the tests; ``BATTLE_SEED`` takes others.

* **skill**: rank correlation of groove with skill, blind to a latency of 0–200 ms and calibrated by claps; and how often, of two
  dancers, the measured part of the verdict names the better one.
* **latency**: what a constant latency of 150 ms changes of any score.
* **rough**: rank correlation where sides are taken for each other, points leap, trembling is correlated, a second is missing.
* **traps**: standing still, wrong tempi, random hits; half and double time.
* **copy**: copies of known exactness, and other phrases.
* **answer**: seconds of processor time from a phrase to motion, eight bars at 120 BPM.
"""

import os
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from itertools import combinations

import numpy as np
from scipy.stats import spearmanr

from temirbek.battle import Measured, answer, calibrate, judge_round, measure_turn
from temirbek.choreography import load_moves
from temirbek.demo.dancers import Camera, Dancer, phrase_of, seen_clapping, seen_dance
from temirbek.stage.battle_dances import answer_part
from temirbek.types import BattleRules, BeatGrid, DanceScore, Performer

SEED = int(os.environ.get("BATTLE_SEED", "9000"))
TEMPI_BPM = (90.0, 100.0, 110.0, 120.0, 130.0, 140.0)
LATENCIES_S = (0.0, 0.05, 0.1, 0.15, 0.2)
LEVELS = (0.0, 0.25, 0.5, 0.75, 1.0)
ROUNDS = 4
MEASURED_ONLY = BattleRules(robot="robot", has_votes=False)


def main() -> None:
    parts: dict[str, Callable[[], None]] = {
        "skill": skill,
        "latency": latency,
        "rough": rough,
        "traps": traps,
        "copy": copy,
        "answer": answers,
    }
    print(f"{'what':<58} {'measured':>22}  {'bar':>10}")
    for name in sys.argv[1:] or parts:
        parts[name]()


def row(what: str, measured: str, bar: str = "", *, is_met: bool | None = None) -> None:
    """One line of the table."""
    verdict = "" if is_met is None else ("met" if is_met else "MISSED")
    print(f"{what:<58} {measured:>22}  {bar:>10}  {verdict}")


def beats_of(tempo_bpm: float, n: int = 33) -> np.ndarray:
    """A turn of eight bars, and the beat that ends it."""
    return 500.0 + np.arange(n) * 60.0 / tempo_bpm


def cameras(rng: np.random.Generator, latency_s: float = 0.0) -> Iterator[Camera]:
    """Cameras of all kinds."""
    while True:
        yield Camera(
            rate_hz=float(rng.choice([15.0, 24.0, 30.0, 60.0])),
            jitter_s=float(rng.uniform(0.0, 0.006)),
            dropped_share=float(rng.uniform(0.0, 0.1)),
            noise_m=float(rng.uniform(0.005, 0.018)),
            unseen_share=float(rng.uniform(0.0, 0.06)),
            latency_s=latency_s,
            is_mirrored=bool(rng.random() < 0.5),
            distance=float(rng.uniform(0.7, 2.0)),
            seed=int(rng.integers(1 << 30)),
        )


def measured(dancer: Dancer, camera: Camera, tempo_bpm: float, latency_s: float | None) -> Measured:
    """A turn of a dancer before a camera."""
    beats = beats_of(tempo_bpm)
    times_s, points = seen_dance(dancer, beats, camera)
    return measure_turn(points, times_s, beats, latency_s=latency_s)


def skill() -> None:
    """Correlation with skill, and who is better."""
    rng = np.random.default_rng(SEED)
    for is_blind in (True, False):
        for latency_s in LATENCIES_S:
            found, pairs, groove_pairs = _skill_at(rng, latency_s, is_blind=is_blind)
            known = "blind" if is_blind else "calibrated"
            rho = float(spearmanr(*np.array(found).T)[0])
            what = f"groove and skill, {1e3 * latency_s:.0f} ms {known}: Spearman (n {len(found)})"
            row(what, f"{rho:.3f}", "≥ 0.9", is_met=rho >= 0.9)
            share = float(np.mean(pairs))
            what = f"  the better of two is named (n {len(pairs)}; by groove alone)"
            row(what, f"{share:.1%} ({np.mean(groove_pairs):.1%})", "≥ 95 %", is_met=share >= 0.95)


def _skill_at(
    rng: np.random.Generator, latency_s: float, *, is_blind: bool
) -> tuple[list[tuple[float, float]], list[bool], list[bool]]:
    found: list[tuple[float, float]] = []
    pairs: list[bool] = []
    groove_pairs: list[bool] = []
    eyes = cameras(rng, latency_s)
    for tempo_bpm in TEMPI_BPM:
        for _ in range(ROUNDS):
            camera = next(eyes)
            late_s = None
            if not is_blind:
                clapper = Dancer(skill=0.6, seed=int(rng.integers(1 << 30)))
                times_s, points = seen_clapping(clapper, beats_of(tempo_bpm, 9), camera)
                late_s = calibrate(points, times_s, beats_of(tempo_bpm, 9)).latency_s
            scores: dict[float, DanceScore] = {}
            for level in LEVELS:
                dancer = Dancer(skill=level, seed=int(rng.integers(1 << 30)), height_m=rng.uniform(1.2, 1.95))
                camera = replace(camera, seed=int(rng.integers(1 << 30)))
                scores[level] = measured(dancer, camera, tempo_bpm, late_s).score
                found.append((level, scores[level].groove or 0.0))
            for low, high in combinations(LEVELS, 2):
                better = judge_round(
                    1, MEASURED_ONLY, person=scores[high], robot=scores[low], votes=None, jury={}
                )
                pairs.append(better.points > 0.0)
                groove_pairs.append((scores[high].groove or 0.0) > (scores[low].groove or 0.0))
    return found, pairs, groove_pairs


def latency() -> None:
    """What a constant latency changes."""
    rng = np.random.default_rng(SEED + 1)
    names = ("groove", "variety", "execution", "energy")
    for is_blind in (True, False):
        apart: dict[str, list[float]] = {name: [] for name in names}
        eyes = cameras(rng)
        for tempo_bpm in TEMPI_BPM:
            for level in LEVELS:
                camera = next(eyes)
                dancer = Dancer(skill=level, seed=int(rng.integers(1 << 30)))
                late = replace(camera, latency_s=0.15)
                a = measured(dancer, camera, tempo_bpm, None if is_blind else 0.0).score
                b = measured(dancer, late, tempo_bpm, None if is_blind else 0.15).score
                for name in names:
                    apart[name].append(abs(getattr(a, name) - getattr(b, name)))
        for name in names:
            known = "blind" if is_blind else "calibrated"
            unit = " bl/s" if name == "energy" else ""
            row(
                f"150 ms of latency, {known}: change of {name}",
                f"median {np.median(apart[name]):.3f}, max {np.max(apart[name]):.3f}{unit}",
            )


OTHER_SIDE = [0, 2, 1, 4, 3, 6, 5, 8, 7, 10, 9, 12, 11, 14, 13, 16, 15]


def spoilt(points: np.ndarray, how: str, rng: np.random.Generator) -> np.ndarray:
    """Key points as finders of bodies get them wrong."""
    points = points.copy()
    n = len(points)
    match how:
        case "sides exchanged in 5 % of the frames":
            wrong = rng.random(n) < 0.05
            points[wrong] = points[wrong][:, OTHER_SIDE]
        case "3 % of the points leap by 36 cm":
            wrong = rng.random(points.shape[:2]) < 0.03
            points[wrong, :2] += 0.12 * rng.standard_normal((int(wrong.sum()), 2))
        case "trembling correlated over frames":
            noise = np.zeros((n, 17, 2))
            for i in range(1, n):
                noise[i] = 0.8 * noise[i - 1] + 0.0036 * rng.standard_normal((17, 2))
            points[..., :2] += noise
        case "one second missing":
            first = int(rng.integers(0, max(1, n - n // 16)))
            points[first : first + n // 16, :, 2] = 0.0
    return points


def rough() -> None:
    """What finders get wrong."""
    for how in (
        "sides exchanged in 5 % of the frames",
        "3 % of the points leap by 36 cm",
        "trembling correlated over frames",
        "one second missing",
    ):
        rng = np.random.default_rng(SEED + 4)
        eyes = cameras(rng)
        found, idle = [], []
        for tempo_bpm in TEMPI_BPM:
            beats = beats_of(tempo_bpm)
            for _ in range(ROUNDS):
                for level in LEVELS:
                    dancer = Dancer(skill=level, seed=int(rng.integers(1 << 30)))
                    times_s, points = seen_dance(dancer, beats, next(eyes))
                    score = measure_turn(spoilt(points, how, rng), times_s, beats, latency_s=None).score
                    found.append((level, score.groove or 0.0))
                times_s, points = seen_dance(Dancer(size=0.03, seed=1), beats, next(eyes))
                score = measure_turn(spoilt(points, how, rng), times_s, beats, latency_s=None).score
                idle.append(score.groove or 0.0)
        rho = float(spearmanr(*np.array(found).T)[0])
        row(f"{how}: Spearman", f"{rho:.3f}", "≥ 0.9", is_met=rho >= 0.9)
        row(
            "  standing still, p95",
            f"{np.percentile(idle, 95):.2f}",
            "≤ 0.1",
            is_met=np.percentile(idle, 95) <= 0.1,
        )


def traps() -> None:
    """What is no dance to this music."""
    cases: Sequence[tuple[str, dict[str, float], str]] = (
        ("standing still", {"size": 0.03}, "low"),
        ("tempo 15 % too fast", {"tempo_factor": 1.15}, "low"),
        ("tempo 7 % too fast", {"tempo_factor": 1.07}, "low"),
        ("tempo 4 % too fast", {"tempo_factor": 1.04}, "low"),
        ("tempo 7 % too slow", {"tempo_factor": 0.93}, "low"),
        ("tempo 15 % too slow", {"tempo_factor": 0.85}, "low"),
        ("hits anywhere", {"timing_s": 0.5}, "low"),
        ("half time", {"tempo_factor": 0.5}, "high"),
        ("double time", {"tempo_factor": 2.0}, "high"),
        ("250 ms late, calibrated", {"late_s": 0.25}, ""),
    )
    for name, flaws, wanted in cases:
        rng = np.random.default_rng(SEED + 2)
        eyes = cameras(rng)
        found, pulses = [], []
        for tempo_bpm in TEMPI_BPM:
            for is_blind in (True, False) if wanted else (False,):
                for _ in range(ROUNDS):
                    dancer = Dancer(skill=0.95, seed=int(rng.integers(1 << 30)), **flaws)  # type: ignore[arg-type]
                    score = measured(dancer, next(eyes), tempo_bpm, None if is_blind else 0.0).score
                    found.append(score.groove or 0.0)
                    pulses.append(score.pulse)
        mean, worst = float(np.mean(found)), float(np.percentile(found, 95))
        told = f"mean {mean:.2f}, p95 {worst:.2f}"
        if wanted == "low":
            row(f"groove of {name}", told, "≤ 0.1", is_met=worst <= 0.1)
        elif wanted == "high":
            right = np.mean([p == flaws["tempo_factor"] for p in pulses])
            row(f"groove of {name} (counts as in time)", f"{told}, named {right:.0%}")
        else:
            row(f"groove of {name}", told)


def copy() -> None:
    """Copies of known exactness."""
    rng = np.random.default_rng(SEED + 3)
    eyes = cameras(rng)
    errors = (0.05, 0.3, 0.6, 1.0)
    found: dict[str, list[float]] = {f"{e:g} rad": [] for e in errors} | {"another phrase": []}
    ordered = []
    for tempo_bpm in TEMPI_BPM:
        for _ in range(ROUNDS):
            leader = Dancer(skill=1.0, seed=int(rng.integers(1 << 30)))
            model = measured(leader, next(eyes), tempo_bpm, 0.0).phrase
            phrase, beats = phrase_of(leader, 32), beats_of(tempo_bpm)
            row_of = []
            for error in errors:
                dancer = Dancer(skill=0.9, copy_error_rad=error, seed=int(rng.integers(1 << 30)))
                times_s, points = seen_dance(dancer, beats, next(eyes), phrase=phrase)
                score = measure_turn(points, times_s, beats, latency_s=0.0, model=model).score
                found[f"{error:g} rad"].append(score.copy or 0.0)
                row_of.append(score.copy or 0.0)
            other = Dancer(skill=0.9, seed=int(rng.integers(1 << 30)))
            times_s, points = seen_dance(other, beats, next(eyes))
            score = measure_turn(points, times_s, beats, latency_s=0.0, model=model).score
            found["another phrase"].append(score.copy or 0.0)
            ordered += [a > b for a, b in combinations([*row_of, score.copy or 0.0][:3], 2)]
    for name, values in found.items():
        row(f"copy, {name} beside", f"{np.mean(values):.2f} ± {np.std(values):.2f}")
    row(
        "  order of copies 0.05, 0.3, 0.6 rad",
        f"{np.mean(ordered):.1%}",
        "≥ 95 %",
        is_met=np.mean(ordered) >= 0.95,
    )


def answers() -> None:
    """From a phrase to motion."""
    moves = load_moves()
    beats = beats_of(120.0)
    times_s, points = seen_dance(Dancer(skill=0.9, seed=SEED), beats)
    began_s = time.process_time()
    turn = measure_turn(points, times_s, beats, latency_s=0.0)
    row("measuring a turn, processor time", f"{1e3 * (time.process_time() - began_s):.0f} ms")
    assert turn.phrase is not None
    grid = BeatGrid(beats_s=np.arange(120) * 0.5)
    for robot, role in (("go2", "animal"), ("g1", "dancer")):
        performer = Performer(id="robot", name="Robot", robot=robot, role=role, mark_m=(1.0, 0.0))  # type: ignore[arg-type]
        spent, history = [], ()
        for _ in range(4):
            began_s = time.process_time()
            said = answer(
                turn.phrase,
                performer="robot",
                robot=performer.robot,
                moves=moves,
                tempo_bpm=120.0,
                history=history,
                seed=SEED,
                start_beat=32.0,
            )
            answer_part(said, performer, moves, grid, id="answer", start_s=14.0)
            history = said.history
            spent.append(time.process_time() - began_s)
        row(
            f"answer of a {robot}, 8 bars, processor time",
            f"{np.median(spent):.2f} s, most {max(spent):.2f} s",
        )


if __name__ == "__main__":
    main()
