"""What a phone can do: a vote, a wish, a clap, and nothing else, whatever it sends."""

import contextlib
import json
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from temirbek.phones.hall import Guest, Hall
from temirbek.phones.limits import Limits
from temirbek.phones.protocol import MOST_FRAME_BYTES, NotUnderstood, parse
from temirbek.phones.state import PARTS, HallState
from temirbek.phones.store_contract import Outcome, Write

from .hall import seat_of

FEW = settings(max_examples=60, deadline=None)
POLL = {
    "id": "p1",
    "question": {"en": "?"},
    "options": [{"id": "a", "text": {"en": "A"}}, {"id": "b", "text": {"en": "B"}}],
    "until_host_s": 100.0,
    "result": None,
}
names = st.sampled_from(["p1", "p0", "a", "b", "c", "t1", "t9", "", "seat-1", "forged", "x" * 300, "\ud800"])
values = st.one_of(
    names,
    st.integers(),
    st.floats(),
    st.none(),
    st.booleans(),
    st.lists(names, max_size=2),
    st.text(max_size=9),
)
sentences = st.dictionaries(
    st.sampled_from(["do", "poll", "option", "track", "count", "t", "n", "token", "set", "text"]), values
).flatmap(
    lambda body: st.sampled_from(["hello", "vote", "wish", "clap", "ping", "state", "poll", "announce"]).map(
        lambda do: json.dumps({**body, "do": do}).encode()
    )
)
whatever = st.one_of(
    sentences, st.binary(max_size=80), st.binary(max_size=40).map(lambda data: b'{"do":' + data)
)


def a_hall(**limits: Any) -> Hall:
    """With an open poll and one track."""
    hall = Hall(HallState("e1"), seat_of, Limits(**limits))
    hall.state.set("poll", POLL)
    hall.tracks = {"t1": ["Title", "Artist"]}
    return hall


def say(
    hall: Hall, guest: Guest, now_s: float = 1.0, **body: Any
) -> tuple[list[dict[str, Any]], Write | None]:
    """Replies and write of a sentence."""
    answer = hall.hear(guest, json.dumps(body).encode(), now_s)
    return [json.loads(reply) for reply in answer.replies], answer.write


def seated(hall: Hall, token: str = "seat-1") -> Guest:
    """Somebody with a ticket."""
    guest = hall.join(0.0)
    replies, _ = say(hall, guest, do="hello", token=token)
    assert [reply["is"] for reply in replies] == ["accepted"]
    return guest


@FEW
@given(st.binary(max_size=300))
def test_any_bytes_are_a_sentence_or_are_not_understood(data: bytes) -> None:
    with contextlib.suppress(NotUnderstood):
        parse(data)


