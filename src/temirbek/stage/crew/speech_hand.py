"""Speech: announcements are said, and robots that take part gesture to them."""

import threading
from collections.abc import Mapping
from typing import Any

from temirbek.stage.crew.screen import Screen
from temirbek.stage.crew.wings import MOVING, Wings
from temirbek.stage.links import Link
from temirbek.stage.made import part_of
from temirbek.stage.speaking import Speaking, next_bar, why_no_voice
from temirbek.types import AnnouncementCue, Cue, Effect

LOOKING = "this machine is being asked for its voices"
TO_COME = ("waiting", "standby", "pre_wait", "running")


class SpeechHand:
    """Has announcements said.

    Args:
        wings: What the crew shares.
        sound, robots: To their processes.
        screen: Where captions are shown.
    """

    def __init__(self, wings: Wings, sound: Link, robots: Link, screen: Screen) -> None:
        self._wings, self._robots = wings, robots
        self._asked_for: frozenset[str] = frozenset()
        self._lacks: dict[frozenset[str], tuple[str, ...]] = {}
        self._speaking = Speaking(
            wings.evening,
            wings.run.made,
            ask=sound.ask,
            tell=wings.tell,
            host_s=wings.clock.host_s,
            next_bar=self._next_bar,
            caption=screen.show_caption,
            gesture=self._gesture,
            still=self._still,
        )

    def _next_bar(self, after_host_s: float) -> float | None:
        now = self._wings.now
        return next_bar(now.view(self._wings.clock.host_s()), now.reading(), after_host_s)

    def do(self, effect: Effect) -> None:
        """Begins or ends an announcement."""
        cue, run = self._wings.cues[effect.cue], int(effect.payload["run"])
        if effect.verb == "fire":
            self._speaking.begin(cue, self._wings.made.get(cue.id), run)
        elif not self._speaking.end(cue.id):
            self._wings.tell("done", cue=cue.id, run=run)

    def hear(self, event: Mapping[str, Any]) -> None:
        """What the sound process tells of its voice "speech"."""
        self._speaking.hear(event)

    def found_sound(self) -> None:
        """What the sound process was saying when it died is said again."""
        self._speaking.again()

    def look(self) -> None:
        """Time has passed."""
        self._speaking.look()

    def stop(self) -> None:
        """Nothing is said any more."""
        self._speaking.stop()

    def why_mute(self) -> tuple[str, ...]:
        """What this machine lacks to say what is still to be said, in words; what is made already lacks nothing."""
        state = self._wings.state()
        cues = [
            cue
            for cue in self._wings.evening.cues
            if isinstance(cue.payload, AnnouncementCue)
            and cue.id not in self._wings.made
            and state.now(cue.id).state in TO_COME
        ]
        names = frozenset(cue.id for cue in cues)
        if not names:
            return ()
        if self._asked_for != names:
            self._asked_for = names
            threading.Thread(
                target=self._look_for_voices, args=(names, cues), daemon=True, name="voices"
            ).start()
        return self._lacks.get(names, (LOOKING,))

    def _look_for_voices(self, names: frozenset[str], cues: list[Cue]) -> None:
        """In a thread: programs are asked, and what asks them takes a second to load."""
        self._lacks = {names: why_no_voice(self._wings.evening, cues)}

    def _speakers(self, cue: Cue, language: str) -> list[str]:
        """Who gestures in a language: the humanoids of the cue, if they may move and know how."""
        if self._wings.state().scope not in MOVING or part_of(cue, language) not in self._wings.parts:
            return []
        cast = {performer.id: performer.robot for performer in self._wings.evening.show.cast}
        return [robot for robot in cue.robots if cast.get(robot) == "g1"]

    def _gesture(self, cue: Cue, language: str) -> None:
        if robots := self._speakers(cue, language):
            self._robots.ask({"do": "gesture", "part": part_of(cue, language), "robots": robots})

    def _still(self, cue: Cue) -> None:
        if cue.robots and self._wings.state().scope in MOVING:
            self._robots.ask({"do": "hush", "robots": list(cue.robots)})
