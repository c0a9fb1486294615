"""Tracks of clicks over a soft chord, whose attacks are known to the sample, and plans that play them."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import scipy.signal
import soundfile

from temirbek.types import (
    Automation,
    BeatGrid,
    Confidence,
    Key,
    KeyEstimate,
    Play,
    Section,
    SetPlan,
    Track,
    TrackAnalysis,
    Transition,
    TransitionStyle,
)

RATE_HZ = 48000
BEATS = 48
CLICK_S = 0.06
HIGH_PASS = scipy.signal.butter(4, 2500.0, "high", fs=RATE_HZ, output="sos")


def burst() -> np.ndarray:
    """A burst that is strongest on its first sample."""
    n = int(CLICK_S * RATE_HZ)
    noise = np.random.default_rng(5).standard_normal(n)
    noise[0] = 3.0
    return noise * np.exp(-np.arange(n) / (0.006 * RATE_HZ))


def write_clicks(
    folder: Path,
    name: str,
    tempo_bpm: float,
    *,
    beats: int = BEATS,
    bar: int = 4,
    chord: float = 0.05,
    click: float = 0.25,
) -> TrackAnalysis:
    """Writes a track with a click on every beat, the first at 0.25 s, and says what is true of it."""
    beats_s = 0.25 + np.arange(beats) * 60.0 / tempo_bpm
    duration_s = float(beats_s[-1]) + 60.0 / tempo_bpm
    t = np.arange(round(duration_s * RATE_HZ)) / RATE_HZ
    sound = chord * sum(np.sin(2 * np.pi * f * t) for f in (110.0, 220.0, 277.18, 329.63))
    one = click * burst()
    for beat_s in beats_s:
        at = round(beat_s * RATE_HZ)
        end = min(len(sound), at + len(one))
        sound[at:end] += one[: end - at]
    path = folder / f"{name}.flac"
    soundfile.write(path, np.stack([sound, sound], axis=1) * 0.5, RATE_HZ, subtype="PCM_24")
    key = Key(tonic=9, mode="minor")
    n_bars = beats // bar
    return TrackAnalysis(
        track=Track(
            id=name, path=path, title=name, duration_s=duration_s, sample_rate_hz=RATE_HZ, channels=2
        ),
        beat_grid=BeatGrid(beats_s=beats_s, beats_per_bar=bar),
        is_constant_tempo=True,
        key=KeyEstimate(best=key, second=key, confidence=1.0),
        sections=(
            Section(start_beat=0, end_beat=4 * bar, label="build", energy=0.4),
            Section(start_beat=4 * bar, end_beat=n_bars * bar, label="drop", energy=0.9),
        ),
        phrases_beats=np.arange(0, n_bars * bar, 4 * bar, dtype=float),
        energy=np.linspace(0.2, 1.0, n_bars),
        band_energy=np.ones((n_bars, 3)),
        loudness_lufs=-20.0,
        true_peak_dbtp=-6.0,
        confidence=Confidence(grid=1, downbeat=1, phrase=1, sections=1),
        waveform=np.zeros(1),
    )


def play(track: TrackAnalysis, deck: str, to_beat: float, mix_from: float, *, stretch: str = "time") -> Play:
    """A track from its first beat to ``to_beat``."""
    return Play(
        track_id=track.track.id,
        deck=deck,  # type: ignore[arg-type]
        track_from_beat=0.0,
        track_to_beat=to_beat,
        mix_from_beat=mix_from,
        gain_db=0.0,
        stretch=stretch,  # type: ignore[arg-type]
    )


def plan_of(
    plays: Sequence[Play],
    transitions: Sequence[Transition] = (),
    tempo: Sequence[tuple[float, float]] = ((0.0, 120.0),),
    automation: Sequence[Automation] = (),
) -> SetPlan:
    """A plan from its parts."""
    beats, bpm = np.array(tempo).T
    return SetPlan(
        plays=tuple(plays),
        transitions=tuple(transitions),
        automation=tuple(automation),
        tempo_beats=beats,
        tempo_bpm=bpm,
        end_beat=plays[-1].mix_to_beat,
        seed=0,
    )


def transition(start: float, length: float, swap: float, style: TransitionStyle = "blend") -> Transition:
    """A transition between the first two plays."""
    return Transition(
        from_play=0,
        start_beat=start,
        length_beats=length,
        swap_beat=swap,
        style=style,
        reason="Because the test says so.",
        is_on_phrases=True,
    )


def blend_plan(a: TrackAnalysis, b: TrackAnalysis) -> SetPlan:
    """32 beats of ``a``, then both for 16 beats with a ramp, then ``b``; faders open, so the stems can be compared."""
    tempo_a, tempo_b = a.beat_grid.tempo_bpm, b.beat_grid.tempo_bpm
    return plan_of(
        [play(a, "A", 32, 0), play(b, "B", 32, 16)],
        [transition(16, 16, 24)],
        [(0, tempo_a), (16, tempo_a), (32, tempo_b), (48, tempo_b)],
    )


def attack_samples(sound: np.ndarray, near: np.ndarray, reach: int = 1500) -> np.ndarray:
    """The instants at which clicks set in nearest to the given samples: when a tenth of their energy has come."""
    mono = sound if sound.ndim == 1 else sound.mean(axis=1)
    bright = scipy.signal.sosfiltfilt(HIGH_PASS, mono) ** 2
    pure = np.pad(burst(), reach)
    late = arrival(scipy.signal.sosfiltfilt(HIGH_PASS, pure) ** 2) - reach
    places = np.round(near).astype(int)
    return np.array([p - reach + arrival(bright[p - reach : p + reach]) - late for p in places])


def arrival(energy: np.ndarray) -> int:
    """The sample by which a tenth of the energy has come."""
    total = np.cumsum(energy)
    return int(np.searchsorted(total, 0.1 * total[-1]))
