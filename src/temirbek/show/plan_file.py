"""``plan.json`` in, a plan that can be rendered out."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, TypeVar

import numpy as np
from pydantic import BaseModel, TypeAdapter, ValidationError

from temirbek.errors import InvalidInput
from temirbek.show.faults import faults_of
from temirbek.show.plan_laws import broken_laws, stale_extras
from temirbek.show.plan_model import (
    PLAN_FILE_KEYS,
    AutomationModel,
    Beat,
    PlanModel,
    PlayModel,
    TempoModel,
    TransitionModel,
)
from temirbek.types import Automation, Loop, Play, SetPlan, TrackAnalysis, Transition

Part = TypeVar("Part", bound=BaseModel)
_BEAT: TypeAdapter[float] = TypeAdapter(Beat)


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanFile:
    """A plan as a person wrote it, and what should be said of it (seconds that no longer fit their beats, …)."""

    plan: SetPlan
    notes: tuple[str, ...]


def plan_track_ids(text: str, *, where: str) -> tuple[str, ...]:
    """The tracks that a ``plan.json`` names in its plays, in order, each once; before anything else is checked.

    Raises:
        InvalidInput: The text is not JSON, or not an object.
    """
    plays = _document(text, where).get("plays")
    named = (
        [play.get("track_id") for play in plays if isinstance(play, dict)] if isinstance(plays, list) else []
    )
    return tuple(dict.fromkeys(track_id for track_id in named if isinstance(track_id, str)))


def plan_from_text(
    text: str, *, where: str, tracks: Mapping[str, TrackAnalysis], known: Mapping[str, str]
) -> PlanFile:
    """The plan that a ``plan.json`` describes.

    Keys that exist only for reading (``title``, ``file``, whatever ends in ``_s``, ``mix_to_beat``, ``leads_*``) do
    not change what is rendered. Where one contradicts the keys that do, a note says so: whoever moved a beat need not
    mend the seconds beside it, and whoever moved only the seconds learns that nothing came of it.

    Args:
        text: The file.
        where: How messages call it.
        tracks: Id → analysis, of the tracks that the plan plays as far as they are known.
        known: Id → file name, of everything there is; for messages.

    Raises:
        InvalidInput: The text is not JSON, a key is unknown, missing or out of range, or the plan cannot be played;
            the message lists every fault with its place ("plays[2].track_to_beat: 999 lies after …").
    """
    document = _document(text, where)
    faults: list[str] = []
    try:
        PlanModel.model_validate(document)
    except ValidationError as error:
        faults = faults_of(error, PLAN_FILE_KEYS, top="the file")
    parts = _Parts.of(document)
    faults += broken_laws(
        parts.plays, parts.transitions, parts.automation, parts.tempo, parts.end_beat, tracks, known
    )
    if faults:
        listed = "\n".join(f"  {fault}" for fault in faults)
        raise InvalidInput(f"{where}: {len(faults)} fault(s)\n{listed}")
    model = PlanModel.model_validate(document)
    plan = _plan(model)
    return PlanFile(plan=plan, notes=tuple(stale_extras(model, plan, tracks)))


def _document(text: str, where: str) -> dict[str, Any]:
    try:
        document = json.loads(text)
    except ValueError as error:
        raise InvalidInput(f"{where}: not valid JSON: {error}") from error
    if not isinstance(document, dict):
        raise InvalidInput(
            f"{where}: not a plan: expected an object with plays, transitions, automation and tempo"
        )
    return document


@dataclass(frozen=True, slots=True, kw_only=True)
class _Parts:
    """Those parts of a document that are sound in themselves; None where one is not. So one fault hides no other."""

    plays: list[PlayModel | None]
    transitions: list[TransitionModel | None]
    automation: list[AutomationModel | None]
    tempo: TempoModel | None
    end_beat: float | None

    @classmethod
    def of(cls, document: dict[str, Any]) -> "_Parts":
        return cls(
            plays=_each(PlayModel, document.get("plays")),
            transitions=_each(TransitionModel, document.get("transitions")),
            automation=_each(AutomationModel, document.get("automation")),
            tempo=_sound(TempoModel, document.get("tempo")),
            end_beat=_end_beat(document.get("end_beat")),
        )


def _end_beat(value: object) -> float | None:
    try:
        return _BEAT.validate_python(value, strict=True)
    except ValidationError:
        return None


def _each(kind: type[Part], values: object) -> list[Part | None]:
    return [_sound(kind, value) for value in values] if isinstance(values, list) else []


def _sound(kind: type[Part], value: object) -> Part | None:
    if isinstance(value, dict):
        value = {name: x for name, x in value.items() if name in kind.model_fields}
    try:
        return kind.model_validate(value)
    except ValidationError:
        return None  # its faults were told already, from the whole document


def _plan(model: PlanModel) -> SetPlan:
    return SetPlan(
        plays=tuple(_play(play) for play in model.plays),
        transitions=tuple(
            Transition(
                from_play=t.from_play,
                start_beat=t.start_beat,
                length_beats=t.length_beats,
                swap_beat=t.swap_beat,
                style=t.style,
                reason=t.reason,
                is_on_phrases=t.is_on_phrases,
                fallback=t.fallback,
            )
            for t in model.transitions
        ),
        automation=tuple(
            Automation(deck=a.deck, control=a.control, beats=np.array(a.beats), values=np.array(a.values))
            for a in model.automation
        ),
        tempo_beats=np.array(model.tempo.beats),
        tempo_bpm=np.array(model.tempo.bpm),
        end_beat=model.end_beat,
        seed=model.seed,
        left_out=tuple((item.track_id, item.reason) for item in model.left_out),
    )


def _play(play: PlayModel) -> Play:
    return Play(
        track_id=play.track_id,
        deck=play.deck,
        track_from_beat=play.track_from_beat,
        track_to_beat=play.track_to_beat,
        mix_from_beat=play.mix_from_beat,
        beat_ratio=play.beat_ratio,
        gain_db=play.gain_db,
        stretch=play.stretch,
        reason=play.reason,
        loops=tuple(
            Loop(start_beat=x.start_beat, length_beats=x.length_beats, times=x.times) for x in play.loops
        ),
        nudge=tuple(play.nudge),
    )
