"""Twists: a piece of another style with one thing about it that misleads."""

from dataclasses import replace

import numpy as np

from temirbek.demo.box import band, singer
from temirbek.demo.box.notes import notes
from temirbek.demo.box.styles.broken import dembow
from temirbek.demo.box.styles.dances import disco, funk
from temirbek.demo.box.styles.electronic import house, techno, trance
from temirbek.demo.box.styles.players import rock
from temirbek.demo.box.styles.session import Rng, sung
from temirbek.demo.box.styles.street import boom_bap, half_time
from temirbek.demo.box.tune import Lane, Tune
from temirbek.demo.instruments import drums, synths

BASES = (house, techno, rock, disco, funk, boom_bap, dembow, trance)


def _base(rng: Rng, style: str, seed: int) -> Tune:
    return BASES[int(rng.integers(len(BASES)))](rng, style, seed)


def upbeat(rng: Rng, style: str, seed: int) -> Tune:
    """It begins one to three beats before the one, with a run of bass and lead, sometimes with a fill."""
    tune = _base(rng, style, seed)
    n = int(rng.integers(1, 4))
    at = np.arange(-n, 0, 0.5)
    run = notes(
        at,
        float(tune.n_beats),
        lengths_beats=0.5,
        pitches=40 + (tune.key.tonic - 40) % 12 + np.resize((7, 9, 10, 11), len(at)) - 12,
    )
    lanes = [
        Lane(name="pick-up bass", voice=band.finger_bass, plays={0: run}, gain_db=-4),
        Lane(
            name="pick-up lead",
            voice=synths.lead,
            plays={0: replace(run, pitches=run.pitches + 24)},
            gain_db=-7,
            room=0.2,
        ),
    ]
    if rng.random() < 0.5:
        fill = notes(np.arange(-n, 0, 0.25), float(tune.n_beats), velocities=0.6)
        lanes.append(Lane(name="pick-up fill", voice=drums.snare, plays={0: fill}, gain_db=-8, room=0.2))
    return replace(tune, lanes=(*tune.lanes, *lanes), first_beat=-n)


def mid_bar(rng: Rng, style: str, seed: int) -> Tune:
    """Silence, and then the music is there in the middle of a bar, as where a recording was cut."""
    tune = _loud_start(_base(rng, style, seed))
    return replace(
        tune, first_beat=int(rng.integers(1, tune.beats_per_bar)), lead_in_s=float(rng.uniform(0.4, 4.0))
    )


def _loud_start(tune: Tune) -> Tune:
    """The tune without its introduction."""
    parts = tune.parts[1:]
    lanes = tuple(
        replace(lane, plays={i - 1: pattern for i, pattern in lane.plays.items() if i > 0})
        for lane in tune.lanes
    )
    gone = tune.parts[0].bars * tune.beats_per_bar
    return replace(tune, parts=parts, lanes=lanes, tempi_bpm=tune.tempi_bpm[gone:])


def lead_in(rng: Rng, style: str, seed: int) -> Tune:
    """An atmosphere without a beat for 9.5 s, or another length that is no whole number of bars."""
    tune = _base(rng, style, seed)
    length_s = 9.5 if rng.random() < 0.4 else float(rng.uniform(4.0, 14.0))
    return replace(tune, lead_in_s=length_s, is_atmospheric=True)


def detuned(rng: Rng, style: str, seed: int) -> Tune:
    """All instruments 35 cents sharp or flat, as a record played a little too fast."""
    return replace(_base(rng, style, seed), tuning_cents=float(rng.choice((-35.0, 35.0))))


def apart(rng: Rng, style: str, seed: int) -> Tune:
    """The cymbals and claps 12 ms before or after the kick, which has the beat."""
    tune = _base(rng, style, seed)
    late_s = float(rng.choice((-0.012, 0.012)))
    treble = ("hat", "hats", "open hat", "ride", "clap", "shaker", "snare")
    lanes = tuple(replace(lane, late_s=late_s) if lane.name in treble else lane for lane in tune.lanes)
    return replace(tune, lanes=lanes, lead_in_s=0.2)


def early_voice(rng: Rng, style: str, seed: int) -> Tune:
    """The singer begins every line one or two beats and a half before the one, louder than the band."""
    base = (house, rock, disco, half_time)[int(rng.integers(4))]
    tune = base(rng, style, seed)
    line = sung(
        rng,
        tune.chords,
        tune.beats_per_bar,
        float(rng.choice((1.0, 1.5, 2.5))),
        low=int(rng.integers(52, 62)),
    )
    where = {i: line for i, part in enumerate(tune.parts) if part.label in ("verse", "drop") and i > 0}
    voice = Lane(
        name="voice",
        voice=singer.sings,
        plays=where,
        gain_db=1.0,
        room=0.2,
        jitter_s=0.015,
        is_voice=True,
        takes=singer.N_SYLLABLES,
    )
    others = tuple(lane for lane in tune.lanes if not lane.is_voice)
    return replace(tune, lanes=(*others, voice))
