"""Temirbek stages a robot concert.

One flow, left to right; each arrow is a room with one verb, each word a noun of :mod:`temirbek.types`::

    recordings ─▶ analysis ─▶ planning ─▶ mixing ─▶ choreography ─▶ motion ─▶ robots ─▶ replay
       Track    TrackAnalysis  SetPlan     Mix      Choreography   Trajectory  Performance  page

Rooms share nouns only and never import each other; :mod:`temirbek.prepare` joins them.
"""

__version__ = "0.1.0"
