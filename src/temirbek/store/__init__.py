"""Nouns on disk.

A noun is written as one JSON document in which numbers return exactly as they were (``repr`` of a float is exact),
arrays are lists beside their type, and paths are strings. Large arrays of motion go into ``.npz`` beside it
(:mod:`temirbek.store.motion`). Whatever is written appears under its final name only when it is complete.

The cache of analyses is addressed by content: the hash of the decoded sound, the version of the analyser and how it was
told to listen. A renamed or copied recording is found again, a changed analyser never reads old answers, and a damaged
entry is simply made anew. Beside it an index (:mod:`temirbek.store.index`) knows which file holds which sound, and each
sound in one row: a crate of ten thousand recordings is looked through without opening one of them.

The record of a live show (:mod:`temirbek.store.event_log`) is the one thing here that cannot be made anew: it is synced
before anything happens, checked when it is opened, and taken over as far as it is good.

Limits. A file that was changed without a change of its size or its time of change is taken for unchanged.
"""

from temirbek.store.cache import AnalysisCache, default_cache_dir
from temirbek.store.compact import read_compact, write_compact
from temirbek.store.event_log import DuplicateEvent, EventLog, Logged, LogNotWritten, LogReader
from temirbek.store.files import fresh_folder, write_text
from temirbek.store.index import FileState, LibraryIndex, Verdict
from temirbek.store.motion import read_motion, write_motion
from temirbek.store.nouns import from_json, to_json

__all__ = [
    "AnalysisCache",
    "DuplicateEvent",
    "EventLog",
    "FileState",
    "LibraryIndex",
    "LogNotWritten",
    "LogReader",
    "Logged",
    "Verdict",
    "default_cache_dir",
    "fresh_folder",
    "from_json",
    "read_compact",
    "read_motion",
    "to_json",
    "write_compact",
    "write_motion",
    "write_text",
]
