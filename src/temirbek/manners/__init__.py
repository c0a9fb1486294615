"""Manners: how robots answer people: whom they greet, when they bow, wave or clap back, and when they leave it be.

A :class:`Manners` is told what the hall lets hear (:class:`~temirbek.types.HallSound`) and who is in sight
(:class:`~temirbek.types.BodyTrack`), and gives :class:`~temirbek.types.Reaction`\\ s and
:class:`~temirbek.types.Glance`\\ s. It decides only: robots make a gesture if they can, and say if they cannot. Instants
are ``host_s``, places the stage's frame, angles counter-clockwise from above.

What it goes by
    - *Soon.* People find an answer within one second good and bear two at most (Shiwa, Kanda, Imai, Ishiguro & Hagita,
      "How quickly should a communication robot respond?", 2009). So a reaction is decided in the very event that tells
      of its cause, and gestures lie ready with the robots.
    - *Not twice the same.* A robot makes none of its last four gestures again, and rests after each; all answer
      together, or one after another while applause goes on.
    - *As the moment wants it* (:data:`~temirbek.manners.sounds.USES`): thanks at a number's end, a nod or a clap in the
      hall's tempo in the middle, nothing into a speech. Moving to people's pulse draws them in (Michalowski, Sabanovic &
      Kozima, "A dancing robot for rhythmic social interaction", 2007), so nobody claps without having the tempo.
    - *Until it subsides.* Waiting for a reaction to subside is better than a fixed pause (Vilk & Fitter,
      "Comedians in cafes getting data", 2020); the show waits (``post_wait = "applause"``), not this room.
    - *Zones* of 1.5 m and 2.5 m as in Aldebaran's NAOqi: who stands near and faces a robot for 0.6 s is greeted, once, a
      group as one, four seconds apart; who is gone for a minute is forgotten.
    - *Glances.* Short and frequent ones are felt as attention, long ones as staring (Admoni, Hayes, Feil-Seifer, Ullman
      & Scassellati, "Are you looking at me?", 2013).

Limits
    Waves are found by rules from key points (three in four; dancers look like waving too, so nobody is waved back to
    during a number). Without places nobody is greeted by zones. A hand is offered only where the venue allows contact,
    the robot stands still, and everybody's place is known; it is no promise that a touch is safe. Nothing in here knows
    who anybody is.
"""

from temirbek.manners.answering import Manners
from temirbek.manners.memory import RECENT, Guest, Memory
from temirbek.manners.repertoire import GESTURES, gestures_for

__all__ = ["GESTURES", "RECENT", "Guest", "Manners", "Memory", "gestures_for"]
