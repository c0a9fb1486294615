"""Cues in which the hall plays a part: guests are greeted, somebody dances against a robot, everybody is asked."""

from collections.abc import Mapping
from dataclasses import dataclass

from temirbek.types.battle import BattleRules
from temirbek.types.language import Language
from temirbek.types.show import Music


@dataclass(frozen=True, slots=True, kw_only=True)
class GreetingCue:
    """Robots greet guests while it lasts.

    Attributes:
        zones: Ids of the venue's guest zones in which guests are noticed.
        allows_contact: The venue lets people touch a robot that stands still: a high five may be offered.
    """

    zones: tuple[str, ...]
    allows_contact: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class BattleCue:
    """A robot dances against somebody from the audience.

    Attributes:
        rules: By which.
        music: What both dance to.
        zone: Id of the venue's guest zone in which the person dances; "" where the stage has none.
    """

    rules: BattleRules
    music: Music
    zone: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class PollOption:
    """One answer to choose: its short name, and language → text."""

    id: str
    text: Mapping[Language, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class PollCue:
    """The hall is asked, and answers on its phones while the cue lasts.

    Attributes:
        question: Language → text, the organiser's.
        options: Two or more.
    """

    question: Mapping[Language, str]
    options: tuple[PollOption, ...]
