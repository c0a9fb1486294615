"""Looks, music and flashes; Art-Net's bytes."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from temirbek.errors import InvalidInput
from temirbek.signals import artnet
from temirbek.signals.flashes import TENTH, FlashLimit
from temirbek.signals.lights import HOUSE, SECTIONS, Music, Rig
from temirbek.types import SECTION_LABELS
from temirbek.types.evening import HOUSE_LOOKS, Fixture, Look

LAMPS = tuple(
    Fixture(
        id=f"lamp{k}", universe=0, channel=1 + 5 * k, channels=("dimmer", "red", "green", "blue", "strobe")
    )
    for k in range(3)
)


def levels(rig: Rig, host_s: float, music: Music | None = None) -> np.ndarray:
    """Dimmer, red, green, blue, strobe of each lamp."""
    return np.frombuffer(rig.render(host_s, music)[0], dtype=np.uint8)[:15].reshape(3, 5)


def test_all_house_looks_and_sections_are_known() -> None:
    assert set(HOUSE) == set(HOUSE_LOOKS)
    assert set(SECTIONS) == set(SECTION_LABELS)


def test_a_look_fades_in_and_holds_levels_beside_it() -> None:
    rig = Rig(LAMPS)
    rig.call("warm", 2.0, {"0.100": 77, "3.1": 5}, 10.0)
    half, whole = levels(rig, 11.0)[0, 0], levels(rig, 12.1)[0, 0]
    assert half == pytest.approx(whole / 2, abs=2)
    frames = rig.render(12.2, None)
    assert (frames[0][99], frames[3][0]) == (77, 5)


def test_a_venues_look_concerns_its_own_lamps() -> None:
    rig = Rig(LAMPS, [Look(id="steppe", color="#ff9a3c", fixtures=("lamp1",))])
    rig.call("cool", 0.0, {}, 0.0)
    before = levels(rig, 0.1)
    rig.call("steppe", 0.0, {}, 0.2)
    after = levels(rig, 0.3)
    assert (after[[0, 2]] == before[[0, 2]]).all()
    assert tuple(after[1, 1:4]) == (255, 154, 60)


def test_unknown_looks_and_channels_are_refused() -> None:
    rig = Rig(LAMPS)
    with pytest.raises(InvalidInput, match="warm"):
        rig.call("disco", 0.0, {}, 0.0)
    with pytest.raises(InvalidInput, match=r"'0\.513'.*'x'"):
        rig.call("warm", 0.0, {"0.513": 1, "x": 2}, 0.0)


def test_full_light_follows_sections_and_bars() -> None:
    rig = Rig(LAMPS)
    rig.call("drop", 0.0, {}, 0.0)

    def mean(section: str, progress: float, at_s: float) -> float:
        bar = [
            levels(rig, at_s + k / 40, Music(beat=k / 20, section=section, progress=progress))
            for k in range(80)
        ]
        return float(np.mean([b[:, 0] for b in bar]))

    assert mean("drop", 0.5, 0.0) > mean("verse", 0.5, 10.0) > mean("intro", 0.2, 20.0)
    assert mean("break", 0.5, 30.0) < mean("verse", 0.5, 40.0)
    still = levels(rig, 60.0)
    assert (levels(rig, 61.0) == still).all()


def test_stop_is_dark_at_once_and_then_light_to_work_by() -> None:
    rig = Rig(LAMPS)
    rig.call("drop", 0.0, {"0.1": 255}, 0.0)
    music = Music(beat=0.0, section="drop")
    assert levels(rig, 1.0, music).max() > 200
    rig.stop(1.1)
    assert levels(rig, 1.1, music)[:, 0].max() == 0
    work = levels(rig, 2.0, music)
    assert (work[:, 0] == 128).all()
    assert (work[:, 1:4] == 255).all()
    assert (work[:, 4] == 0).all()


@settings(max_examples=40, deadline=None)
@given(wanted=st.lists(st.floats(0, 1), min_size=80, max_size=200))
def test_never_more_than_three_flashes_a_second(wanted: list[float]) -> None:
    limit = FlashLimit()
    shown = [limit.pass_on(b, k / 40) for k, b in enumerate(wanted)]
    assert all(s <= w + 1e-9 for s, w in zip(shown, wanted, strict=True))
    rises, low, high, is_up = [], shown[0], shown[0], True
    low = 0.0
    is_up = False
    for k, brightness in enumerate(shown):
        if is_up:
            high = max(high, brightness)
            if brightness <= high - TENTH:
                is_up, low = False, brightness
        else:
            low = min(low, brightness)
            if brightness >= low + TENTH:
                rises.append(k / 40)
                is_up, high = True, brightness
    assert all(b - a >= 1.0 for a, b in zip(rises, rises[3:], strict=False))


@settings(max_examples=20, deadline=None)
@given(universe=st.integers(0, 32767), data=st.binary(min_size=1, max_size=512), sequence=st.integers(0, 255))
def test_artnet_packets_are_read_as_written(universe: int, data: bytes, sequence: int) -> None:
    packet = artnet.to_bytes(universe, data, sequence)
    assert packet[:12] == b"Art-Net\0\x00\x50\x00\x0e"
    assert artnet.from_bytes(packet) == (universe, sequence, data + b"\0" * (len(data) % 2))
    with pytest.raises(InvalidInput):
        artnet.from_bytes(packet[:15])
