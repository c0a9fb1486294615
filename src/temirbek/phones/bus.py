"""Which bus and which store an address means: one file on this machine, or a server that several phone servers share.

=================================== =================================================================================
address                             what it is
=================================== =================================================================================
"" (none)                           this machine alone: SQLite in the run folder (the rule)
``redis://``, ``rediss://``,        Redis or Valkey, bus and store (:mod:`temirbek.phones.store_redis` says when a vote
``valkey://``, ``valkeys://``       is durable)
``nats://``, ``tls://``             NATS with JetStream, bus and store (:mod:`temirbek.phones.store_nats`)
=================================== =================================================================================

Workers share a show when address and name are the same. Nothing of them needs to be on one machine; what the tokens are signed
with has to be the same key.
"""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from temirbek.errors import InvalidInput
from temirbek.phones.alone import AloneBus
from temirbek.phones.bus_contract import Bus
from temirbek.phones.bus_nats import NatsBus
from temirbek.phones.bus_redis import RedisBus
from temirbek.phones.store import FileStore
from temirbek.phones.store_contract import Store
from temirbek.phones.store_nats import NatsStore
from temirbek.phones.store_redis import RedisStore


@dataclass(frozen=True, slots=True)
class Shared:
    """What joins the workers of one show: the store, and how the bus is made once the store is open."""

    store: Store
    make_bus: Callable[[], Bus]


def shared_by(url: str, *, name: str, database: Path) -> Shared:
    """Store and bus of an address.

    Args:
        url: See above.
        name: Of the show, any words, such as the tokens' evening; what another show left there stays out of this one.
        database: Where votes are kept when there is no address.

    Raises:
        InvalidInput: No such kind of address.
    """
    scheme, _, rest = url.partition("://")
    short = hashlib.sha256(name.encode()).hexdigest()[:16]
    match scheme:
        case "":
            file_store = FileStore(database)
            return Shared(file_store, lambda: AloneBus(file_store))
        case "redis" | "rediss" | "valkey" | "valkeys":
            address = f"{scheme.replace('valkey', 'redis')}://{rest}"
            return Shared(RedisStore(address, short), lambda: RedisBus(address, short))
        case "nats" | "tls":
            return Shared(NatsStore(url, short), lambda: NatsBus(url, short))
    raise InvalidInput(
        f"{url}: no bus of that kind; expected redis://, rediss://, valkey://, valkeys://, nats:// or tls://"
    )
