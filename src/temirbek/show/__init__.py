"""The show file: one TOML file is the show.

Strict: an unknown key, a missing one or a value out of range is an error that names its path in the file, what came
and what is allowed; all faults are reported at once. Units are in the keys (``length_min``, ``mark_m``,
``facing_deg``). Behind this door only plain nouns travel (:class:`temirbek.types.Show`); pydantic stays in
:mod:`temirbek.show.file`.
"""

from temirbek.show.file import DEFAULT_CAST, SHOW_FILE_KEYS, read_show, show_from_text

__all__ = ["DEFAULT_CAST", "SHOW_FILE_KEYS", "read_show", "show_from_text"]
