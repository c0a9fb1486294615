"""The dance on paper: who does which move when, in beats only, so that it survives a change of tempo."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from temirbek.types._arrays import locked
from temirbek.types.place import Footstep

RobotKind = Literal["g1", "go2"]
Role = Literal["dancer", "dj", "animal"]
Layer = Literal["legs", "pelvis", "torso", "left_arm", "right_arm"]
LAYERS: tuple[Layer, ...] = ("legs", "pelvis", "torso", "left_arm", "right_arm")
BodyPart = Literal[
    "whole", "hands", "pelvis", "feet", "head", "left_hand", "right_hand", "left_foot", "right_foot"
]


@dataclass(frozen=True, slots=True, kw_only=True)
class Performer:
    """One robot of the cast.

    Attributes:
        id: Short name, unique in the show ("sky", "gold", "temirbek", "adilet").
        name: As the audience reads it.
        robot: Which body.
        role: What it is there for.
        mark_m: Where it stands, stage frame (x, y) [m].
        facing_rad: 0 faces the audience; counter-clockwise from above [rad].
        accent_color: "#rrggbb", by which the audience tells it apart.
        wings_m: Where it waits before the number and after it; it walks to its mark and back. None: it waits on
            the mark.
    """

    id: str
    name: str
    robot: RobotKind
    role: Role
    mark_m: tuple[float, float]
    facing_rad: float = 0.0
    accent_color: str = "#00AFCA"
    wings_m: tuple[float, float] | None = None


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class MoveKeys:
    """Key poses of one layer of a move.

    Attributes:
        beats: Beats at which the poses are reached, shape (k,), increasing, 0 ≤ beat ≤ length of the move.
        targets: Channel name → values at those beats, shape (k,). Channels are joint names without
            "_joint" [rad] for torso and arms, and for pelvis and legs the body's own channels
            ("pelvis_z_m", "sway_y_m", "roll_rad", …), which the move format documents.
        flows: False: every key is a stop, as dance hits are. True: keys are passed through smoothly, and only those
            on accents of the move are stops (recorded motion, ripples).
    """

    beats: NDArray[np.float64]
    targets: Mapping[str, NDArray[np.float64]]
    flows: bool = False

    def __post_init__(self) -> None:
        object.__setattr__(self, "beats", locked(self.beats))
        object.__setattr__(self, "targets", {name: locked(values) for name, values in self.targets.items()})
        for name, values in self.targets.items():
            if values.shape != self.beats.shape:
                raise ValueError(f"channel {name!r} has {values.shape} values for {self.beats.shape} beats")


@dataclass(frozen=True, slots=True, kw_only=True)
class Accent:
    """An instant at which a limb is meant to hit the music.

    A hit is a short stop: the speed of the body part has a local minimum there.

    Attributes:
        beat: Where (move beats inside a move, mix beats inside a choreography).
        part: Which part of the body is seen to hit.
    """

    beat: float
    part: BodyPart = "whole"


@dataclass(frozen=True, slots=True, kw_only=True)
class MoveStep:
    """A foot leaves the ground and comes down on a beat.

    Attributes:
        beat: Touchdown [move beats], swing_beats ≤ beat ≤ length of the move.
        foot: Which ("left", "right"; of a quadruped "FL", "FR", "RL", "RR").
        to: Where it comes down: the place of the robot (x ahead, y to its left [m], turn to its left [rad], in the
            frame of the place where the cycle of the move began) at which this foot would stand in its usual stance.
        swing_beats: How long it is in the air.
        height_m: How high it is lifted.
    """

    beat: float
    foot: str
    to: tuple[float, float, float] = (0.0, 0.0, 0.0)
    swing_beats: float = 0.6
    height_m: float = 0.05


@dataclass(frozen=True, slots=True, kw_only=True)
class MoveParameter:
    """A knob of a move.

    Attributes:
        name, title: Identifier; words for people.
        low, high, default: Its range, and where it stands if nobody turns it.
        scales: What is multiplied by its value: channels (their distance from rest), and "step_x", "step_y",
            "step_turn", "step_height" of the move's steps.
    """

    name: str
    title: str
    low: float
    high: float
    default: float
    scales: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Move:
    """A word of the vocabulary of dance, read from a data file.

    Attributes:
        name, family, title: Identifier; group ("groove", "arms", …); words for people.
        robot: Which body it is for.
        length_beats: Its length; a longer call repeats it.
        layers: Which layers it controls, and how.
        accents: What it hits.
        energy: The range of musical energy for which it is meant, (low, high) in 0–1.
        moods: Section labels in which it belongs.
        tempo_bpm: Tempo range at which it may be danced as written, (low, high) [BPM].
        tempo_rules: How it may be stretched outside that range, best first: 2 half time, 0.5 double time.
        steps: Footsteps, by beat. A move without any keeps its feet planted. After the last one every foot stands at
            the same place: where that is, is the move's travel.
        parameters: Its knobs.
        after: Families or names of moves that it may follow; empty: any.
    """

    name: str
    family: str
    title: str
    robot: RobotKind
    length_beats: float
    layers: Mapping[Layer, MoveKeys]
    accents: tuple[Accent, ...]
    energy: tuple[float, float] = (0.0, 1.0)
    moods: tuple[str, ...] = ()
    tempo_bpm: tuple[float, float] = (60.0, 200.0)
    tempo_rules: tuple[float, ...] = (2.0, 0.5)
    steps: tuple[MoveStep, ...] = ()
    parameters: tuple[MoveParameter, ...] = ()
    after: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class MoveCall:
    """A move, performed.

    Attributes:
        performer, move: Who does what, by id and name.
        start_beat, length_beats: When and how long [mix beats]; a call longer than the move repeats it.
        intensity: Amplitude of its poses, 0–1 of what the move's data say. Steps do not depend on it: paper knows
            where everybody stands.
        mirrored: Left and right exchanged.
        layers: The layers taken from the move; empty means all that it has.
        tempo_rule: 1 as written; 2 stretches it to twice as many beats (half time); 0.5 doubles it.
        parameters: Values of the move's knobs, by name; the others stand at their defaults.
    """

    performer: str
    move: str
    start_beat: float
    length_beats: float
    intensity: float
    mirrored: bool = False
    layers: tuple[Layer, ...] = ()
    tempo_rule: float = 1.0
    parameters: tuple[tuple[str, float], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Reach:
    """A hand at a place: how the DJ robot works the desk.

    Attributes:
        performer, hand: Whose hand.
        start_beat, end_beat: When the hand is there (it travels in the beat before and after) [mix beats].
        target: Name of the control ("fader_A", "low_B", "platter_A", …) known to the desk.
        automation_deck, automation_control: Whose value moves the control under the hand, or "".
    """

    performer: str
    hand: Literal["left", "right"]
    start_beat: float
    end_beat: float
    target: str
    automation_deck: str = ""
    automation_control: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Choreography:
    """The whole dance.

    Attributes:
        performers: The cast.
        calls: Moves, by performer and start; calls of one performer on one layer do not overlap.
        reaches: Work of hands at the desk; they take precedence over arm layers while they last.
        accents: Performer id → accents in mix beats, increasing: what the measures hold the robots to.
        footsteps: Performer id → its footsteps in mix beats, by touchdown (:func:`~temirbek.types.footsteps_of`).
        seed: From which every free choice was drawn.
        notes: Why the dance is as it is: (mix beat, words).
    """

    performers: tuple[Performer, ...]
    calls: tuple[MoveCall, ...]
    reaches: tuple[Reach, ...] = ()
    accents: Mapping[str, tuple[Accent, ...]] = field(default_factory=dict)
    footsteps: Mapping[str, tuple[Footstep, ...]] = field(default_factory=dict)
    seed: int = 0
    notes: tuple[tuple[float, str], ...] = ()
