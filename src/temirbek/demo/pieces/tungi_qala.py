"""Tüngi qala (night city): a slow half-time groove, 106 BPM, B flat major. The snare waits for the third beat."""

from functools import partial

from temirbek.demo.arrangement import Lane, Part, Piece, Sweep
from temirbek.demo.instruments import drums, effects, synths, voices
from temirbek.demo.pieces.turns import rolled, with_fill
from temirbek.demo.score import bass, chords, held, hits, line, once, rest, then
from temirbek.types import Key

_HARMONY = "Bbmaj9 Gm7 Ebmaj7 F Bbmaj9 Gm7 Ebmaj7 F,Bb"
_KICK = hits("X.....x...x..... | X.....x.....x.x.")
_SNARE = hits("........X.......")
_TUNE = line(
    "F4 - - -  D5! - - C5  Bb4 - - -  C5 - D5 - | G4 - - -  - - . .  F4 - G4 -  Bb4 - - -"
    "| Bb4 - - -  Eb5! - - D5  C5 - - -  Bb4 - G4 - | C5 - - -  - - . .  A4 - Bb4 -  C5 - - -"
    "| F4 - - -  D5! - - C5  Bb4 - - -  C5 - D5 - | G5! - - -  - - F5 -  D5 - - -  C5 - Bb4 -"
    "| G4 - - -  Bb4 - - C5  D5 - - -  C5 - Bb4 - | C5 - - -  A4 - - -  Bb4 - - -  - - . ."
)
_ANSWER = line(
    ". . . .  . . . .  . . . .  D4! - F4 - | D4 - - -  - - . .  . . . .  . . . ."
    "| . . . .  . . . .  . . . .  G4! - F4 - | F4 - - -  - - . .  . . . .  . . . ."
)

