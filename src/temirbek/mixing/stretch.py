"""The sound of one play: at the speed of its time map, its pitch kept if so wished (Signalsmith Stretch).

``python-stretch`` works on whole stretches of sound (each call flushes) at one speed. So a play is cut into segments: as
long as the speed hardly changes, at most :data:`MOST_BEATS`, but on a ramp a bar at a time, and never across a seam that
the plan asks for. Within a segment the
recording is first read along what the mean speed leaves of the exact time map (a few tenths of a per cent, 7 cents at
most, on ramps only), so that beats lie on their samples and nothing adds up. Where a track plays at its own tempo
nothing is stretched at all.

A seam (:mod:`~temirbek.mixing.seam`) lies just before a beat, where the next attack masks it. Where a loop jumps back
there is such a seam too, and both its sides are music that goes on: the map of each piece reaches beyond its ends. Segments
belong to the play, never to the reader's blocks; where reading begins changes no sample.

Two other ways were measured and left: correcting the pitch after varispeed (attacks as good, but Signalsmith's
transposition was 40 cents off at 55 Hz), and a phase vocoder of our own (chords purer, attacks 1.2 ms astray).
"""

from dataclasses import dataclass, replace
from itertools import pairwise

import numpy as np
import python_stretch.Signalsmith as signalsmith

from temirbek.audio import AudioReader
from temirbek.mixing.clock import SAMPLE_RATE_HZ, Floats, Samples, SourceMap
from temirbek.mixing.seam import LONG_SEAM, SEAM, joined
from temirbek.mixing.varispeed import read_along

GRID_BEATS = 4.0
"""Seams lie on every so many beats of the mix."""
MOST_BEATS = 32.0
STEADY = 0.008
"""A segment goes on while its speed stays within this share (14 cents from end to end)."""
IN_TUNE = 1e-3
"""Speeds this close to 1 (1.7 cents, a third of what is just heard) need no correction: a nudge costs no stretching."""
SEAM_EARLY = round(0.006 * SAMPLE_RATE_HZ)
"""A seam is over this long before its beat [samples]."""
LEAST = LONG_SEAM + SEAM
"""Segments shorter than this have short seams [samples]."""
CONTEXT = round(0.25 * SAMPLE_RATE_HZ)
"""What the stretcher hears before and after a segment, to settle [samples]."""
SEED = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Segment:
    """Mix samples ``first`` to ``last``, played along a map without jumps.

    Attributes:
        first, last: Where it begins and ends [mix samples].
        source: The map.
        seam: Over how many samples before ``first`` it is joined to the one before; 0 for the first.
        until: Up to where the map counts: behind a play's last beat the sound goes on as before it, whatever follows.
    """

    first: int
    last: int
    source: SourceMap
    seam: int = 0
    until: int


class PlaySound:
    """The sound of one play, read forwards.

    Args:
        reader: The track.
        source: Its place in the mix.
        start, stop: First and last mix sample of the play.
    """

    def __init__(self, reader: AudioReader, source: SourceMap, start: int, stop: int) -> None:
        self._reader = reader
        self._keeps_pitch = source.play.stretch == "time"
        self._segments = segments_of(source, start, stop)
        self._at = start
        self._tail: Samples | None = None
        self._ready = np.zeros((2, 0), dtype=np.float32)

    def read(self, start: int, stop: int) -> Samples:
        """Mix samples ``start`` to ``stop``, float32, shape (2, n); what was left out may not be asked for later."""
        self._skip_to(start)
        while self._at + self._ready.shape[1] < stop:
            self._ready = np.concatenate([self._ready, self._next_segment()], axis=1)
        sound, self._ready = self._ready[:, : stop - start], self._ready[:, stop - start :]
        self._at = stop
        return sound

    def _skip_to(self, start: int) -> None:
        """Leaves out what lies before ``start``; whole segments are not even computed."""
        if self._at + self._ready.shape[1] < start:
            self._at += self._ready.shape[1]
            self._ready = self._ready[:, :0]
            while len(self._segments) > 2 and self._segments[1].last - self._segments[2].seam <= start:
                del self._segments[0]  # the one before the wanted one stays: its end is faded into that one
                self._at, self._tail = self._segments[0].first, None
            while self._at + self._ready.shape[1] < start:
                self._at += self._ready.shape[1]
                self._ready = self._next_segment()
        self._ready = self._ready[:, start - self._at :]
        self._at = start

    def _next_segment(self) -> Samples:
        segment = self._segments.pop(0)
        seam = segment.seam
        sound = self._sound(replace(segment, first=segment.first - seam))
        if self._tail is None:  # reading begins here, and hears what it would have heard had it begun before
            sound = sound[:, seam:]
        else:
            sound[:, :seam] = joined(self._tail, sound[:, :seam])
        if not self._segments:
            return sound
        keep = self._segments[0].seam
        self._tail = sound[:, -keep:].copy()
        return sound[:, :-keep]

    def _sound(self, segment: Segment) -> Samples:
        """A segment, in time and, if so wished, in tune."""
        first, last = segment.first, segment.last
        begin, end = segment.source.source_at(np.array([first, segment.until]))
        speed = float(end - begin) / (segment.until - first)
        if _is_own(speed) or not self._keeps_pitch:
            return read_along(self._reader, _positions(segment, np.arange(first, last, dtype=float), speed))
        wanted = last - first + 2 * CONTEXT
        n_read = round(wanted * speed)
        mix = first - CONTEXT + np.arange(n_read, dtype=float) * (wanted / n_read)
        sound = read_along(self._reader, _positions(segment, mix, speed))
        return stretched(sound, wanted)[:, CONTEXT:-CONTEXT]


