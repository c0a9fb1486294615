"""Announcements in a live show: one language after another, the music down on the bar, captions with the words.

The first language begins on the next bar of the music that sounds, if one comes within :data:`MOST_WAIT_S`; every sound
begins with :data:`temirbek.stage.announcing.LEAD_IN_S` of silence, in which the music goes down, and between two languages
the listener takes breath. After the last one the music comes back on a bar. Captions are told as their words are heard;
what they say is the organiser's text. Nothing here waits, and no clock is read but the one that is given.
"""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from temirbek.stage.clock import ClockReading
from temirbek.stage.made import Made
from temirbek.store.nouns import from_json
from temirbek.types import AnnouncementCue, Cue, Evening, Language, MusicView, SpeechScript, Voice

MOST_WAIT_S = 2.5
"""For a bar: longer than that, the announcement does not wait."""
DUCK_DB, DUCK_S = 12.0, 0.4
HOLD_S = 0.6
"""The music stays down between two languages."""
SOON_S = 0.1
"""Commands reach the sound in less."""
EARLY_S = 0.025
"""Half of what lies between two looks: captions are told at most that early or late."""
OVERDUE_S = 3.0
"""A speech that should be over so long ago, and of whose end nothing was heard, is over."""

Ask = Callable[[Mapping[str, Any], Callable[[dict[str, Any]], None]], None]
Tell = Callable[..., Any]


def why_no_voice(evening: Evening, cues: Sequence[Cue] | None = None) -> tuple[str, ...]:
    """What this machine lacks to speak the evening's announcements, in words; empty where it lacks nothing.

    Args:
        evening: The whole.
        cues: Of these cues; None: of all.
    """
    from temirbek.voice import (
        why_missing,
    )  # here: what else that room loads takes a restarted conductor a second

    needed: dict[tuple[Language, str], Voice] = {}
    for cue in evening.cues if cues is None else cues:
        if isinstance(cue.payload, AnnouncementCue) and not cue.is_skipped:
            for language, voice in cue.payload.voices.items():
                if language in evening.venue.languages and language not in cue.payload.audio:
                    needed[(language, repr(voice))] = voice
    return tuple(f"announcements in {v.language}: {why}" for v in needed.values() if (why := why_missing(v)))


def next_bar(music: MusicView, reading: ClockReading | None, after_host_s: float) -> float | None:
    """When the first bar after an instant begins to sound [host s]; None where no beat sounds.

    Args:
        music: What sounds; it may have been told a while ago.
        reading: The shared clock, which knows how far the music has come since.
        after_host_s: The instant, soon.
    """
    if reading is None or not reading.is_playing or reading.rate <= 0 or music.tempo_bpm <= 0:
        return None
    # the DJ tells its tempo by mix time, prepared music as it sounds
    sounding_bpm = music.tempo_bpm * (reading.rate if music.source == "dj_set" else 1.0)
    beats_per_mix_s = sounding_bpm / 60.0 / reading.rate
    into = music.beat % music.beats_per_bar
    if music.bars_to_phrase is not None:  # phrases begin with a bar, wherever beats are counted from
        into = -music.bars_to_phrase * music.beats_per_bar
    into += (reading.mix_at(after_host_s) - music.mix_s) * beats_per_mix_s
    wait_beats = -into % music.beats_per_bar
    return after_host_s + wait_beats * 60.0 / sounding_bpm


@dataclass(slots=True)
class _Announcement:
    """One that is being said.

    Attributes:
        cue, run: Which, for the which time.
        sounds, scripts: By language.
        waiting: Languages to come.
        now: The language that sounds, or is about to.
        begins_s: When its sound begins [host s], as soon as that is known.
        is_told: That it began was told.
        is_returning: The music was told when to come back.
        shown: The caption on the screen.
        gestured: The language to which robots move.
    """

    cue: Cue
    run: int
    sounds: Mapping[str, str]
    scripts: Mapping[str, SpeechScript]
    waiting: list[str]
    now: str = ""
    begins_s: float | None = None
    asked_s: float = 0.0
    is_told: bool = field(default=False)
    is_returning: bool = field(default=False)
    shown: str = ""
    gestured: str = ""


