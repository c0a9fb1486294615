"""Time code: addresses, MIDI's quarter frames, and sound that libltc reads."""

import ctypes
import ctypes.util
from fractions import Fraction

import mido
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from temirbek.errors import InvalidInput
from temirbek.signals.ltc import encode
from temirbek.signals.midi_clock import PULSE, START, STOP, ClockOut, beat_of_position, position
from temirbek.signals.mtc import MtcOut
from temirbek.signals.steady import Beat
from temirbek.signals.timecode import (
    FRAMES_PER_S,
    NOMINAL,
    Rate,
    TimeCode,
    full_frame,
    quarter_frame,
    time_code,
)

RATES: tuple[Rate, ...] = ("24", "25", "29.97df", "30")


@settings(max_examples=60, deadline=None)
@given(number=st.integers(0, 2_500_000), rate=st.sampled_from(RATES))
def test_numbers_and_addresses_are_twins(number: int, rate: Rate) -> None:
    day = {"24": 2_073_600, "25": 2_160_000, "29.97df": 2_589_408, "30": 2_592_000}[rate]
    assert time_code(number, rate).number == number % day


def test_drop_frame_stays_with_the_wall() -> None:
    assert str(time_code(1800, "29.97df")) == "00:01:00;02"
    assert str(time_code(17982, "29.97df")) == "00:10:00;00"
    hour = round(Fraction(3600) * FRAMES_PER_S["29.97df"])
    assert str(time_code(hour, "29.97df")) == "01:00:00;00"
    with pytest.raises(InvalidInput, match="no such frame"):
        TimeCode(hours=0, minutes=1, seconds=0, frames=0, rate="29.97df")


@pytest.mark.parametrize("rate", RATES)
def test_eight_quarter_frames_say_an_address(rate: Rate) -> None:
    code = TimeCode(hours=13, minutes=41, seconds=59, frames=20, rate=rate)
    values = [0] * 8
    for piece in range(8):
        told = mido.Message.from_bytes(list(quarter_frame(code, piece)))
        values[told.frame_type] = told.frame_value
    frames, seconds, minutes, hours = (values[k] | values[k + 1] << 4 for k in (0, 2, 4, 6))
    assert (hours & 0x1F, minutes, seconds, frames, hours >> 5) == (13, 41, 59, 20, RATES.index(rate))
    assert mido.Message.from_bytes(list(full_frame(code))).data[4:] == (hours, 41, 59, 20)


def test_quarter_frames_come_evenly_and_whole() -> None:
    out, told = MtcOut("25"), []
    line = Beat(beat=3600.0, host_s=0.0, tempo_bpm=60.0)
    for k in range(200):
        told += list(out.until(line, k * 0.01))
    quarters = [t for t in told if t.message[0] == 0xF1]
    assert told[0].message[0] == 0xF0
    np.testing.assert_allclose(np.diff([t.at_s for t in quarters]), 0.01, atol=1e-9)
    assert [t.message[1] >> 4 for t in quarters[:16]] == [0, 1, 2, 3, 4, 5, 6, 7] * 2


def test_the_clock_starts_on_a_downbeat_and_stops() -> None:
    out = ClockOut()
    line = Beat(beat=2.0, host_s=0.0, tempo_bpm=120.0)
    told = [t for k in range(400) for t in out.until(line, k * 0.01)]
    told += list(out.until(None, 4.0))
    begins = [t for t in told if t.message == b"\xfb"]
    assert len(begins) == 1
    assert begins[0].at_s == pytest.approx(1.0)
    assert told[-1].message == STOP
    pulses = [t.at_s for t in told if t.message == PULSE]
    np.testing.assert_allclose(np.diff(pulses), 0.5 / 24, atol=1e-9)
    assert beat_of_position(position(4.0)) == 4.0
    first = [t.message for k in range(20) for t in ClockOut().until(line.moved(-2.01), k * 0.01)]
    assert START not in first


class _Stamp(ctypes.Structure):
    _fields_ = (
        ("timezone", ctypes.c_char * 6),
        *((name, ctypes.c_ubyte) for name in ("years", "months", "days", "hours", "mins", "secs", "frame")),
    )


class _Frame(ctypes.Structure):
    _fields_ = (
        ("ltc", ctypes.c_ubyte * 10),
        ("off_start", ctypes.c_longlong),
        ("off_end", ctypes.c_longlong),
        ("reverse", ctypes.c_int),
        ("ticks", ctypes.c_float * 80),
        ("sample_min", ctypes.c_ubyte),
        ("sample_max", ctypes.c_ubyte),
        ("volume", ctypes.c_double),
    )


def read_by_libltc(sound: np.ndarray, samples_per_frame: int) -> list[tuple[int, int, int, int]]:
    try:
        library = ctypes.CDLL("libltc.so.11")
    except OSError:
        pytest.skip("libltc is not installed")
    library.ltc_decoder_create.restype = ctypes.c_void_p
    library.ltc_decoder_create.argtypes = [ctypes.c_int, ctypes.c_int]
    library.ltc_decoder_read.argtypes = [ctypes.c_void_p, ctypes.POINTER(_Frame)]
    library.ltc_decoder_write.argtypes = [
        ctypes.c_void_p,
        ctypes.c_void_p,
        ctypes.c_size_t,
        ctypes.c_longlong,
    ]
    library.ltc_frame_to_time.argtypes = [ctypes.POINTER(_Stamp), ctypes.c_void_p, ctypes.c_int]
    library.ltc_decoder_free.argtypes = [ctypes.c_void_p]
    decoder = library.ltc_decoder_create(samples_per_frame, 32)
    levels = np.clip(128 + 120 * sound, 0, 255).astype(np.uint8)
    found = []
    for first in range(0, len(levels), 1024):
        block = levels[first : first + 1024].copy()
        library.ltc_decoder_write(decoder, block.ctypes.data, len(block), first)
        frame, stamp = _Frame(), _Stamp()
        while library.ltc_decoder_read(decoder, ctypes.byref(frame)):
            library.ltc_frame_to_time(ctypes.byref(stamp), ctypes.byref(frame), 0)
            found.append((stamp.hours, stamp.mins, stamp.secs, stamp.frame))
    library.ltc_decoder_free(decoder)
    return found


@pytest.mark.parametrize("rate", RATES)
@pytest.mark.parametrize("rate_hz", [44100, 48000])
def test_libltc_reads_every_frame(rate: Rate, rate_hz: int) -> None:
    begin = 3600.0 + 57.0
    fps = float(FRAMES_PER_S[rate])
    seconds = begin + np.arange(rate_hz * 6) / rate_hz
    sound = np.concatenate([encode(part, rate) for part in np.array_split(seconds, 37)])
    noisy = sound + np.random.default_rng(0).normal(0, 0.03, len(sound))
    found = read_by_libltc(noisy, round(rate_hz / fps))
    first = int(np.ceil(begin * fps - 1e-9))
    wanted = [time_code(first + k, rate) for k in range(int(6 * fps) + 1)]
    codes = [(c.hours, c.minutes, c.seconds, c.frames) for c in wanted]
    assert len(found) >= len(codes) - 4
    start = codes.index(found[0])
    assert found == codes[start : start + len(found)]
    assert NOMINAL[rate] >= fps
