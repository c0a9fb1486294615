"""The door to a crowd: one kind of sound of so many people."""

import zlib
from typing import Literal, get_args

import numpy as np
from numpy.typing import NDArray

from temirbek.demo.hall import claps, noises, voices
from temirbek.errors import InvalidInput

CrowdKind = Literal[
    "applause",
    "cheering",
    "clapping_along",
    "murmur",
    "talk",
    "laughter",
    "door",
    "drum",
    "steps",
    "swell",
]
USUAL_TEMPO_BPM = 116.0


def crowd_sound(
    kind: CrowdKind,
    seconds: float,
    people: int,
    seed: int,
    tempo_bpm: float | None = None,
    rate_hz: int = 16_000,
) -> NDArray[np.float32]:
    """Lets a crowd be heard, without the room (:func:`~temirbek.demo.hall.rooms.room_response` is the room).

    Args:
        kind: What they do.
        seconds: How long [s], > 0.
        people: How many, ≥ 1; of talk, doors, drums, steps and swells there is one, whoever it is.
        seed: The same seed gives the same sound.
        tempo_bpm: Of clapping along [BPM]: common claps lie at multiples of 60 / ``tempo_bpm`` from the first sample on.
        rate_hz: Sample rate [Hz].

    Returns:
        Mono sound, root mean square 0.1 over its whole length, shape (seconds · rate_hz,).

    Raises:
        InvalidInput: An unknown kind, nobody, or no time.
    """
    if kind not in get_args(CrowdKind):
        raise InvalidInput(f"a crowd cannot do {kind!r}; it can do {', '.join(get_args(CrowdKind))}")
    if people < 1 or seconds <= 0:
        raise InvalidInput(
            f"a crowd of {people} for {seconds} s: at least one person and some time are needed"
        )
    random = np.random.default_rng([seed, zlib.crc32(kind.encode()), people])
    if kind == "applause":
        sound = claps.applause(random, seconds, people, rate_hz)
    elif kind == "clapping_along":
        sound = claps.together(random, seconds, people, tempo_bpm or USUAL_TEMPO_BPM, rate_hz)
    elif kind == "cheering":
        sound = voices.cheering(random, seconds, people, rate_hz)
    elif kind == "murmur":
        sound = voices.murmur(random, seconds, people, rate_hz)
    elif kind == "laughter":
        sound = voices.laughter(random, seconds, people, rate_hz)
    elif kind == "talk":
        sound = voices.talk(random, seconds, rate_hz)
    else:
        makers = {"door": noises.door, "drum": noises.drum, "steps": noises.steps, "swell": noises.swell}
        sound = makers[kind](random, seconds, rate_hz)
    level = float(np.sqrt(np.mean(sound**2)))
    return (sound * (0.1 / level if level > 0 else 0.0)).astype(np.float32)
