"""The evening as its file says: who takes part, where, and what happens in which order.

Times of day belong to the venue (``Venue.timezone``); lengths are seconds. What really happened is told by
:mod:`temirbek.types.live`.
"""

import hashlib
import json
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, time
from datetime import date as Date  # Evening has a field of the name
from typing import Literal, get_args

from temirbek.types.eyes import Eyes
from temirbek.types.hall_cues import BattleCue, GreetingCue, PollCue
from temirbek.types.hall_setup import Ears, Phones
from temirbek.types.language import Language
from temirbek.types.show import Music, Show
from temirbek.types.speech import Voice
from temirbek.types.stage import Zone

CueKind = Literal[
    "act",
    "track",
    "dj_set",
    "robot_number",
    "robot_gesture",
    "announcement",
    "speech",
    "light",
    "card",
    "osc",
    "midi",
    "greeting",
    "battle",
    "poll",
    "checklist",
    "pause",
]
CUE_KINDS: tuple[CueKind, ...] = get_args(CueKind)
Follow = Literal["manual", "auto_continue", "auto_follow"]
"""What begins the next cue: GO; this cue's begin (after its post-wait); this cue's end (after its post-wait)."""
Scope = Literal["none", "lights_and_sound", "rehearsal", "live"]
"""What the machine is authorised to move: nothing; lights and sound; robots in simulation as well; real robots."""
SCOPES: tuple[Scope, ...] = get_args(Scope)
HOUSE_LOOKS: tuple[str, ...] = ("blackout", "warm", "cool", "drop", "key")
"""Light looks that every venue has."""
Sink = Literal["auto", "null", "portaudio", "jack", "file"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """Somebody on stage who is no robot.

    Attributes:
        id, name: Short name, unique in the show; words for people.
        role: What they do this evening.
        note: For the stage manager.
    """

    id: str
    name: str
    role: Literal["singer", "band", "dj", "speaker", "host", "dancer", "other"] = "other"
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class StartTime:
    """When a cue should begin, by the clock on the venue's wall.

    Attributes:
        at: Local time of day.
        day: Days after the evening's date: 1 is past midnight.
        is_hard: A hard start begins by itself at that time (from standby, if nothing is held); a soft one is a plan.
    """

    at: time
    day: int = 0
    is_hard: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class ActCue:
    """People on stage; the stage manager ends it with the next GO."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SpeechCue:
    """A person speaks."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TrackCue:
    """One recording is played as it is.

    Attributes:
        music: Exactly one recording.
        gain_db: Louder or softer.
        fade_in_s, fade_out_s: At its ends [s].
    """

    music: Music
    gain_db: float = 0.0
    fade_in_s: float = 0.0
    fade_out_s: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class DjSetCue:
    """The Robo-DJ mixes live.

    Attributes:
        music: The crate to play from, with its wishes.
        with_human: The person (by id) who shares the set, or "".
        dances: Whether the robots of the cue dance to it.
    """

    music: Music
    with_human: str = ""
    dances: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class RobotNumberCue:
    """A prepared dance to prepared music.

    Attributes:
        music: What sounds.
        number: Id of the show's number whose artists and bars it has, or "".
    """

    music: Music
    number: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class RobotGestureCue:
    """One move by some robots, from standing and back to it.

    Attributes:
        move: By name.
        tempo_bpm: At this tempo; None: that of the music that sounds, or 100.
    """

    move: str
    tempo_bpm: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class AnnouncementCue:
    """The organiser's own words.

    Attributes:
        text: Language → text, word for word.
        approved_by, approved_on: Who approved them, and when; "" and None: nobody yet, which blocks arming.
        approved_text: The fingerprint of what was approved; "" with the others.
        audio: Language → recording (path as text, from the show file's folder).
        voices: Language → the voice that speaks it, where there is no recording; languages with neither are only shown.
    """

    text: Mapping[Language, str]
    approved_by: str = ""
    approved_on: date | None = None
    approved_text: str = ""
    audio: Mapping[Language, str] = field(default_factory=dict)
    voices: Mapping[Language, Voice] = field(default_factory=dict)

    @property
    def is_spoken(self) -> bool:
        """It is heard, in one language at least."""
        return bool(self.audio or self.voices)

    @property
    def fingerprint(self) -> str:
        """Of the texts of all languages: the first 16 digits of their SHA-256; another word, another fingerprint.

        How an editor ends lines or composes letters is no other word.
        """
        texts = sorted((str(name), text.replace("\r\n", "\n")) for name, text in self.text.items())
        told = unicodedata.normalize("NFC", json.dumps(texts, ensure_ascii=False))
        return hashlib.sha256(told.encode()).hexdigest()[:16]


@dataclass(frozen=True, slots=True, kw_only=True)
class LightCue:
    """A look of the lights.

    Attributes:
        look: By name: "blackout", "warm", "cool", "drop", "key", or one of the venue's.
        fade_s: In this time [s].
        levels: DMX universe.channel ("1.12") → 0–255, beside the look.
    """

    look: str
    fade_s: float = 1.0
    levels: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class CardCue:
    """A card on the screen: language → text."""

    text: Mapping[Language, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class OscCue:
    """An OSC message to one of the venue's peers.

    Attributes:
        peer: By name (``venue.osc``).
        address: "/…".
        arguments: int, float, str or bool.
        needs_answer: It is sent until the peer acknowledges it, or fails.
    """

    peer: str
    address: str
    arguments: tuple[int | float | str | bool, ...] = ()
    needs_answer: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class MidiCue:
    """A MIDI message: its bytes, e.g. (0xC0, 5)."""

    message: tuple[int, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ChecklistCue:
    """Things that people tick off; while one is open, nothing beyond ``blocks`` can be armed.

    Attributes:
        items: What is to be checked.
        blocks: The scopes that cannot be armed before all are ticked.
    """

    items: tuple[str, ...]
    blocks: tuple[Scope, ...] = ("live",)


@dataclass(frozen=True, slots=True, kw_only=True)
class PauseCue:
    """Nothing, for its length."""


Payload = (
    ActCue
    | SpeechCue
    | TrackCue
    | DjSetCue
    | RobotNumberCue
    | RobotGestureCue
    | AnnouncementCue
    | LightCue
    | CardCue
    | OscCue
    | MidiCue
    | GreetingCue
    | BattleCue
    | PollCue
    | ChecklistCue
    | PauseCue
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Cue:
    """A show action that one can GO.

    Attributes:
        id, title: Short name, unique in the show; words for people.
        kind: Which payload it has.
        payload: What happens.
        length_s: How long it is planned to last [s]; 0 for what is over at once.
        pre_wait_s, post_wait_s: Between GO and begin; between begin or end and what follows [s].
        waits_for_applause: What follows waits until the hall's applause has come and subsided, for ``post_wait_s`` at
            most.
        follow: What begins the next cue.
        start: When by the wall, or None: when the one before is over.
        people, robots: Ids of who takes part.
        note: For the stage manager.
        is_skipped: In the file, but not tonight.
    """

    id: str
    title: str
    kind: CueKind
    payload: Payload
    length_s: float = 0.0
    pre_wait_s: float = 0.0
    post_wait_s: float = 0.0
    waits_for_applause: bool = False
    follow: Follow = "manual"
    start: StartTime | None = None
    people: tuple[str, ...] = ()
    robots: tuple[str, ...] = ()
    note: str = ""
    is_skipped: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class SoundSetup:
    """How the venue sounds.

    Attributes:
        sink: Where samples go; "auto" is the first of PortAudio with a device, else the paced null sink.
        device: Name of the device or of the JACK ports to connect, "" for the default; for "file", the path.
        buffer_ms: Played ahead in the device [ms].
        latency_ms: From the device's position to the loudspeaker, if measured; None: what the device says [ms].
        input_device: The line input that a human DJ's mix arrives on; "" for none.
    """

    sink: Sink = "auto"
    device: str = ""
    buffer_ms: float = 40.0
    latency_ms: float | None = None
    input_device: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Peer:
    """Another program or machine on the network: host and UDP port."""

    host: str
    port: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Fixture:
    """A lamp: DMX universe, first channel (1–512), and what its channels are ("dimmer", "red", "green", "blue",
    "white", "strobe" …, in order)."""

    id: str
    universe: int
    channel: int
    channels: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """A light look of the venue's own, beside :data:`HOUSE_LOOKS`.

    Attributes:
        id: By which light cues call it.
        color: "#rrggbb" for lamps that have colours.
        level: How bright, 0–1.
        fixtures: Ids of the lamps that it concerns; empty: all. The others keep what they do.
    """

    id: str
    color: str = "#ffffff"
    level: float = 1.0
    fixtures: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Links:
    """What the show is connected with.

    Attributes:
        osc: Name → peer that cues may send to.
        osc_in_port: Where OSC commands are taken (loopback unless ``osc_in_host`` says else); None: nowhere.
        osc_in_host: Address to listen on.
        artnet: The Art-Net node, or None.
        fixtures: What hangs there.
        midi_in, midi_out: Port names (or parts of them); "" for none.
        midi_clock_out, mtc_out: Whether the port also gets MIDI clock and MIDI time code.
        ltc_out: Whether the sound carries linear time code on a channel of its own.
        link: Whether to join an Ableton Link session (the extra ``temirbek[link]``).
    """

    osc: Mapping[str, Peer] = field(default_factory=dict)
    osc_in_port: int | None = None
    osc_in_host: str = "127.0.0.1"
    artnet: Peer | None = None
    fixtures: tuple[Fixture, ...] = ()
    midi_in: str = ""
    midi_out: str = ""
    midi_clock_out: bool = False
    mtc_out: bool = False
    ltc_out: bool = False
    link: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Venue:
    """The hall.

    Attributes:
        name: Of the hall.
        timezone: IANA name of its wall clock's zone.
        languages: What is spoken to the public, the first first.
        stage_half_extent_m: Half of the stage's depth (x) and width (y); None: the house's own.
        zones: Where people are: no robot's body enters it, and dances keep away from it.
        guest_zones: Where guests may stand while robots greet them, or dance against one; else nobody is there.
        sound, links: What it is equipped with.
        looks: Light looks of its own.
        ears, eyes: How the hall is heard and seen.
        phones: How its phones take part, or None: they do not.
        voices: Language → the voice that speaks announcements without a recording.
    """

    name: str = ""
    timezone: str = "Asia/Almaty"
    languages: tuple[Language, ...] = ("kk", "ru", "en")
    stage_half_extent_m: tuple[float, float] | None = None
    zones: tuple[Zone, ...] = ()
    guest_zones: tuple[Zone, ...] = ()
    sound: SoundSetup = field(default_factory=SoundSetup)
    links: Links = field(default_factory=Links)
    looks: tuple[Look, ...] = ()
    ears: Ears = field(default_factory=Ears)
    eyes: Eyes = field(default_factory=Eyes)
    phones: Phones | None = None
    voices: Mapping[Language, Voice] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Evening:
    """Everything that happens between doors and curtain.

    Attributes:
        show: Title, seed, music, cast of robots, numbers and moves.
        people: Artists, speakers, hosts, human DJs.
        venue: Where.
        date: The evening's date at the venue; None: whenever it is run.
        cues: The running order.
        lexicon: Language → how a voice says what is written: names, abbreviations. What is shown stays as written.
    """

    show: Show
    people: tuple[Person, ...] = ()
    venue: Venue = field(default_factory=Venue)
    date: Date | None = None
    cues: tuple[Cue, ...] = ()
    lexicon: Mapping[Language, Mapping[str, str]] = field(default_factory=dict)
