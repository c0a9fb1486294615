"""The hostile phones of ``benchmarks/phones.py``, in a process of their own, so that what the others notice of them is the server's
doing and not a client's that attacks and listens in one loop: ``python benchmarks/phones_hostile.py FOLDER PORT COUNT LENGTH_S``.

Says ``ready`` when its phones are there, waits for a line, does its worst for so long, and tells what it was answered as JSON.
"""

import argparse
import asyncio
import gc
import json
import os
import random
import resource
import socket
import sys
import time
from collections import Counter
from pathlib import Path

from phones_client import Phone, connect_all, frame, hang_up

from temirbek.phones.tokens import KEY_FILE, TokenKey

ROUND_S = 0.1
NICE = 10
"""The attackers leave the core of the phones that listen to those: they are to be measured through the server alone."""


class Hostile:
    """What does not belong in a hall.

    Args:
        folder: Of the evening, whose key is stolen for 50 seats; the server knows nothing of that.
        port: Of the server.
        count: How many of each kind.
    """

    def __init__(self, folder: Path, port: int, count: int) -> None:
        self.port, self.count = port, count
        key = TokenKey.read(folder / KEY_FILE)
        replayed, forged = TokenKey(bytes(32), "another evening"), TokenKey(bytes(32), key.evening)
        self.liars = [
            Phone(token, port) for k in range(count) for token in (forged.sign(str(k)), replayed.sign(str(k)))
        ]
        self.flooders = [Phone(key.sign(f"hostile {k}"), port) for k in range(count)]
        self.deaf: list[socket.socket] = []
        self.done: Counter[str] = Counter()

    async def begin(self) -> None:
        """They come."""
        await connect_all([*self.liars, *self.flooders])
        for _ in range(2 * self.count):
            ear = socket.socket()
            ear.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
            ear.setblocking(False)
            await asyncio.get_running_loop().sock_connect(ear, ("127.0.0.1", self.port))
            ear.send(
                b"GET /ws HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                b"Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n"
            )
            self.deaf.append(ear)

    async def go_on(self, length_s: float) -> None:
        """They do what they do; whoever is thrown out is back in the next round."""
        loop = asyncio.get_running_loop()
        end_s, number = time.monotonic() + length_s, 0
        jobs = [loop.create_task(self._large(end_s)), loop.create_task(self._garbage(end_s))]
        while time.monotonic() < end_s:
            due_s, number = time.monotonic() + ROUND_S, number + 1
            for phone in self.flooders:
                for k in range(10):
                    phone.say(do="vote", poll="hostile", option="ab"[k % 2], n=10 * number + k)
                    self.done["votes said"] += phone.is_open
            for phone in self.liars:
                phone.say(do="hello", token=phone.token)
                self.done["lies said"] += phone.is_open
            await self._come_back([p for p in (*self.flooders, *self.liars) if not p.is_open])
            await asyncio.sleep(max(due_s - time.monotonic(), 0.0))
        await asyncio.gather(*jobs)
        self.done["that read nothing"] = len(self.deaf)
        self.done["of these cut off"] = sum(is_cut_off(ear) for ear in self.deaf)

    async def _come_back(self, phones: list[Phone]) -> None:
        self.done["thrown out, came back"] += len(phones)
        try:
            await connect_all(phones)
        except OSError:
            self.done["found no way in"] += 1

    def end(self) -> None:
        """They are gone."""
        hang_up([*self.liars, *self.flooders])
        for ear in self.deaf:
            ear.close()

    async def _large(self, end_s: float) -> None:
        """Frames of 1 MB, each on a connection of its own."""
        body = frame(b"x" * (1 << 20))
        while time.monotonic() < end_s:
            phone = Phone("", self.port)
            await connect_all([phone])
            phone.transport.write(body)
            self.done["frames of 1 MB"] += 1
            await asyncio.sleep(0.05)
            phone.transport.abort()

    async def _garbage(self, end_s: float) -> None:
        """Bytes that mean nothing, before and after the handshake."""
        draw = random.Random(2)
        while time.monotonic() < end_s:
            phone = Phone("", self.port)
            await connect_all([phone])
            phone.transport.write(frame(draw.randbytes(200)) + draw.randbytes(500))
            try:
                _, writer = await asyncio.open_connection("127.0.0.1", self.port)
                writer.write(draw.randbytes(9000))
                writer.close()
            except OSError:
                self.done["cut off while it spoke"] += 1
            self.done["garbage"] += 2
            await asyncio.sleep(0.02)
            phone.transport.abort()


def is_cut_off(ear: socket.socket) -> bool:
    """Whether the server has ended a connection."""
    try:
        while ear.recv(1 << 16):
            pass  # what it could have read
    except BlockingIOError:
        return False  # there may be more to come
    except ConnectionError:
        return True
    return True


async def attack(folder: Path, port: int, count: int, length_s: float) -> None:
    """Comes, waits for the word, does its worst, tells."""
    bad = Hostile(folder, port, count)
    try:
        await bad.begin()
        print("ready", flush=True)
        sys.stdin.readline()
        await bad.go_on(length_s)
        answers = sum((phone.answers for phone in [*bad.liars, *bad.flooders]), Counter())
        print(json.dumps({"done": bad.done, "answers": answers}), flush=True)
    finally:
        bad.end()


def main() -> None:
    """Attacks."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("port", type=int)
    parser.add_argument("count", type=int)
    parser.add_argument("length_s", type=float)
    options = parser.parse_args()
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    os.nice(NICE)
    gc.disable()
    import uvloop

    uvloop.run(attack(options.folder, options.port, options.count, options.length_s))


if __name__ == "__main__":
    main()
