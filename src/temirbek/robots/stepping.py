"""Feet that step: which of them carry, where the next one comes down, and how the balance follows.

A reference says when feet lift and where they land; the floor says when they really do. Between the two stands this
module. A foot carries from the moment it is *felt*: earlier than planned, it is planted at once instead of being pushed
through the ground; later, it is lowered steadily and trusted with no weight before. It lifts only when the feet that
shall carry do. Its share of the force ramps in and out, so that torques do not jump.

Feet never stand exactly where they should. Each foot's *shift* (where it stands or will land, less where the reference
has it) is measured after every touchdown and is the truth for all that follows; later steps bring it back, a little
each. The balance follows by the same preview that planned the reference: with p the shift of the zero-moment point,
a share of the feet's shifts, the divergent component of motion has to be shifted by

    ξ(t) = ∫ₜ ω e^{−ω(s−t)} p(s) ds = Σ W_f(t) d_f,

and the centre of mass follows it, ċ = ω (ξ − c). The shares are known from the contacts, so that the weights W are
computed once.

The same formula says where to land when the balance is disturbed: what the ankle cannot bring back before touchdown is
brought back by landing elsewhere, d_f = error at touchdown / W_f (capture point step adjustment: Englsberger et al.,
IEEE T-RO 2015; Khadiv et al., arXiv 1704.01271). The instant of touchdown stays on the beat. A leg is heavy: flung
aside shortly before it lands, it takes more from the balance than its new place gives, so that a landing moves no
further than a limited acceleration brings it.

A foot without which the balance could not be caught does not leave: the step is left out, the foot counts as landed
where it stands, and later steps bring it back. It does leave where the balance is beyond both feet already, for then
only a step can help. And where the soles are too small for the error, on the side to which it points, the trunk is
told to give way (``calm``): its turning moves the ground's force beyond the soles for a moment (the hip strategy).
"""

from dataclasses import dataclass
from math import ceil, cos, hypot, sin

import numpy as np
from numpy.typing import NDArray

from temirbek.robots.bodies.body import Body
from temirbek.robots.early import (
    CALLS_M,
    FACES_M,
    EarlyLanding,
    beyond_edge,
    further_out_m,
    landing_takes_s,
    lands_in_time,
)
from temirbek.robots.reference import Reference

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]

CALM_UNTIL, ALARMED_FROM = 0.3, 0.7
"""Error of the balance, as a share of the room on its side, from which the trunk begins to help, and helps all it can."""
STANDING_S = 0.1
"""Time in which the shift of a standing foot is believed: soles creep, and their places are estimated."""
LOAD_S, UNLOAD_S = 0.03, 0.04
"""Times in which a foot takes and gives weight."""
LOWERING_M_S = 0.25
"""Speed at which a late foot looks for the ground."""
LANDING_M_S = 0.12
"""Speed at which a foot meets the ground: one that arrives with less comes down at an uncertain time."""
SINKS_M = 0.0008
"""How much deeper than a foot that just touches one stands that carries."""
SLOPE_S = 0.5
"""Time in which the ground's slope is learned while all feet stand."""
IN_LINE_M4 = 1e-6
"""Feet whose places spread less than this across each other lie in a line and tell no slope."""
LANDS_AFTER = 0.5
"""Share of its swing before which a foot that feels something has not landed."""
DRIFT_SHARE, DRIFT_M, DRIFT_RAD = 0.5, 0.03, 0.05
"""How much of its shift a step takes back, and at most."""
PAW_REACH_M = 0.06
"""How far two paws that come down together may be moved to catch the balance."""
FREEZE_S = 0.06
"""A foot this close to its landing is not sent elsewhere any more."""
REACH_M = 0.16
"""How far a step may be moved to catch the balance."""
FLING_M_S2 = 10.0
"""How hard a foot is sent elsewhere: a leg that is flung costs the balance more than its new place gives."""
APART_M = (0.15, 0.40)
"""How close flat feet come to each other sideways, and how far from each other (ankles roll by 15° only), unless the
reference itself goes further."""
LATER_M = 0.02
"""Error of the balance at touchdown that the next foot brings back by itself."""
LEAST_SWING_S = 0.16
"""A foot that could not leave in time stays where it is when less than this is left of its swing."""
SPARED_SHARE = 0.7
"""A foot leaves only if this share of what ankle and landing can bring back is enough for the balance as it is."""
HALTS_S, JOINS_S = 0.05, 0.6
"""Times in which the balance leaves the dance after a step that was left out, and joins it again."""
RESTS_M = 0.04
"""So near to the middle between the feet it has come to rest."""
ANKLE_SHARE = 0.8
"""Share of the sole on which the ankle is trusted to bring the balance back before touchdown."""


