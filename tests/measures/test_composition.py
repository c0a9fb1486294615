"""Measures of composition: known answers, and that each can say no."""

from pathlib import Path

import numpy as np
import pytest

from temirbek.measures.composition import (
    amplitude_lift_db,
    drop_picture,
    energy_correlation,
    measure_composition,
    novelty,
    section_contrast,
    stillness,
)
from temirbek.measures.composition_figures import composition_figures
from temirbek.measures.paper_motion import mirrored_channel, paper_motion
from temirbek.types import (
    Accent,
    BeatGrid,
    Choreography,
    Mix,
    MixSection,
    Move,
    MoveCall,
    MoveKeys,
    MoveStep,
    Performer,
    Section,
    SectionLabel,
    SetPlan,
    footsteps_of,
)

A = Performer(id="a", name="A", robot="g1", role="dancer", mark_m=(0.0, 1.0))
B = Performer(id="b", name="B", robot="g1", role="dancer", mark_m=(0.0, -1.0))
FORM: tuple[tuple[SectionLabel, float], ...] = (("verse", 0.3), ("drop", 0.9), ("verse", 0.35), ("drop", 1.0))
"""Eight bars each."""


def move(name: str, height: float, *, steps: tuple[MoveStep, ...] = ()) -> Move:
    beats = np.array([0.0, 1.0, 2.0, 3.0])
    arm = {
        "right_shoulder_pitch": height * np.array([-1.0, 0.0, -1.0, 0.0]),
        "right_shoulder_roll": np.full(4, -0.2),
    }
    keys = MoveKeys(beats=beats, targets=arm)
    if steps:
        keys = MoveKeys(beats=beats, targets={"pelvis_z_m": np.array([-0.03, 0.0, -0.03, 0.0])})
    return Move(
        name=name,
        family="arms",
        title=name,
        robot="g1",
        length_beats=4.0,
        layers={"legs": keys} if steps else {"right_arm": keys},
        accents=(Accent(beat=0.0),),
        steps=steps,
    )


MOVES = {
    m.name: m
    for m in (
        move("small", 0.2),
        move("large", 1.0),
        move("huge", 2.0),
        move("hold", 0.0),
        move(
            "walk",
            0.0,
            steps=(
                MoveStep(beat=1.0, foot="left", to=(0.2, 0.0, 0.0)),
                MoveStep(beat=2.0, foot="right", to=(0.2, 0.0, 0.0)),
            ),
        ),
    )
}


def make_mix(bars: int = 8) -> Mix:
    n = 4 * bars * len(FORM)
    sections = tuple(
        MixSection(
            section=Section(
                start_beat=4.0 * bars * k, end_beat=4.0 * bars * (k + 1), label=label, energy=level
            ),
            track_id="t",
        )
        for k, (label, level) in enumerate(FORM)
    )
    plan = SetPlan(
        plays=(),
        transitions=(),
        automation=(),
        tempo_beats=np.zeros(1),
        tempo_bpm=np.full(1, 120.0),
        end_beat=float(n),
        seed=0,
    )
    return Mix(
        audio_path=Path("x"),
        sample_rate_hz=48000,
        duration_s=n / 2,
        beat_grid=BeatGrid(beats_s=np.arange(n + 1.0) / 2),
        plan=plan,
        tracks=(),
        sections=sections,
        phrases_beats=np.zeros(1),
        energy=np.repeat([level for _, level in FORM], bars),
        loudness_lufs=-14,
        true_peak_dbtp=-1,
        waveforms=np.zeros((3, 1)),
    )


def call(who: str, name: str, bar: float, bars: float, *, mirrored: bool = False) -> MoveCall:
    return MoveCall(
        performer=who, move=name, start_beat=4 * bar, length_beats=4 * bars, intensity=1.0, mirrored=mirrored
    )


def dance(*calls: MoveCall) -> Choreography:
    return Choreography(
        performers=(A, B), calls=calls, footsteps={p.id: footsteps_of(p, calls, MOVES) for p in (A, B)}
    )


def test_novelty_is_one_where_the_dance_turns_with_the_music_and_a_half_for_a_loop() -> None:
    sections = np.repeat([0, 1, 2, 3], 8)
    with_music = np.repeat([0.0, 5.0, 0.0, 5.0], 8)[:, None]
    assert novelty(with_music, sections) == 1.0
    assert novelty(np.zeros((32, 1)), sections) == 0.5
    assert novelty(np.roll(with_music, 4, axis=0), sections) == 0.0
    assert novelty(with_music, np.zeros(32, dtype=np.int64)) is None


def test_correlation_contrast_lift_and_rank_have_their_known_answers() -> None:
    music = np.linspace(0, 1, 16)
    assert energy_correlation(music, music**3) == pytest.approx(1.0)
    assert energy_correlation(music, -music) == pytest.approx(-1.0)
    assert energy_correlation(music, np.ones(16)) == 0.0
    assert energy_correlation(music[:3], music[:3]) is None
    assert section_contrast(np.repeat([0.0, 3.0], 4)[:, None], np.repeat([0, 1], 4)) == pytest.approx(3.0)
    assert amplitude_lift_db(np.where(music > 0.5, 2.0, 1.0), music) == pytest.approx(6.0206, abs=1e-3)
    assert drop_picture(np.array([1.0, 2.0, 9.0, 3.0]), [2]) == 1.0
    assert drop_picture(np.ones(8), [2]) == 0.5
    assert drop_picture(np.ones(8), []) is None


