"""A plan for a set → its sound, as a file and on the mix's own beats.

The task: play every part of the plan at exactly the instants that the tempo curve asks for, move faders and equaliser as
written, and hand over a master that is neither too loud nor too soft.

Conventions. 48 kHz stereo; mix sample 0 is the first of the file, mix beat 0 the first downbeat of the set. Where a
sample comes from is a pure function (:mod:`~temirbek.mixing.clock`): mix sample → mix beat → track beat → track
sample. Nothing accumulates, so beats do not drift. All work is done in frames anchored to sample 0, one after
the other; memory does not grow with the length of the set, and the same plan and files give the same bytes.

How, file by file: a track is stretched (:mod:`~temirbek.mixing.stretch`) or resampled
(:mod:`~temirbek.mixing.varispeed`), goes through the isolator (:mod:`~temirbek.mixing.isolator`) and the fader of its
deck (:mod:`~temirbek.mixing.deck`), and both decks meet in the master (:mod:`~temirbek.mixing.master`,
:mod:`~temirbek.mixing.limiter`): −14 LUFS integrated, true peaks below −1 dBTP (ITU-R BS.1770-4).
:mod:`~temirbek.mixing.score` says what sounds where, :mod:`~temirbek.mixing.documents` writes it down.

Sources: Smith, *Digital audio resampling* (2002); Signalsmith Stretch (MIT); ITU-R BS.1770-4.

Limits. Stretching is meant for a few per cent. A stem is written before the limiter: the rare peak above full scale is
clipped in the stem's file (never in the mix). Echoes of an echo-out pass the fader by, as on a desk with
post-fader effects.
"""

from temirbek.mixing.render import render
from temirbek.mixing.span import Span, render_span

__all__ = ["Span", "render", "render_span"]
