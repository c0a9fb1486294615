"""One sample rate → another, whole arrays at once (streams: :func:`temirbek.audio.reader.open_audio`)."""

import numpy as np
import soxr

from temirbek.audio.source import Samples


def resample(samples: Samples, from_hz: int, to_hz: int) -> Samples:
    """Resamples with soxr (HQ, linear phase: attacks stay where they are).

    Args:
        samples: Sound, shape (channels, n).
        from_hz, to_hz: Sample rates [Hz], > 0.

    Returns:
        Sound at the new rate, shape (channels, about n · to / from), C order.
    """
    if from_hz == to_hz:
        return np.ascontiguousarray(samples, dtype=np.float32)
    resampled = soxr.resample(np.ascontiguousarray(samples.T, dtype=np.float32), from_hz, to_hz, quality="HQ")
    return np.ascontiguousarray(resampled.T)
