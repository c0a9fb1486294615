"""Evidence from files: which recording sounds where in a mix that anyone made, and how one goes over into the next.

Each recording of the tracklist is located and followed (in the mix, or in the stem that is more like it), neighbours are
told apart (:mod:`temirbek.measures.unmix`), and a transition is read off their levels: it starts at the foot of the incoming
deck's fade, ends at that of the outgoing one's, and the bass changes hands where that divides it best. Feet of fades are
known to about a second: one that is not the beginning or end of a recording is taken to mean the nearest downbeat of the
leading track, for no DJ means the middle of a bar.
"""

import itertools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import numpy as np
import soundfile
from numpy.typing import NDArray

from temirbek.errors import InvalidInput
from temirbek.measures.decks import read_mono
from temirbek.measures.evidence import (
    Crossing,
    Decks,
    Evidence,
    Passage,
    StemDecks,
    leading_grid,
    passage_of,
)
from temirbek.measures.follow import Followed, follow
from temirbek.measures.locate import Picture, Place, locate
from temirbek.measures.mix import TrackTruth
from temirbek.measures.originals import Originals
from temirbek.measures.time_map import TimeMap
from temirbek.measures.unmix import Gains, Laid, UnmixedDecks, gains_between, moves_pitch
from temirbek.types import Progress, TrackAnalysis, no_progress

Floats = NDArray[np.float64]

