"""Echo and reverb: on the mix's beats, without bass, ringing on when the fader is down, the same wherever one begins."""

import numpy as np
import pytest
import scipy.signal
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.mixing.makers import RATE_HZ, attack_samples, plan_of, play, transition, write_clicks

from temirbek.mixing import render_span
from temirbek.mixing.clock import MixClock, mix_clock
from temirbek.mixing.deck import FRAME
from temirbek.mixing.echo import DECAY, FIRST_LEVEL, Echo
from temirbek.mixing.lanes import SMOOTHING
from temirbek.mixing.reverb import Reverb, response
from temirbek.types import Automation, Play, SetPlan, TrackAnalysis

BASS = scipy.signal.butter(4, 100.0, "low", fs=RATE_HZ, output="sos")


@pytest.fixture(scope="module")
def pair(tmp_path_factory: pytest.TempPathFactory) -> tuple[TrackAnalysis, TrackAnalysis]:
    folder = tmp_path_factory.mktemp("clicks")
    return write_clicks(folder, "four", 120.0), write_clicks(folder, "waltz", 90.0, beats=24, bar=3)


def leaving(a: TrackAnalysis, b: TrackAnalysis, control: str) -> SetPlan:
    """The first track leaves by a send on its last beat; the second begins alone, at another tempo."""
    return plan_of(
        [play(a, "A", 16, 0), play(b, "B", 24, 16)],
        [transition(16, 4, 16, "echo_out")],
        [(0, 120), (16, 120), (16.001, 90), (40, 90)],
        [
            moves("fader", [16.0, 16.0], [1.0, 0.0]),
            moves(control, [15.0, 15.0, 16.0, 16.0], [0.0, 1.0, 1.0, 0.0]),
        ],
    )


def moves(control: str, beats: list[float], values: list[float]) -> Automation:
    return Automation(deck="A", control=control, beats=np.array(beats), values=np.array(values))  # type: ignore[arg-type]


def test_an_echo_rings_on_the_beats_of_the_next_track(pair: tuple[TrackAnalysis, TrackAnalysis]) -> None:
    span = render_span(leaving(*pair, "echo"), pair, 15.0, 36.0)
    left = span.stems[0].mean(axis=0)

    def at(beat: float) -> float:
        return (float(span.beat_grid.time_at(beat)) - span.first_s) * RATE_HZ

    repeats = np.array([at(beat) for beat in range(16, 22)])
    error_ms = (attack_samples(left, repeats) - repeats) / RATE_HZ * 1e3
    assert np.abs(error_ms).max() < 2.0
    closed = SMOOTHING  # the fader needs so long to close on the next attack of the track that leaves
    levels = np.array(
        [np.sqrt((left[int(r) + closed : int(r) + 4000] ** 2).mean()) for r in (at(15), *repeats)]
    )
    assert np.allclose(levels[2:] / levels[1:-1], DECAY, rtol=0.03)
    assert levels[1] / levels[0] == pytest.approx(FIRST_LEVEL, rel=0.2)  # less what is thinned out
    assert not left[int(at(31.1)) :].any()


def test_a_hall_rings_on_when_the_fader_is_down(pair: tuple[TrackAnalysis, TrackAnalysis]) -> None:
    span = render_span(leaving(*pair, "reverb"), pair, 14.0, 24.0)
    left = span.stems[0].mean(axis=0)
    down = int((float(span.beat_grid.time_at(16.0)) - span.first_s) * RATE_HZ)
    levels = [np.sqrt((left[down + k * 24000 : down + (k + 1) * 24000] ** 2).mean()) for k in range(5)]
    assert levels == sorted(levels, reverse=True)
    assert 0.003 < levels[1] / np.sqrt((left[:down] ** 2).mean()) < 0.5


def test_at_a_steady_tempo_an_echo_is_a_delay_line() -> None:
    clock = steady_clock(125.0)
    n = 40 * FRAME
    sound = np.zeros((2, n), dtype=np.float32)
    sound[:, 30_000:130_000] = 0.3 * np.random.default_rng(2).standard_normal((2, 100_000))
    thin = scipy.signal.sosfilt(
        scipy.signal.butter(4, 200.0, "high", fs=RATE_HZ, output="sos"), sound, axis=1
    )
    beat = round(60 / 125.0 * RATE_HZ)
    wanted = np.zeros((2, n))
    for k in range(1, 15):
        wanted[:, k * beat :] += FIRST_LEVEL * DECAY ** (k - 1) * thin[:, : n - k * beat]
    assert np.allclose(ringing(Echo(clock), sound), wanted, atol=1e-4)


def test_a_hall_is_the_convolution_with_its_response() -> None:
    sound = np.zeros((2, 20 * FRAME), dtype=np.float32)
    sound[:, 7000:60_000] = 0.3 * np.random.default_rng(2).standard_normal((2, 53_000))
    wanted = scipy.signal.oaconvolve(sound.astype(float), response(), axes=1)[:, : sound.shape[1]]
    hall = Reverb(FRAME)
    heard = np.zeros_like(sound)
    for start in range(0, sound.shape[1], FRAME):
        hall.add_inplace(heard[:, start : start + FRAME], sound[:, start : start + FRAME])
    assert np.allclose(heard, wanted, atol=1e-5)


def test_the_hall_has_no_bass_and_two_sides() -> None:
    hall = response().astype(float)
    bass = scipy.signal.sosfilt(BASS, hall, axis=1)
    assert 10 * np.log10((bass**2).sum() / (hall**2).sum()) < -25
    assert abs(np.corrcoef(hall)[0, 1]) < 0.1
    thirds = [np.sqrt((part**2).mean()) for part in np.array_split(hall[0], 3)]
    assert thirds == sorted(thirds, reverse=True)


def test_an_echo_has_no_bass() -> None:
    t = np.arange(40 * FRAME) / RATE_HZ
    bass = np.repeat(np.sin(2 * np.pi * 50 * t)[None] * (t > 1) * (t < 3), 2, axis=0).astype(np.float32)
    heard = ringing(Echo(steady_clock(120.0)), bass)[:, int(1.6 * RATE_HZ) : int(2.9 * RATE_HZ)]
    assert np.sqrt((heard**2).mean()) < 0.01


@settings(max_examples=4, deadline=None)
@given(control=st.sampled_from(["echo", "reverb"]), first=st.floats(14.0, 30.0))
def test_where_one_begins_changes_nothing(
    pair: tuple[TrackAnalysis, TrackAnalysis], control: str, first: float
) -> None:
    plan = leaving(*pair, control)
    whole = render_span(plan, pair, 0.0, 32.0).stems
    part = render_span(plan, pair, first, 32.0).stems
    assert np.array_equal(part, whole[:, :, whole.shape[2] - part.shape[2] :])


def ringing(echo: Echo, sound: np.ndarray) -> np.ndarray:
    out = np.zeros_like(sound)
    for start in range(0, sound.shape[1], FRAME):
        echo.add_inplace(out[:, start : start + FRAME], sound[:, start : start + FRAME], start)
    return out


def steady_clock(tempo_bpm: float) -> MixClock:
    part = Play(track_id="x", deck="A", track_from_beat=0, track_to_beat=64, mix_from_beat=0, gain_db=0.0)
    return mix_clock(plan_of([part], tempo=[(0.0, tempo_bpm)]), 4)
