"""The attack envelope: attacks where they are, at any sample rate, and none in silence."""

import numpy as np
import pytest

from temirbek.audio import attack_envelope

EARLY_S = 0.005  # windows of 12 ms see a sharp attack a few milliseconds early


@pytest.mark.parametrize("rate_hz", [8000, 22050, 44100, 48000, 96000])
def test_clicks_are_found_where_they_are(rate_hz: int) -> None:
    sound = np.zeros((1, rate_hz * 4), dtype=np.float32)
    clicks_s = np.array([0.5, 1.25, 2.5, 3.1])
    sound[0, np.round(clicks_s * rate_hz).astype(int)] = 0.9
    envelope = attack_envelope(sound, rate_hz)
    strength = envelope.combined()
    for click_s in clicks_s:
        near = np.arange(int((click_s - 0.1) * envelope.rate_hz), int((click_s + 0.1) * envelope.rate_hz))
        found_s = near[strength[near].argmax()] / envelope.rate_hz
        assert -EARLY_S < found_s - click_s < 0.001


def test_silence_and_steady_tones_have_no_attacks() -> None:
    assert attack_envelope(np.zeros((2, 44100), dtype=np.float32), 44100).combined().max() == 0
    tone = np.sin(2 * np.pi * 220 * np.arange(88200) / 44100).astype(np.float32)[None]
    inside = attack_envelope(tone, 44100).bands[:, 50:-50]
    assert inside.max() < 0.3
