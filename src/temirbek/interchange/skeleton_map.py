"""Which joint of a recorded skeleton is which part of a body, and the recording in the house's words.

A map is a TOML file: a title, then for each of our joints the recording's name of it, or several names of which the
first that is there counts::

    title = "My studio"
    unit = "cm"                    # m, cm, mm or in; left out: told by the length of the legs
    up = "y"                       # y or z; left out: told by which way the body stands
    [joints]
    pelvis = "Hips"
    left_shoulder = ["LeftArm", "LeftUpperArm"]   # where the upper arm begins, not the collarbone

Names are compared without case, spaces, ``_ . -`` and without what stands before a colon ("mixamorig:"); an end site is
named as its joint with ".end" behind it. The maps of skeletons lie in ``skeletons/``; of those under which nothing needed is missing, the one that finds most is taken.
"""

import re
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from temirbek.errors import InvalidInput
from temirbek.interchange.bvh import END_SITE, Bvh
from temirbek.types.capture import BodyCapture

Floats = NDArray[np.float64]

_SIDED = ("shoulder", "elbow", "wrist", "hip", "knee", "ankle")
NEEDED = ("pelvis", "spine", "neck", *(f"{side}_{part}" for side in ("left", "right") for part in _SIDED))
"""Joints without which a recording is no dance of a humanoid."""
WELCOME = ("head", "left_hand", "right_hand", "left_toe", "right_toe")
"""Joints that make it better where they are there."""
_UNITS_M = {"m": 1.0, "cm": 0.01, "mm": 0.001, "in": 0.0254}
_LEG_M = 0.45, 1.25  # from hip over knee to ankle: children and giants among them


@dataclass(frozen=True, slots=True, kw_only=True)
class SkeletonMap:
    """Our joint → names that a recording may have for it; units and axis where they are known."""

    title: str
    joints: Mapping[str, tuple[str, ...]]
    unit: str = ""
    up: str = ""


def read_map(path: Path) -> SkeletonMap:
    """A skeleton map from a person's file.

    Raises:
        InvalidInput: It cannot be read or is no map; the message lists all that is wrong.
    """
    try:
        return _map_of(path.read_text(encoding="utf-8"), path.name)
    except (OSError, UnicodeDecodeError) as error:
        raise InvalidInput(f"{path}: cannot be read: {error}") from error


def known_maps() -> tuple[SkeletonMap, ...]:
    """The maps of common skeletons."""
    folder = files("temirbek.interchange").joinpath("skeletons")
    names = sorted(entry.name for entry in folder.iterdir() if entry.name.endswith(".toml"))
    return tuple(_map_of(folder.joinpath(name).read_text(encoding="utf-8"), name) for name in names)


def _map_of(text: str, where: str) -> SkeletonMap:
    try:
        data = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise InvalidInput(f"{where}: not valid TOML: {error}") from error
    faults = [f"{key}: no such key" for key in data if key not in ("title", "unit", "up", "joints")]
    unit, up, joints = data.get("unit", ""), data.get("up", ""), data.get("joints", {})
    if unit and unit not in _UNITS_M:
        faults.append(f"unit: {unit!r}; expected one of {', '.join(_UNITS_M)}")
    if up and up not in ("y", "z"):
        faults.append(f"up: {up!r}; expected y or z")
    if not isinstance(joints, dict):
        faults.append("joints: expected a table")
        joints = {}
    for part, names in joints.items():
        if part not in (*NEEDED, *WELCOME):
            faults.append(f"joints.{part}: no such part; there are {', '.join((*NEEDED, *WELCOME))}")
        elif not (
            isinstance(names, str) or (isinstance(names, list) and all(isinstance(n, str) for n in names))
        ):
            faults.append(f"joints.{part}: expected a name or a list of names")
    missing = [part for part in NEEDED if part not in joints]
    if missing:
        faults.append(f"joints: nothing for {', '.join(missing)}")
    if faults:
        raise InvalidInput(f"{where}: not a skeleton map:\n  " + "\n  ".join(faults))
    return SkeletonMap(
        title=str(data.get("title", where)),
        joints={part: (names,) if isinstance(names, str) else tuple(names) for part, names in joints.items()},
        unit=unit,
        up=up,
    )


