"""A random hour of a live set with random requests: does the beat go on, how soon is a request heard, is it ready in time?

    python benchmarks/live_set.py [--minutes 60] [--music FOLDER] [--seed 0] [--every-s 25]

The DJ's own booth plays through a sound process that is none: its clock goes by the processor time that planning and
rendering took (one core of its own), and jumps where there is nothing to do. So a change that takes too long to be made
comes too late here as it would in the hall. At the end all that was handed over is compared, sample by sample, with
the final plan rendered at once.
"""

import argparse
import tempfile
import time
from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np

from temirbek.demo import write_tracks
from temirbek.mixing.live import FRAME, LiveRender
from temirbek.prepare import analyze_files, find_recordings
from temirbek.stage.clock import ClockReading, DeviceTime, HumanBeat, Span
from temirbek.stage.dj import booth as dj_booth
from temirbek.stage.dj.booth import Booth, Opening
from temirbek.stage.dj.deeds import Deeds
from temirbek.types import SetWishes, TempoCurve, TrackAnalysis

RATE_HZ = 48000
LEAD_S = 0.35
"""What a sound process has handed over already, with its device's buffer."""
PLAIN = ("dj_next", "dj_hold", "dj_extend", "dj_undo", "dj_next", "dj_hold")


class TimedSound:
    """Takes commands; its clock is moved by whoever works."""

    def __init__(self) -> None:
        self.host_s = 0.0
        self.pieces: list[tuple[int, Path]] = []
        self.n_splices = self.n_late = 0
        self.left_s: list[float] = []

    def ask(self, body: Mapping[str, Any]) -> Mapping[str, Any]:
        if body["do"] == "play":
            self.pieces = [(0, Path(body["path"]))]
            return {"ok": True, "host_s": 0.0}
        if body["do"] == "splice":
            self.n_splices += 1
            left_s = body["mix_frame"] / RATE_HZ - self.host_s - LEAD_S
            self.left_s.append(left_s)
            if left_s < 0:
                self.n_late += 1
                return {"ok": False, "reason": "too late"}
            self.pieces = [p for p in self.pieces if p[0] < body["mix_frame"]]
            self.pieces.append((body["mix_frame"], Path(body["path"])))
        return {"ok": True}

    def read(self) -> ClockReading:
        frame = self.host_s * RATE_HZ
        span = Span(frame=frame, mix_s=self.host_s, programme="hour")
        device = DeviceTime(frame=frame, host_s=self.host_s)
        return ClockReading(
            host_s=self.host_s,
            mix_s=self.host_s,
            rate=1.0,
            programme="hour",
            is_playing=True,
            latency_s=0.0,
            age_s=0.0,
            device=device,
            spans=(span,),
        )

    def read_human(self) -> HumanBeat:
        return HumanBeat()

    def close(self) -> None:
        pass


