"""The styles of the box by name."""

from collections.abc import Callable

import numpy as np

from temirbek.demo.box.styles.electronic import drum_and_bass, house
from temirbek.demo.box.styles.players import rock, swing
from temirbek.demo.box.styles.street import half_time
from temirbek.demo.box.tune import Tune

Style = Callable[[np.random.Generator, str, int], Tune]
"""Composes a tune from a generator; it is told its style's name and the seed, for the record."""

STYLES: dict[str, Style] = {
    "house": house,
    "half_time": half_time,
    "drum_and_bass": drum_and_bass,
    "rock": rock,
    "swing": swing,
}
