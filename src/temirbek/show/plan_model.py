"""How ``plan.json`` is written: its keys, their kinds and ranges. The JSON Schema is made from this file."""

from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from temirbek.types import Control, Deck, TransitionStyle

MOST_BEATS = 1e7
"""Beyond it nothing is music any more, and arithmetic loses the fractions of a beat."""
MOST_GAIN_DB = 30.0
MOST_NUDGE_S = 0.5
SLOWEST_BPM, FASTEST_BPM = 20.0, 400.0

TrackId = Annotated[str, Field(min_length=1, description="SHA-256 of the decoded sound, hexadecimal")]
Beat = Annotated[float, Field(ge=-MOST_BEATS, le=MOST_BEATS, allow_inf_nan=False)]
BEAT_RATIOS = (0.5, 1.0, 2.0)


def _one_of_the_ratios(value: float) -> float:
    if value not in BEAT_RATIOS:
        raise ValueError("expected 0.5, 1 or 2")
    return value


BeatRatio = Annotated[
    Beat,
    AfterValidator(_one_of_the_ratios),
    Field(description="track beats per mix beat", json_schema_extra={"enum": list(BEAT_RATIOS)}),
]
NudgePoint = Annotated[
    tuple[Beat, Annotated[Beat, Field(ge=-MOST_NUDGE_S, le=MOST_NUDGE_S)]], Field(strict=False)
]
_ForReading = Annotated[
    float | str | None, Field(description="for reading only; what is rendered follows from the other keys")
]


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)


class LoopModel(_Strict):
    """A stretch of a track that is heard again before the track goes on."""

    start_beat: Annotated[Beat, Field(description="track beat")]
    length_beats: Annotated[Beat, Field(gt=0)]
    times: Annotated[int, Field(ge=1, le=64, description="how often it is heard again")]


class PlayModel(_Strict):
    """One track on one deck."""

    track_id: TrackId
    deck: Deck
    track_from_beat: Annotated[Beat, Field(description="the part that sounds begins here [track beats]")]
    track_to_beat: Annotated[Beat, Field(description="and ends here [track beats]")]
    mix_from_beat: Annotated[Beat, Field(description="the mix beat at which track_from_beat sounds")]
    beat_ratio: BeatRatio = 1.0
    gain_db: Annotated[Beat, Field(ge=-MOST_GAIN_DB, le=MOST_GAIN_DB)]
    stretch: Annotated[
        Literal["time", "varispeed"], Field(description="varispeed moves the pitch with the tempo")
    ] = "time"
    reason: str = ""
    loops: list[LoopModel] = Field(default_factory=list)
    nudge: Annotated[
        list[NudgePoint], Field(description="points (mix beat, seconds by which the deck sounds later)")
    ] = Field(default_factory=list)
    title: _ForReading = None
    file: _ForReading = None
    track_from_s: _ForReading = None
    track_to_s: _ForReading = None
    mix_to_beat: _ForReading = None
    mix_from_s: _ForReading = None
    mix_to_s: _ForReading = None
    leads_from_beat: _ForReading = None
    leads_to_beat: _ForReading = None


class TransitionModel(_Strict):
    """From one play to the next."""

    from_play: Annotated[int, Field(ge=0, description="index of the outgoing play")]
    start_beat: Annotated[Beat, Field(description="both decks may be heard from here [mix beats]")]
    length_beats: Annotated[Beat, Field(ge=0)]
    swap_beat: Annotated[Beat, Field(description="here the bass changes owner [mix beats]")]
    style: TransitionStyle
    reason: str = ""
    is_on_phrases: bool = False
    fallback: TransitionStyle | None = None
    start_s: _ForReading = None
    swap_s: _ForReading = None
    end_s: _ForReading = None


class AutomationModel(_Strict):
    """The course of one control of one deck: straight lines between points."""

    deck: Deck
    control: Control
    beats: Annotated[list[Beat], Field(min_length=1, description="mix beats, not decreasing")]
    values: Annotated[list[Beat], Field(min_length=1)]


class TempoModel(_Strict):
    """The tempo of the mix: straight lines between points."""

    beats: Annotated[list[Beat], Field(min_length=1, description="mix beats, increasing")]
    bpm: Annotated[list[Annotated[Beat, Field(ge=SLOWEST_BPM, le=FASTEST_BPM)]], Field(min_length=1)]


class LeftOutModel(_Strict):
    """A track that is not played, and why."""

    track_id: TrackId
    reason: str


class PlanModel(_Strict):
    """A DJ set that Temirbek planned, or a person edited. Beats are positions; mix beat 0 is the first downbeat."""

    format: Literal[1]
    seed: Annotated[int, Field(ge=0, lt=2**32)] = 0
    end_beat: Annotated[Beat, Field(description="the mix beat at which the set is over")]
    plays: Annotated[list[PlayModel], Field(min_length=1)]
    transitions: list[TransitionModel] = Field(default_factory=list)
    automation: list[AutomationModel] = Field(default_factory=list)
    tempo: TempoModel
    left_out: list[LeftOutModel] = Field(default_factory=list)
    end_s: _ForReading = None


_SECTIONS: dict[str, type[_Strict]] = {
    "": PlanModel,
    "plays": PlayModel,
    "loops": LoopModel,
    "transitions": TransitionModel,
    "automation": AutomationModel,
    "tempo": TempoModel,
    "left_out": LeftOutModel,
}
PLAN_FILE_KEYS: dict[str, tuple[str, ...]] = {
    section: tuple(model.model_fields) for section, model in _SECTIONS.items()
}
"""Section of ``plan.json`` ("" is its top) → the keys that it knows."""


def plan_schema() -> dict[str, Any]:
    """The JSON Schema (2020-12) of ``plan.json``, for editors that check while one types."""
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        **PlanModel.model_json_schema(),
        "title": "A DJ set (plan.json)",
    }
