"""The ear as a whole: blocks, levels, silence, music that claps, people who do."""

from itertools import pairwise

import numpy as np
import pytest
from tests.hearing.halls import air, begun, echo_of, in_hall, told

from temirbek.demo.hall import crowd_sound, hard_music
from temirbek.errors import InvalidInput
from temirbek.hearing import RATE_HZ, HallEar
from temirbek.types.hall import HallSound

SECONDS = 14.5


@pytest.fixture(scope="module")
def evening() -> tuple[np.ndarray, np.ndarray]:
    """Music in a room whose clock drifts; somebody applauds from 8 s to 12 s, six decibels below it."""
    music = hard_music(SECONDS, 41)
    people = in_hall(crowd_sound("applause", 4.0, 60, 5), 7, 8.0, SECONDS, gain=0.5)
    return echo_of(music, 3, drift_ppm=30.0) + people + air(SECONDS, 1), music


@pytest.fixture(scope="module")
def expected(evening: tuple[np.ndarray, np.ndarray]) -> list[HallSound]:
    """What is told of it in blocks of a tenth of a second."""
    return told(*evening)


def test_applause_over_music_is_told_once_begun_and_ended(expected: list[HallSound]) -> None:
    sounds = [one for one in expected if one.kind == "applause"]
    assert [one.state for one in sounds if one.state != "goes_on"] == ["began", "ended"]
    began = sounds[0]
    assert 8.0 < began.host_s - 100.0 < 10.0
    assert abs(began.onset_host_s - 108.0) < 0.6
    assert all(b.host_s - a.host_s > 0.25 for a, b in pairwise(sounds) if b.state == "goes_on")


@pytest.mark.parametrize("block", [160, 1023, 16000])
def test_blocks_of_any_length_tell_the_same(
    evening: tuple[np.ndarray, np.ndarray], expected: list[HallSound], block: int
) -> None:
    found = told(*evening, block=block)
    assert [(one.kind, one.state) for one in found] == [(one.kind, one.state) for one in expected]
    for a, b in zip(found, expected, strict=True):
        assert a.host_s == pytest.approx(b.host_s, abs=1e-9)
        assert a.onset_host_s == pytest.approx(b.onset_host_s, abs=1e-9)
        assert a.confidence == b.confidence


@pytest.mark.parametrize("gain_db", [(-20.0, 0.0), (20.0, -20.0), (0.0, 20.0)])
def test_no_level_changes_what_is_told(
    evening: tuple[np.ndarray, np.ndarray], gain_db: tuple[float, float]
) -> None:
    gains = [np.float32(10 ** (db / 20)) for db in gain_db]
    expected, found = (
        begun(told(*evening)),
        begun(told(*(g * x for g, x in zip(gains, evening, strict=True)))),
    )
    assert [kind for kind, _ in found] == [kind for kind, _ in expected]
    assert np.allclose([at for _, at in found], [at for _, at in expected], atol=0.26)


def test_silence_tells_nothing() -> None:
    nothing = np.zeros(8 * RATE_HZ, dtype=np.float32)
    assert told(nothing, nothing) == []
    assert told(nothing, hard_music(8.0, 2)) == []
    assert told(air(8.0, 4), nothing) == []


def test_music_that_claps_tells_nothing() -> None:
    music = hard_music(24.0, 18)
    claps = 0.03 * crowd_sound("clapping_along", 24.0, 3, 8, tempo_bpm=110.0)
    both = music + claps
    assert told(echo_of(both, 12, drift_ppm=-40.0) + air(24.0, 2), both) == []


@pytest.mark.parametrize(("kind", "people"), [("applause", 12), ("applause", 200), ("cheering", 40)])
def test_people_are_heard_where_no_music_plays(kind: str, people: int) -> None:
    sound = in_hall(crowd_sound(kind, 4.0, people, 3), 5, 4.0, 12.0)  # type: ignore[arg-type]
    found = begun(told(sound + air(12.0, 3), np.zeros_like(sound)))
    assert found[0][0] == kind
    assert found[0][1] < 5.6
    assert all(4.0 < at < 8.5 for _, at in found)


def test_what_is_no_block_is_refused() -> None:
    with pytest.raises(InvalidInput, match="mono and alike long"):
        HallEar().hear(np.zeros(10, np.float32), np.zeros(9, np.float32), 0.0)


def test_a_broken_sample_harms_nothing(
    evening: tuple[np.ndarray, np.ndarray], expected: list[HallSound]
) -> None:
    microphone = evening[0].copy()
    microphone[70000] = np.nan
    assert [kind for kind, _ in begun(told(microphone, evening[1]))] == [kind for kind, _ in begun(expected)]
