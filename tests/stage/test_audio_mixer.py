"""Voices, offline: what comes out is what lies in the files, in whatever blocks and however often it is made."""

import tempfile
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import soundfile
from hypothesis import given, settings
from hypothesis import strategies as st

from temirbek.errors import InvalidInput
from temirbek.mixing.seam import LONG_SEAM
from temirbek.stage.audio import pace
from temirbek.stage.audio.desk import Desk, Now, delay
from temirbek.stage.audio.mixer import Mixer
from temirbek.stage.audio.ring import FRAMES, Ring, Stereo
from temirbek.stage.audio.sources import BLOCK, FileSource, SpoolSource
from temirbek.stage.audio.voices import Gain
from temirbek.stage.clock import SAMPLE_RATE_HZ, DeviceTime

DEVICE = DeviceTime(frame=0.0, host_s=100.0)
LEAD = 12000


class Memory:
    """Samples in memory."""

    def __init__(self, sound: Stereo, *, is_open: bool = False) -> None:
        self.sound = sound
        self.n_frames = None if is_open else len(sound)

    def read(self, start: int, out: Stereo) -> int:
        out[:] = 0.0
        first, last = max(0, start), min(len(self.sound), start + len(out))
        if first < last:
            out[first - start : last - start] = self.sound[first:last]
        return min(len(out), max(0, last - start)) if self.n_frames is None else len(out)

    def close(self) -> None:
        pass


class Room:
    """A mixer, a desk, and recordings by name."""

    def __init__(self, **sounds: Stereo) -> None:
        self.mixer = Mixer()
        self.sounds = sounds
        self.desk = Desk(self.mixer, self._open)
        self.open_ended: set[str] = set()

    def _open(self, path: Path, start: int) -> Memory:
        return Memory(self.sounds[str(path)], is_open=str(path) in self.open_ended)

    def do(self, earliest: int, **body: Any) -> dict[str, Any]:
        now = Now(earliest=earliest, written=earliest + LEAD, device=DEVICE)
        return self.desk.do(body, now).answer

    def play(self, blocks: list[int], n: int, first: int = 0) -> Stereo:
        parts, at, k = [], first, 0
        while at < first + n:
            size = min(blocks[k % len(blocks)], first + n - at)
            parts.append(self.mixer.render(at, size))
            at, k = at + size, k + 1
        return np.concatenate(parts)


def noise(n: int, seed: int, loud: float = 0.1) -> Stereo:
    return (np.random.default_rng(seed).uniform(-loud, loud, (n, 2))).astype(np.float32)


A, B = noise(60000, 1), noise(60000, 2)


@settings(max_examples=30, deadline=None)
@given(
    st.lists(st.integers(1, 5000), min_size=1, max_size=5),
    st.integers(0, 9000),
    st.integers(0, 20000),
    st.integers(100, 20000),
    st.integers(0, 30000),
)
def test_a_spliced_voice_is_the_files_sample_by_sample(
    blocks: list[int], start: int, start_frame: int, after: int, other_frame: int
) -> None:
    room = Room(a=A, b=B)
    room.do(start, do="play", voice="music", path="a", start_frame=start_frame, mix_frame=500)
    room.do(start, do="splice", voice="music", mix_frame=500 + after, path="b", start_frame=other_frame)
    out = room.play(blocks, 40000)
    assert not out[:start].any()
    n = min(after, 40000 - start)
    assert np.array_equal(out[start : start + n], A[start_frame : start_frame + n])
    rest, left = out[start + after :], len(B) - other_frame
    assert np.array_equal(rest[:left], B[other_frame : other_frame + len(rest)])
    assert not rest[left:].any(), "after the end of the file there is silence"
    assert np.array_equal(room.play([777], 20000, 10000), out[10000:30000])


def test_a_splice_into_what_was_handed_over_is_refused_with_the_earliest_place() -> None:
    room = Room(a=A, b=B)
    room.do(1000, do="play", voice="music", path="a", mix_frame=0)
    with pytest.raises(InvalidInput, match="earliest that can be spliced is 4001"):
        room.do(5000, do="splice", voice="music", path="b", mix_frame=3999)
    room.do(5000, do="splice", voice="music", path="b", mix_frame=4001)


