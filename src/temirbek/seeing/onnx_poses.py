"""Bodies by an ONNX network whose file the user names; none is brought or fetched.

Understood are networks with one picture as their input, (1, height, width, 3) or (1, 3, height, width), and as their first
output one of these four:

========================  =====================  ===========================================================================
output                    known from             each row
========================  =====================  ===========================================================================
(1, 1, 17, 3)             MoveNet single pose    y, x (shares of the input's sides), confidence of one key point
(1, n, 56), input … × 3   MoveNet multi-pose     17 × (y, x, confidence), then ymin, xmin, ymax, xmax, confidence
(1, 56, n) or (1, n, 56)  YOLO pose              centre x, y, width, height (pixels), confidence, 17 × (x, y, confidence)
(1, n, 57)                YOLO pose, end to end  left, top, right, bottom (pixels), confidence, class, 17 × (x, y, confidence)
========================  =====================  ===========================================================================

The picture is made smaller into the upper left corner of the input, its shape kept, the rest grey. Networks of the first kind
(whose last side is the colour) get red, green, blue from 0 to 255; those of the second, from 0 to 1. An input of free size is
taken as 256 (colour last) or 640 (colour first).
"""

from pathlib import Path
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from temirbek.errors import DeviceLost, InvalidInput
from temirbek.seeing.extras import needed, opencv
from temirbek.seeing.mediapipe_poses import network_file
from temirbek.seeing.source import Pixels, Sees, Sighting, sighting_of

Array = NDArray[np.float64]
Layout = Literal["movenet", "movenet_multi", "yolo", "yolo_end_to_end"]
LEAST_CONFIDENCE = 0.3
LEAST_MOVENET = 0.2
MOST_OVERLAP = 0.6
"""Two bodies whose boxes share more than this (intersection over union) are one."""
FREE_LAST, FREE_FIRST = 256, 640
GREY = 114
MOST_PEOPLE = 32


class OnnxPoses:
    """A :class:`~temirbek.seeing.Finder`.

    Args:
        path: The network's file (.onnx).
    """

    sees = Sees(bodies=True, places=True, headings=True)

    def __init__(self, path: Path) -> None:
        self._path = path
        self._cv2: Any = None
        self._session: Any = None
        self._name = ""
        self._is_colour_last = True
        self._size = (0, 0)
        self._dtype: type[np.generic] = np.float32

    def open(self) -> None:
        """Loads the network, and lets it look at an empty picture: what it answers must be understood."""
        network = network_file(self._path, "a network for bodies", ".onnx")
        self._cv2 = opencv("seeing bodies")
        runtime = needed("onnxruntime", "seeing bodies by an ONNX network", extra="onnx")
        options = runtime.SessionOptions()
        options.intra_op_num_threads = 1
        options.log_severity_level = 4
        try:
            self._session = runtime.InferenceSession(
                str(network), options, providers=["CPUExecutionProvider"]
            )
        except Exception as error:  # its own exceptions have no common base but this one
            raise InvalidInput(f"{network}: not a network that ONNX Runtime can load ({error})") from error
        self._take_input(self._session.get_inputs())
        grey = np.full((*self._size, 3), GREY, dtype=np.uint8)
        layout_of(self._run(grey).shape, is_colour_last=self._is_colour_last, where=str(network))

    def close(self) -> None:
        """Lets go of it."""
        self._session = None

    def find(self, pixels: Pixels, host_s: float) -> tuple[Sighting, ...]:
        """Bodies in the picture."""
        height, width = self._size
        scale = min(height / pixels.shape[0], width / pixels.shape[1])
        size = (max(1, round(pixels.shape[1] * scale)), max(1, round(pixels.shape[0] * scale)))
        framed = np.full((height, width, 3), GREY, dtype=np.uint8)
        framed[: size[1], : size[0]] = self._cv2.resize(pixels, size, interpolation=self._cv2.INTER_AREA)
        answer = self._run(framed)
        layout = layout_of(answer.shape, is_colour_last=self._is_colour_last, where=str(self._path))
        bodies = bodies_of(answer, layout, input_size=self._size)
        to_shares = np.array([1.0 / size[1], 1.0 / size[1], 1.0])
        found = []
        for body, confidence in bodies:
            sighting = sighting_of(body * to_shares, confidence)
            if sighting is not None:
                found.append(sighting)
        return tuple(found)

    def _take_input(self, inputs: list[Any]) -> None:
        shape = list(inputs[0].shape) if len(inputs) == 1 else []
        is_last = len(shape) == 4 and shape[3] == 3
        if not is_last and not (len(shape) == 4 and shape[1] == 3):
            raise InvalidInput(
                f"{self._path}: its inputs are {[one.shape for one in inputs]}; "
                "expected one, (1, height, width, 3) or (1, 3, height, width)"
            )
        sides = shape[1:3] if is_last else shape[2:4]
        free = FREE_LAST if is_last else FREE_FIRST
        self._size = tuple(side if isinstance(side, int) and side > 0 else free for side in sides)  # type: ignore[assignment]
        kinds: dict[str, type[np.generic]] = {
            "tensor(float)": np.float32,
            "tensor(float16)": np.float16,
            "tensor(int32)": np.int32,
            "tensor(uint8)": np.uint8,
        }
        if inputs[0].type not in kinds:
            raise InvalidInput(
                f"{self._path}: its input is {inputs[0].type}; expected one of {', '.join(kinds)}"
            )
        self._name, self._is_colour_last, self._dtype = inputs[0].name, is_last, kinds[inputs[0].type]

    def _run(self, framed: Pixels) -> Array:
        red_first = framed[..., ::-1]
        colours = red_first if self._is_colour_last else np.moveaxis(red_first, 2, 0) / 255.0
        fed = np.ascontiguousarray(colours[None], dtype=self._dtype)
        try:
            return np.asarray(self._session.run(None, {self._name: fed})[0], dtype=np.float64)
        except Exception as error:  # ONNX Runtime's exceptions have no common base but this one
            raise DeviceLost(f"{self._path.name}: the network failed ({error})") from error


