"""The kinds of values that the show file and its parts share."""

import ipaddress
from contextlib import suppress
from datetime import date
from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

from temirbek.types import Language


class Strict(BaseModel):
    """A table in which every key is known."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)


def _a_day(value: Any) -> Any:
    if isinstance(value, str):
        with suppress(ValueError):
            return date.fromisoformat(value)
    if type(value) is not date:
        raise ValueError("expected a day such as 2026-03-14")
    return value


def a_listening_address(value: str) -> str:
    """The address, if one can listen on it.

    Raises:
        ValueError: It is none.
    """
    try:
        ipaddress.ip_address(value)
    except ValueError:
        raise ValueError("expected an IP address to listen on, such as '127.0.0.1' or '0.0.0.0'") from None
    return value


Day = Annotated[date, BeforeValidator(_a_day)]
Name = Annotated[str, Field(min_length=1)]
ShortName = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{0,31}$")]
Words = Annotated[str, Field(min_length=1, max_length=80)]
Share = Annotated[float, Field(ge=0, le=1, strict=False)]
Metres = Annotated[float, Field(ge=-20, le=20, strict=False)]
Color = Annotated[str, Field(pattern=r"^#[0-9a-fA-F]{6}$")]
Seconds = Annotated[float, Field(ge=0, le=86_400, strict=False)]
Point = Annotated[list[Metres], Field(min_length=2, max_length=2)]
Text = Annotated[str, Field(min_length=1, max_length=5000, pattern=r"\S")]
Texts = Annotated[dict[Language, Text], Field(min_length=1)]
PAIR = Field(strict=False)  # TOML knows lists, no tuples
