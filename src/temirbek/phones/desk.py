"""Joins the conductor, the bus and the hall: orders become parts, parts become what phones see, counts go back.

Orders come as JSON lines (:mod:`temirbek.lines`), each is answered with ``ok`` and, where it is refused, ``reason``:

=============================================================== ====================================================
``{"do":"state","title","artist","kind","tempo_bpm"}``          what is on; an empty title: nothing
``{"do":"poll","poll","question","options","until_host_s"}``    opens a poll; it closes by itself at that time
``{"do":"close_poll"}``                                         closes it, and shows the result
``{"do":"clear_poll"}``                                         takes it off the phones
``{"do":"crate","tracks":[{"id","title","artist"}]}``           what can be wished
``{"do":"wish_hide","track"}``, ``{"do":"wish_show","track"}``  hides a track, and shows it again
``{"do":"light","schedule":{…} or null}``                       the phones' light
``{"do":"announce","text":{kk,ru,en} or null}``                 an announcement as text
``{"do":"card","text":{kk,ru,en} or null}``                     what stands on the screen
``{"do":"status"}``                                             how many phones and writes; every event is told again
=============================================================== ====================================================

Events, each at most twice a second and only when it says something new: ``votes`` (``poll``, ``counts``, ``n``, ``is_open``,
``is_final``: closed, and no vote is under way any more), ``wishes`` (``tracks``: most wished first), ``claps`` (``rate_hz``,
``people``), ``phones`` (``connected``).
"""

import logging
import time
from collections.abc import Callable, Mapping
from typing import Any

from temirbek.errors import InvalidInput
from temirbek.phones import orders
from temirbek.phones.bus_contract import Bus, envelope_of, to_local
from temirbek.phones.hall import Hall, is_open
from temirbek.phones.light import schedule_of
from temirbek.phones.state import PARTS
from temirbek.phones.store_contract import Store

TICK_S = 0.5
TOP = 5
LATE_WORKER_S = 3.0
"""Counts of a worker that has told nothing for so long are not added any more."""
SETTLES_S = 3.0
"""So long after a poll was closed its result may grow by votes that were under way, here or with another worker."""
_LOG = logging.getLogger(__name__)


