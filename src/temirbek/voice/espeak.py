"""espeak-ng speaks, and the times of its words are found by having it speak twice (:mod:`temirbek.voice.staircase`)."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from temirbek.types import Voice
from temirbek.voice.lexicon import Unit
from temirbek.voice.programs import command_of, run_program, sound_in
from temirbek.voice.staircase import LEVELS, unit_times

WORDS_PER_MINUTE = 145
"""A calm announcer in a hall; espeak-ng's own is 175."""
_COMMAND = "\x01"
"""Begins a command inside the text; "60A" sets the loudness to 60 of 100."""
WITHIN_S = 0.02
"""95 % of words begin so near to where their sound does (benchmarks/voice.py)."""

Spans = list[tuple[float, float]]


def speak_units(units: Sequence[Unit], voice: Voice) -> tuple[NDArray[np.float64], int, Spans]:
    """What espeak-ng makes of some units.

    Returns:
        Samples (n,), how many a second, and from when to when each unit sounds [s].

    Raises:
        DeviceLost: It is not there, or did not speak.
    """
    even, rate_hz = _read(units, voice, [1.0] * len(units))
    stepped, _ = _read(units, voice, [LEVELS[k % len(LEVELS)] for k in range(len(units))])
    return even, rate_hz, unit_times(even, stepped, rate_hz, len(units))


def _read(units: Sequence[Unit], voice: Voice, levels: Sequence[float]) -> tuple[NDArray[np.float64], int]:
    text = "".join(
        f"{_COMMAND}{round(100 * level)}A{_plain(unit.said)}{unit.gap}"
        for unit, level in zip(units, levels, strict=True)
    )
    command = command_of(voice)
    speed = str(round(WORDS_PER_MINUTE * voice.speed))
    arguments = [command, "-v", voice.language, "-s", speed, "-b", "1", "-z", "--stdin", "--stdout"]
    return sound_in(run_program(arguments, text), command)


def _plain(said: str) -> str:
    """Words alone: nothing in them commands, and double brackets would be read as phonemes."""
    return "".join(c for c in said.replace("[[", "[ [") if c.isprintable())
