"""A crate: recordings that were heard, known by one row each; their analyses are read when somebody wants them.

::

    files ─▶ index: unchanged, heard before? ──────────────▶ summaries ─▶ shortlist ─▶ analyses
                └─ no ─▶ decode, analyse (all cores, cluster) ─┘  each kept the moment it is known

So a crate of ten thousand is opened without opening a file, and a run that was killed goes on where it was.
"""

import logging
from collections.abc import Iterable, Mapping, Sequence
from concurrent.futures import CancelledError, Executor
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass, field
from pathlib import Path

from temirbek.analysis import ANALYSIS_VERSION
from temirbek.errors import DeviceLost, TemirbekError
from temirbek.planning import shortlist
from temirbek.prepare.library import LeftOut, Library
from temirbek.prepare.listen import PLAIN, Errand, Heard, Hearing, listen
from temirbek.prepare.workers import each_in_parallel
from temirbek.store import AnalysisCache, FileState, LibraryIndex, Verdict
from temirbek.types import Progress, SetWishes, Track, TrackAnalysis, TrackSummary, no_progress, summary_of

logger = logging.getLogger(__name__)

MOST_PLANNED = 200
"""From a larger crate planning gets a shortlist: an evening holds fewer tracks, and orders are compared pair by pair."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Crate:
    """What there is to play.

    Attributes:
        summaries: One row for each recording that can be played, in the order of the files; ids unique.
        left_out: Files that cannot be played, each with the reason.
    """

    summaries: tuple[TrackSummary, ...]
    left_out: tuple[LeftOut, ...]
    _errands: Mapping[str, Errand]
    _unkept: Mapping[str, TrackAnalysis] = field(default_factory=dict)

    def load(self, ids: Iterable[str] | None = None) -> Library:
        """The analyses of some of the recordings, of all without ``ids``; in the order of the crate."""
        wanted = None if ids is None else set(ids)
        chosen = [s for s in self.summaries if wanted is None or s.track.id in wanted]
        return Library(analyses=tuple(self.analysis(s) for s in chosen), left_out=self.left_out)

    def analysis(self, summary: TrackSummary) -> TrackAnalysis:
        """The analysis behind a row; heard again where the cache has lost it meanwhile."""
        track = summary.track
        if track.id in self._unkept:
            return self._unkept[track.id]
        errand = self._errands[track.id]
        found = AnalysisCache(errand.cache_dir, ANALYSIS_VERSION).get(track, errand.variant)
        if found is None:
            found = listen(errand).analysis
        if found is None:
            raise DeviceLost(f"{track.path}: was changed while Temirbek was at work; run the command again")
        return found

    def for_planning(self, wishes: SetWishes, seed: int) -> Library:
        """The analyses that planning should choose from: all of a small crate, the most promising of a large one.

        With ``wishes.keep_order`` all of them: a person has made the choice already.

        Raises:
            InvalidInput: See :func:`temirbek.planning.shortlist`.
        """
        if wishes.keep_order or len(self.summaries) <= MOST_PLANNED:
            return self.load()
        ids = set(shortlist(self.summaries, wishes=wishes, seed=seed, n=MOST_PLANNED))
        reason = (
            f"not among the {MOST_PLANNED} of {len(self.summaries)} tracks that promise most for this set"
        )
        passed_over = [
            LeftOut(path=s.track.path, reason=reason) for s in self.summaries if s.track.id not in ids
        ]
        library = self.load(ids)
        return Library(analyses=library.analyses, left_out=(*library.left_out, *passed_over))


def open_crate(
    files: Sequence[Path],
    cache_dir: Path,
    *,
    hearing: Hearing = PLAIN,
    on: Executor | None = None,
    on_progress: Progress = no_progress,
) -> Crate:
    """Hears recordings, those heard before without opening them; one bad file costs nothing but itself.

    Args:
        files: Recordings.
        cache_dir: Where analyses are kept between runs.
        hearing: What else is known of them.
        on: An executor, for instance a cluster's; without it, a process a core.
        on_progress: Told the share done, by the sizes of the files.

    Raises:
        InvalidInput, DeviceLost: Somebody was to vote and cannot.
        DeviceLost: The executor was lost on the way; what was heard until then is kept.
    """
    with LibraryIndex(cache_dir, ANALYSIS_VERSION) as index:
        work = _Opening(files, cache_dir, hearing, index)
        work.recall()
        if on is None and work.rest():
            hearing.require_voter()  # on a cluster it is asked of the workers alone
        work.listen_to_the_rest(on, on_progress)
    return work.crate()


def known_tracks(files: Sequence[Path], cache_dir: Path) -> dict[Path, Track]:
    """What recordings those files are that did not change since they were heard; nothing is opened."""
    states = {path: state for path in files if (state := FileState.of(path))}
    with LibraryIndex(cache_dir, ANALYSIS_VERSION) as index:
        return index.tracks(states)


class _Opening:
    """The state of one opening: what is known of each file so far, by its place in the list."""

    def __init__(self, files: Sequence[Path], cache_dir: Path, hearing: Hearing, index: LibraryIndex) -> None:
        self._files = files
        self._errands = [hearing.errand(path, cache_dir) for path in files]
        self._states = {path: state for path in files if (state := FileState.of(path))}
        self._cache = AnalysisCache(cache_dir, ANALYSIS_VERSION)
        self._index = index
        self._verdicts: dict[int, Verdict] = {}
        self._unkept: dict[str, TrackAnalysis] = {}

    def recall(self) -> None:
        """What the index knows, and what the cache knows of files whose sound the index knows."""
        tracks = self._index.tracks(self._states)
        sounds = {
            k: (tracks[path].id, self._errands[k].variant)
            for k, path in enumerate(self._files)
            if path in tracks
        }
        known = self._index.verdicts(sounds.values())
        lost: dict[tuple[str, str], Verdict] = {}
        for k, sound in sounds.items():
            track = tracks[self._files[k]]
            verdict = known.get(sound) or lost.get(sound)
            if verdict is None and (found := self._cache.get(track, sound[1])):
                verdict = lost[sound] = Verdict(summary=summary_of(found))
            if verdict is not None:
                self._verdicts[k] = verdict.told_of(track)
        if lost:
            self._index.remember(verdicts=lost.items())

    def rest(self) -> list[int]:
        """The files of which nothing is known yet."""
        return [k for k in range(len(self._files)) if k not in self._verdicts]

    def listen_to_the_rest(self, on: Executor | None, on_progress: Progress) -> None:
        """Hears what is not known yet, and keeps each answer the moment it comes."""
        rest = self.rest()
        sizes = [self._size(k) for k in range(len(self._files))]
        done = sum(sizes[k] for k in self._verdicts)
        on_progress(done / max(1, sum(sizes)))
        for i, answer in each_in_parallel(listen, [self._errands[k] for k in rest], on=on):
            k = rest[i]
            heard = _heard_or_reason(answer, self._files[k])
            self._verdicts[k] = (
                Verdict(summary=None, reason=heard) if isinstance(heard, str) else self._keep(k, heard)
            )
            done += sizes[k]
            on_progress(done / sum(sizes))

    def _keep(self, k: int, heard: Heard) -> Verdict:
        variant = self._errands[k].variant
        verdict = Verdict(summary=None, reason=heard.reason)
        if heard.analysis is not None:
            verdict = Verdict(summary=summary_of(heard.analysis))
            if heard.is_new and not self._cache.put(heard.analysis, variant):
                self._unkept[heard.track.id] = heard.analysis
        state = self._states.get(self._files[k])
        self._index.remember(
            tracks=[(heard.track, state)] if state else [], verdicts=[((heard.track.id, variant), verdict)]
        )
        return verdict

    def _size(self, k: int) -> int:
        state = self._states.get(self._files[k])
        return max(1, state.size) if state else 1  # the decoder will say what is wrong with it

    def crate(self) -> Crate:
        """What was found, in the order of the files."""
        rows: dict[str, TrackSummary] = {}
        errands: dict[str, Errand] = {}
        left_out: list[LeftOut] = []
        for k, path in enumerate(self._files):
            verdict = self._verdicts[k]
            if verdict.summary is None:
                left_out.append(LeftOut(path=path, reason=verdict.reason))
                continue
            track_id = verdict.summary.track.id
            if track_id in rows:
                left_out.append(
                    LeftOut(path=path, reason=f"the same recording as {rows[track_id].track.path.name}")
                )
                continue
            rows[track_id], errands[track_id] = verdict.summary, self._errands[k]
        return Crate(
            summaries=tuple(rows.values()), left_out=tuple(left_out), _errands=errands, _unkept=self._unkept
        )


def _heard_or_reason(answer, path: Path) -> Heard | str:  # type: ignore[no-untyped-def]
    try:
        return answer()  # type: ignore[no-any-return]
    except CancelledError as error:
        raise DeviceLost(
            "the cluster was lost while it listened; what was heard is kept, so the same command goes on from there"
        ) from error
    except TemirbekError as error:
        return str(error).removeprefix(f"{path}: ")
    except BrokenProcessPool:
        logger.error("a worker died while analysing %s", path)
        return "its analysis was ended from outside (out of memory?)"
    except Exception as error:  # one file must not end the show; the log has the rest
        logger.exception("analysing %s failed", path)
        return f"an unexpected fault while analysing it ({type(error).__name__}: {error})"
