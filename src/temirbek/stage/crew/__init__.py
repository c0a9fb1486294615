"""The conductor's crew: one hand for each process of a run, and what they share.

A hand turns effects of the show's machine into questions to its process (``do``), what the process tells into facts
(``hear``), and puts things right when the process was started again (``found``). Hands know each other only where one
deed needs two of them: a number needs sound and robots. What they share, the evening, the clock, what was made and
where to tell, is the :class:`~temirbek.stage.crew.wings.Wings`. All of it runs in the conductor's event loop and waits
for nobody.
"""

from temirbek.stage.crew.battle_hand import BattleHand
from temirbek.stage.crew.crowd_hand import CrowdHand
from temirbek.stage.crew.dj_hand import DjHand
from temirbek.stage.crew.hall_hand import HallHand
from temirbek.stage.crew.maker_hand import MakerHand
from temirbek.stage.crew.phones_hand import PhonesHand
from temirbek.stage.crew.robots_hand import RobotsHand
from temirbek.stage.crew.screen import Screen
from temirbek.stage.crew.signals_hand import SignalsHand
from temirbek.stage.crew.sound_hand import SoundHand
from temirbek.stage.crew.speech_hand import SpeechHand
from temirbek.stage.crew.wings import Answered, Wings

__all__ = [
    "Answered",
    "BattleHand",
    "CrowdHand",
    "DjHand",
    "HallHand",
    "MakerHand",
    "PhonesHand",
    "RobotsHand",
    "Screen",
    "SignalsHand",
    "SoundHand",
    "SpeechHand",
    "Wings",
]
