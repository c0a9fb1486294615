"""Sound: what was made for a cue is played; what sounded goes on where it would be after a restart."""

from collections.abc import Callable, Mapping
from typing import Any

from temirbek.show.kinds import moves_robots
from temirbek.stage.crew.wings import Wings
from temirbek.stage.links import Link
from temirbek.stage.made import Made, read_made
from temirbek.types import Cue, Effect, TrackCue

RATE_HZ = 48000
STOP_FADE_S = 0.05
END_FADE_S = 2.0
RESUME_FADE_S = 0.3
LED_BY_OTHERS = ("dj_set", "battle")
"""Cues that are not over when their music is."""


class SoundHand:
    """Plays.

    Args:
        wings: What the crew shares.
        link: To the sound process.
        rest: Brings the robots of a cue to rest, whose music is over.
        end_set: Ends a live set: the music's voice is needed for something else.
    """

    def __init__(
        self,
        wings: Wings,
        link: Link,
        *,
        rest: Callable[[Cue], None],
        end_set: Callable[[], None],
    ) -> None:
        self._wings, self._link = wings, link
        self._rest, self._end_set = rest, end_set

    def do(self, effect: Effect) -> None:
        """Begins or ends what a cue lets hear."""
        cue, run = self._wings.cues[effect.cue], int(effect.payload["run"])
        if effect.verb == "end":
            self._end(cue, run)
        else:
            self.play_made(cue, run)

    def stop(self) -> None:
        """Silence, within a twentieth of a second."""
        self._link.ask({"do": "stop", "seconds": STOP_FADE_S})

    def play_made(self, cue: Cue, run: int) -> None:
        """Plays what was made for a cue, from its beginning."""
        made = self._wings.made.get(cue.id)
        if made is None:
            reason = self._wings.why_not_ready(cue.id) or "nothing was made"
            self._wings.tell("failed", cue=cue.id, run=run, reason=reason)
            return
        self._end_set()
        self._wings.now.begin(cue, made)
        self._play(cue, made, run, from_frame=0)

    def _play(self, cue: Cue, made: Made, run: int, *, from_frame: int, fade_in_s: float = 0.0) -> None:
        track = cue.payload if isinstance(cue.payload, TrackCue) else None
        body = {
            "do": "play",
            "voice": "music",
            "programme": cue.id,
            "path": str(self._wings.run.made / cue.id / made.sounds["music"]),
            "start_frame": from_frame,
            "mix_frame": from_frame,
            "gain_db": track.gain_db if track else 0.0,
            "fade_in_s": fade_in_s or (track.fade_in_s if track else 0.0),
        }
        self._link.ask(body, lambda answer: self._wings.answer_of(cue, run, answer))

    def fade(self, cue: Cue) -> None:
        """The music of a cue that is over goes."""
        self._link.ask({"do": "fade", "voice": "music", "of": cue.id, "seconds": END_FADE_S, "then": "stop"})
        self._wings.now.end(cue.id)

    def _end(self, cue: Cue, run: int) -> None:
        track = cue.payload if isinstance(cue.payload, TrackCue) else None
        seconds = track.fade_out_s if track and track.fade_out_s else END_FADE_S

        def answered(answer: Mapping[str, Any]) -> None:
            if not answer.get("ok"):  # it does not sound any more
                self._wings.tell("done", cue=cue.id, run=run)

        body = {"do": "fade", "voice": "music", "of": cue.id, "seconds": seconds, "then": "stop"}
        self._link.ask(body, answered)

    def hear(self, event: dict[str, Any]) -> None:
        """What the sound process tells."""
        wings = self._wings
        cue_id = str(event.get("programme", "")).partition("/")[0]
        match event.get("event"):
            case "started" if cue_id in wings.cues:
                wings.tell("started", cue=cue_id, run=wings.run_of(cue_id))
                self._tell_track(cue_id)
            case "ended" if cue_id in wings.cues and wings.cues[cue_id].kind not in LED_BY_OTHERS:
                self.end_of_music(cue_id)
            case "starving":
                wings.fault("starving", "warning", "the sound ran out of prepared music and played silence")
            case "underrun":
                wings.fault("underrun", "warning", "the sound device was not served in time")
            case "lost":
                wings.tell("sound", state="lost", why=str(event.get("why", "")))
            case "back":
                wings.tell("sound", state="playing", why="")
            case "level":
                wings.now.level = float(event.get("rms", 0.0))

    def _tell_track(self, cue_id: str) -> None:
        cue = self._wings.cues[cue_id]
        if cue.kind == "track":
            view = self._wings.now.view(self._wings.clock.host_s())
            title = view.title or cue.title
            self._wings.tell("track", track=view.track_id, title=title, artist=view.artist)

    def end_of_music(self, cue_id: str) -> None:
        """The music of a cue is over, and with it the cue."""
        self._wings.done(cue_id)
        cue = self._wings.cues[cue_id]
        if moves_robots(cue):
            self._rest(cue)
        self._wings.now.end(cue_id)

    def found(self) -> None:
        """After a start of either side: what should sound and does not goes on where it would be by now."""

        def answered(answer: Mapping[str, Any]) -> None:
            sounding = {str(v.get("programme", "")) for v in answer.get("voices", {}).values()}
            state = self._wings.state()
            for cue_id in state.of_state("running", "uncertain"):
                cue = self._wings.cues[cue_id]
                if cue.kind in ("track", "robot_number"):
                    self._mend(cue, state.now(cue_id).run, is_sounding=cue_id in sounding)
            self._wings.tell("sound", state="playing" if sounding else "silent", why="")

        self._link.ask({"do": "state"}, answered)

    def _mend(self, cue: Cue, run: int, *, is_sounding: bool) -> None:
        wings = self._wings
        made = wings.made.get(cue.id) or read_made(wings.run.made / cue.id)
        if made is None:
            return
        wings.made[cue.id] = made
        if not wings.now.cue_id:
            wings.now.begin(cue, made)
        if is_sounding:
            wings.tell("started", cue=cue.id, run=run)
            return
        frame = wings.now.frame_by_now(cue.id, wings.clock.host_s())
        if frame is None or frame >= made.duration_s * RATE_HZ:
            wings.tell("done", cue=cue.id, run=run)
        else:
            self._play(cue, made, run, from_frame=frame, fade_in_s=RESUME_FADE_S)
