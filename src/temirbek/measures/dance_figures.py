"""The figures of robots against their bars: each by itself, and dancers together."""

from collections.abc import Mapping, Sequence

import numpy as np

from temirbek.measures.beat_error import BeatError
from temirbek.measures.dance import DancerMeasures, Together
from temirbek.measures.figures import Bar, Measured
from temirbek.types import Performer

NONE_AT_ALL = Bar(at_most=0.0)
NOTICED_MS = 45.0
"""From here on sound ahead of its picture is noticed (ITU-R BT.1359-1)."""


PLANTED_BARS = {"mean": Bar(at_most=6.0), "p95": Bar(at_most=12.0), "coverage": Bar(at_least=0.95)}
TOUCHDOWN_BARS = {"mean": Bar(at_most=12.0), "p95": Bar(at_most=30.0)}
APART_P95 = Bar(at_most=8.0)
PRESSURE_INSIDE = Bar(at_least=0.01)


def performer_figures(dancer: DancerMeasures, performer: Performer) -> tuple[Measured, ...]:
    """The figures of one robot against their bars."""
    return (
        *_beat_figures(dancer, performer),
        *_step_figures(dancer, performer),
        *_balance_figures(dancer, performer.name),
        *_safety_figures(dancer, performer.name),
        *_motor_figures(dancer, performer.name),
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
    """Accents of planted moves, against the bars of dancers."""
    hits, name = dancer.planted_hits, performer.name
    is_dancer = performer.role == "dancer"
    # A dancer whose every accent falls on steps has nothing here to be judged by.
    is_due = is_dancer and not (hits.count == 0 and dancer.stepping_hits.count > 0)
    if np.isfinite(hits.mean_ms):
        hit = f"{name} hits the beat within {hits.mean_ms:.0f} ms on average; viewers notice a picture out of step with its sound from about {NOTICED_MS:.0f} ms (ITU-R BT.1359)."
        most = f"Nineteen hits of {name} in twenty are within {hits.p95_ms:.0f} ms."
    else:
        hit = most = f"No planned accent of {name} on planted feet was found in its motion."
    bars = PLANTED_BARS if is_dancer else {}
    return [
        Measured(
            name="beat_error_mean",
            value=hits.mean_ms,
            unit="ms",
            bar=bars.get("mean"),
            words=hit,
            is_due=is_due,
        ),
        Measured(
            name="beat_error_p95",
            value=hits.p95_ms,
            unit="ms",
            bar=bars.get("p95"),
            words=most,
            is_due=is_due,
        ),
        Measured(
            name="beat_error_bias",
            value=hits.bias_ms,
            unit="ms",
            words=_tends(name, hits) if np.isfinite(hits.bias_ms) else hit,
        ),
        Measured(
            name="coverage",
            value=hits.coverage if hits.count else None,
            unit="share",
            bar=bars.get("coverage"),
            words=f"{name} hits {len(hits.found_ms)} of the {hits.count} accents planned for the whole body on planted "
            f"feet, {dancer.accents_per_bar:.1f} accents a dancing bar.",
            is_due=is_due,
        ),
    ]


def _step_figures(dancer: DancerMeasures, performer: Performer) -> list[Measured]:
    """Touchdowns and accents of a robot that steps; nothing for one that does not."""
    feet, hits, name = dancer.touchdown, dancer.stepping_hits, performer.name
    found: list[Measured] = []
    if feet.count:
        came = f"{name}'s feet come down within {feet.mean_ms:.0f} ms of their beats on average"
        missed = f"None of {name}'s {feet.count} steps was found on its beat."
        found += [
            Measured(
                name="touchdown_mean",
                value=feet.mean_ms,
                unit="ms",
                bar=TOUCHDOWN_BARS["mean"],
                words=f"{came}." if len(feet.found_ms) else missed,
                is_due=True,
            ),
            Measured(
                name="touchdown_p95",
                value=feet.p95_ms,
                unit="ms",
                bar=TOUCHDOWN_BARS["p95"],
                words=f"Nineteen steps of {name} in twenty are within {feet.p95_ms:.0f} ms."
                if len(feet.found_ms)
                else missed,
                is_due=True,
            ),
            Measured(
                name="touchdown_bias",
                value=feet.bias_ms,
                unit="ms",
                words=_tends(f"A step of {name}", feet) if len(feet.found_ms) else missed,
            ),
            Measured(
                name="touchdown_coverage",
                value=feet.coverage,
                unit="share",
                words=f"{len(feet.found_ms)} of {name}'s {feet.count} steps left the ground and came back on their beat.",
            ),
        ]
    if hits.count:
        found.append(
            Measured(
                name="stepping_beat_error_mean",
                value=hits.mean_ms,
                unit="ms",
                words=f"While stepping {name} hits {len(hits.found_ms)} of {hits.count} accents"
                + (f", within {hits.mean_ms:.0f} ms on average." if len(hits.found_ms) else "."),
            )
        )
    return found


def _balance_figures(dancer: DancerMeasures, name: str) -> list[Measured]:
    """Where the pressure is under the feet, and whether they slide."""
    return [
        Measured(
            name="cop_margin_planted_p5",
            value=dancer.cop_margin_planted_p5_m,
            unit="m",
            bar=PRESSURE_INSIDE,
            words=_inside(
                "While its feet are planted, nineteen twentieths of the time",
                name,
                dancer.cop_margin_planted_p5_m,
            ),
        ),
        Measured(
            name="cop_margin_p5",
            value=dancer.cop_margin_p5_m,
            unit="m",
            words=_inside("Nineteen twentieths of the time, steps included,", name, dancer.cop_margin_p5_m),
        ),
        Measured(
            name="cop_margin_min",
            value=dancer.cop_margin_min_m,
            unit="m",
            words="The same at the worst instant.",
        ),
        Measured(
            name="slip_per_minute",
            value=dancer.slip_m_per_minute,
            unit="m/min",
            words=f"The {dancer.slipping_foot} foot of {name} slides most: {100 * dancer.slip_m_per_minute:.1f} cm a minute."
            if np.isfinite(dancer.slip_m_per_minute)
            else f"Nobody looked whether the feet of {name} slide.",
        ),
    ]


def _inside(when: str, name: str, margin_m: float) -> str:
    if not np.isfinite(margin_m):
        return f"{name} was never seen standing."
    return f"{when} the pressure under {name} stays {100 * margin_m:.1f} cm or more inside its feet."


def _tends(who: str, hits: BeatError) -> str:
    return f"{who} tends to be {'late' if hits.bias_ms >= 0 else 'early'} by {abs(hits.bias_ms):.0f} ms."


def _safety_figures(dancer: DancerMeasures, name: str) -> list[Measured]:
    pairs = ", ".join(f"{a} and {b}" for a, b in dancer.collision_pairs)
    return [
        Measured(
            name="falls_per_minute",
            value=dancer.falls_per_minute,
            unit="/min",
            bar=NONE_AT_ALL,
            words=fate_in_words(dancer, name),
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


def fate_in_words(dancer: DancerMeasures, name: str) -> str:
    """Whether a robot fell, when, and how far ahead that was seen."""
    fell_s, seen_s = dancer.fell_at_s, dancer.fall_seen_at_s
    if fell_s is None and seen_s is None:
        return f"{name} did not fall."
    if fell_s is None:
        return f"{name} gave up its balance at {seen_s:.1f} s, folded and did not fall over."
    if seen_s is None:
        return f"{name} fell at {fell_s:.1f} s; nothing saw it coming."
    ahead_ms = 1e3 * (fell_s - seen_s)
    return f"{name} fell at {fell_s:.1f} s; that was seen {ahead_ms:.0f} ms ahead, and it folded."


def wait_in_words(dancer: DancerMeasures, names: Mapping[str, str]) -> str:
    """From when on a robot stands still, and who lies before it; names by performer id."""
    wait = dancer.wait
    if wait is None:
        return f"{names[dancer.performer]} waits for nobody."
    return (
        f"{names[dancer.performer]} waits from beat {dancer.wait_beat:.0f}: {names[wait.lying]} lies "
        f"{wait.distance_m:.1f} m ahead."
    )


def _motor_figures(dancer: DancerMeasures, name: str) -> list[Measured]:
    return [
        Measured(
            name="torque_share_peak",
            value=dancer.torque_share_peak,
            unit="share",
            bar=Bar(at_most=1.0),
            words=f"The hardest worked joint of {name} ({dancer.torque_peak_joint}) used "
            f"{100 * dancer.torque_share_peak:.0f} % of its torque.",
        ),
        Measured(
            name="torque_rms_share",
            value=dancer.torque_rms_share,
            unit="share",
            words=f"The motor that gets warmest under {name} is that of {dancer.warmest_joint}: it works at "
            f"{100 * dancer.torque_rms_share:.0f} % of its torque all the time (root mean square)."
            if np.isfinite(dancer.torque_rms_share)
            else f"Nobody noted how warm the motors of {name} get.",
        ),
        Measured(
            name="joint_error_rms",
            value=dancer.joint_error_rms_rad,
            unit="rad",
            words=f"The joints of {name} follow within {np.degrees(dancer.joint_error_rms_rad):.1f}°.",
        ),
    ]


def together_figures(pairs: Sequence[Together]) -> tuple[Measured, ...]:
    """How simultaneous pairs of dancers are."""
    return tuple(figure for pair in pairs for figure in _apart(pair))


def _apart(pair: Together) -> tuple[Measured, Measured]:
    first, second = pair.performers
    shared = f"{first} and {second} hit {len(pair.difference_ms)} of {pair.shared} shared accents both"
    if not len(pair.difference_ms):
        mean = most = f"{shared}."
    else:
        mean = f"{shared}, {pair.mean_ms:.0f} ms apart on average."
        most = f"Nineteen of their shared hits in twenty are within {pair.p95_ms:.0f} ms of each other."
    name = f"apart_{first}_{second}"
    return (
        Measured(name=name, value=pair.mean_ms, unit="ms", words=mean),
        Measured(name=f"{name}_p95", value=pair.p95_ms, unit="ms", bar=APART_P95, words=most),
    )
