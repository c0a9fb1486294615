"""Piper speaks, as a process; it tells no word times: they are found by alignment with espeak-ng's reading."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from temirbek.types import Voice
from temirbek.voice.alignment import WITHIN_S, aligned
from temirbek.voice.espeak import Spans
from temirbek.voice.lexicon import Unit
from temirbek.voice.programs import command_of, run_program, sound_in

__all__ = ["WITHIN_S", "speak_units"]
TIMEOUT_S = 120.0


def speak_units(units: Sequence[Unit], voice: Voice) -> tuple[NDArray[np.float64], int, Spans]:
    """What Piper makes of some units; as :func:`temirbek.voice.espeak.speak_units`."""
    command = command_of(voice)
    arguments = [command, "--model", str(voice.network), "--output_file", "-"]
    arguments += ["--length_scale", f"{1 / voice.speed:.3f}"]
    text = " ".join(unit.said for unit in units)  # a line is an utterance to Piper, and a file of its own
    samples, rate_hz = sound_in(run_program(arguments, text + "\n", timeout_s=TIMEOUT_S), command)
    reference = replace(voice, program="espeak-ng", network=None, command="")
    return samples, rate_hz, aligned(samples, rate_hz, units, reference)
