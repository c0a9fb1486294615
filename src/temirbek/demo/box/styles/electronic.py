"""Machines on four to the floor: house, house with a long breakdown or a late kick, techno, trance: one tempo to the sample."""

from functools import partial

from temirbek.demo.box.harmony import arpeggiated, comped, melody, rooted
from temirbek.demo.box.notes import steps, then, with_fill
from temirbek.demo.box.styles.session import Rng, Session, hat_of, kick_of
from temirbek.demo.box.tune import Tune
from temirbek.demo.instruments import drums, strings, synths

FOUR = steps("X...")
BACK = steps(".... x...")
ROLL = then(steps("x." * 8, 1), steps("x" * 32, 2))
ONCE_IN_8_BARS = steps("x" + "." * 31, 1)


def house(rng: Rng, style: str, seed: int) -> Tune:
    """Open hats between the beats, stabs, a bass off the beat; half of them are sung."""
    session = Session(
        rng,
        style,
        seed,
        "intro 8, verse 8, build 8 stop 1, drop 16, break 8, outro 8",
        "intro 8, build 8, drop 8, break 8, build 8 stop 2, drop 8",
        "intro 8, verse 16, break 8, drop 16, outro 8",
    )
    _club(session)
    return session.machine(session.between(118, 130))


def breakdown(rng: Rng, style: str, seed: int) -> Tune:
    """House with 32 or 64 beats in the middle in which nothing strikes: a pad, perhaps a voice, no attack to follow."""
    session = Session(
        rng,
        style,
        seed,
        "intro 8, drop 16, break 8, drop 16, outro 8",
        "intro 8, drop 8, break 16, build 8, drop 16",
    )
    _club(session, is_still=True)
    return session.machine(session.between(120, 128))


def late_kick(rng: Rng, style: str, seed: int) -> Tune:
    """It begins with hats and chords between the beats and nothing on them; the kick comes after 8 or 16 bars."""
    session = Session(
        rng, style, seed, "intro 16, drop 16, break 8, drop 16", "intro 8, verse 8, drop 16, break 8, drop 8"
    )
    chords = session.chords
    session.play("open hat", hat_of(rng, 0.06, 0.14), "intro verse drop", steps("..x."), -4, pan=0.15)
    stab = partial(synths.stab, bright_hz=session.between(2500, 5500))
    comp = comped(chords, steps(session.pick("..x.", "..x. ..x. ..x. ..xx")))
    session.play("stabs", stab, "*", comp, -7, duck=0.3, room=0.3)
    bass = rooted(chords, steps(session.pick("..x.", "..x. ..xo")))
    session.play("bass", synths.round_bass, "verse drop", bass, -3, duck=0.4)
    session.play("kick", kick_of(rng, "club"), "drop", FOUR, -2, is_kick=True)
    session.play("clap", drums.clap, "drop", BACK, -3, room=0.2)
    if session.chance(0.4):
        session.sing("verse break")
    return session.machine(session.between(116, 132))


def _club(session: Session, *, is_still: bool = False) -> None:
    rng, chords = session.rng, session.chords
    comp = steps(session.pick("x..x ..x. ..x. x...", "..x. ..x. .x.. x...", "x..x ..x. .x.. x.x."))
    bass = steps(session.pick("..x. ..x. ..x. ..xo", "x..x ..x. x..x ..x.", "..xx ..xx ..xx ..xx"))
    session.play("kick", kick_of(rng, "club"), "intro verse drop outro", FOUR, -2, is_kick=True)
    session.also("kick", "build", with_fill(FOUR, steps("X... X... xxxx xxxx"), 32))
    session.play("clap", drums.clap, "verse drop build outro", BACK, -3, room=0.2)
    session.play("open hat", hat_of(rng, 0.06, 0.14), "verse drop outro", steps("..x."), -6, pan=0.15)
    session.play("hat", hat_of(rng), "intro drop build", steps("xgog"), -10, pan=-0.2)
    round_bass = partial(synths.round_bass, bite=session.between(0.25, 0.6))
    session.play("bass", round_bass, "verse drop", rooted(chords, bass, leaps=(0, 0, 12)), -3, duck=0.5)
    stab = partial(synths.stab, bright_hz=session.between(2500, 5500))
    session.play("stabs", stab, "intro verse drop outro", comped(chords, comp), -9, duck=0.4, room=0.3)
    slow = partial(synths.pad, attack_s=0.6 if is_still else 0.08)
    session.play("pad", slow, "break build", comped(chords, steps("x---", 1)), -9, duck=0.3, room=0.3)
    session.play("roll", drums.snare, "build", ROLL, -11, room=0.3)
    session.play("crash", drums.crash, "drop", ONCE_IN_8_BARS, -7)
    if session.chance(0.5):
        session.sing("verse break" if not is_still else "break")
    else:
        lead = melody(chords, steps("x.xx ..x. x.x. ...."), rng, low=69)
        session.play("lead", synths.lead, "drop", lead, -9, room=0.25)


