"""People: rock, metal, punk, a ballad, a guitar alone: time that breathes."""

from functools import partial

from temirbek.demo.box import band
from temirbek.demo.box.harmony import comped, melody, rooted
from temirbek.demo.box.notes import steps, with_fill
from temirbek.demo.box.styles.session import Rng, Session, hat_of, kick_of, snare_of
from temirbek.demo.box.tune import Tune
from temirbek.demo.instruments import drums, synths

BACK = steps(".... X...")
FILL = with_fill(BACK, steps(".... X... .xxx XxXx"), 32)
EIGHTHS = steps("x.o.")


def rock(rng: Rng, style: str, seed: int) -> Tune:
    """A live band: the tempo wanders by up to 3 %, every hit by 6 ms; guitars, picked bass, fills, often a singer."""
    session = Session(
        rng,
        style,
        seed,
        "intro 4, verse 8, drop 8, verse 8, drop 16, outro 4",
        "intro 8, verse 16, drop 16, verse 8, outro 4",
        minor=0.4,
    )
    chords = session.chords
    kick = steps(
        session.pick(
            "X... ..x. X... ....", "X... .... X.x. ....", "X..x .... X... ..x.", "X... ..x. .xX. ...."
        )
    )
    session.play("kick", kick_of(rng, "band"), "verse drop outro", kick, -3, room=0.1, is_kick=True)
    session.play("snare", snare_of(rng), "verse drop outro", FILL, -3.5, room=0.25)
    session.play("hat", hat_of(rng, 0.03, 0.06), "verse intro", EIGHTHS, -7, pan=0.3)
    session.play("ride", band.ride, "drop", EIGHTHS, -8, pan=-0.3)
    session.play("crash", drums.crash, "drop outro", steps("x" + "." * 15, 1), -8)
    session.play("bass", band.finger_bass, "verse drop", rooted(chords, EIGHTHS, low=28), -4)
    riff = steps(session.pick("x--- x-x- --x- x---", "x-x- x-x- x-x- x-x-", "x--- ---- x--x --x-"))
    session.play(
        "guitar left", band.crunch, "intro drop outro", rooted(chords, riff, low=40), -9, pan=-0.7, room=0.1
    )
    long = rooted(chords, steps("x--- ----"), low=45)
    session.play("guitar right", partial(band.crunch, drive=6.0), "drop", long, -10, pan=0.7, room=0.1)
    session.play(
        "clean", band.strummed, "verse", comped(chords, steps("x.xx .xx."), low=57), -13, pan=0.5, room=0.2
    )
    if session.chance(0.7):
        session.sing(session.pick("verse", "verse drop"))
    else:
        session.play(
            "solo",
            synths.lead,
            "drop",
            melody(chords, steps("x.xx x.x. xx.x x..."), rng, low=64),
            -9,
            room=0.25,
        )
    return session.people(session.between(92, 165), drift=session.between(0.01, 0.03), phrase_bars=4)


def metal(rng: Rng, style: str, seed: int) -> Tune:
    """Double kicks in sixteenths under a snare on two and four, palm-muted guitars, and blast beats in between."""
    session = Session(
        rng,
        style,
        seed,
        "intro 8, verse 8, drop 8, verse 8, drop 8, break 4, drop 8",
        "intro 4, verse 16, drop 16, break 8, drop 8",
        minor=1.0,
    )
    chords = session.chords
    kick = kick_of(rng, "metal")
    session.play(
        "kick", kick, "verse", steps(session.pick("xxxx", "xxx.", "xx.x xx.x .xxx xxxx")), -4, is_kick=True
    )
    session.also("kick", "drop", steps("x.x."))
    session.also("kick", "outro break", steps("x... .... x..x ...."))
    session.play(
        "snare", snare_of(rng), "verse", with_fill(BACK, steps(".... X... XxXx XxXx"), 32), -4, room=0.2
    )
    session.also("snare", "drop", steps(session.pick(".x.x", "x.x.", ".... X...")))
    session.also("snare", "break", steps(".... .... X... ...."))
    session.play("china", band.ride, "verse drop", steps("X..."), -7, pan=0.4)
    session.play("crash", drums.crash, "drop break", steps("x" + "." * 7, 1), -9)
    chug = rooted(chords, steps(session.pick("xxxx", "xx.x xx.x", "x.xx x.xx")), low=35)
    for side, pan in (("left", -0.8), ("right", 0.8)):
        session.play(
            f"guitar {side}", partial(band.crunch, drive=16.0, muted=True), "verse intro", chug, -6, pan=pan
        )
        tremolo = rooted(chords, steps("xxxx"), low=40, leaps=(0, 0, 0, 0, 3, 3, 2, 2))
        session.play(f"tremolo {side}", partial(band.crunch, drive=14.0), "drop break", tremolo, -9, pan=pan)
    session.play("bass", band.finger_bass, "verse drop intro", rooted(chords, steps("x.x."), low=28), -5)
    if session.chance(0.4):
        session.sing("break drop")
    return session.people(session.between(110, 200), drift=session.between(0.0, 0.012), hands_s=0.004)


