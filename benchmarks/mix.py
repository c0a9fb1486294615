"""A mix of recordings, measured: transitions with their reasons, phrases, stretch, levels, decks against each other.

    python benchmarks/mix.py FOLDER [SONG …] [--length-min 3]

Beats between decks are heard in the stems; where FOLDER holds a ``beats.json`` of charted beats, they are also taken
from there (a chart has no phrases: downbeats stand in for them).
"""

import argparse
import json
import tempfile
import time
from pathlib import Path

import numpy as np

from temirbek.measures import MixMeasures, TrackTruth, measure_mix
from temirbek.mixing import render
from temirbek.planning import plan_set
from temirbek.prepare import analyze_files, find_recordings
from temirbek.types import Mix, SetWishes, TrackAnalysis


def charted(folder: Path, analyses: tuple[TrackAnalysis, ...]) -> dict[str, TrackTruth]:
    """Charted beats by track id, for the recordings that have them."""
    path = folder / "beats.json"
    charts = {c["file"]: c for c in json.loads(path.read_text())} if path.exists() else {}
    return {
        a.track.id: TrackTruth(beats_s=np.array(chart["beats_s"]), phrases_s=np.array(chart["downbeats_s"]))
        for a in analyses
        if (chart := charts.get(a.track.path.name))
    }


def say_plan(mix: Mix, by_id: dict[str, TrackAnalysis]) -> None:
    """Each play and each transition in a line."""
    curve = (mix.plan.tempo_beats, mix.plan.tempo_bpm)
    for play in mix.plan.plays:
        own = by_id[play.track_id].beat_grid.tempo_bpm / play.beat_ratio
        beats = np.linspace(
            play.mix_from_beat + 0.01, play.mix_to_beat - 0.01, 200
        )  # a cut steps on its beat
        stretch = np.abs(np.interp(beats, *curve) / own - 1).max()
        heard = (play.track_to_beat - play.track_from_beat) / by_id[play.track_id].beat_grid.n_beats
        print(
            f"   {by_id[play.track_id].track.title:16s} {heard:5.0%} of it, stretched by up to {stretch:.1%}; {play.reason}"
        )
    for t in mix.plan.transitions:
        print(f"   beat {t.start_beat:g}: {t.style}; {t.reason}")


def say_measures(measures: MixMeasures, mix: Mix) -> None:
    """The figures of the mix."""
    n = len(mix.plan.transitions)
    on = sum(t.is_on_phrases for t in mix.plan.transitions)
    print(f"   starts on phrases of both tracks (as analysed): {on} of {n}")
    for source in ("heard", "true"):
        errors = np.abs(measures.deck_errors_ms(source))
        if len(errors):
            print(
                f"   decks apart, {source}: median {np.median(errors):.2f} ms, p95 {np.percentile(errors, 95):.2f} ms"
            )
    print(f"   {mix.duration_s:.1f} s, {mix.loudness_lufs:.2f} LUFS, {mix.true_peak_dbtp:.2f} dBTP")


def main() -> None:
    """Mixes and measures what was asked for."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("songs", nargs="*", help="names without ending; all of the folder by default")
    parser.add_argument("--length-min", type=float)
    options = parser.parse_args()
    files = [f for f in find_recordings([options.folder]) if not options.songs or f.stem in options.songs]
    with tempfile.TemporaryDirectory(prefix="temirbek-bench-") as scratch:
        library = analyze_files(files, Path(scratch))
        library.require_music()
        wishes = SetWishes(length_s=options.length_min and options.length_min * 60)
        plan = plan_set(library.analyses, wishes=wishes)
        start = time.perf_counter()
        mix = render(plan, library.analyses, Path(scratch), stems=True)
        took = time.perf_counter() - start
        by_id = {a.track.id: a for a in library.analyses}
        say_plan(mix, by_id)
        say_measures(measure_mix(mix, by_id, charted(options.folder, library.analyses)), mix)
        print(f"   rendered in {took:.1f} s, {mix.duration_s / took:.1f} x real time")
        for item in library.left_out:
            print(f"   left out: {item.path.name}: {item.reason}")
        for track_id, reason in plan.left_out:
            print(f"   not played: {by_id[track_id].track.title}: {reason}")


if __name__ == "__main__":
    main()
