"""Captions: the organiser's words, word for word, cut into what an eye can read, in time with what is heard.

At most two lines of 37 characters (BBC subtitle guidelines; EBU-TT-D). Where to cut is chosen for the whole text at once,
by the cheapest way: sentences end captions, clauses may, two lines are of like length, nothing flashes by. A caption
appears with its first word and stays until the next one, or a little longer than its last word.
"""

from collections.abc import Sequence
from itertools import pairwise

from temirbek.types import Caption, SpokenWord

LINE_LENGTH = 37
MOST_LINES = 2
STAYS_S = 0.8
"""After its last word, if no other comes."""
SHORTEST_S = 1.0
LONGEST_S = 7.0
_SENTENCE, _CLAUSE = ".!?…", ",;:—–"
_CLOSING = "»\"”')"


def captions_of(words: Sequence[SpokenWord]) -> tuple[Caption, ...]:
    """The captions of some words: their texts, joined by white space, are those words.

    A single word longer than a line stands on a line of its own: nothing is hyphenated.
    """
    n = len(words)
    best: list[tuple[float, int]] = [(0.0, 0)] + [(float("inf"), 0)] * n
    for end in range(1, n + 1):
        for start in range(end - 1, -1, -1):
            text = lines_of([w.text for w in words[start:end]])
            if text is None:
                break
            cost = best[start][0] + _cost(words, start, end, text)
            if cost < best[end][0]:
                best[end] = (cost, start)
    cuts = [n]
    while cuts[-1] > 0:
        cuts.append(best[cuts[-1]][1])
    spans = [(b, a) for a, b in pairwise(cuts)][::-1]
    return tuple(_caption(words, start, end) for start, end in spans)


def lines_of(words: Sequence[str]) -> str | None:
    """Words on one line, or on two of like length; None where they do not fit."""
    whole = " ".join(words)
    if len(whole) <= LINE_LENGTH or len(words) == 1:
        return whole
    fits: list[tuple[float, str]] = []
    for cut in range(1, len(words)):
        first, second = " ".join(words[:cut]), " ".join(words[cut:])
        if all(len(line) <= LINE_LENGTH or " " not in line for line in (first, second)):
            ends_clause = 6.0 * (_ending(words[cut - 1]) != "")
            fits.append((abs(len(first) - len(second)) - ends_clause, f"{first}\n{second}"))
    return min(fits)[1] if fits else None


def _ending(word: str) -> str:
    """ "sentence", "clause", or "" for a word in the middle."""
    last = word.rstrip(_CLOSING)[-1:]
    return "sentence" if last and last in _SENTENCE else "clause" if last and last in _CLAUSE else ""


def _cost(words: Sequence[SpokenWord], start: int, end: int, text: str) -> float:
    """How little good a caption is: 1 is that of any further caption."""
    cost = 1.0
    if end < len(words):
        cost += {"sentence": 0.0, "clause": 0.6, "": 2.0}[_ending(words[end - 1].text)]
    inside = sum(_ending(word.text) == "sentence" for word in words[start : end - 1])
    until_s = words[end].start_s if end < len(words) else words[end - 1].end_s + STAYS_S
    lasts_s = until_s - words[start].start_s
    return cost + 1.2 * inside + 3 * max(0.0, SHORTEST_S - lasts_s) + max(0.0, lasts_s - LONGEST_S)


def _caption(words: Sequence[SpokenWord], start: int, end: int) -> Caption:
    text = lines_of([w.text for w in words[start:end]])
    assert text is not None  # the cuts were made where lines fit
    stays_s = words[end - 1].end_s + STAYS_S
    until_s = min(stays_s, words[end].start_s) if end < len(words) else stays_s
    return Caption(text=text, start_s=words[start].start_s, end_s=max(until_s, words[start].start_s))
