"""How exactly robot and human play together: ``python benchmarks/duet.py [link] [clock] [decks] [line]`` (all, if none is named).

* **link**: two processes in an Ableton Link session over loopback; one leads with a beat of its own, the other listens. Their
  phases are compared at the same instants of the host's clock. Needs the extra ``temirbek[link]``.
* **clock**: MIDI clock from one JACK client to another, through the PLL, against the beat that was sent; then the same
  ticks up to 18 ms late, as other ways bring them. Needs ``jackd``.
* **decks**: the whole machine: sound process, signals process, a human's MIDI clock over JACK that goes 4 % faster (and back)
  while they lead. Told: bars until deck and robots' beat are within 20 ms again, and the largest change of speed.
* **line**: the line input's follower on the demo's pieces and on TEMIRBEK_MUSIC: how far its beats lie from the true ones,
  where it says that it is locked.
"""

import contextlib
import json
import multiprocessing
import os
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import soundfile
import soxr

from temirbek.demo import write_tracks
from temirbek.errors import DeviceLost
from temirbek.lines import PlainClient
from temirbek.signals.following import Follower
from temirbek.signals.midi_clock import ClockOut, kind_of
from temirbek.signals.pll import Pll
from temirbek.signals.steady import Beat, Steady
from temirbek.signals.taps import Taps
from temirbek.stage.clock import SharedClock
from temirbek.stage.opening import Opening, write_opening
from temirbek.stage.run_folder import RunFolder
from temirbek.stage.signals.jack_midi import JackMidi
from temirbek.stage.signals.link_session import LinkSession
from temirbek.store import to_json
from temirbek.types import BeatGrid

RATE_HZ = 48000
SERVER = "temirbek-duet"
BLOCK = 1024
IN_PHASE_S = 0.020


def main() -> None:
    wanted = sys.argv[1:] or ["link", "clock", "decks", "line"]
    parts = {"link": link, "clock": clock, "decks": decks, "line": line}
    for name in wanted:
        try:
            parts[name]()
        except DeviceLost as error:
            print(f"{name}: not measured here: {error}")


# Link


def _link_peer(out: Any, leads: bool) -> None:
    session = LinkSession(120.0 if leads else 128.0)
    begin_s = time.monotonic()
    line = Beat(beat=0.0, host_s=begin_s, tempo_bpm=124.0)
    found: list[tuple[float, ...]] = []
    led_s = 0.0
    while time.monotonic() - begin_s < 12.0:
        now_s = time.monotonic()
        if leads and now_s - led_s > 0.1:
            led_s = now_s
            session.lead(line, now_s)
        here = session.beat(now_s)
        if now_s - begin_s > 5.0:
            found.append((now_s, here.beat, here.tempo_bpm, line.at(now_s), session.n_peers))
        time.sleep(0.02)
    session.close()
    out.put((leads, found))


def link() -> None:
    """Two processes in one session."""
    LinkSession().close()
    out: Any = multiprocessing.Queue()
    peers = [multiprocessing.Process(target=_link_peer, args=(out, leads)) for leads in (True, False)]
    for peer in peers:
        peer.start()
    found = dict(out.get(timeout=60) for _ in peers)
    for peer in peers:
        peer.join()
    ours, theirs = (np.array(found[leads]) for leads in (True, False))
    at_s = np.linspace(max(ours[0, 0], theirs[0, 0]), min(ours[-1, 0], theirs[-1, 0]), 400)
    apart = np.interp(at_s, ours[:, 0], ours[:, 1]) - np.interp(at_s, theirs[:, 0], theirs[:, 1])
    apart = np.abs((apart + 2.0) % 4.0 - 2.0) * 60e3 / 124.0
    led = np.abs((ours[:, 1] - ours[:, 3] + 2.0) % 4.0 - 2.0) * 60e3 / 124.0
    print(
        f"link: {int(theirs[:, 4].max())} peer, tempo {theirs[-1, 2]:.2f} BPM; phase between the two: "
        f"p99 {np.percentile(apart, 99):.3f} ms, max {apart.max():.3f} ms; session against our own beat: "
        f"p99 {np.percentile(led, 99):.3f} ms, max {led.max():.3f} ms"
    )


# MIDI clock


@contextlib.contextmanager
def jack_server() -> Iterator[None]:
    """A JACK server of our own that plays into nothing."""
    if shutil.which("jackd") is None:
        raise DeviceLost("jackd is not installed")
    os.environ["JACK_DEFAULT_SERVER"] = SERVER
    os.environ["JACK_NO_AUDIO_RESERVATION"] = "1"
    command = ["jackd", "-n", SERVER, "-r", "-d", "dummy", "-r", str(RATE_HZ), "-p", str(BLOCK)]
    server = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        for _ in range(100):
            with contextlib.suppress(DeviceLost):
                JackMidi("", is_input=False).close()
                break
            time.sleep(0.2)
        yield
    finally:
        server.terminate()
        server.wait()


