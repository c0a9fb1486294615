"""Evenings in small: a microphone in a hall, the known mix, and what people do at which instant.

Shared by ``train_hearing.py`` and ``hearing.py``, which draw from different seeds: other rooms, crowds, pieces and places.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field

import numpy as np
import soxr
from numpy.typing import NDArray
from scipy.signal import fftconvolve

from temirbek.demo.box import STYLES, composed
from temirbek.demo.box.desk import performed
from temirbek.demo.hall import crowd_sound, hard_music, room_response
from temirbek.demo.instruments import SAMPLE_RATE_HZ

RATE_HZ = 16_000
POSITIVE = ("applause", "cheering", "clapping_along")
NEGATIVE = ("murmur", "talk", "laughter", "door", "drum", "steps", "swell")
SECONDS_S = {"applause": (3.0, 8.0), "cheering": (2.0, 6.0), "clapping_along": (8.0, 13.0)}
QUIET_S = 3.0
"""At least so long nobody does anything between two events."""
MUSIC_LEVEL = 0.1

Sound = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Event:
    """What somebody did, when [s], how loud against the music [dB]; of clapping along: the tempo and an instant of a clap."""

    kind: str
    start_s: float
    end_s: float
    snr_db: float
    tempo_bpm: float | None = None
    beat_s: float | None = None


@dataclass(slots=True)
class Scene:
    """What the ear gets, and the truth about it."""

    microphone: Sound
    reference: Sound
    events: list[Event] = field(default_factory=list)

    @property
    def seconds(self) -> float:
        return len(self.microphone) / RATE_HZ


@dataclass(frozen=True, slots=True, kw_only=True)
class Hall:
    """How a scene is: loudspeaker, clocks, what is allowed to happen."""

    drive: float = 0.2
    """Of the loudspeaker's tanh, at the music's root mean square."""
    drift_ppm: float = 0.0
    kinds: tuple[str, ...] = POSITIVE + NEGATIVE
    snrs_db: tuple[float, ...] = (0.0, -6.0, -12.0)
    every_s: float = 4.0
    """Mean pause between events besides :data:`QUIET_S`."""
    first_s: float = 7.0
    mixed: float = 0.25
    """How often people cheer while they applaud, and things happen beside."""
    breaks: float = 0.3
    """How often the music pauses in a scene."""
    recordings: tuple[Sound, ...] = ()
    """Real applause to use instead of made one."""


def box_music(style: str, seed: int, seconds: float) -> Sound:
    """A piece of the box, mono at 16 kHz, level 0.1."""
    random = np.random.default_rng([seed, 7])
    sound = performed(composed(style, seed)).mean(axis=0)
    return cut(np.asarray(soxr.resample(sound, SAMPLE_RATE_HZ, RATE_HZ)), seconds, random)


def cut(sound: NDArray[np.floating], seconds: float, random: np.random.Generator) -> Sound:
    """A stretch of a recording from anywhere, repeated where it is short, at the level of music."""
    n = int(seconds * RATE_HZ)
    while len(sound) < n:
        sound = np.concatenate([sound, sound])
    first = int(random.integers(0, len(sound) - n + 1))
    piece = np.array(sound[first : first + n], dtype=np.float64)
    return (MUSIC_LEVEL * piece / (np.sqrt(np.mean(piece**2)) + 1e-9)).astype(np.float32)


def musics(seeds: Iterator[int], seconds: float) -> Iterator[Sound | None]:
    """Endless music by turns: hard loops, pieces of the box, speech over the loudspeakers, and now and then none."""
    styles = sorted(STYLES)
    for k, seed in enumerate(seeds):
        random = np.random.default_rng([seed, 11])
        if k % 9 == 8:
            yield None
        elif k % 9 == 4:
            yield crowd_sound("talk", seconds, 1, seed)
        elif k % 2 == 0:
            yield hard_music(seconds, seed)
        else:
            yield box_music(styles[int(random.integers(len(styles)))], seed, seconds)


def scene(music: Sound | None, seconds: float, hall: Hall, seed: int) -> Scene:
    """One stretch of an evening.

    Args:
        music: The known mix; None: the loudspeakers are silent.
        seconds: How long.
        hall: How the hall is and what may happen.
        seed: Room, delays, people.
    """
    random = np.random.default_rng([seed, 3])
    n = int(seconds * RATE_HZ)
    rt60_s = random.uniform(0.4, 1.5)
    reference = np.zeros(n, dtype=np.float32) if music is None else music[:n].copy()
    if music is not None and random.random() < hall.breaks:
        _break(reference, random)
    driven = MUSIC_LEVEL * np.tanh(hall.drive * reference / MUSIC_LEVEL) / hall.drive
    distance = random.uniform(0.2, 0.7)
    echo = fftconvolve(driven, room_response(seed, rt60_s, distance=distance))[:n]
    if music is not None:
        echo *= MUSIC_LEVEL / np.sqrt(np.mean(echo**2))
    echo = _late(echo, random.uniform(-0.15, 0.25))
    people, events = _people(random, n, rt60_s, hall)
    heard = echo + people + _air(random, n)
    if hall.drift_ppm:
        heard = soxr.resample(heard, RATE_HZ, RATE_HZ * (1 + hall.drift_ppm * 1e-6))[:n]
        heard = np.pad(heard, (0, n - len(heard)))
    gain = 10 ** (random.uniform(-15, 5) / 20)
    return Scene((gain * heard).astype(np.float32), reference, events)


def _break(reference: Sound, random: np.random.Generator) -> None:
    """The music stops and comes back, perhaps softer."""
    n = len(reference)
    first = int(random.uniform(0.3, 0.7) * n)
    last = min(n, first + int(random.uniform(2.0, 10.0) * RATE_HZ))
    reference[first:last] = 0.0
    reference[last:] *= 10 ** (random.uniform(-8, 0) / 20)


def _late(sound: NDArray[np.float64], by_s: float) -> NDArray[np.float64]:
    by = int(by_s * RATE_HZ)
    moved = np.zeros_like(sound)
    moved[max(0, by) : len(sound) + min(0, by)] = sound[max(0, -by) : len(sound) - max(0, by)]
    return moved


def _air(random: np.random.Generator, n: int) -> NDArray[np.float64]:
    """The hall without anybody: a dark noise 45 to 25 dB under the music."""
    white = random.standard_normal(n)
    dark = np.convolve(white, [0.25, 0.5, 0.25], "same") + random.uniform(0.05, 0.5) * white
    return MUSIC_LEVEL * 10 ** (random.uniform(-45, -25) / 20) * dark / dark.std()


def _people(
    random: np.random.Generator, n: int, rt60_s: float, hall: Hall
) -> tuple[NDArray[np.float64], list[Event]]:
    whole = np.zeros(n)
    events: list[Event] = []
    if not hall.kinds:
        return whole, events
    at_s = hall.first_s + random.uniform(0, 2.0)
    while True:
        kind = str(hall.kinds[random.integers(len(hall.kinds))])
        length_s = random.uniform(*SECONDS_S.get(kind, (1.0, 6.0)))
        if at_s + length_s + 2.0 > n / RATE_HZ:
            return whole, events
        snr_db = float(hall.snrs_db[random.integers(len(hall.snrs_db))])
        events.append(_do(random, whole, kind, at_s, length_s, snr_db, rt60_s, hall.recordings))
        if random.random() < hall.mixed:
            beside = (
                {"applause": "cheering", "cheering": "applause"}.get(kind) if kind in hall.kinds else None
            )
            beside = beside or str(NEGATIVE[random.integers(len(NEGATIVE))])
            if beside in hall.kinds:
                shift_s = random.uniform(-0.3, 0.5) * (length_s - 2.0) if length_s > 2.0 else 0.0
                low_db = snr_db - random.uniform(0, 6) if beside in NEGATIVE else snr_db
                part_s = max(2.0, length_s - abs(shift_s))
                events.append(
                    _do(
                        random,
                        whole,
                        beside,
                        max(at_s, at_s + shift_s),
                        part_s,
                        low_db,
                        rt60_s,
                        hall.recordings,
                    )
                )
        at_s = max(event.end_s for event in events) + QUIET_S + random.exponential(hall.every_s)


def _do(
    random: np.random.Generator,
    whole: NDArray[np.float64],
    kind: str,
    at_s: float,
    length_s: float,
    snr_db: float,
    rt60_s: float,
    recordings: tuple[Sound, ...],
) -> Event:
    """Lays one event into the hall; its loudness is that of its own length."""
    people = int(np.exp(random.uniform(np.log(6), np.log(300 if kind == "applause" else 80))))
    tempo_bpm = float(random.uniform(70, 150)) if kind == "clapping_along" else None
    sound = crowd_sound(kind, length_s, people, int(random.integers(1 << 31)), tempo_bpm)  # type: ignore[arg-type]
    if kind == "applause" and recordings:
        sound = cut(recordings[int(random.integers(len(recordings)))], length_s, random)
    room = room_response(int(random.integers(1 << 31)), rt60_s, distance=random.uniform(0.3, 0.8))
    wet = fftconvolve(sound, room)
    wet *= MUSIC_LEVEL * 10 ** (snr_db / 20) / np.sqrt(np.mean(wet[: len(sound)] ** 2))
    first = int(at_s * RATE_HZ)
    end = min(len(whole), first + len(wet))
    whole[first:end] += wet[: end - first]
    return Event(kind, at_s, at_s + length_s, snr_db, tempo_bpm, at_s if tempo_bpm else None)
