"""Music that is easily taken for a hall: hand claps, snares, hats, hiss that swells, a crowd that was recorded with it."""

import numpy as np
from numpy.typing import NDArray
from scipy.signal import butter, sosfilt

from temirbek.demo.hall import claps, voices

Floats = NDArray[np.float64]


def hard_music(seconds: float, seed: int, rate_hz: int = 16_000) -> NDArray[np.float32]:
    """A loop of four-four that changes every few bars.

    Args:
        seconds: How long [s].
        seed: Draws tempo, sounds and patterns.
        rate_hz: Sample rate [Hz].

    Returns:
        Mono sound, root mean square 0.1, shape (seconds · rate_hz,).
    """
    random = np.random.default_rng([seed, 0xBEA7])
    n = int(seconds * rate_hz)
    beat_s = 60 / random.uniform(84, 145)
    band = _Band(random, rate_hz, n)
    at_s, bar = 0.0, 0
    while at_s < seconds:
        if bar % 4 == 0:
            pattern = {name: random.random() < chance for name, chance in _CHANCES.items()}
            clap_steps = (
                random.permutation(16)[: random.integers(2, 7)]
                if random.random() < 0.3
                else np.array([4, 12])
            )
        for step in range(16):
            here_s = at_s + step * beat_s / 4
            if pattern["kick"] and step % 4 == 0:
                band.hit("kick", here_s, 1.0)
            if pattern["snare"] and step in (4, 12):
                band.hit("snare", here_s, 0.7)
            if pattern["clap"] and step in clap_steps:
                band.hit("clap", here_s, 0.7)
            if pattern["hat"] and step % 2 == (0 if pattern["fast"] else step % 4 == 0):
                band.hit("hat", here_s, 0.3)
        if pattern["bass"]:
            band.tone(at_s, 4 * beat_s, 55 * 2 ** (random.integers(0, 12) / 12), 0.25)
        if pattern["chord"]:
            for third in (0, 3.5, 7):
                band.tone(at_s, 4 * beat_s, 220 * 2 ** ((random.integers(0, 12) + third) / 12), 0.08)
        if pattern["riser"]:
            band.riser(at_s, 4 * beat_s)
        at_s, bar = at_s + 4 * beat_s, bar + 1
    whole = band.whole
    if random.random() < 0.15:  # a live record: its crowd is part of the music
        whole = whole + 0.05 * _even(claps.applause(random, seconds, 60, rate_hz))
    if random.random() < 0.3:
        whole = whole + 0.05 * _even(voices.talk(random, seconds, rate_hz))
    return (0.1 * _even(whole)).astype(np.float32)


_CHANCES = {
    "kick": 0.85,
    "snare": 0.6,
    "clap": 0.55,
    "hat": 0.7,
    "fast": 0.4,
    "bass": 0.8,
    "chord": 0.6,
    "riser": 0.15,
}


def _even(sound: Floats) -> Floats:
    return np.asarray(sound / (np.sqrt(np.mean(sound**2)) + 1e-12))


class _Band:
    """Players of one piece."""

    def __init__(self, random: np.random.Generator, rate_hz: int, n: int) -> None:
        self._random, self._rate_hz = random, rate_hz
        self.whole = np.zeros(n)
        t_s = np.arange(int(0.3 * rate_hz)) / rate_hz
        high = butter(2, 5000, "high", fs=rate_hz, output="sos")
        noise = random.standard_normal(len(t_s))
        dirty = np.zeros(len(t_s))
        for lag_s in np.cumsum(random.uniform(0.004, 0.014, random.integers(1, 5))):
            hand = claps.clap(random, rate_hz)
            dirty[int(lag_s * rate_hz) : int(lag_s * rate_hz) + len(hand)] += hand
        self._sounds = {
            "kick": np.sin(2 * np.pi * (48 * t_s + 4 * (1 - np.exp(-t_s * 30)))) * np.exp(-t_s * 12),
            "snare": (noise + np.sin(2 * np.pi * 190 * t_s)) * np.exp(-t_s * random.uniform(12, 30)) * 0.5,
            "hat": sosfilt(high, noise) * np.exp(-t_s * random.uniform(25, 90)),
            "clap": dirty + 0.3 * noise * np.exp(-t_s * random.uniform(12, 40)),
        }

    def hit(self, name: str, at_s: float, loud: float) -> None:
        """One stroke."""
        sound = self._sounds[name]
        at = int(at_s * self._rate_hz)
        end = min(len(self.whole), at + len(sound))
        if end > at:
            self.whole[at:end] += loud * self._random.uniform(0.85, 1.0) * sound[: end - at]

    def tone(self, at_s: float, length_s: float, pitch_hz: float, loud: float) -> None:
        """A held note with overtones."""
        at = int(at_s * self._rate_hz)
        end = min(len(self.whole), at + int(length_s * self._rate_hz))
        t_s = np.arange(max(0, end - at)) / self._rate_hz
        for k in range(1, 7):
            if k * pitch_hz < 0.45 * self._rate_hz:
                self.whole[at:end] += loud / k * np.sin(2 * np.pi * k * pitch_hz * t_s + k)

    def riser(self, at_s: float, length_s: float) -> None:
        """Hiss that swells over a bar."""
        at = int(at_s * self._rate_hz)
        end = min(len(self.whole), at + int(length_s * self._rate_hz))
        self.whole[at:end] += (
            0.4 * np.linspace(0, 1, max(0, end - at)) ** 2 * self._random.standard_normal(max(0, end - at))
        )
