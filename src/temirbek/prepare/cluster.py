"""A Dask cluster as one more executor: the same errands, run on other machines.

Workers open the recordings under the paths that this machine knows them by, so the music must lie on storage that all of
them share. What they heard comes back, and only this machine writes the cache. Whoever may connect to a scheduler may
run code on it: a cluster belongs on a network that one trusts.

The library (``distributed``, the extra ``temirbek[cluster]``) is loaded when a cluster is named.
"""

import asyncio
import logging
import socket
from collections.abc import Iterator
from concurrent.futures import Executor
from contextlib import contextmanager
from typing import Any
from urllib.parse import urlsplit

from temirbek import __version__
from temirbek.analysis import ANALYSIS_VERSION
from temirbek.errors import DeviceLost, InvalidInput

PATIENCE_S = 10.0
"""So long a scheduler may take to answer, and to have a worker."""


@contextmanager
def cluster_executor(address: str) -> Iterator[Executor]:
    """An executor whose work is done by a cluster's workers.

    Args:
        address: Of the scheduler: ``tcp://host:port``.

    Raises:
        DeviceLost: The library is not installed, nobody answers within :data:`PATIENCE_S`, there is no worker, or the
            workers have another Temirbek than this one.
        InvalidInput: That is no such address.
    """
    client = _connected(address)
    try:
        _require_workers(client, address)
        yield client.get_executor(pure=False)
    finally:
        client.close(timeout=PATIENCE_S)


def versions() -> str:
    """What a worker has; it must be what this machine has, or the same recording would be heard in two ways."""
    return f"Temirbek {__version__}, analysis {ANALYSIS_VERSION}"


def _connected(address: str) -> Any:
    try:
        from distributed import Client
    except ImportError as error:
        raise DeviceLost(f"--cluster needs the extra: pip install 'temirbek[cluster]' ({error})") from error
    _require_somebody(address)
    for name in ("distributed", "distributed.client", "distributed.core", "distributed.comm"):
        logging.getLogger(name).setLevel(logging.CRITICAL)  # faults are told here, in one sentence
    try:
        asyncio.run(asyncio.wait_for(_greet(address), PATIENCE_S))  # a client would wait for ever
        return Client(address, timeout=PATIENCE_S, set_as_default=False)
    except (OSError, TimeoutError) as error:
        raise DeviceLost(
            f"{address}: somebody is there, but no Dask scheduler answered within {PATIENCE_S:.0f} s"
        ) from error


async def _greet(address: str) -> None:
    """Shakes hands with a scheduler."""
    from distributed.comm import connect

    comm = await connect(address, timeout=PATIENCE_S)
    await comm.close()


def _require_somebody(address: str) -> None:
    """Looks whether anybody listens there; Dask itself would try again and again until its time is over."""
    try:
        parts = urlsplit(address)
        place = (parts.hostname, parts.port)
    except ValueError:
        place = (None, None)
    if not (address.startswith("tcp://") and place[0] and place[1]):
        raise InvalidInput(f"--cluster {address}: no such address; expected tcp://host:port")
    try:
        socket.create_connection((place[0], place[1]), timeout=PATIENCE_S).close()
    except OSError as error:
        raise DeviceLost(
            f"{address}: no Dask scheduler there ({error}); start one with `dask scheduler`"
        ) from error


def _require_workers(client: Any, address: str) -> None:
    try:
        client.wait_for_workers(1, timeout=PATIENCE_S)
    except TimeoutError as error:
        raise DeviceLost(
            f"{address}: the scheduler has no worker; start some with `dask worker {address}`"
        ) from error
    try:
        theirs = client.run(versions)
    except Exception as error:  # whatever a worker without Temirbek makes of the question
        raise DeviceLost(
            f"{address}: its workers cannot load Temirbek ({type(error).__name__}: {error})"
        ) from error
    others = {worker: version for worker, version in theirs.items() if version != versions()}
    if others:
        listed = "; ".join(f"{worker} has {version}" for worker, version in sorted(others.items()))
        raise DeviceLost(f"{address}: here is {versions()}, but {listed}")
