"""``temirbek moves``: the vocabulary of dance, listed, and checked in physics."""

from pathlib import Path
from typing import TYPE_CHECKING, Literal

import click
from rich.markup import escape
from rich.table import Table

from temirbek import prepare
from temirbek.cli.commands.moves_import import import_command
from temirbek.cli.group import cli
from temirbek.cli.screen import ANSWERS, progress_bars
from temirbek.errors import InvalidInput

if TYPE_CHECKING:
    from temirbek.prepare import MoveCheck
    from temirbek.prepare.move_trial import MoveTrial

ROBOT = click.option("--robot", type=click.Choice(["g1", "go2"]), help="Only the moves of one body.")


@cli.group("moves")
def moves_group() -> None:
    """List the moves that robots know, check them in physics, or import your own."""


moves_group.add_command(import_command)


@moves_group.command("list")
@click.argument("names", nargs=-1)
@ROBOT
def list_command(names: tuple[str, ...], robot: Literal["g1", "go2"] | None) -> None:
    """Print the vocabulary: NAMES of moves or families, or all of it."""
    table = Table(box=None, pad_edge=False)
    for heading in ("family", "move", "title", "beats", "energy", "tempo", "feet", "knobs", "moods"):
        table.add_column(heading, no_wrap=heading in ("move", "tempo", "energy"))
    family = ""
    moves = prepare.find_moves(names, robot)
    for move in moves:
        chapter = f"{move.family} ({move.robot})"
        table.add_row(
            "" if chapter == family else escape(chapter),
            escape(move.name),
            escape(move.title),
            f"{move.length_beats:g}",
            "{:g}–{:g}".format(*move.energy),
            "{:g}–{:g}".format(*move.tempo_bpm),
            f"{len(move.steps)} steps" if move.steps else "planted",
            escape(", ".join(p.name for p in move.parameters)),
            escape(", ".join(move.moods)),
        )
        family = chapter
    ANSWERS.print(table)
    ANSWERS.print(f"{len(moves)} moves")


@moves_group.command("check")
@click.argument("names", nargs=-1)
@ROBOT
@click.option("--bpm", default="90,110,128", show_default=True, help="Tempi, separated by commas.")
@click.option("--wide", is_flag=True, help="With every knob at its upper end.")
@click.option("-o", "--out", type=click.Path(path_type=Path), help="Folder for the contact sheet.")
def check_command(
    names: tuple[str, ...], robot: Literal["g1", "go2"] | None, bpm: str, wide: bool, out: Path | None
) -> int:
    """Dance moves in physics at several tempi, alone and in company, and say what falls short.

    NAMES are moves or families; without any, all are tried. Exits with 1 where a move fails.
    """
    tempi = _tempi(bpm)
    moves = prepare.find_moves(names, robot)
    with progress_bars() as on_stage:
        check = prepare.check_moves(moves, tempi, on_stage=on_stage, wide=wide)
        files = () if out is None else prepare.write_contact_sheet(check, out, on_stage=on_stage)
    ANSWERS.print(_table(check))
    for trial in check.failed:
        for fault in trial.faults:
            ANSWERS.print(f"[red]{escape(trial.move)} at {trial.bpm:g} BPM[/] {escape(fault)}")
    failed = {trial.move for trial in check.failed}
    ANSWERS.print(
        f"{len(moves) - len(failed)} of {len(moves)} moves pass at {', '.join(f'{t:g}' for t in tempi)} BPM"
    )
    if files:
        ANSWERS.print(str(files[0]), markup=False)
    return 1 if failed else 0


def _tempi(text: str) -> tuple[float, ...]:
    try:
        return tuple(float(word) for word in text.replace(",", " ").split())
    except ValueError as error:
        raise InvalidInput(f"--bpm {text}: expected tempi like 90,110,128") from error


def _table(check: "MoveCheck") -> Table:
    table = Table(box=None, pad_edge=False)
    headings = ("move", "BPM", "", "accents ms", "hit", "feet ms", "torque", "warmth", "pressure", "slip", "")
    for i, heading in enumerate(headings):
        table.add_column(heading, justify="left" if i in (0, 2, 10) else "right", no_wrap=True)
    last = ""
    for trial in check.trials.values():
        mark = "[green]passes[/]" if trial.passes else "[red]fails[/]"
        table.add_row("" if trial.move == last else escape(trial.move), *_cells(trial), mark)
        last = trial.move
    return table


def _cells(trial: "MoveTrial") -> tuple[str, ...]:
    if trial.tempo_rule is None:
        return (f"{trial.bpm:g}", "not danced", *[""] * 7)
    rule = {1.0: "", 2.0: "half time", 0.5: "double time"}[trial.tempo_rule]
    found = trial.measures
    if found is None:
        return (f"{trial.bpm:g}", rule, *[""] * 7)
    hits, feet = found.planted_hits, found.touchdown
    return (
        f"{trial.bpm:g}",
        rule,
        f"{hits.mean_ms:.1f} / {hits.p95_ms:.1f}" if hits.count else "–",
        f"{100 * hits.coverage:.0f} %" if hits.count else "–",
        f"{feet.mean_ms:.1f} / {feet.p95_ms:.1f}" if feet.count else "–",
        f"{100 * found.torque_share_peak:.0f} %",
        f"{100 * found.torque_rms_share:.0f} %",
        f"{100 * found.cop_margin_planted_p5_m:.1f} cm",
        f"{100 * found.slip_m_per_minute:.0f} cm/min",
    )
