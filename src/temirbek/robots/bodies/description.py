"""Description files: where they lie, and what they say about links and joints.

The descriptions come from the PyPI package ``example-robot-data`` (G1: BSD-3-Clause; Go2: MPL-2.0). Its wheels put
the share folder under ``cmeel.prefix``; Debian, conda and ROS put it under a prefix of their own.
"""

import os
import site
import sys
import sysconfig
import xml.etree.ElementTree as ET
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from scipy.spatial.transform import Rotation

from temirbek.errors import DeviceLost

SHARE = Path("share") / "example-robot-data" / "robots"


@dataclass(frozen=True, slots=True, kw_only=True)
class Pose:
    """Position [m] and orientation (w-first) in the parent's frame."""

    position_m: tuple[float, float, float]
    quat_wxyz: tuple[float, float, float, float]


@dataclass(frozen=True, slots=True, kw_only=True)
class Visual:
    """A mesh that shows a link; ``rgba`` is None where the description gives no colour."""

    pose: Pose
    mesh: Path
    rgba: tuple[float, float, float, float] | None


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Link:
    """A rigid body; ``inertia`` is (xx, yy, zz, xy, xz, yz) [kg·m²] about its centre of mass."""

    name: str
    mass_kg: float
    inertial: Pose
    inertia: tuple[float, ...]
    visuals: tuple[Visual, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Joint:
    """A hinge (``limited``) or a rigid connection; limits as in the file [rad, N·m, rad/s]."""

    name: str
    parent: str
    child: str
    pose: Pose
    hinge: bool
    axis: tuple[float, float, float]
    lower_rad: float
    upper_rad: float
    torque_nm: float
    velocity_rad_s: float


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Description:
    """A robot as its URDF says: links by name, joints in the file's order."""

    root: str
    links: dict[str, Link]
    joints: tuple[Joint, ...]

    @property
    def hinges(self) -> tuple[Joint, ...]:
        """The joints that move, in the file's order."""
        return tuple(j for j in self.joints if j.hinge)


def robots_folder() -> Path:
    """The folder of descriptions.

    Raises:
        DeviceLost: The package is not installed; the message says where it was looked for.
    """
    for prefix in _prefixes():
        folder = prefix / SHARE
        if folder.is_dir():
            return folder
    raise DeviceLost(
        "the robots' descriptions are not there: install the package example-robot-data (looked for "
        f"{SHARE} under {', '.join(map(str, _prefixes()))})"
    )


def _prefixes() -> tuple[Path, ...]:
    sites = [sysconfig.get_path("purelib"), sysconfig.get_path("platlib"), *site.getsitepackages()]
    if site.ENABLE_USER_SITE:
        sites.append(site.getusersitepackages())
    sites += [entry for entry in sys.path if entry.endswith(("site-packages", "dist-packages"))]
    overlays = [p for name in ("CMAKE_PREFIX_PATH", "AMENT_PREFIX_PATH") for p in _paths(name)]
    prefixes = [Path(s) / "cmeel.prefix" for s in sites] + overlays + [Path(sys.prefix), Path("/usr")]
    return tuple(dict.fromkeys(prefixes))


def _paths(variable: str) -> list[Path]:
    return [Path(p) for p in os.environ.get(variable, "").split(os.pathsep) if p]


@cache
def read_description(urdf: str) -> Description:
    """Reads a URDF below the folder of descriptions, for example "g1_description/urdf/x.urdf".

    Raises:
        DeviceLost: It is not there.
    """
    folder = robots_folder()
    path = folder / urdf
    if not path.is_file():
        raise DeviceLost(f"{path} is not there; this version of example-robot-data has no such robot")
    tree = ET.parse(path).getroot()
    colors = {m.get("name", ""): _rgba(m) for m in tree.findall("material")}
    links = {e.get("name", ""): _link(e, folder, colors) for e in tree.findall("link")}
    joints = tuple(_joint(e) for e in tree.findall("joint"))
    (root,) = links.keys() - {j.child for j in joints}
    return Description(root=root, links=links, joints=joints)


def in_order(description: Description) -> Iterator[tuple[Link, Joint | None]]:
    """Links with the joint that carries each: parents first, each limb to its end before the next (MuJoCo's order)."""
    yield description.links[description.root], None
    waiting = _carried_by(description, description.root)
    while waiting:
        joint = waiting.pop(0)
        yield description.links[joint.child], joint
        waiting = _carried_by(description, joint.child) + waiting


def _carried_by(description: Description, link: str) -> list[Joint]:
    return [j for j in description.joints if j.parent == link]


def _link(element: ET.Element, folder: Path, colors: dict[str, tuple[float, ...] | None]) -> Link:
    inertial = element.find("inertial")
    mass, inertia = 0.0, tuple([0.0] * 6)
    if inertial is not None:
        mass = float(_child(inertial, "mass").get("value", "0"))
        moments = _child(inertial, "inertia")
        inertia = tuple(float(moments.get(k, "0")) for k in ("ixx", "iyy", "izz", "ixy", "ixz", "iyz"))
    return Link(
        name=element.get("name", ""),
        mass_kg=mass,
        inertial=_pose(inertial),
        inertia=inertia,
        visuals=tuple(v for e in element.findall("visual") if (v := _visual(e, folder, colors))),
    )


def _visual(element: ET.Element, folder: Path, colors: dict[str, tuple[float, ...] | None]) -> Visual | None:
    mesh = element.find("geometry/mesh")
    if mesh is None:
        return None
    material = element.find("material")
    rgba = None
    if material is not None:
        rgba = _rgba(material) or colors.get(material.get("name", ""))
    file = folder / mesh.get("filename", "").split("/robots/", 1)[-1]
    return Visual(pose=_pose(element), mesh=file, rgba=rgba)  # type: ignore[arg-type]


def _joint(element: ET.Element) -> Joint:
    limit, axis = element.find("limit"), element.find("axis")
    values = {} if limit is None else {k: float(v) for k, v in limit.attrib.items()}
    return Joint(
        name=element.get("name", ""),
        parent=_child(element, "parent").get("link", ""),
        child=_child(element, "child").get("link", ""),
        pose=_pose(element),
        hinge=element.get("type") == "revolute",
        axis=_triple("0 0 1" if axis is None else axis.get("xyz", "0 0 1")),
        lower_rad=values.get("lower", 0.0),
        upper_rad=values.get("upper", 0.0),
        torque_nm=values.get("effort", 0.0),
        velocity_rad_s=values.get("velocity", 0.0),
    )


def _pose(element: ET.Element | None) -> Pose:
    origin = None if element is None else element.find("origin")
    xyz = "0 0 0" if origin is None else origin.get("xyz", "0 0 0")
    rpy = "0 0 0" if origin is None else origin.get("rpy", "0 0 0")
    return Pose(position_m=_triple(xyz), quat_wxyz=quat_from_rpy(np.array(_triple(rpy))))


def quat_from_rpy(rpy_rad: NDArray[np.float64]) -> tuple[float, float, float, float]:
    """URDF's roll, pitch, yaw about fixed axes [rad] as a quaternion, w-first."""
    x, y, z, w = Rotation.from_euler("xyz", rpy_rad).as_quat()
    return (float(w), float(x), float(y), float(z))


def _rgba(material: ET.Element) -> tuple[float, ...] | None:
    color = material.find("color")
    return None if color is None else tuple(float(v) for v in color.get("rgba", "1 1 1 1").split())


def _child(element: ET.Element, tag: str) -> ET.Element:
    found = element.find(tag)
    if found is None:
        raise DeviceLost(f"the description's {element.tag} {element.get('name', '')!r} has no <{tag}>")
    return found


def _triple(text: str) -> tuple[float, float, float]:
    x, y, z = (float(v) for v in text.split())
    return (x, y, z)
