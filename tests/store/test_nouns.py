"""What is written returns exactly."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, time
from pathlib import Path
from typing import Any, Literal

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


@dataclass(frozen=True, slots=True, kw_only=True)
class Song:
    pass


@dataclass(frozen=True, slots=True, kw_only=True)
class Talk:
    pass


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    what: Song | Talk
    day: date
    at: time
    arguments: tuple[int | float | str | bool, ...]
    by_number: Mapping[int, str]
    anything: Any = None
    later: Song | Talk | None = None


def test_dates_choices_and_mixed_values_return() -> None:
    for what in (Song(), Talk()):
        item = Item(
            what=what,
            day=date(2026, 3, 7),
            at=time(19, 0, 30),
            arguments=(1, 2.5, "бастау", True),
            by_number={3: "c"},
            anything={"a": [1, None]},
            later=what,
        )
        back = through_json(item)
        assert back == item
        assert isinstance(back, Item)
        assert [type(v) for v in back.arguments] == [int, float, str, bool]


@pytest.mark.parametrize(
    ("name", "value", "says"),
    [
        ("day", "tomorrow", r"Item\.day: .*tomorrow"),
        ("at", 5, r"Item\.at: 5 is not a time"),
        ("what", {}, r"Item\.what: expected an object that is one of Song, Talk"),
        ("arguments", [None], r"Item\.arguments\[0\]: None is not a int"),
        ("by_number", {"three": "c"}, r"Item\.by_number: .*three"),
    ],
)
def test_what_does_not_fit_names_its_place(name: str, value: object, says: str) -> None:
    good = to_json(Item(what=Song(), day=date(2026, 3, 7), at=time(19), arguments=(), by_number={}))
    with pytest.raises(ValueError, match=says):
        from_json(Item, good | {name: value})