@dataclass(slots=True, kw_only=True, eq=False)
class Aim:
    """What the feet shall do in one control step.

    Attributes:
        carries: Which feet stand, shape (feet,).
        load: What part of a foot's full force they may take, 0–1, shape (feet,).
        shift, shift_rate, shift_rate2: Of swinging feet against the reference: x, y, z, heading; shape (feet, 4).
        com_m, com_m_s, com_m_s2: By how much the centre of mass is shifted, shape (3,).
        turn_rad: By how much the trunk is turned.
        slope: Of the ground, as it seems: rise along x and y.
        strays: Which feet do not do what the reference has them do, but were called down early; shape (feet,).
        calm: 1 while the soles can bring the balance back by themselves, down to 0 where they cannot.
    """

    carries: Flags
    load: Floats
    shift: Floats
    shift_rate: Floats
    shift_rate2: Floats
    com_m: Floats
    com_m_s: Floats
    com_m_s2: Floats
    turn_rad: float
    slope: Floats
    strays: Flags
    calm: float = 1.0


class Footing:
    """The feet of one robot, from control step to control step.

    Args:
        body: Data of the robot's kind.
    """

    def __init__(self, body: Body) -> None:
        feet = len(body.feet)
        points = np.array([f.points_m for f in body.feet]) - np.array([f.sole_m for f in body.feet])[:, None]
        self._flat = points.shape[1] > 1
        self._low_m, self._high_m = points[0, :, :2].min(axis=0), points[0, :, :2].max(axis=0)
        self._sole_m = list(zip(self._low_m.tolist(), self._high_m.tolist(), strict=True))
        self.aim = Aim(
            carries=np.ones(feet, dtype=bool),
            load=np.ones(feet),
            shift=np.zeros((feet, 4)),
            shift_rate=np.zeros((feet, 4)),
            shift_rate2=np.zeros((feet, 4)),
            com_m=np.zeros(3),
            com_m_s=np.zeros(3),
            com_m_s2=np.zeros(3),
            turn_rad=0.0,
            slope=np.zeros(2),
            strays=np.zeros(feet, dtype=bool),
        )
        self._home = np.zeros((feet, 4))
        self._landing = np.zeros((feet, 4))
        self._saved_m = np.zeros((feet, 2))
        self._lifted_row = np.zeros(feet, dtype=int)
        self._landed_until = np.zeros(feet, dtype=int)
        self._early: dict[int, EarlyLanding] = {}
        self._began = False
        self._reference: Reference | None = None
        self._weights = np.zeros((0, 2, feet))
        self._quiet_until = 0
        self._waits, self._wait_share = False, 0.0

    def update(
        self, reference: Reference, row: int, soles: Floats, slopes: Floats, felt: Flags, error_m: Floats
    ) -> Aim:
        """One control step.

        Args:
            reference: What is danced.
            row: Which row of it.
            soles: Where the soles are: x, y, z [m] and heading [rad], shape (feet, 4).
            slopes: How they are tilted: rise along x and y, shape (feet, 2).
            felt: Which feet press the ground.
            error_m: Divergent component of motion less the reference's, shift not counted, shape (2,).
        """
        if not self._began:
            self._begin(reference, row, soles)
            self.aim.slope[:] = self._slope(soles, slopes)
        if reference is not self._reference:
            self._learn(reference)
        if row < self._quiet_until:
            self._follow_standing(reference, row, soles)
            self._learn_slope(reference, soles, slopes)
        else:
            self._plant_and_lift(reference, row, soles, felt, error_m)
            self._follow_standing(reference, row, soles)
            if (self.aim.carries & (self.aim.load == 1.0)).all():
                self._learn_slope(reference, soles, slopes)
            self._swing(reference, row, error_m)
            self._share_load(reference, row)
            self._look_ahead(reference, row)
        self._follow_balance(reference, row, error_m)
        return self.aim

    def _learn(self, reference: Reference) -> None:
        """What never changes about a reference, laid out for every step: both shares together."""
        self._reference, self._quiet_until = reference, 0
        self._weights = np.stack([reference.share, reference.coming_share], axis=1)

    def _look_ahead(self, reference: Reference, row: int) -> None:
        """Until when nothing can happen to feet that all stand with all their weight: most of the time, in a dance."""
        aim, planned = self.aim, reference.contacts[row]
        if planned.all() and aim.carries.all() and aim.load.min() >= 1.0:
            self._quiet_until = int(reference.lift_row[row].min()) - ceil(UNLOAD_S / reference.step_s)

    def _learn_slope(self, reference: Reference, soles: Floats, slopes: Floats) -> None:
        self.aim.slope += reference.step_s / SLOPE_S * (self._slope(soles, slopes) - self.aim.slope)

    def _begin(self, reference: Reference, row: int, soles: Floats) -> None:
        self._began = True
        self.aim.carries[:] = reference.contacts[row]
        self._home[:] = reference.soles[row]
        self.aim.shift[:] = _difference(soles, self._home)
        self.aim.com_m[:2] = reference.coming_share[row] @ self.aim.shift[:, :2]
        self.aim.com_m[2] = reference.share[row] @ self.aim.shift[:, 2]

    def _slope(self, soles: Floats, slopes: Floats) -> Floats:
        """Of the ground under feet that all stand: soles lie on it, and across the feet their heights say it better."""
        if not self._flat:
            level = soles[:, :3] - np.add.reduce(soles[:, :3]) / len(soles)
            (xx, xy, xz), (_, yy, yz) = (level[:, :2].T @ level).tolist()
            spread = xx * yy - xy * xy
            if spread < IN_LINE_M4:
                return self.aim.slope.copy()
            return np.array([(xz * yy - yz * xy) / spread, (yz * xx - xz * xy) / spread])
        (along_x, along_y), (other_x, other_y) = slopes.tolist()
        x, y, z = (soles[0, :3] - soles[1, :3]).tolist()
        apart_m = max(hypot(x, y), APART_M[0])
        x, y, along_x, along_y = (
            x / apart_m,
            y / apart_m,
            0.5 * (along_x + other_x),
            0.5 * (along_y + other_y),
        )
        more = z / apart_m - (along_x * x + along_y * y)
        return np.array([along_x + more * x, along_y + more * y])

    def _plant_and_lift(
        self, reference: Reference, row: int, soles: Floats, felt: Flags, error_m: Floats
    ) -> None:
        aim, planned = self.aim, reference.contacts[row]
        aim.strays &= ~planned
        # A ball foot is too light to be felt before it carries: it is trusted on its beat.
        trusted = felt if self._flat else felt | planned
        if aim.carries.all() and planned.all():
            return
        for f, early in self._early.items():
            trusted[f] |= row >= early.due_row
        for f in np.flatnonzero(~aim.carries & trusted).tolist():
            if planned[f] or f in self._early or self._progress(reference, row, f) > LANDS_AFTER:
                self._plant(reference, row, f, soles[f])
        if (aim.carries | ~planned).all():
            for f in np.flatnonzero(aim.carries & ~planned & (row >= self._landed_until)).tolist():
                if not self._waits and self._is_spared(reference, row, f, error_m):
                    self._lift(reference, row, f, soles[f])
                else:
                    self._stay(reference, row, f, soles[f])
                    self._waits = self._flat

    def _progress(self, reference: Reference, row: int, f: int) -> float:
        touch = int(reference.touch_row[row, f])
        return float((row - self._lifted_row[f]) / max(1, touch - self._lifted_row[f]))

    def _lift(self, reference: Reference, row: int, f: int, sole: Floats) -> None:
        aim = self.aim
        aim.carries[f], aim.load[f] = False, 0.0
        self._landing[f] = aim.shift[f]
        aim.shift[f] = _difference(sole, reference.soles[row, f])
        aim.shift_rate[f, :3] = -reference.foot_m_s[row, f]
        aim.shift_rate2[f, :3] = -reference.foot_m_s2[row, f]
        aim.shift_rate[f, 3] = aim.shift_rate2[f, 3] = 0.0
        self._saved_m[f] = 0.0
        self._lifted_row[f] = row

    def _is_spared(self, reference: Reference, row: int, f: int, error_m: Floats) -> bool:
        """Whether the balance can do without a foot until it comes down again, or is lost where the feet are now."""
        if not self._flat:
            return True
        aim, touch = self.aim, int(reference.touch_row[row, f])
        left_s = (touch - row) * reference.step_s
        if left_s < LEAST_SWING_S:
            return False
        stance = 1 - f
        turn = self._turn(stance)
        error = (error_m - reference.coming_share[row] @ aim.shift[:, :2]) @ turn
        grows = np.exp(reference.pendulum_rad_s * left_s)
        can = ANKLE_SHARE * 0.5 * (self._high_m - self._low_m) * (grows - 1.0) + LATER_M
        reach_m = min(REACH_M, FLING_M_S2 * left_s**2 / 6.0)
        side = 1.0 if f == 0 else -1.0
        apart_m = side * float(((reference.soles[touch, f] - reference.soles[touch, stance])[:2] @ turn)[1])
        inwards_m = min(reach_m, max(0.0, apart_m - APART_M[0]))
        room = np.array([reach_m, reach_m if side * error[1] > 0 else inwards_m])
        can += reference.coming_share[touch, f] * room
        lost = np.abs(error) * grows >= SPARED_SHARE * can
        if lost[1] and side * error[1] < 0.0:  # over the other foot: this one cannot help there
            return False
        return not lost.any() or not self._holds(reference, row, error_m)

    def _holds(self, reference: Reference, row: int, error_m: Floats) -> bool:
        """Whether the balance is over the feet as they stand."""
        capture = _danced(reference, row) + error_m
        turn = self._turn(0)
        seen = ((self._home + self.aim.shift)[:, :2] - capture) @ turn
        low, high = (seen + self._low_m).min(axis=0), (seen + self._high_m).max(axis=0)
        return bool((low < 0.0).all() and (high > 0.0).all())

    def _turn(self, f: int) -> Floats:
        """From the frame of a standing foot into the stage's."""
        heading = float(self._home[f, 3])
        c, s = cos(heading), sin(heading)
        return np.array([[c, -s], [s, c]])

    def _stay(self, reference: Reference, row: int, f: int, sole: Floats) -> None:
        """Leaves a step out: the foot stands where it stands as if it had come down there."""
        load = self.aim.load[f]
        self._plant(reference, row, f, sole)
        self.aim.load[f] = load

    def _plant(self, reference: Reference, row: int, f: int, sole: Floats) -> None:
        aim = self.aim
        touch = int(reference.touch_row[row, f])
        self._home[f] = reference.soles[touch, f]
        self._landed_until[f] = touch
        aim.carries[f], aim.load[f] = True, 0.0
        self._early.pop(f, None)
        aim.shift[f] = _difference(sole, self._home[f])
        aim.shift_rate[f] = aim.shift_rate2[f] = 0.0

    def _follow_standing(self, reference: Reference, row: int, soles: Floats) -> None:
        """Believes, slowly, where the standing feet are."""
        aim = self.aim
        if not self._flat:  # the middle of a ball moves where it rolls: that is meant, and no shift
            rolls = aim.carries & reference.contacts[row] & (row >= self._landed_until)
            self._home[rolls] = reference.soles[row, rolls]
        change = reference.step_s / STANDING_S * (_difference(soles, self._home) - aim.shift)
        aim.shift += change * aim.carries[:, None]

    def _swing(self, reference: Reference, row: int, error_m: Floats) -> None:
        aim, step_s = self.aim, reference.step_s
        if aim.carries.all():
            return
        for f in np.flatnonzero(~aim.carries).tolist():
            if reference.contacts[row, f]:
                aim.shift[f, 2] -= LOWERING_M_S * step_s
                aim.shift_rate[f] = (0.0, 0.0, -LOWERING_M_S, 0.0)
                aim.shift_rate2[f] = 0.0
                continue
            left_s = (int(reference.touch_row[row, f]) - row) * step_s
            if f in self._early:
                self._come_down(reference, row, f)
                continue
            if left_s > FREEZE_S:
                self._choose_landing(reference, row, f, left_s, error_m)
                if not self._flat and self._is_called(reference, row, f, left_s, error_m):
                    self._come_down(reference, row, f)
                    continue
            touch = int(reference.touch_row[row, f])
            sinking = min(0.0, -LANDING_M_S - reference.foot_m_s[max(touch - 1, 0), f, 2])
            _glide(aim, f, self._landing[f], sinking, left_s, step_s)

    def _is_called(self, reference: Reference, row: int, f: int, left_s: float, error_m: Floats) -> bool:
        """Whether the only paw in the air is called down, because the balance is lost without it; then it is on its way."""
        aim, rate = self.aim, reference.pendulum_rad_s
        if aim.carries.sum() != len(aim.carries) - 1:
            return False
        lands = reference.soles[int(reference.touch_row[row, f]), f, :3] + self._landing[f, :3]
        place = reference.foot_m[row, f] + aim.shift[f, :3]
        takes_s = landing_takes_s(place, lands)
        if takes_s >= left_s:
            return False
        standing = (self._home + aim.shift)[aim.carries, :2]
        danced = _danced(reference, row)
        meant, _, _ = beyond_edge(standing, lands[:2], danced + aim.com_m[:2])
        beyond, lies, outwards = beyond_edge(standing, lands[:2], danced + error_m)
        if lies < FACES_M or beyond < max(meant, 0.0) + CALLS_M:
            return False
        if lands_in_time(beyond, lies, rate, left_s):
            return False
        lands[:2] += further_out_m(beyond, lies, rate, takes_s) * outwards
        self._early[f] = EarlyLanding(
            row=row,
            step_s=reference.step_s,
            place_m=place,
            speed_m_s=reference.foot_m_s[row, f] + aim.shift_rate[f, :3],
            acceleration_m_s2=reference.foot_m_s2[row, f] + aim.shift_rate2[f, :3],
            lands_m=lands,
        )
        self._landing[f, :3] = lands - reference.soles[int(reference.touch_row[row, f]), f, :3]
        aim.strays[f] = True
        return True

    def _come_down(self, reference: Reference, row: int, f: int) -> None:
        """One step of a called paw's way, said as a shift of its reference."""
        aim, to = self.aim, self._early[f].follow(row)
        aim.shift[f, :3] = to.place_m - reference.foot_m[row, f]
        aim.shift_rate[f, :3] = to.speed_m_s - reference.foot_m_s[row, f]
        aim.shift_rate2[f, :3] = to.acceleration_m_s2 - reference.foot_m_s2[row, f]

    def _choose_landing(self, reference: Reference, row: int, f: int, left_s: float, error_m: Floats) -> None:
        """Where a foot shall come down: with the others, a little nearer to where it belongs, and where balance needs it."""
        aim = self.aim
        others = aim.carries * reference.share[row]
        others = others / others.sum() if others.sum() > 0 else aim.carries / max(1, aim.carries.sum())
        stand = others @ aim.shift
        back = np.array([DRIFT_M, DRIFT_M, 0.0, DRIFT_RAD])
        self._landing[f] = stand - np.clip(DRIFT_SHARE * stand, -back, back)
        self._saved_m[f] = self._catch(reference, row, f, left_s, error_m)
        self._landing[f, :2] += self._saved_m[f]
        if self._flat:
            goes_m = aim.shift[f, :2] + 0.5 * left_s * aim.shift_rate[f, :2]
            reach_m = FLING_M_S2 * left_s**2 / 6.0
            self._landing[f, :2] = goes_m + _no_longer(self._landing[f, :2] - goes_m, reach_m)
        touch = int(reference.touch_row[row, f])
        way = reference.soles[touch, f, :2] + self._landing[f, :2] - others @ (self._home + aim.shift)[:, :2]
        self._landing[f, 2] = others @ (self._home + aim.shift)[:, 2] + aim.slope @ way
        self._landing[f, 2] += SINKS_M - reference.soles[touch, f, 2]

    def _catch(self, reference: Reference, row: int, f: int, left_s: float, error_m: Floats) -> Floats:
        """By how much a landing moves so that the balance is right after it."""
        aim, touch = self.aim, int(reference.touch_row[row, f])
        weight = reference.coming_share[touch, f if self._flat else ~aim.carries].sum()
        if weight < 0.2 or (not self._flat and aim.carries.sum() != 2):
            return np.zeros(2)
        d = aim.shift[:, :2].copy()
        d[~aim.carries] = self._landing[~aim.carries, :2]
        error = error_m - reference.coming_share[row] @ d
        grows = np.exp(reference.pendulum_rad_s * left_s)
        if not self._flat:
            return self._beside_the_line(error * grows, weight)
        stance = int(np.argmax(aim.carries * reference.share[row]))
        turn = self._turn(stance)
        room = ANKLE_SHARE * 0.5 * (self._high_m - self._low_m)
        e = error @ turn * grows
        can = room * (grows - 1.0) + LATER_M
        wanted = (e - np.clip(e, -can, can)) / weight
        moved = np.clip(wanted, -REACH_M, REACH_M)
        if self._flat:
            moved[1] = self._beside(reference, f, stance, touch, moved[1], turn)
        return np.asarray(turn @ moved)

    def _beside_the_line(self, error_m: Floats, weight: float) -> Floats:
        """A move of both paws in the air: the two on the ground hold the balance along the line through them."""
        first, second = (self._home + self.aim.shift)[self.aim.carries, :2]
        along = (second - first) / np.linalg.norm(second - first)
        across = np.array([-along[1], along[0]])
        e = float(error_m @ across)
        moved = (e - np.clip(e, -LATER_M, LATER_M)) / weight
        return np.asarray(float(np.clip(moved, -PAW_REACH_M, PAW_REACH_M)) * across)

    def _beside(
        self, reference: Reference, f: int, stance: int, touch: int, sideways_m: float, turn: Floats
    ) -> float:
        """A move sideways that leaves the feet beside each other."""
        sole = reference.soles[touch, f, :2] + self._landing[f, :2]
        stands = self._home[stance, :2] + self.aim.shift[stance, :2]
        side = 1.0 if f == 0 else -1.0
        apart = side * float(((sole - stands) @ turn)[1])
        least, most = min(APART_M[0], apart), max(APART_M[1], apart)
        return side * float(np.clip(side * sideways_m, least - apart, most - apart))

    def _share_load(self, reference: Reference, row: int) -> None:
        aim, step_s = self.aim, reference.step_s
        np.minimum(1.0, aim.load + aim.carries * (step_s / LOAD_S), out=aim.load)
        leaves_s = (reference.lift_row[row] - row) * step_s
        if leaves_s.min() < UNLOAD_S and aim.carries.sum() > 1:
            leaving = aim.carries & (leaves_s < UNLOAD_S) & (row >= self._landed_until)
            aim.load[leaving] = np.minimum(aim.load[leaving], np.maximum(0.1, leaves_s[leaving] / UNLOAD_S))

    def _follow_balance(self, reference: Reference, row: int, error_m: Floats) -> None:
        """The centre of mass goes where the feet, as they stand and will land, need it."""
        aim, step_s, rate = self.aim, reference.step_s, reference.pendulum_rad_s
        weights, d = self._weights[row], aim.shift
        if not aim.carries.all():
            d = np.where(aim.carries[:, None], d, self._landing)
            pressed = aim.carries * weights[0]
            whole = float(pressed.sum())
            if whole > 0:
                weights = np.stack([pressed / whole, weights[1]])
        (now_x, now_y, now_z, now_rad), (moved_x, moved_y, _, _) = (weights @ d).tolist()
        if self._waits or self._wait_share > 0.0:
            moved_x, moved_y, now_x, now_y = self._waiting(
                reference, row, error_m, (moved_x, moved_y), (now_x, now_y)
            )
        x, y, z = aim.com_m.tolist()
        speed_x, speed_y = rate * (moved_x - x), rate * (moved_y - y)
        blend = min(1.0, step_s / STANDING_S)
        aim.com_m[:] = x + step_s * speed_x, y + step_s * speed_y, z + blend * (now_z - z)
        aim.com_m_s[:2] = speed_x, speed_y
        aim.com_m_s2[:2] = rate**2 * (x - now_x), rate**2 * (y - now_y)
        aim.turn_rad += blend * (now_rad - aim.turn_rad)
        if self._flat and aim.carries.any():
            self._feel_balance(reference, row, error_m, d, (moved_x, moved_y))

    def _waiting(
        self,
        reference: Reference,
        row: int,
        error_m: Floats,
        moved_m: tuple[float, float],
        now_m: tuple[float, float],
    ) -> tuple[float, float, float, float]:
        """After a step that was left out the balance first comes to rest between the feet, then joins the dance again.

        Returns:
            By how much the divergent component of motion, and the zero-moment point, are to be shifted: x and y each.
        """
        step_s, rate = reference.step_s, reference.pendulum_rad_s
        place, danced = reference.com_m[row, :2], _danced(reference, row)
        middle = (self._home + self.aim.shift)[:, :2].mean(axis=0)
        if self._waits:
            is_there = bool(np.hypot(*(danced + error_m - middle)) < RESTS_M)
            self._waits = bool(self.aim.carries.all()) and not is_there
        joins_s = JOINS_S if self.aim.carries.all() else HALTS_S
        change = step_s / (HALTS_S if self._waits else -joins_s)
        self._wait_share = min(1.0, max(0.0, self._wait_share + change))
        h = self._wait_share
        moved = (1.0 - h) * np.array(moved_m) + h * (middle - danced)
        now = (1.0 - h) * np.array(now_m) + h * (middle - place + reference.com_m_s2[row, :2] / rate**2)
        return float(moved[0]), float(moved[1]), float(now[0]), float(now[1])

    def _feel_balance(
        self, reference: Reference, row: int, error_m: Floats, shift: Floats, moved_m: tuple[float, float]
    ) -> None:
        """Whether the soles are large enough, on the side to which the balance errs; in the frame of one that stands."""
        aim, rate = self.aim, reference.pendulum_rad_s
        (moved_x, moved_y), (error_x, error_y) = moved_m, error_m.tolist()
        (x, y, _), (speed_x, speed_y, _) = reference.com_m[row].tolist(), reference.com_m_s[row].tolist()
        x, y = x + speed_x / rate + moved_x, y + speed_y / rate + moved_y
        stand = [
            place for place, on in zip((shift + self._home).tolist(), aim.carries.tolist(), strict=True) if on
        ]
        c, s = self._facing(aim.carries)
        along, across = _turned(error_x - moved_x, error_y - moved_y, c, s)
        seen = [_turned(place[0] - x, place[1] - y, c, s) for place in stand]
        share = 0.0
        for k, error in enumerate((along, across)):
            low, high = self._sole_m[k]
            places = [place[k] for place in seen]
            room = max(places) + high if error > 0.0 else -min(places) - low
            share = max(share, abs(error) / max(room, 0.5 * (high - low)))
        aim.calm = min(1.0, max(0.0, (ALARMED_FROM - share) / (ALARMED_FROM - CALM_UNTIL)))

    def _facing(self, carries: Flags) -> tuple[float, float]:
        """Cosine and sine of the heading of the first foot that stands."""
        heading = float(self._home[int(carries.argmax()), 3])
        return cos(heading), sin(heading)


