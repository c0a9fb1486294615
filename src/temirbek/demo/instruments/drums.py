"""Drums: what keeps the time. Each begins at full strength on its first sample."""

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


def kick(
    strike: Strike,
    *,
    floor_hz: float = 49.0,
    sweep_hz: float = 210.0,
    sweep_s: float = 0.028,
    decay_s: float = 0.16,
    click: float = 0.5,
) -> Floats:
    """A bass drum: a sine that falls from ``floor_hz + sweep_hz`` to ``floor_hz``, and a click of the beater."""
    t = seconds(0.42)
    phase = 2 * np.pi * (floor_hz * t + sweep_hz * sweep_s * (1 - np.exp(-t / sweep_s)))
    body = np.sin(phase + 0.35) * decay(t, decay_s)
    beater = filtered(noise("kick", 0, len(t)), "bandpass", (1500.0, 9000.0)) * decay(t, 0.0035)
    return faded(strike.velocity * np.tanh(1.7 * (body + click * beater)) * 0.95, 0.03)


def snare(strike: Strike, *, tone_hz: float = 190.0, decay_s: float = 0.11, tone: float = 0.7) -> Floats:
    """A snare drum: two modes of the skin and the rattle of the wires."""
    t = seconds(0.45)
    skin = np.sin(2 * np.pi * tone_hz * t + 0.6) + 0.55 * np.sin(2 * np.pi * 1.78 * tone_hz * t + 0.4)
    wires = filtered(noise("snare", strike.variant, len(t)), "bandpass", (1100.0, 11000.0))
    snap = filtered(noise("snap", strike.variant, len(t)), "highpass", 3000.0) * decay(t, 0.006)
    sound = tone * skin * decay(t, 0.055) + 1.5 * wires * decay(t, decay_s) + 0.9 * snap
    return faded(strike.velocity * np.tanh(1.2 * sound) * 0.8, 0.02)


def clap(strike: Strike) -> Floats:
    """Hands of several people within 25 ms, then the room they stand in."""
    t = seconds(0.4)
    raw = np.stack([noise(f"clap {side}", strike.variant, len(t)) for side in "LR"])
    burst = sum((t >= d) * decay(np.maximum(t - d, 0), 0.0045) for d in (0.0, 0.0085, 0.0175))
    shape = burst + 0.9 * (t >= 0.025) * decay(np.maximum(t - 0.025, 0), 0.075)
    mid = raw.mean(0, keepdims=True)
    sound = filtered(0.75 * mid + 0.5 * raw, "bandpass", (750.0, 6500.0)) * shape
    return faded(strike.velocity * np.tanh(2.0 * sound), 0.02)


def _metal(t: Floats, variant: int) -> Floats:
    """Six square waves that share no harmonics, as in the drum machines of 1980."""
    ratios = np.array([2.0, 3.0, 4.16, 5.43, 6.79, 8.21])[:, None]
    base_hz = 332.0 * (1.0 + 0.004 * variant)
    return np.asarray(np.sign(np.sin(2 * np.pi * base_hz * ratios * t)).mean(0))


def hat(strike: Strike, *, decay_s: float = 0.03) -> Floats:
    """A closed hi-hat; a longer ``decay_s`` opens it."""
    t = seconds(min(8 * decay_s, 0.9))
    raw = 0.7 * _metal(t, strike.variant) + 0.6 * noise("hat", strike.variant, len(t))
    sound = filtered(raw, "highpass", 7200.0, 3) * decay(t, decay_s * (0.7 + 0.3 * strike.velocity))
    return faded(1.5 * strike.velocity**1.3 * sound, 0.01)


def crash(strike: Strike) -> Floats:
    """A cymbal, in stereo, that rings for two seconds."""
    t = seconds(2.6)
    raw = np.stack([noise(f"crash {side}", strike.variant, len(t)) for side in "LR"])
    wash = filtered(raw, "bandpass", (3500.0, 15000.0)) * (0.7 * decay(t, 0.55) + 0.6 * decay(t, 0.06))
    return faded(
        strike.velocity * (wash + 0.25 * filtered(_metal(t, 1), "highpass", 5000.0) * decay(t, 0.4)), 0.3
    )


def shaker(strike: Strike) -> Floats:
    """A rattle (asatayaq): grains that swell for some milliseconds and stop."""
    t = seconds(0.13)
    grain = filtered(noise("shaker", strike.variant, len(t)), "bandpass", (5200.0, 12500.0))
    swell = np.minimum(t / 0.012, 1.0) * decay(np.maximum(t - 0.012, 0), 0.026)
    return faded(1.7 * strike.velocity * grain * swell, 0.01)


def rim(strike: Strike) -> Floats:
    """A stick on the rim: short and woody."""
    t = seconds(0.09)
    sound = np.sin(2 * np.pi * 1720 * t + 0.5) * decay(t, 0.008) + np.sin(2 * np.pi * 480 * t) * decay(
        t, 0.014
    )
    return faded(0.8 * strike.velocity * sound, 0.01)


def frame_drum(strike: Strike, *, decay_s: float = 0.2) -> Floats:
    """A dauylpaz: a small kettle drum of the steppe; the pitch of the note tunes its skin."""
    t = seconds(0.7)
    f = strike.pitch_hz
    bend = 1.0 + 0.25 * strike.velocity * np.exp(-t / 0.03)
    phase = 2 * np.pi * np.cumsum(f * bend) / SAMPLE_RATE_HZ
    modes = sum(a * np.sin(r * phase + 0.4) * decay(t, decay_s * d) for r, a, d in _MODES)
    palm = filtered(noise("palm", strike.variant, len(t)), "bandpass", (400.0, 4000.0)) * decay(t, 0.012)
    return faded(strike.velocity * np.tanh(0.8 * (np.asarray(modes) + 1.2 * palm)), 0.05)


_MODES = ((1.0, 1.0, 1.0), (1.59, 0.5, 0.5), (2.14, 0.3, 0.35), (2.65, 0.18, 0.25))
"""Modes of a round membrane: ratio of frequency, strength, share of the decay time."""
