"""Sound through PortAudio: the machine's ordinary sound card."""

import threading
import time
from functools import partial
from typing import Any

from temirbek.errors import DeviceLost
from temirbek.stage.audio.ring import CHANNELS
from temirbek.stage.audio.sinks import Feed
from temirbek.stage.clock import SAMPLE_RATE_HZ

BLOCKS_PER_BUFFER = 4
SILENT_S = 1.0
"""A device that asks for nothing for so long has gone."""


class PortAudioSink:
    """An output device.

    Args:
        device: Its name or a part of it, "" for the system's own choice.
        buffer_s: Asked of the device [s]; it may take more.
        latency_s: From handing over to the loudspeaker, if measured [s].

    Raises:
        DeviceLost: There is no PortAudio, no such device, or it cannot play 48 kHz stereo.
    """

    name = "portaudio"

    def __init__(self, device: str, buffer_s: float, latency_s: float | None = None) -> None:
        self._portaudio = _portaudio()
        self._look_again()
        self._measured_s = latency_s
        self.block = round(buffer_s * SAMPLE_RATE_HZ / BLOCKS_PER_BUFFER)
        self._feed: Feed | None = None
        self._asked_s = time.monotonic()
        self._latest_s = 0.0
        self._is_finished = False
        try:
            index = _index_of(self._portaudio, device)
            self._stream = self._portaudio.OutputStream(
                samplerate=SAMPLE_RATE_HZ,
                blocksize=self.block,
                device=index,
                channels=CHANNELS,
                dtype="float32",
                latency=buffer_s,
                callback=self._fill,
                finished_callback=self._finished,
                clip_off=False,
                dither_off=True,
            )
            about = self._portaudio.query_devices(self._stream.device)
        except (self._portaudio.PortAudioError, ValueError) as error:
            raise DeviceLost(f"PortAudio plays nothing here ({error})") from error
        self.latency_s = float(self._stream.latency) if latency_s is None else latency_s
        self.words = f"PortAudio, {about['name']}, {self.latency_s * 1e3:.0f} ms to the loudspeaker"

    def _look_again(self) -> None:
        """PortAudio lists devices once, when it is initialized; one that was plugged in since is found only so."""
        self._portaudio._terminate()
        self._portaudio._initialize()

    def start(self, feed: Feed) -> None:
        """Begins to draw."""
        self._feed = feed
        self._asked_s = time.monotonic()
        try:
            self._stream.start()
        except self._portaudio.PortAudioError as error:
            raise DeviceLost(f"PortAudio cannot begin ({error})") from error

    def why_dead(self) -> str:
        """Whether the device still asks for samples."""
        if self._is_finished:
            return "the device ended"
        silent_s = time.monotonic() - self._asked_s
        return f"the device asked for nothing for {silent_s:.1f} s" if silent_s > SILENT_S else ""

    def lateness_s(self) -> float:
        """The latest of its callbacks, beyond one block after the one before [s]."""
        latest, self._latest_s = self._latest_s, 0.0
        return latest

    def close(self) -> None:
        """Ends; a device that has gone may keep its closer waiting for ever, so a thread waits for it."""
        close = partial(self._stream.close, ignore_errors=True)
        if self.why_dead():
            threading.Thread(target=close, name="close device", daemon=True).start()
        else:
            close()

    def _finished(self) -> None:
        self._is_finished = True

    def _fill(self, out: Any, n: int, times: Any, status: Any) -> None:
        now_s = time.monotonic()
        self._latest_s = max(self._latest_s, now_s - self._asked_s - n / SAMPLE_RATE_HZ)
        self._asked_s = now_s
        assert self._feed is not None
        if status.output_underflow:
            self._feed.gap()
        until_s = times.outputBufferDacTime - times.currentTime
        if self._measured_s is not None or not 0 < until_s < 1.0:  # some back ends tell nothing
            until_s = self.latency_s
        self._feed.fill(out, now_s + until_s)


def has_output() -> str:
    """Why PortAudio cannot play on this machine; "" if it can."""
    try:
        portaudio = _portaudio()
        portaudio.query_devices(kind="output")
    except DeviceLost as error:
        return f"{error}"
    except (portaudio.PortAudioError, ValueError) as error:
        return f"PortAudio knows no output device ({error})"
    return ""


def _portaudio() -> Any:
    try:
        import sounddevice
    except (ImportError, OSError) as error:  # the Python package, or the system's library under it
        raise DeviceLost(f"PortAudio is not installed here ({error})") from error
    return sounddevice


def _index_of(portaudio: Any, device: str) -> int | None:
    if not device:
        return None
    outputs = [
        (k, d["name"])
        for k, d in enumerate(portaudio.query_devices())
        if d["max_output_channels"] >= CHANNELS
    ]
    found = [k for k, name in outputs if device.lower() in name.lower()]
    if not found:
        names = ", ".join(name for _, name in outputs) or "none"
        raise DeviceLost(f"no output device is called {device!r}; there are: {names}")
    return found[0]
