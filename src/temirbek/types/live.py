"""The language of the live show: what people and devices tell it, what it does, what it looks like now.

An :class:`Event` is all that can come in, an :class:`Effect` all that goes out, a :class:`Snapshot` all that a console
sees. Each is plain data with a JSON form (``to_json``/``from_json`` of the store), so that the log, the console and the
tests speak the same words. Instants are UTC epoch seconds (``_utc_s``) where people read them; ``host_s`` is the
machine's monotonic clock; ``mix_s`` is mix time.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal, get_args

from temirbek.types.evening import CueKind, Scope
from temirbek.types.hall_views import BattleView, HallView, PollView, WishView

OperatorRole = Literal["stage_manager", "dj", "robot_handler", "viewer"]
OPERATOR_ROLES: tuple[OperatorRole, ...] = ("stage_manager", "dj", "robot_handler", "viewer")

DjCommand = Literal[
    "dj_next",  # to the next track at the next phrase
    "dj_skip",  # {"track": id}: a track that has not sounded is left out
    "dj_hold",  # hold this loop; again: let go
    "dj_request",  # {"track": id}: play it as soon as it fits
    "dj_drop_request",  # {"track": id}
    "dj_energy",  # {"energy": −1..1}: more or less than planned from here on
    "dj_replace",  # {"track": id, "by": id}
    "dj_extend",  # this track longer by a phrase
    "dj_fade",  # fade out now (at the next bar), the set ends
    "dj_undo",  # the newest of these that has not sounded yet is taken back
    "hand_over",  # {"to": "human" | "robot"}: at the phrase's end
]
DJ_COMMANDS: tuple[DjCommand, ...] = get_args(DjCommand)
"""What can be asked of a live set."""
Command = Literal[
    "go",  # payload: {"cue": id of the cue that the operator sees in standby}
    "standby",  # {"cue": id}: the cue that the next GO fires
    "hold",  # nothing new begins, clocks of waits stop; sound and robots that run go on to their end
    "resume",
    "skip",  # {"cue": id}: it will not be played tonight
    "unskip",
    "back",  # the cue before becomes standby
    "jump",  # {"cue": id}: it becomes standby, what lies between is left out
    "finish",  # {"cue": id}: a running cue is over (an act, a speech)
    "stop",  # show stop: robots damp, sound fades in 50 ms, nothing goes on by itself
    "release",  # after a stop: back to hold; robots stay damped until armed again
    "arm",  # {"scope": Scope}
    "tick_item",  # {"cue": id, "item": index, "is_done": bool}
    "shift",  # {"seconds": float}: every later planned start moves
    "confirm",  # {"cue": id, "happened": bool}: says of an uncertain cue whether it happened
    "note",  # {"text": str}: into the record
    DjCommand,
    "tap",  # {"host_s": float}: a beat, tapped
    "tap_confirm",  # the tapped tempo is the human's
    "robot_damp",  # {"robot": id}: this one damps
    "robot_ready",  # {"robot": id}: a damped or lost robot may take part again (it stands up only in simulation)
    "hall_answers",  # {"on": bool}: robots answer the hall, or leave it be
    "wish_hide",  # {"track": id, "is_hidden": bool}: a wish is (not) shown any more, neither here nor on phones
    "battle_do",  # {"cue": id, "do": BattleDeed, …}
]
COMMANDS: tuple[Command, ...] = get_args(Command)
"""Everything an operator can ask for."""

Fact = Literal[
    "tick",  # {}: time has passed
    "fired",  # {"cue"}: on disk before anything happens
    "started",  # {"cue"}: the first effect was seen
    "done",  # {"cue"}
    "failed",  # {"cue", "reason"}
    "phrase",  # {"track", "bar"}: a phrase of the music begins
    "track",  # {"track", "title", "artist"}: this recording begins to sound
    "robot",  # {"robot", "state", "why"}: its state changed
    "sound",  # {"state", "why"}: the sound's state changed: "playing", "silent", "lost"
    "hall",  # {"kind", "state", "onset_host_s", "level_db", "confidence", "clap_tempo_bpm"}: a HallSound began or ended
    "reaction",  # {"robot", "gesture", "cause", "cause_host_s", "delay_s", "state": "begun" | "refused", "why"}
    "guest",  # {"zone", "n"}: so many guests were greeted there
    "battle",  # {"cue", "state", "round", "may", "votes_person", "votes_robot", "verdict", "why"}: it went on
    "votes",  # {"poll": cue, "counts": {option: n}, "n"}: so far; told when it changed, every two seconds at most
    "wishes",  # {"wishes": [{"track", "title", "artist", "count"}]}: likewise
    "phones",  # {"connected"}: how many are there
    "caption",  # {"texts": {language: text}}: what is being said; not recorded
    "recovered",  # {}: the log was read again after a restart
    "opened",  # {"date", "scope"}: the show was opened
    "closed",
]


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """Something that was asked or that happened.

    Attributes:
        type: A command or a fact.
        payload: Small, JSON.
        by: Who: an operator's name, or the part of the machine that tells.
        role: The operator's role, or None for a fact.
        key: Unique per intention: the same key a second time does nothing.
        utc_s, host_s: When.
    """

    type: Command | Fact
    payload: Mapping[str, Any] = field(default_factory=dict)
    by: str = ""
    role: OperatorRole | None = None
    key: str = ""
    utc_s: float = 0.0
    host_s: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What became of a command: accepted, or refused with the reason in plain words."""

    is_accepted: bool
    reason: str = ""
    sequence: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Effect:
    """Something to be done by a part of the machine.

    Attributes:
        target: Who does it.
        verb: What: "fire" (begin the cue), "end" (bring it to its end), "stop", "release", "arm", or the command itself
            (of the DJ, the robots, the hall, the phones' wishes, the battle).
        cue: Of which cue, or "".
        payload: Details.
    """

    target: Literal[
        "sound",
        "dj",
        "robots",
        "lights",
        "screen",
        "osc",
        "midi",
        "hall",
        "phones",
        "battle",
        "people",
        "all",
    ]
    verb: str
    cue: str = ""
    payload: Mapping[str, Any] = field(default_factory=dict)


