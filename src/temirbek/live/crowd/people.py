"""What the people of a simulated hall do: drawn from a seed, moved by what happens on stage. Pure: no clock, no socket."""

import heapq
import itertools
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

import numpy as np

Sense = Literal["ears", "eyes", "phones"]
APPLAUDED = ("act", "speech", "track", "dj_set", "robot_number", "battle")
CLAPPED_ALONG = ("act", "track", "dj_set", "robot_number")
APPLAUSE_AFTER_S = (0.3, 1.2)
APPLAUSE_LASTS_S = (3.5, 7.5)
APPLAUSE_LEVEL_DB = (-8.0, 2.0)
CLAP_ALONG_AFTER_S = (25.0, 60.0)
CLAP_ALONG_LASTS_S = (10.0, 16.0)
CLAP_ALONG_LEVEL_DB = (-10.0, -4.0)
LEAD_S = 1.2
"""Sound is made before it is due: people are asked for so early [s]."""
GUESTS = (2, 4)
GUEST_EVERY_S = (4.0, 9.0)
GUEST_STAYS_S = (5.0, 8.0)
VOTE_WITHIN_S = 8.0
CHALLENGER_AFTER_S = 8.0
CHALLENGER_STAYS_S = 900.0
CHALLENGER_SKILL = (0.55, 0.95)
ACT_LASTS_S = 60.0
SHARE_VOTING, SHARE_WISHING, SHARE_CLAPPING = 0.6, 0.02, 0.15


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """Something that people do.

    Attributes:
        sense: Who notices it.
        at_host_s: When it begins [host s].
        what: In words, for the file of what was meant.
        body: What it is, as the sense's process takes it.
    """

    sense: Sense
    at_host_s: float
    what: str
    body: Mapping[str, Any]


@dataclass(order=True, slots=True)
class _Due:
    host_s: float
    number: int
    order: Order = field(compare=False)