TUNGI_QALA = Piece(
    name="tungi-qala",
    title="Түнгі қала",
    tempo_bpm=106.0,
    key=Key(tonic=10, mode="major"),
    room_s=1.8,
    parts=(
        Part(name="intro", label="intro"),
        Part(name="build", label="build", stop_beats=1.0),
        Part(name="drop", label="drop"),
        Part(name="break", label="break"),
        Part(name="outro", label="outro"),
    ),
    lanes=(
        Lane(
            name="kick",
            voice=partial(drums.kick, floor_hz=46.0, decay_s=0.2),
            gain_db=-3,
            is_beat=True,
            plays={
                "intro": hits("X..............."),
                "build": then(_KICK.filling(7), hits("X...X...X.X.....")),
                "drop": _KICK,
                "outro": _KICK,
            },
        ),
        Lane(
            name="snare",
            voice=drums.snare,
            gain_db=-5.5,
            room=0.35,
            plays={
                "build": then(_SNARE.filling(4), rest(4)),
                "drop": with_fill(_SNARE, "........X..g.gxX"),
                "outro": _SNARE,
            },
        ),
        Lane(
            name="clap",
            voice=drums.clap,
            gain_db=-8,
            room=0.4,
            plays={"drop": _SNARE},
        ),
        Lane(
            name="roll",
            voice=drums.snare,
            gain_db=-9,
            room=0.3,
            plays={"build": rolled(8, quiet=4)},
            sweeps={"build": Sweep(gain_db=(-8, 1))},
        ),
        Lane(
            name="hats",
            voice=drums.hat,
            gain_db=-7,
            pan=0.2,
            swing=0.2,
            plays={
                "intro": then(rest(4), hits("x.o.x.o.x.o.x.o.").filling(4)),
                "build": hits("x.o.x.o.x.o.x.og"),
                "drop": hits("x.ogx.o.xgogx.oo | x.o.xgogx.o.xxxx"),
                "break": hits("x...o...x...o..."),
                "outro": hits("x.o.x.o.x.o.x.o."),
            },
        ),
        Lane(
            name="shaker",
            voice=drums.shaker,
            gain_db=-12.5,
            pan=-0.35,
            swing=0.2,
            plays={p: hits("ogxgogxgogxgogxg") for p in ("drop", "outro")},
        ),
        Lane(
            name="bass",
            voice=partial(synths.round_bass, bite=0.2, release_s=0.09),
            gain_db=-4,
            duck=0.8,
            plays={
                "build": then(rest(4), bass("Bb G Eb F", "r-------r-----..")),
                "drop": bass("Bb G Eb F", "R-----r---r-..o-"),
                "outro": bass("Bb G Eb F", "R-----r---r-...."),
            },
            sweeps={"outro": Sweep(lowpass_hz=(3000, 150), gain_db=(-3, -14))},
        ),
        Lane(
            name="keys",
            voice=synths.keys,
            gain_db=-12.5,
            duck=0.35,
            room=0.3,
            echo=0.12,
            plays={
                p: chords(_HARMONY, "x-----x---------", center=62)
                for p in ("intro", "build", "drop", "break")
            }
            | {"outro": then(chords("Bbmaj9 Gm7 Ebmaj7 F", "x-----x---------", center=62), rest(4))},
            sweeps={"intro": Sweep(lowpass_hz=(500, 5000))},
        ),
        Lane(
            name="pad",
            voice=synths.pad,
            gain_db=-9.5,
            duck=0.8,
            room=0.4,
            plays={p: chords(_HARMONY, "x---------------", center=67) for p in ("build", "drop", "break")},
            sweeps={
                "build": Sweep(lowpass_hz=(300, 6000)),
                "drop": Sweep(lowpass_hz=(2400, 2400), sway_octaves=1.0, sway_bars=2.0),
                "break": Sweep(lowpass_hz=(6000, 700), sway_octaves=0.5),
            },
        ),
        Lane(
            name="sybyzgy",
            voice=voices.sybyzgy,
            gain_db=-10,
            pan=0.08,
            room=0.35,
            echo=0.3,
            plays={"drop": _TUNE, "break": _TUNE},
            sweeps={"break": Sweep(gain_db=(-5, -3))},
        ),
        Lane(
            name="voices",
            voice=partial(voices.sung, vowel="o"),
            gain_db=-7,
            room=0.5,
            echo=0.4,
            plays={
                "drop": then(rest(4), _ANSWER),
                "outro": _ANSWER,
            },
        ),
        Lane(
            name="pick-up",
            voice=voices.sybyzgy,
            gain_db=-9,
            room=0.4,
            is_through=True,
            plays={"build": then(rest(7), line(". . . . . . . . . . . . Bb4 C5 D5 -"))},
        ),
        Lane(
            name="rim",
            voice=drums.rim,
            gain_db=-8,
            pan=-0.3,
            room=0.35,
            plays={
                "intro": then(rest(2), hits("...x......x..x..").filling(6)),
                "break": hits("...x......x..x.."),
                "drop": hits("...o......o..o.."),
            },
        ),
        Lane(
            name="kettle drums",
            voice=drums.frame_drum,
            gain_db=-10,
            pan=0.2,
            room=0.35,
            plays={
                "drop": then(rest(7), line(". . . . . . . . . . F3! F3 D3! D3 Bb2! Bb2")),
                "break": then(rest(7), line(". . . . . . . . F3 . D3 . Bb2! . Bb2! .")),
            },
        ),
        Lane(
            name="swell",
            voice=effects.swell,
            gain_db=-9,
            plays={
                "intro": then(rest(7), held("C4", 1)),
                "build": then(rest(7), held("C4", 1, open_steps=4)),
                "break": then(rest(7), held("C4", 1)),
            },
        ),
        Lane(
            name="impact",
            voice=effects.impact,
            gain_db=-7,
            room=0.3,
            plays={"drop": once(8), "break": once(8)},
        ),
        Lane(
            name="riser",
            voice=effects.riser,
            gain_db=-10,
            plays={
                "build": then(rest(4), held("Bb3", 4, open_steps=4)),
                "break": then(rest(6), held("Bb3", 2)),
            },
        ),
        Lane(
            name="crash",
            voice=drums.crash,
            gain_db=-10,
            room=0.2,
            plays={p: once(8) for p in ("drop", "break", "outro")},
        ),
    ),
)
