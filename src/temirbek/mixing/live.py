"""A plan that grows, rendered while it is heard: both decks and the limiter, frame by frame, into spools.

A spool is a file of raw samples (float32, stereo, interleaved, 48 kHz) that grows at its end; who plays it reads
behind. When the plan is changed, the frames before the change stay as they are, and a new spool begins with the
first frame that may differ: there the sound goes over from one file to the other, and nobody hears where, since both
hold the same plan's samples up to the change. The limiter's state is known for every frame, so the new spool goes on as
if there had never been another. So all that was ever played equals the final plan rendered as a whole, to the bit.

The gain before the limiter is constant. A set that grows has no integrated loudness yet; each play is matched to
−14 LUFS by its own gain, so the sum of both decks needs none (:data:`LIVE_GAIN_DB`). True peaks stay below −1 dBTP
all the same.
"""

from collections.abc import Sequence
from contextlib import ExitStack, closing
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Self

import numpy as np

from temirbek.errors import InvalidInput
from temirbek.mixing.clock import SAMPLE_RATE_HZ, Floats, MixClock, Samples, mix_clock, require_nudges
from temirbek.mixing.deck import FRAME
from temirbek.mixing.limiter import MARGIN, Limiter
from temirbek.mixing.master import CEILING_DBTP
from temirbek.mixing.render import DECKS, deck_sound, played_tracks
from temirbek.types import SetPlan, TrackAnalysis
from temirbek.types.track import WAVEFORM_RATE_HZ

