"""The report of a show: all measures in one tree of JSON, words first.

The structure of ``report.json``::

    {
      "format": 1,
      "title": "…", "seed": 15, "length_s": 121.3,
      "ok": true,                     every bar that is set is held
      "failed": ["sky.beat_error_p95", …],
      "in_words": ["The dancers hit the beat within 6 ms; …", …],
      "figures": [FIGURE, …],
      "mix": {"integrated_lufs", "true_peak_dbtp", …, "transitions": [{…}], "tracks": [{…}]},
      "together": [{"performers": ["sky", "gold"], "planned_s": […], "difference_ms": […], …}],
      "performers": [
        {"performer": "sky", "name": "Aspan", "role": "dancer",
         "at_accents": [BEATS, …], "at_beats": [BEATS, …], "torque_share_peak", …}
      ]
    }

    FIGURE = {"name": "sky.beat_error_mean",    of whom, and what
              "value": 5.8, "unit": "ms",       null where there was nothing to measure
              "bar": "≤ 8 ms",                  as words, or null; as numbers in "at_least", "at_most"
              "ok": true, false, or null        (no bar, or nothing to measure)
              "words": "Aspan hits the beat within 6 ms on average; …"}
    BEATS  = {"part": "whole", "count", "coverage", "mean_ms", "median_ms", "p95_ms", "bias_ms",
              "planned_s": [mix seconds], "error_ms": [executed minus planned, null where it was missed]}

Strict JSON: what is not a finite number is null. Times are mix seconds, errors are positive when late. Bars on the beat
error are set for dancers; falls, touches and torques are judged for every robot.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from temirbek.measures.dance import DancerMeasures, Together, measure_dancer, measure_together
from temirbek.measures.figures import Bar, Measured
from temirbek.measures.mix import MixMeasures, TrackTruth, measure_mix
from temirbek.types import Choreography, ExecutedMotion, Mix, Performer, TrackAnalysis

FORMAT = 1
NONE_AT_ALL = Bar(at_most=0.0)
NOTICED_MS = 45.0
"""From here on sound ahead of its picture is noticed (ITU-R BT.1359-1)."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class ShowMeasures:
    """Everything measured on a show: the mix, each robot, robots together."""

    mix: MixMeasures
    performers: tuple[Performer, ...]
    dancers: tuple[DancerMeasures, ...]
    together: tuple[Together, ...]
    length_s: float
    is_truth_known: bool


def report(
    title: str,
    mix: Mix,
    analyses: Sequence[TrackAnalysis],
    choreography: Choreography,
    executed: Sequence[ExecutedMotion],
    *,
    truths: Mapping[str, TrackTruth] | None = None,
) -> dict[str, Any]:
    """Measures a show and tells it as the tree of ``report.json``; see the head of this module.

    Args:
        title: Of the show.
        mix: The rendered mix; beats between decks are heard in its stems.
        analyses: What the plan knew of the tracks that sound; others are ignored.
        choreography: What was meant.
        executed: What was done, one motion per robot.
        truths: Track id → what is known beforehand of a track, where it is.
    """
    return tell(measure_show(mix, analyses, choreography, executed, truths), title=title, seed=mix.plan.seed)


def measure_show(
    mix: Mix,
    analyses: Sequence[TrackAnalysis],
    choreography: Choreography,
    executed: Sequence[ExecutedMotion],
    truths: Mapping[str, TrackTruth] | None = None,
) -> ShowMeasures:
    """Measures a show; arguments as of :func:`report`."""
    dancing = [m for m in executed if _performer(choreography.performers, m.performer).role == "dancer"]
    return ShowMeasures(
        mix=measure_mix(mix, {a.track.id: a for a in analyses}, truths),
        performers=choreography.performers,
        dancers=tuple(
            measure_dancer(m, choreography.accents.get(m.performer, ()), mix.beat_grid) for m in executed
        ),
        together=measure_together(dancing, choreography, mix.beat_grid),
        length_s=mix.duration_s,
        is_truth_known=bool(truths),
    )


