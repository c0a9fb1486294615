"""The crew and the hall: who answers is told with cause and delay, phones are told what changed."""

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from temirbek.show import DEFAULT_CAST
from temirbek.stage.crew.hall_hand import HallHand
from temirbek.stage.crew.phones_hand import PhonesHand
from temirbek.stage.made import gestures_part
from temirbek.store import to_json
from temirbek.types import (
    Ears,
    Evening,
    HallSound,
    Music,
    MusicView,
    RobotView,
    Show,
    Venue,
)

NOW_S = 100.0


class Asked:
    """A link that keeps what is asked, and answers as told."""

    is_there = True

    def __init__(self, answer: dict[str, Any]) -> None:
        self.bodies: list[dict[str, Any]] = []
        self.answer = answer

    def ask(self, body: dict[str, Any], answered: Any = None, **_: Any) -> None:
        self.bodies.append(dict(body))
        if answered is not None:
            answered(self.answer)


def wings_of(folder: Path, *, answers: bool = True, scope: str = "rehearsal") -> Any:
    """What a hand stands on, with a show that has just ended a number."""
    show = Show(title="x", seed=1, music=Music(is_demo=True), cast=DEFAULT_CAST)
    evening = Evening(show=show, venue=Venue(ears=Ears(source="simulated")))
    state = SimpleNamespace(
        hall=SimpleNamespace(answers=answers),
        scope=scope,
        state="running",
        evening=evening,
        cues=(),
        of_state=lambda *states: (),
        utc_at=lambda host_s: host_s,
    )
    told: list[tuple[str, dict[str, Any]]] = []
    return SimpleNamespace(
        evening=evening,
        run=SimpleNamespace(path=folder),
        clock=SimpleNamespace(host_s=lambda: NOW_S),
        state=lambda: state,
        cues={},
        parts={gestures_part(p.id) for p in DEFAULT_CAST},
        told=told,
        tell=lambda fact, **payload: told.append((fact, payload)),
        now=SimpleNamespace(view=lambda host_s: MusicView()),
    )


VIEWS = tuple(
    RobotView(id=p.id, name=p.name, robot=p.robot, color="#fff", state="standing", heartbeat_age_s=0.0)
    for p in DEFAULT_CAST
)
APPLAUSE = HallSound(
    kind="applause", state="began", host_s=NOW_S, onset_host_s=NOW_S - 0.8, level_db=12.0, confidence=1.0
)


def test_applause_is_answered_and_told_with_its_delay(tmp_path: Path) -> None:
    wings, robots = wings_of(tmp_path), Asked({"ok": True})
    hand = HallHand(wings, robots)  # type: ignore[arg-type]
    hand.hear_robots({"event": "robots"}, VIEWS)
    hand.hear_ears({"event": "hall", "sound": to_json(APPLAUSE)})
    reacted = [b for b in robots.bodies if b["do"] == "react"]
    assert reacted and all(b["cause"] == "applause" for b in reacted)
    assert wings.told[-1][0] == "hall" and wings.told[-1][1]["state"] == "began"
    first = reacted[0]
    begun = {"event": "reaction", "robot": first["robot"], "gesture": first["gesture"], "state": "begun"}
    hand.hear_robots({**begun, "host_s": NOW_S + 0.1}, VIEWS)
    fact, payload = wings.told[-1]
    assert fact == "reaction" and payload["delay_s"] == pytest.approx(0.9) and payload["cause"] == "applause"
    hand.hear_robots({**begun, "host_s": NOW_S + 0.2}, VIEWS)  # heard twice, told once
    assert sum(fact == "reaction" for fact, _ in wings.told) == 1


def test_a_refusal_is_told_once_with_its_reason(tmp_path: Path) -> None:
    wings, robots = wings_of(tmp_path), Asked({"ok": False, "reason": "it is busy"})
    hand = HallHand(wings, robots)  # type: ignore[arg-type]
    hand.hear_robots({"event": "robots"}, VIEWS)
    hand.hear_ears({"event": "hall", "sound": to_json(APPLAUSE)})
    refused = [payload for fact, payload in wings.told if fact == "reaction"]
    assert refused and all(p["state"] == "refused" and p["why"] == "it is busy" for p in refused)
    one = refused[0]
    hand.hear_robots(
        {"event": "reaction", "robot": one["robot"], "gesture": one["gesture"], "state": "refused"}, VIEWS
    )
    assert sum(fact == "reaction" for fact, _ in wings.told) == len(refused)


@pytest.mark.parametrize(("answers", "scope"), [(False, "rehearsal"), (True, "lights_and_sound")])
def test_nobody_answers_where_answers_are_off_or_robots_are_not_armed(
    tmp_path: Path, answers: bool, scope: str
) -> None:
    wings, robots = wings_of(tmp_path, answers=answers, scope=scope), Asked({"ok": True})
    hand = HallHand(wings, robots)  # type: ignore[arg-type]
    hand.hear_robots({"event": "robots"}, VIEWS)
    hand.hear_ears({"event": "hall", "sound": to_json(APPLAUSE)})
    assert not robots.bodies
    assert wings.told[-1][0] == "hall"  # heard it was


def test_phones_are_told_what_changed_and_nothing_twice(tmp_path: Path) -> None:
    wings, link = wings_of(tmp_path), Asked({"ok": True})
    music = MusicView(
        source="track", title="Song", tempo_bpm=120.0, beat=3.5, beats_per_bar=4, section="drop"
    )
    wings.now.view = lambda host_s: music
    hand = PhonesHand(wings, link, told=lambda phones, claps: None, asked=lambda poll, options: None)  # type: ignore[arg-type]
    hand.look()
    schedule = next(b["schedule"] for b in link.bodies if b["do"] == "light")
    assert schedule["t0_host_s"] == pytest.approx(NOW_S - 1.75)  # the downbeat three and a half beats ago
    assert [b["title"] for b in link.bodies if b["do"] == "state"] == ["Song"]
    before = len(link.bodies)
    wings.clock.host_s = lambda: NOW_S + 2.0
    wings.now.view = lambda host_s: MusicView(
        source="track", title="Song", tempo_bpm=120.0, beat=7.5, beats_per_bar=4, section="drop"
    )
    hand.look()
    assert len(link.bodies) == before  # the beat went on as foretold
    wings.clock.host_s = lambda: NOW_S + 4.0
    wings.now.view = lambda host_s: MusicView(
        source="track", title="Song", tempo_bpm=126.0, beat=11.5, beats_per_bar=4, section="drop"
    )
    hand.look()
    assert [b["do"] for b in link.bodies[before:]] == ["state", "light"]


def test_votes_reach_who_asked(tmp_path: Path) -> None:
    wings, link = wings_of(tmp_path), Asked({"ok": True})
    polls: list[Any] = []
    hand = PhonesHand(wings, link, told=lambda *_: None, asked=lambda *poll: polls.append(poll))  # type: ignore[arg-type]
    heard: list[Any] = []
    hand.ask_hall("battle-1-1", {"en": "Who?"}, [{"id": "person"}, {"id": "robot"}], None, heard.append)
    hand.hear({"event": "votes", "poll": "battle-1-1", "counts": {"person": 3, "robot": 2}, "n": 5})
    hand.hear({"event": "votes", "poll": "another", "counts": {"person": 9}, "n": 9})
    assert heard == [{"person": 3, "robot": 2}] and polls == [("battle-1-1", ["person", "robot"])]
    assert not wings.told  # no cue's poll: nothing for the record
