"""The offline corridor: from recordings to a page, six calls in a row.

::

    open_music ─▶ plan_set ─▶ render ─▶ compose ─▶ realize ─▶ perform ─▶ measures, page
                  └──── make_mix ────┘  └───── make_dance ─────────────┘

Everything here is slow, pure and repeatable: the same show file, the same recordings and the same seed give the
same bytes. Work that can be shared is (one recording, one robot's motion a process; recordings also on a cluster),
and what was heard is kept the moment it is known, so a run that was killed goes on where it was. Results appear
under their final name only when they are complete.

The names below are loaded when they are first used: who only analyses waits for no robot.
"""

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from temirbek.prepare.cluster import cluster_executor
    from temirbek.prepare.crate import Crate, open_crate
    from temirbek.prepare.dance import Dance, make_dance
    from temirbek.prepare.library import LeftOut, Library
    from temirbek.prepare.listen import Hearing
    from temirbek.prepare.mix import MIX_FILES, LoadedMix, make_mix, not_played, read_mix, write_mix_folder
    from temirbek.prepare.motion_import import ImportedMove, ImportWishes, import_motion
    from temirbek.prepare.move_names import find_moves
    from temirbek.prepare.moves import MoveCheck, check_moves, write_contact_sheet
    from temirbek.prepare.music import OpenedMusic, analyze_files, find_recordings, open_music
    from temirbek.prepare.plan_file import HandPlan, read_plan
    from temirbek.prepare.proof import (
        check_folder,
        check_sound,
        export_mix,
        export_tracks,
        read_truths,
        write_check,
    )
    from temirbek.prepare.rehearsal import Rehearsal, rehearse, write_dance_folder
    from temirbek.prepare.stages import STAGES, OnStage

__all__ = [
    "MIX_FILES",
    "STAGES",
    "Crate",
    "Dance",
    "HandPlan",
    "Hearing",
    "ImportWishes",
    "ImportedMove",
    "LeftOut",
    "Library",
    "LoadedMix",
    "MoveCheck",
    "OnStage",
    "OpenedMusic",
    "Rehearsal",
    "analyze_files",
    "check_folder",
    "check_moves",
    "check_sound",
    "cluster_executor",
    "export_mix",
    "export_tracks",
    "find_moves",
    "find_recordings",
    "import_motion",
    "make_dance",
    "make_mix",
    "not_played",
    "open_crate",
    "open_music",
    "read_mix",
    "read_plan",
    "read_truths",
    "rehearse",
    "write_check",
    "write_contact_sheet",
    "write_dance_folder",
    "write_mix_folder",
]

_FILE_OF = {
    **dict.fromkeys(("Dance", "make_dance"), "dance"),
    **dict.fromkeys(
        ("MIX_FILES", "LoadedMix", "make_mix", "not_played", "read_mix", "write_mix_folder"), "mix"
    ),
    **dict.fromkeys(("cluster_executor",), "cluster"),
    **dict.fromkeys(("Crate", "open_crate"), "crate"),
    **dict.fromkeys(("LeftOut", "Library"), "library"),
    **dict.fromkeys(("Hearing",), "listen"),
    **dict.fromkeys(("ImportWishes", "ImportedMove", "import_motion"), "motion_import"),
    **dict.fromkeys(("find_moves",), "move_names"),
    **dict.fromkeys(("MoveCheck", "check_moves", "write_contact_sheet"), "moves"),
    **dict.fromkeys(("OpenedMusic", "analyze_files", "find_recordings", "open_music"), "music"),
    **dict.fromkeys(("HandPlan", "read_plan"), "plan_file"),
    **dict.fromkeys(
        ("check_folder", "check_sound", "export_mix", "export_tracks", "read_truths", "write_check"), "proof"
    ),
    **dict.fromkeys(("Rehearsal", "rehearse", "write_dance_folder"), "rehearsal"),
    **dict.fromkeys(("STAGES", "OnStage"), "stages"),
}


def __getattr__(name: str) -> object:
    if name not in _FILE_OF:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_FILE_OF[name]}"), name)