def test_stillness_counts_where_it_is_heard() -> None:
    still = np.zeros(16, dtype=bool)
    assert stillness(still, [8]) == 0.0
    still[7] = True
    assert stillness(still, [8]) == 1.0
    still[2] = True
    assert stillness(still, [8]) == pytest.approx(2 / 3)
    assert stillness(still, []) is None


def test_a_mirrored_move_is_as_large_on_the_other_arm() -> None:
    mix = make_mix()
    plain, turned = dance(call("a", "large", 0, 8)), dance(call("a", "large", 0, 8, mirrored=True))
    one, two = (paper_motion(d, A, MOVES, mix.beat_grid, 8) for d in (plain, turned))
    np.testing.assert_allclose(one.speed[:, 4], two.speed[:, 3])
    np.testing.assert_allclose(one.size, two.size)
    assert mirrored_channel("left_shoulder_roll") == ("right_shoulder_roll", -1.0)
    assert mirrored_channel("right_elbow") == ("left_elbow", 1.0)
    assert one.speed[2:6, 4] == pytest.approx(np.full(4, 1.0))  # one radian a beat
    np.testing.assert_allclose(one.still[1:7], 0.0)


def test_a_loop_scores_nothing_that_needs_change() -> None:
    found = measure_composition(
        dance(call("a", "large", 0, 32), call("b", "large", 0, 32)), MOVES, make_mix()
    )
    assert found is not None
    assert (found.novelty, found.returns, found.relations) == (0.5, 0.5, 0.0)
    assert found.repeats == pytest.approx(7 / 8)
    assert found.energy_correlation == pytest.approx(0.0, abs=0.3)
    assert found.stillness == 0.0
    assert found.space_m2 == pytest.approx(2 * np.pi * 0.8**2, rel=0.03)


def test_a_dance_that_follows_the_music_scores() -> None:
    calls = []
    for k, (label, _) in enumerate(FORM):
        for half in (0, 4):
            name = "large" if label == "drop" else "small"
            bars = 3 if label == "verse" and half == 4 else 4
            for who in ("a", "b"):
                calls.append(call(who, name, 8 * k + half, bars, mirrored=half == 4 and who == "b"))
    for bar in (8, 24):
        calls = [c for c in calls if c.start_beat != 4 * bar]
        calls += [call(who, "huge", bar, 4) for who in ("a", "b")]
    found = measure_composition(dance(*calls), MOVES, make_mix())
    assert found is not None
    assert found.returns == 1.0
    assert found.energy_correlation is not None
    assert found.energy_correlation > 0.7
    assert found.drop_picture is not None
    assert found.drop_picture > 0.8
    assert found.amplitude_lift_db is not None
    assert found.amplitude_lift_db > 6.0
    assert found.relations == pytest.approx(np.log(2) / np.log(4), rel=0.1)  # unison and mirror, evenly
    names = [figure.name for figure in composition_figures(found)]
    assert "composition_drop_picture" in names
    assert len(set(names)) == len(names)


def test_canon_and_answer_are_seen() -> None:
    answer = dance(*(call("ab"[bar % 2], "large", bar, 1) for bar in range(32)))
    found = measure_composition(answer, MOVES, make_mix())
    assert found is not None
    assert found.relations == 0.0  # one kind of relation only, however clear
    mixed = dance(
        *(call("ab"[bar % 2], "large", bar, 1) for bar in range(16)),
        *(call(who, "large", bar, 1) for bar in range(16, 32) for who in "ab"),
    )
    found = measure_composition(mixed, MOVES, make_mix())
    assert found is not None
    assert found.relations == pytest.approx(0.5, abs=0.02)
    words = ["small", "large", "huge"] * 11
    canon = dance(
        *(call("a", words[bar], bar, 1) for bar in range(32)),
        *(call("b", words[bar - 1 if bar < 16 else bar], bar, 1) for bar in range(1, 32)),
    )
    found = measure_composition(canon, MOVES, make_mix())
    assert found is not None
    shares = np.array([15, 16, 1]) / 32  # canon, unison, and one bar in which the second waits
    assert found.relations == pytest.approx(-np.sum(shares * np.log(shares)) / np.log(4))


def test_walking_covers_more_floor() -> None:
    standing = measure_composition(dance(call("a", "large", 0, 32)), MOVES, make_mix())
    walking = measure_composition(
        dance(call("a", "walk", 0, 8), call("a", "large", 8, 24)), MOVES, make_mix()
    )
    assert standing is not None
    assert walking is not None
    assert walking.space_m2 - standing.space_m2 == pytest.approx(
        1.6 * 1.6, rel=0.1
    )  # 1.6 m of a way 1.6 m wide


def test_nobody_dancing_or_hardly_any_music_is_no_zero() -> None:
    mix = make_mix()
    nobody = Choreography(performers=(), calls=())
    assert measure_composition(nobody, MOVES, mix) is None
    assert measure_composition(dance(call("a", "large", 0, 4)), MOVES, make_mix(bars=1)) is None
