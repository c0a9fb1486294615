"""On what a mix is judged: which track sounds where, how the tracks go over into each other, and the decks' sound.

Three kinds of evidence end in the same noun, so that one ruler measures them all:

- *plan and stems*: our own folder; the time maps are those by which it was rendered, the decks' sound is in its stems;
- *stems and originals*: anyone's mix with a file per deck; the time maps are found in the stems
  (:mod:`temirbek.measures.locate`);
- *mix and originals*: a bare file; the time maps are found in it, and the decks' sound is estimated
  (:mod:`temirbek.measures.unmix`).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, Protocol

import numpy as np
from numpy.typing import NDArray

from temirbek.errors import InvalidInput
from temirbek.measures.decks import NOT_TOGETHER, Stretch, read_mono
from temirbek.measures.mix import TrackTruth
from temirbek.measures.time_map import TimeMap
from temirbek.types import BeatGrid, DeckMap, Mix, TrackAnalysis

Floats = NDArray[np.float64]
Kind = Literal["plan and stems", "stems and originals", "mix and originals"]

FEWEST_TOGETHER_BEATS = 4.0


class Decks(Protocol):
    """Where the sound of single decks comes from."""

    def read(self, outgoing: int, incoming: int, start_s: float, stop_s: float) -> Stretch:
        """The sound of two passages between two instants [mix s], mono."""
        ...


SAME_S = 0.06
LEAST_PHRASE_BARS = 4


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Passage:
    """One track's stay in the mix.

    Attributes:
        track: What is known of it.
        time_map: Where each of its instants sounds.
        beats_s, bars_s, phrases_s: Its beats, downbeats and phrase boundaries, as they sound [mix s], increasing.
        is_truth: The beats are known beforehand, not analysed.
        confidence: How sure it is that the track sounds so, 0–1.
        sure_s: Between these instants the time map is exact enough to compare beats [mix s].
    """

    track: TrackAnalysis
    time_map: TimeMap
    beats_s: Floats
    bars_s: Floats
    phrases_s: Floats
    is_truth: bool
    confidence: float = 1.0
    sure_s: tuple[float, float] = (-np.inf, np.inf)


@dataclass(frozen=True, slots=True, kw_only=True)
class Crossing:
    """From one passage to the next.

    Attributes:
        outgoing, incoming: Their indices.
        start_s, swap_s, end_s: From when both decks are heard, when the bass changes hands, until when [mix s].
        style, reason: As planned; "" where nobody knows.
    """

    outgoing: int
    incoming: int
    start_s: float
    swap_s: float
    end_s: float
    style: str = ""
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Evidence:
    """A mix, and what is known of its making.

    Attributes:
        kind: Which evidence.
        mix_path, rate_hz, duration_s: The file.
        passages: In order of their beginning.
        crossings: Between neighbouring passages that touch.
        mix_grid: Beats of the mix: those of the passage that leads.
        decks: The decks' sound.
        notes: What could not be found, in plain words.
    """

    kind: Kind
    mix_path: Path
    rate_hz: int
    duration_s: float
    passages: tuple[Passage, ...]
    crossings: tuple[Crossing, ...]
    mix_grid: BeatGrid
    decks: Decks
    notes: tuple[str, ...] = ()

    def is_together(self, crossing: Crossing) -> bool:
        """Whether both decks run together in a crossing for at least a bar."""
        beats = self.mix_grid.beat_at([crossing.start_s, crossing.end_s])
        return (
            crossing.style not in NOT_TOGETHER and float(beats[1] - beats[0]) >= FEWEST_TOGETHER_BEATS - 0.01
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class StemDecks:
    """Decks whose sound lies in files: of each passage, the file in which it sounds."""

    paths: tuple[Path, ...]
    rate_hz: int

    def read(self, outgoing: int, incoming: int, start_s: float, stop_s: float) -> Stretch:
        """The sound of two passages between two instants [mix s], mono."""
        start = max(0, int(start_s * self.rate_hz))
        count = max(0, int(stop_s * self.rate_hz) - start)
        first, second = (read_mono(self.paths[i], start, count, self.rate_hz) for i in (outgoing, incoming))
        return Stretch(start_s=start / self.rate_hz, rate_hz=self.rate_hz, outgoing=first, incoming=second)


def passage_of(
    track: TrackAnalysis,
    time_map: TimeMap,
    truth: TrackTruth | None,
    confidence: float = 1.0,
    sure_s: tuple[float, float] = (-np.inf, np.inf),
) -> Passage:
    """A passage with its beats, from the truth where it is known, else from the analysis."""
    grid = track.beat_grid
    beats_s, bars_s = grid.beats_s, grid.downbeats_s
    ends = [s.end_beat for s in track.sections[-1:]]
    phrases_s = grid.time_at(np.append(track.phrases_beats, ends))
    if truth is not None:
        beats_s = truth.beats_s
        phrases_s = np.append(truth.phrases_s, 2 * truth.beats_s[-1] - truth.beats_s[-2])
    bars_in_mix_s = time_map.mix_s_of(bars_s)
    return Passage(
        track=track,
        time_map=time_map,
        beats_s=time_map.mix_s_of(beats_s),
        bars_s=bars_in_mix_s,
        phrases_s=_counted_on(_around(time_map, phrases_s), bars_in_mix_s, time_map),
        is_truth=truth is not None,
        confidence=confidence,
        sure_s=sure_s,
    )


def _counted_on(phrases_s: Floats, bars_s: Floats, time_map: TimeMap) -> Floats:
    """Phrases as a listener counts them: after the last one that is known, and through a loop, every so many bars."""
    seams_s = time_map.mix_s[1:][np.diff(time_map.track_s) < 0]
    if len(seams_s):
        phrases_s = phrases_s[phrases_s < seams_s[0] - SAME_S]
    bars_s = bars_s[
        np.concatenate([[True], np.diff(bars_s) > SAME_S])[: len(bars_s)]
    ]  # a seam is one bar, not two
    if len(phrases_s) < 2 or len(bars_s) < 2:
        return phrases_s
    places = np.abs(bars_s[:, None] - phrases_s).argmin(axis=0)
    step = int(np.median(np.diff(places)))
    if step < LEAST_PHRASE_BARS:
        return phrases_s
    bar_s = float(bars_s[-1] - bars_s[-2])
    lasting_s = np.append(
        bars_s, bars_s[-1] + bar_s * np.arange(1, step + 1)
    )  # the end of the last bar is one too
    after = lasting_s[places[-1] + step :: step]
    return np.concatenate([phrases_s, after[after <= time_map.to_s + SAME_S]])


def _around(time_map: TimeMap, track_s: Floats) -> Floats:
    """Instants of a track in the mix, those included that lie just outside the part that sounds."""
    slack_s = 0.06
    speed = time_map.speed_at([time_map.from_s, time_map.to_s])
    widened = TimeMap(
        mix_s=np.concatenate([[time_map.from_s - slack_s], time_map.mix_s, [time_map.to_s + slack_s]]),
        track_s=np.concatenate(
            [
                [time_map.track_s[0] - slack_s * speed[0]],
                time_map.track_s,
                [time_map.track_s[-1] + slack_s * speed[1]],
            ]
        ),
    )
    return widened.mix_s_of(track_s)


def evidence_of_mix(
    mix: Mix, analyses: Mapping[str, TrackAnalysis], truths: Mapping[str, TrackTruth]
) -> Evidence:
    """Our own mix with its plan and its two stems.

    Raises:
        InvalidInput: It has no two stems.
    """
    if len(mix.stem_paths) != 2:
        raise InvalidInput(
            f"{mix.audio_path.name}: the decks can be compared only where two stems were written, not {len(mix.stem_paths)}"
        )
    stems = dict(zip("AB", mix.stem_paths, strict=True))
    passages, paths = [], []
    for play in mix.plan.plays:
        track = analyses[play.track_id]
        deck = DeckMap(play=play, track_grid=track.beat_grid, mix_grid=mix.beat_grid)
        passages.append(passage_of(track, TimeMap.of_deck(deck), truths.get(play.track_id)))
        paths.append(stems[play.deck])
    crossings = []
    for t in mix.plan.transitions:
        start_s, swap_s, end_s = (
            float(x) for x in mix.beat_grid.time_at([t.start_beat, t.swap_beat, t.end_beat])
        )
        crossings.append(
            Crossing(
                outgoing=t.from_play,
                incoming=t.from_play + 1,
                start_s=start_s,
                swap_s=swap_s,
                end_s=end_s,
                style=t.style,
                reason=t.reason,
            )
        )
    return Evidence(
        kind="plan and stems",
        mix_path=mix.audio_path,
        rate_hz=mix.sample_rate_hz,
        duration_s=mix.duration_s,
        passages=tuple(passages),
        crossings=tuple(crossings),
        mix_grid=mix.beat_grid,
        decks=StemDecks(paths=tuple(paths), rate_hz=mix.sample_rate_hz),
    )


def leading_grid(passages: Sequence[Passage], crossings: Sequence[Crossing]) -> BeatGrid:
    """Beats of a mix: of each passage those while it leads, from its swap to the next."""
    edges = [-np.inf, *(c.swap_s for c in crossings), np.inf]
    led: list[float] = []
    for passage, start_s, end_s in zip(passages, edges[:-1], edges[1:], strict=True):
        own = passage.beats_s[(passage.beats_s >= start_s - 0.05) & (passage.beats_s < end_s - 0.05)]
        if led and len(own) > 1:
            own = own[own > led[-1] + 0.5 * float(np.median(np.diff(own)))]
        led += own.tolist()
    first = passages[0]
    per_bar = first.track.beat_grid.beats_per_bar
    one = (
        int(np.argmin(np.abs(np.array(led)[:, None] - first.bars_s[None, :1]))) % per_bar
        if len(first.bars_s)
        else 0
    )
    return BeatGrid(beats_s=np.array(led), first_downbeat=one, beats_per_bar=per_bar)