def test_one_voice_beyond_full_scale_is_left_alone_and_two_are_turned_down_softly() -> None:
    loud = noise(48000, 3, 1.3)
    alone = Room(a=loud)
    alone.do(0, do="play", voice="music", path="a")
    assert np.array_equal(alone.play([960], 48000), loud)
    slow = np.sin(np.arange(48000) * 0.01)[:, None].astype(np.float32).repeat(2, axis=1) * 0.8
    both = Room(a=slow, b=slow[::-1].copy())
    both.do(0, do="play", voice="music", path="a")
    both.do(24000, do="play", voice="speech", path="b")
    out = both.play([960], 48000)
    assert np.abs(out).max() <= 1.0 + 1e-6
    assert np.array_equal(out[:23000], slow[:23000])
    assert np.allclose(both.play([333], 48000), out, atol=1e-6)
    assert np.abs(np.diff(out[24000:, 0])).max() < 0.03  # no sudden gain


def test_fades_are_even_and_end_what_they_should() -> None:
    ones = np.ones((60000, 2), dtype=np.float32)
    room = Room(a=ones)
    room.do(0, do="play", voice="music", path="a", fade_in_s=0.1, gain_db=-6.0)
    out = room.play([480], 10000)[:, 0]
    assert out[0] == 0.0
    assert out[2400] == pytest.approx(0.25059, abs=1e-4)
    assert out[9000] == pytest.approx(0.50119, abs=1e-4)
    room.do(10000, do="fade", voice="music", seconds=0.05, to_db=-26.0)
    out = room.play([480], 10000, 10000)[:, 0]
    assert (np.diff(out[:2400]) < 0).all()
    assert out[-1] == pytest.approx(0.0501, abs=1e-4)
    room.do(20000, do="fade", voice="music", seconds=0.05, then="stop")
    out = room.play([480], 10000, 20000)[:, 0]
    assert out[2399] < 1e-4
    assert not out[2400:].any()
    assert room.mixer.spans()[-1].frame == 22400


def test_stop_silences_every_voice_within_its_time() -> None:
    room = Room(a=A, b=B)
    room.do(0, do="play", voice="music", path="a")
    room.do(0, do="play", voice="speech", path="b")
    assert room.play([480], 5000).any(axis=1).all()
    room.do(5000, do="stop")
    out = room.play([480], 10000, 5000)
    assert not out[2400:].any()
    assert np.abs(np.diff(out[2300:2500, 0])).max() < 0.02
    assert not room.mixer.spans()[-1].is_playing


def test_music_is_ducked_while_somebody_speaks() -> None:
    ones, silent = np.ones((200000, 2), dtype=np.float32) * 0.5, np.zeros((48000, 2), dtype=np.float32)
    room = Room(a=ones, b=silent)
    room.do(0, do="duck", voice="music", by_db=12.0, attack_s=0.1, release_s=0.2, **{"while": "speech"})
    room.do(0, do="play", voice="music", path="a")
    room.do(48000, do="play", voice="speech", path="b")
    out = room.play([480], 144000)[:, 0]
    assert (out[:48000] == 0.5).all()
    assert out[53000] == pytest.approx(0.5 * 10 ** (-12 / 20), rel=1e-5)
    assert out[96000 - 1] == pytest.approx(out[53000], rel=1e-4)
    assert (out[96000 + 9601 :] == 0.5).all()
    assert np.abs(np.diff(out)).max() < 5e-4


def test_ducked_music_comes_back_when_it_was_told_to() -> None:
    ones, silent = np.ones((300000, 2), dtype=np.float32) * 0.5, np.zeros((48000, 2), dtype=np.float32)
    room = Room(a=ones, b=silent)
    duck = {
        "do": "duck",
        "voice": "music",
        "by_db": 12.0,
        "attack_s": 0.1,
        "release_s": 0.2,
        "while": "speech",
    }
    room.do(0, **duck)
    room.do(0, do="play", voice="music", path="a")
    room.do(48000, do="play", voice="speech", path="b")
    room.do(72000, **duck, hold_s=0.5)
    out = room.play([480], 192000)[:, 0]
    low = 0.5 * 10 ** (-12 / 20)
    assert out[53000 : 96000 + 24000] == pytest.approx(low, rel=1e-4)
    assert (out[96000 + 24000 + 9601 :] == 0.5).all()
    assert np.abs(np.diff(out)).max() < 5e-4


