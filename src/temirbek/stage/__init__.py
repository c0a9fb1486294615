"""The live stage: the only room with clocks, processes and devices.

The task: make a planned evening happen, now. Sound is played by a process of its own whose position is the musical
truth; robots follow that position, each on its own deadline; the conductor turns what people ask and what devices tell
into events, asks the pure machine of :mod:`temirbek.show` what follows, writes that down, and only then lets it happen.
"""

__all__: list[str] = []
