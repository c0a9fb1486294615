"""Phones that are not there, over sockets that are: each connects, says whose it is, votes, wishes and claps."""

import asyncio
import json
import logging
import random
from collections.abc import Mapping
from typing import Any

from picows import WSFrame, WSListener, WSMsgType, WSTransport, ws_connect

from temirbek.phones.tokens import TokenKey

CONNECT_WITHIN_S = 20.0
"""A hall's phones come one after another, as people scan a code."""
AT_ONCE = 200
RETRY_S = 2.0
_PICOWS = logging.getLogger("temirbek.crowd.picows")
_PICOWS.setLevel(logging.ERROR)  # it tells of every connection
_SILENT = logging.LoggerAdapter(_PICOWS, {})
logger = logging.getLogger(__name__)


class _Phone(WSListener):
    """One phone.

    Args:
        home: Counts what happens to all of them.
        token: Its ticket.
    """

    def __init__(self, home: "SimulatedPhones", token: str) -> None:
        self._home, self.token = home, token
        self.transport: WSTransport | None = None

    def on_ws_connected(self, transport: WSTransport) -> None:
        """It is there."""
        self.transport = transport
        self._home.connected += 1
        self.say({"do": "hello", "token": self.token})

    def on_ws_disconnected(self, transport: WSTransport) -> None:
        """It has gone."""
        if self.transport is not None:
            self.transport = None
            self._home.connected -= 1

    def on_ws_frame(self, transport: WSTransport, frame: WSFrame) -> None:
        """It hears something: answers are counted, what is shown is not looked at."""
        text = frame.get_payload_as_bytes() if frame.msg_type == WSMsgType.TEXT else b""
        if text.startswith(b'{"is":"accepted"'):
            self._home.accepted += 1
        elif text.startswith(b'{"is":"refused"'):
            self._home.refused += 1

    def say(self, body: Mapping[str, Any]) -> None:
        """Says something, if it is connected."""
        if self.transport is not None:
            self.transport.send(WSMsgType.TEXT, json.dumps(body, separators=(",", ":")).encode())


class SimulatedPhones:
    """The phones of a simulated hall.

    Args:
        url: Where they connect (``ws://…``).
        key: With which their tickets are signed.
        n: How many.
        seed: Of who does what when.

    Attributes:
        connected, accepted, refused: Phones there; answers to votes and wishes.
    """

    def __init__(self, url: str, key: TokenKey, n: int, seed: int) -> None:
        self._url = url
        self._random = random.Random(seed)
        self._phones = [_Phone(self, key.sign(f"simulated seat {k + 1}")) for k in range(n)]
        self._few = asyncio.Semaphore(AT_ONCE)
        self.connected = self.accepted = self.refused = 0

    async def run(self) -> None:
        """Connects them one after another, and again whenever they are cut off; until cancelled."""
        async with asyncio.TaskGroup() as group:
            for phone in self._phones:
                group.create_task(self._keep(phone, self._random.uniform(0.0, CONNECT_WITHIN_S)))

    async def _keep(self, phone: _Phone, first_s: float) -> None:
        await asyncio.sleep(first_s)
        while True:
            try:
                async with self._few:
                    transport, _ = await ws_connect(lambda: phone, self._url, logger_name=_SILENT)
                await transport.wait_disconnected()
            except (TimeoutError, OSError, ConnectionError) as error:
                logger.debug("a phone cannot connect: %s", error)
            except Exception as error:  # picows raises its own kinds for a refused handshake
                logger.debug("a phone was not let in: %r", error)
            await asyncio.sleep(self._random.uniform(0.0, RETRY_S))

    async def vote(self, poll: str, counts: Mapping[str, int], within_s: float) -> None:
        """So many vote so, spread over a time."""
        votes = [option for option, n in counts.items() for _ in range(n)]
        voters = self._random.sample(self._phones, min(len(votes), len(self._phones)))
        self._random.shuffle(votes)
        await self._spread(
            [(p, {"do": "vote", "poll": poll, "option": o}) for p, o in zip(voters, votes, strict=False)],
            within_s,
        )

    async def wish(self, counts: Mapping[str, int], within_s: float) -> None:
        """So many wish for these tracks, spread over a time."""
        tracks = [track for track, n in counts.items() for _ in range(n)]
        who = self._random.sample(self._phones, min(len(tracks), len(self._phones)))
        await self._spread(
            [(p, {"do": "wish", "track": t}) for p, t in zip(who, tracks, strict=False)], within_s
        )

    async def clap(self, share: float, seconds: float) -> None:
        """A share of them claps on the glass for a while."""
        who = self._random.sample(self._phones, round(share * len(self._phones)))
        for _ in range(int(seconds)):
            await self._spread([(p, {"do": "clap", "count": 2}) for p in who], 1.0)

    async def _spread(self, said: list[tuple[_Phone, dict[str, Any]]], within_s: float) -> None:
        if not said:
            return
        per_step = max(1, round(len(said) * 0.02 / within_s))
        for k in range(0, len(said), per_step):
            for phone, body in said[k : k + per_step]:
                phone.say(body)
            await asyncio.sleep(0.02)
