"""How well two stretches of music go together in harmony: measured chroma, named keys, tuning.

The measured part is the angle between mean chromas in tonal interval space (Bernardes, Cocharro, Caetano, Guedes &
Davies, *A multi-level tonal interval space for modelling pitch relatedness and musical consonance*, 2016: the weighted
Fourier transform of the chroma). The named keys are compared on the Camelot wheel (a step is a fifth; A and B of one
number are relative keys), as an expectation over the best and second-best key of both tracks.
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from temirbek.types import Key, KeyEstimate, Mode

Floats = NDArray[np.float64]

TIS_WEIGHTS = np.array([2.0, 11.0, 17.0, 16.0, 19.0, 7.0])
"""Weights of the six Fourier coefficients (Bernardes et al. 2016, for audio)."""

KEY_SHARE = 0.3
"""How much the named keys count beside the measured chroma."""

FAR_KEY_STEPS = 4.0
TUNED_CENTS = 16.0
MODES: tuple[Mode, Mode] = ("major", "minor")


def camelot_steps(a: Key, b: Key) -> int:
    """Steps on the Camelot wheel between two keys, 0 to 7: around the wheel, and one for a change of letter."""
    number_a, number_b = int(a.camelot[:-1]), int(b.camelot[:-1])
    around = abs(number_a - number_b)
    return min(around, 12 - around) + int(a.mode != b.mode)


_STEPS = np.array(
    [
        [
            camelot_steps(Key(tonic=i % 12, mode=MODES[i // 12]), Key(tonic=j % 12, mode=MODES[j // 12]))
            for j in range(24)
        ]
        for i in range(24)
    ]
)


def key_distance(a: KeyEstimate, b: KeyEstimate) -> float:
    """Expected Camelot steps between two tracks, given how sure their keys are; more than four count as four."""
    return float(key_distances([a, b])[0, 1])


def key_distances(estimates: Sequence[KeyEstimate]) -> Floats:
    """Expected Camelot steps between all tracks, shape (n, n)."""
    shares = np.zeros((len(estimates), 24))
    for row, estimate in zip(shares, estimates, strict=True):
        share = 0.5 + 0.5 * float(np.clip(estimate.confidence, 0.0, 1.0))
        row[_index(estimate.best)] += share
        row[_index(estimate.second)] += 1.0 - share
    return np.asarray(shares @ np.minimum(_STEPS, FAR_KEY_STEPS) @ shares.T)


def _index(key: Key) -> int:
    return key.tonic + 12 * MODES.index(key.mode)


def tuning_clashes(estimates: Sequence[KeyEstimate]) -> Floats:
    """How far tunings rub, 0–1, shape (n, n): nothing up to a sixth of a semitone, most half a semitone apart."""
    cents = np.array([estimate.tuning_cents for estimate in estimates])
    apart = np.abs(cents[:, None] - cents) % 100.0
    apart = np.minimum(apart, 100.0 - apart)
    return np.asarray(np.clip((apart - TUNED_CENTS) / (50.0 - TUNED_CENTS), 0.0, 1.0))


def tonal_interval_vectors(chroma: Floats) -> Floats:
    """Chroma in tonal interval space, unit vectors, shape (n, 12); zero where nothing sounds.

    Args:
        chroma: Energy of the pitch classes, shape (n, 12), ≥ 0.
    """
    spectrum = np.fft.fft(chroma, axis=-1)[..., 1:7] * TIS_WEIGHTS
    vectors = np.concatenate([spectrum.real, spectrum.imag], axis=-1)
    length = np.linalg.norm(vectors, axis=-1, keepdims=True)
    return np.asarray(vectors / np.where(length > 0, length, 1.0))


def clash_of(
    a_chroma: Floats, b_chroma: Floats, key_clash: float | Floats, detuned: float | Floats
) -> Floats:
    """How much stretches with these mean chromas clash, 0 (as one) to 1 (unrelated or worse), shape (a, b).

    Args:
        a_chroma, b_chroma: Mean chroma of each stretch, shapes (a, 12) and (b, 12); zeros are not measured.
        key_clash: Of the named keys, 0–1, a number or shape (a, b).
        detuned: Of the tunings, 0–1, a number or shape (a, b).
    """
    nearness = tonal_interval_vectors(a_chroma) @ tonal_interval_vectors(b_chroma).T
    is_measured = np.outer(a_chroma.sum(axis=1) > 0, b_chroma.sum(axis=1) > 0)
    measured = (1 - KEY_SHARE) * np.clip(1 - nearness, 0.0, 1.0) + KEY_SHARE * key_clash
    return np.asarray(np.maximum(np.where(is_measured, measured, key_clash), detuned))
