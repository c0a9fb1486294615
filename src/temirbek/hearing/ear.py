"""The ear: blocks of microphone and known mix in, what the hall lets hear out."""

import math

import numpy as np
from numpy.typing import NDArray

from temirbek.errors import InvalidInput
from temirbek.hearing.alignment import Alignment
from temirbek.hearing.canceller import Canceller, bend
from temirbek.hearing.events import Hysteresis, Manner, Told
from temirbek.hearing.features import Listener
from temirbek.hearing.leak import Leak
from temirbek.hearing.network import KINDS, Network, packaged_network
from temirbek.hearing.spectra import (
    BANDS,
    CHUNK,
    CHUNK_S,
    FRAMES_PER_CHUNK,
    HOP,
    N_BINS,
    RATE_HZ,
    TURN,
    WINDOW,
    spectra,
)
from temirbek.hearing.tape import KEPT, Tape
from temirbek.types.hall import HallSound, HallSoundKind

Signal = NDArray[np.float32]
Spectra = NDArray[np.complex64]
Floats = NDArray[np.float64]

LEAD = 320
"""The reference is laid so many samples before its echo, so that the direct way lies within the canceller's memory."""
LOOK_EVERY = 4
"""Chunks between two looks at the alignment."""
MANNERS: dict[HallSoundKind, Manner] = {
    "applause": Manner(begins=0.7, chunks=3),
    "cheering": Manner(begins=0.75, chunks=4),
    "clapping_along": Manner(begins=0.75, chunks=5, pause_s=1.5),
}
LOOKS_WITHOUT_LOCK = 16
"""After so many comparisons without a lock the loudspeakers are not what this microphone hears."""
SETTLE_S = 1.5
"""After the delay was found (anew) the room is learnt for so long before anything new is believed."""
REMOVED_KEPT = 0.95
LOUD_KEPT = 0.99995
"""The level at which loudspeakers are offered to bend is the loudest of the music, forgotten over 40 minutes."""
COMMON = 0.25
"""A rhythm of less contrast is nobody's tempo."""
LEAST_ABOVE_DB = 1.5
"""What stands less above what is expected is nothing."""


