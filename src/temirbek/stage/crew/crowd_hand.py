"""The simulated hall, where there is one: it is told what happens on stage, as people in a hall would notice it."""

from collections.abc import Sequence
from typing import Any

from temirbek.stage.crew.wings import Wings
from temirbek.stage.links import Link
from temirbek.types import BattleCue, Cue, GreetingCue

MUSIC_EVERY_S = 5.0


class CrowdHand:
    """Tells the people who are not there what happens.

    Args:
        wings: What the crew shares.
        link: To the simulated hall's process.
    """

    def __init__(self, wings: Wings, link: Link) -> None:
        self._wings, self._link = wings, link
        self._running: set[str] = set()
        self._music_at_s = 0.0
        self._crate: tuple[str, ...] = ()
        self._battle = ""

    def look(self) -> None:
        """Tells what began, what is over, and where the beat is."""
        if not self._link.is_there:
            return
        running = set(self._wings.state().of_state("running"))
        for cue_id in sorted(self._running - running):
            self._tell(self._wings.cues[cue_id], "ended")
        for cue_id in sorted(running - self._running):
            self._tell(self._wings.cues[cue_id], "began")
        self._running = running
        self._tell_battle()
        now_s = self._wings.clock.host_s()
        if now_s >= self._music_at_s:
            self._music_at_s = now_s + MUSIC_EVERY_S
            self._tell_music(now_s)

    def _tell(self, cue: Cue, state: str) -> None:
        body: dict[str, Any] = {
            "do": "cue",
            "cue": cue.id,
            "kind": cue.kind,
            "state": state,
            "length_s": cue.length_s,
        }
        if isinstance(cue.payload, GreetingCue | BattleCue):
            zones = cue.payload.zones if isinstance(cue.payload, GreetingCue) else (cue.payload.zone,)
            body["places_m"] = self._places_of(zones)
        self._link.ask(body)

    def hear_poll(self, poll: str, options: list[str]) -> None:
        """The hall is asked something on its phones."""
        self._link.ask({"do": "poll", "poll": poll, "options": options})

    def _places_of(self, zones: Sequence[str]) -> list[tuple[float, float]]:
        """The middles of guest zones: where guests walk up to."""
        found = [z for z in self._wings.evening.venue.guest_zones if z.id in zones]
        return [
            (
                sum(x for x, _ in z.corners_m) / len(z.corners_m),
                sum(y for _, y in z.corners_m) / len(z.corners_m),
            )
            for z in found
        ]

    def _tell_battle(self) -> None:
        battle = self._wings.state().hall.battle
        state = battle.state if battle is not None else ""
        if state != self._battle:
            self._battle = state
            self._tell_music(self._wings.clock.host_s())
            self._link.ask({"do": "battle", "state": state})

    def _tell_music(self, now_s: float) -> None:
        music = self._wings.now.view(now_s)
        if music.tempo_bpm and music.source != "none":
            beat_s = now_s - (music.beat % 1.0) * 60.0 / music.tempo_bpm
            self._link.ask({"do": "music", "tempo_bpm": music.tempo_bpm, "beat_host_s": beat_s})
        crate = tuple(track[0] for track in music.crate)
        if crate != self._crate:
            self._crate = crate
            self._link.ask({"do": "crate", "tracks": list(crate)})

    def found(self) -> None:
        """A hall that is there anew sees what runs."""
        self._running, self._crate = set(), ()