def techno(rng: Rng, style: str, seed: int) -> Tune:
    """A hard kick and a rumbling bass on one note, off-beat hats, a sequence that goes round in threes."""
    session = Session(
        rng,
        style,
        seed,
        "intro 16, drop 16, break 8, drop 16",
        "intro 8, drop 16, break 8, build 8, drop 16",
        minor=0.95,
        chord_bars=4.0,
    )
    chords = session.chords
    session.play("kick", kick_of(rng, "club"), "intro drop build", FOUR, -1, is_kick=True, room=0.06)
    session.play("hat", hat_of(rng, 0.04, 0.09), "drop", steps("..X."), -5, pan=0.1)
    session.play("ride", hat_of(rng, 0.02, 0.03), "drop build", steps("ogxg"), -10, pan=-0.2)
    session.play(
        "rim",
        drums.rim,
        "intro drop break",
        steps(session.pick("...x ..x. ...x ..x.", "..x. .x.. ..x. .x.x")),
        -9,
        pan=0.4,
        room=0.4,
    )
    session.play("clap", drums.clap, "drop", BACK, -6, room=0.4)
    rumble = rooted(chords, steps(session.pick(".xxx", ".oxo", "..xx")), low=28)
    session.play("bass", partial(synths.round_bass, bite=0.2), "intro drop", rumble, -5, duck=0.7, room=0.1)
    threes = arpeggiated(chords, steps("x..", 4).filling(16), session.pick("012", "0210", "01"), low=62)
    session.play(
        "sequence",
        partial(synths.stab, bright_hz=session.between(1500, 4500)),
        "drop break build",
        threes,
        -4,
        duck=0.3,
        room=0.35,
        pan=-0.1,
    )
    session.play("roll", drums.snare, "build", ROLL, -12, room=0.3)
    return session.machine(session.between(126, 146), room_s=1.2)


def trance(rng: Rng, style: str, seed: int) -> Tune:
    """Fast, with a bass on every sixteenth but the beat, wide chords, a breakdown and a long build."""
    session = Session(
        rng,
        style,
        seed,
        "intro 8, drop 16, break 16, build 8 stop 1, drop 16",
        "intro 16, break 8, build 8 stop 2, drop 32",
        minor=0.9,
    )
    chords = session.chords
    session.play("kick", kick_of(rng, "club"), "intro drop", FOUR, -2, is_kick=True)
    session.play("open hat", hat_of(rng, 0.06, 0.1), "intro drop", steps("..x."), -7)
    session.play("clap", drums.clap, "drop", BACK, -4, room=0.25)
    session.play(
        "bass",
        partial(synths.round_bass, bite=0.6),
        "intro drop",
        rooted(chords, steps(".xxx")),
        -5,
        duck=0.4,
    )
    gate = steps(session.pick("x.xx x.xx x.x. xx.x", "x-xx -xx- x-xx -x.."))
    session.play("wall", synths.supersaw, "drop", comped(chords, gate), -11, duck=0.5, room=0.3)
    session.play(
        "pluck",
        strings.pluck,
        "break build drop",
        arpeggiated(chords, steps("x.xx .xx."), "0213"),
        -9,
        room=0.4,
        pan=0.2,
    )
    session.play("pad", synths.pad, "break build", comped(chords, steps("x---", 1)), -10, room=0.4)
    session.play("roll", drums.snare, "build", ROLL, -11, room=0.3)
    if session.chance(0.4):
        session.sing("break")
    return session.machine(session.between(132, 142), room_s=1.2)
