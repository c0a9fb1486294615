"""How right the ears are in many styles, and whether they know it.

    python benchmarks/calibration.py [MUSIC_DIR] [--seeds 0-3] [--styles house,rock] [--json FILE]

Analyses pieces of the box (:mod:`temirbek.demo.box`), whose truth is known, and, where MUSIC_DIR (or TEMIRBEK_MUSIC)
holds recordings and ``beats.json``, each of them plain and altered: varispeed ± 4 %, cropped so that it starts inside
a bar, mono and dull (4 kHz), in noise (20 dB), and through MP3 with its encoder's delay. Prints, style by style, what
share was right, and then the reliability of the confidences: of those that said 0.9, nine in ten should be right.

"Right grid" is an F-measure of the beats (mir_eval, 70 ms) of at least 0.9 against the truth at the felt level; the
downbeats are judged where the grid is right, because their confidence is "given the beats". A refused analysis counts
as wrong with confidence 0. "key~" is mir_eval's weighted score, which forgives fifths, relatives and parallels in
part. Fit on some seeds, test on others (``--seeds``). Run with OMP_NUM_THREADS=1: there is a process for each core.
"""

import argparse
import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import asdict, dataclass
from functools import partial
from pathlib import Path
from time import process_time

import mir_eval
import numpy as np
import soundfile
import soxr
from scipy.signal import butter, sosfilt

from temirbek.analysis import analyze
from temirbek.audio import decode
from temirbek.demo.box import STYLES, BoxTrack, composed, truth_of, write_box
from temirbek.errors import AnalysisFailed
from temirbek.types import Key, TrackAnalysis

RIGHT_F = 0.9
MATCH_S = 0.07
SUNG_SHARE = 0.3
MP3_DELAY_SAMPLES = 1105  # LAME's 576 and the decoder's 529, where no header tells the player to skip them
NAN = float("nan")


@dataclass(frozen=True, kw_only=True)
class Case:
    """A recording and what is true of it; None where nobody knows.

    ``phrases_s`` are instants of phrases, ``sections`` triples of (label, first, last instant), ``vocals`` pairs of
    (middle of a bar [s], share of it that is sung).
    """

    name: str
    style: str
    path: Path
    beats_s: np.ndarray
    downbeats_s: np.ndarray | None
    phrases_s: np.ndarray | None = None
    sections: tuple[tuple[str, float, float], ...] | None = None
    key: Key | None = None
    vocals: np.ndarray | None = None


@dataclass(frozen=True, kw_only=True)
class Score:
    """How one recording went; NaN where there is no truth. ``vocals`` pairs truth and chance, bar by bar."""

    name: str
    style: str
    failed: str = ""
    true_bpm: float
    heard_bpm: float = NAN
    beat_f: float = 0.0
    downbeat_f: float = 0.0
    bias_ms: float = NAN
    phrase_hit: float = NAN
    phrase_found: float = NAN
    true_key: str = ""
    heard_key: str = ""
    key_right: float = NAN
    key_near: float = NAN
    labels_right: float = NAN
    vocals: tuple[tuple[float, float], ...] = ()
    grid_confidence: float = 0.0
    downbeat_confidence: float = 0.0
    phrase_confidence: float = 0.0
    sections_confidence: float = 0.0
    key_confidence: float = 0.0
    cpu_s: float = NAN

    @property
    def is_grid_right(self) -> bool:
        return self.beat_f >= RIGHT_F

    @property
    def is_downbeat_right(self) -> bool:
        return self.downbeat_f >= RIGHT_F

    @property
    def octave(self) -> float:
        """Heard tempo over true tempo."""
        return self.heard_bpm / self.true_bpm


# ── cases ──────────────────────────────────────────────────────────────────────────────────────────────────────────


def box_case(track: BoxTrack) -> Case:
    """A piece of the box as a case."""
    grid = track.beat_grid
    middles = grid.time_at(track.first_downbeat + track.beats_per_bar * (np.arange(len(track.vocals)) + 0.5))
    return Case(
        name=track.path.stem,
        style=track.style,
        path=track.path,
        beats_s=track.beats_s,
        downbeats_s=track.downbeats_s,
        phrases_s=grid.time_at(track.phrases_beats),
        sections=tuple(
            (s.label, float(grid.time_at(s.start_beat)), float(grid.time_at(s.end_beat)))
            for s in track.sections
        ),
        key=track.key,
        vocals=np.stack([middles, track.vocals], axis=1),
    )


def chart_case(folder: Path, chart: dict) -> Case:
    """A charted recording as a case."""
    ones = chart["downbeats_s"]
    return Case(
        name=Path(chart["file"]).stem,
        style="real",
        path=folder / chart["file"],
        beats_s=np.array(chart["beats_s"]),
        downbeats_s=np.array(ones) if ones else None,
    )


