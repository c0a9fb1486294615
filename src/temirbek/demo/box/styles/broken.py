"""Machines that break the beat: drum & bass, dembow, club with five kicks, amapiano: what is loud is not on the beat."""

from functools import partial

from temirbek.demo.box import band
from temirbek.demo.box.harmony import comped, melody, rooted
from temirbek.demo.box.notes import steps, then
from temirbek.demo.box.styles.electronic import ROLL
from temirbek.demo.box.styles.session import Rng, Session, hat_of, kick_of, snare_of
from temirbek.demo.box.tune import Tune
from temirbek.demo.instruments import drums, strings, synths

BREAKS = (
    ("X... .... ..X. ....", ".... X..g .g.. X..g"),
    ("X.X. .... ..X. ....", ".... X..g .g.g X..."),
    ("X... .... ..XX ....", ".... X..g .g.. X.g."),
    ("X... ..X. ..X. ....", ".g.. X... .g.. X..g"),
)


def drum_and_bass(rng: Rng, style: str, seed: int) -> Tune:
    """A breakbeat at 174: kick on the one and off the three, ghosts, a snare on two and four, a growling bass."""
    session = Session(
        rng,
        style,
        seed,
        "intro 16, drop 16, break 16, drop 16",
        "intro 16, build 8 stop 1, drop 32, break 8, outro 8",
        minor=0.8,
        chord_bars=2.0,
    )
    chords, tempo = session.chords, session.between(168, 178)
    kick, snare = BREAKS[int(rng.integers(len(BREAKS)))]
    session.play("kick", kick_of(rng, "band"), "drop outro", steps(kick), -2, is_kick=True)
    session.also("kick", "intro", then(steps("." * 128), steps(kick).filling(32)))
    session.play("snare", snare_of(rng), "drop outro", steps(snare), -3.5, room=0.15)
    hats = steps(session.pick("x.o.", "xgog", "x.ox"))
    session.play("hats", hat_of(rng), "intro drop outro", hats, -8, pan=0.2)
    bass = steps(session.pick("x--- ---- --x- ----", "x--- --x- ---- x---", "x" + "-" * 15))
    growl = partial(synths.growl, wobble_hz=tempo / 120)
    session.play("bass", growl, "drop", rooted(chords, bass), -4, duck=0.3)
    session.play("pad", synths.pad, "*", comped(chords, steps("x-------", 1)), -13, room=0.4)
    session.play("roll", drums.snare, "build", ROLL, -10, room=0.3)
    if session.chance(0.4):
        session.sing("break")
    return session.machine(tempo)


def dembow(rng: Rng, style: str, seed: int) -> Tune:
    """Reggaeton: a kick on each beat, a snare after three and six sixteenths; sung or rapped."""
    session = Session(
        rng,
        style,
        seed,
        "intro 4, verse 8, drop 8, verse 8, drop 8",
        "intro 8, drop 8, verse 8, drop 8, outro 4",
        minor=0.8,
    )
    chords = session.chords
    session.play(
        "kick",
        kick_of(rng, "club"),
        "verse drop outro",
        steps("X... o... X... o..." if session.chance(0.3) else "X..."),
        -2,
        is_kick=True,
    )
    snare = snare_of(rng) if session.chance(0.6) else drums.rim
    session.play("snare", snare, "verse drop outro", steps("...x ..x."), -4, room=0.12)
    session.play("hat", hat_of(rng), "drop", steps(session.pick("..x.", "o.x.", "xgog")), -9, pan=0.2)
    session.play(
        "bass",
        partial(synths.round_bass, bite=0.2),
        "verse drop",
        rooted(chords, steps(session.pick("x-.x --x-", "x..x ..x."))),
        -3,
        duck=0.2,
    )
    session.play(
        "pluck",
        strings.pluck,
        "intro drop",
        melody(chords, steps("x..x ..x. x.x. ..x."), rng, low=67),
        -8,
        room=0.25,
        pan=0.2,
    )
    session.play("keys", synths.keys, "verse intro", comped(chords, steps("x-------", 2)), -10, room=0.2)
    if session.chance(0.5):
        session.rap("verse")
    else:
        session.sing("verse drop")
    return session.machine(session.between(86, 102), phrase_bars=4)


def club_five(rng: Rng, style: str, seed: int) -> Tune:
    """Five kicks in the bar (3 + 3 + 4 + 3 + 3 sixteenths), as in Jersey: only two of them on a beat; chopped chords."""
    session = Session(
        rng,
        style,
        seed,
        "intro 8, drop 8, break 8, drop 16, outro 8",
        "intro 8, verse 8, drop 16, break 8, drop 8",
    )
    chords = session.chords
    session.play(
        "kick",
        kick_of(rng, "club"),
        "verse drop outro",
        steps(session.pick("X... X... X..X ..X.", "X..X ..X. ..X. .X..")),
        -2,
        is_kick=True,
    )
    session.play("clap", drums.clap, "drop outro intro", steps(".... x..x .... x..."), -1, room=0.2)
    session.play("hat", hat_of(rng), "verse drop", steps("x.x."), -9, pan=0.2)
    session.play(
        "stabs", synths.stab, "*", comped(chords, steps("x..x ..x. ..x. x.x.")), -9, duck=0.4, room=0.3
    )
    session.play("bass", synths.round_bass, "drop", rooted(chords, steps("x..x ..x.")), -4, duck=0.4)
    if session.chance(0.6):
        session.sing("verse break drop")
    return session.machine(session.between(128, 142))


def amapiano(rng: Rng, style: str, seed: int) -> Tune:
    """A soft kick under a log drum that is louder than all and never on the one, shakers, jazz chords; 108–116."""
    session = Session(
        rng, style, seed, "intro 8, verse 8, drop 16, break 4, drop 8", "intro 16, drop 16, break 8, drop 8"
    )
    chords = session.chords
    kick = steps(session.pick("o...", "x... .... x... ...."))
    session.play("kick", kick_of(rng, "club"), "intro verse drop", kick, -6, is_kick=True)
    log = steps(session.pick("..x. .x.. ..x. x.xx", "...x ..x. .x.. x..x", "..xx ...x ..x. ..xx"))
    low = rooted(chords, log, low=33, leaps=(0, 0, 12, 7))
    session.play("log drum", partial(band.tom, ring_s=0.3), "drop", low, 0)
    session.play("shaker", drums.shaker, "*", steps(session.pick("xoxo", "xgog", "ogxg")), -8, pan=0.3)
    session.play("rim", drums.rim, "verse drop", steps("...x ..x. ...x .x.."), -7, pan=-0.3, room=0.2)
    session.play("keys", synths.keys, "*", comped(chords, steps("x..x --.. ..x- ....")), -9, room=0.3)
    if session.chance(0.6):
        session.sing("verse break")
    return session.machine(session.between(108, 116))
