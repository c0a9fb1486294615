"""What leaves each deck, as a file and as a picture.

A stem is what the limiter gets: decks are not limited, so the loudest may be louder than full scale. Then both stems
are written softer, by the same gain, so that nothing is clipped, their sum is still the mix before its limiter, and
decks can be compared. By how much is said in the files' comment.
"""

from pathlib import Path

import numpy as np

from temirbek.audio import FlacWriter
from temirbek.mixing.clock import SAMPLE_RATE_HZ, Floats, Samples
from temirbek.mixing.deck import FRAME
from temirbek.mixing.spool import Spool
from temirbek.types import WAVEFORM_RATE_HZ, Deck

FULL_SCALE = 1 - 2**-20
SAMPLES_PER_PEAK = round(SAMPLE_RATE_HZ / WAVEFORM_RATE_HZ)


class Waveform:
    """The peak magnitude of each 1/50 s of a sound; frames must follow each other.

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
        self.peaks[self._at : self._at + len(peaks)] = peaks
        self._at += len(peaks)


def stem_gain_db(decks: tuple[Spool, Spool], gain_db: float) -> float:
    """By how much both stems are written softer than they are in the mix [dB], ≤ 0: as little as keeps them whole."""
    loudest = max(deck.peak for deck in decks) * 10 ** (gain_db / 20)
    if loudest <= FULL_SCALE:
        return 0.0
    return float(np.floor(-200 * np.log10(loudest / FULL_SCALE)) / 10)


def write_stem(spool: Spool, deck: Deck, gain_db: float, softer_db: float, path: Path) -> None:
    """Writes what leaves a deck.

    Args:
        spool: Its sound before the master gain.
        deck: Its name.
        gain_db, softer_db: The master gain, and what :func:`stem_gain_db` says [dB].
        path: Where to.
    """
    gain = np.float32(10 ** ((gain_db + softer_db) / 20))
    tags = {"title": f"Deck {deck}", "comment": f"before the limiter, {softer_db:+.1f} dB against the mix"}
    with FlacWriter(path, SAMPLE_RATE_HZ, tags=tags) as writer:
        for start in range(0, spool.n_samples, FRAME):
            writer.write(spool.read(start, min(FRAME, spool.n_samples - start)) * gain)
