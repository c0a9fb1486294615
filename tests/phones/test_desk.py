"""Several workers are one show: what one is told all show, what all count one reports."""

from collections.abc import Callable, Mapping
from typing import Any

from temirbek.phones.bus_contract import OnPart, OnWord, envelope_of, to_local
from temirbek.phones.desk import PhonesDesk
from temirbek.phones.hall import Hall
from temirbek.phones.state import HallState
from temirbek.phones.store_contract import Outcome, Write

OPTIONS = [{"id": "a", "text": "A"}, {"id": "b", "text": "B"}]


class Cable:
    """A bus without a network."""

    def __init__(self) -> None:
        self.kept: dict[str, Mapping[str, Any]] = {}
        self.hear: list[tuple[OnPart, OnWord]] = []

    async def open(self, on_part: OnPart, on_word: OnWord) -> None:
        """Nothing to wait for: see ``join``."""

    def join(self, desk: PhonesDesk) -> None:
        """One more worker."""
        self.hear.append((desk.on_part, desk.on_word))
        for part, envelope in self.kept.items():
            desk.on_part(part, envelope)

    def keep(self, part: str, envelope: Mapping[str, Any]) -> None:
        """To everybody."""
        self.kept[part] = envelope
        for on_part, _ in self.hear:
            on_part(part, envelope)

    def tell(self, topic: str, body: Mapping[str, Any]) -> None:
        """To everybody."""
        for _, on_word in self.hear:
            on_word(topic, body)

    async def close(self) -> None:
        """Nothing to let go."""


class Pencil:
    """A store that everybody shares."""

    def __init__(self) -> None:
        self.votes: dict[str, dict[str, int]] = {}
        self.wished: dict[str, int] = {}
        self.n_waiting = 0

    def submit(self, write: Write, on_done: Callable[[Outcome], None]) -> bool:
        """Everything counts."""
        counts = self.votes.setdefault(write.group, {}) if write.kind == "vote" else self.wished
        counts[write.choice] = counts.get(write.choice, 0) + 1
        on_done(Outcome("kept", write.choice))
        return True

    def tally(self, poll: str) -> Mapping[str, int]:
        """Option → votes."""
        return self.votes.get(poll, {})

    def wishes(self) -> Mapping[str, int]:
        """Track → seats."""
        return self.wished

    async def open(self) -> None:
        """Nothing to open."""

    async def close(self) -> None:
        """Nothing to close."""


def workers(number: int) -> tuple[list[tuple[PhonesDesk, Hall]], Cable, Pencil]:
    """So many, each with two phones."""
    cable, store, made = Cable(), Pencil(), []
    for name in range(number):
        hall = Hall(HallState(f"e{name}"), lambda token: token)
        desk = PhonesDesk(f"w{name}", hall, store, cable, changed=lambda: None, n_phones=lambda: 2)
        cable.join(desk)
        made.append((desk, hall))
    return made, cable, store


def events(desk: PhonesDesk) -> dict[str, dict[str, Any]]:
    """What a tick tells, by name."""
    return {event["event"]: event for event in desk.tick()}


def test_what_one_worker_is_told_all_show_and_a_late_one_too() -> None:
    (first, second), cable, _ = workers(2)
    assert first[0].answer({"do": "poll", "poll": "p", "question": "?", "options": OPTIONS}) == {"ok": True}
    first[0].answer({"do": "crate", "tracks": [{"id": "t1", "title": "One"}, {"id": "t2", "title": "Two"}]})
    second[0].answer({"do": "wish_hide", "track": "t2"})
    late = Hall(HallState("late"), lambda token: token)
    cable.join(PhonesDesk("late", late, Pencil(), cable, changed=lambda: None, n_phones=lambda: 0))
    for hall in (first[1], second[1], late):
        assert hall.state["poll"]["id"] == "p"
        assert list(hall.tracks) == ["t1"] and hall.state["crate"]["n"] == 1


def test_counts_are_everybodys_and_told_once() -> None:
    (first, second), _, store = workers(2)
    first[0].answer({"do": "poll", "poll": "p", "question": "?", "options": OPTIONS})
    store.votes["p"] = {"b": 3}
    second[0].tick()
    told = events(first[0])
    assert told["phones"]["connected"] == 4
    assert (told["votes"]["counts"], told["votes"]["n"], told["votes"]["is_final"]) == (
        {"a": 0, "b": 3},
        3,
        False,
    )
    assert not events(first[0]), "nothing new, and still told"
    first[0].forget_told()
    assert set(events(first[0])) == {"phones", "votes", "claps", "wishes"}


def test_a_poll_closes_at_its_time_and_takes_in_what_was_under_way() -> None:
    (first, second), _, store = workers(2)
    poll = {"do": "poll", "poll": "p", "question": "?", "options": OPTIONS, "until_host_s": 0.0}
    first[0].answer(poll)
    store.votes["p"] = {"a": 1}
    second[0].tick()
    assert second[1].state["poll"]["result"] == {"a": 1, "b": 0}
    store.votes["p"] = {"a": 1, "b": 1}
    assert not events(first[0])["votes"]["is_final"], "another worker may still have a vote under way"
    assert first[1].state["poll"]["result"] == {"a": 1, "b": 1}
    store.votes["p"] = {"a": 0}
    second[0].tick()
    assert first[1].state["poll"]["result"] == {"a": 1, "b": 1}, "older news took votes away"
    assert first[0].answer(poll)["ok"] is False, "a poll that is over was opened again"


def test_a_result_is_final_when_nothing_waits() -> None:
    ((desk, _),), _, store = workers(1)
    desk.answer({"do": "poll", "poll": "p", "question": "?", "options": OPTIONS})
    store.n_waiting = 1
    desk.answer({"do": "close_poll"})
    assert not events(desk)["votes"]["is_final"]
    store.n_waiting = 0
    assert events(desk)["votes"]["is_final"]
    assert desk.answer({"do": "status"})["ok"] and "votes" in events(desk)


def test_instants_of_another_machine_become_this_ones() -> None:
    schedule = {"t0_host_s": 100.0, "until_host_s": None, "bpm": 120.0}
    envelope = envelope_of(schedule, utc_minus_host_s=1_000_000.0, by="far")
    assert to_local(envelope, utc_minus_host_s=1_000_060.0, worker="near") == {**schedule, "t0_host_s": 40.0}
    assert to_local(envelope, utc_minus_host_s=1_000_060.0, worker="far") == schedule
