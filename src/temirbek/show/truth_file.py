"""``beats.json`` in: what somebody knows of recordings beforehand, by charting or because they made them."""

import json
from dataclasses import dataclass
from typing import Annotated

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError

from temirbek.errors import InvalidInput
from temirbek.show.faults import faults_of

_Seconds = Annotated[float, Field(ge=0, allow_inf_nan=False)]


class _Chart(BaseModel):
    """Other people's charts hold more than is needed here; what is not known is passed over."""

    model_config = ConfigDict(extra="ignore")

    file: Annotated[str, Field(min_length=1)]
    beats_s: Annotated[list[_Seconds], Field(min_length=2)]
    phrases_s: list[_Seconds] = Field(default_factory=list)


_CHARTS = TypeAdapter(list[_Chart])


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class ChartedTrack:
    """What is known of one recording: its file's name, and its beats and phrases [track seconds], increasing."""

    file: str
    beats_s: NDArray[np.float64]
    phrases_s: NDArray[np.float64]


def charts_from_text(text: str, *, where: str) -> tuple[ChartedTrack, ...]:
    """The charts in a ``beats.json``: a list of objects with ``file``, ``beats_s`` and, if known, ``phrases_s``.

    Raises:
        InvalidInput: The text is not JSON or no such list, or beats do not increase; all faults at once.
    """
    try:
        charts = _CHARTS.validate_python(json.loads(text))
    except ValidationError as error:
        raise _refused(where, faults_of(error, {"": tuple(_Chart.model_fields)}, top="the file")) from error
    except ValueError as error:
        raise InvalidInput(f"{where}: not valid JSON: {error}") from error
    faults = [
        f"[{k}].{name} ({chart.file}): the instants do not increase"
        for k, chart in enumerate(charts)
        for name, times in (("beats_s", chart.beats_s), ("phrases_s", chart.phrases_s))
        if np.any(np.diff(times) <= 0)
    ]
    if faults:
        raise _refused(where, faults)
    return tuple(
        ChartedTrack(file=c.file, beats_s=np.array(c.beats_s), phrases_s=np.array(c.phrases_s))
        for c in charts
    )


def _refused(where: str, faults: list[str]) -> InvalidInput:
    listed = "\n".join(f"  {fault}" for fault in faults)
    return InvalidInput(f"{where}: {len(faults)} fault(s)\n{listed}")
