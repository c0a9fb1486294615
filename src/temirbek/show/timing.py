"""When cues should begin, and when they will.

The plan is counted in UTC seconds; the file speaks of the venue's wall clock. Between them stands the zone's table
(:mod:`zoneinfo`), asked once for each start:

- a day offset is counted on the calendar: ``day = 1`` at 00:30 is half past midnight after the evening's date;
- a time that the wall clock jumps over (spring) is as long after the jump as it would have been after its beginning:
  02:30 becomes 03:30 where the clock goes from 02:00 to 03:00;
- a time that the wall clock shows twice (autumn) is the first one that is not before the start of the cue in front.

Lengths are elapsed seconds, whatever the wall shows meanwhile.

Where no start is given, a cue begins when the one in front lets it: after its begin and post-wait (auto-continue),
else after its end and post-wait, never while the act that it is played over still lasts, and after its own pre-wait.

What will happen (:func:`expected_starts`) follows from what has: later cues keep their distance from the one in
front; a soft start moves with them; a hard start stays on its time as long as it can, so it takes up slack, and where
it cannot, the show is over.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from temirbek.show.kinds import is_blocking
from temirbek.types.evening import Cue, Evening, StartTime


@dataclass(frozen=True, slots=True, kw_only=True)
class Happened:
    """What has become of a cue so far.

    Attributes:
        started_utc_s, ended_utc_s: When, or None: not yet.
        is_out: It will not be played tonight.
        shift_s: Its planned start was moved by so much [s].
    """

    started_utc_s: float | None = None
    ended_utc_s: float | None = None
    is_out: bool = False
    shift_s: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Timing:
    """The plan and the estimate of one evening, a number for each cue.

    Attributes:
        planned_utc_s: By the file, moved by shifts.
        expected_utc_s: By what happened; of a cue that began, when it did.
        over_s: How late the next cue will be (negative: early); after the last one, how late the curtain was.
        planned_end_utc_s, expected_end_utc_s: When the last cue is over.
    """

    planned_utc_s: tuple[float, ...]
    expected_utc_s: tuple[float, ...]
    over_s: float
    planned_end_utc_s: float
    expected_end_utc_s: float


def wall_to_utc_s(
    start: StartTime, day: date, timezone: str, *, not_before_utc_s: float | None = None
) -> float:
    """The instant of a time on the venue's wall [UTC epoch seconds]; rules at the head of this module.

    Args:
        start: Time of day and days after ``day``.
        day: The evening's date.
        timezone: IANA name.
        not_before_utc_s: Of two instants with this time, the second is meant where the first lies before this.
    """
    wall = datetime.combine(day + timedelta(days=start.day), start.at, ZoneInfo(timezone))
    first, second = (wall.replace(fold=fold).astimezone(UTC).timestamp() for fold in (0, 1))
    if not_before_utc_s is not None and first < not_before_utc_s <= second:
        return second
    return first


def planned_starts(evening: Evening, day: date, *, opens_utc_s: float | None = None) -> tuple[float, ...]:
    """When each cue is planned to begin [UTC epoch seconds], by the file alone.

    Args:
        evening: Its cues' start times, lengths, waits and follows.
        day: The date of its evening at the venue.
        opens_utc_s: When the first cue begins where no cue has a start time; None: 19:00 on that day.

    Cues in front of the first start time are counted back from it.
    """
    walk = _Walk(evening.cues)
    stated = [i for i, cue in enumerate(evening.cues) if cue.start is not None and not cue.is_skipped]
    walk.at(0.0)
    if stated:
        first = evening.cues[stated[0]].start
        assert first is not None
        anchor = wall_to_utc_s(first, day, evening.venue.timezone)
        lead_in = _Walk(evening.cues)
        lead_in.at(0.0)
        for cue in evening.cues[: stated[0]]:
            lead_in.play(cue, lead_in.natural(cue))
        walk.at(anchor - lead_in.natural(evening.cues[stated[0]]))
    elif opens_utc_s is not None:
        walk.at(opens_utc_s)
    else:
        walk.at(datetime.combine(day, _EVENING, ZoneInfo(evening.venue.timezone)).timestamp())
    starts: list[float] = []
    for cue in evening.cues:
        begin = walk.natural(cue)
        if cue.start is not None and not cue.is_skipped:
            begin = wall_to_utc_s(
                cue.start, day, evening.venue.timezone, not_before_utc_s=starts[-1] if starts else None
            )
        starts.append(begin)
        if not cue.is_skipped:
            walk.play(cue, begin)
    return tuple(starts)


def expected_starts(
    evening: Evening, planned_utc_s: Sequence[float], happened: Sequence[Happened], now_utc_s: float
) -> Timing:
    """The plan beside what will come of it.

    Args:
        evening: The running order.
        planned_utc_s: Of :func:`planned_starts`, one per cue.
        happened: One per cue.
        now_utc_s: Nothing that has not begun begins before.
    """
    if not evening.cues:
        return Timing(
            planned_utc_s=(),
            expected_utc_s=(),
            over_s=0.0,
            planned_end_utc_s=now_utc_s,
            expected_end_utc_s=now_utc_s,
        )
    planned = [p + h.shift_s for p, h in zip(planned_utc_s, happened, strict=True)]
    gaps = _gaps(evening.cues, planned_utc_s)
    walk = _Walk(evening.cues)
    walk.at(planned[0])
    expected: list[float] = []
    end_s, over_s = -float("inf"), None
    for i, (cue, so_far) in enumerate(zip(evening.cues, happened, strict=True)):
        natural = walk.natural(cue)
        if so_far.is_out and so_far.started_utc_s is None:
            expected.append(natural)
            continue
        if so_far.started_utc_s is not None:
            begin = so_far.started_utc_s
        else:
            begin = max(_foreseen(cue, natural, gaps[i], planned[i], is_first=walk.is_fresh), now_utc_s)
            over_s = begin - planned[i] if over_s is None else over_s
        end = so_far.ended_utc_s
        if end is None:
            end = begin + cue.length_s
            end = max(end, now_utc_s) if so_far.started_utc_s is not None else end
        walk.play(cue, begin, end)
        expected.append(begin)
        end_s = max(end_s, end)
    planned_end = max(
        (p + c.length_s for p, c in zip(planned, evening.cues, strict=True) if not c.is_skipped),
        default=planned[-1],
    )
    end_s = end_s if end_s > -float("inf") else planned_end
    return Timing(
        planned_utc_s=tuple(planned),
        expected_utc_s=tuple(expected),
        over_s=end_s - planned_end if over_s is None else over_s,
        planned_end_utc_s=planned_end,
        expected_end_utc_s=end_s,
    )


def _foreseen(cue: Cue, natural: float, gap: float, planned: float, *, is_first: bool) -> float:
    if is_first:
        return planned
    if cue.start is None:
        return natural
    return max(natural, planned) if cue.start.is_hard else natural + gap


def _gaps(cues: Sequence[Cue], planned: Sequence[float]) -> list[float]:
    """How long after the cue in front lets it each cue is planned to begin [s]."""
    walk = _Walk(cues)
    walk.at(planned[0])
    gaps = []
    for cue, begin in zip(cues, planned, strict=True):
        gaps.append(begin - walk.natural(cue))
        if not cue.is_skipped:
            walk.play(cue, begin)
    return gaps


class _Walk:
    """Goes through a running order and knows when the next cue may begin."""

    def __init__(self, cues: Sequence[Cue]) -> None:
        self._before: Cue | None = None
        self._begin = self._end = self._busy = 0.0

    def at(self, begin_s: float) -> None:
        """The first cue begins here."""
        self._before, self._busy = None, begin_s

    @property
    def is_fresh(self) -> bool:
        """Nothing has been played yet."""
        return self._before is None

    def natural(self, cue: Cue) -> float:
        """When the cues in front let this one begin."""
        before = self._before
        if before is None:
            return self._busy
        free = {
            "auto_continue": self._begin,
            "auto_follow": self._end,
            "manual": self._busy,
        }[before.follow]
        return free + before.post_wait_s + cue.pre_wait_s

    def play(self, cue: Cue, begin_s: float, end_s: float | None = None) -> None:
        """A cue that begins (and ends) here."""
        end_s = begin_s + cue.length_s if end_s is None else end_s
        takes_over = is_blocking(cue) and not (self._before and self._before.follow == "auto_continue")
        self._busy = end_s if takes_over else max(self._busy, end_s)
        self._before, self._begin, self._end = cue, begin_s, end_s


_EVENING = datetime(2000, 1, 1, 19).time()
