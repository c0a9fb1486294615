"""Motions and mixes whose measures are known beforehand."""

from pathlib import Path

import numpy as np
import soundfile
from numpy.typing import NDArray

from temirbek.types import (
    BeatGrid,
    Confidence,
    ExecutedMotion,
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

RATE_HZ = 500.0
POINTS = (
    ("left_hand", "hands"),
    ("right_hand", "hands"),
    ("pelvis", "pelvis"),
    ("foot", "feet"),
    ("chest", "whole"),
)


def clock(tempo_bpm: float = 120.0, n_beats: int = 64, start_s: float = 0.5) -> BeatGrid:
    """A constant beat grid."""
    return BeatGrid(beats_s=start_s + np.arange(n_beats) * 60.0 / tempo_bpm)


def swing(stops_s: NDArray[np.float64], time_s: NDArray[np.float64]) -> NDArray[np.float64]:
    """A path in metres that stops exactly at the given instants and moves to and fro between them."""
    i = np.clip(np.searchsorted(stops_s, time_s, side="right") - 1, 0, len(stops_s) - 2)
    u = np.clip((time_s - stops_s[i]) / (stops_s[i + 1] - stops_s[i]), 0.0, 1.0)
    eased = 0.5 - 0.5 * np.cos(np.pi * u)
    return 0.3 * np.where(i % 2 == 0, eased, 1.0 - eased)


def dancer(
    stops_s: NDArray[np.float64], *, performer: str = "sky", seconds: float = 31.0, **facts: object
) -> ExecutedMotion:
    """A dancer all of whose points stop exactly at the given instants."""
    n = int(seconds * RATE_HZ)
    time_s = np.arange(n) / RATE_HZ
    x = swing(stops_s, time_s)
    points = np.zeros((n, len(POINTS), 3))
    points[:, :, 0] = x[:, None] * np.array([1.0, 1.2, 0.4, 0.3, 0.5])
    values: dict[str, object] = {
        "performer": performer,
        "robot": "g1",
        "start_s": 0.0,
        "rate_hz": RATE_HZ,
        "joint_names": ("knee", "ankle"),
        "qpos": np.zeros((n, 9)),
        "key_point_names": tuple(name for name, _ in POINTS),
        "key_point_parts": tuple(part for _, part in POINTS),
        "key_points_m": points,
        "torque_share": np.full(n, 0.5),
        "torque_share_peak": np.array([0.4, 0.75]),
        "joint_error_rad": np.full(n, 0.02),
        "cop_margin_m": np.linspace(0.0, 0.1, n),
        "foot_force_n": np.zeros((n, 2)),
        "self_collisions": 0,
        "collision_pairs": (),
        "fell_at_s": None,
        "guard_interventions": 0,
        "solver_failures": 0,
    }
    return ExecutedMotion(**(values | facts))  # type: ignore[arg-type]


MIX_RATE_HZ = 48000
TEMPO_BPM = 120.0
BEAT_S = 60.0 / TEMPO_BPM
MIX_BEATS = 96
START, LENGTH, SWAP = 32.0, 32.0, 48.0


def drums(
    beats_s: NDArray[np.float64], n: int, seed: int, bass: NDArray[np.float64] | None = None
) -> NDArray[np.float64]:
    """Kicks on the beats, hats between them; ``bass`` (n,) scales the low end."""
    rng = np.random.default_rng(seed)
    t = np.arange(int(0.2 * MIX_RATE_HZ)) / MIX_RATE_HZ
    boom = np.sin(2 * np.pi * (50 + seed) * t + 0.3) * np.exp(-t / 0.06)
    click = rng.standard_normal(len(t)) * np.exp(-t / 0.004)
    hat = rng.standard_normal(len(t)) * np.exp(-t / 0.02)
    low, high = np.zeros(n), np.zeros(n)
    for beat_s in beats_s:
        place(low, boom, beat_s)
        place(high, 0.5 * click, beat_s)
        place(high, 0.2 * hat, beat_s + BEAT_S / 2)
    return 0.3 * (low * (1.0 if bass is None else bass) + high)


def place(out: NDArray[np.float64], sound: NDArray[np.float64], at_s: float) -> None:
    """Adds a sound at the sample nearest to an instant."""
    at = round(at_s * MIX_RATE_HZ)
    if 0 <= at < len(out):
        end = min(len(out), at + len(sound))
        out[at:end] += sound[: end - at]


def analysis(name: str, tonic: int, beats_s: NDArray[np.float64]) -> TrackAnalysis:
    """What is known of a track of four-bar phrases."""
    key = Key(tonic=tonic, mode="minor")
    grid = BeatGrid(beats_s=beats_s)
    duration_s = float(beats_s[-1] + BEAT_S)
    track = Track(
        id=name,
        path=Path(f"{name}.flac"),
        title=name,
        duration_s=duration_s,
        sample_rate_hz=44100,
        channels=2,
    )
    return TrackAnalysis(
        track=track,
        beat_grid=grid,
        is_constant_tempo=True,
        key=KeyEstimate(best=key, second=key, confidence=1.0),
        sections=(Section(start_beat=0.0, end_beat=float(len(beats_s)), label="drop", energy=1.0),),
        phrases_beats=np.arange(0.0, len(beats_s), 16.0),
        energy=np.ones(grid.n_bars),
        band_energy=np.ones((grid.n_bars, 3)),
        loudness_lufs=-14.0,
        true_peak_dbtp=-1.0,
        confidence=Confidence(grid=1.0, downbeat=1.0, phrase=1.0, sections=1.0),
        waveform=np.zeros(10),
    )


def two_decks(
    folder: Path, *, late_ms: float = 0.0, start_beat: float = START, both_basses: bool = False
) -> tuple[Mix, dict[str, TrackAnalysis]]:
    """A rendered mix of two tracks at 120 BPM whose second deck comes late by so much; the bass changes at beat 48."""
    n = int(MIX_BEATS * BEAT_S * MIX_RATE_HZ)
    beats_s = np.arange(MIX_BEATS) * BEAT_S
    end_beat = start_beat + LENGTH
    mix_beat = np.arange(n) / MIX_RATE_HZ / BEAT_S
    first_bass = np.ones(n) if both_basses else (mix_beat < SWAP).astype(float)
    first = drums(beats_s[beats_s < end_beat * BEAT_S - 0.01], n, 1, first_bass)
    second = drums(
        beats_s[int(start_beat) :] + late_ms / 1e3, n, 2, np.ones(n) if both_basses else 1.0 - first_bass
    )
    paths = (folder / "deck_a.wav", folder / "deck_b.wav", folder / "mix.wav")
    for path, sound in zip(paths, (first, second, first + second), strict=True):
        soundfile.write(path, np.stack([sound, sound], axis=1), MIX_RATE_HZ, subtype="FLOAT")
    plan = SetPlan(
        plays=(
            Play(
                track_id="one",
                deck="A",
                track_from_beat=0.0,
                track_to_beat=end_beat,
                mix_from_beat=0.0,
                gain_db=0.0,
            ),
            Play(
                track_id="two",
                deck="B",
                track_from_beat=0.0,
                track_to_beat=MIX_BEATS - start_beat,
                mix_from_beat=start_beat,
                gain_db=0.0,
            ),
        ),
        transitions=(
            Transition(
                from_play=0,
                start_beat=start_beat,
                length_beats=LENGTH,
                swap_beat=SWAP,
                style="blend",
                reason="because",
                is_on_phrases=True,
            ),
        ),
        automation=(),
        tempo_beats=np.array([0.0]),
        tempo_bpm=np.array([TEMPO_BPM]),
        end_beat=float(MIX_BEATS),
        seed=1,
    )
    known = {
        "one": analysis("one", 9, beats_s),
        "two": analysis("two", 4, beats_s[: MIX_BEATS - int(start_beat)] + 0.01),
    }
    mix = Mix(
        audio_path=paths[2],
        stem_paths=paths[:2],
        sample_rate_hz=MIX_RATE_HZ,
        duration_s=n / MIX_RATE_HZ,
        beat_grid=BeatGrid(beats_s=beats_s),
        plan=plan,
        tracks=tuple(a.track for a in known.values()),
        sections=(),
        phrases_beats=np.arange(0.0, MIX_BEATS, 16.0),
        energy=np.ones(MIX_BEATS // 4),
        loudness_lufs=-14.0,
        true_peak_dbtp=-1.0,
        waveforms=np.zeros((3, 10)),
    )
    return mix, known
