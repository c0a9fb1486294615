"""Eyes check themselves at birth: what they need, what they do not, and a floor that is one."""

import pytest

from temirbek.errors import InvalidInput
from temirbek.types import Eyes, FloorPoint


def floor(*stage: tuple[float, float]) -> tuple[FloorPoint, ...]:
    picture = ((0.2, 0.9), (1.5, 0.9), (1.2, 0.5), (0.5, 0.5))
    return tuple(FloorPoint(picture=p, stage=s) for p, s in zip(picture, stage, strict=False))


def test_a_venue_has_no_eyes_unless_it_says_so() -> None:
    assert Eyes().source == "none"
    assert Eyes(source="motion", floor=floor((1, 1), (1, -1), (3, -1), (3, 1))).pictures == "0"


@pytest.mark.parametrize(
    ("settings", "says"),
    [
        ({"source": "radar"}, "none, synthetic, motion, markers, mediapipe, onnx"),
        ({"source": "onnx"}, "needs the file of a network"),
        ({"source": "motion", "network": "x.onnx"}, "uses no network"),
        ({"source": "markers", "pictures": ""}, "pictures is empty"),
        ({"latency_ms": -1.0}, "0 to 2000"),
        ({"latency_ms": float("nan")}, "0 to 2000"),
        ({"floor": floor((1, 1), (1, -1), (3, -1))}, "3 points; expected 4"),
        ({"floor": floor((1, 1), (2, 1), (3, 1), (3, -1))}, "on a line"),
        ({"floor": floor((1, 1), (1, 1), (3, 1), (3, -1))}, "on a line"),
        ({"floor": floor((1, 1), (1, -1), (3, -1), (float("nan"), 1))}, "on a line"),
    ],
)
def test_what_cannot_see_is_refused(settings: dict, says: str) -> None:
    with pytest.raises(InvalidInput, match=says):
        Eyes(**settings)
