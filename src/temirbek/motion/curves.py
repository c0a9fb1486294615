"""Smooth curves through key poses that stop exactly on the beat.

Between two keys a channel follows a polynomial of degree seven whose velocity is zero at both ends. Acceleration and
jerk at a key are the *same on both sides*, and chosen so that a channel leaves a key as it arrived:

- it turns back (arrives from one side and leaves to the same side): acceleration like that of a cosine, jerk zero;
- it goes on in its direction: acceleration zero, jerk like that of the minimum-jerk curve (Flash & Hogan 1985);
- it rests before or after: both zero, so that it sets off and arrives too softly to be seen near the beat.

The speed is then an even function around every key up to third order, and so is every sum of speeds over the body.
Its minimum falls on the key and stays there under any symmetric smoothing: an accent is exact by construction. (A pose
that is *held* after the beat would pull the minimum of a smoothed speed into the hold, by tens of milliseconds.)
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

Floats = NDArray[np.float64]

COSINE = np.pi**2 / 2  # second derivative of a half cosine of unit height and length, at its ends
MINIMUM_JERK = 60.0  # third derivative of the minimum-jerk curve of unit height and length, at its ends
PEAK_SPEED = 2.19  # greatest speed of any of these curves for unit height and length
PEAK_ACCELERATION = 7.6  # and greatest acceleration


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Curve:
    """Channels over time.

    Attributes:
        times_s: Instants of the keys [s], shape (k,), increasing.
        values: Key poses, shape (k, c).
        accelerations, jerks: Second and third derivatives at the keys, shape (k, c).
    """

    times_s: Floats
    values: Floats
    accelerations: Floats
    jerks: Floats

    def at(self, time_s: ArrayLike) -> Floats:
        """Values at the given instants [s], shape (n,) → (n, c); held before the first and after the last key."""
        t = np.clip(np.asarray(time_s, dtype=float), self.times_s[0], self.times_s[-1])
        if len(self.times_s) == 1:
            return np.repeat(self.values, len(t), axis=0)
        i = np.clip(np.searchsorted(self.times_s, t, side="right") - 1, 0, len(self.times_s) - 2)
        length = (self.times_s[i + 1] - self.times_s[i])[:, None]
        s = (t - self.times_s[i])[:, None] / length
        rise, acc, jerk = _basis(s)
        acc_end, jerk_end = _basis(1.0 - s)[1:]
        return np.asarray(
            self.values[i]
            + (self.values[i + 1] - self.values[i]) * rise
            + length**2 * (self.accelerations[i] * acc + self.accelerations[i + 1] * acc_end)
            + length**3 * (self.jerks[i] * jerk - self.jerks[i + 1] * jerk_end)
        )


def _basis(s: Floats) -> tuple[Floats, Floats, Floats]:
    """Degree-seven Hermite functions on [0, 1]: unit rise, unit acceleration at 0, unit jerk at 0."""
    rise = s**4 * (35.0 - 84.0 * s + 70.0 * s**2 - 20.0 * s**3)
    acceleration = s**2 * (1.0 - s) ** 4 * (0.5 + 2.0 * s)
    jerk = s**3 * (1.0 - s) ** 4 / 6.0
    return rise, acceleration, jerk


def curve_through(times_s: Floats, values: Floats) -> Curve:
    """The curve through key poses.

    Args:
        times_s: Instants of the keys [s], shape (k,), increasing.
        values: Poses, shape (k, c).
    """
    accelerations, jerks = np.zeros_like(values), np.zeros_like(values)
    if len(times_s) > 2:
        length = np.diff(times_s)[:, None]
        rise = np.diff(values, axis=0)
        arrives, leaves = -COSINE * rise[:-1] / length[:-1] ** 2, COSINE * rise[1:] / length[1:] ** 2
        accelerations[1:-1] = _agreement(arrives, leaves)
        jerks[1:-1] = _agreement(
            MINIMUM_JERK * rise[:-1] / length[:-1] ** 3, MINIMUM_JERK * rise[1:] / length[1:] ** 3
        )
    return Curve(times_s=times_s, values=values, accelerations=accelerations, jerks=jerks)


def _agreement(a: Floats, b: Floats) -> Floats:
    """The harmonic mean of two numbers of the same sign, else zero: never beyond twice the smaller."""
    product = a * b
    safe = np.where(product > 0, a + b, 1.0)
    return np.where(product > 0, 2.0 * product / safe, 0.0)