class PhonesDesk:
    """Does what the conductor asks, and reports.

    Args:
        worker: This process, among those that share a bus.
        hall: What this worker's phones see.
        store: Of votes and wishes.
        bus: To the other workers.
        changed: Is told when phones have something new to see.
        n_phones: How many this worker has.
    """

    def __init__(
        self,
        worker: str,
        hall: Hall,
        store: Store,
        bus: Bus,
        *,
        changed: Callable[[], None],
        n_phones: Callable[[], int],
    ) -> None:
        self._worker, self._hall, self._store, self._bus = worker, hall, store, bus
        self._changed, self._n_phones = changed, n_phones
        self._crate: dict[str, list[str]] = {}
        self._hidden: set[str] = set()
        self._others: dict[str, tuple[float, Mapping[str, Any]]] = {}
        self._told: dict[str, Any] = {}
        self._closed_s = 0.0

    def answer(self, body: Mapping[str, Any]) -> dict[str, Any]:
        """Does one order; the answer says whether it was done, and why not."""
        try:
            return {"ok": True, **self._do(body)}
        except InvalidInput as error:
            return {"ok": False, "reason": str(error)}

    def on_part(self, part: str, envelope: Mapping[str, Any]) -> None:
        """A part came over the bus, from whichever worker."""
        value = to_local(envelope, utc_minus_host_s=_utc_minus_host_s(), worker=self._worker)
        if part == "hidden":
            self._hidden = set(value)
        elif part == "crate":
            self._crate = dict(value)
        elif part in PARTS:
            if (
                part == "poll"
                and value is not None
                and value["result"] is not None
                and self._is_counting(value["id"])
            ):
                self._closed_s = time.monotonic()
            self._show(part, value)
            return
        else:
            _LOG.warning("a part of another version came over the bus: %s", part)
            return
        self._show_crate()

    def on_word(self, topic: str, body: Mapping[str, Any]) -> None:
        """A worker told how its phones are."""
        if topic == "census" and body.get("by") != self._worker:
            self._others[str(body["by"])] = (time.monotonic(), body)

    def tick(self) -> list[dict[str, Any]]:
        """What is to be told twice a second: counts to the bus, and to the conductor what is new in them."""
        now_s = time.monotonic()
        rate_hz, people = self._hall.claps.read(now_s)
        mine = {"by": self._worker, "phones": self._n_phones(), "rate_hz": rate_hz, "people": people}
        self._bus.tell("census", mine)
        self._others = {by: late for by, late in self._others.items() if now_s - late[0] < LATE_WORKER_S}
        all_of_us = [mine, *(body for _, body in self._others.values())]
        sums = {name: sum(float(one[name]) for one in all_of_us) for name in ("phones", "rate_hz", "people")}
        self._close_in_time(now_s)
        self._show_clap(sums["rate_hz"], int(sums["people"]))
        self._show("top", self._top())
        return self._news(now_s, sums)

    def forget_told(self) -> None:
        """Somebody new listens: the next tick tells everything."""
        self._told.clear()

    def _do(self, body: Mapping[str, Any]) -> dict[str, Any]:
        match body.get("do"):
            case "state":
                self._keep("now", orders.now_of(body))
            case "poll":
                self._open_poll(body)
            case "close_poll":
                self._close_poll()
            case "clear_poll":
                self._keep("poll", None)
            case "crate":
                self._keep("crate", orders.crate_of(body))
            case "wish_hide":
                self._keep("hidden", sorted(self._hidden | {orders.id_of(body, "track")}))
            case "wish_show":
                self._keep("hidden", sorted(self._hidden - {orders.id_of(body, "track")}))
            case "light":
                asked = body.get("schedule")
                self._keep("light", None if asked is None else schedule_of(orders.object_of(asked)))
            case ("announce" | "card") as what:
                text = body.get("text")
                self._keep(
                    "text" if what == "announce" else "card", None if text is None else orders.text_of(text)
                )
            case "status":
                return self._status()
            case unknown:
                raise InvalidInput(f"the phones cannot {unknown!r}")
        return {}

    def _status(self) -> dict[str, Any]:
        self.forget_told()
        poll = self._hall.state["poll"]
        return {
            "phones": self._n_phones(),
            "waiting": self._store.n_waiting,
            "poll": poll["id"] if poll else "",
            "crate": len(self._hall.tracks),
        }

    def _open_poll(self, body: Mapping[str, Any]) -> None:
        poll = orders.poll_of(body)
        there = self._hall.state["poll"]
        if there is not None and there["id"] == poll["id"] and there["result"] is not None:
            raise InvalidInput(f"poll {poll['id']!r} is over; another one needs another id")
        self._keep("poll", poll)

    def _close_poll(self) -> None:
        poll = self._hall.state["poll"]
        if poll is None:
            raise InvalidInput("no poll is open")
        if poll["result"] is None:
            self._keep("poll", {**poll, "result": self._counts(poll)})

    def _close_in_time(self, now_s: float) -> None:
        """A poll whose time is up is closed; one that was closed just now takes in the votes that were under way."""
        poll = self._hall.state["poll"]
        if poll is None:
            return
        if poll["result"] is None and not is_open(poll, now_s):
            self._close_poll()
        elif poll["result"] is not None:
            counts = self._counts(poll)
            if sum(counts.values()) > sum(
                poll["result"].values()
            ):  # workers whose news are older say nothing
                self._keep("poll", {**poll, "result": counts})

    def _is_counting(self, poll_id: str) -> bool:
        poll = self._hall.state["poll"]
        return poll is None or poll["id"] != poll_id or poll["result"] is None

    def _is_settled(self, now_s: float) -> bool:
        """No vote of a poll that was closed can still be under way, with anybody."""
        is_done_here = not self._store.n_waiting and not self._others
        return is_done_here or now_s - self._closed_s >= SETTLES_S

    def _counts(self, poll: Mapping[str, Any]) -> dict[str, int]:
        tally = self._store.tally(poll["id"])
        return {option["id"]: int(tally.get(option["id"], 0)) for option in poll["options"]}

    def _top(self) -> list[list[Any]]:
        wishes = self._wishes()[:TOP]
        return [[wish["track"], self._crate[wish["track"]][0], wish["count"]] for wish in wishes]

    def _wishes(self) -> list[dict[str, Any]]:
        tracks = self._hall.tracks
        found = [(track, count) for track, count in self._store.wishes().items() if track in tracks]
        return [
            {"track": track, "count": count}
            for track, count in sorted(found, key=lambda one: (-one[1], one[0]))
        ]

    def _news(self, now_s: float, sums: Mapping[str, float]) -> list[dict[str, Any]]:
        news: dict[str, dict[str, Any]] = {
            "phones": {"connected": int(sums["phones"])},
            "claps": {"rate_hz": round(sums["rate_hz"], 1), "people": int(sums["people"])},
            "wishes": {"tracks": self._wishes()},
        }
        poll = self._hall.state["poll"]
        if poll is not None:
            counts, is_counting = self._counts(poll), is_open(poll, now_s)
            news["votes"] = {
                "poll": poll["id"],
                "counts": counts,
                "n": sum(counts.values()),
                "is_open": is_counting,
                "is_final": not is_counting and self._is_settled(now_s),
            }
        changed = [{"event": event, **body} for event, body in news.items() if self._told.get(event) != body]
        self._told = news
        return changed

    def _show_clap(self, rate_hz: float, people: int) -> None:
        # Rounded as coarsely as anybody can see, so that a steady applause is not news for ten thousand phones.
        shown = {"rate_hz": _coarse(rate_hz), "people": _coarse(people)}
        self._show("clap", shown if people else None)

    def _show_crate(self) -> None:
        self._hall.tracks = {
            track: words for track, words in self._crate.items() if track not in self._hidden
        }
        there = self._hall.state["crate"]
        version = there["version"] + 1 if there else 1
        self._show("crate", {"version": version, "n": len(self._hall.tracks)})

    def _show(self, part: str, value: Any) -> None:
        if self._hall.state.set(part, value):
            self._changed()

    def _keep(self, part: str, value: Any) -> None:
        self._bus.keep(part, envelope_of(value, utc_minus_host_s=_utc_minus_host_s(), by=self._worker))


def _coarse(value: float) -> int:
    """Two digits of a number; the third says nothing to anybody who sees it for a second."""
    whole = round(value)
    return round(whole, min(2 - len(str(whole)), 0))


def _utc_minus_host_s() -> float:
    return time.time() - time.monotonic()
