"""Announcements live: in the venue's order, on the bar, captions with the words; and what goes wrong on the way."""

import json
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from temirbek.stage.clock import ClockReading, DeviceTime, Span
from temirbek.stage.made import Made
from temirbek.stage.speaking import (
    EARLY_S,
    HOLD_S,
    MOST_WAIT_S,
    OVERDUE_S,
    Speaking,
    next_bar,
    why_no_voice,
)
from temirbek.store import to_json
from temirbek.types import (
    AnnouncementCue,
    Caption,
    Cue,
    Evening,
    Music,
    MusicView,
    Show,
    SpeechScript,
    Venue,
    Voice,
)

CUE = Cue(
    id="news",
    title="News",
    kind="announcement",
    payload=AnnouncementCue(text={"kk": "Бір екі", "ru": "Раз два"}),
)
OTHER = replace(CUE, id="more", title="More")
TICK_S = 0.05


def evening(*cues: Cue) -> Evening:
    show = Show(title="T", seed=0, music=Music(), cast=())
    return Evening(show=show, venue=Venue(languages=("ru", "kk")), cues=cues)


class Hall:
    """A sound process, a clock and whoever listens, all made up."""

    def __init__(self, folder: Path, bar_s: Callable[[float], float | None] = lambda after_s: None) -> None:
        self.now_s, self.asked, self.told = 50.0, [], []
        self.captions: list[tuple[float, Mapping[str, str]]] = []
        self.moves: list[tuple[str, str]] = []
        self.refuses = ""
        self.speaking = Speaking(
            evening(CUE, OTHER),
            folder,
            ask=self._ask,
            tell=lambda fact, **payload: self.told.append((fact, payload)),
            host_s=lambda: self.now_s,
            next_bar=bar_s,
            caption=lambda texts: self.captions.append((self.now_s, dict(texts))),
            gesture=lambda cue, language: self.moves.append((cue.id, language)),
            still=lambda cue: self.moves.append((cue.id, "")),
        )

    def _ask(self, body: Mapping[str, Any], answered: Callable[[dict[str, Any]], None]) -> None:
        self.asked.append(dict(body))
        if body["do"] == "play" and self.refuses:
            answered({"ok": False, "reason": self.refuses})
        elif body["do"] == "play":
            answered({"ok": True, "host_s": max(self.now_s + 0.03, body["at_host_s"] or 0.0)})

    def plays(self) -> list[dict[str, Any]]:
        return [body for body in self.asked if body["do"] == "play"]

    def pass_time(self, until_s: float) -> None:
        while self.now_s < until_s:
            self.now_s += TICK_S
            self.speaking.look()

    def say(self, event: str, language: str, cue: Cue = CUE, **more: Any) -> None:
        self.speaking.hear({"event": event, "voice": "speech", "programme": f"{cue.id}/{language}", **more})


def made(folder: Path, cue: Cue = CUE) -> Made:
    (folder / cue.id).mkdir(parents=True)
    for language, words in (("kk", ("Бір", "екі")), ("ru", ("Раз", "два"))):
        captions = (
            Caption(text=words[0], start_s=0.4, end_s=1.5),
            Caption(text=words[1], start_s=1.5, end_s=2.6),
        )
        script = SpeechScript(language=language, duration_s=3.0, captions=captions)
        (folder / cue.id / f"{language}.json").write_text(json.dumps(to_json(script)), encoding="utf-8")
    files = {name: f"{name}.flac" for name in ("kk", "ru")}
    return Made(cue=cue.id, kind=cue.kind, sounds=files, speeches={n: f"{n}.json" for n in ("kk", "ru")})


def test_languages_come_one_after_another_in_the_venues_order(tmp_path: Path) -> None:
    hall = Hall(tmp_path)
    hall.speaking.begin(CUE, made(tmp_path), 1)
    assert [p["programme"] for p in hall.plays()] == ["news/ru"]
    hall.say("started", "ru", host_s=50.03)
    hall.pass_time(53.0)
    hall.say("ended", "kk")  # of something else
    assert len(hall.plays()) == 1
    hall.say("ended", "ru")
    assert [p["programme"] for p in hall.plays()] == ["news/ru", "news/kk"]
    hall.say("started", "kk", host_s=53.1)
    hall.say("ended", "kk")
    assert [fact for fact, _ in hall.told] == ["started", "done"]
    assert all(payload == {"cue": "news", "run": 1} for _, payload in hall.told)
    assert hall.speaking.cue_id == ""