LIVE_GAIN_DB = 0.0
BYTES_PER_SAMPLE = 8
PEAK_EVERY = round(SAMPLE_RATE_HZ / WAVEFORM_RATE_HZ)
WARM_UP = 8
"""Frames (2.6 s) after which the limiter has forgotten what was before."""
REACH = 14400
"""Samples (0.3 s) by which a change may be heard before its beat: seams, filters and look-ahead all end within."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Spool:
    """A file of rendered sound.

    Attributes:
        path: float32, stereo, interleaved, 48 kHz.
        mix_frame: Which sample of the mix its first one is.
    """

    path: Path
    mix_frame: int


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Mark:
    """A state of a :class:`LiveRender`: what is rendered of which plan into which spool, and what is known of it."""

    plan: SetPlan
    frame: int
    spool: Spool
    reductions: dict[int, float]
    peaks: dict[int, Floats]


class LiveRender:
    """Renders a growing plan; a context manager.

    Args:
        plan: As far as it is known.
        analyses: At least those of the tracks in the plan.
        folder: Where spools lie; made if it is not there.
        beats_per_bar: Of the mix.
        resumed: A spool that was written before, where rendering goes on after a restart: frames that are whole in it
            stay, and what follows is written behind them.
        first_spool: Number of the next spool's file.
    """

    def __init__(
        self,
        plan: SetPlan,
        analyses: Sequence[TrackAnalysis],
        folder: Path,
        *,
        beats_per_bar: int,
        gain_db: float = LIVE_GAIN_DB,
        resumed: Spool | None = None,
        first_spool: int = 0,
    ) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self._analyses = tuple(analyses)
        self._folder = folder
        self._beats_per_bar = beats_per_bar
        self._gain = np.float32(10 ** (gain_db / 20))
        self._reductions: dict[int, float] = {}
        self._peaks: dict[int, Floats] = {}
        from_frame = 0 if resumed is None else _whole_frames(resumed)
        self._frame = from_frame
        self._n_spools = first_spool
        self._stack = ExitStack()
        self._file: IO[bytes] | None = None
        self._limiter = Limiter(10 ** (CEILING_DBTP / 20))
        self._begin(plan, max(0, from_frame - WARM_UP))
        while self._frame < from_frame:
            self._next_master()
        self.forget_before(from_frame * FRAME)
        self.spool = self._new_spool() if resumed is None else self._taken_up(resumed)

    @property
    def plan(self) -> SetPlan:
        """What is rendered."""
        return self._plan

    @property
    def clock(self) -> MixClock:
        """Mix samples ⇄ mix beats of the plan as it is now."""
        return self._clock

    @property
    def rendered_to(self) -> int:
        """The first mix sample that is not rendered yet."""
        return min(self._frame * FRAME, self._clock.n_samples)

    @property
    def is_complete(self) -> bool:
        """The whole plan is rendered."""
        return self._frame * FRAME >= self._clock.n_samples

    def render_to(self, mix_sample: int) -> None:
        """Renders frames until so many samples of the mix are there, or the plan is over."""
        while self._frame * FRAME < min(mix_sample, self._clock.n_samples):
            self._write(self._next_master())

    def change(self, plan: SetPlan, from_beat: float) -> Spool | None:
        """Goes on with another plan.

        Args:
            plan: Equal to the one before up to ``from_beat``.
            from_beat: The first mix beat from which on it differs.

        Returns:
            A new spool, where frames that are rendered already must be rendered anew; it is empty yet. None where the
            spool that is there goes on.

        Raises:
            InvalidInput: The plan names a track that is not among the analyses.
        """
        frame = self.frame_before(from_beat)
        if frame >= self._frame:
            self._begin(plan, self._frame)
            return None
        self._begin(plan, frame)
        for k in [k for k in self._peaks if k >= frame]:
            del self._peaks[k]
        self.spool = self._new_spool()
        return self.spool

    def mark(self) -> "Mark":
        """Where rendering is now, to come back to."""
        return Mark(
            plan=self._plan,
            frame=self._frame,
            spool=self.spool,
            reductions=dict(self._reductions),
            peaks={k: peaks.copy() for k, peaks in self._peaks.items()},
        )

    def go_back(self, mark: "Mark") -> None:
        """Forgets everything since a mark: its spool is written on, a later one is removed."""
        self._close_file()
        if self.spool != mark.spool:
            self.spool.path.unlink(missing_ok=True)
        self._reductions, self._peaks = dict(mark.reductions), dict(mark.peaks)
        self._begin(mark.plan, mark.frame)
        self.spool = self._taken_up(mark.spool)

    def frame_before(self, beat: float) -> int:
        """The last frame that begins before anything of a change at a mix beat is heard."""
        if not np.isfinite(beat):
            return self._clock.n_samples // FRAME + 1
        return max(0, int((float(self._clock.sample_at(beat)) - REACH) // FRAME))

    def peaks(self) -> tuple[int, Floats]:
        """Peak magnitudes per 1/50 s of deck A, deck B and the master as rendered: first place, shape (3, m)."""
        if not self._peaks:
            return 0, np.zeros((3, 0))
        first = min(self._peaks)
        return first * (FRAME // PEAK_EVERY), np.concatenate(
            [self._peaks[k] for k in sorted(self._peaks)], axis=1
        )

    def forget_before(self, mix_sample: int) -> None:
        """Lets go of what is known of frames that will not be asked for again."""
        first = mix_sample // FRAME
        self._reductions = {k: value for k, value in self._reductions.items() if k >= first}
        self._peaks = {k: value for k, value in self._peaks.items() if k >= first}

    def close(self) -> None:
        """Lets go of all files; spools stay."""
        self._stack.close()
        self._close_file()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _begin(self, plan: SetPlan, frame: int) -> None:
        """Takes up a plan at a frame, as if it had been rendered from its beginning."""
        tracks = played_tracks(plan, self._analyses)
        clock = mix_clock(plan, self._beats_per_bar)
        require_nudges(plan, clock)
        self._stack.close()
        first = max(0, frame - 1)
        decks = [deck_sound(name, plan, tracks, clock, first) for name in DECKS]
        for deck in decks:
            self._stack.enter_context(closing(deck))
        self._plan, self._clock, self._decks = plan, clock, decks
        self._played = first
        self._sum = np.zeros((2, MARGIN), dtype=np.float32)
        if first < frame:
            self._sum = self._next_sum()[:, -MARGIN:]
        self._frame = frame
        self._limiter.reduction = self._reductions.get(frame, 0.0)

    def _next_sum(self) -> Samples:
        """The next frame of both decks at the master's gain, silent beyond the end; its peaks are noted."""
        k = self._played
        self._played += 1
        left = max(0, self._clock.n_samples - k * FRAME)
        frames = [deck.next_frame() for deck in self._decks] if left else [_silence(), _silence()]
        for sound in frames:
            sound[:, left:] = 0.0
        self._note_peaks(k, frames)
        return np.asarray((frames[0] + frames[1]) * self._gain)

    def _next_master(self) -> Samples:
        """The next frame of the master; both decks are played one frame ahead for it."""
        while self._sum.shape[1] < FRAME + 2 * MARGIN:
            self._sum = np.concatenate([self._sum, self._next_sum()], axis=1)
        k = self._frame
        out = self._limiter.frame(self._sum[:, : FRAME + 2 * MARGIN])
        self._sum = self._sum[:, FRAME:]
        self._frame += 1
        self._reductions[self._frame] = self._limiter.reduction
        self._peaks[k][2] = np.abs(out).max(axis=0).reshape(-1, PEAK_EVERY).max(axis=1)
        return out[:, : self._clock.n_samples - k * FRAME]

    def _note_peaks(self, k: int, frames: Sequence[Samples]) -> None:
        known = self._peaks.setdefault(k, np.zeros((3, FRAME // PEAK_EVERY)))
        for row, sound in zip(known, frames, strict=False):
            row[:] = self._gain * np.abs(sound).max(axis=0).reshape(-1, PEAK_EVERY).max(axis=1)

    def _close_file(self) -> None:
        if self._file is not None:
            self._file.close()
            self._file = None

    def _new_spool(self) -> Spool:
        self._close_file()
        path = self._folder / f"spool-{self._n_spools}.f32"
        self._n_spools += 1
        try:
            self._file = path.open("wb", buffering=0)
        except OSError as error:
            raise InvalidInput(f"{path}: cannot be written ({error})") from error
        return Spool(path=path, mix_frame=self._frame * FRAME)

    def _taken_up(self, spool: Spool) -> Spool:
        """A spool to write on behind its whole frames."""
        self._file = spool.path.open("r+b", buffering=0)
        self._file.seek((self._frame * FRAME - spool.mix_frame) * BYTES_PER_SAMPLE)
        return spool

    def _write(self, sound: Samples) -> None:
        if self._file is None:
            raise RuntimeError("this render was closed")
        data = np.ascontiguousarray(sound.T, dtype="<f4").tobytes()
        while data:
            data = data[self._file.write(data) :]


def _whole_frames(spool: Spool) -> int:
    """The first frame of the mix that is not whole in a spool."""
    samples = spool.path.stat().st_size // BYTES_PER_SAMPLE if spool.path.exists() else 0
    return (spool.mix_frame + samples) // FRAME


def _silence() -> Samples:
    return np.zeros((2, FRAME), dtype=np.float32)
