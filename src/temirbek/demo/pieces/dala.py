"""Dala (steppe): house with a dombra riff, 118 BPM, D minor. The gallop is the hook."""

from functools import partial

from temirbek.demo.arrangement import Lane, Part, Piece, Sweep
from temirbek.demo.instruments import drums, effects, strings, synths
from temirbek.demo.score import bass, chords, held, hits, line, once, rest, then, together
from temirbek.types import Key

_HARMONY = "Dm7 Bbmaj7 F C"
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
            gain_db=-5,
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
            gain_db=-7,
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
            gain_db=-11,
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
            gain_db=-12,
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
            gain_db=-4,
            duck=0.85,
            plays={p: bass("D Bb F C", "..r-.rr-..r-.ro-") for p in ("drop 1", "drop 2", "outro")}
            | {"build": then(rest(4), bass("D Bb F C", "r-------r-------"))},
            sweeps={"outro": Sweep(lowpass_hz=(6000, 200)), "build": Sweep(lowpass_hz=(150, 1500))},
        ),
        Lane(
            name="chords",
            voice=synths.pad,
            gain_db=-13,
            duck=0.7,
            room=0.3,
            plays={p: chords(_HARMONY, "x---------------") for p in ("build", "break", "drop 1", "drop 2")},
            sweeps={
                "build": Sweep(lowpass_hz=(250, 6000)),
                "break": Sweep(lowpass_hz=(5000, 1200)),
            },
        ),
        Lane(
            name="stabs",
            voice=synths.stab,
            gain_db=-12,
            duck=0.4,
            room=0.25,
            echo=0.2,
            plays={p: chords(_HARMONY, "..x..x....x..x..", center=64) for p in ("drop 1", "drop 2")},
        ),
        Lane(
            name="dombra",
            voice=strings.dombra,
            gain_db=-3,
            pan=-0.12,
            room=0.22,
            strum_s=0.006,
            plays={
                "intro": then(rest(4), _CALL),
                "build": _RIFF,
                "drop 1": together(_RIFF, _DRONE),
                "break": _CALL,
                "drop 2": together(_RIFF, _DRONE),
                "outro": then(_RIFF, rest(4)),
            },
            sweeps={"build": Sweep(lowpass_hz=(500, 9000), gain_db=(-4, 0))},
        ),
        Lane(
            name="riser",
            voice=effects.riser,
            gain_db=-12,
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
            gain_db=-11,
            room=0.2,
            plays={p: once(8) for p in ("drop 1", "break", "drop 2", "outro")},
        ),
    ),
)
