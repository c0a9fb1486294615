"""The REAPER project, read back by a small parser: its stretch markers are the deck's own map."""

import shlex
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from temirbek.interchange.items import EDGE_S, items_of
from temirbek.interchange.reaper import reaper_project
from temirbek.types import Automation, BeatGrid, DeckMap, Loop, Mix, TrackAnalysis

from . import makers

NEAR_S = 1e-3
"""A marker map within a millisecond is one nobody hears."""
EXACT_S = 3e-5
"""What the export itself promises."""


@dataclass
class Block:
    """One <…> of the format."""

    head: list[str]
    lines: list[list[str]] = field(default_factory=list)
    blocks: list["Block"] = field(default_factory=list)

    def first(self, name: str) -> list[str]:
        return next(line[1:] for line in self.lines if line[0] == name)

    def all(self, name: str) -> list["Block"]:
        return [block for block in self.blocks if block.head[0] == name]


def words(line: str) -> list[str]:
    lexer = shlex.shlex(line, posix=True)
    lexer.whitespace_split, lexer.quotes, lexer.escape, lexer.commenters = True, "\"'`", "", ""
    return list(lexer)


def parse(text: str) -> Block:
    root = Block([""])
    stack = [root]
    for line in text.splitlines():
        line = line.strip()
        if line.startswith("<"):
            stack[-1].blocks.append(Block(words(line[1:])))
            stack.append(stack[-1].blocks[-1])
        elif line == ">":
            stack.pop()
        else:
            stack[-1].lines.append(words(line))
    assert stack == [root], "a block is not closed"
    return root.blocks[0]


def project_of(mix: Mix, analyses: list[TrackAnalysis]) -> Block:
    return parse(reaper_project(mix, {a.track.id: a for a in analyses}))


def source_at(item: Block, mix_s: np.ndarray) -> np.ndarray:
    """Where REAPER reads the file: straight lines between the markers."""
    pairs = " ".join(item.first("SM")).split(" + ")
    at, source = np.array([pair.split() for pair in pairs], dtype=float).T
    return np.interp(mix_s - float(item.first("POSITION")[0]), at, source)


def inside(item: Block) -> np.ndarray:
    start, length = (float(item.first(name)[0]) for name in ("POSITION", "LENGTH"))
    return np.linspace(start + EDGE_S, start + length - EDGE_S, 999)


def test_stretch_markers_reproduce_the_decks(tmp_path: Path) -> None:
    mix, analyses = makers.two_track_mix(opening_s=0.4)
    project = project_of(mix, analyses)
    for name, play, analysis, n_items in zip("AB", mix.plan.plays, analyses, (3, 1), strict=True):
        (deck,) = [track for track in project.all("TRACK") if track.first("NAME") == [f"Deck {name}"]]
        items = deck.all("ITEM")
        assert len(items) == n_items  # a loop heard twice again makes three
        deck_map = DeckMap(play=play, track_grid=analysis.beat_grid, mix_grid=mix.beat_grid)
        for item in items:
            at = inside(item)
            assert np.max(np.abs(source_at(item, at) - deck_map.track_s_at(at))) < EXACT_S < NEAR_S
            assert item.all("SOURCE")[0].first("FILE") == [str(analysis.track.path)]


@settings(max_examples=25)
@given(
    bpm=st.floats(60, 190),
    mix_bpm=st.tuples(st.floats(90, 130), st.floats(90, 130)),
    ratio=st.sampled_from([0.5, 1.0, 2.0]),
    wobble=st.floats(0, 0.05),
    nudge=st.lists(st.tuples(st.floats(0, 40), st.floats(-0.02, 0.02)), max_size=4).map(sorted),
    loop=st.booleans(),
)
def test_items_follow_the_deck_map_for_any_play(
    bpm: float,
    mix_bpm: tuple[float, float],
    ratio: float,
    wobble: float,
    nudge: list[tuple[float, float]],
    loop: bool,
) -> None:
    nudge = [p for k, p in enumerate(nudge) if k == 0 or p[0] - nudge[k - 1][0] > 4]
    intervals = 60 / bpm * (1 + wobble * np.sin(np.arange(90)))
    analysis = makers.analysis_of(BeatGrid(beats_s=1.0 + np.cumsum(intervals)))
    loops = (Loop(start_beat=16.0, length_beats=4.0, times=3),) if loop else ()
    play = makers.play_of(analysis, "A", 80, 8, beat_ratio=ratio, nudge=tuple(nudge), loops=loops)
    mix = makers.mix_of([analysis], [play], [], tempo=((0.0, mix_bpm[0]), (60.0, mix_bpm[1])))
    deck_map = DeckMap(play=play, track_grid=analysis.beat_grid, mix_grid=mix.beat_grid)
    items = items_of(play, analysis.track, analysis.beat_grid, mix.beat_grid)
    assert len(items) == (4 if loop else 1)
    for item in items:
        at = np.linspace(item.start_s + EDGE_S, item.end_s - EDGE_S, 777)
        source = np.interp(at - item.start_s, *item.markers.T)
        assert np.max(np.abs(source - deck_map.track_s_at(at))) < EXACT_S
        assert np.all(np.diff(item.markers, axis=0) > 0)