Altered = tuple[np.ndarray, int, Callable[[np.ndarray], np.ndarray]]
"""Sound (n, channels), its rate, and where old instants [s] went."""


def varispeed(sound: np.ndarray, rate: int, factor: float) -> Altered:
    """Played faster by a factor, as a record is."""
    return soxr.resample(sound, rate * factor, rate), rate, lambda t: t / factor


def cropped(sound: np.ndarray, rate: int, ones_s: np.ndarray, beat_s: float) -> Altered:
    """The beginning cut away up to 2.4 beats after a downbeat."""
    start = round((ones_s[min(5, len(ones_s) - 2)] + 2.4 * beat_s) * rate)
    return sound[start:], rate, lambda t: t - start / rate


def dull(sound: np.ndarray, rate: int) -> Altered:
    """Mono, without treble above 4 kHz."""
    mono = sosfilt(butter(6, 4000, fs=rate, output="sos"), sound.mean(axis=1))
    return mono[:, None], rate, lambda t: t


def noisy(sound: np.ndarray, rate: int) -> Altered:
    """In white noise, 20 dB below the music."""
    power = np.sqrt(np.mean(sound**2)) / 10
    return sound + power * np.random.default_rng(20).standard_normal(sound.shape), rate, lambda t: t


def through_mp3(sound: np.ndarray, rate: int, folder: Path) -> Altered:
    """Encoded at 96 kbit/s without the header that tells of the delay, and decoded."""
    source, coded = folder / "plain.wav", folder / "coded.mp3"
    soundfile.write(source, sound, rate)
    words = ["ffmpeg", "-v", "error", "-y", "-i", source, "-b:a", "96k", "-write_xing", "0", coded]
    subprocess.run([str(w) for w in words], check=True)
    decoded, new_rate = soundfile.read(coded, always_2d=True)
    return decoded, new_rate, lambda t: t + MP3_DELAY_SAMPLES / new_rate


ALTERATIONS = ("faster", "slower", "cropped", "dull", "noisy", "mp3")


def altered(case: Case, how: str, folder: Path) -> Case:
    """A charted recording, altered and written to ``folder``, with its truth moved along."""
    sound, rate = soundfile.read(case.path, always_2d=True)
    ones = case.beats_s[::4] if case.downbeats_s is None else case.downbeats_s
    beat_s = float(np.median(np.diff(case.beats_s)))
    ways: dict[str, Callable[[], Altered]] = {
        "faster": lambda: varispeed(sound, rate, 1.04),
        "slower": lambda: varispeed(sound, rate, 0.96),
        "cropped": lambda: cropped(sound, rate, ones, beat_s),
        "dull": lambda: dull(sound, rate),
        "noisy": lambda: noisy(sound, rate),
        "mp3": lambda: through_mp3(sound, rate, folder),
    }
    new, new_rate, move = ways[how]()
    path = folder / f"{case.name}-{how}.flac"
    soundfile.write(path, np.clip(new, -1, 1), new_rate)
    kept = [None if t is None else move(t)[move(t) >= 0] for t in (case.beats_s, case.downbeats_s)]
    assert kept[0] is not None
    return Case(name=path.stem, style=f"real {how}", path=path, beats_s=kept[0], downbeats_s=kept[1])


# ── measuring ──────────────────────────────────────────────────────────────────────────────────────────────────────


def measure(case: Case) -> Score:
    """Analyses a case and compares."""
    recording = decode(case.path)
    true_bpm = float(60 / np.median(np.diff(case.beats_s)))
    start = process_time()
    try:
        analysis = analyze(recording, case.path)
    except AnalysisFailed as error:
        return Score(name=case.name, style=case.style, failed=str(error), true_bpm=true_bpm)
    return score_of(case, analysis, process_time() - start)


