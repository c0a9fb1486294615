"""Voices: sung and rapped syllables from a glottal source and moving formants.

A vowel is a handful of resonances over a bright, falling source (Fant 1960); a syllable starts with a consonant
(a burst or a hiss) and glides from one vowel into the next. The variant of the strike chooses what is said.
"""

import numpy as np

from temirbek.demo.instruments import Floats, Strike
from temirbek.demo.instruments.strike import decay, envelope, faded, filtered, noise, seconds
from temirbek.demo.instruments.synths import saw

FORMANTS_HZ = {
    "a": (780.0, 1250.0, 2600.0, 3500.0),
    "e": (480.0, 1900.0, 2550.0, 3500.0),
    "i": (300.0, 2250.0, 3000.0, 3600.0),
    "o": (470.0, 880.0, 2550.0, 3300.0),
    "u": (330.0, 750.0, 2400.0, 3250.0),
}
STRENGTHS = (1.0, 0.55, 0.3, 0.18)
SYLLABLES = (
    ("a", "i", "n"),
    ("o", "u", "s"),
    ("e", "a", "t"),
    ("i", "e", "k"),
    ("u", "a", ""),
    ("a", "o", "d"),
)
"""From vowel, to vowel, consonant before."""
N_SYLLABLES = len(SYLLABLES)


def sings(strike: Strike, *, throat: float = 1.0) -> Floats:
    """A sung syllable, shape (n,); ``throat`` scales the formants (1.15 for a higher voice)."""
    t = seconds(strike.length_s + 0.12)
    waves = np.sin(2 * np.pi * (5.3 + 0.2 * strike.variant) * t) * np.clip((t - 0.18) / 0.25, 0.0, 1.0)
    drift = 12 * np.sin(2 * np.pi * 1.3 * t + strike.variant)
    cents = 28 * waves + drift - 150 * decay(t, 0.03)
    shape = envelope(t, attack_s=0.03, hold_s=strike.length_s * 0.92, release_s=0.05, sustain=0.8)
    return _said(strike, t, strike.pitch_hz * 2 ** (cents / 1200), shape, throat)


def raps(strike: Strike, *, throat: float = 1.0) -> Floats:
    """A spoken syllable whose pitch falls as it is said, shape (n,)."""
    t = seconds(max(0.08, strike.length_s) + 0.06)
    fall = np.exp(-t / 0.35) * (1.0 + 0.08 * np.sin(2.1 * strike.variant))
    shape = envelope(t, attack_s=0.012, hold_s=strike.length_s * 0.8, release_s=0.035, sustain=0.7)
    return _said(strike, t, strike.pitch_hz * (0.75 + 0.35 * fall), shape, throat)


def _said(strike: Strike, t: Floats, pitch_hz: Floats, shape: Floats, throat: float) -> Floats:
    first, second, consonant = SYLLABLES[strike.variant % N_SYLLABLES]
    source = filtered(saw(pitch_hz, len(t), 0.3), "lowpass", 2400.0, 1)
    source = source + 0.05 * noise("breath", strike.variant, len(t))
    glide = np.clip(t / max(t[-1], 0.05), 0.0, 1.0)
    voiced = (1.0 - glide) * _vowel(source, first, throat) + glide * _vowel(source, second, throat)
    sound = shape * voiced + _consonant(consonant, strike.variant, t)
    return faded(1.6 * strike.velocity * sound, 0.015)


def _vowel(source: Floats, vowel: str, throat: float) -> Floats:
    out = 0.06 * source
    for f, g in zip(FORMANTS_HZ[vowel], STRENGTHS, strict=True):
        width = 45.0 + 0.04 * f
        out = out + g * filtered(source, "bandpass", (throat * f - width, throat * f + width), 1)
    return out


def _consonant(name: str, variant: int, t: Floats) -> Floats:
    raw = noise(f"consonant {name}", variant, len(t))
    if name == "s":
        return 0.35 * filtered(raw, "bandpass", (4500.0, 10000.0)) * np.clip(t / 0.02, 0, 1) * decay(t, 0.05)
    if name == "t" or name == "k":
        edges = (3000.0, 9000.0) if name == "t" else (1200.0, 4000.0)
        return 0.6 * filtered(raw, "bandpass", edges) * decay(t, 0.014)
    if name == "n" or name == "d":
        return 0.25 * np.sin(2 * np.pi * 260.0 * t) * decay(t, 0.03)
    return np.zeros(len(t))
