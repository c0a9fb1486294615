"""What the eyes tell and answer, with sources that a test holds in its hand."""

import re
from collections.abc import Mapping
from typing import Any

import numpy as np
import pytest

from temirbek.errors import DeviceLost, InvalidInput
from temirbek.lines import Message
from temirbek.seeing import Act, SyntheticPeople, visit
from temirbek.seeing.source import Sees
from temirbek.stage.eyes.desk import EyesDesk
from temirbek.store import from_json, to_json
from temirbek.types import BodyGesture, BodyTrack


class Line:
    """A server that remembers what was said."""

    n_clients = 1

    def __init__(self) -> None:
        self.events: list[dict[str, Any]] = []
        self.answers: list[dict[str, Any]] = []

    def publish(self, body: Mapping[str, Any]) -> None:
        self.events.append(dict(body))

    def send(self, client: int, body: Mapping[str, Any]) -> None:
        self.answers.append(dict(body))

    def all(self, event: str) -> list[dict[str, Any]]:
        return [one for one in self.events if one["event"] == event]


class Hall:
    """A desk on a simulated hall, and its clock."""

    def __init__(self, *acts: Act, n: int = 1) -> None:
        self.now_s = 0.0
        self.line = Line()
        self.guests = tuple(
            visit(
                f"g{k}",
                arrive_s=0.5,
                stay_s=30,
                place_m=(3.0 + 0.5 * k, 0.8 - 1.2 * k),
                acts=acts if k == 0 else (),
            )
            for k in range(n)
        )
        self.desk = EyesDesk(lambda: SyntheticPeople((), 1, now_s=lambda: self.now_s), self.line)
        self.desk.look(0.0)
        assert self.ask("simulate", guests=[to_json(guest) for guest in self.guests])["n_guests"] == n

    def ask(self, do: str, **body: Any) -> dict[str, Any]:
        self.desk.answer(Message(client=1, body={"do": do, "id": 7, **body}))
        assert self.line.answers[-1]["id"] == 7
        return self.line.answers[-1]

    def run(self, seconds: float) -> None:
        for _ in range(round(60 * seconds)):
            self.now_s += 1 / 60
            self.desk.look(self.now_s)


def test_people_are_told_at_most_ten_times_a_second_and_nobody_once() -> None:
    hall = Hall(n=2)
    hall.run(3.0)
    told = hall.line.all("people")
    assert 20 <= len(told) <= 31
    gaps = np.diff([one["host_s"] for one in told])
    assert gaps.min() >= 0.0999
    tracks = [from_json(BodyTrack, one) for one in told[-1]["tracks"]]
    assert len({track.id for track in tracks}) == 2
    assert tracks[0].keypoints.shape == (17, 3)
    hall.ask("simulate", guests=[])
    hall.line.events.clear()
    hall.run(3.0)
    assert [one["tracks"] for one in hall.line.all("people")][-3:] == [[], [], []]
    assert len(hall.line.all("people")) <= 4


def test_a_wave_is_told_with_its_begin_and_at_most_four_times_a_second() -> None:
    hall = Hall(Act(kind="wave", from_s=2.0, to_s=5.0))
    hall.run(7.0)
    told = [
        from_json(BodyGesture, {k: v for k, v in one.items() if k != "event"})
        for one in hall.line.all("gesture")
    ]
    assert {one.kind for one in told} == {"wave"}
    assert len({one.began_host_s for one in told}) == 1
    assert 2 <= len(told) <= 14
    assert np.diff([one.host_s for one in told]).min() >= 0.24


