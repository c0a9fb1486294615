"""The group that all commands belong to, and what they all may be told."""

import logging
from dataclasses import dataclass
from pathlib import Path

import click

from temirbek import __version__
from temirbek.store import default_cache_dir


@dataclass(frozen=True, slots=True, kw_only=True)
class House:
    """What holds for every command: where analyses are kept between runs."""

    cache_dir: Path


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="temirbek")
@click.option("--traceback", "wants_traceback", is_flag=True, help="Show where a fault came from.")
@click.option("--cache", type=click.Path(path_type=Path), help="Folder for analyses kept between runs.")
@click.pass_context
def cli(context: click.Context, wants_traceback: bool, cache: Path | None) -> None:
    """Temirbek stages a robot concert: it mixes your music and robots dance to the mix, exactly on the beat."""
    logging.basicConfig(level=logging.DEBUG if wants_traceback else logging.CRITICAL)
    context.obj = House(cache_dir=cache or default_cache_dir())