CueState = Literal[
    "waiting", "standby", "pre_wait", "running", "post_wait", "done", "skipped", "failed", "uncertain"
]
ShowState = Literal["hold", "running", "stopped", "closed"]


@dataclass(frozen=True, slots=True, kw_only=True)
class CueLine:
    """One line of the running order as it stands.

    Attributes:
        id, kind, title, who, note: As in the file; ``who`` in words.
        state: Where it is.
        planned_start_utc_s: By the file; expected_start_utc_s: by what happened so far.
        length_s: Planned.
        started_utc_s, ended_utc_s: What happened, or None.
        remaining_s: Of a running one, of its wait or of itself; None where unknown.
        waits_for_applause: It is over, and what follows waits for the hall's applause to subside.
        is_hard: Its start is hard.
        items: Of a checklist: (text, is ticked).
        follow: What begins the next one.
        reason: Of a failed, skipped or uncertain one.
    """

    id: str
    kind: CueKind
    title: str
    state: CueState
    planned_start_utc_s: float
    expected_start_utc_s: float
    length_s: float
    who: tuple[str, ...] = ()
    note: str = ""
    started_utc_s: float | None = None
    ended_utc_s: float | None = None
    remaining_s: float | None = None
    waits_for_applause: bool = False
    is_hard: bool = False
    items: tuple[tuple[str, bool], ...] = ()
    follow: str = "manual"
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Upcoming:
    """A track of the live set that has not begun: it starts in ``starts_in_s`` (None: not laid out yet)."""

    id: str
    title: str
    artist: str
    tempo_bpm: float
    starts_in_s: float | None
    is_requested: bool = False
    is_rendered: bool = False
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class MusicView:
    """What sounds now.

    Attributes:
        source: What the music is: "none", "track", "dj_set", "robot_number".
        track_id, title, artist: Of the leading track.
        mix_s, beat, bar: Where the mix is (bar counted from 1).
        beats_per_bar, tempo_bpm: As they sound.
        bars_to_phrase: Bars until the next phrase begins.
        section: "intro", "verse", "drop" …
        remaining_s: Until the track (or set) ends.
        next_transition_s: Until the next transition begins, or None.
        leader: Who leads tempo and phase.
        human_tempo_bpm, human_phase_ms: What is heard of the human's gear, or None.
        upcoming: The tracks to come.
        crate: All tracks that can be asked for: (id, title, artist, tempo).
        is_looping: A loop is held.
        can_undo: What an undo would take back, in words; "" for nothing.
        waveform: Name of the waveform to draw (``/waveforms/NAME``), or "".
        level: Loudness of the last 100 ms, 0–1.
    """

    source: Literal["none", "track", "dj_set", "robot_number"] = "none"
    track_id: str = ""
    title: str = ""
    artist: str = ""
    mix_s: float = 0.0
    beat: float = 0.0
    bar: int = 0
    beats_per_bar: int = 4
    tempo_bpm: float = 0.0
    bars_to_phrase: float | None = None
    section: str = ""
    remaining_s: float | None = None
    next_transition_s: float | None = None
    leader: Literal["robot", "human", "none"] = "none"
    human_tempo_bpm: float | None = None
    human_phase_ms: float | None = None
    upcoming: tuple[Upcoming, ...] = ()
    crate: tuple[tuple[str, str, str, float], ...] = ()
    is_looping: bool = False
    can_undo: str = ""
    waveform: str = ""
    level: float = 0.0


