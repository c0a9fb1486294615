"""The battle: its desk is opened for a cue, and its doors lead to eyes, robots, phones, screen and sound.

What a battle computes with is large to load, and a conductor that was started again has no time for it: it is loaded by a
thread when a battle stands by.
"""

import threading
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from temirbek.stage.crew.phones_hand import PhonesHand
from temirbek.stage.crew.places import is_inside
from temirbek.stage.crew.screen import Screen
from temirbek.stage.crew.sound_hand import SoundHand
from temirbek.stage.crew.wings import Wings
from temirbek.stage.links import Link
from temirbek.store import from_json
from temirbek.types import BattleCue, BodyTrack, Cue, Effect, Language, Performer, RobotKind

if TYPE_CHECKING:
    from temirbek.stage.battle_desk import BattleDesk

GESTURES: Mapping[RobotKind, Mapping[str, str]] = {
    "g1": {"invite": "welcome", "bow": "bow"},
    "go2": {"invite": "paw_up", "bow": "play_bow"},
}
PREPARING = "what a battle computes with is being loaded"


class BattleHand:
    """Leads battles.

    Args:
        wings: What the crew shares.
        robots: To the robots' process.
        eyes: To the eyes' process, or None where nobody looks.
        sound: Who plays the music.
        screen: Who shows cards.
        phones: Who asks the hall, or None.
    """

    def __init__(
        self,
        wings: Wings,
        robots: Link,
        eyes: Link | None,
        *,
        sound: SoundHand,
        screen: Screen,
        phones: PhonesHand | None,
    ) -> None:
        self._wings, self._robots, self._eyes = wings, robots, eyes
        self._sound, self._screen, self._phones = sound, screen, phones
        self._loading: threading.Thread | None = None
        self._is_loaded = threading.Event()
        self._desk: BattleDesk | None = None
        self._cue: Cue | None = None
        self._polls = 0

    # the cue

    def do(self, effect: Effect) -> None:
        """Begins a battle, passes on what the stage manager wants, or brings it to its end."""
        now_s = self._wings.clock.host_s()
        match effect.verb:
            case "fire":
                self._begin(self._wings.cues[effect.cue], int(effect.payload["run"]), now_s)
            case "end" if self._desk is not None:
                self._desk.end(now_s)
            case "battle_do" if self._desk is not None:
                self._desk.ask(effect.payload, now_s)

    def why_not_ready(self, cue_id: str) -> str:
        """Why a battle cannot begin yet; asking has it loaded."""
        cue = self._wings.cues.get(cue_id)
        if cue is None or cue.kind != "battle" or self._is_loaded.is_set():
            return ""
        if self._loading is None:
            self._loading = threading.Thread(target=self._load, daemon=True, name="battle")
            self._loading.start()
        return PREPARING

    def _load(self) -> None:
        import temirbek.stage.battle_desk  # noqa: F401  # only to have it

        self._is_loaded.set()

    def _begin(self, cue: Cue, run: int, now_s: float) -> None:
        from temirbek.choreography import load_moves
        from temirbek.stage.battle_desk import BattleDesk
        from temirbek.stage.battle_workshop import Workshop

        payload, made = cue.payload, self._wings.made.get(cue.id)
        assert isinstance(payload, BattleCue)
        performer = self._performer(payload.rules.robot)
        if made is None or made.grid is None or performer is None:
            reason = (
                self._wings.why_not_ready(cue.id) or "its music has no beats, or its robot is not in the cast"
            )
            self._wings.tell("failed", cue=cue.id, run=run, reason=reason)
            return
        self.stop()
        self._cue = cue
        self._tell_beats(
            cue.id, made.grid.beats_s.tolist(), made.grid.first_downbeat, made.grid.beats_per_bar
        )
        show = self._wings.evening.show
        self._desk = BattleDesk(
            cue.id,
            run,
            rules=payload.rules,
            performer=performer,
            moves=load_moves(show.moves),
            grid=made.grid,
            folder=self._wings.run.path / "battle" / cue.id,
            doors=self,
            workshop=Workshop(performer.robot),
            seed=show.seed,
            is_in_zone=self._in_zone(payload.zone),
        )
        self._desk.begin(now_s)

    def _performer(self, robot: str) -> Performer | None:
        return next((p for p in self._wings.evening.show.cast if p.id == robot), None)

    def _tell_beats(self, programme: str, beats_s: Sequence[float], first: int, per_bar: int) -> None:
        self._robots.ask(
            {
                "do": "beats",
                "programme": programme,
                "beats_s": list(beats_s),
                "first_downbeat": first,
                "beats_per_bar": per_bar,
            }
        )

    def _in_zone(self, zone_id: str) -> Callable[[BodyTrack], bool] | None:
        zone = next((z for z in self._wings.evening.venue.guest_zones if z.id == zone_id), None)
        return None if zone is None else lambda track: is_inside(zone, track)

    def look(self) -> None:
        """Time has passed."""
        desk, cue = self._desk, self._cue
        if desk is None or cue is None:
            return
        desk.look(self._wings.clock.host_s(), self._wings.now.reading())
        if desk.is_over:
            self._leave(cue)

    def stop(self) -> None:
        """Nobody battles any more."""
        if self._desk is not None and self._cue is not None:
            self._desk.stop(self._wings.clock.host_s())
            self._leave(self._cue)

    def _leave(self, cue: Cue) -> None:
        assert self._desk is not None
        self._desk.close()
        self._desk, self._cue = None, None
        self._sound.fade(cue)

    # what is told

    def hear_eyes(self, event: Mapping[str, Any]) -> None:
        """Who is there, and how the person moves."""
        if self._desk is None:
            return
        match event.get("event"):
            case "keypoints":
                self._desk.hear_keypoints(from_json(BodyTrack, event["track"]))
            case "people":
                tracks = [from_json(BodyTrack, one) for one in event["tracks"]]
                self._desk.hear_people(tracks, self._wings.clock.host_s())
            case "fault":
                self._desk.hear_failure(str(event.get("what", "")), self._wings.clock.host_s())

    def hear_robots(self, event: Mapping[str, Any]) -> None:
        """Which answers the robots know."""
        if self._desk is not None and event.get("event") == "part":
            is_loaded = event.get("state") == "ready"
            self._desk.hear_part(str(event["part"]), self._wings.clock.host_s(), is_loaded=is_loaded)

    def _hear_votes(self, counts: Mapping[str, int]) -> None:
        if self._desk is not None:
            person, robot = counts.get("person", 0), counts.get("robot", 0)
            self._desk.hear_votes(person, robot, self._wings.clock.host_s())

    # doors, as the desk asks for them

    def tell(self, fact: str, payload: Mapping[str, Any]) -> None:
        """A fact for the show."""
        self._wings.tell(fact, **payload)

    def music(self) -> None:
        """The cue's music, from its beginning."""
        assert self._cue is not None
        self._sound.play_made(self._cue, self._wings.run_of(self._cue.id))

    def watch(self, on: bool, track: str) -> None:
        """The eyes tell key points, or no more."""
        if self._eyes is not None:
            self._eyes.ask({"do": "keypoints", "on": on, "track": track})

    def load(self, part: str, path: Path) -> None:
        """The robots learn an answer."""
        self._robots.ask({"do": "load", "part": part, "path": str(path)})

    def dance(self, part: str, from_mix_s: float) -> None:
        """The robot answers."""
        self._robots.ask({"do": "replace", "part": part, "from_mix_s": from_mix_s, "robots": [self._robot]})

    def groove(self) -> None:
        """The robot moves to the music while the person dances."""
        self._robots.ask({"do": "dance", "robots": [self._robot]})

    def gesture(self, name: str) -> None:
        """The robot invites, or bows."""
        performer = self._performer(self._robot)
        assert performer is not None
        gesture = GESTURES[performer.robot][name]
        self._robots.ask(
            {"do": "react", "robot": self._robot, "gesture": gesture, "cause": f"battle: {name}"}
        )

    def rest(self) -> None:
        """The robot comes to rest."""
        self._robots.ask({"do": "rest", "robots": [self._robot]})

    def poll(self, on: bool, seconds: float) -> None:
        """The hall is asked who was better, or no more."""
        if self._phones is None or self._cue is None:
            return
        if not on:
            self._phones.close_poll()
            return
        from temirbek.battle.words import CARDS, SIDES  # here: loaded with the battle

        self._polls += 1
        performer = self._performer(self._robot)
        name = performer.name if performer is not None else self._robot
        person = {str(language): text for language, text in SIDES["person"].items()}
        options = [
            {"id": "person", "text": person},
            {"id": "robot", "text": dict.fromkeys(person, name)},
        ]
        question = {str(k): v for k, v in CARDS["score"].items()}
        until_s = self._wings.clock.host_s() + seconds
        run = self._wings.run_of(self._cue.id)
        poll = f"{self._cue.id}-{run}-{self._polls}"
        self._phones.ask_hall(poll, question, options, until_s, self._hear_votes)

    def card(self, words: Mapping[Language, str]) -> None:
        """What is on the screen."""
        self._screen.card = {str(language): text for language, text in words.items()}

    def note(self, words: str) -> None:
        """A line for the record."""
        self._wings.note(words)

    @property
    def _robot(self) -> str:
        assert self._cue is not None and isinstance(self._cue.payload, BattleCue)
        return self._cue.payload.rules.robot
