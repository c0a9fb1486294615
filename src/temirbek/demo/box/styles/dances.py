"""Dances with a turn of their own: reggae, ska, funk, disco, bossa nova."""

from functools import partial

from temirbek.demo.box import band
from temirbek.demo.box.harmony import comped, melody, rooted, walking
from temirbek.demo.box.notes import steps, with_fill
from temirbek.demo.box.styles.session import Rng, Session, hat_of, kick_of, snare_of
from temirbek.demo.box.tune import Tune
from temirbek.demo.instruments import drums, synths

BACK = steps(".... X...")


def reggae(rng: Rng, style: str, seed: int) -> Tune:
    """One drop: kick and snare together on two and four, nothing on one and three; chords between all beats; a heavy bass."""
    session = Session(
        rng,
        style,
        seed,
        "intro 4, verse 8, drop 8, verse 8, drop 8",
        "intro 4, verse 8, drop 8, break 4, drop 4",
        minor=0.5,
    )
    chords = session.chords
    session.play("kick", kick_of(rng, "band"), "verse drop", steps(".... X..."), -2, is_kick=True)
    session.play(
        "snare",
        drums.rim if session.chance(0.5) else snare_of(rng),
        "verse drop",
        steps(".... X..."),
        -5,
        room=0.25,
    )
    session.play("hat", hat_of(rng), "verse drop", steps(session.pick("x.o.", "xoxo", "..x.")), -6, pan=0.2)
    session.play("skank", band.strummed, "*", comped(chords, steps("..x."), low=59), -4, pan=-0.3, room=0.2)
    session.play("organ", band.organ, "verse drop", comped(chords, steps(".ox."), low=55), -12, pan=0.3)
    bass = rooted(
        chords,
        steps(session.pick("x--- ..x- x-x- ....", "..x- x--- ..x- x-..", "x-x- .... x-x- ..x-")),
        low=28,
        leaps=(0, 0, 7, 0, 3),
    )
    session.play("bass", band.finger_bass, "verse drop break", bass, -2)
    if session.chance(0.7):
        session.sing("verse")
    return session.people(
        session.between(66, 92), drift=session.between(0.0, 0.015), phrase_bars=4, room_s=1.3
    )


def ska(rng: Rng, style: str, seed: int) -> Tune:
    """Guitars and horns between the beats, louder than anything on them; a walking bass; fast."""
    session = Session(
        rng,
        style,
        seed,
        "intro 8, verse 16, drop 8, verse 16, drop 8",
        "intro 4, verse 16, drop 16, break 8, drop 8",
        minor=0.3,
    )
    chords = session.chords
    session.play(
        "kick",
        kick_of(rng, "band"),
        "verse drop",
        steps(session.pick(".... X...", "X... X...", "X... .... X... ....")),
        -5,
        is_kick=True,
    )
    session.play("snare", snare_of(rng), "verse drop", steps(".... X..."), -5, room=0.2)
    session.play("hat", hat_of(rng), "*", steps("..x."), -5, pan=0.3)
    session.play("skank", band.strummed, "*", comped(chords, steps("..x."), low=60), -2, pan=-0.4, room=0.15)
    session.play(
        "horns",
        synths.stab,
        "drop intro",
        comped(chords, steps("..x. ..x. ..x. x.x."), low=62),
        -7,
        pan=0.3,
        room=0.2,
    )
    session.play("bass", band.finger_bass, "verse drop break", walking(chords, rng, low=28), -4)
    if session.chance(0.7):
        session.sing("verse")
    return session.people(session.between(124, 168), drift=session.between(0.005, 0.02))


