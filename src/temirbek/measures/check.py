"""`check`: the twelve metrics of a mix, on anyone's mix, by one ruler.

1. *beat error* between decks, median and 95th percentile [ms]; 2. *flams*; 3. *tempo continuity*; 4. *phrase alignment* of
start, swap and end; 5. *key*: Camelot steps and tonal-interval distance; 6. *bass clash*; 7. *vocal overlap*;
8. *loudness deviation*; 9. *true peak and loudness*; 10. *clicks*; 11. *stretching*: onset error and pre-echo;
12. *fidelity*: share of each track played, its tempo and key change.

The evidence may be our own folder, a file with two stems, or a bare file (:mod:`temirbek.measures.evidence`); each figure
names its source. Beats are those known beforehand, else the kicks of the original recordings laid through the mix; never
those that the plan believed in. What cannot be measured is null, not zero.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import soundfile
from numpy.typing import NDArray

from temirbek.errors import InvalidInput
from temirbek.measures.check_figures import figures_of
from temirbek.measures.clicks import breaks_near, clicks_s
from temirbek.measures.crossing import CrossingCheck, around, check_crossing, is_exact
from temirbek.measures.decks import read_mono
from temirbek.measures.evidence import Evidence, Passage, evidence_of_mix
from temirbek.measures.figures import Measured
from temirbek.measures.found import evidence_of_files
from temirbek.measures.loudness import Levels, levels_of_file
from temirbek.measures.mix import TrackTruth, tempo_continuity
from temirbek.measures.originals import Originals
from temirbek.measures.panels import Panel, panel_of
from temirbek.measures.plain import finite_or_none
from temirbek.measures.track_check import TrackCheck, check_track
from temirbek.types import Mix, Progress, TrackAnalysis, no_progress

Floats = NDArray[np.float64]

FINDING_SHARE = 0.6
CLICK_BLOCK_S = 20.0
CLICK_OVERLAP_S = 0.1
SAME_CLICK_S = 0.003
MOST_ECHOES = 16
ECHO_TAIL_S = 8.0


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class MixCheck:
    """A mix, measured.

    Attributes:
        title: The file's name.
        evidence: On what it was judged.
        duration_s: Length of the mix [s].
        levels: Loudness of the file.
        transitions, tracks: One by one.
        tempo_step, tempo_slope: Largest change of the tempo from bar to bar, as a share; steepest, as a share a second.
        clicks_s: Instants at which the signal breaks and no recording does [mix s].
        notes: What could not be found, in plain words.
        figures: All of it against the bars.
        panels: What is drawn of each transition.
    """

    title: str
    evidence: str
    duration_s: float
    levels: Levels
    transitions: tuple[CrossingCheck, ...]
    tracks: tuple[TrackCheck, ...]
    tempo_step: float
    tempo_slope: float
    clicks_s: Floats
    notes: tuple[str, ...]
    figures: tuple[Measured, ...]
    panels: tuple[Panel, ...]

    def to_json(self) -> dict[str, Any]:
        """All of it as JSON values; what is not finite is null."""
        return {
            "format": 1,
            "title": self.title,
            "evidence": self.evidence,
            "duration_s": round(self.duration_s, 3),
            "ok": all(figure.ok is not False for figure in self.figures),
            "failed": [figure.name for figure in self.figures if figure.ok is False],
            "figures": [figure.to_json() for figure in self.figures],
            "notes": list(self.notes),
            "integrated_lufs": finite_or_none(self.levels.integrated_lufs, 3),
            "true_peak_dbtp": finite_or_none(self.levels.true_peak_dbtp, 3),
            "tempo_step": finite_or_none(self.tempo_step, 5),
            "tempo_slope_per_s": finite_or_none(self.tempo_slope, 5),
            "clicks_s": [round(float(t), 4) for t in self.clicks_s],
            "transitions": [t.to_json() for t in self.transitions],
            "tracks": [t.to_json() for t in self.tracks],
        }


def check_mix(
    mix: Mix,
    analyses: Mapping[str, TrackAnalysis],
    truths: Mapping[str, TrackTruth] | None = None,
    *,
    on_progress: Progress = no_progress,
) -> MixCheck:
    """Measures our own mix on its stems and its plan.

    Args:
        mix: The mix, with two stems; the recordings are read where their analyses say.
        analyses: Track id → what is known of the track.
        truths: Track id → beats and phrases known beforehand.
        on_progress: Told the share done.

    Raises:
        InvalidInput: The mix has no two stems, or a file cannot be read.
    """
    with Originals(mix.sample_rate_hz) as originals:
        return check_evidence(
            evidence_of_mix(mix, analyses, truths or {}), originals, on_progress=on_progress
        )


def check_stems(
    mix: Path,
    stems: Sequence[Path],
    tracks: Sequence[TrackAnalysis],
    truths: Mapping[str, TrackTruth] | None = None,
    *,
    times_s: Sequence[float] | None = None,
    on_progress: Progress = no_progress,
) -> MixCheck:
    """Measures any mix of which each deck has a file; arguments as of :func:`check_file`.

    Args:
        stems: One file per deck, as long as the mix.

    Raises:
        InvalidInput: As :func:`check_file`, or there are not two stems.
    """
    if len(stems) != 2:
        raise InvalidInput(f"{mix.name}: {len(stems)} stems were given; a mix has two decks")
    return _check_files(mix, stems, tracks, truths, times_s, on_progress)


def check_file(
    mix: Path,
    tracks: Sequence[TrackAnalysis],
    truths: Mapping[str, TrackTruth] | None = None,
    *,
    times_s: Sequence[float] | None = None,
    on_progress: Progress = no_progress,
) -> MixCheck:
    """Measures a bare file by the recordings from which it was made.

    Args:
        mix: The file, whoever made it.
        tracks: Analyses of the original recordings, in the order of the tracklist.
        truths: Track id → beats and phrases known beforehand.
        times_s: When each track is said to begin [mix s], where the tracklist says so.
        on_progress: Told the share done.

    Raises:
        InvalidInput: A file cannot be read, or none of the recordings was found in the mix. One that was not found
            beside others is no error; it is named in the notes.
    """
    return _check_files(mix, (), tracks, truths, times_s, on_progress)


def _check_files(
    mix: Path,
    stems: Sequence[Path],
    tracks: Sequence[TrackAnalysis],
    truths: Mapping[str, TrackTruth] | None,
    times_s: Sequence[float] | None,
    on_progress: Progress,
) -> MixCheck:
    rate_hz = int(soundfile.info(mix).samplerate)
    with Originals(rate_hz) as originals:
        evidence = evidence_of_files(
            mix,
            stems,
            tracks,
            truths or {},
            originals,
            times_s=times_s,
            on_progress=lambda share: on_progress(FINDING_SHARE * share),
        )
        return check_evidence(
            evidence,
            originals,
            on_progress=lambda share: on_progress(FINDING_SHARE + (1 - FINDING_SHARE) * share),
        )


def check_evidence(
    evidence: Evidence, originals: Originals, *, on_progress: Progress = no_progress
) -> MixCheck:
    """Measures a mix on whatever evidence there is; ``originals`` reads the recordings at the mix's rate."""
    levels = levels_of_file(evidence.mix_path)
    transitions, panels, tracks = [], [], []
    steps = len(evidence.crossings) + len(evidence.passages) + 1
    for k, crossing in enumerate(evidence.crossings):
        stretch = evidence.decks.read(crossing.outgoing, crossing.incoming, *around(evidence, crossing))
        transitions.append(check_crossing(evidence, crossing, stretch, levels, originals))
        panels.append(panel_of(evidence, transitions[-1], stretch, levels))
        on_progress((k + 1) / steps)
    for k in range(len(evidence.passages)):
        tracks.append(check_track(evidence, k, originals))
        on_progress((len(evidence.crossings) + k + 1) / steps)
    clicks = _clicks_of_mix(evidence, originals)
    step, slope = tempo_continuity(evidence.mix_grid)
    measured = MixCheck(
        title=evidence.mix_path.name,
        evidence=evidence.kind,
        duration_s=evidence.duration_s,
        levels=levels,
        transitions=tuple(transitions),
        tracks=tuple(tracks),
        tempo_step=step,
        tempo_slope=slope,
        clicks_s=clicks,
        notes=evidence.notes,
        figures=figures_of(
            transitions,
            tracks,
            levels,
            tempo=(step, slope) if all(is_exact(evidence, c) for c in evidence.crossings) else None,
            n_clicks=len(clicks),
            duration_s=evidence.duration_s,
            kind=evidence.kind,
        ),
        panels=tuple(panels),
    )
    on_progress(1.0)
    return measured


