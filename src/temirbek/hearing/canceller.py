"""Takes the known mix out of what the microphone hears.

Each frequency bin of the microphone's short-time spectrum is a sum of the last 18 frames of the reference's, each times a
complex weight (a convolutive transfer function: Talmon, Cohen & Gannot 2009), plus everything else: that is what the
hall lets hear. Loudspeakers and amplifiers driven hard bend the wave besides, so a second reference is offered, bent softly
at the music's own level (a Hammerstein model, Narendra & Gallman 1966): some mix of the two is near to most bends. The weights are those of least squares over the past, older frames forgotten exponentially: recursive
least squares. The sums are kept, and the equations solved anew for each chunk of frames, rather than their inverse
updated, which in single precision runs away when the reference is silent.

What protects the hall's own sound: its frames have nothing to do with the reference, so least squares hardly explains
any of them (24 unknowns against some 700 frames); and a frame whose rest is unusually strong counts less (weights of
Cauchy). What protects the room that was learnt: frames in which a bin of the reference is silent neither count nor make
others forgotten.
"""

import numpy as np
from numpy.typing import NDArray

Spectra = NDArray[np.complex64]

TAPS, BENT_TAPS = 18, 6
ALL_TAPS = TAPS + BENT_TAPS
KEEP_PER_FRAME = 0.9988
"""A frame counts half after 9 s."""
SILENT = 1e-5
"""A bin softer than this share of its own loudest frames is silent."""
LOUDEST_KEPT = 0.9995
REGULAR = 2e-5
NEW_CHUNKS = 80
USUAL_KEPT = 0.995
UNUSUAL = 4.0


class Canceller:
    """Learns the way from the reference to the microphone, bin by bin.

    Args:
        n_bins: How many bins of the spectrum are handled.
    """

    def __init__(self, n_bins: int) -> None:
        self._weights = np.zeros((n_bins, ALL_TAPS), dtype=np.complex64)
        self._sums = np.zeros((n_bins, ALL_TAPS, ALL_TAPS), dtype=np.complex64)
        self._cross = np.zeros((n_bins, ALL_TAPS, 1), dtype=np.complex64)
        self._past = np.zeros((n_bins, TAPS - 1), dtype=np.complex64)
        self._past_bent = np.zeros((n_bins, BENT_TAPS - 1), dtype=np.complex64)
        self._loudest = np.zeros(n_bins)
        self._usual = np.zeros(n_bins)
        self._turn = 0

    def restart(self) -> None:
        """Forgets the room: the delay was found anew."""
        self._weights[:] = 0
        self._sums[:] = 0
        self._cross[:] = 0
        self._usual[:] = 0
        self._turn = 0

    def cancel(self, heard: Spectra, played: Spectra, bent: Spectra) -> tuple[Spectra, Spectra]:
        """One chunk of frames.

        Args:
            heard: The microphone's spectra, shape (bins, frames).
            played: The reference's, aligned, same shape.
            bent: The same of the reference bent (:func:`bent`).

        Returns:
            What is left, and what was taken away, both shape (bins, frames).
        """
        self._past, plain = _lagged(self._past, played)
        self._past_bent, curved = _lagged(self._past_bent, bent)
        lagged = np.concatenate([plain, curved], axis=2)
        echo = np.matmul(lagged, self._weights[:, :, None])[:, :, 0]
        rest = heard - echo
        self._learn(heard, lagged, rest)
        return rest, echo

    def _learn(self, heard: Spectra, lagged: Spectra, rest: Spectra) -> None:
        power = np.abs(lagged[:, :, :TAPS]) ** 2
        recent = power.mean(axis=2)
        n = heard.shape[1]
        self._loudest = np.maximum(self._loudest * LOUDEST_KEPT**n, recent.max(axis=1))
        sounds = (recent > SILENT * self._loudest[:, None]) & (recent > 0)
        left = np.abs(rest) ** 2
        told = sounds.sum(axis=1)
        now = np.where(told > 0, (left * sounds).sum(axis=1) / np.maximum(told, 1), 0.0)
        keep = np.where(self._usual > 0, USUAL_KEPT**told, 0.0)
        self._usual = np.where(told > 0, keep * self._usual + (1 - keep) * now, self._usual)
        strange = left / (UNUSUAL * np.maximum(self._usual, 1e-30))[:, None]
        counts = (sounds / (1.0 + strange)).astype(np.float32)
        forget = (KEEP_PER_FRAME**told).astype(np.float32)[:, None, None]
        turned = lagged.conj().transpose(0, 2, 1) * counts[:, None, :]
        self._sums *= forget
        self._sums += np.matmul(turned, lagged)
        self._cross *= forget
        self._cross += np.matmul(turned, heard[:, :, None])
        self._solve(told > 0)

    def _solve(self, is_told: NDArray[np.bool_]) -> None:
        """New weights for some of the bins in turn: while the room is new for every second, later for every fourth."""
        self._turn += 1
        every = 2 if self._turn < NEW_CHUNKS else 4
        bins = np.flatnonzero(is_told)[self._turn % every :: every]
        if not len(bins):
            return
        sums = self._sums[bins]
        size = np.einsum("bii->b", sums).real / ALL_TAPS
        bins, sums, size = bins[size > 0], sums[size > 0], size[size > 0]
        even = sums / size[:, None, None] + REGULAR * np.eye(ALL_TAPS, dtype=np.float32)
        self._weights[bins] = np.linalg.solve(even, self._cross[bins] / size[:, None, None])[:, :, 0]


def bend(samples: NDArray[np.float32], level: float) -> NDArray[np.float32]:
    """A wave bent softly where it exceeds a level (> 0): what is small passes, what is large never exceeds the level."""
    share = samples / np.float32(level)
    return np.asarray(samples / np.sqrt(1.0 + share**2))


def _lagged(past: Spectra, now: Spectra) -> tuple[Spectra, Spectra]:
    """What to keep for the next chunk, and for each frame the frames that lead to it, newest first, (bins, frames, taps)."""
    taps = past.shape[1] + 1
    row = np.concatenate([past, now], axis=1)
    view = np.lib.stride_tricks.sliding_window_view(row, taps, axis=1)[:, :, ::-1]
    return row[:, now.shape[1] :], view