def funk(rng: Rng, style: str, seed: int) -> Tune:
    """The one is heavy, all else dodges it: syncopated kick and bass, ghosts, sixteenths on a scratching guitar."""
    session = Session(
        rng,
        style,
        seed,
        "intro 4, verse 8, drop 8, verse 8, drop 8",
        "intro 8, verse 8, drop 8, verse 8, break 4, drop 8",
        minor=0.7,
        chord_bars=2.0,
    )
    chords = session.chords
    groove = session.pick("X..x ..x. .x.. x.x.", "X... ..x. .xx. .x..", "X.x. ...x ..x. ..x.")
    session.play("kick", kick_of(rng, "band"), "verse drop", steps(groove), -3, is_kick=True)
    session.play(
        "snare",
        snare_of(rng),
        "verse drop",
        steps(session.pick("..g. X..g .g.g X..g", ".g.. X.g. ..g. X..x")),
        -4,
        room=0.15,
    )
    session.play("hat", hat_of(rng), "*", steps(session.pick("xoxo", "x.xo", "xxox")), -8, pan=0.25)
    session.play(
        "bass",
        band.finger_bass,
        "verse drop",
        rooted(chords, steps(groove), low=28, leaps=(0, 0, 12, 10, 0, 7)),
        -2,
    )
    session.play(
        "guitar",
        band.strummed,
        "verse drop",
        comped(chords, steps(session.pick(".x.x .xx. .x.x .x..", "..xx .x.x ..xx .x.."), 4), low=62),
        -8,
        pan=-0.5,
    )
    session.play(
        "horns",
        synths.stab,
        "drop",
        comped(chords, steps(".... ..x. ..x. .... .... .... ...x ..x."), low=60),
        -8,
        pan=0.4,
        room=0.2,
    )
    if session.chance(0.6):
        session.sing("verse")
    return session.people(session.between(94, 118), drift=session.between(0.0, 0.012), hands_s=0.005)


def disco(rng: Rng, style: str, seed: int) -> Tune:
    """A live band on four to the floor: open hats between, a bass in octaves, strings, a singer."""
    session = Session(
        rng,
        style,
        seed,
        "intro 8, verse 16, drop 8, break 8, drop 16",
        "intro 8, verse 8, drop 8, verse 8, drop 8, outro 8",
    )
    chords = session.chords
    session.play("kick", kick_of(rng, "band"), "intro verse drop outro", steps("X..."), -3, is_kick=True)
    session.play(
        "snare", snare_of(rng), "verse drop", with_fill(BACK, steps(".... X..x .x.x XxXx"), 32), -5, room=0.2
    )
    session.play("hat", hat_of(rng, 0.07, 0.12), "verse drop outro", steps("..x."), -6, pan=0.2)
    session.play(
        "bass", band.finger_bass, "intro verse drop", rooted(chords, steps("x.x."), low=28, leaps=(0, 12)), -3
    )
    session.play(
        "guitar", band.strummed, "verse drop", comped(chords, steps("x.xx x.xx"), low=62), -11, pan=-0.5
    )
    session.play(
        "strings",
        partial(synths.pad, attack_s=0.05),
        "drop break",
        comped(chords, steps("x---", 1), low=65),
        -10,
        room=0.4,
    )
    session.sing("verse break")
    return session.people(session.between(108, 126), drift=session.between(0.004, 0.015), hands_s=0.005)


def bossa(rng: Rng, style: str, seed: int) -> Tune:
    """A clave on the rim over two bars, a bass on one and three, a nylon guitar ahead of the beat: few hits on beats."""
    session = Session(
        rng,
        style,
        seed,
        "intro 8, verse 16, drop 8, outro 8",
        "intro 4, verse 16, drop 16, verse 8",
        minor=0.4,
    )
    chords = session.chords
    session.play("rim", drums.rim, "verse drop outro", steps("x..x ..x. ..x. x...", 2), -3, pan=0.2, room=0.2)
    session.play(
        "kick",
        partial(drums.kick, floor_hz=58, sweep_hz=80, click=0.2),
        "verse drop",
        steps("x..o x..o", 2),
        -9,
        is_kick=True,
    )
    session.play("shaker", drums.shaker, "*", steps("xo", 2), -10, pan=-0.3)
    session.play(
        "guitar",
        band.strummed,
        "*",
        comped(chords, steps("x..x ..x. .x.. x.x.", 2), low=54),
        -5,
        pan=-0.2,
        room=0.2,
    )
    session.play(
        "bass",
        band.upright,
        "verse drop outro",
        rooted(chords, steps("x--x x--x", 2), low=31, leaps=(0, 7, 7)),
        -4,
    )
    if session.chance(0.5):
        session.sing("verse")
    else:
        session.play(
            "tune",
            synths.lead,
            "verse",
            melody(chords, steps("x-.x --x. x--- ..x-", 2), rng, low=66),
            -9,
            room=0.3,
        )
    return session.people(session.between(112, 150), drift=session.between(0.005, 0.015))