def test_key_points_come_with_every_picture_of_one_person_alone() -> None:
    hall = Hall(n=2)
    hall.run(1.0)
    assert hall.line.all("keypoints") == []
    far = hall.desk._people[1].id
    assert hall.ask("keypoints", on=True, track=far)["ok"]
    hall.run(1.0)
    told = [from_json(BodyTrack, one["track"]) for one in hall.line.all("keypoints")]
    assert {one.id for one in told} == {far}
    assert 28 <= len(told) <= 31
    assert np.all(np.diff([one.host_s for one in told]) > 0.02)
    hall.line.events.clear()
    hall.ask("simulate", guests=[to_json(hall.guests[0])])
    hall.run(5.0)
    assert hall.line.all("keypoints") == [], "who was named is never replaced by somebody else"
    hall.ask("keypoints", on=True)
    hall.run(0.5)
    assert {one["track"]["id"] for one in hall.line.all("keypoints")} == {hall.desk._people[0].id}
    hall.ask("keypoints", on=False)
    hall.line.events.clear()
    hall.run(0.5)
    assert hall.line.all("keypoints") == []


@pytest.mark.parametrize(
    ("body", "says"),
    [
        ({"do": "dance"}, "know no command 'dance'.*state, keypoints, simulate"),
        ({"do": "keypoints", "on": "yes"}, "true or false"),
        ({"do": "simulate", "guests": "many"}, "a list of at most"),
        ({"do": "simulate", "guests": [{"name": "x"}]}, "guests: "),
        ({"do": "simulate", "guests": [{"name": "x", "stops": []}]}, "nowhere"),
    ],
)
def test_what_cannot_be_done_is_answered_with_the_reason(body: dict[str, Any], says: str) -> None:
    hall = Hall()
    hall.desk.answer(Message(client=1, body=body))
    answer = hall.line.answers[-1]
    assert not answer["ok"]
    assert re.search(says, answer["reason"])


class Camera:
    """Eyes that a test opens, loses and mends."""

    sees = Sees(bodies=False, places=True, headings=False)

    def __init__(self) -> None:
        self.fails: list[Exception | None] = []
        self.is_lost = False
        self.n_closed = 0

    def read(self) -> tuple[BodyTrack, ...] | None:
        if self.is_lost:
            raise DeviceLost("camera 0: it shows nothing any more")
        return (BodyTrack(id="a" * 16, host_s=1.0, confidence=1.0),)

    def __enter__(self) -> "Camera":
        error = self.fails.pop(0) if self.fails else None
        if error is not None:
            raise error
        return self

    def __exit__(self, *_: object) -> None:
        self.n_closed += 1


def test_a_lost_camera_is_a_fault_is_tried_again_and_mended() -> None:
    camera, line = Camera(), Line()
    desk = EyesDesk(lambda: camera, line)
    camera.fails = [InvalidInput("x.onnx: no such file"), DeviceLost("camera 0: it is not there")]
    desk.look(0.0)
    desk.look(1.0)
    assert [one["what"] for one in line.events] == ["x.onnx: no such file"], "not tried before three seconds"
    desk.look(3.1)
    desk.look(6.2)
    desk.look(6.3)
    assert [one["event"] for one in line.events] == ["fault", "fault", "mended", "people"]
    camera.is_lost = True
    desk.look(6.4)
    assert camera.n_closed == 1
    assert line.events[-1]["event"] == "fault"
    camera.is_lost = False
    desk.look(7.0)
    desk.look(9.5)
    assert [one["event"] for one in line.events[-2:]] == ["mended", "people"]


def test_eyes_without_bodies_refuse_key_points_and_guests() -> None:
    line = Line()
    desk = EyesDesk(Camera, line)
    desk.look(0.0)
    for body in ({"do": "keypoints", "on": True}, {"do": "simulate", "guests": []}):
        desk.answer(Message(client=1, body=body))
    assert [one["ok"] for one in line.answers] == [False, False]
    assert "no bodies" in line.answers[0]["reason"]
    assert "real hall" in line.answers[1]["reason"]


def test_a_venue_without_eyes_is_no_fault() -> None:
    line = Line()
    desk = EyesDesk(lambda: None, line)
    for now_s in (0.0, 5.0, 10.0):
        desk.look(now_s)
    desk.answer(Message(client=1, body={"do": "state"}))
    assert line.events == []
    assert line.answers[0]["ok"]
    assert not line.answers[0]["is_open"]
