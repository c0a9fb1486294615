"""The DJ's desk: takes commands, lets the booth work in between, tells what sounds."""

import json
import time
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from temirbek.errors import InvalidInput, TemirbekError
from temirbek.mixing.live import Spool
from temirbek.planning.live_state import LIVE_COMMANDS
from temirbek.stage.dj.booth import Booth, Opening
from temirbek.stage.dj.deeds import Deeds, read_deeds
from temirbek.stage.dj.revisions import waveform_name
from temirbek.stage.dj.sound import Sound
from temirbek.stage.dj.view import leading, music_view
from temirbek.stage.lines import LineServer, Message
from temirbek.store import from_json, to_json
from temirbek.types import MusicView, SetWishes, TrackAnalysis

IDLE_S = 0.05
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
        self.is_over = False
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
            answer = self._do(body)
        except TemirbekError as error:
            answer = {"ok": False, "reason": str(error)}
        if "id" in body:
            answer = {**answer, "id": body["id"]}
        self._server.send(message.client, answer)

    def _do(self, body: Body) -> dict[str, Any]:
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
        if command in LIVE_COMMANDS:
            return self._ask(command, body)
        known = ", ".join(["open", "begin", "view", "close", *LIVE_COMMANDS])
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
        self._booth, self._set = booth, name
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
            self._publish("ended")
            self._close()

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
        spools = [Spool(path=self._folder / "spool-0.f32", mix_frame=0)]
        revision = 0
        for deed in deeds[1:]:
            booth.redo(deed)
            if deed.get("spool"):
                name, mix_frame = deed["spool"]
                spools.append(Spool(path=self._folder / name, mix_frame=mix_frame))
            revision = int(deed.get("revision", revision))
        reading = self._sound.read()
        is_ours = booth.is_begun and reading is not None and reading.programme == opening.set
        booth.resume(spools, revision, reading.mix_s if is_ours and reading is not None else 0.0)
        self._take(booth, opening.set)


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
