"""Sound files, in and out: the layer under every room that hears or makes sound.

Conventions: samples are float32, full scale ±1, channels first ``(channels, n)``; positions are sample indices,
times are seconds from the first sample, and every length of a file is that of its *decoded* sound. A reader never
writes to the files it reads, and a file under construction bears its final name only once it is whole.

libsndfile (LGPL, through soundfile) decodes wav, flac, ogg, opus, mp3 and aiff. What it refuses (m4a, aac, wma)
goes to PyAV, the optional extra ``temirbek[media]``, which one file alone imports. Both feed the same blocks, so
decoding a whole recording and streaming it give the same samples.

Loudness and true peak follow ITU-R BS.1770-4; the attack envelope follows the spectral-flux tradition (Masri 1996,
Bello et al. 2005), with short windows so that attacks can be placed to a fraction of a millisecond over a track.

Limits: more than two channels are folded to two (odd ones left, even ones right); a truncated ogg or wav is
recognised by its container, a truncated mp3 only where its header declares a length.
"""

from temirbek.audio.attacks import AttackEnvelope, attack_envelope
from temirbek.audio.decode import AudioInfo, Recording, decode, probe
from temirbek.audio.loudness import LoudnessMeter, integrated_lufs, short_term_lufs
from temirbek.audio.reader import AudioReader, open_audio
from temirbek.audio.resample import resample
from temirbek.audio.true_peak import TruePeakMeter, peaks_between, true_peak_dbtp
from temirbek.audio.write import FlacWriter

__all__ = [
    "AttackEnvelope",
    "AudioInfo",
    "AudioReader",
    "FlacWriter",
    "LoudnessMeter",
    "Recording",
    "TruePeakMeter",
    "attack_envelope",
    "decode",
    "integrated_lufs",
    "open_audio",
    "peaks_between",
    "probe",
    "resample",
    "short_term_lufs",
    "true_peak_dbtp",
]
