"""The set as it is played: planned, rendered ahead, handed to the sound process, written down."""

import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from temirbek.errors import InvalidInput, TemirbekError
from temirbek.mixing.live import LiveRender, Spool
from temirbek.planning.live import go_on, open_set
from temirbek.planning.live_difference import first_difference
from temirbek.planning.live_handover import taken_over
from temirbek.planning.live_requests import request
from temirbek.planning.live_state import Change, LiveSet
from temirbek.stage.clock import ClockReading
from temirbek.stage.dj.deeds import Deeds
from temirbek.stage.dj.revisions import (
    FORMAT,
    Revision,
    lay_out,
    read_waveform,
    write_revision,
    write_waveform,
)
from temirbek.stage.dj.sound import VOICE, Sound
from temirbek.types import Mix, SetWishes, TrackAnalysis

logger = logging.getLogger(__name__)

RATE_HZ = 48000
AHEAD_S = 40.0
"""So much sound is rendered ahead at least."""
MOST_AHEAD_S = 120.0
"""And at most, to be through the next transition."""
HAND_OVER_S = 2.5
"""A change is planned for no earlier than this from now: so long planning, rendering and handing over may take."""
TRIES = 3
"""So often a change is planned again, each time for later, when it came too late."""
FIRST_S = 2.0
"""Of a new spool so much is rendered before the sound process is asked to go over."""
KEPT_S = 30.0
"""So long after it has sounded what was rendered is kept."""
NEAR_END_S = 0.05
PATIENCE_S = 0.5
"""When the set has not sounded for so long though it should, something is wrong."""
FADE_IN_S = 0.3
LAST_FADE_S = 4.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Opening:
    """What a set was opened with."""

    set: str
    analyses: tuple[TrackAnalysis, ...]
    wishes: SetWishes
    seed: int


