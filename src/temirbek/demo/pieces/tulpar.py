"""Tulpar (the winged horse): broken beats and kettle drums, leaning towards drum & bass, 124 BPM, A minor."""

from functools import partial

from temirbek.demo.arrangement import Lane, Part, Piece, Sweep
from temirbek.demo.instruments import drums, effects, strings, synths, voices
from temirbek.demo.pieces.turns import rolled, with_fill
from temirbek.demo.score import arpeggio, bass, chords, held, hits, line, once, rest, then
from temirbek.types import Key

_HARMONY = "Am Am F G Am Am F Em"
_KICK = hits("X.....x...x..... | X.........x..x..")
_SNARE = hits("....X..g.g..X..g | ....X..g.g..X.g.")
_HOOK = line(
    "A4! . C5 .  E5! . D5 C5  . A4 . G4  A4! . . . | . . E4 .  G4 . A4 .  C5! . B4 G4  . E4 . ."
    "| F4! . A4 .  C5! . B4 A4  . F4 . G4  A4! . . . | G4! . B4 .  D5! . C5 B4  . G4 . B4  D5 . E5 ."
)
_DRUMS = line("A2! . . A2  . . C3 .  A2! . E3 .  A2 A2 C3 E3 | A2! . . A2  . . C3 .  E3! E3 . C3  A2 . A2 A2")
_TWANG = line("A2! - - -  - - A2 -  A2 - - A2  - - A2 - | A2! - - -  - - - -  A2 - A2 -  A2! - - -")

