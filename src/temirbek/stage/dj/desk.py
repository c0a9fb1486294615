"""The DJ's desk: takes commands, lets the booth work in between, tells what sounds."""

import json
import time
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from temirbek.errors import InvalidInput, TemirbekError
from temirbek.lines import LineServer, Message
from temirbek.mixing.live import Spool
from temirbek.stage.clock import HumanBeat
from temirbek.stage.dj.booth import Booth, Opening, spool_name
from temirbek.stage.dj.deeds import Deeds, read_deeds
from temirbek.stage.dj.revisions import waveform_name
from temirbek.stage.dj.sound import Sound
from temirbek.stage.dj.view import leading, music_view
from temirbek.store import from_json, to_json
from temirbek.types import DJ_COMMANDS, MusicView, SetWishes, TrackAnalysis

IDLE_S = 0.05
SOONEST_S = 3.0
"""So long planning and rendering the first sound over the human's music may take."""
PHRASE_BEATS, HALF_PHRASE_BEATS = 32.0, 16.0
LONGEST_WAIT_S = 12.0
VIEW_EVERY_S = 0.25
WAVEFORM_EVERY_S = 5.0
Body = Mapping[str, Any]


class DjDesk:
    """Serves ``dj.sock`` of a run folder.

    Args:
        folder: Of the run.
        sound: The sound process.
        server: Takes commands, tells events.
        host_s: The machine's monotonic clock [s].
    """

    def __init__(
        self, folder: Path, sound: Sound, server: LineServer, host_s: Callable[[], float] = time.monotonic
    ) -> None:
        self._folder = folder / "dj"
        self._sound, self._server, self._host_s = sound, server, host_s
        self._deeds = Deeds(self._folder)
        self._booth: Booth | None = None
        self._set = ""
        self._told_play = self._told_phrase = self._told_revision = -1
        self._told_trouble = ""
        self._view_at_s = self._waveform_at_s = 0.0
        self._is_resting = False
        self._resume()

    def serve_once(self) -> None:
        """Answers what came; does a bit of work, or waits where there is none."""
        is_busy = self._booth is not None and self._booth.work()
        for message in self._server.poll(0.0 if is_busy else IDLE_S):
            self._answer(message)
        if self._booth is not None:
            self._booth.listen()
            self._tell(self._booth)

    def close(self) -> None:
        """Lets go of everything; what sounds goes on as far as it is rendered."""
        if self._booth is not None:
            self._booth.close()
        self._deeds.close()
        self._sound.close()

    # --- commands ---

    def _answer(self, message: Message) -> None:
        body = message.body
        try:
            answer = self.do(body)
        except TemirbekError as error:
            answer = {"ok": False, "reason": str(error)}
        if "id" in body:
            answer = {**answer, "id": body["id"]}
        self._server.send(message.client, answer)

    def do(self, body: Body) -> dict[str, Any]:
        """Does what a message asks; the answer.

        Raises:
            InvalidInput: It cannot be understood, or not be done as things are.
            PlanImpossible: No set can be made of what was given.
        """
        command = str(body.get("do"))
        if command == "open":
            return self._open(body)
        if command == "view":
            return {"ok": True, **_plain(self.view())}
        if command == "close":
            return self._close()
        if command == "begin":
            answer = self._playing().begin(body.get("at_host_s"))
            return {"ok": bool(answer.get("ok")), **answer}
        if command == "hand_over" and body.get("to") == "robot":
            return self._come_back(body)
        if command in DJ_COMMANDS:
            return self._ask(command, body)
        known = ", ".join(["open", "begin", "view", "close", *DJ_COMMANDS])
        raise InvalidInput(f"the DJ knows no command {command!r}; it knows {known}")

    def _open(self, body: Body) -> dict[str, Any]:
        opening = _opening(body)
        self._close()
        self._deeds.begin_anew()
        self._deeds.write({"deed": "open", **{k: v for k, v in body.items() if k not in ("do", "id")}})
        for old in self._folder.glob("spool-*.f32"):
            old.unlink()
        booth = Booth(self._folder, opening, self._sound, self._deeds)
        booth.prepare()
        self._take(booth, opening.set)
        return {"ok": True, "revision": booth.revision, "tracks": len(booth.state.crate)}

    def _take(self, booth: Booth, name: str) -> None:
        self._booth, self._set, self._is_resting = booth, name, False
        self._told_play = self._told_phrase = self._told_revision = -1
        self._told_trouble = ""

    def _ask(self, command: str, body: Body) -> dict[str, Any]:
        booth = self._playing()
        booth.listen()
        payload = {k: v for k, v in body.items() if k not in ("do", "id")}
        change = booth.ask(command, payload)
        effect_s = (
            float(booth.mix.beat_grid.time_at(change.effect_beat)) if change.effect_beat < 1e9 else None
        )
        return {
            "ok": change.is_accepted,
            "reason": "" if change.is_accepted else change.words,
            "words": change.words,
            "effect_mix_s": effect_s,
        }

    def _come_back(self, body: Body) -> dict[str, Any]:
        """Takes the set up again on a phrase of the human's."""
        booth = self._playing()
        if booth.is_begun and not booth.is_over:
            raise InvalidInput("the robot plays already")
        human = self._human(body)
        if not booth.take_over(human.tempo_bpm):
            raise InvalidInput(f"no track can be played at {human.tempo_bpm:.1f} BPM")
        beat = (
            float(body["at_beat"]) if "at_beat" in body else _next_phrase(human, self._host_s() + SOONEST_S)
        )
        at_host_s = human.host_s + (beat - human.beat) * 60.0 / human.tempo_bpm
        answer = booth.go_on_air(at_host_s, human.tempo_bpm)
        self._told_play = self._told_phrase = -1
        self._is_resting = False
        words = f"{booth.mix.tracks[0].title} comes in on the human's beat {beat:.0f}"
        return {"ok": bool(answer.get("ok")), "words": words, "effect_mix_s": 0.0, "at_host_s": at_host_s}

    def _human(self, body: Body) -> HumanBeat:
        """The human's beat: as it is told, else as the shared clock knows it."""
        if "tempo_bpm" in body:
            told = {name: float(body[name]) for name in ("beat", "host_s", "tempo_bpm") if name in body}
            return HumanBeat(leader="human", confidence=1.0, **told)
        human = self._sound.read_human()
        if human.tempo_bpm <= 0.0:
            raise InvalidInput("the human's tempo is not known: tap it, or send beat, host_s and tempo_bpm")
        return human

    def _close(self) -> dict[str, Any]:
        if self._booth is not None:
            self._booth.close()
            self._deeds.write({"deed": "close"})
        self._booth = None
        return {"ok": True}

    def _playing(self) -> Booth:
        if self._booth is None:
            raise InvalidInput("no set is open")
        return self._booth

    # --- events ---

    def view(self) -> MusicView:
        """What a console sees."""
        booth = self._booth
        if booth is None:
            return MusicView()
        return music_view(
            booth.state,
            booth.mix,
            now_s=booth.now_s,
            earliest_beat=booth.earliest_beat(),
            rendered_s=booth.rendered_s(),
            waveform=waveform_name(booth.revision),
        )

    def _tell(self, booth: Booth) -> None:
        if booth.revision > self._told_revision:
            self._told_revision = booth.revision
            self._publish("revision", revision=booth.revision)
        if booth.trouble != self._told_trouble:
            self._told_trouble = booth.trouble
            self._publish("trouble", why=booth.trouble)
        now_s = self._host_s()
        if booth.is_begun:
            self._tell_music(booth)
            if now_s - self._view_at_s >= VIEW_EVERY_S:
                self._view_at_s = now_s
                self._publish("view", **_plain(self.view()))
        if now_s - self._waveform_at_s >= WAVEFORM_EVERY_S:
            self._waveform_at_s = now_s
            booth.write_waveform()
        if booth.is_over:
            self._tell_over(booth)

    def _tell_over(self, booth: Booth) -> None:
        """The set is over; or it was handed over, and waits."""
        ending = booth.state.ending
        if ending is None or ending.style != "echo":
            self._publish("ended")
            self._close()
        elif not self._is_resting:
            self._is_resting = True
            self._publish("handed_over", to="human")

    def _tell_music(self, booth: Booth) -> None:
        """Tracks and phrases as they begin to sound."""
        beat, mix = booth.now_beat, booth.mix
        begun = [k for k, p in enumerate(mix.plan.plays) if p.mix_from_beat <= beat]
        for k in begun:
            if k > self._told_play:
                track, start = mix.tracks[k], mix.plan.plays[k].mix_from_beat
                mix_s = float(mix.beat_grid.time_at(start))
                self._publish("track", id=track.id, title=track.title, artist=track.artist, mix_s=mix_s)
        self._told_play = max([self._told_play, *begun])
        phrases = int((mix.phrases_beats <= beat).sum()) - 1
        if phrases > self._told_phrase:
            self._told_phrase = phrases
            start = float(mix.phrases_beats[phrases])
            bar = int(start // mix.beat_grid.beats_per_bar) + 1
            self._publish("phrase", track=mix.tracks[leading(mix, start)].id, bar=bar)

    def _publish(self, event: str, **body: Any) -> None:
        self._server.publish({"event": event, "set": self._set, **body})

    # --- after a crash ---

    def _resume(self) -> None:
        """Stands where the process before this one stood."""
        deeds = _that_held(read_deeds(self._folder))
        if not deeds or deeds[0]["deed"] != "open" or deeds[-1]["deed"] == "close":
            return
        opening = _opening(deeds[0])
        booth = Booth(self._folder, opening, self._sound, self._deeds)
        spools = [Spool(path=self._folder / spool_name(0), mix_frame=0)]
        revision = 0
        for deed in deeds[1:]:
            booth.redo(deed)
            if deed.get("spool"):
                name, mix_frame = deed["spool"]
                spools = [] if deed["deed"] == "take_over" else spools
                spools.append(Spool(path=self._folder / name, mix_frame=mix_frame))
            revision = int(deed.get("revision", revision))
        reading = self._sound.read()
        is_ours = booth.is_begun and reading is not None and reading.programme == opening.set
        now_s = reading.mix_s if is_ours and reading is not None else 0.0
        booth.resume(spools, revision, now_s)
        self._take(booth, opening.set)
        beat = booth.now_beat
        self._told_play = sum(p.mix_from_beat <= beat for p in booth.mix.plan.plays) - 1 if is_ours else -1
        self._told_phrase = int((booth.mix.phrases_beats <= beat).sum()) - 1 if is_ours else -1


def _next_phrase(human: HumanBeat, after_host_s: float) -> float:
    """The human's next phrase, or where that is far away, the next four bars: beats are counted from a "one"."""
    beat = human.beat_at(after_host_s)
    phrase = float(np.ceil(beat / PHRASE_BEATS) * PHRASE_BEATS)
    if (phrase - beat) * 60.0 / human.tempo_bpm <= LONGEST_WAIT_S:
        return phrase
    return float(np.ceil(beat / HALF_PHRASE_BEATS) * HALF_PHRASE_BEATS)


def _that_held(deeds: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The deeds without those that were refused."""
    held: list[dict[str, Any]] = []
    for deed in deeds:
        if deed["deed"] == "refused":
            held.pop()
        else:
            held.append(deed)
    return held


def _opening(body: Body) -> Opening:
    """What a set is opened with.

    Raises:
        InvalidInput: Something is missing, or cannot be read.
    """
    try:
        path = Path(str(body["analyses"]))
        heard = json.loads(path.read_text(encoding="utf-8"))
        analyses = tuple(from_json(TrackAnalysis, value) for value in heard)
        wishes = from_json(SetWishes, body.get("wishes") or {})
        length_s = body.get("length_s")
        if length_s is not None:
            wishes = replace(wishes, length_s=float(length_s))
        return Opening(
            set=str(body["set"]), analyses=analyses, wishes=wishes, seed=int(body.get("seed") or 0)
        )
    except (KeyError, OSError, TypeError, ValueError) as error:
        raise InvalidInput(
            f"a set is opened with set, analyses (a file), wishes, seed and length_s; this was not: {error!r}"
        ) from error


def _plain(view: MusicView) -> dict[str, Any]:
    return dict(to_json(view))