def _turned(x: float, y: float, c: float, s: float) -> tuple[float, float]:
    """A vector in a frame that is turned by an angle of this cosine and sine."""
    return x * c + y * s, y * c - x * s


def _glide(aim: Aim, f: int, to: Floats, sinking_m_s: float, left_s: float, step_s: float) -> None:
    """One step along the smoothest way (least jerk) to a shift that is reached when the foot lands."""
    if left_s < 3.0 * step_s:
        aim.shift[f] += step_s * aim.shift_rate[f]
        aim.shift_rate2[f] = 0.0
        return
    p, v, a = aim.shift[f], aim.shift_rate[f], aim.shift_rate2[f]
    end = np.array([0.0, 0.0, sinking_m_s, 0.0])
    jerk = 60.0 * (to - p) / left_s**3 - (36.0 * v + 24.0 * end) / left_s**2 - 9.0 * a / left_s
    aim.shift[f] = p + step_s * v + step_s**2 / 2.0 * a + step_s**3 / 6.0 * jerk
    aim.shift_rate[f] = v + step_s * a + step_s**2 / 2.0 * jerk
    aim.shift_rate2[f] = a + step_s * jerk


def _no_longer(way: Floats, length_m: float) -> Floats:
    return way * min(1.0, length_m / max(float(np.hypot(way[0], way[1])), 1e-9))


def _danced(reference: Reference, row: int) -> Floats:
    """Where the reference has the divergent component of motion, shape (2,)."""
    danced: Floats = reference.com_m[row, :2] + reference.com_m_s[row, :2] / reference.pendulum_rad_s
    return danced


def _difference(soles: Floats, wanted: Floats) -> Floats:
    """Places less places; headings the short way round."""
    difference: Floats = soles - wanted
    difference[..., 3] = (difference[..., 3] + np.pi) % (2.0 * np.pi) - np.pi
    return difference
