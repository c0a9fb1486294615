"""Hip-hop and its relatives: felt slowly, counted fast."""

import numpy as np

from temirbek.demo.box import band
from temirbek.demo.box.harmony import arpeggiated, comped, melody, rooted
from temirbek.demo.box.notes import Notes, notes, steps, swung, then, together
from temirbek.demo.box.styles.session import Rng, Session, hat_of, kick_of, snare_of
from temirbek.demo.box.tune import Tune
from temirbek.demo.instruments import drums, strings, synths

BACK = steps(".... X...")


def half_time(rng: Rng, style: str, seed: int) -> Tune:
    """Written at 130–150 with kick on one and snare on three: felt at 65–75, hats in eighths of what is written."""
    session = Session(
        rng,
        style,
        seed,
        "intro 4, verse 8, drop 4, verse 8, outro 4",
        "intro 4, drop 8, verse 8, break 4, drop 4",
        minor=0.85,
    )
    chords = session.chords
    kick = steps(session.pick("X... .... ..x. ....", "X... ...x ..X. ....", "X.x. .... x... ..x."))
    session.play("kick", kick_of(rng, "street"), "verse drop outro", kick, -2, is_kick=True)
    session.play("snare", snare_of(rng), "verse drop outro", BACK, -4, room=0.15)
    session.play(
        "hats",
        hat_of(rng),
        "intro verse drop",
        steps(session.pick("x.x.", "xoxo", "x.xo x.xo x.xo xxxo")),
        -8,
        pan=0.1,
    )
    session.play("808", band.sub808, "verse drop", rooted(chords, kick, low=29, hold=3.0), -3)
    session.play(
        "keys",
        synths.keys,
        "*",
        comped(chords, steps(session.pick("x---", "x--- --x- ---- ----"), 1)),
        -9,
        room=0.25,
    )
    session.play(
        "bells",
        strings.pluck,
        "intro drop",
        arpeggiated(chords, steps("x..x ..x."), "0213"),
        -12,
        pan=0.3,
        room=0.3,
    )
    if session.chance(0.7):
        session.rap("verse")
    else:
        session.sing("drop")
    return session.machine(session.between(65, 75), phrase_bars=4)


def trap(rng: Rng, style: str, seed: int) -> Tune:
    """Felt at 65–78: a snare on two and four of that, an 808 that sings, hats that roll in 3s, 6s and 8s to the beat."""
    session = Session(
        rng,
        style,
        seed,
        "intro 4, drop 8, verse 8, drop 8",
        "intro 4, verse 8, drop 8, break 4, drop 4",
        minor=0.95,
    )
    chords = session.chords
    kick = steps(session.pick("X... ..x. ..X. ....", "X..x .... ..x. ..x.", "X... .... x.x. ...x"))
    session.play("kick", kick_of(rng, "street"), "verse drop", kick, -3, is_kick=True)
    session.play(
        "808", band.sub808, "verse drop", rooted(chords, kick, low=26, hold=4.0, leaps=(0, 0, 0, 7)), -2
    )
    session.play(
        "snare", drums.clap if session.chance(0.5) else snare_of(rng), "verse drop", BACK, -4, room=0.15
    )
    session.play("hats", hat_of(rng, 0.012, 0.025), "verse drop intro", rolling(rng), -7, pan=0.15)
    session.play(
        "bells",
        strings.pluck,
        "*",
        melody(chords, steps("x..x ..x. ..x. x..."), rng, low=70),
        -9,
        pan=-0.2,
        room=0.4,
    )
    session.play("pad", synths.pad, "*", comped(chords, steps("x---", 1)), -14, room=0.3)
    if session.chance(0.8):
        session.rap("verse", per_beat=int(rng.choice((3, 4, 6))))
    return session.machine(session.between(65, 78), phrase_bars=4)


def rolling(rng: Rng) -> Notes:
    """Four bars of hats: four a beat, and here and there a roll of three, six or eight."""
    beats = []
    for _ in range(16):
        n = int(rng.choice((4, 4, 4, 4, 6, 8, 3)))
        beats.append(notes(np.arange(n) / n, 1.0, velocities=np.linspace(0.55, 0.85, n)))
    return then(*beats)


