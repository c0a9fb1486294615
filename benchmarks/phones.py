"""Ten thousand phones and one core: ``python benchmarks/phones.py [connected] [kill] [reconnect] [cues] [show] [hostile] [--phones N] [--quick]``
(all parts, if none is named).

The server is the phones' process as a show starts it, on a core of its own; the phones are one process on another core, on
loopback. Loopback has no radio: what a hall's network adds is not in these figures.

* **connected**: all phones connected; from the conductor's word to the last phone that has it; memory; votes of all at once,
  until the last is acknowledged, and whether each lies in the file.
* **kill**: SIGKILL in the middle of a storm of votes, again and again; what was acknowledged is looked for in the file.
* **reconnect**: 5,000 phones lose the network at once and come back with the page's own jitter; and with none at all, which no page does.
* **cues**: a process that wakes every 10 ms, as the conductor does, while nothing happens and while all phones vote, clap and hear;
  on the server's own core, which is the worst place for it.
* **show**: the same question to a whole show: how late its conductor fires cues that are due, and how long until the lights'
  process has begun them, see :mod:`phones_show`.
* **hostile**: phones that do not read, frames of 1 MB, garbage, forged and replayed tokens, a hundred votes a second, from a process of
  their own, and what the others notice of it.

Nothing waits for ever: a part that is not done in its time falls short. How long the server's loop was ready and had no core is
shown with each part: on a machine that does other things that is not the server's own time.
"""

import argparse
import asyncio
import faulthandler
import gc
import json
import multiprocessing
import os
import random
import resource
import shutil
import sqlite3
import sys
import tempfile
import time
from collections.abc import Callable, Coroutine, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from phones_client import Phone, Server, connect_all, free_port, hang_up, storm_back
from phones_show import DUE_S, Show

from temirbek.phones.__main__ import DATABASE
from temirbek.phones.tokens import KEY_FILE, TokenKey
from temirbek.stage.robots.priority import come_first

TICK_S = 0.010
PATIENCE_S = 30.0
PART_S = 300.0
"""A part that is not done by then falls short."""
HERE = Path(__file__).parent
CORES = sorted(os.sched_getaffinity(0))
SERVER_CORE = CORES[0] if len(CORES) > 1 else None
CLIENT_CORE = CORES[1] if len(CORES) > 1 else None


@dataclass(frozen=True, slots=True)
class Figure:
    """One measured figure and its bar."""

    name: str
    value: str
    bar: str
    holds: bool | None

    def __str__(self) -> str:
        mark = {True: "holds", False: "FALLS SHORT", None: ""}[self.holds]
        return f"{self.name:<58}{self.value:>22}   {self.bar:<12}{mark}"


class Evening:
    """A folder with a key, and servers in it.

    Args:
        folder: Of the run.
        count: How many seats have a token.
    """

    def __init__(self, folder: Path, count: int) -> None:
        self.folder = folder
        self.key = TokenKey.make(folder / KEY_FILE, "a benchmark's evening")
        self.seats = [f"seat {k}" for k in range(count)]
        self.tokens = [self.key.sign(seat) for seat in self.seats]

    def serve(self) -> Server:
        """A server, or the next one over the same votes."""
        return Server(self.folder, free_port(), SERVER_CORE)

    def phones(self, server: Server, count: int, first: int = 0) -> list[Phone]:
        """Phones of the seats from the first."""
        return [Phone(token, server.port) for token in self.tokens[first : first + count]]

    def stored(self, poll: str) -> dict[str, str]:
        """Seat → option, as the file has it."""
        with sqlite3.connect(f"file:{self.folder / DATABASE}?mode=ro", uri=True) as file:
            return dict(file.execute("select seat, option from vote where poll = ?", (poll,)))


class Acknowledged:
    """Which phones' votes were acknowledged, and when the last was."""

    def __init__(self) -> None:
        self.phones: dict[Phone, float] = {}

    def __call__(self, phone: Phone, text: bytes) -> None:
        if text.startswith(b'{"is":"accepted"') and b'"n":0' not in text:
            self.phones[phone] = time.monotonic()


