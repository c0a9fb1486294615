"""A show, as a person wrote it down."""

from dataclasses import dataclass
from pathlib import Path

from temirbek.types.choreography import Performer


@dataclass(frozen=True, slots=True, kw_only=True)
class Music:
    """What is to be played.

    Attributes:
        paths: Recordings and folders of recordings; empty where the show plays the demo's own tracks.
        is_demo: The tracks come from the demo music box.
        length_s: About how long the set should last [s]; None plays the tracks in full.
        keep_order: Play in the order given instead of looking for the best one.
    """

    paths: tuple[Path, ...] = ()
    is_demo: bool = False
    length_s: float | None = None
    keep_order: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Show:
    """One show: title, the seed of every free choice, the music, and who is on stage."""

    title: str
    seed: int
    music: Music
    cast: tuple[Performer, ...]
