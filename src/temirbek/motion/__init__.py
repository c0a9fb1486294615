"""Motion: a dance on paper in, reference motion that a body can follow out.

The verb is :func:`realize`. Its stages, each a file:

1. :mod:`~temirbek.motion.key_poses`: calls become key poses of layers, in beats (mirror, intensity, repetition).
2. :mod:`~temirbek.motion.limits`: key poses that would be too fast are drawn together; the beat stays.
3. :mod:`~temirbek.motion.hands`: arms at the desk get key poses that reach, and a course for the hand.
4. :mod:`~temirbek.motion.curves`: smooth curves that stop exactly on the beat. Beats become seconds through the mix's
   grid, so tempo ramps are followed.
5. :mod:`~temirbek.motion.inverse_kinematics`: postures on planted feet (mink), 100 a second.
6. :mod:`~temirbek.motion.balance`: the zero-moment point of the whole body, arms included, is kept inside the feet by
   shifting the centre of mass.
7. :mod:`~temirbek.motion.smooth`: splines give positions, velocities and accelerations that agree, 200 rows a second.

Conventions: mix time [s]; MuJoCo's order of ``qpos`` and ``qvel`` (quaternion w first, angular velocity in the body
frame); the motion is solved in the robot's own frame and then placed on its mark, facing, on the riser where the mark
lies on it. A motion begins and ends standing still at rest; key poses in the first and the last beat are left out.

Channels of the humanoid: ``pelvis_z_m`` (height against standing), ``sway_x_m``, ``sway_y_m`` (of the centre of mass),
``roll_rad``, ``pitch_rad``, ``yaw_rad`` (of the pelvis), and joints by name. Of the quadruped: the trunk's height, sway
and attitude, and lift, forward and outward displacement of the front paws, which leave the ground while lifted.

Papers: Flash & Hogan (1985) on minimum jerk; Vukobratović & Borovac (2004) on the zero-moment point; Kagami et al.
(2002) on the dynamics filter.

Limits: feet never step. Torques are the controller's business: limits here are on position, speed and acceleration.
"""

from temirbek.motion.realize import realize

__all__ = ["realize"]
