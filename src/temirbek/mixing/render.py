"""The verb: a plan becomes sound."""

from collections.abc import Sequence
from contextlib import ExitStack, closing
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from temirbek.audio import FlacWriter, LoudnessMeter
from temirbek.errors import InvalidInput
from temirbek.mixing.clock import SAMPLE_RATE_HZ, Floats, MixClock, Samples, mix_clock, require_nudges
from temirbek.mixing.deck import FRAME, Cued, DeckSound
from temirbek.mixing.documents import write_documents
from temirbek.mixing.master import Level, find_gain_db, listen
from temirbek.mixing.score import bar_beats, leads_of, mix_energy, mix_phrases, mix_sections
from temirbek.mixing.spool import Spool
from temirbek.mixing.stems import Waveform, stem_gain_db, write_stem
from temirbek.types import Deck, Mix, Progress, SetPlan, TrackAnalysis, no_progress

DECKS: tuple[Deck, Deck] = ("A", "B")
DECKS_SHARE = 0.7
"""Of the work, as the progress bar sees it, playing the decks is this much; mastering and writing are the rest."""


def render(
    plan: SetPlan,
    analyses: Sequence[TrackAnalysis],
    out_dir: Path,
    *,
    stems: bool = False,
    on_progress: Progress = no_progress,
) -> Mix:
    """Renders a plan into a folder: mix.flac, plan.json, beats.json, mix.cue, tracklist.txt.

    Args:
        plan: What to play.
        analyses: At least those of the tracks in the plan; their files are read again.
        out_dir: Where to; made if it is not there.
        stems: Also write stem_A.flac and stem_B.flac: what leaves each deck, master gain applied, before the limiter;
            both softer by the same, if they would clip else (see :mod:`temirbek.mixing.stems`).
        on_progress: Called with the share done, 0–1.

    Returns:
        The mix. The same plan and files give the same bytes.

    Raises:
        InvalidInput: The plan names a track that is not among the analyses, or a file cannot be read or written.
    """
    tracks = played_tracks(plan, analyses)
    out_dir.mkdir(parents=True, exist_ok=True)
    beats_per_bar = bar_beats(plan, tracks)
    clock = mix_clock(plan, beats_per_bar)
    require_nudges(plan, clock)
    with Spool(out_dir) as spool_a, Spool(out_dir) as spool_b:
        spools = (spool_a, spool_b)
        played = play_decks(plan, tracks, clock, spools, on_progress)
        gain_db = find_gain_db(spools, played.loudness_lufs)
        on_progress((1 + DECKS_SHARE) / 2)
        master_peaks, level, paths = _write_sound(spools, gain_db, out_dir, stems=stems)
    peaks = np.stack([*(10 ** (gain_db / 20) * peaks for peaks in played.peaks), master_peaks])
    leads = leads_of(plan, tracks)
    mix = Mix(
        audio_path=paths[0],
        stem_paths=paths[1:],
        sample_rate_hz=SAMPLE_RATE_HZ,
        duration_s=clock.n_samples / SAMPLE_RATE_HZ,
        beat_grid=clock.grid,
        plan=plan,
        tracks=tuple(tracks[p.track_id].track for p in plan.plays),
        sections=mix_sections(leads),
        phrases_beats=mix_phrases(leads),
        energy=mix_energy(leads, plan.end_beat, beats_per_bar),
        loudness_lufs=level.loudness_lufs,
        true_peak_dbtp=level.true_peak_dbtp,
        waveforms=np.minimum(1.0, peaks),
    )
    write_documents(mix, leads, clock, out_dir)
    on_progress(1.0)
    return mix


def played_tracks(plan: SetPlan, analyses: Sequence[TrackAnalysis]) -> dict[str, TrackAnalysis]:
    """The analyses by track id.

    Raises:
        InvalidInput: The plan names a track that is not among them.
    """
    tracks = {a.track.id: a for a in analyses}
    absent = sorted({p.track_id for p in plan.plays} - tracks.keys())
    if absent:
        raise InvalidInput(f"the plan plays {len(absent)} track(s) that were not given: {', '.join(absent)}")
    return tracks


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Played:
    """What was heard while the decks were played, before the master gain.

    Attributes:
        loudness_lufs: Of the sum of both decks [LUFS].
        peaks: Peak magnitude per 1/50 s of each deck, shape (m,) each.
    """

    loudness_lufs: float
    peaks: tuple[Floats, Floats]


def play_decks(
    plan: SetPlan,
    tracks: dict[str, TrackAnalysis],
    clock: MixClock,
    spools: tuple[Spool, Spool],
    on_progress: Progress = no_progress,
) -> Played:
    """Plays both decks from beginning to end into their spools."""
    meter = LoudnessMeter(SAMPLE_RATE_HZ)
    waveforms = (Waveform(clock.n_samples), Waveform(clock.n_samples))
    with ExitStack() as stack:
        decks = [stack.enter_context(closing(deck_sound(name, plan, tracks, clock))) for name in DECKS]
        for start in range(0, clock.n_samples, FRAME):
            frames = [deck.next_frame()[:, : clock.n_samples - start] for deck in decks]
            for frame, spool, waveform in zip(frames, spools, waveforms, strict=True):
                spool.append(frame)
                waveform.add(frame)
            meter.add(frames[0] + frames[1])
            on_progress(DECKS_SHARE * min(1.0, (start + FRAME) / clock.n_samples))
    return Played(loudness_lufs=meter.integrated_lufs(), peaks=(waveforms[0].peaks, waveforms[1].peaks))


def deck_sound(
    name: Deck, plan: SetPlan, tracks: dict[str, TrackAnalysis], clock: MixClock, first_frame: int = 0
) -> DeckSound:
    """One deck of a plan, ready to be played from a frame on."""
    cued = [Cued(play=play, track=tracks[play.track_id]) for play in plan.plays if play.deck == name]
    return DeckSound(cued, [a for a in plan.automation if a.deck == name], clock, first_frame)


def _write_sound(
    spools: tuple[Spool, Spool], gain_db: float, out_dir: Path, *, stems: bool
) -> tuple[Floats, Level, tuple[Path, ...]]:
    """Writes the master and, if wanted, the stems; the peaks of the master for its picture on the way."""
    paths = [out_dir / "mix.flac"] + [out_dir / f"stem_{name}.flac" for name in DECKS if stems]
    master = Waveform(spools[0].n_samples)
    with FlacWriter(paths[0], SAMPLE_RATE_HZ, tags={"title": "Mix"}) as writer:

        def write(frame: Samples) -> None:
            writer.write(frame)
            master.add(frame)

        level = listen(spools, gain_db, write)
    softer_db = stem_gain_db(spools, gain_db)
    for name, spool, path in zip(DECKS, spools, paths[1:], strict=False):
        write_stem(spool, name, gain_db, softer_db, path)
    return master.peaks, level, tuple(paths)
