"""What may be asked of a live set, and what it comes to mean at the moment at which it is asked.

Each request is resolved once, against what has begun: a window in which a track leaves, a loop, an order, an ending.
What was resolved stands in the journal; all else follows from laying the set out again.
"""

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

import numpy as np

from temirbek.errors import InvalidInput
from temirbek.planning.automation import RESET_BEATS
from temirbek.planning.layout import Begun
from temirbek.planning.live import begun_at, laid_out_again, require_known, with_begun, with_rounds
from temirbek.planning.live_difference import first_difference
from temirbek.planning.live_handover import leaving_wishes
from temirbek.planning.live_order import upcoming, with_energy
from temirbek.planning.live_state import Change, Ending, Hold, LiveSet, Window, Wish
from temirbek.planning.material import ON_BEAT
from temirbek.planning.places import Loops
from temirbek.types import DJ_COMMANDS

MOST_HELD_S = 600.0
MOST_HOLD_BARS = 8
FADE_BARS = 4

Payload = Mapping[str, Any]


class _Refused(Exception):
    """A request that cannot be granted; its text says why."""


def request(
    state: LiveSet, command: str, payload: Payload, now_beat: float, earliest_beat: float
) -> tuple[LiveSet, Change]:
    """Asks something of the set.

    Args:
        state: The set.
        command: One of :data:`DJ_COMMANDS`.
        payload: What the command needs: ``track``, ``by``, ``energy``.
        now_beat: The mix beat that sounds.
        earliest_beat: The first mix beat from which on the plan may still be changed.

    Returns:
        The set as it goes on from now, and what changed, in words. A request that cannot be granted changes nothing.

    Raises:
        InvalidInput: There is no such command, or its payload lacks something or names a track that is not there.
    """
    if command not in _RESOLVE and command != "dj_undo":
        raise InvalidInput(f"a live set does not know {command!r}; it knows {', '.join(DJ_COMMANDS)}")
    # the controls of a silent deck are brought to where they will be needed a beat before
    earliest_beat = max(earliest_beat, now_beat) + RESET_BEATS
    begun = begun_at(state, earliest_beat)
    state = with_begun(state, len(begun.layout.slots))
    try:
        if command == "dj_undo":
            return _undone(state, earliest_beat)
        if state.ending is not None:
            raise _Refused("the set fades out; only that can be taken back")
        wishes = _RESOLVE[command](state, payload, begun, earliest_beat)
        return _first_that_fits(state, wishes, earliest_beat)
    except _Refused as refusal:
        return state, Change(is_accepted=False, words=str(refusal))


def can_undo(state: LiveSet, earliest_beat: float) -> str:
    """What an undo would take back, in words; "" for nothing."""
    wish = _newest_unheard(state, earliest_beat + RESET_BEATS)
    return "" if wish is None else wish.undone


def _newest_unheard(state: LiveSet, earliest_beat: float) -> Wish | None:
    return next((w for w in reversed(state.journal) if w.effect_beat >= earliest_beat - ON_BEAT), None)


def _undone(state: LiveSet, earliest_beat: float) -> tuple[LiveSet, Change]:
    wish = _newest_unheard(state, earliest_beat)
    if wish is None:
        raise _Refused("nothing that was asked is still unheard")
    without = replace(state, journal=tuple(w for w in state.journal if w.number != wish.number))
    after = laid_out_again(without, earliest_beat)
    if after is None:
        raise _Refused(f"it is too late: {wish.undone}")
    change = Change(
        is_accepted=True,
        words=f"taken back: {wish.undone}",
        from_beat=first_difference(state.plan, after.plan),
        effect_beat=wish.effect_beat,
    )
    return after, change


