"""Choreography: a mix in, a dance on paper out.

The verb is :func:`compose`. It reads the form of the music (sections, phrases, bars, energy, what the DJ does) and
writes calls of moves in *mix beats*: no seconds, no angles, so a dance survives a change of tempo. Every free choice is
drawn from a seed; notes say why the dance is as it is.

**Form.** Sections are cut into phrases of at most eight bars and units of two (:mod:`~temirbek.choreography.form`).
The same music (one label in one track) brings the same *motif* back, mirrored every other time. Inside a phrase
figures repeat (A A' B A); between sections they contrast. Dancers are in unison where it is loudest, in mirror image
or in canon at one bar where it is calm. A bar of stillness comes before a drop, the biggest picture on it.
Intensity, and with it amplitude, follows the music's energy.

**Layers.** A move drives some of five layers (legs, pelvis, torso, left arm, right arm). A groove (legs and pelvis)
and a figure (torso and arms) sound together; calls of one performer never overlap on a layer.

**Accents.** What the measures hold a robot to is planned here: beats on which every moving layer has a key pose
(:mod:`~temirbek.choreography.accents`). During reaches hands promise nothing of their own.

**Half and double time.** A move has a tempo range. Outside it, the move is danced over twice or half as many beats; the
composer prefers moves that fit as written.

**The format of moves** (``moves/<robot>/<name>.toml``; the file's name is the move's)::

    title = "Bounce"                    # for people
    family = "groove"                   # groove, arms, …; "pictures", "idle" and "dj" are placed on purpose
    length_beats = 2                    # then it repeats: the pose of beat 0 follows the last one
    energy = [0, 1]                     # musical energy for which it is meant
    moods = ["verse", "drop"]           # section labels in which it belongs
    tempo_bpm = [84, 138]               # as written
    accents = [{ beat = 0, part = "whole" }, …]   # whole, hands, pelvis, feet, head

    [layers.legs]
    beats = [0, 0.5, 1, 1.5]            # from 0, increasing, below length_beats
    pelvis_z_m = [-0.05, 0, -0.05, 0]   # one value a beat; channels and ranges: ``vocabulary.py``

A channel that a layer's table does not name rests. Unknown keys, layers and channels, and values outside the robot's
ranges, are errors that name file and key. Writing for exact accents: give *all* layers a key on the accent, keep things
moving on both sides of it, and let limbs turn back there; a pose that is held afterwards weakens the hit.


Limits: feet stay planted (steps come later); figures are chosen by mood, energy and novelty, not by melody.
"""

from temirbek.choreography.compose import compose
from temirbek.choreography.pins import pinned_bars
from temirbek.choreography.read_moves import load_moves, move_from_text

__all__ = ["compose", "load_moves", "move_from_text", "pinned_bars"]