def tell(measures: ShowMeasures, *, title: str, seed: int) -> dict[str, Any]:
    """The tree of ``report.json`` from measures that were taken."""
    figures = all_figures(measures)
    failed = [name for name, figure in figures if figure.ok is False]
    return {
        "format": FORMAT,
        "title": title,
        "seed": seed,
        "length_s": round(measures.length_s, 3),
        "ok": not failed,
        "failed": failed,
        "in_words": in_words(measures),
        "figures": [figure.to_json() | {"name": name} for name, figure in figures],
        "mix": measures.mix.to_json(),
        "together": [pair.to_json() for pair in measures.together],
        "performers": [
            {"performer": p.id, "name": p.name, "role": p.role} | dancer.to_json()
            for dancer in measures.dancers
            for p in (_performer(measures.performers, dancer.performer),)
        ],
    }


def all_figures(measures: ShowMeasures) -> list[tuple[str, Measured]]:
    """Every figure with its full name ("mix.true_peak", "sky.coverage"): dancers first, then the mix."""
    groups: list[tuple[str, Sequence[Measured]]] = [
        (d.performer, performer_figures(d, _performer(measures.performers, d.performer)))
        for d in measures.dancers
    ]
    groups.append(("together", together_figures(measures.together)))
    groups.append(("mix", mix_figures(measures.mix, is_truth_known=measures.is_truth_known)))
    return [(f"{group}.{figure.name}", figure) for group, figures in groups for figure in figures]


def in_words(measures: ShowMeasures) -> list[str]:
    """The show in a few sentences, most telling first."""
    sentences = []
    dancers = [d for d in measures.dancers if _performer(measures.performers, d.performer).role == "dancer"]
    hits = [d.whole.mean_ms for d in dancers if np.isfinite(d.whole.mean_ms)]
    if hits:
        sentences.append(
            f"The dancers hit the beat within {max(hits):.0f} ms on average; viewers notice a picture out of step with "
            f"its sound from about {NOTICED_MS:.0f} ms (ITU-R BT.1359)."
        )
    apart = [pair.mean_ms for pair in measures.together if np.isfinite(pair.mean_ms)]
    if apart:
        sentences.append(f"Where they hit together, they are {max(apart):.0f} ms apart.")
    errors = measures.mix.deck_errors_ms("heard")
    if len(errors):
        sentences.append(
            f"In the transitions the two decks' beats are {np.median(errors):.1f} ms apart; as two strokes one hears "
            "them from some 20 ms."
        )
    falls = sum(d.fell_at_s is not None for d in measures.dancers)
    peak = max((d.torque_share_peak for d in measures.dancers), default=0.0)
    sentences.append(
        f"{'Nobody fell' if not falls else f'{falls} of {len(measures.dancers)} robots fell'}; the hardest worked "
        f"joint used {100 * peak:.0f} % of its torque."
    )
    levels = measures.mix.levels
    sentences.append(
        f"The mix is {levels.integrated_lufs:.1f} LUFS loud with its highest peak at {levels.true_peak_dbtp:.1f} dBTP."
    )
    return sentences


def mix_figures(mix: MixMeasures, *, is_truth_known: bool) -> tuple[Measured, ...]:
    """The figures of the mix against their bars."""
    found = [*_deck_figures(mix, "heard")]
    if is_truth_known:
        found += _deck_figures(mix, "true")
    found += _transition_figures(mix, all_on_phrases=is_truth_known)
    levels = mix.levels
    found += [
        Measured(
            name="integrated_loudness",
            value=levels.integrated_lufs,
            unit="LUFS",
            bar=Bar(at_least=-14.5, at_most=-13.5),
            words=f"The mix is {levels.integrated_lufs:.1f} LUFS loud; streaming services play at −14.",
            is_due=True,
        ),
        Measured(
            name="true_peak",
            value=levels.true_peak_dbtp,
            unit="dBTP",
            bar=Bar(at_most=-1.0),
            words=f"The highest peak between samples is {levels.true_peak_dbtp:.1f} dBTP; above −1 a player may clip.",
            is_due=True,
        ),
        Measured(
            name="tempo_step_max",
            value=100 * mix.tempo_step,
            unit="%",
            words=f"From bar to bar the tempo changes by {100 * mix.tempo_step:.2f} % at most.",
        ),
    ]
    return tuple(found)


