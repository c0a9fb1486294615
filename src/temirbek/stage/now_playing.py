"""What sounds now, in words and beats: from the shared clock, what was made for a cue, and what the DJ tells."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Literal

import numpy as np

from temirbek.errors import DeviceLost
from temirbek.stage.clock import SAMPLE_RATE_HZ, ClockReading, SharedClock
from temirbek.stage.made import Made
from temirbek.stage.run_folder import RunFolder
from temirbek.store import from_json
from temirbek.types import Cue, MusicView

Leader = Literal["robot", "human", "none"]
SOURCES = ("track", "dj_set", "robot_number")
AS_TRACK = ("battle",)
"""Cues whose music is shown as a track's."""
LEVEL_FULL = 0.35
"""Root mean square of music as loud as it gets: what a level meter shows as full."""


class NowPlaying:
    """Knows what sounds.

    Args:
        run: Where the clock lies.

    Attributes:
        cue_id: Whose music it is, or "".
        level: Root mean square of the last 100 ms.
    """

    def __init__(self, run: RunFolder) -> None:
        self._run = run
        self._clock: SharedClock | None = None
        self._made: Made | None = None
        self._kind = ""
        self._title = ""
        self._dj: MusicView | None = None
        self._human: Mapping[str, Any] = {}
        self.cue_id = ""
        self.level = 0.0

    def begin(self, cue: Cue, made: Made) -> None:
        """The music of a cue begins."""
        self.cue_id, self._made, self._title = cue.id, made, cue.title
        self._kind = "track" if cue.kind in AS_TRACK else cue.kind
        self._dj = None

    def end(self, cue_id: str | None = None) -> None:
        """It is over; with ``cue_id``, only if it was that cue's."""
        if cue_id in (None, self.cue_id):
            self.cue_id, self._made, self._kind, self._dj = "", None, "", None
            self.level = 0.0

    def hear_dj(self, event: Mapping[str, Any]) -> None:
        """What the DJ tells of its set."""
        view = {name: event[name] for name in MusicView.__dataclass_fields__ if name in event}
        self._dj = from_json(MusicView, {**_plain(MusicView()), **view})

    def hear_human(self, event: Mapping[str, Any]) -> None:
        """What is heard of the human's gear."""
        self._human = event

    def reading(self) -> ClockReading | None:
        """What the shared clock says; None where nobody has written it yet."""
        try:
            if self._clock is None:
                self._clock = SharedClock.open(self._run.clock)
            return self._clock.read()
        except DeviceLost:
            return None

    def frame_by_now(self, cue_id: str, host_s: float) -> int | None:
        """Where the music of a cue would be by now, had it gone on [samples]; None where the clock tells of other music."""
        reading = self.reading()
        if reading is None or reading.programme != cue_id:
            return None
        return max(0, round(reading.mix_at(host_s) * SAMPLE_RATE_HZ))

    def view(self, host_s: float) -> MusicView:
        """What a console sees of it."""
        view = self._of_what_sounds(host_s)
        human = self._human
        leader: Leader = "robot" if view.source != "none" else "none"
        return replace(
            view,
            level=min(1.0, self.level / LEVEL_FULL),
            leader="human" if human.get("leader") == "human" else leader,
            human_tempo_bpm=human.get("tempo_bpm"),
            human_phase_ms=human.get("phase_ms"),
        )

    def _of_what_sounds(self, host_s: float) -> MusicView:
        if self._kind == "dj_set" and self._dj is not None:
            return self._dj
        if self._made is None or self._kind not in SOURCES:
            return MusicView()
        reading, made = self.reading(), self._made
        is_ours = reading is not None and reading.programme == self.cue_id
        mix_s = reading.mix_at(host_s) if reading is not None and is_ours else 0.0
        view = MusicView(
            source=self._kind,  # type: ignore[arg-type]
            title=self._title,
            mix_s=mix_s,
            remaining_s=max(0.0, made.duration_s - mix_s),
            waveform=f"{self.cue_id}" if made.waveform else "",
        )
        return self._with_beats(view, made, mix_s, reading.rate if reading is not None and is_ours else 1.0)

    def _with_beats(self, view: MusicView, made: Made, mix_s: float, rate: float) -> MusicView:
        grid = made.grid
        if grid is None:
            return view
        beat = float(grid.beat_at(mix_s))
        first = (
            made.headings[0] if made.headings else None
        )  # what is before the first beat belongs to it, too
        heading = next((h for h in reversed(made.headings) if h.beat <= beat), first)
        phrases = np.array(made.phrases_beats)
        ahead = phrases[phrases > beat + 1e-6]
        return replace(
            view,
            beat=beat,
            bar=int((beat - grid.first_downbeat) // grid.beats_per_bar) + 1,
            beats_per_bar=grid.beats_per_bar,
            tempo_bpm=float(grid.tempo_at(beat)) * rate,
            bars_to_phrase=float((ahead[0] - beat) / grid.beats_per_bar) if len(ahead) else None,
            section=heading.label if heading else "",
            track_id=heading.track_id if heading else "",
            title=heading.title if heading else view.title,
            artist=heading.artist if heading else "",
        )

    def close(self) -> None:
        """Lets go of the clock."""
        if self._clock is not None:
            self._clock.close()


def _plain(view: MusicView) -> dict[str, Any]:
    return {name: getattr(view, name) for name in MusicView.__dataclass_fields__}
