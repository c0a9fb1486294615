"""Several phone servers, one show: real servers of Redis and NATS between them, and the same contract on each."""

import asyncio
import shutil
import time
from collections import Counter
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.phones.load import load_client
from tests.phones.servers import RealServer

from temirbek.errors import DeviceLost, InvalidInput
from temirbek.phones.bus import shared_by
from temirbek.phones.bus_contract import Bus
from temirbek.phones.bus_outbox import MOST_WORDS, Outbox
from temirbek.phones.store_contract import MOST_WISHES, Outcome, Store, Write
from temirbek.phones.tokens import KEY_FILE, TokenKey

pytest.importorskip("redis", reason="needs the extra 'redis'")
pytest.importorskip("nats", reason="needs the extra 'nats'")
PATIENCE_S = 8.0


@pytest.fixture(scope="module", params=["redis", "nats"])
def server(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[RealServer]:
    running = RealServer(request.param, tmp_path_factory.mktemp("server") / request.param)
    yield running
    running.kill()


@asynccontextmanager
async def stores(url: str, name: str, count: int = 2) -> AsyncIterator[list[Store]]:
    """Stores of so many workers of one show."""
    opened = [shared_by(url, name=name, database=Path("unused")).store for _ in range(count)]
    try:
        for store in opened:
            await store.open()
        yield opened
    finally:
        for store in opened:
            await store.close()


async def decided(*asked: tuple[Store, Write]) -> list[Outcome]:
    """Submits all at once, and waits for what became of them."""
    futures = []
    for store, write in asked:
        future: asyncio.Future[Outcome] = asyncio.get_running_loop().create_future()
        assert store.submit(write, future.set_result)
        futures.append(future)
    return await asyncio.wait_for(asyncio.gather(*futures), 2 * PATIENCE_S)


async def until(is_so: Callable[[], bool]) -> None:
    """Waits until something is so."""
    end_s = time.monotonic() + PATIENCE_S
    while not is_so():
        assert time.monotonic() < end_s, "it never came to be so"
        await asyncio.sleep(0.02)


def vote(seat: str, option: str, poll: str = "p1") -> Write:
    """A vote."""
    return Write("vote", seat, poll, option)


def test_one_seat_votes_once_whichever_worker_it_asks(server: RealServer) -> None:
    """600 seats ask both workers at the same time for different options: each has one vote, all agree which."""

    async def evening() -> None:
        async with stores(server.url, "once") as (one, two):
            seats = [f"seat {k}" for k in range(600)]
            asked = [(one, vote(seat, "a")) for seat in seats] + [(two, vote(seat, "b")) for seat in seats]
            told = await decided(*asked)
            for mine, other in zip(told[:600], told[600:], strict=True):
                assert {mine.fate, other.fate} == {"kept", "other"}
                assert mine.choice == other.choice  # both are told what counts
            counts = Counter(outcome.choice for outcome in told if outcome.fate == "kept")
            await until(lambda: one.tally("p1") == counts and two.tally("p1") == counts)
            again = await decided(
                (one, vote("seat 0", told[0].choice)), (two, vote("seat 0", told[0].choice))
            )
            assert [outcome.fate for outcome in again] == ["same", "same"]
            assert (await decided((two, vote("seat 0", "b", "p2"))))[0].fate == "kept"  # another poll
            await until(lambda: one.tally("p2") == {"b": 1})
            assert one.tally("p1") == counts

    asyncio.run(evening())


def test_a_seat_has_so_many_wishes_on_all_workers_together(server: RealServer) -> None:
    async def evening() -> None:
        async with stores(server.url, "wishes") as (one, two):
            wishes = [Write("wish", "seat 1", "", f"track {k}") for k in range(MOST_WISHES + 3)]
            told = await decided(*((one if k % 2 else two, wish) for k, wish in enumerate(wishes)))
            assert Counter(outcome.fate for outcome in told) == {"kept": MOST_WISHES, "full": 3}
            kept = [wish for wish, outcome in zip(wishes, told, strict=True) if outcome.fate == "kept"]
            again = await decided(*((one, wish) for wish in kept))
            assert {outcome.fate for outcome in again} == {"same"}
            expected = {wish.choice: 1 for wish in kept}
            await until(lambda: one.wishes() == expected and two.wishes() == expected)

    asyncio.run(evening())


def test_who_comes_later_counts_what_was_there_and_another_show_does_not(server: RealServer) -> None:
    async def evening() -> None:
        async with stores(server.url, "first", 1) as (one,):
            await decided(*((one, vote(f"s{k}", "жүз ✓ . > *")) for k in range(10)))
        async with stores(server.url, "first", 1) as (later,):
            assert later.tally("p1") == {"жүз ✓ . > *": 10}
            assert (await decided((later, vote("s0", "b"))))[0] == Outcome("other", "жүз ✓ . > *")
        async with stores(server.url, "second", 1) as (other,):
            assert other.tally("p1") == {}

    asyncio.run(evening())


def test_a_server_that_is_killed_loses_no_acknowledged_vote(server: RealServer, tmp_path: Path) -> None:
    """SIGKILL to Redis or NATS while votes stream in; what waited is decided when it is back, what was said holds."""
    mine = RealServer(server.kind, tmp_path / "killed")

    async def evening() -> None:
        async with stores(mine.url, "killed", 1) as (store,):
            kept: list[str] = []
            for k in range(1500):
                seat = f"s{k}"
                store.submit(
                    vote(seat, "a"), lambda o, s=seat: kept.append(s) if o.fate in ("kept", "same") else None
                )
            await until(lambda: len(kept) > 100)
            mine.kill()
            assert store.submit(
                vote("late", "a"), lambda o: kept.append("late") if o.fate == "kept" else None
            )
            await asyncio.sleep(0.3)
            mine.start()
            await until(lambda: store.n_waiting == 0)
            assert "late" in kept
        async with stores(mine.url, "killed", 1) as (again,):
            told = await decided(*((again, vote(seat, "b")) for seat in kept))
            assert {outcome.fate for outcome in told} == {"other"}

    try:
        asyncio.run(evening())
    finally:
        mine.kill()


@asynccontextmanager
async def buses(
    url: str, name: str, count: int
) -> AsyncIterator[list[tuple[Bus, dict[str, Any], list[Any]]]]:
    """Buses of so many workers, what parts each knows, and the words that it heard."""
    opened: list[tuple[Bus, dict[str, Any], list[Any]]] = []
    try:
        for _ in range(count):
            bus = shared_by(url, name=name, database=Path("unused")).make_bus()
            parts: dict[str, Any] = {}
            words: list[Any] = []
            await bus.open(
                parts.__setitem__, lambda topic, body, words=words: words.append((topic, dict(body)))
            )
            opened.append((bus, parts, words))
        yield opened
    finally:
        for bus, _, _ in opened:
            await bus.close()


def test_all_workers_show_the_same_and_a_late_one_too(server: RealServer) -> None:
    async def evening() -> None:
        async with buses(server.url, "parts", 2) as [(one, mine, heard), (two, others, heard_too)]:
            one.keep("now", {"value": {"title": "Жас жұлдыздар"}})
            assert mine["now"] == {"value": {"title": "Жас жұлдыздар"}}  # here at once
            for k in range(50):
                (one if k % 2 else two).keep("poll", {"value": k})
            two.tell("census", {"phones": 3})
            await until(lambda: mine == others and len(mine) == 2)
            await until(lambda: ("census", {"phones": 3}) in heard and ("census", {"phones": 3}) in heard_too)
            await asyncio.sleep(0.1)
            assert mine == others
            async with buses(server.url, "parts", 1) as [(_, late, _)]:
                assert late == mine  # before open returned
            async with buses(server.url, "elsewhere", 1) as [(_, nothing, _)]:
                assert nothing == {}

    asyncio.run(evening())


def test_a_bus_that_was_cut_comes_together_again(server: RealServer, tmp_path: Path) -> None:
    mine = RealServer(server.kind, tmp_path / "cut")

    async def evening() -> None:
        async with buses(mine.url, "cut", 2) as [(one, first, _), (_, second, _)]:
            one.keep("text", {"value": 1})
            await until(lambda: second.get("text") == {"value": 1})
            mine.kill()
            one.keep("text", {"value": 2})
            assert first["text"] == {"value": 2}  # phones of this worker see it all the same
            for k in range(3 * MOST_WORDS):
                one.tell("census", {"n": k})
            await asyncio.sleep(0.3)
            mine.start()
            await until(lambda: second.get("text") == {"value": 2})
            one.keep("text", {"value": 3})
            await until(lambda: second.get("text") == {"value": 3})

    try:
        asyncio.run(evening())
    finally:
        mine.kill()


def test_a_redis_that_would_forget_votes_is_refused(tmp_path: Path) -> None:
    forgets = RealServer("redis", tmp_path / "forgets", durable=False)

    async def evening() -> None:
        with pytest.raises(InvalidInput, match=r"appendonly no.*start it with --appendonly yes"):
            async with stores(forgets.url, "x", 1):
                pass
        async with stores(f"{forgets.url}?durable=assumed", "x", 1) as (store,):
            assert (await decided((store, vote("s", "a"))))[0].fate == "kept"

    try:
        asyncio.run(evening())
    finally:
        forgets.kill()


def test_two_phone_servers_are_one_show(server: RealServer, tmp_path: Path) -> None:
    """Two processes: the conductor speaks to one, both show it; a seat votes on both and has one vote; one dies, one stays."""
    client = load_client()
    folders = [tmp_path / "one", tmp_path / "two"]
    key = TokenKey.make(folders[0] / KEY_FILE, f"two servers over {server.kind}")
    folders[1].mkdir()
    shutil.copy(folders[0] / KEY_FILE, folders[1])
    tokens = [key.sign(f"seat {k}") for k in range(40)]

    async def evening() -> None:
        ports = [client.free_port(), client.free_port()]
        workers = [client.Server(folders[k], ports[k], None, server.url) for k in range(2)]
        try:
            phones = [[client.Phone(token, worker.port) for token in tokens] for worker in workers]
            for group in phones:
                await client.connect_all(group)
            workers[0].open_poll("final")
            await until(lambda: all(phone.n_deltas > 0 for group in phones for phone in group))
            accepted: Counter[str] = Counter()

            def hears(phone: Any, text: bytes) -> None:
                if text.startswith(b'{"is":"accepted","n":7'):
                    accepted[phone.token] += 1

            for k in range(len(tokens)):
                for group, option in zip(phones, "ab", strict=True):
                    group[k].hears = hears
                    group[k].say(do="vote", poll="final", option=option, n=7)
            everybody = [phone for group in phones for phone in group]
            await until(
                lambda: (
                    sum(accepted.values()) + sum(p.answers["already_voted"] for p in everybody)
                    == 2 * len(tokens)
                )
            )
            assert accepted == dict.fromkeys(tokens, 1)
            for worker in workers:  # both count all
                event: dict[str, Any] = {}
                while event.get("event") != "votes" or event["n"] < len(tokens):
                    told = await asyncio.to_thread(worker.line.wait, PATIENCE_S)
                    assert told is not None
                    event = told
                assert event["n"] == len(tokens)
            workers[0].kill()
            before = phones[1][0].n_deltas
            workers[1].ask(do="announce", text={"kk": "а", "ru": "б", "en": "c"})
            await until(lambda: phones[1][0].n_deltas > before)
            assert all(phone.answers["lost"] == 0 for phone in phones[1])
            client.hang_up(phones[1])
            await asyncio.sleep(0)
        finally:
            workers[0].kill()
            workers[0].line.close()
            workers[1].end()

    asyncio.run(evening())


@pytest.mark.parametrize("kind", ["redis", "nats"])
def test_a_server_that_is_not_there_is_said_to_be_lost(kind: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("temirbek.phones.bus_nats.TIMEOUT_S", 0.5)

    async def evening() -> None:
        shared = shared_by(f"{kind}://127.0.0.1:1", name="x", database=Path("unused"))
        with pytest.raises(DeviceLost, match="answers there"):
            await shared.store.open()
        with pytest.raises(DeviceLost, match="answers there"):
            await shared.make_bus().open(lambda *_: None, lambda *_: None)

    asyncio.run(evening())


@pytest.mark.parametrize(
    ("url", "words"),
    [
        ("kafka://x", "no bus of that kind"),
        ("redis://x?durable=no", "nothing but"),
        ("redis://x:port", "no address of a Redis"),
        ("nats://", "expected nats://"),
        ("nats://x?replicas=2", "replicas"),
        ("nats://x?replicas=many", "no address of a NATS"),
    ],
)
def test_addresses_that_mean_nothing_are_refused(url: str, words: str) -> None:
    async def evening() -> None:
        await shared_by(url, name="x", database=Path("unused")).store.open()

    with pytest.raises(InvalidInput, match=words):
        asyncio.run(evening())


@given(st.lists(st.tuples(st.sampled_from("AB"), st.integers(0, 3)), max_size=30), st.randoms())
@settings(max_examples=80, deadline=None)
def test_workers_agree_in_the_end_whatever_the_delays(kept: list[tuple[str, int]], random: Any) -> None:
    """Two outboxes and a server that takes what they send in any interleaving: both show what the server took last."""

    async def evening() -> None:
        boxes = {name: Outbox() for name in "AB"}
        shown: dict[str, dict[str, Any]] = {name: {} for name in "AB"}
        ways: dict[str, list[bytes]] = {name: [] for name in "AB"}  # sent, not yet taken by the server
        news: dict[str, list[bytes]] = {name: [] for name in "AB"}  # taken, not yet heard
        last: dict[str, Any] = {}
        for name, box in boxes.items():
            box.open(shown[name].__setitem__, lambda *_: None)

        def step(name: str) -> None:
            if ways[name] and random.random() < 0.5:
                text = ways[name].pop(0)
                last["text"] = text
                for other in news.values():
                    other.append(text)
            elif news[name]:
                boxes[name].hear(news[name].pop(0))

        for name, value in kept:
            boxes[name].keep("part", {"value": value})
            parts, _ = await boxes[name].take()
            ways[name].extend(parts.values())
            step(random.choice("AB"))
        while any(ways.values()) or any(news.values()):
            step(random.choice("AB"))
        assert shown["A"] == shown["B"]

    asyncio.run(evening())


def test_what_is_not_ours_is_passed_over() -> None:
    box = Outbox()
    heard: list[Any] = []
    box.open(lambda *part: heard.append(part), lambda *word: heard.append(word))
    for text in (
        b"",
        b"\xff",
        b"[]",
        b"{}",
        b'{"kind":"part"}',
        b'{"kind":"?","name":"x","body":1,"by":"x","number":1}',
    ):
        box.hear(text)
    assert heard == []