def fast_of_pair(rng: Rng, style: str, seed: int) -> Tune:
    """The fast half of a pair: punk at 170–190, kick and snare by turns on the beats, eighths in the guitars."""
    session = Session(
        rng,
        style,
        seed,
        "intro 8, verse 16, drop 16, verse 16, drop 16",
        "intro 4, verse 16, drop 16, break 8, drop 16",
        minor=0.3,
    )
    chords = session.chords
    session.play(
        "kick",
        kick_of(rng, "band"),
        "verse drop",
        steps(session.pick("X... .... X.x. ....", "X... .... X... ....", "X..x .... X... ..x.")),
        -3,
        is_kick=True,
    )
    session.play(
        "snare", snare_of(rng), "verse drop", with_fill(BACK, steps(".... X... x.x. X.X."), 32), -3, room=0.2
    )
    session.play("hat", hat_of(rng, 0.03, 0.07), "*", steps(session.pick("x.o.", "x...")), -6, pan=0.3)
    session.play("crash", drums.crash, "drop", steps("x" + "." * 15, 1), -8)
    session.play("bass", band.finger_bass, "verse drop break", rooted(chords, steps("x.x."), low=28), -4)
    for side, pan in (("left", -0.7), ("right", 0.7)):
        session.play(
            f"guitar {side}",
            band.crunch,
            "intro verse drop",
            rooted(chords, steps("x-x-"), low=40),
            -9,
            pan=pan,
        )
    if session.chance(0.8):
        session.sing("verse drop")
    return session.people(session.between(170, 190), drift=session.between(0.0, 0.015))


def ballad(rng: Rng, style: str, seed: int) -> Tune:
    """62–76, a piano in eighths and a singer; brushes come late: little but the harmony tells where the bar is."""
    session = Session(
        rng,
        style,
        seed,
        "intro 4, verse 8, drop 8, outro 4",
        "intro 2, verse 8, drop 4, verse 4, drop 4",
        minor=0.3,
    )
    chords = session.chords
    session.play(
        "piano",
        synths.keys,
        "*",
        comped(chords, steps(session.pick("x-x-", "x---"), 4), low=53),
        -5,
        room=0.3,
    )
    session.play(
        "bass", band.upright, "verse drop", rooted(chords, steps("x--- ---- x--- --x-"), low=31), -5, room=0.1
    )
    session.play(
        "kick", kick_of(rng, "band"), "drop", steps("X... .... x... ...."), -6, is_kick=True, room=0.1
    )
    session.play("snare", snare_of(rng), "drop", BACK, -7, room=0.35)
    session.play("shaker", drums.shaker, "drop", steps("o.x."), -10, pan=0.3)
    session.sing("verse drop", gain_db=0.0)
    return session.people(session.between(62, 76), drift=session.between(0.005, 0.02), phrase_bars=4)


def bare(rng: Rng, style: str, seed: int) -> Tune:
    """No drums at all: a strummed guitar, down and up, and a singer."""
    session = Session(rng, style, seed, "intro 4, verse 8, drop 8, verse 8, drop 8", minor=0.3)
    chords = session.chords
    strum = steps(session.pick("x..o x.o.", "x.x. xoxo", "X... x.xo"))
    session.play("guitar", band.strummed, "*", comped(chords, strum, low=52, hold=2.0), -3, room=0.2)
    session.play("bass", band.upright, "drop", rooted(chords, steps("x--- x---"), low=31), -6)
    session.sing("verse drop", gain_db=-1.0)
    tune = session.people(session.between(78, 124), drift=session.between(0.01, 0.03), phrase_bars=4)
    return tune