async def until(is_so: Callable[[], bool], patience_s: float = PATIENCE_S) -> bool:
    """Waits until something is so, but not for ever."""
    end_s = time.monotonic() + patience_s
    while not is_so() and time.monotonic() < end_s:
        await asyncio.sleep(0.002)
    return is_so()


def waited(server: Server, before_s: float, began_s: float) -> Figure:
    """How long the server had no core since then."""
    took_s = time.monotonic() - began_s
    return Figure(
        "  the server was ready and had no core",
        f"{server.waited_s() - before_s:.2f} of {took_s:.0f} s",
        "",
        None,
    )


def state(server: Server, number: int) -> None:
    """The conductor's word that another track is on, some 200 bytes."""
    server.ask(
        do="state", title=f"track {number} " + "x" * 120, artist="DJ Adilet", kind="dj_set", tempo_bpm=120.0
    )


def announcement(server: Server, number: int) -> None:
    """The longest that there is, 1.7 KB: whoever reads nothing has a full buffer after some forty."""
    server.ask(do="announce", text=f"{number} ".ljust(280, "ұ"))


async def hear_once(
    server: Server, phones: Sequence[Phone], number: int, word: Callable[[Server, int], None] = state
) -> list[float]:
    """From the conductor's word until each phone has it [s]."""
    before = [phone.n_deltas for phone in phones]
    began_s = time.monotonic()
    word(server, number)
    await until(lambda: all(p.n_deltas > n for p, n in zip(phones, before, strict=True)), 10.0)
    return [p.heard_s - began_s if p.n_deltas > n else np.inf for p, n in zip(phones, before, strict=True)]


async def vote_all(server: Server, phones: Sequence[Phone], poll: str) -> tuple[Acknowledged, float]:
    """All vote at once; who was acknowledged, and how long it took until the last was [s]."""
    server.open_poll(poll)
    await asyncio.sleep(1.5)
    done = Acknowledged()
    for phone in phones:
        phone.hears = done
    began_s = time.monotonic()
    for number, phone in enumerate(phones):
        phone.say(do="vote", poll=poll, option="ab"[number % 2], n=1)
        if number % 200 == 199:
            await asyncio.sleep(0)
    await until(lambda: len(done.phones) == len(phones))
    return done, max(done.phones.values(), default=np.inf) - began_s


async def connected(evening: Evening, count: int, rounds: int) -> list[Figure]:
    """State, memory and votes with all phones connected."""
    server = evening.serve()
    try:
        await asyncio.sleep(1.0)
        empty_kb = server.memory_kb()
        phones = evening.phones(server, count)
        took_s = await connect_all(phones)
        await asyncio.sleep(2.0)
        each_kb = (server.memory_kb() - empty_kb) / count
        heard, used_s, waited_s, began_s = [], server.cpu_s(), server.waited_s(), time.monotonic()
        for number in range(rounds):
            heard.append(await hear_once(server, phones, number))
            await asyncio.sleep(0.5)
        used_ms = 1000 * (server.cpu_s() - used_s) / rounds
        last_ms = 1000 * np.array([max(one) for one in heard])
        all_ms = 1000 * np.concatenate(heard)
        figures = [
            Figure(f"{count} connected, a second", f"{count / took_s:.0f}", "", None),
            Figure("memory of each", f"{each_kb:.1f} KB", "≤ 20 KB", each_kb <= 20),
            Figure("state to each phone: median", f"{np.median(all_ms):.0f} ms", "", None),
            Figure(
                f"state to the last of {count}: median / p99 of {rounds}",
                f"{np.median(last_ms):.0f} / {np.quantile(last_ms, 0.99):.0f} ms",
                "≤ 500 ms",
                bool(np.quantile(last_ms, 0.99) <= 500),
            ),
        ]
        figures.append(Figure("  the server's processor time for it", f"{used_ms:.0f} ms", "", None))
        figures.append(waited(server, waited_s, began_s))
        rates, lost, used_s = [], 0, server.cpu_s()
        for number in range(3):
            done, took_s = await vote_all(server, phones, f"poll-{number}")
            rates.append(len(done.phones) / took_s)
            kept = evening.stored(f"poll-{number}")
            lost += count - len(done.phones)
            lost += sum(evening.key.check(phone.token) not in kept for phone in done.phones)
        rate = float(np.median(rates))
        figures.append(
            Figure(
                "votes acknowledged durably, a second (median of 3)", f"{rate:.0f}", "≥ 10000", rate >= 10_000
            )
        )
        used_us = 1e6 * (server.cpu_s() - used_s) / (3 * count)
        figures.append(Figure("  the server's processor time for each", f"{used_us:.0f} µs", "", None))
        figures.append(Figure("  not acknowledged, or not in the file", str(lost), "0", lost == 0))
        figures.append(
            Figure(
                "memory of each, after the votes",
                f"{(server.memory_kb() - empty_kb) / count:.1f} KB",
                "",
                None,
            )
        )
        hang_up(phones)
        return figures
    finally:
        server.end()


