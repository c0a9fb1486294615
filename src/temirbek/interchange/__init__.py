"""Working with a DJ's tools: what was found out goes out to other programs, what a person set by hand comes in."""

from temirbek.interchange.anchors import grid_over
from temirbek.interchange.export import LIBRARY_FORMATS, SET_FORMATS, export_library, export_set
from temirbek.interchange.matching import match
from temirbek.interchange.mixxx_library import read_mixxx
from temirbek.interchange.rekordbox_library import read_rekordbox

__all__ = [
    "LIBRARY_FORMATS",
    "SET_FORMATS",
    "export_library",
    "export_set",
    "grid_over",
    "match",
    "read_mixxx",
    "read_rekordbox",
]
