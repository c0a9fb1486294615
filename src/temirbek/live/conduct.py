"""``python -m temirbek.live.conduct RUN``: the conductor's process. Joins the stage with the console.

Started by the supervisor of a run, and started again by it: whatever it needs to know lies in the run folder.
"""

import asyncio
import contextlib
import functools
import json
import logging
import math
import os
import signal
import sys
from collections.abc import AsyncIterator, Mapping
from pathlib import Path
from typing import Any

import numpy as np

from temirbek.errors import DeviceLost, TemirbekError
from temirbek.stage.conductor import Conductor, watch_supervisor
from temirbek.stage.desk import HostClock, ShowDesk
from temirbek.stage.live_hands import LiveHands
from temirbek.stage.made import WAVEFORM
from temirbek.stage.opening import Opening, read_opened_evening, read_opening
from temirbek.stage.robots.poses import PoseReader
from temirbek.stage.robots.priority import come_first
from temirbek.stage.run_folder import RunFolder
from temirbek.store.event_log import EventLog
from temirbek.types import OPERATOR_ROLES, Answer, Evening, Event, Snapshot
from temirbek.web import build_app, serve
from temirbek.web.links import NoAccess, RoleLinks
from temirbek.web.poses import describe_stage, pack_poses
from temirbek.web.serve import Served, Tls
from temirbek.web.settings import WebSettings

logger = logging.getLogger(__name__)

POSES_EVERY_S = 1 / 30
LOOPBACK = ("127.0.0.1", "::1", "localhost")


