"""A hall that is not there: sounds of people, things and rooms, made of numbers.

For two uses: the simulated hall of a rehearsal, and the training and measuring of the ear (:mod:`temirbek.hearing`),
which must work without anybody's recordings. All is seeded, mono and noise-like enough to be fair: claps with the
resonance of hands, crowds of them that join and leave, voices from formants, doors, drums and chairs; rooms as decaying
noise; and music that is made to mislead, with claps, hiss and crowds of its own.

Limits. Nobody should enjoy these sounds. A real crowd is richer, and real rooms have echoes that no noise has; what is
measured on them says which mistakes are made, and recordings have the last word.
"""

from temirbek.demo.hall.crowd import CrowdKind, crowd_sound
from temirbek.demo.hall.hard_music import hard_music
from temirbek.demo.hall.rooms import room_response

__all__ = ["CrowdKind", "crowd_sound", "hard_music", "room_response"]
