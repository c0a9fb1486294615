"""The eyes' process on a film: it tells people, writes nothing, and lets no picture out."""

import contextlib
import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import cv2
import pytest

from temirbek.errors import DeviceLost
from temirbek.lines import PlainClient
from temirbek.seeing import SyntheticPeople, draw, visit
from temirbek.stage.opening import Opening, write_opening
from temirbek.stage.run_folder import RunFolder

HEIGHT_PX = 480
WORDS = {"event", "people", "tracks", "id", "track", "keypoints", "dtype", "shape", "values", "float64"}
LONGEST_EVENT = 4000
"""The smallest picture that shows a face (64 × 64, in any writing) is longer."""


@contextlib.contextmanager
def eyes(folder: Path, settings: str) -> Iterator[tuple[PlainClient, int]]:
    run = RunFolder(folder / "run")
    run.path.mkdir()
    show = f'format = 1\ntitle = "Eyes"\nseed = 1\n[music]\nsource = "demo"\n[venue.eyes]\n{settings}'
    opening = Opening(base=folder, name="eyes", day="2026-03-07", cache_dir=folder / "cache")
    write_opening(run, opening, show=show, venue=None)
    place = folder / "where-it-runs"
    place.mkdir()
    environment = {**os.environ, "OMP_NUM_THREADS": "1", "TMPDIR": str(place)}
    process = subprocess.Popen(
        [sys.executable, "-m", "temirbek.stage.eyes", str(run.path)],
        cwd=place,
        env=environment,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        with _met(process, run.path / "eyes.sock") as client:
            yield client, process.pid
    finally:
        process.terminate()
        assert process.wait(10) == 0


def _met(process: "subprocess.Popen[bytes]", socket: Path) -> PlainClient:
    while process.poll() is None:
        with contextlib.suppress(DeviceLost):
            return PlainClient(socket)
        time.sleep(0.05)
    raise AssertionError("the process ended")


def write_film(path: Path, seconds: float) -> None:
    guest = visit("guest", arrive_s=0.0, stay_s=60, place_m=(2.5, 0.4))
    people = SyntheticPeople((guest,), 1)
    writer = cv2.VideoWriter(
        str(path), cv2.VideoWriter_fourcc(*"MJPG"), 10.0, (round(HEIGHT_PX * 16 / 9), HEIGHT_PX)
    )
    for k in range(round(10 * seconds)):
        writer.write(draw(people, 1.0 + k / 10, height_px=HEIGHT_PX, bibs={"guest": 3}))
    writer.release()


def strings(value: Any) -> Iterator[str]:
    """Every word in a message, names and values."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for name, inner in value.items():
            yield name
            yield from strings(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from strings(inner)


def written_by(pid: int) -> list[str]:
    """Files that a process holds open for writing."""
    found = []
    for handle in Path(f"/proc/{pid}/fd").iterdir():
        with contextlib.suppress(OSError):
            target, about = os.readlink(handle), Path(f"/proc/{pid}/fdinfo/{handle.name}").read_text()
            flags = int(about.split("flags:")[1].split()[0], 8)
            if (
                target.startswith("/")
                and not target.startswith("/dev/")
                and flags & (os.O_WRONLY | os.O_RDWR)
            ):
                found.append(target)
    return found


@pytest.mark.skipif(not Path("/proc/self/fdinfo").exists(), reason="needs /proc to see what a process writes")
def test_nothing_but_numbers_leaves_the_process(tmp_path: Path) -> None:
    write_film(tmp_path / "film.avi", 2.0)
    floor = SyntheticPeople((), 1).camera.floor_points([(1, -1), (1, 1), (5, 2), (5, -2)])
    marks = "".join(
        f"[[venue.eyes.floor]]\npicture = {list(one.picture)}\nstage = {[float(v) for v in one.stage]}\n"
        for one in floor
    )
    settings = f'source = "markers"\npictures = "{tmp_path / "film.avi"}"\n{marks}'
    with eyes(tmp_path, settings) as (client, pid):
        before = {path for path in tmp_path.rglob("*")}
        events, end_s = [], time.monotonic() + 20.0
        while time.monotonic() < end_s and len({one["event"] for one in events}) < 3:
            event = client.wait(1.0)  # people, then the film is over (a fault), then it begins again (mended)
            events += [event] if event is not None else []
            assert written_by(pid) == []
        assert {path for path in tmp_path.rglob("*")} == before, "no file was made anywhere near it"
    people = [one for one in events if one["event"] == "people" and one["tracks"]]
    assert people
    assert {one["event"] for one in events} == {"people", "fault", "mended"}
    ids = {track["id"] for one in people for track in one["tracks"]}
    assert all(len(one) == 16 and int(one, 16) >= 0 for one in ids)
    for one in people:
        assert len(json.dumps(one)) < LONGEST_EVENT
        names = {"host_s", "confidence", "position_m", "heading_rad", "motion"}
        assert set(strings(one)) <= WORDS | names | ids
    place = people[-1]["tracks"][0]["position_m"]
    assert place == pytest.approx([2.5, 0.4], abs=0.25)


def test_a_camera_that_is_not_there_is_a_fault_and_the_process_lives(tmp_path: Path) -> None:
    with eyes(tmp_path, 'source = "motion"\npictures = "/dev/video-of-nobody"\n') as (client, _):
        event = client.wait(10.0)
        assert event is not None
        assert event["event"] == "fault"
        assert "video-of-nobody" in event["what"]
        state = client.ask({"do": "state"})
        assert state["ok"]
        assert not state["is_open"]
        assert list(state["faults"]) == ["eyes"]
