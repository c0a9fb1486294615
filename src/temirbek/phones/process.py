"""The phones' process: everything of this room put together, with a socket in the run folder for the conductor.

It shares no loop and no thread with the show: a hall that storms makes this process late, and nothing else.
"""

import asyncio
import contextlib
import logging
import os
import resource
import secrets
import signal
import ssl
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from pathlib import Path

from temirbek.errors import InvalidInput
from temirbek.lines import LineServer
from temirbek.phones.bus_contract import Bus
from temirbek.phones.desk import TICK_S, PhonesDesk
from temirbek.phones.hall import Hall, SeatOf
from temirbek.phones.limits import Limits
from temirbek.phones.page import Page
from temirbek.phones.server import PhoneServer
from temirbek.phones.state import HallState
from temirbek.phones.store_contract import Store
from temirbek.phones.wire import WireName, make_switchboard

DEFAULT_PORT = 8090
LISTEN_EVERY_S = 0.01
"""How often the conductor's socket is looked at: a look costs a few microseconds."""
SPARE_FILES = 64
"""Beside the phones: database, sockets, logs."""
_LOG = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class PhonesSettings:
    """Where and how the phones are served.

    Attributes:
        run: The run folder; ``NAME.sock`` in it is the conductor's line.
        host, port: Where phones connect; port 0 takes any.
        name: Of this worker's socket and process; another one for each worker of a machine.
        certificate, key: For TLS, or None.
        wire: Which WebSocket library; None takes the fastest that is here.
        limits: Bounds.
    """

    run: Path
    host: str = "127.0.0.1"
    port: int = DEFAULT_PORT
    name: str = "phones"
    certificate: Path | None = None
    key: Path | None = None
    wire: WireName | None = None
    limits: Limits = field(default_factory=Limits)


class PhonesProcess:
    """Serves until it is told to end.

    Args:
        settings: Where and how.
        seat_of: Who holds a token.
        store: Keeps votes and wishes.
        make_bus: Makes the bus, when the store is open.
        on_ready: Hears the port as soon as phones can connect.
    """

    def __init__(
        self,
        settings: PhonesSettings,
        seat_of: SeatOf,
        store: Store,
        make_bus: Callable[[], Bus],
        *,
        on_ready: Callable[[int], None] = lambda port: None,
    ) -> None:
        self._settings, self._store, self._make_bus, self._on_ready = settings, store, make_bus, on_ready
        limits = replace(settings.limits, most_phones=_room_for(settings.limits.most_phones))
        self._life = secrets.token_hex(6)
        self._hall = Hall(HallState(self._life), seat_of, limits)
        self._ending = asyncio.Event()

    def end(self) -> None:
        """Asks it to end; from the loop's own thread."""
        self._ending.set()

    async def run(self) -> None:
        """Serves.

        Raises:
            DeviceLost: Port, socket, store or bus cannot be had.
            InvalidInput: The certificate is none, or no WebSocket library is here.
        """
        settings = self._settings
        tls = _tls(settings)
        server = PhoneServer(self._hall, self._store, make_switchboard(settings.wire), Page.read())
        async with contextlib.AsyncExitStack() as stack:
            lines = stack.enter_context(LineServer(settings.run / f"{settings.name}.sock"))
            await self._store.open()
            stack.push_async_callback(self._store.close)
            bus = self._make_bus()
            desk = PhonesDesk(
                f"{settings.name}-{self._life}",
                self._hall,
                self._store,
                bus,
                changed=server.changed,
                n_phones=lambda: server.n_phones,
            )
            await bus.open(desk.on_part, desk.on_word)
            stack.push_async_callback(bus.close)
            await server.open(settings.host, settings.port, tls)
            stack.push_async_callback(server.close)
            self._on_ready(server.port)
            await self._serve(lines, desk)

    async def _serve(self, lines: LineServer, desk: PhonesDesk) -> None:
        loop = asyncio.get_running_loop()
        for number in (signal.SIGTERM, signal.SIGINT):
            with contextlib.suppress(ValueError, RuntimeError):  # a loop in a test's thread hears no signals
                loop.add_signal_handler(number, self.end)
        next_tick_s, n_clients = loop.time(), 0
        while not self._ending.is_set():
            for message in lines.poll():
                answer = desk.answer(message.body)
                if "id" in message.body:
                    answer["id"] = message.body["id"]
                lines.send(message.client, answer)
            if lines.n_clients > n_clients:
                desk.forget_told()
            n_clients = lines.n_clients
            if loop.time() >= next_tick_s:
                next_tick_s = loop.time() + TICK_S
                for event in desk.tick():
                    lines.publish(event)
            await asyncio.sleep(LISTEN_EVERY_S)


def run_loop(process: PhonesProcess) -> None:
    """Runs it on uvloop where that is installed, else on Python's own loop."""
    try:
        import uvloop
    except ImportError:
        asyncio.run(process.run())
    else:
        uvloop.run(process.run())


def _room_for(most_phones: int) -> int:
    """As many phones as the system lets this process have, after asking for all that it may."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = most_phones + SPARE_FILES
    if soft < wanted:
        soft = wanted if hard == resource.RLIM_INFINITY else min(wanted, hard)
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
    if soft < wanted:
        _LOG.warning(
            "room for %d phones instead of %d: raise the limit of open files", soft - SPARE_FILES, most_phones
        )
    return min(most_phones, soft - SPARE_FILES)


def _tls(settings: PhonesSettings) -> ssl.SSLContext | None:
    if settings.certificate is None:
        return None
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    try:
        context.load_cert_chain(os.fspath(settings.certificate), settings.key)
    except OSError as error:
        raise InvalidInput(f"{settings.certificate}: no certificate that can be used ({error})") from error
    return context
