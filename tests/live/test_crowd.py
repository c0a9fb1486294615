"""The people of a simulated hall: the same seed, the same deeds, each where and when somebody would do it."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from temirbek.live.crowd.people import APPLAUSE_AFTER_S, LEAD_S, SHARE_VOTING, Order, People
from temirbek.stage.ears.desk import LEVELS_DB, MOST_PEOPLE, MOST_SECONDS


def evening(people: People) -> list[Order]:
    """A number with music, applause, a poll and guests, looked at twenty times a second."""
    done: list[Order] = []
    events: list[tuple[float, dict[str, Any]]] = [
        (1.0, {"do": "cue", "cue": "song", "kind": "track", "state": "began", "length_s": 0}),
        *((float(s), {"do": "music", "tempo_bpm": 120.0, "beat_host_s": float(s)}) for s in range(2, 95, 5)),
        (95.0, {"do": "cue", "cue": "song", "kind": "track", "state": "ended", "length_s": 0}),
        (110.0, {"do": "poll", "poll": "p", "options": ["a", "b"]}),
        (
            120.0,
            {
                "do": "cue",
                "cue": "g",
                "kind": "greeting",
                "state": "began",
                "length_s": 60,
                "places_m": [(2, 1)],
            },
        ),
    ]
    for tick in range(20 * 190):
        now_s = tick / 20
        while events and events[0][0] <= now_s:
            people.see(events.pop(0)[1], now_s)
        done += people.due(now_s)
    return done


def test_the_same_seed_does_the_same() -> None:
    assert evening(People(3, 2000, 500)) == evening(People(3, 2000, 500))
    assert evening(People(3, 2000, 500)) != evening(People(4, 2000, 500))


@given(seed=st.integers(0, 10_000), size=st.integers(1, 20_000))
@settings(max_examples=25, deadline=None)
def test_people_do_what_people_would(seed: int, size: int) -> None:
    done = evening(People(seed, size, min(size, 5000)))
    sounds = [o for o in done if o.sense == "ears"]
    applause = [o for o in sounds if o.what == "applause"]
    assert len(applause) == 1
    assert APPLAUSE_AFTER_S[0] <= applause[0].at_host_s - 95.0 <= APPLAUSE_AFTER_S[1]
    for order in sounds:
        body = order.body
        assert 0 < body["seconds"] <= MOST_SECONDS and 0 < body["people"] <= MOST_PEOPLE
        assert LEVELS_DB[0] <= body["level_db"] <= LEVELS_DB[1]
    for along in (o for o in sounds if o.what == "clapping_along"):
        assert (along.at_host_s - 2.0) * 2.0 == pytest.approx(round((along.at_host_s - 2.0) * 2.0), abs=1e-3)
        assert 1.0 < along.at_host_s < 95.0 + LEAD_S + 1.0
    votes = [o.body for o in done if o.sense == "phones" and o.body["do"] == "vote"]
    expected = round(min(size, 5000) * SHARE_VOTING)
    assert sum(sum(v["counts"].values()) for v in votes) == expected
    guests = [o.body for o in done if o.sense == "eyes"]
    assert guests and all(abs(g["place_m"][0] - 2) < 1.5 and abs(g["place_m"][1] - 1) < 1.5 for g in guests)


def test_a_challenger_claps_and_dances_when_the_battle_asks() -> None:
    people = People(1, 100, 0)
    people.see({"do": "music", "tempo_bpm": 100.0, "beat_host_s": 0.5}, 1.0)
    people.see({"do": "cue", "cue": "b", "kind": "battle", "state": "began", "places_m": [(3.4, 0.0)]}, 1.0)
    people.see({"do": "music", "tempo_bpm": 100.0, "beat_host_s": 0.5}, 2.0)
    for at_s, state in ((20.0, "calibrate"), (30.0, "call"), (40.0, "response"), (50.0, "over")):
        people.see({"do": "battle", "state": state}, at_s)
    people.see({"do": "cue", "cue": "b", "kind": "battle", "state": "ended"}, 60.0)
    came = [o for o in people.due(61.0) if o.sense == "eyes"]
    assert [o.body["act"]["kind"] for o in came if "act" in o.body] == ["clap", "dance"]
    assert {o.body["name"] for o in came} == {"b-challenger"}
    last = came[-1].body
    assert last["arrive_s"] + last["stay_s"] == pytest.approx(62.0, abs=0.01)
