"""How a round is decided, and a battle: every part and every weight told, and why something is missing."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from temirbek.types import (
    CRITERIA,
    SOURCES,
    BattleRules,
    Comparison,
    Criterion,
    DanceScore,
    RoundVerdict,
    Source,
    Verdict,
    VerdictPart,
    Winner,
)


def judge_round(
    round_number: int,
    rules: BattleRules,
    *,
    person: DanceScore | None,
    robot: DanceScore | None,
    votes: tuple[int, int] | None,
    jury: Mapping[str, float],
    reason: str = "not_measured",
) -> RoundVerdict:
    """Decides one round.

    Args:
        round_number: Which, from 1.
        rules: Weights, the draw's width, what is asked at all.
        person, robot: What was measured of each; None: nothing.
        votes: Of the hall for (person, robot); None: it was not asked, or nothing came back.
        jury: Name → comparison −1 … 1, of those who have spoken; names outside the rules' are left out.
        reason: Why nothing was measured where that is so, a word of :data:`temirbek.battle.words.REASONS`.
    """
    comparisons = tuple(_compared(c, person, robot, reason) for c in CRITERIA)
    parts = _weighted(
        (
            _measured(comparisons, rules, reason),
            _audience(votes, rules),
            _jury({name: jury[name] for name in rules.jury if name in jury}, rules),
        )
    )
    points = sum(p.points for p in parts)
    return RoundVerdict(
        round=round_number,
        winner=_winner(points, rules.draw_points) if any(p.weight for p in parts) else "none",
        points=points,
        draw_points=rules.draw_points,
        parts=parts,
        comparisons=comparisons,
    )


def _compared(
    criterion: Criterion, person: DanceScore | None, robot: DanceScore | None, reason: str
) -> Comparison:
    values = [None if score is None else score.of(criterion) for score in (person, robot)]
    if None not in values:
        return Comparison(criterion=criterion, person=values[0], robot=values[1])
    told = [
        s.missing.get(criterion, "") for s in (person, robot) if s is not None and s.of(criterion) is None
    ]
    return Comparison(
        criterion=criterion, person=values[0], robot=values[1], reason=told[0] if told and told[0] else reason
    )


def _measured(comparisons: Sequence[Comparison], rules: BattleRules, reason: str) -> VerdictPart:
    sliders = [c.slider for c in comparisons if c.slider is not None]
    if not sliders:
        why = next((c.reason for c in comparisons if c.reason == "not_seen"), reason)
        return _missing("measured", rules, why)
    return _present("measured", rules, sum(sliders) / len(sliders))


def _audience(votes: tuple[int, int] | None, rules: BattleRules) -> VerdictPart:
    if not rules.has_votes:
        return _missing("audience", rules, "votes_off")
    if votes is None or sum(votes) == 0:
        return _missing("audience", rules, "no_votes")
    person, robot = votes
    # n/(n + prior) of the difference of shares
    slider = (person - robot) / (person + robot + rules.vote_prior)
    return replace(_present("audience", rules, slider), votes_person=person, votes_robot=robot)


def _jury(spoken: Mapping[str, float], rules: BattleRules) -> VerdictPart:
    if not rules.jury:
        return _missing("jury", rules, "no_jury")
    if not spoken:
        return _missing("jury", rules, "jury_silent")
    return _present("jury", rules, sum(max(-1.0, min(1.0, s)) for s in spoken.values()) / len(spoken))


def _rule_weight(source: Source, rules: BattleRules) -> float:
    return rules.weight_of(source) / sum(rules.weight_of(s) for s in SOURCES)


def _missing(source: Source, rules: BattleRules, reason: str) -> VerdictPart:
    return VerdictPart(
        source=source,
        rule_weight=_rule_weight(source, rules),
        weight=0.0,
        slider=None,
        points=0.0,
        reason=reason,
    )


def _present(source: Source, rules: BattleRules, slider: float) -> VerdictPart:
    return VerdictPart(
        source=source, rule_weight=_rule_weight(source, rules), weight=0.0, slider=slider, points=0.0
    )


def _weighted(parts: Sequence[VerdictPart]) -> tuple[VerdictPart, ...]:
    """The weights of missing parts go to the others in proportion."""
    total = sum(p.rule_weight for p in parts if p.slider is not None)
    if total <= 0.0:
        return tuple(parts)
    return tuple(
        p
        if p.slider is None
        else replace(p, weight=p.rule_weight / total, points=100.0 * p.rule_weight / total * p.slider)
        for p in parts
    )


def _winner(points: float, draw_points: float) -> Winner:
    if abs(points) <= draw_points:
        return "draw"
    return "person" if points > 0 else "robot"


def judge_battle(rounds: Sequence[RoundVerdict], reason: str = "") -> Verdict:
    """Who won more rounds; a tie is a tie.

    Args:
        rounds: Those that were decided, in order.
        reason: Why it ended early, or "".
    """
    person, robot, drawn = (sum(r.winner == w for r in rounds) for w in ("person", "robot", "draw"))
    winner: Winner = "draw" if person == robot else ("person" if person > robot else "robot")
    if person + robot + drawn == 0:
        winner = "none"
    return Verdict(
        winner=winner,
        rounds_person=person,
        rounds_robot=robot,
        rounds_drawn=drawn,
        rounds=tuple(rounds),
        reason=reason,
    )


def is_decided(rounds: Sequence[RoundVerdict], n_rounds: int) -> bool:
    """Whether the rounds that are left can no longer change who has won."""
    person, robot = (sum(r.winner == w for r in rounds) for w in ("person", "robot"))
    left = n_rounds - len(rounds)
    return left <= 0 or abs(person - robot) > left
