"""The music box: five pieces that the package composes and synthesises itself.

A first run must not need anyone's music, and a test must know where the beats *are*. So the demo's tracks are
written down as scores (:mod:`temirbek.demo.score`), arranged as tables (:mod:`temirbek.demo.pieces`), played by
small instruments (:mod:`temirbek.demo.instruments`) and mixed in a small studio (:mod:`temirbek.demo.studio`,
:mod:`temirbek.demo.mastering`). numpy and scipy only; every noise is seeded; the same version of the package
writes the same bytes every time.

What is promised of each piece, and tested:

- 44.1 kHz, stereo, 16 bit, FLAC, with title, artist and licence (CC0: the pieces are nobody's but everyone's);
- constant tempo between 100 and 128 BPM, bars of four, 8-bar phrases counted from the first bar; the pieces lie
  so close in tempo that neighbours meet within 6 %, and in keys that neighbour on the Camelot wheel;
- intro, build, drop, break and outro; the drop is louder than the break;
- the first sample of every kick lies on the sample of its beat (or sixteenth) in the truth;
- −14 LUFS, true peak below −1 dBTP, no offset, no clipping.

The dombra pieces are our own tunes in the manner of a *kui* (the galloping down-down-up of the right hand, a
drone on the low string), not arrangements of existing ones. The strings follow Karplus & Strong (1983).

For measuring the analysis there is a second box, :mod:`temirbek.demo.box`: some thirty styles that mislead, any
number of pieces in each, with the same promise about the truth and none about beauty.
"""

from temirbek.demo.box import BoxTrack, write_box
from temirbek.demo.truth import DemoSection, DemoTrack
from temirbek.demo.write import kept_tracks, write_tracks

__all__ = ["BoxTrack", "DemoSection", "DemoTrack", "kept_tracks", "write_box", "write_tracks"]