def test_captions_are_shown_with_their_words_and_robots_move_with_the_sound(tmp_path: Path) -> None:
    hall = Hall(tmp_path, lambda after_s: 51.5)
    hall.speaking.begin(CUE, made(tmp_path), 1)
    assert hall.plays()[0]["at_host_s"] == 51.5
    hall.pass_time(51.4)
    assert hall.captions == [] and hall.moves == []
    hall.say("started", "ru", host_s=51.5)
    hall.pass_time(54.5)
    assert [texts for _, texts in hall.captions] == [{"ru": "Раз"}, {"ru": "два"}, {}]
    for (at_s, _), due_s in zip(hall.captions, (51.9, 53.0, 54.1), strict=True):
        assert abs(at_s - due_s) <= max(EARLY_S, TICK_S - EARLY_S) + 1e-6
    assert hall.moves == [("news", "ru")]


@pytest.mark.parametrize(
    ("bar_s", "waits"), [(MOST_WAIT_S - 0.1, True), (MOST_WAIT_S + 0.1, False), (None, False)]
)
def test_it_waits_for_a_bar_that_comes_soon(tmp_path: Path, bar_s: float | None, waits: bool) -> None:
    hall = Hall(tmp_path, lambda after_s: None if bar_s is None else 50.0 + bar_s)
    hall.speaking.begin(CUE, made(tmp_path), 1)
    duck, play = hall.asked
    assert duck["do"] == "duck" and duck["while"] == "speech" and duck["hold_s"] == HOLD_S
    assert play["at_host_s"] == (50.0 + bar_s if waits and bar_s is not None else None)


