"""Beat This! (Foscarin, Schlüter & Widmer 2024) as a voter: the only file that imports ``temirbek[beat-this]``.

Its weights are no part of this package and are never downloaded: a person names the file. Its own post-processing
finds peaks in frames of 20 ms, without a dynamic Bayesian network.
"""

from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from temirbek.analysis.votes import Voter, Votes
from temirbek.audio import resample
from temirbek.errors import DeviceLost, InvalidInput

NETWORK_RATE_HZ = 22050


def load_voter(weights: Path) -> Voter:
    """The voter whose weights lie in a file.

    Args:
        weights: A checkpoint of Beat This!, such as ``beat_this-final0.ckpt`` or ``beat_this-small0.ckpt``.

    Raises:
        InvalidInput: There is no such file, or it is no checkpoint of Beat This!.
        DeviceLost: The optional extra is not installed.
    """
    # Asked first: given a name that is no file, beat_this would look for it on the network.
    if not weights.is_file():
        raise InvalidInput(
            f"{weights}: no file with weights of Beat This!; name a checkpoint on this machine"
        )
    try:
        from beat_this.inference import Audio2Beats  # an extra: brings torch
    except ImportError as error:
        raise DeviceLost(
            f"the weights {weights} need Beat This!: pip install 'temirbek[beat-this]' ({error})"
        ) from error
    try:
        listen = Audio2Beats(checkpoint_path=str(weights), device="cpu")
    except Exception as error:  # torch and pickle raise whatever they meet in a file that is something else
        raise InvalidInput(f"{weights}: not a checkpoint of Beat This! ({error})") from error

    def vote(samples: NDArray[np.float32], sample_rate_hz: int) -> Votes:
        mono = samples.mean(axis=0, dtype=np.float32, keepdims=True)
        sound = resample(mono, sample_rate_hz, NETWORK_RATE_HZ)[0]
        beats_s, downbeats_s = listen(sound, NETWORK_RATE_HZ)
        return Votes(
            beats_s=np.asarray(beats_s, dtype=float),
            downbeats_s=np.asarray(downbeats_s, dtype=float),
        )

    return vote
