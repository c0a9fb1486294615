"""What the styles share: drawing of forms, lanes in the parts that are named, voices that sing or rap."""

from dataclasses import replace
from functools import partial

import numpy as np

from temirbek.demo.box import singer
from temirbek.demo.box.harmony import Progression, tune
from temirbek.demo.box.notes import Notes, notes
from temirbek.demo.box.tune import Lane, Part
from temirbek.types import SectionLabel

Rng = np.random.Generator


def form(text: str) -> tuple[Part, ...]:
    """Parts from a text: "intro 8, build 8 stop 1, drop 16" (bars; the stop in beats)."""
    parts = []
    for words in (piece.split() for piece in text.split(",")):
        label: SectionLabel = words[0]  # type: ignore[assignment]
        stop = float(words[3]) if len(words) > 2 else 0.0
        parts.append(Part(label=label, bars=int(words[1]), stop_beats=stop))
    return tuple(parts)


def bars(parts: tuple[Part, ...]) -> int:
    """Bars of all parts."""
    return sum(part.bars for part in parts)


def by_hand(lanes: list[Lane], jitter_s: float = 0.006) -> list[Lane]:
    """The lanes, played by people: machines among them become as uneven as hands are."""
    return [lane if lane.jitter_s else replace(lane, jitter_s=jitter_s) for lane in lanes]


def within(parts: tuple[Part, ...], labels: str, pattern: Notes) -> dict[int, Notes]:
    """The pattern in each part whose label is among the words of ``labels`` ("verse drop"; "*" is everywhere)."""
    wanted = labels.split()
    return {i: pattern for i, part in enumerate(parts) if part.label in wanted or labels == "*"}


def pick(rng: Rng, *options: str) -> str:
    """One of several texts."""
    return options[int(rng.integers(len(options)))]


def sung(
    rng: Rng, chords: Progression, parts: tuple[Part, ...], labels: str, *, upbeat: float = 0.0, bar: int = 4
) -> Lane:
    """A lead vocal in the parts named: phrases of two bars with a breath, ``upbeat`` beats ahead of the bar."""
    low = int(rng.integers(50, 63))
    at: list[float] = []
    held: list[float] = []
    for two in range(4):
        grid = np.arange(0.0, 2 * bar - 1.5, 0.5)
        kept = grid[(rng.random(len(grid)) < 0.62) | (grid == 0)]
        ends = np.append(kept[1:], 2 * bar - 1.0)
        at += (kept + two * 2 * bar).tolist()
        held += np.minimum(ends - kept, 2.0).tolist()
    rhythm = notes(np.array(at), 8.0 * bar, lengths_beats=np.array(held))
    if upbeat:
        early = notes(
            np.concatenate([k * 2 * bar - upbeat + np.arange(0, upbeat, 0.5) for k in range(4)]),
            8.0 * bar,
            lengths_beats=0.5,
        )
        order = np.argsort(np.concatenate([rhythm.beats, early.beats]), kind="stable")
        rhythm = notes(
            np.concatenate([rhythm.beats, early.beats])[order],
            8.0 * bar,
            lengths_beats=np.concatenate([rhythm.lengths_beats, early.lengths_beats])[order],
        )
    return Lane(
        name="voice",
        voice=partial(singer.sings, throat=float(rng.uniform(0.95, 1.2))),
        plays=within(parts, labels, tune(chords, rhythm, rng, low=low, hold=0.95)),
        gain_db=-1.5,
        room=0.22,
        jitter_s=0.018,
        is_voice=True,
        takes=singer.N_SYLLABLES,
    )


def rapped(rng: Rng, parts: tuple[Part, ...], labels: str, *, per_beat: int = 4, bar: int = 4) -> Lane:
    """A rapper in the parts named: lines of a bar, syllables on most of the fine steps, a breath at the end."""
    base = float(rng.uniform(41, 50))
    at = []
    for line in range(8):
        fine = np.arange(0, bar - rng.choice((0.5, 1.0)), 1 / per_beat)
        at.append(line * bar + fine[(rng.random(len(fine)) < 0.72) | (fine % 1 == 0)])
    beats = np.concatenate(at)
    stress = np.where(beats % 1 == 0, 1.0, 0.75)
    rhythm = notes(
        beats,
        8.0 * bar,
        lengths_beats=np.minimum(np.diff(np.append(beats, 8.0 * bar)), 0.5) * 0.9,
        pitches=base + 3.0 * stress + np.round(rng.uniform(-1.5, 2.5, len(beats)) * 2) / 2,
        velocities=stress,
    )
    return Lane(
        name="rapper",
        voice=partial(singer.raps, throat=float(rng.uniform(0.92, 1.1))),
        plays=within(parts, labels, rhythm),
        gain_db=-1.0,
        room=0.08,
        jitter_s=0.012,
        is_voice=True,
        takes=singer.N_SYLLABLES,
    )