class Dj:
    """A human's gear: MIDI clock over JACK at a tempo that may change."""

    def __init__(self, tempo_bpm: float, target: str = "") -> None:
        self._port = JackMidi(target, is_input=False)
        self._clock = ClockOut()
        self.lines = [Beat(beat=0.0, host_s=time.monotonic() + 0.5, tempo_bpm=tempo_bpm)]
        self._is_over = threading.Event()
        self._thread = threading.Thread(target=self._play, daemon=True)
        self._thread.start()

    def change(self, tempo_bpm: float) -> float:
        """Goes on at another tempo at once; returns when."""
        at_s = time.monotonic() + 0.1
        self.lines.append(Beat(beat=self.lines[-1].at(at_s), host_s=at_s, tempo_bpm=tempo_bpm))
        return at_s

    def beat(self, host_s: float) -> Beat:
        """The true beat."""
        return next((one for one in reversed(self.lines) if one.host_s <= host_s), self.lines[0])

    def _play(self) -> None:
        while not self._is_over.wait(0.005):
            to_s = time.monotonic() + self._port.ahead_s
            for timed in self._clock.until(self.beat(to_s), to_s):
                self._port.send(timed.message, timed.at_s)

    def close(self) -> None:
        self._is_over.set()
        self._thread.join()
        self._port.close()


def clock() -> None:
    """JACK MIDI through the PLL; then ticks that are late."""
    with jack_server():
        ear = JackMidi("", is_input=True)
        dj = Dj(124.0, target="temirbek signals in")
        pll, steady, apart, step_bpm = Pll(), Steady(), [], 0.0
        end_s = time.monotonic() + 20.0
        ready_s = time.monotonic() + 4.0
        while (now_s := time.monotonic()) < end_s:
            for one in ear.receive():
                if kind_of(one.message) == "pulse":
                    pll.tick(one.host_s)
                elif kind_of(one.message) == "start":
                    pll.start(0.0)
                    steady = Steady()
            found = pll.beat()
            if found is not None:
                before = steady.now
                here = steady.follow(found, now_s)
                if now_s > ready_s:
                    off = here.at(now_s) - dj.beat(now_s).at(now_s)
                    apart.append((off - round(off)) * 60e3 / 124.0)
                    step_bpm = max(step_bpm, abs(here.tempo_bpm - before.tempo_bpm) if before else 0.0)
            time.sleep(0.01)
        dj.close()
        ear.close()
    apart_ms = np.abs(apart)
    print(
        f"clock: JACK MIDI, blocks of {1e3 * BLOCK / RATE_HZ:.0f} ms: phase median {np.median(apart_ms):.2f} ms, "
        f"p99 {np.percentile(apart_ms, 99):.2f} ms, max {apart_ms.max():.2f} ms"
    )
    for share in (0.04, -0.04):
        figures = [late_ticks(seed, share) for seed in range(5)]
        jitter, bars, step = (max(f[k] for f in figures) for k in range(3))
        print(
            f"clock: ticks up to 18 ms late: phase p99 {jitter:.2f} ms; tempo {share:+.0%}: within 20 ms again "
            f"after {bars:.2f} bars, largest change of tempo from tick to tick {step:.2%} (worst of 5)"
        )