TULPAR = Piece(
    name="tulpar",
    title="Тұлпар",
    tempo_bpm=124.0,
    key=Key(tonic=9, mode="minor"),
    room_s=1.0,
    parts=(
        Part(name="intro", label="intro"),
        Part(name="build", label="build", stop_beats=1.0),
        Part(name="drop 1", label="drop"),
        Part(name="break", label="break", stop_beats=1.0),
        Part(name="drop 2", label="drop"),
        Part(name="outro", label="outro"),
    ),
    lanes=(
        Lane(
            name="kick",
            voice=partial(drums.kick, floor_hz=54.0, decay_s=0.12, click=0.7),
            gain_db=-3,
            is_beat=True,
            plays={
                "intro": _KICK,
                "build": then(_KICK.filling(6), hits("X...X...X...X... | X.X.X.X.XXXX....")),
                "drop 1": with_fill(_KICK, "X.....x...x.x.x."),
                "drop 2": with_fill(hits("X.....x...x..... | X.....x...x..x.."), "X.....x...x.x.x."),
                "outro": _KICK,
            },
        ),
        Lane(
            name="snare",
            voice=partial(drums.snare, tone_hz=205.0),
            gain_db=-5,
            room=0.18,
            plays={
                "intro": then(rest(4), _SNARE.filling(4)),
                "build": then(_SNARE.filling(4), rest(4)),
                "drop 1": with_fill(_SNARE, "....X..x.xx.XxXX"),
                "drop 2": with_fill(hits("....X..g.g..X..g | ....X..gxg..X.gx"), "....X..x.xx.XxXX"),
                "outro": _SNARE,
            },
        ),
        Lane(
            name="roll",
            voice=drums.snare,
            gain_db=-9,
            room=0.3,
            plays={"build": rolled(8, quiet=4), "break": rolled(8, quiet=6)},
            sweeps={"build": Sweep(gain_db=(-8, 1)), "break": Sweep(gain_db=(-8, 1))},
        ),
        Lane(
            name="hats",
            voice=drums.hat,
            gain_db=-7,
            pan=0.2,
            plays={
                "intro": hits("x.o.x.o.x.o.x.o."),
                "build": hits("xgogxgogxgogxgog"),
                "drop 1": hits("xgogxgoxxgogxgoo"),
                "drop 2": hits("xgogxgoxxgogxgoo"),
                "outro": hits("x.o.x.o.x.o.x.o."),
            },
        ),
        Lane(
            name="dauylpaz",
            voice=drums.frame_drum,
            gain_db=-8,
            pan=-0.25,
            room=0.3,
            plays={"intro": _DRUMS, "build": _DRUMS, "drop 1": _DRUMS, "drop 2": _DRUMS, "break": _DRUMS},
            sweeps={"break": Sweep(lowpass_hz=(400, 4000), gain_db=(-4, 0))},
        ),
        Lane(
            name="bass",
            voice=synths.growl,
            gain_db=-6.5,
            duck=0.7,
            plays={
                "build": then(rest(4), bass("A A F G", "r---------------")),
                "drop 1": bass(_HARMONY, "R-..r-.r--..o-r-"),
                "drop 2": bass(_HARMONY, "R--.r-.r-o..o-rf"),
                "outro": bass("A A F G", "R-..r-.r--......"),
            },
            sweeps={"outro": Sweep(lowpass_hz=(3000, 150)), "build": Sweep(lowpass_hz=(100, 1000))},
        ),
        Lane(
            name="pad",
            voice=synths.pad,
            gain_db=-9,
            duck=0.6,
            room=0.35,
            plays={
                p: chords(_HARMONY, "x---------------", center=60)
                for p in ("build", "drop 1", "break", "drop 2")
            },
            sweeps={
                "build": Sweep(lowpass_hz=(250, 5000)),
                "drop 1": Sweep(lowpass_hz=(1800, 1800), sway_octaves=1.0, sway_bars=1.0),
                "break": Sweep(lowpass_hz=(700, 6000), sway_octaves=0.4),
                "drop 2": Sweep(lowpass_hz=(2200, 3200), sway_octaves=1.0, sway_bars=1.0),
            },
        ),
        Lane(
            name="zhetigen",
            voice=strings.pluck,
            gain_db=-3,
            pan=0.2,
            room=0.3,
            echo=0.3,
            plays={
                "intro": then(rest(4), _HOOK),
                "drop 1": _HOOK,
                "break": arpeggio(_HARMONY, "x.x.x.x.x.x.x.x.", "01232123", center=69),
                "drop 2": _HOOK,
                "outro": then(_HOOK, rest(4)),
            },
        ),
        Lane(
            name="stabs",
            voice=synths.stab,
            gain_db=-6,
            duck=0.4,
            room=0.25,
            plays={"drop 2": chords(_HARMONY, "...x..x.......x.", center=64)},
        ),
        Lane(
            name="shanqobyz",
            voice=voices.shanqobyz,
            gain_db=-8,
            pan=-0.1,
            room=0.2,
            echo=0.2,
            duck=0.3,
            plays={
                "intro": then(rest(6), _TWANG),
                "drop 1": then(rest(2), _TWANG, rest(2), _TWANG),
                "break": then(_TWANG, rest(2), _TWANG, rest(2)),
                "drop 2": _TWANG,
            },
        ),
        Lane(
            name="zhetigen above",
            voice=strings.pluck,
            gain_db=-7.5,
            pan=-0.3,
            room=0.35,
            echo=0.35,
            plays={"drop 2": then(rest(4), _HOOK.transposed(12))},
        ),
        Lane(
            name="pick-up",
            voice=strings.pluck,
            gain_db=-4,
            room=0.35,
            is_through=True,
            plays={
                p: then(rest(7), line(". . . . . . . . . . . . E4 G4 A4! C5!")) for p in ("build", "break")
            },
        ),
        Lane(
            name="ride",
            voice=partial(drums.hat, decay_s=0.16),
            gain_db=-13,
            pan=-0.25,
            plays={"drop 2": hits("x.x.x.x.x.x.x.x.")},
        ),
        Lane(
            name="swell",
            voice=effects.swell,
            gain_db=-9,
            plays={p: then(rest(7), held("C4", 1, open_steps=4)) for p in ("build", "break")}
            | {p: then(rest(7), held("C4", 1)) for p in ("intro", "drop 1", "drop 2")},
        ),
        Lane(
            name="impact",
            voice=effects.impact,
            gain_db=-8,
            room=0.3,
            plays={p: once(8) for p in ("drop 1", "break", "drop 2")},
        ),
        Lane(
            name="riser",
            voice=effects.riser,
            gain_db=-9,
            plays={
                "build": then(rest(4), held("A3", 4, open_steps=4)),
                "break": then(rest(4), held("A3", 4, open_steps=4)),
            },
        ),
        Lane(
            name="crash",
            voice=drums.crash,
            gain_db=-10,
            room=0.2,
            plays={p: once(8) for p in ("drop 1", "break", "drop 2", "outro")},
        ),
    ),
)
