"""The verb: analysed tracks → a set."""

from collections.abc import Sequence

import numpy as np

from temirbek.errors import PlanImpossible
from temirbek.planning.compatibility import MAX_TEMPO_GAP
from temirbek.planning.layout import Unfit, lay_out_within_limits, plan_of
from temirbek.planning.material import Material, track_tempo_bpm
from temirbek.planning.program import check_demanded, check_wishes, in_order
from temirbek.types import SetPlan, SetWishes, TrackAnalysis

NO_WISHES = SetWishes()
NOTHING_UNFIT: Unfit = {}

SILENT_LUFS = -60.0
BEAT_RATIOS = np.array([1.0, 2.0, 0.5])


def plan_set(
    analyses: Sequence[TrackAnalysis],
    *,
    wishes: SetWishes = NO_WISHES,
    seed: int = 0,
    unfit: Unfit = NOTHING_UNFIT,
) -> SetPlan:
    """Plans a DJ set.

    Args:
        analyses: The tracks to choose from; their order matters only with ``wishes.keep_order``.
        wishes: What the person asks of the set.
        seed: Decides between near equals; same tracks and seed, same plan.
        unfit: Styles that were heard to fail between two tracks (outgoing id, incoming id), each with the reason: the
            order of the set stays, and the transition takes another style.

    Returns:
        The plan. Tracks that it does not use are in ``left_out``, each with the reason.

    Raises:
        InvalidInput: A wish names a track or a place that is not there.
        PlanImpossible: Not a single track can be played, or the wishes cannot be kept together.
    """
    check_wishes(analyses, wishes)
    refused: dict[str, str] = {}
    materials = usable(analyses, refused)
    while materials:
        no_time: dict[str, str] = {}
        order = in_order(materials, refused, no_time, wishes, seed)
        layout = lay_out_within_limits(order, unfit, length_s=wishes.length_s)
        if layout is not None:
            left_out = (*refused.items(), *no_time.items())
            return plan_of(layout, seed, left_out, is_full=wishes.length_s is None)
        shortest = min(order, key=lambda m: (m.end_beat - m.phrases[0], m.id))
        refused[shortest.id] = "too short to be mixed in and out on its phrases"
        materials = [m for m in materials if m is not shortest]
    check_demanded(wishes, refused)
    reasons = "; ".join(f"{a.track.title}: {refused[a.track.id]}" for a in analyses)
    raise PlanImpossible(f"no set can be made of {len(analyses)} track(s): {reasons or 'none was given'}")


def usable(analyses: Sequence[TrackAnalysis], refused: dict[str, str]) -> list[Material]:
    """The tracks that can be played, each at the beat ratio that lets it meet the others."""
    sound: list[TrackAnalysis] = []
    for analysis in analyses:
        material = Material(analysis=analysis)
        if analysis.loudness_lufs < SILENT_LUFS:
            refused[analysis.track.id] = f"nearly silent ({analysis.loudness_lufs:.0f} LUFS)"
        elif len(material.phrases) == 0:
            refused[analysis.track.id] = "not a single whole phrase was found in it"
        else:
            sound.append(analysis)
    return [Material(analysis=a, beat_ratio=r) for a, r in zip(sound, _beat_ratios(sound), strict=True)]


def _beat_ratios(usable: Sequence[TrackAnalysis]) -> list[float]:
    """2 or 0.5 for a track that meets no other at its own tempo, but does at half or double; else 1."""
    log_bpm = np.log([track_tempo_bpm(a) for a in usable])
    is_in_four = np.array([a.beat_grid.beats_per_bar == 4 for a in usable], dtype=bool)
    gap = np.abs(log_bpm[:, None] - np.log(BEAT_RATIOS)[:, None, None] - log_bpm)  # (ratio, track, other)
    gap[:, ~(is_in_four[:, None] & is_in_four) | np.eye(len(usable), dtype=bool)] = np.inf
    nearest = gap.min(axis=2, initial=np.inf)
    best = np.where(nearest[0] <= MAX_TEMPO_GAP, 0, 1 + nearest[1:].argmin(axis=0))
    meets = nearest[best, np.arange(len(usable))] <= MAX_TEMPO_GAP
    return [float(ratio) for ratio in np.where(meets, BEAT_RATIOS[best], 1.0)]
