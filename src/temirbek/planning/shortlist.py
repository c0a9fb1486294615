"""A crate of thousands, cut down to the tracks among which a set is planned.

A track is *useful* when its beats and phrases may be trusted, when many others are near its tempo (or the tempo of a
track that must be played), and when it is long enough to be mixed in and out. From the useful ones the list is drawn one
by one, always the one with the most to add: useful, and far from what is already on the list in timbre, energy, key and
tempo (maximal marginal relevance, Carbonell & Goldstein 1998; k-center greedy). So the list has calm and lively tracks
for every part of the arc, and no artist takes it over.
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from temirbek.errors import InvalidInput
from temirbek.planning.compatibility import MAX_STRETCH
from temirbek.types import SetWishes, TrackSummary

Floats = NDArray[np.float64]

FEWEST_PHRASES = 4
SILENT_LUFS = -60.0
TEMPO_BIN = 0.005
"""Tempi are counted in bins of half a per cent."""

NOVELTY = 0.6
ARTIST_COST = 0.25
"""For each track of the artist that is on the list already."""

REQUIRED_TEMPO_WEIGHT = 0.5
SEED_NOISE = 0.02
ENERGY_SPAN = 1.5
KEY_SPAN = 0.5
TEMPO_SPAN = 4.0
"""How far apart (in the unit of the timbre) energies 0 and 1, opposite keys, and tempi a factor e apart count."""


def shortlist(summaries: Sequence[TrackSummary], *, wishes: SetWishes, seed: int, n: int) -> tuple[str, ...]:
    """The ids of the ``n`` most useful and most various tracks, in the order of the crate.

    Args:
        summaries: One row for each track of the crate, ids unique.
        wishes: What must be played or is locked to a place is on the list.
        seed: Decides between near equals.
        n: How many, ≥ 1; a smaller crate is listed whole.

    Raises:
        InvalidInput: A wished track is not in the crate, or more tracks are wished than the list may hold.
    """
    ids = [s.track.id for s in summaries]
    required = _required(ids, wishes, n)
    if len(ids) <= n:
        return tuple(ids)
    useful = _usefulness(summaries, required)
    useful += np.random.default_rng(seed).uniform(0.0, SEED_NOISE, len(ids))
    chosen = _various(_features(summaries), useful, _artists(summaries), required, n)
    return tuple(ids[i] for i in sorted(chosen))


def _required(ids: Sequence[str], wishes: SetWishes, n: int) -> list[int]:
    place = {track_id: i for i, track_id in enumerate(ids)}
    wished = dict.fromkeys((*wishes.must_play, *wishes.locked.values()))
    unknown = [track_id for track_id in wished if track_id not in place]
    if unknown:
        raise InvalidInput(f"wished tracks are not among the {len(ids)} of the crate: {', '.join(unknown)}")
    if len(wished) > n:
        raise InvalidInput(f"{len(wished)} tracks must be played; a list of {n} cannot hold them")
    return [place[track_id] for track_id in wished]


def _usefulness(summaries: Sequence[TrackSummary], required: Sequence[int]) -> Floats:
    """How much a set gains from each track, about 0 to 3."""
    sure = np.array([min(s.confidence.grid, s.confidence.downbeat) for s in summaries])
    phrased = np.array([s.confidence.phrase for s in summaries])
    is_playable = np.array(
        [s.n_phrases >= FEWEST_PHRASES and s.loudness_lufs > SILENT_LUFS for s in summaries]
    )
    metres = np.array([s.beats_per_bar for s in summaries])
    usual_metre = np.bincount(metres[list(required)] if required else metres).argmax()
    tempo = _company(np.log([s.tempo_bpm for s in summaries]), required)
    return np.asarray(
        sure + 0.3 * phrased + tempo - 1.0 * (metres != usual_metre) - 4.0 * ~is_playable, dtype=float
    )


def _company(log_tempo: Floats, required: Sequence[int]) -> Floats:
    """Share of tracks that a deck could meet by stretching, of the best in the crate, 0–1; wished tracks count more."""
    bins = np.round((log_tempo - log_tempo.min()) / TEMPO_BIN).astype(int)
    reach = round(MAX_STRETCH / TEMPO_BIN)
    weights = np.ones(len(bins))
    weights[list(required)] += REQUIRED_TEMPO_WEIGHT * len(bins) / max(1, len(required))
    below = np.concatenate([[0.0], np.cumsum(np.bincount(bins, weights=weights))])
    met = below[np.minimum(bins + reach + 1, len(below) - 1)] - below[np.maximum(bins - reach, 0)]
    return np.asarray(met / met.max())


def _features(summaries: Sequence[TrackSummary]) -> Floats:
    """What makes tracks differ, shape (n, 24); nearness is likeness."""
    timbre = np.stack([s.timbre for s in summaries])
    energy = ENERGY_SPAN * np.array([s.energy for s in summaries])
    tempo = TEMPO_SPAN * np.log([s.tempo_bpm for s in summaries])
    fifths = np.array([int(s.key.best.camelot[:-1]) for s in summaries]) * (np.pi / 6)
    circle = KEY_SPAN / 2 * np.stack([np.cos(fifths), np.sin(fifths)], axis=1)
    return np.column_stack([timbre, energy, tempo, circle])


def _artists(summaries: Sequence[TrackSummary]) -> NDArray[np.int64]:
    """A number for each artist; tracks without one are each their own."""
    names = [s.track.artist.casefold() or f"\0{i}" for i, s in enumerate(summaries)]
    return np.asarray(np.unique(names, return_inverse=True)[1], dtype=np.int64)


def _various(
    features: Floats, useful: Floats, artists: NDArray[np.int64], required: Sequence[int], n: int
) -> list[int]:
    """Picks the best of what is left, given what is on the list, until ``n`` are on it."""
    chosen: list[int] = []
    distance = np.full(len(useful), np.inf)
    worth = useful.copy()
    squares = np.sum(features**2, axis=1)
    while len(chosen) < n:
        if len(chosen) < len(required):
            pick = required[len(chosen)]
        else:
            pick = int(np.argmax(worth + NOVELTY * np.minimum(distance, 2.0)))
        chosen.append(pick)
        near = squares + squares[pick] - 2.0 * (features @ features[pick])
        distance = np.minimum(distance, np.sqrt(np.maximum(near, 0.0)))
        worth[artists == artists[pick]] -= ARTIST_COST
        worth[pick] = -np.inf
    return chosen
