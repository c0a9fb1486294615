"""Bodies as MuJoCo sees them: built from numbers alone, so that physics starts in milliseconds."""

import mujoco
import numpy as np

from temirbek.robots.bodies.body import Body, Drive
from temirbek.robots.bodies.description import Joint, Link, in_order, read_description
from temirbek.robots.bodies.g1 import G1
from temirbek.robots.bodies.go2 import GO2
from temirbek.types import RobotKind

BODIES: dict[RobotKind, Body] = {"g1": G1, "go2": GO2}

INERTIAL_UNITS: dict[RobotKind, str] = {"g1": "imu_in_pelvis", "go2": "imu"}
"""The link, fixed to the base and turned as it is, that holds gyroscope and accelerometer."""

# Who touches whom: the ground touches soles and flesh; flesh and furniture touch each other.
GROUND, FLESH = 1, 2
FRICTION = (1.0, 0.02, 0.001)
JOINT_DAMPING, JOINT_FRICTION_NM = 0.05, 0.1
PHYSICS_STEP_S = 0.002
SOLE_IMPEDANCE = (0.001, 0.5, 2.0)
"""MuJoCo's usual width, middle and power of a contact's impedance."""
SOLE_SHARE = 1e3
"""A sole's contact is as hard as the sole says, not the floor."""


def new_spec() -> mujoco.MjSpec:
    """An empty world with the house's physics: 2 ms, implicitfast, pyramidal friction."""
    spec = mujoco.MjSpec()
    spec.copy_during_attach = True
    spec.compiler.degree = False
    spec.compiler.balanceinertia = True
    spec.option.timestep = PHYSICS_STEP_S
    spec.option.integrator = mujoco.mjtIntegrator.mjINT_IMPLICITFAST
    spec.option.cone = mujoco.mjtCone.mjCONE_PYRAMIDAL
    return spec


def add_floor(spec: mujoco.MjSpec, half_extent_m: tuple[float, float]) -> None:
    """Adds a floor at z = 0 that soles and flesh touch."""
    spec.worldbody.add_geom(
        name="floor",
        type=mujoco.mjtGeom.mjGEOM_PLANE,
        size=[*half_extent_m, 0.1],
        friction=FRICTION,
        contype=GROUND,
        conaffinity=0,
        rgba=[0.1, 0.1, 0.13, 1.0],
    )


def robot_spec(kind: RobotKind) -> mujoco.MjSpec:
    """One free robot and nothing else: bodies and joints named as in its description.

    The free joint is "root", soles are the sites "<foot>_sole", motors bear their joints' names.
    """
    body = BODIES[kind]
    spec = new_spec()
    spec.modelname = kind
    for link, joint in in_order(read_description(body.urdf)):
        _add_link(spec, link, joint, body)
    for name, (link_name, position) in body.landmarks.items():
        spec.body(link_name).add_body(name=name, pos=position)
    _add_feet(spec, body)
    _add_flesh(spec, body)
    _add_inertial_unit(spec, body)
    return spec


def robot_physics(kind: RobotKind) -> mujoco.MjModel:
    """One free robot on a floor: for inverse kinematics and for the controller."""
    spec = robot_spec(kind)
    add_floor(spec, (20.0, 20.0))
    return spec.compile()


def drive_of(body: Body, joint_name: str) -> Drive:
    """The drive of a joint, by the name without its side."""
    return body.drives[_plain(joint_name)]


def stand_angle(body: Body, joint_name: str) -> float:
    """Angle of a joint in the standing posture [rad]."""
    full = joint_name.removesuffix("_joint")
    return body.stand_rad.get(full, body.stand_rad.get(_plain(joint_name), 0.0))


def _plain(joint_name: str) -> str:
    name = joint_name.removesuffix("_joint")
    side, _, rest = name.partition("_")
    return rest if side in ("left", "right", "FL", "FR", "RL", "RR") else name


def _add_link(spec: mujoco.MjSpec, link: Link, joint: Joint | None, body: Body) -> None:
    if joint is None:
        placed = spec.worldbody.add_body(name=link.name)
        placed.add_freejoint(name="root")
    else:
        parent = spec.body(joint.parent)
        placed = parent.add_body(name=link.name, pos=joint.pose.position_m, quat=joint.pose.quat_wxyz)
        if joint.hinge:
            _add_hinge(spec, placed, joint, drive_of(body, joint.name))
    if link.mass_kg > 0:
        placed.explicitinertial = True
        placed.mass = link.mass_kg
        placed.ipos = link.inertial.position_m
        placed.iquat = link.inertial.quat_wxyz
        placed.fullinertia = link.inertia


def _add_hinge(spec: mujoco.MjSpec, placed: mujoco.MjsBody, joint: Joint, drive: Drive) -> None:
    placed.add_joint(
        name=joint.name,
        type=mujoco.mjtJoint.mjJNT_HINGE,
        axis=joint.axis,
        range=[joint.lower_rad, joint.upper_rad],
        limited=True,
        armature=drive.armature,
        damping=JOINT_DAMPING,
        frictionloss=JOINT_FRICTION_NM,
    )
    spec.add_actuator(
        name=joint.name,
        target=joint.name,
        trntype=mujoco.mjtTrn.mjTRN_JOINT,
        gaintype=mujoco.mjtGain.mjGAIN_FIXED,
        biastype=mujoco.mjtBias.mjBIAS_NONE,
        ctrllimited=True,
        ctrlrange=[-joint.torque_nm, joint.torque_nm],
    )


def _add_feet(spec: mujoco.MjSpec, body: Body) -> None:
    for foot in body.feet:
        link = spec.body(foot.link)
        link.add_site(name=f"{foot.name}_sole", pos=foot.sole_m)
        for i, point in enumerate(foot.points_m):
            link.add_geom(
                name=f"{foot.name}_sole_{i}",
                type=mujoco.mjtGeom.mjGEOM_SPHERE,
                size=[foot.radius_m, 0, 0],
                pos=point,
                friction=FRICTION,
                solimp=[*foot.impedance, *SOLE_IMPEDANCE],
                solmix=SOLE_SHARE,
                contype=0,
                conaffinity=GROUND,
                group=3,
                mass=0.0,
            )


def _add_flesh(spec: mujoco.MjSpec, body: Body) -> None:
    feet = {foot.link for foot in body.feet}
    for i, capsule in enumerate(body.flesh):
        # The flesh of a flat foot reaches below its sole: only the sole may touch the ground.
        ground = 0 if capsule.link in feet else GROUND
        spec.body(capsule.link).add_geom(
            name=f"flesh_{i}_{capsule.link}",
            type=mujoco.mjtGeom.mjGEOM_CAPSULE,
            fromto=np.array([*capsule.start_m, *capsule.end_m], dtype=float),
            size=[capsule.radius_m, 0, 0],
            friction=FRICTION,
            contype=FLESH,
            conaffinity=FLESH | ground,
            group=3,
            mass=0.0,
        )
    for first, second in body.ignored_pairs:
        spec.add_exclude(bodyname1=first, bodyname2=second)


def _add_inertial_unit(spec: mujoco.MjSpec, body: Body) -> None:
    """The accelerometer where the description has it; the gyroscope's reading is the base's own angular velocity."""
    spec.body(INERTIAL_UNITS[body.kind]).add_site(name="imu")
    spec.add_sensor(
        name="accelerometer",
        type=mujoco.mjtSensor.mjSENS_ACCELEROMETER,
        objtype=mujoco.mjtObj.mjOBJ_SITE,
        objname="imu",
    )
