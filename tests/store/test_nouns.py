"""What is written returns exactly."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from temirbek.store import from_json, to_json
from temirbek.types import Automation, BeatGrid, Choreography, MoveCall, Performer, SetPlan


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Sample:
    path: Path
    kind: Literal["a", "b"]
    note: str | None
    values: NDArray[np.float32]
    pairs: tuple[tuple[float, str], ...]


def through_json(noun: object) -> object:
    return from_json(type(noun), json.loads(json.dumps(to_json(noun), allow_nan=False)))


@given(st.lists(st.floats(allow_nan=False, allow_infinity=False, width=32), max_size=9))
def test_every_value_returns_exactly(values: list[float]) -> None:
    noun = Sample(
        path=Path("қара жорға.ogg"),
        kind="b",
        note=None,
        values=np.array(values, np.float32),
        pairs=((0.1, "x"),),
    )
    back = through_json(noun)
    assert isinstance(back, Sample)
    assert back.values.dtype == np.float32
    np.testing.assert_array_equal(back.values, noun.values)
    assert (back.path, back.kind, back.note, back.pairs) == (noun.path, noun.kind, noun.note, noun.pairs)


def test_the_nouns_of_the_house_return() -> None:
    plan = SetPlan(
        plays=(),
        transitions=(),
        automation=(Automation(deck="A", control="low", beats=[0, 1], values=[0, 1]),),
        tempo_beats=[0],
        tempo_bpm=[120],
        end_beat=64.0,
        seed=3,
        left_out=(("id", "why"),),
    )
    back = through_json(plan)
    assert isinstance(back, SetPlan)
    assert back.left_out == plan.left_out
    assert back.automation[0].values.tolist() == [0.0, 1.0]
    dance = Choreography(
        performers=(Performer(id="sky", name="Aspan", robot="g1", role="dancer", mark_m=(1.0, 2.0)),),
        calls=(
            MoveCall(
                performer="sky", move="bounce", start_beat=0, length_beats=4, intensity=1, layers=("legs",)
            ),
        ),
    )
    assert through_json(dance) == dance


@pytest.mark.parametrize(
    ("value", "says"),
    [
        ({"beats_s": [1, 2]}, "beats_s: expected an array"),
        ({"beats": 1}, "unknown beats; known are beats_s"),
        ({"beats_s": {"dtype": "float64", "shape": [1], "values": [1]}}, "n ≥ 2"),
        ([], "expected an object"),
    ],
)
def test_what_does_not_fit_is_refused_by_place(value: object, says: str) -> None:
    with pytest.raises(ValueError, match=says):
        from_json(BeatGrid, value)


def test_json_has_no_word_for_nan() -> None:
    with pytest.raises(ValueError, match="not finite"):
        to_json(np.array([np.nan]))
    with pytest.raises(ValueError, match="no place in JSON"):
        to_json(float("inf"))
    with pytest.raises(TypeError, match="cannot write a set"):
        to_json({1, 2})
