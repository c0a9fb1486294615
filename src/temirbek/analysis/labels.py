"""What part each section plays: drop, build, break, verse, intro, outro – told by contrast within the track.

No recording is loud or bright in itself; so every level here is compared with the track's own sections:

- a *drop* is near the track's highest energy and has its bass; where loud parts with a voice stand beside loud ones
  without, those without are the drops, and what is sung is a verse;
- a *break* comes after a drop and lets its bass go;
- a *build* rises – in energy, in brightness or in density of attacks – into a clearly stronger drop;
- an *intro* opens and an *outro* closes below full energy, or without the mids or highs of the drops, or while fading;
- a *verse* is everything between.
"""

from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from temirbek.analysis.bars import BarFeatures
from temirbek.types import SectionLabel

Floats = NDArray[np.float64]

LONGEST_END_BARS = 24
LOUD_SHARE, LOUD_LEAST = 0.25, 0.06
"""How far below the strongest section a drop may lie: a share of the track's range, and at least so much."""
CLEAR_STEP = 0.1
"""A step in energy from which on the louder of the loud parts alone are drops."""
SUNG, NOT_SUNG = 0.4, 0.2
BARE_DB = 6.0
"""How far the mids or highs of an opening lie below those of the drops, if it is as loud but no drop."""
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
        bass_db, mid_db, high_db: Mean level of each band [dB] relative to the track's strongest bar.
        sung: Mean chance that somebody sings or speaks, 0–1.
        energy_rise, high_rise_db, attacks_rise: Change along a straight line from its first to its last bar.
    """

    bars: int
    energy: float
    bass_db: float
    mid_db: float = 0.0
    high_db: float = 0.0
    sung: float = 0.0
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


def part_of(bars: BarFeatures, vocals: Floats, first: int, last: int) -> Part:
    """Measures the bars ``first`` to ``last`` (exclusive); ``vocals`` is the chance of a voice in each bar."""
    levels_db = 10 * np.log10(np.maximum(bars.bands[first:last], LEVEL_FLOOR))
    end = last - first - (1 if last - first >= STOP_BARS else 0)
    return Part(
        bars=last - first,
        energy=float(bars.energy[first:last].mean()),
        bass_db=float(levels_db[:, 0].mean()),
        mid_db=float(levels_db[:, 1].mean()),
        high_db=float(levels_db[:, 2].mean()),
        sung=float(vocals[first:last].mean()),
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
    is_loud = _loud(parts)
    is_drop = _drops(parts, is_loud)
    energies = [part.energy for part in parts]
    quiet = min(energies) + max(QUIET_LEAST, QUIET_SHARE * (max(energies) - min(energies)))
    last = len(parts) - 1
    labels: list[SectionLabel] = []
    for i, part in enumerate(parts):
        is_short = part.bars <= LONGEST_END_BARS and last > 0
        if i == 0 and is_short and (not is_drop[i] or _is_bare(parts, is_drop)):
            labels.append("intro")
        elif i == last and is_short and (not is_loud[i] or part.energy_rise < FADE_ENERGY):
            labels.append("outro")
        elif is_drop[i]:
            labels.append("drop")
        elif i > 0 and is_drop[i - 1] and part.bass_db < parts[i - 1].bass_db - BASS_IS_OUT_DB:
            labels.append("break")
        elif i < last and is_drop[i + 1] and builds(part, parts[i + 1]):
            labels.append("build")
        else:
            labels.append("break" if i > 0 and part.energy <= quiet else "verse")
    return labels


def _loud(parts: list[Part]) -> list[bool]:
    """Which sections are near the strongest in energy and bass; none where nothing stands out."""
    energies = [part.energy for part in parts]
    top = parts[int(np.argmax(energies))]
    least = top.energy - max(LOUD_LEAST, LOUD_SHARE * (top.energy - min(energies)))
    return [part.energy >= least and part.bass_db > top.bass_db - BASS_IS_IN_DB for part in parts]


def _drops(parts: list[Part], is_loud: list[bool]) -> list[bool]:
    """Which of the loud sections are drops: those above a clear step, and those without a voice if some are."""
    inner = sorted(
        (p.energy for p, loud in zip(parts[1:-1], is_loud[1:-1], strict=True) if loud), reverse=True
    )
    steps = [high for high, low in pairwise(inner) if high - low >= CLEAR_STEP]
    least = steps[0] if steps else 0.0
    is_drop = [loud and part.energy >= least for part, loud in zip(parts, is_loud, strict=True)]
    voices = [part.sung for part, drop in zip(parts[1:], is_drop[1:], strict=True) if drop]
    if voices and max(voices) >= SUNG and min(voices) <= NOT_SUNG:
        return [drop and part.sung < SUNG for part, drop in zip(parts, is_drop, strict=True)]
    return is_drop


def _is_bare(parts: list[Part], is_drop: list[bool]) -> bool:
    """Whether the first section, loud as it is, lacks the mids or highs of the later drops: drums alone, say."""
    drops = [part for part, is_one in zip(parts[1:], is_drop[1:], strict=True) if is_one]
    if not drops:
        return False
    mid_db = float(np.mean([part.mid_db for part in drops]))
    high_db = float(np.mean([part.high_db for part in drops]))
    return parts[0].mid_db < mid_db - BARE_DB or parts[0].high_db < high_db - BARE_DB


def builds(part: Part, after: Part) -> bool:
    """Whether a part rises into a clearly stronger one."""
    return part.is_rising and after.energy > part.energy + MUCH_STRONGER
