"""The figures of a checked mix against the bars that a working DJ's mix must hold."""

from collections.abc import Sequence

import numpy as np

from temirbek.measures.crossing import POINTS, CrossingCheck
from temirbek.measures.figures import Bar, Measured
from temirbek.measures.loudness import Levels
from temirbek.measures.track_check import TrackCheck

MOST_DEVIATION_LU = 1.5


def figures_of(
    transitions: Sequence[CrossingCheck],
    tracks: Sequence[TrackCheck],
    levels: Levels,
    *,
    tempo: tuple[float, float] | None,
    n_clicks: int,
    duration_s: float,
    kind: str,
) -> tuple[Measured, ...]:
    """Every figure, in the order of the twelve metrics."""
    decks = {
        "plan and stems": "the decks' stems",
        "stems and originals": "the decks' stems",
        "mix and originals": "the decks' sound, estimated from the mix and the recordings",
    }[kind]
    places = "the plan" if kind == "plan and stems" else "places of the recordings, found in the mix"
    return (
        *_beats(transitions, decks),
        *_tempo(tempo, places),
        *_phrases(transitions, places),
        *_harmony(transitions, decks),
        *_bass(transitions, decks),
        *_loudness(transitions, levels),
        Measured(
            name="clicks",
            value=float(n_clicks),
            unit="",
            bar=Bar(at_most=0.0),
            words=f"The signal breaks {n_clicks} times where no recording does, in {duration_s / 60:.1f} minutes.",
            source="the file",
        ),
        *_fidelity(tracks, places),
    )


def _beats(transitions: Sequence[CrossingCheck], decks: str) -> list[Measured]:
    together = [t for t in transitions if t.is_together]
    found = [t for t in together if t.errors is not None]
    errors = np.concatenate(
        [np.zeros(0), *(np.abs(t.errors.error_ms) for t in found if t.errors is not None)]
    )
    sources = ", ".join(sorted({t.errors_from for t in found}))
    of = f"clear in {len(found)} of the {len(together)} transitions in which the decks run together"
    median = float(np.median(errors)) if len(errors) else None
    p95 = float(np.percentile(errors, 95)) if len(errors) else None
    flams = [t.flams for t in together if t.flams is not None]
    per_transition = sum(flams) / len(flams) if flams else None
    said = (
        "No beats could be compared"
        if median is None or p95 is None
        else f"Beats of the decks are {median:.1f} ms apart, nineteen in twenty within {p95:.1f} ms"
    )
    return [
        Measured(
            name="beat_error_median",
            value=median,
            unit="ms",
            bar=Bar(at_most=2.0),
            words=f"{said}; {of}.",
            source=sources,
        ),
        Measured(
            name="beat_error_p95",
            value=p95,
            unit="ms",
            bar=Bar(at_most=6.0),
            words=f"{said}; {of}.",
            source=sources,
        ),
        Measured(
            name="flams_per_transition",
            value=per_transition,
            unit="",
            bar=Bar(at_most=0.2),
            words=f"{sum(flams)} kicks of the two decks nearly fall together and do not, in {len(flams)} transitions.",
            source=decks,
        ),
    ]


def _tempo(tempo: tuple[float, float] | None, places: str) -> list[Measured]:
    unknown = "The tempo through the transitions cannot be told for sure."
    step, slope = (100 * t for t in tempo) if tempo else (None, None)
    return [
        Measured(
            name="tempo_step_max",
            value=step,
            unit="%",
            words=unknown if step is None else f"From bar to bar the tempo changes by {step:.2f} % at most.",
            source=places,
        ),
        Measured(
            name="tempo_slope_max",
            value=slope,
            unit="%/s",
            words=unknown if slope is None else f"The steepest ramp of the tempo is {slope:.2f} % a second.",
            source=places,
        ),
    ]


def _phrases(transitions: Sequence[CrossingCheck], places: str) -> list[Measured]:
    found = []
    transitions = [t for t in transitions if t.on_phrase]
    counted = {p: [all(t.on_phrase[p]) for t in transitions] for p in POINTS}
    everything = [x for p in POINTS for x in counted[p]]
    found.append(
        Measured(
            name="on_phrases",
            value=float(np.mean(everything)) if everything else None,
            unit="share",
            bar=Bar(at_least=0.95),
            words=f"{sum(everything)} of {len(everything)} starts, swaps and ends lie on a phrase of both tracks.",
            source=places,
        )
    )
    for point in POINTS:
        for who, pick in (("outgoing", 0), ("incoming", 1)):
            hits = [t.on_phrase[point][pick] for t in transitions]
            found.append(
                Measured(
                    name=f"{point}_on_phrase_of_{who}",
                    value=float(np.mean(hits)) if hits else None,
                    unit="share",
                    words=f"{sum(hits)} of {len(hits)} {point}s lie on a phrase of the {who} track.",
                    source=places,
                )
            )
    return found


