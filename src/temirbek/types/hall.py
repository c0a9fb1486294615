"""What the hall does, as far as machines notice it, and how robots answer.

A :class:`HallSound` is what the microphone heard of people, a :class:`BodyTrack` one person that a camera follows, a
:class:`Reaction` what a robot does because of one of them. All instants are ``host_s``, the machine's monotonic clock
(in a virtual evening: the virtual one); places are in the stage frame. Nothing here says who anybody is.
"""

from dataclasses import dataclass, field
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from temirbek.types._arrays import locked

HallSoundKind = Literal["applause", "cheering", "clapping_along"]
HallSoundState = Literal["began", "goes_on", "ended"]
Moment = Literal["speech", "mid_song", "end_of_number", "between", "battle"]
"""What the show is doing when the hall reacts; it decides which answers are fitting."""

COCO_KEYPOINTS: tuple[str, ...] = (
    "nose",
    "left_eye",
    "right_eye",
    "left_ear",
    "right_ear",
    "left_shoulder",
    "right_shoulder",
    "left_elbow",
    "right_elbow",
    "left_wrist",
    "right_wrist",
    "left_hip",
    "right_hip",
    "left_knee",
    "right_knee",
    "left_ankle",
    "right_ankle",
)
"""Key points of a body, in the order of the COCO data set; "left" is the person's own left."""


@dataclass(frozen=True, slots=True, kw_only=True)
class HallSound:
    """Something that people in the hall let hear; told when it begins, while it goes on and when it is over.

    Attributes:
        kind: What it is.
        state: Whether it has just begun, goes on (told at most four times a second), or is over.
        host_s: When this was decided [host s].
        onset_host_s: When it began, as far as heard [host s]; earlier than ``host_s`` by the time of listening.
        level_db: Over what the hall is without it [dB].
        confidence: 0–1.
        clap_tempo_bpm: Of clapping along; None where there is no common tempo.
        clap_beat_host_s: An instant of a common clap [host s], None without a tempo.
    """

    kind: HallSoundKind
    state: HallSoundState
    host_s: float
    onset_host_s: float
    level_db: float
    confidence: float
    clap_tempo_bpm: float | None = None
    clap_beat_host_s: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class BodyTrack:
    """One person in front of a camera, at one instant.

    Attributes:
        id: Random, means nothing, and is forgotten soon after the person has gone.
        host_s: When the picture was taken, as far as known [host s].
        confidence: Of the person being there, 0–1.
        position_m: On the floor, stage frame (x, y) [m]; None where the camera is not calibrated.
        heading_rad: Where the chest faces, stage frame (0: along x, to the audience); None where unknown.
        keypoints: (17, 3) in the order of :data:`COCO_KEYPOINTS`: x to the right and y down in shares of the picture's
            height, and confidence 0–1; empty (0, 3) where the source knows no bodies (motion, markers).
        motion: How much moves there, 0–1.
    """

    id: str
    host_s: float
    confidence: float
    position_m: tuple[float, float] | None = None
    heading_rad: float | None = None
    keypoints: NDArray[np.float64] = field(default_factory=lambda: np.zeros((0, 3)))
    motion: float = 0.0

    def __post_init__(self) -> None:
        object.__setattr__(self, "keypoints", locked(self.keypoints))
        if self.keypoints.shape not in ((0, 3), (len(COCO_KEYPOINTS), 3)):
            raise ValueError(f"keypoints: expected shape (17, 3) or (0, 3), not {self.keypoints.shape}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Reaction:
    """What a robot does because of somebody.

    Attributes:
        robot: Its id in the cast.
        gesture: The move, by name.
        cause: Why, in words that the record shows ("applause", "a guest at the door", "a wave" …).
        cause_host_s: When the cause began [host s].
        decided_host_s: When this was decided [host s].
        clap_tempo_bpm: The tempo that it keeps, or None for the move's own.
        clap_beat_host_s: An instant on which one of its beats falls [host s], None without a tempo.
    """

    robot: str
    gesture: str
    cause: str
    cause_host_s: float
    decided_host_s: float
    clap_tempo_bpm: float | None = None
    clap_beat_host_s: float | None = None

    @property
    def delay_s(self) -> float:
        """From the cause to the decision [s]."""
        return self.decided_host_s - self.cause_host_s
