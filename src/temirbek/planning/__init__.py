"""Analysed tracks → a set: what is played when, and how one track goes over into the next.

The task: from what is known of each track, choose the order, the parts that sound, and transitions of which a DJ would
not be ashamed, each with its reason in plain words. Nothing is heard here: the room reads analyses and writes a plan.

Conventions. The plan is written in mix beats; beat 0 is the first downbeat. Decks alternate. A transition starts on a
phrase of both tracks by construction, and lengths are whole bars of the mix, so its bars are always those of its
tracks. Between material and plan beats are *deck beats*, free of half and double tempo
(:mod:`~temirbek.planning.material`).

How, file by file: :mod:`~temirbek.planning.compatibility` prices a pair of tracks (tempo, key, energy, metre, how
sure their beats are), :mod:`~temirbek.planning.order` looks for the path through them along an arc of energy (beam
search, then 2-opt), :mod:`~temirbek.planning.parts` chooses parts and transition shapes in one dynamic programme,
:mod:`~temirbek.planning.timeline` lays them on mix beats and draws the tempo curve,
:mod:`~temirbek.planning.automation` moves the controls, :mod:`~temirbek.planning.reasons` says why. The verb,
:mod:`~temirbek.planning.plan`, checks that no deck is stretched by more than 6 % and gives up blends that would.

Fallbacks. Different metres are cut. Uncertain beats, or tempi that do not meet even at half or double, get an
echo-out or a cut on the phrase, and the tempo steps there. Tracks that cannot be used are left out, with the reason.

Papers: Kim et al., *A computational analysis of real-world DJ mixes* (2020): tempo changes, lengths in multiples of 32
beats, cue points; Vande Veire & De Bie, *From raw audio to a seamless mix* (2018): phrases and bass as the frame of an
automatic mix.

Limits. Keys are compared by name, not by the bars that sound together; voices over voices are not avoided, since an
analysis does not know of voices. A metre that changes inside a track is not followed.
"""

from temirbek.planning.adjust import adjusted
from temirbek.planning.cues import cue_points
from temirbek.planning.plan import plan_set
from temirbek.planning.shortlist import shortlist

__all__ = ["adjusted", "cue_points", "plan_set", "shortlist"]
