"""The commands, each a few lines around :mod:`temirbek.prepare`."""

import json
import logging
import sys
import traceback
from importlib import resources
from pathlib import Path
from typing import Any

import click
from rich.markup import escape

from temirbek import __version__
from temirbek.cli import doctor as checks
from temirbek.cli.screen import ANSWERS, COMPLAINTS, progress_bars, say_left_out, show_measures
from temirbek.demo import write_tracks
from temirbek.errors import DeviceLost, InvalidInput, TemirbekError
from temirbek.prepare import (
    analyze_files,
    find_recordings,
    not_played,
    read_mix,
    rehearse,
    write_dance_folder,
    write_mix_folder,
)
from temirbek.show import DEFAULT_CAST, read_show
from temirbek.store import default_cache_dir
from temirbek.types import Music, Show, TrackAnalysis

OUT = click.option("-o", "--out", type=click.Path(path_type=Path), required=True, help="Folder to write.")
SEED = click.option(
    "--seed", type=click.IntRange(0, 2**32 - 1), default=0, show_default=True, help="Of free choices."
)
LENGTH = click.option(
    "--length-min",
    type=click.FloatRange(0.25, 600),
    help="About how long the set lasts [min]; without it: all of it.",
)
KEEP_ORDER = click.option("--keep-order", is_flag=True, help="Play in the order given.")
STEMS = click.option(
    "--stems", is_flag=True, help="Write one FLAC per deck, gains applied, on the mix's timeline."
)
VIDEO = click.option("--video", is_flag=True, help="Render an mp4 as well (needs EGL and the extra 'media').")
SOURCES = click.argument("sources", nargs=-1, required=True, type=click.Path(path_type=Path))


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="temirbek")
@click.option("--traceback", "wants_traceback", is_flag=True, help="Show where a fault came from.")
@click.option("--cache", type=click.Path(path_type=Path), help="Folder for analyses kept between runs.")
@click.pass_context
def cli(context: click.Context, wants_traceback: bool, cache: Path | None) -> None:
    """Temirbek stages a robot concert: it mixes your music and robots dance to the mix, exactly on the beat."""
    logging.basicConfig(level=logging.DEBUG if wants_traceback else logging.CRITICAL)
    context.obj = cache or default_cache_dir()


@cli.command("analyze")
@SOURCES
@click.option("--json", "as_json", is_flag=True, help="One JSON object a line.")
@click.pass_obj
def analyze_command(cache: Path, sources: tuple[Path, ...], as_json: bool) -> None:
    """Hear tempo, beats, bars, sections and key of recordings."""
    files = find_recordings(sources)
    with progress_bars() as on_stage:
        library = analyze_files(files, cache, on_progress=lambda share: on_stage("analysis", share))
    say_left_out(library.left_out)
    for analysis in library.analyses:
        if as_json:
            click.echo(json.dumps(_analysis_json(analysis), ensure_ascii=False, allow_nan=False))
        else:
            ANSWERS.print(_analysis_line(analysis), markup=False)
    if not library.analyses:
        raise SystemExit(1)


@cli.command("mix")
@SOURCES
@OUT
@STEMS
@LENGTH
@KEEP_ORDER
@SEED
@click.pass_obj
def mix_command(
    cache: Path,
    sources: tuple[Path, ...],
    out: Path,
    stems: bool,
    length_min: float | None,
    keep_order: bool,
    seed: int,
) -> None:
    """Mix recordings into one set like a DJ: mix.flac, plan.json, a CUE sheet and a tracklist."""
    with progress_bars() as on_stage:
        library = analyze_files(
            find_recordings(sources), cache, on_progress=lambda share: on_stage("analysis", share)
        )
        library.require_music()
        mix = write_mix_folder(
            library.analyses,
            out,
            seed=seed,
            length_s=None if length_min is None else length_min * 60,
            keep_order=keep_order,
            stems=stems,
            on_stage=on_stage,
        )
    say_left_out([*library.left_out, *not_played(mix, library.analyses)])
    ANSWERS.print((out / "tracklist.txt").read_text(encoding="utf-8"), markup=False)
    ANSWERS.print(
        f"{mix.audio_path}: {mix.duration_s:.1f} s, {mix.loudness_lufs:.1f} LUFS, {mix.true_peak_dbtp:.1f} dBTP",
        markup=False,
    )


@cli.command("dance")
@click.argument("mix_folder", type=click.Path(path_type=Path))
@OUT
@VIDEO
@SEED
def dance_command(mix_folder: Path, out: Path, video: bool, seed: int) -> None:
    """Dance to a mix that `temirbek mix` wrote, in physics; writes the page, report.json and motion.npz."""
    loaded = read_mix(mix_folder)
    show = Show(title=mix_folder.name, seed=seed, music=Music(), cast=DEFAULT_CAST)
    with progress_bars() as on_stage:
        done = write_dance_folder(
            show, loaded.mix, loaded.analyses, out, template=_template(), video=video, on_stage=on_stage
        )
    show_measures(done.report)
    ANSWERS.print(f"\nThe page: {done.page}", markup=False)


@cli.command("rehearse")
@click.argument("source", type=click.Path(path_type=Path))
@OUT
@STEMS
@VIDEO
@LENGTH
@KEEP_ORDER
@SEED
@click.pass_obj
def rehearse_command(
    cache: Path,
    source: Path,
    out: Path,
    stems: bool,
    video: bool,
    length_min: float | None,
    keep_order: bool,
    seed: int,
) -> None:
    """Rehearse a show file, or a folder of recordings: mix, dance, measures and a page to watch."""
    show = _show(source, length_min, keep_order, seed)
    with progress_bars() as on_stage:
        done = rehearse(
            show, out, cache_dir=cache, template=_template(), stems=stems, video=video, on_stage=on_stage
        )
    say_left_out(done.left_out)
    show_measures(done.report)
    ANSWERS.print(f"\nThe page: {done.page}", markup=False)


