"""Known answers: what robots do when the hall claps, when guests come, when somebody waves."""

from dataclasses import replace
from itertools import pairwise

import pytest
from tests.manners.people import ADILET, CAST, DJ, GOLD, SKY, person, sound, standing

from temirbek.manners import GESTURES, Manners, gestures_for
from temirbek.types import BodyGesture, BodyTrack, Performer, Reaction, RobotNow

USES = {(g.robot, g.name): set(g.uses) for g in GESTURES}


def uses(reaction: Reaction) -> set[str]:
    robot = next(p.robot for p in CAST if p.id == reaction.robot)
    return set(USES[robot, reaction.gesture])


@pytest.mark.parametrize(
    ("moment", "kind", "fitting"),
    [
        ("end_of_number", "applause", {"thanks"}),
        ("end_of_number", "cheering", {"thanks"}),
        ("end_of_number", "clapping_along", {"clap_back"}),
        ("mid_song", "applause", {"nod"}),
        ("mid_song", "clapping_along", {"clap_back"}),
        ("between", "applause", {"thanks"}),
        ("battle", "clapping_along", {"clap_back"}),
        ("speech", "applause", set()),
        ("speech", "clapping_along", set()),
    ],
)
def test_the_moment_decides(moment: str, kind: str, fitting: set[str]) -> None:
    for seed in range(8):
        given = Manners(CAST, seed=seed).notice_sound(sound(kind), moment, standing(), 10.0)  # type: ignore[arg-type]
        assert bool(given) == bool(fitting)
        assert all(uses(r) & fitting for r in given)
        assert all(r.cause_host_s == pytest.approx(9.2) for r in given)


def test_claps_keep_the_tempo_of_the_hall_and_nothing_else_does() -> None:
    given = Manners(CAST, seed=1).notice_sound(sound("clapping_along"), "end_of_number", standing(), 10.0)
    assert {(r.clap_tempo_bpm, r.clap_beat_host_s) for r in given} == {(104.0, 9.7)}
    given = Manners(CAST, seed=1).notice_sound(sound(), "end_of_number", standing(), 10.0)
    assert {r.clap_tempo_bpm for r in given} == {None}


def test_without_a_tempo_nobody_claps_along() -> None:
    manners = Manners(CAST, seed=0)
    heard = sound("clapping_along")
    lost = type(heard)(**{n: getattr(heard, n) for n in heard.__slots__} | {"clap_tempo_bpm": None})
    assert not manners.notice_sound(lost, "between", standing(), 10.0)
    assert manners.notice_sound(sound("clapping_along", "goes_on", 10.5), "between", standing(), 10.5)


def test_some_answer_together_and_some_in_turn() -> None:
    many = {
        len(Manners(CAST, seed=s).notice_sound(sound(), "end_of_number", standing(), 10.0)) for s in range(12)
    }
    assert many == {1, len(CAST)}
    few = {len(Manners(CAST, seed=s).notice_sound(sound(), "mid_song", standing(), 10.0)) for s in range(12)}
    assert few == {1}


def test_long_applause_is_answered_by_all_in_turn_and_at_last_asked_for_more() -> None:
    manners, made, host_s = Manners(CAST, seed=3), [], 10.0
    given = manners.notice_sound(sound(), "end_of_number", standing(), host_s)
    while host_s < 40.0:
        made += [(host_s, r) for r in given]
        host_s += 0.25
        heard = sound("applause", "goes_on", host_s, onset_s=9.2)
        given = manners.notice_sound(heard, "end_of_number", standing(), host_s)
    assert {r.robot for _, r in made} == {p.id for p in CAST}
    assert any("encore" in uses(r) for _, r in made)
    assert all("encore" not in uses(r) for s, r in made if s < 15.0)


