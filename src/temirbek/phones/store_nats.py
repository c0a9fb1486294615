"""Votes and wishes in JetStream, the store of NATS, for several phone servers at once.

Each vote is one message under a subject of its own, (poll, seat), published with the condition that the subject is empty: the
stream takes the first and refuses all others, whatever the number of workers. A seat's wishes are one message with
the condition that nothing came since it was read. The tally is what every worker reads from the stream.

**When is a vote durable?** JetStream acknowledges when the message is in its file, but the file is synced later (every two minutes,
unless ``sync_interval: always`` is set, which servers know from 2.10 on): acknowledged votes survive the death of
every process, of the server too, but not a power failure of a server that is alone. In a cluster with
``?replicas=3`` behind the address most of the machines have them before they are acknowledged.
"""

import asyncio
import base64
import json
import logging
from collections.abc import Sequence
from typing import Any

from temirbek.errors import DeviceLost
from temirbek.phones.bus_nats import (
    PAUSE_S,
    TIMEOUT_S,
    connect_nats,
    leave_nats,
    nats_address,
    nats_errors,
    open_bucket,
)
from temirbek.phones.ending import ended
from temirbek.phones.store_contract import MOST_WISHES, Outcome, Write
from temirbek.phones.store_waiting import REFRESH_EVERY_S, SharedStore

_LOG = logging.getLogger(__name__)
_MOST_IN_GROUP = 2000
_MOST_TRIES = 8
"""For wishes of one seat that arrive on several workers at the same time."""
_READ_AT_ONCE = 1000
_READING_S = 20.0
"""So long may what was there before take to be read."""
_WRONG_SEQUENCE = (10071, 10164)
_EMPTY = {"Nats-Expected-Last-Subject-Sequence": "0"}


class NatsStore(SharedStore):
    """The store in JetStream.

    Args:
        url: See :func:`temirbek.phones.bus_nats.nats_address`.
        name: Of the show, letters and digits: another name, other votes.
    """

    def __init__(self, url: str, name: str) -> None:
        super().__init__(self._decide, most_in_group=_MOST_IN_GROUP)
        self._address = nats_address(url)
        self._bucket_name = f"temirbek-{name}-votes"
        self._connection: Any = None
        self._stream: Any = None
        self._first: FirstComers
        self._bucket: Any = None
        self._reader: asyncio.Task[None] | None = None
        self._read = 0
        self._wishes_of: dict[str, Sequence[str]] = {}

    async def open(self) -> None:
        """Joins, and reads what is there.

        Raises:
            DeviceLost: The server cannot be reached, or keeps nothing.
        """
        self._connection = await connect_nats(self._address)
        self._stream, self._bucket = await open_bucket(self._connection, self._address, self._bucket_name)
        self._first = FirstComers(self._connection)
        await self._first.open()
        last = (await self._bucket.status()).stream_info.state.last_seq
        self._writes.open()
        self._reader = asyncio.get_running_loop().create_task(self._keep_reading())
        end_s = asyncio.get_running_loop().time() + _READING_S
        while self._read < last:
            if asyncio.get_running_loop().time() > end_s:
                raise DeviceLost(
                    f"{self._address.server}: gave {self._read} of {last} votes in {_READING_S:g} s"
                )
            await asyncio.sleep(0.01)

    async def close(self) -> None:
        """Decides what was taken, and lets go."""
        await self._writes.close()
        if self._reader is not None:
            await ended([self._reader])
        if self._connection is not None:
            await leave_nats(self._connection)

    async def _decide(self, writes: Sequence[Write]) -> Sequence[Outcome] | None:
        outcomes: dict[int, Outcome] = {}
        try:
            votes = [(n, write) for n, write in enumerate(writes) if write.kind == "vote"]
            asked = [(self._subject(_vote_key(write)), write.choice.encode()) for _, write in votes]
            for (n, write), is_first in zip(votes, await self._first.publish(asked), strict=True):
                outcomes[n] = Outcome("kept", write.choice) if is_first else await self._there(write)
            for n, write in enumerate(writes):
                if write.kind == "wish":
                    outcomes[n] = await self._wish(write)
        except nats_errors() as error:
            _LOG.warning("votes wait for the store: %s", error or type(error).__name__)
            return None
        return [outcomes[n] for n in range(len(writes))]

    async def _there(self, write: Write) -> Outcome:
        there = (await self._bucket.get(_vote_key(write))).value.decode()
        return Outcome("same" if there == write.choice else "other", there)

    async def _wish(self, write: Write) -> Outcome:
        from nats.js.errors import KeyNotFoundError, KeyWrongLastSequenceError

        key = f"wish.{_named(write.seat)}"
        for _ in range(_MOST_TRIES):
            try:
                entry = await self._bucket.get(key)
                wishes, revision = json.loads(entry.value), entry.revision
            except KeyNotFoundError:
                wishes, revision = [], 0
            if write.choice in wishes:
                return Outcome("same", write.choice)
            if len(wishes) >= MOST_WISHES:
                return Outcome("full")
            try:
                await self._bucket.update(key, json.dumps([*wishes, write.choice]).encode(), last=revision)
            except KeyWrongLastSequenceError:
                continue
            return Outcome("kept", write.choice)
        return Outcome("lost")

    async def _keep_reading(self) -> None:
        while True:
            try:
                await self._read_on()
            except nats_errors() as error:
                _LOG.warning("the tally is not fresh: %s", error)
                await asyncio.sleep(PAUSE_S)

    async def _read_on(self) -> None:
        """Reads on from the last message that was counted, until something breaks."""
        from nats.js.api import AckPolicy, ConsumerConfig, DeliverPolicy

        config = ConsumerConfig(
            ack_policy=AckPolicy.NONE,
            deliver_policy=DeliverPolicy.BY_START_SEQUENCE,
            opt_start_seq=self._read + 1,
            inactive_threshold=60.0,
        )
        ears = await self._stream.pull_subscribe(
            self._subject(">"), stream=f"KV_{self._bucket_name}", config=config
        )
        quiet_s = 0.0
        try:
            while True:
                try:
                    messages = await ears.fetch(_READ_AT_ONCE, timeout=REFRESH_EVERY_S)
                    quiet_s = 0.0
                except TimeoutError:
                    messages, quiet_s = [], quiet_s + REFRESH_EVERY_S
                for message in messages:
                    self._count(message)
                if quiet_s > 5.0:  # a consumer that the server has forgotten is quiet for ever
                    await ears.consumer_info()
                    quiet_s = 0.0
        finally:
            await asyncio.shield(_leave(ears))

    def _count(self, message: Any) -> None:
        number = message.metadata.sequence.stream
        if number <= self._read:
            return
        self._read = number
        kind, *names = message.subject.removeprefix(self._subject("")).split(".")
        if kind == "vote":
            counts, option = self._votes.setdefault(_unnamed(names[0]), {}), message.data.decode()
            counts[option] = counts.get(option, 0) + 1
        elif kind == "wish":
            wishes = json.loads(message.data)
            for track in set(wishes) - set(self._wishes_of.get(names[0], ())):
                self._wished[track] = self._wished.get(track, 0) + 1
            self._wishes_of[names[0]] = wishes

    def _subject(self, key: str) -> str:
        return f"$KV.{self._bucket_name}.{key}"


