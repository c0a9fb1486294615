"""A battle between a person and a robot: by which rules, what was measured, and how it was decided.

Nothing here says who the person is: there is "the person" and "the robot", and that is all that the record keeps. A
comparison is told from the person's side: +1 is all for the person, −1 all for the robot, 0 a tie; *points* are
hundredths of it.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal, get_args

Criterion = Literal["copy", "variety", "execution", "groove", "originality"]
CRITERIA: tuple[Criterion, ...] = get_args(Criterion)
"""In what the two are compared, turn by turn."""
Source = Literal["measured", "audience", "jury"]
SOURCES: tuple[Source, ...] = get_args(Source)
"""Who compares."""
Winner = Literal["person", "robot", "draw", "none"]
"""Of a round or a battle; "none": nothing could be compared."""


@dataclass(frozen=True, slots=True, kw_only=True)
class BattleRules:
    """By which rules a battle goes; what a cue of the kind "battle" says beside its music.

    Attributes:
        robot: Id of the robot in the cast that answers.
        rounds: Best of so many, 1–7.
        bars_per_turn: Each dances for so many bars, 2–16.
        has_votes: Whether the hall votes after each round.
        jury: Names of who judges beside the hall, as the screen shows them ("Jury 1"); empty: no jury.
        measured_weight, audience_weight, jury_weight: What each counts, ≥ 0; a missing one's weight goes to the others.
        draw_points: Within so many points it is a draw.
        vote_prior: So many votes for a tie are added to those of the hall: few votes move little.
        vote_s: So long may the hall vote [s].
        consent_wait_s: After so long without an answer the invitation is over [s].
        lost_wait_s: So long may the person be out of sight before the battle ends [s].
    """

    robot: str
    rounds: int = 3
    bars_per_turn: int = 8
    has_votes: bool = True
    jury: tuple[str, ...] = ()
    measured_weight: float = 0.4
    audience_weight: float = 0.4
    jury_weight: float = 0.2
    draw_points: float = 3.0
    vote_prior: float = 10.0
    vote_s: float = 20.0
    consent_wait_s: float = 60.0
    lost_wait_s: float = 8.0

    def __post_init__(self) -> None:
        if not 1 <= self.rounds <= 7:
            raise ValueError(f"rounds is {self.rounds}; expected 1 to 7")
        if not 2 <= self.bars_per_turn <= 16:
            raise ValueError(f"bars_per_turn is {self.bars_per_turn}; expected 2 to 16")
        for name in ("measured_weight", "audience_weight", "jury_weight", "draw_points", "vote_prior"):
            if not 0.0 <= getattr(self, name) < 1e6:
                raise ValueError(f"{name} is {getattr(self, name)!r}; expected 0 or more")
        if self.measured_weight + self.audience_weight + self.jury_weight <= 0.0:
            raise ValueError("all weights are 0; expected one above 0")
        for name in ("vote_s", "consent_wait_s", "lost_wait_s"):
            if not 1.0 <= getattr(self, name) <= 600.0:
                raise ValueError(f"{name} is {getattr(self, name)!r}; expected 1 to 600 s")

    def weight_of(self, source: Source) -> float:
        """What a source counts by these rules."""
        weights: dict[Source, float] = {
            "measured": self.measured_weight,
            "audience": self.audience_weight,
            "jury": self.jury_weight,
        }
        return weights[source]


@dataclass(frozen=True, slots=True, kw_only=True)
class DanceScore:
    """What was measured of one turn; None where it cannot be told, with the reason in ``missing``.

    Attributes:
        coverage: Share of the key points that were seen, 0–1.
        groove: How much better the stops of the body lie on the beat than on any other grid, 0–1.
        energy: How much was moved [body lengths a second]; a body length is from hip to shoulder.
        variety: How many different poses, for how many were possible, 0–1.
        execution: How clear the stops between the movements are and how evenly they come, 0–1.
        copy: Likeness to what the other had just danced, 0–1.
        originality: Share of the poses that neither had been shown before in this battle, 0–1.
        lag_s: How late on the beat the body was, the camera's latency taken off [s].
        pulse: Which beat the body keeps: 1 the music's, 0.5 every second one, 2 twice as many.
        missing: Of what is None: its name → why, a word of :data:`temirbek.battle.words.REASONS`.
    """

    coverage: float
    groove: float | None = None
    energy: float | None = None
    variety: float | None = None
    execution: float | None = None
    copy: float | None = None
    originality: float | None = None
    lag_s: float | None = None
    pulse: float | None = None
    missing: Mapping[str, str] = field(default_factory=dict)

    def of(self, criterion: Criterion) -> float | None:
        """The value of a criterion."""
        values: dict[Criterion, float | None] = {
            "copy": self.copy,
            "variety": self.variety,
            "execution": self.execution,
            "groove": self.groove,
            "originality": self.originality,
        }
        return values[criterion]


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """One criterion of a round: both values, 0–1, or None of either with the reason."""

    criterion: Criterion
    person: float | None
    robot: float | None
    reason: str = ""

    @property
    def slider(self) -> float | None:
        """From −1, all for the robot, to +1, all for the person; None where one of both is missing."""
        return None if self.person is None or self.robot is None else self.person - self.robot


@dataclass(frozen=True, slots=True, kw_only=True)
class VerdictPart:
    """What one source contributes to a round.

    Attributes:
        source: Who.
        rule_weight: What it counts by the rules, of 1.
        weight: What it counts here, of 1: a missing one counts nothing, and its share is the others'.
        slider: Its comparison, −1 to 1; None: missing.
        points: What it contributes, ``100 · weight · slider``; 0 where it is missing.
        reason: Why it is missing, a word of :data:`temirbek.battle.words.REASONS`; "" otherwise.
        votes_person, votes_robot: The hall's, where it is the source.
    """

    source: Source
    rule_weight: float
    weight: float
    slider: float | None
    points: float
    reason: str = ""
    votes_person: int = 0
    votes_robot: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class RoundVerdict:
    """How one round was decided, whole: every part, every weight, and why something is missing.

    Attributes:
        round: Which, from 1.
        winner: Of it.
        points: Sum of the parts' points; above 0 for the person.
        draw_points: Within so many it is a draw.
        parts: All three sources, in the order of :data:`SOURCES`.
        comparisons: All criteria behind the measured part, in the order of :data:`CRITERIA`.
    """

    round: int
    winner: Winner
    points: float
    draw_points: float
    parts: tuple[VerdictPart, ...]
    comparisons: tuple[Comparison, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """How a battle was decided.

    Attributes:
        winner: Who won more rounds; "draw" where both won as many.
        rounds_person, rounds_robot, rounds_drawn: How many each won, and how many nobody.
        rounds: Each, in order.
        reason: Why it ended early, or "".
    """

    winner: Winner
    rounds_person: int
    rounds_robot: int
    rounds_drawn: int
    rounds: tuple[RoundVerdict, ...]
    reason: str = ""
