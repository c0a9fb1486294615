"""How right the ears are in many styles, and whether they know it.

    python benchmarks/calibration.py [MUSIC_DIR] [--seeds 0-3] [--styles house,rock] [--json FILE]

Analyses pieces of the box (:mod:`temirbek.demo.box`), whose truth is known, and, where MUSIC_DIR (or TEMIRBEK_MUSIC)
holds recordings and ``beats.json``, each of them plain and altered: varispeed ± 4 %, cropped so that it starts inside
a bar, mono and dull (4 kHz), in noise (20 dB), and through MP3 with its encoder's delay. Prints, style by style, what
share was right, and then the reliability of the confidences: of those that said 0.9, nine in ten should be right.

"Right grid" is an F-measure of the beats (mir_eval, 70 ms) of at least 0.9 against the truth at the felt level; the
downbeats are judged where the grid is right, because their confidence is "given the beats". A refused analysis counts
as wrong with confidence 0. "key~" is mir_eval's weighted score, which forgives fifths, relatives and parallels in
part. "phrase" and "drop" are the shares of those heard that are true, "found" of those true that were heard.
Fit on some seeds, test on others (``--seeds``). Run with OMP_NUM_THREADS=1: there is a process for each core.
"""

import argparse
import json
import os
import shutil
import sys
import tempfile
from collections.abc import Iterable, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import asdict
from functools import partial
from pathlib import Path

import numpy as np
from cases import ALTERATIONS, altered, box_case, chart_case, charts, drawn
from scores import NAN, RIGHT_F, Score, measure

from temirbek.demo.box import STYLES

SUNG_SHARE = 0.3

Job = tuple[str, str, int]
"""("box", style, seed) or ("real" or an alteration, file, 0)."""


def run_job(job: Job, *, box: Path | None, music: Path | None) -> Score:
    """One case from its name to its score; what it writes goes away again, unless the box is kept in a folder."""
    kind, name, seed = job
    with tempfile.TemporaryDirectory() as scratch:
        if kind == "box":
            return measure(box_case(drawn(name, seed, box or Path(scratch))))
        assert music is not None
        chart = next(c for c in charts(music) if c["file"] == name)
        case = chart_case(music, chart)
        return measure(case if kind == "real" else altered(case, kind, Path(scratch)))


def jobs_of(styles: Iterable[str], seeds: Iterable[int], music: Path | None) -> list[Job]:
    """Everything to be measured."""
    jobs: list[Job] = [("box", style, seed) for style in styles for seed in seeds]
    if music:
        ways = [w for w in ALTERATIONS if w != "mp3" or shutil.which("ffmpeg")]
        jobs += [(way, chart["file"], 0) for way in ("real", *ways) for chart in charts(music)]
    return jobs


def run(
    styles: Iterable[str] = tuple(STYLES),
    seeds: Iterable[int] = range(2),
    *,
    music: Path | None = None,
    box: Path | None = None,
    processes: int = 2,
) -> list[Score]:
    """Measures pieces of the box and, with ``music``, charted recordings and their alterations."""
    with ProcessPoolExecutor(processes, initializer=os.nice, initargs=(5,)) as pool:
        work = partial(run_job, box=box, music=music)
        return list(pool.map(work, jobs_of(styles, list(seeds), music)))


def report(scores: Sequence[Score]) -> str:
    """Style by style, then the reliability of the confidences."""
    head = f"{'style':<20} n fail beatF downF grid✓ down✓ octave✓ bias  phrase found drop found  key✓ key~ labels  vocals  conf g/d"
    lines = [head]
    for style in dict.fromkeys(s.style for s in scores):
        lines.append(_row(style, [s for s in scores if s.style == style]))
    lines.append(_row("all", scores))
    return "\n".join([*lines, "", reliability(scores)])


def _row(style: str, scores: Sequence[Score]) -> str:
    def mean(values: Iterable[float]) -> float:
        known = [v for v in values if not np.isnan(v)]
        return float(np.mean(known)) if known else NAN

    octave = mean(float(abs(np.log2(s.octave)) < 0.1) if s.octave == s.octave else 0.0 for s in scores)
    return (
        f"{style:<18} {len(scores):3d} {sum(bool(s.failed) for s in scores):4d}"
        f" {mean(s.beat_f for s in scores):5.2f} {mean(s.downbeat_f for s in scores):5.2f}"
        f" {mean(float(s.is_grid_right) for s in scores):5.2f}"
        f" {mean(float(s.is_downbeat_right) for s in scores if s.downbeat_f == s.downbeat_f):5.2f}"
        f" {octave:7.2f} {mean(s.bias_ms for s in scores):+5.1f}"
        f" {mean(s.phrase_hit for s in scores):6.2f} {mean(s.phrase_found for s in scores):5.2f}"
        f" {mean(s.drops_hit for s in scores):4.2f} {mean(s.drops_found for s in scores):5.2f}"
        f" {mean(s.key_right for s in scores):5.2f}"
        f" {mean(s.key_near for s in scores):5.2f} {mean(s.labels_right for s in scores):6.2f}"
        f" {vocals_auc(scores):7.2f}"
        f"  {mean(s.grid_confidence for s in scores):.2f}/{mean(s.downbeat_confidence for s in scores):.2f}"
    )