def _deck_figures(mix: MixMeasures, source: str) -> list[Measured]:
    errors = mix.deck_errors_ms(source)
    median = float(np.median(errors)) if len(errors) else None
    p95 = float(np.percentile(errors, 95)) if len(errors) else None
    how = (
        "as heard in the decks' own attacks"
        if source == "heard"
        else "by the beats that are known to be true"
    )
    if median is None or p95 is None:
        words = [f"No transition in which both decks' beats could be compared {how}."] * 2
    else:
        words = [
            f"Where both decks sound, their beats are {median:.1f} ms apart ({how}); two strokes are heard from some 20 ms.",
            f"Nineteen beats in twenty are within {p95:.1f} ms of the other deck's ({how}).",
        ]
    return [
        Measured(
            name=f"deck_beat_error_{source}_median",
            value=median,
            unit="ms",
            bar=Bar(at_most=2.0),
            words=words[0],
        ),
        Measured(
            name=f"deck_beat_error_{source}_p95", value=p95, unit="ms", bar=Bar(at_most=5.0), words=words[1]
        ),
    ]


def _transition_figures(mix: MixMeasures, *, all_on_phrases: bool) -> list[Measured]:
    n = len(mix.transitions)
    flams = [t.flams for t in mix.transitions if t.flams is not None]
    clashes = [t.bass_clash for t in mix.transitions if t.bass_clash is not None]
    both_bass = [t.both_bass_beats for t in mix.transitions if t.both_bass_beats is not None]
    deviations = [t.loudness_deviation_lu for t in mix.transitions if np.isfinite(t.loudness_deviation_lu)]
    on_phrase = {point: mix.on_phrase_share(point) if n else None for point in ("start", "swap", "end")}
    found = [
        Measured(
            name=f"on_phrase_{point}",
            value=share,
            unit="share",
            bar=Bar(at_least=1.0 if all_on_phrases else 0.9) if point == "start" else None,
            words=f"{round((share or 0.0) * n)} of {n} transitions have their {point} on a phrase of both tracks.",
        )
        for point, share in on_phrase.items()
    ]
    return [
        *found,
        Measured(
            name="flams",
            value=float(sum(flams)) if flams else None,
            unit="",
            words=f"{sum(flams)} kicks of the two decks nearly fall together and do not.",
        ),
        Measured(
            name="bass_clash_max",
            value=max(clashes, default=None),
            unit="share",
            words=f"At worst, {100 * max(clashes, default=0.0):.0f} % of the bass in a transition is doubled by the other deck.",
        ),
        Measured(
            name="both_bass_beats_max",
            value=float(max(both_bass)) if both_bass else None,
            unit="beats",
            words=f"At worst, both basses are equally strong for {max(both_bass, default=0)} beats of a transition.",
        ),
        Measured(
            name="loudness_deviation_max",
            value=max(deviations, default=None),
            unit="LU",
            words=f"Within transitions the loudness leaves the line between before and after by {max(deviations, default=0.0):.1f} LU at most.",
        ),
        Measured(
            name="key_steps_max",
            value=float(max(t.key_steps for t in mix.transitions)) if n else None,
            unit="steps",
            words=f"Neighbouring tracks are {max((t.key_steps for t in mix.transitions), default=0)} steps apart on the wheel of keys at most.",
        ),
    ]


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


def _performer(performers: Sequence[Performer], performer_id: str) -> Performer:
    for performer in performers:
        if performer.id == performer_id:
            return performer
    raise KeyError(f"{performer_id!r} is not in the cast: {', '.join(p.id for p in performers)}")
