"""Light: the rig's frames as Art-Net, forty times a second at most."""

from collections.abc import Mapping

from temirbek.errors import InvalidInput
from temirbek.signals.artnet import KEEP_ALIVE_S, to_bytes
from temirbek.signals.lights import Music, Rig
from temirbek.stage.signals.faults import Faults
from temirbek.stage.signals.network import Addresses, Datagrams
from temirbek.types.evening import Links, Look

FRAME_S = 1 / 40
NODE = "art-net"


class LightDesk:
    """Sends light.

    Args:
        links: Of the venue.
        looks: Of the venue's own.
        faults: Hears what is wrong.
    """

    def __init__(self, links: Links, looks: tuple[Look, ...], faults: Faults) -> None:
        self.rig = Rig(links.fixtures, looks)
        self._faults = faults
        self._is_connected = links.artnet is not None
        self._addresses = Addresses({} if links.artnet is None else {NODE: links.artnet})
        self._out = Datagrams()
        self._sent: dict[int, tuple[bytes, float]] = {}
        self._sequence = 0
        self.due_s = 0.0

    def call(self, look: str, fade_s: float, levels: Mapping[str, int], host_s: float) -> str:
        """Goes to a look; returns what should be said of it, or "".

        Raises:
            InvalidInput: There is no such look.
        """
        if not 0 <= fade_s <= 3600:
            raise InvalidInput(f"fade_s: {fade_s}; expected 0 to 3600 s")
        self.rig.call(look, fade_s, levels, host_s)
        self.due_s = host_s
        return "" if self._is_connected else "no lights are connected"

    def stop(self, host_s: float) -> None:
        """Dark, then light to work by."""
        self.rig.stop(host_s)
        self.due_s = host_s

    def look(self, host_s: float, music: Music | None) -> None:
        """Sends a frame, if one is due."""
        if host_s < self.due_s:
            return
        self.due_s = max(self.due_s + FRAME_S, host_s)
        frames = self.rig.render(host_s, music)
        where = self._addresses.of(NODE)
        if not self._is_connected:
            return
        if where is None:
            self._faults.tell(NODE, f"the Art-Net node: {self._addresses.why_not(NODE)}")
            return
        for universe, levels in frames.items():
            before, sent_s = self._sent.get(universe, (b"", -1e9))
            if levels == before and host_s - sent_s < KEEP_ALIVE_S:
                continue
            self._sequence = self._sequence % 255 + 1
            why = self._out.send(to_bytes(universe, levels, self._sequence), where)
            if why:
                self._faults.tell(NODE, f"the Art-Net node cannot be reached: {why}")
            else:
                self._faults.mend(NODE)
                self._sent[universe] = (levels, host_s)

    def close(self) -> None:
        """Lets go of the port."""
        self._addresses.close()
        self._out.close()
