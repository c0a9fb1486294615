"""Analyses, plans and mixes without sound, whose beats are known."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np

from temirbek.types import (
    Automation,
    BeatGrid,
    Confidence,
    CuePoint,
    Key,
    KeyEstimate,
    Loop,
    Mix,
    MixSection,
    Play,
    Section,
    SetPlan,
    TempoCurve,
    Track,
    TrackAnalysis,
    Transition,
)

MUSIC = Path("/music/Ән мен күй & more")


def even_grid(bpm: float, n: int = 128, start_s: float = 0.25, first: int = 0, bar: int = 4) -> BeatGrid:
    """A constant tempo."""
    return BeatGrid(beats_s=start_s + np.arange(n) * 60.0 / bpm, first_downbeat=first, beats_per_bar=bar)


def analysis_of(
    grid: BeatGrid, name: str = "Көк тулпар #1", *, cues: Sequence[CuePoint] = (), path: Path | None = None
) -> TrackAnalysis:
    """An analysis of nothing, with this grid."""
    key = Key(tonic=9, mode="minor")
    last = max(grid.first_downbeat + grid.beats_per_bar, grid.n_beats - 1)
    return TrackAnalysis(
        track=Track(
            id=name,
            path=MUSIC / f"{name}.flac" if path is None else path,
            title=name,
            artist="Дос-Мұқасан",
            duration_s=float(grid.beats_s[-1]) + 1.0,
            sample_rate_hz=44100,
            channels=2,
        ),
        beat_grid=grid,
        is_constant_tempo=True,
        key=KeyEstimate(best=key, second=key, confidence=1.0),
        sections=(Section(start_beat=grid.first_downbeat, end_beat=last, label="drop", energy=0.5),),
        phrases_beats=np.array([float(grid.first_downbeat)]),
        energy=np.zeros(grid.n_bars),
        band_energy=np.zeros((grid.n_bars, 3)),
        loudness_lufs=-14.0,
        true_peak_dbtp=-1.0,
        confidence=Confidence(grid=1, downbeat=1, phrase=1, sections=1),
        waveform=np.zeros(1),
        cues=tuple(cues),
    )


def play_of(analysis: TrackAnalysis, deck: str, to_beat: float, mix_from: float, **more: object) -> Play:
    """A track from its first downbeat to ``to_beat``."""
    values = {"gain_db": -3.0, "stretch": "time", **more}
    return Play(
        track_id=analysis.track.id,
        deck=deck,  # type: ignore[arg-type]
        track_from_beat=float(analysis.beat_grid.first_downbeat),
        track_to_beat=to_beat,
        mix_from_beat=mix_from,
        **values,  # type: ignore[arg-type]
    )


def mix_of(
    analyses: Sequence[TrackAnalysis],
    plays: Sequence[Play],
    transitions: Sequence[Transition],
    *,
    automation: Sequence[Automation] = (),
    tempo: Sequence[tuple[float, float]] = ((0.0, 126.0),),
    opening_s: float = 0.0,
    folder: Path = Path("/out"),
) -> Mix:
    """A mix of plays as rendering would give it, without sound."""
    beats, bpm = (np.array(column, dtype=float) for column in zip(*tempo, strict=True))
    end_beat = max(play.mix_to_beat for play in plays)
    curve = TempoCurve(beats=beats, bpm=bpm)
    grid = BeatGrid(beats_s=opening_s + curve.seconds_at(np.arange(int(np.ceil(end_beat)) + 1)))
    known = {a.track.id: a for a in analyses}
    edges = [0.0, *(t.swap_beat for t in transitions), end_beat]
    return Mix(
        audio_path=folder / "mix.flac",
        sample_rate_hz=48000,
        duration_s=float(grid.time_at(end_beat)),
        beat_grid=grid,
        plan=SetPlan(
            plays=tuple(plays),
            transitions=tuple(transitions),
            automation=tuple(automation),
            tempo_beats=beats,
            tempo_bpm=bpm,
            end_beat=end_beat,
            seed=0,
        ),
        tracks=tuple(known[play.track_id].track for play in plays),
        sections=tuple(
            MixSection(
                section=Section(start_beat=a, end_beat=b, label="drop", energy=0.5), track_id=play.track_id
            )
            for play, a, b in zip(plays, edges[:-1], edges[1:], strict=True)
        ),
        phrases_beats=np.array([0.0]),
        energy=np.zeros(grid.n_bars),
        loudness_lufs=-14.0,
        true_peak_dbtp=-1.0,
        waveforms=np.zeros((3, 1)),
    )


def two_track_mix(**more: object) -> tuple[Mix, list[TrackAnalysis]]:
    """A steady track, then one by a drummer who drifts, with a loop and a nudge, over a tempo ramp."""
    steady = analysis_of(even_grid(124.0, 128, 0.31))
    drift = np.cumsum(0.47 + 0.01 * np.sin(np.arange(160) / 7.0))
    live = analysis_of(BeatGrid(beats_s=drift, first_downbeat=2), "Live – “Жар-жар”")
    plays = [
        play_of(steady, "A", 96, 0, loops=(Loop(start_beat=64.0, length_beats=8.0, times=2),)),
        play_of(live, "B", 130, 80, stretch="varispeed", nudge=((80.0, 0.0), (90.0, 0.004), (120.0, 0.001))),
    ]
    change = Transition(
        from_play=0,
        start_beat=80,
        length_beats=32,
        swap_beat=96,
        style="blend",
        reason="same key",
        is_on_phrases=True,
    )
    fader_a = Automation(
        deck="A", control="fader", beats=np.array([80.0, 96, 112]), values=np.array([1, 0.8, 0])
    )
    fader_b = Automation(
        deck="B", control="fader", beats=np.array([80.0, 96, 112]), values=np.array([0, 0.8, 1])
    )
    mix = mix_of(
        [steady, live],
        plays,
        [change],
        automation=[fader_a, fader_b],
        tempo=((0.0, 124.0), (64.0, 124.0), (112.0, 127.5)),
        **more,  # type: ignore[arg-type]
    )
    return mix, [steady, live]
