"""What the house knows about a body beyond its description file."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from temirbek.types import RobotKind

Vector = tuple[float, float, float]


@dataclass(frozen=True, slots=True, kw_only=True)
class Foot:
    """A foot and the spheres on which it stands.

    Attributes:
        name: "left", "FL", …; its sole is the site "<name>_sole".
        link: The link that carries it.
        points_m: Centres of the spheres, in the link's frame.
        radius_m: Of each sphere.
        sole_m: The middle of a flat sole, or the centre of a ball foot, in the link's frame.
        impedance: How hard its ground contact is in MuJoCo's terms (solimp: least and greatest, 0–1). A soft contact
            lets a foot creep under a sideways force, the lighter the foot the faster: centimetres a second under a
            Go2's, where real rubber holds.
    """

    name: str
    link: str
    points_m: tuple[Vector, ...]
    radius_m: float
    sole_m: Vector
    impedance: tuple[float, float] = (0.9, 0.95)


@dataclass(frozen=True, slots=True, kw_only=True)
class Capsule:
    """Flesh of a link, for collisions: a capsule between two points of the link's frame."""

    link: str
    start_m: Vector
    end_m: Vector
    radius_m: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Drive:
    """A kind of joint: gains [N·m/rad, N·m·s/rad] and reflected rotor inertia [kg·m²]."""

    kp: float
    kd: float
    armature: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Tuning:
    """Weights and gains of the whole-body controller: error² is worth ``weight``; kp [1/s²], kd [1/s]."""

    com_weight: float
    com_height_weight: float
    orientation_weight: float
    support_joint_weight: float
    free_joint_weight: float
    stance_weight: float
    swing_weight: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Body:
    """Data of one kind of robot.

    Attributes:
        kind: Which.
        urdf: Its description, below the package's folder.
        drives: Joint name without side and "_joint" → its drive.
        stand_rad: The same names (or full joint names) → angle when standing, where it is not 0.
        feet: In order.
        flesh: Capsules that collide.
        ignored_pairs: Links whose flesh overlaps at rest or is joined through links without flesh.
        key_points: Links that the measures look at, with the part of the body.
        landmarks: Further frames: name → (link, position).
        support_joints: Words in the names of joints that hold the robot up; the others are free to dance.
        fallen_height_m: A base below this height above its ground has fallen.
        tuning: Of the whole-body controller.
    """

    kind: RobotKind
    urdf: str
    drives: Mapping[str, Drive]
    stand_rad: Mapping[str, float]
    feet: tuple[Foot, ...]
    flesh: tuple[Capsule, ...]
    ignored_pairs: tuple[tuple[str, str], ...]
    key_points: tuple[tuple[str, str], ...]
    landmarks: Mapping[str, tuple[str, Vector]] = field(default_factory=dict)
    support_joints: tuple[str, ...]
    fallen_height_m: float
    tuning: Tuning


def mirrored(name: str) -> str:
    """The other side's name."""
    return name.replace("left_", "right_", 1)


def both_sides(capsules: tuple[Capsule, ...]) -> tuple[Capsule, ...]:
    """Capsules of the left side with those of the right."""
    right = (
        Capsule(
            link=mirrored(c.link),
            start_m=(c.start_m[0], -c.start_m[1], c.start_m[2]),
            end_m=(c.end_m[0], -c.end_m[1], c.end_m[2]),
            radius_m=c.radius_m,
        )
        for c in capsules
    )
    return (*capsules, *right)
