"""Networks that the tests write themselves: each layout is read from the picture's pixels to its shares, others are refused."""

from pathlib import Path

import numpy as np
import pytest
from tests.seeing.onnx_bytes import brightest, plain

from temirbek.errors import InvalidInput
from temirbek.seeing import OnnxPoses
from temirbek.seeing.onnx_poses import bodies_of

SIDE = 64
SPREAD = np.column_stack([np.linspace(-6, 6, 17), np.linspace(-9, 9, 17)])
"""Where a body's points are around the brightest pixel [pixels of the input]."""


def movenet(n_people: int = 0) -> bytes:
    """MoveNet's layouts: single pose, or as many rows of the multi-pose one, of which only the first is sure."""
    body = np.column_stack([SPREAD[:, 1] / SIDE, SPREAD[:, 0] / SIDE, np.full(17, 0.9)])
    dx, dy = np.zeros((17, 3)), np.zeros((17, 3))
    dx[:, 1] = dy[:, 0] = 1 / SIDE
    if not n_people:
        return brightest((SIDE, SIDE), body[None, None], np.stack([dx, dy])[:, None, None], colour_last=True)
    rows, moved = np.zeros((1, n_people, 56)), np.zeros((2, 1, n_people, 56))
    rows[0, :, :51], moved[0, 0, :, :51], moved[1, 0, :, :51] = body.ravel(), dx.ravel(), dy.ravel()
    rows[0, :, 51:55], rows[0, 0, 55] = (-0.1, -0.1, 0.1, 0.1), 0.8
    moved[0, 0, :, [52, 54]] = moved[1, 0, :, [51, 53]] = 1 / SIDE
    return brightest((SIDE, SIDE), rows, moved, colour_last=True)


def yolo(*, end_to_end: bool = False, transposed: bool = False) -> bytes:
    """YOLO's layouts: three rows, of which two are the same body and one is unsure."""
    n = 3
    first, length = (6, 57) if end_to_end else (5, 56)
    rows, moved = np.zeros((n, length)), np.zeros((2, n, length))
    rows[:, first:] = np.column_stack([SPREAD, np.full(17, 0.9)]).ravel()
    rows[:, :4] = (-10, -10, 10, 10) if end_to_end else (0, 0, 20, 20)
    rows[:, 4] = (0.6, 0.9, 0.1)
    moved[0, :, first::3] = moved[1, :, first + 1 :: 3] = 1.0
    moved[0, :, 0] = moved[1, :, 1] = 1.0
    if end_to_end:
        moved[0, :, 2] = moved[1, :, 3] = 1.0
    if transposed:
        rows, moved = rows.T, moved.transpose(0, 2, 1)
    return brightest((SIDE, SIDE), rows[None], moved[:, None], colour_last=False)


@pytest.mark.parametrize(
    ("network", "confidence"),
    [
        (movenet(), 0.9),
        (movenet(6), 0.8),
        (yolo(), 0.9),
        (yolo(transposed=True), 0.9),
        (yolo(end_to_end=True), 0.9),
    ],
    ids=["movenet", "movenet multi", "yolo rows", "yolo columns", "yolo end to end"],
)
@pytest.mark.parametrize("shape", [(240, 320), (320, 240)])
def test_a_network_that_looks_is_read_in_shares_of_the_height(
    network: bytes, confidence: float, shape: tuple[int, int], tmp_path: Path
) -> None:
    path = tmp_path / "network.onnx"
    path.write_bytes(network)
    pixels = np.zeros((*shape, 3), dtype=np.uint8)
    line, column = round(shape[0] * 0.4), round(shape[1] * 0.6)
    pixels[line - 4 : line + 4, column - 4 : column + 4] = 255
    finder = OnnxPoses(path)
    finder.open()
    found = finder.find(pixels, 0.0)
    finder.close()
    assert len(found) == 1
    assert found[0].confidence == pytest.approx(confidence)
    per_share = SIDE / max(shape) * shape[0]  # pixels of the input in a height of the picture
    expected = SPREAD / per_share + np.array([column, line]) / shape[0]
    # The brightest pixel is known to a pixel of the network's small input, and the patch is some wide.
    assert np.abs(found[0].keypoints[:, :2] - expected).max() < 2.0 / per_share
    assert np.allclose(found[0].keypoints[:, 2], 0.9)


@pytest.mark.parametrize(
    ("inputs", "output", "says"),
    [
        ((1, SIDE, SIDE, 3), (1, 10, 4), r"its output is \(1, 10, 4\)"),
        ((1, SIDE, SIDE, 3), (1, 17, 3), r"expected \(1, 1, 17, 3\)"),
        ((1, SIDE, SIDE, 1), (1, 1, 17, 3), "its inputs are"),
        ((1, 51), (1, 1, 17, 3), "its inputs are"),
    ],
)
def test_what_is_not_understood_is_refused_when_it_is_opened(
    inputs: tuple[int, ...], output: tuple[int, ...], says: str, tmp_path: Path
) -> None:
    path = tmp_path / "network.onnx"
    path.write_bytes(plain(inputs, output))
    with pytest.raises(InvalidInput, match=says):
        OnnxPoses(path).open()


def test_a_file_that_is_no_network_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "network.onnx"
    path.write_bytes(b"PK\x03\x04 something else")
    with pytest.raises(InvalidInput, match="not a network"):
        OnnxPoses(path).open()


def test_two_bodies_are_two_and_one_that_is_found_twice_is_one() -> None:
    rows = np.zeros((1, 56, 3))
    rows[0, :4] = np.array([[100, 102, 300], [100, 101, 100], [40, 40, 40], [80, 80, 80]])
    rows[0, 4] = (0.7, 0.9, 0.8)
    bodies = bodies_of(rows, "yolo", input_size=(640, 640))
    assert [confidence for _, confidence in bodies] == [0.9, 0.8]
