"""The figures of robots against their bars: each by itself, and dancers together."""

from collections.abc import Sequence

import numpy as np

from temirbek.measures.dance import DancerMeasures, Together
from temirbek.measures.figures import Bar, Measured
from temirbek.types import Performer

NONE_AT_ALL = Bar(at_most=0.0)
NOTICED_MS = 45.0
"""From here on sound ahead of its picture is noticed (ITU-R BT.1359-1)."""


def performer_figures(dancer: DancerMeasures, performer: Performer) -> tuple[Measured, ...]:
    """The figures of one robot against their bars."""
    return (
        *_beat_figures(dancer, performer),
        *_safety_figures(dancer, performer.name),
        Measured(
            name="beat_alignment",
            value=dancer.alignment_per_motion_beat,
            unit="score",
            words=f"Beat alignment score {dancer.alignment_per_motion_beat:.2f}; people dancing score 0.24 (AIST++).",
        ),
        Measured(
            name="beat_alignment_per_music_beat",
            value=dancer.alignment_per_music_beat,
            unit="score",
            words=f"Counted over the beats of the music, {dancer.alignment_per_music_beat:.2f}.",
        ),
    )


def _beat_figures(dancer: DancerMeasures, performer: Performer) -> list[Measured]:
    whole, is_due = dancer.whole, performer.role == "dancer"
    name = performer.name
    if np.isfinite(whole.mean_ms):
        hit = f"{name} hits the beat within {whole.mean_ms:.0f} ms on average; viewers notice a picture out of step with its sound from about {NOTICED_MS:.0f} ms (ITU-R BT.1359)."
        most = f"Nineteen hits of {name} in twenty are within {whole.p95_ms:.0f} ms."
    else:
        hit = most = f"No planned accent of {name} was found in its motion."
    bars = (
        {"mean": Bar(at_most=8.0), "p95": Bar(at_most=15.0), "coverage": Bar(at_least=0.9)} if is_due else {}
    )
    return [
        Measured(
            name="beat_error_mean",
            value=whole.mean_ms,
            unit="ms",
            bar=bars.get("mean"),
            words=hit,
            is_due=is_due,
        ),
        Measured(
            name="beat_error_p95",
            value=whole.p95_ms,
            unit="ms",
            bar=bars.get("p95"),
            words=most,
            is_due=is_due,
        ),
        Measured(
            name="beat_error_bias",
            value=whole.bias_ms,
            unit="ms",
            words=f"{name} tends to be {'late' if whole.bias_ms >= 0 else 'early'} by {abs(whole.bias_ms):.0f} ms."
            if np.isfinite(whole.bias_ms)
            else hit,
        ),
        Measured(
            name="coverage",
            value=whole.coverage if whole.count else None,
            unit="share",
            bar=bars.get("coverage"),
            words=f"{name} hits {len(whole.found_ms)} of the {whole.count} accents planned for the whole body, "
            f"{dancer.accents_per_bar:.1f} accents a dancing bar.",
            is_due=is_due,
        ),
    ]


def _safety_figures(dancer: DancerMeasures, name: str) -> list[Measured]:
    fell = "did not fall" if dancer.fell_at_s is None else f"fell at {dancer.fell_at_s:.1f} s"
    pairs = ", ".join(f"{a} and {b}" for a, b in dancer.collision_pairs)
    margin_cm = 100 * dancer.cop_margin_p5_m
    return [
        Measured(
            name="falls_per_minute",
            value=dancer.falls_per_minute,
            unit="/min",
            bar=NONE_AT_ALL,
            words=f"{name} {fell}.",
        ),
        Measured(
            name="self_collisions",
            value=float(dancer.self_collisions),
            unit="steps",
            bar=NONE_AT_ALL,
            words=f"{name} touched something it should not: {pairs}."
            if pairs
            else f"{name} touched nothing.",
        ),
        Measured(
            name="torque_share_peak",
            value=dancer.torque_share_peak,
            unit="share",
            bar=Bar(at_most=1.0),
            words=f"The hardest worked joint of {name} ({dancer.torque_peak_joint}) used "
            f"{100 * dancer.torque_share_peak:.0f} % of its torque.",
        ),
        Measured(
            name="cop_margin_p5",
            value=dancer.cop_margin_p5_m,
            unit="m",
            words=f"Nineteen twentieths of the time the pressure under {name} stays {margin_cm:.1f} cm or more inside its feet."
            if np.isfinite(margin_cm)
            else f"{name} was never seen standing.",
        ),
        Measured(
            name="cop_margin_min",
            value=dancer.cop_margin_min_m,
            unit="m",
            words="The same at the worst instant.",
        ),
        Measured(
            name="joint_error_rms",
            value=dancer.joint_error_rms_rad,
            unit="rad",
            words=f"The joints of {name} follow within {np.degrees(dancer.joint_error_rms_rad):.1f}°.",
        ),
        Measured(
            name="guard_interventions",
            value=float(dancer.guard_interventions),
            unit="",
            words=f"The guard changed {dancer.guard_interventions} commands to {name}.",
        ),
        Measured(
            name="solver_failures",
            value=float(dancer.solver_failures),
            unit="",
            words=f"In {dancer.solver_failures} control steps no solution was found for {name}.",
        ),
    ]


def together_figures(pairs: Sequence[Together]) -> tuple[Measured, ...]:
    """How simultaneous pairs of dancers are."""
    return tuple(
        Measured(
            name=f"apart_{'_'.join(pair.performers)}",
            value=pair.mean_ms,
            unit="ms",
            words=f"{pair.performers[0]} and {pair.performers[1]} hit {len(pair.difference_ms)} of {pair.shared} shared "
            + (
                f"accents both, {pair.mean_ms:.0f} ms apart on average."
                if len(pair.difference_ms)
                else "accents both."
            ),
        )
        for pair in pairs
    )
