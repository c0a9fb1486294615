"""Synthesised music with known beats: drums by pattern, bass and chords by progression."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import soundfile
from numpy.typing import NDArray

from temirbek.audio import Recording, decode

RATE_HZ = 22050
Floats = NDArray[np.float64]

# Steps of a bar, sixteenths in 4/4 (16 of them) or 3/4 (12): kick, snare, hat strengths.
PATTERNS: dict[str, tuple[str, str, str]] = {
    "house": ("x...x...x...x...", "....x.......x...", "..x...x...x...x."),
    "rock": ("x.......x.x.....", "....x.......x...", "x.x.x.x.x.x.x.x."),
    "hiphop": ("x..x......x.....", "....x.......x...", "x.xxx.x.x.x.x.xx"),
    "boombap": ("x.....x...x..x..", "....x.......x..o", "x.x.x.x.x.x.x.x."),
    "dnb": ("x.........x.....", "....x.......x...", "x.x.x.x.x.x.x.x."),
    "samba": ("x..ox..ox..ox..o", "..x.x..x.x.x..x.", "xoxxxoxxxoxxxoxx"),
    "metal": ("x.x.x.x.x.x.x.x.", "....x.......x...", "x...x...x...x..."),
    "waltz": ("x...........", "....x...x...", "x.x.x.x.x.x."),
    "none": ("................", "................", "................"),
}
MINOR_LOOP = ((0, 3, 7), (8, 0, 3), (3, 7, 10), (10, 2, 5))
MAJOR_LOOP = ((0, 4, 7), (7, 11, 2), (9, 0, 4), (5, 9, 0))


@dataclass
class Song:
    """What to synthesise. ``intensity`` has one value per bar for drums; bars without it play at 1."""

    bpm: float = 120.0
    pattern: str = "house"
    bars: int = 32
    tonic: int = 9
    minor: bool = True
    start_s: float = 0.5
    pickup_beats: int = 0
    beats_per_bar: int = 4
    swing: float = 0.5
    drums: Sequence[float] = ()
    chords: Sequence[float] = ()
    beats_s: Floats = field(default_factory=lambda: np.zeros(0))
    seed: int = 1


def beats_of(song: Song) -> Floats:
    """The true beats [s], from the pickup on."""
    if len(song.beats_s):
        return song.beats_s
    n = song.bars * song.beats_per_bar + song.pickup_beats
    return song.start_s + np.arange(n) * 60 / song.bpm


def synthesize(song: Song) -> NDArray[np.float32]:
    """Mono sound of the song, shape (n,), peak below 1."""
    rng = np.random.default_rng(song.seed)
    beats_s = beats_of(song)
    grid = np.append(beats_s, 2 * beats_s[-1] - beats_s[-2])
    sound = np.zeros(int((grid[-1] + 1.0) * RATE_HZ))
    steps = [line * 1 for line in PATTERNS[song.pattern]]
    for beat in range(len(beats_s)):
        bar, beat_in_bar = divmod(beat - song.pickup_beats, song.beats_per_bar)
        level = song.drums[bar] if 0 <= bar < len(song.drums) else 1.0
        loudness = song.chords[bar] if 0 <= bar < len(song.chords) else 1.0
        length_s = grid[beat + 1] - grid[beat]
        for quarter in range(4):
            step = (beat_in_bar * 4 + quarter) % len(steps[0])
            place = quarter / 4
            if quarter % 2 == 1:
                place = (quarter - 1) / 4 + song.swing / 2 if song.swing != 0.5 else place
            at_s = grid[beat] + place * length_s
            for line, voice in zip(steps, (kick, snare, hat), strict=True):
                if line[step] != "." and level > 0:
                    _add(sound, at_s, voice(rng) * level * (1.0 if line[step] == "x" else 0.4))
        if bar >= 0 and loudness > 0:
            loop = MINOR_LOOP if song.minor else MAJOR_LOOP
            notes = [(song.tonic + n) % 12 for n in loop[bar % 4]]
            if beat_in_bar == 0:
                _add(sound, grid[beat], loudness * chord(notes, length_s * song.beats_per_bar))
            _add(sound, grid[beat], 0.6 * loudness * tone(36 + notes[0], length_s * 0.9))
    sound += 1e-4 * rng.standard_normal(len(sound))
    return (0.7 * sound / np.abs(sound).max()).astype(np.float32)


def kick(rng: np.random.Generator) -> Floats:
    t = np.arange(int(0.25 * RATE_HZ)) / RATE_HZ
    return np.sin(2 * np.pi * (50 * t + 3 * (1 - np.exp(-t * 30)))) * np.exp(-t * 14) + _click(rng, t)


def snare(rng: np.random.Generator) -> Floats:
    t = np.arange(int(0.2 * RATE_HZ)) / RATE_HZ
    return (0.6 * rng.standard_normal(len(t)) + np.sin(2 * np.pi * 190 * t)) * np.exp(-t * 22) * 0.6


def hat(rng: np.random.Generator) -> Floats:
    t = np.arange(int(0.06 * RATE_HZ)) / RATE_HZ
    noise = np.diff(rng.standard_normal(len(t) + 1))
    return 0.2 * noise * np.exp(-t * 70)


def tone(midi: float, length_s: float) -> Floats:
    t = np.arange(int(length_s * RATE_HZ)) / RATE_HZ
    frequency_hz = 440 * 2 ** ((midi - 69) / 12)
    ends = np.minimum(1, t / 0.003) * np.minimum(1, (length_s - t) / 0.02).clip(0)
    return sum(np.sin(2 * np.pi * k * frequency_hz * t) / k for k in (1, 2, 3)) * ends * 0.4


def chord(notes: Sequence[int], length_s: float) -> Floats:
    return 0.35 * sum(tone(60 + note, length_s) for note in notes)


def _click(rng: np.random.Generator, t: Floats) -> Floats:
    return 0.3 * rng.standard_normal(len(t)) * np.exp(-t * 600)


def _add(sound: Floats, at_s: float, what: Floats) -> None:
    first = round(at_s * RATE_HZ)
    last = min(len(sound), first + len(what))
    sound[first:last] += what[: last - first]


def recording(tmp_path: Path, song: Song) -> tuple[Recording, Path]:
    """The song as a decoded wav file."""
    return recording_of(tmp_path, synthesize(song))


def recording_of(
    tmp_path: Path, samples: NDArray[np.float32], rate_hz: int = RATE_HZ
) -> tuple[Recording, Path]:
    """Samples, shape (n,), as a decoded wav file."""
    path = tmp_path / "song.wav"
    soundfile.write(path, samples, rate_hz, subtype="FLOAT")
    return decode(path), path
