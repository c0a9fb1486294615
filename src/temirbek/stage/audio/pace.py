"""A take at another speed: to follow a human, without a click, and back to the very samples.

Output frames are cut into *runs*. On a leg at speed 1 whose mix frames are whole numbers a run gives the samples as they
are. Up to a speed change of :data:`TINY` (3 cents, which nobody hears) it reads between the samples, as a turntable
does; there a leg goes on where the one before ended, so nothing needs joining. Beyond, a run is half a second stretched
with its pitch kept, and runs are joined by the same seams as in a rendered mix, before the later one begins.

Every run is a function of its leg and number alone, so it can be made ahead, cut short by a new leg, and made again.
Going back to speed 1 the mix frames first glide onto whole numbers, in a tenth of a second and by half a sample at most.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from temirbek.stage.audio.ring import CHANNELS, Stereo
from temirbek.stage.audio.voices import Dry, Leg, Take, silence
from temirbek.stage.clock import SAMPLE_RATE_HZ

TINY = 2e-3
LONG_SEAM = 8192
"""As :data:`temirbek.mixing.seam.LONG_SEAM`, the longest that :func:`~temirbek.mixing.seam.joined` knows."""
LEAST_RATE, MOST_RATE = 0.92, 1.08
RUN = SAMPLE_RATE_HZ // 2
"""Frames that are stretched at a time."""
CONTEXT = SAMPLE_RATE_HZ // 4
"""What the stretcher hears before and after, to settle."""
STEP = 0.01
STEP_FRAMES = SAMPLE_RATE_HZ // 4
"""Speed changes by one step in so many frames: 4 % in a second."""
GLIDE = SAMPLE_RATE_HZ // 10
KEPT_RUNS = 16
TAPS = 32
PHASES = 2048
KAISER_BETA = 9.0


def _filters() -> NDArray[np.float32]:
    """Windowed sincs by phase, shape (PHASES, TAPS), each of sum one."""
    x = np.arange(TAPS)[None, :] - (TAPS // 2 - 1) - np.arange(PHASES)[:, None] / PHASES
    inside = np.maximum(0.0, 1 - (x / (TAPS / 2)) ** 2)
    rows = np.sinc(x) * np.i0(KAISER_BETA * np.sqrt(inside))
    return np.asarray(rows / rows.sum(axis=1, keepdims=True), dtype=np.float32)


_FILTERS = _filters()


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """Output frames ``first`` to ``last`` (None: until the next leg), all on one leg."""

    first: int
    last: int | None
    leg: Leg

    @property
    def is_stretched(self) -> bool:
        """Whether its pitch is kept."""
        return is_stretched(self.leg)


def is_stretched(leg: Leg) -> bool:
    """Whether a leg's pitch is kept by stretching."""
    return abs(leg.rate - 1.0) > TINY


