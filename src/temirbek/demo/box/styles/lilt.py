"""Time that is not even, or not in four: jazz, shuffle, a slow twelve-eight, waltz."""

from functools import partial

import numpy as np

from temirbek.demo.box import band
from temirbek.demo.box.harmony import JAZZ, comped, melody, rooted, walking
from temirbek.demo.box.notes import Notes, steps, swung, with_fill
from temirbek.demo.box.styles.session import Rng, Session, hat_of, kick_of, snare_of
from temirbek.demo.box.tune import Tune
from temirbek.demo.instruments import drums, strings, synths

BLUES = (
    (0, "7"),
    (5, "7"),
    (0, "7"),
    (0, "7"),
    (5, "7"),
    (5, "7"),
    (0, "7"),
    (0, "7"),
    (7, "7"),
    (5, "7"),
    (0, "7"),
    (7, "7"),
)


def swing(rng: Rng, style: str, seed: int) -> Tune:
    """A jazz quartet: ride in triplets, hi-hat on two and four, a walking bass, comping off the beat, a solo."""

    session = Session(
        rng,
        style,
        seed,
        "intro 8, verse 16, verse 24, outro 8",
        "intro 8, verse 32, break 8, verse 8",
        minor=0.35,
        harmonies=JAZZ.__getitem__,
    )
    chords, tempo = session.chords, session.between(110, 195)
    uneven = float(np.interp(tempo, (110, 195), (0.68, 0.6)))

    def lilt(text: str) -> Notes:
        return swung(steps(text, 2), uneven)

    ride = partial(band.ride, ping_hz=session.between(2600, 3600))
    session.play("ride", ride, "*", lilt("x. xo"), -3, pan=0.3, room=0.15)
    session.play("foot", drums.hat, "verse outro", steps(".x", 1), -8, pan=0.1)
    soft_kick = partial(drums.kick, floor_hz=60, sweep_hz=80, click=0.15)
    session.play("feathered kick", soft_kick, "verse", steps("og", 1), -13)
    chatter = lilt(".g .. .g .o | .. .g .o .. | .g .. .. .g | .. .o g. .x")
    session.play("snare", partial(drums.snare, decay_s=0.07), "verse", chatter, -12, room=0.2)
    session.play("bass", band.upright, "verse break outro", walking(chords, rng), -2, room=0.08)
    comp = comped(chords, lilt(".x .. .. x. | x. .x .. .. | .. x. .x .."), low=54)
    session.play("piano", synths.keys, "verse intro", comp, -10, pan=-0.3, room=0.2)
    solo = melody(chords, lilt("x. xx xx x. | .x xx x. .. | xx xx xx x. | .. .. .x x."), rng, low=62)
    session.play("solo", synths.lead, "verse", solo, -10, room=0.25, late_s=0.015)
    return session.people(tempo, drift=session.between(0.005, 0.02))


def shuffle(rng: Rng, style: str, seed: int) -> Tune:
    """A blues band in triplets: eighths on the hat at two to one, a boogie bass, a singer."""
    session = Session(
        rng,
        style,
        seed,
        "intro 4, verse 12, verse 12, drop 12, outro 4",
        "intro 4, verse 12, drop 12, verse 12",
        minor=0.2,
        harmonies=lambda _: BLUES,
    )
    chords = session.chords

    def lilt(text: str) -> Notes:
        return swung(steps(text, 2), 2 / 3)

    session.play(
        "kick",
        kick_of(rng, "band"),
        "verse drop",
        lilt(session.pick("X. .. X. ..", "X. .. X. .x")),
        -3,
        is_kick=True,
    )
    session.play(
        "snare", snare_of(rng), "verse drop", with_fill(steps(".X", 1), lilt(".. X. xx Xx"), 48), -4, room=0.2
    )
    session.play("hat", hat_of(rng, 0.03, 0.05), "*", lilt("xo"), -6, pan=0.3)
    session.play(
        "bass", band.finger_bass, "verse drop", rooted(chords, steps("x", 1), low=28, leaps=(0, 4, 7, 9)), -4
    )
    session.play(
        "guitar", band.strummed, "*", rooted(chords, lilt("xx"), low=45, leaps=(7, 7, 9, 9)), -7, pan=-0.4
    )
    session.play(
        "organ", band.organ, "drop verse", comped(chords, lilt(".. x. .. xx"), low=60), -12, pan=0.4, room=0.2
    )
    session.sing("verse")
    return session.people(session.between(86, 148), drift=session.between(0.005, 0.025), phrase_bars=12)


