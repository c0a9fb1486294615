"""The box of many styles, for measuring ears: pieces on which the easy answer is wrong, with the truth known.

The five pieces of the demo are easy: one tempo, four to the floor. Ears that are judged on those alone learn to be
sure. The box holds music that misleads: a snare on three that halves the tempo felt, basses and hats between the
beats louder than what is on them, triplets, three in a bar, a drummer who drifts, a recording that starts in the
middle of a bar, no drums at all. Each style draws tempo, key, harmony, form, sounds and levels from a seed, so there
are as many pieces as one has patience for. What is played and what is true come from the same numbers.

How a piece is made:

- :mod:`.notes`, :mod:`.harmony`: patterns on a clock of beats, as texts and arrays; chords that settle a key;
- :mod:`.tune`: the piece as data, with its clock (steady, or wandering as people's time does), every beat on a sample;
- :mod:`.styles`: one function a style, its docstring says what is hard about it;
- :mod:`.band`, :mod:`.singer` and the demo's :mod:`temirbek.demo.instruments`: the sounds, voices from formants;
- :mod:`.desk`: mix, a small room, a quick master between −16 and −8 LUFS; about a second for a minute of music;
- :mod:`.truth`: beats, downbeats, phrases, sections, key, tuning, voices bar by bar, builds and drops.

Conventions. The *felt* level is the beat that people would tap: with kick and snare by turns, both are beats, so
music that is written at 140 with a snare on three is felt at 70. A chorus or any other high point is a "drop", as in
the analysis. Where players are uneven, the truth is the beat that they aim at. A kick and cymbals that lie apart have
the beat on the kick. Phrases are counted anew in each section.

Limits. One tempo region and one meter a piece; no singer phrases like a person; the mix is simpler than a record's.
Numbers measured here say which mistakes are made, not how often they are made on other people's music.
"""

from temirbek.demo.box.styles import STYLES
from temirbek.demo.box.truth import BoxSection, BoxTrack, truth_of
from temirbek.demo.box.write import composed, write_box

__all__ = ["STYLES", "BoxSection", "BoxTrack", "composed", "truth_of", "write_box"]
