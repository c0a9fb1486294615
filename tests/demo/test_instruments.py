"""Instruments: in tune, on time, quiet at the end, the same every time."""

from functools import partial

import numpy as np
import pytest

from temirbek.demo.instruments import SAMPLE_RATE_HZ, Strike, Voice, drums, effects, strings, synths, voices

A3 = Strike(pitch_hz=220.0, length_s=0.5, velocity=0.8)
ALL: dict[str, Voice] = {
    **{
        v.__name__: v
        for v in (drums.kick, drums.snare, drums.clap, drums.hat, drums.crash, drums.shaker, drums.rim)
    },
    **{
        v.__name__: v
        for v in (drums.frame_drum, strings.pluck, strings.dombra, effects.impact, effects.riser)
    },
    **{
        v.__name__: v for v in (effects.downlifter, effects.swell, synths.round_bass, synths.pad, synths.stab)
    },
    **{v.__name__: v for v in (synths.keys, synths.lead, synths.supersaw, synths.growl, voices.sybyzgy)},
    **{v.__name__: v for v in (voices.sung, voices.shanqobyz)},
}


@pytest.mark.parametrize("name", ALL)
def test_an_instrument_is_repeatable_finite_and_ends_in_silence(name: str) -> None:
    sound = ALL[name](A3)
    assert np.array_equal(sound, ALL[name](A3))
    assert sound.ndim == 1 or sound.shape[0] == 2
    assert np.all(np.isfinite(sound))
    assert 0.05 < np.max(np.abs(sound)) < 3.0
    assert np.max(np.abs(sound[..., -1])) < 1e-3


@pytest.mark.parametrize("name", ["kick", "snare", "clap", "hat", "rim"])
def test_a_drum_strikes_on_its_first_sample(name: str) -> None:
    """A tenth of the peak is reached within half a millisecond."""
    sound = np.abs(np.atleast_2d(ALL[name](A3))).max(axis=0)
    assert sound[0] > 0.0
    assert np.argmax(sound > 0.1 * sound.max()) < 0.0005 * SAMPLE_RATE_HZ


@pytest.mark.parametrize("pitch_hz", [73.42, 146.83, 293.66, 440.0, 659.26])
@pytest.mark.parametrize("voice", [strings.pluck, strings.dombra])
def test_strings_are_in_tune(voice: Voice, pitch_hz: float) -> None:
    """Within three cents, though a period is no whole number of samples."""
    sound = voice(Strike(pitch_hz=pitch_hz, length_s=1.2, velocity=0.8))[int(0.1 * SAMPLE_RATE_HZ) :]
    size = 1 << 20
    spectrum = np.abs(np.fft.rfft(sound * np.hanning(len(sound)), size))
    low, high = (int(pitch_hz * f * size / SAMPLE_RATE_HZ) for f in (0.97, 1.03))
    found_hz = (low + int(np.argmax(spectrum[low:high]))) * SAMPLE_RATE_HZ / size
    assert abs(1200 * np.log2(found_hz / pitch_hz)) < 3.0


def test_the_solved_string_equals_the_string_that_is_run() -> None:
    """The quotient of spectra against Karplus and Strong's loop, sample by sample, where the delay is whole."""
    rate, period, damping = SAMPLE_RATE_HZ, 100, 0.5
    burst = np.random.default_rng(1).uniform(-1, 1, period)
    n, ring_s = 4000, 0.5
    pitch_hz = rate / (period + damping)
    solved = strings.string(pitch_hz, n, burst, ring_s=ring_s, damping=damping, pluck_at=0.0)
    gain = 10 ** (-3.0 / (pitch_hz * ring_s))
    run = np.zeros(n)
    for i in range(n):
        feed = burst[i] * 0.1 if i < period else 0.0  # a pluck at the very end leaves a tenth: 1 − 0.9
        back = (1 - damping) * (run[i - period] if i >= period else 0.0)
        back += damping * (run[i - period - 1] if i > period else 0.0)
        run[i] = feed + gain * back
    assert solved == pytest.approx(run, abs=1e-3 * np.max(np.abs(run)))


def test_saws_do_not_fold_back() -> None:
    """Between the harmonics of a high saw there is next to nothing."""
    f = 2637.0
    sound = synths.saw(f, SAMPLE_RATE_HZ) * np.hanning(SAMPLE_RATE_HZ)
    spectrum = np.abs(np.fft.rfft(sound))
    k = np.arange(len(spectrum))
    harmonic = np.abs((k / f + 0.5) % 1.0 - 0.5) * f < 4
    audible = (k > 100) & (k < 12000)
    assert spectrum[audible & ~harmonic].max() < 0.02 * spectrum.max()


def test_louder_is_brighter() -> None:
    """A hard pluck has more treble for its size than a soft one."""

    def brightness(velocity: float) -> float:
        spectrum = np.abs(
            np.fft.rfft(partial(strings.dombra)(Strike(pitch_hz=220.0, length_s=0.5, velocity=velocity)))
        )
        half = len(spectrum) // 8
        return float(np.sum(spectrum[half:]) / np.sum(spectrum[:half]))

    assert brightness(1.0) > 1.1 * brightness(0.4)