def score_of(case: Case, analysis: TrackAnalysis, cpu_s: float = NAN) -> Score:
    """Compares an analysis with the truth."""
    grid, truth = analysis.beat_grid, case.beats_s
    beats = charted(grid.beats_s, truth)
    nearest = truth[np.abs(beats[:, None] - truth).argmin(axis=1)] if len(beats) else beats
    late = (beats - nearest)[np.abs(beats - nearest) < MATCH_S]
    hit, found = _phrases(case, grid.time_at(analysis.phrases_beats))
    confidence = analysis.confidence
    return Score(
        name=case.name,
        style=case.style,
        true_bpm=float(60 / np.median(np.diff(truth))),
        heard_bpm=grid.tempo_bpm,
        beat_f=f_measure(truth, beats),
        downbeat_f=NAN
        if case.downbeats_s is None
        else f_measure(case.downbeats_s, charted(grid.downbeats_s, truth)),
        bias_ms=1000 * float(np.median(late)) if len(late) else NAN,
        phrase_hit=hit,
        phrase_found=found,
        true_key=case.key.name if case.key else "",
        heard_key=analysis.key.best.name,
        key_right=NAN if case.key is None else float(analysis.key.best == case.key),
        key_near=NAN
        if case.key is None
        else mir_eval.key.weighted_score(case.key.name, analysis.key.best.name),
        labels_right=_labels(case, analysis),
        vocals=_vocals(case, analysis),
        grid_confidence=confidence.grid,
        downbeat_confidence=confidence.downbeat,
        phrase_confidence=confidence.phrase,
        sections_confidence=confidence.sections,
        key_confidence=analysis.key.confidence,
        cpu_s=cpu_s,
    )


def f_measure(truth: np.ndarray, heard: np.ndarray) -> float:
    """mir_eval's F at 70 ms; 0 where nothing was heard."""
    return (
        float(mir_eval.beat.f_measure(truth, heard, f_measure_threshold=MATCH_S))
        if len(heard) and len(truth)
        else 0.0
    )


def charted(times_s: np.ndarray, truth: np.ndarray) -> np.ndarray:
    """The instants within the charted stretch."""
    return times_s[(times_s > truth[0] - 0.1) & (times_s < truth[-1] + 0.1)]


def _phrases(case: Case, heard_s: np.ndarray) -> tuple[float, float]:
    """Share of the heard phrases that are true, and of the true that were heard, within 0.1 s."""
    if case.phrases_s is None:
        return NAN, NAN
    heard_s = charted(heard_s, case.beats_s)
    if not len(heard_s):
        return 0.0, 0.0
    apart = np.abs(heard_s[:, None] - case.phrases_s)
    return float(np.mean(apart.min(axis=1) < 0.1)), float(np.mean(apart.min(axis=0) < 0.1))


def _labels(case: Case, analysis: TrackAnalysis) -> float:
    """Share of the charted time in which the section's label is right."""
    if case.sections is None:
        return NAN
    at = np.arange(case.sections[0][1], case.sections[-1][2], 0.25)
    true = _label_at([(label, start) for label, start, _ in case.sections], at)
    starts = analysis.beat_grid.time_at([s.start_beat for s in analysis.sections])
    heard = _label_at([(s.label, t) for s, t in zip(analysis.sections, starts, strict=True)], at)
    return float(np.mean(true == heard))


def _label_at(sections: Sequence[tuple[str, float]], at: np.ndarray) -> np.ndarray:
    index = np.searchsorted([start for _, start in sections], at, side="right") - 1
    return np.array([label for label, _ in sections])[np.maximum(index, 0)]


def _vocals(case: Case, analysis: TrackAnalysis) -> tuple[tuple[float, float], ...]:
    if case.vocals is None or not len(analysis.vocals):
        return ()
    grid = analysis.beat_grid
    bar = (grid.beat_at(case.vocals[:, 0]) - grid.first_downbeat) // grid.beats_per_bar
    chance = analysis.vocals[np.clip(bar.astype(int), 0, len(analysis.vocals) - 1)]
    return tuple((float(t), float(c)) for t, c in zip(case.vocals[:, 1], chance, strict=True))


# ── runs ───────────────────────────────────────────────────────────────────────────────────────────────────────────

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


def drawn(style: str, seed: int, folder: Path) -> BoxTrack:
    """A piece of the box; a file that a folder already holds is taken as it is."""
    path = folder / f"{style}-{seed}.flac"
    if path.exists():
        return truth_of(composed(style, seed), path)
    (track,) = write_box(folder, styles=(style,), seed=seed)
    return track


def charts(music: Path) -> list[dict]:
    """The charts of a folder of recordings."""
    return json.loads((music / "beats.json").read_text())


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


# ── the report ─────────────────────────────────────────────────────────────────────────────────────────────────────


def report(scores: Sequence[Score]) -> str:
    """Style by style, then the reliability of the confidences."""
    head = f"{'style':<20} n fail beatF downF grid✓ down✓ octave✓ bias  phrase found  key✓ key~ labels  vocals  conf g/d"
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
    """The tables of grid and downbeat: what the confidence said, and what share was right."""
    grid = [(s.grid_confidence, s.is_grid_right) for s in scores]
    down = [
        (s.downbeat_confidence, s.is_downbeat_right)
        for s in scores
        if s.is_grid_right and s.downbeat_f == s.downbeat_f
    ]
    return "\n".join([*_table("grid", grid), "", *_table("downbeat, where the grid is right", down)])


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
