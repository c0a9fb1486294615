"""A tempo that somebody taps: believed when the taps agree, used when it is confirmed.

People tap to within some 20–30 ms, so four taps that lie on one line to within a twelfth of a beat are meant; a tap that
was left out is no fault (its gap is two beats long), one that belongs to nothing begins a new series.
"""

from dataclasses import dataclass, replace
from typing import Literal

import numpy as np

from temirbek.signals.pll import LEAST_BPM, MOST_BPM
from temirbek.signals.steady import Beat

LEAST_TAPS = 4
MOST_TAPS = 16
PAUSE_S = 2.5
"""After so long a pause the next tap begins a new series."""
CONSISTENT = 1 / 12
"""Share of a beat by which taps may scatter around their line."""
OFF = 0.3
"""A tap so far beside every beat (share of a beat) belongs to another series."""
TapState = Literal["nothing", "listening", "consistent", "confirmed"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Taps:
    """A series of taps; each tap gives a new one.

    Attributes:
        numbers, instants_s: Beats of the series, and when they were tapped [host_s].
        is_confirmed: Somebody said that it is the human's tempo.
    """

    numbers: tuple[int, ...] = ()
    instants_s: tuple[float, ...] = ()
    is_confirmed: bool = False

    def tap(self, host_s: float) -> "Taps":
        """One more tap at an instant [host_s]."""
        fresh = Taps(numbers=(0,), instants_s=(host_s,))
        if not self.instants_s or host_s <= self.instants_s[-1] or host_s - self.instants_s[-1] > PAUSE_S:
            return fresh
        line = self.beat
        if line is None:
            return replace(
                self,
                numbers=(*self.numbers, self.numbers[-1] + 1),
                instants_s=(*self.instants_s, host_s),
                is_confirmed=False,
            )
        position = line.at(host_s)
        number = round(position)
        if abs(position - number) > OFF or number <= self.numbers[-1]:
            return fresh
        return Taps(
            numbers=(*self.numbers, number)[-MOST_TAPS:],
            instants_s=(*self.instants_s, host_s)[-MOST_TAPS:],
            is_confirmed=self.is_confirmed,
        )

    def confirmed(self) -> "Taps":
        """The same, as the human's tempo; unchanged while the taps do not agree."""
        return replace(self, is_confirmed=self.state in ("consistent", "confirmed"))

    @property
    def beat(self) -> Beat | None:
        """The line through the taps; beat 0 is the series' first. None for fewer than three."""
        if len(self.numbers) < 3:
            return None
        slope, start_s = np.polyfit(self.numbers, self.instants_s, 1)
        last = self.numbers[-1]
        return Beat(beat=float(last), host_s=float(start_s + slope * last), tempo_bpm=60.0 / float(slope))

    @property
    def scatter_s(self) -> float:
        """How far taps lie from their line: a standard deviation [s]."""
        line = self.beat
        if line is None:
            return 0.0
        apart = [s - line.when(n) for n, s in zip(self.numbers, self.instants_s, strict=True)]
        return float(np.std(apart))

    @property
    def state(self) -> TapState:
        """How far it has come."""
        line = self.beat
        if line is None or len(self.numbers) < LEAST_TAPS:
            return "listening" if self.numbers else "nothing"
        is_tempo = LEAST_BPM <= line.tempo_bpm <= MOST_BPM
        if not is_tempo or self.scatter_s > CONSISTENT * 60.0 / line.tempo_bpm:
            return "listening"
        return "confirmed" if self.is_confirmed else "consistent"

    @property
    def words(self) -> str:
        """The same for whoever taps."""
        line = self.beat
        tempo = f"{line.tempo_bpm:.1f} BPM" if line is not None else ""
        match self.state:
            case "nothing":
                return "tap the beat"
            case "listening" if len(self.numbers) < LEAST_TAPS:
                return f"{len(self.numbers)} of {LEAST_TAPS} taps"
            case "listening":
                return "the taps do not agree yet: go on"
            case "consistent":
                return f"{tempo}: confirm that it is the DJ's tempo"
        return f"{tempo}, confirmed"
