"""Art-Net 4's ArtDmx packet: one universe of light levels in one datagram (Artistic Licence, *Art-Net 4*, "ArtDmx")."""

import struct

from temirbek.errors import InvalidInput

MAGIC = b"Art-Net\0"
OP_DMX = 0x5000
PROTOCOL = 14
CHANNELS = 512
KEEP_ALIVE_S = 0.8
"""A universe that does not change is sent again so often: a node takes four seconds of silence for an end."""


def to_bytes(universe: int, levels: bytes, sequence: int) -> bytes:
    """A packet.

    Args:
        universe: Port-address, 0–32767: net, sub-net and universe.
        levels: One byte per channel, 1–512 of them; padded to an even number.
        sequence: 1–255, so that packets that overtake each other are told; 0: it is not used.

    Raises:
        InvalidInput: Something is out of range.
    """
    if not 0 <= universe < 1 << 15 or not 1 <= len(levels) <= CHANNELS or not 0 <= sequence <= 255:
        raise InvalidInput(
            f"universe {universe}, {len(levels)} channels, sequence {sequence}; expected 0–32767, 1–512, 0–255"
        )
    data = levels + b"\0" * (len(levels) % 2)
    head = struct.pack(">8s", MAGIC) + struct.pack("<H", OP_DMX) + struct.pack(">H", PROTOCOL)
    address = struct.pack("<BBH", sequence, 0, universe)
    return head + address + struct.pack(">H", len(data)) + data


def from_bytes(data: bytes) -> tuple[int, int, bytes]:
    """Universe, sequence and levels of a packet.

    Raises:
        InvalidInput: It is no ArtDmx packet.
    """
    if len(data) < 20 or data[:8] != MAGIC or struct.unpack_from("<H", data, 8)[0] != OP_DMX:
        raise InvalidInput(f"a datagram of {len(data)} bytes is no ArtDmx packet")
    sequence, _, universe, length = struct.unpack(">BBHH", data[12:18])
    universe = struct.unpack("<H", struct.pack(">H", universe))[0]
    if len(data) < 18 + length:
        raise InvalidInput(f"an ArtDmx packet of {len(data)} bytes says that it has {length} levels")
    return universe, sequence, data[18 : 18 + length]
