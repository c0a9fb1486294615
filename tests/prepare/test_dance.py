"""A dance that a body cannot follow is eased, not ended."""

import pickle
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from temirbek.choreography import compose, load_moves
from temirbek.errors import MotionInfeasible
from temirbek.prepare import easing
from temirbek.robots import default_stage
from temirbek.show import DEFAULT_CAST
from temirbek.types import (
    BeatGrid,
    Choreography,
    Mix,
    MixSection,
    MoveCall,
    Place,
    Section,
    SetPlan,
    Trajectory,
    place_at,
    travel_of,
)


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


Refusal = Callable[[Choreography], MotionInfeasible | None]
MARKER = object()


def eased(monkeypatch: pytest.MonkeyPatch, refusal: Refusal) -> tuple[Choreography, easing.Realized]:
    """What was composed, and what becomes of sky's part where ``refusal`` finds something that cannot be danced."""
    composed = compose(mix(), DEFAULT_CAST, load_moves(), seed=1)

    def realize(choreography: Choreography, *_: object, **__: object) -> Trajectory:
        error = refusal(choreography)
        if error is not None:
            raise error
        return MARKER  # type: ignore[return-value]

    monkeypatch.setattr(easing, "realize", realize)
    return composed, easing.realize_or_ease(DEFAULT_CAST[0], composed, mix(), load_moves(), default_stage())


def sky(choreography: Choreography) -> list[MoveCall]:
    return [c for c in choreography.calls if c.performer == "sky"]


def at(calls: list[MoveCall], beat: float) -> list[MoveCall]:
    return [c for c in calls if c.start_beat - 0.5 <= beat <= c.start_beat + c.length_beats + 0.5]


def test_what_can_be_danced_is_danced_as_composed(monkeypatch: pytest.MonkeyPatch) -> None:
    composed, done = eased(monkeypatch, lambda _: None)
    assert done.trajectory is MARKER
    assert done.choreography == composed
    assert not done.eased


def test_only_what_sounds_at_a_refused_beat_is_danced_more_softly(monkeypatch: pytest.MonkeyPatch) -> None:
    beat = 13.0

    def too_hard(choreography: Choreography) -> MotionInfeasible | None:
        loud = max((c.intensity for c in at(sky(choreography), beat)), default=0.0)
        return MotionInfeasible("sky: too fast at beat 13", beat=beat) if loud > 0.7 else None

    composed, done = eased(monkeypatch, too_hard)
    near = at(sky(composed), beat)
    assert near and max(c.intensity for c in near) > 0.7
    assert at(sky(done.choreography), beat) == [
        replace(c, intensity=easing.SOFTER * c.intensity) for c in near
    ]
    assert [c for c in done.choreography.calls if c in composed.calls] == [
        c for c in composed.calls if c not in near
    ]
    assert done.eased == ("sky: too fast at beat 13",)


def test_what_stays_too_hard_is_left_out_and_promises_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    beat = 13.0

    def too_hard(choreography: Choreography) -> MotionInfeasible | None:
        if any(travel_of(c, load_moves()[c.move]) == Place() for c in at(sky(choreography), beat)):
            return MotionInfeasible("sky: out of reach at beat 13", beat=beat)
        return None

    composed, done = eased(monkeypatch, too_hard)
    gone = [c for c in sky(composed) if c not in sky(done.choreography) and c in at(sky(composed), beat)]
    assert gone
    for call in gone:
        end = call.start_beat + call.length_beats
        assert not [a for a in done.choreography.accents["sky"] if call.start_beat <= a.beat <= end]
    assert place_at(DEFAULT_CAST[0], done.choreography.footsteps["sky"], 1e9) == place_at(
        DEFAULT_CAST[0], composed.footsteps["sky"], 1e9
    )


def test_a_refusal_without_a_beat_softens_the_whole_part(monkeypatch: pytest.MonkeyPatch) -> None:
    def too_hard(choreography: Choreography) -> MotionInfeasible | None:
        loud = max(c.intensity for c in sky(choreography))
        return MotionInfeasible("sky: too short") if loud > 0.7 else None

    composed, done = eased(monkeypatch, too_hard)
    intensities = [c.intensity for c in sky(done.choreography)]
    assert intensities == pytest.approx([easing.SOFTER * c.intensity for c in sky(composed)])
    others = [c for c in composed.calls if c.performer != "sky"]
    assert [c for c in done.choreography.calls if c.performer != "sky"] == others


def test_what_cannot_be_danced_at_all_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(MotionInfeasible, match="left_elbow_joint at beat 3"):
        eased(monkeypatch, lambda _: MotionInfeasible("sky: left_elbow_joint at beat 3", beat=3.0))


def test_a_refusal_keeps_its_beat_on_its_way_home_from_a_worker() -> None:
    error = pickle.loads(pickle.dumps(MotionInfeasible("sky: left_elbow_joint at beat 3", beat=3.0)))
    assert (str(error), error.beat) == ("sky: left_elbow_joint at beat 3", 3.0)
