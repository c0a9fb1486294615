"""Motion: a dance on paper in, reference motion that a body can follow out.

The verb is :func:`realize`. Its stages, each a file:

1. :mod:`~temirbek.motion.key_poses`: calls become key poses of layers, in beats (mirror, intensity, repetition).
2. :mod:`~temirbek.motion.limits`: key poses that would be too fast are drawn together; the beat stays.
3. :mod:`~temirbek.motion.hands`: arms at the desk get key poses that reach, and a course for the hand.
4. :mod:`~temirbek.motion.curves`: smooth curves that stop exactly on the beat. Beats become seconds through the mix's
   grid, so tempo ramps are followed.
5. :mod:`~temirbek.motion.footsteps`: feet travel from place to place and meet the ground on the beat, with a definite
   speed; :mod:`~temirbek.motion.step_limits` refuses steps that cannot be. :mod:`~temirbek.motion.walking`: where the
   weight goes meanwhile, a pendulum above a planned zero-moment point.
6. :mod:`~temirbek.motion.inverse_kinematics`: postures (mink), 100 a second; :mod:`~temirbek.motion.reach`: the pelvis
   comes down where legs get long. Quadrupeds have closed forms (:mod:`~temirbek.motion.legs`).
7. :mod:`~temirbek.motion.balance`: the zero-moment point of the whole body, arms included, is kept inside the feet that
   carry, by shifting the centre of mass.
8. :mod:`~temirbek.motion.smooth`: splines give positions, velocities and accelerations that agree, 200 rows a second.

Recorded motion comes in through :mod:`~temirbek.motion.clip` and :mod:`~temirbek.motion.retarget`, is put on beats by
:mod:`~temirbek.motion.warp`, cut by :mod:`~temirbek.motion.loop`, evened around its accents by
:mod:`~temirbek.motion.even` and made feasible by :mod:`~temirbek.motion.recorded`.

Conventions: mix time [s]; MuJoCo's order of ``qpos`` and ``qvel`` (quaternion w first, angular velocity in the body
frame); the motion is solved in the frame of the place where the robot starts and then placed there, on the riser where that
lies on it. A motion begins and ends standing still at rest; key poses in the first and the last beat are left out.

Channels of the humanoid: ``pelvis_z_m`` (height against standing), ``sway_x_m``, ``sway_y_m`` (of the centre of mass),
``roll_rad``, ``pitch_rad``, ``yaw_rad`` (of the pelvis), and joints by name. Of the quadruped: the trunk's height, sway
and attitude, and lift, forward and outward displacement of the front paws, which leave the ground while lifted.

Papers: Flash & Hogan (1985) on minimum jerk; Vukobratović & Borovac (2004) on the zero-moment point; Kagami et al.
(2002) on the dynamics filter; Kajita et al. (2003) on the preview of the pendulum. Of recorded motion: Parncutt (1994)
on the pulse, Fritsch & Carlson (1980) on monotone curves, Needleman & Wunsch (1970) on alignment, Levenberg (1944).

Limits: a humanoid has one foot in the air at a time; it neither runs nor jumps. Torques of the legs are the
controller's business: limits here are on position, speed and acceleration, and on the torques of waist and arms.
"""

from temirbek.motion.realize import realize

__all__ = ["realize"]
