"""How well the hall is heard: ``python benchmarks/hearing.py [applause] [cheering] [along] [false] [echo] [--minutes M] [--seed S]``.

Halls, crowds, pieces, rooms, loudspeakers and clocks are made by ``hearing_scenes.py`` from seeds that the training never
saw. Where TEMIRBEK_MUSIC names a folder of real songs, they play as well; where TEMIRBEK_HALL names one of recordings of
applause, they are laid over the music instead of made ones.

* recall, delay: of each applause, whether it is told while it lasts, and how long after its first clap;
* false: anything told where nobody claps or cheers: music that claps, people who talk, laugh, drum, doors, steps, hiss;
* claps: tempo and phase of people who clap along, as told four seconds after they began and later;
* echo: how much of the music alone is taken away;
* cost: processor time for each second heard.
"""

import argparse
import itertools
import os
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import soundfile
import soxr
from hearing_scenes import NEGATIVE, RATE_HZ, Event, Hall, Scene, Sound, cut, musics, scene

from temirbek.demo.hall import hard_music
from temirbek.hearing import HallEar
from temirbek.types.hall import HallSound

BLOCK = 1600
SOUNDS = (".flac", ".mp3", ".ogg", ".wav")
SCENE_S = 60.0
SNRS_DB = (None, 0.0, -6.0, -12.0)
GRACE_S = 0.8
"""What is told so soon after an event's end still belongs to it (the room rings on)."""
SETTLED_S = 4.0


class Spent:
    """Processor time of the ear alone."""

    def __init__(self) -> None:
        self.heard_s, self.processor_s = 0.0, 0.0


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument(
        "--minutes", type=float, default=30.0, help="of material without any answer of the hall"
    )
    parser.add_argument("--seed", type=int, default=71)
    parser.add_argument("--scenes", type=int, default=5, help="a minute each, for each loudness of applause")
    parser.add_argument(
        "parts", nargs="*", help="applause, cheering, along, false, echo; all, if none is named"
    )
    wanted = parser.parse_args()
    seed, n = wanted.seed, wanted.scenes
    songs, recordings = (_songs(os.environ.get(name)) for name in ("TEMIRBEK_MUSIC", "TEMIRBEK_HALL"))
    spent = Spent()
    parts = {
        "applause": lambda: applause(seed, n, songs, recordings, spent),
        "cheering": lambda: cheering(seed, n, songs, spent),
        "along": lambda: along(seed, n, songs, spent),
        "false": lambda: false_ones(seed, wanted.minutes, songs, spent),
        "echo": lambda: echo(seed),
    }
    if unknown := set(wanted.parts) - set(parts):
        parser.error(f"no part {', '.join(sorted(unknown))}; there are {', '.join(parts)}")
    print(f"{'':36}{'measured':>34}   bar")
    for name in wanted.parts or parts:
        parts[name]()
    if spent.heard_s:
        row("cost, share of one core", f"{spent.processor_s / spent.heard_s:.3f}", "≤ 0.1")


def applause(
    seed: int, n_scenes: int, songs: dict[str, Sound], recordings: dict[str, Sound], spent: Spent
) -> None:
    """Made applause, and recordings of it where there are some."""
    recall(seed, n_scenes, songs, spent)
    if recordings:
        recall(seed + 9, n_scenes, songs, spent, tuple(recordings.values()))
    else:
        print("TEMIRBEK_HALL is not set: recordings of applause are left out")


def false_ones(seed: int, minutes: float, songs: dict[str, Sound], spent: Spent) -> None:
    """Made music, and real songs where there are some."""
    false(seed, minutes, {}, spent)
    if songs:
        false(seed + 1, minutes / 2, songs, spent)
    else:
        print("TEMIRBEK_MUSIC is not set: real songs are left out")


def row(name: str, measured: str, bar: str = "") -> None:
    print(f"{name:36}{measured:>34}   {bar}", flush=True)


def listen(one: Scene, spent: Spent) -> list[HallSound]:
    """All that the ear tells of a scene; host time is the scene's."""
    ear, told = HallEar(), []
    begin_s = time.process_time()
    for first in range(0, len(one.microphone), BLOCK):
        block = slice(first, first + BLOCK)
        end_s = min(first + BLOCK, len(one.microphone)) / RATE_HZ
        told += ear.hear(one.microphone[block], one.reference[block], end_s)
    spent.processor_s += time.process_time() - begin_s
    spent.heard_s += one.seconds
    return told


def beginnings(told: list[HallSound]) -> list[HallSound]:
    return [one for one in told if one.state == "began"]


