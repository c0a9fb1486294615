"""What announces and follows: risers, sweeps, impacts."""

import numpy as np

from temirbek.demo.instruments.strike import (
    SAMPLE_RATE_HZ,
    Floats,
    Strike,
    decay,
    faded,
    filtered,
    noise,
    seconds,
)
from temirbek.demo.instruments.synths import swept


def riser(strike: Strike) -> Floats:
    """Noise and a tone that rise for as long as they are held, shape (2, n)."""
    t = seconds(strike.length_s)
    u = t / strike.length_s
    raw = np.stack([noise(f"riser {side}", strike.variant, len(t)) for side in "LR"])
    wind = filtered(swept(raw, 300.0 * 40.0**u, resonance=2.5, block=256), "highpass", 250.0)
    phase = 2 * np.pi * np.cumsum(strike.pitch_hz * 4.0 ** (u * u)) / SAMPLE_RATE_HZ
    tone = 0.16 * np.stack([np.sin(phase), np.sin(1.007 * phase)]) * u
    return faded(strike.velocity * u**1.6 * (0.55 * wind + tone), 0.01)


def downlifter(strike: Strike) -> Floats:
    """Noise that falls away after a change, shape (2, n)."""
    t = seconds(strike.length_s)
    u = t / strike.length_s
    raw = np.stack([noise(f"down {side}", strike.variant, len(t)) for side in "LR"])
    return faded(
        0.5 * strike.velocity * (1 - u) ** 2 * swept(raw, 9000.0 * 0.02**u, resonance=1.2, block=256), 0.05
    )


def impact(strike: Strike) -> Floats:
    """A deep boom under a downbeat."""
    t = seconds(1.8)
    phase = 2 * np.pi * (38.0 * t + 60.0 * 0.06 * (1 - np.exp(-t / 0.06)))
    dust = filtered(noise("impact", 0, len(t)), "lowpass", 900.0) * decay(t, 0.25)
    return faded(strike.velocity * (0.8 * np.sin(phase) * decay(t, 0.4) + 0.5 * dust), 0.3)


def swell(strike: Strike) -> Floats:
    """A cymbal played backwards: it grows for as long as it is held and stops dead, shape (2, n)."""
    t = seconds(strike.length_s)
    left_s = strike.length_s - t
    raw = np.stack([noise(f"swell {side}", strike.variant, len(t)) for side in "LR"])
    wash = filtered(raw, "bandpass", (2500.0, 14000.0))
    return faded(strike.velocity * wash * (0.7 * decay(left_s, 0.3) + 0.4 * decay(left_s, 0.07)), 0.006)
