"""The verdict: fair from both sides, whole, and in words."""

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from temirbek.battle import judge_battle, judge_round, round_lines, verdict_line
from temirbek.types import SOURCES, BattleRules, DanceScore, RoundVerdict

RULES = BattleRules(robot="adilet", jury=("a", "b"))
share = st.one_of(st.none(), st.floats(0.0, 1.0))
scores = st.builds(
    DanceScore,
    coverage=st.floats(0.0, 1.0),
    groove=share,
    variety=share,
    execution=share,
    copy=share,
    originality=share,
    missing=st.just(dict.fromkeys(["groove", "variety", "execution", "copy", "originality"], "not_seen")),
)
votes = st.one_of(st.none(), st.tuples(st.integers(0, 500), st.integers(0, 500)))
juries = st.dictionaries(st.sampled_from(["a", "b"]), st.floats(-1.0, 1.0))


def judged(
    person: DanceScore | None, robot: DanceScore | None, hall: tuple[int, int] | None, jury: dict[str, float]
) -> RoundVerdict:
    return judge_round(1, RULES, person=person, robot=robot, votes=hall, jury=jury)


@settings(max_examples=100, deadline=None)
@given(st.one_of(st.none(), scores), st.one_of(st.none(), scores), votes, juries)
def test_changing_places_changes_the_sign(
    person: DanceScore | None, robot: DanceScore | None, hall: tuple[int, int] | None, jury: dict[str, float]
) -> None:
    one = judged(person, robot, hall, jury)
    other = judged(robot, person, hall and (hall[1], hall[0]), {n: -s for n, s in jury.items()})
    assert other.points == pytest.approx(-one.points, abs=1e-9)
    swapped = {"person": "robot", "robot": "person"}
    if abs(abs(one.points) - RULES.draw_points) > 1e-6:
        assert other.winner == swapped.get(one.winner, one.winner)


@settings(max_examples=100, deadline=None)
@given(st.one_of(st.none(), scores), st.one_of(st.none(), scores), votes, juries)
def test_every_weight_is_explained(
    person: DanceScore | None, robot: DanceScore | None, hall: tuple[int, int] | None, jury: dict[str, float]
) -> None:
    one = judged(person, robot, hall, jury)
    assert [p.source for p in one.parts] == list(SOURCES)
    assert sum(p.rule_weight for p in one.parts) == pytest.approx(1.0)
    total = sum(p.weight for p in one.parts)
    assert total == pytest.approx(1.0) or (total == 0.0 and one.winner == "none")
    assert one.points == pytest.approx(sum(p.points for p in one.parts))
    assert abs(one.points) <= 100.0 + 1e-9
    for language in ("kk", "ru", "en"):
        lines = round_lines(one, language)  # type: ignore[arg-type]
        assert len(lines) == 1 + len(one.parts) + len(one.comparisons)


def test_ties_are_ties() -> None:
    same = DanceScore(coverage=1.0, groove=0.5, variety=0.5, execution=0.5, copy=0.5, originality=0.5)
    assert judged(same, same, (7, 7), {"a": 0.0}).winner == "draw"
    assert judged(same, replace(same, groove=0.55), None, {}).winner == "draw"
    assert judged(same, replace(same, groove=0.9), None, {}).winner == "robot"
    won = judged(replace(same, groove=1.0), same, None, {})
    lost = replace(won, round=2, winner="robot")
    assert judge_battle([won, lost]).winner == "draw"
    assert judge_battle([won, replace(lost, winner="draw")]).winner == "person"
    assert judge_battle([]).winner == "none"


def test_few_votes_move_little() -> None:
    unanimous = [judged(None, None, (n, 0), {}).points for n in (1, 10, 100, 10000)]
    assert unanimous == sorted(unanimous)
    assert unanimous[0] == pytest.approx(100 / 11) and unanimous[1] == pytest.approx(50.0)
    assert unanimous[-1] > 99.0


def test_a_missing_part_gives_its_weight_away_and_says_why() -> None:
    good = DanceScore(coverage=1.0, groove=0.9, missing={"copy": "nothing_to_copy"})
    one = judged(good, replace(good, groove=0.4), None, {"a": 0.5})
    parts = {p.source: p for p in one.parts}
    assert parts["audience"].reason == "no_votes" and parts["audience"].weight == 0.0
    assert parts["measured"].weight == pytest.approx(2 / 3) and parts["jury"].weight == pytest.approx(1 / 3)
    assert parts["measured"].slider == pytest.approx(0.5)
    assert next(c for c in one.comparisons if c.criterion == "copy").reason == "nothing_to_copy"
    assert "40 % → 0 % (no votes came)" in " ".join(round_lines(one, "en"))


def test_the_line_of_a_battle() -> None:
    won = judged(DanceScore(coverage=1.0, groove=1.0), DanceScore(coverage=1.0, groove=0.1), None, {})
    assert verdict_line(judge_battle([won]), "en") == "The human wins · 1 : 0"
    assert "соперник ушёл" in verdict_line(judge_battle([won], "person_gone"), "ru")
