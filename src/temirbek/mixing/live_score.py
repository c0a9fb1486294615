"""What a plan sounds like on its own beats, said without rendering it: a mix that has no sound yet."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np

from temirbek.mixing.clock import SAMPLE_RATE_HZ, mix_clock
from temirbek.mixing.render import played_tracks
from temirbek.mixing.score import leads_of, mix_energy, mix_phrases, mix_sections
from temirbek.types import Mix, SetPlan, TrackAnalysis


def lay_out_mix(
    plan: SetPlan, analyses: Sequence[TrackAnalysis], *, beats_per_bar: int, audio_path: Path
) -> Mix:
    """A plan's beats, sections, phrases and energy, as its render would say them.

    Args:
        plan: What is to be played.
        analyses: At least those of the tracks in the plan.
        beats_per_bar: Of the mix.
        audio_path: Where its sound is, or will be.

    Raises:
        InvalidInput: The plan names a track that is not among the analyses.
    """
    tracks = played_tracks(plan, analyses)
    clock = mix_clock(plan, beats_per_bar)
    leads = leads_of(plan, tracks)
    return Mix(
        audio_path=audio_path,
        sample_rate_hz=SAMPLE_RATE_HZ,
        duration_s=clock.n_samples / SAMPLE_RATE_HZ,
        beat_grid=clock.grid,
        plan=plan,
        tracks=tuple(tracks[p.track_id].track for p in plan.plays),
        sections=mix_sections(leads),
        phrases_beats=mix_phrases(leads),
        energy=mix_energy(leads, plan.end_beat, beats_per_bar),
        loudness_lufs=-14.0,
        true_peak_dbtp=-1.0,
        waveforms=np.zeros((3, 0)),
    )