def _hall(seed: int, **changes: object) -> Hall:
    random = np.random.default_rng([seed, 13])
    plain = Hall(
        drive=float(np.exp(random.uniform(np.log(0.02), np.log(0.4)))),
        drift_ppm=float(random.uniform(-50, 50)),
    )
    return replace(plain, **changes)  # type: ignore[arg-type]


def _music(seed: int, songs: dict[str, Sound], seconds: float) -> Iterator[Sound]:
    """Made music without the silent and the spoken; every third a real song where there are any."""
    made = (one for one in musics(itertools.count(seed), seconds) if one is not None)
    names = sorted(songs)
    for k, piece in enumerate(made):
        if songs and k % 3 == 2:
            yield cut(songs[names[(seed + k) % len(names)]], seconds, np.random.default_rng([seed, k]))
        else:
            yield piece


def _songs(folder: str | None) -> dict[str, Sound]:
    return (
        {path.stem: _mono(path) for path in sorted(Path(folder).iterdir()) if path.suffix in SOUNDS}
        if folder
        else {}
    )


def _mono(path: Path) -> Sound:
    sound, rate_hz = soundfile.read(path, dtype="float32", always_2d=True)
    return np.asarray(soxr.resample(sound.mean(axis=1), rate_hz, RATE_HZ), dtype=np.float32)


def _events_heard(
    kind: str,
    snr_db: float | None,
    seed: int,
    n_scenes: int,
    songs: dict[str, Sound],
    spent: Spent,
    recordings: tuple[Sound, ...] = (),
) -> tuple[list[Event], list[float], list[HallSound], int, float]:
    """Events of one kind: all of them, delays of those told, what was told in all, false beginnings, minutes."""
    sources = _music(seed * 1000 + 500, songs, SCENE_S)
    events: list[Event] = []
    delays: list[float] = []
    all_told: list[HallSound] = []
    n_false = 0
    for k in range(n_scenes):
        changes = {
            "kinds": (kind,),
            "snrs_db": (snr_db or 0.0,),
            "mixed": 0.0,
            "every_s": 1.5,
            "first_s": 6.0,
        }
        music = None if snr_db is None else next(sources)
        one = scene(music, SCENE_S, _hall(seed * 100 + k, **changes), seed * 1000 + 31 * k + int(snr_db or 1))
        told = listen(one, spent)
        starts = beginnings(told)
        for event in one.events:
            mine = [
                s for s in starts if event.start_s <= s.host_s <= event.end_s + GRACE_S and s.kind == kind
            ]
            events.append(event)
            if mine:
                delays.append(mine[0].host_s - event.start_s)
        for s in starts:
            n_false += not any(e.start_s <= s.host_s <= e.end_s + GRACE_S for e in one.events)
        all_told += told
    return events, delays, all_told, n_false, n_scenes * SCENE_S / 60


def _quantiles(delays: list[float]) -> str:
    if not delays:
        return "–"
    return f"{np.median(delays):.2f} / {np.percentile(delays, 90):.2f} s"


def recall(
    seed: int, n_scenes: int, songs: dict[str, Sound], spent: Spent, recordings: tuple[Sound, ...] = ()
) -> None:
    """Applause by loudness, and how soon it is told."""
    what = "recorded applause" if recordings else "applause"
    every: list[float] = []
    for snr_db in SNRS_DB:
        events, delays, _, _, _ = _events_heard("applause", snr_db, seed, n_scenes, songs, spent, recordings)
        every += delays
        name = "no music" if snr_db is None else f"{snr_db:+.0f} dB"
        share = len(delays) / len(events)
        bar = "≥ 0.95; ≤ 1.2 / ≤ 2.0 s"
        row(f"{what}, {name}: recall; delay", f"{share:.3f} of {len(events)}; {_quantiles(delays)}", bar)
    row("delay of all, median / p90", _quantiles(every), "≤ 1.2 / ≤ 2.0 s")


