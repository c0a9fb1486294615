"""Attacks → a lattice of half beats: one tempo for the whole recording if it holds, straight or bent; else tempo over time.

Raises where there is no beat: a pulse must either stand out over all others in the whole recording, or be clear from
window to window. Speech and noise have neither.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from temirbek.analysis.drift import slow_drift, straightened
from temirbek.analysis.grid import held_lattice
from temirbek.analysis.meter import possible_tempi
from temirbek.analysis.onsets import find_onsets
from temirbek.analysis.pulse import SLOWEST_BPM, Pulse, find_pulses
from temirbek.analysis.steadiness import steadiness
from temirbek.analysis.tempogram import STATES, tempo_path, tempogram
from temirbek.analysis.varying import varying_lattice
from temirbek.audio import AttackEnvelope
from temirbek.errors import AnalysisFailed

Floats = NDArray[np.float64]

FEWEST_ONSETS = 16
FAINTEST_RISE = 0.8
"""Rise of log energy that the strongest attacks must reach: chords alone reach 2.5, a swelling drone 0.5."""
HELD_AGREEMENT = 0.75
"""From which windows are held to share a pulse at all."""
STEADY_AGREEMENT = 0.86
"""From which one tempo holds throughout: what a sequencer plays agrees by 0.87 to 1, what people play by 0.4 to 0.85."""
OUTSTANDING = 2.0
"""A pulse stands out when it scores this many times its strongest rival."""
CLEAR = 0.1
"""Tempogram strength from which a window has a beat of its own: music 0.15–0.5, speech 0.06–0.08, noise 0.03."""
VERY_CLEAR = 0.2
ELSEWHERE_SHARE = 0.2
"""Share of windows that may be very clear at quite another tempo before the tempo is held to change."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Tempo:
    """Half beats of the fastest tempo considered, and what they rest on.

    Attributes:
        half_beats_s: Instants [s], shape (n,), increasing, over the whole recording.
        tempi_bpm: Octaves of the tempo considered, slowest first.
        is_constant: One tempo holds throughout, and on a straight line.
        cues: How clear that is: ``pulse``, the log ratio of the pulse's score to its strongest rival's; ``agreement``
            of windows with one tempo, 0–1; ``clarity`` of the tempo in a window at the median; ``varies``, 0 or 1.
    """

    half_beats_s: Floats
    tempi_bpm: list[float]
    is_constant: bool
    cues: dict[str, float]


def find_tempo(envelope: AttackEnvelope, duration_s: float) -> Tempo:
    """Finds the pulse of a recording.

    Raises:
        AnalysisFailed: No attacks, or none that keep any tempo.
    """
    onsets = find_onsets(envelope)
    if len(onsets.times_s) < FEWEST_ONSETS:
        raise AnalysisFailed(f"only {len(onsets.times_s)} attacks heard; no beat can be found")
    if float(np.percentile(envelope.bands.max(axis=0), 99.5)) < FAINTEST_RISE:
        raise AnalysisFailed("nothing in it sets in clearly (a drone, a pad, hum); no beat can be found")
    pulses = find_pulses(envelope, onsets)
    steady = steadiness(onsets, pulses[0].bpm, duration_s)
    centers_s, rows = tempogram(envelope)
    clarity = float(np.median(rows.max(axis=1)))
    stands_out = len(pulses) == 1 or pulses[0].score > OUTSTANDING * pulses[1].score
    if clarity < CLEAR and not (stands_out and steady.agreement >= HELD_AGREEMENT):
        raise AnalysisFailed("no steady beat can be heard (speech, noise, or music without a pulse)")
    drift = slow_drift(onsets, pulses[0].bpm, duration_s)
    if drift is not None:
        steady = steadiness(straightened(onsets, drift), pulses[0].bpm, duration_s)
    cues = {"pulse": _lead(pulses), "agreement": steady.agreement, "clarity": clarity}
    if steady.agreement >= STEADY_AGREEMENT and not _is_clear_elsewhere(rows, pulses[0]):
        return Tempo(
            half_beats_s=held_lattice(pulses[0].bpm, envelope, duration_s, drift),
            tempi_bpm=possible_tempi(pulses[0].bpm),
            is_constant=drift is None,
            cues=cues | {"varies": 0.0},
        )
    half_beats_s, tempi_bpm = varying_lattice(centers_s, tempo_path(rows), envelope, duration_s)
    return Tempo(
        half_beats_s=half_beats_s,
        tempi_bpm=tempi_bpm,
        is_constant=False,
        cues=cues | {"varies": 1.0},
    )


def _is_clear_elsewhere(rows: Floats, pulse: Pulse) -> bool:
    """Whether many windows have a very clear tempo of their own, and it is not this pulse."""
    state = round(np.log2(pulse.bpm / SLOWEST_BPM) * STATES)
    near = np.arange(state - 2, state + 3) % STATES
    at_pulse, strongest = rows[:, near].max(axis=1), rows.max(axis=1)
    elsewhere = (strongest > VERY_CLEAR) & (at_pulse < 0.5 * strongest)
    return bool(elsewhere.mean() > ELSEWHERE_SHARE)


def _lead(pulses: list[Pulse]) -> float:
    """Log ratio of the best pulse's score to its strongest rival's, at most that of four to one."""
    rival = pulses[1].score if len(pulses) > 1 else 0.0
    return float(np.log(min(4.0, pulses[0].score / max(rival, 1e-6))))
