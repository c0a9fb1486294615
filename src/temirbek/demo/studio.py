"""The studio: notes become sound, lane by lane, on one sample clock.

A beat lies on sample ``LEAD + round(beat · 44100 · 60 / tempo)``. Every hit that has no swing is placed on the
sample of its step, and instruments begin with their first sample, so what the truth says and what the file
holds cannot drift apart.
"""

from functools import lru_cache

import numpy as np
from scipy.signal import oaconvolve

from temirbek.demo.arrangement import Lane, Part, Piece, Sweep
from temirbek.demo.instruments.strike import SAMPLE_RATE_HZ, Floats, Strike, filtered
from temirbek.demo.instruments.synths import swept
from temirbek.demo.score import STEPS_PER_BAR, STEPS_PER_BEAT, Note

LEAD = 4410  # samples of silence before the first beat, so that its attack can be seen
TAIL_S = 2.5
TAKES = 3  # different takes of the same note, in turn
STOP_FADE_S = 0.012


def sample_of_step(tempo_bpm: float, step: Floats | float) -> Floats:
    """The sample on which a step (sixteenth, may be fractional) of a piece lies."""
    per_step = SAMPLE_RATE_HZ * 60.0 / tempo_bpm / STEPS_PER_BEAT
    return np.asarray(LEAD + np.round(np.asarray(step) * per_step), dtype=float)


def perform(piece: Piece) -> Floats:
    """The piece before mastering, shape (2, n)."""
    n = int(sample_of_step(piece.tempo_bpm, piece.bars * STEPS_PER_BAR)) + int(TAIL_S * SAMPLE_RATE_HZ)
    gates = {False: _stops(piece, n), True: np.ones(n)}
    ducking = _ducking(piece, n)
    dry, room, echo = np.zeros((2, n)), np.zeros((2, n)), np.zeros((2, n))
    for lane in piece.lanes:
        sound = _lane(piece, lane, n)
        sound *= gates[lane.is_through] * (1.0 - lane.duck * ducking)
        dry += sound
        if lane.room:
            room += lane.room * sound
        if lane.echo:
            echo += lane.echo * sound
    dry += _echoes(echo, piece.tempo_bpm)
    return dry + _reverberated(room + 0.3 * echo, piece.room_s)


def _lane(piece: Piece, lane: Lane, n: int) -> Floats:
    sound = np.zeros((2, n))
    left, right = _panned(lane.pan)
    takes: dict[tuple[int, int, float, int], Floats] = {}
    for part in piece.parts:
        if part.name not in lane.plays:
            continue
        start = int(sample_of_step(piece.tempo_bpm, piece.start_bar(part.name) * STEPS_PER_BAR))
        played = _played(piece, lane, part, takes)
        if part.name in lane.sweeps:
            played = _moved(played, lane.sweeps[part.name], part, piece.tempo_bpm)
        end = min(n, start + played.shape[1])
        sound[0, start:end] += left * played[0, : end - start]
        sound[1, start:end] += right * played[1, : end - start]
    return np.asarray(10 ** (lane.gain_db / 20) * sound)


def _played(piece: Piece, lane: Lane, part: Part, takes: dict[tuple[int, int, float, int], Floats]) -> Floats:
    """A part of one lane on its own clock: sample 0 is the first step of the part; tails ring on after it."""
    first_step = piece.start_bar(part.name) * STEPS_PER_BAR
    origin = int(sample_of_step(piece.tempo_bpm, first_step))
    length = int(sample_of_step(piece.tempo_bpm, first_step + part.bars * STEPS_PER_BAR)) - origin
    out = np.zeros((2, length + 3 * SAMPLE_RATE_HZ))
    last_step, string = -1, 0
    for count, note in enumerate(lane.plays[part.name].filling(part.bars).notes):
        string = string + 1 if note.step == last_step else 0
        last_step = note.step
        sound = _take(piece, lane, note, count % TAKES, takes)
        late = lane.swing * (note.step % 2)
        at = int(sample_of_step(piece.tempo_bpm, first_step + note.step + late)) - origin
        at += int(string * lane.strum_s * SAMPLE_RATE_HZ)
        end = min(out.shape[1], at + sound.shape[-1])
        out[:, at:end] += sound[..., : end - at]
    return out


def _take(
    piece: Piece, lane: Lane, note: Note, variant: int, takes: dict[tuple[int, int, float, int], Floats]
) -> Floats:
    name = (note.pitch, note.length, note.velocity, variant)
    if name not in takes:
        takes[name] = lane.voice(
            Strike(
                pitch_hz=440.0 * 2 ** ((note.pitch - 69) / 12),
                length_s=note.length * 60.0 / piece.tempo_bpm / STEPS_PER_BEAT,
                velocity=note.velocity,
                variant=variant,
            )
        )
    return takes[name]


