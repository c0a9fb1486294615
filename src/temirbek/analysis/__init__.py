"""Recording → TrackAnalysis: beats, bars, phrases, sections, events, voices, key and energy, without neural weights.

The corridor, one file a step:

1. attacks (:mod:`temirbek.audio.attacks`, :mod:`.onsets`): where sound sets in, in three bands, every 1.5 ms;
2. :mod:`.pulse`: one tempo for the whole recording, up to factors of two, from the periodogram of all attacks: phase
   accumulates over hundreds of beats, which resolves tempo to parts per million;
3. :mod:`.steadiness`: does that tempo hold from window to window? Where it wanders by a per cent, as a band's does,
   :mod:`.drift` bends the pulse with it; where it goes its own way, :mod:`.tempogram` and :mod:`.varying` follow it beat
   by beat (Ellis 2007), less exactly; :mod:`.tempo` decides, and refuses what has no beat;
4. :mod:`.slots`, :mod:`.octave`, :mod:`.meter`: which octave is the beat, how many beats make a bar, which is "the
   one" (after Goto 2001), from timbre, harmony, bass and drums on the half beats; :mod:`.confidence` tells how sure;
5. :mod:`.phase`, :mod:`.grid`: the grid is moved onto the steepest rise of energy, exact to a fraction of a
   millisecond, and covers the whole recording;
6. :mod:`.spectrum`, :mod:`.key`: pitch classes, tuning, key (Temperley 2007, Gómez 2006), for the whole and per bar;
7. :mod:`.vocals`: the chance of a voice in each bar, from glides, syllables and the middle of the stereo picture
   (Lehner et al. 2013);
8. :mod:`.bars`: energy, bands and loudness (BS.1770-4) bar by bar; :mod:`.structure`: novelty of bars (Foote 2000),
   phrases, sections; :mod:`.labels`: what part each section plays; :mod:`.events`: builds and drops;
9. :mod:`.timbre`: how the track sounds as a whole.

A person may know better. Beats that a person has set replace steps 2 to 5, and everything else is measured on them;
a voter (:mod:`.votes`, :mod:`.beat_this`) may have a say in step 4.

Conventions: track time in seconds from the first sample, beats counted from the first beat of the grid, which may
precede the first downbeat; one row per whole bar. Confidence runs from 0 to 1 in every part. Same sound, same analysis.
Sound is heard in blocks: beyond the decoded samples, memory grows by about 0.1 MB per second of music.

Limits: 60–200 BPM; three or four beats in the bar, the same throughout; one tempo, or one that moves slowly (a few
per cent from bar to bar) – a sudden cut in the middle of a bar costs some beats. The octave of tempi whose double is
also common (75/150 … 95/190) is a judgement; the confidence says how close it was. Swing is heard, but beats are even.
Labels of sections compare a track with itself: in music of even loudness, a chorus is a drop only by its energy, and
where loud parts with and without a voice alternate, those without are called drops. A relative major or minor may be
taken for the key (its confidence allows for that); steady, quiet or whispered singing may be missed, and leads that
slide may pass for a voice.
"""

from temirbek.analysis.analyze import ANALYSIS_VERSION, analyze, track_of

__all__ = ["ANALYSIS_VERSION", "analyze", "track_of"]
