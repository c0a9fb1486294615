"""A client of JACK: how it is opened, how it learns that the server has gone, how it lets go."""

from collections.abc import Callable
from typing import Any

from temirbek.errors import DeviceLost

_HALF = 1 << 31


class JackClient:
    """One client of the server that runs.

    Args:
        name: As the patch bay shows it; a number is added where it is taken.

    Raises:
        DeviceLost: JACK is not installed, or no server answers.

    Attributes:
        jack: The binding.
        client: Its client, for ports and connections.
    """

    def __init__(self, name: str) -> None:
        self.jack = _jack()
        self._why_dead = ""
        try:
            self.client: Any = self.jack.Client(name, no_start_server=True)
        except self.jack.JackError as error:
            raise DeviceLost(f"no JACK server answers ({error})") from error

    def set_up(self, connect: Callable[[], None]) -> None:
        """Registers ports and connects them by ``connect``; where that fails, nothing is left open.

        Raises:
            DeviceLost: The server lets it not in, or ``connect`` found something missing.
        """
        self.client.set_shutdown_callback(self._shut_down)
        try:
            connect()
        except self.jack.JackError as error:
            self.client.close()
            raise DeviceLost(f"JACK lets nothing in ({error})") from error
        except DeviceLost:
            self.client.close()
            raise

    def since_cycle(self) -> int:
        """How far into the cycle it is [frames]; its two counters wrap around."""
        since = (self.client.frame_time - self.client.last_frame_time + _HALF) % (2 * _HALF) - _HALF
        return int(since)

    def why_dead(self) -> str:
        """Why the server has gone, or ""."""
        return self._why_dead

    def close(self) -> None:
        """Lets go; a server that is gone is not told."""
        if not self._why_dead:
            self.client.deactivate()
            self.client.close()

    def _shut_down(self, status: Any, reason: str) -> None:
        self._why_dead = f"JACK ended ({reason})"


def _jack() -> Any:
    try:
        import jack
    except (ImportError, OSError) as error:
        raise DeviceLost(
            f"JACK is not installed here ({error}): the extra temirbek[jack], and JACK itself"
        ) from error
    jack.set_error_function(
        _unheard
    )  # what fails is raised; its library would also print it, again and again
    jack.set_info_function(_unheard)
    return jack


def _unheard(message: str) -> None:
    """JACK's own words."""