async def kill(evening: Evening, count: int, kills: int) -> list[Figure]:
    """SIGKILL in the middle of votes."""
    draw = random.Random(1)
    acknowledged = missing = other = 0
    back_s = []
    for number in range(kills):
        began_s = time.monotonic()
        server = evening.serve()
        back_s.append(time.monotonic() - began_s)
        phones = evening.phones(server, count)
        await connect_all(phones)
        poll = f"kill-{number}"
        server.open_poll(poll)
        await asyncio.sleep(0.4)
        done = Acknowledged()
        for k, phone in enumerate(phones):
            phone.hears = done
            phone.say(do="vote", poll=poll, option="ab"[k % 2], n=1)
        target = draw.randrange(1, count)
        await until(lambda done=done, target=target: len(done.phones) >= target, 5.0)
        server.kill()
        await asyncio.sleep(0.05)
        kept = evening.stored(poll)
        options = {evening.key.check(phone.token): "ab"[k % 2] for k, phone in enumerate(phones)}
        seats = [evening.key.check(phone.token) for phone in done.phones]
        acknowledged += len(seats)
        missing += sum(seat not in kept for seat in seats)
        other += sum(kept.get(seat, options[seat]) != options[seat] for seat in seats)
        server.line.close()
    return [
        Figure(f"{kills} × kill -9 amid {count} votes: acknowledged", str(acknowledged), "", None),
        Figure("  of these lost", str(missing + other), "0", missing + other == 0),
        Figure("  serves again after, median", f"{np.median(back_s):.2f} s", "", None),
    ]


async def reconnect(evening: Evening, count: int, storms: int) -> list[Figure]:
    """All lose the network at once."""
    server = evening.serve()
    try:
        phones = evening.phones(server, count)
        await connect_all(phones)
        took, failed = [], 0
        used_s, own_s, waited_s, began_s = (
            server.cpu_s(),
            time.process_time(),
            server.waited_s(),
            time.monotonic(),
        )
        for number in range(storms):
            back_s, tries = await storm_back(phones, number)
            took.append(back_s)
            failed += tries
            await asyncio.sleep(1.0)
        used_s, own_s = (server.cpu_s() - used_s) / storms, (time.process_time() - own_s) / storms
        core = waited(server, waited_s, began_s)
        worst_s, tries = await storm_back(phones, storms, jitter_s=0.0)
        hang_up(phones)
        return [
            Figure(
                f"{count} reconnect at once: median / worst of {storms}",
                f"{np.median(took):.2f} / {max(took):.2f} s",
                "≤ 5 s",
                max(took) <= 5.0,
            ),
            Figure(
                "  processor time of the server, of all phones", f"{used_s:.2f} / {own_s:.2f} s", "", None
            ),
            Figure("  tries that failed", str(failed), "", None),
            core,
            Figure("  without any jitter; tries that failed", f"{worst_s:.2f} s; {tries}", "", None),
        ]
    finally:
        server.end()


