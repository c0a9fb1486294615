"""Phones: five thousand people vote, wish, clap and light up, through one small process of its own.

The task: whoever holds a ticket takes part in the evening with one thumb, on a bad network, and the show does not notice how
many they are. ``python -m temirbek.phones RUN`` is a process of its own, with a loop of its own: in a prototype a cue ticker
inside the phones' loop was late by 503 ms (p99), in a process of its own on the same core by 17 ms.

How it is done::

    phone ──text──▶ front, wire ──bytes──▶ Hall ──Write──▶ Store        (durable, then "accepted")
      ▲                                     │ HallState
      └────────── snapshot, deltas ─────────┘◀── parts ── Bus ◀── PhonesDesk ◀── lines ── conductor

* :mod:`~temirbek.phones.protocol` is the whole language, :mod:`~temirbek.phones.hall` all that it can do: add a vote, a wish
  or a clap. Both are pure; tests throw bytes at them. :mod:`~temirbek.phones.state` is what phones see: named parts with
  numbers, so that a phone that was away gets exactly what changed.
* :mod:`~temirbek.phones.store` keeps votes with one wait for the disk for many of them; the unique key alone decides what is
  a duplicate. **The first vote is final.**
* :mod:`~temirbek.phones.front` reads requests on one port, :mod:`~temirbek.phones.wire` gives WebSockets to picows, or to
  ``websockets`` where that is missing; networks that let no WebSocket through use held requests.
* :mod:`~temirbek.phones.desk` does the conductor's orders and reports counts, each at most twice a second.
* :mod:`~temirbek.phones.tokens`, :mod:`~temirbek.phones.seats` and :mod:`~temirbek.phones.sheet` make of a list of seats a sheet
  of QR codes. One vote per *ticket*, never per person: who lends a ticket lends a vote.
* ``bus_*`` and ``store_*`` join several workers, also on several machines, by Redis/Valkey or NATS.

Conventions. Instants are ``host_s``, this machine's monotonic clock; phones learn it from eight pings (NTP's clock filter,
RFC 5905, section 10). A light is a schedule, never a message per beat, with at most three flashes in any second (WCAG 2.3.1).
WebSockets are those of RFC 6455, requests those of RFC 9112.

Limits, measured in ``benchmarks/phones.py`` on one core: 10,000 phones, each change at the last of them within half a second;
5,000 that come back at once are back in as many seconds as their own jitter. That needs the core: the phones come last, and where the
show and others take all of a machine they wait (``docs/phones.md``). What software cannot lift: a hall's radio. An access point serves some hundred phones; without several of them most people will
not get through, hence a short address, QR codes, and a show of hands as the organiser's second way.
"""

from temirbek.phones.hall import Answer, Guest, Hall, SeatOf
from temirbek.phones.limits import Limits
from temirbek.phones.process import PhonesProcess, PhonesSettings, run_loop
from temirbek.phones.state import HallState
from temirbek.phones.store_contract import Outcome, Store, Write

__all__ = [
    "Answer",
    "Guest",
    "Hall",
    "HallState",
    "Limits",
    "Outcome",
    "PhonesProcess",
    "PhonesSettings",
    "SeatOf",
    "Store",
    "Write",
    "run_loop",
]
