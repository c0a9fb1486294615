"""Fits the logistic regressions of :mod:`temirbek.analysis.confidence` and says how they do on music left out.

    python benchmarks/fit_confidence.py [FOLDER ...] [--rendered FOLDER ...] [--seeds 3] [--rows FILE]

Cues are gathered from pieces of the box and from folders of recordings with ``beats.json`` (altered as in
``py``); with ``--rows`` they are kept in a file, and taken from it if it exists, for gathering takes
minutes and fitting a second. Each regression is fitted with a quadratic penalty on weights per standard deviation.
A style of the box, or a recording with all its alterations, counts as one group of limited weight, so that many
alterations of one song are not taken for many songs; recordings count for more than synthesis, and rendered MIDI files
(``--rendered``, taken as they are) for little, because their quarter is not always the beat that is felt. What is printed as
reliability is always of groups that were left out of the fit; what is printed as weights is the fit to all.
"""

import argparse
import json
import tempfile
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import asdict, dataclass
from functools import partial
from pathlib import Path

import numpy as np
from cases import ALTERATIONS, Case, altered, box_case, chart_case, charts, drawn
from scipy.optimize import minimize
from scores import RIGHT_F, charted, f_measure

from temirbek.analysis.confidence import DOWNBEAT, GRID, OCTAVE, Logistic
from temirbek.analysis.grid import read_meter
from temirbek.analysis.octave import octave_cues
from temirbek.analysis.phase import fine_energy
from temirbek.analysis.slots import slots_on
from temirbek.analysis.spectrum import spectrum
from temirbek.analysis.tempo import find_tempo
from temirbek.audio import attack_envelope, decode
from temirbek.demo.box import STYLES
from temirbek.errors import AnalysisFailed

PENALTY = 0.3
GROUP_WEIGHT = {"box": 3.0, "real": 4.0, "rendered": 0.3}
SATURATION = {
    "high sixteenths": (-1.5, -0.3),
    "kick returns": (-0.3, 0.6),
    "snare returns": (-0.4, 0.5),
    "evenness": (0.3, 0.5),
    "half beat": (0.0, 10.0),
    "half beat throughout": (0.0, 1.0),
    "lead": (0.0, 10.0),
    "throughout": (0.0, 1.0),
    "agreement": (0.0, 1.0),
}
"""Where a cue has said all it can say: half as loud is "between the beats too", and absent is absent. Cues that can
only fail to convince have no limit below, so that music stranger than any here is trusted less, not as little."""
OCTAVE_TOLERANCE = 0.06


@dataclass(frozen=True, kw_only=True)
class Row:
    """What one recording teaches. ``is_fast`` is None where there was no choice of octave, or a third was right."""

    source: str
    group: str
    octave_cues: dict[str, float]
    is_fast: bool | None
    grid_cues: dict[str, float]
    is_grid_right: bool
    downbeat_cues: dict[str, float]
    is_downbeat_right: bool | None


# ── gathering ──────────────────────────────────────────────────────────────────────────────────────────────────────


def row_of(case: Case, source: str, group: str) -> Row | None:
    """The cues of a case and what was right; None where no beat was heard."""
    recording = decode(case.path)
    samples, rate_hz = recording.samples, recording.sample_rate_hz
    envelope, sounds = attack_envelope(samples, rate_hz), spectrum(samples, rate_hz)
    try:
        tempo = find_tempo(envelope, recording.duration_s)
    except AnalysisFailed:
        return None
    heard = read_meter(
        tempo.half_beats_s,
        tempo.tempi_bpm,
        envelope,
        sounds,
        fine_energy(samples, rate_hz),
        recording.duration_s,
    )
    cues = octave_cues(slots_on(tempo.half_beats_s, envelope, sounds), tempo.tempi_bpm[0])
    true_bpm = 60 / float(np.median(np.diff(case.beats_s)))
    octaves = np.abs(np.log2(np.array(tempo.tempi_bpm) / true_bpm))
    truth, ones = case.beats_s, case.downbeats_s
    beats = charted(heard.grid.beats_s, truth)
    downbeats = charted(heard.grid.downbeats_s, truth)
    is_right = f_measure(truth, beats) >= RIGHT_F
    is_known = len(octaves) > 1 and octaves.min() < OCTAVE_TOLERANCE
    return Row(
        source=source,
        group=group,
        octave_cues=cues,
        is_fast=bool(octaves[-1] < octaves[0]) if is_known else None,
        grid_cues=tempo.cues | heard.grid_cues,
        is_grid_right=is_right,
        downbeat_cues=heard.downbeat_cues,
        is_downbeat_right=f_measure(ones, downbeats) >= RIGHT_F if is_right and ones is not None else None,
    )


def gather(job: tuple[str, str, str], *, folder: Path | None) -> Row | None:
    """The row of (source, style or file, seed or alteration)."""
    source, name, how = job
    with tempfile.TemporaryDirectory() as scratch:
        if source == "box":
            return row_of(box_case(drawn(name, int(how), Path(scratch))), source, name)
        assert folder is not None
        case = chart_case(folder, next(c for c in charts(folder) if c["file"] == name))
        return row_of(altered(case, how, Path(scratch)) if how else case, source, name)


def gather_all(recordings: Sequence[Path], rendered: Sequence[Path], seeds: int) -> list[Row]:
    """Rows of the box and of all folders, on all cores."""
    rows: list[Row | None] = []
    with ProcessPoolExecutor() as pool:
        jobs = [("box", style, str(seed)) for style in STYLES for seed in range(seeds)]
        rows += pool.map(partial(gather, folder=None), jobs)
        for source, folders, ways in (
            ("real", recordings, ("", *ALTERATIONS)),
            ("rendered", rendered, ("",)),
        ):
            for folder in folders:
                jobs = [(source, chart["file"], how) for chart in charts(folder) for how in ways]
                rows += pool.map(partial(gather, folder=folder), jobs)
    return [row for row in rows if row is not None]


