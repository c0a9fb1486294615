"""Numbers on their lattice: never farther than half a step, and back from bytes without loss."""

import base64
import zlib

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from temirbek.replay.lattice import GREATEST_CODE, as_text, pack_codes, to_lattice, unpack_codes
from temirbek.replay.payloads import Payloads

SHAPES = arrays.array_shapes(min_dims=2, max_dims=2, min_side=1, max_side=40)
TABLES = arrays.arrays(float, SHAPES, elements=st.floats(-1e4, 1e4, width=32))
CODES = arrays.arrays(np.uint16, SHAPES, elements=st.integers(0, GREATEST_CODE))


@given(TABLES)
def test_error_is_at_most_half_a_step(table: np.ndarray) -> None:
    lattice = to_lattice(table)
    step = (table.max(axis=0) - table.min(axis=0)) / GREATEST_CODE
    slack = 1e-12 * np.abs(table).max()
    assert np.all(np.abs(lattice.values - table) <= step / 2 + slack)


@given(CODES, st.booleans())
def test_codes_survive_the_bytes(codes: np.ndarray, differences: bool) -> None:
    packed = pack_codes(codes, differences=differences)
    assert len(packed) == 2 * codes.size
    assert np.array_equal(unpack_codes(packed, *codes.shape, differences=differences), codes)


def test_a_stage_of_ten_metres_is_placed_within_a_tenth_of_a_millimetre() -> None:
    x = np.linspace(-5, 5, 1001)[:, None]
    assert np.abs(to_lattice(x).values - x).max() < 1e-4


def test_a_constant_column_is_exact() -> None:
    table = np.full((5, 1), 0.793)
    assert np.array_equal(to_lattice(table).values, table)


@pytest.mark.parametrize(
    ("table", "says"),
    [(np.zeros((0, 3)), "n ≥ 1"), (np.zeros(4), "has no lattice"), (np.array([[0.0, np.nan]]), "column 1")],
)
def test_what_has_no_lattice_is_refused(table: np.ndarray, says: str) -> None:
    with pytest.raises(ValueError, match=says):
        to_lattice(table)


@pytest.mark.parametrize(
    ("greatest", "kind", "dtype"),
    [(255, "uint8", "<u1"), (256, "uint16", "<u2"), (65535, "uint16", "<u2"), (65536, "uint32", "<u4")],
)
def test_whole_numbers_take_the_shortest_form_that_holds_them(greatest: int, kind: str, dtype: str) -> None:
    payloads = Payloads()
    values = np.array([0, 1, greatest])
    about = payloads.integers("x", values)
    data = zlib.decompress(base64.b64decode(payloads.texts["x"]))
    assert about == {"payload": "x", "kind": kind, "count": 3}
    assert np.array_equal(np.frombuffer(data, dtype=dtype), values)


def test_two_parts_cannot_have_one_name() -> None:
    payloads = Payloads()
    payloads.raw("sound", b"1")
    with pytest.raises(ValueError, match="sound"):
        payloads.raw("sound", b"2")


@given(st.binary(max_size=200))
def test_text_gives_the_bytes_back(data: bytes) -> None:
    assert base64.b64decode(as_text(data, deflate=False)) == data
    assert zlib.decompress(base64.b64decode(as_text(data, deflate=True))) == data
