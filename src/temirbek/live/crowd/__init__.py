"""A hall that is not there: five thousand people who applaud, clap along, walk up, dance and hold phones.

For rehearsals (``temirbek run --hall PEOPLE``). The conductor tells what happens on stage; what people then do is drawn
from a seed (:mod:`temirbek.live.crowd.people`) and reaches the show the way that real people would: their sound in the
simulated microphone, their bodies in front of the simulated camera, their phones over real sockets. Nothing is told to
the show about what was meant: it has to be heard, seen and counted. What was meant is written to ``crowd.jsonl`` in the
run's folder, so that afterwards one can be held against the other.

Limits. People here are predictable, and there is one kind of room. What the show makes of them says that its parts work
together; how it fares with a real hall is told by a real hall.
"""

__all__: list[str] = []