def vocals_auc(scores: Sequence[Score]) -> float:
    """Chance that a sung bar is rated above one without a voice; NaN where one kind is missing."""
    pairs = np.array([p for s in scores for p in s.vocals]).reshape(-1, 2)
    sung, plain = pairs[pairs[:, 0] >= SUNG_SHARE, 1], pairs[pairs[:, 0] == 0, 1]
    if not len(sung) or not len(plain):
        return NAN
    return float(np.mean(sung[:, None] > plain) + 0.5 * np.mean(sung[:, None] == plain))


def reliability(scores: Sequence[Score]) -> str:
    """What the confidences said, and what share was right: grid, downbeat, phrase, key."""
    on_grid = [s for s in scores if s.is_grid_right and s.downbeat_f == s.downbeat_f]
    on_bar = [s for s in on_grid if s.is_downbeat_right and s.phrase_hit == s.phrase_hit]
    keyed = [s for s in scores if s.key_right == s.key_right]
    tables = (
        _table("grid", [(s.grid_confidence, s.is_grid_right) for s in scores]),
        _table(
            "downbeat, where the grid is right",
            [(s.downbeat_confidence, s.is_downbeat_right) for s in on_grid],
        ),
        _table(
            "phrase, where the downbeat is right",
            [(s.phrase_confidence, s.phrase_hit >= RIGHT_F) for s in on_bar],
        ),
        _table("key", [(s.key_confidence, s.key_right == 1.0) for s in keyed]),
    )
    return "\n\n".join("\n".join(table) for table in tables)


def _table(name: str, pairs: Sequence[tuple[float, bool]]) -> list[str]:
    said, right = np.array([p for p, _ in pairs]), np.array([float(r) for _, r in pairs])
    if not len(said):
        return [f"{name}: nothing to judge"]
    bins = np.minimum((said * 10).astype(int), 9)
    lines = [f"confidence of the {name}", "    said        n   mean said  share right"]
    gap = 0.0
    for k in range(10):
        here = bins == k
        if here.any():
            gap += abs(said[here].mean() - right[here].mean()) * here.sum() / len(said)
            lines.append(
                f"  {k / 10:.1f} – {(k + 1) / 10:.1f} {here.sum():6d} {said[here].mean():9.2f} {right[here].mean():11.2f}"
            )
    sure = said >= 0.9
    share = f"{right[sure].mean():.3f}" if sure.any() else "–"
    lines.append(
        f"  of those ≥ 0.9: share right {share}, count {sure.sum()} of {len(said)};"
        f" expected calibration error {gap:.3f}, Brier score {np.mean((said - right) ** 2):.3f}"
    )
    return lines


def main() -> None:
    args = _arguments()
    scores = run(args.styles, args.seeds, music=args.music, box=args.box, processes=args.processes)
    for score in scores:
        if not score.is_grid_right or (score.downbeat_f == score.downbeat_f and not score.is_downbeat_right):
            print(
                f"  {score.name:<28} true {score.true_bpm:6.1f} heard {score.heard_bpm:6.1f}  beatF {score.beat_f:.2f}"
                f" downF {score.downbeat_f:.2f}  conf {score.grid_confidence:.2f}/{score.downbeat_confidence:.2f}"
                f" {score.failed}"
            )
    print(report(scores))
    if args.json:
        args.json.write_text(json.dumps([asdict(s) for s in scores], indent=1))


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    music = os.environ.get("TEMIRBEK_MUSIC")
    parser.add_argument("music", nargs="?", type=Path, default=Path(music) if music else None)
    parser.add_argument("--no-music", action="store_true", help="the box alone")
    parser.add_argument("--no-box", action="store_true", help="the recordings alone")
    parser.add_argument("--seeds", type=_range, default=range(2), help="A-B, both included (0-1)")
    parser.add_argument(
        "--styles", type=lambda text: text.split(","), default=list(STYLES), help=", ".join(STYLES)
    )
    parser.add_argument(
        "--box", type=Path, help="keep the pieces here, and take those that are here as they are"
    )
    parser.add_argument("--processes", type=int, default=2)
    parser.add_argument("--json", type=Path, help="write every score here")
    args = parser.parse_args()
    if args.no_music:
        args.music = None
    if args.no_box:
        args.styles = []
    return args


def _range(text: str) -> range:
    first, _, last = text.partition("-")
    return range(int(first), int(last or first) + 1)


if __name__ == "__main__":
    sys.exit(main())
