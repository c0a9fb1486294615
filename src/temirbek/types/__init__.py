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
    MoveParameter,
    MoveStep,
    Performer,
    Reach,
    RobotKind,
    Role,
)
from temirbek.types.deck_map import DeckMap
from temirbek.types.envelope import Approach, Crossing, CrossingKind, Envelope
from temirbek.types.figure import Figure, FigureBody, FigureMesh
from temirbek.types.footsteps import (
    FEET,
    footsteps_of,
    place_at,
    scale_of,
    start_place,
    steps_of,
    travel_of,
)
from temirbek.types.library import DjLibrary, LibraryTrack
from temirbek.types.mix import Mix, MixSection
from temirbek.types.performance import ExecutedMotion
from temirbek.types.place import Footstep, Place
from temirbek.types.plan import (
    CONTROL_REST,
    CONTROLS,
    TRANSITION_STYLES,
    Adjustment,
    Automation,
    Control,
    Deck,
    Loop,
    Play,
    SetPlan,
    SetWishes,
    Transition,
    TransitionStyle,
)
from temirbek.types.progress import Progress, no_progress
from temirbek.types.robot import RobotCommand, RobotModel, RobotReadings, RobotState
from temirbek.types.show import Music, NamedWishes, Show
from temirbek.types.stage import Desk, DeskControl, Stage, Zone
from temirbek.types.tempo_curve import TempoCurve
from temirbek.types.track import (
    N_TIMBRE,
    SECTION_LABELS,
    TONIC_NAMES,
    WAVEFORM_RATE_HZ,
    Confidence,
    CuePoint,
    Key,
    KeyEstimate,
    Mode,
    MusicEvent,
    Section,
    SectionLabel,
    Track,
    TrackAnalysis,
    TrackSummary,
    summary_of,
)
from temirbek.types.trajectory import Trajectory, TrajectoryPoint

__all__ = [
    "CONTROLS",
    "CONTROL_REST",
    "FEET",
    "LAYERS",
    "N_TIMBRE",
    "SECTION_LABELS",
    "TONIC_NAMES",
    "TRANSITION_STYLES",
    "WAVEFORM_RATE_HZ",
    "Accent",
    "Adjustment",
    "Approach",
    "Automation",
    "BeatGrid",
    "BodyPart",
    "Choreography",
    "Confidence",
    "Control",
    "Crossing",
    "CrossingKind",
    "CuePoint",
    "Deck",
    "DeckMap",
    "Desk",
    "DeskControl",
    "DjLibrary",
    "Envelope",
    "ExecutedMotion",
    "Figure",
    "FigureBody",
    "FigureMesh",
    "Footstep",
    "Key",
    "KeyEstimate",
    "Layer",
    "LibraryTrack",
    "Loop",
    "Mix",
    "MixSection",
    "Mode",
    "Move",
    "MoveCall",
    "MoveKeys",
    "MoveParameter",
    "MoveStep",
    "Music",
    "MusicEvent",
    "NamedWishes",
    "Performer",
    "Place",
    "Play",
    "Progress",
    "Reach",
    "RobotCommand",
    "RobotKind",
    "RobotModel",
    "RobotReadings",
    "RobotState",
    "Role",
    "Section",
    "SectionLabel",
    "SetPlan",
    "SetWishes",
    "Show",
    "Stage",
    "TempoCurve",
    "Track",
    "TrackAnalysis",
    "TrackSummary",
    "Trajectory",
    "TrajectoryPoint",
    "Transition",
    "TransitionStyle",
    "Zone",
    "footsteps_of",
    "no_progress",
    "place_at",
    "scale_of",
    "start_place",
    "steps_of",
    "summary_of",
    "travel_of",
]