def _first_that_fits(state: LiveSet, wishes: list[Wish], earliest_beat: float) -> tuple[LiveSet, Change]:
    """The first of several ways to grant a request for which a set can be laid out."""
    for wish in wishes:
        number = state.n_wishes + 1
        granted = replace(wish, number=number, n_begun=len(state.begun))
        asked = replace(state, journal=(*state.journal, granted), n_wishes=number)
        after = laid_out_again(asked, earliest_beat)
        if after is None:
            continue
        from_beat = first_difference(state.plan, after.plan)
        granted = _with_effect(granted, after, from_beat)
        after = replace(after, journal=(*after.journal[:-1], granted))
        return after, Change(
            is_accepted=True, words=granted.words, from_beat=from_beat, effect_beat=granted.effect_beat
        )
    raise _Refused("nothing fits before this track is over")


def _with_effect(wish: Wish, after: LiveSet, from_beat: float) -> Wish:
    """The wish with the beat at which it is heard, where only the plan tells."""
    if wish.command == "dj_next" and wish.window is not None:
        joints = after.layout.joints
        if wish.window.play < len(joints):
            joint = joints[wish.window.play]
            incoming = after.layout.slots[wish.window.play + 1].material.title
            words = (
                f"{wish.words}: {incoming} comes in on bar {_bar(joint.start, after)} ({joint.shape.style})"
            )
            return replace(wish, effect_beat=joint.start - joint.shape.run_up_beats, words=words)
    return wish if wish.effect_beat > 0.0 else replace(wish, effect_beat=from_beat)


def _bar(beat: float, state: LiveSet) -> int:
    per_bar = state.layout.slots[0].material.analysis.beat_grid.beats_per_bar
    return int(np.floor(beat / per_bar + ON_BEAT)) + 1


def _next(state: LiveSet, payload: Payload, begun: Begun, earliest: float) -> list[Wish]:
    """Leave at the first phrase at which a way out is open; a loop that is held is let go."""
    slot, play = begun.slot, len(begun.layout.slots) - 1
    if not upcoming(with_rounds(state, begun), slot.material.id):
        raise _Refused(f"nothing comes after {slot.material.title}")
    held = _active_hold(state, begun, earliest)
    hold = None if held is None else Hold(play=play, loop=_let_go(begun, held, earliest))
    first = slot.deck_beat_at(earliest)
    if held is not None and hold is not None and hold.loop.times > 0:
        first = held.start + held.length
    phrases = [float(b) for b in slot.material.boundaries if b >= first - ON_BEAT]
    return [
        Wish(
            number=0,
            command="dj_next",
            words=f"{slot.material.title} leaves",
            undone=f"{slot.material.title} would stay as long as planned",
            window=Window(play=play, leave_from=-np.inf, leave_to=phrase),
            hold=hold,
        )
        for phrase in phrases
    ]


def _extend(state: LiveSet, payload: Payload, begun: Begun, earliest: float) -> list[Wish]:
    """Leave a phrase later than planned; where the music is too short for that, its last phrase is heard again."""
    slot, play = begun.slot, len(begun.layout.slots) - 1
    if play >= len(state.layout.joints):
        raise _Refused(f"{slot.material.title} is played to its end already")
    planned = state.layout.slots[play]
    leaves = state.layout.joints[play].start - planned.offset - planned.held_beats
    wish = Wish(
        number=0,
        command="dj_extend",
        words=f"{slot.material.title} stays a phrase longer",
        undone=f"{slot.material.title} would leave a phrase earlier",
        effect_beat=state.layout.joints[play].start,
    )
    later = [float(b) for b in slot.material.boundaries if b > leaves + ON_BEAT][:1]
    wishes = [replace(wish, window=Window(play=play, leave_from=b, leave_to=b)) for b in later]
    loop = _loop_before(begun, leaves)
    if loop is not None:
        again = Window(play=play, leave_from=leaves, leave_to=leaves)
        times = sum(h.times for h in slot.holds if (h.start, h.length) == (loop.start, loop.length))
        again_longer = Hold(play=play, loop=replace(loop, times=times + 1))
        wishes.append(replace(wish, window=again, hold=again_longer))
    return wishes


