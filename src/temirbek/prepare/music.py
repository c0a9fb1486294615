"""From files and folders to analysed tracks; what cannot be used is left out, by name and with the reason."""

import logging
from collections.abc import Sequence
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from temirbek.analysis import ANALYSIS_VERSION, analyze, track_of
from temirbek.audio import decode
from temirbek.errors import InvalidInput, PlanImpossible, TemirbekError
from temirbek.prepare.workers import each_in_parallel
from temirbek.store import AnalysisCache
from temirbek.types import Progress, TrackAnalysis, no_progress

logger = logging.getLogger(__name__)

AUDIO_SUFFIXES = (".wav", ".flac", ".ogg", ".oga", ".opus", ".mp3", ".m4a", ".aac", ".aif", ".aiff")


@dataclass(frozen=True, slots=True, kw_only=True)
class LeftOut:
    """A file that is not part of the show, and why, in plain words."""

    path: Path
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Library:
    """What there is to play, and what was left out."""

    analyses: tuple[TrackAnalysis, ...]
    left_out: tuple[LeftOut, ...]

    def require_music(self) -> None:
        """Refuses to go on without a single track.

        Raises:
            PlanImpossible: No track is left; the message names each file and its reason.
        """
        if not self.analyses:
            reasons = "\n".join(f"  {item.path.name}: {item.reason}" for item in self.left_out)
            raise PlanImpossible(f"none of the {len(self.left_out)} file(s) can be played:\n{reasons}")


def find_recordings(paths: Sequence[Path]) -> tuple[Path, ...]:
    """The audio files among the given files and (recursively) folders, in order of name within each folder.

    Hidden files are passed over. A file that is named itself is taken whatever its ending.

    Raises:
        InvalidInput: A path is not there, or nothing that looks like a recording was found.
    """
    absent = [str(path) for path in paths if not path.exists()]
    if absent:
        raise InvalidInput(f"no such file or folder: {', '.join(absent)}")
    found: list[Path] = []
    for path in paths:
        found += sorted(_recordings_in(path)) if path.is_dir() else [path]
    if not found:
        looked = ", ".join(str(path) for path in paths)
        raise InvalidInput(f"{looked}: no recording found; looked for {', '.join(AUDIO_SUFFIXES)}")
    return tuple(dict.fromkeys(found))


def _recordings_in(folder: Path) -> list[Path]:
    return [
        path
        for path in folder.rglob("*")
        if path.suffix.lower() in AUDIO_SUFFIXES
        and path.is_file()
        and not any(part.startswith(".") for part in path.relative_to(folder).parts)
    ]


def analyze_files(files: Sequence[Path], cache_dir: Path, *, on_progress: Progress = no_progress) -> Library:
    """Analyses recordings on all cores; those analysed before come from the cache.

    One bad file costs nothing but itself: it is left out with its reason.
    """
    sizes = [max(1, _size(path)) for path in files]
    done = 0
    answers: dict[int, TrackAnalysis | str] = {}
    for index, answer in each_in_parallel(partial(analyze_file, cache_dir=cache_dir), list(files)):
        answers[index] = _answer_or_reason(answer, files[index])
        done += sizes[index]
        on_progress(done / sum(sizes))
    return _sort_out(files, answers)


def analyze_file(path: Path, cache_dir: Path) -> TrackAnalysis:
    """The analysis of one recording, from the cache if it has it.

    Raises:
        InvalidInput: The file cannot be decoded.
        AnalysisFailed: It holds no music with a beat.
    """
    cache = AnalysisCache(cache_dir, ANALYSIS_VERSION)
    recording = decode(path)
    found = cache.get(track_of(recording, path))
    if found is None:
        found = analyze(recording, path)
        cache.put(found)
    return found


def _answer_or_reason(answer, path: Path) -> TrackAnalysis | str:  # type: ignore[no-untyped-def]
    try:
        return answer()  # type: ignore[no-any-return]
    except TemirbekError as error:
        return str(error).removeprefix(f"{path}: ")
    except BrokenProcessPool:
        logger.error("a worker died while analysing %s", path)
        return "the analysis of this or a neighbouring file was ended from outside (out of memory?)"
    except Exception as error:  # one file must not end the show; the log has the rest
        logger.exception("analysing %s failed", path)
        return f"an unexpected fault while analysing it ({type(error).__name__}: {error})"


def _sort_out(files: Sequence[Path], answers: dict[int, TrackAnalysis | str]) -> Library:
    analyses: dict[str, TrackAnalysis] = {}
    left_out: list[LeftOut] = []
    for index, path in enumerate(files):
        answer = answers[index]
        if isinstance(answer, str):
            left_out.append(LeftOut(path=path, reason=answer))
        elif answer.track.id in analyses:
            twin = analyses[answer.track.id].track.path.name
            left_out.append(LeftOut(path=path, reason=f"the same recording as {twin}"))
        else:
            analyses[answer.track.id] = answer
    return Library(analyses=tuple(analyses.values()), left_out=tuple(left_out))


def _size(path: Path) -> int:
    try:
        return path.stat().st_size
    except OSError:
        return 1  # the decoder will say what is wrong with it
