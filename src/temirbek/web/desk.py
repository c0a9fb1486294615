"""What the console stands before: whoever conducts the show, behind a handful of calls."""

from collections.abc import AsyncIterator
from typing import Protocol

from temirbek.types.live import Answer, Event, Snapshot


class Desk(Protocol):
    """The show, as the console's server sees it; given by the command that joins web and stage.

    Iterators give what is newest when they are asked: whoever is slow misses states, never gets old ones late.
    """

    async def submit(self, event: Event) -> Answer:
        """Asks the show for something; the answer comes when it is on disk, or refused."""

    def snapshots(self) -> AsyncIterator[Snapshot]:
        """The show as it stands, now and whenever it has changed."""

    def poses(self) -> AsyncIterator[bytes]:
        """Frames of :func:`temirbek.web.poses.pack_poses`, at 25 Hz or more."""

    def stage_description(self) -> bytes:
        """What :func:`temirbek.web.poses.describe_stage` gave: JSON."""

    def waveform(self, name: str) -> bytes | None:
        """The waveform of that name (:attr:`MusicView.waveform`): bytes 0–255, one for each tenth of a second, or None
        where there is none."""
