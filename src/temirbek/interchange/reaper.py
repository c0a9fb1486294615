"""A mix as a REAPER project, to be taken apart and mended by hand.

Each deck is a track with its plays as items from the original files. Stretch markers give the tempo (with the pitch kept
or not, as it was mixed), item volumes the gains, the track's volume envelope the fader, and REAPER's own three-band
equalizer the isolator, as far as it goes: it holds 24 dB, where the isolator kills. Filter, echo and reverb have no
counterpart that every REAPER has; regions name the transitions' styles. The mix itself lies muted beneath for comparison.

The format is the text that REAPER writes ("State Chunk Definitions", ReaTeam/Doc): an item's ``SM`` lists stretch markers
"place-in-item place-in-file", ``TEMPOENVEX`` points are "seconds bpm shape", with shape 1 for a tempo that holds.
"""

import math
from collections.abc import Callable, Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from temirbek.interchange.anchors import anchors_of
from temirbek.interchange.items import Item, items_of
from temirbek.interchange.lines import corners
from temirbek.interchange.places import line_path
from temirbek.interchange.text import decimal, name_of, one_line
from temirbek.types import Automation, BeatGrid, Control, Deck, Mix, Play, Track, TrackAnalysis

Floats = NDArray[np.float64]
DECKS: tuple[Deck, Deck] = ("A", "B")
PLACES = 9
LEAST_DB = -24.0
"""The equalizer goes no further down."""
CROSSOVERS_HZ = (190, 2500)
"""Of the isolator."""
BANDS: tuple[tuple[Control, int], ...] = (("low", 0), ("mid", 2), ("high", 4))
"""Which slider of the equalizer belongs to a control."""
JUMP_BEATS = 1e-4
"""Two values on one beat are drawn so far apart."""
STEPS_PER_BEAT = 4
FADER_TOLERANCE = 1e-3
BAND_TOLERANCE_DB = 0.05
SOURCES = {
    ".flac": "FLAC",
    ".mp3": "MP3",
    ".ogg": "VORBIS",
    ".oga": "VORBIS",
    ".opus": "OPUS",
    ".m4a": "VIDEO",
}
SETS_TEMPO_AND_BAR, MAY_CUT_BAR_SHORT = 1, 4
"""Flags of a tempo point."""


def reaper_project(mix: Mix, analyses: Mapping[str, TrackAnalysis]) -> str:
    """A project with both decks.

    Args:
        mix: What was rendered.
        analyses: By track id; at least those of the plays.
    """
    grid = mix.beat_grid
    lines = [
        "RIPPLE 0",
        "AUTOXFADE 0",
        f"SAMPLERATE {mix.sample_rate_hz} 0 0",
        "TIMELOCKMODE 0",
        "TEMPOENVLOCKMODE 0",
        f"TEMPO {decimal(float(grid.tempo_at(0)), PLACES)} {grid.beats_per_bar} 4",
        *_markers(mix),
        *_tempo(grid),
    ]
    for deck in DECKS:
        lines += _deck(deck, mix, analyses)
    lines += _reference(mix)
    return "\n".join(_block('REAPER_PROJECT 0.1 "7.0" 0', lines)) + "\n"


def _markers(mix: Mix) -> list[str]:
    """A region for each transition, a marker where the bass changes hands."""
    lines = []
    time_at = mix.beat_grid.time_at
    for k, t in enumerate(mix.plan.transitions, start=1):
        names = f"{one_line(mix.tracks[t.from_play].title)} → {one_line(mix.tracks[t.from_play + 1].title)}"
        start, swap, end = (
            decimal(float(s), PLACES) for s in time_at([t.start_beat, t.swap_beat, t.end_beat])
        )
        lines += [
            f"MARKER {k} {start} {_quoted(f'{t.style}: {names}')} 1",
            f'MARKER {k} {end} "" 1',
            f'MARKER {k} {swap} "bass" 0',
        ]
    return lines


def _tempo(grid: BeatGrid) -> list[str]:
    """Tempo that holds from anchor to anchor, so every beat is met; bars count from mix beat 0."""
    anchors = anchors_of(grid)
    signature = (4 << 16) + grid.beats_per_bar
    points = []
    if anchors[0].time_s > 0:
        first = decimal(anchors[0].bpm, PLACES)
        points.append(f"PT 0 {first} 1 {signature} 0 {SETS_TEMPO_AND_BAR}")
    for k, anchor in enumerate(anchors):
        flags = SETS_TEMPO_AND_BAR + (MAY_CUT_BAR_SHORT if points else 0)
        change = f" {signature} 0 {flags}" if k == 0 else ""
        points.append(f"PT {decimal(anchor.time_s, PLACES)} {decimal(anchor.bpm, PLACES)} 1{change}")
    return _block(
        "TEMPOENVEX", ["ACT 1 -1", "VIS 1 0 1", "LANEHEIGHT 0 0", "ARM 0", "DEFSHAPE 1 -1 -1", *points]
    )


def _deck(deck: Deck, mix: Mix, analyses: Mapping[str, TrackAnalysis]) -> list[str]:
    controls = {a.control: a for a in mix.plan.automation if a.deck == deck}
    lines = [f'NAME "Deck {deck}"', "BEAT 0", "VOLPAN 1 0 -1 -1 1", "MUTESOLO 0 0 0", "NCHAN 2", "FX 1"]
    lines += _volume(controls, mix.beat_grid) + _equalizer(controls, mix.beat_grid)
    for play, track in zip(mix.plan.plays, mix.tracks, strict=True):
        if play.deck == deck:
            grid = analyses[play.track_id].beat_grid
            for item in items_of(play, track, grid, mix.beat_grid):
                lines += _item(item, track, play)
    return _block("TRACK", lines)


