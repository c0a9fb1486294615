"""What leaves each deck, as a file and as a picture."""

from contextlib import ExitStack
from pathlib import Path

import numpy as np

from temirbek.audio import FlacWriter
from temirbek.mixing.clock import SAMPLE_RATE_HZ, Floats, Samples
from temirbek.mixing.deck import FRAME
from temirbek.mixing.spool import Spool
from temirbek.types import WAVEFORM_RATE_HZ

SAMPLES_PER_PEAK = round(SAMPLE_RATE_HZ / WAVEFORM_RATE_HZ)


class Waveform:
    """The peak magnitude of each 1/50 s of a sound, at most 1; frames must follow each other.

    Attributes:
        peaks: Shape (m,).
    """

    def __init__(self, n_samples: int) -> None:
        self.peaks: Floats = np.zeros(-(-n_samples // SAMPLES_PER_PEAK))
        self._at = 0

    def add(self, frame: Samples) -> None:
        """Draws the next frame, shape (2, n); all but the last are whole 1/50 s long."""
        magnitude = np.abs(frame).max(axis=0)
        magnitude = np.pad(magnitude, (0, -len(magnitude) % SAMPLES_PER_PEAK))
        peaks = magnitude.reshape(-1, SAMPLES_PER_PEAK).max(axis=1)
        self.peaks[self._at : self._at + len(peaks)] = np.minimum(1.0, peaks)
        self._at += len(peaks)


def write_stem(spool: Spool, gain_db: float, path: Path | None) -> Floats:
    """Peaks of a deck, shape (m,); its sound goes to a file if there is a path."""
    gain = np.float32(10 ** (gain_db / 20))
    waveform = Waveform(spool.n_samples)
    with ExitStack() as stack:
        writer = stack.enter_context(FlacWriter(path, SAMPLE_RATE_HZ)) if path else None
        for start in range(0, spool.n_samples, FRAME):
            frame = spool.read(start, min(FRAME, spool.n_samples - start)) * gain
            waveform.add(frame)
            if writer:
                writer.write(frame)
    return waveform.peaks