def cheering(seed: int, n_scenes: int, songs: dict[str, Sound], spent: Spent) -> None:
    """Cheering by loudness."""
    for snr_db in SNRS_DB:
        events, delays, _, _, _ = _events_heard("cheering", snr_db, seed + 3, n_scenes // 2, songs, spent)
        name = "no music" if snr_db is None else f"{snr_db:+.0f} dB"
        share = len(delays) / len(events)
        row(f"cheering, {name}: recall; delay", f"{share:.3f} of {len(events)}; {_quantiles(delays)}")


def along(seed: int, n_scenes: int, songs: dict[str, Sound], spent: Spent) -> None:
    """Clapping along: recall, tempo, phase."""
    for snr_db in SNRS_DB:
        events, delays, good, phases = [], [], [], []
        sources = _music(seed * 1000 + 700, songs, SCENE_S)
        for k in range(n_scenes // 2):
            changes = {
                "kinds": ("clapping_along",),
                "snrs_db": (snr_db or 0.0,),
                "mixed": 0.0,
                "every_s": 1.0,
            }
            music = None if snr_db is None else next(sources)
            one = scene(music, SCENE_S, _hall(seed * 77 + k, **changes), seed * 2000 + 31 * k)
            told = listen(one, spent)
            for event in one.events:
                events.append(event)
                mine = [
                    s for s in told if s.kind == "clapping_along" and event.start_s <= s.host_s <= event.end_s
                ]
                if mine:
                    delays.append(mine[0].host_s - event.start_s)
                for s in mine:
                    if s.state == "ended" or s.host_s < event.start_s + 4.0:
                        continue
                    assert event.tempo_bpm and event.beat_s and s.clap_tempo_bpm and s.clap_beat_host_s
                    good.append(abs(s.clap_tempo_bpm / event.tempo_bpm - 1) < 0.02)
                    period_s = 60 / event.tempo_bpm
                    off = (s.clap_beat_host_s - event.beat_s) / period_s
                    if good[-1]:
                        phases.append((off - round(off)) * period_s)
        name = "no music" if snr_db is None else f"{snr_db:+.0f} dB"
        row(
            f"clapping along, {name}: told; delay",
            f"{len(delays) / len(events):.3f} of {len(events)}; {_quantiles(delays)}",
        )
        row("  tempo within 2 %", f"{np.mean(good) if good else float('nan'):.1%}", "")
        if phases:
            apart = 1e3 * np.array(phases)
            words = f"{np.median(np.abs(apart)):.0f} / {np.percentile(np.abs(apart), 90):.0f} ms"
            row("  phase, median / p90", f"{words} (mean {apart.mean():+.0f})", "≤ 50 ms")


def false(seed: int, minutes: float, songs: dict[str, Sound], spent: Spent) -> None:
    """What is told where nobody answers."""
    found: dict[str, int] = {}
    n = max(1, round(minutes * 60 / SCENE_S))
    names = sorted(songs)
    made = musics(itertools.count(seed * 1000 + 100), SCENE_S)
    for k in range(n):
        kinds = NEGATIVE if k % 2 else ()
        if songs:
            music: Sound | None = cut(songs[names[k % len(names)]], SCENE_S, np.random.default_rng([seed, k]))
        else:
            music = hard_music(SCENE_S, seed * 1000 + k) if k % 3 == 0 else next(made)
        hall = _hall(seed * 55 + k, kinds=kinds, snrs_db=(0.0, -6.0, -12.0))
        one = scene(music, SCENE_S, hall, seed * 3000 + 17 * k)
        for s in beginnings(listen(one, spent)):
            cause = next((e.kind for e in one.events if e.start_s <= s.host_s <= e.end_s + GRACE_S), "music")
            key = f"{s.kind} for {cause}"
            found[key] = found.get(key, 0) + 1
    total = sum(found.values())
    applause = sum(count for key, count in found.items() if key.startswith("applause"))
    what = "real songs" if songs else "made music"
    words = f"{total / n * 60 / SCENE_S:.2f} ({total} in {n * SCENE_S / 60:.0f} min)"
    row(f"false a minute, {what}", words, "≤ 0.2")
    row("  of them applause", f"{applause / n * 60 / SCENE_S:.2f}")
    for key, count in sorted(found.items(), key=lambda item: -item[1]):
        row(f"  {key}", str(count))


def echo(seed: int) -> None:
    """How much of the music is taken away when nobody is there."""
    cases = {
        "clean loudspeaker": {"drive": 0.02},
        "drift of 50 ppm": {"drive": 0.02, "drift_ppm": 50.0},
        "mild distortion": {"drive": 0.2},
        "clipping loudspeaker": {"drive": 1.0},
    }
    for name, changes in cases.items():
        found = []
        for k in range(4):
            hall = _hall(seed, kinds=(), breaks=0.0, **{"drift_ppm": 0.0, **changes})
            one = scene(hard_music(40.0, seed * 10 + k), 40.0, hall, seed * 10 + k)
            ear = HallEar()
            for first in range(0, len(one.microphone), BLOCK):
                block = slice(first, first + BLOCK)
                ear.hear(one.microphone[block], one.reference[block], (first + BLOCK) / RATE_HZ)
            found.append(ear.echo_removed_db)
        row(f"echo removed, {name}", f"{np.mean(found):.1f} dB (least {min(found):.1f})")


if __name__ == "__main__":
    main()
