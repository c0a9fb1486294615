"""What consoles see of the hall: what it lets hear, who answered it, what it votes and wishes, how a battle stands."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal, get_args

from temirbek.types.hall import HallSoundKind
from temirbek.types.language import Language

BattleDeed = Literal[
    "consent",  # {"is_minor": bool, "has_guardian": bool}: the person agrees to dance and to be measured
    "guardian",  # a minor's guardian agrees
    "decline",  # the person does not: nobody asks why
    "next",  # on to the next step
    "skip",  # this turn is left out
    "again",  # the round is played once more
    "jury",  # {"points": {name of the jury: −1 (robot) … 1 (person)}}
    "end",  # the battle is over, as it stands
]
BATTLE_DEEDS: tuple[BattleDeed, ...] = get_args(BattleDeed)
"""What the stage manager can do in a battle."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReactionLine:
    """One answer of a robot to the hall, for people.

    Attributes:
        utc_s: When it began, or was refused.
        robot, gesture, cause: Who, what, why.
        cause_utc_s: When the cause began.
        delay_s: From the cause to the beginning of the motion [s]; None where it did not begin.
        why: Why it was refused, or "".
    """

    utc_s: float
    robot: str
    gesture: str
    cause: str
    cause_utc_s: float
    delay_s: float | None = None
    why: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class HallView:
    """What is noticed of the hall now.

    Attributes:
        is_listening: Somebody listens.
        sounds: What is heard of people.
        level_db: Over what the hall is without it [dB]; None where nothing is heard.
        echo_removed_db: How much of the show's own sound is taken out of the microphone [dB], if known.
        clap_tempo_bpm: Of clapping along, or None.
        answers: Robots answer the hall.
        reactions: The newest answers, newest last.
        guests: So many were greeted.
        phones: So many are connected.
        claps_per_s: On the phones' clap meters.
    """

    is_listening: bool = False
    sounds: tuple[HallSoundKind, ...] = ()
    level_db: float | None = None
    echo_removed_db: float | None = None
    clap_tempo_bpm: float | None = None
    answers: bool = True
    reactions: tuple[ReactionLine, ...] = ()
    guests: int = 0
    phones: int = 0
    claps_per_s: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class WishView:
    """A track that the hall wishes for: by how many, and whether an operator has hidden it."""

    track: str
    title: str
    artist: str
    count: int
    is_hidden: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class PollView:
    """A question to the hall.

    Attributes:
        cue: Whose.
        question: Language → text.
        options: (short name, language → text, votes).
        n_votes: In all.
        is_open: Votes are taken.
    """

    cue: str
    question: Mapping[Language, str]
    options: tuple[tuple[str, Mapping[Language, str], int], ...]
    n_votes: int = 0
    is_open: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class BattleView:
    """How a battle stands.

    Attributes:
        cue: Whose.
        state: Where it is: a phase of the battle ("invite", "consent", "call" …).
        round, rounds: Which round, of how many; round 0 is before the first.
        jury: Names of who judges.
        may: What the stage manager can do now.
        votes_person, votes_robot: The hall's in this round.
        verdicts: Of the rounds so far: each a :class:`~temirbek.types.battle.RoundVerdict` in its JSON form.
        verdict: The whole :class:`~temirbek.types.battle.Verdict` in its JSON form, or None before the end.
        why: Of a state that needs a reason.
    """

    cue: str
    state: str
    round: int = 0
    rounds: int = 1
    jury: tuple[str, ...] = ()
    may: tuple[BattleDeed, ...] = ()
    votes_person: int = 0
    votes_robot: int = 0
    verdicts: tuple[Mapping[str, Any], ...] = field(default=())
    verdict: Mapping[str, Any] | None = None
    why: str = ""
