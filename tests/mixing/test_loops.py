"""Loops jump back on the beat, and nobody hears where."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.mixing.makers import BEATS, RATE_HZ, attack_samples, plan_of, play, write_clicks

from temirbek.audio import AudioReader, open_audio
from temirbek.mixing import render_span
from temirbek.mixing.clock import SourceMap, mix_clock
from temirbek.mixing.stretch import PlaySound
from temirbek.types import BeatGrid, DeckMap, Loop, Play, TrackAnalysis

TEMPO = 120.0


@st.composite
def looped(draw: st.DrawFn) -> tuple[tuple[Loop, ...], float, str]:
    """One to three loops of whole beats, the tempo that they are played at, and a way to play."""
    loops: list[Loop] = []
    at = draw(st.integers(0, 6))
    for _ in range(draw(st.integers(1, 3))):
        length = draw(st.sampled_from([1, 2, 4, 8]))
        loops.append(Loop(start_beat=at, length_beats=length, times=draw(st.integers(1, 3))))
        at += length + draw(st.integers(0, 4))
    return tuple(loops), draw(st.floats(0.95, 1.05)), draw(st.sampled_from(["time", "varispeed"]))


@pytest.fixture(scope="module")
def clicks(tmp_path_factory: pytest.TempPathFactory) -> TrackAnalysis:
    return write_clicks(tmp_path_factory.mktemp("clicks"), "clicks", TEMPO)


@pytest.fixture(scope="module")
def chord(tmp_path_factory: pytest.TempPathFactory) -> TrackAnalysis:
    return write_clicks(tmp_path_factory.mktemp("chord"), "chord", TEMPO, chord=0.4, click=0.0)


def sound_of(track: TrackAnalysis, part: Play, tempo_bpm: float) -> tuple[np.ndarray, SourceMap]:
    clock = mix_clock(plan_of([part], tempo=[(0.0, tempo_bpm)]), 4)
    source = SourceMap(play=part, track_grid=track.beat_grid, clock=clock)
    with open_audio(track.track.path, RATE_HZ) as reader:
        return heard(reader, source), source


def heard(reader: AudioReader, source: SourceMap) -> np.ndarray:
    n = source.clock.n_samples
    return PlaySound(reader, source, 0, n).read(0, n)


@settings(max_examples=8, deadline=None)
@given(drawn=looped())
def test_a_held_chord_does_not_click_where_it_jumps(
    chord: TrackAnalysis, drawn: tuple[tuple[Loop, ...], float, str]
) -> None:
    loops, speed, way = drawn
    part = replace(play(chord, "A", 40, 0, stretch=way), loops=loops)
    sound, source = sound_of(chord, part, TEMPO * speed)
    plain, _ = sound_of(chord, replace(part, loops=()), TEMPO * speed)
    inside = slice(RATE_HZ // 2, -RATE_HZ // 2)
    steps, plain_steps = (np.abs(np.diff(x[0][inside], n=2)) for x in (sound, plain))
    median = np.median(plain_steps)
    assert steps.max() < median + 8 * 1.4826 * np.median(np.abs(plain_steps - median))
    assert len(source.pieces()) == 1 + sum(loop.times for loop in loops)


@settings(max_examples=8, deadline=None)
@given(drawn=looped())
def test_beats_stay_beats_through_loops(
    clicks: TrackAnalysis, drawn: tuple[tuple[Loop, ...], float, str]
) -> None:
    loops, speed, way = drawn
    part = replace(play(clicks, "A", 40, 0, stretch=way), loops=loops)
    sound, source = sound_of(clicks, part, TEMPO * speed)
    beats = source.clock.sample_at(np.arange(1, int(part.mix_to_beat) - 1))
    error_ms = (attack_samples(sound.T, beats) - beats) / RATE_HZ * 1e3
    assert np.abs(error_ms).max() < 1.0


@given(drawn=looped(), nudge_ms=st.floats(-20, 20))
def test_pieces_are_the_play_itself(drawn: tuple[tuple[Loop, ...], float, str], nudge_ms: float) -> None:
    loops, speed, _ = drawn
    part = Play(
        track_id="x",
        deck="A",
        track_from_beat=0,
        track_to_beat=40,
        mix_from_beat=0,
        gain_db=0.0,
        loops=loops,
        nudge=((3.0, 0.0), (9.0, nudge_ms / 1e3)),
    )
    clock = mix_clock(plan_of([part], tempo=[(0.0, TEMPO * speed), (16.0, TEMPO)]), 4)
    grid = BeatGrid(beats_s=0.25 + np.arange(60) * 0.5)
    source = SourceMap(play=part, track_grid=grid, clock=clock)
    whole = DeckMap(play=part, track_grid=grid, mix_grid=clock.grid)
    pieces = source.pieces()
    edges = [*(piece.start for piece in pieces), source.stop]
    for piece, first, last in zip(pieces, edges[:-1], edges[1:], strict=True):
        at = np.linspace(first + 1, last - 1, 50)
        assert np.allclose(piece.source_at(at), whole.track_s_at(at / RATE_HZ) * RATE_HZ, atol=1e-3)


def test_a_nudge_is_heard_and_glides(clicks: TrackAnalysis) -> None:
    part = replace(play(clicks, "A", BEATS - 2, 0, stretch="varispeed"), nudge=((8.0, 0.0), (16.0, 0.015)))
    sound, source = sound_of(clicks, part, TEMPO)
    beats = np.arange(1, BEATS - 3)
    late_ms = (
        (attack_samples(sound.T, source.clock.sample_at(beats)) - source.clock.sample_at(beats))
        / RATE_HZ
        * 1e3
    )
    wanted = np.interp(beats + late_ms / 500, [8, 16], [0, 15])
    assert np.abs(late_ms - wanted).max() < 0.3


def test_a_play_that_is_nudged_from_the_start_begins_later(clicks: TrackAnalysis) -> None:
    plan = plan_of([replace(play(clicks, "A", 16, 0), nudge=((0.0, 0.1),))])
    span = render_span(plan, [clicks], 0, 1)
    assert not span.stems[0, :, : int(0.09 * RATE_HZ)].any()
    assert np.abs(span.stems[0, :, int(0.1 * RATE_HZ) : int(0.11 * RATE_HZ)]).max() > 0.1
