"""Linear time code as sound, on a JACK port of its own (``temirbek time code:ltc``): beside the music, never in it."""

import time
from typing import Any

import numpy as np

from temirbek.errors import DeviceLost
from temirbek.signals.ltc import encode
from temirbek.signals.steady import Beat
from temirbek.stage.signals.faults import Faults

OPEN_AGAIN_S = 3.0
FAULT = "ltc"
CLIENT = "temirbek time code"
_HALF = 1 << 31


class LtcOut:
    """Plays time code while something runs.

    Args:
        faults: Hears what is wrong.
    """

    def __init__(self, faults: Faults) -> None:
        self._faults = faults
        self._client: Any = None
        self._port: Any = None
        self._why_dead = ""
        self._open_at_s = 0.0
        self._seconds: Beat | None = None

    def look(self, host_s: float, seconds: Beat | None) -> None:
        """Tells where the code is (its beats are seconds; None: it stands), and opens the port if it is not."""
        self._seconds = seconds
        if self._why_dead:
            self._faults.tell(FAULT, self._why_dead)
            self._client, self._why_dead = None, ""
        if self._client is not None or host_s < self._open_at_s:
            return
        self._open_at_s = host_s + OPEN_AGAIN_S
        try:
            self._open()
            self._faults.mend(FAULT)
        except DeviceLost as error:
            self._faults.tell(FAULT, f"no linear time code: {error}")

    def _open(self) -> None:
        try:
            import jack
        except (ImportError, OSError) as error:
            raise DeviceLost(f"it needs JACK, which is not installed here ({error})") from error
        try:
            client = jack.Client(CLIENT, no_start_server=True)
        except jack.JackError as error:
            raise DeviceLost(f"it needs JACK, and no JACK server answers ({error})") from error
        self._port = client.outports.register("ltc")
        self._client = client
        client.set_process_callback(self._play)
        client.set_shutdown_callback(self._shut_down)
        client.activate()

    def _shut_down(self, status: Any, reason: str) -> None:
        self._why_dead = f"JACK ended ({reason})"

    def _play(self, n: int) -> None:
        seconds, out = self._seconds, self._port.get_array()
        if seconds is None:
            out[:] = 0.0
            return
        client = self._client
        since = (client.frame_time - client.last_frame_time + _HALF) % (2 * _HALF) - _HALF
        begin_s = (
            time.monotonic() + (n - since) / client.samplerate
        )  # what is played now sounds a block later
        instants_s = begin_s + np.arange(n) / client.samplerate
        out[:] = encode(seconds.beat + (instants_s - seconds.host_s) * seconds.tempo_bpm / 60.0)

    def close(self) -> None:
        """Lets go; a server that is gone is not told."""
        if self._client is not None and not self._why_dead:
            self._client.deactivate()
            self._client.close()
