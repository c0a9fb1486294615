"""The page that a phone loads: one file with everything in it, and the policy that allows nothing else."""

import base64
import gzip
import hashlib
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Self

PAGE = Path(__file__).with_name("page.html")
_HOST = re.compile(r"[A-Za-z0-9.\-]{1,253}(:[0-9]{1,5})?|\[[0-9A-Fa-f:.]{2,45}\](:[0-9]{1,5})?")


@dataclass(frozen=True, slots=True)
class Page:
    """The page, ready to be sent.

    Attributes:
        plain, packed: Its bytes, as they are and by gzip.
        tag: Names this version.
        policy: Content-Security-Policy without the socket's address: scripts and styles are known by their hash.
    """

    plain: bytes
    packed: bytes
    tag: str
    policy: str

    @classmethod
    def read(cls, path: Path = PAGE) -> Self:
        """The page as it is installed."""
        plain = path.read_bytes()
        text = plain.decode("utf-8")
        policy = (
            f"default-src 'none'; script-src {_hashes(text, 'script')}; style-src {_hashes(text, 'style')}; img-src data:; "
            "base-uri 'none'; form-action 'none'; frame-ancestors 'none'; connect-src 'self'"
        )
        tag = f'"{hashlib.sha256(plain).hexdigest()[:16]}"'
        return cls(plain, gzip.compress(plain, 9, mtime=0), tag, policy)

    def policy_for(self, host: str) -> str:
        """The policy on a page of that host: some browsers do not count a WebSocket of the same host as ``'self'``."""
        return f"{self.policy} ws://{host} wss://{host}" if _HOST.fullmatch(host) else self.policy


def _hashes(text: str, element: str) -> str:
    found = re.findall(rf"<{element}>(.*?)</{element}>", text, re.DOTALL)
    return " ".join(
        f"'sha256-{base64.b64encode(hashlib.sha256(one.encode()).digest()).decode()}'" for one in found
    )
