"""``temirbek dance``, ``rehearse`` and ``demo``: everything with robots, and the music box."""

from pathlib import Path

import click

from temirbek import prepare
from temirbek.cli.group import House, cli
from temirbek.cli.options import KEEP_ORDER, LENGTH, OUT, SEED, STEMS, VIDEO
from temirbek.cli.page import template
from temirbek.cli.screen import ANSWERS, progress_bars, say_left_out, show_measures
from temirbek.errors import InvalidInput
from temirbek.show import DEFAULT_CAST, read_show
from temirbek.types import Music, Show


@cli.command("dance")
@click.argument("mix_folder", type=click.Path(path_type=Path))
@OUT
@click.option(
    "--show",
    "show_file",
    type=click.Path(path_type=Path),
    help="Cast, numbers and seed of this show file; its music is left alone.",
)
@VIDEO
@SEED
def dance_command(mix_folder: Path, out: Path, show_file: Path | None, video: bool, seed: int) -> None:
    """Dance to a mix that `temirbek mix` wrote, in physics; writes the page, report.json and motion.npz."""
    if show_file is not None and seed:
        raise InvalidInput(f"{show_file}: the seed of a show is said in its file, not as an option")
    loaded = prepare.read_mix(mix_folder)
    default = Show(title=mix_folder.name, seed=seed, music=Music(), cast=DEFAULT_CAST)
    show = default if show_file is None else read_show(show_file)
    with progress_bars() as on_stage:
        done = prepare.write_dance_folder(
            show, loaded.mix, loaded.analyses, out, template=template(), video=video, on_stage=on_stage
        )
    show_measures(done.report)
    ANSWERS.print(f"\nThe page: {done.page}", markup=False)
    done.require_safe()


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
    house: House,
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
        done = prepare.rehearse(
            show,
            out,
            cache_dir=house.cache_dir,
            template=template(),
            stems=stems,
            video=video,
            on_stage=on_stage,
        )
    say_left_out(done.left_out)
    show_measures(done.report)
    ANSWERS.print(f"\nThe page: {done.page}", markup=False)
    done.require_safe()


@cli.command("demo")
@OUT
def demo_command(out: Path) -> None:
    """Write the demo's own tracks, synthesised here, as FLAC files."""
    from temirbek.demo import write_tracks  # here: its instruments take two seconds to load

    out.mkdir(parents=True, exist_ok=True)
    with progress_bars() as on_stage:
        tracks = write_tracks(out, on_progress=lambda share: on_stage("tracks", share))
    for track in tracks:
        ANSWERS.print(f"{track.path}: {track.title}, {track.tempo_bpm:g} BPM", markup=False)


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
