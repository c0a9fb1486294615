"""The verb: a recording → everything that the DJ and the dancers need to know of it."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from temirbek.analysis.bars import bar_bounds_s, bar_features, bar_loudness_lufs
from temirbek.analysis.confidence import DOWNBEAT, GRID
from temirbek.analysis.events import find_events
from temirbek.analysis.grid import read_meter
from temirbek.analysis.key import bar_chroma, estimate_key
from temirbek.analysis.phase import fine_energy
from temirbek.analysis.spectrum import Spectrum, spectrum
from temirbek.analysis.structure import find_structure
from temirbek.analysis.tempo import find_tempo
from temirbek.analysis.timbre import track_timbre
from temirbek.analysis.vocals import vocal_activity
from temirbek.analysis.votes import Voter
from temirbek.audio import AttackEnvelope, Recording, attack_envelope, integrated_lufs, true_peak_dbtp
from temirbek.errors import AnalysisFailed, InvalidInput
from temirbek.types import (
    WAVEFORM_RATE_HZ,
    BeatGrid,
    Confidence,
    CuePoint,
    Progress,
    Track,
    TrackAnalysis,
    no_progress,
)

ANALYSIS_VERSION = "7"
"""Part of the cache's key: raised whenever the same sound would be analysed differently."""

SHORTEST_S = 8.0
SILENCE_LUFS = -65.0
LOW_RATE_HZ = 22050
LONG_S = 20 * 60.0
STRAIGHT_S = 0.015
"""Beats that a person set are even if none lies further than this from a straight line."""
_NUMBERS = dict(
    enumerate(
        ["two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve"], start=2
    )
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Metre:
    """The beats of a recording, heard or set by a person, and how far they may be trusted (0–1)."""

    grid: BeatGrid
    is_constant: bool
    grid_confidence: float
    downbeat_confidence: float


def analyze(
    recording: Recording,
    path: Path,
    *,
    known_grid: BeatGrid | None = None,
    cues: tuple[CuePoint, ...] = (),
    voter: Voter | None = None,
    on_progress: Progress = no_progress,
) -> TrackAnalysis:
    """Analyses one recording.

    Args:
        recording: The decoded sound.
        path: Where it came from, for messages and for the track's identity.
        known_grid: Beats that a person has set; taken as they are, and everything else is measured on them.
        cues: Places that a person has marked; handed on.
        voter: Whose beats count where octave, half beat and bar are chosen; asked only where no grid is known.
        on_progress: Told the share done.

    Raises:
        AnalysisFailed: Silence, too short, or no pulse in it (speech, noise, rubato); the message says which.
        InvalidInput: The known grid has no whole bar within the recording.
    """
    samples, rate_hz = recording.samples, recording.sample_rate_hz
    if recording.duration_s < SHORTEST_S:
        raise AnalysisFailed(
            f"{path}: {recording.duration_s:.1f} s is too short to find bars in; at least {SHORTEST_S:.0f} s are needed"
        )
    loudness_lufs = integrated_lufs(samples, rate_hz)
    if loudness_lufs < SILENCE_LUFS:
        raise AnalysisFailed(f"{path}: silence (loudness {loudness_lufs:.0f} LUFS)")
    on_progress(0.1)
    peak_dbtp = true_peak_dbtp(samples)
    envelope = attack_envelope(samples, rate_hz)
    on_progress(0.3)
    sounds = spectrum(samples, rate_hz)
    on_progress(0.5)
    metre = (
        _heard_metre(recording, path, envelope, sounds, voter)
        if known_grid is None
        else _known_metre(recording, path, known_grid)
    )
    on_progress(0.7)
    grid = metre.grid
    bounds_s = bar_bounds_s(grid)
    bars = bar_features(grid, envelope, sounds)
    vocals = vocal_activity(sounds.voice, sounds.mel_rate_hz, bounds_s)
    structure = find_structure(grid, bars, vocals)
    key = estimate_key(sounds)
    on_progress(1.0)
    return TrackAnalysis(
        track=track_of(recording, path),
        beat_grid=grid,
        is_constant_tempo=metre.is_constant,
        key=key,
        sections=structure.sections,
        phrases_beats=np.asarray(
            grid.first_downbeat + structure.phrase_bars * grid.beats_per_bar, dtype=float
        ),
        energy=bars.energy,
        band_energy=bars.bands,
        loudness_lufs=loudness_lufs,
        true_peak_dbtp=peak_dbtp,
        confidence=Confidence(
            grid=metre.grid_confidence,
            downbeat=metre.downbeat_confidence,
            phrase=structure.phrase_confidence,
            sections=structure.section_confidence,
        ),
        notes=_notes(recording, metre, known_grid is not None),
        waveform=waveform(samples, rate_hz),
        vocals=vocals,
        chroma=bar_chroma(sounds, key.tuning_cents, bounds_s),
        bar_loudness_lufs=bar_loudness_lufs(samples, rate_hz, bounds_s),
        timbre=track_timbre(bars),
        events=find_events(grid, bars, vocals, structure.sections),
        cues=cues,
        is_grid_human=known_grid is not None,
    )


def _heard_metre(
    recording: Recording, path: Path, envelope: AttackEnvelope, sounds: Spectrum, voter: Voter | None
) -> Metre:
    try:
        tempo = find_tempo(envelope, recording.duration_s)
    except AnalysisFailed as error:
        raise AnalysisFailed(f"{path}: {error}") from error
    heard = read_meter(
        tempo.half_beats_s,
        tempo.tempi_bpm,
        envelope,
        sounds,
        fine_energy(recording.samples, recording.sample_rate_hz),
        recording.duration_s,
        voter(recording.samples, recording.sample_rate_hz) if voter else None,
    )
    return Metre(
        grid=heard.grid,
        is_constant=tempo.is_constant,
        grid_confidence=GRID.chance(tempo.cues | heard.grid_cues),
        downbeat_confidence=DOWNBEAT.chance(heard.downbeat_cues),
    )


def _known_metre(recording: Recording, path: Path, grid: BeatGrid) -> Metre:
    """A person's beats are certain. Their tempo is constant if they lie on a straight line."""
    bounds_s = bar_bounds_s(grid)
    if grid.n_bars < 1 or bounds_s[0] >= recording.duration_s or bounds_s[-1] <= 0:
        raise InvalidInput(
            f"{path}: the beats set for it run from {grid.beats_s[0]:.2f} s to {grid.beats_s[-1]:.2f} s; expected "
            f"at least one whole bar of {grid.beats_per_bar} beats within its {recording.duration_s:.2f} s"
        )
    index = np.arange(grid.n_beats)
    line_s = np.polyval(np.polyfit(index, grid.beats_s, 1), index)
    return Metre(
        grid=grid,
        is_constant=bool(np.abs(grid.beats_s - line_s).max() <= STRAIGHT_S),
        grid_confidence=1.0,
        downbeat_confidence=1.0,
    )


def track_of(recording: Recording, path: Path) -> Track:
    """The track that a recording is: its identity, and what its file says of it."""
    info = recording.info
    return Track(
        id=recording.id,
        path=path,
        title=info.title,
        artist=info.artist,
        duration_s=recording.duration_s,
        sample_rate_hz=info.sample_rate_hz,
        channels=info.channels,
        license=info.license,
    )


def _notes(recording: Recording, metre: Metre, is_grid_human: bool) -> tuple[str, ...]:
    """How unusual input was treated, in plain words."""
    info = recording.info
    notes = []
    if is_grid_human:
        notes.append("beats and bars as a person set them")
    elif not metre.is_constant:
        notes.append("the tempo varies: beats were followed one by one, which is less exact")
    if metre.grid.beats_per_bar != 4:
        notes.append(f"{_NUMBERS[metre.grid.beats_per_bar]} beats in the bar")
    if info.channels == 1:
        notes.append("mono: played on both sides")
    elif info.channels > 2:
        notes.append(f"{info.channels} channels: folded to two")
    if info.sample_rate_hz < LOW_RATE_HZ:
        notes.append(
            f"sampled at {info.sample_rate_hz / 1000:g} kHz: sounds dull, and attacks are less exact"
        )
    if recording.duration_s > LONG_S:
        notes.append(f"long ({recording.duration_s / 60:.0f} minutes): treated as one piece")
    if info.is_truncated:
        notes.append("the file breaks off: what is there was analysed")
    return tuple(notes)


def waveform(samples: NDArray[np.float32], sample_rate_hz: int) -> NDArray[np.float64]:
    """Peak magnitude per 1/50 s, shape (m,), 0–1."""
    bounds = np.arange(0, samples.shape[1], sample_rate_hz / WAVEFORM_RATE_HZ).astype(int)
    peaks = np.maximum(
        np.maximum.reduceat(samples, bounds, axis=1), -np.minimum.reduceat(samples, bounds, axis=1)
    )
    return np.asarray(np.clip(peaks.max(axis=0), 0.0, 1.0), dtype=float)
