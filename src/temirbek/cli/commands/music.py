"""``temirbek analyze``, ``mix`` and ``plan-schema``."""

import json
from pathlib import Path

import click

from temirbek import prepare
from temirbek.cli.answers import analysis_json, analysis_line
from temirbek.cli.group import House, cli
from temirbek.cli.options import KEEP_ORDER, LENGTH, OUT, SEED, SOURCES, STEMS
from temirbek.cli.screen import ANSWERS, progress_bars, say_left_out, say_notes
from temirbek.cli.wishes import BEAT_THIS, CLUSTER, listeners, named_wishes, wishes_options
from temirbek.errors import InvalidInput
from temirbek.show import plan_schema
from temirbek.types import Music, NamedWishes


@cli.command("analyze")
@SOURCES
@click.option("--json", "as_json", is_flag=True, help="One JSON object a line.")
@BEAT_THIS
@CLUSTER
@click.pass_obj
def analyze_command(
    house: House, sources: tuple[Path, ...], as_json: bool, weights: Path | None, cluster: str | None
) -> int:
    """Hear tempo, beats, bars, sections and key of recordings."""
    files = prepare.find_recordings(sources)
    with progress_bars() as on_stage, listeners(cluster) as executor:
        crate = prepare.open_crate(
            files,
            house.cache_dir,
            hearing=prepare.Hearing(weights=weights),
            on=executor,
            on_progress=lambda share: on_stage("analysis", share),
        )
    say_left_out(crate.left_out)
    for row in crate.summaries:
        analysis = crate.analysis(row)
        if as_json:
            click.echo(json.dumps(analysis_json(analysis), ensure_ascii=False, allow_nan=False))
        else:
            ANSWERS.print(analysis_line(analysis), markup=False)
    return 0 if crate.summaries else 1


@cli.command("mix")
@SOURCES
@OUT
@STEMS
@LENGTH
@KEEP_ORDER
@SEED
@wishes_options
@click.option(
    "--plan",
    "plan_path",
    type=click.Path(path_type=Path),
    help="Render this plan.json, edited by hand, as it stands.",
)
@BEAT_THIS
@CLUSTER
@click.pass_obj
def mix_command(
    house: House,
    sources: tuple[Path, ...],
    out: Path,
    stems: bool,
    length_min: float | None,
    keep_order: bool,
    seed: int,
    must_play: tuple[str, ...],
    opens_with: str | None,
    closes_with: str | None,
    never_after: tuple[tuple[str, str], ...],
    energy: tuple[tuple[float, float], ...],
    library: Path | None,
    playlist: str,
    plan_path: Path | None,
    weights: Path | None,
    cluster: str | None,
) -> None:
    """Mix recordings into one set like a DJ: mix.flac, plan.json, a CUE sheet and a tracklist."""
    wishes = named_wishes(must_play, opens_with, closes_with, never_after, energy)
    if plan_path is not None and (length_min is not None or keep_order or seed or wishes != NamedWishes()):
        raise InvalidInput(f"{plan_path}: a plan says length, order and seed itself; no wishes beside it")
    if playlist and library is None:
        raise InvalidInput(f"--playlist {playlist}: name the --library that it is in")
    music = Music(
        paths=sources,
        length_s=None if length_min is None else length_min * 60,
        keep_order=keep_order,
        wishes=wishes,
        library=library,
        playlist=playlist,
    )
    with progress_bars() as on_stage:
        with listeners(cluster) as executor:
            opened = prepare.open_music(
                music,
                house.cache_dir,
                weights=weights,
                on=executor,
                on_progress=lambda share: on_stage("analysis", share),
            )
        hand = None if plan_path is None else prepare.read_plan(plan_path, opened.crate)
        tracks = opened.crate.for_planning(opened.wishes, seed) if hand is None else hand.library
        tracks.require_music()
        mix = prepare.write_mix_folder(
            tracks.analyses,
            out,
            wishes=opened.wishes,
            seed=seed,
            stems=stems,
            on_stage=on_stage,
            plan=None if hand is None else hand.plan,
        )
    say_notes(library, opened.notes)
    say_left_out(tracks.left_out)
    if hand is None:
        say_left_out(prepare.not_played(mix, tracks.analyses))
    else:
        say_notes(plan_path, hand.notes)
    ANSWERS.print((out / "tracklist.txt").read_text(encoding="utf-8"), markup=False)
    ANSWERS.print(
        f"{mix.audio_path}: {mix.duration_s:.1f} s, {mix.loudness_lufs:.1f} LUFS, {mix.true_peak_dbtp:.1f} dBTP",
        markup=False,
    )


@cli.command("plan-schema")
def plan_schema_command() -> None:
    """Print the JSON Schema of plan.json, for editors that check while one types."""
    click.echo(json.dumps(plan_schema(), ensure_ascii=False, indent=1))
