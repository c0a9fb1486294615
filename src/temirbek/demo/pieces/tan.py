"""Tañ (dawn): the finale, 128 BPM, C major. The gallop of :mod:`temirbek.demo.pieces.dala` returns in the light."""

from functools import partial

from temirbek.demo.arrangement import Lane, Part, Piece, Sweep
from temirbek.demo.instruments import drums, effects, strings, synths, voices
from temirbek.demo.pieces.turns import BACKBEAT, CLIMB, FOUR, rolled, with_fill
from temirbek.demo.score import arpeggio, bass, chords, held, hits, line, once, rest, then, together
from temirbek.types import Key

_HARMONY = "C G Am F C G F,G C"
_RIFF = line(
    "G4! - G4 G4  A4! - G4 A4  G4! - E4 D4  C4! - C4 C4 | D4! - D4 D4  E4! - D4 B3  D4! - E4 D4  G3! - G3 G3"
    "| A4! - A4 A4  C5! - A4 G4  E4! - G4 A4  C5! - B4 A4 | A4! - A4 C5  A4! - G4 F4  G4! - A4 G4  C4! - D4 E4"
)
_DRONE = line(
    "C3! - C3 C3  C3! - C3 C3  C3! - C3 C3  C3! - C3 C3 | G3 - G3 G3  G3 - G3 G3  G3 - G3 G3  G3 - G3 G3 | C3! - C3 C3  C3! - C3 C3  C3! - C3 C3  C3! - C3 C3 | %"
)
_SONG = line(
    "E5! - - -  - - D5 -  C5 - - D5  - - E5 - | D5! - - -  - - B4 -  G4 - - -  - - . ."
    "| C5! - - -  - - B4 -  A4 - - B4  - - C5 - | A4! - - -  - - C5 -  F5! - - -  E5 - D5 -"
    "| E5! - - -  - - G5 -  G5 - - E5  - - C5 - | D5! - - -  - - E5 -  D5 - - B4  - - G4 -"
    "| A4! - - -  C5 - - -  B4! - - -  D5 - - - | C5! - - -  - - - -  - - - -  . . . ."
)

