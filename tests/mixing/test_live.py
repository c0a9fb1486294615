"""A plan that grows while it is heard sounds like the final plan rendered as a whole, to the bit."""

from pathlib import Path

import numpy as np
import pytest
from tests.mixing.makers import RATE_HZ, write_clicks

from temirbek.audio import true_peak_dbtp
from temirbek.errors import InvalidInput
from temirbek.mixing.clock import mix_clock
from temirbek.mixing.live import FRAME, LIVE_GAIN_DB, LiveRender, Spool
from temirbek.mixing.master import limited
from temirbek.mixing.render import play_decks, played_tracks
from temirbek.mixing.spool import Spool as DiskSpool
from temirbek.planning.live import go_on, open_set
from temirbek.planning.live_difference import first_difference
from temirbek.planning.live_requests import request
from temirbek.types import SetPlan, SetWishes, TrackAnalysis

Tracks = tuple[TrackAnalysis, ...]
AHEAD_S = 20.0


@pytest.fixture(scope="module")
def tracks(tmp_path_factory: pytest.TempPathFactory) -> Tracks:
    folder = tmp_path_factory.mktemp("clicks")
    tempi = {"one": 120.0, "two": 124.0, "three": 127.0, "four": 122.0}
    return tuple(write_clicks(folder, name, bpm, beats=112, click=0.8) for name, bpm in tempi.items())


def whole(plan: SetPlan, tracks: Tracks, folder: Path) -> np.ndarray:
    """The plan rendered offline at the live gain."""
    clock = mix_clock(plan, 4)
    with DiskSpool(folder) as a, DiskSpool(folder) as b:
        play_decks(plan, played_tracks(plan, tracks), clock, (a, b))
        return np.concatenate(list(limited((a, b), LIVE_GAIN_DB)), axis=1)


def at_once(plan: SetPlan, tracks: Tracks, folder: Path, seconds: int) -> np.ndarray:
    """The plan's first seconds, rendered without a change."""
    with LiveRender(plan, tracks, folder, beats_per_bar=4) as render:
        render.render_to(seconds * RATE_HZ)
        return sound_of([render.spool])


def sound_of(spools: list[Spool]) -> np.ndarray:
    """What is heard of spools, each from its first sample on."""
    heard = np.zeros((2, 0), dtype=np.float32)
    for spool in spools:
        sound = np.fromfile(spool.path, dtype="<f4").reshape(-1, 2).T
        heard = np.concatenate([heard[:, : spool.mix_frame], sound], axis=1)
    return heard


def test_what_is_heard_of_a_changed_set_is_the_final_plan(tracks: Tracks, tmp_path: Path) -> None:
    asked = {24: "dj_next", 40: "dj_hold", 70: "dj_hold", 84: "dj_next", 120: "dj_fade"}
    state = open_set(tracks, wishes=SetWishes(), seed=1)
    with LiveRender(state.plan, tracks, tmp_path, beats_per_bar=4) as render:
        spools = [render.spool]
        for now in range(0, 130, 2):
            after = go_on(state, now + 5.0)
            if now in asked:
                after, change = request(after, asked[now], {}, now, now + 5.0)
                assert change.is_accepted, change.words
            if after.plan is not state.plan:
                spool = render.change(after.plan, first_difference(state.plan, after.plan))
                if spool is not None:
                    assert spool.mix_frame >= render.clock.sample_at(now) + 0.5 * RATE_HZ
                    spools.append(spool)
            state = after
            render.render_to(int(render.clock.sample_at(now) + AHEAD_S * RATE_HZ))
        assert render.is_complete
        first, peaks = render.peaks()
    assert len(spools) >= 4
    live, final = sound_of(spools), whole(state.plan, tracks, tmp_path)
    assert live.shape == final.shape
    assert np.array_equal(live, final)
    assert true_peak_dbtp(live) <= -1.0
    assert first == 0
    master = np.abs(final[:, : 100 * 960]).max(axis=0).reshape(100, 960).max(axis=1)
    assert np.allclose(peaks[2, :100], master)


def test_a_change_that_came_too_late_leaves_no_trace(tracks: Tracks, tmp_path: Path) -> None:
    state = open_set(tracks, wishes=SetWishes(), seed=1)
    other, change = request(state, "dj_next", {}, 20.0, 25.0)
    with LiveRender(state.plan, tracks, tmp_path, beats_per_bar=4) as render:
        render.render_to(30 * RATE_HZ)
        mark = render.mark()
        spool = render.change(other.plan, change.from_beat)
        assert spool is not None
        render.render_to(spool.mix_frame + RATE_HZ)
        render.go_back(mark)
        assert not spool.path.exists()
        render.render_to(40 * RATE_HZ)
        live = sound_of([render.spool])
    assert np.array_equal(live, at_once(state.plan, tracks, tmp_path / "again", 40))


def test_a_spool_that_was_left_half_written_is_written_on(tracks: Tracks, tmp_path: Path) -> None:
    state = open_set(tracks, wishes=SetWishes(), seed=1)
    with LiveRender(state.plan, tracks, tmp_path, beats_per_bar=4) as render:
        render.render_to(12 * RATE_HZ)
        spool = render.spool
    with spool.path.open("r+b") as file:
        file.truncate(9 * RATE_HZ * 8 + 5)
    with LiveRender(state.plan, tracks, tmp_path, beats_per_bar=4, resumed=spool, first_spool=1) as render:
        assert render.rendered_to == 9 * RATE_HZ // FRAME * FRAME
        render.render_to(20 * RATE_HZ)
    assert np.array_equal(sound_of([spool]), at_once(state.plan, tracks, tmp_path / "again", 20))


def test_a_track_that_nobody_analysed_is_refused(tracks: Tracks, tmp_path: Path) -> None:
    state = open_set(tracks, wishes=SetWishes(), seed=1)
    with pytest.raises(InvalidInput, match="not given"):
        LiveRender(state.plan, tracks[:1], tmp_path, beats_per_bar=4)
