"""Synthetic mixes: a form, an energy, a tempo curve and what the DJ does, without any sound."""

from pathlib import Path

import numpy as np

from temirbek.types import (
    Automation,
    BeatGrid,
    Mix,
    MixSection,
    Performer,
    Play,
    Section,
    SectionLabel,
    SetPlan,
    Transition,
)

CAST = (
    Performer(id="sky", name="Aspan", robot="g1", role="dancer", mark_m=(1.2, 0.95)),
    Performer(id="gold", name="Altyn", robot="g1", role="dancer", mark_m=(1.2, -0.95)),
    Performer(id="temirbek", name="Temirbek", robot="g1", role="dj", mark_m=(-1.4, 0.0)),
    Performer(id="adilet", name="Adilet", robot="go2", role="animal", mark_m=(0.7, 2.6), facing_rad=-0.5),
)
FORM: tuple[tuple[str, SectionLabel, int, float], ...] = (
    ("one", "intro", 8, 0.25),
    ("one", "build", 4, 0.5),
    ("one", "drop", 8, 0.9),
    ("one", "outro", 4, 0.5),
    ("two", "intro", 4, 0.5),
    ("two", "break", 8, 0.3),
    ("two", "drop", 8, 1.0),
    ("two", "outro", 4, 0.4),
)
"""Track, label, bars, energy."""


def make_mix(
    from_bpm: float = 104.0,
    to_bpm: float = 128.0,
    *,
    form: tuple[tuple[str, SectionLabel, int, float], ...] = FORM,
    beats_per_bar: int = 4,
) -> Mix:
    """A set of two tracks whose tempo ramps from one to the other, with a blend in the middle."""
    n_bars = sum(bars for _, _, bars, _ in form)
    n = n_bars * beats_per_bar
    bpm = np.interp(np.arange(n), [0.4 * n, 0.6 * n], [from_bpm, to_bpm])
    grid = BeatGrid(
        beats_s=0.05 + np.concatenate([[0.0], np.cumsum(60.0 / bpm)]), beats_per_bar=beats_per_bar
    )
    sections, energy, bar = [], [], 0
    for track, label, bars, level in form:
        start, end = bar * beats_per_bar, (bar + bars) * beats_per_bar
        section = Section(start_beat=start, end_beat=end, label=label, energy=level)
        sections.append(MixSection(section=section, track_id=track))
        energy += [level] * bars
        bar += bars
    return Mix(
        audio_path=Path("mix.flac"),
        sample_rate_hz=48000,
        duration_s=float(grid.time_at(n)),
        beat_grid=grid,
        plan=_plan(float(n), beats_per_bar),
        tracks=(),
        sections=tuple(sections),
        phrases_beats=np.arange(0.0, n, 8.0 * beats_per_bar),
        energy=np.array(energy),
        loudness_lufs=-14.0,
        true_peak_dbtp=-1.0,
        waveforms=np.zeros((3, 1)),
    )


def _plan(end_beat: float, bar: int) -> SetPlan:
    start, swap, end = 0.5 * end_beat, 0.5 * end_beat + 2 * bar, 0.5 * end_beat + 4 * bar
    courses = (
        Automation(deck="B", control="fader", beats=[start, swap], values=[0.0, 1.0]),
        Automation(deck="A", control="low", beats=[swap - 0.5, swap], values=[1.0, 0.0]),
        Automation(deck="B", control="low", beats=[swap - 0.5, swap], values=[0.0, 1.0]),
        Automation(deck="A", control="fader", beats=[swap, end], values=[1.0, 0.0]),
    )
    plays = (
        Play(track_id="one", deck="A", track_from_beat=0, track_to_beat=end, mix_from_beat=0, gain_db=0.0),
        Play(
            track_id="two",
            deck="B",
            track_from_beat=0,
            track_to_beat=end_beat - start,
            mix_from_beat=start,
            gain_db=0.0,
        ),
    )
    blend = Transition(
        from_play=0,
        start_beat=start,
        length_beats=end - start,
        swap_beat=swap,
        style="blend",
        reason="",
        is_on_phrases=True,
    )
    return SetPlan(
        plays=plays,
        transitions=(blend,),
        automation=courses,
        tempo_beats=[0.0],
        tempo_bpm=[120.0],
        end_beat=end_beat,
        seed=0,
    )
