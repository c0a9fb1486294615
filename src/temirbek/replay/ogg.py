"""Ogg without chance: an encoder numbers its stream at random; here every stream gets the number that it is told.

RFC 3533: a page begins with "OggS"; its stream's serial number stands at byte 14, its checksum at byte 22 (a CRC-32
with the polynomial 0x04C11DB7, most significant bit first, no complements, taken with the checksum as 0), the
number of segments at byte 26 and their lengths behind it.
"""

import struct
import zlib

HEADER_BYTES = 27
ALL_ONES = 0xFFFFFFFF
MIRRORED = bytes(int(f"{byte:08b}"[::-1], 2) for byte in range(256))


def with_serial(stream: bytes, serial: int) -> bytes:
    """The same stream under another serial number.

    Args:
        stream: Whole Ogg pages of one logical stream.
        serial: 0 to 2³² − 1.

    Raises:
        ValueError: These are no Ogg pages.
    """
    pages = bytearray(stream)
    start = 0
    while start < len(pages):
        if pages[start : start + 4] != b"OggS" or start + HEADER_BYTES > len(pages):
            raise ValueError(f"byte {start} of {len(pages)}: expected the beginning of an Ogg page")
        segments = pages[start + 26]
        body = sum(pages[start + HEADER_BYTES : start + HEADER_BYTES + segments])
        end = start + HEADER_BYTES + segments + body
        struct.pack_into("<I", pages, start + 14, serial)
        struct.pack_into("<I", pages, start + 22, 0)
        struct.pack_into("<I", pages, start + 22, checksum(bytes(pages[start:end])))
        start = end
    return bytes(pages)


def checksum(page: bytes) -> int:
    """Ogg's CRC-32, by way of zlib's: the same polynomial, mirrored bits, complemented at both ends."""
    mirrored = zlib.crc32(page.translate(MIRRORED), ALL_ONES) ^ ALL_ONES
    return int(f"{mirrored:032b}"[::-1], 2)
