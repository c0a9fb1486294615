"""What part each section plays: drop, build, break, verse, intro, outro – told by contrast within the track.

No recording is loud or bright in itself; so every level here is compared with the track's own sections:

- a *drop* is near the track's highest energy and has its bass;
- a *break* comes after a drop and lets its bass go;
- a *build* rises – in energy, in brightness or in density of attacks – into a clearly stronger drop;
- an *intro* opens and an *outro* closes below full energy, or while fading;
- a *verse* is everything between.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from temirbek.analysis.bars import BarFeatures
from temirbek.types import SectionLabel

Floats = NDArray[np.float64]

LONGEST_END_BARS = 24
LOUD_SHARE, LOUD_LEAST = 0.25, 0.06
"""How far below the strongest section a drop may lie: a share of the track's range, and at least so much."""
QUIET_SHARE, QUIET_LEAST = 0.35, 0.04
BASS_IS_IN_DB = 6.0
BASS_IS_OUT_DB = 3.0
MUCH_STRONGER = 0.08
"""How much more energy the drop has than the build before it."""
RISE_ENERGY, RISE_HIGH_DB, RISE_ATTACKS = 0.08, 4.0, 0.2
FADE_ENERGY = -0.3
LEVEL_FLOOR = 1e-3
STOP_BARS = 8
"""From this length on, the last bar is no part of a rise: music often holds its breath before a drop."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """A section in numbers.

    Attributes:
        bars: Its length.
        energy: Mean energy, 0–1.
        bass_db: Mean low level [dB] relative to the track's strongest bar.
        energy_rise, high_rise_db, attacks_rise: Change along a straight line from its first to its last bar.
    """

    bars: int
    energy: float
    bass_db: float
    energy_rise: float = 0.0
    high_rise_db: float = 0.0
    attacks_rise: float = 0.0

    @property
    def is_rising(self) -> bool:
        """More energy, more brightness or more attacks towards the end, and no less energy."""
        return self.energy_rise > RISE_ENERGY or (
            self.energy_rise > -RISE_ENERGY
            and (self.high_rise_db > RISE_HIGH_DB or self.attacks_rise > RISE_ATTACKS)
        )


def part_of(bars: BarFeatures, first: int, last: int) -> Part:
    """Measures the bars ``first`` to ``last`` (exclusive)."""
    levels_db = 10 * np.log10(np.maximum(bars.bands[first:last], LEVEL_FLOOR))
    end = last - first - (1 if last - first >= STOP_BARS else 0)
    return Part(
        bars=last - first,
        energy=float(bars.energy[first:last].mean()),
        bass_db=float(levels_db[:, 0].mean()),
        energy_rise=_rise(bars.energy[first : first + end]),
        high_rise_db=_rise(levels_db[:end, 2]),
        attacks_rise=_rise(bars.attacks[first : first + end]),
    )


def _rise(values: Floats) -> float:
    """Change from the first to the last value along the straight line of least squares."""
    if len(values) < 3:
        return 0.0
    return float(np.polyfit(np.linspace(0, 1, len(values)), values, 1)[0])


def label_parts(parts: list[Part]) -> list[SectionLabel]:
    """The role of each of a track's sections."""
    is_drop = _drops(parts)
    energies = [part.energy for part in parts]
    quiet = min(energies) + max(QUIET_LEAST, QUIET_SHARE * (max(energies) - min(energies)))
    last = len(parts) - 1
    labels: list[SectionLabel] = []
    for i, part in enumerate(parts):
        is_short = part.bars <= LONGEST_END_BARS and last > 0
        if i == 0 and is_short and not is_drop[i]:
            labels.append("intro")
        elif i == last and is_short and (not is_drop[i] or part.energy_rise < FADE_ENERGY):
            labels.append("outro")
        elif is_drop[i]:
            labels.append("drop")
        elif i > 0 and is_drop[i - 1] and part.bass_db < parts[i - 1].bass_db - BASS_IS_OUT_DB:
            labels.append("break")
        elif i < last and is_drop[i + 1] and _builds(part, parts[i + 1]):
            labels.append("build")
        else:
            labels.append("break" if i > 0 and part.energy <= quiet else "verse")
    return labels


def _drops(parts: list[Part]) -> list[bool]:
    """Which sections are near the strongest in energy and bass; none where nothing stands out."""
    energies = [part.energy for part in parts]
    top = parts[int(np.argmax(energies))]
    least = top.energy - max(LOUD_LEAST, LOUD_SHARE * (top.energy - min(energies)))
    return [part.energy >= least and part.bass_db > top.bass_db - BASS_IS_IN_DB for part in parts]


def _builds(part: Part, after: Part) -> bool:
    return part.is_rising and after.energy > part.energy + MUCH_STRONGER
