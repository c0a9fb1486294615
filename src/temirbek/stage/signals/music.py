"""What our own deck plays, as the other machines need it: its beat, bar, phrase and section at any instant."""

import bisect
import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from temirbek.errors import DeviceLost
from temirbek.signals.lights import Music
from temirbek.signals.steady import Beat
from temirbek.stage.clock import ClockReading, HumanBeat, SharedClock
from temirbek.store import from_json
from temirbek.types import BeatGrid

SILENT_AFTER_S = 1.0
"""A clock that was not written for so long belongs to a sound process that has died."""
LOOK_EVERY_S = 0.5


@dataclass(frozen=True, slots=True, kw_only=True)
class Score:
    """What is known of a programme, in mix beats: its grid, phrases, sections (first beat, label) and bars' energy."""

    grid: BeatGrid
    phrases: Sequence[float] = ()
    sections: Sequence[tuple[float, str]] = ()
    energy: Sequence[float] = ()

    def light(self, beat: float) -> Music:
        """The music at a mix beat, as lamps need it."""
        position = beat - self.grid.first_downbeat
        k = bisect.bisect_right([first for first, _ in self.sections], beat) - 1
        label = self.sections[k][1] if k >= 0 else ""
        first = self.sections[k][0] if k >= 0 else 0.0
        ends = self.sections[k + 1][0] if 0 <= k < len(self.sections) - 1 else first + 64.0
        bar = int(position // self.grid.beats_per_bar)
        energy = self.energy[bar] if 0 <= bar < len(self.energy) else 0.6
        return Music(
            beat=position,
            beats_per_bar=self.grid.beats_per_bar,
            section=label,
            progress=(beat - first) / max(1.0, ends - first),
            energy=energy,
        )

    def next_phrase(self, beat: float) -> float:
        """The mix beat at which the next phrase begins; where none is known, every eighth bar begins one."""
        k = bisect.bisect_right(list(self.phrases), beat + 1e-6)
        if k < len(self.phrases):
            return float(self.phrases[k])
        eight_bars = 8 * self.grid.beats_per_bar
        first = self.grid.first_downbeat
        return first + ((beat + 1e-6 - first) // eight_bars + 1) * eight_bars


class Deck:
    """Reads the shared clock and the scores of what it names.

    Args:
        folder: Of the run.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._clock: SharedClock | None = None
        self._reading: ClockReading | None = None
        self._score: Score | None = None
        self._of = ""
        self._stamp: tuple[str, int] = ("", 0)
        self._look_at_s = 0.0

    @property
    def reading(self) -> ClockReading | None:
        """What the clock said last; None where nobody plays."""
        return self._reading

    @property
    def score(self) -> Score | None:
        """Of what plays; None where nothing plays or nothing is known of it."""
        return self._score if self.is_playing else None

    @property
    def is_playing(self) -> bool:
        """Whether music sounds."""
        return self._reading is not None and self._reading.is_playing

    def look(self, host_s: float) -> None:
        """Reads the clock, and now and then what is known of the programme."""
        try:
            if self._clock is None:
                self._clock = SharedClock.open(self._folder / "clock.shm")
            reading = self._clock.read()
            self._reading = reading if reading.age_s < SILENT_AFTER_S else None
        except DeviceLost:
            self._reading = None
        programme = self._reading.programme if self._reading is not None else ""
        if programme != self._of or host_s >= self._look_at_s:
            self._of, self._look_at_s = programme, host_s + LOOK_EVERY_S
            self._load(programme)

    def beat(self, host_s: float) -> Beat | None:
        """The beat line of our deck at an instant; 0 is a downbeat. None while nothing with beats sounds then."""
        reading, score = self._reading, self._score
        if reading is None or score is None:
            return None
        span = reading.span_at(host_s)
        if not span.is_playing or span.programme != self._of or reading.device.frame_at(host_s) < span.frame:
            return None
        mix_beat = float(score.grid.beat_at(reading.mix_at(host_s)))
        tempo_bpm = float(score.grid.tempo_at(mix_beat)) * span.rate
        return Beat(beat=mix_beat - score.grid.first_downbeat, host_s=host_s, tempo_bpm=tempo_bpm)

    def native_bpm(self, host_s: float) -> float | None:
        """The tempo of what sounds at an instant, at speed 1."""
        beat, reading = self.beat(host_s), self._reading
        if beat is None or reading is None:
            return None
        return beat.tempo_bpm / reading.span_at(host_s).rate

    def light(self, host_s: float) -> Music | None:
        """The music at an instant, as lamps need it."""
        beat, score = self.beat(host_s), self._score
        return None if beat is None or score is None else score.light(beat.beat + score.grid.first_downbeat)

    def next_phrase_s(self, host_s: float) -> float | None:
        """When the next phrase begins [host_s]; None where no beats are known."""
        beat, score, reading = self.beat(host_s), self._score, self._reading
        if beat is None or score is None or reading is None:
            return None
        start = score.next_phrase(beat.beat + score.grid.first_downbeat)
        return reading.host_at(float(score.grid.time_at(start)))

    def write_human(self, beat: HumanBeat) -> None:
        """Tells robots who leads."""
        if self._clock is not None:
            self._clock.write_human(beat)

    def read_human(self) -> HumanBeat:
        """What was told last, maybe by a process before this one."""
        return HumanBeat() if self._clock is None else self._clock.read_human()

    def close(self) -> None:
        """Lets go of the clock."""
        if self._clock is not None:
            self._clock.close()

    def _load(self, programme: str) -> None:
        """What is known of a programme: the live set's newest revision, or what was made for the cue."""
        path = self._newest_revision() or self._folder / "made" / programme / "made.json"
        try:
            stamp = (f"{programme}:{path}", path.stat().st_mtime_ns) if programme else ("", 0)
            if stamp == self._stamp:
                return
            score = _score_of(json.loads(path.read_text(encoding="utf-8")), programme) if programme else None
            if score is None and programme:
                made = self._folder / "made" / programme / "made.json"
                score = _score_of(json.loads(made.read_text(encoding="utf-8")), programme)
            self._score, self._stamp = score, stamp
        except (OSError, ValueError, KeyError):
            self._score, self._stamp = None, ("", 0)

    def _newest_revision(self) -> Path | None:
        """The DJ's newest file of its set."""
        found = [(int(p.stem.partition("-")[2]), p) for p in (self._folder / "dj").glob("set-*.json")]
        return max(found)[1] if found else None


def _score_of(body: dict[str, Any], programme: str) -> Score | None:
    """From a revision of a live set or from what was made; None where it is another's, or has no beats."""
    if body.get("set", body.get("cue")) != programme:
        return None
    if "mix" in body:
        mix = body["mix"]
        sections = [(float(s["section"]["start_beat"]), str(s["section"]["label"])) for s in mix["sections"]]
        return Score(
            grid=from_json(BeatGrid, mix["beat_grid"]),
            phrases=_numbers(mix["phrases_beats"]),
            sections=sections,
            energy=_numbers(mix["energy"]),
        )
    if body.get("grid") is None:
        return None
    return Score(
        grid=from_json(BeatGrid, body["grid"]),
        phrases=_numbers(body.get("phrases_beats", [])),
        sections=[(float(h["beat"]), str(h["label"])) for h in body.get("headings", [])],
    )


def _numbers(value: Any) -> list[float]:
    """A list of numbers, or an array as it lies on disk."""
    listed = value if isinstance(value, list) else next(v for v in value.values() if isinstance(v, list))
    return [float(x) for x in listed]