def test_who_danced_when_applause_began_answers_once_free() -> None:
    for seed in range(6):
        manners = Manners(CAST, seed=seed)
        busy = {p.id: RobotNow(state="dancing") for p in CAST}
        assert not manners.notice_sound(sound(), "end_of_number", busy, 10.0)
        later = sound("applause", "goes_on", 11.0, onset_s=9.2)
        assert manners.notice_sound(later, "end_of_number", standing(), 11.0)
        mid_song = sound("applause", "goes_on", 30.0, onset_s=29.0)
        assert manners.notice_sound(mid_song, "mid_song", standing(), 30.0)
        assert not manners.notice_sound(replace(mid_song, host_s=36.0), "mid_song", standing(), 36.0), "once"


def test_who_dances_or_lies_answers_nobody() -> None:
    robots = {
        "sky": RobotNow(state="dancing"),
        "gold": RobotNow(state="damped"),
        "temirbek": RobotNow(state="fallen"),
        "adilet": RobotNow(state="lost"),
    }
    assert not Manners(CAST, seed=0).notice_sound(sound(), "end_of_number", robots, 10.0)


def stay(manners: Manners, tracks: list[BodyTrack], from_s: float, to_s: float) -> list:  # type: ignore[type-arg]
    """They stand there for a while; (when, reaction) of all that is answered."""
    robots = standing()
    host_s, given = from_s, []
    while host_s < to_s:
        now = [
            person(t.id, *(t.position_m or (0, 0)), host_s, heading_rad=t.heading_rad or 0.0) for t in tracks
        ]
        given += [(host_s, r) for r in manners.notice_people(now, "between", robots, host_s)]
        host_s += 0.1
    return given


def test_a_guest_is_greeted_after_a_moment_by_whom_it_came_to() -> None:
    given = stay(Manners(CAST, seed=0), [person("a", 1.0, 2.0, 0.0)], 0.0, 8.0)
    assert len(given) == 1
    assert given[0][0] == pytest.approx(0.6, abs=0.11)
    assert given[0][1].robot == "gold"
    assert given[0][1].cause == "a guest"


@pytest.mark.parametrize(
    ("x_m", "heading_rad"),
    [(1.8, 3.14), (1.0, 0.0), (1.0, 1.6)],
    ids=["too far", "turned away", "passing by"],
)
def test_who_is_far_or_faces_elsewhere_is_left_in_peace(x_m: float, heading_rad: float) -> None:
    guest = person("a", x_m, 0.0, 0.0, heading_rad=heading_rad)
    assert not stay(Manners(CAST, seed=0), [guest], 0.0, 8.0)


def test_a_group_is_greeted_as_one() -> None:
    group = [person("a", 1.0, 0.0, 0.0), person("b", 1.2, 0.5, 0.0), person("c", 1.4, 1.2, 0.0)]
    given = stay(Manners(CAST, seed=0), group, 0.0, 12.0)
    assert [r.cause for _, r in given] == ["3 guests"]
    assert "greet_group" in uses(given[0][1])


def test_two_who_come_apart_are_greeted_four_seconds_apart() -> None:
    pair = [person("a", 1.0, 0.0, 0.0), person("b", 1.0, -2.0, 0.0)]
    given = stay(Manners(CAST, seed=0), pair, 0.0, 12.0)
    assert len(given) == 2
    assert given[1][0] - given[0][0] >= 4.0 - 1e-6


def test_who_was_gone_for_a_minute_is_somebody_new() -> None:
    manners = Manners(CAST, seed=0)
    guest = [person("a", 1.0, 0.0, 0.0)]
    assert len(stay(manners, guest, 0.0, 3.0)) == 1
    assert not stay(manners, guest, 50.0, 53.0)
    assert len(stay(manners, guest, 120.0, 123.0)) == 1


def hands(
    manners: Manners, hand: str, moment: str, *, x_m: float = 3.0, robots: dict[str, RobotNow] | None = None
) -> list[Reaction]:
    given: list[Reaction] = []
    for k in range(150):
        host_s = k / 15.0
        track = person("a", x_m, 0.0, host_s, hand=hand)
        given += manners.notice_people([track], moment, robots or standing(), host_s)  # type: ignore[arg-type]
    return given


