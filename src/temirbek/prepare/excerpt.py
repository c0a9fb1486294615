"""A stretch of a mix as a mix of its own, so that a dance can be made to what is known of a set that still grows."""

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from temirbek.types import Automation, BeatGrid, Mix, MixSection, SetPlan

SAME_BEAT = 1e-6


def excerpt(mix: Mix, from_beat: float, to_beat: float, *, is_rounded: bool = False) -> Mix:
    """The mix between two of its beats, on time and beats of its own.

    Args:
        mix: The whole.
        from_beat, to_beat: Whole mix beats at which bars begin; beat 0 and 0 s of the excerpt are those of ``from_beat``.
        is_rounded: Its last phrase closes, as an outro does: dancers end on their marks, and stand.

    Returns:
        What is danced to: beats, sections, phrases, energy, and what the DJ's hands do. Its sound is still that of the
        whole: it is for dancing, not for rendering.

    Raises:
        ValueError: Nothing lies between the beats, or they begin no bars.
    """
    grid, bar = mix.beat_grid, mix.beat_grid.beats_per_bar
    first, last = round(from_beat), round(to_beat)
    if last - first < 2 * bar:
        raise ValueError(f"between beats {from_beat:g} and {to_beat:g} lie less than two bars")
    if any(
        abs(b - round(b)) > SAME_BEAT or (round(b) - grid.first_downbeat) % bar for b in (from_beat, to_beat)
    ):
        raise ValueError(f"beats {from_beat:g} and {to_beat:g} begin no bars")
    from_s, to_s = (float(s) for s in grid.time_at([first, last]))
    whole_beats = np.arange(first, last + bar + 1)
    return replace(
        mix,
        stem_paths=(),
        duration_s=to_s - from_s,
        beat_grid=BeatGrid(beats_s=grid.time_at(whole_beats) - from_s, first_downbeat=0, beats_per_bar=bar),
        plan=_plan(mix.plan, first, last),
        sections=_sections(mix, first, last, is_rounded=is_rounded),
        phrases_beats=_inside(mix.phrases_beats, first, last),
        energy=_energy(mix, first, last),
    )


def _plan(plan: SetPlan, first: int, last: int) -> SetPlan:
    kept = [k for k, p in enumerate(plan.plays) if p.mix_from_beat < last and p.mix_to_beat > first]
    plays = tuple(
        replace(plan.plays[k], mix_from_beat=plan.plays[k].mix_from_beat - first, nudge=()) for k in kept
    )
    transitions = tuple(
        replace(t, from_play=n, start_beat=t.start_beat - first, swap_beat=t.swap_beat - first)
        for n, t in enumerate(plan.transitions[k] for k in kept[:-1])
    )
    at = np.array(plan.tempo_beats)
    inside = (at > first) & (at < last)
    beats = np.concatenate([[first], at[inside], [last]])
    return SetPlan(
        plays=plays,
        transitions=transitions,
        automation=tuple(a for a in (_moved(a, first, last) for a in plan.automation) if a is not None),
        tempo_beats=beats - first,
        tempo_bpm=np.interp(beats, plan.tempo_beats, plan.tempo_bpm),
        end_beat=float(last - first),
        seed=plan.seed,
    )


def _moved(lane: Automation, first: int, last: int) -> Automation | None:
    """A control's course within the stretch; None where it does not move."""
    inside = (lane.beats > first) & (lane.beats < last)
    if not inside.any():
        return None
    beats = np.concatenate([[first], lane.beats[inside], [last]])
    values = np.concatenate([lane.at([first]), lane.values[inside], lane.at([last])])
    return replace(lane, beats=beats - first, values=values)


def _sections(mix: Mix, first: int, last: int, *, is_rounded: bool) -> tuple[MixSection, ...]:
    found = []
    for placed in mix.sections:
        start, end = max(placed.section.start_beat, first), min(placed.section.end_beat, last)
        if end - start > SAME_BEAT:
            section = replace(placed.section, start_beat=start - first, end_beat=end - first)
            found.append(replace(placed, section=section))
    if is_rounded and found:
        found[-1:] = _closed(found[-1], 4.0 * mix.beat_grid.beats_per_bar)
    return tuple(found)


def _closed(last: MixSection, closing_beats: float) -> list[MixSection]:
    """The last section with its last bars as an outro."""
    section = last.section
    cut = section.end_beat - closing_beats
    outro = replace(section, start_beat=max(section.start_beat, cut), label="outro")
    if cut - section.start_beat <= SAME_BEAT:
        return [replace(last, section=outro)]
    return [replace(last, section=replace(section, end_beat=cut)), replace(last, section=outro)]


def _inside(beats: NDArray[np.float64], first: int, last: int) -> NDArray[np.float64]:
    kept = beats[(beats > first + SAME_BEAT) & (beats < last - SAME_BEAT)]
    return np.concatenate([[0.0], kept - first])


def _energy(mix: Mix, first: int, last: int) -> NDArray[np.float64]:
    """Energy of the bars; a bar of the mix counts from mix beat 0."""
    bar = mix.beat_grid.beats_per_bar
    bars = np.arange((last - first) // bar) + first // bar
    return np.asarray(mix.energy[np.clip(bars, 0, len(mix.energy) - 1)])