def late_ticks(seed: int, share: float) -> tuple[float, float, float]:
    """Phase error (p99, ms) before, bars to lock after a change of tempo, the largest step of tempo."""
    random = np.random.default_rng(seed)
    n = 24 * 64
    periods_s = np.where(np.arange(n) < n // 2, 60 / 126, 60 / (126 * (1 + share))) / 24
    due_s = np.cumsum(periods_s)
    came_s = np.maximum.accumulate(due_s + random.uniform(0, 0.018, n))
    pll, steady, apart, tempos = Pll(), Steady(), np.zeros(n), np.zeros(n)
    for k, at_s in enumerate(came_s):
        pll.tick(float(at_s))
        found = pll.beat()
        if found is not None and pll.is_locked(float(at_s)):
            here = steady.follow(found, float(at_s))
            apart[k] = (here.at(float(at_s)) - np.interp(at_s, due_s, np.arange(n) / 24)) * 60 / 126
            tempos[k] = here.tempo_bpm
    before, after = np.abs(apart[240 : n // 2]), np.abs(apart[n // 2 : -24])
    out = np.flatnonzero(after > IN_PHASE_S)
    step = np.abs(np.diff(tempos[240:]) / tempos[240:-1]).max()
    return 1e3 * float(np.percentile(before, 99)), (out[-1] + 1) / 96 if len(out) else 0.0, float(step)


# the whole machine


def decks() -> None:
    """Our deck and the robots' beat follow a human who changes the tempo."""
    with jack_server(), tempfile.TemporaryDirectory() as name:
        run = RunFolder(Path(name))
        _prepare(run)
        here = [sys.executable, "-m"]
        setup = json.dumps({"sink": "null", "buffer_ms": 40.0})
        with _process([*here, "temirbek.stage.audio", name, "--setup", setup], run.sound_socket) as sound:
            _ask(
                sound,
                {"do": "play", "voice": "music", "programme": "set", "path": f"{name}/made/set/clicks.flac"},
            )
            with _process([*here, "temirbek.stage.signals", name], run.path / "signals.sock") as signals:
                dj = Dj(124.5, target="temirbek signals in")
                _follow(run, dj, signals)
                dj.close()


def _follow(run: RunFolder, dj: Dj, signals: PlainClient) -> None:
    _until(signals, lambda state: state["is_locked"], 20.0, "a lock on the human's clock")
    answer = _ask(signals, {"do": "hand_over", "to": "human"})
    print(f"decks: hand over: {answer['words']}")
    begin_s = time.monotonic()
    _until(signals, lambda state: state["leader"] == "human", 60.0, "the hand-over")
    print(
        f"decks: the human leads after {time.monotonic() - begin_s:.1f} s; coming into phase from 124 to 124.5 BPM"
    )
    _watch(run, dj, dj.lines[-1].host_s, 8.0, "at first")
    for share in (0.04, -0.04):
        at_s = dj.change(dj.lines[-1].tempo_bpm * (1 + share))
        _watch(run, dj, at_s, 12.0, f"tempo {share:+.0%}")


def _watch(run: RunFolder, dj: Dj, since_s: float, for_s: float, words: str) -> None:
    """Compares deck and robots' beat with the true one for a while."""
    rows = []
    with SharedClock.open(run.clock) as shared:
        end_s = time.monotonic() + for_s
        while time.monotonic() < end_s:
            reading, human = shared.read(), shared.read_human()
            now_s = reading.host_s
            true = dj.beat(now_s)
            deck = reading.mix_s * 124.0 / 60.0
            apart = [deck - true.at(now_s), human.beat_at(now_s) - true.at(now_s)]
            rows.append(
                (
                    now_s,
                    *((x - round(x)) * 60.0 / true.tempo_bpm for x in apart),
                    reading.rate,
                    human.tempo_bpm,
                )
            )
            time.sleep(0.01)
    table = np.array(rows)
    bar_s = 240.0 / dj.lines[-1].tempo_bpm
    for column, name in ((1, "deck"), (2, "robots' beat")):
        out = np.flatnonzero(np.abs(table[:, column]) > IN_PHASE_S)
        bars = 0.0 if not len(out) else (table[out[-1], 0] - since_s) / bar_s
        late = np.abs(table[-200:, column])
        speeds = table[:, column + 2]
        step = np.abs(np.diff(speeds) / speeds[:-1]).max()
        print(
            f"decks: {words}: {name} within 20 ms after {bars:.2f} bars, at the end p99 {1e3 * np.percentile(late, 99):.1f} ms, "
            f"largest distance {1e3 * np.abs(table[:, column]).max():.1f} ms, largest step of speed {step:.2%}"
        )


def _prepare(run: RunFolder) -> None:
    """A run folder with five minutes of clicks at 124 BPM."""
    folder = run.made / "set"
    folder.mkdir(parents=True)
    beats_s = np.arange(620) * 60.0 / 124.0
    sound = np.zeros((RATE_HZ * 300, 2), dtype=np.float32)
    click = np.sin(2 * np.pi * 1000 * np.arange(960) / RATE_HZ) * np.exp(-np.arange(960) / 200) * 0.5
    for beat_s in beats_s[:-2]:
        first = round(beat_s * RATE_HZ)
        sound[first : first + 960] += click[:, None].astype(np.float32)
    soundfile.write(folder / "clicks.flac", sound, RATE_HZ)
    made = {
        "cue": "set",
        "kind": "track",
        "grid": to_json(BeatGrid(beats_s=beats_s)),
        "phrases_beats": list(range(0, 600, 16)),
    }
    (folder / "made.json").write_text(json.dumps(made))
    show = (
        'format = 1\ntitle = "Duet"\nseed = 1\n[music]\nsource = "demo"\n[venue.links]\nmidi_in = "jack:"\n'
    )
    opening = Opening(base=run.path, name="duet", day="2026-03-07", cache_dir=run.path / "cache")
    write_opening(run, opening, show=show, venue=None)


@contextlib.contextmanager
def _process(command: list[str], socket: Path) -> Iterator[PlainClient]:
    process = subprocess.Popen(command)
    try:
        with _met(process, socket) as client:
            yield client
    finally:
        process.terminate()
        process.wait()


def _met(process: "subprocess.Popen[bytes]", socket: Path) -> PlainClient:
    while process.poll() is None:
        with contextlib.suppress(DeviceLost):
            return PlainClient(socket)
        time.sleep(0.1)
    raise DeviceLost(f"{socket.name}: its process ended")


def _ask(client: PlainClient, body: dict[str, Any]) -> dict[str, Any]:
    answer = client.ask(body, 30.0)
    if not answer.get("ok"):
        raise DeviceLost(str(answer))
    return answer


def _until(client: PlainClient, is_so: Any, timeout_s: float, what: str) -> None:
    end_s = time.monotonic() + timeout_s
    while not is_so(state := _ask(client, {"do": "state"})):
        client.events.clear()
        if time.monotonic() > end_s:
            raise DeviceLost(f"no {what} within {timeout_s} s: {state}")
        time.sleep(0.05)


# the line input


def line() -> None:
    """The follower on music with known beats."""
    for title, tempo_bpm, sound, beats_s in _pieces():
        for taps, words in ((6, "tapped and confirmed"), (0, "by ear alone")):
            apart, locked, first = followed(sound, beats_s, taps)
            if not len(apart):
                print(f"line: {title}: {words}: never locked")
                continue
            print(
                f"line: {title:<14} {tempo_bpm:5.1f} BPM, {words}: p95 {np.percentile(np.abs(apart), 95):5.1f} ms, "
                f"median {np.median(apart):+5.1f} ms; locked {locked:4.0%} of the time, first at {first:.1f} s; "
                f"on the beat {np.mean(np.abs(apart) < 70):4.0%}"
            )


def followed(sound: np.ndarray, beats_s: np.ndarray, n_taps: int) -> tuple[np.ndarray, float, float]:
    """Beats as followed against the true ones [ms], the share of time it is locked, and when it first was.

    With taps: so many beats from the ninth second on are tapped, each some 20 ms beside, and confirmed.
    """
    taps = Taps()
    waiting = list(
        beats_s[beats_s > beats_s[0] + 8][:n_taps] + np.random.default_rng(1).normal(0, 0.02, n_taps)
    )
    follower, steady = Follower(RATE_HZ), Steady()
    block = RATE_HZ // 20
    apart: list[float] = []
    locked: list[bool] = []
    first_s = float("nan")
    before: Beat | None = None
    for end in range(block, len(sound), block):
        now_s = end / RATE_HZ
        follower.hear(sound[end - block : end], now_s)
        while waiting and waiting[0] <= now_s:
            taps = taps.tap(float(waiting.pop(0)))
            if not waiting and taps.beat is not None:
                follower.expect(taps.beat)
        if waiting or not beats_s[0] + 8 < now_s < beats_s[-1]:
            continue
        is_locked = follower.is_locked(now_s) and follower.beat is not None
        locked.append(is_locked)
        if not is_locked or follower.beat is None:
            steady, before = Steady(), None
            continue
        first_s = now_s if np.isnan(first_s) else first_s
        here = steady.follow(follower.beat, now_s)
        if before is not None and np.floor(here.at(now_s)) > np.floor(before.beat):
            heard_s = here.when(np.floor(here.at(now_s)))
            apart.append(1e3 * (heard_s - beats_s[np.argmin(np.abs(beats_s - heard_s))]))
        before = here
    return np.array(apart), float(np.mean(locked)) if locked else 0.0, first_s


def _pieces() -> Iterator[tuple[str, float, np.ndarray, np.ndarray]]:
    with tempfile.TemporaryDirectory() as name:
        for track in write_tracks(Path(name)):
            yield track.path.stem, track.tempo_bpm, _mono(track.path), np.array(track.beats_s)
    folder = os.environ.get("TEMIRBEK_MUSIC")
    if not folder:
        print("line: TEMIRBEK_MUSIC is not set: real recordings are left out")
        return
    for chart in json.loads((Path(folder) / "beats.json").read_text(encoding="utf-8")):
        path = Path(folder) / chart["file"]
        if path.exists():
            yield path.stem, float(chart["bpm"]), _mono(path), np.array(chart["beats_s"])


def _mono(path: Path) -> np.ndarray:
    sound, rate_hz = soundfile.read(path, dtype="float32", always_2d=True)
    return np.asarray(soxr.resample(sound.mean(axis=1), rate_hz, RATE_HZ), dtype=np.float32)


if __name__ == "__main__":
    main()
