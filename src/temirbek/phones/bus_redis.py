"""The bus on a Redis or Valkey server: parts in a hash, news of them by publish and subscribe.

Part and news are one transaction, so every worker hears parts in the order in which they stand in the hash. Whoever subscribes
again after an interruption reads the hash again: news that were missed do no harm.
"""

import asyncio
import logging
from collections.abc import Mapping
from typing import Any

from temirbek.errors import DeviceLost, InvalidInput
from temirbek.phones.bus_contract import OnPart, OnWord
from temirbek.phones.bus_outbox import Outbox
from temirbek.phones.ending import ended

TIMEOUT_S = 3.0
PAUSE_S = 0.5
_LOG = logging.getLogger(__name__)


def redis_errors() -> tuple[type[Exception], ...]:
    """What the client raises where the server does not do as it was asked."""
    from redis.exceptions import RedisError

    return (RedisError, OSError)


def connect(url: str) -> Any:
    """A client of the server; nothing is sent before it is used.

    Raises:
        InvalidInput: The client's library is not installed, or this is no address.
    """
    try:
        import redis.asyncio
    except ImportError as error:
        raise InvalidInput(f"{url}: needs the extra 'redis' (pip install 'temirbek[redis]')") from error
    try:
        return redis.asyncio.Redis.from_url(
            url,
            socket_timeout=TIMEOUT_S,
            socket_connect_timeout=TIMEOUT_S,
            health_check_interval=5,
            decode_responses=True,
            client_name="temirbek-phones",
        )
    except ValueError as error:
        raise InvalidInput(f"{url}: no address of a Redis or Valkey server ({error})") from error


class RedisBus:
    """Joins workers through a Redis or Valkey server.

    Args:
        url: ``redis://`` or ``rediss://``.
        name: Of the show: only workers of the same name hear each other.
    """

    def __init__(self, url: str, name: str) -> None:
        self._url = url.partition("?")[0]
        self._parts = f"temirbek:{{{name}}}:parts"
        self._channel = f"temirbek:{{{name}}}:news"
        self._outbox = Outbox()
        self._client: Any = None
        self._tasks: list[asyncio.Task[None]] = []
        self._is_closing = False

    async def open(self, on_part: OnPart, on_word: OnWord) -> None:
        """Joins; see :meth:`temirbek.phones.bus_contract.Bus.open`.

        Raises:
            DeviceLost: The server cannot be reached.
        """
        self._client = connect(self._url)
        self._outbox.open(on_part, on_word)
        ears = self._client.pubsub()
        try:
            await ears.subscribe(self._channel)
            await self._read_parts()
        except redis_errors() as error:
            await self._client.aclose()
            raise DeviceLost(f"{self._url}: no Redis or Valkey answers there ({error})") from error
        loop = asyncio.get_running_loop()
        self._tasks = [loop.create_task(self._listen(ears)), loop.create_task(self._send())]

    def keep(self, part: str, envelope: Mapping[str, Any]) -> None:
        """Replaces a part: here at once, elsewhere as soon as the server can be reached."""
        self._outbox.keep(part, envelope)

    def tell(self, topic: str, body: Mapping[str, Any]) -> None:
        """Tells everybody who is there now."""
        self._outbox.tell(topic, body)

    async def close(self) -> None:
        """Sends what was kept, if that can be done at once, and leaves."""
        await self._outbox.drained(TIMEOUT_S)
        self._is_closing = (
            True  # the client may swallow a cancellation while it reads; then this ends the listening
        )
        await ended(self._tasks)
        if self._client is not None:
            await self._client.aclose()

    async def _send(self) -> None:
        while True:
            parts, words = await self._outbox.take()
            try:
                async with self._client.pipeline(transaction=True) as pipeline:
                    for part, text in parts.items():
                        pipeline.hset(self._parts, part, text)
                        pipeline.publish(self._channel, text)
                    for text in words:
                        pipeline.publish(self._channel, text)
                    await pipeline.execute()
            except redis_errors() as error:
                _LOG.warning("the other phone servers are not told: %s", error)
                self._outbox.give_back(parts)
                await asyncio.sleep(PAUSE_S)
            else:
                self._outbox.sent()

    async def _listen(self, ears: Any) -> None:
        while not self._is_closing:
            try:
                await self._hear(ears)
            except redis_errors() as error:
                _LOG.warning("the other phone servers are not heard: %s", error)
                await asyncio.sleep(PAUSE_S)
                ears = await self._other_ears(ears)

    async def _hear(self, ears: Any) -> None:
        """Hears what comes; returns when the bus is closed."""
        while not self._is_closing:
            message = await ears.get_message(timeout=0.25)
            if message is None:
                continue
            if message["type"] == "subscribe":  # for the first time, or again after an interruption
                await self._read_parts()
            elif message["type"] == "message":
                self._outbox.hear(message["data"])

    async def _other_ears(self, ears: Any) -> Any:
        """A subscription of its own connection: one that broke is not trusted to be whole again."""
        new = self._client.pubsub()
        try:
            await ears.aclose()
            await new.subscribe(self._channel)
        except redis_errors() as error:
            _LOG.info("still not heard: %s", error)
        return new

    async def _read_parts(self) -> None:
        for text in (await self._client.hgetall(self._parts)).values():
            self._outbox.hear(text)