def tick(core: int | None, ready: Any, stop: Any, late: Any) -> None:
    """Wakes every 10 ms, with the conductor's priority, and notes how late [ms], from when it is ready until it is told to stop."""
    if core is not None:
        os.sched_setaffinity(0, {core})
    os.setsid()  # as the processes of a show are: Linux shares the machine out among sessions
    come_first(is_real_time=False)
    noted: list[float] = []
    ready.set()
    start_s, number = time.monotonic() + TICK_S, 0
    while not stop.is_set():
        due_s = start_s + number * TICK_S
        wait_s = due_s - time.monotonic()
        if wait_s > 0:
            time.sleep(wait_s)
        noted.append(1000 * (time.monotonic() - due_s))
        number += 1
    late.put(noted)


async def ticked(during: Coroutine[None, None, None]) -> list[float]:
    """How late the ticker was while something went on [ms]."""
    context = multiprocessing.get_context("spawn")
    ready, stop, late = context.Event(), context.Event(), context.Queue()
    ticker = context.Process(target=tick, args=(SERVER_CORE, ready, stop, late), daemon=True)
    ticker.start()
    try:
        if not await asyncio.to_thread(ready.wait, PATIENCE_S):
            raise TimeoutError("the ticker did not begin")
        await during
        stop.set()
        noted: list[float] = await asyncio.to_thread(late.get, timeout=PATIENCE_S)
    finally:
        stop.set()  # else it would tick for ever, and this process wait for it
        ticker.join(PATIENCE_S)
    return noted


async def storm(server: Server, phones: Sequence[Phone], length_s: float) -> None:
    """Everything at once: votes, claps, pings, and a change to hear five times a second."""
    end_s, number, poll = time.monotonic() + length_s, 0, ""
    while time.monotonic() < end_s:
        if number % 10 == 0:
            server.open_poll(poll := f"storm-{number}")
        number += 1
        server.ask(do="state", title=f"track {number}", artist="x", kind="dj_set", tempo_bpm=120.0)
        began_s = time.monotonic()
        for k, phone in enumerate(phones):
            if k % 5 == number % 5:
                phone.say(do="vote", poll=poll, option="a", n=number)
            elif k % 5 == (number + 1) % 5:
                phone.say(do="clap", count=3)
            if k % 200 == 199:
                await asyncio.sleep(0)
        await asyncio.sleep(max(0.2 - (time.monotonic() - began_s), 0.0))


async def cues(evening: Evening, count: int, length_s: float) -> list[Figure]:
    """The timing of another process, quiet and in a storm."""
    server = evening.serve()
    try:
        phones = evening.phones(server, count)
        await connect_all(phones)
        await asyncio.sleep(2.0)
        quiet = np.quantile(await ticked(asyncio.sleep(length_s)), [0.5, 0.99, 1.0])
        used_s, waited_s, began_s = server.cpu_s(), server.waited_s(), time.monotonic()
        stormy = np.quantile(await ticked(storm(server, phones, length_s)), [0.5, 0.99, 1.0])
        used = (server.cpu_s() - used_s) / (time.monotonic() - began_s)
        core = waited(server, waited_s, began_s)
        hang_up(phones)
        more_ms = float(stormy[1] - quiet[1])
        return [
            Figure(
                "a 10 ms ticker, quiet: median / p99 / worst",
                " / ".join(f"{v:.1f}" for v in quiet) + " ms",
                "",
                None,
            ),
            Figure(f"  while {count} phones storm", " / ".join(f"{v:.1f}" for v in stormy) + " ms", "", None),
            Figure("  p99 later by", f"{more_ms:.1f} ms", "≤ 10 ms", more_ms <= 10.0),
            Figure("  the server keeps its core busy for", f"{100 * used:.0f} %", "", None),
            core,
        ]
    finally:
        server.end()


