"""What is known of a language's words: how they are said, how numbers are built, on which speech does not lean (TOML)."""

import functools
import importlib.resources
import tomllib
from typing import Any

from temirbek.types import Language

__all__ = ["words_file"]


@functools.cache
def words_file(language: Language) -> dict[str, Any]:
    """The tables of a language."""
    source = importlib.resources.files("temirbek.voice.words") / f"{language}.toml"
    return tomllib.loads(source.read_text(encoding="utf-8"))
