"""A dance that a body cannot follow is eased, not ended."""

from pathlib import Path

import numpy as np
import pytest

from temirbek.choreography import compose, load_moves
from temirbek.errors import MotionInfeasible
from temirbek.prepare import dance
from temirbek.show import DEFAULT_CAST
from temirbek.types import BeatGrid, Choreography, Mix, MixSection, Section, SetPlan, Trajectory


def mix() -> Mix:
    beats = 32
    section = Section(start_beat=0, end_beat=beats, label="drop", energy=0.9)
    return Mix(
        audio_path=Path("mix.flac"),
        sample_rate_hz=48_000,
        duration_s=beats * 0.5 + 1.0,
        beat_grid=BeatGrid(beats_s=0.5 + 0.5 * np.arange(beats + 1)),
        plan=SetPlan(
            plays=(), transitions=(), automation=(), tempo_beats=[0], tempo_bpm=[120], end_beat=beats, seed=0
        ),
        tracks=(),
        sections=(MixSection(section=section, track_id="t"),),
        phrases_beats=np.array([0.0]),
        energy=np.full(8, 0.9),
        loudness_lufs=-14.0,
        true_peak_dbtp=-1.0,
        waveforms=np.zeros((3, 4)),
    )


@pytest.mark.parametrize(("refusals", "softer"), [(0, False), (2, True)])
def test_a_part_that_is_refused_is_danced_more_softly(
    refusals: int, softer: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    composed = compose(mix(), DEFAULT_CAST, load_moves(), seed=1)
    sky = DEFAULT_CAST[0]
    asked: list[Choreography] = []
    marker = object()

    def refuse(choreography: Choreography, *_: object, **__: object) -> Trajectory:
        asked.append(choreography)
        if len(asked) <= refusals:
            raise MotionInfeasible("sky: left_elbow_joint at beat 3")
        return marker  # type: ignore[return-value]

    monkeypatch.setattr(dance, "realize", refuse)
    done = dance.realize_or_ease(sky, composed, mix(), dance.default_stage())
    assert done.trajectory is marker
    intensities = [c.intensity for c in done.choreography.calls if c.performer == "sky"]
    as_composed = [c.intensity for c in composed.calls if c.performer == "sky"]
    assert intensities == pytest.approx([dance.SOFTER * i if softer else i for i in as_composed])
    others = [c for c in composed.calls if c.performer != "sky"]
    assert [c for c in done.choreography.calls if c.performer != "sky"] == others
    assert bool(done.eased) == softer


def test_what_cannot_be_danced_at_all_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object, **__: object) -> Trajectory:
        raise MotionInfeasible("sky: left_elbow_joint at beat 3")

    monkeypatch.setattr(dance, "realize", refuse)
    composed = compose(mix(), DEFAULT_CAST, load_moves(), seed=1)
    with pytest.raises(MotionInfeasible, match="left_elbow_joint at beat 3"):
        dance.realize_or_ease(DEFAULT_CAST[0], composed, mix(), dance.default_stage())