def _harmony(transitions: Sequence[CrossingCheck], decks: str) -> list[Measured]:
    steps = [t.key_steps for t in transitions]
    distances = [t.tonal_distance for t in transitions if t.tonal_distance is not None]
    overlap_s = sum(t.vocal_overlap_s for t in transitions)
    return [
        Measured(
            name="key_steps_mean",
            value=float(np.mean(steps)) if steps else None,
            unit="steps",
            words=f"Neighbours are {np.mean(steps) if steps else 0.0:.1f} steps apart on the wheel of keys on average, {max(steps, default=0)} at most.",
            source="keys of the recordings",
        ),
        Measured(
            name="tonal_distance_mean",
            value=float(np.mean(distances)) if distances else None,
            unit="",
            words="Distance, in the tonal interval space, of the bars that sound together; none is 0.",
            source="pitch classes of the recordings' bars",
        ),
        Measured(
            name="vocal_overlap",
            value=overlap_s if transitions else None,
            unit="s",
            words=f"Two voices are heard at once for {overlap_s:.1f} s in all.",
            source=f"voices in the recordings' bars, heard by {decks}",
        ),
    ]


def _bass(transitions: Sequence[CrossingCheck], decks: str) -> list[Measured]:
    beats = [t.both_bass_beats for t in transitions if t.both_bass_beats is not None]
    clash = [t.bass_clash for t in transitions if t.bass_clash is not None]
    return [
        Measured(
            name="both_bass_beats_per_transition",
            value=float(np.mean(beats)) if beats else None,
            unit="beats",
            bar=Bar(at_most=1.0),
            words=f"Both basses are equally strong for {sum(beats)} beats in {len(beats)} transitions, {max(beats, default=0)} in one.",
            source=decks,
        ),
        Measured(
            name="bass_clash_max",
            value=max(clash, default=None),
            unit="share",
            words=f"At worst, {100 * max(clash, default=0.0):.0f} % of the bass in a transition is doubled by the other deck.",
            source=decks,
        ),
    ]


def _loudness(transitions: Sequence[CrossingCheck], levels: Levels) -> list[Measured]:
    deviations = [t.loudness_deviation_lu for t in transitions if t.loudness_deviation_lu is not None]
    even = sum(d <= MOST_DEVIATION_LU for d in deviations)
    return [
        Measured(
            name="loudness_held",
            value=even / len(deviations) if deviations else None,
            unit="share",
            bar=Bar(at_least=0.9),
            words=f"In {even} of {len(deviations)} transitions the loudness stays within {MOST_DEVIATION_LU} LU of the line between before and after.",
            source="the file",
        ),
        Measured(
            name="loudness_deviation_max",
            value=max(deviations, default=None),
            unit="LU",
            words=f"At worst it leaves the line by {max(deviations, default=0.0):.1f} LU.",
            source="the file",
        ),
        Measured(
            name="integrated_loudness",
            value=levels.integrated_lufs,
            unit="LUFS",
            words=f"The mix is {levels.integrated_lufs:.1f} LUFS loud; streaming services play at −14.",
            source="the file",
        ),
        Measured(
            name="true_peak",
            value=levels.true_peak_dbtp,
            unit="dBTP",
            bar=Bar(at_most=-1.0),
            words=f"The highest peak between samples is {levels.true_peak_dbtp:.1f} dBTP; above −1 a player may clip.",
            is_due=True,
            source="the file",
        ),
    ]


def _fidelity(tracks: Sequence[TrackCheck], places: str) -> list[Measured]:
    onset = [t.stretching.onset_error_p95_ms for t in tracks if t.stretching.onset_error_p95_ms is not None]
    echo = [t.stretching.pre_echo_db for t in tracks if t.stretching.pre_echo_db is not None]
    moved = [
        abs(t.stretching.key_change_semitones)
        for t in tracks
        if t.stretching.key_change_semitones is not None
    ]
    played = [t.played for t in tracks]
    tempo = [t.tempo_change_max for t in tracks]
    beside = "the file beside the recordings"
    return [
        Measured(
            name="onset_error_p95",
            value=max(onset, default=None),
            unit="ms",
            words=f"Attacks lie within {max(onset, default=0.0):.1f} ms of where the recording's would, in nineteen of twenty windows of the worst track.",
            source=beside,
        ),
        Measured(
            name="pre_echo_median",
            value=float(np.median(echo)) if echo else None,
            unit="dB",
            words="How much louder the instants before attacks are than in the recordings; 0 is not at all.",
            source=beside,
        ),
        Measured(
            name="played_mean",
            value=float(np.mean(played)) if played else None,
            unit="share",
            words=f"{100 * float(np.mean(played)) if played else 0.0:.0f} % of each track is heard on average, {100 * min(played, default=0.0):.0f} % at least.",
            source=places,
        ),
        Measured(
            name="tempo_change_max",
            value=100 * max(tempo) if tempo else None,
            unit="%",
            words=f"No track is played more than {100 * max(tempo, default=0.0):.1f} % off its own tempo.",
            source=places,
        ),
        Measured(
            name="key_change_max",
            value=max(moved, default=None),
            unit="semitones",
            words=f"No track is moved by more than {max(moved, default=0.0):.2f} semitones.",
            source=beside,
        ),
    ]
