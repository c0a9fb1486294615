"""How the console is served."""

from dataclasses import dataclass
from pathlib import Path

from temirbek.web.links import RoleLinks

STATIC = Path(__file__).parent / "static"
"""Where the front end's build puts the page."""


@dataclass(frozen=True, slots=True, kw_only=True)
class WebSettings:
    """How the console is served.

    Attributes:
        links: Who may come in.
        is_open: Other machines may come, not only this one (``--listen``).
        hosts: Names, beside addresses, by which consoles may call this machine ("console.local").
        is_secure: Served over TLS: cookies are marked so.
        static: The built page.
    """

    links: RoleLinks
    is_open: bool = False
    hosts: tuple[str, ...] = ()
    is_secure: bool = False
    static: Path = STATIC
