"""The evening itself: a tenth of a second after another, until the last cue has been played."""

import time
from collections.abc import Mapping
from typing import Any

from temirbek.errors import InvalidInput
from temirbek.show.snapshot import snapshot_of
from temirbek.show.timing import planned_starts
from temirbek.stage.desk import ShowDesk
from temirbek.stage.opening import Opening
from temirbek.stage.run_folder import RunFolder
from temirbek.stage.virtual.clock import VirtualClock
from temirbek.stage.virtual.crowd import Crowd
from temirbek.stage.virtual.hall import VirtualHall
from temirbek.stage.virtual.hands import VirtualHands
from temirbek.stage.virtual.operator import VirtualOperator
from temirbek.store.event_log import EventLog
from temirbek.types import Evening

TICK_S = 0.1
OPENS_BEFORE_S = 60.0
LONGEST_S = 24 * 3600.0


class VirtualEvening:
    """An evening on a clock of its own.

    Args:
        desk: The show, on ``clock``.
        hands, operator, clock: Who takes part.
        hall: Likewise, or None: the hall is empty.
    """

    def __init__(
        self,
        desk: ShowDesk,
        hands: VirtualHands,
        operator: VirtualOperator,
        clock: VirtualClock,
        hall: VirtualHall | None,
    ) -> None:
        self._desk, self._hands, self._operator, self._clock = desk, hands, operator, clock
        self._hall = hall

    @property
    def is_over(self) -> bool:
        """The last cue has been played."""
        state = self._desk.state
        return not state.standby and not state.pending and not state.of_state("running", "pre_wait")

    def step(self) -> None:
        """A tenth of a second passes."""
        self._clock.pass_time(TICK_S)
        self._hands.look()
        if self._hall is not None:
            self._hall.look()
        self._desk.tick()
        self._operator.look()


def run_virtual(
    run: RunFolder,
    evening: Evening,
    opening: Opening,
    *,
    speed: float | None,
    crowd: Crowd | None = None,
) -> str:
    """Runs a whole evening on a clock of its own and keeps its record in the run's folder.

    Args:
        run: Where to.
        evening: What is to happen.
        opening: Its date.
        speed: So many times real time; None: as fast as can be.
        crowd: Who is in the hall; None: nobody.

    Returns:
        What came of it, in words.

    Raises:
        InvalidInput: The evening does not come to its end: something waits for what never comes; the message says what.
    """
    seed = evening.show.seed
    clock = VirtualClock(planned_starts(evening, opening.date)[0] - OPENS_BEFORE_S)
    to_do: list[VirtualHands] = []
    with EventLog.open(run.log) as log:
        desk = ShowDesk(evening, opening.date, log, clock, lambda effect: to_do[0].do(effect))

        def tell(fact: Any, payload: Mapping[str, Any]) -> None:
            desk.tell(fact, **payload)

        hands = VirtualHands(evening, clock, tell, seed, phones=crowd.phones if crowd is not None else 0)
        to_do.append(hands)
        hall = None
        if crowd is not None:
            hall = VirtualHall(
                evening,
                crowd,
                clock,
                state=lambda: desk.state,
                robots=hands.robot_states,
                tell=tell,
                seed=seed,
            )
        operator = VirtualOperator(desk, hands, clock, seed)
        desk.tell("opened", date=opening.day, scope="none")
        operator.open()
        show = VirtualEvening(desk, hands, operator, clock, hall)
        began_s = time.monotonic()
        while not show.is_over:
            show.step()
            if clock.host_s() > LONGEST_S:
                waits = ", ".join(desk.state.of_state("running", "pre_wait")) or desk.state.standby
                raise InvalidInput(
                    f"the evening does not end: after {LONGEST_S / 3600:g} h it waits for {waits!r}"
                )
            if speed is not None:
                time.sleep(max(0.0, began_s + clock.host_s() / speed - time.monotonic()))
        desk.tell("closed")
        desk.keep()
        took_s = time.monotonic() - began_s
    shown = snapshot_of(desk.state, clock.utc_s(), host_s=clock.host_s())
    done = sum(line.state == "done" for line in shown.cues)
    minutes = clock.host_s() / 60
    return (
        f"{shown.title}: {done} of {len(shown.cues)} cues in {minutes:.0f} minutes, "
        f"{clock.host_s() / max(took_s, 1e-3):.0f} times real time; over by {shown.over_s / 60:+.1f} minutes"
    )