def _panned(pan: float) -> tuple[float, float]:
    """Gains of left and right at equal power; 1 and 1 in the middle."""
    angle = (pan + 1.0) * np.pi / 4
    return float(np.sqrt(2) * np.cos(angle)), float(np.sqrt(2) * np.sin(angle))


def _moved(x: Floats, sweep: Sweep, part: Part, tempo_bpm: float) -> Floats:
    length = part.bars * STEPS_PER_BAR * SAMPLE_RATE_HZ * 60.0 / tempo_bpm / STEPS_PER_BEAT
    u = np.minimum(np.arange(x.shape[1]) / length, 1.0)
    if sweep.lowpass_hz is not None:
        low, high = sweep.lowpass_hz
        x = swept(x, low * (high / low) ** u, resonance=0.9, block=256)
    first_db, last_db = sweep.gain_db
    if (first_db, last_db) != (0.0, 0.0):
        x = x * 10 ** ((first_db + (last_db - first_db) * u) / 20)
    return x


def _ducking(piece: Piece, n: int) -> Floats:
    """How far the kick pushes others down, 0–1: down at once, back within most of a beat, shape (n,)."""
    beat = SAMPLE_RATE_HZ * 60.0 / piece.tempo_bpm
    u = np.arange(int(0.9 * beat)) / (0.9 * beat)
    shape = 0.5 * (1.0 + np.cos(np.pi * u**0.75))
    shape[:64] *= np.linspace(0.0, 1.0, 64)
    out = np.zeros(n)
    for lane in piece.lanes:
        if not lane.is_beat:
            continue
        for part in piece.parts:
            if part.name not in lane.plays:
                continue
            first_step = piece.start_bar(part.name) * STEPS_PER_BAR
            for note in lane.plays[part.name].filling(part.bars).notes:
                at = int(sample_of_step(piece.tempo_bpm, first_step + note.step))
                end = min(n, at + len(shape))
                out[at:end] = np.maximum(out[at:end], note.velocity * shape[: end - at])
    return out


def _stops(piece: Piece, n: int) -> Floats:
    """The gate that makes the silences before the drops, shape (n,)."""
    gate = np.ones(n)
    fade = int(STOP_FADE_S * SAMPLE_RATE_HZ)
    for part in piece.parts:
        if part.stop_beats:
            end_step = (piece.start_bar(part.name) + part.bars) * STEPS_PER_BAR
            end = int(sample_of_step(piece.tempo_bpm, end_step))
            start = int(sample_of_step(piece.tempo_bpm, end_step - part.stop_beats * STEPS_PER_BEAT))
            gate[start:end] = 0.0
            gate[start : start + fade] = np.cos(np.linspace(0, np.pi / 2, fade)) ** 2
    return gate


@lru_cache(maxsize=4)
def _room(time_s: float) -> Floats:
    """An impulse response: a few early reflections, then noise that decays faster the higher it is, (2, m)."""
    n = int(1.2 * time_s * SAMPLE_RATE_HZ)
    t = np.arange(n) / SAMPLE_RATE_HZ
    rng = np.random.default_rng(1969)
    raw = rng.standard_normal((2, n))
    out = np.zeros((2, n))
    for low, high, share in ((180.0, 1200.0, 1.0), (1200.0, 4500.0, 0.8), (4500.0, 12000.0, 0.45)):
        out += filtered(raw, "bandpass", (low, high)) * np.exp(-6.9 * t / (share * time_s))
    out *= np.clip((t - 0.012) / 0.02, 0.0, 1.0)
    for delay_s in (0.0113, 0.0171, 0.0232, 0.0307, 0.0391):
        for side in (0, 1):
            at = int((delay_s + 0.0017 * side) * SAMPLE_RATE_HZ)
            out[side, at] += 6.0 * rng.uniform(0.4, 1.0) * (1 if rng.random() < 0.5 else -1)
    return np.asarray(out / np.sqrt(np.sum(out**2, axis=1, keepdims=True)))


def _reverberated(x: Floats, time_s: float) -> Floats:
    return np.asarray(oaconvolve(filtered(x, "highpass", 160.0), _room(time_s), axes=1)[:, : x.shape[1]])


def _echoes(x: Floats, tempo_bpm: float, *, feedback: float = 0.45, turns: int = 6) -> Floats:
    """Echoes a dotted eighth apart that cross from side to side and lose their edges."""
    if not np.any(x):
        return np.zeros_like(x)
    delay = round(0.75 * SAMPLE_RATE_HZ * 60.0 / tempo_bpm)
    out = np.zeros_like(x)
    turn = filtered(x, "bandpass", (300.0, 5000.0), 1)
    for k in range(1, turns + 1):
        if k * delay >= x.shape[1]:
            break
        out[:, k * delay :] += feedback ** (k - 1) * (turn if k % 2 else turn[::-1])[:, : -k * delay]
    return 0.7 * out
