"""A desk that remembers, a server before it, and consoles that talk to it as browsers do."""

import asyncio
import json
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import httpx
from websockets.asyncio.client import ClientConnection, connect

from temirbek.types.live import Answer, CueLine, Event, Snapshot
from temirbek.web import RoleLinks, Served, WebSettings, build_app, pack_poses, serve
from temirbek.web.protocol import apply_changes


def a_snapshot(sequence: int = 1, **values: Any) -> Snapshot:
    """A small show."""
    cue = CueLine(
        id="ән",
        kind="act",
        title="Жаңа ән",
        state="standby",
        planned_start_utc_s=1000.0,
        expected_start_utc_s=1060.0,
        length_s=240.0,
    )
    whole = Snapshot(
        sequence=sequence,
        title="Кеш",
        state="running",
        scope="rehearsal",
        is_rehearsal=True,
        utc_s=1000.0,
        timezone="Asia/Almaty",
        cues=(cue, replace(cue, id="2", title="<b>Second</b>", state="waiting")),
        standby="ән",
        running=(),
        over_s=60.0,
        planned_end_utc_s=5000.0,
        expected_end_utc_s=5060.0,
    )
    return replace(whole, **values)


@dataclass
class RecordingDesk:
    """Takes everything, remembers it, and shows what a test puts into ``show``."""

    events: list[Event] = field(default_factory=list)
    snapshot: Snapshot = field(default_factory=a_snapshot)
    before_answer: Callable[[Event], Awaitable[None]] | None = None
    pose_bytes: int = 0
    subscribers: int = 0

    def __post_init__(self) -> None:
        self._changed = asyncio.Condition()

    async def submit(self, event: Event) -> Answer:
        self.events.append(event)
        if self.before_answer is not None:
            await self.before_answer(event)
        return Answer(is_accepted=True, sequence=len(self.events))

    async def show(self, snapshot: Snapshot) -> None:
        """From now on this is the show."""
        async with self._changed:
            self.snapshot = snapshot
            self._changed.notify_all()

    async def snapshots(self) -> AsyncIterator[Snapshot]:
        self.subscribers += 1
        told: Snapshot | None = None
        while True:
            async with self._changed:
                await self._changed.wait_for(lambda: self.snapshot is not told)  # noqa: B023
            told = self.snapshot
            yield told

    async def poses(self) -> AsyncIterator[bytes]:
        while True:
            yield pack_poses(time.monotonic(), 1.0, []) + bytes(self.pose_bytes)
            await asyncio.sleep(0.002)

    def stage_description(self) -> bytes:
        return b'{"format":1}'

    def waveform(self, name: str) -> bytes | None:
        return b"\x01\x02" if name == "alma" else None


@dataclass(kw_only=True)
class House:
    """A served desk."""

    desk: RecordingDesk
    links: RoleLinks
    served: Served

    @property
    def base(self) -> str:
        return self.served.url

    def client(self, **headers: str) -> httpx.AsyncClient:
        """A browser without a session."""
        return httpx.AsyncClient(
            base_url=self.base, headers={"origin": self.base, **headers}, verify=False, trust_env=False
        )

    async def cookie(self, role: str, token: str = "") -> str:
        """The cookie of a new session by a link."""
        async with self.client() as client:
            answer = await client.post("/api/join", json={"token": token or self.links.issue(role)})  # type: ignore[arg-type]
            assert answer.status_code == 200, answer.text
            return "; ".join(f"{name}={value}" for name, value in client.cookies.items())

    def socket(self, cookie: str, path: str = "/ws", origin: str | None = None, **options: Any) -> connect:
        """A WebSocket as a browser opens it."""
        headers = {"cookie": cookie} if cookie else {}
        return connect(
            self.base.replace("http", "ws", 1) + path,
            origin=origin or self.base,  # type: ignore[arg-type]
            additional_headers={**headers, **options.pop("headers", {})},
            compression=None,
            proxy=None,
            max_queue=None,  # a browser reads on while it closes
            **options,
        )

    @asynccontextmanager
    async def console(self, role: str = "stage_manager", cookie: str = "") -> AsyncIterator["Page"]:
        """A console that has said hello."""
        async with self.socket(cookie or await self.cookie(role)) as socket:
            page = Page(socket)
            await page.until("snapshot")
            yield page


class Page:
    """What a console's page does with a socket."""

    def __init__(self, socket: ClientConnection) -> None:
        self.socket = socket
        self.hello: dict[str, Any] = {}
        self.snapshot: Any = None
        self.version = 0
        self.heard: list[dict[str, Any]] = []

    async def next(self, within_s: float = 10.0) -> dict[str, Any]:
        """The next message, believed."""
        message: dict[str, Any] = json.loads(await asyncio.wait_for(self.socket.recv(), within_s))
        self.heard.append(message)
        if message["type"] == "hello":
            self.hello = message
        elif message["type"] == "snapshot":
            self.snapshot, self.version = message["snapshot"], message["version"]
        elif message["type"] == "change":
            assert message["base"] == self.version, "a change was lost"
            self.snapshot, self.version = apply_changes(self.snapshot, message["set"]), message["version"]
        return message

    async def until(self, kind: str, within_s: float = 10.0, **values: Any) -> dict[str, Any]:
        """The next message of a type with these values."""
        async with asyncio.timeout(within_s):
            while True:
                message = await self.next()
                if message["type"] == kind and all(message.get(k) == v for k, v in values.items()):
                    return message

    async def say(self, message: Any) -> None:
        await self.socket.send(message if isinstance(message, str | bytes) else json.dumps(message))

    async def ask(
        self, command: str, payload: dict[str, Any] | None = None, key: str = "k"
    ) -> dict[str, Any]:
        """The answer to a command."""
        await self.say({"type": command, "payload": payload or {}, "key": key})
        return await self.until("answer", key=key)


@asynccontextmanager
async def a_house(folder: Path, **settings: Any) -> AsyncIterator[House]:
    """A desk behind a server on a free port of this machine."""
    desk, links = RecordingDesk(), RoleLinks(folder)
    app = build_app(desk, WebSettings(links=links, static=folder / "static", **settings))
    async with serve(app) as served:
        yield House(desk=desk, links=links, served=served)
