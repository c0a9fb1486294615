"""Nouns on disk.

A noun is written as one JSON document in which numbers return exactly as they were (``repr`` of a float is exact),
arrays are lists beside their type, and paths are strings. Large arrays of motion go into ``.npz`` beside it
(:mod:`temirbek.store.motion`). Whatever is written appears under its final name only when it is complete.

The cache of analyses is addressed by content: the hash of the decoded sound and the version of the analyser. A
renamed or copied recording is found again, a changed analyser never reads old answers, and a damaged entry is
simply made anew.
"""

from temirbek.store.cache import AnalysisCache, default_cache_dir
from temirbek.store.files import fresh_folder, write_text
from temirbek.store.motion import read_motion, write_motion
from temirbek.store.nouns import from_json, to_json

__all__ = [
    "AnalysisCache",
    "default_cache_dir",
    "fresh_folder",
    "from_json",
    "read_motion",
    "to_json",
    "write_motion",
    "write_text",
]
