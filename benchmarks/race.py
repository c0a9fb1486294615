"""Our mix against others of the same tracks in the same order, in one run, by one ruler.

    python benchmarks/race.py --demo
    python benchmarks/race.py FOLDER [SONG …] [--peer NAME=FILE …]

The field: ours; FFmpeg's ``acrossfade`` (where FFmpeg is installed); a plain beatmatched cross-fade by our own decks,
blind to phrases, basses and keys (the ablation); and any mix that another program made of the same tracks in the same
order (``--peer "Mixxx=recording.flac"``). Ours and the ablation are measured on their stems, others as bare files beside
the original recordings: the same figures on the evidence that there is; what a bare file does not let be heard is "–".
Known beats (the demo's; a ``beats.json`` in FOLDER) are the truth where there are any.

Below the table stands, for each metric on which another mix is ahead, why.
"""

import argparse
import json
import sys
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from mix import charted
from peers import ffmpeg_acrossfade, has_ffmpeg, plain_crossfade

from temirbek.demo import write_tracks
from temirbek.measures import MixCheck, TrackTruth, check_file, check_mix
from temirbek.prepare import analyze_files, find_recordings, write_mix_folder
from temirbek.types import SetWishes, TrackAnalysis

LOWER = {
    "beat_error_median": "beat error, median [ms]",
    "beat_error_p95": "beat error, p95 [ms]",
    "flams_per_transition": "flams per transition",
    "tempo_step_max": "largest step of the tempo from bar to bar",
    "tempo_slope_max": "steepest ramp of the tempo per second",
    "key_steps_mean": "Camelot steps, mean",
    "tonal_distance_mean": "tonal distance of what sounds together",
    "vocal_overlap": "voice over voice [s]",
    "both_bass_beats_per_transition": "beats with two basses per transition",
    "bass_clash_max": "worst bass clash",
    "loudness_deviation_max": "largest loudness deviation [LU]",
    "clicks": "clicks",
    "onset_error_p95": "stretching: onset error, p95 [ms]",
    "pre_echo_median": "stretching: pre-echo [dB]",
    "tempo_change_max": "largest change of a track's tempo",
    "key_change_max": "largest change of a track's key [semitones]",
}
HIGHER = {
    "on_phrases": "start, swap and end on phrases of both",
    "loudness_held": "transitions that hold their loudness",
    "played_mean": "share of each track played",
}
WHY = {
    "beat_error_median": "hundredths of a millisecond are rounding: a sample lasts 0.02 ms",
    "tempo_step_max": "who never matches tempi has one tempo a track, and steps or drifts apart instead of ramping",
    "tempo_slope_max": "who never matches tempi never ramps",
    "onset_error_p95": "who does not stretch has nothing to lose; ours is paid for beats that fall together",
    "pre_echo_median": "who does not stretch has nothing to lose; ours is paid for beats that fall together",
    "tempo_change_max": "who does not match tempi changes none",
    "key_change_max": "who does not match tempi changes none",
    "played_mean": "a fade from the end of a file into the start of the next loses nothing but phrases",
    "key_steps_mean": "the order was given, so keys are the same for everybody",
    "vocal_overlap": "a shorter overlap has less time for two voices",
    "tonal_distance_mean": "the order was given; only where and how long tracks overlap differs",
}
"""What speaks for being behind, where something does; a metric that is not here is simply lost."""
EVEN = 0.02


@dataclass(frozen=True)
class Entry:
    """One mix in the race."""

    name: str
    check: MixCheck

    def value(self, figure: str) -> float | None:
        """A figure by name; None where it could not be measured."""
        return next((f.value for f in self.check.figures if f.name == figure), None)


def run(
    tracks: Sequence[TrackAnalysis],
    truths: Mapping[str, TrackTruth],
    peers: Mapping[str, Path],
    scratch: Path,
) -> list[Entry]:
    """Makes the mixes and measures them."""
    by_id = {t.track.id: t for t in tracks}
    ours = write_mix_folder(
        tracks,
        scratch / "ours",
        wishes=SetWishes(keep_order=True),
        seed=0,
        stems=True,
        on_stage=lambda stage, share: None,
    )
    order = [by_id[play.track_id] for play in ours.plan.plays]
    plain = plain_crossfade(order, scratch / "plain")
    entries = [
        Entry(name, check_mix(mix, by_id, truths))
        for name, mix in (("ours", ours), ("plain beatmatched", plain))
    ]
    files = dict(peers)
    if has_ffmpeg():
        files["ffmpeg acrossfade"] = ffmpeg_acrossfade(order, scratch / "ffmpeg.flac")
    else:
        say("ffmpeg is not on the path: its cross-fade is not in the race")
    for name, path in files.items():
        say(f"measuring {name} ...")
        entries.append(Entry(name, check_file(path, order, truths)))
    return entries


