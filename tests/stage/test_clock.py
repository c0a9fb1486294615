"""The shared clock: what it tells follows from what was written, whoever else writes at the same time."""

import subprocess
import sys
import time
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from temirbek.errors import DeviceLost
from temirbek.stage.clock import (
    MOST_SPANS,
    SAMPLE_RATE_HZ,
    ClockReading,
    DeviceTime,
    HumanBeat,
    SharedClock,
    Span,
    in_memory,
)

WRITER = """
import sys, time
from pathlib import Path
from temirbek.stage.clock import DeviceTime, SharedClock, Span
clock = SharedClock.create(Path(sys.argv[1]))
print("ready", flush=True)
end = time.monotonic() + 1.5
k = 0
while time.monotonic() < end:
    k += 1
    clock.write_device(DeviceTime(frame=float(k), host_s=2.0 * k, latency_s=3.0 * k, jitter_s=4.0 * k))
    clock.write_spans([Span(frame=j, mix_s=float(k), rate=1.0, programme=f"p{k}") for j in range(k % 20 + 1)])
"""


def a_reading(spans: list[Span], device: DeviceTime, host_s: float = 0.0) -> ClockReading:
    return ClockReading(
        host_s=host_s,
        mix_s=0.0,
        rate=1.0,
        programme="",
        is_playing=True,
        latency_s=0.0,
        age_s=0.0,
        device=device,
        spans=tuple(spans),
    )


@settings(max_examples=60, deadline=None)
@given(
    st.floats(0.9, 1.1),
    st.floats(0, 7200),
    st.floats(0, 1e6),
    st.floats(-5e-4, 5e-4),
    st.floats(0, 3600),
)
def test_mix_time_to_host_time_and_back(
    rate: float, mix_s: float, host_s: float, drift: float, later_s: float
) -> None:
    device = DeviceTime(frame=1000.0, host_s=host_s, frames_per_s=SAMPLE_RATE_HZ * (1 + drift))
    reading = a_reading([Span(frame=900, mix_s=mix_s, rate=rate)], device, host_s)
    assert reading.host_at(reading.mix_at(host_s + later_s)) == pytest.approx(host_s + later_s, abs=1e-5)


def test_spans_that_come_are_known_ahead(tmp_path: Path) -> None:
    with SharedClock.create(tmp_path / "clock.shm") as clock:
        now_s = time.monotonic()
        clock.write_device(DeviceTime(frame=48000.0, host_s=now_s))
        clock.write_spans(
            [
                Span(frame=0, mix_s=0.0, is_playing=False),
                Span(frame=24000, mix_s=10.0, programme="a"),
                Span(frame=96000, mix_s=20.0, rate=1.05, programme="b"),
                Span(frame=144000, mix_s=21.05, is_playing=False, programme="b"),
            ]
        )
        reading = clock.read()
    assert reading.programme == "a"
    assert reading.is_playing
    assert reading.mix_at(now_s) == pytest.approx(10.5)
    assert reading.mix_at(now_s + 1.5) == pytest.approx(20.525)
    assert reading.span_at(now_s + 1.5).programme == "b"
    assert reading.mix_at(now_s + 5) == pytest.approx(21.05)
    assert reading.mix_at(now_s - 2) == 0.0
    assert reading.host_at(20.525) == pytest.approx(now_s + 1.5)
    assert reading.host_at(99.0) == float("inf")


def test_what_is_written_at_once_is_read_back(tmp_path: Path) -> None:
    path = tmp_path / "clock.shm"
    with SharedClock.create(path) as clock, SharedClock.open(path) as other:
        host_s = time.monotonic()
        clock.write(host_s=host_s, mix_s=12.0, rate=1.04, programme="қошемет", latency_s=0.04)
        reading = other.read()
        assert reading.mix_at(host_s + 1.0) == pytest.approx(13.04, abs=1e-9)
        assert (reading.programme, reading.rate, reading.latency_s) == ("қошемет", pytest.approx(1.04), 0.04)
        assert 0 <= reading.age_s < 5
        clock.write(host_s=host_s, mix_s=12.0, is_playing=False)
        assert other.read().rate == 0.0
        assert other.read().mix_at(host_s + 9) == 12.0


def test_names_too_long_are_cut_between_letters(tmp_path: Path) -> None:
    with SharedClock.create(tmp_path / "clock.shm") as clock:
        clock.write(host_s=time.monotonic() - 1, mix_s=0.0, programme="x" + "ң" * 60)
        assert clock.read().programme == "x" + "ң" * 31


