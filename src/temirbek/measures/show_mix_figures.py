"""The figures of a show's mix against their bars."""

import numpy as np

from temirbek.measures.figures import Bar, Measured
from temirbek.measures.mix import MixMeasures


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
