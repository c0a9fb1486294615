"""Why, in plain words: a sentence for each play and each transition.

The page of a show says the same in Kazakh and Russian (``frontend/src/reasons.js``), so sentences have few, fixed forms.
"""

from collections import Counter
from collections.abc import Sequence

import numpy as np

from temirbek.planning.compatibility import MAX_STRETCH, tempo_gap, why_no_blend
from temirbek.planning.harmony import camelot_steps
from temirbek.planning.joints import CLEAR_CLASH, DENSE
from temirbek.planning.material import ON_BEAT
from temirbek.planning.timeline import Joint, Slot
from temirbek.planning.together import Together, hear_together
from temirbek.types import TransitionStyle

KEY_WORDS = ("the same key", "neighbouring keys", "keys two steps apart")
STYLE_WORDS: dict[TransitionStyle, str] = {
    "filter_sweep": "filter sweep, ",
    "drop_swap": "drop swap, ",
    "loop_extend": "loop, ",
    "echo_out": "echo-out on the phrase: ",
    "cut": "cut on the phrase: ",
    "hard_cut": "hard cut: ",
}
HEARD_VOICES_BARS = 1.0
ALL_OF_IT = 0.985
MOSTLY = 0.5


def why_this_track(slots: Sequence[Slot], k: int) -> str:
    """Why a track stands where it stands in the order, and how much of it is heard."""
    here = slots[k].material
    heard = _share_heard(slots[k])
    if k == 0:
        opening = f"opens the set at {here.tempo_bpm:.1f} BPM, energy {here.peak_energy:.2f}, in"
        return f"{opening} {here.analysis.key.best.name}; {heard}"
    before = slots[k - 1].material
    change = 100 * (here.tempo_bpm / before.tempo_bpm - 1)
    felt = {2.0: ", felt at half tempo", 0.5: ", felt at double tempo"}.get(here.beat_ratio, "")
    return (
        f"after {before.title}: {here.tempo_bpm:.1f} BPM ({change:+.1f} %){felt}, {_keys(slots, k - 1)}, "
        f"energy {before.peak_energy:.2f} to {here.peak_energy:.2f}; {heard}"
    )


def _share_heard(slot: Slot) -> str:
    """How much of the music is heard, and the sections that mostly are not."""
    material, part = slot.material, slot.part
    begins = min([float(s.start_beat) for s in material.analysis.sections] or [0.0]) / material.beat_ratio
    stop = min(part.end, material.end_beat)
    share = (stop - part.start) / max(material.end_beat - begins, ON_BEAT)
    if share >= ALL_OF_IT:
        return "all of it is heard"
    ratio = material.beat_ratio
    lost = Counter(
        section.label
        for section in material.analysis.sections
        if _overlap(section.start_beat / ratio, section.end_beat / ratio, part.start, stop) < MOSTLY
    )
    named = [label if n == 1 else f"{n} × {label}" for label, n in lost.items()]
    without = f", without {', '.join(named)}" if lost else ""
    return f"{100 * min(share, 1.0):.0f} % of it is heard{without}"


def _overlap(start: float, end: float, heard_from: float, heard_to: float) -> float:
    return max(0.0, min(end, heard_to) - max(start, heard_from)) / (end - start)


def why_this_transition(slots: Sequence[Slot], joint: Joint, k: int, note: str) -> str:
    """Why transition ``k`` is where, as long and in the style that it is.

    Args:
        slots: All places of the set.
        joint: The transition.
        k: Which one.
        note: Why better styles were given up, or "".
    """
    out, incoming = slots[k], slots[k + 1]
    kind = STYLE_WORDS.get(joint.shape.style, "")
    if joint.is_step:
        return kind + (note or why_no_blend(out.material, incoming.material) or _why_step(out, incoming))
    label_in = incoming.material.label_at(incoming.part.start)
    label_swap = incoming.material.label_at(incoming.part.swap_in)
    label_out = out.material.label_at(joint.start - out.offset - out.held_beats)
    length = joint.end - joint.start
    change = 100 * (incoming.material.tempo_bpm / out.material.tempo_bpm - 1)
    because = "".join(f"; {words}" for words in _because(out, incoming, joint, note))
    return (
        f"{kind}{length:.0f} beats: {incoming.material.title} comes in with its {label_in} over the {label_out} of "
        f"{out.material.title} and takes the bass with its {label_swap} after {joint.swap - joint.start:.0f} beats; "
        f"{out.material.tempo_bpm:.1f} to {incoming.material.tempo_bpm:.1f} BPM ({change:+.1f} %), {_keys(slots, k)}"
        f"{because}"
    )


def _why_step(out: Slot, incoming: Slot) -> str:
    """Why two tracks that might blend do not."""
    if tempo_gap(out.material.tempo_bpm, incoming.material.tempo_bpm) > MAX_STRETCH:
        return "their tempi lie far apart"
    return "a blend would lose too much of them"


def _because(out: Slot, incoming: Slot, joint: Joint, note: str) -> list[str]:
    """What spoke for a style in which both decks sound."""
    heard = _heard(out, incoming, joint)
    style, found = joint.shape.style, []
    if style == "filter_sweep" and float(heard.clash[0, 0]) > CLEAR_CLASH:
        found.append("their keys clash")
    if style == "filter_sweep" and float(heard.density[0, 0]) > DENSE:
        found.append("both are dense")
    if style == "drop_swap":
        found.append(f"its drop lands where that of {out.material.title} would have")
    loop = out.part.loops
    if loop is not None:
        found.append(
            f"{loop.length:.0f} beats of {out.material.title} are repeated {loop.times} times, since its ending is short"
        )
    voices = float(heard.voices_bars[0, 0])
    if voices > HEARD_VOICES_BARS:
        found.append(f"voices overlap for {voices:.0f} bars")
    return [*found, note] if note else found


def _heard(out: Slot, incoming: Slot, joint: Joint) -> Together:
    leave = np.array([joint.start - out.offset - out.held_beats])
    start = np.array([incoming.part.start])
    return hear_together(out.material, incoming.material, joint.shape, leave, start)


def _keys(slots: Sequence[Slot], k: int) -> str:
    a, b = (slots[i].material.analysis.key.best for i in (k, k + 1))
    steps = camelot_steps(a, b)
    words = KEY_WORDS[steps] if steps < len(KEY_WORDS) else "keys far apart"
    return f"{words} ({a.camelot} to {b.camelot})"
