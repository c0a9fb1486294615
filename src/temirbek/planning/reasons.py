"""Why, in plain words: a sentence for each play and each transition."""

from collections.abc import Sequence

from temirbek.planning.compatibility import why_no_blend
from temirbek.planning.harmony import camelot_steps
from temirbek.planning.timeline import Joint, Slot

KEY_WORDS = ("the same key", "neighbouring keys", "keys two steps apart")


def why_this_track(slots: Sequence[Slot], k: int) -> str:
    """Why a track stands where it stands in the order."""
    here = slots[k].material
    if k == 0:
        return f"opens the set at {here.tempo_bpm:.1f} BPM, energy {here.peak_energy:.2f}, in {here.analysis.key.best.name}"
    before = slots[k - 1].material
    change = 100 * (here.tempo_bpm / before.tempo_bpm - 1)
    felt = {2.0: ", felt at half tempo", 0.5: ", felt at double tempo"}.get(here.beat_ratio, "")
    return (
        f"after {before.title}: {here.tempo_bpm:.1f} BPM ({change:+.1f} %){felt}, {_keys(slots, k - 1)}, "
        f"energy {before.peak_energy:.2f} to {here.peak_energy:.2f}"
    )


def why_this_transition(slots: Sequence[Slot], joint: Joint, k: int, note: str) -> str:
    """Why transition ``k`` is where, as long and in the style that it is.

    Args:
        note: Why a blend was given up during planning, or "".
    """
    out, incoming = slots[k], slots[k + 1]
    if joint.is_step:
        why = (
            note or why_no_blend(out.material, incoming.material) or "no room for a blend on phrases of both"
        )
        move = "echo-out" if joint.shape.style == "echo_out" else "cut"
        return f"{move} on the phrase: {why}"
    label_in = incoming.material.label_at(incoming.part.start)
    label_swap = incoming.material.label_at(incoming.part.swap_in)
    label_out = out.material.label_at(joint.start - out.offset)
    length = joint.end - joint.start
    change = 100 * (incoming.material.tempo_bpm / out.material.tempo_bpm - 1)
    return (
        f"{length:.0f} beats: {incoming.material.title} comes in with its {label_in} over the {label_out} of "
        f"{out.material.title} and takes the bass with its {label_swap} after {joint.swap - joint.start:.0f} beats; "
        f"{out.material.tempo_bpm:.1f} to {incoming.material.tempo_bpm:.1f} BPM ({change:+.1f} %), {_keys(slots, k)}"
    )


def _keys(slots: Sequence[Slot], k: int) -> str:
    a, b = (slots[i].material.analysis.key.best for i in (k, k + 1))
    steps = camelot_steps(a, b)
    words = KEY_WORDS[steps] if steps < len(KEY_WORDS) else "keys far apart"
    return f"{words} ({a.camelot} to {b.camelot})"
