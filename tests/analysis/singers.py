"""Synthesised singers and what could be mistaken for them.

A singer here is a pulse train (with glides between notes, vibrato and drift) through five formants that change from
syllable to syllable, with consonants of noise between them (source and filter, Fant 1960; formants after Peterson &
Barney 1952).
"""

from collections.abc import Callable

import numpy as np
import scipy.signal
from numpy.typing import NDArray

from .makers import RATE_HZ

Floats = NDArray[np.float64]

VOWELS = ((730, 1090, 2440), (270, 2290, 3010), (300, 870, 2240), (530, 1840, 2480), (570, 840, 2410))
MELODY = (0, 2, 3, 5, 7, 5, 3, 2)


def voice(rng: np.random.Generator, seconds: float, tonic_hz: float = 220.0) -> Floats:
    """Somebody who sings about four syllables a second, shape (n,), peak 1."""
    sound = np.zeros(int(seconds * RATE_HZ))
    at, note = 0, 0.0
    while at < len(sound) - RATE_HZ // 10:
        n = min(len(sound) - at, int(rng.uniform(0.16, 0.42) * RATE_HZ))
        step = float(MELODY[rng.integers(len(MELODY))])
        t = np.arange(n) / RATE_HZ
        glide = note + (step - note) / (1 + np.exp(-(t - 0.06) / 0.015))
        vibrato = 0.3 * np.sin(2 * np.pi * 5.5 * t) * np.minimum(1, t / 0.2)
        pitch_hz = tonic_hz * 2 ** ((glide + vibrato - 0.8 * np.exp(-t / 0.03)) / 12)
        pulses = np.diff(np.floor(np.cumsum(pitch_hz) / RATE_HZ), prepend=0.0)
        vowel, next_vowel = (VOWELS[i] for i in rng.integers(len(VOWELS), size=2))
        fade = np.clip(t / max(t[-1], 1e-3), 0, 1)
        syllable = (1 - fade) * _formed(pulses, vowel) + fade * _formed(pulses, next_vowel)
        syllable *= np.minimum(1, t / 0.03) * np.minimum(1, (t[-1] - t) / 0.04)
        sound[at : at + n] += syllable
        if rng.random() < 0.5:
            hiss = np.diff(rng.standard_normal(1200), prepend=0.0) * np.hanning(1200)
            sound[at : at + 1200] += 0.1 * np.abs(syllable).max() * hiss[: len(sound[at : at + 1200])]
        note, at = step, at + n + int(rng.uniform(0.0, 0.06) * RATE_HZ)
    return sound / np.abs(sound).max()


def _formed(pulses: Floats, formants_hz: tuple[int, ...]) -> Floats:
    source = scipy.signal.lfilter([1.0], [1.0, -0.9], pulses)
    out = np.zeros(len(pulses))
    for weight, (frequency_hz, width_hz) in zip(
        (1.0, 0.6, 0.3, 0.12), zip((*formants_hz, 3500), (80, 100, 130, 200), strict=True), strict=True
    ):
        radius = np.exp(-np.pi * width_hz / RATE_HZ)
        poles = [1.0, -2 * radius * np.cos(2 * np.pi * frequency_hz / RATE_HZ), radius**2]
        out += weight * scipy.signal.lfilter([1 - radius], poles, source)
    return out


def _line(seconds: float, note: Callable[[float, Floats], Floats], length_s: float = 0.5) -> Floats:
    """A melody of ``length_s`` notes; ``note`` maps pitch [Hz] and time [s] to sound."""
    sound = np.zeros(int(seconds * RATE_HZ))
    t = np.arange(int(length_s * RATE_HZ)) / RATE_HZ
    for i, at in enumerate(range(0, len(sound) - len(t), len(t))):
        sound[at : at + len(t)] += note(440 * 2 ** (MELODY[(3 * i) % len(MELODY)] / 12), t)
    return sound / np.abs(sound).max()


def lead(seconds: float) -> Floats:
    """A bright saw lead, a note each quarter of a second."""
    return _line(
        seconds, lambda hz, t: 2 * ((hz * t) % 1) - 1 + np.exp(-t * 8) * (((1.005 * hz * t) % 1) - 0.5), 0.25
    )


def pad(seconds: float) -> Floats:
    """Slow chords of detuned saws under a filter that opens and closes."""
    t = np.arange(int(seconds * RATE_HZ)) / RATE_HZ
    saws = sum(2 * ((hz * t) % 1) - 1 for hz in (220, 221.3, 261.6, 262.9, 329.6, 331.0))
    low = scipy.signal.sosfilt(scipy.signal.butter(2, 900, fs=RATE_HZ, output="sos"), saws)
    sweep = 0.5 + 0.5 * np.sin(2 * np.pi * 0.25 * t)
    mixed = sweep * saws + (1 - sweep) * low
    return mixed / np.abs(mixed).max()


def guitar(seconds: float) -> Floats:
    """Plucked strings (Karplus & Strong 1983), a chord each half second."""
    rng = np.random.default_rng(5)
    sound = np.zeros(int(seconds * RATE_HZ))
    n = RATE_HZ // 2
    for i, at in enumerate(range(0, len(sound) - n, n)):
        for semitones in (0, 4, 7, 12):
            period = round(RATE_HZ / (196 * 2 ** ((semitones + MELODY[i % 4]) / 12)))
            pluck = np.zeros(n)
            pluck[:period] = rng.uniform(-1, 1, period)
            loop = np.zeros(period + 2)
            loop[0], loop[period], loop[period + 1] = 1.0, -0.498, -0.498
            sound[at : at + n] += scipy.signal.lfilter([1.0], loop, pluck)
    return sound / np.abs(sound).max()


def arpeggio(seconds: float) -> Floats:
    """A square wave that changes its note sixteen times a bar, as chip music does."""
    return _line(seconds, lambda hz, t: np.sign(np.sin(2 * np.pi * hz * t)) * np.exp(-t * 6), 0.115)
