"""Votes and wishes on a Redis or Valkey server, for several phone servers at once.

A group of writes is one Lua script, which the server runs as a whole: ``HSETNX`` under (poll, seat) decides which vote counts,
whatever the number of workers that ask at the same time, and the tally grows in the same breath.

**When is a vote durable?** With ``appendonly yes`` and ``appendfsync always`` the server syncs its file before it answers: what
was acknowledged survives the death of the server and of its machine, as far as the disk keeps its word. With ``everysec``
up to about a second of acknowledged votes is gone after a power failure; without ``appendonly`` all are. So :meth:`open` looks, and
refuses a server that would forget; an eviction policy would throw votes away under memory pressure and is refused as well.
Servers that do not let themselves be asked (rented ones often forbid ``CONFIG``) are taken with ``?durable=assumed`` behind
the address, and then this is the renter's word, not ours. A replica that takes over may lack the last writes: Redis
replicates after it answers.
"""

import asyncio
import logging
from collections.abc import Mapping, Sequence
from typing import Any

from temirbek.errors import DeviceLost, InvalidInput
from temirbek.phones.bus_redis import connect, redis_errors
from temirbek.phones.ending import ended
from temirbek.phones.store_contract import MOST_WISHES, Fate, Outcome, Write
from temirbek.phones.store_waiting import REFRESH_EVERY_S, SharedStore

_LOG = logging.getLogger(__name__)
_FATES: Mapping[str, Fate] = {"k": "kept", "s": "same", "o": "other", "f": "full"}
_MOST_IN_SCRIPT = 1000
"""A script holds everybody else up while it runs: a thousand writes take some two milliseconds."""

_SCRIPT = f"""
local base, told = KEYS[1], {{}}
for i = 1, #ARGV, 4 do
  local kind, seat, group, choice = ARGV[i], ARGV[i + 1], ARGV[i + 2], ARGV[i + 3]
  local fate = 'k'
  if kind == 'vote' then
    local votes = base .. ':votes:' .. group
    if redis.call('HSETNX', votes, seat, choice) == 1 then
      if redis.call('HINCRBY', base .. ':tally:' .. group, choice, 1) == 1 then
        redis.call('SADD', base .. ':polls', group)
      end
    else
      local there = redis.call('HGET', votes, seat)
      fate = there == choice and 's' or 'o' .. there
    end
  else
    local wishes = base .. ':wishes:' .. seat
    if redis.call('SISMEMBER', wishes, choice) == 1 then
      fate = 's'
    elseif redis.call('SCARD', wishes) >= {MOST_WISHES} then
      fate = 'f'
    else
      redis.call('SADD', wishes, choice)
      redis.call('HINCRBY', base .. ':wished', choice, 1)
    end
  end
  told[#told + 1] = fate
end
return told
"""


class RedisStore(SharedStore):
    """The store on a Redis or Valkey server.

    Args:
        url: ``redis://`` or ``rediss://``; ``?durable=assumed`` where the server may not be asked.
        name: Of the show: another name, other votes.
    """

    def __init__(self, url: str, name: str) -> None:
        super().__init__(self._decide, most_in_group=_MOST_IN_SCRIPT)
        self._address, _, query = url.partition("?")
        if query not in ("", "durable=assumed"):
            raise InvalidInput(f"{url}: nothing but ?durable=assumed may stand behind the address")
        self._is_assumed = bool(query)
        self._base = f"temirbek:{{{name}}}"
        self._client: Any = None
        self._script: Any = None
        self._refresher: asyncio.Task[None] | None = None

    async def open(self) -> None:
        """Looks whether the server keeps what it acknowledges, and reads what is there.

        Raises:
            DeviceLost: It cannot be reached.
            InvalidInput: It would forget acknowledged votes.
        """
        self._client = connect(self._address)
        self._script = self._client.register_script(_SCRIPT)
        try:
            await self._client.ping()
            if not self._is_assumed:
                await self._require_durable()
            await self._refresh()
        except redis_errors() as error:
            raise DeviceLost(f"{self._address}: no Redis or Valkey answers there ({error})") from error
        self._writes.open()
        self._refresher = asyncio.get_running_loop().create_task(self._keep_fresh())

    async def close(self) -> None:
        """Decides what was taken, and lets go."""
        await self._writes.close()
        if self._refresher is not None:
            await ended([self._refresher])
        if self._client is not None:
            await self._client.aclose()

    async def _require_durable(self) -> None:
        said: dict[str, str] = {}
        try:
            for name in ("appendonly", "appendfsync", "maxmemory", "maxmemory-policy"):
                said.update(await self._client.config_get(name))
        except redis_errors() as error:
            if isinstance(error, OSError) or "CONFIG" not in str(error).upper():
                raise
            raise InvalidInput(
                f"{self._address}: does not say whether it keeps what it acknowledges ({error}); if it does "
                "(appendonly yes, appendfsync always, noeviction), write ?durable=assumed behind the address"
            ) from error
        if (said.get("appendonly"), said.get("appendfsync")) != ("yes", "always"):
            raise InvalidInput(
                f"{self._address}: acknowledges votes that it may lose (appendonly {said.get('appendonly')}, appendfsync "
                f"{said.get('appendfsync')}); start it with --appendonly yes --appendfsync always"
            )
        if said.get("maxmemory") not in (None, "0") and said.get("maxmemory-policy") != "noeviction":
            raise InvalidInput(
                f"{self._address}: throws keys away when memory is short (maxmemory-policy "
                f"{said.get('maxmemory-policy')}); expected noeviction"
            )

    async def _decide(self, writes: Sequence[Write]) -> Sequence[Outcome] | None:
        arguments = [part for w in writes for part in (w.kind, w.seat, w.group, w.choice)]
        try:
            told = await self._script(keys=[self._base], args=arguments)
        except redis_errors() as error:
            _LOG.warning("votes wait for the store: %s", error)
            return None
        return [_outcome(write, fate) for write, fate in zip(writes, told, strict=True)]

    async def _keep_fresh(self) -> None:
        while True:
            await asyncio.sleep(REFRESH_EVERY_S)
            try:
                await self._refresh()
            except redis_errors() as error:
                _LOG.warning("the tally is not fresh: %s", error)

    async def _refresh(self) -> None:
        polls = sorted(await self._client.smembers(f"{self._base}:polls"))
        async with self._client.pipeline(transaction=False) as pipeline:
            pipeline.hgetall(f"{self._base}:wished")
            for poll in polls:
                pipeline.hgetall(f"{self._base}:tally:{poll}")
            wished, *tallies = await pipeline.execute()
        self._wished = _counts(wished)
        self._votes = {poll: _counts(tally) for poll, tally in zip(polls, tallies, strict=True)}


def _outcome(write: Write, told: str) -> Outcome:
    fate = _FATES[told[:1]]
    if fate == "full":
        return Outcome("full")
    return Outcome(fate, told[1:] if fate == "other" else write.choice)


def _counts(told: Mapping[str, str]) -> dict[str, int]:
    return {name: int(count) for name, count in told.items()}
