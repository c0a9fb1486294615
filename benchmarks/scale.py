"""How long a crate of ten thousand analysed recordings takes from the folder to the plan.

    .venv/bin/python benchmarks/scale.py [--tracks 10000] [--scratch FOLDER] [--length-min 60]

Builds a folder of files that nobody decodes and a cache of made analyses of realistic size (four minutes each), then
times, in a fresh process as a command would: the list of files, the index, the shortlist, its analyses, the plan.
"""

import argparse
import hashlib
import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np

from temirbek.analysis import ANALYSIS_VERSION
from temirbek.planning import plan_set
from temirbek.prepare import find_recordings, open_crate
from temirbek.store import AnalysisCache, FileState, LibraryIndex, Verdict
from temirbek.types import (
    BeatGrid,
    Confidence,
    Key,
    KeyEstimate,
    Section,
    SectionLabel,
    SetWishes,
    Track,
    TrackAnalysis,
    summary_of,
)

SHAPE: tuple[tuple[SectionLabel, int, float], ...] = (
    ("intro", 16, 0.3),
    ("build", 8, 0.5),
    ("drop", 32, 0.9),
    ("break", 16, 0.4),
    ("drop", 32, 1.0),
    ("outro", 16, 0.3),
)


def made_analysis(path: Path, rng: np.random.Generator) -> TrackAnalysis:
    """An analysis as large and as various as those of real dance music."""
    tempo_bpm = float(rng.choice([90, 100, 120, 124, 126, 128, 140, 174]) + rng.normal(0, 1.5))
    n_bars = sum(bars for _, bars, _ in SHAPE)
    n_beats = 4 * n_bars + 2
    beats_s = 0.1 + np.arange(n_beats) * 60.0 / tempo_bpm
    duration_s = float(beats_s[-1]) + 1.0
    sections, at = [], 0.0
    for label, bars, energy in SHAPE:
        sections.append(Section(start_beat=at, end_beat=at + 4 * bars, label=label, energy=energy))
        at += 4 * bars
    key = Key(tonic=int(rng.integers(12)), mode="minor" if rng.random() < 0.6 else "major")
    energy = np.concatenate([np.full(bars, level) for _, bars, level in SHAPE])
    return TrackAnalysis(
        track=Track(
            id=hashlib.sha256(path.name.encode()).hexdigest(),
            path=path,
            title=path.stem,
            artist=f"Artist {int(rng.integers(2000))}",
            duration_s=duration_s,
            sample_rate_hz=44100,
            channels=2,
        ),
        beat_grid=BeatGrid(beats_s=beats_s),
        is_constant_tempo=True,
        key=KeyEstimate(best=key, second=key, confidence=0.8),
        sections=tuple(sections),
        phrases_beats=np.arange(0, 4 * n_bars, 32, dtype=float),
        energy=np.clip(energy * rng.uniform(0.5, 1.0) + rng.normal(0, 0.03, n_bars), 0, 1),
        band_energy=rng.random((n_bars, 3)),
        loudness_lufs=float(rng.normal(-10, 2)),
        true_peak_dbtp=-0.5,
        confidence=Confidence(grid=0.95, downbeat=0.9, phrase=0.8, sections=0.7),
        waveform=rng.random(int(duration_s * 50)).astype(np.float32),
        vocals=rng.random(n_bars),
        chroma=rng.random((n_bars, 12)),
        bar_loudness_lufs=rng.normal(-12, 3, n_bars),
        timbre=rng.normal(0, 0.22, 20),
    )


def build(scratch: Path, n_tracks: int) -> None:
    """Files and cache; made once, whatever is measured afterwards."""
    rng = np.random.default_rng(1)
    music, cache = scratch / "music", scratch / "cache"
    store = AnalysisCache(cache, ANALYSIS_VERSION)
    music.mkdir(parents=True)

    def made() -> Iterator[TrackAnalysis]:
        for k in range(n_tracks):
            path = music / f"{k // 100:03d}" / f"track {k:05d}.flac"
            path.parent.mkdir(exist_ok=True)
            path.write_bytes(b"not decoded, only looked at")
            analysis = made_analysis(path, rng)
            store.put(analysis)
            yield analysis

    with LibraryIndex(cache, ANALYSIS_VERSION) as index:
        rows = [(a.track, summary_of(a)) for a in made()]
        index.remember(
            tracks=[(track, state) for track, _ in rows if (state := FileState.of(track.path))],
            verdicts=[((track.id, ""), Verdict(summary=summary)) for track, summary in rows],
        )


def measure(scratch: Path, length_s: float) -> dict[str, float]:
    """Seconds of each step; "of the processor" is what other programs on the machine do not change."""
    wishes = SetWishes(length_s=length_s)
    marks, worked = [time.perf_counter()], time.process_time()
    files = find_recordings([scratch / "music"])
    marks.append(time.perf_counter())
    crate = open_crate(files, scratch / "cache")
    marks.append(time.perf_counter())
    library = crate.for_planning(wishes, seed=0)
    marks.append(time.perf_counter())
    plan = plan_set(library.analyses, wishes=wishes, seed=0)
    marks.append(time.perf_counter())
    steps = dict(zip(("find files", "index", "shortlist and load", "plan"), np.diff(marks), strict=True))
    return {
        "tracks": len(crate.summaries),
        "loaded": len(library.analyses),
        "played": len(plan.plays),
        **{name: round(float(seconds), 2) for name, seconds in steps.items()},
        "in all": round(float(marks[-1] - marks[0]), 2),
        "of the processor": round(time.process_time() - worked, 2),
    }


def main() -> None:
    """Builds, measures in a fresh process, prints JSON."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--tracks", type=int, default=10_000)
    parser.add_argument(
        "--scratch", type=Path, help="kept, and measured again if it is there; else temporary"
    )
    parser.add_argument("--length-min", type=float, default=60.0)
    parser.add_argument("--only-measure", action="store_true", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.only_measure:
        print(json.dumps(measure(options.scratch, 60.0 * options.length_min)))
        return
    with tempfile.TemporaryDirectory() as temporary:
        scratch = (options.scratch or Path(temporary)) / f"analysis {ANALYSIS_VERSION}"
        if not (scratch / "music").exists():
            started = time.perf_counter()
            build(scratch, options.tracks)
            megabytes = sum(p.stat().st_size for p in (scratch / "cache").rglob("*") if p.is_file()) / 1e6
            print(
                f"built {options.tracks} in {time.perf_counter() - started:.0f} s, cache {megabytes:.0f} MB"
            )
        words = [sys.executable, __file__, "--only-measure", "--scratch", str(scratch)]
        started = time.perf_counter()
        subprocess.run([*words, "--length-min", str(options.length_min)], check=True)
        print(f"with the start of Python: {time.perf_counter() - started:.2f} s")


if __name__ == "__main__":
    main()