def test_a_second_play_replaces_the_first_and_a_file_ends_by_itself() -> None:
    room = Room(a=A, b=B[:5000])
    room.do(0, do="play", voice="music", programme="one", path="a")
    room.do(10000, do="play", voice="music", programme="two", path="b")
    out = room.play([480], 20000)
    assert np.array_equal(out[10480:15000], B[480:5000])
    assert not out[15000:].any()
    spans = [(s.frame, s.programme, s.is_playing) for s in room.mixer.spans()]
    assert spans == [(0, "one", True), (10000, "two", True), (15000, "two", False)]


def test_a_take_that_begins_later_is_whole() -> None:
    room = Room(a=A)
    room.do(1000, do="play", voice="music", path="a", fade_in_s=0.01)
    before = room.play([480], 5000)
    take = room.mixer.newest("music")
    assert take is not None
    delay(take, 700)
    assert np.array_equal(room.play([480], 4300, 700), before[:4300])


def test_a_spool_that_is_short_is_silent_in_its_place_and_said() -> None:
    room = Room(a=A[:5000].copy())
    room.open_ended.add("a")
    room.do(0, do="play", voice="music", path="a")
    out = room.play([480], 10000)
    assert np.array_equal(out[:5000], A[:5000])
    assert not out[5000:].any()
    assert room.mixer.missing == {"music": 5000}
    room.mixer.missing.clear()
    take = room.mixer.newest("music")
    assert take is not None
    take.pieces[0].source.sound = A  # type: ignore[attr-defined]
    assert np.array_equal(room.play([480], 4000, 6000), A[6000:10000])
    assert room.mixer.missing == {}
    with pytest.raises(InvalidInput, match="earliest end is 10001"):
        room.do(10000, do="end", voice="music", mix_frame=9000)
    room.do(10000, do="end", voice="music", mix_frame=12000)
    assert not room.play([480], 2000, 12000).any()


@pytest.mark.parametrize(
    ("body", "says"),
    [
        ({"do": "dance"}, "knows no command 'dance'"),
        ({"do": "play", "voice": "music"}, "path"),
        ({"do": "fade", "voice": "music", "seconds": 1}, "plays nothing"),
        ({"do": "play", "voice": "music", "path": "a", "start_frame": 0.5}, "whole number"),
        ({"do": "stop", "seconds": -1}, "0 to 3600"),
        ({"do": "duck", "voice": "music", "while": "speech", "by_db": "much"}, "expected a number"),
    ],
)
def test_what_cannot_be_done_is_said(body: dict[str, Any], says: str) -> None:
    with pytest.raises(InvalidInput, match=says):
        Room(a=A).do(0, **body)


@settings(max_examples=40, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 5000), st.integers(0, 800), st.floats(0, 2)), max_size=4))
def test_a_gain_is_the_same_in_one_and_in_many_blocks(ramps: list[tuple[int, int, float]]) -> None:
    gain = Gain(1.0)
    for first, frames, value in sorted(ramps):
        gain.ramp(first, first + frames, value)
    whole = np.broadcast_to(gain.over(0, 7000), 7000)
    parts = np.concatenate([np.broadcast_to(gain.over(k, 100), 100) for k in range(0, 7000, 100)])
    assert np.allclose(whole, parts, atol=1e-6)
    if ramps:
        assert gain.at(7000) == pytest.approx(sorted(ramps)[-1][2])


def test_a_gain_moved_keeps_its_shape() -> None:
    gain = Gain(0.5)
    gain.ramp(1000, 2000, 1.0, begin=0.0)
    before = gain.over(900, 1200)
    gain.move(500)
    assert np.array_equal(gain.over(1400, 1200), before)


# --- speed ---


