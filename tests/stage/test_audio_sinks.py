"""Sinks and the player: time goes on evenly whatever the device does."""

import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import soundfile
from hypothesis import given, settings
from hypothesis import strategies as st

from temirbek.errors import DeviceLost
from temirbek.stage.audio import portaudio
from temirbek.stage.audio.choice import choose, free_name, open_sink
from temirbek.stage.audio.player import Player, RingFeed, capture_into
from temirbek.stage.audio.ring import Ring, Stereo
from temirbek.stage.audio.sinks import Feed, FileSink, NullSink, Sink
from temirbek.stage.audio.tape import Tape
from temirbek.stage.audio.timing import DeviceClock
from temirbek.stage.clock import SAMPLE_RATE_HZ, DeviceTime, SharedClock
from temirbek.types.evening import SoundSetup


def ramp(n: int) -> Stereo:
    """Samples that tell their own frame."""
    return (np.arange(1, n + 1, dtype=np.float32) / 2**20).repeat(2).reshape(n, 2)


RAMP = ramp(600000)


@pytest.fixture(autouse=True)
def _memory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Tests leave nothing in the machine's memory."""
    (tmp_path / "shm").mkdir()
    monkeypatch.setattr("temirbek.stage.clock.MEMORY", tmp_path / "shm")


class Counting:
    """A feed that tells what was asked of it."""

    def __init__(self) -> None:
        self.given: list[tuple[int, float, float]] = []
        self.skipped = 0
        self.at = 0

    def fill(self, out: Stereo, sounds_at_host_s: float) -> None:
        self.given.append((self.at, sounds_at_host_s, time.monotonic()))
        out[:] = RAMP[self.at : self.at + len(out)]
        self.at += len(out)

    def skip(self, frames: int) -> None:
        self.skipped += frames
        self.at += frames

    def gap(self) -> None:
        raise AssertionError("a null sink knows how long it waited")


def test_the_null_sink_keeps_the_pace_of_the_clock() -> None:
    feed, sink = Counting(), NullSink(0.04)
    sink.start(feed)
    time.sleep(0.5)
    sink.close()
    first_s = feed.given[0][1]
    for frame, sounds_s, asked_s in feed.given:
        assert sounds_s == pytest.approx(first_s + frame / SAMPLE_RATE_HZ, abs=1e-9)
        assert asked_s >= sounds_s - 0.0401  # never more than its buffer ahead
    assert 0.3 < feed.at / SAMPLE_RATE_HZ < 10
    assert sink.why_dead() == ""


def test_a_measured_latency_moves_the_clock_and_nothing_else() -> None:
    feed, sink = Counting(), NullSink(0.04, 0.1)
    sink.start(feed)
    time.sleep(0.05)
    sink.close()
    frame, sounds_s, asked_s = feed.given[0]
    assert frame == 0
    assert sounds_s - asked_s <= 0.06  # the buffer's 40 ms and 60 more, less what the machine was late


@pytest.mark.parametrize("kind", ["flac", "wav"])
def test_the_file_sink_writes_what_it_was_given(tmp_path: Path, kind: str) -> None:
    path = tmp_path / f"a.{kind}"
    feed, sink = Counting(), FileSink(path, 0.04)
    sink.start(feed)
    time.sleep(0.3)
    sink.close()
    written = soundfile.read(path, dtype="float32")[0]
    assert len(written) == feed.at > 1900
    wrong = (written != RAMP[: feed.at]).any(axis=1)
    assert not written[wrong].any()
    assert wrong.sum() == feed.skipped


def test_a_second_recording_leaves_the_first_alone(tmp_path: Path) -> None:
    assert free_name(tmp_path / "sound.flac").name == "sound.flac"
    (tmp_path / "sound.flac").touch()
    (tmp_path / "sound-2.flac").touch()
    assert free_name(tmp_path / "sound.flac").name == "sound-3.flac"


def test_a_full_disk_is_told_and_nobody_waits_for_it() -> None:
    def write(frame: int, sound: Stereo) -> None:
        raise OSError("No space left on device")

    tape = Tape(write, lambda: None)
    tape.add(0, ramp(100))
    deadline_s = time.monotonic() + 5
    while not tape.why_broken and time.monotonic() < deadline_s:
        time.sleep(0.01)
    tape.add(100, ramp(100))
    tape.close()
    assert "No space left" in tape.why_broken


