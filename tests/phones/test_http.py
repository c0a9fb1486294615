"""The small parser of requests: strict where two readers could differ, whole or not at all, never surprised."""

import contextlib
import itertools
from http import HTTPStatus

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from temirbek.phones.http import MOST_HEAD_BYTES, BadRequest, response, take
from temirbek.phones.page import PAGE, Page

FEW = settings(max_examples=100, deadline=None)
GOOD = b"POST /do?a=1&b HTTP/1.1\r\nHost: hall:8090\r\nX-Seat: abc\r\nContent-Length: 2\r\n\r\n{}"


@FEW
@given(st.lists(st.integers(0, len(GOOD) * 2), max_size=6))
def test_a_request_is_the_same_however_it_is_cut(cuts: list[int]) -> None:
    data, taken, whole = bytearray(), [], GOOD + GOOD
    edges = [0, *sorted(cuts), len(whole)]
    for start, end in itertools.pairwise(edges):
        data += whole[start:end]
        while (request := take(data)) is not None:
            taken.append(request)
    assert not data and len(taken) == 2 and taken[0] == taken[1]
    one = taken[0]
    assert (one.method, one.path, one.body, one.stays) == ("POST", "/do", b"{}", True)
    assert dict(one.query) == {"a": "1", "b": ""} and one.fields["x-seat"] == "abc"


@FEW
@given(st.binary(max_size=200), st.integers(0, len(GOOD)))
def test_garbage_is_refused_or_waited_for(noise: bytes, at: int) -> None:
    data = bytearray(GOOD[:at] + noise + GOOD[at:])
    with contextlib.suppress(BadRequest):
        while take(data) is not None:
            pass


@pytest.mark.parametrize(
    ("head", "status"),
    [
        (b"GET /\r\n\r\n", 400),
        (b"GET / HTTP/2\r\n\r\n", 400),
        (b"GET http://elsewhere/ HTTP/1.1\r\n\r\n", 400),
        (b"DELETE / HTTP/1.1\r\n\r\n", 405),
        (b"POST /do HTTP/1.1\r\nContent-Length: 2\r\nContent-Length: 3\r\n\r\n", 400),
        (b"POST /do HTTP/1.1\r\nContent-Length: +2\r\n\r\n", 400),
        (b"POST /do HTTP/1.1\r\nContent-Length: 99999\r\n\r\n", 413),
        (b"POST /do HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n", 501),
        (b"GET / HTTP/1.1\r\nContent-Length : 2\r\n\r\n", 400),
        (b"GET / HTTP/1.1\r\nno colon\r\n\r\n", 400),
        (b"GET / HTTP/1.1\r\n" + b"a: b\r\n" * 200 + b"\r\n", 431),
        (b"x" * (MOST_HEAD_BYTES + 5), 431),
    ],
)
def test_what_two_readers_could_read_differently_is_refused(head: bytes, status: int) -> None:
    with pytest.raises(BadRequest) as caught:
        take(bytearray(head))
    assert caught.value.status == status


def test_the_page_is_small_and_has_nothing_from_elsewhere() -> None:
    page = Page.read()
    assert len(page.plain) < 15_000, "a page under 15 KB is what a bad network carries in two seconds"
    assert len(page.packed) < 7_000
    text = PAGE.read_text(encoding="utf-8")
    assert "innerHTML" not in text and "eval(" not in text and "document.cookie" not in text
    assert "http://" not in text.replace("http://www.w3.org/2000/svg", "") and "https://" not in text
    assert page.policy.count("sha256-") == 2 and "unsafe" not in page.policy


def test_a_policy_takes_no_words_from_a_host() -> None:
    page = Page.read()
    assert page.policy_for("hall.example:8090").endswith("ws://hall.example:8090 wss://hall.example:8090")
    assert page.policy_for("a; script-src *") == page.policy
    assert response(HTTPStatus.OK, b"body").endswith(b"\r\n\r\nbody")