def table(entries: Sequence[Entry]) -> str:
    """Metrics in rows, mixes in columns."""
    names = [e.name for e in entries]
    lines = ["| metric | " + " | ".join(names) + " |", "|---" * (len(names) + 1) + "|"]
    for figure, words in (LOWER | HIGHER).items():
        cells = ["–" if e.value(figure) is None else f"{e.value(figure):.3g}" for e in entries]
        lines.append(f"| {words} | " + " | ".join(cells) + " |")
    return "\n".join(lines)


def behind(entries: Sequence[Entry]) -> list[str]:
    """Where another mix is ahead of ours, and why."""
    ours, others = entries[0], entries[1:]
    lines = []
    for figure, words in (LOWER | HIGHER).items():
        mine = ours.value(figure)
        for other in others:
            theirs = other.value(figure)
            if mine is None or theirs is None:
                continue
            lead = mine - theirs if figure in LOWER else theirs - mine
            if lead > EVEN * max(abs(mine), abs(theirs), 1e-9):
                why = WHY.get(figure, "no excuse")
                lines.append(f"- {words}: {other.name} {theirs:.3g}, ours {mine:.3g}: {why}")
    return lines


def say(text: str) -> None:
    """Tells how far it is, beside the table."""
    print(text, file=sys.stderr, flush=True)


def demo_music(scratch: Path) -> tuple[list[Path], dict[Path, TrackTruth]]:
    """The demo's tracks and what is true of them."""
    truths = {
        t.path: TrackTruth(beats_s=t.beats_s, phrases_s=t.beat_grid.time_at(t.phrases_beats))
        for t in write_tracks(scratch / "demo")
    }
    return list(truths), truths


def parsed_peers(texts: Sequence[str], parser: argparse.ArgumentParser) -> dict[str, Path]:
    """NAME=FILE, one each."""
    peers = {}
    for text in texts:
        name, equals, file = text.partition("=")
        if not (name and equals and Path(file).is_file()):
            parser.error(f"--peer {text}: expected NAME=FILE with a file that is there")
        peers[name] = Path(file)
    return peers


def main() -> None:
    """Runs the race and prints it."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", type=Path, nargs="?")
    parser.add_argument(
        "songs", nargs="*", help="names without ending, in order; all of the folder by default"
    )
    parser.add_argument("--demo", action="store_true", help="race on the demo's own tracks")
    parser.add_argument("--peer", action="append", default=[], metavar="NAME=FILE")
    parser.add_argument("--keep", type=Path, help="keep the mixes in this folder")
    parser.add_argument("--json", type=Path, help="write every measure here")
    options = parser.parse_args()
    if options.demo == (options.folder is not None):
        parser.error("name a folder of recordings, or --demo")
    peers = parsed_peers(options.peer, parser)
    with tempfile.TemporaryDirectory(prefix="temirbek-race-") as temporary:
        scratch = options.keep or Path(temporary)
        scratch.mkdir(parents=True, exist_ok=True)
        if options.demo:
            (scratch / "demo").mkdir(exist_ok=True)
            files, known = demo_music(scratch)
        else:
            found = {f.stem: f for f in find_recordings([options.folder])}
            files, known = [found[s] for s in options.songs] or list(found.values()), {}
        library = analyze_files(files, scratch / "cache")
        library.require_music()
        truths = {a.track.id: known[a.track.path] for a in library.analyses if a.track.path in known}
        if options.folder:
            truths |= charted(options.folder, library.analyses)
        entries = run(library.analyses, truths, peers, scratch)
        print(table(entries))
        print("\n".join(["", "Where another is ahead:", *(behind(entries) or ["nowhere"])]))
        for entry in entries:
            for note in entry.check.notes:
                print(f"{entry.name}: {note}")
        if options.json:
            options.json.write_text(json.dumps({e.name: e.check.to_json() for e in entries}, indent=1))


if __name__ == "__main__":
    main()
