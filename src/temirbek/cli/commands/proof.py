"""``temirbek check`` and ``export``: a mix measured, and handed to other programs."""

import json
from functools import partial
from pathlib import Path

import click

from temirbek import prepare
from temirbek.cli.group import House, cli
from temirbek.cli.options import OUT
from temirbek.cli.screen import ANSWERS, progress_bars, say_left_out, show_check
from temirbek.errors import InvalidInput


@cli.command("check")
@click.argument("mix", type=click.Path(path_type=Path))
@click.option(
    "--tracks",
    multiple=True,
    type=click.Path(path_type=Path),
    help="Recordings in anyone's mix, or their folder; in the order of the mix where there is no tracklist.",
)
@click.option(
    "--tracklist", type=click.Path(path_type=Path), help="Order and times: a CUE sheet, an M3U8, or a text."
)
@click.option("--stems", nargs=2, type=click.Path(path_type=Path), metavar="A B", help="One file per deck.")
@click.option(
    "--truth",
    type=click.Path(path_type=Path),
    help="A beats.json: beats of the recordings, known beforehand.",
)
@click.option("-o", "--out", type=click.Path(path_type=Path), help="Folder for check.json and the pictures.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON instead of a table.")
@click.option("--strict", is_flag=True, help="Exit with 1 where a bar is missed.")
@click.pass_obj
def check_command(
    house: House,
    mix: Path,
    tracks: tuple[Path, ...],
    tracklist: Path | None,
    stems: tuple[Path, Path] | None,
    truth: Path | None,
    out: Path | None,
    as_json: bool,
    strict: bool,
) -> int:
    """Measure a mix: beats between the decks, flams, phrases, basses, loudness, clicks; each beside its bar.

    MIX is a folder that `temirbek mix` wrote, or any mix as a file with the --tracks that are in it.
    """
    if mix.is_dir() and (tracks or tracklist or stems):
        raise InvalidInput(f"{mix}: a mix's folder knows its tracks and stems; they are no options beside it")
    if not mix.exists():
        raise InvalidInput(f"{mix}: no such file or folder")
    if mix.is_file() and not tracks:
        raise InvalidInput(f"{mix}: name the recordings that are in it with --tracks")
    loaded = prepare.read_mix(mix) if mix.is_dir() else None
    with progress_bars() as on_stage:
        progress = partial(on_stage, "measures")
        if loaded is not None:
            truths = {} if truth is None else prepare.read_truths(truth, loaded.analyses)
            check = prepare.check_folder(loaded, truths, on_progress=progress)
        else:
            crate = prepare.open_crate(
                prepare.find_recordings(tracks), house.cache_dir, on_progress=partial(on_stage, "analysis")
            )
            say_left_out(crate.left_out)
            library = crate.load()
            library.require_music()
            truths = {} if truth is None else prepare.read_truths(truth, library.analyses)
            check = prepare.check_sound(mix, stems or (), crate, tracklist, truths, on_progress=progress)
        files = () if out is None else prepare.write_check(check, out)
    told = check.to_json()
    if as_json:
        click.echo(json.dumps(told, ensure_ascii=False, allow_nan=False, indent=1))
    else:
        show_check(check)
        for path in files:
            ANSWERS.print(str(path), markup=False)
    return 1 if strict and told["failed"] else 0


@cli.command("export")
@click.argument("sources", nargs=-1, required=True, type=click.Path(path_type=Path))
@OUT
@click.option(
    "--to", "formats", help="Some of rekordbox, m3u8, cue, audacity, reaper, traktor; without it, all."
)
@click.pass_obj
def export_command(house: House, sources: tuple[Path, ...], out: Path, formats: str | None) -> None:
    """Write a mix's folder, or recordings, for Rekordbox and other programs. Nothing of yours is changed."""
    wanted = None if formats is None else tuple(name.strip() for name in formats.split(","))
    if len(sources) == 1 and (sources[0] / "mix.json").is_file():
        files = prepare.export_mix(prepare.read_mix(sources[0]), out, wanted)
    else:
        with progress_bars() as on_stage:
            crate = prepare.open_crate(
                prepare.find_recordings(sources),
                house.cache_dir,
                on_progress=lambda share: on_stage("analysis", share),
            )
        say_left_out(crate.left_out)
        library = crate.load()
        library.require_music()
        files = prepare.export_tracks(library.analyses, out, wanted)
    if not files:
        raise InvalidInput("nothing was asked for: --to names no format")
    for path in files:
        ANSWERS.print(str(path), markup=False)