def _clicks_of_mix(evidence: Evidence, originals: Originals) -> Floats:
    """Clicks of the file that no recording has at that place [mix s]."""
    rate, n = evidence.rate_hz, int(evidence.duration_s * evidence.rate_hz)
    block, overlap = round(CLICK_BLOCK_S * rate), round(CLICK_OVERLAP_S * rate)
    found: list[float] = []
    for start in range(0, n, block):
        first = max(0, start - overlap)
        sound = read_mono(evidence.mix_path, first, min(n, start + block + overlap) - first, rate)
        at = clicks_s(sound, rate, first / rate)
        found += [float(t) for t in at if start <= t * rate < start + block]
    return np.array([t for t in found if not _is_in_a_recording(evidence, originals, t)], dtype=float)


def _is_in_a_recording(evidence: Evidence, originals: Originals, instant_s: float) -> bool:
    """Whether the signal breaks there in a recording that sounds, or broke there some beats ago in one that echoes."""
    heard = [(passage, instant_s) for passage in evidence.passages]
    beats = np.floor(evidence.mix_grid.beat_at(instant_s)) + np.array([0.0, 1.0])
    after_s = instant_s - evidence.mix_grid.time_at(
        beats
    )  # an echo keeps its own time within a beat, or just before it
    for crossing in evidence.crossings:
        if crossing.style == "echo_out" and crossing.start_s <= instant_s <= crossing.end_s + ECHO_TAIL_S:
            sent_s = evidence.mix_grid.time_at(beats - np.arange(1, MOST_ECHOES + 1)[:, None]) + after_s
            heard += [(evidence.passages[crossing.outgoing], float(t)) for t in sent_s.ravel()]
    return any(_breaks(passage, at_s, originals) for passage, at_s in heard)


def _breaks(passage: Passage, mix_s: float, originals: Originals) -> bool:
    if not passage.time_map.from_s <= mix_s <= passage.time_map.to_s:
        return False
    track_s = float(passage.time_map.track_s_at(mix_s))
    sound = originals.read(passage.track.track, track_s - CLICK_OVERLAP_S, track_s + CLICK_OVERLAP_S)
    return breaks_near(sound, originals.rate_hz, SAME_CLICK_S)
