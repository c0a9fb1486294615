"""Choreography: a mix in, a dance on paper out.

The verb is :func:`compose`. It reads the form of the music (sections, phrases, bars, energy, what the DJ does) and
writes calls of moves in *mix beats*: no seconds, no angles, so a dance survives a change of tempo. Every free choice is
drawn from a seed; notes say why the dance is as it is.

**Form.** Sections are cut into phrases of at most eight bars and units of two (:mod:`~temirbek.choreography.form`).
Each kind of music has its *motif*: grooves for the feet, figures for arms and chest
(:mod:`~temirbek.choreography.motif`). Where the music returns, the motif returns varied: mirrored, in retrograde (the order
of its figures reversed), in augmentation (twice as slow), one limb after the other. A refrain goes through all drops. No
groove and no figure returns to a dancer before four bars have gone by. A bar of stillness comes before a drop and after it,
pictures on drops, the biggest where music was held back; a greeting at the beginning, a bow at the end. Intensity, and with
it amplitude, follows the music's energy.

**To each other.** Dancers are in unison where it is loudest; in mirror image, in canon at one bar, or one calls and the other
answers where it is calm. Their formation changes by walking: the knobs of travelling moves are solved so that the last step
closes on the next mark to rounding (:mod:`~temirbek.choreography.walking`). On the way and on the spot two dancers' places keep
1.2 m, and everybody the reach of a fall from artists' floor (:mod:`~temirbek.choreography.floor`); a way that would not is not
taken. Whoever has wings walks on and off.

**Numbers.** A show's numbers say whom to face, where artists have solos (dancers step aside, smaller, and applaud), and what a
choreographer wrote, bar by bar and layer by layer: there the composer is silent (:mod:`~temirbek.choreography.pins`). A whole
dance is written out as such bars (:func:`pinned_bars`) and read back unchanged.

**Layers.** A move drives some of five layers (legs, pelvis, torso, left arm, right arm). A groove (legs and pelvis)
and a figure (torso and arms) sound together; calls of one performer never overlap on a layer. A call of a move that steps is a
whole number of its cycles: paper knows where everybody stands.

**Accents.** What the measures hold a robot to is planned here: beats on which every moving layer has a key pose and no foot is
in the air (:mod:`~temirbek.choreography.accents`). During reaches hands promise nothing of their own.

**Half and double time.** A move has a tempo range. Outside it, the move is danced over twice or half as many beats, by the
first of its rules that fits; the composer takes one rule for a whole phrase, through which the tempo may drift.

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
ranges, are errors that name file and key. Steps, knobs, flowing layers and predecessors are told in ``docs/moves.md``.
Writing for exact accents: give *all* layers a key on the accent, keep things moving on both sides of it, and let limbs turn
back there; a pose that is held afterwards weakens the hit.

Papers: Humphrey 1959 (The Art of Making Dances: symmetry, phrase, contrast, stillness), Berlyne 1971 (what is new is liked in
measure), Foote 2000 (novelty of form).

Limits: figures are chosen by mood, energy and novelty, not by melody; a walk keeps its heading or turns on the spot, so there
are no curves; somebody who stands in the way of all ways is not asked to step aside.
"""

from temirbek.choreography.compose import compose
from temirbek.choreography.pins import pinned_bars
from temirbek.choreography.read_moves import load_moves, move_from_text

__all__ = ["compose", "load_moves", "move_from_text", "pinned_bars"]
