"""Synthesisers: bass, chords, leads. Saws are band-limited by polynomial steps (PolyBLEP), so nothing folds back."""

import numpy as np
from scipy.signal import lfilter

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


def saw(f_hz: Floats | float, n: int, phase: float = 0.0) -> Floats:
    """A band-limited sawtooth, ±1, shape (n,); ``f_hz`` may vary sample by sample.

    Välimäki & Huovilainen, "Antialiasing oscillators in subtractive synthesis", IEEE Signal Processing
    Magazine 24(2), 2007: the jump is rounded by a parabola over one sample on each side.
    """
    dt = np.broadcast_to(np.asarray(f_hz, dtype=float) / SAMPLE_RATE_HZ, (n,))
    p = (phase + np.cumsum(dt) - dt[0]) % 1.0
    out = np.asarray(2.0 * p - 1.0)
    low, high = p < dt, p > 1.0 - dt
    a, b = p[low] / dt[low], (p[high] - 1.0) / dt[high]
    out[low] -= a + a - a * a - 1.0
    out[high] -= b * b + b + b + 1.0
    return out


def stacked_saws(strike: Strike, n: int, *, voices: int = 5, detune_cents: float = 14.0) -> Floats:
    """Several saws a little out of tune, spread from left to right, shape (2, n)."""
    out = np.zeros((2, n))
    places = np.linspace(-1.0, 1.0, voices)
    phases = (noise("saws", strike.variant + int(strike.pitch_hz), voices) + 1) / 2
    for place, phase in zip(places, phases, strict=True):
        tone = saw(strike.pitch_hz * 2 ** (place * detune_cents / 1200), n, phase)
        angle = (place * 0.8 + 1) * np.pi / 4
        out += np.array([[np.cos(angle)], [np.sin(angle)]]) * tone
    return np.asarray(out / np.sqrt(voices))


def swept(x: Floats, cutoff_hz: Floats, *, resonance: float = 0.7, block: int = 128) -> Floats:
    """A low-pass of second order whose cutoff moves, over the last axis.

    The coefficients (R. Bristow-Johnson's cookbook) are renewed every ``block`` samples and the state is kept.

    Args:
        x: Sound, shape (…, n).
        cutoff_hz: Cutoff at each sample [Hz], shape (n,).
        resonance: Quality of the filter; 0.7 is flat, more sings at the cutoff.
        block: Samples for which the cutoff stands still.
    """
    out = np.empty_like(x)
    n = x.shape[-1]
    w = 2 * np.pi * np.minimum(cutoff_hz[::block], 0.45 * SAMPLE_RATE_HZ) / SAMPLE_RATE_HZ
    alpha, c = np.sin(w) / (2 * resonance), np.cos(w)
    bs = ((1 - c) / (1 + alpha))[:, None] * np.array([0.5, 1.0, 0.5])
    poles = np.stack([np.ones_like(w), -2 * c / (1 + alpha), (1 - alpha) / (1 + alpha)], axis=1)
    state = np.zeros((*x.shape[:-1], 2))
    for k, start in enumerate(range(0, n, block)):
        span = slice(start, start + block)
        out[..., span], state = lfilter(bs[k], poles[k], x[..., span], zi=state)
    return out


def round_bass(strike: Strike, *, bite: float = 0.35, release_s: float = 0.05) -> Floats:
    """A bass with a clean sine below and a short, filtered saw above."""
    t = seconds(strike.length_s + 5 * release_s)
    shape = envelope(t, attack_s=0.003, hold_s=strike.length_s * 0.92, release_s=release_s, sustain=0.75)
    sub = np.sin(2 * np.pi * strike.pitch_hz * t)
    cutoff = 180.0 + (500.0 + 1600.0 * strike.velocity) * decay(t, 0.09)
    edge = swept(saw(strike.pitch_hz, len(t), 0.5), cutoff, resonance=1.1)
    return faded(strike.velocity * shape * np.tanh(1.3 * (0.8 * sub + bite * edge)), 0.01)


def pad(
    strike: Strike, *, cutoff_hz: float = 1800.0, attack_s: float = 0.08, release_s: float = 0.35
) -> Floats:
    """Wide, slow saws behind a soft filter, shape (2, n)."""
    t = seconds(strike.length_s + 3 * release_s)
    shape = envelope(t, attack_s=attack_s, hold_s=strike.length_s, release_s=release_s, sustain=0.85)
    sound = filtered(stacked_saws(strike, len(t)), "lowpass", cutoff_hz, 2)
    return faded(0.5 * strike.velocity * shape * sound, 0.05)


