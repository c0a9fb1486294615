"""The measures: one module is one question, one documented function is one figure.

The dance:

- :mod:`temirbek.measures.beat_error` how far from the music a movement hits, in milliseconds;
- :mod:`temirbek.measures.touchdown` how far from the music a foot comes down;
- :mod:`temirbek.measures.dance` the whole of one robot's executed motion, and dancers together;
- :mod:`temirbek.measures.floor` the floor that robots sweep, how near they come to each other and to people
  (:mod:`temirbek.measures.stage_plan`: drawn from above);
- :mod:`temirbek.measures.composition` whether the dance has form, and whether it is the music's.

The mix that we rendered:

- :mod:`temirbek.measures.kicks`, :mod:`temirbek.measures.hearing` one transition, listened to before it is written;
- :mod:`temirbek.measures.decks`, :mod:`temirbek.measures.attacks_of_decks` flams, and the fight for the bass;
- :mod:`temirbek.measures.loudness` whether the loudness holds its line through a transition;
- :mod:`temirbek.measures.mix` the whole of a rendered mix, for the report of a show
  (:mod:`temirbek.measures.report`: all of it against the bars, in words and as JSON).

Anyone's mix, by the twelve metrics (:mod:`temirbek.measures.check`) on three kinds of evidence
(:mod:`temirbek.measures.evidence`): our plan and stems; two stems and the original recordings; or a bare file and the
recordings. For the last two the recordings are located (:mod:`~temirbek.measures.locate`), followed to a fraction of a
millisecond (:mod:`~temirbek.measures.follow`, :mod:`~temirbek.measures.lags`) and, in a bare file, told apart
(:mod:`~temirbek.measures.unmix`); :mod:`~temirbek.measures.found` reads the transitions off their levels. Then one ruler
measures all (:mod:`~temirbek.measures.crossing`, :mod:`~temirbek.measures.track_check`, :mod:`~temirbek.measures.harmony`,
:mod:`~temirbek.measures.clicks`, :mod:`~temirbek.measures.stretching`), and :mod:`~temirbek.measures.pictures` draws it.

Everything here reads what came out in the end (executed motion, rendered audio), never what was intended by those
who made it; plans are used only to know *where* to look. What cannot be heard clearly is told as unknown, not as zero.

Papers: Schwarz & Fourer 2018, 2021 and Kim et al. 2020 (reverse engineering of DJ mixes), Smith & Waterman 1981 (chains),
Févotte et al. 2009 (Itakura-Saito factors), Maeda 1985 (arrivals), Bello et al. 2005 (onsets), Bernardes et al. 2016
(tonal interval space), Vaseghi 2008 (clicks), ITU-R BS.1770-4 (loudness), ITU-R BT.1359 (picture and sound).

Limits: in a bare file the foot of a fade is known to a second, gains are a second wide, and a steep change of tempo
while a deck is hardly heard is lost; beats of decks are compared where the kicks of both recordings are clear.
"""

from temirbek.measures.beat_error import BeatError
from temirbek.measures.check import MixCheck, check_file, check_mix, check_stems
from temirbek.measures.dance import DancerMeasures, Together, measure_dancer, measure_together
from temirbek.measures.floor import FloorMeasures
from temirbek.measures.hearing import TransitionHeard, hear_transition
from temirbek.measures.mix import MixMeasures, TrackTruth, measure_mix
from temirbek.measures.pictures import write_pictures
from temirbek.measures.report import ShowMeasures, measure_show, report, tell
from temirbek.measures.stage_plan import write_stage_plan

__all__ = [
    "BeatError",
    "DancerMeasures",
    "FloorMeasures",
    "MixCheck",
    "MixMeasures",
    "ShowMeasures",
    "Together",
    "TrackTruth",
    "TransitionHeard",
    "check_file",
    "check_mix",
    "check_stems",
    "hear_transition",
    "measure_dancer",
    "measure_mix",
    "measure_show",
    "measure_together",
    "report",
    "tell",
    "write_pictures",
    "write_stage_plan",
]
