"""All voices together: output frames as a function of what has been decided, made in any order and as often as wanted."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from temirbek.stage.audio.pace import Pacer
from temirbek.stage.audio.ring import Stereo
from temirbek.stage.audio.voices import Take, silence
from temirbek.stage.clock import SAMPLE_RATE_HZ, Span

LOOK = 240
"""The limiter turns down and up again within so many frames (5 ms)."""
REPLACED_FADE = 480
"""A take that another one replaces goes in so many frames."""
MUSIC = "music"
"""The voice that the shared clock tells of."""
KEPT = 4 * SAMPLE_RATE_HZ
"""What was over so many frames ago is forgotten."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Duck:
    """While one voice plays, another one is softer: by how much, and how fast it goes and comes [frames].

    It comes back ``hold`` frames after the other voice was over.
    """

    voice: str
    under: str
    by_db: float
    attack: int
    release: int
    hold: int = 0


class Mixer:
    """What is played, by voice."""

    def __init__(self) -> None:
        self.ducks: dict[str, Duck] = {}
        self.missing: dict[str, int] = {}
        """Voice → the first frame that could not be made for want of samples; whoever looks may clear it."""
        self._takes: dict[str, list[Take]] = {}
        self._pacers: dict[int, Pacer] = {}

    def takes(self) -> list[Take]:
        """All that plays, will play, or has played within the last seconds."""
        return [take for takes in self._takes.values() for take in takes]

    def newest(self, voice: str) -> Take | None:
        """The take of a voice that commands mean."""
        takes = self._takes.get(voice)
        return takes[-1] if takes else None

    def begin(self, take: Take) -> None:
        """Adds a take; what its voice still plays goes when it begins, what had not begun is forgotten."""
        kept = []
        for old in self._takes.get(take.voice, []):
            if old.start >= take.start:
                self._let_go(old)
                continue
            over = old.over_at()
            if over is None or over > take.start:
                old.cut(take.start, REPLACED_FADE, "replaced")
            kept.append(old)
        self._takes[take.voice] = [*kept, take]
        self._pacers[id(take)] = Pacer(take)

    def changed(self, take: Take, frame: int) -> None:
        """Says that a take's legs or pieces from an output frame on are others than before."""
        self._pacers[id(take)].forget(frame)

    def forget_before(self, frame: int) -> None:
        """Lets go of what nobody can ask for any more, some seconds before a frame that sounds now."""
        past = frame - KEPT
        for voice, takes in self._takes.items():
            for take in takes:
                take.forget_before(past)
            gone = [t for t in takes if (over := t.over_at()) is not None and over < past]
            for take in gone:
                self._let_go(take)
            self._takes[voice] = [t for t in takes if t not in gone]

    def close(self) -> None:
        """Lets go of everything."""
        for take in self.takes():
            self._let_go(take)
        self._takes.clear()

    def _let_go(self, take: Take) -> None:
        take.close()
        del self._pacers[id(take)]

    def render(self, first: int, n: int) -> Stereo:
        """Output frames ``first`` to ``first + n``, shape (n, 2).

        Where several voices together exceed full scale, all are turned down by what is needed, 10 ms around it.
        One voice alone comes out as it went in.
        """
        margin = 2 * LOOK
        wide = silence(n + 2 * margin)
        heard = self._sounding(first - margin, len(wide))
        n_voices = sum(self._add(take, first - margin, wide, margin) for take in heard)
        sound = wide[margin : margin + n]
        peaks = np.abs(wide).max(axis=1)
        if n_voices < 2 or not (peaks > 1.0).any():
            return sound
        return np.asarray(sound * _limits(peaks)[:, None])

    def _sounding(self, first: int, n: int) -> Iterator[Take]:
        for take in self.takes():
            over = take.over_at()
            if take.start < first + n and (over is None or over > first):
                yield take

    def _add(self, take: Take, first: int, total: Stereo, margin: int) -> bool:
        over = take.over_at()
        begin = max(first, take.start)
        end = first + len(total) if over is None else min(first + len(total), over)
        if begin >= end:
            return False
        dry = self._pacers[id(take)].dry(begin, end - begin)
        short = begin + dry.there
        if short < min(end, first + len(total) - margin):
            self.missing[take.voice] = min(short, self.missing.get(take.voice, short))
        total[begin - first : end - first] += self._loud(take, begin, dry.sound)
        return True

    def _loud(self, take: Take, first: int, sound: Stereo) -> Stereo:
        gain = take.gain.over(first, len(sound))
        if not isinstance(gain, float):
            sound = sound * gain[:, None]
        elif gain != 1.0:
            sound = sound * np.float32(gain)
        duck = self.ducks.get(take.voice)
        depth = np.zeros(0) if duck is None else self._depth(duck, first, len(sound))
        if duck is None or not depth.any():
            return sound
        return sound * np.asarray(10 ** (-abs(duck.by_db) * depth / 20), dtype=np.float32)[:, None]

    def _depth(self, duck: Duck, first: int, n: int) -> NDArray[np.float64]:
        """How far a voice is ducked, 0–1, shape (n,): all the way as long as the other one plays."""
        frames = np.arange(first, first + n, dtype=float)
        depth = np.zeros(n)
        for take in self._takes.get(duck.under, []):
            over = take.over_at()
            places, depths = [take.start, take.start + max(1, duck.attack)], [0.0, 1.0]
            if over is not None:
                held = max(over + duck.hold, places[-1])
                places, depths = [*places, held, held + max(1, duck.release)], [*depths, 1.0, 0.0]
            depth = np.maximum(depth, np.interp(frames, places, depths))
        return depth

    def spans(self) -> list[Span]:
        """The music's programme, for the clock."""
        spans = [Span(frame=0, mix_s=0.0, is_playing=False)]
        for take in self._takes.get(MUSIC, []):
            over = take.over_at()
            spans = [span for span in spans if span.frame < take.start]
            for leg in take.legs:
                if over is None or leg.frame < over:
                    spans.append(_span(take, leg.frame, leg.mix_frame, leg.rate))
            if over is not None:
                spans.append(_span(take, over, take.mix_frame_at(over), 0.0))
        return spans


def _limits(peaks: NDArray[np.float32]) -> NDArray[np.float32]:
    """Gains that keep magnitudes of shape (n + 4 · LOOK,) within full scale, smoothly, shape (n,)."""
    window = 2 * LOOK + 1
    needed = 1.0 / np.maximum(1.0, peaks.astype(float))
    held = np.lib.stride_tricks.sliding_window_view(needed, window).min(axis=1)
    sums = np.cumsum(np.concatenate([[0.0], held]))
    return np.asarray((sums[window:] - sums[:-window]) / window, dtype=np.float32)


def _span(take: Take, frame: int, mix_frame: float, rate: float) -> Span:
    mix_s = mix_frame / SAMPLE_RATE_HZ
    return Span(frame=frame, mix_s=mix_s, rate=rate, programme=take.programme, is_playing=rate > 0)