async def show_cues(evening: Evening, count: int, length_s: float) -> list[Figure]:
    """The timing of a whole show's cues, quiet and in a storm."""
    show = await asyncio.to_thread(Show, evening.folder, round(length_s / DUE_S), SERVER_CORE)
    try:
        phones = [Phone(show.key.sign(seat), show.server.port) for seat in evening.seats[:count]]
        await connect_all(phones)
        await asyncio.sleep(2.0)
        await asyncio.to_thread(show.begin, "quiet")
        await show.over("quiet")
        storming = asyncio.create_task(storm(show.server, phones, 3.0 * length_s))
        await asyncio.sleep(2.0)
        await asyncio.to_thread(show.begin, "stormy")
        await show.over("stormy")
        storming.cancel()
        hang_up(phones)
        figures = []
        words = ("a show's cues, fired later than due by", "  and begun by the lights' process after")
        for word, quiet, stormy in zip(words, show.late_ms("quiet"), show.late_ms("stormy"), strict=True):
            more_ms = float(np.quantile(stormy, 0.99) - np.quantile(quiet, 0.99))
            for when, late_ms in (("quiet", quiet), (f"{count} phones storm", stormy)):
                told = " / ".join(f"{v:.1f}" for v in np.quantile(late_ms, [0.5, 0.99, 1.0]))
                figures.append(Figure(f"{word}: {when} ({len(late_ms)})", f"{told} ms", "", None))
            figures.append(Figure("  p99 later by", f"{more_ms:.1f} ms", "≤ 10 ms", more_ms <= 10.0))
        return figures
    finally:
        await asyncio.to_thread(show.close)


class Attack:
    """The hostile phones' process.

    Args:
        server: Whom it is done to.
        evening: Whose key is stolen.
        count: How many of each kind.
        length_s: For how long [s].
    """

    def __init__(self, server: Server, evening: Evening, count: int, length_s: float) -> None:
        self._words = [str(v) for v in (evening.folder, server.port, count, length_s)]
        self._process: asyncio.subprocess.Process | None = None

    async def begin(self) -> None:
        """They come, and wait for the word."""
        pipe = asyncio.subprocess.PIPE
        self._process = await asyncio.create_subprocess_exec(
            sys.executable, str(HERE / "phones_hostile.py"), *self._words, stdin=pipe, stdout=pipe
        )
        if await self._line() != b"ready\n":
            raise RuntimeError("the hostile phones did not come")

    async def go_on(self) -> dict[str, Any]:
        """They do their worst; what they did, and what they were answered."""
        self._process.stdin.write(b"go\n")
        return dict(json.loads(await self._line()))

    async def _line(self) -> bytes:
        return await asyncio.wait_for(self._process.stdout.readline(), 2 * PATIENCE_S)

    async def end(self) -> None:
        """They are gone, if need be by force."""
        if self._process is None:
            return
        try:
            await asyncio.wait_for(self._process.wait(), 5.0)
        except TimeoutError:
            self._process.kill()
            await self._process.wait()