def stab(strike: Strike, *, bright_hz: float = 3800.0, decay_s: float = 0.12) -> Floats:
    """A short, bright chord tone whose filter falls shut, shape (2, n)."""
    t = seconds(strike.length_s + 0.25)
    cutoff = 350.0 + bright_hz * (0.4 + 0.6 * strike.velocity) * decay(t, decay_s)
    shape = envelope(t, attack_s=0.002, hold_s=strike.length_s, release_s=0.06, sustain=0.6)
    return faded(
        0.55 * strike.velocity * shape * swept(stacked_saws(strike, len(t)), cutoff, resonance=0.9), 0.01
    )


def keys(strike: Strike, *, bell: float = 1.3) -> Floats:
    """An electric piano by frequency modulation: a warm tone and a tine that fades first."""
    t = seconds(strike.length_s + 0.5)
    f = strike.pitch_hz
    warm = np.sin(2 * np.pi * f * t + bell * strike.velocity * decay(t, 0.5) * np.sin(2 * np.pi * f * t))
    tine = (
        0.25
        * decay(t, 0.12)
        * np.sin(2 * np.pi * 4 * f * t + 0.8 * decay(t, 0.2) * np.sin(2 * np.pi * 7 * f * t))
    )
    shape = np.minimum(t / 0.002, 1.0) * decay(t, 1.1) * decay(np.maximum(t - strike.length_s, 0), 0.12)
    return faded(0.6 * strike.velocity * shape * (warm + tine), 0.02)


def lead(strike: Strike, *, cutoff_hz: float = 5200.0, vibrato_cents: float = 14.0) -> Floats:
    """A singing lead: three saws, a delayed vibrato and a filter that opens with the velocity."""
    t = seconds(strike.length_s + 0.2)
    wave = np.sin(2 * np.pi * 5.4 * t) * np.clip((t - 0.18) / 0.25, 0.0, 1.0)
    f = strike.pitch_hz * 2 ** (vibrato_cents * wave / 1200)
    tone = sum(saw(f * r, len(t), p) for r, p in ((1.0, 0.1), (1.004, 0.6), (0.5, 0.3)))
    cutoff = cutoff_hz * (0.45 + 0.55 * strike.velocity) * (0.5 + 0.5 * decay(t, 0.25))
    shape = envelope(t, attack_s=0.006, hold_s=strike.length_s * 0.95, release_s=0.05, sustain=0.8)
    return faded(0.4 * strike.velocity * shape * swept(np.asarray(tone), cutoff, resonance=0.9), 0.01)


def supersaw(strike: Strike, *, bright_hz: float = 7500.0, release_s: float = 0.25) -> Floats:
    """Seven detuned saws with an attack that bites: the wall of sound of a big chorus, shape (2, n)."""
    t = seconds(strike.length_s + 3 * release_s)
    shape = envelope(t, attack_s=0.006, hold_s=strike.length_s, release_s=release_s, sustain=0.8)
    raw = stacked_saws(strike, len(t), voices=7, detune_cents=19.0)
    sound = filtered(filtered(raw, "lowpass", bright_hz, 1), "highpass", 140.0, 1)
    return faded(0.5 * strike.velocity * shape * sound, 0.03)


def growl(strike: Strike, *, reese_cents: float = 22.0, wobble_hz: float = 2.0) -> Floats:
    """A bass of two saws that beat against each other, over a clean sine; the filter opens and closes slowly."""
    t = seconds(strike.length_s + 0.2)
    f = strike.pitch_hz
    ratio = 2 ** (reese_cents / 1200)
    pair = saw(f * ratio, len(t), 0.1) + saw(f / ratio, len(t), 0.6)
    cutoff = 260.0 * 2 ** (1.4 + 1.2 * np.sin(2 * np.pi * wobble_hz * t) * strike.velocity)
    shape = envelope(t, attack_s=0.004, hold_s=strike.length_s * 0.95, release_s=0.05, sustain=0.9)
    edge = np.tanh(1.5 * swept(pair, cutoff, resonance=1.4))
    return faded(strike.velocity * shape * (0.75 * np.sin(2 * np.pi * f * t) + 0.4 * edge), 0.01)
