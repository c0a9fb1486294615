"""People: jazz, rock: time that breathes."""

from functools import partial

import numpy as np

from temirbek.demo.box import band
from temirbek.demo.box.harmony import (
    JAZZ,
    Progression,
    comped,
    drawn_key,
    drawn_progression,
    rooted,
    tune,
    walking,
)
from temirbek.demo.box.notes import Notes, steps, swung, with_fill
from temirbek.demo.box.styles.kit import Rng, bars, by_hand, form, pick, sung, within
from temirbek.demo.box.tune import Lane, Tune, wandering
from temirbek.demo.instruments import drums, synths


def rock(rng: Rng, style: str, seed: int) -> Tune:
    """A live band: the tempo wanders by 3 %, every hit by 6 ms; guitars, picked bass, fills, often a singer."""
    key = drawn_key(rng, minor=0.4)
    chords = drawn_progression(rng, key, 4.0)
    parts = form(
        pick(rng, "intro 4, verse 8, drop 8, verse 8, drop 8, outro 4", "intro 8, verse 16, drop 16, outro 4")
    )
    n = 4 * bars(parts)
    kick = steps(pick(rng, "X... ..x. X... ....", "X... .... X.x. ....", "X..x .... X... ..x."))
    back = with_fill(steps(".... X... .... X..."), steps(".... X... .xxx XxXx"), 32)
    eighths = steps("x.o. x.o. x.o. x.o.")
    lanes = [
        Lane(
            name="kick",
            voice=partial(drums.kick, floor_hz=58, sweep_hz=120, decay_s=0.1),
            plays=within(parts, "verse drop outro", kick),
            gain_db=-3,
            room=0.1,
        ),
        Lane(
            name="snare",
            voice=partial(drums.snare, tone_hz=float(rng.uniform(170, 220))),
            plays=within(parts, "verse drop outro", back),
            gain_db=-3.5,
            room=0.25,
        ),
        Lane(
            name="hat",
            voice=partial(drums.hat, decay_s=0.04),
            plays=within(parts, "verse intro", eighths),
            gain_db=-10,
            pan=0.3,
        ),
        Lane(name="ride", voice=band.ride, plays=within(parts, "drop", eighths), gain_db=-12, pan=-0.3),
        Lane(
            name="crash",
            voice=drums.crash,
            plays=within(parts, "drop outro", steps("x" + "." * 15, 1)),
            gain_db=-10,
        ),
        Lane(
            name="bass",
            voice=band.finger_bass,
            plays=within(parts, "verse drop", rooted(chords, eighths, low=28)),
            gain_db=-4,
        ),
        Lane(
            name="guitar left",
            voice=band.crunch,
            plays=within(
                parts,
                "intro drop outro",
                rooted(
                    chords,
                    steps(pick(rng, "x... x.x. ..x. x...", "x.x. x.x. x.x. x.x.", "x... .... x..x ..x.")),
                    low=40,
                    hold=1.5,
                ),
            ),
            gain_db=-9,
            pan=-0.7,
            room=0.1,
        ),
        Lane(
            name="guitar right",
            voice=partial(band.crunch, drive=6.0),
            plays=within(parts, "drop", rooted(chords, steps("x... .... x... ...."), low=45, hold=7.5)),
            gain_db=-10,
            pan=0.7,
            room=0.1,
        ),
        Lane(
            name="clean",
            voice=band.strummed,
            plays=within(parts, "verse", comped(chords, steps("x.xx .xx. x.xx .xx."), low=57)),
            gain_db=-13,
            pan=0.5,
            room=0.2,
        ),
    ]
    if rng.random() < 0.7:
        lanes.append(sung(rng, chords, parts, pick(rng, "verse", "verse drop")))
    else:
        solo = tune(chords, steps("x.xx x.x. xx.x x..."), rng, low=64)
        lanes.append(
            Lane(name="solo", voice=synths.lead, plays=within(parts, "drop", solo), gain_db=-9, room=0.25)
        )
    return Tune(
        style=style,
        seed=seed,
        key=key,
        parts=parts,
        lanes=tuple(by_hand(lanes)),
        tempi_bpm=wandering(float(rng.uniform(92, 165)), n, rng),
        phrase_bars=8 if parts[0].bars == 8 else 4,
    )


def swing(rng: Rng, style: str, seed: int) -> Tune:
    """A jazz quartet: ride in triplets, hi-hat on two and four, a walking bass, comping off the beat, a solo."""
    key = drawn_key(rng, minor=0.35)
    chords = Progression(key=key, chords=JAZZ[key.mode], chord_beats=4.0)
    parts = form(pick(rng, "intro 8, verse 16, verse 16, outro 8", "intro 8, verse 32, break 8, verse 8"))
    n = 4 * bars(parts)
    tempo = float(rng.uniform(110, 195))
    uneven = float(np.interp(tempo, (110, 195), (0.68, 0.6)))

    def lilt(text: str) -> Notes:
        return swung(steps(text, 2), uneven)

    lanes = [
        Lane(
            name="ride",
            voice=partial(band.ride, ping_hz=float(rng.uniform(2600, 3600))),
            plays=within(parts, "*", lilt("x. xo x. xo")),
            gain_db=-7,
            pan=0.3,
            room=0.15,
        ),
        Lane(
            name="hi-hat foot",
            voice=drums.hat,
            plays=within(parts, "verse outro", steps(".x.x", 1)),
            gain_db=-12,
            pan=0.1,
        ),
        Lane(
            name="feathered kick",
            voice=partial(drums.kick, floor_hz=60, sweep_hz=80, click=0.15),
            plays=within(parts, "verse", steps("ogog", 1)),
            gain_db=-13,
        ),
        Lane(
            name="snare",
            voice=partial(drums.snare, decay_s=0.07),
            plays=within(parts, "verse", lilt(".g .. .g .o | .. .g .o .. | .g .. .. .g | .. .o g. .x")),
            gain_db=-12,
            room=0.2,
        ),
        Lane(
            name="bass",
            voice=band.upright,
            plays=within(parts, "verse break outro", walking(chords, rng)),
            gain_db=-2,
            room=0.08,
        ),
        Lane(
            name="piano",
            voice=synths.keys,
            plays=within(
                parts, "verse intro", comped(chords, lilt(".x .. .. x. | x. .x .. .. | .. x. .x .."), low=54)
            ),
            gain_db=-10,
            pan=-0.3,
            room=0.2,
        ),
        Lane(
            name="solo",
            voice=synths.lead,
            plays=within(
                parts,
                "verse",
                tune(chords, lilt("x. xx xx x. | .x xx x. .. | xx xx xx x. | .. .. .x x."), rng, low=62),
            ),
            gain_db=-10,
            room=0.25,
            late_s=0.015,
        ),
    ]
    return Tune(
        style=style,
        seed=seed,
        key=key,
        parts=parts,
        lanes=tuple(by_hand(lanes)),
        tempi_bpm=wandering(tempo, n, rng, depth=0.015),
    )
