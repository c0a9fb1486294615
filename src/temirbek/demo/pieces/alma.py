"""Alma (apple): a bright tune with call and response, 112 BPM, F major."""

from functools import partial

from temirbek.demo.arrangement import Lane, Part, Piece, Sweep
from temirbek.demo.instruments import drums, effects, strings, synths, voices
from temirbek.demo.pieces.turns import BACKBEAT, FOUR, rolled, with_fill
from temirbek.demo.score import arpeggio, bass, chords, held, hits, line, once, rest, then
from temirbek.types import Key

_VERSE = "F C Dm Bb F C Dm,C Bb,F"
_CHORUS = "Bb C Am Dm Bb C F F"
_CALL = line(
    "D5! - D5 C5  - D5 - .  F5! - D5 -  C5 - . . | E5! - E5 D5  - E5 - .  G5! - E5 -  C5 - . ."
    "| . . . .  . . . .  . . . .  . . . . | . . . .  . . . .  . . . .  . . . ."
    "| D5! - D5 C5  - D5 - .  F5! - D5 -  C5 - . . | E5! - E5 D5  - E5 - .  G5! - A5 -  G5 - E5 -"
    "| . . . .  . . . .  . . . .  . . . . | . . . .  . . . .  . . . .  . . . ."
)
_RESPONSE = line(
    ". . . .  . . . .  . . . .  . . . . | . . . .  . . . .  . . . .  . . . ."
    "| . . C5 -  - C5 A4 -  C5! - - D5  - - E5 - | F5! - - E5  - - D5 -  - - . .  A4 - C5 -"
    "| . . . .  . . . .  . . . .  . . . . | . . . .  . . . .  . . . .  . . . ."
    "| . . A4 -  - C5 F5 -  A5! - - G5  - - F5 - | F5! - - -  - - . .  . . . .  . . . ."
)

