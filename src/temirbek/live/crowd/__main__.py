"""``python -m temirbek.live.crowd RUN_FOLDER``: a hall that is not there."""

import asyncio
import contextlib
import json
import logging
import signal
import sys
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from temirbek.errors import DeviceLost, TemirbekError
from temirbek.lines import LineClient, LineServer
from temirbek.live.crowd.people import SHARE_CLAPPING, Order, People
from temirbek.live.crowd.phones import SimulatedPhones
from temirbek.phones.tokens import KEY_FILE, TokenKey
from temirbek.processes import end_when_left_alone
from temirbek.seeing import Act, Guest, visit
from temirbek.stage.opening import read_opened_evening, read_opening
from temirbek.stage.run_folder import RunFolder
from temirbek.store import from_json, to_json

TICK_S = 0.02
MEANT_FILE = "crowd.jsonl"
WISH_WITHIN_S = 10.0
PATIENCE_S = 5.0
logger = logging.getLogger(__name__)


class Hall:
    """The people, and the ways in which they reach the show.

    Args:
        run: Of the show.
    """

    def __init__(self, run: RunFolder) -> None:
        opening = read_opening(run)
        evening = read_opened_evening(run, opening)
        self._people = People(evening.show.seed, opening.hall_people, opening.hall_phones)
        self._senses = {
            "ears": LineClient(run.ears_socket, on_event=lambda _: None, on_lost=lambda: None),
            "eyes": LineClient(run.eyes_socket, on_event=lambda _: None, on_lost=lambda: None),
        }
        self._guests: list[Guest] = []
        self._meant = (run.path / MEANT_FILE).open("a", encoding="utf-8")
        self._doing: set[asyncio.Task[None]] = set()
        self.phones: SimulatedPhones | None = None
        if opening.hall_phones and evening.venue.phones is not None:
            venue = evening.venue.phones
            key = TokenKey.read(opening.base / venue.key if venue.key else run.path / KEY_FILE)
            url = f"ws://{venue.host}:{venue.port}/ws"
            self.phones = SimulatedPhones(url, key, opening.hall_phones, evening.show.seed)

    def hear(self, body: Mapping[str, Any]) -> None:
        """Something happens on stage."""
        self._people.see(body, time.monotonic())

    def look(self) -> None:
        """People do what they mean to do now."""
        for order in self._people.due(time.monotonic()):
            self._meant.write(
                json.dumps({"at_host_s": order.at_host_s, "what": order.what, **order.body}) + "\n"
            )
            self._meant.flush()
            task = asyncio.create_task(self._do(order))
            self._doing.add(task)
            task.add_done_callback(self._doing.discard)

    async def _do(self, order: Order) -> None:
        if order.sense == "phones":
            await self._phone(order.body)
            return
        if order.sense == "ears":
            await self._ask("ears", order.body)
            if self.phones is not None and order.body["kind"] == "applause":
                await self.phones.clap(SHARE_CLAPPING, float(order.body["seconds"]))
            return
        guest = _guest_of(order.body)
        still = [g for g in self._guests if g.stops[-1].host_s > time.monotonic() and g.name != guest.name]
        self._guests = [*still, guest]
        await self._ask("eyes", {"do": "simulate", "guests": [to_json(guest) for guest in self._guests]})

    async def _phone(self, body: Mapping[str, Any]) -> None:
        if self.phones is None:
            return
        if body["do"] == "vote":
            await self.phones.vote(str(body["poll"]), body["counts"], float(body["within_s"]))
        else:
            await self.phones.wish(body["counts"], WISH_WITHIN_S)

    async def _ask(self, sense: str, body: Mapping[str, Any]) -> None:
        client = self._senses[sense]
        try:
            if not client.is_connected:
                await client.connect()
            answer = await client.ask(body, PATIENCE_S)
        except DeviceLost as error:
            logger.warning("nobody has %s: %s", sense, error)
            return
        if not answer.get("ok"):
            logger.warning("%s: %s", sense, answer.get("reason"))

    async def close(self) -> None:
        """Everybody goes home."""
        for client in self._senses.values():
            await client.close()
        self._meant.close()


def _guest_of(body: Mapping[str, Any]) -> Guest:
    arrive_s, stay_s = float(body["arrive_s"]), float(body["stay_s"])
    acts: tuple[Act, ...] = ()
    if body.get("waves"):
        acts = (Act(kind="wave", from_s=arrive_s + 2.0, to_s=arrive_s + 4.0),)
    if "act" in body:
        acts = (from_json(Act, body["act"]),)
    x, y = body["place_m"]
    return visit(str(body["name"]), arrive_s=arrive_s, stay_s=stay_s, place_m=(float(x), float(y)), acts=acts)


async def serve(run: RunFolder) -> None:
    """Lets the hall live until the process is told to end."""
    is_over = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, is_over.set)
    hall = Hall(run)
    phones = asyncio.create_task(hall.phones.run()) if hall.phones is not None else None
    with LineServer(run.crowd_socket) as server:
        while not is_over.is_set():
            for message in server.poll():
                hall.hear(message.body)
                if "id" in message.body:
                    server.send(message.client, {"ok": True, "id": message.body["id"]})
            hall.look()
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(is_over.wait(), TICK_S)
    if phones is not None:
        phones.cancel()
        await asyncio.gather(phones, return_exceptions=True)
    await hall.close()


def main() -> int:
    """Lives until told to end."""
    logging.basicConfig(level=logging.INFO, format="%(asctime)s crowd %(levelname)s %(message)s")
    end_when_left_alone(Path(sys.argv[1]))
    try:
        asyncio.run(serve(RunFolder(Path(sys.argv[1]))))
    except TemirbekError as error:
        sys.stderr.write(f"{error}\n")
        return 1
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