def test_a_wave_is_waved_back_to_once_and_never_during_a_number() -> None:
    given = hands(Manners(CAST, seed=0), "waving", "between")
    assert [r.cause for r in given] == ["a wave"], "not again within ten seconds"
    assert "wave_back" in uses(given[0])
    assert not hands(Manners(CAST, seed=0), "waving", "mid_song")
    assert not hands(Manners(CAST, seed=0), "up", "between"), "a hand held up is no wave"


def test_gestures_that_are_told_are_answered_and_hands_not_read_beside_them() -> None:
    def at(manners: Manners, host_s: float, hand: str = "down") -> list[str]:
        track = person("a", 3.0, 0.0, host_s, hand=hand)
        return [r.cause for r in manners.notice_people([track], "between", standing(), host_s)]

    manners = Manners(CAST, seed=0)
    wave = BodyGesture(track="a", kind="wave", began_host_s=4.0, host_s=5.0, confidence=0.8)
    manners.notice_gesture(replace(wave, confidence=0.3))
    assert not at(manners, 5.05), "nobody is sure"
    manners.notice_gesture(replace(wave, kind="raised_hand"))
    assert not at(manners, 5.1), "that asks for the floor"
    manners.notice_gesture(wave)
    assert at(manners, 5.2) == ["a wave"]
    assert not any(at(manners, 20.0 + k / 15.0, "waving") for k in range(60))


def test_a_hand_is_offered_only_where_it_may_be() -> None:
    given = hands(Manners(CAST, seed=0, allows_contact=True), "up", "between", x_m=0.6)
    assert "high_five" in [r.gesture for r in given]
    given = hands(Manners(CAST, seed=0), "up", "between", x_m=0.6)
    assert "high_five" not in [r.gesture for r in given]
    given = hands(Manners(CAST, seed=0, allows_contact=True), "up", "between", x_m=1.0)
    assert "high_five" not in [r.gesture for r in given], "out of reach"
    waiting = {p.id: RobotNow(state="waiting", position_m=p.mark_m) for p in CAST}
    given = hands(Manners(CAST, seed=0, allows_contact=True), "up", "between", x_m=0.6, robots=waiting)
    assert "high_five" not in [r.gesture for r in given], "it may be about to dance"


@pytest.mark.parametrize("performer", CAST, ids=lambda p: p.id)
def test_everybody_has_an_answer_after_four_others(performer: Performer) -> None:
    names = [g.name for g in gestures_for(performer)]
    assert len(names) >= 5
    assert len(set(names)) == len(names)
    for use in ("thanks", "clap_back", "nod", "greet", "wave_back", "encore"):
        assert list(gestures_for(performer, use)) or performer.role == "dj", (performer.id, use)  # type: ignore[arg-type]


def test_glances_go_to_who_is_there_and_change() -> None:
    manners = Manners((SKY, ADILET), seed=5)
    told = []
    for k in range(600):
        host_s = 0.1 * k
        tracks = [
            person("a", 2.0, 1.0, host_s),
            person("b", 2.0, -1.0, host_s),
            person("c", -2.0, 0.0, host_s),
        ]
        for name, glance in manners.glance(tracks, standing(SKY, ADILET), host_s).items():
            if name == "sky":
                told.append((host_s, glance))
    assert 8 <= len(told) <= 30
    sides = [g.yaw_rad > 0 for _, g in told]
    assert all(a != b for a, b in pairwise(sides)), "never the same person twice running"
    free_s = [b[0] - a[0] - a[1].seconds for a, b in pairwise(told)]
    assert min(free_s) >= 1.4


def test_the_dj_does_not_bow_into_the_desk() -> None:
    names = {g.name for g in gestures_for(DJ)}
    assert not names & {"bow", "bow_sweep", "hand_on_heart", "high_five"}
    assert names < {g.name for g in gestures_for(GOLD)}
