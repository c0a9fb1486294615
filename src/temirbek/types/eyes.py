"""What the hall is seen with: which eyes, through which camera, and where the floor is in the picture.

The four points of the floor are how a picture becomes a place: somebody lays four marks on the stage, writes down where
they are there and where they are seen. Where somebody is says a :class:`~temirbek.types.hall.BodyTrack`;
what they want, a :class:`BodyGesture`.
"""

from dataclasses import dataclass
from itertools import combinations
from typing import Literal, get_args

from temirbek.errors import InvalidInput

EyesSource = Literal["none", "synthetic", "motion", "markers", "mediapipe", "onnx"]
EYES_SOURCES: tuple[EyesSource, ...] = get_args(EyesSource)
"""No eyes; the simulated hall; moving patches; bibs with markers; bodies by MediaPipe; bodies by an ONNX network."""
N_FLOOR_POINTS = 4
LEAST_AREA = 1e-4
"""Three marks that span less than this (in squares of the picture's height, or in m²) lie on a line."""
LONGEST_LATENCY_MS = 2000.0

BodyGestureKind = Literal["wave", "raised_hand", "high_five_offer"]
Point = tuple[float, float]


@dataclass(frozen=True, slots=True, kw_only=True)
class FloorPoint:
    """One mark on the floor.

    Attributes:
        picture: Where it is seen: x to the right and y down from the upper left corner, both in shares of the picture's
            *height* (in a picture of 1280 × 720 the lower right corner is (1.78, 1)).
        stage: Where it lies, stage frame [m].
    """

    picture: Point
    stage: Point


@dataclass(frozen=True, slots=True, kw_only=True)
class Eyes:
    """How people in front of the stage are seen.

    Attributes:
        source: What looks; "none": nothing does, "synthetic": the simulated hall.
        pictures: Where pictures come from: the number of a camera ("0"), its device, a video file or a folder of
            pictures (paths as text, from the show file's folder). Unused by "none" and "synthetic".
        network: The file of the network of "mediapipe" or "onnx", as text; "" for the others.
        floor: Four marks, no three of them on a line, or none: then people are seen, but nobody knows where they stand.
        latency_ms: How old a picture is when it arrives, if measured [ms, 0–2000].

    Raises:
        InvalidInput: A network is missing, or the floor cannot be one.
    """

    source: EyesSource = "none"
    pictures: str = "0"
    network: str = ""
    floor: tuple[FloorPoint, ...] = ()
    latency_ms: float = 0.0

    def __post_init__(self) -> None:
        if self.source not in EYES_SOURCES:
            raise InvalidInput(f"eyes: source {self.source!r}; expected one of {', '.join(EYES_SOURCES)}")
        needs_network = self.source in ("mediapipe", "onnx")
        if needs_network and not self.network:
            raise InvalidInput(
                f'eyes: the source {self.source!r} needs the file of a network (network = "…"); none is brought along'
            )
        if not needs_network and self.network:
            raise InvalidInput(
                f"eyes: the source {self.source!r} uses no network; network was {self.network!r}"
            )
        if not self.pictures and self.source not in ("none", "synthetic"):
            raise InvalidInput(
                "eyes: pictures is empty; expected a camera's number, a video file or a folder"
            )
        if not 0.0 <= self.latency_ms <= LONGEST_LATENCY_MS:
            raise InvalidInput(
                f"eyes: latency_ms = {self.latency_ms:g}; expected 0 to {LONGEST_LATENCY_MS:g}"
            )
        self._check_floor()

    def _check_floor(self) -> None:
        if len(self.floor) not in (0, N_FLOOR_POINTS):
            raise InvalidInput(
                f"eyes: floor has {len(self.floor)} points; expected {N_FLOOR_POINTS}, or none"
            )
        for name in ("picture", "stage"):
            for three in combinations([getattr(point, name) for point in self.floor], 3):
                if not _area(*three) > LEAST_AREA:
                    raise InvalidInput(
                        f"eyes: floor: the {name} points {', '.join(map(str, three))} lie on a line; "
                        "expected four marks like the corners of a square"
                    )


@dataclass(frozen=True, slots=True, kw_only=True)
class BodyGesture:
    """Something that a person in front of the stage does on purpose, as far as their key points tell.

    Attributes:
        track: Id of the :class:`~temirbek.types.hall.BodyTrack`.
        kind: What it is. Somebody who dances seems to wave now and then: believe a wave only in moments without dancing.
        began_host_s: When it began, as far as seen [host s].
        host_s: When the picture was taken that decided it [host s].
        confidence: 0–1.
    """

    track: str
    kind: BodyGestureKind
    began_host_s: float
    host_s: float
    confidence: float


def _area(a: Point, b: Point, c: Point) -> float:
    """Of the triangle; not a number where a coordinate is none."""
    return abs((b[0] - a[0]) * (c[1] - a[1]) - (c[0] - a[0]) * (b[1] - a[1])) / 2.0