def kicks(seconds: int) -> tuple[Stereo, list[int]]:
    """Short drum strokes on every half second."""
    sound = np.zeros((seconds * SAMPLE_RATE_HZ, 2), dtype=np.float32)
    t = np.arange(2400) / SAMPLE_RATE_HZ
    stroke = np.exp(-80 * t) * np.sin(2 * np.pi * (60 + 120 * np.exp(-60 * t)) * t) * 0.7
    rng = np.random.default_rng(4)
    stroke[:200] += rng.standard_normal(200) * np.exp(-np.arange(200) / 30) * 0.4
    places = [k * SAMPLE_RATE_HZ // 2 + 7 for k in range(1, 2 * seconds - 1)]
    for place in places:
        sound[place : place + 2400] += stroke[:, None].astype(np.float32)
    return sound, places


def test_at_another_speed_every_stroke_sounds_where_the_clock_says_and_then_the_very_samples_again() -> None:
    assert pace.LONG_SEAM == LONG_SEAM
    sound, places = kicks(26)
    room = Room(a=sound)
    room.do(0, do="play", voice="music", path="a")
    parts, at = [], 0
    asked = [(3.0, 1.0015), (5.0, 1.04), (9.0, 0.97), (9.1, 0.975), (14.0, 1.0)]
    while at < 22 * SAMPLE_RATE_HZ:
        while asked and asked[0][0] * SAMPLE_RATE_HZ <= at:
            answer = room.do(at + 1000, do="rate", voice="music", ratio=asked.pop(0)[1])
            assert answer["frame"] >= at + 1000
        parts.append(room.mixer.render(at, 4800))
        at += 4800
    out = np.concatenate(parts)
    take = room.mixer.newest("music")
    assert take is not None
    rates = [leg.rate for leg in take.legs]
    assert np.abs(np.diff(rates)).max() <= 0.0101
    for before, after in zip(take.legs[:-1], take.legs[1:], strict=True):
        assert before.mix_frame_at(after.frame) == pytest.approx(after.mix_frame, abs=1e-3)
    errors_ms = [
        _late_ms(out, sound, take.frame_of(p), p) for p in places if take.frame_of(p) < len(out) - 5000
    ]
    assert len(errors_ms) > 35
    assert np.abs(errors_ms).max() <= 1.0
    leg = take.legs[-1]
    assert leg.is_exact
    n = len(out) - leg.frame
    assert n > 4 * SAMPLE_RATE_HZ
    assert np.array_equal(out[leg.frame :], sound[int(leg.mix_frame) : int(leg.mix_frame) + n])
    assert np.array_equal(out[: 3 * SAMPLE_RATE_HZ], sound[: 3 * SAMPLE_RATE_HZ])


def _late_ms(out: Stereo, sound: Stereo, frame: int, place: int) -> float:
    reach = 480
    reference = np.diff(sound[place - 100 : place + 1200, 0])
    heard = np.diff(out[frame - 100 - reach : frame + 1200 + reach, 0])
    lag = int(np.argmax(np.correlate(heard, reference, "valid"))) - reach
    return 1e3 * lag / SAMPLE_RATE_HZ


@pytest.mark.parametrize("rate", [1.001, 1.03])
def test_a_steady_tone_goes_through_a_change_of_speed_without_a_click(rate: float) -> None:
    t = np.arange(12 * SAMPLE_RATE_HZ) / SAMPLE_RATE_HZ
    sound = (0.5 * np.sin(2 * np.pi * 220 * t))[:, None].repeat(2, axis=1).astype(np.float32)
    room = Room(a=sound)
    room.do(0, do="play", voice="music", path="a")
    parts = [room.play([480], SAMPLE_RATE_HZ)]
    room.do(SAMPLE_RATE_HZ + 1000, do="rate", voice="music", ratio=rate)
    parts.append(room.play([480], 3 * SAMPLE_RATE_HZ, SAMPLE_RATE_HZ))
    room.do(4 * SAMPLE_RATE_HZ + 1000, do="rate", voice="music", ratio=1.0)
    parts.append(room.play([480], 3 * SAMPLE_RATE_HZ, 4 * SAMPLE_RATE_HZ))
    out = np.concatenate(parts)[:, 0]
    steepest = 0.5 * 2 * np.pi * 220 / SAMPLE_RATE_HZ * 1.03
    assert np.abs(np.diff(out)).max() < 1.15 * steepest
    level = np.sqrt(np.convolve(out**2, np.ones(2400) / 2400, "valid"))
    assert level.min() > 0.8 * 0.3536


def test_a_splice_at_another_speed_changes_nothing_before_it() -> None:
    sound, _ = kicks(12)
    other = (
        (0.3 * np.sin(np.arange(12 * SAMPLE_RATE_HZ) * 0.02))[:, None].repeat(2, axis=1).astype(np.float32)
    )
    outs = []
    for is_spliced in (False, True):
        room = Room(a=sound, b=other)
        room.do(0, do="play", voice="music", path="a")
        room.do(0, do="rate", voice="music", ratio=1.03)
        head = room.play([2400], 3 * SAMPLE_RATE_HZ)
        if is_spliced:
            with pytest.raises(InvalidInput, match="earliest that can be spliced"):
                room.do(len(head), do="splice", voice="music", mix_frame=145000, path="b")
            answer = room.do(len(head), do="splice", voice="music", mix_frame=240000, path="b")
            assert answer["frame"] >= len(head) + LEAD
        outs.append(np.concatenate([head, room.play([2400], 3 * SAMPLE_RATE_HZ, len(head))]))
    take = room.mixer.newest("music")
    assert take is not None
    frame = take.frame_of(240000)
    assert np.array_equal(outs[0][: 3 * SAMPLE_RATE_HZ + LEAD], outs[1][: 3 * SAMPLE_RATE_HZ + LEAD])
    strength = np.abs(outs[1][frame + 9600 : frame + 14400]).mean()
    assert strength == pytest.approx(0.19, abs=0.03)


@pytest.mark.parametrize("ratio", [0.5, 0.91, 1.09, float("nan")])
def test_speeds_nobody_can_follow_are_refused(ratio: float) -> None:
    room = Room(a=A)
    room.do(0, do="play", voice="music", path="a")
    with pytest.raises(InvalidInput, match=r"0\.92 to 1\.08|expected a number"):
        room.do(0, do="rate", voice="music", ratio=ratio)


# --- files and the ring ---


@pytest.mark.parametrize("kind", ["wav", "flac"])
def test_files_are_read_from_any_frame(tmp_path: Path, kind: str) -> None:
    sound = np.round(noise(5 * BLOCK, 5) * 2**15) / np.float32(2**15)
    path = tmp_path / f"a.{kind}"
    soundfile.write(path, sound, SAMPLE_RATE_HZ, subtype="PCM_16")
    source = FileSource(path, 2 * BLOCK + 17)
    try:
        out = np.empty((1000, 2), dtype=np.float32)
        assert source.read(2 * BLOCK + 17, out) == 1000
        assert np.array_equal(out, sound[2 * BLOCK + 17 : 2 * BLOCK + 1017])
        assert source.read(5 * BLOCK - 10, out) >= 990 - 1000
        assert source.read(6 * BLOCK, out) == 1000
        assert not out.any()
    finally:
        source.close()


def test_what_is_no_live_sound_is_refused(tmp_path: Path) -> None:
    soundfile.write(tmp_path / "slow.wav", noise(100, 1), 44100)
    with pytest.raises(InvalidInput, match="44100 Hz"):
        FileSource(tmp_path / "slow.wav", 0)
    with pytest.raises(InvalidInput, match="cannot be played"):
        FileSource(tmp_path / "none.wav", 0)
    with pytest.raises(InvalidInput, match="cannot be played"):
        SpoolSource(tmp_path / "none.f32")


def test_a_spool_is_as_long_as_its_whole_frames(tmp_path: Path) -> None:
    path = tmp_path / "a.f32"
    path.write_bytes(A[:1000].tobytes() + b"xyz")
    source = SpoolSource(path)
    try:
        out = np.empty((600, 2), dtype=np.float32)
        assert source.read(500, out) == 500
        assert np.array_equal(out[:500], A[500:1000])
        assert not out[500:].any()
        path.write_bytes(A[:2000].tobytes())
        assert source.read(500, out) == 600
        assert source.read(-100, out) == 600
        assert np.array_equal(out[100:], A[:500])
    finally:
        source.close()


@settings(max_examples=30, deadline=None)
@given(st.lists(st.tuples(st.integers(1, 3000), st.integers(1, 3000)), min_size=1, max_size=40))
def test_the_ring_gives_what_was_written_and_silence_for_the_rest(steps: list[tuple[int, int]]) -> None:
    sound = np.arange(2 * FRAMES, dtype=np.float32).repeat(2).reshape(-1, 2) + 1
    with tempfile.TemporaryDirectory() as folder, pytest.MonkeyPatch.context() as patch:
        patch.setattr("temirbek.stage.clock.MEMORY", Path(folder))
        path = Path(folder) / "ring"
        with Ring.create(path) as engine, Ring.open(path) as player:
            at = 0
            for made, taken in steps:
                first = max(engine.written, engine.taken)
                engine.write(first, sound[first : first + made])
                out = np.empty((taken, 2), dtype=np.float32)
                there = max(0, engine.written - at)
                missing = player.take(out)
                assert missing == max(0, taken - there)
                assert np.array_equal(out[: taken - missing], sound[at : at + taken - missing])
                assert not out[taken - missing :].any()
                at += taken
