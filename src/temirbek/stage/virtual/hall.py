"""The hall of a virtual evening: people who are drawn, senses that are late as real ones are, manners that are the real ones."""

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from temirbek.demo.pieces import PIECES
from temirbek.manners import Manners
from temirbek.seeing import Act, Guest, SyntheticPeople, visit
from temirbek.show.moment import moment_of
from temirbek.show.state import MachineState
from temirbek.stage.virtual.clock import Agenda, VirtualClock
from temirbek.stage.virtual.crowd import Crowd, Deed
from temirbek.types import (
    Cue,
    DjSetCue,
    Evening,
    GreetingCue,
    HallSound,
    HallSoundState,
    PollCue,
    Reaction,
    RobotLiveState,
    RobotNow,
)

EAR_HEARS_S, EAR_LOSES_S = (0.5, 1.2), (0.4, 0.9)
"""After so long an ear is sure that something has begun, or is over. Drawn around what ``benchmarks/hearing.py`` measured of
one that hears under music (0.86 s in the median, 1.06 s at p90): a virtual evening has no sound to listen to."""
EAR_MISSES = 0.03
GOES_ON_EVERY_S = 0.5
TEMPO_ERROR, BEAT_ERROR_S = 0.005, 0.02
EYES_EVERY_S = 0.3
BEGINS_AFTER_S = (0.04, 0.15)
"""From the decision to the motion: gestures lie ready with the robots."""
MUSIC_EVERY_S = 5.0
PHONES_EVERY_S = 5.0
PHONES_COME_S = 600.0
"""So long after the doors two thirds of the phones are there."""
VOTES_EVERY_S = 2.0
CONFIDENCE = (0.7, 0.99)

Tell = Callable[[str, Mapping[str, Any]], None]


