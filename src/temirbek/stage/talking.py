"""How a humanoid moves while it speaks: small gestures of its arms, their strokes on the accents of the speech.

One part for each language of an announcement, on the time of its sound: it stands, gestures, and stands again. Its feet
stay where they are.
"""

from collections.abc import Sequence
from pathlib import Path

import numpy as np

from temirbek.choreography import load_moves
from temirbek.stage.made import part_of
from temirbek.stage.robots.parts import write_part
from temirbek.stage.short_dance import short_part
from temirbek.types import BeatGrid, Cue, MoveCall, Performer, Show, SpeechScript

BEAT_S = 0.6
"""A gesture opens within a beat before its stroke, and gathers within a beat after."""
LENGTH_BEATS = 2.0
INTENSITY = 0.6
"""Smaller than danced: it speaks."""
STANDS_BEATS = 2.0


def speakers(show: Show, cue: Cue) -> tuple[Performer, ...]:
    """The humanoids among a cue's robots."""
    return tuple(p for p in show.cast if p.id in cue.robots and p.robot == "g1")


def make_talk(show: Show, cue: Cue, script: SpeechScript, path: Path) -> bool:
    """Writes the part that goes with a speech; whether there is one.

    Args:
        show: Whose cast and moves.
        cue: The announcement; its robots speak.
        script: What is said when.
        path: Where to.

    Raises:
        MotionInfeasible: A body cannot do it.
    """
    performers = speakers(show, cue)
    calls = [call for p in performers for call in calls_of(p, script)]
    if not calls:
        return False
    moves = load_moves(show.moves)
    beats = np.ceil(script.duration_s / BEAT_S) + STANDS_BEATS
    grid = BeatGrid(beats_s=np.arange(int(beats) + 2, dtype=float) * BEAT_S)
    part_id, end_s = part_of(cue, script.language), float(grid.time_at(beats))
    write_part(path, short_part(part_id, cue.title, performers, calls, grid, moves, end_s))
    return True


def calls_of(performer: Performer, script: SpeechScript) -> Sequence[MoveCall]:
    """The gestures of a speech as one performer makes them: left and right in turn, none into another."""
    calls: list[MoveCall] = []
    for k, (move, at_s) in enumerate(script.gestures):
        start_beat = max(STANDS_BEATS / 2, at_s / BEAT_S)
        if calls and start_beat < calls[-1].start_beat + LENGTH_BEATS + 1:
            continue
        calls.append(
            MoveCall(
                performer=performer.id,
                move=move,
                start_beat=start_beat,
                length_beats=LENGTH_BEATS,
                intensity=INTENSITY,
                mirrored=k % 4 >= 2,
            )
        )
    return calls
