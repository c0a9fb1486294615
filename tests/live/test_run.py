"""A real run, with fake robots and the null sink: what a person does at the console happens, a killed process costs nothing."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
import soundfile

from temirbek.processes import read_kin
from temirbek.store.event_log import LogReader

sys.path.insert(0, str(Path(__file__).parents[2] / "benchmarks"))
from live_console import LiveConsole  # the console without a face of the benchmarks

SHOW = """
format = 1
title = "A small evening"
seed = 1
[music]
source = "demo"
[[cues]]
id = "card"
kind = "card"
title = "Welcome"
text = { kk = "Қош келдіңіздер", ru = "Добро пожаловать", en = "Welcome" }
[[cues]]
id = "song"
kind = "track"
title = "Song"
music = { source = "files", files = ["tone.wav"] }
length_s = 40
[[cues]]
id = "act"
kind = "act"
title = "A singer"
length_min = 1
"""


@pytest.fixture
def run(tmp_path: Path) -> Iterator[Path]:
    """The folder of a run that has been started; it is closed at the end."""
    (tmp_path / "show.toml").write_text(SHOW, encoding="utf-8")
    tone = 0.2 * np.sin(2 * np.pi * 440 * np.arange(40 * 48000) / 48000)
    soundfile.write(tmp_path / "tone.wav", np.stack([tone, tone], axis=1), 48000)
    folder = tmp_path / "run"
    command = [
        sys.executable,
        "-m",
        "temirbek",
        "--cache",
        str(tmp_path / "cache"),
        "run",
        str(tmp_path / "show.toml"),
    ]
    process = subprocess.Popen(
        [*command, "-o", str(folder), "--robots", "fake", "--no-browser"],
        stdout=subprocess.DEVNULL,
        env={**os.environ, "OMP_NUM_THREADS": "1"},
    )
    yield folder
    if process.poll() is None:
        process.send_signal(signal.SIGINT)
        process.wait(30)
    for kin in read_kin(folder).values():
        kin.kill()


def go(console: LiveConsole, cue: str) -> None:
    """GO, as soon as the cue is ready."""
    end_s = time.monotonic() + 60.0
    while not (answer := console.ask("go", {"cue": cue}))["is_accepted"]:
        assert time.monotonic() < end_s, answer["reason"]
        time.sleep(0.2)


def test_an_evening_at_the_console_and_a_killed_conductor(run: Path) -> None:
    with LiveConsole(run) as console, LiveConsole(run, "viewer") as viewer:
        console.wait_for(lambda s: s["scope"] == "rehearsal")
        assert not viewer.ask("resume")["is_accepted"]
        assert console.ask("resume")["is_accepted"]
        go(console, "card")
        viewer.wait_for(
            lambda s: s["card"] == {"kk": "Қош келдіңіздер", "ru": "Добро пожаловать", "en": "Welcome"}
        )
        go(console, "song")
        viewer.wait_for(lambda s: s["music"]["source"] == "track" and s["music"]["mix_s"] > 0.3)
        assert not console.ask("go", {"cue": "song"})["is_accepted"], "another cue stands by by now"

        before = read_kin(run)
        before["conductor"].kill()
        console.wait_for(lambda s: s["state"] == "hold")
        assert read_kin(run)["sound"] == before["sound"]
        playing = console.wait_for(lambda s: s["music"]["source"] == "track" and s["music"]["mix_s"] > 0.3)
        assert console.cue("song")["state"] == "running", "the sound went on, and the show knows it"
        assert playing["standby"] == "act"

        assert console.ask("stop")["is_accepted"]
        viewer.wait_for(lambda s: s["state"] == "stopped")
        assert console.ask("release")["is_accepted"]
        viewer.wait_for(lambda s: s["state"] == "hold" and s["scope"] == "lights_and_sound")
    read_kin(run)["supervisor"].kill(signal.SIGINT)
    end_s = time.monotonic() + 30.0
    while not (run / "as-run.html").exists():
        assert time.monotonic() < end_s
        time.sleep(0.05)
    with LogReader(run / "log") as log:
        events = [logged.event for logged in log.read()]
    assert [e.payload["cue"] for e in events if e.type == "fired"] == ["card", "song"]
    assert "Song" in (run / "as-run.csv").read_text(encoding="utf-8")
