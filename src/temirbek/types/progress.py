"""How long work tells how far it is, without knowing who listens."""

from collections.abc import Callable

Progress = Callable[[float], None]
"""Called with the share done, 0 to 1, as often as the worker likes."""


def no_progress(share: float) -> None:
    """Listens to nothing."""
