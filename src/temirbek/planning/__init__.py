"""Analysed tracks → a set: what is played when, and how one track goes over into the next.

The task: from what is known of each track, choose the order, the parts that sound, and transitions of which a DJ would
not be ashamed, each with its reason in plain words, and with a simpler style to fall back on. Nothing is heard here: the
room reads analyses and writes a plan. Who renders and listens hands back what was heard: :func:`adjusted` writes nudges
and trims into the plan, and :func:`plan_set` takes the styles that failed and keeps the order.

Conventions. The plan is written in mix beats; beat 0 is the first downbeat. Decks alternate. A blend starts on a phrase
of both tracks by construction (a short one ends on it), and lengths are whole bars of the mix, so its bars are always
those of its tracks. Between material and plan beats are *deck beats*, free of half and double tempo
(:mod:`~temirbek.planning.material`). Costs and scores are in points: 1 is about what a swap off the phrase costs.

Choosing. :mod:`~temirbek.planning.shortlist` cuts a crate of thousands down to the tracks worth planning with.
:mod:`~temirbek.planning.compatibility` prices every pair (tempo, harmony of the bars that meet, energy, variety,
voices, how sure the beats are), :mod:`~temirbek.planning.order` looks for the path through them along an arc of energy
(beam search, then 2-opt and its kin), :mod:`~temirbek.planning.program` keeps the person's wishes or says which cannot
be kept.

Mixing. :mod:`~temirbek.planning.shapes` is the vocabulary and its ladder of fallbacks; :mod:`~temirbek.planning.places`
says where a track may come in and leave and what that is worth to it, :mod:`~temirbek.planning.together` what two
tracks will sound like at once, :mod:`~temirbek.planning.joints` weighs it for each style, and
:mod:`~temirbek.planning.parts` chooses all parts and shapes in one dynamic programme.
:mod:`~temirbek.planning.timeline` lays them on mix beats and draws the tempo curve,
:mod:`~temirbek.planning.automation` moves the controls, :mod:`~temirbek.planning.reasons` says why. The verb,
:mod:`~temirbek.planning.plan`, checks that no deck is stretched by more than 6 % and gives up blends that would.

While it sounds. A live set (:mod:`~temirbek.planning.live`) is a plan that grows, four tracks ahead, by the same code:
:mod:`~temirbek.planning.layout` takes what has begun as given and chooses the rest. What may be asked of it
(:mod:`~temirbek.planning.live_requests`) stands in a journal, and whatever has not begun is laid out anew from it, so a
request is taken back by striking its entry. :mod:`~temirbek.planning.live_order` says which track comes next,
:mod:`~temirbek.planning.live_difference` from which beat on two plans differ, and
:mod:`~temirbek.planning.live_handover` how a set goes to a human DJ and back.

When what is chosen. Two tracks in harmony blend, the bass changing hands on a phrase, best of all on a drop. Where their
keys or their full mids clash, the outgoing one leaves through a filter. Where both build up to a drop, one drop takes
the place of the other. Where an ending is too short, its calmest bars are looped. Tempi that do not meet, even at half
or double, get an echo-out; different metres a cut on the one; uncertain beats a hard cut at the end of a section or
where the music is calm, and nothing is laid over them; beats that are only fairly certain shorten what sounds together.
Tracks that cannot be used are left out, with the reason.

Papers: Kim et al., *A computational analysis of real-world DJ mixes* (2020): tempo changes, lengths in multiples of 32
beats, cue points; Vande Veire & De Bie, *From raw audio to a seamless mix* (2018): phrases, vocals and bass as the frame
of an automatic mix; Bernardes et al., *A multi-level tonal interval space* (2016): consonance of measured chroma;
Carbonell & Goldstein, *The use of MMR* (1998): lists that are both useful and various.

Limits. Voices are known to the bar, not to the word: a voice on an upbeat is given room by cutting elsewhere, not by
starting earlier. Loudness is foreseen from whole bars and one share of bass for all music, to about 1 LU; the rest is
heard and trimmed afterwards. Only endings are looped, not beginnings. The order is chosen before the parts, from the
bars at both ends of each track. A metre that changes inside a track is not followed.
"""

from temirbek.planning.adjust import adjusted
from temirbek.planning.cues import cue_points
from temirbek.planning.plan import plan_set
from temirbek.planning.shortlist import shortlist

__all__ = ["adjusted", "cue_points", "plan_set", "shortlist"]
