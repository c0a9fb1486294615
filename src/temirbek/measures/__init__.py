"""The measures: one module is one question, one documented function is one figure.

- :mod:`temirbek.measures.beat_error` how far from the music a movement hits, in milliseconds;
- :mod:`temirbek.measures.dance` the whole of one robot's executed motion, and dancers together;
- :mod:`temirbek.measures.decks`, :mod:`temirbek.measures.attacks_of_decks` whether two decks are together;
- :mod:`temirbek.measures.kicks`, :mod:`temirbek.measures.hearing` one transition, listened to before it is written;
- :mod:`temirbek.measures.loudness` whether the loudness holds its line through a transition;
- :mod:`temirbek.measures.mix` the whole of a rendered mix;
- :mod:`temirbek.measures.report` all of it against the bars, in words and as JSON.

Everything here reads what came out in the end (executed motion, rendered audio), never what was intended by those
who made it; plans are used only to know *where* to look.
"""

from temirbek.measures.beat_error import BeatError
from temirbek.measures.check import MixCheck, check_file, check_mix, check_stems
from temirbek.measures.dance import DancerMeasures, Together, measure_dancer, measure_together
from temirbek.measures.hearing import TransitionHeard, hear_transition
from temirbek.measures.mix import MixMeasures, TrackTruth, measure_mix
from temirbek.measures.pictures import write_pictures
from temirbek.measures.report import ShowMeasures, measure_show, report, tell

__all__ = [
    "BeatError",
    "DancerMeasures",
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
]
