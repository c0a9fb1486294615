"""The order of a set, on one cost: ours, the nearest neighbour, and chance.

    python benchmarks/order.py [FOLDER]

The cost is that of ``temirbek.planning.order``: energy arc, tempo, harmony of the bars that meet, variety, voices. Crates
of 20, 100 and 1000 tracks are made up (seeded); with FOLDER, its recordings are analysed and ordered as well. Chance is
the mean of 200 random orders. Last, a crate of 10,000 rows is cut down to 200 and planned with a length.
"""

import argparse
import tempfile
import time
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np

from temirbek.planning import plan_set, shortlist
from temirbek.planning.compatibility import pair_costs
from temirbek.planning.material import Material
from temirbek.planning.order import best_order, cost_of, crate_of, greedy_order
from temirbek.prepare import analyze_files, find_recordings
from temirbek.types import (
    BeatGrid,
    Confidence,
    Key,
    KeyEstimate,
    Mode,
    Section,
    SectionLabel,
    SetWishes,
    Track,
    TrackAnalysis,
    summary_of,
)

CHANCES = 200
MODES: tuple[Mode, Mode] = ("major", "minor")
PIECE: tuple[tuple[SectionLabel, int, float], ...] = (
    ("intro", 16, 0.4),
    ("build", 8, 0.6),
    ("drop", 16, 1.0),
    ("break", 16, 0.5),
    ("drop", 16, 1.0),
    ("outro", 16, 0.4),
)
TRIADS = {"major": (0, 4, 7), "minor": (0, 3, 7)}


def made_up(rng: np.random.Generator, k: int) -> TrackAnalysis:
    """A track of dance music that nobody wrote."""
    tempo_bpm = float(rng.choice([98.0, 110.0, 122.0, 126.0, 140.0, 174.0]) + rng.normal(0, 2))
    bars = sum(length for _, length, _ in PIECE)
    key = Key(tonic=int(rng.integers(12)), mode=MODES[int(rng.integers(2))])
    height = float(rng.uniform(0.4, 1.0))
    sections, beat = [], 0.0
    for label, length, level in PIECE:
        sections.append(
            Section(start_beat=beat, end_beat=beat + 4 * length, label=label, energy=level * height)
        )
        beat += 4 * length
    chroma = np.abs(rng.normal(0.1, 0.1, (bars, 12)))
    chroma[:, [(key.tonic + step) % 12 for step in TRIADS[key.mode]]] += 1.0
    energy = np.concatenate([np.full(length, level * height) for _, length, level in PIECE])
    return TrackAnalysis(
        track=Track(
            id=f"{k:05d}",
            path=Path(f"{k}.flac"),
            title=f"track {k}",
            artist=f"artist {int(rng.integers(60))}",
            duration_s=beat * 60 / tempo_bpm,
            sample_rate_hz=44100,
            channels=2,
        ),
        beat_grid=BeatGrid(beats_s=np.arange(beat) * 60 / tempo_bpm),
        is_constant_tempo=True,
        key=KeyEstimate(best=key, second=key, confidence=0.8),
        sections=tuple(sections),
        phrases_beats=np.arange(0, beat, 32.0),
        energy=energy,
        band_energy=np.full((bars, 3), 0.5),
        loudness_lufs=-12.0,
        true_peak_dbtp=-1.0,
        confidence=Confidence(grid=0.95, downbeat=0.95, phrase=0.9, sections=0.8),
        waveform=np.zeros(10),
        vocals=np.repeat(rng.uniform(0, 1, bars // 8) > 0.7, 8).astype(float),
        chroma=chroma / np.linalg.norm(chroma, axis=1, keepdims=True),
        bar_loudness_lufs=-12.0 + 10 * np.log10(energy / height),
        timbre=rng.normal(0, 0.16, 20),
    )


def race(name: str, analyses: Sequence[TrackAnalysis]) -> None:
    """Orders a crate in three ways and says what each costs."""
    materials = [Material(analysis=a) for a in analyses]
    start = time.perf_counter()
    crate = crate_of(pair_costs(materials), [m.peak_energy for m in materials], len(materials))
    ours = cost_of(best_order(crate, seed=0), crate)
    took = time.perf_counter() - start
    rng = np.random.default_rng(0)
    chance = [cost_of(rng.permutation(len(materials)), crate) for _ in range(CHANCES)]
    greedy = cost_of(greedy_order(crate), crate)
    print(
        f"   {name:24s} ours {ours:9.2f}   greedy {greedy:9.2f}   chance {np.mean(chance):9.2f} "
        f"(best {min(chance):.2f})   {took:.2f} s"
    )


def big_crate(rng: np.random.Generator) -> None:
    """Ten thousand rows, as a cache would hold them, to a plan of one hour."""
    some = [made_up(rng, k) for k in range(1000)]
    rows = [
        replace(summary_of(a), track=replace(a.track, id=f"{k}-{a.track.id}"))
        for k in range(10)
        for a in some
    ]
    known = {f"{k}-{a.track.id}": a for k in range(10) for a in some}
    wishes = SetWishes(length_s=3600.0)
    start = time.perf_counter()
    chosen = shortlist(rows, wishes=wishes, seed=0, n=200)
    listed = time.perf_counter()
    analyses = [replace(known[i], track=replace(known[i].track, id=i)) for i in chosen]
    read = time.perf_counter()
    plan = plan_set(analyses, wishes=wishes)
    planned = time.perf_counter()
    print(
        f"   {len(rows)} rows: shortlist of {len(chosen)} in {listed - start:.2f} s, "
        f"plan of {len(plan.plays)} tracks in {planned - read:.2f} s"
    )


def main() -> None:
    """Races on what was asked for."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", type=Path, nargs="?")
    options = parser.parse_args()
    rng = np.random.default_rng(1)
    for n in (20, 100, 1000):
        race(f"{n} made-up tracks", [made_up(rng, k) for k in range(n)])
    if options.folder:
        with tempfile.TemporaryDirectory(prefix="temirbek-bench-") as scratch:
            library = analyze_files(find_recordings([options.folder]), Path(scratch))
            library.require_music()
            race(f"{len(library.analyses)} recordings", library.analyses)
    big_crate(rng)


if __name__ == "__main__":
    main()
