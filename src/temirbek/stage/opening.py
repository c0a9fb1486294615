"""How a run was opened: what every process of it reads, first and after each restart."""

import json
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Literal

from temirbek.errors import InvalidInput
from temirbek.show.evening_file import evening_from_text
from temirbek.stage.run_folder import RunFolder
from temirbek.store import from_json, to_json, write_text
from temirbek.types import Ears, Evening, Eyes, Phones, Scope

OPENING_FILE = "opening.json"
VENUE_FILE = "venue.toml"


@dataclass(frozen=True, slots=True, kw_only=True)
class Opening:
    """How a run was opened.

    Attributes:
        base: The show file's own folder: paths in it count from there.
        name: How messages call the show file.
        day: The evening's date, ISO.
        cache_dir: Where analyses and the demo's tracks are kept.
        scope: What is armed at once, where nothing stands in the way.
        body: What the robots are.
        host, port: Where the console listens.
        certificate, key: For https; None: plain http.
        plays_at_once: The show has one implied cue, which begins when it is ready.
        has_venue: The venue was given apart, and lies beside the show.
        hall_people: So many people are simulated in the hall; 0: nobody.
        hall_phones: So many of them hold a phone.
        phones_port: Where a simulated hall's phones are served, if the venue does not say.
    """

    base: Path
    name: str
    day: str
    cache_dir: Path
    scope: Scope = "rehearsal"
    body: Literal["simulated", "fake"] = "simulated"
    host: str = "127.0.0.1"
    port: int = 0
    certificate: Path | None = None
    key: Path | None = None
    plays_at_once: bool = False
    has_venue: bool = False
    hall_people: int = 0
    hall_phones: int = 0
    phones_port: int = 0

    @property
    def date(self) -> date:
        """The evening's date."""
        return date.fromisoformat(self.day)


def write_opening(run: RunFolder, opening: Opening, *, show: str, venue: str | None) -> None:
    """Keeps how a run was opened, and the show's text as it was then."""
    write_text(run.evening, show)
    if venue is not None:
        write_text(run.path / VENUE_FILE, venue)
    write_text(run.path / OPENING_FILE, json.dumps(to_json(opening), indent=1, ensure_ascii=False))


def read_opening(run: RunFolder) -> Opening:
    """How a run was opened.

    Raises:
        InvalidInput: The folder is none of a run.
    """
    try:
        return from_json(Opening, json.loads((run.path / OPENING_FILE).read_text(encoding="utf-8")))
    except (OSError, ValueError) as error:
        raise InvalidInput(f"{run.path}: not the folder of a run ({error})") from error


def read_opened_evening(run: RunFolder, opening: Opening) -> Evening:
    """The evening as it was opened, whatever became of its file since.

    Raises:
        InvalidInput: It cannot be read any more.
    """
    text = run.evening.read_text(encoding="utf-8")
    venue = run.path / VENUE_FILE if opening.has_venue else None
    evening = evening_from_text(text, where=opening.name, folder=opening.base, venue_path=venue)
    return _with_hall(evening, opening) if opening.hall_people else evening


def _with_hall(evening: Evening, opening: Opening) -> Evening:
    """The same with a simulated hall in the place of the venue's microphone and camera; phones where there are any."""
    venue = evening.venue
    phones = venue.phones or (Phones(port=opening.phones_port) if opening.hall_phones else None)
    simulated = replace(venue, ears=Ears(source="simulated"), eyes=Eyes(source="synthetic"), phones=phones)
    return replace(evening, venue=simulated)
