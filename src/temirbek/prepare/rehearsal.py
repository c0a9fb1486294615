"""A whole rehearsal: music in; a mix, a dance, its measures and a page out."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from temirbek.choreography import load_moves, pinned_bars
from temirbek.demo import kept_tracks
from temirbek.errors import NumberUnsafe
from temirbek.measures import TrackTruth
from temirbek.measures import report as measure
from temirbek.measures.floor import crossing_in_words
from temirbek.measures.stage_plan import write_stage_plan
from temirbek.prepare.dance import Dance, make_dance
from temirbek.prepare.mix import drop_stems, make_mix, not_played
from temirbek.prepare.music import LeftOut, Library, open_music
from temirbek.prepare.stages import OnStage, progress_of
from temirbek.replay import write_page, write_video
from temirbek.robots import build_scene, figure
from temirbek.show import bars_to_text
from temirbek.store import fresh_folder, write_motion, write_text
from temirbek.types import Mix, Move, SetWishes, Show, TrackAnalysis

PAGE, STAGE_PLAN = "index.html", "stage_plan.png"
REHEARSAL_MARKER = "report.json"
"""By this file a folder is known as one that a rehearsal wrote, and may be written again."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rehearsal:
    """Where everything lies, what was measured, what was left out, and why it may not be performed, if so."""

    folder: Path
    page: Path
    report: Mapping[str, Any]
    left_out: tuple[LeftOut, ...]
    refused: tuple[str, ...] = ()

    def require_safe(self) -> None:
        """Lets only a dance pass in which everybody keeps away from everybody else.

        Raises:
            NumberUnsafe: Somebody does not; the message says who, with which body, and at which beat.
        """
        if self.refused:
            raise NumberUnsafe(
                f"the dance is refused; {self.folder / STAGE_PLAN} shows where\n"
                + "\n".join(f"  {words}" for words in self.refused)
            )


def rehearse(
    show: Show,
    out_dir: Path,
    *,
    cache_dir: Path,
    template: Path,
    stems: bool,
    video: bool,
    on_stage: OnStage,
) -> Rehearsal:
    """Performs a show in simulation and writes its folder.

    Args:
        show: What to play and who dances.
        out_dir: The folder; an older rehearsal there is replaced when this one is complete.
        cache_dir: Where analyses (and the demo's tracks) are kept between runs.
        template: The page without its show.
        stems: Keep one FLAC per deck beside the mix.
        video: Render an mp4 as well.
        on_stage: Hears how far it is.

    Raises:
        InvalidInput, PlanImpossible, MotionInfeasible, DeviceLost: See the rooms.

    A dance in which somebody comes too near to somebody else is written all the same, so that one can look at it; see
    :meth:`Rehearsal.require_safe`.
    """
    repertoire = gather_music(show, cache_dir, on_stage)
    library = repertoire.library
    library.require_music()
    with fresh_folder(out_dir, marker=REHEARSAL_MARKER) as folder:
        mix = make_mix(
            library.analyses,
            folder,
            wishes=repertoire.wishes,
            seed=show.seed,
            stems=True,  # the measures listen to the decks one by one
            on_stage=on_stage,
        )
        finished = finish_folder(
            show,
            mix,
            library.analyses,
            folder,
            truths=repertoire.truths,
            template=template,
            video=video,
            on_stage=on_stage,
        )
        if not stems:
            drop_stems(mix, library.analyses, folder)
    left_out = (*library.left_out, *not_played(mix, library.analyses))
    return replace(finished, folder=out_dir, page=out_dir / PAGE, left_out=left_out)


