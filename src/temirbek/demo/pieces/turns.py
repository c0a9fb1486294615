"""Turns that several pieces take: rolls into a drop, a last bar that says that something new begins."""

from temirbek.demo.score import Phrase, hits, rest, then

FOUR = hits("X...x...X...x...")
BACKBEAT = hits("....x.......x...")


def rolled(bars: int, *, quiet: int) -> Phrase:
    """A snare roll over the last ``bars − quiet`` (4 or 2) bars, twice as dense at each turn, open on the last beat."""
    if bars - quiet == 2:
        return then(rest(quiet), hits("x.x.x.x.x.x.x.x. | xxxxxxxxxxxx...."))
    return then(rest(quiet), hits("x...x...x...x... | % | x.x.x.x.x.x.x.x. | xxxxxxxxxxxx...."))


def with_fill(phrase: Phrase, fill: str) -> Phrase:
    """Eight bars of ``phrase``, of which the last is ``fill``."""
    return then(phrase.filling(7), hits(fill))


CLIMB = hits("x...x...x...x... | % | % | % | x.x.x.x.x.x.x.x. | % | xxxxxxxxxxxxxxxx | xxxxxxxxxxxx....")
"""A roll over a whole phrase, twice as dense at each turn, for a build in which the kick is silent."""
