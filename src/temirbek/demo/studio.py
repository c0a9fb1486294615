"""The studio: notes become sound, lane by lane, on one sample clock.

A beat lies on sample ``LEAD + round(beat · 44100 · 60 / tempo)``. Every hit that has no swing is placed on the
sample of its step, and instruments begin with their first sample, so what the truth says and what the file
holds cannot drift apart.
"""

from collections.abc import Iterator
from dataclasses import replace
from functools import lru_cache
from itertools import groupby

import numpy as np
from numpy.typing import NDArray
from scipy.signal import oaconvolve

from temirbek.demo.arrangement import Lane, Part, Piece, Sweep
from temirbek.demo.instruments.strike import SAMPLE_RATE_HZ, Floats, Strike, filtered
from temirbek.demo.instruments.synths import swept
from temirbek.demo.score import STEPS_PER_BAR, STEPS_PER_BEAT, Note

Sound = NDArray[np.float32]
"""Sound on the buses: half the memory of float64, and 24 bits are enough here."""

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
    desk = _Desk(piece, n)
    for lane in piece.lanes:
        for start, sound in _lane(piece, lane):
            desk.add(lane, start, sound)
    return desk.mixed()


class _Desk:
    """The mixing desk: three buses, the side-chain and the gate of the stops."""

    def __init__(self, piece: Piece, n: int) -> None:
        self._piece = piece
        self._gate = _stops(piece, n)
        self._ducking = _ducking(piece, n)
        self._dry, self._room, self._echo = (np.zeros((2, n), dtype=np.float32) for _ in range(3))

    def add(self, lane: Lane, start: int, sound: Sound) -> None:
        """Lays sound of a lane, shape (2, m), on the buses from sample ``start`` on."""
        end = min(self._dry.shape[1], start + sound.shape[1])
        gains = np.array(_panned(lane.pan), dtype=np.float32)[:, None] * np.float32(10 ** (lane.gain_db / 20))
        sound = sound[:, : end - start] * gains
        if lane.duck:
            sound *= 1.0 - np.float32(lane.duck) * self._ducking[start:end]
        if not lane.is_through:
            sound *= self._gate[start:end]
        self._dry[:, start:end] += sound
        if lane.room:
            self._room[:, start:end] += np.float32(lane.room) * sound
        if lane.echo:
            self._echo[:, start:end] += np.float32(lane.echo) * sound

    def mixed(self) -> Floats:
        """Dry sound, echoes and room together, shape (2, n)."""
        echoes = _echoes(self._echo, self._piece.tempo_bpm)
        room = _reverberated(self._room + np.float32(0.35) * echoes, self._piece.room_s)
        return np.asarray(self._dry + echoes + room, dtype=float)


def _lane(piece: Piece, lane: Lane) -> Iterator[tuple[int, Sound]]:
    """What a lane plays, part by part: first sample and sound, shape (2, m)."""
    takes: dict[Note, Floats] = {}
    for part in piece.parts:
        if part.name in lane.plays:
            start = int(sample_of_step(piece.tempo_bpm, piece.start_bar(part.name) * STEPS_PER_BAR))
            played = _played(piece, lane, part, takes)
            if part.name in lane.sweeps:
                played = _moved(played, lane.sweeps[part.name], part, piece.tempo_bpm)
            yield start, played.astype(np.float32)


