"""What a console sees of a live set."""

from collections.abc import Sequence

import numpy as np

from temirbek.planning.live_order import upcoming
from temirbek.planning.live_requests import can_undo
from temirbek.planning.live_state import LiveSet
from temirbek.types import Mix, MusicView, Play, Upcoming

SAME_BEAT = 1e-6
MOST_UPCOMING = 8


def music_view(
    state: LiveSet,
    mix: Mix,
    *,
    now_s: float,
    earliest_beat: float,
    rendered_s: float,
    waveform: str,
) -> MusicView:
    """The set as it sounds.

    Args:
        state: The set.
        mix: The same, laid out.
        now_s: Which mix time sounds [s].
        earliest_beat: The first mix beat from which on it may still be changed.
        rendered_s: Up to which mix time there is sound [s].
        waveform: Name of its waveforms.
    """
    grid, plan = mix.beat_grid, mix.plan
    beat = float(grid.beat_at(now_s))
    lead = leading(mix, beat)
    track = mix.tracks[lead]
    ahead = mix.phrases_beats[mix.phrases_beats > beat + SAME_BEAT]
    transition = next((t for t in plan.transitions if t.start_beat > beat), None)
    until = plan.transitions[lead].end_beat if lead < len(plan.transitions) else plan.end_beat
    return MusicView(
        source="dj_set",
        track_id=track.id,
        title=track.title,
        artist=track.artist,
        mix_s=now_s,
        beat=beat,
        bar=int(np.floor(beat / grid.beats_per_bar + SAME_BEAT)) + 1,
        beats_per_bar=grid.beats_per_bar,
        tempo_bpm=float(grid.tempo_at(beat)),
        bars_to_phrase=float((ahead[0] - beat) / grid.beats_per_bar) if len(ahead) else None,
        section=_section(mix, beat),
        remaining_s=max(0.0, float(grid.time_at(until)) - now_s),
        next_transition_s=None if transition is None else float(grid.time_at(transition.start_beat)) - now_s,
        leader="robot",
        upcoming=_upcoming(state, mix, now_s, rendered_s),
        crate=tuple(
            (m.id, m.title, m.analysis.track.artist, round(m.tempo_bpm, 2)) for m in state.crate.values()
        ),
        is_looping=_is_looping(plan.plays[lead], beat),
        can_undo=can_undo(state, earliest_beat),
        waveform=waveform,
    )


def leading(mix: Mix, beat: float) -> int:
    """Index of the play that owns the bass at a mix beat."""
    swaps = [t.swap_beat for t in mix.plan.transitions]
    return int(np.searchsorted(swaps, beat + SAME_BEAT, side="right"))


def _section(mix: Mix, beat: float) -> str:
    return next((s.section.label for s in mix.sections if s.section.end_beat > beat), "")


def _is_looping(play: Play, beat: float) -> bool:
    """Whether a loop sounds that has another round to come, or has come round."""
    for loop in play.loops:
        first = float(play.mix_beat_at(loop.start_beat))
        if first <= beat < first + loop.length_beats * (1 + loop.times) / play.beat_ratio:
            return True
    return False


def _upcoming(state: LiveSet, mix: Mix, now_s: float, rendered_s: float) -> tuple[Upcoming, ...]:
    """The tracks that have not begun: first those that are laid out, then those that are not."""
    found: list[Upcoming] = []
    requested = state.requested
    starts = mix.beat_grid.time_at(np.array([p.mix_from_beat for p in mix.plan.plays]))
    laid_out: list[str] = []
    for play, start_s in zip(mix.plan.plays, starts, strict=True):
        if start_s <= now_s:
            continue
        laid_out.append(play.track_id)
        found.append(
            _coming(
                state,
                play.track_id,
                float(start_s) - now_s,
                requested,
                float(start_s) < rendered_s,
                play.reason,
            )
        )
    last = mix.plan.plays[-1].track_id
    if state.ending is None:
        rest = _without(upcoming(state, last), laid_out)
        found += [_coming(state, track, None, requested, False, "") for track in rest]
    return tuple(found[:MOST_UPCOMING])


def _without(tracks: Sequence[str], taken: Sequence[str]) -> list[str]:
    left = list(tracks)
    for track in taken:
        if track in left:
            left.remove(track)
    return left


def _coming(
    state: LiveSet,
    track: str,
    starts_in_s: float | None,
    requested: Sequence[str],
    is_rendered: bool,
    reason: str,
) -> Upcoming:
    material = state.crate[track]
    return Upcoming(
        id=track,
        title=material.title,
        artist=material.analysis.track.artist,
        tempo_bpm=round(material.tempo_bpm, 2),
        starts_in_s=starts_in_s,
        is_requested=track in requested,
        is_rendered=is_rendered,
        reason=reason,
    )
