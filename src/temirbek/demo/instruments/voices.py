"""What is blown, sung and twanged: tones that a mouth shapes.

A vowel is a handful of resonances (formants) over a bright source (Fant 1960); their frequencies here are round
numbers of the published tables for adult voices.
"""

import numpy as np

from temirbek.demo.instruments.strike import (
    SAMPLE_RATE_HZ,
    Floats,
    Strike,
    decay,
    envelope,
    faded,
    filtered,
    noise,
    seconds,
)
from temirbek.demo.instruments.synths import saw

VOWELS = {
    "a": ((800.0, 1.0), (1200.0, 0.6), (2600.0, 0.25), (3500.0, 0.15)),
    "e": ((480.0, 1.0), (1900.0, 0.45), (2600.0, 0.3), (3500.0, 0.15)),
    "o": ((450.0, 1.0), (850.0, 0.6), (2600.0, 0.12), (3300.0, 0.08)),
}
"""Formants: frequency [Hz], strength."""


def sybyzgy(strike: Strike) -> Floats:
    """A shepherd's flute: nearly a sine, a breath of air, and a vibrato that comes late."""
    t = seconds(strike.length_s + 0.25)
    vibrato = np.sin(2 * np.pi * 4.9 * t) * np.clip((t - 0.2) / 0.3, 0.0, 1.0)
    scoop = -40.0 * decay(t, 0.03)
    phase = 2 * np.pi * np.cumsum(strike.pitch_hz * 2 ** ((12 * vibrato + scoop) / 1200)) / SAMPLE_RATE_HZ
    tone = np.sin(phase) + 0.22 * np.sin(2 * phase + 0.3) + 0.1 * np.sin(3 * phase) + 0.03 * np.sin(4 * phase)
    edges = (0.8 * strike.pitch_hz, min(3.5 * strike.pitch_hz, 9000.0))
    air = filtered(noise("air", strike.variant, len(t)), "bandpass", edges)
    shape = envelope(t, attack_s=0.035, hold_s=strike.length_s * 0.96, release_s=0.07, sustain=0.85)
    chiff = 0.5 * decay(t, 0.04)
    return faded(0.6 * strike.velocity * shape * (tone + (0.16 + chiff) * air), 0.02)


def sung(strike: Strike, *, vowel: str = "a", breath: float = 0.08) -> Floats:
    """A short sung syllable, doubled left and right, shape (2, n)."""
    t = seconds(strike.length_s + 0.22)
    shape = envelope(t, attack_s=0.012, hold_s=strike.length_s * 0.9, release_s=0.06, sustain=0.75)
    vibrato = np.sin(2 * np.pi * 5.6 * t) * np.clip((t - 0.15) / 0.2, 0.0, 1.0)
    sides = []
    for k, cents in enumerate((-7.0, 7.0)):
        bend = cents + 18 * vibrato - 120 * decay(t, 0.018)
        source = saw(strike.pitch_hz * 2 ** (bend / 1200), len(t), 0.25 + 0.4 * k)
        source = filtered(source, "lowpass", 4200.0, 1) + breath * noise(
            f"breath {k}", strike.variant, len(t)
        )
        formants = [g * filtered(source, "bandpass", (f * 0.9, f * 1.1), 1) for f, g in VOWELS[vowel]]
        sides.append(np.sum(formants, axis=0) + 0.12 * source)
    return faded(0.9 * strike.velocity * shape * np.stack(sides), 0.02)


def shanqobyz(strike: Strike, *, sweeps: float = 2.0) -> Floats:
    """A jaw harp: one pitch, while the mouth sweeps its overtones up and down; wide, shape (2, n)."""
    t = seconds(strike.length_s + 0.25)
    source = saw(strike.pitch_hz, len(t), 0.5) * (0.35 + decay(t, 0.35))
    source = np.diff(source, prepend=0.0) * 6.0
    place = 0.5 - 0.5 * np.cos(
        2 * np.pi * sweeps * t / max(strike.length_s, 0.2) * (1 + 0.2 * strike.variant)
    )
    centers = np.geomspace(500.0, 2600.0, 9)
    where = place * (len(centers) - 1)
    out = np.zeros((2, len(t)))
    for k, center in enumerate(centers):
        open_here = np.clip(1.0 - np.abs(where - k), 0.0, 1.0)
        band = filtered(source, "bandpass", (center * 0.9, center * 1.11), 1)
        pan = 0.5 + 0.35 * (k / (len(centers) - 1) - 0.5)
        out += open_here * band * np.array([[np.sqrt(1 - pan)], [np.sqrt(pan)]])
    shape = envelope(t, attack_s=0.002, hold_s=strike.length_s * 0.9, release_s=0.06, sustain=0.8)
    twang = filtered(source, "lowpass", 420.0) * 0.35
    return faded(np.tanh(4.0 * strike.velocity * shape * (out + twang)), 0.02)