def layout_of(shape: tuple[int, ...], *, is_colour_last: bool, where: str) -> Layout:
    """Which of the four layouts an output has.

    Raises:
        InvalidInput: None of them.
    """
    if shape == (1, 1, 17, 3):
        return "movenet"
    if len(shape) == 3 and shape[0] == 1:
        if shape[2] == 56 and is_colour_last:
            return "movenet_multi"
        if shape[2] == 57:
            return "yolo_end_to_end"
        if 56 in shape[1:]:
            return "yolo"
    raise InvalidInput(
        f"{where}: its output is {shape}; expected (1, 1, 17, 3), (1, n, 56), (1, 56, n) or (1, n, 57)"
    )


def bodies_of(answer: Array, layout: Layout, *, input_size: tuple[int, int]) -> list[tuple[Array, float]]:
    """Bodies (17, 3: x and y in pixels of the network's input, confidence) with how sure each is, the surest first.

    Args:
        answer: The network's first output.
        layout: Its layout.
        input_size: Height and width of its input [pixels].
    """
    height, width = input_size
    if layout == "movenet":
        body = _from_shares(answer[0, 0], height, width)
        confidence = float(body[:, 2].mean())
        return [(body, confidence)] if confidence >= LEAST_MOVENET else []
    rows = answer[0]
    if layout == "movenet_multi":
        bodies = [_from_shares(row[:51].reshape(17, 3), height, width) for row in rows]
        boxes = rows[:, [52, 51, 54, 53]] * np.array([width, height, width, height])
        return _surest(bodies, boxes, rows[:, 55], LEAST_MOVENET)
    if layout == "yolo_end_to_end":
        return _surest([row[6:].reshape(17, 3) for row in rows], rows[:, :4], rows[:, 4], LEAST_CONFIDENCE)
    rows = rows.T if rows.shape[0] == 56 else rows
    rows = rows[rows[:, 4] >= LEAST_CONFIDENCE]
    half = rows[:, 2:4] / 2.0
    boxes = np.column_stack([rows[:, :2] - half, rows[:, :2] + half])
    return _surest([row[5:].reshape(17, 3) for row in rows], boxes, rows[:, 4], LEAST_CONFIDENCE)


def _from_shares(points: Array, height: int, width: int) -> Array:
    """y, x, confidence in shares of the input → x, y in its pixels, confidence."""
    return np.column_stack([points[:, 1] * width, points[:, 0] * height, points[:, 2]])


def _surest(bodies: list[Array], boxes: Array, confidences: Array, least: float) -> list[tuple[Array, float]]:
    """Bodies that are sure enough, each once (greedy suppression of what overlaps a surer one)."""
    kept: list[int] = []
    for number in np.argsort(-confidences):
        if confidences[number] < least or len(kept) >= MOST_PEOPLE:
            break
        if all(_overlap(boxes[number], boxes[other]) <= MOST_OVERLAP for other in kept):
            kept.append(int(number))
    return [(bodies[number], float(confidences[number])) for number in kept]


def _overlap(one: Array, other: Array) -> float:
    """Intersection over union of two boxes (left, top, right, bottom)."""
    sides = np.minimum(one[2:], other[2:]) - np.maximum(one[:2], other[:2])
    shared = float(np.prod(np.maximum(sides, 0.0)))
    both = float(np.prod(one[2:] - one[:2]) + np.prod(other[2:] - other[:2])) - shared
    return shared / both if both > 0 else 0.0
