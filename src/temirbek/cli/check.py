"""One thing that a machine may have or lack."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """One thing that may be there or not, and what it is for."""

    name: str
    is_there: bool
    note: str
