"""The ears beside the stage: the known mix of the right instants, a simulated hall, what is told."""

import time
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from temirbek.errors import InvalidInput
from temirbek.hearing import RATE_HZ
from temirbek.stage.audio.ring import Ring
from temirbek.stage.clock import SAMPLE_RATE_HZ, DeviceTime, SharedClock
from temirbek.stage.ears.desk import EarsDesk
from temirbek.stage.ears.microphone import PeopleSounding, Resampler, Room
from temirbek.stage.ears.simulated import SimulatedMicrophone
from temirbek.stage.ears.tap import Tap
from temirbek.types import Ears

RANDOM = np.random.default_rng(3)


@pytest.fixture
def playing(tmp_path: Path) -> Any:
    """A sound process that has played a known ramp: sample f is f / 1e5 on both channels."""
    ring = Ring.create(tmp_path / "sound.ring")
    clock = SharedClock.create(tmp_path / "clock.shm")
    frames = np.arange(48_000, dtype=np.float32)
    ring.write(0, np.stack([frames, frames], axis=1) / 1e5)
    clock.write_device(DeviceTime(frame=40_000.0, host_s=time.monotonic()))
    yield tmp_path, clock.read().device
    ring.close()
    clock.close()


def test_the_tap_reads_what_the_loudspeaker_plays_at_an_instant(playing: Any) -> None:
    folder, device = playing
    tap = Tap(folder)
    end_s = device.host_at(30_000)
    heard = tap.read(end_s, 480)
    assert heard == pytest.approx((np.arange(480) + 30_000 - 479) / 1e5, abs=1.1e-5)  # to a sample
    tap.close()


def test_the_tap_is_silent_about_what_is_not_known(playing: Any) -> None:
    folder, device = playing
    tap = Tap(folder)
    future = tap.read(device.host_at(48_000 + 240), 480)
    assert future[:239] == pytest.approx((np.arange(239) + 48_000 - 239) / 1e5, abs=1.1e-5)
    assert not future[242:].any()
    tap.close()


def test_without_a_sound_process_the_tap_hears_silence(tmp_path: Path) -> None:
    tap = Tap(tmp_path)
    assert not tap.read(time.monotonic(), 480).any()
    tap.close()


def test_a_room_is_the_same_in_blocks_of_any_length() -> None:
    response, sound = RANDOM.standard_normal(700), RANDOM.standard_normal(5000).astype(np.float32)
    whole, room, pieces, at = Room(response).pass_through(sound), Room(response), [], 0
    for n in (1, 37, 800, 1600, 2562):
        pieces.append(room.pass_through(sound[at : at + n]))
        at += n
    assert np.concatenate(pieces) == pytest.approx(whole, abs=1e-3)


def test_resampling_keeps_count_of_its_instants() -> None:
    resampler, out = Resampler(), []
    for _ in range(40):
        out.append(resampler.push(np.zeros(1234, dtype=np.float32)))
    came_s, went_s = 40 * 1234 / SAMPLE_RATE_HZ, sum(map(len, out)) / RATE_HZ
    assert resampler.behind_s == pytest.approx(came_s - went_s)
    assert 0.0 <= resampler.behind_s < 0.05


def test_people_sound_when_they_are_meant_to() -> None:
    people = PeopleSounding()
    people.add(10.0, np.ones(RATE_HZ, dtype=np.float32))
    before, across = people.between(9.9, 1600), people.between(10.05, 1600)
    assert not before.any()
    assert across.sum() == pytest.approx(800, abs=1)  # the second half of a tenth of a second
    people.between(12.0, 160)
    assert not people.between(10.5, 160).any()  # what is over is forgotten


def test_a_simulated_microphone_hears_the_mix_and_the_people(tmp_path: Path) -> None:
    microphone = SimulatedMicrophone(Tap(tmp_path), seed=1)
    now_s = time.monotonic()
    microphone.let_sound("applause", at_s=now_s + 0.5, seconds=1.0, people=50, level_db=0.0, tempo_bpm=None)
    time.sleep(1.0)  # its sound is made in a thread
    heard = [microphone.listen(now_s + 0.05 * k) for k in range(1, 41)]
    pieces = [h for h in heard if h is not None]
    level = {
        is_after: float(
            np.sqrt(
                np.mean(
                    np.concatenate([h.microphone for h in pieces if (h.host_s > now_s + 0.5) is is_after])
                    ** 2
                )
            )
        )
        for is_after in (False, True)
    }
    assert level[True] > 10 * level[False]
    assert not np.concatenate([h.reference for h in pieces]).any()  # nothing plays
    steps = np.diff([h.host_s for h in pieces])
    assert steps == pytest.approx([len(h.microphone) / RATE_HZ for h in pieces[1:]], abs=2e-3)


class _Server:
    """Keeps what is told."""

    def __init__(self) -> None:
        self.told: list[dict[str, Any]] = []

    def publish(self, body: dict[str, Any]) -> None:
        self.told.append(body)


def test_orders_that_make_no_sense_are_refused_with_the_reason(tmp_path: Path) -> None:
    server: Any = _Server()
    desk = EarsDesk(Ears(source="simulated"), Tap(tmp_path), server, seed=1)
    good = {"do": "simulate", "kind": "applause", "at_host_s": 0.0, "seconds": 1, "people": 3, "level_db": 0}
    for wrong, reason in (
        ({"kind": "booing"}, "expected one of"),
        ({"people": 0}, "people"),
        ({"seconds": 1e9}, "at most"),
        ({"level_db": 90}, "expected -60"),
        ({"people": "many"}, "many"),
    ):
        with pytest.raises(InvalidInput, match=reason):
            desk._do({**good, **wrong})
    with pytest.raises(InvalidInput, match="know no command"):
        desk._do({"do": "dance"})
    desk.close()


def test_a_microphone_that_is_not_there_is_told_once(tmp_path: Path) -> None:
    server: Any = _Server()
    desk = EarsDesk(Ears(source="microphone", device="no such microphone"), Tap(tmp_path), server, seed=1)
    for k in range(5):
        desk.look(100.0 + 5.0 * k)
    faults = [t for t in server.told if t["event"] == "fault"]
    assert len(faults) == 1 and "not heard" in faults[0]["what"]
    desk.close()
