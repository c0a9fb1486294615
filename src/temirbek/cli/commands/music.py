"""``temirbek analyze`` and ``mix``."""

import json
from pathlib import Path

import click

from temirbek import prepare
from temirbek.cli.answers import analysis_json, analysis_line
from temirbek.cli.group import House, cli
from temirbek.cli.options import KEEP_ORDER, LENGTH, OUT, SEED, SOURCES, STEMS
from temirbek.cli.screen import ANSWERS, progress_bars, say_left_out
from temirbek.types import SetWishes


@cli.command("analyze")
@SOURCES
@click.option("--json", "as_json", is_flag=True, help="One JSON object a line.")
@click.pass_obj
def analyze_command(house: House, sources: tuple[Path, ...], as_json: bool) -> int:
    """Hear tempo, beats, bars, sections and key of recordings."""
    files = prepare.find_recordings(sources)
    with progress_bars() as on_stage:
        library = prepare.analyze_files(
            files, house.cache_dir, on_progress=lambda share: on_stage("analysis", share)
        )
    say_left_out(library.left_out)
    for analysis in library.analyses:
        if as_json:
            click.echo(json.dumps(analysis_json(analysis), ensure_ascii=False, allow_nan=False))
        else:
            ANSWERS.print(analysis_line(analysis), markup=False)
    return 0 if library.analyses else 1


@cli.command("mix")
@SOURCES
@OUT
@STEMS
@LENGTH
@KEEP_ORDER
@SEED
@click.pass_obj
def mix_command(
    house: House,
    sources: tuple[Path, ...],
    out: Path,
    stems: bool,
    length_min: float | None,
    keep_order: bool,
    seed: int,
) -> None:
    """Mix recordings into one set like a DJ: mix.flac, plan.json, a CUE sheet and a tracklist."""
    with progress_bars() as on_stage:
        library = prepare.analyze_files(
            prepare.find_recordings(sources),
            house.cache_dir,
            on_progress=lambda share: on_stage("analysis", share),
        )
        library.require_music()
        mix = prepare.write_mix_folder(
            library.analyses,
            out,
            wishes=SetWishes(length_s=None if length_min is None else length_min * 60, keep_order=keep_order),
            seed=seed,
            stems=stems,
            on_stage=on_stage,
        )
    say_left_out([*library.left_out, *prepare.not_played(mix, library.analyses)])
    ANSWERS.print((out / "tracklist.txt").read_text(encoding="utf-8"), markup=False)
    ANSWERS.print(
        f"{mix.audio_path}: {mix.duration_s:.1f} s, {mix.loudness_lufs:.1f} LUFS, {mix.true_peak_dbtp:.1f} dBTP",
        markup=False,
    )
