"""Robots: bodies, the stage that they stand on, and the hands that move them.

The task
    A trajectory says what a robot should do; this room makes a body do it, in physics, and writes down what really
    happened. :func:`perform` is the verb: reference motions in, :class:`~temirbek.types.ExecutedMotion` out.

How
    - :mod:`~temirbek.robots.bodies`: G1 and Go2 as data; limits from their own description files.
    - :mod:`~temirbek.robots.scene`: floor, riser, desk and all robots in one MuJoCo model.
    - :mod:`~temirbek.robots.preview`: a reference whose zero-moment point leaves the soles gets a centre of mass that
      leans ahead of the hard moment; a balanced one is left alone.
    - :mod:`~temirbek.robots.whole_body`: a whole-body inverse-dynamics programme at 250 Hz (after Herzog et al.,
      *Momentum control with hierarchical inverse dynamics on a torque-controlled humanoid*, arXiv 1410.7284), solved by
      daqp (Arnström et al., IEEE TAC 2022); its torques go to the motors with half of the usual joint gains beside them.
    - :mod:`~temirbek.robots.guard`: the last hand before the wire, pure; commands expire.
    - :mod:`~temirbek.robots.robot`: the contract that fake, simulated and real robots keep.

Conventions
    Stage frame and quaternions as in :mod:`temirbek.types`. Joints in the description's order, which is MuJoCo's. In a
    scene every name of a robot begins with "<performer id>/". Soles are the sites "<foot>_sole": the middle of a G1's
    flat sole, the centre of a Go2's ball foot (22 mm above its ground). Physics runs at 500 Hz, control at 250 Hz. The
    "head" of a G1 is its lidar ("mid360_link"): the origin of "head_link" lies in the waist.

What a G1 can follow on planted feet
    ``benchmarks/control.py``, 16 s each, arms to a key pose on *every* beat (1–2 rad, waist ±26°), waist upright, feet
    0.34 m apart. Beat error at every beat, mean / 95th percentile; greatest share of a torque limit.

    ===============================================  ====================  ====================
    Reference                                        100 BPM               128 BPM
    ===============================================  ====================  ====================
    bounce 8 cm, sway ±4 cm every beat               0.2 / 0.7 ms, 0.49    0.5 / 1.4 ms, 0.55
    bounce 10 cm, sway ±4 cm every beat              0.2 / 0.5 ms, 0.45    0.7 / 1.4 ms, 0.63
    bounce 6 cm, sway ±6 cm every beat               0.3 / 1.0 ms, 0.53    0.3 / 0.8 ms, 0.60
    bounce 6 cm, sway ±6 cm every other beat         0.9 / 2.9 ms, 0.58    1.0 / 2.4 ms, 0.73
    bounce 6 cm, sway ±8 cm every other beat         1.2 / 4.0 ms, 0.97    1.2 / 3.2 ms, 0.97
    arms × 1.3 (9–11 rad/s, 46–75 rad/s²)            0.3 / 0.7 ms, 0.67    0.2 / 1.0 ms, 0.75
    arms × 1.6 (11–14 rad/s, 93–160 rad/s²)          0.2 / 0.8 ms, 0.71    0.6 / 1.5 ms, 1.00
    arms × 2.0 (into joint limits, > 1000 rad/s²)    falls                 falls
    ===============================================  ====================  ====================

    So: bounce up to 10 cm, sway up to ±6 cm, arms up to 14 rad/s and 100 rad/s², the waist's pitch and roll gently
    (35 N·m there are the first to saturate, with the ankles). A reference that jumps in acceleration falls.

Limits
    The controller sees the simulator's true state and knows the body exactly; motors have no delay. Figures above are
    therefore those of a simulation, and no promise for hardware. Feet stick or swing as the trajectory says: there is
    no step adjustment, so a lost balance is not regained by stepping.
"""

from temirbek.robots.bodies import figure, robot_model, robot_physics, robot_spec
from temirbek.robots.crossings import approaches, crossings, within_fall
from temirbek.robots.disturbances import Disturbances, Push
from temirbek.robots.envelope import sweep
from temirbek.robots.fake import FakeRobot
from temirbek.robots.robot import Robot
from temirbek.robots.scene import build_scene, default_stage
from temirbek.robots.simulated import SimulatedRobot
from temirbek.robots.simulation import perform

__all__ = [
    "Disturbances",
    "FakeRobot",
    "Push",
    "Robot",
    "SimulatedRobot",
    "approaches",
    "build_scene",
    "crossings",
    "default_stage",
    "figure",
    "perform",
    "robot_model",
    "robot_physics",
    "robot_spec",
    "sweep",
    "within_fall",
]