def test_only_the_newest_spans_are_told(tmp_path: Path) -> None:
    with SharedClock.create(tmp_path / "clock.shm") as clock:
        clock.write_spans([Span(frame=k, mix_s=float(k)) for k in range(MOST_SPANS + 5)])
        assert [span.frame for span in clock.read().spans] == list(range(5, MOST_SPANS + 5))
        with pytest.raises(ValueError, match="one span"):
            clock.write_spans([])


def test_a_reader_never_sees_half_a_record(tmp_path: Path) -> None:
    path = tmp_path / "clock.shm"
    with subprocess.Popen(
        [sys.executable, "-c", WRITER, str(path)], stdout=subprocess.PIPE, text=True
    ) as writer:
        assert writer.stdout is not None
        assert writer.stdout.readline() == "ready\n"
        seen = set()
        with SharedClock.open(path) as clock:
            while writer.poll() is None:
                reading = clock.read()
                k = reading.device.frame
                if k:
                    assert (reading.device.host_s, reading.latency_s) == (2 * k, 3 * k)
                if reading.spans[0].is_playing:
                    number = int(reading.spans[0].programme[1:])
                    assert {(s.mix_s, s.programme) for s in reading.spans} == {(float(number), f"p{number}")}
                    assert len(reading.spans) == number % 20 + 1
                    seen.add(number)
        assert len(seen) > 2


def test_a_writer_killed_at_work_leaves_the_last_word_and_the_next_one_goes_on(tmp_path: Path) -> None:
    path = tmp_path / "clock.shm"
    with SharedClock.create(path) as clock, SharedClock.open(path) as reader:
        clock.write(host_s=1.0, mix_s=5.0, programme="whole")
        assert reader.read().programme == "whole"
        raw = bytearray(path.read_bytes())
        with path.open("r+b") as file:  # as if the writer had died between its first and its last word
            file.seek(256)
            file.write((int.from_bytes(raw[256:260], "little") + 1).to_bytes(4, "little"))
            file.seek(256 + 40)
            file.write(b"\xff\xff\xff")
        assert reader.read().programme == "whole"
        with SharedClock.create(path) as again:
            again.write(host_s=1.0, mix_s=6.0, programme="anew")
            assert reader.read().programme == "anew"


def test_the_human_part_has_a_writer_of_its_own(tmp_path: Path) -> None:
    path = tmp_path / "clock.shm"
    with SharedClock.create(path) as clock:
        assert clock.read_human().leader == "none"
        with SharedClock.open(path) as signals:
            signals.write_human(
                HumanBeat(leader="human", beat=16.0, host_s=100.0, tempo_bpm=120.0, confidence=0.9)
            )
        beat = clock.read_human()
        assert beat.leader == "human"
        assert beat.beat_at(101.0) == pytest.approx(18.0)
        with SharedClock.create(path) as again:  # the sound process starts anew, the human plays on
            assert again.read_human().beat == 16.0
            assert not again.read().is_playing


def test_the_file_lies_in_memory_and_keeps_its_place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    memory = tmp_path / "memory"
    memory.mkdir()
    monkeypatch.setattr("temirbek.stage.clock.MEMORY", memory)
    path = tmp_path / "clock.shm"
    with SharedClock.create(path) as clock:
        place = path.readlink()
        assert place.is_relative_to(memory)
        assert clock.read().age_s < 60
    with SharedClock.create(path):
        assert path.readlink() == place
    place.parent.chmod(0o755)  # a place that others may enter is none
    assert in_memory(tmp_path / "other") == tmp_path / "other"
    monkeypatch.setattr("temirbek.stage.clock.MEMORY", tmp_path / "none")
    assert in_memory(path) == path


@pytest.fixture(autouse=True)
def _memory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Tests leave nothing in the machine's memory."""
    (tmp_path / "shm").mkdir()
    monkeypatch.setattr("temirbek.stage.clock.MEMORY", tmp_path / "shm")


def test_a_clock_that_is_not_there_is_said(tmp_path: Path) -> None:
    with pytest.raises(DeviceLost, match="sound process makes it"):
        SharedClock.open(tmp_path / "clock.shm")
    (tmp_path / "other").write_bytes(b"x" * 4096)
    with pytest.raises(DeviceLost, match="is not a clock"):
        SharedClock.open(tmp_path / "other")