class Booth:
    """One set, from its opening to its end.

    Args:
        folder: The DJ's own: spools, revisions and deeds lie there.
        opening: What is to be played.
        sound: Who plays it.
        deeds: Where decisions are written.
    """

    def __init__(self, folder: Path, opening: Opening, sound: Sound, deeds: Deeds) -> None:
        self._folder, self._opening, self._sound, self._deeds = folder, opening, sound, deeds
        self.state = open_set(opening.analyses, wishes=opening.wishes, seed=opening.seed)
        self.beats_per_bar = self.state.layout.slots[0].material.analysis.beat_grid.beats_per_bar
        self.is_begun = False
        self.is_over = False
        self.revision = -1
        self.trouble = ""
        self._now_s = 0.0
        self._spools: list[Spool] = []
        self._render: LiveRender | None = None
        self._from_mix_s = 0.0
        self._past: tuple[int, np.ndarray] = (0, np.zeros((3, 0)))
        self._is_end_told = False
        self._gone: set[str] = set()
        self._sounds_from_host_s = self._begun_host_s = self._lost_host_s = 0.0
        self.mix: Mix = self._laid_out(Path("spool-0.f32"))

    # --- beginning and end ---

    def prepare(self) -> None:
        """Makes the first spool, and writes the first revision."""
        self._render = LiveRender(
            self.state.plan, self._opening.analyses, self._folder, beats_per_bar=self.beats_per_bar
        )
        self._spools = [self._render.spool]
        self._revise(0.0)

    def begin(self, at_host_s: float | None) -> Mapping[str, Any]:
        """Has the sound process play from the beginning; its answer."""
        render = self._rendering()
        render.render_to(int(FIRST_S * RATE_HZ))
        answer = self._play(self._spools[0], 0, at_host_s)
        if answer.get("ok"):
            self.is_begun = True
            self._sounds_from_host_s = self._begun_host_s = float(answer.get("host_s", 0.0))
            self._lost_host_s = self._begun_host_s
            self._write({"deed": "begin", "host_s": self._begun_host_s})
            for spool in self._spools[1:]:
                self._sound.ask(_splice(spool, self._opening.set))
        return answer

    def take_over(self, tempo_bpm: float) -> bool:
        """Takes the set up again over the human's music, at mix time 0; whether a track can be played at that tempo."""
        state = taken_over(self.state, tempo_bpm)
        if state is None:
            return False
        self.state = state
        self.is_begun = self.is_over = self._is_end_told = False
        self._now_s, self._past = 0.0, (0, np.zeros((3, 0)))
        return True

    def go_on_air(self, beat_zero_host_s: float, tempo_bpm: float) -> Mapping[str, Any]:
        """Plays the set that was taken over, its mix beat 0 at an instant; the sound process's answer."""
        self.close()
        number = next_spool(self._folder)
        self._write({"deed": "take_over", "tempo_bpm": tempo_bpm, "spool": [spool_name(number), 0]})
        self._render = LiveRender(
            self.state.plan,
            self._opening.analyses,
            self._folder,
            beats_per_bar=self.beats_per_bar,
            first_spool=number,
        )
        self._spools = [self._render.spool]
        self._revise(0.0)
        return self.begin(beat_zero_host_s - float(self.mix.beat_grid.time_at(0.0)))

    def close(self) -> None:
        """Lets go of files; what sounds goes on as far as it is rendered."""
        if self._render is not None:
            self._render.close()
            self._render = None

    # --- what sounds ---

    @property
    def now_s(self) -> float:
        """The mix time that sounds [s]; 0 before the set begins."""
        return self._now_s

    def listen(self) -> None:
        """Looks at the clock: what sounds, whether all has sounded, whether the sound was lost."""
        reading = self._sound.read() if self.is_begun and not self.is_over else None
        if reading is None or reading.host_s < self._sounds_from_host_s:
            return  # the clock still tells of older music
        is_ours = reading.programme == self._opening.set
        if is_ours:
            self._now_s = max(self._now_s, reading.mix_s)
            self._begun_host_s = reading.host_s - reading.mix_s
            self._lost_host_s = reading.host_s
        if self._is_rendered_out() and self._now_s >= self._end_s() - (NEAR_END_S if is_ours else 1.0):
            self.is_over = True
        elif not is_ours and reading.host_s - self._lost_host_s > PATIENCE_S:
            self._lost_host_s = reading.host_s
            self._miss(reading)

    def _miss(self, reading: ClockReading) -> None:
        """The set does not sound: other music took its place, or the sound process has forgotten it."""
        if reading.programme and reading.is_playing:
            self.is_over = True
            return
        mix_frame = round((reading.host_s - self._begun_host_s) * RATE_HZ)
        at = max(k for k, spool in enumerate(self._spools) if spool.mix_frame <= mix_frame or k == 0)
        if self._play(self._spools[at], mix_frame, None, fade_in_s=FADE_IN_S).get("ok"):
            for spool in self._spools[at + 1 :]:
                self._sound.ask(_splice(spool, self._opening.set))
            self._is_end_told = False

    def _play(
        self, spool: Spool, mix_frame: int, at_host_s: float | None, *, fade_in_s: float = 0.0
    ) -> Mapping[str, Any]:
        """Has the sound process play a spool from a sample of the mix on; its answer."""
        return self._sound.ask(
            {
                "do": "play",
                "voice": VOICE,
                "programme": self._opening.set,
                "path": str(spool.path),
                "start_frame": mix_frame - spool.mix_frame,
                "mix_frame": mix_frame,
                "at_host_s": at_host_s,
                "fade_in_s": fade_in_s,
            }
        )

    @property
    def now_beat(self) -> float:
        """The mix beat that sounds."""
        return float(self.mix.beat_grid.beat_at(self._now_s)) if self.is_begun else 0.0

    def earliest_beat(self, later: int = 0) -> float:
        """The first mix beat from which on the plan may still be changed."""
        if not self.is_begun:
            return 0.0
        return float(self.mix.beat_grid.beat_at(self._now_s + HAND_OVER_S * (1 + later)))

    # --- what is asked ---

    def ask(self, command: str, payload: Mapping[str, Any]) -> Change:
        """Asks something of the set; what is granted is handed over before this returns.

        Raises:
            InvalidInput: The request cannot be understood.
        """
        change = Change(is_accepted=False, words="")
        for later in range(TRIES):
            now, earliest = self.now_beat, self.earliest_beat(later)
            state, change = request(self.state, command, payload, now, earliest)
            if not change.is_accepted:
                return change
            deed = {
                "deed": "ask",
                "command": command,
                "payload": dict(payload),
                "now": now,
                "earliest": earliest,
            }
            if self._take_over(state, change.from_beat, deed):
                return change
            self.listen()
        return Change(is_accepted=False, words=f"it came too late: {change.words}")

    def redo(self, deed: Mapping[str, Any]) -> None:
        """Does a deed again that was written down, without telling anybody."""
        if deed["deed"] == "begin":
            self.is_begun = True
            self._begun_host_s = float(deed["host_s"])
        elif deed["deed"] == "ask":
            self.state, _ = request(
                self.state, deed["command"], deed["payload"], deed["now"], deed["earliest"]
            )
        elif deed["deed"] == "take_over":
            self.take_over(float(deed["tempo_bpm"]))
        elif deed["deed"] == "go_on":
            self.state = go_on(self.state, deed["earliest"])

    # --- work ---

    def work(self) -> bool:
        """Does the next bit of what is to be done; False where there is nothing to do."""
        if self._render is None or self.is_over:
            return False
        return self._went_on() or self._rendered_on()

    def resume(self, spools: Sequence[Spool], revision: int, now_s: float) -> None:
        """Takes up rendering where a process before this one was killed; what comes is handed over once more."""
        self._now_s, self.revision = now_s, revision
        self._spools = list(spools)
        self._render = LiveRender(
            self.state.plan,
            self._opening.analyses,
            self._folder,
            beats_per_bar=self.beats_per_bar,
            resumed=spools[-1],
            first_spool=next_spool(self._folder),
        )
        for spool in spools[1:]:
            if spool.mix_frame > now_s * RATE_HZ and self.is_begun:
                self._sound.ask(_splice(spool, self._opening.set))
        self._past = (0, read_waveform(self._folder, revision))
        self._revise(float(self._render.rendered_to) / RATE_HZ)

    def write_waveform(self) -> None:
        """Brings the waveforms on disk up to what is rendered."""
        first, new = self._rendering().peaks()
        start, past = self._past
        whole = np.zeros((3, first + new.shape[1]))
        n = min(first, past.shape[1])
        whole[:, start : start + n] = past[:, :n]
        whole[:, first:] = new
        self._past = (0, whole)
        write_waveform(self._folder, self.revision, whole)

    def rendered_s(self) -> float:
        """Up to which mix time there is sound [s]."""
        return self._rendering().rendered_to / RATE_HZ

    def _went_on(self) -> bool:
        """Lays out what comes, where that does not reach far enough ahead any more."""
        earliest = self.earliest_beat()
        state = go_on(self.state, earliest)
        if state.plan is self.state.plan:
            self.state = state
            return False
        from_beat = first_difference(self.state.plan, state.plan)
        return self._take_over(state, from_beat, {"deed": "go_on", "earliest": earliest})

    def _rendered_on(self) -> bool:
        render = self._rendering()
        goal = int(self._goal_s() * RATE_HZ)
        if render.is_complete:
            self._tell_end(render)
            return False
        if render.rendered_to >= goal:
            return False
        try:
            render.render_to(render.rendered_to + 1)
        except (TemirbekError, OSError) as error:
            self._save(error)
        return True

    def _tell_end(self, render: LiveRender) -> None:
        """Tells the sound process where the sound ends, so that it does not wait for more."""
        if self.is_begun and not self._is_end_told:
            ends = {"do": "end", "voice": VOICE, "of": self._opening.set, "mix_frame": render.clock.n_samples}
            self._is_end_told = bool(self._sound.ask(ends).get("ok"))

    def _save(self, error: Exception) -> None:
        """A track cannot be read: the set goes on without it, or fades out."""
        if self._left_out_missing(error) or self.ask("dj_fade", {}).is_accepted:
            return
        fade = {"do": "fade", "voice": VOICE, "of": self._opening.set, "seconds": LAST_FADE_S, "then": "stop"}
        self._sound.ask(fade)
        self.is_over = True

    def _left_out_missing(self, error: Exception) -> bool:
        """Leaves out coming tracks whose files have gone; whether there was one."""
        logger.error("the set cannot be rendered: %s", error)
        self.trouble = str(error)
        coming = [slot.material for slot in self.state.layout.slots[len(self.state.begun) :]]
        gone = {m.id for m in coming if not m.analysis.track.path.exists()} - self._gone - self.state.skipped
        self._gone |= gone
        return any([self.ask("dj_skip", {"track": track}).is_accepted for track in sorted(gone)])

    def _goal_s(self) -> float:
        """Up to which mix time sound is wanted: through the next transition, but neither too little nor too much."""
        ends = [t.end_beat for t in self.state.plan.transitions if t.end_beat > self.now_beat][:1]
        through = float(self.mix.beat_grid.time_at(ends[0])) + 1.0 if ends else 0.0
        return float(np.clip(through, self._now_s + AHEAD_S, self._now_s + MOST_AHEAD_S))

    def _take_over(self, state: LiveSet, from_beat: float, deed: Mapping[str, Any]) -> bool:
        """Goes on with a changed set, if the sound process can still go over to it."""
        render = self._rendering()
        mark = render.mark()
        try:
            spool = render.change(state.plan, from_beat)
            if spool is not None:
                render.render_to(spool.mix_frame + int(FIRST_S * RATE_HZ))
        except (TemirbekError, OSError) as error:
            render.go_back(mark)
            self._left_out_missing(error)
            return False
        name = None if spool is None else [spool.path.name, spool.mix_frame]
        self._write({**deed, "spool": name, "revision": self.revision + 1})
        if spool is not None and self.is_begun:
            answer = self._sound.ask(_splice(spool, self._opening.set))
            if not answer.get("ok") and not answer.get("is_lost"):
                logger.warning("too late: %s", answer.get("reason"))
                self._write({"deed": "refused"})
                render.go_back(mark)
                return False
        from_s = float(self.mix.beat_grid.time_at(from_beat)) if np.isfinite(from_beat) else self._end_s()
        self.state = state
        self._is_end_told = False
        if spool is not None:
            self._spools.append(spool)
        self._revise(from_s)
        return True

    def _revise(self, from_mix_s: float) -> None:
        """Writes the set as it stands now."""
        self.revision += 1
        self.mix = self._laid_out(self._spools[-1].path)
        revision = Revision(
            format=FORMAT,
            set=self._opening.set,
            number=self.revision,
            from_mix_s=max(0.0, from_mix_s),
            mix=self.mix,
            spool=self._spools[-1].path.name,
            spool_from_s=self._spools[-1].mix_frame / RATE_HZ,
            begun=len(self.state.begun),
        )
        write_revision(self._folder, revision)
        self.write_waveform()
        self._tidy()

    def _tidy(self) -> None:
        """Removes what has sounded long ago."""
        past = int((self._now_s - KEPT_S) * RATE_HZ)
        for spool, following in zip(self._spools, self._spools[1:], strict=False):
            if following.mix_frame < past:
                spool.path.unlink(missing_ok=True)
        self._rendering().forget_before(past)

    def _laid_out(self, spool: Path) -> Mix:
        return lay_out(self.state.plan, self._opening.analyses, self.beats_per_bar, spool)

    def _end_s(self) -> float:
        return self.mix.duration_s

    def _is_rendered_out(self) -> bool:
        return self._render is not None and self._render.is_complete

    def _rendering(self) -> LiveRender:
        if self._render is None:
            raise InvalidInput("the set is not open")
        return self._render

    def _write(self, deed: Mapping[str, Any]) -> None:
        self._deeds.write(deed)


def spool_name(number: int) -> str:
    """The file of a spool."""
    return f"spool-{number}.f32"


def next_spool(folder: Path) -> int:
    """The number of the next spool in a folder."""
    return 1 + max((int(p.stem.rpartition("-")[2]) for p in folder.glob("spool-*.f32")), default=-1)


def _splice(spool: Spool, programme: str) -> dict[str, Any]:
    return {
        "do": "splice",
        "voice": VOICE,
        "of": programme,
        "mix_frame": spool.mix_frame,
        "path": str(spool.path),
        "start_frame": 0,
    }
