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
      "floor": {"performers": [{"performer", "swept_m2", "hull_m", "path_m", "fall_radius_m", "stopping_m", …}],
                "approaches": [{…}], "crossings": [{…}], "within_fall": [{…}]},     null where nobody worked it out
      "together": [{"performers": ["sky", "gold"], "planned_s": […], "difference_ms": […], …}],
      "performers": [
        {"performer": "sky", "name": "Aspan", "role": "dancer",
         "at_accents": [BEATS, …], "at_beats": [BEATS, …], "planted": BEATS, "stepping": BEATS, "touchdown": BEATS,
         "torque_share_peak", …}
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

from temirbek.measures.composition import CompositionMeasures, measure_composition
from temirbek.measures.composition_figures import composition_figures
from temirbek.measures.dance import DancerMeasures, Together, measure_dancer, measure_together
from temirbek.measures.dance_figures import (
    NOTICED_MS,
    fate_in_words,
    performer_figures,
    together_figures,
    wait_in_words,
)
from temirbek.measures.figures import Measured
from temirbek.measures.floor import FloorMeasures, floor_figures, floor_in_words
from temirbek.measures.mix import MixMeasures, TrackTruth, measure_mix
from temirbek.measures.show_mix_figures import mix_figures
from temirbek.types import Choreography, ExecutedMotion, Mix, Move, Performer, TrackAnalysis

FORMAT = 1


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class ShowMeasures:
    """Everything measured on a show: the mix, each robot, robots together."""

    mix: MixMeasures
    performers: tuple[Performer, ...]
    dancers: tuple[DancerMeasures, ...]
    together: tuple[Together, ...]
    length_s: float
    is_truth_known: bool
    floor: FloorMeasures | None = None
    composition: CompositionMeasures | None = None


def report(
    title: str,
    mix: Mix,
    analyses: Sequence[TrackAnalysis],
    choreography: Choreography,
    executed: Sequence[ExecutedMotion],
    *,
    truths: Mapping[str, TrackTruth] | None = None,
    floor: FloorMeasures | None = None,
    moves: Mapping[str, Move] | None = None,
) -> dict[str, Any]:
    """Measures a show and tells it as the tree of ``report.json``; see the head of this module.

    Args:
        title: Of the show.
        mix: The rendered mix; beats between decks are heard in its stems.
        analyses: What the plan knew of the tracks that sound; others are ignored.
        choreography: What was meant.
        executed: What was done, one motion per robot.
        truths: Track id → what is known beforehand of a track, where it is.
        floor: The room that the robots took, where somebody worked it out.
        moves: The vocabulary, by which the composition is measured; None leaves that out.
    """
    measures = measure_show(mix, analyses, choreography, executed, truths, floor, moves)
    return tell(measures, title=title, seed=mix.plan.seed)


def measure_show(
    mix: Mix,
    analyses: Sequence[TrackAnalysis],
    choreography: Choreography,
    executed: Sequence[ExecutedMotion],
    truths: Mapping[str, TrackTruth] | None = None,
    floor: FloorMeasures | None = None,
    moves: Mapping[str, Move] | None = None,
) -> ShowMeasures:
    """Measures a show; arguments as of :func:`report`."""
    dancing = [m for m in executed if _performer(choreography.performers, m.performer).role == "dancer"]
    return ShowMeasures(
        mix=measure_mix(mix, {a.track.id: a for a in analyses}, truths),
        performers=choreography.performers,
        dancers=tuple(
            measure_dancer(
                m,
                choreography.accents.get(m.performer, ()),
                mix.beat_grid,
                choreography.footsteps.get(m.performer, ()),
            )
            for m in executed
        ),
        together=measure_together(dancing, choreography, mix.beat_grid),
        length_s=mix.duration_s,
        is_truth_known=bool(truths),
        floor=floor,
        composition=None if moves is None else measure_composition(choreography, moves, mix),
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
        "floor": None if measures.floor is None else measures.floor.to_json(),
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
    if measures.floor is not None:
        groups.append(("floor", floor_figures(measures.floor, measures.performers)))
    if measures.composition is not None:
        groups.append(("composition", composition_figures(measures.composition)))
    groups.append(("mix", mix_figures(measures.mix, is_truth_known=measures.is_truth_known)))
    return [(f"{group}.{figure.name}", figure) for group, figures in groups for figure in figures]


def in_words(measures: ShowMeasures) -> list[str]:
    """The show in a few sentences, most telling first."""
    sentences = []
    dancers = [d for d in measures.dancers if _performer(measures.performers, d.performer).role == "dancer"]
    hits = [d.planted_hits.mean_ms for d in dancers if np.isfinite(d.planted_hits.mean_ms)]
    if hits:
        sentences.append(
            f"The dancers hit the beat within {max(hits):.0f} ms on average; viewers notice a picture out of step with "
            f"its sound from about {NOTICED_MS:.0f} ms (ITU-R BT.1359)."
        )
    steps = [d.touchdown.mean_ms for d in measures.dancers if np.isfinite(d.touchdown.mean_ms)]
    if steps:
        sentences.append(f"Feet that step come down within {max(steps):.0f} ms of their beats on average.")
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
    down = [d for d in measures.dancers if d.fell_at_s is not None or d.fall_seen_at_s is not None]
    names = {d.performer: _performer(measures.performers, d.performer).name for d in measures.dancers}
    waits = [d for d in measures.dancers if d.wait is not None]
    others = " The others danced on." if not waits and len(down) < len(measures.dancers) else ""
    sentences += [fate_in_words(d, names[d.performer]) + others for d in down]
    sentences += [wait_in_words(d, names) for d in waits]
    if measures.floor is not None:
        sentences += floor_in_words(measures.floor, measures.performers)
    levels = measures.mix.levels
    sentences.append(
        f"The mix is {levels.integrated_lufs:.1f} LUFS loud with its highest peak at {levels.true_peak_dbtp:.1f} dBTP."
    )
    return sentences


def _performer(performers: Sequence[Performer], performer_id: str) -> Performer:
    for performer in performers:
        if performer.id == performer_id:
            return performer
    raise KeyError(f"{performer_id!r} is not in the cast: {', '.join(p.id for p in performers)}")