def test_a_file_that_cannot_be_written_is_refused(tmp_path: Path) -> None:
    with pytest.raises(DeviceLost, match="cannot be written"):
        FileSink(tmp_path / "none" / "a.flac", 0.04)
    with pytest.raises(DeviceLost, match=r"ends in \.flac"):
        FileSink(tmp_path / "a.mp3", 0.04)


class Fragile:
    """A device that a test can break."""

    name, words, block, latency_s = "fragile", "breaks when told to", 480, 0.02

    def __init__(self) -> None:
        self._null = NullSink(0.02)
        self.why = ""

    def start(self, feed: Feed) -> None:
        self._null.start(feed)

    def why_dead(self) -> str:
        return self.why

    def lateness_s(self) -> float:
        return 0.0

    def close(self) -> None:
        self._null.close()


@pytest.fixture
def shared(tmp_path: Path) -> Iterator[tuple[Ring, SharedClock]]:
    with (
        Ring.create(tmp_path / "ring") as ring,
        SharedClock.create(tmp_path / "clock.shm") as clock,
    ):
        ring.write(0, RAMP[:60000])
        yield ring, clock


def test_a_lost_device_loses_no_time_and_comes_back(
    shared: tuple[Ring, SharedClock], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("temirbek.stage.audio.player.LOOK_FOR_DEVICE_EVERY_S", 0.2)
    ring, clock = shared
    told: list[dict[str, Any]] = []
    first, second = Fragile(), Fragile()
    tries = iter([DeviceLost("not yet"), second])

    def reopen(setup: SoundSetup, folder: Path) -> Sink:
        thing = next(tries)
        if isinstance(thing, DeviceLost):
            raise thing
        return thing

    capture = capture_into(tmp_path / "capture.f32")
    player = Player(
        ring, clock, SoundSetup(), told.append, folder=tmp_path, capture=capture, sink=first, reopen=reopen
    )
    player.start()
    places: list[float] = []
    begin_s = time.monotonic()
    while (now_s := time.monotonic()) < begin_s + 20:
        player.look()
        if now_s > begin_s + 0.3:
            first.why = "pulled out"
        if now_s > begin_s + 0.05:
            places.append(clock.read().device.frame_at(begin_s + 10))  # for a steady clock always the same
        if any(event["event"] == "back" for event in told) and now_s > begin_s + 0.9:
            break
        time.sleep(0.01)
    player.close()
    capture.close()
    names = [event["event"] for event in told if event["event"] not in ("health", "underrun")]
    assert names == ["sink", "begun", "lost", "sink", "sink", "back"]
    lost = next(event for event in told if event["event"] == "lost")
    assert lost["why"] == "pulled out"
    assert np.ptp(places) < 3
    played = np.fromfile(tmp_path / "capture.f32", dtype=np.float32).reshape(-1, 2)[:60000]
    wrong = (played != RAMP[:60000][: len(played)]).any(axis=1)
    assert not played[wrong].any()  # silent where a loaded machine was late, never something else
    assert (~wrong).sum() > 10000


class Mute(Fragile):
    """A device that never asks for samples."""

    def start(self, feed: Feed) -> None:
        """Keeps still."""


@pytest.mark.parametrize("played", [None, 24000.0])
def test_a_device_that_dies_before_it_drew_moves_no_time(
    shared: tuple[Ring, SharedClock], tmp_path: Path, played: float | None
) -> None:
    ring, clock = shared
    told: list[dict[str, Any]] = []
    sink = Mute()
    player = Player(ring, clock, SoundSetup(), told.append, folder=tmp_path, sink=sink)
    begin_s = time.monotonic()
    player.start(None if played is None else DeviceTime(frame=played, host_s=begin_s))
    player.look()
    assert "begun" not in {event["event"] for event in told}
    sink.why = "its server was killed"
    while "begun" not in {event["event"] for event in told} and time.monotonic() < begin_s + 20:
        player.look()
        time.sleep(0.01)
    begun_s = next(event["host_s"] for event in told if event["event"] == "begun")
    frame_then = clock.read().device.frame_at(begun_s)
    player.close()
    if played is None:
        assert abs(frame_then) < 5 * SAMPLE_RATE_HZ  # its first samples sound about then
    else:
        assert frame_then == pytest.approx(played + (begun_s - begin_s) * SAMPLE_RATE_HZ, abs=3)


def test_a_gap_of_the_device_is_skipped_in_the_music_too(shared: tuple[Ring, SharedClock]) -> None:
    ring, _ = shared
    feed = RingFeed(ring)
    out = np.empty((480, 2), dtype=np.float32)
    feed.fill(out, 1.0)
    feed.skip(960)
    feed.fill(out, 1.03)
    assert np.array_equal(out, RAMP[:60000][1440:1920])
    assert (feed.skipped, feed.gaps) == (960, 1)


def test_a_new_sink_begins_with_the_frame_that_is_due(shared: tuple[Ring, SharedClock]) -> None:
    ring, _ = shared
    feed = RingFeed(ring, DeviceTime(frame=0.0, host_s=50.0))
    out = np.empty((480, 2), dtype=np.float32)
    feed.fill(out, 50.25)
    assert np.array_equal(out, RAMP[:60000][12000:12480])
    feed.fill(out, 77.0)  # only its begin is looked for
    assert np.array_equal(out, RAMP[:60000][12480:12960])


@settings(max_examples=6, deadline=None)
@given(st.integers(0, 10**6), st.floats(-2e-4, 2e-4), st.floats(0, 1e-3))
def test_the_device_clock_follows_drift_through_jitter(seed: int, drift: float, jitter_s: float) -> None:
    rng = np.random.default_rng(seed)
    clock, block = DeviceClock(), 480
    errors_s = []
    for k in range(3000):
        true_s = 1000.0 + k * block / SAMPLE_RATE_HZ * (1 + drift)
        clock.report(k * block, true_s + rng.uniform(-jitter_s, jitter_s))
        if k > 1500:
            errors_s.append(clock.time(0.0, 0).host_at(k * block) - true_s)
    lag_s = 1.2 * abs(drift)  # a quartz is off by 50 parts in a million: 0.06 ms
    assert np.percentile(np.abs(errors_s), 99) < max(0.25 * jitter_s, 2e-5) + lag_s
    assert clock.gaps == 0


def test_the_device_clock_jumps_over_a_gap_but_not_after_one_late_call() -> None:
    clock, block = DeviceClock(), 480
    at_s = 10.0
    for k in range(1000):
        late_s = 0.05 if k == 500 else 0.0
        clock.report(k * block, at_s + late_s)
        at_s += 0.01
    assert clock.gaps == 0
    assert clock.time(0.0, 0).host_at(999 * block) == pytest.approx(at_s - 0.01, abs=1e-6)
    at_s += 0.3
    for k in range(1000, 1020):
        clock.report(k * block, at_s)
        at_s += 0.01
    assert clock.gaps == 1
    assert clock.time(0.0, 0).host_at(1019 * block) == pytest.approx(at_s - 0.01, abs=1e-6)


def test_a_machine_without_a_sound_card_is_told_so_and_plays_all_the_same(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def none() -> str:
        return "PortAudio's library is not installed (no such file)"

    monkeypatch.setattr("temirbek.stage.audio.choice.has_output", none)
    choice = choose(SoundSetup(), Path())
    assert isinstance(choice.sink, NullSink)
    assert "PortAudio's library is not installed" in choice.why
    assert choice.is_wanted


def test_a_device_that_is_not_there_is_told_and_looked_for_again() -> None:
    choice = choose(SoundSetup(sink="portaudio", device="no such device"), Path())
    assert isinstance(choice.sink, NullSink)
    assert "in place of portaudio" in choice.why
    assert not choice.is_wanted
    with pytest.raises(DeviceLost, match=r"no output device is called|not installed"):
        open_sink(SoundSetup(sink="portaudio", device="no such device"), Path())


def test_portaudio_missing_is_a_clear_line(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(__import__("sys").modules, "sounddevice", None)
    with pytest.raises(DeviceLost, match="PortAudio is not installed"):
        portaudio.PortAudioSink("", 0.04)
    assert "PortAudio is not installed" in portaudio.has_output()
