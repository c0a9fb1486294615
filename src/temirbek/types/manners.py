"""What manners decide with and about: what a robot can do now, what gestures there are, where it glances."""

from dataclasses import dataclass
from typing import Literal

from temirbek.types.choreography import RobotKind, Role
from temirbek.types.live import RobotLiveState

GestureUse = Literal[
    "thanks",
    "clap_back",
    "encore",
    "nod",
    "greet",
    "greet_group",
    "wave_back",
    "high_five",
    "glance",  # made by halves: to look at somebody
    "say",  # with a word's stress, while the robot's voice speaks
]
"""What a gesture is good for."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RobotNow:
    """What a robot does now, and where it stands.

    Attributes:
        state: Only one that stands or waits may answer anybody.
        position_m: Stage frame (x, y) [m]; None where unknown.
        heading_rad: Where its chest faces, stage frame.
    """

    state: RobotLiveState
    position_m: tuple[float, float] | None = None
    heading_rad: float = 0.0

    @property
    def is_free(self) -> bool:
        """Whether it can answer."""
        return self.state in ("standing", "waiting")


@dataclass(frozen=True, slots=True, kw_only=True)
class Gesture:
    """Something short that robots keep ready for people.

    Attributes:
        name: Unique among a body's gestures; what a :class:`~temirbek.types.Reaction` names.
        robot: Whose body.
        roles: Who may do it: a bow would put the DJ's head into the desk.
        move: The move of the vocabulary that it is.
        length_beats: How long the move goes on, without the way there and back.
        tempo_bpm: Its own tempo.
        uses: What it is good for.
        mirrored: Left and right exchanged.
        intensity: Of its poses, 0–1.
        keeps_beat: It can be made in the hall's tempo instead of its own: a clap.
        needs_contact: It invites people to touch the robot.
    """

    name: str
    robot: RobotKind
    move: str
    length_beats: float
    tempo_bpm: float
    uses: tuple[GestureUse, ...] = ()
    roles: tuple[Role, ...] = ("dancer", "dj", "animal")
    mirrored: bool = False
    intensity: float = 1.0
    keeps_beat: bool = False
    needs_contact: bool = False

    @property
    def length_s(self) -> float:
        """How long the move goes on at its own tempo [s]."""
        return self.length_beats * 60.0 / self.tempo_bpm


@dataclass(frozen=True, slots=True, kw_only=True)
class Glance:
    """A short look at somebody: so far to the robot's left [rad] for so long [s]."""

    yaw_rad: float
    seconds: float
