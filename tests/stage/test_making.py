"""What a cue needs is made whole or not at all, and kept for the next run of the same show."""

from pathlib import Path

import numpy as np
import pytest
import soundfile

from temirbek.errors import InvalidInput
from temirbek.show import DEFAULT_CAST
from temirbek.stage.kept import name_of, take_over
from temirbek.stage.made import WAVEFORM, read_made
from temirbek.stage.making import PART, SOUND, make_cue
from temirbek.stage.robots.parts import read_part
from temirbek.types import Cue, Evening, Music, RobotGestureCue, Show, TrackCue


def evening(*cues: Cue) -> Evening:
    show = Show(title="Made", seed=1, music=Music(is_demo=True), cast=DEFAULT_CAST)
    return Evening(show=show, cues=cues)


def tone(folder: Path, rate_hz: int) -> Path:
    """Three seconds of a tone that fades: no beat is in it."""
    t = np.arange(3 * rate_hz) / rate_hz
    soundfile.write(folder / "tone.wav", 0.5 * np.exp(-t) * np.sin(2 * np.pi * 220 * t), rate_hz)
    return folder / "tone.wav"


def made_of(cue: Cue, folder: Path) -> None:
    make_cue(evening(cue), cue, folder / "made", folder, cache_dir=folder / "cache", on_stage=lambda *_: None)


def test_a_recording_without_a_beat_is_made_playable_all_the_same(tmp_path: Path) -> None:
    music = Music(paths=(tone(tmp_path, 44100),))
    cue = Cue(id="t", title="Tone", kind="track", payload=TrackCue(music=music))
    made_of(cue, tmp_path)
    made = read_made(tmp_path / "made")
    assert made is not None and made.grid is None and made.sounds == {"music": SOUND}
    info = soundfile.info(tmp_path / "made" / SOUND)
    assert (info.samplerate, info.channels) == (48000, 2)
    assert made.duration_s == pytest.approx(3.0, abs=0.01) and info.frames == round(made.duration_s * 48000)
    peaks = np.frombuffer((tmp_path / "made" / WAVEFORM).read_bytes(), dtype=np.uint8).reshape(3, -1)
    assert peaks.shape[1] == pytest.approx(150, abs=2)
    assert peaks[2, 0] > 100 > peaks[2, -1] and not peaks[1].any()


def test_a_gesture_sets_off_from_standing_and_comes_back(tmp_path: Path) -> None:
    cue = Cue(
        id="bow",
        title="Bow",
        kind="robot_gesture",
        payload=RobotGestureCue(move="bow"),
        robots=("sky", "adilet"),
    )
    made_of(cue, tmp_path)
    part = read_part(tmp_path / "made" / PART)
    assert [p.id for p in part.performers] == ["sky"], "a bow is a G1's"
    trajectory = part.trajectories["sky"]
    assert np.allclose(trajectory.qvel[0], 0, atol=1e-3) and np.allclose(trajectory.qvel[-1], 0, atol=1e-3)
    assert np.ptp(trajectory.qpos[:, 7:], axis=0).max() > 0.2


def test_a_move_that_nobody_knows_makes_nothing(tmp_path: Path) -> None:
    cue = Cue(id="x", title="X", kind="robot_gesture", payload=RobotGestureCue(move="moonwalk_on_mars"))
    with pytest.raises(InvalidInput, match="no move 'moonwalk_on_mars'"):
        made_of(cue, tmp_path)
    assert read_made(tmp_path / "made") is None


def test_what_is_kept_is_known_by_all_that_it_depends_on(tmp_path: Path) -> None:
    music = Music(paths=(tone(tmp_path, 48000),))
    cue = Cue(id="t", title="Tone", kind="track", payload=TrackCue(music=music))
    louder = Cue(id="t", title="Tone", kind="track", payload=TrackCue(music=music, gain_db=3.0))
    name = name_of(evening(cue), cue, tmp_path)
    assert name == name_of(evening(cue), cue, tmp_path) != name_of(evening(louder), louder, tmp_path)
    soundfile.write(tmp_path / "tone.wav", np.zeros(100), 48000)
    assert name_of(evening(cue), cue, tmp_path) != name


def test_what_is_kept_is_taken_over_whole(tmp_path: Path) -> None:
    kept = tmp_path / "kept"
    kept.mkdir()
    (kept / "a").write_text("1")
    take_over(kept, tmp_path / "run")
    assert (tmp_path / "run" / "a").read_text() == "1"
    (kept / "a").unlink()
    take_over(kept, tmp_path / "run")
    assert (tmp_path / "run" / "a").exists(), "what is there stays"
