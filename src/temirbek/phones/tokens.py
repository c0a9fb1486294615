"""Tokens of seats and tickets: who holds one may vote once in each ballot of one evening, and nobody learns who that is.

A token is 16 bytes, written as 26 characters that can be read out and typed (Crockford's base 32: no I, L, O, U; case and
hyphens do not matter)::

    2 bytes   which evening: tells a ticket of another night from a forged one; proves nothing
    6 bytes   the voter: HMAC-SHA-256 of the seat or ticket under the evening's key, cut
    8 bytes   the proof: HMAC-SHA-256 of the voter under another key of the evening, cut to 64 bits

The voter's id cannot be led back to a seat or a ticket without the key, and the ticket's own secret (which opens the door
of the hall) is nowhere in it. 64 bits of proof are guessed once in 10^19 tries; RFC 2104 asks for at least half of the
hash, or 80 bits, where tries are free: here each costs a round trip to a server that counts them. The key lies in one file
that its owner alone can read; whoever has it can make every vote of the evening.
"""

import base64
import binascii
import contextlib
import hashlib
import hmac
import json
import os
import secrets
import stat
from collections.abc import Iterable
from pathlib import Path
from typing import Self

from temirbek.errors import InvalidInput

KEY_FILE = "phones.key"
"""The key's name, beside the show file or in the run folder."""
TOKEN_CHARACTERS = 26
LONGEST_TYPED = 64
"""Characters; whatever is longer is no token, and is not looked at any further."""

_EVENING_BYTES, _VOTER_BYTES, _PROOF_BYTES = 2, 6, 8
_TOKEN_BYTES = _EVENING_BYTES + _VOTER_BYTES + _PROOF_BYTES
_KEY_BYTES = 32
_FORMAT = 1
_RFC_4648 = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"
_CROCKFORD = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_WRITE = str.maketrans(_RFC_4648, _CROCKFORD)
_READ = str.maketrans(_CROCKFORD + "OILU", _RFC_4648 + "ABB!", "- ")
"""What hands write for 0 and 1 is read as 0 and 1; the letter U is none of these."""


class TokenRefused(Exception):
    """A token that gives no vote.

    Args:
        reason: ``"malformed"``, ``"another_evening"`` or ``"forged"``.
    """

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class TokenKey:
    """Signs and checks the tokens of one evening.

    Args:
        key: 32 random bytes.
        evening: Which evening; any words, such as the show's title and its date.

    Raises:
        InvalidInput: The key is too short, or the evening has no name.
    """

    def __init__(self, key: bytes, evening: str) -> None:
        if len(key) < _KEY_BYTES:
            raise InvalidInput(f"a key of {len(key)} bytes; expected {_KEY_BYTES}")
        if not evening.strip():
            raise InvalidInput("the evening of the tokens has no name; expected words such as its date")
        self.evening = evening
        self._evening = hashlib.sha256(evening.encode()).digest()[:_EVENING_BYTES]
        self._voters = _keyed(key, f"temirbek voter\0{evening}")
        self._proofs = _keyed(key, f"temirbek proof\0{evening}")

    def voter(self, seat: str) -> str:
        """The voter's id for a seat or ticket: 12 hexadecimal digits, the same on every call.

        Args:
            seat: What tells it from all others: a ticket's secret, or block, row and seat.
        """
        return _keyed(self._voters, seat)[:_VOTER_BYTES].hex()

    def sign(self, seat: str) -> str:
        """The token of a seat or ticket, 26 characters.

        Args:
            seat: As for :meth:`voter`.
        """
        voter = bytes.fromhex(self.voter(seat))
        body = self._evening + voter + self._proof(voter)
        return base64.b32encode(body).decode()[:TOKEN_CHARACTERS].translate(_WRITE)

    def check(self, token: str) -> str:
        """The voter whom a token speaks for.

        Takes the same time for every forged token, however near to a true one.

        Raises:
            TokenRefused: It is none, of another evening, or forged.
        """
        body = _bytes_of(token)
        evening, voter, proof = body[:2], body[2:8], body[8:]
        if evening != self._evening:
            raise TokenRefused("another_evening")
        if not hmac.compare_digest(proof, self._proof(voter)):
            raise TokenRefused("forged")
        return voter.hex()

    def _proof(self, voter: bytes) -> bytes:
        return hmac.digest(self._proofs, voter, "sha256")[:_PROOF_BYTES]

    @classmethod
    def read(cls, path: Path) -> Self:
        """The key of a file.

        Raises:
            InvalidInput: It cannot be read, is damaged, or others may read it.
        """
        try:
            mode = path.stat().st_mode
            values = json.loads(path.read_text(encoding="ascii"))
            key, evening, version = bytes.fromhex(values["key"]), values["evening"], values["format"]
        except OSError as error:
            raise InvalidInput(f"{path}: cannot be read ({error.strerror or error})") from error
        except (ValueError, KeyError, TypeError) as error:
            raise InvalidInput(f"{path}: this is not a key of tokens, or it is damaged") from error
        if version != _FORMAT or not isinstance(evening, str):
            raise InvalidInput(f"{path}: a key of format {version!r}; this program reads {_FORMAT}")
        if mode & (stat.S_IRWXG | stat.S_IRWXO):
            raise InvalidInput(
                f"{path}: others may read this key (mode {stat.S_IMODE(mode):o}); expected 600"
            )
        return cls(key, evening)

    @classmethod
    def make(cls, path: Path, evening: str) -> Self:
        """A new key, in a file that its owner alone may read (mode 600), written whole or not at all.

        Raises:
            InvalidInput: There is a file already, or it cannot be written.
        """
        made = cls(key := secrets.token_bytes(_KEY_BYTES), evening)
        text = json.dumps({"format": _FORMAT, "evening": evening, "key": key.hex()})
        part = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            _write_private(part, text)
            os.link(part, path)  # unlike a rename, it takes nobody's place
        except FileExistsError as error:
            raise InvalidInput(
                f"{path}: there is a key already; tokens made with it would be lost"
            ) from error
        except OSError as error:
            raise InvalidInput(f"{path}: cannot be written ({error.strerror or error})") from error
        finally:
            with contextlib.suppress(OSError):  # never made, or its folder is none
                part.unlink()
        return made


def twins(key: TokenKey, seats: Iterable[str]) -> list[tuple[str, str]]:
    """Different seats that would vote as one, because their cut hashes agree: (first, second).

    Among 5,000 seats that happens once in twenty million evenings, but then two people would share a vote.
    """
    first: dict[str, str] = {}
    return [(other, seat) for seat in seats if (other := first.setdefault(key.voter(seat), seat)) != seat]


def _keyed(key: bytes, words: str) -> bytes:
    return hmac.digest(key, words.encode(), "sha256")


def _bytes_of(token: str) -> bytes:
    if len(token) > LONGEST_TYPED or not token.isascii():
        raise TokenRefused("malformed")
    letters = token.upper().translate(_READ)
    if len(letters) != TOKEN_CHARACTERS:
        raise TokenRefused("malformed")
    try:
        body = base64.b32decode(letters + "======")
    except binascii.Error as error:
        raise TokenRefused("malformed") from error
    # the last character carries two bits of nothing: they are zero, so that a token is written in one way only
    if len(body) != _TOKEN_BYTES or not base64.b32encode(body).decode().startswith(letters):
        raise TokenRefused("malformed")
    return body


def _write_private(path: Path, text: str) -> None:
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with open(handle, "w", encoding="ascii") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