def test_a_steady_play_needs_two_markers() -> None:
    analysis = makers.analysis_of(makers.even_grid(120.0))
    play = makers.play_of(analysis, "A", 64, 0)
    mix = makers.mix_of([analysis], [play], [], tempo=((0.0, 124.0),))
    (item,) = items_of(play, analysis.track, analysis.beat_grid, mix.beat_grid)
    assert len(item.markers) == 2
    speed = (item.markers[1, 1] - item.markers[0, 1]) / (item.markers[1, 0] - item.markers[0, 0])
    assert speed == pytest.approx(124 / 120)


def test_an_item_never_leaves_its_file() -> None:
    """The first beat is the file's first sample, and the part goes beyond its end."""
    grid = makers.even_grid(120.0, 64, start_s=0.0)
    analysis = makers.analysis_of(grid)
    play = makers.play_of(analysis, "A", 80, 4)
    mix = makers.mix_of([analysis], [play], [])
    (item,) = items_of(play, analysis.track, grid, mix.beat_grid)
    assert item.markers[0, 1] == 0 and item.markers[-1, 1] == analysis.track.duration_s
    assert item.fade_in_s == 0, "an attack on the first sample is not faded in"
    assert item.start_s == pytest.approx(float(mix.beat_grid.time_at(4)))


def test_every_beat_of_the_mix_is_a_beat_of_the_project() -> None:
    mix, analyses = makers.two_track_mix(opening_s=0.4)
    (tempo,) = project_of(mix, analyses).all("TEMPOENVEX")
    points = [line[1:] for line in tempo.lines if line[0] == "PT"]
    assert all(point[2] == "1" for point in points), "tempo holds from point to point"
    times, bpm = np.array([point[:2] for point in points], dtype=float).T
    beats = np.concatenate([[0.0], np.cumsum(np.diff(times) * bpm[:-1] / 60)])
    beats_s = mix.beat_grid.beats_s
    counted = np.interp(beats_s, times, beats) + np.maximum(0, beats_s - times[-1]) * bpm[-1] / 60
    assert np.allclose(np.diff(counted), 1.0, atol=1e-5)
    assert float(points[1][0]) == 0.4 and points[1][3] == str((4 << 16) + 4)


def test_gains_pitch_and_faders_go_along() -> None:
    mix, analyses = makers.two_track_mix()
    deck_a, deck_b, reference = project_of(mix, analyses).all("TRACK")
    assert float(deck_a.all("ITEM")[0].first("VOLPAN")[0]) == pytest.approx(10 ** (-3 / 20))
    assert [deck.all("ITEM")[0].first("PLAYRATE")[1] for deck in (deck_a, deck_b)] == ["1", "0"]
    assert reference.first("MUTESOLO")[0] == "1"
    (envelope,) = deck_b.all("VOLENV2")
    times, gains = np.array([x[1:3] for x in envelope.lines if x[0] == "PT"], dtype=float).T
    at = np.linspace(0, mix.duration_s, 500)
    (fader,) = [a for a in mix.plan.automation if a.deck == "B"]
    assert np.allclose(np.interp(at, times, gains), fader.at(mix.beat_grid.beat_at(at)), atol=5e-3)


def test_the_isolator_and_a_jump_go_along() -> None:
    analysis = makers.analysis_of(makers.even_grid(120.0))
    play = makers.play_of(analysis, "A", 64, 0)
    low = Automation(deck="A", control="low", beats=np.array([0.0, 16, 16]), values=np.array([0.0, 0, 1]))
    trim = Automation(deck="A", control="trim", beats=np.array([0.0, 32]), values=np.array([1.0, 0.5]))
    mix = makers.mix_of([analysis], [play], [], automation=[low, trim], tempo=((0.0, 120.0),))
    deck = project_of(mix, [analysis]).all("TRACK")[0]
    (chain,) = deck.all("FXCHAIN")
    (band,) = chain.all("PARMENV")
    assert chain.all("JS") and band.head[1] == "0"
    times, decibels = np.array([x[1:3] for x in band.lines if x[0] == "PT"], dtype=float).T
    assert np.interp([7.99, 8.01], times, decibels) == pytest.approx([-24, 0])
    (volume,) = deck.all("VOLENV2")
    times, gains = np.array([x[1:3] for x in volume.lines if x[0] == "PT"], dtype=float).T
    assert np.interp(8.0, times, gains) == pytest.approx(0.75)


@pytest.mark.parametrize("title", ['a "b"', 'it\'s "x"', "`q` 'r' \"s\"", "<", "Ән\nкүй"])
def test_titles_with_quotes_stay_one_word(title: str) -> None:
    analysis = makers.analysis_of(makers.even_grid(120.0), title, path=Path("/m/a 'b'.wav"))
    mix = makers.mix_of([analysis], [makers.play_of(analysis, "A", 64, 0)], [])
    (item,) = project_of(mix, [analysis]).all("TRACK")[0].all("ITEM")
    assert len(item.first("NAME")) == 1


def test_transitions_are_regions() -> None:
    mix, analyses = makers.two_track_mix()
    markers = [line[1:] for line in project_of(mix, analyses).lines if line[0] == "MARKER"]
    times = [float(marker[1]) for marker in markers]
    assert times == pytest.approx(mix.beat_grid.time_at([80, 112, 96]).tolist())
    assert markers[0][2].startswith("blend: ") and [m[3] for m in markers] == ["1", "1", "0"]
