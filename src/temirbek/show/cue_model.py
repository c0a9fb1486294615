"""What all cues of the show file have in common: names, lengths, waits, starts, who takes part."""

from collections.abc import Callable
from contextlib import suppress
from datetime import time
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BeforeValidator, Field, ValidationInfo, model_validator

from temirbek.show.hall_now import APPLAUSE_MOST_S
from temirbek.show.references import References, known_to, require_known
from temirbek.show.strict import Seconds, ShortName, Strict
from temirbek.types import Follow, Music, Payload, StartTime, Venue


def named(of: Callable[[References], tuple[str, ...]], what: str, where: str) -> AfterValidator:
    """A validator: the value must be an id that the file gives elsewhere.

    Args:
        of: Which ids.
        what, where: How messages call one, and the section that declares them.
    """

    def check(value: str, info: ValidationInfo) -> str:
        known = known_to(info)
        return value if known is None else require_known(value, of(known), what, where)

    return AfterValidator(check)


Robot = Annotated[str, named(lambda known: known.robots, "robot in the cast", "[[cast]]")]
Somebody = Annotated[str, named(lambda known: known.people, "person", "[[people]]")]


def wall_time(value: Any) -> time:
    """A time of day as people write it ("19:30", "19:30:15") or as TOML has it (19:30:00).

    Raises:
        ValueError: It says no time of day, or has a zone.
    """
    if isinstance(value, str):
        with suppress(ValueError):
            value = time.fromisoformat(value)
    if not isinstance(value, time):
        raise ValueError('expected a time of day such as "19:30"')
    if value.tzinfo is not None:
        raise ValueError("expected a time on the venue's wall, without a zone")
    return value


WallTime = Annotated[time, BeforeValidator(wall_time)]


class CueModel(Strict):
    """One ``[[cues]]``, whatever its kind.

    Each kind adds its own keys, and what happens (:mod:`temirbek.show.cue_kinds`).
    """

    kind: str
    id: ShortName
    title: Annotated[str, Field(min_length=1, max_length=200)]
    length_min: Annotated[float, Field(ge=0, le=1440, strict=False)] | None = None
    length_s: Seconds | None = None
    pre_wait_s: Seconds = 0.0
    post_wait_s: Seconds = 0.0
    post_wait: Literal["applause"] | None = None
    post_wait_most_s: Annotated[float, Field(ge=1, le=60, strict=False)] | None = None
    follow: Follow = "manual"
    start: WallTime | None = None
    hard_start: WallTime | None = None
    day: Annotated[int, Field(ge=0, le=2)] = 0
    people: list[Somebody] = Field(default_factory=list)
    robots: list[Robot] | None = None
    note: Annotated[str, Field(max_length=2000)] = ""
    skip: bool = False

    @model_validator(mode="after")
    def _one_of_each(self) -> "CueModel":
        faults: list[str] = []
        if self.length_min is not None and self.length_s is not None:
            faults.append("length_min and length_s are both given; one is enough")
        if self.start is not None and self.hard_start is not None:
            faults.append("start and hard_start are both given: a start is a plan or begins by itself")
        if self.post_wait is not None and self.post_wait_s:
            faults.append("post_wait and post_wait_s are both given: applause, or a time")
        if self.post_wait is not None and self.follow == "auto_continue":
            faults.append(
                "post_wait: applause is waited for at the end of a cue; auto_continue begins the next with it"
            )
        if self.post_wait is None and self.post_wait_most_s is not None:
            faults.append('post_wait_most_s: is the longest wait for applause: post_wait = "applause"')
        if self.day and self.start is None and self.hard_start is None:
            faults.append("day: says the day of a start, and none is given")
        for key, ids in (("people", self.people), ("robots", self.robots or [])):
            faults += [f"{key}: {i!r} is given twice" for i in sorted({i for i in ids if ids.count(i) > 1})]
        if faults:
            raise ValueError("; ".join(faults))
        return self

    def payload(self, music: Music, folder: Path, venue: Venue) -> Payload:
        """What happens.

        Args:
            music: The show's, for cues that name none of their own.
            folder: Paths count from here.
            venue: Where its lamps are.
        """
        raise NotImplementedError

    def planned_length_s(self) -> float:
        """How long it is planned to last [s]; 0 where nothing is said."""
        if self.length_s is not None:
            return self.length_s
        return (self.length_min or 0.0) * 60.0

    def wait_s(self) -> float:
        """Between its begin or end and what follows [s]; for applause, at most."""
        if self.post_wait is None:
            return self.post_wait_s
        return APPLAUSE_MOST_S if self.post_wait_most_s is None else self.post_wait_most_s

    def start_time(self) -> StartTime | None:
        """When it should begin by the wall, if that is said."""
        at = self.start if self.hard_start is None else self.hard_start
        return None if at is None else StartTime(at=at, day=self.day, is_hard=self.hard_start is not None)
