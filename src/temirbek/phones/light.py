"""The hall's phones as one light: a schedule in the show's clock, never a message per beat.

A phone learns how its own clock lies to the show's from eight pings (the offset of the ping with the shortest round trip is
the best one: NTP's clock filter, RFC 5905) and draws the schedule from its own clock. The pattern is one character for each
beat, ``x`` for a flash. **No more than three flashes in any second** (WCAG 2.3.1), whatever is asked: the server thins a
schedule here before anybody hears it, and the page keeps the same gap once more by itself.
"""

from collections.abc import Mapping
from typing import Any, Final

from temirbek.errors import InvalidInput

SHORTEST_GAP_S: Final = 0.34
"""Between the beginnings of two flashes: three in a second, with something to spare."""
MOST_BEATS: Final = 64
SLOWEST_BPM: Final = 20.0
FASTEST_BPM: Final = 400.0


def thin(pattern: str, bpm: float) -> str:
    """A pattern whose flashes are far enough apart when it is played round and round: those that come too early are left out."""
    beat_s = 60.0 / bpm
    if "x" not in pattern:
        return pattern
    first = pattern.index("x")
    kept: list[int] = []
    for beat, mark in enumerate(pattern):
        is_clear = not kept or (beat - kept[-1]) * beat_s >= SHORTEST_GAP_S
        closes = (len(pattern) + first - beat) * beat_s >= SHORTEST_GAP_S or not kept
        if mark == "x" and is_clear and closes:
            kept.append(beat)
    if len(kept) == 1 and len(pattern) * beat_s < SHORTEST_GAP_S:
        return thin(pattern * 2, bpm) if len(pattern) * 2 <= MOST_BEATS else "." * len(pattern)
    return "".join("x" if beat in kept else "." for beat in range(len(pattern)))


def schedule_of(body: Mapping[str, Any]) -> dict[str, Any]:
    """A light schedule that may be shown to people, out of one that somebody asks for.

    Args:
        body: ``t0_host_s`` (the first beat of the pattern), ``bpm``, ``pattern``, ``color`` (``#rrggbb``), and optionally
            ``until_host_s``.

    Raises:
        InvalidInput: It is none.
    """
    bpm, pattern, color = body.get("bpm"), body.get("pattern"), body.get("color")
    if not _is_number(bpm) or not SLOWEST_BPM <= float(bpm or 0) <= FASTEST_BPM:
        raise InvalidInput(f"light: bpm is {bpm!r}; expected {SLOWEST_BPM:.0f} to {FASTEST_BPM:.0f}")
    if not isinstance(pattern, str) or not 1 <= len(pattern) <= MOST_BEATS or set(pattern) - {"x", "."}:
        raise InvalidInput(f"light: pattern is {pattern!r}; expected 1 to {MOST_BEATS} of x and .")
    if not isinstance(color, str) or len(color) != 7 or color[0] != "#" or set(color[1:].lower()) - _HEX:
        raise InvalidInput(f"light: color is {color!r}; expected #rrggbb")
    times = {name: body.get(name) for name in ("t0_host_s", "until_host_s")}
    if not _is_number(times["t0_host_s"]) or not (
        times["until_host_s"] is None or _is_number(times["until_host_s"])
    ):
        raise InvalidInput(f"light: {times}; expected seconds of the host's clock")
    return {
        **times,
        "bpm": float(bpm or 0),
        "pattern": thin(pattern, float(bpm or 0)),
        "color": color.lower(),
    }


_HEX = frozenset("0123456789abcdef")


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and abs(value) < 1e12
