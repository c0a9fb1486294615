"""Frames of sound as spectra: what all parts of the ear agree on."""

import numpy as np
from numpy.typing import NDArray

RATE_HZ = 16_000
WINDOW, HOP = 1024, 256
FRAMES_PER_CHUNK = 8
"""The ear works on so many frames at a time: 0.128 s."""
CHUNK = HOP * FRAMES_PER_CHUNK
FRAME_S, CHUNK_S = HOP / RATE_HZ, CHUNK / RATE_HZ
FIRST_BIN, END_BIN = 10, 481
"""156 to 7500 Hz; below is the hall's rumble."""
N_BINS = END_BIN - FIRST_BIN
BIN_HZ = RATE_HZ / WINDOW
FREQUENCIES_HZ = np.arange(FIRST_BIN, END_BIN) * BIN_HZ
TURN = (2j * np.pi * np.arange(FIRST_BIN, END_BIN) / WINDOW).astype(np.complex64)
TAPER = np.hanning(WINDOW + 1)[:WINDOW].astype(np.float32)
N_BANDS = 28


def spectra(frames: NDArray[np.float32]) -> NDArray[np.complex64]:
    """Spectra of frames of sound, shape (frames, WINDOW) → (bins, frames)."""
    whole = np.fft.rfft(frames * TAPER, axis=1)[:, FIRST_BIN:END_BIN]
    return np.ascontiguousarray(whole.T, dtype=np.complex64)


def _bands() -> NDArray[np.float32]:
    """Triangles, alike wide on the mel scale (O'Shaughnessy 1987), shape (bands, bins); each sums to 1."""
    low_mel, high_mel = (1127 * np.log1p(hz / 700) for hz in FREQUENCIES_HZ[[0, -1]].tolist())
    mel = np.linspace(low_mel, high_mel, N_BANDS + 2)
    edges_hz = 700 * np.expm1(mel / 1127)
    low, middle, high = (edges_hz[k : k + N_BANDS, None] for k in range(3))
    rise, fall = (FREQUENCIES_HZ - low) / (middle - low), (high - FREQUENCIES_HZ) / (high - middle)
    shape = np.maximum(0.0, np.minimum(rise, fall)) + 1e-6
    return np.asarray(shape / shape.sum(axis=1, keepdims=True), dtype=np.float32)


BANDS = _bands()
BAND_HZ: NDArray[np.float64] = np.asarray((BANDS * FREQUENCIES_HZ).sum(axis=1), dtype=np.float64)
