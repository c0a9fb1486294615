"""Hearing: from a microphone and the known mix to what the hall lets hear: applause, cheering, clapping along.

The task. Robots should answer people, within about a second, while the loudspeakers are ten times as loud as people
are. The house knows what it plays, so the ear takes it out of what the microphone hears and listens to the rest::

    microphone ─┬─▶ alignment ─▶ canceller ─▶ leak: what would be heard if nobody made a sound
    known mix ──┘   (GCC-PHAT)   (per bin RLS)   │
                                                 ▼
                             features of what stands above it ─▶ network ─▶ hysteresis ─▶ HallSound
                                                 └▶ rhythm: tempo and phase of common claps

Conventions. Both signals are mono at 16 kHz, taken in blocks of any length; the ear works on chunks of 0.128 s and tells the
same whatever the blocks are. Instants are ``host_s`` at the microphone: what a hall does farther away was done earlier (3 ms
a metre). Nothing depends on the absolute level of either signal. No sound is kept for longer than eight seconds, and none
leaves the ear.

Calibration. One constant was measured once, on scenes of other seeds than the ear is trained or judged on: how long after the
clap what the ear takes for it is centred (``rhythm.LATE_S``, windows and the nearest rows of people together). The distance
to the middle of one's own audience is not in it; who wants the claps' instant there subtracts 3 ms a metre.

Papers. Knapp & Carter 1976 (alignment); Talmon, Cohen & Gannot 2009 (convolutive transfer functions); Martin 2001 (minimum
statistics); Peltola et al. 2007 and Néda et al. 2000 (claps). The network is small and trained by
``benchmarks/train_hearing.py`` on sounds that it makes itself; ``benchmarks/hearing.py`` measures it on others.

Limits. A loudspeaker that distorts heavily leaves more than can be cancelled. The hall's radio, a second sound system, an
opening band that the house does not play: all that is not in the reference counts as the hall.
"""

from temirbek.hearing.ear import HallEar
from temirbek.hearing.network import KINDS, Network, packaged_network, read_network
from temirbek.hearing.spectra import RATE_HZ

__all__ = ["KINDS", "RATE_HZ", "HallEar", "Network", "packaged_network", "read_network"]
