"""OSC: bytes, acknowledgements, and what other programs may ask for."""

import pytest

from temirbek.errors import InvalidInput
from temirbek.signals.osc import WAITS_S, Heard, Outbox, Said, from_bytes, to_bytes
from temirbek.signals.osc_commands import ADDRESSES, PREFIX, command_of
from temirbek.types.live import COMMANDS


def test_messages_are_read_as_written() -> None:
    arguments = ("Қазақстан, ән мен күй", 7, 0.5, True)
    assert from_bytes(to_bytes("/film", arguments)) == [Said(address="/film", arguments=arguments)]
    (said,) = from_bytes(to_bytes("/film", arguments, "a-1"))
    assert (said.sequence, said.arguments) == ("a-1", arguments)
    with pytest.raises(InvalidInput, match="begins with /"):
        to_bytes("film")
    for rubbish in (b"", b"/x", b"#bundle\0\0\0", bytes(range(64))):
        with pytest.raises(InvalidInput):
            from_bytes(rubbish)


def test_a_critical_message_goes_until_it_is_acknowledged() -> None:
    box, sent, now_s = Outbox(), [], 0.0  # looked at every 50 ms
    box.put("a", "video", b"data", now_s)
    while now_s < 0.65:
        sent += [now_s for due in box.due(now_s) if due.data]
        now_s += 0.05
    assert [round(s, 2) for s in sent] == [0.0, 0.1, 0.35]
    assert box.acknowledged("a")
    assert not box.acknowledged("a")
    assert box.due(99.0) == []


def test_a_dead_peer_is_given_up_after_all_tries() -> None:
    box = Outbox()
    box.put("a", "video", b"data", 0.0)
    told = [box.due(now_s) for now_s in range(10)]
    assert [bool(due.data) for dues in told for due in dues] == [True] * len(WAITS_S) + [False]
    for k in range(64):
        box.put(str(k), "video", b"", 0.0)
    with pytest.raises(InvalidInput, match="nobody answers"):
        box.put("more", "video", b"", 0.0)


def test_what_comes_twice_is_done_once() -> None:
    heard = Heard()
    assert heard.is_new("a", "1")
    assert not heard.is_new("a", "1")
    assert heard.is_new("b", "1")
    assert heard.is_new("a", "")
    assert heard.is_new("a", "")
    heard.forget("a", "1")
    assert heard.is_new("a", "1")


def test_addresses_are_commands_of_the_console() -> None:
    assert {entry.command for entry in ADDRESSES.values()} <= set(COMMANDS)
    assert not {"arm", "release", "robot_ready"} & {entry.command for entry in ADDRESSES.values()}
    assert command_of(Said(address="/temirbek/go", arguments=("q1",)), 0.0).payload == {"cue": "q1"}
    assert command_of(Said(address="/temirbek/go", arguments=()), 0.0).payload == {}
    assert command_of(Said(address="/temirbek/tap", arguments=()), 5.0).payload == {"host_s": 5.0}
    for said in (
        Said(address="/temirbek/arm", arguments=("live",)),
        Said(address="/other/go", arguments=()),
        Said(address="/temirbek/skip", arguments=()),
        Said(address="/temirbek/hand_over", arguments=("nobody",)),
        Said(address="/temirbek/dj/energy", arguments=(2.0,)),
        Said(address="/temirbek/stop", arguments=(1,)),
    ):
        with pytest.raises(InvalidInput):
            command_of(said, 0.0)
    assert PREFIX == "/temirbek/"
