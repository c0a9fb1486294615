"""Laws of numbers: what a choreographer wrote stands, and artists keep their floor."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from temirbek.choreography import compose, load_moves, pinned_bars
from temirbek.choreography.floor import CLEAR_M, distance_to_zone
from temirbek.choreography.layers import layers_of
from temirbek.errors import InvalidInput
from temirbek.show import bars_from_text, bars_to_text
from temirbek.types import (
    LAYERS,
    REST,
    Artist,
    Choreography,
    Number,
    Performer,
    PinnedBars,
    place_at,
    round_zone,
    zones_of,
)

from .makers import CAST, make_mix

MOVES = load_moves()
SINGER = Artist(id="aigul", name="Aigul", mark_m=(2.6, 0.0), zone_m=round_zone((2.6, 0.0), 0.5))
APART: tuple[Performer, ...] = (
    replace(CAST[0], mark_m=(0.6, 1.6)),
    replace(CAST[1], mark_m=(0.6, -1.6)),
    CAST[2],
    replace(CAST[3], mark_m=(-1.5, 3.2)),
)
WITH_WINGS: tuple[Performer, ...] = (
    replace(CAST[0], wings_m=(1.0, 2.4)),
    replace(CAST[1], wings_m=(1.0, -2.4)),
    CAST[2],
    replace(CAST[3], mark_m=(-1.5, 3.0)),
)


def places(dance: Choreography, performer: Performer, beats: np.ndarray) -> np.ndarray:  # type: ignore[type-arg]
    found = [place_at(performer, dance.footsteps[performer.id], float(b)) for b in beats]
    return np.array([(p.x_m, p.y_m, p.heading_rad) for p in found])


@settings(max_examples=3, deadline=None)
@given(seed=st.integers(0, 2**31), bpm=st.floats(84.0, 138.0), with_wings=st.booleans())
def test_a_dance_written_out_is_read_back_unchanged(seed: int, bpm: float, with_wings: bool) -> None:
    cast, mix = WITH_WINGS if with_wings else CAST, make_mix(bpm, bpm)
    first = compose(mix, cast, MOVES, seed=seed)
    text = bars_to_text(pinned_bars(first, mix, MOVES), heading="a dance")
    number = Number(id="all", title="All", bars=bars_from_text(text, where="bars.toml"))
    again = compose(mix, cast, MOVES, seed=seed, numbers=(number,))
    assert again.calls == first.calls
    assert again.footsteps == first.footsteps
    assert again.accents == first.accents
    other = compose(mix, cast, MOVES, seed=seed + 1, numbers=(number,))
    assert other.calls == first.calls


@settings(max_examples=4, deadline=None)
@given(
    seed=st.integers(0, 2**31),
    bar=st.integers(2, 40),
    move=st.sampled_from(["points", "hips", "drop_pose", "march", REST]),
)
def test_a_pinned_bar_stands_and_nothing_else_sounds_there(seed: int, bar: int, move: str) -> None:
    mix = make_mix(104.0, 104.0)
    pin = PinnedBars(performer="sky", bar=bar, length_bars=2, move=move, intensity=0.77)
    dance = compose(mix, CAST, MOVES, seed=seed, numbers=(Number(id="n", title="N", bars=(pin,)),))
    start, end = 4.0 * (bar - 1), 4.0 * (bar + 1)
    sounding = [
        c
        for c in dance.calls
        if c.performer == "sky" and c.start_beat < end - 1e-6 and c.start_beat + c.length_beats > start + 1e-6
    ]
    mine = [c for c in sounding if c.move == move and c.intensity == 0.77]
    pinned = LAYERS if move == REST else layers_of(mine[0], MOVES[move])
    assert len(mine) == (move != REST)
    for call in sounding:
        if call not in mine:
            assert not set(layers_of(call, MOVES[call.move])) & set(pinned)


def test_faults_of_pinned_bars_are_told_all_at_once() -> None:
    bars = (
        PinnedBars(performer="skye", bar=3, move="points"),
        PinnedBars(performer="sky", bar=3, move="pionts"),
        PinnedBars(performer="sky", bar=99, move="points", layers=("legs",)),
        PinnedBars(performer="sky", bar=5, move="march", length_beats=3.0),
        PinnedBars(performer="sky", bar=7, move="walk_forward", parameters=(("strid", 1.0), ("drift", 7.0))),
        PinnedBars(performer="gold", bar=9, length_bars=2, move="points"),
        PinnedBars(performer="gold", bar=10, move="claps"),
        PinnedBars(performer="gold", bar=20, move="cat_bow"),
    )
    with pytest.raises(InvalidInput) as caught:
        compose(make_mix(100.0, 100.0), CAST, MOVES, numbers=(Number(id="n", title="N", bars=bars),))
    for part in (
        "number[0].bars[0].performer: 'skye': nobody has this id; did you mean 'sky'?",
        "number[0].bars[1].move: 'pionts': no such move for a g1; did you mean 'points'?",
        "number[0].bars[2].bar: 99: expected 1 to 48",
        "number[0].bars[2].layers: 'points' does not move 'legs'",
        "number[0].bars[3]: 'march' steps, so it lasts a whole number of its 2 beats, not 3",
        "number[0].bars[4].parameters.strid: 'walk_forward' has no such knob; did you mean 'stride'?",
        "number[0].bars[4].parameters.drift: 7: expected -1 to 1",
        "number[0].bars[6]: torso, left_arm, right_arm of 'gold' is already pinned there by number[0].bars[5]",
        "number[0].bars[7].move: 'cat_bow': no such move of another body for a g1",
    ):
        assert part in str(caught.value), str(caught.value)


@settings(max_examples=3, deadline=None)
@given(seed=st.integers(0, 2**31))
def test_dancers_come_from_their_wings_and_go_back(seed: int) -> None:
    mix = make_mix(104.0, 104.0)
    dance = compose(mix, WITH_WINGS, MOVES, seed=seed)
    for performer in WITH_WINGS[:2]:
        way = places(dance, performer, np.arange(0.0, 192.0, 0.5))
        assert performer.wings_m is not None
        np.testing.assert_allclose(way[0, :2], performer.wings_m)
        np.testing.assert_allclose(way[-1, :2], performer.wings_m, atol=1e-9)
        assert np.min(np.linalg.norm(way[:, :2] - performer.mark_m, axis=1)) < 1e-9
    ways = [places(dance, p, np.arange(0.0, 192.0, 0.5))[:, :2] for p in WITH_WINGS[:2]]
    assert np.min(np.linalg.norm(ways[0] - ways[1], axis=1)) >= 1.2 - 1e-6


@settings(max_examples=2, deadline=None)
@given(seed=st.integers(0, 2**31))
def test_artists_keep_their_floor_are_faced_and_get_room_in_solos(seed: int) -> None:
    number = Number(
        id="song", title="Song", artists=(SINGER,), face="aigul", from_bar=9, to_bar=40, solos=((17, 24),)
    )
    mix = make_mix(104.0, 104.0)
    dance = compose(mix, APART, MOVES, seed=seed, numbers=(number,))
    (zone,) = zones_of((number,))
    plain = compose(mix, APART, MOVES, seed=seed)
    for performer in APART[:2]:
        for x, y, _ in places(dance, performer, np.arange(0.0, 192.0, 1.0)):
            assert distance_to_zone(x, y, zone.corners_m) >= CLEAR_M - 1e-6
        for x, y, heading in places(dance, performer, np.arange(52.0, 158.0, 4.0)):
            to_singer = np.clip(np.arctan2(0.0 - y, 2.6 - x), -1.0, 1.0)
            assert abs(heading - to_singer) < 0.3, "turned by steps, so a step or two behind"
        solo = [c.intensity for c in dance.calls if c.performer == performer.id and 68 <= c.start_beat < 92]
        without = [
            c.intensity for c in plain.calls if c.performer == performer.id and 68 <= c.start_beat < 92
        ]
        assert np.mean(solo) < 0.7 * np.mean(without)


def test_marks_in_an_artists_zone_are_refused() -> None:
    near = Artist(id="a", name="Aigul", mark_m=(1.2, -0.9), zone_m=round_zone((1.2, -0.9), 0.5))
    with pytest.raises(InvalidInput, match=r"the mark of 'sky' at \[1\.2, 0\.95\] m lies so near"):
        compose(make_mix(), CAST, MOVES, numbers=(Number(id="n", title="N", artists=(near,)),))
    dj = Artist(id="a", name="Aigul", mark_m=(-1.0, 0.0), zone_m=round_zone((-1.0, 0.0), 0.3))
    with pytest.raises(
        InvalidInput, match=r"'temirbek' at \[-1\.4, 0\.0\] m stands 0\.09 m from the zone of Aigul"
    ):
        compose(make_mix(), CAST, MOVES, numbers=(Number(id="n", title="N", artists=(dj,)),))


def test_pinned_steps_that_lead_too_near_are_refused() -> None:
    pins = tuple(
        PinnedBars(performer="sky", bar=bar, move="walk_side", mirrored=True, tempo_rule=1.0)
        for bar in range(10, 16)
    )
    with pytest.raises(InvalidInput, match=r"bar \d+: with the pinned bars 'sky' and 'gold' come within"):
        compose(make_mix(104.0, 104.0), CAST, MOVES, numbers=(Number(id="n", title="N", bars=pins),))


def test_bars_pinned_on_the_way_from_the_wings_are_refused_and_later_ones_are_not() -> None:
    mix = make_mix(104.0, 104.0)
    early = PinnedBars(performer="sky", bar=3, move="hips")
    with pytest.raises(InvalidInput, match=r"in the 4 beats before the first pinned bar, at 104 BPM"):
        compose(mix, WITH_WINGS, MOVES, numbers=(Number(id="n", title="N", bars=(early,)),))
    later = replace(early, bar=24)
    dance = compose(mix, WITH_WINGS, MOVES, numbers=(Number(id="n", title="N", bars=(later,)),))
    way = places(dance, WITH_WINGS[0], np.array([0.0, 191.0]))
    np.testing.assert_allclose(way[:, :2], [WITH_WINGS[0].wings_m] * 2, atol=1e-9)
