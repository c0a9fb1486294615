"""Throats: cheering, whistling, talking, murmuring, laughing.

A voice is a train of pulses at its pitch, with breath, through the three resonances of a vowel (Klatt 1980 in small). It
lasts one call or syllable; crowds are many of them at once.
"""

import numpy as np
from numpy.typing import NDArray
from scipy.signal import butter, lfilter, sosfilt

Floats = NDArray[np.float64]

VOWELS_HZ = (
    (730, 1090, 2440),
    (570, 840, 2410),
    (300, 870, 2240),
    (530, 1840, 2480),
    (270, 2290, 3010),
    (640, 1190, 2390),
)
"""Resonances of vowels (Peterson & Barney 1952)."""


def _bumpy(random: np.random.Generator, n: int, rate_hz: int, each_s: float) -> Floats:
    """A curve that wanders around 0 with deviation about 1, a new height every so often."""
    points = max(2, int(n / rate_hz / each_s) + 2)
    return np.interp(np.linspace(0, points - 1, n), np.arange(points), random.standard_normal(points))


def _spoken(
    random: np.random.Generator, pitch_hz: Floats, rate_hz: int, breath: float, size: float = 1.0
) -> Floats:
    """A voiced sound along a curve of pitch, level about 1."""
    n = len(pitch_hz)
    phase = np.cumsum(pitch_hz) / rate_hz
    pulses = np.diff(np.floor(phase), prepend=0.0)
    source = lfilter([1.0], [1.0, -0.92], pulses) * np.sqrt(rate_hz / max(float(pitch_hz.mean()), 1.0))
    source = source - source.mean() + breath * random.standard_normal(n)
    whole = np.zeros(n)
    vowel = VOWELS_HZ[random.integers(len(VOWELS_HZ))]
    for k, center_hz in enumerate(vowel):
        at_hz = min(center_hz * size * random.uniform(0.93, 1.07), 0.45 * rate_hz)
        radius = np.exp(-np.pi * (70 + 0.06 * at_hz) / rate_hz)
        poles = [1.0, -2 * radius * np.cos(2 * np.pi * at_hz / rate_hz), radius**2]
        whole += 0.6**k * (1 - radius) * lfilter([1.0], poles, source)
    return np.asarray(whole / (np.sqrt(np.mean(whole**2)) + 1e-12))


def _place(whole: Floats, sound: Floats, at: int) -> None:
    at = max(0, at)
    end = min(len(whole), at + len(sound))
    if end > at:
        whole[at:end] += sound[: end - at]


def call(random: np.random.Generator, rate_hz: int) -> Floats:
    """One "woo" or "hey": half a second to two, high, rising or falling."""
    n = int(random.uniform(0.4, 1.8) * rate_hz)
    base_hz = np.exp(random.uniform(np.log(220), np.log(700)))
    bend = random.uniform(-0.3, 0.4) * np.linspace(0, 1, n) ** random.uniform(0.5, 2)
    pitch_hz = base_hz * (1 + bend + 0.02 * _bumpy(random, n, rate_hz, 0.08))
    shape = np.minimum(1, np.arange(n) / (0.06 * rate_hz)) * np.minimum(
        1, np.arange(n)[::-1] / (0.2 * rate_hz)
    )
    return np.asarray(_spoken(random, pitch_hz, rate_hz, random.uniform(0.1, 0.6), 1.1) * shape)


def whistle(random: np.random.Generator, rate_hz: int) -> Floats:
    """Two fingers in the mouth: a loud gliding tone."""
    n = int(random.uniform(0.25, 1.2) * rate_hz)
    base_hz = random.uniform(1500, 3200)
    pitch_hz = base_hz * (1 + random.uniform(-0.25, 0.35) * np.linspace(0, 1, n) ** random.uniform(0.3, 3))
    tone = np.sin(2 * np.pi * np.cumsum(pitch_hz) / rate_hz)
    shape = np.minimum(1, np.arange(n) / (0.03 * rate_hz)) * np.minimum(
        1, np.arange(n)[::-1] / (0.05 * rate_hz)
    )
    return np.asarray(1.4 * tone * shape)


