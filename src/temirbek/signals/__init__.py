"""Signals from and to the rest of the hall, as pure streams: tempo and phase, time code, light, words.

The task: understand the clocks of others and speak to their machines. No room here opens a port or asks what time it is;
bytes and instants come in, bytes and instants go out. All instants are ``host_s``, the machine's monotonic clock.

::

    heard                                   decided                        said
    MIDI ticks ─▶ Pll ──────┐
    a line input ▶ Follower ├▶ Beat ▶ Steady ▶ Duet (who leads) ─┬▶ ClockOut, MtcOut, ltc.encode
    taps ──────▶ Taps ──────┘                                    ├▶ speed_for: our deck kept in phase
    OSC ───────▶ command_of ▶ commands of the console            └▶ Rig ▶ Art-Net

A :class:`Beat` is the common coin: a straight line of beats over host time. Everything that measures one may step from look to
look; everything that is followed by dancers and decks goes through :class:`Steady` first, which never jumps.

Sources. MIDI 1.0 (clock, song position, time code); SMPTE ST 12-1 (time code, bi-phase mark); Artistic Licence, *Art-Net 4*;
Open Sound Control 1.0; WCAG 2.3.1 (three flashes). Limits. A bar has four beats for Link and MIDI clock; a follower hears
where beats are, not where bars begin; a MIDI clock whose start nobody heard has ticks but no beat until somebody taps it. On a
way that delays each tick by up to 18 ms, a single lost tick may leave the phase a tick (20 ms) wrong for some bars.
"""

from temirbek.signals.duet import Duet, Senses
from temirbek.signals.following import Follower
from temirbek.signals.keeping import Speed, speed_for
from temirbek.signals.lights import Music, Rig
from temirbek.signals.midi_clock import ClockOut, Timed
from temirbek.signals.mtc import MtcOut
from temirbek.signals.osc import Heard, Outbox, Said
from temirbek.signals.osc_commands import Asked, command_of
from temirbek.signals.pll import Pll
from temirbek.signals.steady import Beat, Steady
from temirbek.signals.taps import Taps
from temirbek.signals.timecode import TimeCode, time_code

__all__ = [
    "Asked",
    "Beat",
    "ClockOut",
    "Duet",
    "Follower",
    "Heard",
    "MtcOut",
    "Music",
    "Outbox",
    "Pll",
    "Rig",
    "Said",
    "Senses",
    "Speed",
    "Steady",
    "Taps",
    "TimeCode",
    "Timed",
    "command_of",
    "speed_for",
    "time_code",
]
