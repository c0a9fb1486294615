"""Dala (steppe): house with a dombra riff, 118 BPM, D minor. The gallop is the hook."""

from functools import partial

from temirbek.demo.arrangement import Lane, Part, Piece, Sweep
from temirbek.demo.instruments import drums, effects, strings, synths, voices
from temirbek.demo.score import bass, chords, held, hits, line, once, rest, then, together
from temirbek.types import Key

_HARMONY = "Dm7 Bbmaj7 Dm7 Am7 Dm7 Bbmaj7 F Am7"
_ROOTS = "D Bb D A D Bb F A"
_FOUR = "X...x...X...x..."

_RIFF = line(
    "A4! - A4 A4  G4! - A4 G4  F4! - E4 F4  D4! - D4 D4"
    "| F4! - F4 F4  G4! - F4 E4  D4! - C4 D4  A3! - A3 A3"
    "| A4! - A4 A4  C5! - A4 G4  F4! - G4 A4  G4! - F4 E4"
    "| E4! - E4 G4  E4! - D4 C4  D4! - C4 A3  C4! - D4 E4"
)
_DRONE = line("D3! - D3 D3  D3! - D3 D3  D3! - D3 D3  D3! - D3 D3 | % | % | %")
_CALL = line(
    "A4! - - -  . . . .  F4! - E4 F4  D4! - - -| . . . . . . . . . . . . A3 - C4 -"
    "| D4! - - -  . . . .  F4! - G4 A4  G4! - F4 E4 | D4! - - - - - - - . . . . . . . ."
)
_STEPPE = line(
    "D5 - - -  - - - -  A5! - - -  G5 - F5 - | F5 - - -  - - E5 -  D5 - - -  - - . ."
    "| C5 - - -  - - D5 -  F5! - - -  A5 - G5 - | G5 - - -  E5 - - -  D5 - - -  - - . ."
)

