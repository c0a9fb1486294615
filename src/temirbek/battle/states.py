"""The words of the round machine: what it is told, what it asks for, where it stands.

All are plain frozen data with a JSON form (``to_json``/``from_json`` of the store), so that a battle can be written into the
record of the show and be played again from it.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal, get_args

from temirbek.types import BattleRules, DanceScore, RoundVerdict, Verdict

Phase = Literal[
    "idle",  # nothing yet
    "invite",  # the robot invites, somebody is awaited
    "consent",  # somebody is there; the operator asks them
    "calibrate",  # they clap along
    "call",  # the person dances
    "response",  # the robot dances
    "score",  # the hall votes, then the round's verdict stands on the screen
    "interrupted",  # something failed; the operator says what now
    "verdict",  # the battle's verdict stands on the screen
    "bow",  # thanks, and away
    "over",
    "stopped",  # by the show's stop
]
PHASES: tuple[Phase, ...] = get_args(Phase)
FINAL: tuple[Phase, ...] = ("over", "stopped")
"""Out of these nothing leads."""

EventKind = Literal[
    "begin",
    "seen",  # the person is in sight
    "lost",  # the person is out of sight
    "consent",  # operator: yes; is_minor, has_guardian
    "decline",  # operator: no
    "guardian",  # operator: the guardian's consent is there
    "bar",  # a bar of the music begins
    "phrase",  # a phrase of the music begins (a bar begins as well)
    "calibrated",  # latency_s, or None where it cannot be told
    "measured",  # side, score
    "answer_ready",  # the robot's answer can be danced
    "votes",  # votes_person, votes_robot so far
    "jury",  # name, slider
    "next",  # operator: go on
    "skip",  # operator: leave this turn out
    "again",  # operator: dance this round again
    "end",  # operator: come to the end
    "failed",  # a device failed: reason in words for the record
    "tick",  # time has passed
    "stop",  # the show's stop
]
EVENT_KINDS: tuple[EventKind, ...] = get_args(EventKind)


@dataclass(frozen=True, slots=True, kw_only=True)
class BattleEvent:
    """Something that happened, or that the operator asked for.

    Attributes:
        kind: What.
        host_s: When [host s].
        is_minor, has_guardian: Of a consent: whether it needs a guardian's, and whether that is there.
        latency_s: Of a calibration.
        side, score: Of a measurement: whose dance, and what was measured.
        turn: Of a measurement or an answer: to which turn it belongs (:attr:`BattleState.turn`); others are too late.
        votes_person, votes_robot: The hall's, so far.
        name, slider: Of a jury's comparison: whose, and −1 (all for the robot) to 1.
        reason: Of a failure.
    """

    kind: EventKind
    host_s: float = 0.0
    is_minor: bool = False
    has_guardian: bool = False
    latency_s: float | None = None
    side: Literal["person", "robot"] = "person"
    score: DanceScore | None = None
    turn: int = 0
    votes_person: int = 0
    votes_robot: int = 0
    name: str = ""
    slider: float = 0.0
    reason: str = ""


Verb = Literal[
    "show_card",  # the card of `phase` in words.CARDS
    "ask_consent",
    "clap_along",  # look at the person from the next bar on, for `bars`, and calibrate
    "watch_person",  # from this bar on, for `bars`
    "measure_person",  # what was watched
    "make_answer",  # to what the person danced
    "dance",  # the robot, from this bar on, for `bars`
    "measure_robot",
    "open_votes",  # for `seconds`
    "close_votes",
    "show_round",  # `round_verdict`
    "show_verdict",  # `verdict`
    "bow",
    "rest",  # whatever the robot dances ends, the eyes look no longer
]


@dataclass(frozen=True, slots=True, kw_only=True)
class BattleEffect:
    """Something to be done.

    Attributes:
        verb: What.
        phase: Of a card: of which phase.
        turn: To which turn it belongs; what comes back of it says so.
        bars: For how many bars.
        seconds: For how long.
        round_verdict, verdict: What is shown.
        reason: A word of :data:`temirbek.battle.words.REASONS`, or "".
    """

    verb: Verb
    phase: Phase = "idle"
    turn: int = 0
    bars: int = 0
    seconds: float = 0.0
    round_verdict: RoundVerdict | None = None
    verdict: Verdict | None = None
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class BattleState:
    """Where a battle stands.

    Attributes:
        rules: Its rules.
        phase: See :data:`Phase`.
        round: Which, from 1; 0 before the first.
        turn: Counts turns and attempts, so that what belongs to an earlier one is known as such.
        since_s: When the phase (or its inner step) began [host s].
        is_dancing: The turn of this phase has begun; before, it waits for a bar.
        bars_left: Of the turn.
        is_seen: Whether the person is in sight; lost_since_s: since when not, or None.
        waits_for_guardian: Consent was given for a minor, the guardian's is not there.
        latency_s: The camera's, None: unknown.
        is_answer_ready: The robot's answer can be danced.
        person, robot: What was measured of this round.
        why_unmeasured: Why nothing was, where that is so.
        votes: For (person, robot) in this round, or None.
        jury: Name → slider in this round.
        is_judged: This round's verdict stands.
        rounds: Verdicts so far.
        verdict: Of the battle, when there is one.
        reason: Why it ended early, or why it is interrupted, or "".
    """

    rules: BattleRules
    phase: Phase = "idle"
    round: int = 0
    turn: int = 0
    since_s: float = 0.0
    is_dancing: bool = False
    bars_left: int = 0
    is_seen: bool = False
    lost_since_s: float | None = None
    waits_for_guardian: bool = False
    latency_s: float | None = None
    is_answer_ready: bool = False
    person: DanceScore | None = None
    robot: DanceScore | None = None
    why_unmeasured: str = "not_measured"
    votes: tuple[int, int] | None = None
    jury: Mapping[str, float] = field(default_factory=dict)
    is_judged: bool = False
    rounds: tuple[RoundVerdict, ...] = ()
    verdict: Verdict | None = None
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """What became of an event: the state after it, and what is to be done."""

    state: BattleState
    effects: tuple[BattleEffect, ...] = ()
