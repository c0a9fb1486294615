"""The show file in, the whole evening out: people, the hall, the running order."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, cast

from pydantic import ValidationError

from temirbek.show.cue_model import CueModel
from temirbek.show.faults import faults_of
from temirbek.show.file import checked, refused, show_of, text_of, toml_of
from temirbek.show.show_model import SHOW_FILE_KEYS, ShowModel
from temirbek.show.venue_model import VenueFile
from temirbek.types import (
    Cue,
    CueKind,
    DjSetCue,
    Evening,
    Music,
    Person,
    Show,
    Venue,
)

_VENUE_FILE_KEYS = {**SHOW_FILE_KEYS, "": tuple(VenueFile.model_fields)}
_DANCED = ("dj_set", "robot_number")


def read_evening(path: Path, venue_path: Path | None = None) -> Evening:
    """The evening that a show file describes; paths in it count from the file's folder.

    A file without cues is one DJ set: its music, its cast.

    Args:
        path: The show file.
        venue_path: Another hall: a file with ``format`` and ``[venue]``, which stands in place of the show's own.

    Raises:
        InvalidInput: A file cannot be read, is not TOML, or says something that is not allowed; the message lists
            every fault with its path in the file.
    """
    venue = None if venue_path is None else _venue_in(venue_path)
    return _evening(toml_of(text_of(path), str(path)), str(path), path.parent, venue)


def evening_from_text(text: str, *, where: str, folder: Path, venue_path: Path | None = None) -> Evening:
    """Like :func:`read_evening`, for text that came from elsewhere; ``where`` is how messages call it."""
    venue = None if venue_path is None else _venue_in(venue_path)
    return _evening(toml_of(text, where), where, folder, venue)


def _venue_in(path: Path) -> Any:
    """The ``[venue]`` of a file with a hall: checked, but still as TOML gives it."""
    data = toml_of(text_of(path), str(path))
    try:
        VenueFile.model_validate(data)
    except ValidationError as error:
        raise refused(str(path), faults_of(error, _VENUE_FILE_KEYS, top="the file")) from error
    return data["venue"]


def _evening(data: dict[str, Any], where: str, folder: Path, venue: Any) -> Evening:
    model = checked(data if venue is None else {**data, "venue": venue}, where=where)
    show = show_of(model, folder, [number.id for number in model.number])
    hall = model.venue.noun(folder)
    return Evening(
        show=show,
        people=_people(model, show),
        venue=hall,
        date=model.date,
        cues=tuple(_cue(cue, show, folder, hall) for cue in model.cues) or (_the_set(show),),
        lexicon={language: dict(entries) for language, entries in model.lexicon.items()},
    )


def _people(model: ShowModel, show: Show) -> tuple[Person, ...]:
    """Who is named, and the artists of numbers who are not."""
    people = tuple(person.noun() for person in model.people)
    known = {person.id for person in people}
    artists = {a.id: a.name for number in show.numbers for a in number.artists if a.id not in known}
    return people + tuple(Person(id=i, name=name) for i, name in artists.items())


def _cue(model: CueModel, show: Show, folder: Path, venue: Venue) -> Cue:
    kind = cast(CueKind, model.kind)
    payload, length_s = model.payload(show.music, folder, venue), model.planned_length_s()
    if isinstance(payload, DjSetCue):
        music, length_s = _agreed(payload.music, length_s)
        payload = replace(payload, music=music)
    robots: Sequence[str] = model.robots or ()
    if model.robots is None and kind in _DANCED:
        robots = [performer.id for performer in show.cast]
    return Cue(
        id=model.id,
        title=model.title,
        kind=kind,
        payload=payload,
        length_s=length_s,
        pre_wait_s=model.pre_wait_s,
        post_wait_s=model.wait_s(),
        waits_for_applause=model.post_wait is not None,
        follow=model.follow,
        start=model.start_time(),
        people=tuple(model.people),
        robots=tuple(robots),
        note=model.note,
        is_skipped=model.skip,
    )


def _agreed(music: Music, length_s: float) -> tuple[Music, float]:
    """A set lasts as long as its cue, and a cue without a length as long as its set."""
    if length_s > 0:
        return replace(music, length_s=length_s), length_s
    return music, music.length_s or 0.0


def _the_set(show: Show) -> Cue:
    return Cue(
        id="set",
        title=show.title,
        kind="dj_set",
        payload=DjSetCue(music=show.music),
        length_s=show.music.length_s or 0.0,
        robots=tuple(performer.id for performer in show.cast),
    )
