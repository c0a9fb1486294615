"""A show, as a person wrote it down."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from temirbek.types.choreography import Performer
from temirbek.types.number import Number


@dataclass(frozen=True, slots=True, kw_only=True)
class NamedWishes:
    """What a person asks of a set, tracks named as people name them: by file name or by title.

    Attributes:
        energy_arc, must_play, never_after, locked: As in :class:`temirbek.types.SetWishes`, names instead of ids.
    """

    energy_arc: tuple[tuple[float, float], ...] = ()
    must_play: tuple[str, ...] = ()
    never_after: tuple[tuple[str, str], ...] = ()
    locked: Mapping[int, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Music:
    """What is to be played.

    Attributes:
        paths: Recordings and folders of recordings; empty where the show plays the demo's own tracks.
        is_demo: The tracks come from the demo music box.
        length_s: About how long the set should last [s]; None plays the tracks in full.
        keep_order: Play in the order given instead of looking for the best one.
        wishes: What else is asked of the set.
        library: A DJ's own library (Rekordbox XML, Mixxx's database), whose grids and cues beat ours; None for none.
        playlist: Of the library: only what is in it, in its order; "" for everything.
        titles: Only these of all the recordings, named by file or by title, in this order; empty for all.
    """

    paths: tuple[Path, ...] = ()
    is_demo: bool = False
    length_s: float | None = None
    keep_order: bool = False
    wishes: NamedWishes = field(default_factory=NamedWishes)
    library: Path | None = None
    playlist: str = ""
    titles: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Show:
    """One show: title, the seed of every free choice, the music, who is on stage, its numbers, and folders of moves
    of its own."""

    title: str
    seed: int
    music: Music
    cast: tuple[Performer, ...]
    numbers: tuple[Number, ...] = ()
    moves: tuple[Path, ...] = ()
