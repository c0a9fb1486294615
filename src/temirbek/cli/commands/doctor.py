"""``temirbek doctor``."""

from rich.markup import escape

from temirbek.cli.checks import all_checks
from temirbek.cli.group import cli
from temirbek.cli.page import template_path
from temirbek.cli.screen import ANSWERS


@cli.command("doctor")
def doctor_command() -> None:
    """Say what this machine has, and what is missing for which command."""
    for check in all_checks(template_path()):
        mark = "[green]has[/]    " if check.is_there else "[yellow]lacks[/]  "
        ANSWERS.print(f"{mark}{check.name}: {escape(check.note)}")
