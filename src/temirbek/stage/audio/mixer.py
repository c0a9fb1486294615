"""All voices together: output frames as a function of what has been decided, made in any order and as often as wanted."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from scipy.ndimage import minimum_filter1d, uniform_filter1d

from temirbek.stage.audio.ring import CHANNELS, Stereo
from temirbek.stage.audio.voices import Gain, Take
from temirbek.stage.clock import SAMPLE_RATE_HZ, Span

LOOK = 240
"""The limiter turns down and up again within so many frames (5 ms)."""
REPLACED_FADE = 480
"""A take that another one replaces goes in so many frames."""
MUSIC = "music"
"""The voice that the shared clock tells of."""
KEPT_TAKES_S = 4.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Duck:
    """While one voice plays, another one is softer: by how much, and how fast it goes and comes."""

    voice: str
    under: str
    by_db: float
    attack: int
    release: int


class Mixer:
    """What is played, by voice."""

    def __init__(self) -> None:
        self.takes: dict[str, list[Take]] = {}
        self.ducks: dict[str, Duck] = {}
        self.missing_from: int | None = None
        """The first frame, since somebody last looked, at which a spool was too short."""

    def newest(self, voice: str) -> Take | None:
        """The take of a voice that commands mean."""
        takes = self.takes.get(voice)
        return takes[-1] if takes else None

    def begin(self, voice: str, take: Take) -> None:
        """Adds a take; what the voice still plays goes when it begins, what had not begun is forgotten."""
        kept = []
        for old in self.takes.get(voice, []):
            over = old.over_at()
            if old.start >= take.start:
                close_take(old)
                continue
            if over is None or over > take.start:
                old.gain.ramp(take.start, take.start + REPLACED_FADE, 0.0)
                old.stop = take.start + REPLACED_FADE
            kept.append(old)
        self.takes[voice] = [*kept, take]

    def forget_before(self, frame: int) -> None:
        """Lets go of takes that were over some seconds before a frame that sounds now."""
        past = frame - round(KEPT_TAKES_S * SAMPLE_RATE_HZ)
        for voice, takes in self.takes.items():
            gone = [t for t in takes if (over := t.over_at()) is not None and over < past]
            for take in gone:
                close_take(take)
            self.takes[voice] = [t for t in takes if t not in gone]

    def render(self, first: int, n: int) -> Stereo:
        """Output frames ``first`` to ``first + n``, shape (n, 2)."""
        margin = 2 * LOOK
        wide = self._sum(first - margin, n + 2 * margin)
        sound = wide[margin : margin + n]
        peaks = np.abs(wide).max(axis=1)
        if not (peaks > 1.0).any() or len(list(self._sounding(first, n))) < 2:
            return sound
        needed = (1.0 / np.maximum(1.0, peaks)).astype(np.float32)
        held = minimum_filter1d(needed, 2 * LOOK + 1)
        return np.asarray(sound * uniform_filter1d(held, 2 * LOOK + 1)[margin : margin + n, None])

    def _sum(self, first: int, n: int) -> Stereo:
        total = np.zeros((n, CHANNELS), dtype=np.float32)
        for voice, take in self._sounding(first, n):
            missing = self._add(voice, take, first, total)
            if missing and (self.missing_from is None or first < self.missing_from):
                self.missing_from = first
        return total

    def _sounding(self, first: int, n: int) -> Iterator[tuple[str, Take]]:
        for voice, takes in self.takes.items():
            for take in takes:
                over = take.over_at()
                if take.start < first + n and (over is None or over > first):
                    yield voice, take

    def _add(self, voice: str, take: Take, first: int, total: Stereo) -> int:
        duck = self.ducks.get(voice)
        gains = None if duck is None else self._duck_gains(duck, first, len(total))
        if gains is None:
            return take.add_to(first, total)
        alone = np.zeros_like(total)
        missing = take.add_to(first, alone)
        total += alone * gains[:, None]
        return missing

    def _duck_gains(self, duck: Duck, first: int, n: int) -> Stereo | None:
        """The gains that ducking asks for, shape (n,), or None where it asks for nothing."""
        frames = np.arange(first, first + n, dtype=float)
        depth = np.zeros(n)
        for take in self.takes.get(duck.under, []):
            over = take.over_at()
            corners = [take.start - duck.attack, take.start]
            shares = [0.0, 1.0]
            if over is not None:
                corners += [max(over, take.start + 1), over + duck.release + 1]
                shares += [1.0, 0.0]
            depth = np.maximum(depth, np.interp(frames, corners, shares))
        if not depth.any():
            return None
        return np.asarray(10 ** (-abs(duck.by_db) * depth / 20), dtype=np.float32)

    def spans(self) -> list[Span]:
        """The music's programme, for the clock."""
        spans = [Span(frame=0, mix_s=0.0, is_playing=False)]
        for take in self.takes.get(MUSIC, []):
            over = take.over_at()
            for leg in take.legs:
                if over is None or leg.frame < over:
                    spans = [s for s in spans if s.frame < leg.frame]
                    spans.append(
                        Span(
                            frame=leg.frame,
                            mix_s=leg.mix_frame / SAMPLE_RATE_HZ,
                            rate=leg.rate,
                            programme=take.programme,
                        )
                    )
            if over is not None:
                mix_s = take.mix_frame_at(over) / SAMPLE_RATE_HZ
                spans.append(Span(frame=over, mix_s=mix_s, programme=take.programme, is_playing=False))
        return spans


def fade(gain: Gain, first: int, frames: int, to_db: float) -> None:
    """Ramps a gain to so many decibels; −120 and less is silence."""
    gain.ramp(first, first + frames, 10 ** (to_db / 20) if to_db > -120 else 0.0)


def close_take(take: Take) -> None:
    """Lets go of a take's files."""
    for piece in take.pieces:
        piece.source.close()
