"""A sound process without sound: it takes the same commands, and its clock goes only when it is told to."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from temirbek.stage.clock import ClockReading, DeviceTime, HumanBeat, Span

RATE_HZ = 48000
LEAD = round(0.25 * RATE_HZ)
"""So far ahead of what sounds samples are handed over."""


@dataclass
class FakeSound:
    """Plays one take; what was heard is kept.

    Attributes:
        host_s: The instant; moved by :meth:`wait`.
        human: What the human plays.
        heard: Every sample that was handed over, shape (2, n).
        refuses_splices: So many splices are refused as too late.
    """

    host_s: float = 1000.0
    human: HumanBeat = field(default_factory=HumanBeat)
    heard: np.ndarray = field(default_factory=lambda: np.zeros((2, 0), dtype=np.float32))
    asked: list[dict[str, Any]] = field(default_factory=list)
    refuses_splices: int = 0
    programme: str = ""
    begun_host_s: float = 0.0
    first_frame: int = 0
    end_frame: int | None = None
    pieces: list[tuple[int, Path, int]] = field(default_factory=list)

    def ask(self, body: Mapping[str, Any]) -> Mapping[str, Any]:
        """Does what the process would do."""
        self.asked.append(dict(body))
        match body["do"]:
            case "play":
                self.programme = body["programme"]
                self.begun_host_s = body["at_host_s"] or self.host_s + 0.1
                self.first_frame = body["mix_frame"]
                self.pieces = [(body["mix_frame"], Path(body["path"]), body["start_frame"])]
                self.heard = np.zeros((2, 0), dtype=np.float32)
                self.end_frame = None
                return {"ok": True, "host_s": self.begun_host_s}
            case "splice":
                if self.refuses_splices or body["mix_frame"] < self._handed_over():
                    self.refuses_splices = max(0, self.refuses_splices - 1)
                    return {"ok": False, "reason": "has been handed over"}
                kept = [p for p in self.pieces if p[0] < body["mix_frame"]]
                self.pieces = [*kept, (body["mix_frame"], Path(body["path"]), body["start_frame"])]
                self.end_frame = None
                return {"ok": True}
            case "end":
                self.end_frame = body["mix_frame"]
                return {"ok": True}
        return {"ok": True}

    def wait(self, seconds: float) -> None:
        """Time passes, sound is handed over."""
        self.host_s += seconds
        if not self.programme:
            return
        upto = self._handed_over()
        if self.end_frame is not None:
            upto = min(upto, self.end_frame)
        at = self.first_frame + self.heard.shape[1]
        if upto > at:
            self.heard = np.concatenate([self.heard, self._read(at, upto)], axis=1)
        if self.end_frame is not None and upto >= self.end_frame and self._frame() >= self.end_frame:
            self.programme = ""

    def forget(self) -> None:
        """The process was killed and started anew."""
        self.programme, self.pieces = "", []

    def read(self) -> ClockReading:
        """What sounds now."""
        frame = self.host_s * RATE_HZ
        span = Span(frame=frame, mix_s=self._frame() / RATE_HZ, programme=self.programme)
        return ClockReading(
            host_s=self.host_s,
            mix_s=span.mix_s,
            rate=1.0,
            programme=self.programme,
            is_playing=bool(self.programme),
            latency_s=0.0,
            age_s=0.0,
            device=DeviceTime(frame=frame, host_s=self.host_s),
            spans=(span,),
        )

    def read_human(self) -> HumanBeat:
        """What the human plays."""
        return self.human

    def close(self) -> None:
        """Nothing to let go of."""

    def _frame(self) -> int:
        return self.first_frame + max(0, round((self.host_s - self.begun_host_s) * RATE_HZ))

    def _handed_over(self) -> int:
        return self._frame() + LEAD if self.programme else 0

    def _read(self, start: int, stop: int) -> np.ndarray:
        out = np.zeros((2, stop - start), dtype=np.float32)
        for k, (mix_frame, path, start_frame) in enumerate(self.pieces):
            first = max(start, mix_frame)
            last = min(stop, self.pieces[k + 1][0]) if k + 1 < len(self.pieces) else stop
            if first >= last:
                continue
            n = last - first
            place = start_frame + first - mix_frame
            sound = np.fromfile(path, dtype="<f4", count=2 * n, offset=8 * place).reshape(-1, 2).T
            assert sound.shape[1] == n, "the sound ran dry"
            out[:, first - start : last - start] = sound
        return out
