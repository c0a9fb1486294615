"""Two pieces of synthetic music and a mix of them by our own renderer, of which everything is known."""

from pathlib import Path

import numpy as np
import soundfile
from numpy.typing import NDArray

from temirbek.mixing import render
from temirbek.types import (
    Automation,
    BeatGrid,
    Confidence,
    Key,
    KeyEstimate,
    Mix,
    Play,
    Section,
    SetPlan,
    Track,
    TrackAnalysis,
    Transition,
)

RATE_HZ = 44100
BEATS = 80
OVERLAP = 32
SCALE = (0, 2, 3, 5, 7, 8, 10)


def music(seed: int, bpm: float, lead_s: float = 0.25) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Drums, a bass, chords and a tune that never repeat; the sound (n,), and the instants of its beats [s]."""
    rng = np.random.default_rng(seed)
    beat_s = 60 / bpm
    n = int((lead_s + BEATS * beat_s + 0.5) * RATE_HZ)
    out = np.zeros(n)
    beats_s = lead_s + np.arange(BEATS) * beat_s
    t = np.arange(int(0.6 * RATE_HZ)) / RATE_HZ
    kick = np.sin(2 * np.pi * 52 * t + 6 * (1 - np.exp(-t / 0.02))) * np.exp(-t / 0.09)
    kick[:400] += 0.5 * rng.standard_normal(400) * np.exp(-np.arange(400) / 80)
    root = 45 + 2 * seed

    def add(sound: NDArray[np.float64], at_s: float, gain: float) -> None:
        at = round(at_s * RATE_HZ)
        piece = sound[: max(0, n - at)]
        out[at : at + len(piece)] += gain * piece

    def tone(note: float, seconds: float, bright: float) -> NDArray[np.float64]:
        x = np.arange(int(seconds * RATE_HZ)) / RATE_HZ
        hz = 440 * 2 ** ((note - 69) / 12)
        wave = sum(bright**k / (k + 1) * np.sin(2 * np.pi * hz * (k + 1) * x) for k in range(6))
        return np.asarray(
            wave
            * np.minimum(1, x / 0.004)
            * np.exp(-x / (0.4 * seconds))
            * np.minimum(1, (seconds - x) / 0.02)
        )

    for k, at_s in enumerate(beats_s):
        add(kick, at_s, 0.5)
        noise = rng.standard_normal(len(t))
        if k % 4 in (1, 3):
            add(noise * np.exp(-t / 0.05), at_s, 0.12 * rng.uniform(0.7, 1.0))
        for half in range(2):
            if rng.random() < 0.8:
                add(noise * np.exp(-t / 0.012), at_s + (half + 0.5 * (rng.random() < 0.3)) * beat_s / 2, 0.08)
        degree = SCALE[rng.integers(7)]
        add(tone(root - 12 + degree, beat_s, 0.4), at_s + 0.5 * beat_s, 0.18)
        if k % 2 == 0:
            for step in (0, 2, 4):
                add(tone(root + 12 + SCALE[(rng.integers(7) + step) % 7], 2 * beat_s, 0.6), at_s, 0.05)
        if rng.random() < 0.6:
            add(
                tone(root + 24 + SCALE[rng.integers(7)], beat_s, 0.7),
                at_s + rng.integers(4) * beat_s / 4,
                0.07,
            )
    return 0.5 * out / np.abs(out).max(), beats_s


def known(folder: Path, name: str, seed: int, bpm: float) -> TrackAnalysis:
    """A piece on disk, with an analysis that is right by construction."""
    sound, beats_s = music(seed, bpm)
    path = folder / f"{name}.wav"
    soundfile.write(path, sound, RATE_HZ, subtype="PCM_16")
    grid = BeatGrid(beats_s=beats_s)
    key = Key(tonic=(9 + 2 * seed) % 12, mode="minor")
    chroma = np.tile(np.roll(np.eye(12)[list(SCALE)].sum(axis=0) / np.sqrt(7), key.tonic), (grid.n_bars, 1))
    return TrackAnalysis(
        track=Track(
            id=name,
            path=path,
            title=name,
            duration_s=len(sound) / RATE_HZ,
            sample_rate_hz=RATE_HZ,
            channels=1,
        ),
        beat_grid=grid,
        is_constant_tempo=True,
        key=KeyEstimate(best=key, second=key, confidence=1.0),
        sections=(Section(start_beat=0.0, end_beat=float(BEATS), label="drop", energy=1.0),),
        phrases_beats=np.arange(0.0, BEATS, 16.0),
        energy=np.ones(grid.n_bars),
        band_energy=np.ones((grid.n_bars, 3)),
        loudness_lufs=-14.0,
        true_peak_dbtp=-1.0,
        confidence=Confidence(grid=1.0, downbeat=1.0, phrase=1.0, sections=1.0),
        waveform=np.zeros(10),
        vocals=np.where(np.arange(grid.n_bars) % 2 == 0, 1.0, 0.0),
        chroma=chroma,
    )


def mixed(folder: Path, *, late_s: float = 0.0) -> tuple[Mix, tuple[TrackAnalysis, TrackAnalysis]]:
    """A blend of 32 beats at 121 BPM with a bass swap in its middle, with stems; the second deck ``late_s`` late."""
    one, two = known(folder, "one", 1, 120.0), known(folder, "two", 4, 123.0)
    start, end = float(BEATS - OVERLAP), float(BEATS)
    swap = start + OVERLAP / 2
    plan = SetPlan(
        plays=(
            Play(
                track_id="one",
                deck="A",
                track_from_beat=0.0,
                track_to_beat=end,
                mix_from_beat=0.0,
                gain_db=0.0,
            ),
            Play(
                track_id="two",
                deck="B",
                track_from_beat=0.0,
                track_to_beat=float(BEATS - 1),
                mix_from_beat=start,
                gain_db=0.0,
                nudge=((start, late_s),) if late_s else (),
            ),
        ),
        transitions=(
            Transition(
                from_play=0,
                start_beat=start,
                length_beats=float(OVERLAP),
                swap_beat=swap,
                style="blend",
                reason="because",
                is_on_phrases=True,
            ),
        ),
        automation=(
            Automation(
                deck="A", control="fader", beats=np.array([0.0, swap, end]), values=np.array([1.0, 1.0, 0.0])
            ),
            Automation(
                deck="A",
                control="low",
                beats=np.array([0.0, swap - 0.5, swap]),
                values=np.array([1.0, 1.0, 0.0]),
            ),
            Automation(deck="B", control="fader", beats=np.array([start, swap]), values=np.array([0.0, 1.0])),
            Automation(
                deck="B",
                control="low",
                beats=np.array([start, swap - 0.5, swap]),
                values=np.array([0.0, 0.0, 1.0]),
            ),
        ),
        tempo_beats=np.array([0.0]),
        tempo_bpm=np.array([121.0]),
        end_beat=start + BEATS - 1,
        seed=1,
    )
    return render(plan, (one, two), folder / "mix", stems=True), (one, two)