class VirtualHall:
    """People, what is noticed of them, and who answers.

    Args:
        evening: What is to happen.
        crowd: The people.
        clock: Whose time it is.
        state: Gives the show as it stands.
        robots: Gives what robots do.
        tell: Takes facts: (type, payload).
        seed: From which delays, misses and errors are drawn.
    """

    def __init__(
        self,
        evening: Evening,
        crowd: Crowd,
        clock: VirtualClock,
        *,
        state: Callable[[], MachineState],
        robots: Callable[[], Mapping[str, RobotLiveState]],
        tell: Tell,
        seed: int,
    ) -> None:
        self._evening, self._crowd, self._clock = evening, crowd, clock
        self._state, self._robots, self._tell = state, robots, tell
        self._cues = {cue.id: cue for cue in evening.cues}
        self._rng = np.random.default_rng([seed, 7])
        self._agenda = Agenda()
        contact = any(isinstance(c.payload, GreetingCue) and c.payload.allows_contact for c in evening.cues)
        self._manners = Manners(evening.show.cast, seed=seed, allows_contact=contact)
        self._eyes = SyntheticPeople((), seed)
        self._guests: tuple[Guest, ...] = ()
        self._running: tuple[str, ...] = ()
        self._tempo: dict[str, tuple[float, float]] = {}
        self._sounds: dict[str, float] = {}
        self._wishes: dict[str, int] = {}
        self._next_s = {"music": 0.0, "eyes": 0.0, "phones": 0.0}

    def look(self) -> None:
        """Time has passed: people see the stage, do what they mean to do, and are noticed."""
        now_s = self._clock.host_s()
        self._watch_stage(now_s)
        for deed in self._crowd.due(now_s):
            self._do(deed)
        self._agenda.look(now_s)
        if self._guests and self._is_time("eyes", EYES_EVERY_S):
            self._see_guests(now_s)
        if self._crowd.phones and self._is_time("phones", PHONES_EVERY_S):
            there = round(self._crowd.phones * (1.0 - np.exp(-now_s / PHONES_COME_S)))
            self._tell("phones", {"connected": there})

    def _is_time(self, what: str, every_s: float) -> bool:
        now_s = self._clock.host_s()
        if now_s < self._next_s[what]:
            return False
        self._next_s[what] = now_s + every_s
        return True

    # what people see

    def _watch_stage(self, now_s: float) -> None:
        running = self._state().of_state("running")
        for cue_id in self._running:
            if cue_id not in running:
                self._say(self._cues[cue_id], "ended", now_s)
        for cue_id in running:
            if cue_id not in self._running:
                self._say(self._cues[cue_id], "began", now_s)
        self._running = running
        if self._is_time("music", MUSIC_EVERY_S):
            for cue_id in running:
                if cue_id in self._tempo:
                    tempo_bpm, beat_s = self._tempo[cue_id]
                    self._crowd.see({"do": "music", "tempo_bpm": tempo_bpm, "beat_host_s": beat_s}, now_s)

    def _say(self, cue: Cue, state: str, now_s: float) -> None:
        told: dict[str, Any] = {
            "do": "cue",
            "cue": cue.id,
            "kind": cue.kind,
            "state": state,
            "length_s": cue.length_s,
        }
        if isinstance(cue.payload, GreetingCue):
            told["places_m"] = self._places_of(cue.payload)
        self._crowd.see(told, now_s)
        if state != "began":
            self._tempo.pop(cue.id, None)
            return
        if cue.kind in ("act", "track", "dj_set", "robot_number"):
            self._tempo[cue.id] = (float(self._rng.choice([p.tempo_bpm for p in PIECES])), now_s)
        if isinstance(cue.payload, PollCue):
            options = [option.id for option in cue.payload.options]
            self._crowd.see({"do": "poll", "poll": cue.id, "options": options}, now_s)
        if isinstance(cue.payload, DjSetCue):
            titles = cue.payload.music.titles or tuple(piece.title for piece in PIECES)
            self._crowd.see({"do": "crate", "tracks": list(titles)}, now_s)

    def _places_of(self, greeting: GreetingCue) -> list[tuple[float, float]]:
        """The middles of its zones: there guests stop."""
        zones = [z for z in self._evening.venue.guest_zones if z.id in greeting.zones]
        middles = [np.mean(zone.corners_m, axis=0) for zone in zones]
        return [(round(float(x), 3), round(float(y), 3)) for x, y in middles]

    # what is noticed of them

    def _do(self, deed: Deed) -> None:
        match deed.sense:
            case "ears":
                self._sound(deed.body)
            case "eyes":
                self._come(deed.body)
            case "phones" if deed.body["do"] == "vote":
                self._vote(deed.body)
            case "phones":
                self._wish(deed.body["counts"])

    def _sound(self, body: Mapping[str, Any]) -> None:
        """People let something hear; an ear is sure of it a little later."""
        kind, at_s = str(body["kind"]), float(body["at_host_s"])
        heard_s = at_s + self._draw(EAR_HEARS_S)
        over_s = max(at_s + float(body["seconds"]) + self._draw(EAR_LOSES_S), heard_s + 0.5)
        missed = self._rng.random() < EAR_MISSES
        tempo_bpm = body["tempo_bpm"]
        about: dict[str, Any] = {
            "kind": kind,
            "onset_host_s": at_s,
            "level_db": float(body["level_db"]),
            "confidence": round(self._draw(CONFIDENCE), 3),
        }
        if tempo_bpm is not None:
            about["clap_tempo_bpm"] = tempo_bpm * (1.0 + TEMPO_ERROR * self._rng.standard_normal())
            about["clap_beat_host_s"] = at_s + BEAT_ERROR_S * self._rng.standard_normal()
        if missed or heard_s < self._sounds.get(kind, 0.0):
            return  # not heard, or heard as what goes on
        self._sounds[kind] = over_s
        self._agenda.put(heard_s, lambda: self._hear(about, "began"))
        for told_s in np.arange(heard_s + GOES_ON_EVERY_S, over_s, GOES_ON_EVERY_S):
            self._agenda.put(float(told_s), lambda: self._hear(about, "goes_on"))
        self._agenda.put(over_s, lambda: self._hear(about, "ended"))

    def _hear(self, about: Mapping[str, Any], state: HallSoundState) -> None:
        now_s = self._clock.host_s()
        sound = HallSound(state=state, host_s=now_s, **about)
        if state != "goes_on":
            told = {name: value for name, value in about.items() if name != "clap_beat_host_s"}
            self._tell("hall", {**told, "state": state})
        if self._may_answer():
            moment = moment_of(self._state(), now_s)
            self._answer(self._manners.notice_sound(sound, moment, self._robots_now(), now_s))

    def _come(self, body: Mapping[str, Any]) -> None:
        """Somebody walks up to the stage; who comes to dance is the battle's."""
        if "challenger" in str(body["name"]):
            return
        arrive_s, (x, y) = float(body["arrive_s"]), body["place_m"]
        waves = Act(kind="wave", from_s=arrive_s + 2.0, to_s=arrive_s + 4.0)
        guest = visit(
            str(body["name"]),
            arrive_s=arrive_s,
            stay_s=float(body["stay_s"]),
            place_m=(float(x), float(y)),
            acts=(waves,) if body.get("waves") else (),
        )
        self._guests = (*self._guests, guest)
        self._eyes.let_come(self._guests)

    def _see_guests(self, now_s: float) -> None:
        self._guests = tuple(g for g in self._guests if g.stops[-1].host_s > now_s)
        self._eyes.let_come(self._guests)
        if self._may_answer():
            tracks, moment = self._eyes.at(now_s), moment_of(self._state(), now_s)
            self._answer(self._manners.notice_people(tracks, moment, self._robots_now(), now_s))

    def _vote(self, body: Mapping[str, Any]) -> None:
        """Votes come one after another, and are told together now and then."""
        poll, counts = str(body["poll"]), dict(body["counts"])
        steps = max(1, round(float(body["within_s"]) / VOTES_EVERY_S))
        for step in range(1, steps + 1):
            so_far = {option: n * step // steps for option, n in counts.items()}
            told = {"poll": poll, "counts": so_far, "n": sum(so_far.values())}
            at_s = self._clock.host_s() + step * VOTES_EVERY_S
            self._agenda.put(at_s, lambda told=told: self._tell("votes", told))  # type: ignore[misc]

    def _wish(self, counts: Mapping[str, int]) -> None:
        for track, n in counts.items():
            self._wishes[track] = self._wishes.get(track, 0) + n
        wishes = [{"track": t, "title": t, "artist": "", "count": n} for t, n in self._wishes.items()]
        self._tell("wishes", {"wishes": wishes})

    # who answers

    def _may_answer(self) -> bool:
        state = self._state()
        return (
            state.hall.answers and state.scope in ("rehearsal", "live") and state.state in ("running", "hold")
        )

    def _robots_now(self) -> dict[str, RobotNow]:
        states = self._robots()
        return {
            p.id: RobotNow(state=states[p.id], position_m=p.mark_m, heading_rad=p.facing_rad)
            for p in self._evening.show.cast
        }

    def _answer(self, reactions: tuple[Reaction, ...]) -> None:
        now_s = self._clock.host_s()
        for reaction in reactions:
            begins_s = now_s + self._draw(BEGINS_AFTER_S)
            if reaction.clap_tempo_bpm and reaction.clap_beat_host_s is not None:
                beat_s = 60.0 / reaction.clap_tempo_bpm
                begins_s += float(-(begins_s - reaction.clap_beat_host_s) % beat_s)
            self._agenda.put(begins_s, lambda r=reaction, at=begins_s: self._begin(r, at))  # type: ignore[misc]

    def _begin(self, reaction: Reaction, begins_s: float) -> None:
        about = {
            "robot": reaction.robot,
            "gesture": reaction.gesture,
            "cause": reaction.cause,
            "cause_host_s": round(reaction.cause_host_s, 3),
        }
        doing = self._robots()[reaction.robot]
        if doing not in ("standing", "waiting"):
            self._tell("reaction", {**about, "state": "refused", "why": f"it is {doing}"})
            return
        delay_s = round(begins_s - reaction.cause_host_s, 3)
        self._tell("reaction", {**about, "state": "begun", "delay_s": delay_s})
        if "guest" in reaction.cause:
            first = reaction.cause.split()[0]
            self._tell("guest", {"n": int(first) if first.isdigit() else 1})

    def _draw(self, between: tuple[float, float]) -> float:
        return float(self._rng.uniform(*between))
