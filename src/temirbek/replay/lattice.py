"""Numbers as 16-bit integers on an even lattice, and bytes as text that a page can hold.

Each column of a table gets its own lattice: ``value = offset + step · code`` with codes from 0 to 65535, so the
error is at most half a step, (greatest − least) / 131070. Codes of smooth columns are stored as differences
(modulo 2¹⁶) and their low and high bytes apart, which deflate then shrinks to about half.
"""

import base64
import zlib
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

GREATEST_CODE = 65535


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Lattice:
    """A table on its lattice.

    Attributes:
        codes: Shape (n, c), uint16.
        offset, step: Per column, shape (c,); a constant column has step 0.
    """

    codes: NDArray[np.uint16]
    offset: NDArray[np.float64]
    step: NDArray[np.float64]

    @property
    def values(self) -> NDArray[np.float64]:
        """The table as a reader of the codes sees it, shape (n, c)."""
        return np.asarray(self.offset + self.step * self.codes)


def to_lattice(values: NDArray[np.float64]) -> Lattice:
    """Puts a table on its lattice.

    Args:
        values: Shape (n, c), n ≥ 1, finite.

    Raises:
        ValueError: The table is empty or holds something that is not a number.
    """
    table = np.asarray(values, dtype=float)
    if table.ndim != 2 or len(table) == 0:
        raise ValueError(f"a table of shape {table.shape} has no lattice; expected (n, c) with n ≥ 1")
    if not np.all(np.isfinite(table)):
        row, column = np.argwhere(~np.isfinite(table))[0]
        raise ValueError(f"row {row}, column {column} is {table[row, column]}; expected finite numbers")
    low, high = table.min(axis=0), table.max(axis=0)
    step = (high - low) / GREATEST_CODE
    codes = np.round((table - low) / np.where(step > 0, step, 1.0))
    return Lattice(codes=codes.astype(np.uint16), offset=low, step=step)


def pack_codes(codes: NDArray[np.uint16], *, differences: bool) -> bytes:
    """Codes as bytes, column after column, ready for deflate.

    Args:
        codes: Shape (n, c).
        differences: Store each column's first code and the differences from row to row modulo 2¹⁶.

    Returns:
        All low bytes, then all high bytes.
    """
    columns = np.ascontiguousarray(codes.T)
    if differences:
        columns = np.diff(columns, axis=1, prepend=np.uint16(0))
    flat = columns.astype("<u2").ravel()
    return (flat & 0xFF).astype(np.uint8).tobytes() + (flat >> 8).astype(np.uint8).tobytes()


def unpack_codes(packed: bytes, n_rows: int, n_columns: int, *, differences: bool) -> NDArray[np.uint16]:
    """The inverse of :func:`pack_codes`: what the page's script does, here for the tests."""
    low, high = np.frombuffer(packed, dtype=np.uint8).reshape(2, n_columns, n_rows).astype(np.uint16)
    columns = (low | (high << 8)).astype(np.uint16)
    if differences:
        columns = np.cumsum(columns, axis=1, dtype=np.uint16)
    return np.ascontiguousarray(columns.T)


def as_text(data: bytes, *, deflate: bool) -> str:
    """Bytes as base64, deflated (zlib, RFC 1950) before where that helps."""
    return base64.b64encode(zlib.compress(data, 9) if deflate else data).decode("ascii")
