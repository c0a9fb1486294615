"""Instruments that the demo does not need and the box does: guitars, an upright bass, cymbals, an 808, an organ."""

import numpy as np

from temirbek.demo.instruments import SAMPLE_RATE_HZ, Floats, Strike
from temirbek.demo.instruments.strike import decay, envelope, faded, filtered, noise, seconds
from temirbek.demo.instruments.strings import string


def ride(strike: Strike, *, ping_hz: float = 3100.0) -> Floats:
    """A ride cymbal: a ping of the stick and a wash that hardly decays between strokes."""
    t = seconds(1.1)
    wash = filtered(noise("ride", strike.variant, len(t)), "bandpass", (4000.0, 13000.0)) * decay(t, 0.28)
    ping = sum(
        g * np.sin(2 * np.pi * ping_hz * r * t + r)
        for r, g in ((1.0, 1.0), (1.483, 0.6), (2.27, 0.5), (3.1, 0.3))
    )
    return faded(strike.velocity**1.3 * (0.5 * wash + 0.22 * np.asarray(ping) * decay(t, 0.06)), 0.1)


def tom(strike: Strike, *, ring_s: float = 0.14) -> Floats:
    """A tom: a skin that bends down, tuned by the note."""
    t = seconds(3.5 * ring_s)
    phase = 2 * np.pi * strike.pitch_hz * (t + 0.25 * 0.04 * (1 - np.exp(-t / 0.04)))
    stick = filtered(noise("tom", strike.variant, len(t)), "bandpass", (600.0, 5000.0)) * decay(t, 0.008)
    return faded(
        strike.velocity * np.tanh(1.5 * (np.sin(phase + 0.3) * decay(t, ring_s) + 0.8 * stick)), 0.03
    )


def upright(strike: Strike) -> Floats:
    """A plucked double bass: a dull string with a wooden thump."""
    n = int(min(strike.length_s + 0.15, 1.5) * SAMPLE_RATE_HZ)
    burst = filtered(
        noise("upright", strike.variant, int(SAMPLE_RATE_HZ / strike.pitch_hz)), "lowpass", 900.0
    )
    tone = string(strike.pitch_hz, n, burst, ring_s=1.8, damping=0.48, pluck_at=0.3)
    t = np.arange(n) / SAMPLE_RATE_HZ
    thump = filtered(noise("thump", strike.variant, n), "lowpass", 300.0) * decay(t, 0.012)
    shape = decay(np.maximum(t - strike.length_s, 0.0), 0.04)
    tone /= max(1e-9, float(np.max(np.abs(tone))))
    return faded(strike.velocity * shape * (tone + 1.2 * thump), 0.02)


def finger_bass(strike: Strike) -> Floats:
    """An electric bass, picked: brighter and steadier than the upright."""
    n = int(min(strike.length_s + 0.1, 1.6) * SAMPLE_RATE_HZ)
    burst = filtered(
        noise("finger", strike.variant, int(SAMPLE_RATE_HZ / strike.pitch_hz)), "lowpass", 2600.0
    )
    tone = string(strike.pitch_hz, n, burst, ring_s=3.0, damping=0.4, pluck_at=0.13)
    t = np.arange(n) / SAMPLE_RATE_HZ
    tone /= max(1e-9, float(np.max(np.abs(tone))))
    return faded(
        strike.velocity * decay(np.maximum(t - strike.length_s, 0.0), 0.03) * np.tanh(1.6 * tone), 0.02
    )


def crunch(strike: Strike, *, drive: float = 9.0, muted: bool = False) -> Floats:
    """A distorted guitar playing root, fifth and octave through a cabinet; ``muted`` by the palm."""
    hold_s = min(strike.length_s, 0.09) if muted else strike.length_s
    n = int(min(hold_s + 0.25, 4.0) * SAMPLE_RATE_HZ)
    t = np.arange(n) / SAMPLE_RATE_HZ
    tones = np.zeros(n)
    for k, ratio in enumerate((1.0, 1.4983, 2.0)):
        hz = strike.pitch_hz * ratio
        burst = filtered(noise("crunch", strike.variant + 3 * k, int(SAMPLE_RATE_HZ / hz)), "lowpass", 6000.0)
        tones += string(
            hz, n, burst, ring_s=0.8 if muted else 6.0, damping=0.45 if muted else 0.3, pluck_at=0.11
        )
    tones /= max(1e-9, float(np.max(np.abs(tones))))
    shape = decay(np.maximum(t - hold_s, 0.0), 0.03)
    amplified = np.tanh(drive * strike.velocity * filtered(tones, "highpass", 110.0, 1)) * shape
    cabinet = filtered(filtered(amplified, "lowpass", 4200.0, 2), "highpass", 90.0, 2)
    return faded(0.5 * cabinet, 0.01)


def strummed(strike: Strike) -> Floats:
    """One string of a clean electric guitar, short as in ska and soul."""
    n = int(min(strike.length_s + 0.12, 1.5) * SAMPLE_RATE_HZ)
    burst = filtered(noise("strum", strike.variant, int(SAMPLE_RATE_HZ / strike.pitch_hz)), "lowpass", 5200.0)
    tone = string(strike.pitch_hz, n, burst, ring_s=2.2, damping=0.2, pluck_at=0.17)
    t = np.arange(n) / SAMPLE_RATE_HZ
    tone /= max(1e-9, float(np.max(np.abs(tone))))
    return faded(0.6 * strike.velocity * tone * decay(np.maximum(t - strike.length_s, 0.0), 0.03), 0.02)


def sub808(strike: Strike, *, drive: float = 1.6) -> Floats:
    """A tuned kick that rings as a bass for as long as it is held."""
    t = seconds(strike.length_s + 0.12)
    phase = 2 * np.pi * (strike.pitch_hz * t + 90.0 * 0.02 * (1 - np.exp(-t / 0.02)))
    shape = decay(t, 1.1) * decay(np.maximum(t - strike.length_s, 0.0), 0.03)
    return faded(strike.velocity * np.tanh(drive * np.sin(phase + 0.3) * shape), 0.03)


def organ(strike: Strike) -> Floats:
    """Drawbars and a slow rotor, shape (2, n)."""
    t = seconds(strike.length_s + 0.08)
    tone = sum(
        g * np.sin(2 * np.pi * r * strike.pitch_hz * t + r)
        for r, g in ((0.5, 0.5), (1.0, 1.0), (1.5, 0.4), (2.0, 0.6), (4.0, 0.3))
    )
    turn = 2 * np.pi * 5.8 * t
    shape = envelope(t, attack_s=0.006, hold_s=strike.length_s, release_s=0.02)
    sides = np.stack([1.0 + 0.2 * np.sin(turn), 1.0 - 0.2 * np.sin(turn)])
    return faded(0.28 * strike.velocity * shape * np.asarray(tone) * sides, 0.01)
