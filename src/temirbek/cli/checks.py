"""What this machine has, told before somebody needs it."""

import importlib.util
import os
import shutil
from pathlib import Path

from temirbek.cli.check import Check
from temirbek.cli.live_checks import live_checks
from temirbek.errors import DeviceLost


def all_checks(template: Path) -> list[Check]:
    """Everything that a command might miss."""
    return [
        Check(
            name="the page",
            is_there=template.is_file(),
            note="written by every rehearsal; built by `make setup`",
        ),
        _robots(),
        Check(
            name="PyAV",
            is_there=importlib.util.find_spec("av") is not None,
            note="decodes m4a, writes --video; the extra temirbek[media]",
        ),
        Check(
            name="Dask",
            is_there=importlib.util.find_spec("distributed") is not None,
            note="listens on a cluster (--cluster); the extra temirbek[cluster]",
        ),
        Check(
            name="Beat This!",
            is_there=importlib.util.find_spec("beat_this") is not None,
            note="votes on beats (--beat-this WEIGHTS); the extra temirbek[beat-this]",
        ),
        *live_checks(),
        Check(
            name="Chromium",
            is_there=shutil.which("chromium") is not None,
            note="only for the tests that look at the page",
        ),
        Check(
            name="cores", is_there=True, note=f"{os.cpu_count()}; recordings and robots are shared among them"
        ),
    ]


def _robots() -> Check:
    from temirbek.robots import robot_model  # here: only this check needs physics

    try:
        names = ", ".join(robot_model(kind).kind for kind in ("g1", "go2"))
    except DeviceLost as error:
        return Check(name="robot descriptions", is_there=False, note=str(error))
    return Check(name="robot descriptions", is_there=True, note=names)