def _positions(segment: Segment, mix: Floats, speed: float) -> Floats:
    """Where a segment's samples come from: along its map, and around it at one speed, so that nothing there has a say."""
    first, until = segment.first, segment.until
    begin, end = segment.source.source_at(np.array([first, until]))
    inside = segment.source.along(mix[(mix >= first) & (mix <= until)])
    before, after = mix[mix < first] - first, mix[mix > until] - until
    return np.concatenate([begin + before * speed, inside, end + after * speed])


def segments_of(source: SourceMap, start: int, stop: int) -> list[Segment]:
    """The segments of a play from mix sample ``start`` to ``stop``: none reaches over a loop's jump."""
    pieces = source.pieces()
    jumps = [round(piece.start) - SEAM_EARLY for piece in pieces[1:]]
    edges = [start, *jumps, stop]
    over = round(pieces[-1].stop) - SEAM_EARLY
    plain = [
        Segment(first=a, last=b, source=piece, until=over if a + LEAST < over < b == stop else b)
        for piece, first, last in zip(pieces, edges[:-1], edges[1:], strict=True)
        for a, b in pairwise(segment_bounds(piece, first, last))
    ]
    seams = [
        LONG_SEAM if min(b - a for a, b in pair) > LEAST else SEAM
        for pair in pairwise((s.first, s.last) for s in plain)
    ]
    return [replace(s, seam=seam) for s, seam in zip(plain, [0, *seams], strict=True)]


def segment_bounds(source: SourceMap, start: int, stop: int) -> list[int]:
    """Mix samples on which segments meet, from ``start`` to ``stop``: on bars, as few as a steady pitch allows."""
    play, clock = source.play, source.clock
    beats = np.arange(play.mix_from_beat + GRID_BEATS, play.mix_to_beat, GRID_BEATS)
    seams = np.round(clock.sample_at(beats)).astype(int) - SEAM_EARLY
    asked = np.round(clock.sample_at(np.array(play.seams, dtype=float))).astype(int) - SEAM_EARLY
    seams = seams[np.abs(seams[:, None] - asked).min(axis=1, initial=LEAST) >= LEAST]
    seams = np.union1d(seams, asked)
    seams = seams[(seams > start + LEAST) & (seams < stop - LEAST)]
    is_asked = np.isin(seams, asked)
    edges = np.concatenate([[start], seams, [stop]])
    places = source.source_at(edges)
    speeds = np.diff(places) / np.diff(edges)
    bounds = [start]
    opened = 0
    for k in range(1, len(speeds)):
        group = speeds[opened : k + 1]
        is_long = (k + 1 - opened) * GRID_BEATS > MOST_BEATS
        if (
            is_asked[k - 1]
            or is_long
            or group.max() - group.min() > STEADY / 2
            or _is_own(group[0]) != _is_own(group[-1])
        ):
            bounds.append(int(edges[k]))
            opened = k
    return [*bounds, stop]


def stretched(sound: Samples, n: int) -> Samples:
    """Sound of any length evenly stretched to ``n`` samples, its pitch kept."""
    stretcher = signalsmith.Stretch(SEED)
    stretcher.preset(sound.shape[0], float(SAMPLE_RATE_HZ))
    stretcher.setTimeFactor(sound.shape[1] / (n + 0.25))  # it rounds down
    out = np.array(stretcher.process(np.ascontiguousarray(sound, dtype=np.float32)))
    if out.shape[1] != n:
        raise RuntimeError(f"the stretcher gave {out.shape[1]} samples where {n} were asked for")
    return out


def _is_own(speed: float) -> bool:
    return abs(speed - 1.0) < IN_TUNE
