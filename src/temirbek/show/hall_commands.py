"""What operators ask for around the hall: whether robots answer it, which wishes are shown, how a battle goes on."""

from collections.abc import Callable, Mapping
from dataclasses import replace

from temirbek.show.draft import Draft, Refused
from temirbek.types.hall_cues import BattleCue
from temirbek.types.hall_views import BATTLE_DEEDS

MOST_HIDDEN = 500


def hall_answers(draft: Draft) -> None:
    """Robots answer the hall from now on, or leave it be."""
    is_on = draft.event.payload.get("on")
    if not isinstance(is_on, bool):
        raise Refused("say whether robots answer the hall: true or false")
    draft.set(hall=replace(draft.state.hall, answers=is_on))
    draft.emit("hall", "hall_answers", payload={"on": is_on})
    draft.line("robots answer the hall" if is_on else "robots leave the hall be")


def wish_hide(draft: Draft) -> None:
    """A wish of the hall is not shown, or shown again; its votes are kept."""
    track, is_hidden = draft.event.payload.get("track"), draft.event.payload.get("is_hidden", True)
    now = draft.state.hall
    title = next((wish.title for wish in now.wishes if wish.track == track), None)
    if not isinstance(track, str) or (title is None and track not in now.hidden):
        raise Refused(f"nobody wishes for “{track}”")
    if not isinstance(is_hidden, bool):
        raise Refused("say whether the wish is hidden: true or false")
    others = tuple(known for known in now.hidden if known != track)
    if is_hidden and len(others) >= MOST_HIDDEN:
        raise Refused(f"{MOST_HIDDEN} wishes are hidden already; show one again first")
    draft.set(hall=replace(now, hidden=(*others, track) if is_hidden else others))
    draft.emit("phones", "wish_hide", payload={"track": track, "is_hidden": is_hidden})
    draft.line(f"wish {'hidden' if is_hidden else 'shown again'}: {title or track}")


def battle_do(draft: Draft) -> None:
    """A battle goes on as the stage manager says."""
    cue_id, told = draft.told_cue(), draft.event.payload
    payload, view = draft.state.cue(cue_id).payload, draft.state.hall.battle
    if not isinstance(payload, BattleCue):
        raise Refused(f"{draft.title(cue_id)} is no battle")
    if draft.state.now(cue_id).state != "running":
        raise Refused(f"{draft.title(cue_id)} is {draft.state.now(cue_id).state}, not running")
    deed = told.get("do")
    if deed not in BATTLE_DEEDS:
        raise Refused(f"a battle does not know “{deed}”; it knows {', '.join(BATTLE_DEEDS)}")
    if view is not None and view.cue == cue_id and deed not in view.may:
        can = f"now it can be {', '.join(view.may)}" if view.may else "now there is nothing to do"
        raise Refused(f"“{deed}” cannot be now, in “{view.state}”; {can}")
    asked: dict[str, object] = {"do": deed}
    if deed == "jury":
        asked["points"] = _jury(payload, told.get("points"))
    if deed == "consent":
        asked |= {name: _said(told, name) for name in ("is_minor", "has_guardian")}
    draft.emit("battle", "battle_do", cue_id, asked)
    draft.line(f"battle: {deed}")


def _said(told: Mapping[str, object], name: str) -> bool:
    """What was ticked; nothing said is no.

    Raises:
        Refused: It is neither yes nor no.
    """
    value = told.get(name, False)
    if not isinstance(value, bool):
        raise Refused(f"say {name}: true or false, not {value!r}")
    return value


def _jury(payload: BattleCue, points: object) -> dict[str, float]:
    """What the jury gives, each from −1 (all for the robot) to 1 (all for the person).

    Raises:
        Refused: Somebody else judges, or beyond the scale.
    """
    names = payload.rules.jury
    if not isinstance(points, Mapping) or not points:
        raise Refused("a jury gives points: name → −1 (robot) to 1 (person)")
    for name, value in points.items():
        if name not in names:
            known = f"there are {', '.join(names)}" if names else "this battle has none"
            raise Refused(f"nobody of the jury is called “{name}”; {known}")
        if isinstance(value, bool) or not isinstance(value, int | float) or not -1.0 <= value <= 1.0:
            raise Refused(f"{name} gives {value!r}; expected −1 (robot) to 1 (person)")
    return {str(name): float(value) for name, value in points.items()}


HALL_COMMANDS: Mapping[str, Callable[[Draft], None]] = {
    "hall_answers": hall_answers,
    "wish_hide": wish_hide,
    "battle_do": battle_do,
}