class People:
    """The people in the hall.

    Args:
        seed: The same seed and the same show lead to the same deeds.
        people: How many are there.
        phones: How many of them hold a phone.
    """

    def __init__(self, seed: int, people: int, phones: int) -> None:
        self._random = np.random.default_rng([seed, 0xC0D])
        self.people, self.phones = people, phones
        self._due: list[_Due] = []
        self._numbers = itertools.count()
        self._clap_at_s: float | None = None
        self._tempo_bpm: float | None = None
        self._beat_s = 0.0
        self._challenger: dict[str, Any] | None = None
        self._skill = 0.0

    def see(self, event: Mapping[str, Any], host_s: float) -> None:
        """Something happens on stage.

        Args:
            event: ``{"do": "cue", "cue", "kind", "state": "began" | "ended", "places_m", "length_s"}``,
                ``{"do": "music", "tempo_bpm", "beat_host_s"}``, ``{"do": "battle", "state"}``,
                ``{"do": "poll", "poll", "options"}`` or ``{"do": "crate", "tracks"}``.
            host_s: Now.
        """
        match event.get("do"):
            case "cue" if event["state"] == "began":
                self._begin(event, host_s)
            case "cue":
                self._end(event, host_s)
            case "music":
                self._hear_music(event, host_s)
            case "battle":
                self._dance(str(event["state"]), host_s)
            case "poll":
                self._vote(event, host_s)
            case "crate" if event["tracks"]:
                self._wish([str(track) for track in event["tracks"]], host_s)

    def due(self, host_s: float) -> list[Order]:
        """What is to be done now, in order."""
        orders = []
        while self._due and self._due[0].host_s <= host_s:
            orders.append(heapq.heappop(self._due).order)
        return orders

    def _begin(self, event: Mapping[str, Any], host_s: float) -> None:
        kind = event["kind"]
        if kind in CLAPPED_ALONG:
            self._clap_at_s = host_s + self._draw(CLAP_ALONG_AFTER_S)
        if kind == "greeting":
            self._guests_come(event, host_s)
        if kind == "battle":
            x, y = (event.get("places_m") or [(3.4, 0.0)])[0]
            self._challenger = {
                "name": f"{event['cue']}-challenger",
                "arrive_s": round(host_s + CHALLENGER_AFTER_S, 3),
                "stay_s": CHALLENGER_STAYS_S,
                "place_m": [x, y],
            }
            self._skill = self._draw(CHALLENGER_SKILL)
            self._come("a challenger", host_s, {})

    def _end(self, event: Mapping[str, Any], host_s: float) -> None:
        if event["kind"] in CLAPPED_ALONG:
            self._clap_at_s = self._tempo_bpm = None
        if event["kind"] == "battle" and self._challenger is not None:
            stayed_s = max(host_s + 2.0 - float(self._challenger["arrive_s"]), 1.0)
            self._challenger["stay_s"] = round(stayed_s, 3)
            self._come("the challenger leaves", host_s, {})
            self._challenger = None
        if event["kind"] not in APPLAUDED:
            return
        at_s, lasts_s = host_s + self._draw(APPLAUSE_AFTER_S), self._draw(APPLAUSE_LASTS_S)
        level_db = self._draw(APPLAUSE_LEVEL_DB)
        self._sound("applause", at_s, lasts_s, level_db, None)
        if self._random.random() < 0.4:
            self._sound("cheering", at_s + 0.3, 0.6 * lasts_s, level_db - 4.0, None)

    def _hear_music(self, event: Mapping[str, Any], host_s: float) -> None:
        """Where the hall feels like it, it claps along, on the beat that it hears."""
        if event.get("tempo_bpm"):
            self._tempo_bpm, self._beat_s = float(event["tempo_bpm"]), float(event["beat_host_s"])
        if self._clap_at_s is None or self._tempo_bpm is None or host_s < self._clap_at_s:
            return
        self._clap_at_s = host_s + self._draw(CLAP_ALONG_AFTER_S) + 30.0
        beat_s = 60.0 / self._tempo_bpm
        first = np.ceil((host_s + LEAD_S + 0.3 - self._beat_s) / beat_s)
        at_s = float(self._beat_s + first * beat_s)
        lasts_s, level_db = self._draw(CLAP_ALONG_LASTS_S), self._draw(CLAP_ALONG_LEVEL_DB)
        self._sound("clapping_along", at_s, lasts_s, level_db, self._tempo_bpm)

    def _sound(
        self, kind: str, at_s: float, seconds: float, level_db: float, tempo_bpm: float | None
    ) -> None:
        heard = max(2, round(self.people * self._random.uniform(0.02, 0.08)))  # those near the microphone
        body = {
            "do": "simulate",
            "kind": kind,
            "at_host_s": round(at_s, 4),
            "seconds": round(seconds, 2),
            "people": heard,
            "level_db": round(level_db, 1),
            "tempo_bpm": tempo_bpm,
        }
        self._order(at_s - LEAD_S, Order(sense="ears", at_host_s=at_s, what=kind, body=body))

    def _dance(self, state: str, host_s: float) -> None:
        """The challenger does what the battle asks for: claps along, or dances."""
        acts = {"calibrate": "clap", "call": "dance"}
        if self._challenger is None or state not in acts or self._tempo_bpm is None:
            return
        act = {
            "kind": acts[state],
            "from_s": round(max(host_s, float(self._challenger["arrive_s"])), 3),
            "to_s": round(host_s + CHALLENGER_AFTER_S + ACT_LASTS_S, 3),
            "skill": round(self._skill, 2),
            "tempo_bpm": self._tempo_bpm,
            "beat_host_s": self._beat_s,
        }
        self._come(f"the challenger: {acts[state]}", host_s, {"act": act})

    def _come(self, what: str, host_s: float, more: Mapping[str, Any]) -> None:
        assert self._challenger is not None
        body = {**self._challenger, **more}
        self._order(host_s, Order(sense="eyes", at_host_s=host_s, what=what, body=body))

    def _guests_come(self, event: Mapping[str, Any], host_s: float) -> None:
        """One after another or in small groups, as long as the greeting lasts."""
        until_s = host_s + float(event.get("length_s") or 60.0) - 10.0
        places = event.get("places_m") or [(2.0, 0.0)]
        at_s, number = host_s + self._draw((2.0, 4.0)), 0
        while at_s < until_s:
            x, y = places[int(self._random.integers(len(places)))]
            together = int(self._random.integers(1, GUESTS[1] + 1)) if self._random.random() < 0.4 else 1
            for _ in range(together):
                number += 1
                place = (x + self._random.normal(0, 0.15), y + self._random.normal(0, 0.2))
                body = {
                    "name": f"{event['cue']}-{number}",
                    "arrive_s": round(at_s + self._random.uniform(0, 0.6), 3),
                    "stay_s": round(self._draw(GUEST_STAYS_S), 2),
                    "place_m": [round(float(place[0]), 3), round(float(place[1]), 3)],
                    "waves": bool(self._random.random() < 0.3),
                }
                what = "a guest" if together == 1 else f"a guest of {together}"
                self._order(at_s - 5.0, Order(sense="eyes", at_host_s=at_s, what=what, body=body))
            at_s += self._draw(GUEST_EVERY_S)

    def _vote(self, event: Mapping[str, Any], host_s: float) -> None:
        options = [str(option) for option in event["options"]]
        if not (n := round(self.phones * SHARE_VOTING)):
            return
        shares = self._random.dirichlet(np.full(len(options), 3.0))
        counts = self._random.multinomial(n, shares)
        body = {
            "do": "vote",
            "poll": event["poll"],
            "counts": {option: int(c) for option, c in zip(options, counts, strict=True)},
            "within_s": VOTE_WITHIN_S,
        }
        self._order(host_s + 0.5, Order(sense="phones", at_host_s=host_s + 0.5, what=f"{n} votes", body=body))

    def _wish(self, tracks: list[str], host_s: float) -> None:
        if not (n := round(self.phones * SHARE_WISHING)):
            return
        counts = self._random.multinomial(n, self._random.dirichlet(np.full(len(tracks), 0.5)))
        body = {"do": "wish", "counts": {t: int(c) for t, c in zip(tracks, counts, strict=True) if c}}
        self._order(
            host_s + 5.0, Order(sense="phones", at_host_s=host_s + 5.0, what=f"{n} wishes", body=body)
        )

    def _order(self, host_s: float, order: Order) -> None:
        heapq.heappush(self._due, _Due(host_s, next(self._numbers), order))

    def _draw(self, between: tuple[float, float]) -> float:
        return float(self._random.uniform(*between))
