"""What stretching did to the sound: attacks that moved, energy that leaked ahead of them, pitch that was shifted.

Each track is compared with its own recording, laid along its time map, where it sounds alone in the mix:

- **onset error** [ms]: how far attacks lie from where the map puts them, over windows of three seconds;
- **pre-echo** [dB]: how much stronger, against the attack that follows, the last 15 ms before attacks are in the mix
  than in the recording (median over its strongest attacks; 0 is none added);
- **key change** [semitones]: by how much the long-term spectrum moved along the logarithm of frequency.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.signal import find_peaks

from temirbek.measures.decks import read_mono
from temirbek.measures.evidence import Evidence, Passage
from temirbek.measures.lags import HOP_S, lags_between, onset_bands
from temirbek.measures.originals import Originals

Floats = NDArray[np.float64]

MOST_ALONE_S = 40.0
LEAST_ALONE_S = 8.0
NODE_S, HALF_NODE_S, MOST_LAG_S = 1.5, 1.5, 0.08
TRUSTED = 0.3
ATTACKS = 40
BEFORE_S, GAP_S, AFTER_S = 0.015, 0.002, 0.01
CENTS_PER_BIN = 10
LOW_HZ, OCTAVES = 110.0, 5
MOST_SEMITONES = 2.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Stretching:
    """Of one passage: see the head of this module; None where it is never alone for long enough."""

    onset_error_p95_ms: float | None
    pre_echo_db: float | None
    key_change_semitones: float | None


NOTHING = Stretching(onset_error_p95_ms=None, pre_echo_db=None, key_change_semitones=None)


def stretching_of(evidence: Evidence, index: int, originals: Originals) -> Stretching:
    """What stretching did to one passage."""
    passage = evidence.passages[index]
    alone = _alone(evidence, index)
    if alone is None:
        return NOTHING
    start_s, stop_s = alone
    rate = evidence.rate_hz
    start = int(start_s * rate)
    heard = read_mono(evidence.mix_path, start, int(stop_s * rate) - start, rate)
    start_s, stop_s = start / rate, start / rate + len(heard) / rate
    expected = originals.warped(passage.track.track, passage.time_map, start_s, stop_s)
    n = min(len(heard), len(expected))
    heard, expected = heard[:n], expected[:n]
    pictures = onset_bands(heard, rate), onset_bands(expected, rate)
    nodes = np.arange(start_s + HALF_NODE_S, stop_s - HALF_NODE_S, NODE_S)
    lags = lags_between(*pictures, start_s=start_s, at_s=nodes, half_s=HALF_NODE_S, most_s=MOST_LAG_S)
    sure = lags.likeness >= TRUSTED
    return Stretching(
        onset_error_p95_ms=float(np.percentile(np.abs(1e3 * lags.lag_s[sure]), 95)) if np.any(sure) else None,
        pre_echo_db=_pre_echo_db(heard, expected, pictures[1], rate),
        key_change_semitones=_key_change(heard, originals, passage, start_s, stop_s, rate),
    )


def _alone(evidence: Evidence, index: int) -> tuple[float, float] | None:
    """The middle of where a passage sounds alone [mix s], at most forty seconds of it."""
    start_s, stop_s = evidence.passages[index].time_map.from_s, evidence.passages[index].time_map.to_s
    for crossing in evidence.crossings:
        if crossing.incoming == index:
            start_s = max(start_s, crossing.end_s)
        if crossing.outgoing == index:
            stop_s = min(stop_s, crossing.start_s)
    if stop_s - start_s < LEAST_ALONE_S:
        return None
    middle, half = 0.5 * (start_s + stop_s), 0.5 * min(MOST_ALONE_S, stop_s - start_s - 0.5)
    return middle - half, middle + half


def _pre_echo_db(heard: Floats, expected: Floats, picture: Floats, rate_hz: int) -> float | None:
    """Level ahead of the strongest attacks against their own, in the mix less in the recording."""
    curve = picture[4:].sum(axis=0)
    peaks, facts = find_peaks(curve, height=3.0 * float(curve.std()), distance=round(0.15 / HOP_S))
    strongest = peaks[np.argsort(-facts["peak_heights"], kind="stable")[:ATTACKS]]
    differences = []
    for at in np.round(strongest * HOP_S * rate_hz).astype(int):
        ratios = [_ahead_db(sound, int(at), rate_hz) for sound in (heard, expected)]
        if None not in ratios:
            differences.append(float(ratios[0] or 0.0) - float(ratios[1] or 0.0))
    return float(np.median(differences)) if len(differences) >= ATTACKS // 4 else None


def _ahead_db(sound: Floats, at: int, rate_hz: int) -> float | None:
    high = np.diff(
        sound[max(0, at - round(BEFORE_S * rate_hz)) : at + round(AFTER_S * rate_hz)]
    )  # +6 dB an octave
    edge = round((BEFORE_S - GAP_S) * rate_hz)
    if len(high) < edge + 10 or not np.any(high):
        return None
    before, after = float(np.mean(high[:edge] ** 2)), float(np.mean(high[edge:] ** 2))
    return 10 * float(np.log10((before + 1e-12) / (after + 1e-12)))


def _key_change(
    heard: Floats, originals: Originals, passage: Passage, start_s: float, stop_s: float, rate_hz: int
) -> float | None:
    """By how many semitones the mix's spectrum lies above that of the recording as it is (not of the warped one)."""
    from_s, to_s = (float(t) for t in passage.time_map.track_s_at([start_s, stop_s]))
    if to_s <= from_s:
        return None
    spectra = [
        _log_spectrum(sound, rate_hz) for sound in (heard, originals.read(passage.track.track, from_s, to_s))
    ]
    most = round(100 * MOST_SEMITONES / CENTS_PER_BIN)
    scores = np.array(
        [
            float(np.mean(np.roll(spectra[1], k)[most:-most] * spectra[0][most:-most]))
            for k in range(-most, most + 1)
        ]
    )
    peak = int(np.clip(np.argmax(scores), 1, 2 * most - 1))
    a, b, c = scores[peak - 1 : peak + 2]
    bend = min(a - 2 * b + c, -1e-12)
    return float((peak - most + np.clip(0.5 * (a - c) / bend, -0.5, 0.5)) * CENTS_PER_BIN / 100)


def _log_spectrum(sound: Floats, rate_hz: int) -> Floats:
    """Mean log spectrum on a logarithmic axis, without its slow course, of unit variance."""
    size = 1 << int(np.ceil(np.log2(rate_hz * 0.35)))
    starts = np.arange(0, max(1, len(sound) - size), size // 2)
    frames = np.stack(
        [sound[s : s + size] for s in starts if s + size <= len(sound)] or [np.resize(sound, size)]
    )
    power = np.log(np.mean(np.abs(np.fft.rfft(frames * np.hanning(size), axis=1)), axis=0) + 1e-9)
    at_hz = LOW_HZ * 2 ** (np.arange(OCTAVES * 1200 // CENTS_PER_BIN) * CENTS_PER_BIN / 1200)
    curve = np.interp(at_hz, np.fft.rfftfreq(size, 1 / rate_hz), power)
    slow = np.convolve(np.pad(curve, 60, mode="edge"), np.hanning(121) / np.hanning(121).sum(), mode="valid")
    rest = curve - slow
    return np.asarray(rest / max(float(rest.std()), 1e-9))
