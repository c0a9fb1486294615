"""Options that several commands know."""

from pathlib import Path

import click

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