# ── fitting ────────────────────────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, kw_only=True)
class Lessons:
    """Cues, shape (n, cues), what was right, shape (n,), and how much each counts."""

    names: tuple[str, ...]
    cues: np.ndarray
    right: np.ndarray
    groups: np.ndarray
    sources: np.ndarray

    def weights(self) -> np.ndarray:
        """A group counts as its number of rows, but at most as ``GROUP_WEIGHT`` says."""
        sizes = {group: int((self.groups == group).sum()) for group in set(self.groups)}
        pairs = zip(self.sources, self.groups, strict=True)
        return np.array([min(1.0, GROUP_WEIGHT[source] / sizes[group]) for source, group in pairs])

    def limits(self) -> np.ndarray:
        """Where each cue saturates, else its 2nd and 98th percentile, shape (2, cues)."""
        seen = np.round(np.percentile(self.cues, (2, 98), axis=0), 2)
        return np.array(
            [SATURATION.get(n, tuple(pair)) for n, pair in zip(self.names, seen.T, strict=True)]
        ).T


def lessons(rows: Sequence[Row], of: Logistic, field: str, label: str) -> Lessons:
    """The rows whose label is known."""
    known = [row for row in rows if getattr(row, label) is not None]
    names = tuple(of.weights)
    return Lessons(
        names=names,
        cues=np.array([[getattr(row, field)[name] for name in names] for row in known]),
        right=np.array([float(getattr(row, label)) for row in known]),
        groups=np.array([f"{row.source} {row.group}" for row in known]),
        sources=np.array([row.source for row in known]),
    )


def fitted(data: Lessons, chosen: np.ndarray) -> Logistic:
    """The regression that suits the chosen rows best, weights shrunk."""
    low, high = data.limits()
    cues = data.cues.clip(low, high)
    spread = np.maximum(cues.std(axis=0), 1e-6)
    inputs = np.c_[cues / spread, np.ones(len(cues))][chosen]
    right, weights = data.right[chosen], data.weights()[chosen]

    def cost(theta: np.ndarray) -> tuple[float, np.ndarray]:
        odds = inputs @ theta
        shrunk = np.append(theta[:-1], 0.0)
        loss = weights @ np.logaddexp(0.0, np.where(right == 1, -odds, odds))
        slope = inputs.T @ (weights * (1 / (1 + np.exp(-odds)) - right))
        return loss + 0.5 * PENALTY * shrunk @ shrunk, slope + PENALTY * shrunk

    theta = minimize(cost, np.zeros(inputs.shape[1]), jac=True).x
    return Logistic(
        bias=round(float(theta[-1]), 2),
        weights={n: round(float(w), 2) for n, w in zip(data.names, theta[:-1] / spread, strict=True)},
        limits={n: (float(a), float(b)) for n, a, b in zip(data.names, low, high, strict=True)},
    )


def left_out(data: Lessons) -> np.ndarray:
    """The chance given to each row by a fit that has not seen its group, shape (n,)."""
    chances = np.zeros(len(data.right))
    for group in sorted(set(data.groups)):
        out = data.groups == group
        regression = fitted(data, ~out)
        for index in np.flatnonzero(out):
            chances[index] = regression.chance(dict(zip(data.names, data.cues[index], strict=True)))
    return chances


def report(name: str, data: Lessons) -> str:
    """Reliability on groups left out, and the weights of the fit to all."""
    chances = left_out(data)
    lines = [f"{name}: {len(data.right)} rows, {len(set(data.groups))} groups, {data.right.mean():.2f} right"]
    for low, high in ((0.0, 0.5), (0.5, 0.7), (0.7, 0.9), (0.9, 0.97), (0.97, 1.01)):
        here = (chances >= low) & (chances < high)
        if here.any():
            said, right = chances[here].mean(), data.right[here].mean()
            lines.append(
                f"  {low:.2f}–{min(high, 1):.2f}: {here.sum():4d}  said {said:.2f}  right {right:.2f}"
            )
    sure = np.maximum(chances, 1 - chances) >= 0.9 if name.startswith("OCTAVE") else chances >= 0.9
    if sure.any():
        lines.append(
            f"  of those ≥ 0.9: {((chances > 0.5) == data.right)[sure].mean():.3f} right, {sure.sum()} of {len(sure)}"
        )
    lines.append(f"  {fitted(data, np.ones(len(data.right), dtype=bool))}")
    return "\n".join(lines)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folders", nargs="*", type=Path, help="recordings with beats.json")
    parser.add_argument("--rendered", nargs="*", type=Path, default=[], help="the same, of little weight")
    parser.add_argument("--seeds", type=int, default=3, help="pieces of each style of the box")
    parser.add_argument("--rows", type=Path, help="keep the cues here, or take them from here")
    args = parser.parse_args()
    if args.rows and args.rows.exists():
        rows = [Row(**row) for row in json.loads(args.rows.read_text())]
    else:
        rows = gather_all(args.folders, args.rendered, args.seeds)
        if args.rows:
            args.rows.write_text(json.dumps([asdict(row) for row in rows]))
    print(report("OCTAVE (right: the faster)", lessons(rows, OCTAVE, "octave_cues", "is_fast")))
    print(report("GRID", lessons(rows, GRID, "grid_cues", "is_grid_right")))
    print(report("DOWNBEAT", lessons(rows, DOWNBEAT, "downbeat_cues", "is_downbeat_right")))


if __name__ == "__main__":
    main()