class Speaking:
    """Says announcements.

    Args:
        evening: The whole.
        made: The folder in which cues are made.
        ask: Asks the sound process: (body, hears the answer).
        tell: Takes facts: (type, payload by name).
        host_s: The host's clock.
        next_bar: When the first bar after an instant begins [host s]; None where no beat sounds.
        caption: Shows a caption: language → text; empty: none.
        gesture: Has the robots of a cue begin to move to what is said, now: (cue, language).
        still: Has them stop that before it is over.
    """

    def __init__(
        self,
        evening: Evening,
        made: Path,
        *,
        ask: Ask,
        tell: Tell,
        host_s: Callable[[], float],
        next_bar: Callable[[float], float | None],
        caption: Callable[[Mapping[str, str]], None],
        gesture: Callable[[Cue, str], None],
        still: Callable[[Cue], None],
    ) -> None:
        self._order = [str(language) for language in evening.venue.languages]
        self._folder, self._ask, self._tell, self._host_s = made, ask, tell, host_s
        self._next_bar, self._caption, self._gesture, self._still = next_bar, caption, gesture, still
        self._now: _Announcement | None = None

    @property
    def cue_id(self) -> str:
        """The announcement that is being said, or ""."""
        return self._now.cue.id if self._now else ""

    def begin(self, cue: Cue, made: Made | None, run: int) -> None:
        """An announcement begins, on the next bar; one that is being said gives way."""
        order = [name for name in self._order if made and name in made.sounds]
        if made is None or not order:
            self._tell("failed", cue=cue.id, run=run, reason="there is neither a recording nor a voice of it")
            return
        folder = self._folder / cue.id
        try:
            scripts = {name: read_script(folder / file) for name, file in made.speeches.items()}
        except (OSError, ValueError) as error:
            self._tell("failed", cue=cue.id, run=run, reason=f"its captions cannot be read: {error}")
            return
        if self._now is not None:
            self.end(self._now.cue.id)
        sounds = {name: str(folder / made.sounds[name]) for name in order}
        self._now = _Announcement(cue, run, sounds, scripts, order)
        self._duck(HOLD_S)
        now_s = self._host_s()
        bar_s = self._next_bar(now_s + SOON_S)
        self._say_next(bar_s if bar_s is not None and bar_s - now_s <= MOST_WAIT_S else None)

    def _duck(self, hold_s: float) -> None:
        duck = {"do": "duck", "voice": "music", "while": "speech", "by_db": DUCK_DB}
        self._ask(
            {**duck, "attack_s": DUCK_S, "release_s": 2 * DUCK_S, "hold_s": hold_s}, lambda answer: None
        )

    def _say_next(self, at_host_s: float | None = None) -> None:
        saying = self._now
        assert saying is not None
        self._show("")
        if not saying.waiting:
            self._now = None
            self._tell("done", cue=saying.cue.id, run=saying.run)
            return
        language = saying.now = saying.waiting.pop(0)
        saying.begins_s, saying.asked_s = None, max(self._host_s(), at_host_s or 0.0)
        body = {
            "do": "play",
            "voice": "speech",
            "programme": f"{saying.cue.id}/{language}",
            "path": saying.sounds[language],
            "at_host_s": at_host_s,
        }
        self._ask(body, lambda answer: self._answered(saying, language, answer))

    def _answered(self, saying: _Announcement, language: str, answer: Mapping[str, Any]) -> None:
        if saying is not self._now or saying.now != language:
            return
        if not answer.get("ok"):
            self._now = None
            self._show("")
            reason = str(answer.get("reason", "the sound gave no reason"))
            self._tell("failed", cue=saying.cue.id, run=saying.run, reason=f"{language}: {reason}")
            return
        saying.begins_s = float(answer["host_s"])

    def hear(self, event: Mapping[str, Any]) -> None:
        """What the sound process tells of its voice "speech"."""
        saying = self._now
        if saying is None or event.get("programme") != f"{saying.cue.id}/{saying.now}":
            return
        if event.get("event") == "started":
            saying.begins_s = float(event.get("host_s", self._host_s()))
            if not saying.is_told:
                saying.is_told = True
                self._tell("started", cue=saying.cue.id, run=saying.run)
        elif event.get("event") == "ended":
            self._say_next()

    def again(self) -> None:
        """The sound process was started anew: what it was saying is said again, from its beginning."""
        if self._now is not None and self._now.now:
            self._now.waiting.insert(0, self._now.now)
            self._now.gestured = ""
            self._duck(HOLD_S)
            self._say_next()

    def look(self) -> None:
        """Time has passed: the caption that is due, the music's return. Called some twenty times a second."""
        saying = self._now
        if saying is None:
            return
        script, now_s = saying.scripts.get(saying.now), self._host_s()
        lasts_s = script.duration_s if script else 0.0
        since_s = saying.asked_s if saying.begins_s is None else saying.begins_s
        if script and now_s > since_s + lasts_s + OVERDUE_S:
            self._say_next()
            return
        if script and saying.begins_s is not None:
            at_s = now_s - saying.begins_s + EARLY_S
            if at_s >= 0.0 and saying.gestured != saying.now:
                saying.gestured = saying.now
                self._gesture(saying.cue, saying.now)
            due = next((c.text for c in script.captions if c.start_s <= at_s < c.end_s), "")
            self._show(due)
            if not saying.waiting and not saying.is_returning and at_s > lasts_s - MOST_WAIT_S:
                saying.is_returning = True
                self._return_on_bar(saying.begins_s + lasts_s)

    def _return_on_bar(self, end_s: float) -> None:
        bar_s = self._next_bar(end_s)
        hold_s = bar_s - end_s if bar_s is not None else HOLD_S
        self._duck(hold_s if hold_s <= MOST_WAIT_S else HOLD_S)

    def _show(self, text: str) -> None:
        if self._now is not None and text != self._now.shown:
            self._now.shown = text
            self._caption({self._now.now: text} if text else {})

    def end(self, cue_id: str) -> bool:
        """An announcement is to be over now; whether it was being said."""
        saying = self._now
        if saying is None or saying.cue.id != cue_id:
            return False
        self._show("")
        self._now = None
        self._ask({"do": "fade", "voice": "speech", "seconds": 0.3, "then": "stop"}, lambda answer: None)
        self._still(saying.cue)
        self._tell("done", cue=cue_id, run=saying.run)
        return True

    def stop(self) -> None:
        """The show was stopped: the sound is silent already."""
        self._show("")
        self._now = None


def read_script(path: Path) -> SpeechScript:
    """What is seen while a sound of an announcement is heard.

    Raises:
        OSError, ValueError: It is not there, or not whole.
    """
    return from_json(SpeechScript, json.loads(path.read_text(encoding="utf-8")))
