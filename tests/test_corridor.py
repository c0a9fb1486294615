"""The whole road once: recordings in, a page out; measured, repeatable, and nothing half-written."""

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from importlib import resources
from pathlib import Path

import numpy as np
import pytest
import soundfile as sf

from temirbek.demo import write_tracks
from temirbek.prepare import Rehearsal, read_mix, rehearse
from temirbek.prepare.mix import drop_stems
from temirbek.show import read_show
from temirbek.store import read_motion

SHOW = """
format = 1
title = "Қысқа кеш"
seed = 7
[music]
source = "files"
files = ["tracks"]
length_min = 0.5
"""

# Tests that run in the background of a shell are born deaf to Ctrl-C, and their children with them.
HEARS_CTRL_C = """
import signal
signal.signal(signal.SIGINT, signal.default_int_handler)
from temirbek.cli import main
main()
"""


@pytest.fixture(scope="session")
def evening(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a show file, two of the demo's tracks and a template for the page."""
    folder = tmp_path_factory.mktemp("evening")
    (folder / "tracks").mkdir()
    (folder / "all").mkdir()
    for track in write_tracks(folder / "all")[2:4]:
        track.path.rename(folder / "tracks" / track.path.name)
    (folder / "show.toml").write_text(SHOW, encoding="utf-8")
    (folder / "page.html").write_text(
        '<html><head><title></title></head><body><div id="app"></div></body></html>'
    )
    return folder


def perform_in(evening: Path, out: Path, cache: Path) -> Rehearsal:
    return rehearse(
        read_show(evening / "show.toml"),
        out,
        cache_dir=cache,
        template=Path(str(resources.files("temirbek.replay") / "page.html")),
        stems=True,
        video=False,
        on_stage=lambda stage, share: None,
    )


@pytest.fixture(scope="session")
def rehearsal(evening: Path) -> Rehearsal:
    return perform_in(evening, evening / "out", evening / "cache")


@pytest.mark.physics
def test_the_folder_holds_everything(rehearsal: Rehearsal) -> None:
    names = {path.name for path in rehearsal.folder.iterdir()}
    assert {
        "index.html",
        "report.json",
        "motion.npz",
        "mix.flac",
        "stem_A.flac",
        "stem_B.flac",
        "plan.json",
        "beats.json",
        "mix.cue",
        "tracklist.txt",
        "mix.json",
        "analyses.json",
        "bars.toml",
        "stage_plan.png",
        "stage_plan.svg",
    } == names
    assert not list(rehearsal.folder.parent.glob(".*partial*"))


@pytest.mark.physics
def test_a_mix_whose_stems_were_dropped_is_a_mix(rehearsal: Rehearsal, tmp_path: Path) -> None:
    folder = tmp_path / "kept"
    shutil.copytree(rehearsal.folder, folder)
    loaded = read_mix(folder)
    drop_stems(loaded.mix, loaded.analyses, folder)
    assert not list(folder.glob("stem*")) and read_mix(folder).mix.stem_paths == ()


@pytest.mark.physics
def test_every_bar_is_held(rehearsal: Rehearsal) -> None:
    report = json.loads((rehearsal.folder / "report.json").read_text(encoding="utf-8"))
    assert report["title"] == "Қысқа кеш"
    assert report["failed"] == []
    assert report["ok"] is True


@pytest.mark.physics
def test_the_motion_is_that_of_the_mix(rehearsal: Rehearsal) -> None:
    executed = read_motion(rehearsal.folder / "motion.npz")
    length_s = sf.info(rehearsal.folder / "mix.flac").duration
    assert [m.robot for m in executed.values()] == ["g1", "g1", "g1", "go2"]
    for motion in executed.values():
        assert abs(motion.time_s[-1] - length_s) < 0.1
        assert np.isfinite(motion.qpos).all()
        np.testing.assert_allclose(np.linalg.norm(motion.qpos[:, 3:7], axis=1), 1.0, atol=1e-3)


@pytest.mark.physics
def test_the_same_show_gives_the_same_bytes(rehearsal: Rehearsal, evening: Path) -> None:
    """Another run, its analyses from the cache and its work shared out anew between processes."""
    again = perform_in(evening, evening / "again", evening / "cache")
    for path in sorted(rehearsal.folder.iterdir()):
        if path.name in ("mix.json", "analyses.json") or path.suffix in (
            ".flac",
            ".json",
            ".txt",
            ".cue",
            ".html",
        ):
            assert path.read_bytes() == (again.folder / path.name).read_bytes(), path.name
    first, second = (read_motion(r.folder / "motion.npz") for r in (rehearsal, again))
    for performer in first:
        np.testing.assert_array_equal(first[performer].qpos, second[performer].qpos)


@pytest.mark.physics
def test_an_interrupt_leaves_nothing_half_written(evening: Path) -> None:
    out = evening / "interrupted"
    words = [sys.executable, "-c", HEARS_CTRL_C, "--cache", str(evening / "cache"), "rehearse"]
    words += [str(evening / "show.toml"), "-o", str(out)]
    process = subprocess.Popen(words, stderr=subprocess.PIPE, start_new_session=True)
    deadline = time.monotonic() + 120.0
    while not list(evening.glob(".interrupted.*.partial/mix.flac")):
        assert process.poll() is None, process.stderr and process.stderr.read().decode()
        assert time.monotonic() < deadline, "the mix never came"
        time.sleep(0.05)
    os.killpg(process.pid, signal.SIGINT)  # as Ctrl-C does: to the whole group
    said = process.communicate(timeout=60)[1].decode()
    assert process.returncode == 130
    assert "interrupted; nothing half-written was left" in said
    assert "Traceback" not in said
    assert not out.exists()
    assert not list(evening.glob(".interrupted*"))
