"""Adilet's part: within its zone, home again, never the same thing over, the leap on the drop."""

from itertools import pairwise

import numpy as np
import pytest
from tests.choreography.makers import CAST, FORM, make_mix

from temirbek.choreography import compose, load_moves
from temirbek.types import Choreography, MoveCall, Place, footsteps_of, place_at, start_place

MOVES = load_moves()
ADILET = next(p for p in CAST if p.robot == "go2")
ZONE_M = 0.5
FORMS = {
    "a set": (make_mix(), 4),
    "slow": (make_mix(90.0, 92.0), 4),
    "fast": (make_mix(138.0, 140.0), 4),
    "in three": (make_mix(110.0, 110.0, beats_per_bar=3), 3),
    "odd bars": (make_mix(form=tuple((t, s, b + 1, e) for t, s, b, e in FORM)), 4),
}


def dance(name: str, seed: int = 0) -> tuple[Choreography, list[MoveCall], int]:
    mix, bar = FORMS[name]
    made = compose(mix, [ADILET], MOVES, seed=seed)
    return made, sorted(made.calls, key=lambda c: c.start_beat), bar


@pytest.mark.parametrize("name", FORMS)
@pytest.mark.parametrize("seed", [0, 1, 5])
def test_it_stays_in_its_zone_and_comes_home_facing_as_it_began(name: str, seed: int) -> None:
    made, calls, _ = dance(name, seed)
    home = start_place(ADILET)
    steps = made.footsteps[ADILET.id]
    assert steps == footsteps_of(ADILET, calls, MOVES)
    for step in steps:
        assert np.hypot(step.end.x_m - home.x_m, step.end.y_m - home.y_m) <= ZONE_M
    end = place_at(ADILET, steps, 1e6)
    apart: Place = end.seen_from(home)
    assert abs(apart.x_m) < 0.01
    assert abs(apart.y_m) < 0.01
    assert abs((apart.heading_rad + np.pi) % (2 * np.pi) - np.pi) < 0.01


@pytest.mark.parametrize("name", FORMS)
@pytest.mark.parametrize("seed", [0, 1, 5])
def test_no_move_comes_again_within_four_bars(name: str, seed: int) -> None:
    _, calls, bar = dance(name, seed)
    last: dict[str, MoveCall] = {}
    before = ""
    for call in calls:
        if MOVES[call.move].family == "freezes":  # stillness is no move
            continue
        earlier = last.get(call.move)
        if earlier is not None and call.move != before:  # a quarter turn and back is one figure
            gap = call.start_beat - (earlier.start_beat + earlier.length_beats)
            assert gap >= 4 * bar - 1e-6, f"{call.move} again at beat {call.start_beat}"
        last[call.move], before = call, call.move


def test_the_leap_lands_in_the_drop_and_stillness_comes_before_it() -> None:
    mix, _ = FORMS["a set"]
    _, calls, bar = dance("a set")
    drops = [
        s.section.start_beat
        for before, s in pairwise(mix.sections)
        if s.section.label == "drop" and before.section.label != "drop"
    ]
    assert drops
    for beat in drops:
        (opening,) = [c for c in calls if abs(c.start_beat - beat) < 1e-6]
        assert MOVES[opening.move].family == "leaps"
        (still,) = [c for c in calls if abs(c.start_beat + c.length_beats - beat) < 1e-6]
        assert MOVES[still.move].family == "freezes"
        assert still.length_beats == bar


def test_a_build_ends_in_the_crouch_and_calm_music_has_it_rest() -> None:
    _, calls, _ = dance("a set")
    mix, _ = FORMS["a set"]
    label = {
        c.start_beat: s.section.label
        for c in calls
        for s in mix.sections
        if s.section.start_beat <= c.start_beat < s.section.end_beat
    }
    crouches = [c for c in calls if MOVES[c.move].family == "crouches"]
    assert crouches
    drops = [s.section.start_beat for s in mix.sections if s.section.label == "drop"]
    assert all(any(0.0 < beat - c.start_beat <= 16.0 for beat in drops) for c in crouches)
    idle = [c for c in calls if MOVES[c.move].family == "idle"]
    assert idle
    assert all(label[c.start_beat] in ("intro", "break", "outro") for c in idle)


def test_the_same_music_brings_the_same_turns_back_mirrored() -> None:
    form = (("one", "intro", 8, 0.3), ("one", "drop", 8, 0.9), ("one", "break", 8, 0.3)) * 3
    calls = compose(make_mix(120.0, 120.0, form=form), [ADILET], MOVES, seed=0).calls  # type: ignore[arg-type]

    def drop(time: int) -> list[tuple[str, float, bool]]:
        first = 96.0 * time + 32.0
        return [
            (c.move, c.start_beat - first, c.mirrored) for c in calls if first <= c.start_beat < first + 32
        ]

    assert [c[:2] for c in drop(0)] == [c[:2] for c in drop(1)] == [c[:2] for c in drop(2)]
    assert all(a[2] != b[2] for a, b in zip(drop(0), drop(1), strict=True))


def test_it_is_seldom_without_anything_to_do_and_uses_much_of_its_vocabulary() -> None:
    made, calls, _ = dance("a set")
    danced = sum(c.length_beats for c in calls)
    span = calls[-1].start_beat + calls[-1].length_beats - calls[0].start_beat
    assert danced > 0.9 * span
    assert len({c.move for c in calls}) >= 12
    assert made.notes
