"""The OSC address space of Temirbek: what other programs may ask of a show.

======================================  ==============================  =============================
address                                 arguments                       command of the console
======================================  ==============================  =============================
``/temirbek/go``                        [cue]                           go (without: what stands by)
``/temirbek/standby``                   cue                             standby
``/temirbek/hold``, ``/temirbek/resume``                                hold, resume
``/temirbek/skip``, ``/temirbek/unskip``  cue                           skip, unskip
``/temirbek/back``                                                      back
``/temirbek/jump``                      cue                             jump
``/temirbek/finish``                    cue                             finish
``/temirbek/stop``                                                      stop
``/temirbek/note``                      text                            note
``/temirbek/hand_over``                 "human" or "robot"              hand_over
``/temirbek/tap``                                                       tap (the instant it arrives)
``/temirbek/tap_confirm``                                               tap_confirm
``/temirbek/dj/next``, ``hold``, ``extend``, ``fade``, ``undo``         dj_next …
``/temirbek/dj/request``, ``skip``      track                           dj_request, dj_skip
``/temirbek/dj/energy``                 −1 to 1                         dj_energy
======================================  ==============================  =============================

Nothing that arms, releases after a stop or moves single robots can be asked for over OSC: UDP does not say who speaks.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from temirbek.errors import InvalidInput
from temirbek.signals.osc import Said
from temirbek.types.live import Command

PREFIX = "/temirbek/"


@dataclass(frozen=True, slots=True)
class _Entry:
    """A command, the name of its one argument ("" for none), its type, and whether it may be missing."""

    command: Command
    name: str = ""
    kind: type = str
    is_optional: bool = False


ADDRESSES: Mapping[str, _Entry] = {
    "go": _Entry("go", "cue", is_optional=True),
    "standby": _Entry("standby", "cue"),
    "hold": _Entry("hold"),
    "resume": _Entry("resume"),
    "skip": _Entry("skip", "cue"),
    "unskip": _Entry("unskip", "cue"),
    "back": _Entry("back"),
    "jump": _Entry("jump", "cue"),
    "finish": _Entry("finish", "cue"),
    "stop": _Entry("stop"),
    "note": _Entry("note", "text"),
    "hand_over": _Entry("hand_over", "to"),
    "tap": _Entry("tap"),
    "tap_confirm": _Entry("tap_confirm"),
    "dj/next": _Entry("dj_next"),
    "dj/hold": _Entry("dj_hold"),
    "dj/extend": _Entry("dj_extend"),
    "dj/fade": _Entry("dj_fade"),
    "dj/undo": _Entry("dj_undo"),
    "dj/request": _Entry("dj_request", "track"),
    "dj/skip": _Entry("dj_skip", "track"),
    "dj/energy": _Entry("dj_energy", "energy", float),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """A command as the console would give it."""

    command: Command
    payload: Mapping[str, Any]


def command_of(said: Said, host_s: float) -> Asked:
    """What an OSC message asks for.

    Args:
        said: The message.
        host_s: When it came [s].

    Raises:
        InvalidInput: There is no such address, or its arguments are others.
    """
    name = said.address.removeprefix(PREFIX)
    entry = ADDRESSES.get(name) if said.address.startswith(PREFIX) else None
    if entry is None:
        known = ", ".join(PREFIX + known for known in ADDRESSES)
        raise InvalidInput(f"{said.address}: no such address; there are {known}")
    most = 1 if entry.name else 0
    least = 0 if entry.is_optional else most
    if not least <= len(said.arguments) <= most:
        raise InvalidInput(
            f"{said.address} {list(said.arguments)}: expected {entry.name or 'no argument'}"
            + (" or nothing" if entry.is_optional else "")
        )
    payload: dict[str, Any] = {entry.name: _value(said, entry)} if said.arguments else {}
    if entry.command == "tap":
        payload = {"host_s": host_s}
    return Asked(command=entry.command, payload=payload)


def _value(said: Said, entry: _Entry) -> Any:
    value = said.arguments[0]
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    if entry.kind is float and is_number and -1 <= float(value) <= 1:
        return float(value)
    if (
        entry.kind is str
        and isinstance(value, str)
        and value
        and (entry.name != "to" or value in ("human", "robot"))
    ):
        return value
    expected = {"energy": "a number from −1 to 1", "to": "'human' or 'robot'"}.get(entry.name, "a text")
    raise InvalidInput(f"{said.address} {value!r}: expected {expected}")
