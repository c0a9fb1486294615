"""A plan for a set → its sound, as a file and on the mix's own beats.

The task: play every part of the plan at exactly the instants that the tempo curve asks for, move faders and equaliser as
written, and hand over a master that is neither too loud nor too soft.

Conventions. 48 kHz stereo, float32; mix sample 0 is the first of the file, mix beat 0 the first downbeat of the set. Where a
sample comes from is a pure function (:mod:`~temirbek.mixing.clock`, on :class:`temirbek.types.DeckMap`): mix sample →
mix beat → track beat → track sample. Nothing accumulates, so beats do not drift. All work is done in frames anchored to
sample 0 (:data:`temirbek.mixing.deck.FRAME`), one after the other, whoever reads or writes in which blocks; what a frame
holds depends on the plan, not on where rendering began. So a stretch of the mix (:func:`render_span`) is that stretch of
the whole to the bit, the same plan and files give the same bytes, and memory does not grow with the length of the set.

How, file by file: a play's sound follows its time map (:mod:`~temirbek.mixing.stretch`, :mod:`~temirbek.mixing.varispeed`)
over seams that nobody hears (:mod:`~temirbek.mixing.seam`); it goes through trim, isolator
(:mod:`~temirbek.mixing.isolator`), filter (:mod:`~temirbek.mixing.sweep`) and fader of its deck
(:mod:`~temirbek.mixing.deck`), each moved as the plan says (:mod:`~temirbek.mixing.lanes`), and on its way it may be sent
to a delay (:mod:`~temirbek.mixing.echo`) and a hall (:mod:`~temirbek.mixing.reverb`), which ring on when the fader is down.
Both decks wait on disk (:mod:`~temirbek.mixing.spool`) and meet in the master (:mod:`~temirbek.mixing.master`,
:mod:`~temirbek.mixing.limiter`): −14 LUFS integrated, true peaks below −1 dBTP (ITU-R BS.1770-4).
:mod:`~temirbek.mixing.stems` writes what leaves each deck, :mod:`~temirbek.mixing.score` says what sounds where,
:mod:`~temirbek.mixing.documents` writes it down.

A plan that grows while it is heard is rendered by :mod:`~temirbek.mixing.live` into spools that follow each other, and
equals the final plan's render to the bit; :mod:`~temirbek.mixing.live_score` says what it is made of meanwhile.

Sources: Smith, *Digital audio resampling* (2002); Signalsmith Stretch (MIT); Laroche & Dolson, *Improved phase vocoder
time-scale modification* (1999); Stockham, *High-speed convolution* (1966); Moorer, *About this reverberation business*
(1979); ITU-R BS.1770-4.

Limits. Stretching is meant for a few per cent. Seams where something sets in are plain cross-fades: a chord under a drum
may lose some of its partials for 20 ms there. Stems are unlimited, hence written softer than the mix where they must be.
Echo and hall take what has passed the fader and are not equalised again.
"""

from temirbek.mixing.render import render
from temirbek.mixing.span import Span, render_span

__all__ = ["Span", "render", "render_span"]
