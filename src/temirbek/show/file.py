"""The show file in, nouns out: its part that a rehearsal needs. The whole evening: :mod:`temirbek.show.evening_file`."""

import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from temirbek.errors import InvalidInput
from temirbek.show.evening_laws import faults_between
from temirbek.show.faults import faults_of
from temirbek.show.house_cast import DEFAULT_CAST
from temirbek.show.references import references_in
from temirbek.show.show_model import SHOW_FILE_KEYS, ShowModel
from temirbek.types import Show


def read_show(path: Path) -> Show:
    """The show that a file describes; paths in it count from the file's folder.

    Numbers that a cue plays by itself are no part of ``[music]``'s mix, and left to the evening.

    Raises:
        InvalidInput: The file cannot be read, is not TOML, or says something that is not allowed; the message
            lists every fault with its path in the file.
    """
    return show_from_text(text_of(path), where=str(path), folder=path.parent)


def show_from_text(text: str, *, where: str, folder: Path) -> Show:
    """Like :func:`read_show`, for text that came from elsewhere; ``where`` is how messages call it."""
    model = checked(toml_of(text, where), where=where)
    return show_of(model, folder, [number.id for number in model.numbers_of_the_set()])


def text_of(path: Path) -> str:
    """What a file says.

    Raises:
        InvalidInput: It is not there, or no text.
    """
    try:
        return path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise InvalidInput(f"{path}: cannot be read as text ({error})") from error


def toml_of(text: str, where: str) -> dict[str, Any]:
    """Text as TOML's tables.

    Raises:
        InvalidInput: It is none.
    """
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise InvalidInput(f"{where}: not valid TOML: {error}") from error


def checked(data: Mapping[str, Any], *, where: str) -> ShowModel:
    """The tables of a show file, as far as everything in them is allowed.

    Raises:
        InvalidInput: Something is not; the message lists every fault.
    """
    references = references_in(data, [performer.id for performer in DEFAULT_CAST])
    faults = faults_between(data, references.robots)
    try:
        context = {"performers": references.robots, "references": references}
        model = ShowModel.model_validate(data, context=context)
    except ValidationError as error:
        raise refused(where, [*faults_of(error, SHOW_FILE_KEYS, top="the file"), *faults]) from error
    if faults:
        raise refused(where, faults)
    return model


def refused(where: str, faults: list[str]) -> InvalidInput:
    """All faults of a file in one error."""
    listed = "\n".join(f"  {fault}" for fault in faults)
    return InvalidInput(f"{where}: {len(faults)} fault(s)\n{listed}")


def show_of(model: ShowModel, folder: Path, numbers: list[str]) -> Show:
    """The nouns behind checked tables, with some of the numbers.

    Raises:
        InvalidInput: A number's file of bars cannot be read, or is wrong.
    """
    cast = tuple(performer.noun() for performer in model.cast) or DEFAULT_CAST
    performers = [performer.id for performer in cast]
    return Show(
        title=model.title,
        seed=model.seed,
        music=model.music.noun(folder),
        cast=cast,
        numbers=tuple(n.noun(folder, performers) for n in model.number if n.id in numbers),
        moves=tuple((folder / name).resolve() for name in model.moves),
    )