def _volume(controls: Mapping[Control, Automation], grid: BeatGrid) -> list[str]:
    """Fader and trim as one envelope of linear gain."""
    moved = [controls[name] for name in ("fader", "trim") if name in controls]
    if not moved:
        return []
    points = _course(moved, grid, lambda gain: gain, FADER_TOLERANCE)
    return _envelope("VOLENV2", points)


def _equalizer(controls: Mapping[Control, Automation], grid: BeatGrid) -> list[str]:
    """REAPER's loser/3BandEQ with an envelope for each band that moves."""
    moved = [(controls[name], slider) for name, slider in BANDS if name in controls]
    if not moved:
        return []
    low_hz, high_hz = CROSSOVERS_HZ
    lines = ["SHOW 0", "LASTSEL 0", "DOCKED 0", "BYPASS 0 0 0"]
    lines += _block('JS loser/3BandEQ ""', [f"0 {low_hz} 0 {high_hz} 0 0"])
    for automation, slider in moved:
        points = _course([automation], grid, _decibels, BAND_TOLERANCE_DB)
        lines += _envelope(f"PARMENV {slider} {LEAST_DB:g} {-LEAST_DB:g} 0", points)
    return _block("FXCHAIN", [*lines, "WAK 0 0"])


def _decibels(gain: Floats) -> Floats:
    return np.asarray(20.0 * np.log10(np.maximum(gain, 10 ** (LEAST_DB / 20))))


def _course(
    moved: Sequence[Automation], grid: BeatGrid, scale: Callable[[Floats], Floats], tolerance: float
) -> list[tuple[float, float]]:
    """The product of controls, scaled, as points (mix s, value) with straight lines between."""
    beats = np.concatenate([a.beats for a in moved])
    jumps = np.concatenate([a.beats[1:][np.diff(a.beats) == 0] for a in moved])
    n_steps = math.ceil((beats.max() - beats.min()) * STEPS_PER_BEAT)
    steps = np.linspace(beats.min(), beats.max(), n_steps + 1)
    every = np.unique(np.concatenate([beats, steps]))
    is_jump = (np.abs(every[:, None] - jumps[None, :]) < JUMP_BEATS).any(axis=1)
    every = np.unique(np.concatenate([every[~is_jump], jumps - JUMP_BEATS, jumps + JUMP_BEATS]))
    values = scale(np.prod([a.at(every) for a in moved], axis=0))
    times_s = grid.time_at(every)
    if times_s[0] < 0:
        times_s = np.maximum(times_s, 0.0)
    kept = corners(every, values, tolerance)
    return [(float(times_s[k]), float(values[k])) for k in kept]


def _envelope(head: str, points: Sequence[tuple[float, float]]) -> list[str]:
    lines = ["ACT 1 -1", "VIS 1 1 1", "LANEHEIGHT 0 0", "ARM 0", "DEFSHAPE 0 -1 -1"]
    return _block(
        head, lines + [f"PT {decimal(s, PLACES)} {decimal(value, PLACES)} 0" for s, value in points]
    )


def _item(item: Item, track: Track, play: Play) -> list[str]:
    markers = " + ".join(
        f"{decimal(at, PLACES)} {decimal(source, PLACES)}" for at, source in item.markers.tolist()
    )
    gain = decimal(10 ** (play.gain_db / 20), PLACES)
    return _block(
        "ITEM",
        [
            f"POSITION {decimal(item.start_s, PLACES)}",
            "SNAPOFFS 0",
            f"LENGTH {decimal(item.end_s - item.start_s, PLACES)}",
            "LOOP 0",
            "ALLTAKES 0",
            "BEAT 0",
            f"FADEIN 0 {decimal(item.fade_in_s, PLACES)} 0 0 0 0 0",
            f"FADEOUT 0 {decimal(item.fade_out_s, PLACES)} 0 0 0 0 0",
            "MUTE 0 0",
            f"NAME {_quoted(name_of(track))}",
            f"VOLPAN {gain} 0 1 -1",
            "SOFFS 0",
            f"PLAYRATE 1 {int(play.stretch == 'time')} 0 -1 0 0.0025",
            "CHANMODE 0",
            *_source(track),
            f"SM {markers}",
        ],
    )


def _source(track: Track) -> list[str]:
    kind = SOURCES.get(track.path.suffix.lower(), "WAVE")
    return _block(f"SOURCE {kind}", [f"FILE {_quoted(line_path(track.path))}"])


def _reference(mix: Mix) -> list[str]:
    source = _block("SOURCE FLAC", [f"FILE {_quoted(line_path(mix.audio_path))}"])
    item = ["POSITION 0", f"LENGTH {decimal(mix.duration_s, PLACES)}", "LOOP 0", 'NAME "Mix"', *source]
    return _block("TRACK", ['NAME "Mix (muted)"', "BEAT 0", "MUTESOLO 1 0 0", *_block("ITEM", item)])


def _block(head: str, lines: Sequence[str]) -> list[str]:
    return [f"<{head}", *("  " + line for line in lines), ">"]


def _quoted(text: str) -> str:
    """A text in the first kind of quotes that it does not hold itself."""
    mark = next((mark for mark in "\"'`" if mark not in text), "`")
    return f"{mark}{text.replace('`', chr(39)) if mark == '`' else text}{mark}"
