"""A film file: pictures and sound, muxed side by side by PyAV (the optional extra ``temirbek[media]``)."""

from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import numpy as np
import soundfile
from numpy.typing import NDArray

from temirbek.errors import DeviceLost

SOUND_BLOCK_FRAMES = 8192
SOUND_BITS_PER_S = 192_000
PICTURE_OPTIONS = {"crf": "20", "preset": "veryfast"}


class Film:
    """A film being written; a context manager. Sound is added as far as the pictures have come.

    Args:
        path: The file.
        size: Width and height of the pictures [px].
        frames_per_s: Their rate [Hz].
        sound: A recording that libsndfile reads; all of it is taken.

    Raises:
        DeviceLost: PyAV or an encoder is not there.
    """

    def __init__(self, path: Path, *, size: tuple[int, int], frames_per_s: int, sound: Path) -> None:
        try:
            import av  # an extra: its wheels carry an FFmpeg built with GPL parts
        except ImportError as error:
            raise DeviceLost("the video needs PyAV: pip install 'temirbek[media]'") from error
        self._av = av
        self._sound = soundfile.SoundFile(sound)
        self._blocks = self._sound_frames()
        self._sound_end = Fraction(0)
        self._file = av.open(str(path), "w", format="mp4")
        try:
            self._picture = self._file.add_stream("libx264", rate=frames_per_s, options=PICTURE_OPTIONS)
            self._voice = self._file.add_stream("aac", rate=self._sound.samplerate)
        except ValueError as error:
            raise DeviceLost(f"this PyAV cannot encode the video: {error}") from error
        self._picture.width, self._picture.height = size
        self._picture.pix_fmt = "yuv420p"
        self._picture.codec_context.time_base = Fraction(1, frames_per_s)
        self._voice.bit_rate = SOUND_BITS_PER_S
        self._voice.layout = "stereo"

    def add(self, picture: NDArray[np.uint8], at_s: Fraction) -> None:
        """The next picture, shape (height, width, 3), to be seen from ``at_s`` on."""
        frame = self._av.VideoFrame.from_ndarray(picture, format="rgb24")
        frame.time_base = self._picture.codec_context.time_base
        frame.pts = int(at_s / frame.time_base)
        self._file.mux(self._picture.encode(frame))
        self._add_sound(until_s=at_s)

    def _add_sound(self, until_s: Fraction | None) -> None:
        while until_s is None or self._sound_end <= until_s:
            frame = next(self._blocks, None)
            if frame is None:
                return
            self._sound_end = Fraction(frame.pts + frame.samples, self._sound.samplerate)
            self._file.mux(self._voice.encode(frame))

    def _sound_frames(self) -> Iterator[Any]:
        position = 0
        for block in self._sound.blocks(blocksize=SOUND_BLOCK_FRAMES, dtype="float32", always_2d=True):
            stereo = np.ascontiguousarray(np.broadcast_to(block, (len(block), 2)).T)
            frame = self._av.AudioFrame.from_ndarray(stereo, format="fltp", layout="stereo")
            frame.sample_rate = self._sound.samplerate
            frame.pts = position
            frame.time_base = Fraction(1, self._sound.samplerate)
            position += len(block)
            yield frame

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        try:
            if error is None:
                self._add_sound(until_s=None)
                self._file.mux(self._picture.encode())
                self._file.mux(self._voice.encode())
        finally:
            self._file.close()
            self._sound.close()
