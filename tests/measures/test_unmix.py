"""Gains that were made are found again."""

from pathlib import Path

import numpy as np

from temirbek.measures.originals import Originals
from temirbek.measures.time_map import TimeMap
from temirbek.measures.unmix import Laid, gains_between, sound_of

from .twins import RATE_HZ, known, music

WITHIN_DB = 1.5


def test_gains_of_two_decks_are_told_apart(tmp_path: Path) -> None:
    tracks = known(tmp_path, "one", 1, 120.0).track, known(tmp_path, "two", 4, 123.0).track
    sounds = [music(seed, bpm)[0][: 24 * RATE_HZ] for seed, bpm in ((1, 120.0), (4, 123.0))]
    t = np.arange(len(sounds[0])) / RATE_HZ
    faders = [np.where(t < 12, 1.0, 0.25), np.where(t < 12, 0.0, 0.8)]
    mix = faders[0] * sounds[0] + faders[1] * sounds[1]

    def read(start_s: float, stop_s: float) -> np.ndarray:
        at = np.arange(round(start_s * RATE_HZ), round(stop_s * RATE_HZ))
        return np.where((at >= 0) & (at < len(mix)), mix[np.clip(at, 0, len(mix) - 1)], 0.0)

    straight = TimeMap(mix_s=np.array([0.0, 24.0]), track_s=np.array([0.0, 24.0]))
    laid = [Laid(track=track, time_map=straight, moves_pitch=False) for track in tracks]
    with Originals(RATE_HZ) as originals:
        gains = gains_between(read, originals, laid, 2.0, 22.0)
        alone = gains.time_s < 11
        both = gains.time_s > 13
        level_db = 10 * np.log10(gains.power + 1e-9)
        for band in range(6):
            assert abs(np.median(level_db[0, band, alone])) < WITHIN_DB, band
            assert np.median(level_db[1, band, alone]) < -20, band
            assert abs(np.median(level_db[0, band, both]) - 20 * np.log10(0.25)) < 2 * WITHIN_DB, band
            assert abs(np.median(level_db[1, band, both]) - 20 * np.log10(0.8)) < WITHIN_DB, band
        deck = sound_of(laid[0], gains, 0, originals, 4.0, 10.0)
    own = sounds[0][4 * RATE_HZ : 10 * RATE_HZ]
    inner = slice(RATE_HZ, -RATE_HZ)
    assert np.corrcoef(deck[: len(own)][inner], own[inner])[0, 1] > 0.98
