"""Where a running show keeps everything: one folder, one process that runs it."""

import fcntl
import os
from dataclasses import dataclass
from pathlib import Path
from typing import Self

from temirbek.errors import InvalidInput


@dataclass(frozen=True, slots=True)
class RunFolder:
    """The places in the folder of one run.

    Everything that a show needs to go on after a crash lies here; nothing of it lies anywhere else.
    """

    path: Path

    @property
    def log(self) -> Path:
        """The event log's folder."""
        return self.path / "log"

    @property
    def sound_socket(self) -> Path:
        """Where the sound process is asked."""
        return self.path / "sound.sock"

    @property
    def dj_socket(self) -> Path:
        """Where the DJ process is asked."""
        return self.path / "dj.sock"

    @property
    def robots_socket(self) -> Path:
        """Where the robots' process is asked."""
        return self.path / "robots.sock"

    @property
    def signals_socket(self) -> Path:
        """Where the signals' process is asked."""
        return self.path / "signals.sock"

    @property
    def ears_socket(self) -> Path:
        """Where the ears are asked."""
        return self.path / "ears.sock"

    @property
    def eyes_socket(self) -> Path:
        """Where the eyes are asked."""
        return self.path / "eyes.sock"

    @property
    def phones_socket(self) -> Path:
        """Where the phones' process is asked."""
        return self.path / "phones.sock"

    @property
    def crowd_socket(self) -> Path:
        """Where the simulated hall is told what happens on stage."""
        return self.path / "crowd.sock"

    @property
    def maker_socket(self) -> Path:
        """Where the maker is asked."""
        return self.path / "maker.sock"

    @property
    def clock(self) -> Path:
        """The shared clock."""
        return self.path / "clock.shm"

    @property
    def stop(self) -> Path:
        """The stop flag of every guard."""
        return self.path / "stop.shm"

    @property
    def made(self) -> Path:
        """What the maker made: one folder for each cue."""
        return self.path / "made"

    @property
    def evening(self) -> Path:
        """The show file as it was when the show was opened."""
        return self.path / "show.toml"

    @property
    def address(self) -> Path:
        """The console's address and the role links, for whoever may read this folder."""
        return self.path / "console.json"


class FolderLock:
    """Holds a run folder, so that no show is run twice in it; let go by the system when the process ends.

    Raises:
        InvalidInput: Another process runs a show there, or the folder cannot be written.
    """

    def __init__(self, folder: RunFolder) -> None:
        try:
            folder.path.mkdir(mode=0o700, parents=True, exist_ok=True)  # role links lie in it
            self._handle = os.open(folder.path / "running.lock", os.O_RDWR | os.O_CREAT, 0o600)
        except OSError as error:
            raise InvalidInput(f"{folder.path}: a show cannot be kept there ({error})") from error
        try:
            fcntl.flock(self._handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            os.close(self._handle)
            raise InvalidInput(f"{folder.path}: a show is running there already") from error

    def close(self) -> None:
        """Lets go."""
        os.close(self._handle)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()