BLOCK = 1 << 18
SAID_WITHIN_S = 180.0
"""A time in a tracklist is believed this far."""
BESIDE_S = 24.0
CLEAR_SHARES = (0.2, 0.6)
SHARP_S = 1.0
LOUD_SHARE = 0.5
"""A deck that is that far faded in within a second of its end had no fade there: the end is the recording's own."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Found:
    """A recording that was found: in which file, and how it runs."""

    track: TrackAnalysis
    path: Path
    followed: Followed
    core: tuple[float, float]
    moves_pitch: bool

    @property
    def laid(self) -> Laid:
        return Laid(track=self.track.track, time_map=self.followed.time_map, moves_pitch=self.moves_pitch)


def evidence_of_files(
    mix: Path,
    stems: Sequence[Path],
    tracks: Sequence[TrackAnalysis],
    truths: Mapping[str, TrackTruth],
    originals: Originals,
    *,
    times_s: Sequence[float] | None = None,
    on_progress: Progress = no_progress,
) -> Evidence:
    """Finds the recordings of a tracklist in a mix.

    Args:
        mix: The file.
        stems: A file per deck, as long as the mix, or none.
        tracks: What is known of the recordings, in the order of the tracklist.
        truths: Track id → beats and phrases known beforehand.
        originals: Reads the recordings at the mix's rate; the evidence reads from it as long as it lives.
        times_s: When each is said to begin [mix s].
        on_progress: Told the share done.

    Raises:
        InvalidInput: A file cannot be read, lengths do not match, or no recording was found.
    """
    with soundfile.SoundFile(mix) as file:
        rate_hz, duration_s = int(file.samplerate), file.frames / file.samplerate
    if times_s is not None and len(times_s) != len(tracks):
        raise InvalidInput(f"{len(times_s)} times were given for {len(tracks)} tracks")
    searched = tuple(stems) or (mix,)
    pictures = {path: _picture_of_file(path, rate_hz) for path in searched}
    found, notes = [], []
    for k, track in enumerate(tracks):
        said_s = None if times_s is None else times_s[k]
        one = _find(track, pictures, rate_hz, duration_s, originals, said_s)
        if one is None:
            notes.append(f"{track.track.title} was not found in {mix.name}")
        else:
            found.append(one)
        on_progress((k + 1) / len(tracks))
    if not found:
        raise InvalidInput(f"{mix.name}: none of the {len(tracks)} recordings was found in it")
    found.sort(key=lambda f: f.core[0])
    joints = [_joint(a, b, rate_hz, originals, is_bare=not stems) for a, b in itertools.pairwise(found)]
    passages = _passages(found, joints, truths)
    crossings = tuple(_crossing(k, joint, passages) for k, joint in enumerate(joints))
    decks: Decks = (
        StemDecks(paths=tuple(f.path for f in found), rate_hz=rate_hz)
        if stems
        else UnmixedDecks(
            laid=tuple(f.laid for f in found), gains=tuple(j.gains for j in joints), originals=originals
        )
    )
    return Evidence(
        kind="stems and originals" if stems else "mix and originals",
        mix_path=mix,
        rate_hz=rate_hz,
        duration_s=duration_s,
        passages=passages,
        crossings=crossings,
        mix_grid=leading_grid(passages, crossings),
        decks=decks,
        notes=tuple(notes),
    )


def _picture_of_file(path: Path, rate_hz: int) -> NDArray[np.float32]:
    picture = Picture(rate_hz)
    with soundfile.SoundFile(path) as file:
        if file.samplerate != rate_hz:
            raise InvalidInput(f"{path.name} has {file.samplerate} Hz; the mix has {rate_hz}")
        for block in file.blocks(blocksize=BLOCK, dtype="float32", always_2d=True):
            picture.add(block.mean(axis=1))
    return picture.done()


def _find(
    track: TrackAnalysis,
    pictures: Mapping[Path, NDArray[np.float32]],
    rate_hz: int,
    duration_s: float,
    originals: Originals,
    said_s: float | None,
) -> _Found | None:
    own = Picture(rate_hz)
    for start_s in np.arange(0.0, track.track.duration_s, BLOCK / rate_hz):
        stop_s = min(track.track.duration_s, float(start_s) + BLOCK / rate_hz)
        own.add(originals.read(track.track, float(start_s), stop_s))
    picture = own.done()
    from_s, to_s = (
        (0.0, duration_s)
        if said_s is None
        else (said_s - SAID_WITHIN_S, said_s + track.track.duration_s + SAID_WITHIN_S)
    )
    places: list[tuple[float, Path, Place]] = []
    for path, heard in pictures.items():
        place = locate(heard, picture, from_s, to_s)
        if place is not None:
            places.append((float(place.likeness.sum()), path, place))
    if not places:
        return None
    _, path, place = max(places, key=lambda p: p[0])
    read = partial(_read, path, rate_hz)
    followed = follow(read, rate_hz, duration_s, track.track, place, originals)
    core = float(place.mix_s[0]), float(place.mix_s[-1])
    middle_s = 0.5 * (core[0] + core[1])
    half_s = min(10.0, 0.5 * (core[1] - core[0]))
    moves = moves_pitch(read, originals, track.track, followed.time_map, middle_s - half_s, middle_s + half_s)
    return _Found(track=track, path=path, followed=followed, core=core, moves_pitch=moves)


def _read(path: Path, rate_hz: int, start_s: float, stop_s: float) -> Floats:
    """Samples of a file between two instants; silence before its beginning and after its end."""
    start, stop = round(start_s * rate_hz), round(stop_s * rate_hz)
    first = max(0, start)
    return np.pad(read_mono(path, first, max(0, stop - first), rate_hz), (first - start, 0))


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Joint:
    """Two neighbours: their gains around where both may sound, and the levels and basses that follow from them."""

    gains: Gains
    start_s: float
    swap_s: float
    end_s: float
    starts_loud: bool
    ends_loud: bool


def _joint(first: _Found, second: _Found, rate_hz: int, originals: Originals, *, is_bare: bool) -> _Joint:
    """Where one goes over into the other, read off their levels."""
    both_from = max(first.followed.time_map.from_s, second.followed.time_map.from_s)
    both_to = min(first.followed.time_map.to_s, second.followed.time_map.to_s)
    from_s, to_s = min(both_from, both_to) - BESIDE_S, max(both_from, both_to) + BESIDE_S
    gains = _gains(first, second, max(0.0, from_s), to_s, rate_hz, originals, is_bare=is_bare)
    out, incoming = (_fader(gains, k, found) for k, found in enumerate((first, second)))
    start_s = _fade_foot(gains.time_s, incoming, second.core[0], -1)
    end_s = _fade_foot(gains.time_s, out, first.core[1], 1)
    start_s = max(start_s, second.followed.time_map.from_s)
    end_s = min(end_s, first.followed.time_map.to_s)
    if end_s < start_s:
        start_s = end_s = 0.5 * (start_s + end_s)
    return _Joint(
        gains=gains,
        start_s=start_s,
        swap_s=_swap_s(gains, start_s, end_s),
        end_s=end_s,
        starts_loud=float(np.interp(start_s + SHARP_S, gains.time_s, incoming)) > LOUD_SHARE,
        ends_loud=float(np.interp(end_s - SHARP_S, gains.time_s, out)) > LOUD_SHARE,
    )


def _gains(
    first: _Found,
    second: _Found,
    from_s: float,
    to_s: float,
    rate_hz: int,
    originals: Originals,
    *,
    is_bare: bool,
) -> Gains:
    """Gains of two neighbours: told apart in a bare file, each by itself in its own stem."""
    if is_bare:
        read = partial(_read, first.path, rate_hz)
        return gains_between(read, originals, (first.laid, second.laid), from_s, to_s)
    single = [
        gains_between(partial(_read, f.path, rate_hz), originals, (f.laid,), from_s, to_s)
        for f in (first, second)
    ]
    return Gains(
        time_s=single[0].time_s,
        power=np.concatenate([g.power for g in single]),
        energy=np.concatenate([g.energy for g in single]),
    )


def _fader(gains: Gains, index: int, found: _Found) -> Floats:
    """How far a deck is faded in, above the bass: amplitude against what is usual for it, shape (n,)."""
    own = gains.energy[index, 1:].sum(axis=0)
    heard = gains.power[index, 1:]
    weight = np.divide(gains.energy[index, 1:], heard, out=np.zeros_like(heard), where=heard > 0).sum(axis=0)
    gain = np.sqrt(np.divide(own, weight, out=np.zeros_like(own), where=weight > 0))
    time_map = found.followed.time_map
    inside = (gains.time_s >= time_map.from_s) & (gains.time_s <= time_map.to_s)
    gain[~inside] = 0.0
    usual = float(np.percentile(gain[inside], 75)) if np.any(inside) else 0.0
    return np.asarray(gain / max(usual, 1e-9))


def _fade_foot(time_s: Floats, fader: Floats, surely_s: float, direction: int) -> float:
    """Where a fade begins (direction −1: earlier than what is sure) or has ended (1).

    Its foot drowns in the other deck. So it is read where it is clear, at a fifth and at three fifths of the way up, and
    carried on in a straight line to nothing: all usual curves of faders are straight down there.
    """
    levels = []
    for share in CLEAR_SHARES:
        beyond = fader < share
        beyond &= (time_s - surely_s) * direction > 0
        quiet = np.flatnonzero(beyond)
        lasting = [i for i in quiet if not 0 <= i + direction < len(fader) or fader[i + direction] < share]
        if not lasting:
            return float(time_s[0] if direction < 0 else time_s[-1])
        at = lasting[-1] if direction < 0 else lasting[0]
        inner = at - direction
        if not 0 <= inner < len(fader):
            return float(time_s[at])
        rise = float(np.clip((share - fader[at]) / max(fader[inner] - fader[at], 1e-9), 0.0, 1.0))
        levels.append(float(time_s[at] + rise * (time_s[inner] - time_s[at])))
    low_s, high_s = levels
    return low_s + (low_s - high_s) * CLEAR_SHARES[0] / (CLEAR_SHARES[1] - CLEAR_SHARES[0])


def _swap_s(gains: Gains, start_s: float, end_s: float) -> float:
    """Where the bass changes hands: the instant that best divides the outgoing deck's bass from the incoming one's."""
    inside = (gains.time_s >= start_s - 0.5) & (gains.time_s <= end_s + 0.5)
    bass = gains.energy[:, 0, inside]
    if bass.shape[1] < 2:
        return 0.5 * (start_s + end_s)
    wrong_before = np.concatenate([[0.0], np.cumsum(bass[1])])
    wrong_after = np.concatenate([np.cumsum(bass[0][::-1])[::-1], [0.0]])
    edges_s = np.append(gains.time_s[inside] - 0.25, gains.time_s[inside][-1] + 0.25)
    return float(np.clip(edges_s[int(np.argmin(wrong_before + wrong_after))], start_s, end_s))


def _passages(
    found: Sequence[_Found], joints: Sequence[_Joint], truths: Mapping[str, TrackTruth]
) -> tuple[Passage, ...]:
    """The recordings' stays in the mix, from where each is heard to where it is not."""
    passages = []
    for k, one in enumerate(found):
        from_s = joints[k - 1].start_s if k else one.followed.time_map.from_s
        to_s = joints[k].end_s if k < len(joints) else one.followed.time_map.to_s
        passages.append(
            passage_of(
                one.track,
                _between(one.followed.time_map, from_s, to_s),
                truths.get(one.track.track.id),
                one.followed.confidence,
                one.followed.sure_s,
            )
        )
    return tuple(passages)


