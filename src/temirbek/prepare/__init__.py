"""The offline corridor: from recordings to a page, six calls in a row.

::

    analyze_files ─▶ plan_set ─▶ render ─▶ compose ─▶ realize ─▶ perform ─▶ measures, page
                    └──── make_mix ────┘  └───── make_dance ─────────────┘

Everything here is slow, pure and repeatable: the same show file, the same recordings and the same seed give the
same bytes. Work that can be shared between cores is (one recording, one robot's motion a process). Results appear
under their final name only when they are complete.
"""

from temirbek.prepare.dance import Dance, make_dance
from temirbek.prepare.mix import MIX_FILES, LoadedMix, make_mix, not_played, read_mix, write_mix_folder
from temirbek.prepare.music import LeftOut, Library, analyze_file, analyze_files, find_recordings
from temirbek.prepare.rehearsal import Rehearsal, rehearse, write_dance_folder
from temirbek.prepare.stages import STAGES, OnStage

__all__ = [
    "MIX_FILES",
    "STAGES",
    "Dance",
    "LeftOut",
    "Library",
    "LoadedMix",
    "OnStage",
    "Rehearsal",
    "analyze_file",
    "analyze_files",
    "find_recordings",
    "make_dance",
    "make_mix",
    "not_played",
    "read_mix",
    "rehearse",
    "write_dance_folder",
    "write_mix_folder",
]