def cheering(random: np.random.Generator, seconds: float, people: int, rate_hz: int) -> Floats:
    """Calls upon calls, whistles among them, over the roar that many far calls make together."""
    n = int(seconds * rate_hz)
    whole = np.zeros(n)
    calls = [call(random, rate_hz) for _ in range(min(people, 20))]
    for _ in range(max(2, round(people * seconds / random.uniform(1.5, 3.0)))):
        sound = calls[random.integers(len(calls))]
        loud = random.uniform(0.1, 1.0) ** 2
        _place(whole, loud * sound, int(random.uniform(-0.4, seconds) * rate_hz))
    for _ in range(random.poisson(0.25 * seconds * min(1.0, people / 20))):
        _place(
            whole,
            random.uniform(0.2, 1.0) * whistle(random, rate_hz),
            int(random.uniform(0, seconds) * rate_hz),
        )
    sections = butter(
        1, [random.uniform(300, 600), random.uniform(1400, 2800)], "band", fs=rate_hz, output="sos"
    )
    roar = sosfilt(sections, random.standard_normal(n)) * np.exp(0.25 * _bumpy(random, n, rate_hz, 0.3))
    level = np.sqrt(np.mean(whole**2)) / (np.sqrt(np.mean(roar**2)) + 1e-12)
    return np.asarray(whole + random.uniform(0.1, 0.9) * min(1.0, people / 30) * level * roar)


def talk(random: np.random.Generator, seconds: float, rate_hz: int) -> Floats:
    """One person who speaks: syllables, hisses, pauses."""
    n = int(seconds * rate_hz)
    whole = np.zeros(n)
    base_hz = random.uniform(90, 240)
    at_s = 0.0
    while at_s < seconds:
        length = int(random.uniform(0.09, 0.3) * rate_hz)
        t = np.linspace(0, 1, length)
        pitch_hz = base_hz * (1 + random.uniform(-0.15, 0.25) + random.uniform(-0.2, 0.2) * t)
        shape = np.sin(np.pi * t) ** 0.6 * random.uniform(0.4, 1.0)
        _place(
            whole, _spoken(random, pitch_hz, rate_hz, random.uniform(0.02, 0.15)) * shape, int(at_s * rate_hz)
        )
        if random.random() < 0.35:
            hiss = np.diff(random.standard_normal(int(random.uniform(0.04, 0.12) * rate_hz) + 1))
            _place(whole, 0.35 * hiss * np.hanning(len(hiss)), int((at_s + length / rate_hz) * rate_hz))
        at_s += length / rate_hz + (
            random.uniform(0.3, 0.9) if random.random() < 0.12 else random.uniform(0, 0.08)
        )
    return whole


def murmur(random: np.random.Generator, seconds: float, people: int, rate_hz: int) -> Floats:
    """Many who talk at once."""
    whole = np.zeros(int(seconds * rate_hz))
    for _ in range(min(people, 16)):
        whole += np.roll(talk(random, seconds, rate_hz), random.integers(len(whole))) * random.uniform(
            0.2, 1.0
        )
    return whole


def laughter(random: np.random.Generator, seconds: float, people: int, rate_hz: int) -> Floats:
    """Bursts of "ha" five times a second, each softer than the one before."""
    whole = np.zeros(int(seconds * rate_hz))
    for _ in range(min(people, 12)):
        at_s = random.uniform(0, max(0.1, 0.5 * seconds))
        base_hz, each_s, loud = random.uniform(160, 450), random.uniform(0.16, 0.24), random.uniform(0.3, 1.0)
        for _ in range(random.integers(4, 12)):
            n = int(each_s * random.uniform(0.4, 0.7) * rate_hz)
            sound = _spoken(random, np.linspace(base_hz, 0.9 * base_hz, n), rate_hz, random.uniform(0.3, 1.0))
            _place(whole, loud * sound * np.hanning(n), int(at_s * rate_hz))
            at_s, loud, base_hz = at_s + each_s, loud * 0.9, base_hz * 0.98
    return whole