def _between(time_map: TimeMap, from_s: float, to_s: float) -> TimeMap:
    inside = (time_map.mix_s > from_s + 1e-3) & (time_map.mix_s < to_s - 1e-3)
    mix_s = np.concatenate([[from_s], time_map.mix_s[inside], [max(to_s, from_s + 0.01)]])
    return TimeMap(mix_s=mix_s, track_s=time_map.track_s_at(mix_s))


def _crossing(k: int, joint: _Joint, passages: Sequence[Passage]) -> Crossing:
    out, incoming = passages[k], passages[k + 1]
    begins_s = incoming.time_map.mix_s_of(np.zeros(1))
    is_sharp_start = (
        joint.starts_loud and abs(float(incoming.time_map.track_s[0])) < SHARP_S and len(begins_s) > 0
    )
    is_sharp_end = (
        joint.ends_loud and abs(float(out.time_map.track_s[-1]) - out.track.track.duration_s) < SHARP_S
    )
    start_s = float(begins_s[0]) if is_sharp_start else _nearest(out.bars_s, joint.start_s)
    end_s = joint.end_s if is_sharp_end else _nearest(incoming.bars_s, joint.end_s)
    swap_s = _nearest(out.bars_s, joint.swap_s)
    end_s = max(end_s, start_s)
    return Crossing(
        outgoing=k,
        incoming=k + 1,
        start_s=start_s,
        swap_s=float(np.clip(swap_s, start_s, end_s)),
        end_s=end_s,
    )


def _nearest(instants_s: Floats, wanted_s: float) -> float:
    return float(instants_s[int(np.argmin(np.abs(instants_s - wanted_s)))]) if len(instants_s) else wanted_s
