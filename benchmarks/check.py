"""Twins: the same mixes measured by their plan and stems, by stems and originals, and by the bare file alone.

    python benchmarks/check.py [--music FOLDER] [--length-min 5]

Known truth first: two synthetic pieces, blended by our own decks, the second one so many milliseconds late. With
``--music`` a set of real recordings as well. What the three kinds of evidence say stands side by side.
"""

import argparse
import importlib.util
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from types import ModuleType

from temirbek.measures import MixCheck, check_file, check_mix, check_stems
from temirbek.mixing import render
from temirbek.planning import plan_set
from temirbek.prepare import analyze_files, find_recordings
from temirbek.types import Mix, SetWishes, TrackAnalysis

LATE_MS = (0.0, 5.0, -12.0)
FIGURES = (
    "beat_error_median",
    "beat_error_p95",
    "flams_per_transition",
    "on_phrases",
    "both_bass_beats_per_transition",
    "bass_clash_max",
    "vocal_overlap",
    "tonal_distance_mean",
    "loudness_deviation_max",
    "clicks",
    "onset_error_p95",
    "pre_echo_median",
    "played_mean",
    "tempo_change_max",
    "key_change_max",
)


def twins() -> ModuleType:
    """The makers of the synthetic twins, which the tests use."""
    path = Path(__file__).parent.parent / "tests" / "measures" / "twins.py"
    spec = importlib.util.spec_from_file_location("twins", path)
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def three_ways(mix: Mix, tracks: Sequence[TrackAnalysis]) -> tuple[MixCheck, ...]:
    """A mix on each kind of evidence."""
    used = [next(t for t in tracks if t.track.id == play.track_id) for play in mix.plan.plays]
    checks = []
    for name, check in (
        ("plan and stems", lambda: check_mix(mix, {t.track.id: t for t in tracks})),
        ("stems and originals", lambda: check_stems(mix.audio_path, mix.stem_paths, used)),
        ("mix and originals", lambda: check_file(mix.audio_path, used)),
    ):
        start = time.process_time()
        checks.append(check())
        print(f"   {name}: {mix.duration_s / (time.process_time() - start):.1f} x real time", file=sys.stderr)
    return tuple(checks)


def say(checks: Sequence[MixCheck]) -> None:
    """The figures side by side."""
    print(f"   {'':32s}" + "".join(f"{c.evidence:>22s}" for c in checks))
    for name in FIGURES:
        values = [next(f for f in c.figures if f.name == name) for c in checks]
        told = "".join(f"{'–' if v.value is None else f'{v.value:.3f}':>22s}" for v in values)
        print(f"   {name:32s}{told}  {values[0].unit}")
    found = [f"{len(c.tracks)} tracks, {len(c.transitions)} transitions" for c in checks]
    print(f"   {'found':32s}" + "".join(f"{x:>22s}" for x in found))


def main() -> None:
    """Measures what was asked for."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--music", type=Path, help="a folder of recordings")
    parser.add_argument("--length-min", type=float, default=5.0, help="of the set made from them")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="temirbek-bench-") as scratch:
        for late_ms in LATE_MS:
            folder = Path(scratch) / f"late_{late_ms:g}"
            folder.mkdir()
            mix, tracks = twins().mixed(folder, late_s=late_ms / 1e3)
            print(f"synthetic, second deck {late_ms:g} ms late")
            say(three_ways(mix, tracks))
        if options.music is not None:
            library = analyze_files(find_recordings([options.music]), Path(scratch))
            library.require_music()
            plan = plan_set(library.analyses, wishes=SetWishes(length_s=60 * options.length_min))
            mix = render(plan, library.analyses, Path(scratch) / "mix", stems=True)
            print(f"{options.music.name}, {len(plan.plays)} tracks")
            say(three_ways(mix, library.analyses))


if __name__ == "__main__":
    main()