class HallEar:
    """Hears the hall over the music that the house itself plays.

    Blocks of any length give the same sounds; nothing depends on how loud the two signals are.

    Args:
        network: Tells what is heard; the packaged one if None.
    """

    def __init__(self, *, network: Network | None = None) -> None:
        self._network = packaged_network() if network is None else network
        self._microphone, self._reference = Tape(), Tape()
        self._alignment, self._canceller = Alignment(), Canceller(N_BINS)
        self._leak, self._listener = Leak(), Listener()
        self._kinds = {kind: Hysteresis(MANNERS[kind]) for kind in KINDS}
        self._chunk = 0
        self._settled_s = 0.0
        self._loud = 0.0
        self._heard_power, self._rest_power = 0.0, 0.0
        self.features: Floats | None = None
        """Of the newest chunk; what a network is trained on."""

    @property
    def echo_removed_db(self) -> float:
        """How much softer the microphone is without the known mix, over the last seconds [dB]; 0 before anything is known."""
        if self._heard_power <= 0 or self._rest_power <= 0:
            return 0.0
        return 10.0 * math.log10(self._heard_power / self._rest_power)

    @property
    def alignment_s(self) -> float:
        """How late the microphone hears the reference [s]; 0 before it is known."""
        return self._alignment.delay(self._microphone.end) / RATE_HZ

    @property
    def drift_ppm(self) -> float:
        """How much the two clocks differ [ppm]."""
        return self._alignment.drift_ppm

    @property
    def is_certain(self) -> bool:
        """Whether a beginning would be told now: the echo is aligned and learnt, or there is none."""
        if not self._alignment.is_locked:
            return self._alignment.looks == 0 or self._alignment.looks > LOOKS_WITHOUT_LOCK
        return self._chunk * CHUNK_S >= self._settled_s

    @property
    def chunk_end_s(self) -> float:
        """The end of the newest chunk [s of the stream]."""
        return self._chunk * CHUNK_S

    def hear(self, microphone: Signal, reference: Signal, host_s: float) -> tuple[HallSound, ...]:
        """One block.

        Args:
            microphone: Mono at :data:`RATE_HZ`, shape (n,).
            reference: The known mix after all effects, nominally of the same instants, ±0.3 s, shape (n,).
            host_s: When the microphone heard the block's last sample [host s].

        Returns:
            What is to be told now, oldest first.

        Raises:
            InvalidInput: Blocks that are not alike long.
        """
        if microphone.shape != reference.shape or microphone.ndim != 1:
            raise InvalidInput(
                f"the ear: microphone {microphone.shape} and reference {reference.shape} must be mono and alike long"
            )
        told: list[HallSound] = []
        for first in range(0, len(microphone), KEPT // 4):
            piece = slice(first, first + KEPT // 4)
            self._microphone.append(np.nan_to_num(microphone[piece].astype(np.float32)))
            self._reference.append(np.nan_to_num(reference[piece].astype(np.float32)))
            left = len(microphone) - min(len(microphone), first + KEPT // 4)
            zero_s = host_s - (self._microphone.end + left) / RATE_HZ
            while (ready := self._ready()) <= self._microphone.end:
                told += self._next(ready / RATE_HZ, zero_s)
        return tuple(told)

    def _ready(self) -> int:
        """How many samples must have come before the next chunk can be heard."""
        end = (self._chunk + 1) * CHUNK
        return max(end, end + LEAD + 2 - math.floor(self._alignment.delay(end)))

    def _next(self, now_s: float, zero_s: float) -> list[HallSound]:
        """Hears the next chunk; ``now_s`` is the stream's time of deciding, ``zero_s`` the host's of its first sample."""
        self._chunk += 1
        end = self._chunk * CHUNK
        if self._chunk % LOOK_EVERY == 0:
            self._look(end)
        heard, played, bent = self._frames(end)
        rest, echo = self._canceller.cancel(heard, played, bent)
        self._measure(heard, rest, played)
        fine = np.abs(rest) ** 2
        in_bands = (BANDS @ fine).T.astype(np.float64)
        echo_bands = (BANDS @ np.abs(echo) ** 2).T.astype(np.float64)
        is_held = any(kind.is_on for kind in self._kinds.values())
        played_bands = (BANDS @ np.abs(played) ** 2).T.astype(np.float64)
        expected = self._leak.expect(in_bands, echo_bands, played_bands, is_held)
        self.features = self._listener.hear(fine, in_bands, echo_bands, expected)
        likelihoods = self._network.probabilities(self.features)
        return self._tell(likelihoods, now_s, end / RATE_HZ, zero_s)

    def _look(self, end: int) -> None:
        before = self._alignment.jumps
        self._alignment.look(self._microphone, self._reference, end)
        if self._alignment.jumps != before:
            self._canceller.restart()
            self._leak.restart()
            self._settled_s = end / RATE_HZ + SETTLE_S

    def _frames(self, end: int) -> tuple[Spectra, Spectra, Spectra]:
        """Spectra of the chunk, of the reference where it is its echo, and of that bent.

        Shifts below a sample are turns of phase.
        """
        firsts = end - CHUNK + HOP * np.arange(1, FRAMES_PER_CHUNK + 1) - WINDOW
        begin = int(firsts[0])
        whole = self._microphone.read(begin, end - begin)
        heard = spectra(np.lib.stride_tricks.sliding_window_view(whole, WINDOW)[::HOP])
        at = firsts - np.array([self._alignment.delay(int(first) + WINDOW) for first in firsts]) + LEAD
        nearest = np.round(at).astype(int)
        wave = np.stack([self._reference.read(int(first), WINDOW) for first in nearest])
        self._loud = max(self._loud * LOUD_KEPT, float(np.sqrt(np.mean(wave**2))))
        turn = np.exp(TURN[:, None] * (at - nearest).astype(np.float32))
        played = spectra(wave) * turn
        return heard, played, spectra(bend(wave, self._loud)) * turn if self._loud > 0 else played

    def _measure(self, heard: Spectra, rest: Spectra, played: Spectra) -> None:
        if not played.any():
            return
        self._heard_power = REMOVED_KEPT * self._heard_power + float(np.sum(np.abs(heard) ** 2))
        self._rest_power = REMOVED_KEPT * self._rest_power + float(np.sum(np.abs(rest) ** 2))

    def _tell(self, likelihoods: Floats, now_s: float, end_s: float, zero_s: float) -> list[HallSound]:
        told: list[HallSound] = []
        above_db = self._listener.above_db
        may_begin = self.is_certain and above_db > LEAST_ABOVE_DB and not self._listener.dies_away
        along = self._kinds["clapping_along"]
        for kind, likelihood in zip(reversed(KINDS), reversed(likelihoods.tolist()), strict=True):
            hysteresis = self._kinds[kind]
            if kind == "applause" and along.is_on:
                found = hysteresis.end()  # the same hands
            else:
                found = hysteresis.hear(likelihood, end_s, may_begin=may_begin)
            if found is not None:
                told.append(self._sound(kind, found, likelihood, now_s, end_s, zero_s, max(0.0, above_db)))
        return told

    def _sound(
        self,
        kind: HallSoundKind,
        found: Told,
        likelihood: float,
        now_s: float,
        end_s: float,
        zero_s: float,
        above_db: float,
    ) -> HallSound:
        rhythm = self._listener.rhythm
        has_tempo = kind == "clapping_along" and found.state != "ended" and rhythm.contrast > COMMON
        return HallSound(
            kind=kind,
            state=found.state,
            host_s=zero_s + now_s,
            onset_host_s=zero_s + max(0.0, found.onset_s),
            level_db=above_db,
            confidence=likelihood,
            clap_tempo_bpm=rhythm.tempo_bpm if has_tempo else None,
            clap_beat_host_s=zero_s + end_s + rhythm.beat_s if has_tempo else None,
        )
