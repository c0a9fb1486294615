"""Announcements made ahead: sounds, captions and gestures of each language, after a breath of silence."""

from pathlib import Path

import numpy as np
import pytest
import soundfile

from temirbek.errors import DeviceLost
from temirbek.show import DEFAULT_CAST
from temirbek.stage.announcing import LEAD_IN_S
from temirbek.stage.kept import name_of
from temirbek.stage.made import needs_making, read_made
from temirbek.stage.making import make_cue
from temirbek.stage.robots.parts import read_part
from temirbek.stage.speaking import read_script
from temirbek.types import AnnouncementCue, Cue, Evening, Language, Music, Show, Voice, no_progress
from temirbek.voice import why_missing

TEXT: dict[Language, str] = {"kk": "Құрметті қонақтар, G1 билейді!", "ru": "Дорогие гости, танцует G1!"}
needs_espeak = pytest.mark.skipif(
    bool(why_missing(Voice(language="kk"))), reason="espeak-ng is not installed here"
)


def evening(payload: AnnouncementCue, robots: tuple[str, ...] = (), **more: object) -> tuple[Evening, Cue]:
    cue = Cue(id="news", title="News", kind="announcement", payload=payload, robots=robots)
    show = Show(title="T", seed=0, music=Music(), cast=DEFAULT_CAST)
    return Evening(show=show, cues=(cue,), **more), cue  # type: ignore[arg-type]


def make(about: tuple[Evening, Cue], folder: Path) -> Path:
    make_cue(*about, folder / "news", folder, cache_dir=folder / "cache", on_stage=no_progress_on)
    return folder / "news"


def no_progress_on(stage: str, share: float) -> None:
    no_progress(share)


@needs_espeak
def test_what_has_no_recording_is_spoken_and_what_has_one_stays_as_it_is(tmp_path: Path) -> None:
    tone = 0.2 * np.sin(np.arange(96000)[:, None] * [0.05, 0.06])
    soundfile.write(tmp_path / "ru.wav", tone, 48000)
    voices = {name: Voice(language=name) for name in TEXT}
    folder = make(evening(AnnouncementCue(text=TEXT, voices=voices, audio={"ru": "ru.wav"})), tmp_path)
    made = read_made(folder)
    assert made is not None and set(made.sounds) == set(made.speeches) == {"kk", "ru"} and made.talks == {}
    sound, rate_hz = soundfile.read(folder / made.sounds["ru"])
    lead = round(LEAD_IN_S * rate_hz)
    assert rate_hz == 48000 and not sound[:lead].any()
    assert np.abs(sound[lead:] - tone).max() < 1e-4
    for language, text in TEXT.items():
        sound, _ = soundfile.read(folder / made.sounds[language])
        script = read_script(folder / made.speeches[language])
        assert script.duration_s == pytest.approx(len(sound) / 48000, abs=1e-3) and sound.shape[1] == 2
        assert " ".join(c.text for c in script.captions).split() == text.split()
        assert all(w.start_s >= LEAD_IN_S for w in script.words)
    assert made.duration_s == pytest.approx(
        sum(soundfile.info(folder / f).duration for f in made.sounds.values())
    )


@needs_espeak
def test_humanoids_gesture_on_the_accents(tmp_path: Path) -> None:
    payload = AnnouncementCue(text={"kk": TEXT["kk"]}, voices={"kk": Voice(language="kk")})
    folder = make(evening(payload, ("sky", "adilet")), tmp_path)
    made = read_made(folder)
    assert made is not None and made.talks == {"kk": "kk.npz"}
    part = read_part(folder / "kk.npz")
    script = read_script(folder / "kk.json")
    assert [p.id for p in part.performers] == ["sky"] and part.id == "news.kk" and script.gestures
    trajectory = part.trajectories["sky"]
    arms = [k for k, name in enumerate(trajectory.joint_names) if "shoulder" in name or "elbow" in name]
    angles = trajectory.qpos[:, 7:][:, arms]
    away = np.abs(angles - angles[0]).sum(axis=1)
    times_s = trajectory.start_s + np.arange(len(away)) / trajectory.rate_hz
    for _, at_s in script.gestures[:1]:
        near = np.abs(times_s - at_s) < 0.5
        assert abs(times_s[near][np.argmax(away[near])] - at_s) < 0.1
    assert away[-1] < 0.05


def test_a_voice_that_is_not_there_is_no_announcement(tmp_path: Path) -> None:
    payload = AnnouncementCue(text={"kk": "x"}, voices={"kk": Voice(language="kk", command="no-such")})
    about = evening(payload)
    assert needs_making(about[1])
    with pytest.raises(DeviceLost, match="'no-such' is not installed"):
        make(about, tmp_path)
    assert read_made(tmp_path / "news") is None


def test_what_is_kept_is_another_for_another_text_voice_lexicon_or_recording(tmp_path: Path) -> None:
    voice = Voice(language="kk")
    recording = tmp_path / "a.wav"
    recording.write_bytes(b"1")
    payloads = [
        AnnouncementCue(text={"kk": "а"}, voices={"kk": voice}),
        AnnouncementCue(text={"kk": "б"}, voices={"kk": voice}),
        AnnouncementCue(text={"kk": "а"}, voices={"kk": Voice(language="kk", speed=1.1)}),
        AnnouncementCue(text={"kk": "а"}, audio={"kk": "a.wav"}),
    ]
    names = [name_of(*evening(payload), tmp_path) for payload in payloads]
    names.append(name_of(*evening(payloads[0], lexicon={"kk": {"а": "ә"}}), tmp_path))
    recording.write_bytes(b"22")
    names.append(name_of(*evening(payloads[3]), tmp_path))
    assert len(set(names)) == len(names)
    assert name_of(*evening(payloads[0]), tmp_path) == names[0]
