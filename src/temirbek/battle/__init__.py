"""The battle: how a person's dance is measured, how a robot answers it, and how a round is decided in the open.

**Measuring** (:func:`measure_turn`). Key points of a camera become a body's motion, even in time, in body lengths
(:mod:`~temirbek.battle.seen`), so it does not matter where somebody stands, how far away, how tall, or whether the picture is
mirrored. From the motion come stops (:mod:`~temirbek.battle.stops`), from stops the *groove*: how much better they lie on the
beat than on any other grid of that tempo (:mod:`~temirbek.battle.groove`); and from poses on the beats variety, originality and
the copy of what the other danced (:mod:`~temirbek.battle.likeness`). Below 70 % of the key points nothing is said.

**Latency** (:func:`calibrate`). A camera is late, and the measuring must not take that for a late dancer. The person claps
along for eight beats first. Where that fails, the latency counts as unknown: then any constant lag is allowed, which also
forgives a dancer who is late on the whole.

**The robot's answer** (:func:`answer`). A G1 dances the person's own phrase: its key poses on the beats, in the plane that the
camera saw, within the robot's ranges; then mirrored, backwards, at half the speed, or its first half twice; what was used
longest ago comes first. A Go2 has another body: energy, rhythm and direction of each bar choose among its own moves.

**The round** (:func:`take`). A statechart (Harel 1987) as a pure function: invite, consent, calibrate, call (the person),
response (the robot), score; then the verdict and a bow. Stop leads out of everything, and nothing leads back. The same
events give the same verdict, so that a battle can be replayed from its record.

**The verdict** (:func:`judge_round`). A comparison, not points for each: from −1, all for the robot, to +1, all for the person.
What was measured, the hall and the jury count by the rules; where one is missing its weight goes to the others, and the
verdict says so. Votes are shrunk by n / (n + 10); within 3 points it is a draw.

Conventions: host seconds; COCO's key points, x right and y down; beats as they sounded. Nothing here knows who the person is.

Papers: Li et al. 2021 (AIST++: beat alignment), Flash & Hogan 1985 (minimum jerk), Cleveland 1979 (local regression), Sakoe &
Chiba 1978 (time warping), Leinster & Cobbold 2012 (effective numbers), Repp 2005 (tapping along), Harel 1987 (statecharts).

Limits. One camera sees a plane: what goes towards it is not seen, and is not answered. Triplets are no pulse of ours. With an
unknown latency nobody can be called late. A hall votes for whom it likes; the measured part says how they danced, not how they
touched people. Consent of minors is a tick of the operator's: no software can know.
"""

from temirbek.battle.answer import DanceAnswer, answer
from temirbek.battle.calibrate import Calibration, calibrate
from temirbek.battle.machine import may, new_battle, played, take
from temirbek.battle.measure import Measured, measure_dance, measure_turn, points_of
from temirbek.battle.phrase import DancePhrase
from temirbek.battle.skeletons import PERSON, QUADRUPED, Skeleton
from temirbek.battle.states import BattleEffect, BattleEvent, BattleState, EventKind, Phase, Step
from temirbek.battle.verdict import is_decided, judge_battle, judge_round
from temirbek.battle.words import CARDS, REASONS, round_lines, verdict_line

__all__ = [
    "CARDS",
    "PERSON",
    "QUADRUPED",
    "REASONS",
    "BattleEffect",
    "BattleEvent",
    "BattleState",
    "Calibration",
    "DanceAnswer",
    "DancePhrase",
    "EventKind",
    "Measured",
    "Phase",
    "Skeleton",
    "Step",
    "answer",
    "calibrate",
    "is_decided",
    "judge_battle",
    "judge_round",
    "may",
    "measure_dance",
    "measure_turn",
    "new_battle",
    "played",
    "points_of",
    "round_lines",
    "take",
    "verdict_line",
]
