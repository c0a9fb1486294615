"""The DJ's process on a virtual clock: requests while it plays, crashes of either side, a set shared with a human."""

import json
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import numpy as np
import pytest
from tests.mixing.makers import write_clicks
from tests.stage.fake_sound import RATE_HZ, FakeSound

from temirbek.errors import DeviceLost, InvalidInput
from temirbek.lines import LineServer, PlainClient
from temirbek.mixing.live import LiveRender
from temirbek.stage.clock import HumanBeat
from temirbek.stage.dj.desk import DjDesk
from temirbek.stage.dj.revisions import mix_of, read_revision, read_waveform
from temirbek.store import from_json, to_json
from temirbek.types import TrackAnalysis

TICK_S = 0.5
TEMPI = {"one": 120.0, "two": 124.0, "three": 127.0, "four": 122.0}


@pytest.fixture(scope="module")
def analyses(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("crate")
    tracks = [write_clicks(folder, name, bpm, beats=112) for name, bpm in TEMPI.items()]
    path = folder / "analyses.json"
    path.write_text(json.dumps([to_json(t) for t in tracks]))
    return path


class Hall:
    """A desk with its sound and a virtual clock."""

    def __init__(self, folder: Path, analyses: Path) -> None:
        self.folder, self.analyses, self.sound = folder, analyses, FakeSound()
        self.events: list[dict] = []  # type: ignore[type-arg]
        self.start()

    def start(self) -> None:
        self.server = LineServer(self.folder / "dj.sock")
        self.server.publish = self.events.append  # type: ignore[method-assign,assignment]
        self.desk = DjDesk(self.folder, self.sound, self.server, host_s=lambda: self.sound.host_s)

    def kill(self) -> None:
        """As if by kill -9: nothing is said or finished."""
        self.server.close()
        booth = self.desk._booth
        assert booth is not None
        booth.close()
        self.desk._deeds.close()

    def open(self, **more: object) -> None:
        assert self.do("open", set="s", analyses=str(self.analyses), wishes={}, seed=2, **more)["ok"]
        assert self.do("begin", at_host_s=None)["ok"]

    def do(self, command: str, **body: object) -> dict:  # type: ignore[type-arg]
        return self.desk.do({"do": command, **body})

    def play(self, seconds: float) -> None:
        until_s = self.sound.host_s + seconds
        while self.sound.host_s < until_s:
            for _ in range(8):
                self.desk.serve_once()
            self.sound.wait(TICK_S)
        self.desk.serve_once()

    def named(self, event: str) -> list[dict]:  # type: ignore[type-arg]
        return [e for e in self.events if e["event"] == event]

    def close(self) -> None:
        self.desk.close()
        self.server.close()


@pytest.fixture
def hall(tmp_path: Path, analyses: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Hall]:
    monkeypatch.setattr("temirbek.stage.dj.desk.IDLE_S", 0.0)
    monkeypatch.setattr("temirbek.stage.dj.booth.AHEAD_S", 8.0)
    monkeypatch.setattr("temirbek.stage.dj.booth.MOST_AHEAD_S", 12.0)
    with closing(Hall(tmp_path, analyses)) as hall:
        yield hall


def planned_sound(hall: Hall, n: int) -> np.ndarray:
    """The newest revision's plan, rendered at once."""
    booth = hall.desk._booth
    assert booth is not None
    tracks = [from_json(TrackAnalysis, a) for a in json.loads(hall.analyses.read_text())]
    with LiveRender(booth.state.plan, tracks, hall.folder / "again", beats_per_bar=4) as render:
        render.render_to(n)
        return np.fromfile(render.spool.path, dtype="<f4").reshape(-1, 2).T[:, :n]


def test_what_is_asked_is_heard_and_nothing_else_changes(hall: Hall) -> None:
    hall.open()
    hall.play(4.0)
    answer = hall.do("dj_next")
    assert answer["ok"], answer
    assert answer["effect_mix_s"] > 4.0
    assert "comes in" in answer["words"]
    view = hall.do("view")
    assert view["source"] == "dj_set"
    assert view["can_undo"]
    assert view["upcoming"][0]["starts_in_s"] < 13.0
    assert len(view["upcoming"]) >= 2
    hall.play(2.0)
    held = hall.do("dj_hold")
    hall.play(held["effect_mix_s"] - hall.do("view")["mix_s"] + 1.0)
    assert hall.do("view")["is_looping"]
    assert hall.do("dj_undo")["reason"], "the loop sounds already"
    assert hall.do("dj_hold")["ok"]
    hall.play(8.0)
    n = hall.sound.heard.shape[1]
    assert np.array_equal(hall.sound.heard, planned_sound(hall, n))
    titles = [e["title"] for e in hall.named("track")]
    assert len(titles) == len(set(titles)) >= 2
    assert hall.named("phrase")
    assert hall.named("view")[-1]["mix_s"] == pytest.approx(hall.do("view")["mix_s"], abs=1.0)


def test_revisions_tell_robots_what_comes(hall: Hall) -> None:
    hall.open()
    hall.play(3.0)
    hall.do("dj_next")
    hall.play(1.0)
    numbers = [e["revision"] for e in hall.named("revision")]
    first, last = (mix_of(hall.folder, number) for number in (0, numbers[-1]))
    from_s = read_revision(hall.folder / "dj", numbers[-1]).from_mix_s
    assert from_s > 3.0
    n = int(first.beat_grid.beat_at(from_s))
    assert np.array_equal(first.beat_grid.beats_s[:n], last.beat_grid.beats_s[:n])
    assert [t.title for t in last.tracks][: len(last.plan.plays)]
    assert len(last.energy) > 16
    waveform = read_waveform(hall.folder / "dj", numbers[-1])
    assert waveform.shape[0] == 3
    assert waveform.max() > 0.1
    with pytest.raises(InvalidInput, match="no revision"):
        mix_of(hall.folder, 99)


def test_a_change_that_comes_too_late_is_planned_again(hall: Hall) -> None:
    hall.open()
    hall.play(3.0)
    hall.sound.refuses_splices = 1
    answer = hall.do("dj_next")
    assert answer["ok"]
    hall.sound.refuses_splices = 9
    assert "too late" in hall.do("dj_fade")["reason"]
    hall.sound.refuses_splices = 0
    hall.play(12.0)
    n = hall.sound.heard.shape[1]
    assert np.array_equal(hall.sound.heard, planned_sound(hall, n))


def test_killed_and_started_anew_it_goes_on_and_nobody_hears_it(hall: Hall) -> None:
    hall.open()
    hall.play(4.0)
    hall.do("dj_next")
    hall.play(1.0)
    hall.kill()
    hall.sound.wait(2.0)
    told = len(hall.named("track"))
    hall.start()
    hall.play(1.0)
    assert len(hall.named("track")) == told, "what sounds already is not told again"
    assert hall.do("dj_hold")["ok"]
    hall.play(14.0)
    n = hall.sound.heard.shape[1]
    assert n >= 20 * RATE_HZ
    assert np.array_equal(hall.sound.heard, planned_sound(hall, n))


def test_a_sound_process_that_was_started_anew_is_given_the_set_again(hall: Hall) -> None:
    hall.open()
    hall.play(5.0)
    hall.sound.forget()
    hall.play(3.0)
    again = [a for a in hall.sound.asked if a["do"] == "play"][-1]
    assert again["mix_frame"] == pytest.approx(5.5 * RATE_HZ, abs=1.5 * RATE_HZ)
    assert again["fade_in_s"] > 0
    assert hall.do("view")["mix_s"] == pytest.approx(8.0, abs=1.5)


def test_a_fade_ends_the_set_and_says_so(hall: Hall) -> None:
    hall.open()
    hall.play(4.0)
    assert hall.do("dj_fade")["ok"]
    hall.play(14.0)
    assert hall.named("ended")
    assert np.abs(hall.sound.heard[:, -100:]).max() < 1e-3
    with pytest.raises(InvalidInput, match="no set is open"):
        hall.do("dj_next")
    assert hall.do("view")["source"] == "none"


def test_a_set_is_shared_with_a_human(hall: Hall) -> None:
    hall.open()
    hall.play(2.0)
    assert hall.do("hand_over", to="human")["ok"]
    with pytest.raises(InvalidInput, match="plays already"):
        hall.do("hand_over", to="robot")
    hall.play(32.0)
    assert hall.named("handed_over")
    assert not hall.named("ended")
    with pytest.raises(InvalidInput, match="tempo is not known"):
        hall.do("hand_over", to="robot")
    hall.sound.human = HumanBeat(
        leader="human", beat=100.0, host_s=hall.sound.host_s, tempo_bpm=123.0, confidence=1.0
    )
    with pytest.raises(InvalidInput, match=r"no track can be played at 80\.0 BPM"):
        hall.do("hand_over", to="robot", tempo_bpm=80.0, beat=0.0, host_s=0.0)
    answer = hall.do("hand_over", to="robot")
    assert answer["ok"], answer
    on_beat = (answer["at_host_s"] - hall.sound.human.host_s) * 123.0 / 60.0 + 100.0
    assert on_beat % 16 == pytest.approx(0.0, abs=1e-6)
    booth = hall.desk._booth
    assert booth is not None
    grid = booth.mix.beat_grid
    assert grid.tempo_at(np.arange(30)) == pytest.approx(np.full(30, 123.0))
    hall.play(answer["at_host_s"] - hall.sound.host_s + 3.0)
    sounding = hall.sound.host_s - answer["at_host_s"]
    assert hall.do("view")["mix_s"] - float(grid.time_at(0.0)) == pytest.approx(sounding, abs=0.1)


def test_a_track_that_has_gone_is_left_out(hall: Hall, tmp_path: Path) -> None:
    tracks = [write_clicks(tmp_path, name, bpm, beats=112) for name, bpm in TEMPI.items()]
    hall.analyses = tmp_path / "analyses.json"
    hall.analyses.write_text(json.dumps([to_json(t) for t in tracks]))
    hall.open()
    booth = hall.desk._booth
    assert booth is not None
    gone = booth.state.crate[booth.state.plan.plays[1].track_id].analysis.track
    hall.play(2.0)
    gone.path.unlink()
    hall.do("dj_next")
    hall.play(16.0)
    assert hall.named("trouble")
    assert gone.title not in [e["title"] for e in hall.named("track")]
    assert len(hall.named("track")) >= 2


def test_the_process_serves_its_socket(tmp_path: Path, analyses: Path) -> None:
    process = subprocess.Popen([sys.executable, "-m", "temirbek.stage.dj", str(tmp_path)])
    try:
        until_s = time.monotonic() + 60.0
        while True:
            try:
                client = PlainClient(tmp_path / "dj.sock")
                break
            except DeviceLost:
                assert time.monotonic() < until_s
                time.sleep(0.1)
        with client:
            refused = client.ask({"do": "open", "set": "s"}, 30.0)
            assert not refused["ok"]
            opening = {"do": "open", "set": "s", "analyses": str(analyses), "wishes": {}, "seed": 1}
            assert client.ask(opening, 30.0)["ok"]
            answer = client.ask({"do": "begin", "at_host_s": None}, 30.0)
            assert "nobody answers" in answer["reason"], "there is no sound process"
            assert not client.ask({"do": "dance"}, 30.0)["ok"]
    finally:
        process.terminate()
        assert process.wait(30.0) == 0