def write_dance_folder(
    show: Show,
    mix: Mix,
    analyses: Sequence[TrackAnalysis],
    out_dir: Path,
    *,
    template: Path,
    video: bool,
    on_stage: OnStage,
) -> Rehearsal:
    """Dances to a mix that exists already, and writes everything but the mix."""
    with fresh_folder(out_dir, marker=REHEARSAL_MARKER) as folder:
        finished = finish_folder(
            show, mix, analyses, folder, truths={}, template=template, video=video, on_stage=on_stage
        )
    return replace(finished, folder=out_dir, page=out_dir / PAGE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Repertoire:
    """The show's tracks, and what is true of those that were written here (track id → truth)."""

    library: Library
    wishes: SetWishes
    truths: Mapping[str, TrackTruth]


def gather_music(show: Show, cache_dir: Path, on_stage: OnStage) -> Repertoire:
    """The show's tracks, analysed."""
    truth_of: dict[Path, TrackTruth] = {}
    if show.music.is_demo:
        folder = cache_dir / "demo"
        folder.mkdir(parents=True, exist_ok=True)
        for track in kept_tracks(folder, on_progress=progress_of("tracks", on_stage)):
            phrases_s = track.beat_grid.time_at(track.phrases_beats)
            truth_of[track.path] = TrackTruth(beats_s=track.beats_s, phrases_s=phrases_s)
        on_stage("tracks", 1.0)
    music = replace(show.music, paths=tuple(truth_of)) if show.music.is_demo else show.music
    opened = open_music(music, cache_dir, on_progress=progress_of("analysis", on_stage))
    on_stage("analysis", 1.0)
    library = opened.crate.for_planning(opened.wishes, show.seed)
    truths = {a.track.id: truth_of[a.track.path] for a in library.analyses if a.track.path in truth_of}
    return Repertoire(library=library, wishes=opened.wishes, truths=truths)


def finish_folder(
    show: Show,
    mix: Mix,
    analyses: Sequence[TrackAnalysis],
    folder: Path,
    *,
    truths: Mapping[str, TrackTruth],
    template: Path,
    video: bool,
    on_stage: OnStage,
) -> Rehearsal:
    """Dance, measures and page of a mix, written into ``folder``."""
    moves = load_moves(show.moves)
    dance = make_dance(mix, show.cast, moves, seed=show.seed, numbers=show.numbers, on_stage=on_stage)
    progress_of("measures", on_stage)
    report = measure(
        show.title,
        mix,
        analyses,
        dance.choreography,
        list(dance.executed.values()),
        truths=truths or None,
        floor=dance.floor,
        moves=moves,
    )
    write_text(folder / "report.json", json.dumps(report, indent=1, allow_nan=False, ensure_ascii=False))
    write_motion(folder / "motion.npz", dance.executed)
    write_text(folder / "bars.toml", _as_bars(show, mix, dance, moves))
    artists = [artist for number in show.numbers for artist in number.artists]
    write_stage_plan(folder, dance.stage, show.cast, dance.floor, title=show.title, artists=artists)
    on_stage("measures", 1.0)
    progress = progress_of("page", on_stage)
    write_page(
        folder,
        template=template,
        title=show.title,
        mix=mix,
        choreography=dance.choreography,
        executed=dance.executed,
        figures={kind: figure(kind) for kind in dict.fromkeys(p.robot for p in show.cast)},
        stage=dance.stage,
        report=report,
        on_progress=progress,
    )
    on_stage("page", 1.0)
    if video:
        _film(mix, show, dance, folder, on_stage)
    names = {p.id: p.name for p in show.cast} | {zone.id: zone.title for zone in dance.stage.zones}
    return Rehearsal(
        folder=folder,
        page=folder / PAGE,
        report=report,
        left_out=(),
        refused=tuple(crossing_in_words(c, names) for c in dance.floor.crossings),
    )


def _as_bars(show: Show, mix: Mix, dance: Dance, moves: Mapping[str, Move]) -> str:
    """The dance as a choreographer would write it, bar by bar, for editing and for ``bars_file``."""
    heading = (
        f'{show.title}: the dance as composed. Edit it, and name it in a number: bars_file = "bars.toml".'
    )
    return bars_to_text(pinned_bars(dance.choreography, mix, moves), heading=heading)


def _film(mix: Mix, show: Show, dance: Dance, folder: Path, on_stage: OnStage) -> None:
    write_video(
        folder / "show.mp4",
        scene=build_scene(dance.stage, show.cast, visuals=True),
        executed=dance.executed,
        mix=mix,
        on_progress=progress_of("video", on_stage),
    )
    on_stage("video", 1.0)
