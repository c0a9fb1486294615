"""What a person sees while and after the work is done."""

import sys
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, Progress, TaskID, TaskProgressColumn, TextColumn, TimeRemainingColumn
from rich.table import Table

from temirbek.prepare import STAGES, OnStage

if TYPE_CHECKING:
    from temirbek.measures import MixCheck
    from temirbek.prepare import LeftOut

ANSWERS = Console(highlight=False, soft_wrap=True, width=None if sys.stdout.isatty() else 160)
COMPLAINTS = Console(stderr=True, highlight=False, soft_wrap=True)


@contextmanager
def progress_bars() -> Iterator[OnStage]:
    """One bar a stage, with the time left; gone stages stay as a line, so one sees where the time went."""
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        TaskProgressColumn(),
        TextColumn("{task.fields[seconds]}"),
        TimeRemainingColumn(compact=True, elapsed_when_finished=True),
    )
    with Progress(*columns, console=COMPLAINTS) as bars:
        tasks: dict[str, TaskID] = {}

        def on_stage(stage: str, share: float) -> None:
            if stage not in tasks:
                tasks[stage] = bars.add_task(STAGES[stage], total=1.0, seconds="")
            bars.update(tasks[stage], completed=share)

        yield on_stage


MOST_NAMED = 20
"""So many files are named one by one for the same reason; more are counted."""


def say_left_out(left_out: "Sequence[LeftOut]") -> None:
    """Names every file that is not part of the answer, with its reason; crowds with one reason are counted."""
    reasons = Counter(item.reason for item in left_out)
    for reason, count in reasons.items():
        if count > MOST_NAMED:
            COMPLAINTS.print(f"[yellow]left out[/] {count} recordings: {escape(reason)}")
    for item in left_out:
        if reasons[item.reason] <= MOST_NAMED:
            COMPLAINTS.print(f"[yellow]left out[/] {escape(item.path.name)}: {escape(item.reason)}")


def say_notes(where: Path | None, notes: Sequence[str]) -> None:
    """What should be said of a file that was used all the same."""
    for note in notes[:MOST_NAMED]:
        COMPLAINTS.print(f"[yellow]note[/] {escape(str(where))}: {escape(note)}")
    if len(notes) > MOST_NAMED:
        COMPLAINTS.print(f"[yellow]note[/] {escape(str(where))}: {len(notes) - MOST_NAMED} more like these")


def show_measures(report: Mapping[str, Any]) -> None:
    """The measures of a show: plain words first, the table second."""
    for sentence in report["in_words"]:
        ANSWERS.print(escape(sentence))
    table = Table(box=None, pad_edge=False)
    for heading in ("", "measure", "value", "bar", ""):
        side: Literal["left", "right"] = "right" if heading in ("value", "bar") else "left"
        table.add_column(heading, justify=side)
    group = ""
    for figure in report["figures"]:
        owner, _, name = figure["name"].partition(".")
        table.add_row(
            "" if owner == group else escape(owner), escape(name.replace("_", " ")), *_cells(figure)
        )
        group = owner
    ANSWERS.print(table)


def show_check(check: "MixCheck") -> None:
    """The figures of a mix, each beside its bar and with what it rests on; notes below."""
    ANSWERS.print(f"{escape(check.title)}: judged on {escape(check.evidence)}")
    table = Table(box=None, pad_edge=False)
    for heading in ("measure", "value", "bar", "", "rests on"):
        side: Literal["left", "right"] = "right" if heading in ("value", "bar") else "left"
        table.add_column(heading, justify=side, no_wrap=heading == "measure")
    for figure in check.figures:
        name = figure.name.replace("_", " ").replace(".", ": ")
        table.add_row(escape(name), *_cells(figure.to_json()), escape(figure.source))
    ANSWERS.print(table)
    for note in check.notes:
        COMPLAINTS.print(f"[yellow]note[/] {escape(note)}")


def _cells(figure: Mapping[str, Any]) -> tuple[str, str, str]:
    mark = {True: "[green]holds[/]", False: "[red]falls short[/]", None: ""}[figure["ok"]]
    value = "–" if figure["value"] is None else f"{figure['value']:g} {figure['unit']}".strip()
    return escape(value), escape(figure["bar"] or ""), mark
