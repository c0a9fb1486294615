"""Small musical instruments: each a documented function from a :class:`Strike` to sound.

Every instrument is deterministic: noise comes from a generator seeded by the instrument's own name and the
strike's variant (neighbouring hits differ a little, as a drummer's do, yet the same score gives the same
samples). Sound begins with the very first sample: what sets the beat must land on it.
"""

from temirbek.demo.instruments.strike import SAMPLE_RATE_HZ, Floats, Strike, Voice

__all__ = ["SAMPLE_RATE_HZ", "Floats", "Strike", "Voice"]
