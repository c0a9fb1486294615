"""Our composer against chance and against a loop, on the same music, by the measures of composition.

    python benchmarks/compose.py [--seeds 5] [--render] [--mix FOLDER …]

- *ours*: ``compose`` with one seed after the other.
- *random*: every two bars each dancer draws a groove and a figure (or one move for the whole body), uniformly from the same
  vocabulary under the same tempo rules, an intensity between a half and one, and a side. Walks are left out: drawn without
  a goal they lead off the stage or into each other.
- *loop*: one groove and one figure, drawn once, by both dancers in unison throughout.

The music: a made-up form of 128 bars at two tempi, without sound; with ``--render`` the demo's mix, and where TEMIRBEK_MUSIC is
set, a mix of five of its recordings; with ``--mix`` folders that ``temirbek mix`` or ``temirbek rehearse`` wrote. Printed: the
mean over seeds of each measure, and on how many pairs (same music, same seed) ours is ahead. Nothing is simulated.
"""

import argparse
import json
import os
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import fields
from pathlib import Path

import numpy as np

from temirbek.choreography import compose, load_moves
from temirbek.choreography.material import is_groove, is_upper, tempo_rule
from temirbek.choreography.walking import is_travelling
from temirbek.measures.composition import CompositionMeasures, measure_composition
from temirbek.prepare import make_mix
from temirbek.prepare.rehearsal import gather_music
from temirbek.show import DEFAULT_CAST, read_show
from temirbek.store.nouns import from_json
from temirbek.types import (
    BeatGrid,
    Choreography,
    Mix,
    MixSection,
    Move,
    MoveCall,
    Music,
    Performer,
    Section,
    SectionLabel,
    SetPlan,
    Show,
    footsteps_of,
)

ROOT = Path(__file__).parents[1]
SONGS = ("bopeebo", "cocoa", "satin-panties", "roses", "high")
LESS_IS_BETTER = ("repeats",)
TOLD_ONLY = ("freezing_share",)
FORM: tuple[tuple[str, SectionLabel, int, float], ...] = (
    ("one", "intro", 8, 0.3),
    ("one", "verse", 16, 0.5),
    ("one", "build", 8, 0.6),
    ("one", "drop", 16, 0.95),
    ("one", "break", 8, 0.3),
    ("one", "build", 8, 0.6),
    ("one", "drop", 16, 1.0),
    ("two", "verse", 16, 0.55),
    ("two", "build", 8, 0.7),
    ("two", "drop", 16, 0.9),
    ("two", "outro", 8, 0.4),
)


def arranged(bpm: float) -> Mix:
    """A mix with a form and an energy, and no sound."""
    bars = sum(length for _, _, length, _ in FORM)
    sections, energy, bar = [], [], 0
    rng = np.random.default_rng(0)
    for track, label, length, level in FORM:
        section = Section(start_beat=4.0 * bar, end_beat=4.0 * (bar + length), label=label, energy=level)
        sections.append(MixSection(section=section, track_id=track))
        energy += list(np.clip(level + rng.normal(0, 0.04, length), 0, 1))
        bar += length
    plan = SetPlan(
        plays=(),
        transitions=(),
        automation=(),
        tempo_beats=np.zeros(1),
        tempo_bpm=np.array([bpm]),
        end_beat=4.0 * bars,
        seed=0,
    )
    beats_s = np.arange(4.0 * bars + 1.0) * 60.0 / bpm
    return Mix(
        audio_path=Path("none.flac"),
        sample_rate_hz=48000,
        duration_s=float(beats_s[-1]) + 2.0,
        beat_grid=BeatGrid(beats_s=beats_s),
        plan=plan,
        tracks=(),
        sections=tuple(sections),
        phrases_beats=np.arange(0.0, 4.0 * bars, 32.0),
        energy=np.array(energy),
        loudness_lufs=-14.0,
        true_peak_dbtp=-1.0,
        waveforms=np.zeros((3, 1)),
    )


def danced(
    calls: Sequence[MoveCall], dancers: Sequence[Performer], moves: Mapping[str, Move]
) -> Choreography:
    """Calls as a choreography."""
    return Choreography(
        performers=tuple(dancers),
        calls=tuple(calls),
        footsteps={d.id: footsteps_of(d, calls, moves) for d in dancers},
    )


def usable(moves: Mapping[str, Move], bpm: float, bars: int) -> list[Move]:
    """What may be drawn: everything for a dancer that stays where it is, and fits the tempo and the bars."""
    found = []
    for move in moves.values():
        rule = tempo_rule(move, bpm)
        stays = not (move.steps and is_travelling(move))
        if move.robot != "g1" or move.family == "dj" or rule is None or not stays:
            continue
        if not move.steps or abs(4 * bars / (move.length_beats * rule) % 1) < 1e-9:
            found.append(move)
    return found


def call_of(
    dancer: Performer, move: Move, start: float, length: float, bpm: float, level: float, side: bool
) -> MoveCall:
    """One call, under the tempo rules."""
    return MoveCall(
        performer=dancer.id,
        move=move.name,
        start_beat=start,
        length_beats=length,
        intensity=level,
        mirrored=side,
        tempo_rule=tempo_rule(move, bpm) or 1.0,
    )