def waltz(rng: Rng, style: str, seed: int) -> Tune:
    """Three beats: bass on one, chords on two and three, a tune; half of them by a small band, half by a machine."""
    session = Session(
        rng,
        style,
        seed,
        "intro 8, verse 16, drop 16, verse 16, outro 8",
        "intro 8, verse 32, drop 16, outro 8",
        minor=0.5,
        beats_per_bar=3,
    )
    chords = session.chords
    session.play(
        "kick",
        kick_of(rng, "band"),
        "drop verse",
        steps(session.pick("X..", "X..x..", "X....."), 1),
        -5,
        is_kick=True,
    )
    session.play("snare", partial(drums.snare, decay_s=0.08), "drop", steps(".oo", 1), -9, room=0.2)
    session.play("hat", hat_of(rng), "drop verse", steps(session.pick("..x.x.", "x.o.o.", "x.oxo."), 2), -8)
    session.play(
        "bass",
        band.upright,
        "*",
        rooted(chords, steps("x--", 1), low=31, leaps=(0, 7) if session.chance(0.5) else (0,)),
        -3,
    )
    session.play(
        "chords",
        synths.keys if session.chance(0.5) else band.strummed,
        "*",
        comped(chords, steps(".xx", 1), low=57),
        -9,
        pan=-0.2,
        room=0.2,
    )
    tune = melody(chords, steps("x-- x-x x-- --. x-x x-x x-- --.", 1), rng, low=67)
    session.play(
        "tune",
        strings.pluck if session.chance(0.5) else synths.lead,
        "verse drop",
        tune,
        -7,
        pan=0.2,
        room=0.3,
    )
    tempo = session.between(96, 178)
    if session.chance(0.5):
        return session.machine(tempo)
    return session.people(tempo, drift=session.between(0.005, 0.02))


def twelve_eight(rng: Rng, style: str, seed: int) -> Tune:
    """A soul ballad at 60–78: three hats to each beat, a snare on two and four, a singer; the triplets tempt."""
    session = Session(
        rng, style, seed, "intro 4, verse 8, drop 8, outro 4", "intro 2, verse 8, drop 8, verse 4", minor=0.3
    )
    chords = session.chords
    kick = steps(session.pick("X.. ... X.x ...", "X.. ..x X.. ..."), 3)
    session.play("kick", kick_of(rng, "band"), "verse drop", kick, -3, is_kick=True)
    session.play("snare", snare_of(rng), "verse drop", steps(".X", 1), -5, room=0.3)
    session.play(
        "hat", hat_of(rng, 0.03, 0.05), "*", steps(session.pick("xoo", "xxx", "x.x"), 3), -6, pan=0.3
    )
    session.play("piano", synths.keys, "*", comped(chords, steps("xxx", 3), low=57), -8, pan=-0.3, room=0.2)
    session.play("organ", band.organ, "drop", comped(chords, steps("x---", 1)), -12, pan=0.4, room=0.3)
    bass = steps("x-- --x x-- ---", 3)
    session.play("bass", band.finger_bass, "verse drop", rooted(chords, bass, low=28), -4)
    session.sing("verse drop")
    return session.people(session.between(60, 78), drift=session.between(0.0, 0.02), phrase_bars=4)
