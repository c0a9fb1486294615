"""What sounds now: a recording is known by its own title from its first sample on."""

import time
from pathlib import Path

import numpy as np
import pytest

from temirbek.stage.clock import SharedClock
from temirbek.stage.made import Heading, Made
from temirbek.stage.now_playing import NowPlaying
from temirbek.stage.run_folder import RunFolder
from temirbek.types import BeatGrid, Cue, Music, TrackCue

CUE = Cue(id="song", title="A song", kind="track", payload=TrackCue(music=Music(is_demo=True)))
HEADINGS = (
    Heading(beat=2.0, label="intro", track_id="t1", title="Алма", artist="Temirbek studio"),
    Heading(beat=10.0, label="drop", track_id="t1", title="Алма", artist="Temirbek studio"),
)
MADE = Made(
    cue="song",
    kind="track",
    duration_s=20.0,
    grid=BeatGrid(beats_s=0.5 + 0.5 * np.arange(40)),
    headings=HEADINGS,
)


@pytest.mark.parametrize(("mix_s", "section"), [(0.0, "intro"), (1.6, "intro"), (5.6, "drop")])
def test_a_recording_has_its_title_from_its_first_sample_on(
    tmp_path: Path, mix_s: float, section: str
) -> None:
    run = RunFolder(tmp_path)
    with SharedClock.create(run.clock) as clock:
        now_s = time.monotonic()
        clock.write(host_s=now_s, mix_s=mix_s, programme="song")
        playing = NowPlaying(run)
        playing.begin(CUE, MADE)
        view = playing.view(now_s)
        assert (view.title, view.artist, view.track_id) == ("Алма", "Temirbek studio", "t1")
        assert view.section == section
        playing.close()
