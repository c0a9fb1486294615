"""Hip-hop and its relatives: felt slowly, counted fast."""

from functools import partial

from temirbek.demo.box import band
from temirbek.demo.box.harmony import arpeggiated, comped, drawn_key, drawn_progression, rooted
from temirbek.demo.box.notes import steps
from temirbek.demo.box.styles.kit import Rng, bars, form, pick, rapped, sung, within
from temirbek.demo.box.tune import Lane, Tune, steady
from temirbek.demo.instruments import drums, strings, synths


def half_time(rng: Rng, style: str, seed: int) -> Tune:
    """Hip-hop written at 130–150 with kick on one and snare on three: felt at 65–75, hats in eighths of that."""
    key = drawn_key(rng, minor=0.85)
    chords = drawn_progression(rng, key, 4.0)
    parts = form(
        pick(rng, "intro 4, verse 8, drop 4, verse 8, outro 4", "intro 4, drop 8, verse 8, break 4, drop 4")
    )
    tempo = float(rng.uniform(65, 75))
    kick = steps(pick(rng, "X... .... ..x. ....", "X... ...x ..X. ....", "X.x. .... x... ..x."))
    hats = steps(pick(rng, "x.x. x.x. x.x. x.x.", "xoxo xoxo xoxo xoxo", "x.xo x.xo x.xo xxxo"))
    lanes = [
        Lane(
            name="kick",
            voice=partial(drums.kick, floor_hz=45, decay_s=0.2),
            plays=within(parts, "verse drop outro", kick),
            gain_db=-2,
            is_kick=True,
        ),
        Lane(
            name="snare",
            voice=drums.snare,
            plays=within(parts, "verse drop outro", steps(".... X... .... X...")),
            gain_db=-4,
            room=0.15,
        ),
        Lane(
            name="hats",
            voice=partial(drums.hat, decay_s=0.02),
            plays=within(parts, "intro verse drop", hats),
            gain_db=-11,
            pan=0.1,
        ),
        Lane(
            name="808",
            voice=band.sub808,
            plays=within(parts, "verse drop", rooted(chords, kick, low=29, hold=3.0)),
            gain_db=-3,
        ),
        Lane(
            name="keys",
            voice=synths.keys,
            plays=within(
                parts,
                "*",
                comped(chords, steps(pick(rng, "x... .... .... ....", "x... ..x. .... ....")), hold=8.0),
            ),
            gain_db=-9,
            room=0.25,
        ),
        Lane(
            name="bells",
            voice=strings.pluck,
            plays=within(parts, "intro drop", arpeggiated(chords, steps("x..x ..x. x..x ..x."), "0213")),
            gain_db=-12,
            pan=0.3,
            room=0.3,
        ),
    ]
    lanes.append(rapped(rng, parts, "verse") if rng.random() < 0.7 else sung(rng, chords, parts, "drop"))
    return Tune(
        style=style,
        seed=seed,
        key=key,
        parts=parts,
        lanes=tuple(lanes),
        tempi_bpm=steady(tempo, 4 * bars(parts)),
        phrase_bars=4,
    )
