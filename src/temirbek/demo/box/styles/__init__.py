"""The styles of the box by name, and why each is there: the easy answer is wrong."""

from collections.abc import Callable

import numpy as np

from temirbek.demo.box.styles import broken, dances, electronic, lilt, players, street, twists
from temirbek.demo.box.tune import Tune

Style = Callable[[np.random.Generator, str, int], Tune]
"""Composes a tune from a generator; it is told its style's name and the seed, for the record."""

STYLES: dict[str, Style] = {
    "house": electronic.house,
    "techno": electronic.techno,
    "trance": electronic.trance,
    "breakdown": electronic.breakdown,
    "late_kick": electronic.late_kick,
    "drum_and_bass": broken.drum_and_bass,
    "dembow": broken.dembow,
    "club_five": broken.club_five,
    "amapiano": broken.amapiano,
    "half_time": street.half_time,
    "trap": street.trap,
    "boom_bap": street.boom_bap,
    "dubstep": street.dubstep,
    "slow_of_pair": street.slow_of_pair,
    "fast_of_pair": players.fast_of_pair,
    "rock": players.rock,
    "metal": players.metal,
    "swing": lilt.swing,
    "ballad": players.ballad,
    "bare": players.bare,
    "twelve_eight": lilt.twelve_eight,
    "waltz": lilt.waltz,
    "shuffle": lilt.shuffle,
    "reggae": dances.reggae,
    "ska": dances.ska,
    "funk": dances.funk,
    "disco": dances.disco,
    "bossa": dances.bossa,
    "upbeat": twists.upbeat,
    "mid_bar": twists.mid_bar,
    "lead_in": twists.lead_in,
    "detuned": twists.detuned,
    "apart": twists.apart,
    "early_voice": twists.early_voice,
}