def _played(piece: Piece, lane: Lane, part: Part, takes: dict[Note, Floats]) -> Sound:
    """A part of one lane on its own clock: sample 0 is the first step of the part; tails ring on after it."""
    first_step = piece.start_bar(part.name) * STEPS_PER_BAR
    origin = int(sample_of_step(piece.tempo_bpm, first_step))
    length = int(sample_of_step(piece.tempo_bpm, first_step + part.bars * STEPS_PER_BAR)) - origin
    out = np.zeros((2, length + 3 * SAMPLE_RATE_HZ), dtype=np.float32)
    used, count = 1, 0
    notes = lane.plays[part.name].filling(part.bars).notes
    for step, group in groupby(notes, key=lambda note: note.step):
        late = lane.swing * (step % 2)
        at_step = int(sample_of_step(piece.tempo_bpm, first_step + step + late)) - origin
        for string, note in enumerate(_stroke(tuple(group), lane)):
            sound = _take(piece, lane, note, count % TAKES, takes)
            at = at_step + int(string * lane.strum_s * SAMPLE_RATE_HZ)
            end = min(out.shape[1], at + sound.shape[-1])
            out[:, at:end] += sound[..., : end - at]
            used, count = max(used, end), count + 1
    return out[:, :used]


def _stroke(chord: tuple[Note, ...], lane: Lane) -> tuple[Note, ...]:
    """The strings in the order in which the hand meets them: down on even sixteenths, up (and lighter) on odd ones."""
    if not lane.strum_s or chord[0].step % 2 == 0:
        return chord
    return tuple(replace(note, velocity=0.85 * note.velocity) for note in reversed(chord))


def _take(piece: Piece, lane: Lane, note: Note, variant: int, takes: dict[Note, Floats]) -> Floats:
    name = replace(note, step=variant)
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


def _moved(x: Sound, sweep: Sweep, part: Part, tempo_bpm: float) -> Sound:
    length = part.bars * STEPS_PER_BAR * SAMPLE_RATE_HZ * 60.0 / tempo_bpm / STEPS_PER_BEAT
    bars = np.arange(x.shape[1]) / length * part.bars
    u = np.minimum(bars / part.bars, 1.0)
    if sweep.lowpass_hz is not None:
        low, high = sweep.lowpass_hz
        sway = 2.0 ** (sweep.sway_octaves * np.sin(2 * np.pi * bars / sweep.sway_bars))
        x = swept(
            np.asarray(x, dtype=float), low * (high / low) ** u * sway, resonance=sweep.resonance, block=512
        ).astype(np.float32)
    first_db, last_db = sweep.gain_db
    if (first_db, last_db) != (0.0, 0.0):
        x = x * np.exp(np.log(10) / 20 * (first_db + (last_db - first_db) * u)).astype(np.float32)
    return x


def _ducking(piece: Piece, n: int) -> Sound:
    """How far the kick pushes others down, 0–1: down at once, back within most of a beat, shape (n,)."""
    beat = SAMPLE_RATE_HZ * 60.0 / piece.tempo_bpm
    u = np.arange(int(0.9 * beat)) / (0.9 * beat)
    shape = 0.5 * (1.0 + np.cos(np.pi * u**0.75))
    shape[:64] *= np.linspace(0.0, 1.0, 64)
    out = np.zeros(n, dtype=np.float32)
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


def _stops(piece: Piece, n: int) -> Sound:
    """The gate that makes the silences before the drops, shape (n,)."""
    gate = np.ones(n, dtype=np.float32)
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


def _reverberated(x: Sound, time_s: float) -> Floats:
    wet = [
        oaconvolve(channel, side.astype(np.float32)) for channel, side in zip(x, _room(time_s), strict=True)
    ]
    return filtered(np.stack(wet)[:, : x.shape[1]], "highpass", 160.0)


def _echoes(x: Sound, tempo_bpm: float, *, feedback: float = 0.45, turns: int = 6) -> Sound:
    """Echoes a dotted eighth apart that cross from side to side and lose their edges."""
    delay = round(0.75 * SAMPLE_RATE_HZ * 60.0 / tempo_bpm)
    out = np.zeros_like(x)
    turn = filtered(np.asarray(x, dtype=float), "bandpass", (300.0, 5000.0), 1).astype(np.float32)
    for k in range(1, turns + 1):
        share = np.float32(0.7 * feedback ** (k - 1))
        out[:, k * delay :] += share * (turn if k % 2 else turn[::-1])[:, : -k * delay]
    return out
