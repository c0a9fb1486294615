"""What the machine remembers: one immutable noun with a JSON form, from which the show goes on after a restart."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from temirbek.show.hall_now import HallNow
from temirbek.show.timing import Happened
from temirbek.types.evening import Cue, Evening, Scope
from temirbek.types.live import CueState, Fault, LogLine, ShowState

_OUT = ("skipped", "failed", "done", "uncertain")


@dataclass(frozen=True, slots=True, kw_only=True)
class CueNow:
    """One cue of the running order, as it stands.

    Attributes:
        state: Where it is. A cue in post-wait is "done" here: :class:`Pending` holds the wait.
        run: How many times it has been fired; names the firing in effects and facts.
        group: Id of the cue whose firing this one belongs to: itself, or the head of a chain of auto-continues.
        due_host_s: End of its pre-wait or of itself (a pause, a card), or None.
        left_s: The same while the clocks of waits stand: what is left [s].
        is_seen: A device has told that it began (of people's cues: nobody has to).
        is_ending: It was asked to come to its end.
        is_missed: Its hard start is past; it waits for a GO.
        started_utc_s, ended_utc_s: On the show's clock, or None.
        shift_s: Its planned start was moved by so much [s].
        ticked: Which items of a checklist are done.
        reason: Of a state that needs one.
    """

    state: CueState = "waiting"
    run: int = 0
    group: str = ""
    due_host_s: float | None = None
    left_s: float | None = None
    is_seen: bool = False
    is_ending: bool = False
    is_missed: bool = False
    started_utc_s: float | None = None
    ended_utc_s: float | None = None
    shift_s: float = 0.0
    ticked: tuple[int, ...] = ()
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Pending:
    """The post-wait of a cue that is over, and the cue that will be fired when the wait is, too.

    Attributes:
        after, cue: Ids: whose post-wait it is; what is fired then, or "": a wait for applause in front of a GO.
        due_host_s: When, at the latest where it is for applause; None while the clocks of waits stand.
        left_s: What is left of it then [s].
        is_for_applause: It is over when applause has come and subsided.
    """

    after: str
    cue: str
    due_host_s: float | None = None
    left_s: float | None = None
    is_for_applause: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class MachineState:
    """The whole show, as far as it is decided here.

    Attributes:
        evening: As its file said when the show was opened.
        day: The evening's date.
        planned_utc_s: Planned start of each cue, without shifts.
        cues: One for each of the evening's cues, in its order.
        state, scope: Of the show.
        standby: Id of the cue that GO fires next, or "".
        pending: What follows by itself, or None.
        sequence: How many events went in.
        is_opened: The show has its date and its clock.
        clock_utc_s: UTC minus host time [s]: the show's clock. It stays what it was when the wall clock jumps.
        wall_utc_s: UTC minus host time as last seen [s].
        last_host_s: Host time of the newest event that went in.
        last_go_host_s: When the last GO was taken, or None.
        robots: Id → (state, why), as they told.
        sound: The sound's state, as it told, or "".
        hall: What is known of the hall.
        keys: Of the newest commands.
        faults, lines: For people.
    """

    evening: Evening
    day: date
    planned_utc_s: tuple[float, ...]
    cues: tuple[CueNow, ...]
    state: ShowState = "hold"
    scope: Scope = "none"
    standby: str = ""
    pending: Pending | None = None
    sequence: int = 0
    is_opened: bool = False
    clock_utc_s: float = 0.0
    wall_utc_s: float = 0.0
    last_host_s: float = 0.0
    last_go_host_s: float | None = None
    robots: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    sound: str = ""
    hall: HallNow = field(default_factory=HallNow)
    keys: tuple[str, ...] = ()
    faults: tuple[Fault, ...] = ()
    lines: tuple[LogLine, ...] = ()

    def pending_due_host_s(self) -> float | None:
        """When the wait in front of the next cue is over, as far as can be told now; None: none runs."""
        pending = self.pending
        if pending is None or pending.due_host_s is None or not pending.is_for_applause:
            return None if pending is None else pending.due_host_s
        most_s = self.cue(pending.after).post_wait_s
        return self.hall.applause_due_host_s(pending.due_host_s - most_s, most_s)

    def next_due_host_s(self) -> float | None:
        """When the next thing that only waits for its time is due, hard starts apart; None: nothing is, or the show is held."""
        if self.state != "running":
            return None
        waits = [now.due_host_s for now in self.cues if now.state in ("pre_wait", "running")]
        return min((due for due in (*waits, self.pending_due_host_s()) if due is not None), default=None)

    def index(self, cue_id: object) -> int | None:
        """Where a cue stands in the running order; None: there is none of this id."""
        return next((i for i, cue in enumerate(self.evening.cues) if cue.id == cue_id), None)

    def cue(self, cue_id: str) -> Cue:
        """A cue of the running order by its id.

        Raises:
            KeyError: There is none.
        """
        return self.evening.cues[self._known(cue_id)]

    def now(self, cue_id: str) -> CueNow:
        """How a cue stands.

        Raises:
            KeyError: There is none.
        """
        return self.cues[self._known(cue_id)]

    def of_state(self, *states: CueState) -> tuple[str, ...]:
        """Ids of the cues in one of these states, in order."""
        return tuple(c.id for c, now in zip(self.evening.cues, self.cues, strict=True) if now.state in states)

    def utc_at(self, host_s: float) -> float:
        """What the show's clock says at an instant of host time [UTC epoch seconds]."""
        return host_s + self.clock_utc_s

    def happened(self) -> tuple[Happened, ...]:
        """What has become of each cue, for the estimate of later starts; what was passed over is not expected."""
        here = self.index(self.standby)
        return tuple(
            Happened(
                started_utc_s=now.started_utc_s,
                ended_utc_s=now.ended_utc_s,
                is_out=now.state in _OUT or (now.state == "waiting" and (here is None or index < here)),
                shift_s=now.shift_s,
            )
            for index, now in enumerate(self.cues)
        )

    def _known(self, cue_id: str) -> int:
        index = self.index(cue_id)
        if index is None:
            raise KeyError(cue_id)
        return index