def test_what_json_can_do_to_a_reader_is_not_understood() -> None:
    deep = b"[" * (MOST_FRAME_BYTES // 2) + b"]" * (MOST_FRAME_BYTES // 2)
    for data in (
        deep,
        b'{"do":"ping","t":NaN}',
        b'{"do":"ping","t":1e999}',
        b'{"do":"ping","t":' + b"9" * 4000 + b"}",
    ):
        try:
            parse(data)
        except NotUnderstood:
            continue
        raise AssertionError(data[:40])


@FEW
@given(st.lists(whatever, max_size=20))
def test_whatever_phones_say_only_a_vote_a_wish_or_a_clap_comes_of_it(sentences: list[bytes]) -> None:
    hall = a_hall(messages_at_once=1000, seat_messages_at_once=1000)
    guests = [hall.join(0.0), seated(hall)]
    before = {part: json.dumps(hall.state[part]) for part in PARTS}
    sequence, tracks = hall.state.sequence, dict(hall.tracks)
    for number, data in enumerate(sentences):
        for guest in guests:
            answer = hall.hear(guest, data, 1.0 + number / 10)
            for reply in answer.replies:
                assert json.loads(reply)["is"] in ("accepted", "refused", "pong")
            if answer.write is not None:
                assert guest.seat.startswith("seat-") and answer.write.seat == guest.seat
                assert (answer.write.kind, answer.write.group, answer.write.choice) in (
                    ("vote", "p1", "a"),
                    ("vote", "p1", "b"),
                    ("wish", "", "t1"),
                )
    assert {part: json.dumps(hall.state[part]) for part in PARTS} == before
    assert (hall.state.sequence, dict(hall.tracks)) == (sequence, tracks)


@FEW
@given(st.lists(st.tuples(st.sampled_from(PARTS), st.integers(0, 3)), min_size=1, max_size=30), st.data())
def test_a_phone_that_was_away_knows_afterwards_what_everybody_knows(
    changes: list[tuple[str, int]], data: st.DataObject
) -> None:
    state = HallState("e1")
    known: dict[str, Any] = {}
    sequence = 0
    for part, value in changes:
        state.set(part, value)
        assert json.loads(state.snapshot())["set"] == {name: state[name] for name in PARTS}
        if data.draw(st.booleans()):
            message = json.loads(state.catch_up("e1" if sequence else "", sequence))
            known = message["set"] if message["is"] == "snapshot" else known | message["set"]
            sequence = message["seq"]
    message = json.loads(state.catch_up("e1" if sequence else "", sequence))
    known = message["set"] if message["is"] == "snapshot" else known | message["set"]
    assert known == {part: state[part] for part in PARTS}
    assert json.loads(state.catch_up("another life", sequence))["is"] == "snapshot"
    assert json.loads(state.catch_up("e1", state.sequence + 1))["is"] == "snapshot"


def test_a_vote_is_refused_with_the_reason() -> None:
    hall = a_hall()
    looker, guest = hall.join(0.0), seated(hall)
    assert say(hall, looker, do="vote", poll="p1", option="a", n=4) == (
        [{"is": "refused", "n": 4, "reason": "no_seat"}],
        None,
    )
    for body, reason in (
        ({"poll": "p0", "option": "a"}, "poll_closed"),
        ({"poll": "p1", "option": "c"}, "no_such_option"),
    ):
        assert say(hall, guest, do="vote", **body)[0][0]["reason"] == reason
    assert say(hall, guest, now_s=100.5, do="vote", poll="p1", option="a")[0][0]["reason"] == "poll_closed"
    hall.state.set("poll", {**POLL, "result": {"a": 1, "b": 0}})
    assert say(hall, guest, do="vote", poll="p1", option="a")[0][0]["reason"] == "poll_closed"
    assert say(hall, guest, do="wish", track="t9")[0][0]["reason"] == "no_such_track"
    assert say(hall, looker, do="hello", token="forged")[0][0]["reason"] == "bad_token"


def test_what_became_of_a_vote_is_told_with_what_counts() -> None:
    write = Write("vote", "seat-1", "p1", "a")
    told = [
        json.loads(Hall.stored(write, 7, Outcome(fate, "b")))
        for fate in ("kept", "same", "other", "full", "lost")
    ]
    assert [(one["is"], one.get("reason"), one["kept"], one["n"]) for one in told] == [
        ("accepted", None, "a", 7),
        ("accepted", None, "a", 7),
        ("refused", "already_voted", "b", 7),
        ("refused", "enough_wishes", "b", 7),
        ("refused", "busy", "b", 7),
    ]


def test_a_hundred_votes_a_second_are_refused_and_then_the_line_ends() -> None:
    hall = a_hall()
    guest = seated(hall)
    answers = [hall.hear(guest, b'{"do":"vote","poll":"p1","option":"a"}', 1.0 + k / 100) for k in range(200)]
    assert 10 < sum(answer.write is not None for answer in answers) < 40
    assert sum(len(answer.replies) for answer in answers) <= 20, "a flood was answered with a flood"
    assert any(answer.is_over for answer in answers)


def test_a_seat_has_one_allowance_on_all_its_phones() -> None:
    hall = a_hall()
    guests = [seated(hall) for _ in range(5)]
    writes = [say(hall, guest, do="vote", poll="p1", option="a")[1] for guest in guests for _ in range(20)]
    assert sum(write is not None for write in writes) <= hall.limits.seat_messages_at_once
    assert say(hall, seated(hall, "seat-2"), do="vote", poll="p1", option="a")[1] is not None


def test_the_clap_meter_counts_hands_and_forgets_them() -> None:
    hall = a_hall()
    looker = hall.join(0.0)
    assert say(hall, looker, do="clap", count=3)[0][0]["reason"] == "no_seat"
    for number in range(4):
        guest = seated(hall, f"seat-{number}")
        assert say(hall, guest, do="clap", count=10_000) == ([], None)
    assert hall.claps.read(1.2) == (4 * 12 / 2.0, 4)
    assert hall.claps.read(9.0) == (0.0, 0)