ALMA = Piece(
    name="alma",
    title="Алма",
    tempo_bpm=112.0,
    key=Key(tonic=5, mode="major"),
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
            voice=partial(drums.kick, floor_hz=52.0, decay_s=0.14),
            gain_db=-3,
            is_beat=True,
            plays={
                "intro": FOUR,
                "build": then(FOUR.filling(7), hits("X.x.X.x.XxXx....")),
                "drop": with_fill(hits("X...x...X...x.x. | X...x...X.x.x..."), "X...x...X.x.x.x."),
                "outro": FOUR,
            },
        ),
        Lane(
            name="snare",
            voice=partial(drums.snare, tone_hz=215.0, decay_s=0.09),
            gain_db=-5.5,
            room=0.25,
            plays={
                "build": then(BACKBEAT.filling(4), rest(4)),
                "drop": with_fill(BACKBEAT, "....x..x.g.gxgxx"),
                "outro": BACKBEAT,
            },
        ),
        Lane(
            name="clap",
            voice=drums.clap,
            gain_db=-7,
            room=0.25,
            plays={"drop": BACKBEAT, "break": BACKBEAT},
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
            gain_db=-6.5,
            pan=0.2,
            plays={
                "intro": then(rest(4), hits("..x...x...x...x.").filling(4)),
                "build": hits("o.x.o.x.o.x.o.x."),
                "drop": hits("o.xgo.xgo.xgogxg"),
                "outro": hits("o.x.o.x.o.x.o.x."),
            },
        ),
        Lane(
            name="shaker",
            voice=drums.shaker,
            gain_db=-12,
            pan=-0.4,
            plays={p: hits("xgogxgogxgogxgog") for p in ("intro", "drop", "outro")},
        ),
        Lane(
            name="bass",
            voice=partial(synths.round_bass, bite=0.5),
            gain_db=-4,
            duck=0.75,
            plays={
                "build": then(rest(4), bass("Dm Bb F C", "r-r-r-r-r-r-r-r-")),
                "drop": bass(_CHORUS, "..r-..r-..r-.ro-"),
                "outro": bass("F C Dm Bb", "..r-..r-..r-.ro-"),
            },
            sweeps={
                "build": Sweep(lowpass_hz=(150, 2000)),
                "outro": Sweep(lowpass_hz=(5000, 150), gain_db=(-4, -14)),
            },
        ),
        Lane(
            name="stabs",
            voice=synths.stab,
            gain_db=-5.5,
            duck=0.4,
            room=0.25,
            plays={
                "intro": chords(_VERSE, "..x...x...x..x..", center=65),
                "build": chords(_VERSE, "..x...x...x..x..", center=65),
                "drop": chords(_CHORUS, "x-.x-.x-..x-.x-.", center=65),
                "outro": then(chords("F C Dm Bb", "..x...x...x..x..", center=65), rest(4)),
            },
            sweeps={"intro": Sweep(lowpass_hz=(400, 3500)), "build": Sweep(lowpass_hz=(1000, 9000))},
        ),
        Lane(
            name="pad",
            voice=synths.pad,
            gain_db=-9,
            duck=0.7,
            room=0.35,
            plays={
                "drop": chords(_CHORUS, "x---------------", center=60),
                "break": chords(_VERSE, "x---------------", center=60),
            },
            sweeps={
                "drop": Sweep(lowpass_hz=(2600, 2600), sway_octaves=0.9, sway_bars=2.0),
                "break": Sweep(lowpass_hz=(3000, 1200), sway_octaves=0.5),
            },
        ),
        Lane(
            name="sparkle",
            voice=strings.pluck,
            gain_db=-7,
            pan=0.3,
            room=0.3,
            echo=0.3,
            plays={
                "break": arpeggio(_VERSE, "x.xx.xx.x.xx.x.x", "0213", center=72),
                "drop": arpeggio(_CHORUS, "x.x.x.x.x.x.x.x.", "0123", center=77),
            },
            sweeps={"drop": Sweep(gain_db=(-6, -6))},
        ),
        Lane(
            name="call",
            voice=synths.lead,
            gain_db=-8.5,
            pan=-0.1,
            room=0.2,
            echo=0.15,
            plays={"drop": _CALL, "break": then(rest(4), _CALL.filling(4))},
            sweeps={"break": Sweep(lowpass_hz=(1500, 1500), gain_db=(-4, -4))},
        ),
        Lane(
            name="response",
            voice=partial(voices.sung, vowel="a"),
            gain_db=-5,
            pan=0.1,
            room=0.3,
            echo=0.2,
            plays={"drop": _RESPONSE, "break": then(rest(4), _RESPONSE.filling(4))},
        ),
        Lane(
            name="response below",
            voice=partial(voices.sung, vowel="o"),
            gain_db=-9,
            pan=-0.2,
            room=0.3,
            plays={"drop": _RESPONSE.transposed(-12)},
        ),
        Lane(
            name="pick-up",
            voice=partial(voices.sung, vowel="e"),
            gain_db=-7,
            room=0.4,
            is_through=True,
            plays={"build": then(rest(7), line(". . . . . . . . . . . . A4 - C5 -"))},
        ),
        Lane(
            name="kettle drums",
            voice=drums.frame_drum,
            gain_db=-9,
            pan=-0.2,
            room=0.3,
            plays={
                "drop": then(
                    rest(3),
                    line(". . . . . . . . . . . . C3 . A2 A2"),
                    rest(3),
                    line(". . . . . . . . C3! C3 A2! A2 F2! F2 F2! F2"),
                ),
                "break": then(
                    rest(6),
                    line(
                        "F2! . . F2 . . F2 . F2! . . F2 . . F2 . | F2! . F2 . F2! . F2 . F2! F2 F2 F2 A2! A2 C3! C3"
                    ),
                ),
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
        Lane(name="impact", voice=effects.impact, gain_db=-8, room=0.3, plays={"drop": once(8)}),
        Lane(
            name="riser",
            voice=effects.riser,
            gain_db=-9,
            plays={
                "build": then(rest(4), held("F4", 4, open_steps=4)),
                "break": then(rest(6), held("F4", 2)),
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
