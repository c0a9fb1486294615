"""What must hold between the parts of a show file: ids that are unique, starts that are in order.

These laws read the file as TOML gives it, whatever else is wrong with it, so that all faults are reported at once.
"""

from collections.abc import Mapping, Sequence
from datetime import time
from typing import Any

from temirbek.show.cue_model import wall_time
from temirbek.show.references import ids_of, tables_of


def faults_between(data: Mapping[str, Any], robots: Sequence[str]) -> list[str]:
    """Every fault between the parts of a file, with its path.

    Args:
        data: The file.
        robots: Ids of the cast.
    """
    return [*_ids_twice(data), *_robots_among_people(data, robots), *_starts_back_in_time(data)]


def _ids_twice(data: Mapping[str, Any]) -> list[str]:
    numbers = tables_of(data, "number")
    artists = sorted({i for number in numbers for i in ids_of(tables_of(number, "artist"))})
    given = {
        "cast": [*ids_of(tables_of(data, "cast")), *artists],
        "number": ids_of(numbers),
        "people": ids_of(tables_of(data, "people")),
        "cues": ids_of(tables_of(data, "cues")),
    }
    return [
        f"{where}: the id {i!r} is given twice"
        for where, ids in given.items()
        for i in sorted({i for i in ids if list(ids).count(i) > 1})
    ]


def _robots_among_people(data: Mapping[str, Any], robots: Sequence[str]) -> list[str]:
    return [
        f"people[{place}].id: {person['id']!r}: is a robot of the cast already"
        for place, person in enumerate(tables_of(data, "people"))
        if person.get("id") in robots
    ]


def _starts_back_in_time(data: Mapping[str, Any]) -> list[str]:
    """Starts before one that the running order has earlier; what cannot be read is no concern here."""
    faults: list[str] = []
    latest, latest_place = (0, time.min), -1
    for place, cue in enumerate(tables_of(data, "cues")):
        key = "hard_start" if "hard_start" in cue else "start"
        start = _start_of(cue, key)
        if start is None:
            continue
        if start < latest:
            faults.append(
                f"cues[{place}].{key}: {start[1]:%H:%M}: lies before {latest[1]:%H:%M} of cues[{latest_place}]"
                "; past midnight it is day = 1"
            )
        else:
            latest, latest_place = start, place
    return faults


def _start_of(cue: Mapping[str, Any], key: str) -> tuple[int, time] | None:
    day = cue.get("day", 0)
    try:
        at = wall_time(cue.get(key))
    except ValueError:
        return None
    return (day, at) if type(day) is int else None