def random_dance(
    mix: Mix, dancers: Sequence[Performer], moves: Mapping[str, Move], seed: int
) -> Choreography:
    """Uniform draws every two bars."""
    rng = np.random.default_rng([seed, 7])
    calls = []
    for bar in range(2, mix.beat_grid.n_bars - 3, 2):  # on the phrases' grid, as ours
        start = float(mix.beat_grid.bar_start_beat(bar))
        bpm = float(mix.beat_grid.tempo_at(start))
        pool = usable(moves, bpm, 2)
        for dancer in dancers:
            drawn = [pool[rng.integers(len(pool))]]
            others = [m for m in pool if (is_upper(m) if is_groove(drawn[0]) else is_groove(m))]
            if is_groove(drawn[0]) or is_upper(drawn[0]):
                drawn.append(others[rng.integers(len(others))])
            for move in drawn:
                level, side = float(rng.uniform(0.5, 1.0)), bool(rng.integers(2))
                calls.append(call_of(dancer, move, start, 8.0, bpm, level, side))
    return danced(calls, dancers, moves)


def looped_dance(
    mix: Mix, dancers: Sequence[Performer], moves: Mapping[str, Move], seed: int
) -> Choreography:
    """One groove and one figure, from the second bar to the last."""
    rng = np.random.default_rng([seed, 8])
    start = float(mix.beat_grid.bar_start_beat(1))
    bpm = float(mix.beat_grid.tempo_at(start))
    bars = (mix.beat_grid.n_bars - 2) // 2 * 2
    calls = []
    for kind in (is_groove, is_upper):
        pool = [m for m in usable(moves, bpm, 2) if kind(m)]
        move = pool[rng.integers(len(pool))]
        calls += [call_of(d, move, start, 4.0 * bars, bpm, 0.8, False) for d in dancers]
    return danced(calls, dancers, moves)


def read_mix(folder: Path) -> Mix:
    """The mix of a folder, without its sound."""
    return from_json(Mix, json.loads((folder / "mix.json").read_text(encoding="utf-8")))


def rendered() -> dict[str, Mix]:
    """The demo's mix, and one of real recordings, by name."""
    shows = {"demo": read_show(ROOT / "shows" / "demo.toml")}
    if folder := os.environ.get("TEMIRBEK_MUSIC"):
        songs = tuple(Path(folder) / f"{song}.ogg" for song in SONGS)
        shows["real"] = Show(title="Real recordings", seed=1, music=Music(paths=songs), cast=DEFAULT_CAST)
    else:
        print("TEMIRBEK_MUSIC is not set: the mix of real recordings is left out")
    mixes = {}
    with tempfile.TemporaryDirectory() as scratch:
        for name, show in shows.items():
            repertoire = gather_music(show, Path(scratch) / "cache", lambda _stage, _share: None)
            out = Path(scratch) / name
            out.mkdir()
            mixes[name] = make_mix(
                repertoire.library.analyses,
                out,
                wishes=repertoire.wishes,
                seed=show.seed,
                stems=False,
                on_stage=lambda _stage, _share: None,
            )
    return mixes


def main() -> None:
    """Prints the table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--seeds", type=int, default=5)
    parser.add_argument("--render", action="store_true")
    parser.add_argument("--mix", type=Path, nargs="*", default=[])
    options = parser.parse_args()
    moves = load_moves()
    dancers = [p for p in DEFAULT_CAST if p.role == "dancer"]
    music = {"form at 104 BPM": arranged(104.0), "form at 126 BPM": arranged(126.0)}
    if options.render:
        music |= rendered()
    music |= {folder.name: read_mix(folder) for folder in options.mix}
    found: dict[str, list[tuple[CompositionMeasures, ...]]] = {}
    for name, mix in music.items():
        for seed in range(options.seeds):
            ours = compose(mix, DEFAULT_CAST, moves, seed=seed)
            random, loop = random_dance(mix, dancers, moves, seed), looped_dance(mix, dancers, moves, seed)
            measured = [measure_composition(dance, moves, mix) for dance in (ours, random, loop)]
            found.setdefault(name, []).append(tuple(m for m in measured if m is not None))
    for name, rows in found.items():
        print_table(name, rows)
    print_table("all", [row for rows in found.values() for row in rows])


def print_table(name: str, rows: Sequence[tuple[CompositionMeasures, ...]]) -> None:
    """One music: means, and how often ours is ahead."""
    print(f"\n## {name}, {len(rows)} dances each")
    print(f"{'measure':22} {'ours':>8} {'random':>8} {'loop':>8}   ahead of random, of the loop")
    for field in fields(CompositionMeasures):
        values = [[getattr(m, field.name) for m in row] for row in rows]
        values = [row for row in values if None not in row]
        if not values:
            print(f"{field.name:22} nothing to measure")
            continue
        table = np.array(values, dtype=float)
        sign = -1.0 if field.name in LESS_IS_BETTER else 1.0
        ahead = [float(np.mean(sign * (table[:, 0] - table[:, k]) > 1e-9)) for k in (1, 2)]
        means = " ".join(f"{v:8.3f}" for v in table.mean(axis=0))
        better = sign * (table.mean(axis=0)[0] - table.mean(axis=0)[1:])
        verdict = "told" if field.name in TOLD_ONLY else "AHEAD" if np.all(better > 0) else "behind"
        print(f"{field.name:22} {means}   {100 * ahead[0]:3.0f} % {100 * ahead[1]:3.0f} %  {verdict}")


if __name__ == "__main__":
    main()
