"""``temirbek moves import``: a recorded dance becomes a move."""

from pathlib import Path
from typing import TYPE_CHECKING

import click
from rich.markup import escape

from temirbek import prepare
from temirbek.cli.screen import ANSWERS

if TYPE_CHECKING:
    from temirbek.prepare import ImportedMove


@click.command("import")
@click.argument("clip", type=click.Path(path_type=Path))
@click.option(
    "-o",
    "--out",
    required=True,
    type=click.Path(path_type=Path),
    help="Folder of moves; made where it is not there.",
)
@click.option("--name", default="", help="Name of the move; by default made from the file's.")
@click.option("--bpm", type=click.FloatRange(40, 240), help="The tempo, where you know it.")
@click.option("--first-beat", type=float, help="Where a beat lies in the recording [s].")
@click.option("--bars", type=click.IntRange(1, 16), help="How long the move is to be; by default 4, 2 or 1.")
@click.option("--from", "from_s", type=click.FloatRange(0), default=0.0, help="Take it from here on [s].")
@click.option("--to", "to_s", type=click.FloatRange(0), help="… to here [s].")
@click.option("--rate", type=float, default=60.0, show_default=True, help="Rows a second of a CSV.")
@click.option(
    "--map", "skeleton_map", type=click.Path(path_type=Path), help="Names of the joints of a BVH (TOML)."
)
def import_command(
    clip: Path,
    out: Path,
    name: str,
    bpm: float | None,
    first_beat: float | None,
    bars: int | None,
    from_s: float,
    to_s: float | None,
    rate: float,
    skeleton_map: Path | None,
) -> None:
    """Make a move of a recorded dance: accents onto beats, a loop of whole bars, within the robot's limits.

    CLIP is a CSV of a G1's postures, or a BVH file. The recording's rights remain with its owner.
    """
    wishes = prepare.ImportWishes(
        name=name,
        rate_hz=rate,
        bpm=bpm,
        first_beat_s=first_beat,
        bars=bars,
        from_s=from_s,
        to_s=to_s,
        skeleton_map=skeleton_map,
    )
    _show(prepare.import_motion(clip, out, wishes))


def _show(done: "ImportedMove") -> None:
    """What was found, what was changed, where it lies."""
    warp, loop, move = done.warp, done.made.loop, done.move
    if done.skeleton:
        ANSWERS.print(f"skeleton  {escape(done.skeleton)}")
    ANSWERS.print(
        f"tempo     {warp.pulse.bpm:.1f} BPM (agreement of the accents {warp.pulse.agreement:.2f} of 1)"
    )
    ANSWERS.print(
        f"accents   {len(done.accents.times_s)} in {done.clip.length_s:.1f} s, {len(warp.beats)} put on beats; "
        f"moved by {abs(warp.shifts_beats).mean():.2f} beat on average, time stretched by "
        f"{warp.stretches.min():.2f} to {warp.stretches.max():.2f}"
    )
    ANSWERS.print(
        f"loop      {loop.start_s:.2f} to {loop.end_s:.2f} s: {loop.length_beats // 4} bars, {loop.stops.sum()} accents; "
        f"its end differs from its beginning by {loop.gap:.0%} of the range and is led back"
    )
    ANSWERS.print(f"feet      planted; the recording went {done.clip.travel_m:.1f} m over the floor")
    ANSWERS.print(f"tempi     {move.tempo_bpm[0]:g} to {move.tempo_bpm[1]:g} BPM")
    for change in done.made.changes:
        ANSWERS.print(f"smaller   {change.channel}: {change.share_left:.0%} left, for {change.why}")
    if done.made.outward_rad:
        ANSWERS.print(f"opened    shoulders by up to {done.made.outward_rad:.2f} rad, clear of the body")
    ANSWERS.print(str(done.path), markup=False, soft_wrap=True)