class FirstComers:
    """Publishes messages that a stream takes only where their subject is empty: many at a time, one flow of answers.

    The client's own way to do that (2.16) never hears of a refusal, which here is the point.

    Args:
        connection: To the server.
    """

    def __init__(self, connection: Any) -> None:
        self._connection = connection
        self._inbox = connection.new_inbox()
        self._number = 0
        self._asked: dict[str, asyncio.Future[bool]] = {}

    async def open(self) -> None:
        """Listens for answers."""
        await self._connection.subscribe(f"{self._inbox}.*", cb=self._on_answer)

    async def publish(self, messages: Sequence[tuple[str, bytes]]) -> Sequence[bool]:
        """Whether each was the first on its subject.

        Raises:
            TimeoutError: Not all were answered in time; those that were stored are stored.
            nats.errors.Error: They could not be sent, or the stream refused for another reason.
        """
        loop = asyncio.get_running_loop()
        futures: dict[str, asyncio.Future[bool]] = {}
        try:
            for subject, body in messages:
                self._number += 1
                token = str(self._number)
                self._asked[token] = futures[token] = loop.create_future()
                reply = f"{self._inbox}.{token}"
                await self._connection.publish(subject, body, reply=reply, headers=dict(_EMPTY))
            async with asyncio.timeout(TIMEOUT_S):
                return [await future for future in futures.values()]
        finally:
            for token, future in futures.items():
                self._asked.pop(token, None)
                if not future.cancel() and not future.cancelled():
                    future.exception()  # looked at, so that nobody misses it

    async def _on_answer(self, message: Any) -> None:
        from nats.errors import Error

        future = self._asked.get(message.subject.rpartition(".")[2])
        if future is None or future.done():
            return
        try:
            answer = json.loads(message.data)
            error = answer.get("error")
        except (ValueError, AttributeError):  # nobody was there to take it
            error = {"description": "no stream answers"}
        if error is None:
            future.set_result(True)
        elif error.get("err_code") in _WRONG_SEQUENCE:
            future.set_result(False)
        else:
            future.set_exception(Error(str(error.get("description"))))


async def _leave(ears: Any) -> None:
    try:
        await ears.unsubscribe()
    except nats_errors() as error:
        _LOG.info("the reader of votes was gone already: %s", error)


def _vote_key(write: Write) -> str:
    return f"vote.{_named(write.group)}.{_named(write.seat)}"


def _named(text: str) -> str:
    """Any text as one word of a subject."""
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


def _unnamed(word: str) -> str:
    return base64.urlsafe_b64decode(word + "=" * (-len(word) % 4)).decode()
