"""A DJ's evening at the command line: mix, look at the plan, change it by hand, measure, hand over."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import numpy as np
import pytest
from tests.cli.makers import run
from tests.prepare.makers import write_beats

from temirbek.interchange.export import SET_NAME
from temirbek.prepare import open_crate, open_music
from temirbek.types import Music

TITLES = {"Anthem": 120.0, "Қоштасу": 124.0}


class Evening:
    """Two recordings, their cache, and a mix of them with stems."""

    def __init__(self, folder: Path) -> None:
        self.music = folder / "music"
        self.cache = folder / "cache"
        self.mix = folder / "mix"
        for title, tempo_bpm in TITLES.items():
            write_beats(self.music / f"{title}.flac", tempo_bpm, 40.0)

    def plan(self) -> dict[str, Any]:
        """The plan as it lies beside the mix."""
        found = json.loads((self.mix / "plan.json").read_text(encoding="utf-8"))
        assert isinstance(found, dict)
        return found


@pytest.fixture(scope="module")
def evening(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Evening]:
    evening = Evening(tmp_path_factory.mktemp("evening"))
    words = [
        "--cache",
        evening.cache,
        "mix",
        evening.music,
        "-o",
        evening.mix,
        "--stems",
        "--opens-with",
        "қоштасу",
    ]
    done = subprocess.run(
        [sys.executable, "-m", "temirbek", *map(str, words)],
        capture_output=True,
        text=True,
        timeout=300,
        env=os.environ | {"OMP_NUM_THREADS": "1"},
    )
    assert done.returncode == 0, done.stderr
    yield evening


def hear(capfd: pytest.CaptureFixture[str]) -> str:
    """What stood on the screen since the last time; never a traceback."""
    said = "".join(capfd.readouterr())
    assert "Traceback" not in said
    return said


def test_a_wish_is_granted(evening: Evening) -> None:
    assert evening.plan()["plays"][0]["title"] == "Қоштасу"


def test_a_plan_as_it_was_written_gives_the_same_bytes(
    evening: Evening, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    plan = evening.mix / "plan.json"
    out = tmp_path / "again"
    assert run(monkeypatch, evening.cache, "mix", evening.music, "-o", out, "--plan", plan) == 0
    for name in ("mix.flac", "plan.json", "beats.json", "tracklist.txt"):
        assert (out / name).read_bytes() == (evening.mix / name).read_bytes(), name
    assert "note" not in hear(capfd)


def test_a_hand_changes_the_sound_and_stale_seconds_are_noted(
    evening: Evening, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    document = evening.plan()
    document["plays"][0]["gain_db"] -= 6.0
    document["plays"][0]["mix_to_s"] += 1.0
    changed, out = tmp_path / "mine.json", tmp_path / "mine"
    changed.write_text(json.dumps(document), encoding="utf-8")
    assert run(monkeypatch, evening.cache, "mix", evening.music, "-o", out, "--plan", changed) == 0
    assert "plays[0].mix_to_s" in hear(capfd)
    assert (out / "mix.flac").read_bytes() != (evening.mix / "mix.flac").read_bytes()


def test_a_plan_that_cannot_be_played_names_every_fault_and_writes_nothing(
    evening: Evening, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    document = evening.plan()
    document["plays"][0]["track_to_beat"] = 9999
    document["plays"][1]["dek"] = "A"
    document["plays"][1]["track_id"] = "0" * 64
    changed, out = tmp_path / "mine.json", tmp_path / "mine"
    changed.write_text(json.dumps(document), encoding="utf-8")
    assert run(monkeypatch, evening.cache, "mix", evening.music, "-o", out, "--plan", changed) == 1
    said = hear(capfd)
    assert "plays[0].track_to_beat: 9999 lies after the track's end" in said
    assert "plays[1].dek: no such key; did you mean 'deck'?" in said
    assert f"plays[1].track_id: '{'0' * 64}' is none of the 2 recordings given; " in said
    assert document["plays"][1]["file"] + " has the id" in said
    assert not out.exists()


@pytest.mark.parametrize(
    ("words", "status", "says"),
    [
        (("--plan", "absent.json"), 1, "absent.json: cannot be read as text"),
        (("--plan", "x.json", "--seed", "3"), 1, "a plan says length, order and seed itself"),
        (("--plan", "x.json", "--must-play", "Anthem"), 1, "a plan says length, order and seed itself"),
        (
            ("--must-play", "Anthm", "--never-after", "Anthem", "qoshtasu"),
            1,
            "must_play: 'Anthm' is none of the 2",
        ),
        (("--must-play", "Anthm"), 1, "did you mean 'Anthem"),
        (("--opens-with", "Anthem", "--closes-with", "anthem.flac"), 1, "a track is locked to two places"),
        (("--energy", "1:0,0:1"), 2, "places must be in order"),
        (("--energy", "loud"), 2, "expected place:energy points"),
        (("--playlist", "Friday"), 1, "name the --library that it is in"),
        (("--library", "absent.xml"), 1, "absent.xml: cannot be read"),
        (("--cluster", "nowhere"), 1, "--cluster nowhere: no such address"),
        (("--beat-this", "absent.ckpt"), 1, "absent.ckpt: the weights of Beat This! cannot be read"),
    ],
)
def test_what_cannot_be_done_is_said(
    words: tuple[str, ...],
    status: int,
    says: str,
    evening: Evening,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capfd: pytest.CaptureFixture[str],
) -> None:
    out = tmp_path / "out"
    assert run(monkeypatch, evening.cache, "mix", evening.music, "-o", out, *words) == status
    assert says in hear(capfd)
    assert not out.exists()


def test_the_schema_is_printed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    assert run(monkeypatch, tmp_path, "plan-schema") == 0
    schema = json.loads(capfd.readouterr().out)
    assert schema["required"] == ["format", "end_beat", "plays", "tempo"]


def test_a_mix_is_measured_beside_its_bars(
    evening: Evening, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "check"
    assert run(monkeypatch, evening.cache, "check", evening.mix, "-o", out) == 0
    said = hear(capfd)
    assert "true peak" in said and "≤ -1 dBTP" in said and "holds" in said
    told = json.loads((out / "check.json").read_text(encoding="utf-8"))
    pictures = sorted(path.name for path in out.glob("*.png"))
    assert len(pictures) == len(evening.plan()["transitions"])
    assert run(monkeypatch, evening.cache, "check", evening.mix, "--json", "--strict") == int(
        bool(told["failed"])
    )
    assert json.loads(capfd.readouterr().out)["figures"] == told["figures"]


def test_anyones_mix_is_measured_by_its_recordings(
    evening: Evening, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    mix, stems = evening.mix / "mix.flac", [evening.mix / f"stem_{deck}.flac" for deck in "AB"]
    words = [mix, "--tracks", evening.music, "--tracklist", evening.mix / "tracklist.txt", "--stems", *stems]
    assert run(monkeypatch, evening.cache, "check", *words, "--json") == 0
    said = capfd.readouterr()
    assert json.loads(said.out)["evidence"] == "stems and originals"
    assert "Traceback" not in said.err


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (("absent.flac",), "absent.flac: no such file or folder"),
        (("MUSIC",), "not a folder that `temirbek mix` wrote"),
        (("MIX/mix.flac",), "name the recordings that are in it with --tracks"),
        (("MIX", "--tracks", "MUSIC"), "a mix's folder knows its tracks"),
        (("MIX", "--truth", "MIX/plan.json"), "plan.json: 1 fault(s)"),
        (("MIX/mix.flac", "--tracks", "MUSIC", "--tracklist", "MIX/beats.json"), "no track is listed"),
    ],
)
def test_what_cannot_be_measured_is_said(
    words: tuple[str, ...],
    says: str,
    evening: Evening,
    monkeypatch: pytest.MonkeyPatch,
    capfd: pytest.CaptureFixture[str],
) -> None:
    places = {"MUSIC": str(evening.music), "MIX": str(evening.mix)}
    spelled = [places.get(word, word.replace("MIX/", f"{evening.mix}/")) for word in words]
    assert run(monkeypatch, evening.cache, "check", *spelled) == 1
    assert says in hear(capfd)


def test_a_mix_goes_to_other_programs_and_its_grids_come_back(
    evening: Evening, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "export"
    assert (
        run(monkeypatch, evening.cache, "export", evening.mix, "-o", out, "--to", "rekordbox,m3u8, cue") == 0
    )
    listed = capfd.readouterr().out.split("\n")
    assert [Path(line).name for line in listed if line] == ["set.rekordbox.xml", "set.m3u8", "set.cue"]
    collection = ElementTree.parse(out / "set.rekordbox.xml")
    assert {track.get("Name") for track in collection.iter("TRACK") if track.get("Name")} == set(TITLES)
    music = Music(paths=(evening.music,), library=out / "set.rekordbox.xml", playlist=SET_NAME)
    with ThreadPoolExecutor(1) as here:
        theirs = open_music(music, evening.cache, on=here).crate.load().analyses
    assert [a.track.title for a in theirs] == [play["title"] for play in evening.plan()["plays"]]
    for ours in open_crate([a.track.path for a in theirs], evening.cache).load().analyses:
        (same,) = (a for a in theirs if a.track.id == ours.track.id)
        assert same.is_grid_human and not ours.is_grid_human
        beats = same.beat_grid.beat_at(ours.beat_grid.beats_s)
        assert np.allclose(beats, np.round(beats), atol=1e-4)
    library = ["--library", out / "set.rekordbox.xml", "--playlist", "Temirbk"]
    assert run(monkeypatch, evening.cache, "mix", evening.music, "-o", tmp_path / "no", *library) == 1
    assert "no playlist 'Temirbk'" in hear(capfd)


def test_recordings_go_to_other_programs(
    evening: Evening, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    assert run(monkeypatch, evening.cache, "export", evening.music, "-o", tmp_path, "--to", "m3u8") == 0
    assert sum(line.endswith(".flac") for line in (tmp_path / "library.m3u8").read_text().splitlines()) == 2
    assert run(monkeypatch, evening.cache, "export", evening.music, "-o", tmp_path, "--to", "m3u") == 1
    assert "there are rekordbox, m3u8" in hear(capfd)
    assert run(monkeypatch, evening.cache, "export", tmp_path / "absent", "-o", tmp_path) == 1
    assert "no such file or folder" in hear(capfd)
