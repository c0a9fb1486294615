"""The store decides who voted first, and forgets nothing that it has acknowledged."""

import asyncio
import sqlite3
from collections import Counter
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from temirbek.errors import DeviceLost
from temirbek.phones import store as store_module
from temirbek.phones.store import FileStore
from temirbek.phones.store_contract import MOST_WISHES, Outcome, Write

writes = st.lists(
    st.builds(
        lambda kind, seat, group, choice: Write(kind, seat, group if kind == "vote" else "", choice),
        st.sampled_from(["vote", "wish"]),
        st.sampled_from(["s1", "s2", "s3"]),
        st.sampled_from(["p1", "p2"]),
        st.sampled_from([f"c{k}" for k in range(8)]),
    ),
    max_size=60,
)


def expected(asked: list[Write]) -> list[Outcome]:
    """What a person with a pencil would decide."""
    votes: dict[tuple[str, str], str] = {}
    wishes: dict[str, set[str]] = {}
    fates = []
    for write in asked:
        if write.kind == "vote":
            there = votes.setdefault((write.group, write.seat), "")
            votes[write.group, write.seat] = there or write.choice
            fate = "kept" if not there else "same" if there == write.choice else "other"
            fates.append(Outcome(fate, there or write.choice))
            continue
        mine = wishes.setdefault(write.seat, set())
        if write.choice in mine:
            fates.append(Outcome("same", write.choice))
        elif len(mine) >= MOST_WISHES:
            fates.append(Outcome("full"))
        else:
            mine.add(write.choice)
            fates.append(Outcome("kept", write.choice))
    return fates


async def decide(path: Path, groups: list[list[Write]]) -> tuple[list[Outcome], dict[str, Counter[str]]]:
    """Outcomes in order, and the tallies afterwards."""
    store = FileStore(path)
    await store.open()
    outcomes: list[Outcome] = []
    for group in groups:
        for write in group:
            assert store.submit(write, outcomes.append)
        while store.n_waiting:
            await asyncio.sleep(0.001)
    await store.close()
    return outcomes, tallies(store)


def tallies(store: FileStore) -> dict[str, Counter[str]]:
    """What counts."""
    return {poll: Counter(store.tally(poll)) for poll in ("p1", "p2")} | {"wishes": Counter(store.wishes())}


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(asked=writes, cut=st.integers(0, 60))
def test_the_first_vote_counts_however_they_are_grouped(tmp_path: Path, asked: list[Write], cut: int) -> None:
    path = tmp_path / "votes.sqlite"
    for old in tmp_path.glob("votes.sqlite*"):
        old.unlink()
    outcomes, counts = asyncio.run(decide(path, [asked[:cut], asked[cut:]]))
    assert outcomes == expected(asked)
    kept = [write for write, outcome in zip(asked, outcomes, strict=True) if outcome.fate == "kept"]
    for name in ("p1", "p2"):
        assert counts[name] == Counter(write.choice for write in kept if write.group == name)
    assert counts["wishes"] == Counter(write.choice for write in kept if write.kind == "wish")
    again = FileStore(path)
    asyncio.run(again.open())
    assert tallies(again) == counts
    asyncio.run(again.close())


def test_too_many_that_wait_are_not_taken(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(store_module, "MOST_WAITING", 10)

    async def storm() -> tuple[int, int]:
        store = FileStore(tmp_path / "votes.sqlite")
        await store.open()
        outcomes: list[Outcome] = []
        taken = sum(store.submit(Write("vote", f"s{k}", "p1", "a"), outcomes.append) for k in range(50))
        await store.close()
        return taken, len(outcomes)

    assert asyncio.run(storm()) == (10, 10)


def test_a_group_that_cannot_be_written_counts_for_nothing_and_says_so(tmp_path: Path) -> None:
    path = tmp_path / "votes.sqlite"

    async def broken() -> tuple[list[Outcome], list[Outcome]]:
        store = FileStore(path)
        await store.open()
        other = sqlite3.connect(path, isolation_level=None)
        other.execute("alter table vote rename to elsewhere")
        lost, kept = list[Outcome](), list[Outcome]()
        store.submit(Write("vote", "s1", "p1", "a"), lost.append)
        while store.n_waiting:
            await asyncio.sleep(0.001)
        other.execute("alter table elsewhere rename to vote")
        other.close()
        store.submit(Write("vote", "s1", "p1", "b"), kept.append)
        await store.close()
        return lost, kept

    assert asyncio.run(broken()) == ([Outcome("lost")], [Outcome("kept", "b")])


def test_parts_of_the_state_outlive_the_process(tmp_path: Path) -> None:
    async def twice() -> object:
        store = FileStore(tmp_path / "votes.sqlite")
        await store.open()
        store.keep_part("now", {"value": 1})
        store.keep_part("now", {"value": {"title": "Қара жорға"}})
        await store.close()
        store = FileStore(tmp_path / "votes.sqlite")
        await store.open()
        await store.close()
        return store.kept_parts

    assert asyncio.run(twice()) == {"now": {"value": {"title": "Қара жорға"}}}


def test_a_folder_that_is_a_file_is_named(tmp_path: Path) -> None:
    (tmp_path / "votes.sqlite").mkdir()
    with pytest.raises(DeviceLost, match="votes cannot be kept"):
        asyncio.run(FileStore(tmp_path / "votes.sqlite").open())
