"""Charts of beats: read whoever made them, refused where they cannot be true."""

import json

import numpy as np
import pytest

from temirbek.errors import InvalidInput
from temirbek.show import charts_from_text


def test_charts_of_others_are_read_and_what_is_not_needed_passed_over() -> None:
    text = json.dumps(
        [
            {"file": "a.ogg", "bpm": 120, "beats_s": [0, 0.5, 1.0]},
            {"file": "b.ogg", "beats_s": [1, 2], "phrases_s": [1]},
        ]
    )
    one, two = charts_from_text(text, where="beats.json")
    assert (one.file, one.beats_s.tolist(), one.phrases_s.size) == ("a.ogg", [0.0, 0.5, 1.0], 0)
    assert np.array_equal(two.phrases_s, [1.0])


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[", "beats.json: not valid JSON"),
        ("{}", "the file: input should be a valid list"),
        ('[{"beats_s": [0, 1]}]', "[0].file: is missing"),
        ('[{"file": "a", "beats_s": [0]}]', "[0].beats_s: list should have at least 2 items"),
        ('[{"file": "a", "beats_s": [0, 2, 1]}]', "[0].beats_s (a): the instants do not increase"),
        ('[{"file": "a", "beats_s": [0, NaN]}]', "[0].beats_s[1]: nan"),
    ],
)
def test_what_cannot_be_true_is_named(text: str, said: str) -> None:
    with pytest.raises(InvalidInput) as caught:
        charts_from_text(text, where="beats.json")
    assert said in str(caught.value)
