"""Plucked strings after Karplus and Strong, solved instead of run.

A plucked string is a burst of noise going round a loop: a delay of one period and a filter that takes a little
of the treble away at each turn (Karplus & Strong, Computer Music Journal 7(2), 1983; Jaffe & Smith, ibid.).
The loop is linear, so its answer is a quotient of spectra, Y = X / (1 − H·e^(−jωD)): one FFT gives the whole
note, the delay D may be a fraction of a sample (exact tuning), and no sample waits for the one before. The
spectrum is taken on a circle outside the unit circle, which fades what would wrap around the end of the FFT.
"""

import numpy as np
from scipy.fft import irfft, next_fast_len, rfft

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


def string(
    pitch_hz: float, n: int, excitation: Floats, *, ring_s: float, damping: float, pluck_at: float
) -> Floats:
    """A string set in motion by ``excitation``, shape (n,).

    Args:
        pitch_hz: Fundamental [Hz].
        n: Samples wanted.
        excitation: What the finger does, shape (m,), m ≤ n.
        ring_s: Time in which the fundamental decays by 60 dB [s].
        damping: Share of the neighbour in the loop's average, 0 (bright) to 0.5 (dull).
        pluck_at: Where the string is plucked, as a share of its length: silences every 1/pluck_at-th partial.
    """
    size = next_fast_len(n + len(excitation), real=True)
    log_radius = np.log(10.0) * 4.0 / size  # −80 dB over the FFT's length
    log_z = log_radius + 2j * np.pi / size * np.arange(size // 2 + 1)
    turn = 10 ** (-3.0 / (pitch_hz * ring_s))
    period = SAMPLE_RATE_HZ / pitch_hz
    loop = turn * np.exp(-(period - damping) * log_z) * ((1.0 - damping) + damping * np.exp(-log_z))
    comb = 1.0 - 0.9 * np.exp(-pluck_at * period * log_z)
    faded_burst = excitation * np.exp(-log_radius * np.arange(len(excitation)))
    out = irfft(rfft(faded_burst, size) * comb / (1.0 - loop), size)[:n]
    return np.asarray(out * np.exp(log_radius * np.arange(n)))


def pluck(strike: Strike, *, ring_s: float = 1.6, damping: float = 0.32, name: str = "pluck") -> Floats:
    """A harp-like string (zhetigen)."""
    n = int((min(strike.length_s + 0.9, 2.2)) * SAMPLE_RATE_HZ)
    period = int(SAMPLE_RATE_HZ / strike.pitch_hz)
    burst = noise(name, strike.variant, period)
    burst = filtered(burst, "lowpass", 1500.0 + 7000.0 * strike.velocity)
    tone = string(strike.pitch_hz, n, burst, ring_s=ring_s, damping=damping, pluck_at=0.21)
    return faded(0.8 * strike.velocity * tone / max(1e-9, float(np.max(np.abs(tone)))), 0.08)


def dombra(strike: Strike, *, ring_s: float = 1.1) -> Floats:
    """One string of a dombra: gut-like, short, with the knock of the nail and the wooden pear behind it."""
    n = int(min(strike.length_s + 0.55, 1.5) * SAMPLE_RATE_HZ)
    period = int(SAMPLE_RATE_HZ / strike.pitch_hz)
    burst = filtered(noise("dombra", strike.variant, period), "lowpass", 2200.0 + 5200.0 * strike.velocity)
    tone = string(strike.pitch_hz, n, burst, ring_s=ring_s, damping=0.42, pluck_at=0.13)
    tone /= max(1e-9, float(np.max(np.abs(tone))))
    t = seconds(n / SAMPLE_RATE_HZ)[:n]
    tone = tone[: len(t)]
    body = sum(g * filtered(tone, "bandpass", (f * 0.86, f * 1.16), 1) for f, g in _PEAR)
    nail = filtered(noise("nail", strike.variant, len(t)), "bandpass", (1800.0, 6500.0)) * decay(t, 0.004)
    wood = np.sin(2 * np.pi * 236 * t) * decay(t, 0.02)
    sound = 0.6 * tone + np.asarray(body) + strike.velocity * (0.3 * nail + 0.22 * wood)
    return faded(0.75 * strike.velocity * sound, 0.05)


_PEAR = ((236.0, 0.5), (415.0, 0.65), (720.0, 0.45), (1350.0, 0.4), (2600.0, 0.3))
"""Resonances of the body: frequency [Hz] and strength."""