class LiveDesk:
    """The show as the console's server sees it.

    Args:
        conductor: Of the show.
        evening: What is to happen.
        run: Where poses and waveforms lie.
    """

    def __init__(self, conductor: Conductor, evening: Evening, run: RunFolder) -> None:
        self._conductor, self._evening, self._run = conductor, evening, run

    async def submit(self, event: Event) -> Answer:
        """Asks the show for something."""
        return await self._conductor.submit(event)

    def snapshots(self) -> AsyncIterator[Snapshot]:
        """The show as it stands, now and whenever it has changed."""
        return self._conductor.snapshots()

    async def poses(self) -> AsyncIterator[bytes]:
        """Where the robots are, thirty times a second; nothing while nobody tells."""
        reader: PoseReader | None = None
        try:
            while True:
                await asyncio.sleep(POSES_EVERY_S)
                if reader is not None and not reader.is_current:
                    reader.close()
                    reader = None
                if reader is None:
                    with contextlib.suppress(DeviceLost):
                        reader = PoseReader(self._run.path)
                    continue
                if block := reader.read():
                    yield _packed(block, reader.layout)
        finally:
            if reader is not None:
                reader.close()

    def stage_description(self) -> bytes:
        """The stage and how its robots look."""
        return _described(self._evening.show.cast)

    def waveform(self, name: str) -> bytes | None:
        """A cue's waveform, or that of a revision of the live set."""
        if name.startswith("waveform-"):
            path = self._run.path / "dj" / name
        else:
            path = self._run.made / name / WAVEFORM
        inside = path.resolve().is_relative_to(self._run.path.resolve())
        if not inside or not path.is_file():
            return None
        peaks = np.frombuffer(path.read_bytes(), dtype=np.uint8)
        master = peaks[2 * (len(peaks) // 3) : 3 * (len(peaks) // 3)]
        tenths = np.pad(master, (0, -len(master) % 5)).reshape(-1, 5).max(axis=1)
        return bytes(tenths.tobytes())


def _packed(block: bytes, layout: Mapping[str, Any]) -> bytes:
    """The robots' own block as a frame for consoles."""
    host_s, mix_s = np.frombuffer(block, dtype="<f8", count=2, offset=8)
    rows = [
        np.frombuffer(block, dtype="<f4", count=7 + len(robot["joints"]), offset=robot["offset"])
        for robot in layout["robots"]
    ]
    return pack_poses(float(host_s), float(mix_s) if math.isfinite(mix_s) else math.nan, rows)


@functools.cache
def _described(cast: tuple[Any, ...]) -> bytes:
    from temirbek.robots import (  # here: a conductor is back before it needs them
        default_stage,
        figure,
        robot_model,
    )

    kinds = tuple(dict.fromkeys(p.robot for p in cast))
    return describe_stage(
        performers=cast,
        joints={kind: robot_model(kind).joint_names for kind in kinds},
        figures={kind: figure(kind) for kind in kinds},
        stage=default_stage(),
    )


async def conduct(run: RunFolder) -> None:
    """Conducts the show of a run folder until it is closed."""
    opening = read_opening(run)
    evening = read_opened_evening(run, opening)
    clock = HostClock()
    with EventLog.open(run.log) as log:
        hands: LiveHands | None = None
        desk = ShowDesk(
            evening, opening.date, log, clock, lambda effect: hands.do(effect) if hands is not None else None
        )
        conductor_of: list[Conductor] = []
        hands = LiveHands(
            evening,
            run,
            clock,
            state=lambda: desk.state,
            tell=desk.tell,
            note=desk.note,
            hold=lambda why: conductor_of[0].hold(why),
            submit=lambda event: conductor_of[0].submit_soon(event),
            has_crowd=opening.hall_people > 0,
        )
        was_running = desk.was_running
        conductor = Conductor(desk, hands, clock, plays_at_once=opening.plays_at_once and not was_running)
        conductor_of.append(conductor)
        for number in (signal.SIGTERM, signal.SIGINT):
            asyncio.get_running_loop().add_signal_handler(number, conductor.end)
        if was_running:
            desk.tell("recovered")
        else:
            desk.tell("opened", date=opening.day, scope=opening.scope)
            desk.keep()  # from here on the show is what it was when it was opened, whatever becomes of its file
        if log.damage:
            desk.note(log.damage)
        hands.begin()
        links = RoleLinks(run.path)
        is_open = opening.host not in LOOPBACK
        settings = WebSettings(
            links=links,
            is_open=is_open,
            hosts=(opening.host,) if is_open else (),
            is_secure=opening.certificate is not None,
        )
        app = build_app(LiveDesk(conductor, evening, run), settings)
        watching = asyncio.create_task(watch_supervisor(run))
        try:
            async with _served(app, run, opening) as served:
                _write_address(run, links, served)
                await conductor.run()
        finally:
            watching.cancel()
            await hands.close()
    from temirbek.live.record import write_record  # here: a conductor is back before it needs it

    write_record(run)


@contextlib.asynccontextmanager
async def _served(app: Any, run: RunFolder, opening: Opening) -> AsyncIterator[Served]:
    """Serves where it was served before, so that open consoles find a restarted conductor; else where there is room.

    Raises:
        DeviceLost: The port that a person asked for is taken.
    """
    tls = None
    if opening.certificate is not None and opening.key is not None:
        tls = Tls(certificate=opening.certificate, key=opening.key)
    async with contextlib.AsyncExitStack() as stack:
        served: Served | None = None
        if (before := _port_before(run)) is not None and not opening.port:
            with contextlib.suppress(DeviceLost):
                served = await stack.enter_async_context(serve(app, host=opening.host, port=before, tls=tls))
        if served is None:
            served = await stack.enter_async_context(
                serve(app, host=opening.host, port=opening.port, tls=tls)
            )
        yield served


def _port_before(run: RunFolder) -> int | None:
    try:
        return int(json.loads(run.address.read_text(encoding="utf-8"))["port"])
    except (OSError, ValueError, KeyError):
        return None


def _write_address(run: RunFolder, links: RoleLinks, served: Served) -> None:
    """Notes the role links, for those who may read the folder; who has one keeps it through restarts."""
    with contextlib.suppress(OSError, ValueError, KeyError, NoAccess):
        told = json.loads(run.address.read_text(encoding="utf-8"))
        for link in told["links"].values():
            links.read(link.rpartition("#")[2])
        if told["port"] == served.port:
            return
    told = {"port": served.port, "links": {role: served.link(links.issue(role)) for role in OPERATOR_ROLES}}
    partial = run.path / f".console.{os.getpid()}.partial"
    handle = os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        json.dump(told, file, indent=1)
    partial.replace(run.address)


def main() -> int:
    """Conducts; 0 when the show is closed."""
    logging.basicConfig(level=logging.INFO, format="%(asctime)s conductor %(levelname)s %(message)s")
    logger.info("priority: %s", come_first(is_real_time=False))  # robots rest when it is silent for a second
    try:
        asyncio.run(conduct(RunFolder(Path(sys.argv[1]))))
    except TemirbekError as error:
        sys.stderr.write(f"{error}\n")
        return 1
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
