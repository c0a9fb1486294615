"""Beats against human charts: ``python benchmarks/beats.py MUSIC_DIR`` (or TEMIRBEK_MUSIC).

The folder holds recordings and ``beats.json``, a list of charts with ``file``, ``bpm``, ``beats_s`` and
``downbeats_s``. Measures are mir_eval's: F at 70 ms of beats and downbeats, CMLt and AMLt; and, since 70 ms hides
what a DJ hears, the median distance of the matched beats and their median lateness. Beats outside the charted
stretch are not counted. Speed is analysis alone (without decoding) against real time on one core. Many styles,
altered recordings and the confidences are the matter of ``benchmarks/calibration.py``.
"""

import argparse
import os
import time
from dataclasses import dataclass
from pathlib import Path

import mir_eval
import numpy as np
from cases import charts
from scores import MATCH_S, charted, f_measure

from temirbek.analysis import analyze
from temirbek.audio import decode
from temirbek.errors import AnalysisFailed
from temirbek.types import TrackAnalysis


@dataclass(frozen=True)
class Row:
    """One recording's figures; times in milliseconds."""

    name: str
    charted_bpm: float
    found_bpm: float
    beat_f: float
    downbeat_f: float
    offset_ms: float
    bias_ms: float
    cml_t: float
    aml_t: float
    grid_confidence: float
    downbeat_confidence: float
    speed: float


def main() -> None:
    parser = argparse.ArgumentParser(description="Beats against human charts.")
    parser.add_argument("music", nargs="?", type=Path, default=os.environ.get("TEMIRBEK_MUSIC"))
    folder = parser.parse_args().music
    if folder is None:
        parser.error("name a folder with beats.json, or set TEMIRBEK_MUSIC")
    rows = []
    print(f"{'file':<22} chart   found  beatF downF offset   bias  CMLt  AMLt  grid  down  speed")
    for chart in charts(Path(folder)):
        row = measure(Path(folder) / chart["file"], chart)
        if row:
            rows.append(row)
            print_row(row)
    print_means(rows)


def measure(path: Path, chart: dict) -> Row | None:
    recording = decode(path)
    start = time.perf_counter()
    try:
        analysis = analyze(recording, path)
    except AnalysisFailed as error:
        print(f"{path.name:<22} failed: {error}")
        return None
    seconds = time.perf_counter() - start
    return row_of(path.stem, chart, analysis, recording.duration_s / seconds)


def row_of(name: str, chart: dict, analysis: TrackAnalysis, speed: float) -> Row:
    truth, ones = np.array(chart["beats_s"]), np.array(chart["downbeats_s"] or [])
    beats = charted(analysis.beat_grid.beats_s, truth)
    downbeats = charted(analysis.beat_grid.downbeats_s, truth)
    nearest = truth[np.abs(beats[:, None] - truth).argmin(axis=1)]
    late = (beats - nearest)[np.abs(beats - nearest) < MATCH_S]
    _, cml_t, _, aml_t = mir_eval.beat.continuity(truth, beats)
    return Row(
        name=name,
        charted_bpm=chart["bpm"],
        found_bpm=analysis.beat_grid.tempo_bpm,
        beat_f=f_measure(truth, beats),
        downbeat_f=f_measure(ones, downbeats) if len(ones) else np.nan,
        offset_ms=1000 * float(np.median(np.abs(late))) if len(late) else np.nan,
        bias_ms=1000 * float(np.median(late)) if len(late) else np.nan,
        cml_t=cml_t,
        aml_t=aml_t,
        grid_confidence=analysis.confidence.grid,
        downbeat_confidence=analysis.confidence.downbeat,
        speed=speed,
    )


def print_row(row: Row) -> None:
    print(
        f"{row.name:<22} {row.charted_bpm:5.1f} {row.found_bpm:7.2f}  {row.beat_f:.3f} {row.downbeat_f:.3f}"
        f" {row.offset_ms:6.2f} {row.bias_ms:+6.2f}  {row.cml_t:.2f}  {row.aml_t:.2f}"
        f"  {row.grid_confidence:.2f}  {row.downbeat_confidence:.2f} {row.speed:5.0f}×"
    )


def print_means(rows: list[Row]) -> None:
    def mean(field: str) -> float:
        return float(np.nanmean([getattr(row, field) for row in rows]))

    print(
        f"{'mean of ' + str(len(rows)):<22} {'':5} {'':7}  {mean('beat_f'):.3f} {mean('downbeat_f'):.3f}"
        f" {mean('offset_ms'):6.2f} {mean('bias_ms'):+6.2f}  {mean('cml_t'):.2f}  {mean('aml_t'):.2f}"
        f"  {mean('grid_confidence'):.2f}  {mean('downbeat_confidence'):.2f} {mean('speed'):5.0f}×"
    )
    print(f"{'median over files':<22} offset {np.nanmedian([row.offset_ms for row in rows]):.2f} ms")


if __name__ == "__main__":
    main()