RobotLiveState = Literal["absent", "standing", "dancing", "waiting", "damped", "fallen", "lost"]


@dataclass(frozen=True, slots=True, kw_only=True)
class RobotView:
    """One robot, now.

    Attributes:
        id, name, robot, color: As in the cast.
        state: What it does; "waiting" is standing out of a number, "lost" is without heartbeat.
        heartbeat_age_s: Since its last word [s].
        torque_share: Largest |torque| / limit just now, 0–1.
        fall_risk: 0–1; 1 is a fall recognised.
        battery: 0–1, or None where there is none.
        temperature: Share of the thermal limit, or None.
        part: What it dances ("groove", a number's title …).
        why: Of a state that needs a reason.
        guard_interventions: Commands that the guard changed so far.
    """

    id: str
    name: str
    robot: str
    color: str
    state: RobotLiveState
    heartbeat_age_s: float
    torque_share: float = 0.0
    fall_risk: float = 0.0
    battery: float | None = None
    temperature: float | None = None
    part: str = ""
    why: str = ""
    guard_interventions: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """Something that is wrong now, or was: ``since_utc_s``; severity "note", "warning" or "error"."""

    id: str
    severity: Literal["note", "warning", "error"]
    what: str
    since_utc_s: float
    is_over: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class LogLine:
    """A line of the record, for people."""

    sequence: int
    utc_s: float
    by: str
    what: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Snapshot:
    """All that a console sees, whole; ``sequence`` only grows.

    Attributes:
        sequence: Number of the newest event in it.
        title, state, scope: Of the show.
        is_rehearsal: Robots are simulated.
        utc_s, timezone: The show's clock, and the zone of the hall's wall.
        cues: The whole running order.
        standby: The cue that GO fires next, or "".
        running: Ids of the cues that run.
        over_s: How late the show is (negative: early).
        planned_end_utc_s, expected_end_utc_s: The curtain.
        blockers: Why the next scope cannot be armed, in words.
        music, robots, faults, log: See there.
        operators: Role → how many are connected.
        languages: Of the venue.
        card: What is on the screen: language → text.
        not_ready: Why the cue in standby cannot begin yet, in words; "" when it can.
        hall: What is noticed of the hall.
        wishes: Of the hall, most wished for first.
        poll, battle: The newest, or None.
        caption: What is being said: language → text.
    """

    sequence: int
    title: str
    state: ShowState
    scope: Scope
    is_rehearsal: bool
    utc_s: float
    timezone: str
    cues: tuple[CueLine, ...]
    standby: str
    running: tuple[str, ...]
    over_s: float
    planned_end_utc_s: float
    expected_end_utc_s: float
    blockers: tuple[str, ...] = ()
    music: MusicView = field(default_factory=MusicView)
    robots: tuple[RobotView, ...] = ()
    faults: tuple[Fault, ...] = ()
    log: tuple[LogLine, ...] = ()
    operators: Mapping[str, int] = field(default_factory=dict)
    languages: tuple[str, ...] = ("kk", "ru", "en")
    card: Mapping[str, str] = field(default_factory=dict)
    not_ready: str = ""
    hall: HallView = field(default_factory=HallView)
    wishes: tuple[WishView, ...] = ()
    poll: PollView | None = None
    battle: BattleView | None = None
    caption: Mapping[str, str] = field(default_factory=dict)
