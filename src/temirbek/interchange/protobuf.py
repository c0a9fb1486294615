"""Just enough of Protocol Buffers to read a small message: its fields one after the other (protobuf.dev, "Encoding")."""

import struct
from collections.abc import Iterator
from dataclasses import dataclass

VARINT, FIXED64, BYTES, FIXED32 = 0, 1, 2, 5
MOST_VARINT_BYTES = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """One field: its number, how it was packed, and what was in it.

    ``value`` is a whole number for a varint, else the bytes.
    """

    number: int
    wire: int
    value: int | bytes

    def message(self) -> bytes:
        """The bytes of a message inside.

        Raises:
            ValueError: It is none.
        """
        if self.wire != BYTES or not isinstance(self.value, bytes):
            raise ValueError(f"field {self.number} is no message")
        return self.value

    def number_value(self) -> float:
        """A double, a float or a (signed, 64-bit) whole number.

        Raises:
            ValueError: It is none of these.
        """
        if isinstance(self.value, int):
            return float(self.value - (1 << 64) if self.value >> 63 else self.value)
        if self.wire == FIXED64:
            return float(struct.unpack("<d", self.value)[0])
        if self.wire == FIXED32:
            return float(struct.unpack("<f", self.value)[0])
        raise ValueError(f"field {self.number} is no number")


def fields(data: bytes) -> Iterator[Field]:
    """The fields of a message.

    Raises:
        ValueError: The message is cut short or uses a packing that has been abolished.
    """
    at = 0
    while at < len(data):
        tag, at = _varint(data, at)
        wire = tag & 7
        value: int | bytes
        if wire == VARINT:
            value, at = _varint(data, at)
        else:
            size, at = _varint(data, at) if wire == BYTES else (_fixed_size(wire), at)
            value, at = data[at : at + size], at + size
            if len(value) < size:
                raise ValueError(f"field {tag >> 3} is cut short")
        yield Field(number=tag >> 3, wire=wire, value=value)


def _fixed_size(wire: int) -> int:
    if wire not in (FIXED64, FIXED32):
        raise ValueError(f"wire type {wire} is unknown")
    return 8 if wire == FIXED64 else 4


def _varint(data: bytes, at: int) -> tuple[int, int]:
    """A whole number and where the next byte is."""
    value = 0
    for k, byte in enumerate(data[at : at + MOST_VARINT_BYTES]):
        value |= (byte & 0x7F) << (7 * k)
        if byte < 0x80:
            return value & ((1 << 64) - 1), at + k + 1
    raise ValueError("a number is cut short")