class Pacer:
    """Gives the dry sound of one take."""

    def __init__(self, take: Take) -> None:
        self._take = take
        self._made: dict[int, Stereo] = {}
        self._seams: dict[tuple[int, int], Stereo] = {}

    def dry(self, first: int, n: int) -> Dry:
        """Output frames ``first`` to ``first + n``."""
        out = silence(n)
        there = n
        at = first
        while at < first + n:
            run, following = self._run(at), None
            seam = 0
            if run.last is not None:
                following = self._run(run.last)
                if run.is_stretched or following.is_stretched:
                    seam = min(LONG_SEAM, run.last - run.first)
            is_seam = run.last is not None and at >= run.last - seam
            stop = first + n if run.last is None else min(first + n, run.last - (0 if is_seam else seam))
            part = out[at - first : stop - first]
            if is_seam and following is not None and run.last is not None:
                had = self._join(run, following, run.last - seam, seam, at, part)
            else:
                had = self._sound(run, at, part)
            if had < len(part):
                there = min(there, at - first + had)
            at = stop
        return Dry(out, there)

    def forget(self, first: int) -> None:
        """What comes from output frame ``first`` on has changed."""
        self._made = {start: sound for start, sound in self._made.items() if start < first}
        self._seams = {place: sound for place, sound in self._seams.items() if sum(place) <= first}

    def _run(self, frame: int) -> Run:
        leg = self._take.leg_at(frame)
        later = [other.frame for other in self._take.legs if other.frame > leg.frame]
        last = min(later, default=None)
        if not is_stretched(leg):
            return Run(first=leg.frame, last=last, leg=leg)
        begin = leg.frame + (frame - leg.frame) // RUN * RUN
        end = begin + RUN
        return Run(first=begin, last=end if last is None else min(last, end), leg=leg)

    def _join(self, old: Run, new: Run, begin: int, seam: int, at: int, part: Stereo) -> int:
        both = self._seams.get((begin, seam))
        had = seam
        if both is None:
            sounds = silence(seam), silence(seam)
            had = min(self._sound(run, begin, sound) for run, sound in zip((old, new), sounds, strict=True))
            both = _joined(np.ascontiguousarray(sounds[0].T), np.ascontiguousarray(sounds[1].T)).T
            if had == seam:
                self._seams[begin, seam] = both
                while len(self._seams) > KEPT_RUNS:
                    del self._seams[min(self._seams)]
        part[:] = both[at - begin : at - begin + len(part)]
        return max(0, min(len(part), had - (at - begin)))

    def _sound(self, run: Run, at: int, out: Stereo) -> int:
        """Fills ``out`` with what the run gives from output frame ``at`` on, maybe before its first."""
        if run.is_stretched:
            return self._stretched(run, at, out)
        if run.leg.is_exact:
            return self._take.read_mix(int(run.leg.mix_frame_at(at)), out)
        return self._between(run.leg, at, out)

    def _between(self, leg: Leg, at: int, out: Stereo) -> int:
        """Reads between the samples."""
        mix = leg.mix_frame + (np.arange(at, at + len(out)) - leg.frame) * leg.rate
        whole, phase = np.divmod(np.round(mix * PHASES).astype(np.int64), PHASES)
        first = int(whole[0]) - (TAPS // 2 - 1)
        sound = silence(int(whole[-1]) - int(whole[0]) + TAPS)
        there = self._take.read_mix(first, sound)
        windows = np.lib.stride_tricks.sliding_window_view(sound, TAPS, axis=0)[whole - int(whole[0])]
        out[:] = np.einsum("nct,nt->nc", windows, _FILTERS[phase])
        return len(out) if there == len(sound) else max(0, min(len(out), there - TAPS))

    def _stretched(self, run: Run, at: int, out: Stereo) -> int:
        begin = run.first - LONG_SEAM
        sound = self._made.get(run.first)
        there = len(out)
        if sound is None:
            sound, is_whole = self._stretch(run.leg, begin, run.first + RUN)
            if is_whole:
                self._made[run.first] = sound
                while len(self._made) > KEPT_RUNS:
                    del self._made[min(self._made)]
            else:
                there = 0
        out[:] = sound[at - begin : at - begin + len(out)]
        return there

    def _stretch(self, leg: Leg, first: int, last: int) -> tuple[Stereo, bool]:
        """Output frames ``first`` to ``last`` of a leg, and whether all that is heard of them was there."""
        wanted = last - first + 2 * CONTEXT
        read = silence(round(wanted * leg.rate))
        there = self._take.read_mix(round(leg.mix_frame_at(first - CONTEXT)), read)
        sound = _stretched(np.ascontiguousarray(read.T), wanted)[:, CONTEXT : CONTEXT + last - first]
        return np.ascontiguousarray(sound.T), there >= len(read) - round(CONTEXT * leg.rate)


def get_ready() -> None:
    """Loads what stretching needs, which takes a second or two: call it before anything sounds."""
    sound = np.zeros((CHANNELS, LONG_SEAM), dtype=np.float32)
    _joined(sound, _stretched(sound, LONG_SEAM))


def _stretched(sound: NDArray[np.float32], n: int) -> NDArray[np.float32]:
    from temirbek.mixing.stretch import (
        stretched,
    )  # not on top: the player starts meanwhile

    return stretched(sound, n)


def _joined(old: NDArray[np.float32], new: NDArray[np.float32]) -> NDArray[np.float32]:
    from temirbek.mixing.seam import joined

    return joined(old, new)


def plan_rate(take: Take, earliest: int, written: int, rate: float) -> int:
    """Lays legs that bring a take to a speed, smoothly.

    Args:
        take: Whose legs are changed.
        earliest: The first output frame that may still change.
        written: The first output frame that has not been made; what has to be stretched begins there.
        rate: Mix frames per output frame, :data:`LEAST_RATE`–:data:`MOST_RATE`.

    Returns:
        The output frame from which on its legs are new.
    """
    first = max(earliest, take.start)
    ahead = [take.leg_at(first)] + [leg for leg in take.legs if leg.frame > first]
    if abs(rate - 1.0) > TINY or any(is_stretched(leg) for leg in ahead):
        first = max(first, written) + LONG_SEAM  # the seam lies before the new run
    mix_frame, now = take.mix_frame_at(first), take.leg_at(first).rate
    if now == rate and not [leg for leg in take.legs if leg.frame > first]:
        return first
    take.legs = [leg for leg in take.legs if leg.frame < first]
    n_steps = max(1, int(np.ceil(abs(rate - now) / STEP - 1e-9)))
    for k in range(n_steps):
        here = now + (rate - now) * (k + 1) / n_steps if k + 1 < n_steps else rate
        leg = Leg(frame=first + k * STEP_FRAMES, mix_frame=mix_frame, rate=here)
        take.legs += onto_whole(leg) if here == 1.0 else [leg]
        mix_frame += here * STEP_FRAMES
    return first


def onto_whole(leg: Leg) -> list[Leg]:
    """A leg at speed 1, after a glide onto whole mix frames."""
    if leg.is_exact:
        return [leg]
    goal = round(leg.mix_frame) + GLIDE
    return [
        Leg(frame=leg.frame, mix_frame=leg.mix_frame, rate=(goal - leg.mix_frame) / GLIDE),
        Leg(frame=leg.frame + GLIDE, mix_frame=goal),
    ]
