"""What a person asks of a set on the command line, and where the music comes from."""

from collections.abc import Callable, Iterator
from concurrent.futures import Executor
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeVar

import click

from temirbek import prepare
from temirbek.types import NamedWishes

Command = TypeVar("Command", bound=Callable[..., Any])


def energy_points(
    context: click.Context, parameter: click.Parameter, value: str | None
) -> tuple[tuple[float, float], ...]:
    """A curve from "0:0.3,0.8:1,1:0.7": place in the set and energy, both 0 to 1, in order."""
    if value is None:
        return ()
    try:
        pairs = [point.split(":") for point in value.split(",")]
        points = tuple((float(place), float(energy)) for place, energy in pairs)
    except ValueError as error:
        raise click.BadParameter(
            f"{value!r}; expected place:energy points such as 0:0.3,0.8:1,1:0.7"
        ) from error
    places = [place for place, _ in points]
    if places != sorted(places) or not all(0 <= x <= 1 for point in points for x in point):
        raise click.BadParameter(f"{value!r}; places must be in order, places and energies 0 to 1")
    return points


WISHES = (
    click.option("--must-play", multiple=True, metavar="TRACK", help="A track that may not be left out."),
    click.option("--opens-with", metavar="TRACK", help="The first track; named by file or title."),
    click.option("--closes-with", metavar="TRACK", help="The last track."),
    click.option(
        "--never-after",
        nargs=2,
        multiple=True,
        metavar="FIRST SECOND",
        help="SECOND never directly follows FIRST.",
    ),
    click.option(
        "--energy",
        callback=energy_points,
        metavar="POINTS",
        help="The arc as place:energy points, 0:0.3,0.8:1,1:0.7.",
    ),
    click.option(
        "--library",
        type=click.Path(path_type=Path),
        help="A Rekordbox XML or Mixxx's database: its grids and cues beat ours.",
    ),
    click.option("--playlist", default="", metavar="NAME", help="Of the library: only what is in it."),
)


def wishes_options(command: Command) -> Command:
    """Gives a command all options of :data:`WISHES`."""
    for option in reversed(WISHES):
        command = option(command)
    return command


def named_wishes(
    must_play: tuple[str, ...],
    opens_with: str | None,
    closes_with: str | None,
    never_after: tuple[tuple[str, str], ...],
    energy: tuple[tuple[float, float], ...],
) -> NamedWishes:
    """The options as one noun."""
    locked = {place: name for place, name in ((0, opens_with), (-1, closes_with)) if name is not None}
    return NamedWishes(energy_arc=energy, must_play=must_play, never_after=never_after, locked=locked)


BEAT_THIS = click.option(
    "--beat-this",
    "weights",
    type=click.Path(path_type=Path),
    metavar="WEIGHTS",
    help="Let Beat This! vote on beats and bars; its weight file (needs the extra 'beat-this').",
)
CLUSTER = click.option(
    "--cluster",
    metavar="TCP://HOST:PORT",
    help="Listen on a Dask cluster that sees the files under the same paths.",
)


@contextmanager
def listeners(cluster: str | None) -> Iterator[Executor | None]:
    """Who listens to the recordings: a cluster, or (None) this machine's cores."""
    if cluster is None:
        yield None
    else:
        with prepare.cluster_executor(cluster) as executor:
            yield executor
