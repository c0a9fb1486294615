"""An MP3's encoder puts silence before the music, and decoders take more or less of it away."""

from pathlib import Path

import numpy as np
import scipy.signal
import soundfile

from temirbek.analysis import analyze
from temirbek.audio import decode, open_audio

from .makers import RATE_HZ, Song, beats_of, synthesize


def test_an_mp3s_beats_lie_where_its_sound_does_and_is_read(tmp_path: Path) -> None:
    song = Song(bpm=122.0, bars=24)
    sound = synthesize(song)
    path = tmp_path / "song.mp3"
    soundfile.write(path, sound, RATE_HZ, format="MP3", subtype="MPEG_LAYER_III")
    recording = decode(path)
    heard = recording.samples[0].astype(float)
    lags = scipy.signal.correlation_lags(len(heard), len(sound))
    late_s = lags[np.argmax(scipy.signal.correlate(heard, sound, method="fft"))] / RATE_HZ
    beats_s = analyze(recording, path).beat_grid.beats_s
    apart_s = np.abs(beats_s[:, None] - (beats_of(song) + late_s)).min(axis=0)
    assert np.median(apart_s) < 0.002 and apart_s.max() < 0.005
    with open_audio(path, RATE_HZ) as reader:
        played = reader.read(RATE_HZ, RATE_HZ)
    assert np.allclose(played[0], heard[RATE_HZ : 2 * RATE_HZ], atol=1e-4), "what is mixed is what was heard"
