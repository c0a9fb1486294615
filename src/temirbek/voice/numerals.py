"""How numbers are said."""

from temirbek.types import Language


def said_number(written: str, language: Language, previous: str) -> str | None:
    """How a number is said in words; None where a speech program knows itself."""
    return None
