"""The box's mixing desk: hits laid on two buses, a room, and a quick master. Built for speed: about a second a minute."""

import zlib
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray
from scipy.signal import oaconvolve

from temirbek.demo.box.tune import Lane, Tune
from temirbek.demo.instruments import SAMPLE_RATE_HZ, Floats, Strike
from temirbek.demo.instruments.strike import faded, filtered, noise
from temirbek.demo.mastering import limiter_gain, loudness_lufs

Sound = NDArray[np.float32]
TAIL_S = 2.0
STOP_FADE_S = 0.012
VELOCITY_STEPS = 8  # takes are kept for so many velocities
LENGTH_STEP_S = 0.02


def performed(tune: Tune) -> Floats:
    """The tune, mixed and mastered, shape (2, n)."""
    n = int((tune.end_s + TAIL_S) * SAMPLE_RATE_HZ)
    buses = _Buses(n, _ducking(tune, n))
    for lane in tune.lanes:
        _play(tune, lane, buses)
    for gap in _gaps(tune):
        buses.hush(gap)
    mixed = buses.dry
    mixed += _in_room(buses.wet, tune.room_s)
    mixed += _background(tune, n)
    return _mastered(mixed, tune)


class _Buses:
    """What goes straight to the master, and what goes through the room; each of shape (2, n)."""

    def __init__(self, n: int, ducking: Sound) -> None:
        self.dry, self.wet = (np.zeros((2, n), dtype=np.float32) for _ in range(2))
        self._ducking = ducking

    def add(self, lane: Lane, sound: Sound, at: int) -> None:
        """Lays one hit of a lane, shape (2, m) or (1, m), on the buses from sample ``at`` on."""
        end = min(self.dry.shape[1], at + sound.shape[1])
        sound = sound[:, : end - at]
        if lane.duck:
            sound = sound * (1.0 - np.float32(lane.duck) * self._ducking[at:end])
        self.dry[:, at:end] += sound
        if lane.room:
            self.wet[:, at:end] += np.float32(lane.room) * sound

    def hush(self, gap: slice) -> None:
        """A silence that begins with a short fade."""
        fade = int(STOP_FADE_S * SAMPLE_RATE_HZ)
        shape = np.zeros(gap.stop - gap.start, dtype=np.float32)
        shape[:fade] = np.cos(np.linspace(0, np.pi / 2, fade)) ** 2
        self.dry[:, gap] *= shape
        self.wet[:, gap] *= shape


def instants_s(tune: Tune, lane: Lane) -> dict[int, Floats]:
    """When a lane's hits sound [s], part by part, unevenness included; NaN where nothing is played."""
    rng = np.random.default_rng([tune.seed, zlib.crc32(lane.name.encode())])
    out = {}
    for part, pattern in sorted(lane.plays.items()):
        played = pattern.filling(tune.parts[part].bars * tune.beats_per_bar)
        beats = tune.start_beat(part) + played.beats
        uneven = lane.jitter_s * np.clip(rng.standard_normal(len(beats)), -3, 3)
        times = tune.time_s(beats) + lane.late_s + uneven
        heard = times >= 0.0
        if tune.first_beat > 0:  # the recording was cut in the middle of a bar
            heard &= beats >= tune.first_beat - 1e-9
        out[part] = np.where(heard, times, np.nan)
    return out


def _play(tune: Tune, lane: Lane, buses: _Buses) -> None:
    gains = np.array(_panned(lane.pan), dtype=np.float32)[:, None] * np.float32(10 ** (lane.gain_db / 20))
    takes: dict[tuple[float, float, float, int], Sound] = {}
    count = 0
    for part, times in instants_s(tune, lane).items():
        played = lane.plays[part].filling(tune.parts[part].bars * tune.beats_per_bar)
        starts = tune.start_beat(part) + played.beats
        lengths_s = tune.time_s(starts + played.lengths_beats) - tune.time_s(starts)
        lengths_s = np.maximum(1, np.round(lengths_s / LENGTH_STEP_S)) * LENGTH_STEP_S
        velocities = np.ceil(played.velocities * VELOCITY_STEPS) / VELOCITY_STEPS
        for time, pitch, length, velocity in zip(times, played.pitches, lengths_s, velocities, strict=True):
            if np.isnan(time):
                continue
            name = (float(pitch), round(float(length), 3), float(velocity), count % lane.takes)
            if name not in takes:
                takes[name] = gains * _take(tune, lane, name)
            buses.add(lane, takes[name], round(time * SAMPLE_RATE_HZ))
            count += 1


def _take(tune: Tune, lane: Lane, name: tuple[float, float, float, int]) -> Sound:
    pitch, length_s, velocity, variant = name
    hz = 440.0 * 2 ** ((pitch - 69 + tune.tuning_cents / 100) / 12)
    sound = lane.voice(Strike(pitch_hz=hz, length_s=length_s, velocity=velocity, variant=variant))
    return np.atleast_2d(sound).astype(np.float32)


def _panned(pan: float) -> tuple[float, float]:
    """Gains of left and right at equal power; 1 and 1 in the middle."""
    angle = (pan + 1.0) * np.pi / 4
    return float(np.sqrt(2) * np.cos(angle)), float(np.sqrt(2) * np.sin(angle))


