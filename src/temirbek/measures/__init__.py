"""The measures: one module is one question, one documented function is one figure.

- :mod:`temirbek.measures.beat_error` how far from the music a movement hits, in milliseconds;
- :mod:`temirbek.measures.dance` the whole of one dancer's executed motion, and dancers together.

Everything here reads what came out in the end (executed motion, rendered audio), never what was intended by those
who made it; plans are used only to know *where* to look.
"""

from temirbek.measures.beat_error import BeatError
from temirbek.measures.dance import DancerMeasures, Together, measure_dancer, measure_together

__all__ = ["BeatError", "DancerMeasures", "Together", "measure_dancer", "measure_together"]
