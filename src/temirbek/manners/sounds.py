"""Answers to what the hall lets hear: who answers, when, with what.

The first answer is decided in the very event that tells of the sound, or, where everybody still danced then, as soon as
somebody is free. Long applause is answered by one robot after
another, and when it has lasted for a while by one that invites the hall to go on.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np

from temirbek.manners.choosing import free, pick, reaction
from temirbek.manners.memory import Memory
from temirbek.types import GestureUse, HallSound, Moment, Performer, Reaction, RobotNow

SOUND_COOL_S = 4.0
"""Between the beginnings of two answers to sounds that began."""
IN_TURN_S = 1.5
"""While applause goes on, one robot after another answers, so far apart."""
ENCORE_AFTER_S = 6.0
"""Applause that lasts so long is asked for more."""
TOGETHER = 0.6
"""How often all that are free answer at once, of the times when they may."""

USES: Mapping[Moment, Mapping[str, tuple[GestureUse, ...]]] = {
    "speech": {},
    "mid_song": {
        "applause": ("nod", "wave_back"),
        "cheering": ("nod", "wave_back"),
        "clapping_along": ("clap_back",),
    },
    "end_of_number": {
        "applause": ("thanks",),
        "cheering": ("thanks", "encore"),
        "clapping_along": ("clap_back", "encore"),
    },
    "between": {
        "applause": ("thanks", "nod"),
        "cheering": ("wave_back", "nod"),
        "clapping_along": ("clap_back",),
    },
    "battle": {
        "applause": ("nod",),
        "cheering": ("nod",),
        "clapping_along": ("clap_back",),
    },
}
"""Moment → sound → what kinds of gesture answer it, best first. Into a speech nobody moves."""
TOGETHER_MOMENTS: tuple[Moment, ...] = ("end_of_number", "between")
"""Elsewhere one robot at a time is enough."""


def answers(
    memory: Memory,
    cast: Sequence[Performer],
    sound: HallSound,
    moment: Moment,
    robots: Mapping[str, RobotNow],
    host_s: float,
    seed: int,
) -> tuple[Memory, tuple[Reaction, ...]]:
    """What robots answer to a sound, and what is remembered of it."""
    uses = USES[moment].get(sound.kind, ())
    if not uses or sound.state == "ended" or host_s < memory.sound_until_s:
        return memory, ()
    if sound.kind == "clapping_along" and (sound.clap_tempo_bpm is None or sound.clap_beat_host_s is None):
        return memory, ()  # a clap beside the hall's beat is worse than none: wait until there is one
    is_answered = sound.onset_host_s <= memory.answered_s
    if sound.state == "goes_on" and sound.kind != "clapping_along" and is_answered:
        return _in_turn(memory, cast, sound, moment, robots, host_s, seed)
    able = free(memory, cast, robots, host_s)
    if not able:
        return memory, ()
    rng = np.random.default_rng((seed, memory.decisions))
    order = [able[k] for k in rng.permutation(len(able))]
    if moment not in TOGETHER_MOMENTS or rng.random() >= TOGETHER:
        order = order[:1]
    in_turn = moment in TOGETHER_MOMENTS and len(order) == 1
    cool_s = IN_TURN_S if in_turn else SOUND_COOL_S
    memory = replace(memory.drawn(), sound_until_s=host_s + cool_s, answered_s=host_s)
    return _answer(memory, order, uses, sound, host_s, seed)


def _in_turn(
    memory: Memory,
    cast: Sequence[Performer],
    sound: HallSound,
    moment: Moment,
    robots: Mapping[str, RobotNow],
    host_s: float,
    seed: int,
) -> tuple[Memory, tuple[Reaction, ...]]:
    """While it goes on: the next one, who has not answered for longest."""
    if moment not in TOGETHER_MOMENTS:
        return memory, ()
    able = free(memory, cast, robots, host_s)
    able.sort(key=lambda p: memory.busy_until_s.get(p.id, 0.0))
    uses = USES[moment].get(sound.kind, ())
    if host_s - sound.onset_host_s >= ENCORE_AFTER_S:
        uses = ("encore", *uses)
    memory, given = _answer(memory, able[:1], uses, sound, host_s, seed)
    return (replace(memory, sound_until_s=host_s + IN_TURN_S) if given else memory), given


def _answer(
    memory: Memory,
    performers: Sequence[Performer],
    uses: tuple[GestureUse, ...],
    sound: HallSound,
    host_s: float,
    seed: int,
) -> tuple[Memory, tuple[Reaction, ...]]:
    given = []
    for performer in performers:
        memory, gesture = pick(memory, performer, uses, seed)
        if gesture is None:
            continue
        in_time = gesture.keeps_beat and sound.kind == "clapping_along"
        memory, made = reaction(
            memory,
            performer,
            gesture,
            cause=sound.kind.replace("_", " "),
            cause_host_s=min(sound.onset_host_s, host_s),
            host_s=host_s,
            clap_tempo_bpm=sound.clap_tempo_bpm if in_time else None,
            clap_beat_host_s=sound.clap_beat_host_s if in_time else None,
        )
        given.append(made)
    return memory, tuple(given)
