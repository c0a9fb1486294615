"""The nouns: what rooms hand to each other.

Frozen, slotted, keyword-only dataclasses that check themselves once, at birth. Numpy only. Every number wears its
unit and every time its timeline (``track_s``, ``mix_s``, ``host_s``); arrays are copied and locked, so a noun never
changes under its reader: use :func:`dataclasses.replace`.
"""

from temirbek.types.beat_grid import BeatGrid
from temirbek.types.choreography import (
    LAYERS,
    Accent,
    BodyPart,
    Choreography,
    Layer,
    Move,
    MoveCall,
    MoveKeys,
    Performer,
    Reach,
    RobotKind,
    Role,
)
from temirbek.types.figure import Figure, FigureBody, FigureMesh
from temirbek.types.mix import Mix, MixSection
from temirbek.types.performance import ExecutedMotion
from temirbek.types.plan import (
    CONTROLS,
    Automation,
    Control,
    Deck,
    Play,
    SetPlan,
    Transition,
    TransitionStyle,
)
from temirbek.types.progress import Progress, no_progress
from temirbek.types.robot import RobotCommand, RobotModel, RobotState
from temirbek.types.show import Music, Show
from temirbek.types.stage import Desk, DeskControl, Stage
from temirbek.types.tempo_curve import TempoCurve
from temirbek.types.track import (
    SECTION_LABELS,
    TONIC_NAMES,
    WAVEFORM_RATE_HZ,
    Confidence,
    Key,
    KeyEstimate,
    Mode,
    Section,
    SectionLabel,
    Track,
    TrackAnalysis,
)
from temirbek.types.trajectory import Trajectory, TrajectoryPoint

__all__ = [
    "CONTROLS",
    "LAYERS",
    "SECTION_LABELS",
    "TONIC_NAMES",
    "WAVEFORM_RATE_HZ",
    "Accent",
    "Automation",
    "BeatGrid",
    "BodyPart",
    "Choreography",
    "Confidence",
    "Control",
    "Deck",
    "Desk",
    "DeskControl",
    "ExecutedMotion",
    "Figure",
    "FigureBody",
    "FigureMesh",
    "Key",
    "KeyEstimate",
    "Layer",
    "Mix",
    "MixSection",
    "Mode",
    "Move",
    "MoveCall",
    "MoveKeys",
    "Music",
    "Performer",
    "Play",
    "Progress",
    "Reach",
    "RobotCommand",
    "RobotKind",
    "RobotModel",
    "RobotState",
    "Role",
    "Section",
    "SectionLabel",
    "SetPlan",
    "Show",
    "Stage",
    "TempoCurve",
    "Track",
    "TrackAnalysis",
    "Trajectory",
    "TrajectoryPoint",
    "Transition",
    "TransitionStyle",
    "no_progress",
]
