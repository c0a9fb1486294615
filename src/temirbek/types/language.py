"""The languages of the house: Kazakh, Russian, English."""

from typing import Literal, get_args

Language = Literal["kk", "ru", "en"]
LANGUAGES: tuple[Language, ...] = get_args(Language)
"""In the order in which they are shown where nothing else is said."""