def _plain(name: str) -> str:
    """A name as it is compared."""
    return re.sub(r"^mixamorig\d*|[\s_.\-]+", "", name.split(":")[-1].lower())


def _found(skeleton: SkeletonMap, names: Sequence[str]) -> dict[str, str]:
    """Our joint → the recording's name, as far as they are there."""
    plain = {_plain(name): name for name in reversed(names) if not name.endswith(END_SITE)}
    plain |= {
        _plain(name.removesuffix(END_SITE)) + END_SITE: name for name in names if name.endswith(END_SITE)
    }
    found = {}
    for part, choices in skeleton.joints.items():
        for choice in choices:
            end = END_SITE if choice.endswith(END_SITE) else ""
            key = _plain(choice.removesuffix(END_SITE)) + end
            if key in plain:
                found[part] = plain[key]
                break
    return found


def body_of(bvh: Bvh, skeleton: SkeletonMap | None = None) -> tuple[BodyCapture, SkeletonMap]:
    """A recording in the house's words.

    Args:
        bvh: As read.
        skeleton: How its joints are named; None: one of the known maps.

    Returns:
        The body, z up in metres, and the map that was used.

    Raises:
        InvalidInput: Joints are missing, or unit or axis cannot be told; the message lists the parts without a joint.
    """
    names = [joint.name for joint in bvh.joints]
    choices = known_maps() if skeleton is None else (skeleton,)
    lacks = {m.title: [part for part in NEEDED if part not in _found(m, names)] for m in choices}
    fitting = [m for m in choices if not lacks[m.title]]
    if not fitting:
        nearest = min(lacks, key=lambda title: len(lacks[title]))
        raise InvalidInput(
            f"{bvh.source}: no joint for {', '.join(lacks[nearest])} under the skeleton map {nearest!r}"
            + (", the nearest of those known" if skeleton is None else "")
            + f"; the file's joints: {', '.join(n for n in names if not n.endswith(END_SITE))}. "
            "Write a map of them and name it with --map"
        )
    best = max(fitting, key=lambda m: len(_found(m, names)))
    places = bvh.positions()
    points = {part: places[name] for part, name in _found(best, names).items()}
    return BodyCapture(
        source=bvh.source, rate_hz=1.0 / bvh.frame_s, points_m=_upright(points, best, bvh.source)
    ), best


def _upright(points: Mapping[str, Floats], skeleton: SkeletonMap, source: str) -> dict[str, Floats]:
    """The same points with z up, in metres."""
    stature = np.mean(points["neck"] - 0.5 * (points["left_ankle"] + points["right_ankle"]), axis=0)
    up = skeleton.up or "xyz"[int(np.argmax(np.abs(stature)))]
    if up == "x" or stature["xyz".index(up)] <= 0.5 * np.linalg.norm(stature):
        raise InvalidInput(
            f"{source}: on average the neck stands from the feet in direction {np.round(stature, 2).tolist()}; expected "
            "mostly along +y or +z (upright), or a map with 'up'"
        )
    leg = float(
        np.median(np.linalg.norm(points["left_knee"] - points["left_hip"], axis=1))
        + np.median(np.linalg.norm(points["left_ankle"] - points["left_knee"], axis=1))
    )
    unit = skeleton.unit or next((u for u, m in _UNITS_M.items() if _LEG_M[0] <= leg * m <= _LEG_M[1]), "")
    if not unit or not _LEG_M[0] <= leg * _UNITS_M[unit] <= _LEG_M[1]:
        raise InvalidInput(
            f"{source}: a leg of length {leg:.4g} is that of a person in no unit of {', '.join(_UNITS_M)}"
            + (f" (the map says {skeleton.unit})" if skeleton.unit else "")
        )
    axes = [2, 0, 1] if up == "y" else [0, 1, 2]  # y up: x' = z, y' = x, z' = y keeps the handedness
    return {part: place[:, axes] * _UNITS_M[unit] for part, place in points.items()}
