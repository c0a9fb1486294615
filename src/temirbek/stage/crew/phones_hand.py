"""The phones: what is on, what is asked and in which beat to light up goes out; votes, wishes and claps come in.

Nothing that a phone sends is a command: votes are counted, wishes shown to the operator, claps metered. What goes out is
sent only when it has changed; light is a schedule in host time, never a message per beat.
"""

from collections.abc import Callable, Mapping
from typing import Any

from temirbek.stage.crew.wings import Wings
from temirbek.stage.links import Link
from temirbek.types import AnnouncementCue, CardCue, Effect, Language, MusicView, PollCue

LOOK_EVERY_S = 0.5
LIGHT_OFF_S = 0.02
"""A schedule whose beats are so far from those that sound is sent anew [s]."""
LIGHT_LASTS_S = 40.0
LIGHT_AGAIN_S = 20.0
COLORS: Mapping[str, str] = {"drop": "#FEC50C", "build": "#E8505B", "break": "#5B6CE8"}
USUAL_COLOR = "#00AFCA"
PATTERNS: Mapping[str, str] = {"drop": "x.x.", "break": "x......."}
USUAL_PATTERN = "x..."


class PhonesHand:
    """Shows the phones what happens, and hears them.

    Args:
        wings: What the crew shares.
        link: To the phones' process.
        told: Hears how many phones are there and how fast they clap: (phones, claps per second).
        asked: Hears what the hall is asked: (poll, options); a simulated hall has no eyes for its phones' screens.
    """

    def __init__(
        self,
        wings: Wings,
        link: Link,
        *,
        told: Callable[[int, float], None],
        asked: Callable[[str, list[str]], None],
    ) -> None:
        self._wings, self._link, self._told, self._asked = wings, link, told, asked
        self._listeners: dict[str, Callable[[Mapping[str, int]], None]] = {}
        self._look_at_s = 0.0
        self._shown: dict[str, Any] = {}
        self._light: tuple[float, float, str, float] | None = None
        self._titles: dict[str, tuple[str, str]] = {}
        self._connected, self._claps_per_s = 0, 0.0

    # what goes out

    def do(self, effect: Effect) -> None:
        """Opens or closes a cue's poll, or hides a wish."""
        cue = self._wings.cues.get(effect.cue)
        match effect.verb:
            case "fire" if cue is not None and isinstance(cue.payload, PollCue):
                options = [{"id": o.id, "text": _plain(o.text)} for o in cue.payload.options]
                until_s = self._wings.clock.host_s() + cue.length_s if cue.length_s else None
                self.ask_hall(cue.id, _plain(cue.payload.question), options, until_s)
                self._wings.tell("started", cue=cue.id, run=int(effect.payload["run"]))
            case "end" if cue is not None:
                self.close_poll()
            case "wish_hide":
                deed = "wish_hide" if effect.payload.get("is_hidden", True) else "wish_show"
                self._link.ask({"do": deed, "track": effect.payload["track"]})

    def ask_hall(
        self,
        poll: str,
        question: Mapping[str, str],
        options: list[dict[str, Any]],
        until_host_s: float | None,
        heard: Callable[[Mapping[str, int]], None] | None = None,
    ) -> None:
        """Asks the hall a question.

        Args:
            poll: Its name.
            question: Language → text.
            options: Each with ``id`` and ``text``.
            until_host_s: When it closes by itself [host s], or None.
            heard: Hears the counts, option → votes.
        """
        if heard is not None:
            self._listeners[poll] = heard
        self._asked(poll, [str(option["id"]) for option in options])
        self._link.ask(
            {
                "do": "poll",
                "poll": poll,
                "question": dict(question),
                "options": options,
                "until_host_s": until_host_s,
            }
        )

    def close_poll(self) -> None:
        """Takes no more votes."""
        self._link.ask({"do": "close_poll"})

    def announce(self, effect: Effect) -> None:
        """What is on the screen is on the phones as well."""
        cue = self._wings.cues.get(effect.cue)
        if cue is not None and isinstance(cue.payload, CardCue | AnnouncementCue):
            text = _plain(cue.payload.text) if effect.verb == "fire" else None
            self._link.ask({"do": "announce", "text": text})

    def stop(self) -> None:
        """Lights go out."""
        self._light = None
        self._link.ask({"do": "light", "schedule": None})

    def look(self) -> None:
        """Tells what has changed."""
        now_s = self._wings.clock.host_s()
        if now_s < self._look_at_s or not self._link.is_there:
            return
        self._look_at_s = now_s + LOOK_EVERY_S
        music = self._wings.now.view(now_s)
        self._show_now(music)
        self._show_crate(music)
        self._show_light(music, now_s)

    def _show_now(self, music: MusicView) -> None:
        state = self._wings.state()
        running = [self._wings.cues[c] for c in state.of_state("running")]
        title = running[-1].title if running else ""
        tempo_bpm = round(music.tempo_bpm, 1) if music.tempo_bpm else None
        now = {
            "title": music.title or title,
            "artist": music.artist,
            "kind": running[-1].kind if running else "",
            "tempo_bpm": tempo_bpm,
        }
        self._send("now", {"do": "state", **now})

    def _show_crate(self, music: MusicView) -> None:
        tracks = [{"id": t[0], "title": t[1], "artist": t[2]} for t in music.crate]
        if tracks:
            self._titles = {t["id"]: (t["title"], t["artist"]) for t in tracks}
        self._send("crate", {"do": "crate", "tracks": tracks})

    def _send(self, part: str, body: dict[str, Any]) -> None:
        if self._shown.get(part) != body:
            self._shown[part] = body
            self._link.ask(body)

    def _show_light(self, music: MusicView, now_s: float) -> None:
        if not music.tempo_bpm or music.source == "none":
            if self._light is not None:
                self.stop()
            return
        beat_s = 60.0 / music.tempo_bpm
        bar_beats = max(1, music.beats_per_bar)
        into_bar = music.beat % bar_beats
        downbeat_s = now_s - into_bar * beat_s
        if self._light is not None:
            t0_s, bpm, section, sent_s = self._light
            off_s = (downbeat_s - t0_s + bar_beats * beat_s / 2) % (
                bar_beats * beat_s
            ) - bar_beats * beat_s / 2
            is_old = now_s - sent_s > LIGHT_AGAIN_S
            if (
                not is_old
                and section == music.section
                and abs(off_s) < LIGHT_OFF_S
                and abs(bpm / music.tempo_bpm - 1) < 1e-3
            ):
                return
        self._light = (downbeat_s, music.tempo_bpm, music.section, now_s)
        schedule = {
            "t0_host_s": downbeat_s,
            "bpm": music.tempo_bpm,
            "pattern": PATTERNS.get(music.section, USUAL_PATTERN),
            "color": COLORS.get(music.section, USUAL_COLOR),
            "until_host_s": now_s + LIGHT_LASTS_S,
        }
        self._link.ask({"do": "light", "schedule": schedule})

    def found(self) -> None:
        """A server that was started again knows its votes, but not what is on."""
        self._shown.clear()
        self._light = None

    # what comes in

    def hear(self, event: dict[str, Any]) -> None:
        """What the phones' process tells."""
        match event.get("event"):
            case "votes":
                self._hear_votes(str(event["poll"]), {str(k): int(n) for k, n in event["counts"].items()})
            case "wishes":
                wishes = [
                    {"track": t["track"], "title": title, "artist": artist, "count": int(t["count"])}
                    for t in event["tracks"]
                    for title, artist in [self._titles.get(str(t["track"]), (str(t["track"]), ""))]
                ]
                self._wings.tell("wishes", wishes=wishes)
            case "claps":
                self._claps_per_s = float(event.get("rate_hz", 0.0))
                self._told(self._connected, self._claps_per_s)
            case "phones":
                self._connected = int(event["connected"])
                self._told(self._connected, self._claps_per_s)
                self._wings.tell("phones", connected=self._connected)
            case "fault":
                self._wings.fault(f"phones:{event.get('id', '')}", "warning", str(event.get("what", "")))
            case "mended":
                self._wings.mend(f"phones:{event.get('id', '')}")

    def _hear_votes(self, poll: str, counts: Mapping[str, int]) -> None:
        if poll in self._listeners:
            self._listeners[poll](counts)
        if poll in self._wings.cues:
            self._wings.tell("votes", poll=poll, counts=dict(counts), n=sum(counts.values()))


def _plain(text: Mapping[Language, str]) -> dict[str, str]:
    return {str(language): words for language, words in text.items()}
