"""Speech programs: processes that get a text and give sound, within bounded time and size.

They are GPL programs of the machine's (espeak-ng, Piper). Only their command lines are used; none is loaded or linked.
"""

import functools
import io
import os
import shutil
import signal
import subprocess
from collections.abc import Sequence

import numpy as np
import soundfile
from numpy.typing import NDArray

from temirbek.errors import DeviceLost, InvalidInput
from temirbek.types import Voice

TIMEOUT_S = 30.0
"""espeak-ng speaks a minute of text in a second; Piper, on a slow machine, in twenty."""
MOST_TEXT = 5000
"""Characters of one announcement."""
MOST_SOUND_S = 900.0
_QUIET_S = 5.0


def command_of(voice: Voice) -> str:
    """How a voice's program is called."""
    return voice.command or voice.program


def why_missing(voice: Voice) -> str:
    """Why a voice cannot speak on this machine, in words; "" where it can."""
    command = command_of(voice)
    if shutil.which(command) is None:
        return f"the speech program {command!r} is not installed on this machine"
    if voice.program == "espeak-ng":
        known = _languages(command)
        return "" if voice.language in known else f"{command} has no voice for {voice.language!r}"
    if voice.network is None:
        return f"{command} needs the path of a voice for {voice.language!r} (network, an .onnx file)"
    if not voice.network.is_file():
        return f"the voice {voice.network} is not there"
    beside = voice.network.with_name(voice.network.name + ".json")
    return "" if beside.is_file() else f"the voice {voice.network.name} lacks {beside.name} beside it"


@functools.lru_cache(maxsize=8)
def _languages(command: str) -> frozenset[str]:
    """What espeak-ng can speak: the second column of its list of voices."""
    told = run_program([command, "--voices"], "", timeout_s=_QUIET_S).decode("utf-8", "replace")
    codes = {line.split()[1] for line in told.splitlines()[1:] if len(line.split()) > 1}
    return frozenset(codes | {code.partition("-")[0] for code in codes})


def run_program(arguments: Sequence[str], text: str, *, timeout_s: float = TIMEOUT_S) -> bytes:
    """Runs a program on a text and gives what it wrote; one that hangs is ended, with all that it began.

    Args:
        arguments: The program, and what it is told; never seen by a shell.
        text: What it reads.
        timeout_s: How long it may take [s].

    Raises:
        DeviceLost: It is not there, failed, or took too long; the message says which.
    """
    name = os.path.basename(arguments[0])
    try:
        process = subprocess.Popen(
            list(arguments),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            start_new_session=True,
        )
    except OSError as error:
        raise DeviceLost(
            f"the speech program {arguments[0]!r} cannot be started: {error.strerror}"
        ) from error
    with process:
        try:
            out, complaint = process.communicate(text.encode(), timeout=timeout_s)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            process.communicate()
            raise DeviceLost(f"{name} did not speak within {timeout_s:g} s and was ended") from None
        except BaseException:
            os.killpg(process.pid, signal.SIGKILL)
            raise
    if process.returncode != 0:
        last = complaint.decode("utf-8", "replace").strip().splitlines()
        raise DeviceLost(
            f"{name} failed ({process.returncode}): {last[-1] if last else 'it does not say why'}"
        )
    return out


def sound_in(wav: bytes, name: str) -> tuple[NDArray[np.float64], int]:
    """The sound of a WAV file that a program wrote into a pipe: samples (n,), and how many a second.

    Raises:
        DeviceLost: It is no sound, or there is none in it.
    """
    try:
        samples, rate_hz = soundfile.read(io.BytesIO(_with_lengths(wav)), dtype="float64", always_2d=True)
    except soundfile.LibsndfileError as error:
        raise DeviceLost(f"{name} gave no sound: {error}") from error
    if not len(samples):
        raise DeviceLost(f"{name} said nothing")
    if len(samples) > MOST_SOUND_S * rate_hz:
        raise InvalidInput(
            f"{name} spoke for {len(samples) / rate_hz:.0f} s; at most {MOST_SOUND_S:g} s are taken"
        )
    return samples.mean(axis=1), int(rate_hz)


def _with_lengths(wav: bytes) -> bytes:
    """The same file with its true lengths: into a pipe, programs write them before they know them."""
    at = wav.find(b"data", 12)
    if wav[:4] != b"RIFF" or at < 0:
        return wav
    body = len(wav) - at - 8
    riff = (len(wav) - 8).to_bytes(4, "little")
    return b"RIFF" + riff + wav[8 : at + 4] + body.to_bytes(4, "little") + wav[at + 8 :]
