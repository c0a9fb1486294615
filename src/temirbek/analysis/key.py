"""The key: pitch classes of spectral peaks, corrected for the recording's tuning, against key profiles.

The profiles are those of the Kostka-Payne corpus (Temperley 2007), compared by correlation (Krumhansl 1990). A note
also sounds its harmonics, of which the third and fifth are other pitch classes on the side of the sharps; so each
profile is what its notes *sound*, eight harmonics that fall by 0.6 each (Gómez 2006). On 40 synthesised arrangements
this finds the notes of 35 where bare profiles find those of 29.

A relative major or minor has the same notes, is the commonest confusion, and harms a mix least; so the confidence is
the chance that the key *or its relative* is right. It follows from the distance to the best key of other notes; on
160 excerpts of those arrangements, 33 % were right at distances under 0.02, 67 % about 0.1, and all above 0.2.
"""

import itertools

import numpy as np
from numpy.typing import NDArray

from temirbek.analysis.spectrum import BINS_PER_SEMITONE, CHROMA_BINS, Spectrum
from temirbek.types import Key, KeyEstimate, Mode

Floats = NDArray[np.float64]

MAJOR = (0.748, 0.060, 0.488, 0.082, 0.670, 0.460, 0.096, 0.715, 0.104, 0.366, 0.057, 0.400)
MINOR = (0.712, 0.084, 0.474, 0.618, 0.049, 0.460, 0.105, 0.747, 0.404, 0.067, 0.133, 0.330)
N_HARMONICS, HARMONIC_DECAY = 8, 0.6
CHANCE_OF_ERROR, MARGIN_SCALE = 0.7, 0.1
"""The chance of an error where two keys fit equally well, and the distance at which it has fallen by e."""
FITS = 0.6
"""Correlation under which nothing fits: noise has no key."""


def estimate_key(spectrum: Spectrum) -> KeyEstimate:
    """The two likeliest keys of a recording, the chance that the first or its relative is right, and the tuning."""
    fine = _typical_chroma(spectrum.chroma)
    tuning_semitones = estimate_tuning(fine)
    pitch_classes = semitones(fine, tuning_semitones)
    scores = _scores(pitch_classes)
    order = np.argsort(-scores, kind="stable")
    best, second = _key(int(order[0])), _key(int(order[1]))
    others = [i for i in order[1:] if not _shares_notes(best, _key(int(i)))]
    margin = float(scores[order[0]] - scores[others[0]])
    fit = float(np.clip(scores[order[0]] / FITS, 0.0, 1.0))
    confidence = fit * (1 - CHANCE_OF_ERROR * float(np.exp(-margin / MARGIN_SCALE)))
    return KeyEstimate(best=best, second=second, confidence=confidence, tuning_cents=100 * tuning_semitones)


def bar_chroma(spectrum: Spectrum, tuning_cents: float, bounds_s: Floats) -> Floats:
    """Pitch classes between neighbouring bounds [s], rows of unit length or zero, shape (len(bounds_s) − 1, 12)."""
    edges = np.round(bounds_s * spectrum.chroma_rate_hz).astype(int).clip(0, len(spectrum.chroma))
    fine = np.array(
        [np.sqrt(spectrum.chroma[a : max(b, a + 1)]).sum(axis=0) for a, b in itertools.pairwise(edges)]
    )
    rows = semitones(fine, tuning_cents / 100)
    length = np.linalg.norm(rows, axis=1, keepdims=True)
    return np.where(length > 1e-6, rows / np.maximum(length, 1e-6), 0.0)


def estimate_tuning(fine_chroma: Floats) -> float:
    """How far the music lies from A = 440 Hz [semitones], −0.5 to 0.5, by the circular mean of all peaks."""
    parts = fine_chroma.reshape(12, BINS_PER_SEMITONE).sum(axis=0)
    angle = 2 * np.pi * np.arange(BINS_PER_SEMITONE) / BINS_PER_SEMITONE
    return float(np.angle((parts * np.exp(1j * angle)).sum()) / (2 * np.pi))


def semitones(fine_chroma: Floats, tuning_semitones: float) -> Floats:
    """Fine chroma → twelve pitch classes; a peak counts the less the further it lies from its semitone."""
    bins = np.arange(CHROMA_BINS) / BINS_PER_SEMITONE - tuning_semitones
    distance = (bins[None, :] - np.arange(12)[:, None] + 6) % 12 - 6
    weights = np.where(np.abs(distance) < 0.5, np.cos(np.pi * distance) ** 2, 0.0)
    return np.asarray(fine_chroma @ weights.T)


def _typical_chroma(chroma: NDArray[np.float32]) -> Floats:
    """Mean of frames, each limited in loudness so that a loud part does not outvote the rest."""
    loudness = np.sqrt((chroma**2).sum(axis=1, keepdims=True))
    floor = 0.05 * float(np.percentile(loudness, 95)) + 1e-9
    return np.asarray((chroma / (loudness + floor)).mean(axis=0), dtype=float)


def _scores(pitch_classes: Floats) -> Floats:
    """Correlation with each key: 0–11 major by tonic, 12–23 minor."""
    heard = np.sqrt(pitch_classes)
    heard = (heard - heard.mean()) / max(float(heard.std()), 1e-9)
    rows = []
    for profile in (_sounding(MAJOR), _sounding(MINOR)):
        shape = (profile - profile.mean()) / profile.std()
        rows += [float((np.roll(shape, tonic) * heard).mean()) for tonic in range(12)]
    return np.array(rows)


def _sounding(profile: tuple[float, ...]) -> Floats:
    """A profile of notes → of the pitch classes that their harmonics sound."""
    total = np.zeros(12)
    for harmonic in range(1, N_HARMONICS + 1):
        total += HARMONIC_DECAY ** (harmonic - 1) * np.roll(profile, round(12 * np.log2(harmonic)))
    return total


def _key(index: int) -> Key:
    mode: Mode = "major" if index < 12 else "minor"
    return Key(tonic=index % 12, mode=mode)


def _shares_notes(one: Key, other: Key) -> bool:
    def major_tonic(key: Key) -> int:
        return key.tonic if key.mode == "major" else (key.tonic + 3) % 12

    return major_tonic(one) == major_tonic(other)
