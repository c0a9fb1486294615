"""A long mix rendered in a process of its own: its speed on one core, and the most memory it ever held.

    python benchmarks/render.py [--hours 2] [--stems]

Long synthetic recordings at four tempi, each blended into the next with a tempo ramp, a bass swap, a filter, an echo and a
hall: everything that costs time is in use. Speed is the mix's length over the *processor's* time of the render alone, all
threads of numerical libraries held to one, so other work on the machine does not count. Memory is ``VmHWM`` of the
process, libraries and interpreter included; temporary files on disk are not memory.
"""

import argparse
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np
import soundfile

from temirbek.mixing import render
from temirbek.types import (
    Automation,
    BeatGrid,
    Confidence,
    Deck,
    Key,
    KeyEstimate,
    Loop,
    Play,
    Section,
    SetPlan,
    Track,
    TrackAnalysis,
    Transition,
)

RATE_HZ = 44100
TEMPI_BPM = (122.0, 126.0, 119.0, 124.0)
BLEND_BEATS = 64
ONE_THREAD = {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1", "MKL_NUM_THREADS": "1"}


def write_track(folder: Path, tempo_bpm: float, n_bars: int) -> TrackAnalysis:
    """Kick, hat and a chord that changes every bar, repeated to any length."""
    beat = round(RATE_HZ * 60 / tempo_bpm)
    t = np.arange(16 * beat) / RATE_HZ
    in_beat, in_half = (np.arange(len(t)) % (beat // k) / RATE_HZ for k in (1, 2))
    kick = 0.5 * np.sin(2 * np.pi * 50 * in_beat + 8 * (1 - np.exp(-40 * in_beat))) * np.exp(-9 * in_beat)
    hat = 0.1 * np.random.default_rng(1).standard_normal(len(t)) * np.exp(-60 * in_half)
    roots_hz = np.repeat([110.0, 87.31, 130.81, 98.0], 4 * beat)
    chord = sum(0.06 * np.sin(2 * np.pi * k * roots_hz * t) for k in (1, 2, 2.5, 3, 4))
    phrase = np.stack([kick + hat + chord, kick - hat + chord], axis=1).astype(np.float32)
    path = folder / f"{tempo_bpm:g}.flac"
    with soundfile.SoundFile(path, "w", RATE_HZ, 2, subtype="PCM_16") as file:
        for _ in range(n_bars // 4):
            file.write(phrase)
    key = Key(tonic=9, mode="minor")
    beats_s = np.arange(4 * n_bars) * beat / RATE_HZ
    return TrackAnalysis(
        track=Track(
            id=path.stem,
            path=path,
            title=path.stem,
            duration_s=n_bars * 4 * beat / RATE_HZ,
            sample_rate_hz=RATE_HZ,
            channels=2,
        ),
        beat_grid=BeatGrid(beats_s=beats_s),
        is_constant_tempo=True,
        key=KeyEstimate(best=key, second=key, confidence=1.0),
        sections=(Section(start_beat=0, end_beat=4 * n_bars, label="drop", energy=0.8),),
        phrases_beats=np.arange(0, 4 * n_bars, 32, dtype=float),
        energy=np.full(n_bars, 0.8),
        band_energy=np.ones((n_bars, 3)),
        loudness_lufs=-14.0,
        true_peak_dbtp=-1.0,
        confidence=Confidence(grid=1, downbeat=1, phrase=1, sections=1),
        waveform=np.zeros(1),
    )


def long_plan(tracks: list[TrackAnalysis], hours: float) -> SetPlan:
    """The tracks in turn, each for the same share of the time, blended over 64 beats with a tempo ramp."""
    beats_each = int(hours * 3600 / len(tracks) * 122 / 60) // 64 * 64
    plays, transitions, tempo, lanes = [], [], [], {}
    for k, track in enumerate(tracks):
        deck: Deck = "AB"[k % 2]  # type: ignore[assignment]
        start = k * beats_each
        loops = (Loop(start_beat=128, length_beats=16, times=2),)
        plays.append(
            Play(
                track_id=track.track.id,
                deck=deck,
                track_from_beat=0,
                track_to_beat=beats_each + BLEND_BEATS - 32,
                mix_from_beat=start,
                gain_db=0.0,
                loops=loops,
            )
        )
        end = start + BLEND_BEATS
        bpm = track.beat_grid.tempo_bpm
        tempo += [(end, bpm), (start + beats_each, bpm)]
        for control, points in (
            ("low", [(start, 0.0), (start + 32, 0.0), (start + 32, 1.0)]),
            ("fader", [(start, 0.0), (start + 32, 1.0)]),
            (
                "filter",
                [(start + beats_each, 0.0), (start + beats_each + 63, 0.8), (start + beats_each + 64, 0.0)],
            ),
            (
                "echo",
                [(start + beats_each, 0.0), (start + beats_each + 60, 0.5), (start + beats_each + 64, 0.0)],
            ),
            (
                "reverb",
                [(start + beats_each, 0.0), (start + beats_each + 60, 0.3), (start + beats_each + 64, 0.0)],
            ),
        ):
            lanes.setdefault((deck, control), []).extend(points)
        if k:
            transitions.append(
                Transition(
                    from_play=k - 1,
                    start_beat=start,
                    length_beats=BLEND_BEATS,
                    swap_beat=start + 32,
                    style="blend",
                    reason="",
                    is_on_phrases=True,
                )
            )
    lanes["A", "fader"][0] = (0, 1.0)
    beats, bpm_points = np.array([(0.0, TEMPI_BPM[0]), *tempo]).T
    automation = tuple(
        Automation(deck=deck, control=control, beats=np.array(points).T[0], values=np.array(points).T[1])
        for (deck, control), points in lanes.items()
    )
    return SetPlan(
        plays=tuple(plays),
        transitions=tuple(transitions),
        automation=automation,
        tempo_beats=beats,
        tempo_bpm=bpm_points,
        end_beat=plays[-1].mix_to_beat,
        seed=0,
    )


def measure(folder: Path, hours: float, stems: bool) -> None:
    """Renders and says what it took."""
    n_bars = int(hours * 3600 / len(TEMPI_BPM) * max(TEMPI_BPM) / 240) // 4 * 4 + 64
    tracks = [write_track(folder, bpm, n_bars) for bpm in TEMPI_BPM]
    before_s = time.process_time()
    mix = render(long_plan(tracks, hours), tracks, folder / "out", stems=stems)
    took_s = time.process_time() - before_s
    status = Path("/proc/self/status").read_text()
    resident_mb = next(int(x.split()[1]) for x in status.splitlines() if x.startswith("VmHWM")) / 1024
    print(
        f"   {mix.duration_s / 60:.1f} min in {took_s:.1f} s of one core: {mix.duration_s / took_s:.1f} x real time; "
        f"at most {resident_mb:.0f} MB resident; {mix.loudness_lufs:.2f} LUFS, {mix.true_peak_dbtp:.2f} dBTP"
    )


def main() -> None:
    """Measures in a fresh process."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--hours", type=float, default=2.0)
    parser.add_argument("--stems", action="store_true")
    parser.add_argument("--here", action="store_true", help="in this process")
    options = parser.parse_args()
    if options.here:
        with tempfile.TemporaryDirectory(prefix="temirbek-bench-") as scratch:
            measure(Path(scratch), options.hours, options.stems)
        return
    words = [sys.executable, __file__, *sys.argv[1:], "--here"]
    raise SystemExit(subprocess.run(words, env={**os.environ, **ONE_THREAD}, check=False).returncode)


if __name__ == "__main__":
    main()
