"""Machines: house, techno, drum & bass, trap: one tempo to the sample."""

from functools import partial

from temirbek.demo.box.harmony import comped, drawn_key, drawn_progression, rooted, tune
from temirbek.demo.box.notes import steps, then, with_fill
from temirbek.demo.box.styles.kit import Rng, bars, form, pick, sung, within
from temirbek.demo.box.tune import Lane, Tune, steady
from temirbek.demo.instruments import drums, synths

FOUR = steps("X... X... X... X...")
BACK = steps(".... x... .... x...")


def house(rng: Rng, style: str, seed: int) -> Tune:
    """Four on the floor, open hats between the beats, stabs, a bass off the beat; half of them are sung."""
    key = drawn_key(rng)
    chords = drawn_progression(rng, key, 4.0)
    parts = form(
        pick(
            rng,
            "intro 8, verse 8, build 8 stop 1, drop 16, break 8, outro 8",
            "intro 8, build 8, drop 8, break 8, build 8 stop 2, drop 8",
            "intro 8, verse 16, break 8, drop 16, outro 8",
        )
    )
    tempo = float(rng.uniform(118, 130))
    comp = steps(pick(rng, "x..x ..x. ..x. x...", "..x. ..x. .x.. x...", "x..x ..x. .x.. x.x."))
    bass = steps(pick(rng, "..x. ..x. ..x. ..xo", "x..x ..x. x..x ..x.", "..xx ..xx ..xx ..xx"))
    lanes = [
        Lane(
            name="kick",
            voice=partial(
                drums.kick, floor_hz=float(rng.uniform(44, 55)), decay_s=float(rng.uniform(0.12, 0.22))
            ),
            plays=within(parts, "intro verse drop outro", FOUR)
            | within(parts, "build", with_fill(FOUR, steps("X... X... xxxx xxxx"), 32)),
            is_kick=True,
            gain_db=-2,
        ),
        Lane(
            name="clap",
            voice=drums.clap,
            plays=within(parts, "verse drop build outro", BACK),
            gain_db=-8,
            room=0.2,
        ),
        Lane(
            name="open hat",
            voice=partial(drums.hat, decay_s=float(rng.uniform(0.06, 0.14))),
            plays=within(parts, "verse drop outro", steps("..x. ..x. ..x. ..x.")),
            gain_db=-9,
            pan=0.15,
        ),
        Lane(
            name="hat",
            voice=drums.hat,
            plays=within(parts, "intro drop build", steps("xgog xgog xgog xgog")),
            gain_db=-13,
            pan=-0.2,
        ),
        Lane(
            name="bass",
            voice=partial(synths.round_bass, bite=float(rng.uniform(0.25, 0.6))),
            plays=within(parts, "verse drop", rooted(chords, bass, leaps=(0, 0, 12))),
            gain_db=-3,
            duck=0.5,
        ),
        Lane(
            name="stabs",
            voice=partial(synths.stab, bright_hz=float(rng.uniform(2500, 5500))),
            plays=within(parts, "intro verse drop outro", comped(chords, comp)),
            gain_db=-9,
            duck=0.4,
            room=0.3,
        ),
        Lane(
            name="pad",
            voice=synths.pad,
            plays=within(parts, "break build", comped(chords, steps("x...", 1), hold=3.9)),
            gain_db=-9,
            duck=0.3,
            room=0.3,
        ),
        Lane(
            name="roll",
            voice=drums.snare,
            plays=within(parts, "build", then(steps("x." * 8, 1), steps("xx" * 16, 2))),
            gain_db=-11,
            room=0.3,
        ),
        Lane(
            name="crash", voice=drums.crash, plays=within(parts, "drop", steps("x" + "." * 31, 1)), gain_db=-9
        ),
    ]
    if rng.random() < 0.5:
        lanes.append(sung(rng, chords, parts, "verse break"))
    else:
        lead = tune(chords, steps("x.xx ..x. x.x. ...."), rng, low=69)
        lanes.append(
            Lane(name="lead", voice=synths.lead, plays=within(parts, "drop", lead), gain_db=-9, room=0.25)
        )
    return Tune(
        style=style,
        seed=seed,
        key=key,
        parts=parts,
        lanes=tuple(lanes),
        tempi_bpm=steady(tempo, 4 * bars(parts)),
    )


BREAKS = (
    ("X... .... ..X. ....", ".... X..g .g.. X..g"),
    ("X.X. .... ..X. ....", ".... X..g .g.g X..."),
    ("X... .... ..XX ....", ".... X..g .g.. X.g."),
    ("X... ..X. ..X. ....", ".g.. X... .g.. X..g"),
)


def drum_and_bass(rng: Rng, style: str, seed: int) -> Tune:
    """A breakbeat at 174: kick on the one and off the three, ghosts, a snare on two and four, a growling bass."""
    key = drawn_key(rng, minor=0.8)
    chords = drawn_progression(rng, key, 8.0)
    parts = form(
        pick(
            rng, "intro 16, drop 16, break 16, drop 16", "intro 16, build 8 stop 1, drop 32, break 8, outro 8"
        )
    )
    tempo = float(rng.uniform(168, 178))
    kick, snare = BREAKS[int(rng.integers(len(BREAKS)))]
    bass = steps(pick(rng, "x--- .... ..x- ....", "x... ..x. .... x...", "x" + "." * 15))
    lanes = [
        Lane(
            name="kick",
            voice=partial(drums.kick, floor_hz=52, decay_s=0.09),
            plays=within(parts, "drop outro", steps(kick))
            | within(parts, "intro", then(steps("." * 128), steps(kick).filling(32))),
            gain_db=-2,
            is_kick=True,
        ),
        Lane(
            name="snare",
            voice=partial(drums.snare, tone_hz=float(rng.uniform(190, 240))),
            plays=within(parts, "drop outro", steps(snare)),
            gain_db=-3.5,
            room=0.15,
        ),
        Lane(
            name="hats",
            voice=drums.hat,
            plays=within(
                parts, "intro drop outro", steps(pick(rng, "x.o. x.o. x.o. x.og", "xgog xgog xgog xgog"))
            ),
            gain_db=-11,
            pan=0.2,
        ),
        Lane(
            name="bass",
            voice=partial(synths.growl, wobble_hz=tempo / 120),
            plays=within(parts, "drop", rooted(chords, bass)),
            gain_db=-4,
            duck=0.3,
        ),
        Lane(
            name="pad",
            voice=synths.pad,
            plays=within(parts, "*", comped(chords, steps("x-------", 1))),
            gain_db=-13,
            room=0.4,
        ),
        Lane(
            name="roll",
            voice=drums.snare,
            plays=within(parts, "build", then(steps("x." * 8, 1), steps("xx" * 16, 2))),
            gain_db=-10,
            room=0.3,
        ),
    ]
    if rng.random() < 0.4:
        lanes.append(sung(rng, chords, parts, "break"))
    return Tune(
        style=style,
        seed=seed,
        key=key,
        parts=parts,
        lanes=tuple(lanes),
        tempi_bpm=steady(tempo, 4 * bars(parts)),
        phrase_bars=8,
    )
