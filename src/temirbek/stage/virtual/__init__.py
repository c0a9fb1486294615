"""A whole evening without sound, robots or waiting: on a clock of its own, given GO by a stage manager who is none.

For rehearsing a running order at many times real time, and for proof: the same show file and the same seed lead to the
same record, byte by byte.

Who takes part: a clock that passes when it is told to (:mod:`~temirbek.stage.virtual.clock`); hands that do everything at once
and let it last about as long as planned; a stage manager who gives GO a little late, as people do; and, where there is
one, a hall that is drawn (:class:`VirtualHall`). The hall's people applaud, clap along, come to be greeted, vote and wish;
ears and eyes are as late as real ones were measured to be, and now and then miss something. Whom robots answer, and with
what, is decided by the manners that decide in a live show; a battle is fought by its real machine, and a challenger who is
drawn is measured as a person would be.

Limits. Nothing sounds and nothing moves: delays are drawn, not measured, and a dance that cannot be danced is danced here.
The virtual evening proves the running order, the decisions and the record.
"""

from temirbek.stage.virtual.clock import VirtualClock
from temirbek.stage.virtual.crowd import Crowd
from temirbek.stage.virtual.evening import run_virtual
from temirbek.stage.virtual.hall import VirtualHall
from temirbek.stage.virtual.hands import VirtualHands

__all__ = ["Crowd", "VirtualClock", "VirtualHall", "VirtualHands", "run_virtual"]
