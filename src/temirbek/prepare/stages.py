"""The stretches of a rehearsal, for whoever watches it: a name and the share done."""

from collections.abc import Callable
from functools import partial

from temirbek.types import Progress

STAGES: dict[str, str] = {
    "tracks": "Synthesising the demo's tracks",
    "analysis": "Listening to the recordings",
    "plan": "Planning the set",
    "transitions": "Listening to the transitions",
    "mix": "Mixing",
    "choreography": "Composing the dance",
    "motion": "Making it possible for the robots",
    "physics": "Dancing in physics",
    "measures": "Measuring",
    "page": "Writing the page",
    "video": "Rendering the video",
}
"""Name of a stage → what happens there, in the order in which they come."""

OnStage = Callable[[str, float], None]
"""Called with a stage of :data:`STAGES` and the share of it that is done, 0 to 1."""


def progress_of(stage: str, on_stage: OnStage) -> Progress:
    """The listener of one stage, already told that it has begun."""
    on_stage(stage, 0.0)
    return partial(on_stage, stage)
