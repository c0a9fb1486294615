"""Serving inside a loop that runs already: no signal handlers, a free port if asked, a clean end."""

import asyncio
import contextlib
import socket
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from pathlib import Path

import uvicorn
from starlette.types import ASGIApp

from temirbek.errors import DeviceLost, InvalidInput
from temirbek.web.protocol import LONGEST_MESSAGE
from temirbek.web.wire import BoundedHttp, BoundedSocket

CONNECTIONS = 200
"""Connections at once, of all kinds."""
END_S = 2
"""So long requests may go on when the server ends [s]."""
SEND_BUFFER = 128 * 1024


@dataclass(frozen=True, slots=True, kw_only=True)
class Tls:
    """Certificate and key, PEM."""

    certificate: Path
    key: Path


@dataclass(frozen=True, slots=True, kw_only=True)
class Served:
    """Where a server is."""

    host: str
    port: int
    is_secure: bool

    @property
    def url(self) -> str:
        """As a browser is told; for a server on all addresses, the one by which this machine reaches others."""
        host = _outward() if self.host in ("0.0.0.0", "::") else self.host
        scheme = "https" if self.is_secure else "http"
        return f"{scheme}://{f'[{host}]' if ':' in host else host}:{self.port}"

    def link(self, token: str) -> str:
        """The address that gives a role: the token is behind the #, where no server and no referrer sees it."""
        return f"{self.url}/join#{token}"


@contextlib.asynccontextmanager
async def serve(
    app: ASGIApp, *, host: str = "127.0.0.1", port: int = 0, tls: Tls | None = None
) -> AsyncIterator[Served]:
    """Serves while the context lasts.

    Args:
        app: Of :func:`temirbek.web.app.build_app`.
        host: Address to listen on; this machine only, unless said otherwise.
        port: 0 takes a free one.
        tls: Certificate and key, for https.

    Raises:
        DeviceLost: The address cannot be listened on.
        InvalidInput: Certificate or key cannot be used.
    """
    listening = _listen(host, port)
    config = uvicorn.Config(
        app,
        ws=BoundedSocket,
        ws_max_size=LONGEST_MESSAGE,
        ws_per_message_deflate=False,
        ws_ping_interval=5.0,
        ws_ping_timeout=10.0,
        http=BoundedHttp,
        loop="none",
        lifespan="on",
        log_config=None,
        log_level="warning",  # below that it notes the addresses of those who come
        access_log=False,
        server_header=False,
        proxy_headers=False,
        limit_concurrency=CONNECTIONS,
        timeout_graceful_shutdown=END_S,
        ssl_certfile=tls.certificate if tls else None,
        ssl_keyfile=tls.key if tls else None,
    )
    try:
        config.load()
    except OSError as error:
        listening.close()
        raise InvalidInput(f"{tls}: certificate and key cannot be used: {error}") from error
    server = _Server(config)
    running = asyncio.create_task(server.serve(sockets=[listening]))
    try:
        while not server.started:
            if running.done():
                running.result()
                raise DeviceLost("the console's server did not start")
            await asyncio.sleep(0.005)
        yield Served(host=host, port=listening.getsockname()[1], is_secure=tls is not None)
    finally:
        server.should_exit = True
        await running


class _Server(uvicorn.Server):
    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Leaves signals to whoever owns the process."""
        yield


def _outward() -> str:
    """This machine's address on the network that it would send by; nothing is sent."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect(("192.0.2.1", 9))  # a documentation address (RFC 5737)
        except OSError:
            return "127.0.0.1"
        return str(probe.getsockname()[0])


def _listen(host: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listening = socket.socket(family, socket.SOCK_STREAM)
    try:
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        # Connections inherit it: what a slow reader has not taken yet is old, so little of it is kept.
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, SEND_BUFFER)
        listening.bind((host, port))
        listening.listen(128)
        listening.setblocking(False)
    except OSError as error:
        listening.close()
        raise DeviceLost(f"cannot listen on {host} port {port}: {error.strerror}") from error
    return listening
