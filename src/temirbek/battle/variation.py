"""What can be done with somebody's phrase so that it is an answer and no echo.

The four means of the composer's motifs: in a mirror, backwards, twice as slow, its first half twice. What was used longest
ago comes first.
"""

from collections.abc import Sequence
from typing import Literal, get_args

import numpy as np
from numpy.typing import NDArray

from temirbek.battle.phrase import PER_BEAT, DancePhrase

Variation = Literal["mirror", "retrograde", "augmentation", "repetition"]
VARIATIONS: tuple[Variation, ...] = get_args(Variation)


def least_recent(choices: Sequence[str], history: Sequence[str], rng: np.random.Generator) -> tuple[str, ...]:
    """Choices by how long ago each was used, the longest first; never used ones come first, in a drawn order.

    Args:
        choices: What there is.
        history: What was used, the newest last.
        rng: For those alike.
    """
    last = {name: i for i, name in enumerate(history)}
    drawn = [choices[i] for i in rng.permutation(len(choices))]
    return tuple(sorted(drawn, key=lambda name: last.get(name, -1)))


def varied(phrase: DancePhrase, variation: Variation) -> DancePhrase:
    """A phrase in another form, as long as it was."""
    n = PER_BEAT * phrase.n_beats
    match variation:
        case "mirror":
            return _mirrored(phrase)
        case "retrograde":
            # pose of beat k becomes that of beat n − 1 − k: beats stay beats
            beats = np.repeat(np.arange(phrase.n_beats)[::-1], PER_BEAT) * PER_BEAT
            within = np.tile(np.arange(PER_BEAT), phrase.n_beats)
            return _taken(phrase, np.clip(beats - within, 0, n - 1))
        case "augmentation":
            return _taken(phrase, np.arange(n) // 2)
        case "repetition":
            half = PER_BEAT * max(1, phrase.n_beats // 2)
            return _taken(phrase, np.arange(n) % half)


def _mirrored(phrase: DancePhrase) -> DancePhrase:
    return DancePhrase(
        skeleton=phrase.skeleton,
        n_beats=phrase.n_beats,
        poses=phrase.skeleton.mirrored_pose(phrase.poses),
        speed=phrase.speed,
        along=-phrase.along,
        low=phrase.low,
    )


def _taken(phrase: DancePhrase, rows: NDArray[np.intp]) -> DancePhrase:
    return DancePhrase(
        skeleton=phrase.skeleton,
        n_beats=phrase.n_beats,
        poses=phrase.poses[rows],
        speed=phrase.speed[rows],
        along=phrase.along[rows],
        low=phrase.low[rows],
    )
