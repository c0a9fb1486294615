"""The bus on NATS: parts in a key-value bucket of JetStream, news of them by publish and subscribe.

The bucket gives every part a revision; news carry it, and whoever has seen a later one passes the earlier by. After an
interruption the bucket is read again.
"""

import asyncio
import logging
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qs, urlsplit

from temirbek.errors import DeviceLost, InvalidInput
from temirbek.phones.bus_contract import OnPart, OnWord
from temirbek.phones.bus_outbox import Outbox
from temirbek.phones.ending import ended

TIMEOUT_S = 3.0
PAUSE_S = 0.5
_LOG = logging.getLogger(__name__)
_REVISION_DIGITS = 20
"""Of the revision that stands before the text of a part's news."""


@dataclass(frozen=True, slots=True)
class NatsAddress:
    """Where a server is, and on how many machines of a cluster everything is to lie."""

    server: str
    replicas: int = 1


def nats_address(url: str) -> NatsAddress:
    """An address as it is written: ``nats://host:4222``, ``tls://…``; ``?replicas=3`` for a cluster.

    Raises:
        InvalidInput: It is none.
    """
    try:
        parts, query = urlsplit(url), parse_qs(urlsplit(url).query, strict_parsing=True) if "?" in url else {}
        replicas = int(query.pop("replicas", ["1"])[0])
    except ValueError as error:
        raise InvalidInput(f"{url}: no address of a NATS server ({error})") from error
    if query or replicas not in (1, 3, 5) or not parts.hostname:
        raise InvalidInput(
            f"{url}: expected nats://HOST:PORT, with nothing but ?replicas=1, 3 or 5 behind it"
        )
    return NatsAddress(url.partition("?")[0], replicas)


def nats_errors() -> tuple[type[Exception], ...]:
    """What the client raises where the server does not do as it was asked."""
    from nats.errors import Error

    return (Error, OSError, TimeoutError)


async def connect_nats(address: NatsAddress, on_again: Any = None) -> Any:
    """A connection that comes again by itself as often as it breaks.

    Args:
        address: Of the server.
        on_again: Is awaited each time it has come again.

    Raises:
        DeviceLost: Nobody answers there.
        InvalidInput: The client's library is not installed.
    """
    try:
        import nats
    except ImportError as error:
        raise InvalidInput(
            f"{address.server}: needs the extra 'nats' (pip install 'temirbek[nats]')"
        ) from error
    try:
        return await asyncio.wait_for(
            nats.connect(
                address.server,
                name="temirbek-phones",
                connect_timeout=TIMEOUT_S,
                reconnect_time_wait=PAUSE_S,
                max_reconnect_attempts=-1,
                ping_interval=5,
                error_cb=_on_error,
                reconnected_cb=on_again,
            ),
            TIMEOUT_S,
        )
    except nats_errors() as error:
        raise DeviceLost(f"{address.server}: no NATS server answers there ({error})") from error


async def leave_nats(connection: Any) -> None:
    """Closes a connection, and does not wait for a server that is gone."""
    try:
        await asyncio.wait_for(connection.close(), TIMEOUT_S)
    except nats_errors() as error:
        _LOG.info("left without a word: %s", error)


async def open_bucket(connection: Any, address: NatsAddress, bucket: str) -> Any:
    """A bucket of JetStream, made where there is none.

    Raises:
        DeviceLost: The server runs without JetStream, or cannot have it.
    """
    stream = connection.jetstream(timeout=TIMEOUT_S)
    try:
        return stream, await stream.create_key_value(bucket=bucket, history=1, replicas=address.replicas)
    except nats_errors() as error:
        raise DeviceLost(
            f"{address.server}: keeps nothing ({error}); start it with JetStream (nats-server -js -sd FOLDER)"
        ) from error


class NatsBus:
    """Joins workers through NATS.

    Args:
        url: See :func:`nats_address`.
        name: Of the show, letters and digits: only workers of the same name hear each other.
    """

    def __init__(self, url: str, name: str) -> None:
        self._address = nats_address(url)
        self._bucket_name = f"temirbek-{name}-parts"
        self._subject = f"temirbek.{name}.news"
        self._outbox = Outbox()
        self._seen: dict[str, int] = {}
        self._connection: Any = None
        self._bucket: Any = None
        self._tasks: list[asyncio.Task[None]] = []

    async def open(self, on_part: OnPart, on_word: OnWord) -> None:
        """Joins; see :meth:`temirbek.phones.bus_contract.Bus.open`.

        Raises:
            DeviceLost: The server cannot be reached, or keeps nothing.
        """
        self._connection = await connect_nats(self._address, self._read_parts)
        self._outbox.open(on_part, on_word)
        _, self._bucket = await open_bucket(self._connection, self._address, self._bucket_name)
        await self._connection.subscribe(self._subject, cb=self._on_news)
        await self._connection.flush(TIMEOUT_S)
        await self._read_parts()
        self._tasks = [asyncio.get_running_loop().create_task(self._send())]

    def keep(self, part: str, envelope: Mapping[str, Any]) -> None:
        """Replaces a part: here at once, elsewhere as soon as the server can be reached."""
        self._outbox.keep(part, envelope)

    def tell(self, topic: str, body: Mapping[str, Any]) -> None:
        """Tells everybody who is there now."""
        self._outbox.tell(topic, body)

    async def close(self) -> None:
        """Sends what was kept, if that can be done at once, and leaves."""
        await self._outbox.drained(TIMEOUT_S)
        await ended(self._tasks)
        if self._connection is not None:
            await leave_nats(self._connection)

    async def _send(self) -> None:
        while True:
            parts, words = await self._outbox.take()
            unsent = dict(parts)
            try:
                for part, text in parts.items():
                    revision = await self._bucket.put(part, text)
                    await self._connection.publish(self._subject, _numbered(revision, text))
                    del unsent[part]
                for text in words:
                    await self._connection.publish(self._subject, _numbered(0, text))
            except nats_errors() as error:
                _LOG.warning("the other phone servers are not told: %s", error)
                self._outbox.give_back(unsent)
                await asyncio.sleep(PAUSE_S)
            else:
                self._outbox.sent()

    async def _on_news(self, message: Any) -> None:
        digits, text = bytes(message.data[:_REVISION_DIGITS]), message.data[_REVISION_DIGITS:]
        if digits.isdigit():
            self._hear(int(digits), text)

    async def _read_parts(self) -> None:
        try:
            for part in await _keys(self._bucket):
                entry = await self._bucket.get(part)
                self._hear(entry.revision, entry.value)
        except nats_errors() as error:
            _LOG.warning("the other phone servers are not heard: %s", error)

    def _hear(self, revision: int, text: bytes) -> None:
        """A word (revision 0), or a part where it is newer than what was heard of it."""
        if revision:
            part = self._outbox.part_of(text)
            if revision <= self._seen.get(part, 0):
                return
            self._seen[part] = revision
        self._outbox.hear(text)


async def _keys(bucket: Any) -> list[str]:
    from nats.js.errors import NoKeysError

    try:
        return list(await bucket.keys())
    except NoKeysError:
        return []


def _numbered(revision: int, text: bytes) -> bytes:
    return b"%0*d" % (_REVISION_DIGITS, revision) + text


async def _on_error(error: Exception) -> None:
    _LOG.warning("NATS: %s", error)
