"""What a live set is at one moment: what was laid out, what is to come, and what was asked of it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from temirbek.planning.layout import Layout
from temirbek.planning.material import Material
from temirbek.planning.places import Loops
from temirbek.types import DjCommand, SetPlan, SetWishes


@dataclass(frozen=True, slots=True, kw_only=True)
class Window:
    """When a play may begin to leave [deck beats]."""

    play: int
    leave_from: float
    leave_to: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Hold:
    """A stretch that a play repeats."""

    play: int
    loop: Loops


@dataclass(frozen=True, slots=True, kw_only=True)
class Ending:
    """The set ends between two mix beats: it fades, or leaves over somebody else's music in an echo."""

    from_beat: float
    to_beat: float
    style: Literal["fade", "echo"] = "fade"


@dataclass(frozen=True, slots=True, kw_only=True)
class Entrance:
    """The set begins over somebody else's music.

    Attributes:
        tempo_bpm: Theirs, kept until the bass is ours and a phrase beyond.
        swap_beat: The mix beat on which we take the bass.
    """

    tempo_bpm: float
    swap_beat: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """One entry of the journal: what was asked, and what it came to mean when it was granted.

    Attributes:
        number: Counts from 1.
        command, payload: As asked.
        words: What it does, in words.
        undone: What taking it back would do, in words.
        effect_beat: From this mix beat on it is heard.
        n_begun: How many tracks had begun when it was asked.
        window, hold, order, ending: What it came to mean, where it means such a thing; ``order`` is that of the
            tracks to come.
    """

    number: int
    command: DjCommand
    payload: Mapping[str, Any] = field(default_factory=dict)
    words: str = ""
    undone: str = ""
    effect_beat: float = 0.0
    n_begun: int = 0
    window: Window | None = None
    hold: Hold | None = None
    order: tuple[str, ...] | None = None
    ending: Ending | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """What became of a request.

    Attributes:
        is_accepted: Whether it was granted.
        words: What happens now, or why not.
        from_beat: The first mix beat at which the plan differs from what it was; infinite where nowhere.
        effect_beat: The mix beat at which what was asked is heard; infinite where nothing was granted.
    """

    is_accepted: bool
    words: str
    from_beat: float = float("inf")
    effect_beat: float = float("inf")


@dataclass(frozen=True, kw_only=True, eq=False)
class LiveSet:
    """A set as it is played.

    Attributes:
        crate: All tracks that can be played, by id.
        left_out: Tracks that cannot, each with the reason.
        wishes, seed: As asked for.
        layout: All that is laid out: what has sounded, sounds, and comes.
        plan: The same, as a plan.
        coming: The order in which the tracks would be played if nobody asked for anything: those that have not begun.
        begun: Ids of the tracks that began, in order.
        journal: What was asked and granted, oldest first.
        n_wishes: How many wishes were granted so far, undone ones too.
        entrance: How it began over somebody else's music, or None.
    """

    crate: Mapping[str, Material]
    left_out: tuple[tuple[str, str], ...]
    wishes: SetWishes
    seed: int
    layout: Layout
    plan: SetPlan
    coming: tuple[str, ...]
    begun: tuple[str, ...]
    journal: tuple[Wish, ...] = ()
    n_wishes: int = 0
    entrance: Entrance | None = None

    @property
    def is_endless(self) -> bool:
        """It goes on until somebody ends it."""
        return self.wishes.length_s is None

    @property
    def skipped(self) -> frozenset[str]:
        """Tracks that are left out tonight."""
        out: set[str] = set()
        for wish in self.journal:
            if wish.command == "dj_skip":
                out.add(str(wish.payload["track"]))
            elif wish.command == "dj_request":
                out.discard(str(wish.payload["track"]))
        return frozenset(out)

    @property
    def requested(self) -> tuple[str, ...]:
        """Tracks that were asked for and have not begun, in the order of asking."""
        asked: list[str] = []
        for wish in self.journal:
            track = str(wish.payload.get("track", ""))
            if wish.command == "dj_request":
                asked.append(track)
            elif wish.command in ("dj_drop_request", "dj_skip") and track in asked:
                asked.remove(track)
        waiting = list(dict.fromkeys(asked))
        return tuple(t for t in waiting if not self._was_played_since_asked(t))

    @property
    def ending(self) -> Ending | None:
        """Where the set was asked to fade out."""
        return next((w.ending for w in reversed(self.journal) if w.ending is not None), None)

    def window_of(self, play: int) -> Window | None:
        """What was asked about when a play leaves."""
        found = [w.window for w in self.journal if w.window is not None and w.window.play == play]
        return found[-1] if found else None

    def holds_of(self, play: int) -> tuple[Loops, ...]:
        """What a play repeats, in order; what was said last of a stretch counts."""
        loops = {
            (w.hold.loop.start, w.hold.loop.length): w.hold.loop
            for w in self.journal
            if w.hold is not None and w.hold.play == play
        }
        return tuple(loops[place] for place in sorted(loops) if loops[place].times > 0)

    def begun_since_asked(self, track: str) -> int:
        """How many tracks have begun since a track was asked for."""
        return len(self.begun) - self._asked(track).n_begun

    def _was_played_since_asked(self, track: str) -> bool:
        return track in self.begun[self._asked(track).n_begun :]

    def _asked(self, track: str) -> Wish:
        """The newest request of a track."""
        return next(
            w for w in reversed(self.journal) if w.command == "dj_request" and w.payload["track"] == track
        )