async def hostile(evening: Evening, count: int, length_s: float) -> list[Figure]:
    """Good phones among bad ones."""
    server = evening.serve()
    bad = Attack(server, evening, 50, length_s)
    try:
        good = evening.phones(server, count)
        await connect_all(good)
        server.open_poll("hostile")
        await asyncio.sleep(2.0)
        quiet = [max(await hear_once(server, good, k, announcement)) for k in range(20)]
        calm_kb = most_kb = server.memory_kb()
        await bad.begin()
        used_s, waited_s, began_s = server.cpu_s(), server.waited_s(), time.monotonic()
        work = asyncio.get_running_loop().create_task(bad.go_on())
        troubled, number = [], 20
        while not work.done():
            number += 1
            troubled.append(max(await hear_once(server, good, number, announcement)))
            most_kb = max(most_kb, server.memory_kb())
            await asyncio.sleep(0.05)
        told = await work
        used = (server.cpu_s() - used_s) / (time.monotonic() - began_s)
        core = waited(server, waited_s, began_s)
        done, took_s = Acknowledged(), time.monotonic()
        for phone in good:
            phone.hears = done
            phone.say(do="vote", poll="hostile", option="a", n=1)
        await until(lambda: len(done.phones) == len(good))
        took_s = time.monotonic() - took_s
        kept = evening.stored("hostile")
        cheats = sum(evening.key.voter(f"hostile {k}") in kept for k in range(50))
        lost = sum(phone.answers["lost"] for phone in good)
        grown_mb = (most_kb - calm_kb) / 1024
        before_ms, after_ms = 1000 * np.quantile(quiet, 0.99), 1000 * np.quantile(troubled, 0.99)
        return [
            Figure(f"state to the last of {count}: p99 in peace", f"{before_ms:.0f} ms", "", None),
            Figure("  among hostile phones", f"{after_ms:.0f} ms", "≤ 500 ms", bool(after_ms <= 500)),
            Figure("  connections of others that were lost", str(lost), "0", lost == 0),
            Figure(
                "  votes of others acknowledged afterwards",
                f"{len(done.phones)} in {took_s:.2f} s",
                f"{count}",
                len(done.phones) == count,
            ),
            Figure("memory grew at most by", f"{grown_mb:.0f} MB", "≤ 64 MB", grown_mb <= 64),
            Figure("  the server keeps its core busy for", f"{100 * used:.0f} %", "", None),
            core,
            Figure("they: " + ", ".join(f"{n} {what}" for what, n in told["done"].items()), "", "", None),
            Figure("heard: " + ", ".join(f"{n} {what}" for what, n in told["answers"].items()), "", "", None),
            Figure(
                "50 seats at 100 votes a second have votes",
                str(cheats),
                "≤ 50",
                cheats <= 50 and len(kept) <= count + 50,
            ),
        ]
    finally:
        await bad.end()
        server.end()


async def in_time(name: str, part: Coroutine[None, None, list[Figure]]) -> list[Figure]:
    """A part's figures, or that it was not done; the process itself ends if even that cannot be said."""
    faulthandler.dump_traceback_later(PART_S + 4 * PATIENCE_S, exit=True)
    try:
        async with asyncio.timeout(PART_S):
            return await part
    except TimeoutError as error:
        return [Figure(f"{name}: not done in time ({error})", "", "", False)]
    finally:
        faulthandler.cancel_dump_traceback_later()


async def run(names: Sequence[str], count: int, *, quick: bool) -> list[Figure]:
    """The parts that were named."""
    parts = {
        "connected": lambda e: connected(e, count, 5 if quick else 30),
        "kill": lambda e: kill(e, 500, 3 if quick else 20),
        "reconnect": lambda e: reconnect(e, min(count, 5000), 1 if quick else 5),
        "cues": lambda e: cues(e, count, 4.0 if quick else 20.0),
        "show": lambda e: show_cues(e, count, 8.0 if quick else 40.0),
        "hostile": lambda e: hostile(e, min(count, 2000), 4.0 if quick else 20.0),
    }
    figures: list[Figure] = []
    for name in names or parts:
        folder = Path(tempfile.mkdtemp(prefix="phones-"))
        try:
            load = os.getloadavg()[0]
            print(f"-- {name} (load {load:.1f})", flush=True)
            for figure in await in_time(name, parts[name](Evening(folder, count + 100))):
                print(figure, flush=True)
                figures.append(figure)
        finally:
            shutil.rmtree(folder, ignore_errors=True)
    return figures


def main() -> int:
    """Runs the benchmark; 1 if a bar was missed."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument(
        "parts", nargs="*", choices=["connected", "kill", "reconnect", "cues", "show", "hostile", []]
    )
    parser.add_argument("--phones", type=int, default=10_000)
    parser.add_argument("--quick", action="store_true", help="fewer rounds")
    parser.add_argument("--json", type=Path, help="also write the figures there")
    arguments = parser.parse_args()
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    if CLIENT_CORE is not None:
        os.sched_setaffinity(0, {CLIENT_CORE})
    gc.disable()  # a pause of the client would be counted as the server's
    import uvloop

    figures = uvloop.run(run(arguments.parts, arguments.phones, quick=arguments.quick))
    if arguments.json:
        arguments.json.write_text(json.dumps([[f.name, f.value, f.bar, f.holds] for f in figures], indent=1))
    return int(any(figure.holds is False for figure in figures))


if __name__ == "__main__":
    sys.exit(main())
