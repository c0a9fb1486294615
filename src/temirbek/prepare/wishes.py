"""Wishes in which a person names tracks → wishes in which they have ids."""

import unicodedata
from collections import defaultdict
from collections.abc import Sequence
from difflib import get_close_matches
from pathlib import Path

from temirbek.errors import InvalidInput
from temirbek.types import Music, SetWishes, TrackSummary

_ENDS = {0: "opens_with", -1: "closes_with"}


def wishes_of(music: Music, summaries: Sequence[TrackSummary]) -> SetWishes:
    """What is asked of the set, tracks by their ids.

    A track is named by its file's name, with or without its ending, by its title, or by a path; upper and lower case do
    not matter.

    Raises:
        InvalidInput: A name fits no recording or several, or the wishes contradict each other; all faults at once.
    """
    names = Names(summaries)
    wished = music.wishes
    must_play = tuple(names.id_of(name, "must_play") for name in wished.must_play)
    never_after = tuple(
        (names.id_of(first, "never_after"), names.id_of(second, "never_after"))
        for first, second in wished.never_after
    )
    locked = {
        place: names.id_of(name, _ENDS.get(place, f"place {place}")) for place, name in wished.locked.items()
    }
    names.require_all("wishes")
    try:
        return SetWishes(
            length_s=music.length_s,
            keep_order=music.keep_order,
            energy_arc=wished.energy_arc,
            must_play=must_play,
            never_after=never_after,
            locked=locked,
        )
    except ValueError as error:
        raise InvalidInput(f"wishes: {error}") from error


class Names:
    """The names under which recordings may be asked for, and what was wrong with the questions so far."""

    def __init__(self, summaries: Sequence[TrackSummary]) -> None:
        self._ids: dict[str, set[str]] = defaultdict(set)
        self._shown: dict[str, str] = {}
        self._files: dict[str, str] = {}
        for summary in summaries:
            track = summary.track
            self._files[track.id] = track.path.name
            known = [track.path.name, track.path.stem, track.title, str(track.path)]
            if track.artist:
                known += [f"{track.artist} – {track.title}", f"{track.artist} - {track.title}"]
            for name in known:
                self._ids[_plain(name)].add(track.id)
                self._shown[_plain(name)] = name
        self.faults: list[str] = []

    def id_of(self, name: str, wish: str) -> str:
        """The id behind a name; "" and a fault where there is not exactly one."""
        found = self._ids.get(_plain(name)) or self._ids.get(_plain(Path(name).name), set())
        if len(found) == 1:
            return next(iter(found))
        if found:
            files = ", ".join(sorted(self._files[track_id] for track_id in found))
            self.faults.append(f"{wish}: {name!r} fits {len(found)} recordings ({files}); name the file")
        else:
            near = get_close_matches(_plain(name), list(self._ids), n=1)
            meant = f"; did you mean {self._shown[near[0]]!r}?" if near else ""
            self.faults.append(f"{wish}: {name!r} is none of the {len(self._files)} recordings{meant}")
        return ""

    def require_all(self, where: str) -> None:
        """Goes on only if every name so far was that of one recording.

        Raises:
            InvalidInput: Some were not; the message lists them all.
        """
        if self.faults:
            listed = "\n".join(f"  {fault}" for fault in self.faults)
            raise InvalidInput(f"{where}: {len(self.faults)} fault(s)\n{listed}")


def _plain(name: str) -> str:
    return unicodedata.normalize("NFC", name).casefold().strip()