def _hold(state: LiveSet, payload: Payload, begun: Begun, earliest: float) -> list[Wish]:
    """Repeat the phrase that sounds until let go; asked again, let go."""
    slot, play = begun.slot, len(begun.layout.slots) - 1
    held = _active_hold(state, begun, earliest)
    if held is not None:
        loop = _let_go(begun, held, earliest)
        ends = slot.first_heard(held.start) + held.length * (1 + loop.times)
        return [
            Wish(
                number=0,
                command="dj_hold",
                words=f"the loop is let go on bar {_bar(ends, state)}",
                undone="the loop would be held on",
                effect_beat=ends,
                hold=Hold(play=play, loop=loop),
            )
        ]
    alone = begun.on_its_way.free
    first = max(slot.deck_beat_at(earliest), alone)
    wishes = []
    for end in (float(b) for b in slot.material.boundaries if b >= first - ON_BEAT):
        phrase = _loop_before(begun, end)
        if phrase is None:
            continue
        loop_s = phrase.length * 60.0 / slot.material.tempo_bpm
        loop = replace(phrase, times=max(1, int(MOST_HELD_S // loop_s)))
        effect = slot.first_heard(loop.start) + loop.length
        bars = loop.length / slot.material.bar_beats
        wishes.append(
            Wish(
                number=0,
                command="dj_hold",
                words=(
                    f"{slot.material.title} holds its {bars:.0f} bars before bar {_bar(effect, state)} until let go, "
                    f"{MOST_HELD_S / 60:.0f} minutes at most"
                ),
                undone=f"{slot.material.title} would go on without the loop",
                effect_beat=effect,
                hold=Hold(play=play, loop=loop),
            )
        )
    return wishes


def _loop_before(begun: Begun, end: float) -> Loops | None:
    """The phrase that ends on a deck beat, eight bars of it at most; None where the track has not sounded so long."""
    slot = begun.slot
    bar = slot.material.bar_beats
    before = [float(b) for b in slot.material.boundaries if b < end - ON_BEAT]
    start = max([before[-1] if before else -np.inf, slot.part.start, end - MOST_HOLD_BARS * bar])
    bars = np.floor((end - start) / bar + ON_BEAT)
    if bars < 1:
        return None
    return Loops(start=float(end - bars * bar), length=float(bars * bar), times=1)


def _active_hold(state: LiveSet, begun: Begun, earliest: float) -> Loops | None:
    """The loop that is held, or about to be."""
    for loop in begun.slot.holds:
        starts = begun.slot.first_heard(loop.start) + loop.length
        if earliest <= starts + loop.extra_beats + ON_BEAT:
            return loop
    return None


def _let_go(begun: Begun, loop: Loops, earliest: float) -> Loops:
    """The loop with as many rounds as must be heard: the one that sounds is the last."""
    starts = begun.slot.first_heard(loop.start) + loop.length
    rounds = int(np.ceil((earliest - starts) / loop.length - ON_BEAT))
    return replace(loop, times=int(np.clip(rounds, 0, loop.times)))


def _skip(state: LiveSet, payload: Payload, begun: Begun, earliest: float) -> list[Wish]:
    track = _named(state, payload, "track")
    _require_not_sounding(begun, track)
    if track in state.skipped:
        raise _Refused(f"{_title(state, track)} is left out already")
    if len(state.crate) - len(state.skipped) <= 2:
        raise _Refused("two tracks must be left to play")
    title = _title(state, track)
    return [_plain("dj_skip", {"track": track}, f"{title} is left out", f"{title} would be played again")]


def _request(state: LiveSet, payload: Payload, begun: Begun, earliest: float) -> list[Wish]:
    track = _named(state, payload, "track")
    _require_not_sounding(begun, track)
    if track in state.requested:
        raise _Refused(f"{_title(state, track)} is asked for already")
    title = _title(state, track)
    return [
        _plain(
            "dj_request",
            {"track": track},
            f"{title} is played as soon as it fits",
            f"{title} would wait its turn",
        )
    ]


def _drop_request(state: LiveSet, payload: Payload, begun: Begun, earliest: float) -> list[Wish]:
    track = _named(state, payload, "track")
    if track not in state.requested:
        raise _Refused(f"nobody waits for {_title(state, track)}")
    title = _title(state, track)
    return [
        _plain("dj_drop_request", {"track": track}, f"{title} waits its turn", f"{title} would be asked for")
    ]


def _replace(state: LiveSet, payload: Payload, begun: Begun, earliest: float) -> list[Wish]:
    track, by = _named(state, payload, "track"), _named(state, payload, "by")
    _require_not_sounding(begun, track)
    _require_not_sounding(begun, by)
    if track not in upcoming(with_rounds(state, begun), begun.slot.material.id):
        raise _Refused(f"{_title(state, track)} is not among the tracks to come")
    if track == by:
        raise _Refused("a track cannot take its own place")
    old, new = _title(state, track), _title(state, by)
    payload = {"track": track, "by": by}
    return [
        _plain("dj_replace", payload, f"{new} takes the place of {old}", f"{old} would have its place again")
    ]


def _energy(state: LiveSet, payload: Payload, begun: Begun, earliest: float) -> list[Wish]:
    try:
        energy = float(payload["energy"])
    except (KeyError, TypeError, ValueError) as error:
        raise InvalidInput(f"dj_energy needs energy from −1 to 1, not {payload.get('energy')!r}") from error
    if not -1.0 <= energy <= 1.0:
        raise InvalidInput(f"dj_energy needs energy from −1 to 1, not {energy:g}")
    now_id = begun.slot.material.id
    state = with_rounds(state, begun)
    ids = [i for i in upcoming(state, now_id) if i not in state.requested]
    order = with_energy(state.crate, ids, now_id, state.seed, state.wishes.energy_arc, energy)
    direction = "livelier" if energy > 0 else "calmer" if energy < 0 else "as on the arc"
    wish = _plain(
        "dj_energy", {"energy": energy}, f"what comes is {direction}", "the energy would be as it was before"
    )
    return [replace(wish, order=order)]


def _fade(state: LiveSet, payload: Payload, begun: Begun, earliest: float) -> list[Wish]:
    bar = begun.slot.material.analysis.beat_grid.beats_per_bar
    start = float(np.ceil(earliest / bar - ON_BEAT) * bar)
    ending = Ending(from_beat=start, to_beat=start + FADE_BARS * bar)
    return [
        Wish(
            number=0,
            command="dj_fade",
            words=f"the set fades out from bar {_bar(start, state)} within {FADE_BARS} bars",
            undone="the set would go on",
            effect_beat=start,
            ending=ending,
        )
    ]


def _hand_over(state: LiveSet, payload: Payload, begun: Begun, earliest: float) -> list[Wish]:
    if payload.get("to") != "human":
        raise InvalidInput(f"a set that plays can be handed over to 'human', not to {payload.get('to')!r}")
    return leaving_wishes(state, begun, earliest)


def _plain(command: Any, payload: Payload, words: str, undone: str) -> Wish:
    return Wish(number=0, command=command, payload=payload, words=words, undone=undone)


def _named(state: LiveSet, payload: Payload, name: str) -> str:
    track = payload.get(name)
    if not isinstance(track, str):
        raise InvalidInput(f"the request lacks {name!r}, the id of a track; it has {dict(payload)}")
    return require_known(state, track).id


def _title(state: LiveSet, track: str) -> str:
    return state.crate[track].title


def _require_not_sounding(begun: Begun, track: str) -> None:
    if begun.slot.material.id == track:
        raise _Refused(f"{begun.slot.material.title} sounds already, or comes in before that can be changed")


_RESOLVE: Mapping[str, Callable[[LiveSet, Payload, Begun, float], list[Wish]]] = {
    "dj_next": _next,
    "dj_skip": _skip,
    "dj_hold": _hold,
    "dj_request": _request,
    "dj_drop_request": _drop_request,
    "dj_energy": _energy,
    "dj_replace": _replace,
    "dj_extend": _extend,
    "dj_fade": _fade,
    "hand_over": _hand_over,
}