def main() -> None:
    """Plays, asks, and says what came of it."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--minutes", type=float, default=60.0)
    parser.add_argument("--music", type=Path, default=None)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--every-s", type=float, default=25.0)
    arguments = parser.parse_args()
    dj_booth.KEPT_S = 1e9  # everything is compared at the end
    with tempfile.TemporaryDirectory() as scratch:
        analyses = heard(arguments.music, Path(scratch))
        hour(analyses, Path(scratch) / "dj", arguments.minutes * 60.0, arguments.seed, arguments.every_s)


def heard(music: Path | None, scratch: Path) -> tuple[TrackAnalysis, ...]:
    """The analyses of a folder, or of the demo."""
    if music is None:
        write_tracks(scratch / "demo")
    folder = music or scratch / "demo"
    return analyze_files(find_recordings([folder]), Path("~/.cache/temirbek").expanduser()).analyses


def hour(
    analyses: tuple[TrackAnalysis, ...], folder: Path, length_s: float, seed: int, every_s: float
) -> None:
    """Plays one set."""
    rng = np.random.default_rng(seed)
    sound = TimedSound()
    opening = Opening(set="hour", analyses=analyses, wishes=SetWishes(), seed=seed)
    booth = Booth(folder, opening, sound, Deeds(folder))
    booth.prepare()
    booth.begin(None)
    worked_s, phrases, took_s = 0.0, [], []
    granted: Counter[str] = Counter()
    refused: Counter[str] = Counter()
    next_ask_s = every_s
    while sound.host_s < length_s:
        began_s = time.process_time()
        is_busy = booth.work()
        booth.listen()
        if sound.host_s >= next_ask_s:
            next_ask_s = sound.host_s + rng.exponential(every_s)
            command, payload = drawn(rng, analyses)
            asked_beat, asked_s = booth.now_beat, time.process_time()
            change = booth.ask(command, payload)
            took_s.append(time.process_time() - asked_s)
            (granted if change.is_accepted else refused)[command] += 1
            if change.is_accepted and command in ("dj_next", "dj_hold") and np.isfinite(change.effect_beat):
                known = booth.mix.phrases_beats
                phrases.append(int(((known > asked_beat) & (known < change.effect_beat - 0.5)).sum()))
        spent_s = time.process_time() - began_s
        worked_s += spent_s
        sound.host_s += spent_s if is_busy else max(spent_s, 0.05)
    report(booth, sound, worked_s, phrases, took_s, granted, refused)
    compare(booth, sound, analyses, folder)


def drawn(rng: np.random.Generator, analyses: tuple[TrackAnalysis, ...]) -> tuple[str, dict[str, Any]]:
    """A random request."""
    track, by = (analyses[int(k)].track.id for k in rng.integers(0, len(analyses), 2))
    others: list[tuple[str, dict[str, Any]]] = [
        ("dj_request", {"track": track}),
        ("dj_replace", {"track": track, "by": by}),
        ("dj_energy", {"energy": float(rng.uniform(-1, 1))}),
        ("dj_drop_request", {"track": track}),
    ]
    every = [*((name, {}) for name in PLAIN), *others]
    return every[int(rng.integers(len(every)))]


def report(
    booth: Booth,
    sound: TimedSound,
    worked_s: float,
    phrases: list[int],
    took_s: list[float],
    granted: Counter[str],
    refused: Counter[str],
) -> None:
    """Says what was measured."""
    print(f"{sound.host_s / 60:.1f} min, {len(booth.state.begun)} tracks, {booth.revision} revisions")
    print(f"granted {dict(granted)}; refused {dict(refused)}")
    print(f"planning and rendering: {sound.host_s / worked_s:.1f} x real time on one core")
    print(f"request to hand-over [s]: median {np.median(took_s):.2f}, p99 {np.percentile(took_s, 99):.2f}")
    left = np.array(sound.left_s)
    print(
        f"splices {sound.n_splices}, too late at first {sound.n_late} "
        f"({100 * (1 - sound.n_late / max(1, sound.n_splices)):.1f} % in time); left [s]: least {left.min():.2f}, "
        f"median {np.median(left):.2f}"
    )
    print(f"phrases that passed before next and hold were heard: {dict(Counter(phrases))}")
    plan = booth.state.plan
    curve = TempoCurve(beats=plan.tempo_beats, bpm=plan.tempo_bpm)
    beats = np.arange(0.0, booth.now_beat - 4.0, 0.25)
    steps = [t.start_beat for t in plan.transitions if t.style in ("echo_out", "cut", "hard_cut")]
    for step in steps:
        beats = beats[(beats > step + 1e-3) | (beats + 4.0 < step)]
    rise = np.abs(np.log(curve.bpm_at(beats + 4.0) / curve.bpm_at(beats)))
    print(
        f"tempo: steepest {100 * rise.max():.2f} % in a bar where decks sound together or alone; {len(steps)} cuts"
    )
    print(f"styles {dict(Counter(t.style for t in plan.transitions[: len(booth.state.begun) - 1]))}")


def compare(booth: Booth, sound: TimedSound, analyses: tuple[TrackAnalysis, ...], folder: Path) -> None:
    """What was handed over against the final plan, rendered at once."""
    upto = int(sound.host_s * RATE_HZ) // FRAME * FRAME
    n_wrong, began_s = 0, time.process_time()
    with LiveRender(
        booth.state.plan, analyses, folder / "again", beats_per_bar=booth.beats_per_bar
    ) as render:
        for start in range(0, upto, FRAME):
            render.render_to(start + FRAME)
            expected = np.fromfile(render.spool.path, dtype="<f4", count=2 * FRAME, offset=8 * start)
            n_wrong += int((expected != handed_over(sound, start)).sum())
    took_s = time.process_time() - began_s
    print(
        f"samples compared {2 * upto}, different {n_wrong}; at once {upto / RATE_HZ / took_s:.1f} x real time"
    )


def handed_over(sound: TimedSound, start: int) -> np.ndarray:
    """One frame as it was handed over."""
    at = max(k for k, piece in enumerate(sound.pieces) if piece[0] <= start)
    mix_frame, path = sound.pieces[at]
    return np.fromfile(path, dtype="<f4", count=2 * FRAME, offset=8 * (start - mix_frame))


if __name__ == "__main__":
    main()
