"""A mix of recordings, measured: transitions with their reasons, and every figure of `temirbek check` beside its bar.

    python benchmarks/mix.py FOLDER [SONG …] [--length-min 3]

Beats between decks are those of the chart where FOLDER holds a ``beats.json``; charts know no phrases, so phrases are
those of our own analysis.
"""

import argparse
import json
import tempfile
import time
from pathlib import Path

import numpy as np

from temirbek.measures import MixCheck, TrackTruth, check_mix
from temirbek.mixing import render
from temirbek.prepare import analyze_files, find_recordings, write_mix_folder
from temirbek.types import Mix, SetWishes, TrackAnalysis


def charted(folder: Path, analyses: tuple[TrackAnalysis, ...]) -> dict[str, TrackTruth]:
    """Charted beats by track id, for the recordings that have them."""
    path = folder / "beats.json"
    charts = {c["file"]: c for c in json.loads(path.read_text())} if path.exists() else {}
    return {
        a.track.id: TrackTruth(
            beats_s=np.array(chart["beats_s"]), phrases_s=a.beat_grid.time_at(a.phrases_beats)
        )
        for a in analyses
        if (chart := charts.get(a.track.path.name))
    }


def say_plan(mix: Mix, by_id: dict[str, TrackAnalysis]) -> None:
    """Each play and each transition in a line."""
    for k, play in enumerate(mix.plan.plays):
        print(f"   {by_id[play.track_id].track.title:16s} {play.reason}")
        if k < len(mix.plan.transitions):
            t = mix.plan.transitions[k]
            print(f"      beat {t.start_beat:g}: {t.reason}")


def say_figures(check: MixCheck) -> None:
    """Every figure beside its bar, then each transition in a line."""
    for figure in check.figures:
        value = "–" if figure.value is None else f"{figure.value:.3f} {figure.unit}"
        bar = f"(bar {figure.bar.in_words(figure.unit)})" if figure.bar else ""
        print(f"   {figure.name:32s} {value:18s} {bar}")
    for t in check.transitions:
        errors = np.abs(t.errors.error_ms) if t.errors else np.zeros(0)
        apart = (
            f"{np.median(errors):.2f} / {np.percentile(errors, 95):.2f} ms" if len(errors) else "not clear"
        )
        where = ", ".join(f"{point} {a:d}{b:d}" for point, (a, b) in t.on_phrase.items())
        loudness = "–" if t.loudness_deviation_lu is None else f"{t.loudness_deviation_lu:.2f} LU"
        print(
            f"   {t.crossing.style:13s} {t.from_title} > {t.to_title}: beats {apart}, flams {t.flams}, "
            f"two basses {t.both_bass_beats}, {loudness}, on phrases of out/in: {where}"
        )
    for note in check.notes:
        print(f"   {note}")


def main() -> None:
    """Mixes and measures what was asked for."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("songs", nargs="*", help="names without ending; all of the folder by default")
    parser.add_argument("--length-min", type=float)
    options = parser.parse_args()
    files = [f for f in find_recordings([options.folder]) if not options.songs or f.stem in options.songs]
    with tempfile.TemporaryDirectory(prefix="temirbek-bench-") as scratch:
        library = analyze_files(files, Path(scratch) / "cache")
        library.require_music()
        by_id = {a.track.id: a for a in library.analyses}
        start = time.perf_counter()
        mix = write_mix_folder(
            library.analyses,
            Path(scratch) / "mix",
            wishes=SetWishes(length_s=options.length_min and options.length_min * 60),
            seed=0,
            stems=True,
            on_stage=lambda stage, share: None,
        )
        whole_s = time.perf_counter() - start
        start = time.process_time()
        render(mix.plan, library.analyses, Path(scratch) / "again")
        took_s = time.process_time() - start
        say_plan(mix, by_id)
        say_figures(check_mix(mix, by_id, charted(options.folder, library.analyses)))
        print(f"   {mix.duration_s:.1f} s: planned, listened to and rendered in {whole_s:.0f} s; ", end="")
        print(f"rendering alone {mix.duration_s / took_s:.1f} x real time on one core")
        for item in library.left_out:
            print(f"   left out: {item.path.name}: {item.reason}")
        for track_id, reason in mix.plan.left_out:
            print(f"   not played: {by_id[track_id].track.title}: {reason}")


if __name__ == "__main__":
    main()