DALA = Piece(
    name="dala",
    title="Дала",
    tempo_bpm=118.0,
    key=Key(tonic=2, mode="minor"),
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
                "intro": hits(_FOUR),
                "build": then(hits(_FOUR).filling(6), hits("X...x...X...x... | X.x.x.x.xxxx....")),
                "drop 1": hits(_FOUR),
                "drop 2": hits(_FOUR),
                "outro": hits(_FOUR),
            },
        ),
        Lane(
            name="clap",
            voice=drums.clap,
            gain_db=-5.5,
            room=0.25,
            plays={
                "build": hits("....x.......x..."),
                "drop 1": then(hits("....x.......x...").filling(7), hits("....x..g.g..x.xx")),
                "drop 2": then(hits("....x.......x...").filling(7), hits("....x..g.g..x.xx")),
                "outro": hits("....x.......x..."),
            },
        ),
        Lane(
            name="snare roll",
            voice=drums.snare,
            gain_db=-9,
            room=0.3,
            plays={
                "build": then(
                    rest(4),
                    hits("x...x...x...x... | % | x.x.x.x.x.x.x.x. | xxxxxxxxxxxx...."),
                ),
                "break": then(rest(6), hits("x.x.x.x.x.x.x.x. | xxxxxxxxxxxx....")),
            },
            sweeps={"build": Sweep(gain_db=(-10, 2)), "break": Sweep(gain_db=(-10, 2))},
        ),
        Lane(
            name="hats",
            voice=drums.hat,
            gain_db=-6.5,
            pan=0.15,
            swing=0.12,
            plays={
                "intro": then(rest(4), hits("..x...x...x...x.").filling(4)),
                "build": hits("o.x.o.x.o.x.o.xg"),
                "drop 1": hits("ogxgogxgogxgogxo"),
                "drop 2": hits("ogxgogxgogxgogxo"),
                "outro": hits("..x...x...x...x."),
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
            swing=0.12,
            room=0.1,
            plays={p: hits("xgogxgogxgogxgog") for p in ("intro", "drop 1", "drop 2", "outro")},
        ),
        Lane(
            name="bass",
            voice=synths.round_bass,
            gain_db=-5,
            duck=0.85,
            plays={p: bass(_ROOTS, "..r-.rr-..r-.ro-") for p in ("drop 1", "outro")}
            | {"drop 2": bass(_ROOTS, "..R-.ro-..r-.rtf")}
            | {"build": then(rest(4), bass("D Bb F A", "r-------r-------"))},
            sweeps={
                "outro": Sweep(lowpass_hz=(6000, 200), gain_db=(-3, -14)),
                "build": Sweep(lowpass_hz=(150, 1500)),
            },
        ),
        Lane(
            name="chords",
            voice=synths.pad,
            gain_db=-9,
            duck=0.7,
            room=0.3,
            plays={p: chords(_HARMONY, "x---------------") for p in ("build", "break", "drop 1", "drop 2")},
            sweeps={
                "build": Sweep(lowpass_hz=(250, 6000)),
                "drop 1": Sweep(lowpass_hz=(1800, 1800), sway_octaves=1.0, sway_bars=2.0),
                "break": Sweep(lowpass_hz=(5000, 1200), sway_octaves=0.5),
                "drop 2": Sweep(lowpass_hz=(2400, 3600), sway_octaves=1.0, sway_bars=2.0),
            },
        ),
        Lane(
            name="stabs",
            voice=synths.stab,
            gain_db=-6.5,
            duck=0.4,
            room=0.25,
            echo=0.2,
            plays={p: chords(_HARMONY, "..x..x....x..x..", center=64) for p in ("drop 1", "drop 2")},
        ),
        Lane(
            name="dombra",
            voice=strings.dombra,
            gain_db=-2,
            pan=-0.12,
            room=0.22,
            strum_s=0.006,
            plays={
                "intro": then(rest(4), _CALL),
                "build": _RIFF,
                "drop 1": together(_RIFF, _DRONE),
                "break": then(_CALL, rest(4)),
                "drop 2": together(_RIFF, _DRONE),
                "outro": then(_RIFF, rest(4)),
            },
            sweeps={"build": Sweep(lowpass_hz=(500, 9000), gain_db=(-4, 0))},
        ),
        Lane(
            name="second dombra",
            voice=strings.dombra,
            gain_db=-5.5,
            pan=0.35,
            room=0.3,
            echo=0.15,
            strum_s=0.006,
            plays={
                "break": then(rest(4), _RIFF),
                "drop 2": then(_RIFF, _RIFF.transposed(12)),
            },
            sweeps={"break": Sweep(lowpass_hz=(500, 6000), gain_db=(-4, 2))},
        ),
        Lane(
            name="pick-up",
            voice=strings.dombra,
            gain_db=-4,
            room=0.3,
            strum_s=0.006,
            is_through=True,
            plays={
                p: then(rest(7), line(". . . . . . . . . . . . D4! C4 D4! G4!")) for p in ("build", "break")
            },
        ),
        Lane(
            name="hey",
            voice=partial(voices.sung, vowel="e", breath=0.3),
            gain_db=-4,
            room=0.5,
            plays={
                "drop 1": then(
                    rest(3),
                    line(". . . . . . . . . . . . D4! - . ."),
                    rest(3),
                    line(". . . . . . . . . . . . D4! - . ."),
                ),
                "drop 2": line(". . . . D4! - . . . . . . . . . . | . . . . . . . . . . . . D4! - . ."),
            },
        ),
        Lane(
            name="sybyzgy",
            voice=voices.sybyzgy,
            gain_db=-12.5,
            pan=0.2,
            room=0.45,
            echo=0.3,
            plays={"break": _STEPPE, "drop 2": then(rest(4), _STEPPE.filling(4))},
        ),
        Lane(
            name="kettle drums",
            voice=drums.frame_drum,
            gain_db=-10,
            pan=-0.3,
            room=0.3,
            plays={
                "drop 1": then(rest(7), line(". . . . . . . . A2 A2 D3! A2 D3! D3 F3! F3")),
                "break": then(rest(4), line("D2! . . . . . D2 . . . . . A2 . D2 . | %"), rest(2)),
                "drop 2": then(
                    line("D3 . . D3 . . A2 . D3 . . D3 . A2 . A2").filling(7),
                    line("D3 . . D3 . . A2 . A2! A2 D3! A2 D3! D3 F3! F3"),
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
            name="riser",
            voice=effects.riser,
            gain_db=-9,
            plays={
                "build": then(
                    rest(4),
                    held("D4", 4, open_steps=4),
                ),
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