def test_the_music_comes_back_on_a_bar(tmp_path: Path) -> None:
    hall = Hall(tmp_path, lambda after_s: 2.0 * (after_s // 2.0 + 1.0))
    hall.speaking.begin(CUE, made(tmp_path), 1)
    hall.say("started", "ru", host_s=52.0)
    hall.pass_time(55.0)
    hall.say("ended", "ru")
    begins_s = hall.now_s + 0.03
    hall.pass_time(begins_s + 2.9)
    ducks = [body for body in hall.asked if body["do"] == "duck"]
    assert len(ducks) == 2
    back_s = begins_s + 3.0 + ducks[1]["hold_s"]
    assert back_s % 2.0 == pytest.approx(0.0, abs=1e-6) or back_s % 2.0 == pytest.approx(2.0, abs=1e-6)


def test_a_sound_that_refuses_or_was_never_made_fails_the_cue_with_its_reason(tmp_path: Path) -> None:
    hall = Hall(tmp_path)
    hall.speaking.begin(CUE, None, 1)
    hall.refuses = "no such file"
    hall.speaking.begin(CUE, about := made(tmp_path), 2)
    assert [(fact, payload["run"]) for fact, payload in hall.told] == [("failed", 1), ("failed", 2)]
    assert "neither a recording nor a voice" in hall.told[0][1]["reason"]
    assert hall.told[1][1]["reason"] == "ru: no such file"
    (tmp_path / "news" / "kk.json").write_text("{", encoding="utf-8")
    hall.speaking.begin(CUE, about, 3)
    assert hall.told[-1][0] == "failed" and "captions cannot be read" in hall.told[-1][1]["reason"]
    assert hall.speaking.cue_id == ""


def test_a_sound_of_whose_end_nothing_is_heard_is_over_all_the_same(tmp_path: Path) -> None:
    hall = Hall(tmp_path)
    hall.speaking.begin(CUE, made(tmp_path), 1)
    hall.pass_time(50.0 + 2 * (3.0 + OVERDUE_S) + 1.0)
    assert [p["programme"] for p in hall.plays()] == ["news/ru", "news/kk"]
    assert hall.told[-1][0] == "done"


def test_what_a_sound_that_died_was_saying_is_said_again(tmp_path: Path) -> None:
    hall = Hall(tmp_path)
    hall.speaking.again()
    assert hall.asked == []
    hall.speaking.begin(CUE, made(tmp_path), 1)
    hall.say("started", "ru", host_s=50.03)
    hall.pass_time(51.0)
    hall.speaking.again()
    assert [body["do"] for body in hall.asked] == ["duck", "play", "duck", "play"]
    assert [p["programme"] for p in hall.plays()] == ["news/ru", "news/ru"]
    hall.pass_time(52.0)
    assert hall.moves == [("news", "ru"), ("news", "ru")]
    hall.say("ended", "ru")
    hall.say("ended", "kk")
    assert hall.told[-1] == ("done", {"cue": "news", "run": 1})


def test_what_is_ended_or_replaced_is_taken_from_the_screen(tmp_path: Path) -> None:
    hall = Hall(tmp_path)
    hall.speaking.begin(CUE, made(tmp_path), 1)
    hall.say("started", "ru", host_s=50.03)
    hall.pass_time(51.0)
    assert hall.captions[-1][1] == {"ru": "Раз"}
    assert not hall.speaking.end("more")
    hall.speaking.begin(OTHER, made(tmp_path, OTHER), 4)
    assert hall.captions[-1][1] == {} and hall.moves[-1] == ("news", "")
    assert hall.told[-1] == ("done", {"cue": "news", "run": 1})
    assert {"do": "fade", "voice": "speech", "seconds": 0.3, "then": "stop"} in hall.asked
    hall.say("ended", "ru")  # of the one that gave way
    assert hall.speaking.cue_id == "more" and len(hall.plays()) == 2
    hall.speaking.stop()
    hall.pass_time(60.0)
    assert hall.speaking.cue_id == "" and hall.told[-1][1]["cue"] == "news"


def reading(mix_s: float, rate: float = 1.0, *, is_playing: bool = True) -> ClockReading:
    return ClockReading(
        host_s=100.0,
        mix_s=mix_s,
        rate=rate,
        programme="set",
        is_playing=is_playing,
        latency_s=0.0,
        age_s=0.0,
        device=DeviceTime(frame=0.0, host_s=100.0),
        spans=(Span(frame=0.0, mix_s=mix_s, rate=rate, programme="set", is_playing=is_playing),),
    )


def test_a_bar_is_found_from_what_was_told_a_while_ago() -> None:
    view = MusicView(mix_s=20.0, beat=41.0, beats_per_bar=4, tempo_bpm=120.0)
    assert next_bar(view, reading(20.0), 100.0) == pytest.approx(101.5)  # beat 44
    assert next_bar(view, reading(20.5), 100.0) == pytest.approx(101.0)  # the view is half a second old
    assert next_bar(view, reading(20.0), 101.6) == pytest.approx(103.5)
    phrased = replace(view, bars_to_phrase=2.5)  # two beats to the bar, wherever beats are counted from
    assert next_bar(phrased, reading(20.0), 100.0) == pytest.approx(101.0)
    led = replace(view, source="dj_set")  # 120 beats a minute of the mix, which goes faster
    assert next_bar(led, reading(20.0, 1.1), 100.0) == pytest.approx(100.0 + 3 * 60 / 132)
    fast = replace(view, tempo_bpm=132.0)  # at rate 1.1
    assert next_bar(fast, reading(20.0, 1.1), 100.0) == pytest.approx(100.0 + 3 * 60 / 132)


def test_without_a_beat_there_is_no_bar() -> None:
    view = MusicView(mix_s=20.0, beat=41.0, tempo_bpm=120.0)
    assert next_bar(view, None, 100.0) is None
    assert next_bar(view, reading(20.0, is_playing=False), 100.0) is None
    assert next_bar(replace(view, tempo_bpm=0.0), reading(20.0), 100.0) is None


def test_what_the_machine_lacks_to_speak_is_said_once_for_each_voice() -> None:
    gone = Voice(language="kk", command="no-such-program")
    payload = AnnouncementCue(
        text={"kk": "x", "en": "y"}, voices={"kk": gone, "en": replace(gone, language="en")}
    )
    cues = [replace(CUE, id=i, payload=payload) for i in ("a", "b")]
    assert why_no_voice(evening(*cues)) == (
        "announcements in kk: the speech program 'no-such-program' is not installed on this machine",
    )
    recorded = replace(payload, audio={"kk": "k.wav"})
    assert why_no_voice(evening(replace(CUE, payload=recorded))) == ()
    assert why_no_voice(evening(replace(cues[0], is_skipped=True))) == ()
