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
      daqp (Arnström et al., IEEE TAC 2022); beside its torques, joints that are free to dance get half of the usual
      gains. A G1's legs get none: feet never stand exactly where the reference has them.
    - :mod:`~temirbek.robots.stepping`: which feet carry (those that are felt), where the next one lands (on the beat,
      on the slope that the ground shows, moved where the balance needs it), how the balance follows the feet;
      :mod:`~temirbek.robots.early`: a paw that waves in the air comes down at once where the balance is lost without it.
    - :mod:`~temirbek.robots.dancer`: readings → estimator → controller → guard → motors; a coming fall is folded.
    - :mod:`~temirbek.robots.disturbances`: what a stage does that robots are not told; :mod:`~temirbek.robots.sensors`:
      readings, late and noisy. :mod:`~temirbek.robots.estimator`, :mod:`~temirbek.robots.felt`: the state from inertial
      unit, encoders and motor torques (Bloesch et al., RSS 2012; Hartley et al., arXiv 1904.09251).
    - :mod:`~temirbek.robots.falls`: falls are seen coming, and folded into. :mod:`~temirbek.robots.envelope`,
      :mod:`~temirbek.robots.crossings`: what robots swept, how far they could have fallen, who came too near whom.
    - :mod:`~temirbek.robots.waiting`: where one lies the others do not walk: they ease to a stand before.
    - :mod:`~temirbek.robots.guard`: the last hand before the wire, pure; commands expire.
      :mod:`~temirbek.robots.workspace` has its say on places and postures before it.
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

    These were taken with the true state; the table below was not.

How well a G1 steps
    Sixteen steps each of moves of the vocabulary; state from the estimator, usual sensor noise, readings 6 ms old.
    Touchdown error, mean / 95th percentile [ms]; share of the torque limits; 5th percentile of the margin of the
    centre of pressure. In all rows it stood, and no command had to be guarded for walks, turns and marches.

    ==================================  ===================  ===================  ===================
    Move                                torso + 15 %         friction 0.6         floor tilted by 1°
    ==================================  ===================  ===================  ===================
    march, 100 BPM                      0.8 / 4.0, 0.88      1.8 / 4.0, 0.85      0.1 / 0.5, 0.85
    march, 115 BPM, arms ("open sky")   4.0 / 6.0, 0.97      3.0 / 5.8, 0.97      3.2 / 5.8, 0.96
    step-touch, 110 BPM, "points"       6.6 / 14.4, 1.00     5.5 / 10.9, 1.00     5.9 / 13.4, 1.00
    walk forward, 110 BPM               8.3 / 11.9, 0.97     4.7 / 11.4, 0.97     7.7 / 11.2, 0.97
    quarter turns, 105 BPM              7.4 / 16.6, 0.97     6.3 / 12.6, 0.97     6.3 / 15.9, 0.97
    ==================================  ===================  ===================  ===================

    The margin was 1.2–1.8 cm in marches and 0.4–1.3 cm in walks; the side steps of step-touch and the turns use the
    whole sole (0.0–0.5 cm). A Go2 that marches or trots at 100 BPM: 3.5 / 6.0 and 4.9 / 10.5 ms under noise and delay.

Limits
    Figures are those of a simulation, and no promise for hardware: motors have no delay of their own. Place and heading
    on the stage are dead reckoning and drift (17 mm and 1.5° in 25 s on average, 50 mm and 5° at worst). A ball foot is
    trusted on its beat, not felt. A foot that swings when the robot is pushed lands elsewhere, and one that is needed
    stays; legs do not cross, and feet that stand do not step of themselves. What is too much for that is
    :mod:`~temirbek.robots.falls`'s.
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
from temirbek.robots.waiting import planned_wait, rest_before, resting, stopped

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
    "planned_wait",
    "rest_before",
    "resting",
    "robot_model",
    "robot_physics",
    "robot_spec",
    "stopped",
    "sweep",
    "within_fall",
]