@cli.command("demo")
@OUT
def demo_command(out: Path) -> None:
    """Write the demo's own tracks, synthesised here, as FLAC files."""
    out.mkdir(parents=True, exist_ok=True)
    with progress_bars() as on_stage:
        tracks = write_tracks(out, on_progress=lambda share: on_stage("tracks", share))
    for track in tracks:
        ANSWERS.print(f"{track.path}: {track.title}, {track.tempo_bpm:g} BPM", markup=False)


@cli.command("doctor")
def doctor_command() -> None:
    """Say what this machine has, and what is missing for which command."""
    for check in checks.all_checks(_template_path()):
        mark = "[green]has[/]    " if check.is_there else "[yellow]lacks[/]  "
        ANSWERS.print(f"{mark}{check.name}: {escape(check.note)}")


def main() -> None:
    """The door: runs a command and turns every fault into one message."""
    try:
        cli.main(standalone_mode=False)
    except click.exceptions.Abort:
        _end("interrupted; nothing half-written was left", 130)
    except KeyboardInterrupt:
        _end("interrupted; nothing half-written was left", 130)
    except click.ClickException as error:
        error.show()
        raise SystemExit(error.exit_code) from None
    except TemirbekError as error:
        _end(str(error), 1, error)
    except BrokenPipeError:
        raise SystemExit(0) from None  # the reader (head, less) has seen enough
    except Exception as error:  # the last door: a person gets a sentence and the place of the rest
        _end(f"an unexpected fault ({type(error).__name__}: {error}){_keep_traceback()}", 1, error)


def _end(message: str, status: int, error: BaseException | None = None) -> None:
    if error is not None and "--traceback" in sys.argv:
        traceback.print_exception(error)
    COMPLAINTS.print(f"temirbek: {message}", markup=False)
    raise SystemExit(status) from None


def _keep_traceback() -> str:
    path = default_cache_dir() / "last-fault.txt"
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(traceback.format_exc(), encoding="utf-8")
    except OSError:
        return "; --traceback shows where"
    return f"; please send {path} to the developers"


def _show(source: Path, length_min: float | None, keep_order: bool, seed: int) -> Show:
    if source.suffix.lower() == ".toml":
        if length_min is not None or keep_order or seed:
            raise InvalidInput(
                f"{source}: length, order and seed of a show are said in its file, not as options"
            )
        return read_show(source)
    if not source.exists():
        raise InvalidInput(
            f"{source}: no such file or folder; expected a show file (.toml), a folder or a recording"
        )
    length_s = None if length_min is None else length_min * 60
    music = Music(paths=(source,), length_s=length_s, keep_order=keep_order)
    return Show(title=source.resolve().stem, seed=seed, music=music, cast=DEFAULT_CAST)


def _template_path() -> Path:
    return Path(str(resources.files("temirbek.replay") / "page.html"))


def _template() -> Path:
    path = _template_path()
    if not path.is_file():
        raise DeviceLost("the page's front end is not built; run `make setup` in the project's folder")
    return path


def _analysis_json(analysis: TrackAnalysis) -> dict[str, Any]:
    grid, key = analysis.beat_grid, analysis.key
    return {
        "file": str(analysis.track.path),
        "title": analysis.track.title,
        "duration_s": analysis.track.duration_s,
        "tempo_bpm": grid.tempo_bpm,
        "is_constant_tempo": analysis.is_constant_tempo,
        "beats_per_bar": grid.beats_per_bar,
        "beats_s": [round(t, 6) for t in grid.beats_s.tolist()],
        "downbeats_s": [round(t, 6) for t in grid.downbeats_s.tolist()],
        "phrases_s": [round(t, 6) for t in grid.time_at(analysis.phrases_beats).tolist()],
        "key": key.best.name,
        "key_camelot": key.best.camelot,
        "key_second": key.second.name,
        "tuning_cents": key.tuning_cents,
        "sections": [
            {
                "start_s": round(float(grid.time_at(s.start_beat)), 6),
                "end_s": round(float(grid.time_at(s.end_beat)), 6),
                "label": s.label,
                "energy": s.energy,
                "confidence": s.confidence,
            }
            for s in analysis.sections
        ],
        "energy": analysis.energy.tolist(),
        "loudness_lufs": analysis.loudness_lufs,
        "true_peak_dbtp": analysis.true_peak_dbtp,
        "confidence": analysis.confidence.grid,
        "confidences": {
            "grid": analysis.confidence.grid,
            "downbeat": analysis.confidence.downbeat,
            "phrase": analysis.confidence.phrase,
            "sections": analysis.confidence.sections,
            "key": key.confidence,
        },
        "notes": list(analysis.notes),
    }


def _analysis_line(analysis: TrackAnalysis) -> str:
    grid = analysis.beat_grid
    tempo = f"{grid.tempo_bpm:.2f} BPM" + ("" if analysis.is_constant_tempo else " (varies)")
    sections = " ".join(f"{s.label}@{float(grid.time_at(s.start_beat)):.1f}" for s in analysis.sections)
    notes = "".join(f"; {note}" for note in analysis.notes)
    return (
        f"{analysis.track.path.name}: {tempo}, {grid.beats_per_bar}/4, {analysis.key.best.name} "
        f"({analysis.key.best.camelot}), {analysis.loudness_lufs:.1f} LUFS, confidence {analysis.confidence.grid:.2f}; "
        f"{sections}{notes}"
    )