TAN = Piece(
    name="tan",
    title="Таң",
    tempo_bpm=128.0,
    key=Key(tonic=0, mode="major"),
    room_s=1.6,
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
            voice=drums.kick,
            gain_db=-3,
            is_beat=True,
            plays={
                "intro": FOUR,
                "drop 1": FOUR,
                "drop 2": FOUR,
                "outro": FOUR,
            },
        ),
        Lane(
            name="clap",
            voice=drums.clap,
            gain_db=-5.5,
            room=0.25,
            plays={
                "drop 1": with_fill(BACKBEAT, "....x.......x.xx"),
                "drop 2": with_fill(BACKBEAT, "....x..x.x..x.xx"),
                "outro": BACKBEAT,
            },
        ),
        Lane(
            name="roll",
            voice=drums.snare,
            gain_db=-9,
            room=0.3,
            plays={"build": CLIMB, "break": rolled(8, quiet=6)},
            sweeps={"build": Sweep(gain_db=(-14, 2)), "break": Sweep(gain_db=(-10, 2))},
        ),
        Lane(
            name="hats",
            voice=drums.hat,
            gain_db=-6.5,
            pan=0.2,
            plays={
                "intro": hits("..x...x...x...x."),
                "build": hits("..x...x...x...x."),
                "drop 1": hits("ogxgogxgogxgogxg"),
                "drop 2": hits("ogxgogxgogxgogxx"),
                "outro": hits("..x...x...x...x."),
            },
        ),
        Lane(
            name="bass",
            voice=synths.round_bass,
            gain_db=-2.5,
            duck=0.85,
            plays={
                "drop 1": bass(_HARMONY, "..r-..r-..r-..r-"),
                "drop 2": bass(_HARMONY, ".rr-.rr-.rr-.ro-"),
                "outro": bass("C G Am F", "..r-..r-..r-..r-"),
            },
            sweeps={"outro": Sweep(lowpass_hz=(5000, 150), gain_db=(-3, -14))},
        ),
        Lane(
            name="supersaws",
            voice=synths.supersaw,
            gain_db=-8,
            duck=0.8,
            room=0.3,
            plays={
                p: chords(_HARMONY, "x---------------", center=64)
                for p in ("build", "drop 1", "break", "drop 2")
            },
            sweeps={
                "build": Sweep(lowpass_hz=(250, 9000)),
                "drop 1": Sweep(lowpass_hz=(4000, 6000), sway_octaves=0.7, sway_bars=2.0),
                "break": Sweep(lowpass_hz=(700, 5000), sway_octaves=0.4),
            },
        ),
        Lane(
            name="stabs",
            voice=synths.stab,
            gain_db=-7,
            duck=0.4,
            room=0.2,
            plays={p: chords(_HARMONY, "x..x..x...x..x..", center=67) for p in ("drop 1", "drop 2")},
        ),
        Lane(
            name="dombra",
            voice=strings.dombra,
            gain_db=-3,
            pan=-0.15,
            room=0.25,
            strum_s=0.006,
            plays={
                "intro": _RIFF,
                "build": _RIFF,
                "drop 2": together(_RIFF, _DRONE),
                "outro": _RIFF,
            },
            sweeps={"intro": Sweep(lowpass_hz=(300, 5000)), "outro": Sweep(lowpass_hz=(9000, 400))},
        ),
        Lane(
            name="song",
            voice=synths.lead,
            gain_db=-8,
            room=0.3,
            echo=0.25,
            plays={"drop 1": _SONG, "drop 2": _SONG},
        ),
        Lane(
            name="choir",
            voice=partial(voices.sung, vowel="a"),
            gain_db=-6,
            room=0.5,
            plays={
                "drop 2": _SONG.transposed(-12),
                "break": chords(_HARMONY, "x---------------", center=64),
            },
            sweeps={"break": Sweep(gain_db=(-8, 0))},
        ),
        Lane(
            name="pick-up",
            voice=strings.dombra,
            gain_db=-4,
            room=0.35,
            strum_s=0.006,
            is_through=True,
            plays={
                p: then(rest(7), line(". . . . . . . . . . . . G3! A3 B3! D4!")) for p in ("build", "break")
            },
        ),
        Lane(
            name="open hat",
            voice=partial(drums.hat, decay_s=0.12),
            gain_db=-10,
            pan=-0.1,
            plays={p: hits("..x...x...x...x.") for p in ("drop 1", "drop 2")},
        ),
        Lane(
            name="shaker",
            voice=drums.shaker,
            gain_db=-13,
            pan=-0.4,
            room=0.1,
            plays={p: hits("xgogxgogxgogxgog") for p in ("intro", "drop 2", "outro")},
        ),
        Lane(
            name="kettle drums",
            voice=drums.frame_drum,
            gain_db=-10,
            pan=-0.25,
            room=0.35,
            plays={
                "drop 1": then(rest(7), line(". . . . . . . . G2 G2 C3! G2 C3! C3 E3! E3")),
                "break": then(line("C2! . . . . . . . C2 . . . G2 . G2 .").filling(7), rest(1)),
                "drop 2": then(
                    rest(3),
                    line(". . . . . . . . . . . . C3! C3 G2! G2"),
                    rest(3),
                    line(". . . . . . . . G2 G2 C3! G2 C3! C3 E3! E3"),
                ),
            },
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
            name="piano",
            voice=synths.keys,
            gain_db=-10.5,
            room=0.35,
            echo=0.2,
            plays={"break": _SONG},
        ),
        Lane(
            name="glitter",
            voice=strings.pluck,
            gain_db=-10,
            pan=0.35,
            room=0.3,
            echo=0.3,
            plays={
                p: arpeggio(_HARMONY, "xxxxxxxxxxxxxxxx", "0123", center=76) for p in ("drop 1", "drop 2")
            },
        ),
        Lane(
            name="riser",
            voice=effects.riser,
            gain_db=-9,
            plays={
                "build": held("C4", 8, open_steps=4),
                "break": then(rest(4), held("C4", 4, open_steps=4)),
            },
        ),
        Lane(
            name="crash",
            voice=drums.crash,
            gain_db=-9.5,
            room=0.2,
            plays={p: once(8) for p in ("drop 1", "break", "drop 2", "outro")},
        ),
    ),
)