def _ducking(tune: Tune, n: int) -> Sound:
    """How far the kick pushes others down, 0–1, shape (n,)."""
    length = int(0.9 * SAMPLE_RATE_HZ * 60.0 / float(np.median(tune.tempi_bpm)))
    shape = 0.5 * (1.0 + np.cos(np.pi * (np.arange(length) / length) ** 0.75))
    shape[:64] *= np.linspace(0.0, 1.0, 64)
    out = np.zeros(n, dtype=np.float32)
    for lane in tune.lanes:
        if lane.is_kick:
            times = np.concatenate([*instants_s(tune, lane).values(), np.zeros(0)])
            for at in np.round(times[~np.isnan(times)] * SAMPLE_RATE_HZ).astype(int):
                end = min(n, at + length)
                out[at:end] = np.maximum(out[at:end], shape[: end - at])
    return out


def _gaps(tune: Tune) -> list[slice]:
    """The silences at the ends of parts [samples]."""
    gaps = []
    for i, part in enumerate(tune.parts):
        if part.stop_beats:
            end_beat = tune.start_beat(i) + part.bars * tune.beats_per_bar
            start, end = tune.time_s(np.array([end_beat - part.stop_beats, end_beat]))
            gaps.append(slice(round(start * SAMPLE_RATE_HZ), round(end * SAMPLE_RATE_HZ)))
    return gaps


@lru_cache(maxsize=16)
def _response(time_s: float) -> Floats:
    """An impulse response of a small room: a few reflections and noise that loses its treble, shape (2, m)."""
    n = int(time_s * SAMPLE_RATE_HZ)
    t = np.arange(n) / SAMPLE_RATE_HZ
    raw = np.stack([noise(f"box room {side}", 0, n) for side in "LR"])
    out = filtered(raw, "bandpass", (200.0, 2500.0)) * np.exp(-6.9 * t / time_s)
    out += 0.6 * filtered(raw, "bandpass", (2500.0, 10000.0)) * np.exp(-6.9 * t / (0.6 * time_s))
    out *= np.clip((t - 0.008) / 0.015, 0.0, 1.0)
    for k, delay_s in enumerate((0.0097, 0.0151, 0.0213, 0.0297)):
        for side in (0, 1):
            out[side, int((delay_s + 0.0013 * side) * SAMPLE_RATE_HZ)] += 5.0 * (-1) ** (k + side) / (k + 1)
    return np.asarray(out / np.sqrt(np.sum(out**2, axis=1, keepdims=True)))


def _in_room(x: Sound, time_s: float) -> Sound:
    sides = [oaconvolve(c, r.astype(np.float32)) for c, r in zip(x, _response(time_s), strict=True)]
    return np.stack(sides)[:, : x.shape[1]].astype(np.float32)


def _background(tune: Tune, n: int) -> Sound:
    """Vinyl dust, and the atmosphere of a lead-in, shape (2, n) or (1, n)."""
    out = np.zeros((2 if tune.is_atmospheric else 1, n), dtype=np.float32)
    if tune.dust:
        rng = np.random.default_rng([tune.seed, 33])
        hiss = filtered(rng.standard_normal(n), "bandpass", (800.0, 6000.0), 1)
        clicks = np.where(rng.random(n) < 12.0 / SAMPLE_RATE_HZ, rng.standard_normal(n), 0.0)
        out += (tune.dust * (0.3 * hiss + 5.0 * filtered(clicks, "bandpass", (1500.0, 7000.0), 1))).astype(
            np.float32
        )
    if tune.is_atmospheric:
        air = _atmosphere(tune)[:, :n]
        out[:, : air.shape[1]] += air.astype(np.float32)
    return out


def _atmosphere(tune: Tune) -> Floats:
    """Noise that sways and a fifth on the tonic; they fade as the beat begins. Shape (2, m)."""
    m = int((tune.lead_in_s + 1.0) * SAMPLE_RATE_HZ)
    t = np.arange(m) / SAMPLE_RATE_HZ
    rng = np.random.default_rng([tune.seed, 34])
    air = filtered(rng.standard_normal((2, m)), "bandpass", (300.0, 3000.0), 1)
    air *= 0.5 + 0.4 * np.sin(2 * np.pi * t / 4.3)
    root_hz = 440.0 * 2 ** ((48 + tune.key.tonic - 69 + tune.tuning_cents / 100) / 12)
    fifth = np.sin(2 * np.pi * root_hz * t) + 0.7 * np.sin(2 * np.pi * 1.5 * root_hz * t)
    return faded(0.06 * np.clip(t / 2.0, 0.0, 1.0) * (air + 1.5 * fifth), 1.0)


def _mastered(x: Sound, tune: Tune) -> Floats:
    """As loud as the tune says, or a little below it; peaks rounded and then held by the demo's limiter, (2, n)."""
    clean = filtered(np.asarray(x, dtype=float), "highpass", 28.0)
    if tune.treble_hz < 20000.0:
        clean = filtered(clean, "lowpass", tune.treble_hz, 3)
    clean *= 10 ** ((tune.loudness_lufs - loudness_lufs(clean)) / 20)
    rounded = np.tanh(clean)
    rounded *= limiter_gain(np.maximum(np.abs(rounded[0]), np.abs(rounded[1])))
    return rounded