def boom_bap(rng: Rng, style: str, seed: int) -> Tune:
    """85–95, a sampled loop with dust, swung sixteenths, the snare late, a rapper on top."""
    session = Session(
        rng,
        style,
        seed,
        "intro 4, verse 16, drop 8, verse 8",
        "intro 8, verse 8, drop 8, verse 8",
        minor=0.75,
        chord_bars=2.0,
    )
    chords, lilt = session.chords, session.between(0.54, 0.66)
    kick = swung(
        steps(session.pick("X... ...x ..X. ....", "X..x .... ..Xx ....", "X.x. .... .xX. ...g")), lilt, 0.5
    )
    session.play("kick", kick_of(rng, "street"), "verse drop", kick, -2, is_kick=True)
    session.play(
        "snare", snare_of(rng), "verse drop", BACK, -3, room=0.12, late_s=session.between(0.0, 0.014)
    )
    hats = steps(session.pick("x.o.", "x.og x.o.", "xgog"))
    session.play("hats", hat_of(rng), "verse drop", swung(hats, lilt, 0.5), -7, pan=0.2)
    session.play("bass", band.finger_bass, "verse drop", rooted(chords, kick, low=28, hold=2.0), -4)
    loop = together(
        comped(chords, swung(steps("x..x --.. ..x- ...."), lilt, 0.5), low=57),
        melody(chords, swung(steps(".... ..x. x..x ..x."), lilt, 0.5), rng, low=67),
    )
    session.play("loop", synths.keys, "*", loop, -8, room=0.15)
    session.rap("verse")
    return session.machine(session.between(84, 96), phrase_bars=4, dust=0.012)


def slow_of_pair(rng: Rng, style: str, seed: int) -> Tune:
    """The slow half of a pair: 85–95, hats in eighths and sixteenths that could be the beat of 180."""
    session = Session(rng, style, seed, "intro 4, verse 8, drop 8, verse 8, drop 8", minor=0.6)
    chords = session.chords
    session.play(
        "kick",
        kick_of(rng, "street"),
        "verse drop",
        steps(session.pick("X... .... X... ....", "X... ..x. X... ....")),
        -2,
        is_kick=True,
    )
    session.play("snare", snare_of(rng), "verse drop", BACK, -3, room=0.15)
    session.play("hats", hat_of(rng), "*", steps(session.pick("x.x.", "X.X.", "xoxo")), -4, pan=0.1)
    session.play("bass", synths.round_bass, "verse drop", rooted(chords, steps("x-.. x-x-")), -4)
    session.play("keys", synths.keys, "*", comped(chords, steps("x-x- x-x-")), -8, room=0.2)
    if session.chance(0.6):
        session.sing("drop verse")
    return session.machine(session.between(85, 95), phrase_bars=4)


def dubstep(rng: Rng, style: str, seed: int) -> Tune:
    """140 with the snare on three, felt at 70: a bass that wobbles in halves and thirds of the beat."""
    session = Session(
        rng,
        style,
        seed,
        "intro 4, build 4 stop 1, drop 8, break 4, drop 8",
        "intro 8, drop 8, break 4, build 4, drop 8",
        minor=0.95,
    )
    chords = session.chords
    session.play(
        "kick",
        kick_of(rng, "club"),
        "drop",
        steps(session.pick("X... .... ..x. ....", "X... ..x. .... ....")),
        -2,
        is_kick=True,
    )
    session.play("snare", snare_of(rng), "drop", BACK, -2, room=0.25)
    session.play("hats", hat_of(rng), "drop intro", steps("x.o."), -10, pan=0.2)
    wobble = rooted(chords, steps(session.pick("x-x- xxx- x--- x-x-", "x--- x-x- xxxx x---")), low=31)
    session.play("bass", synths.growl, "drop", wobble, -3, duck=0.4)
    session.play("pad", synths.pad, "intro break build", comped(chords, steps("x---", 1)), -9, room=0.4)
    session.play("roll", drums.snare, "build", then(steps("x." * 8, 2), steps("x" * 32, 4)), -10, room=0.3)
    if session.chance(0.4):
        session.sing("break intro")
    return session.machine(session.between(68, 73), phrase_bars=4)
