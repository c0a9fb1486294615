"""Linear time code as sound, on a JACK port of its own (``temirbek time code:ltc``): beside the music, never in it."""

import time
from typing import Any

import numpy as np

from temirbek.errors import DeviceLost
from temirbek.signals.ltc import encode
from temirbek.signals.steady import Beat
from temirbek.stage.jack_client import JackClient
from temirbek.stage.signals.faults import Faults

OPEN_AGAIN_S = 3.0
FAULT = "ltc"
CLIENT = "temirbek time code"


class LtcOut:
    """Plays time code while something runs.

    Args:
        faults: Hears what is wrong.
    """

    def __init__(self, faults: Faults) -> None:
        self._faults = faults
        self._jack: JackClient | None = None
        self._port: Any = None
        self._open_at_s = 0.0
        self._seconds: Beat | None = None

    def look(self, host_s: float, seconds: Beat | None) -> None:
        """Tells where the code is (its beats are seconds; None: it stands), and opens the port if it is not."""
        self._seconds = seconds
        if self._jack is not None and (why := self._jack.why_dead()):
            self._faults.tell(FAULT, why)
            self._jack = None
        if self._jack is not None or host_s < self._open_at_s:
            return
        self._open_at_s = host_s + OPEN_AGAIN_S
        try:
            self._open()
            self._faults.mend(FAULT)
        except DeviceLost as error:
            self._faults.tell(FAULT, f"no linear time code: {error}")

    def _open(self) -> None:
        jack = JackClient(CLIENT)
        jack.set_up(lambda: self._connect(jack))
        self._jack = jack

    def _connect(self, jack: JackClient) -> None:
        self._port = jack.client.outports.register("ltc")
        jack.client.set_process_callback(lambda n: self._play(jack, n))
        jack.client.activate()

    def _play(self, jack: JackClient, n: int) -> None:
        seconds, out = self._seconds, self._port.get_array()
        if seconds is None:
            out[:] = 0.0
            return
        rate_hz = jack.client.samplerate
        begin_s = (
            time.monotonic() + (n - jack.since_cycle()) / rate_hz
        )  # what is played now sounds a block later
        instants_s = begin_s + np.arange(n) / rate_hz
        out[:] = encode(seconds.beat + (instants_s - seconds.host_s) * seconds.tempo_bpm / 60.0)

    def close(self) -> None:
        """Lets go; a server that is gone is not told."""
        if self._jack is not None:
            self._jack.close()
