"""How the venue notices its hall, in the show file: ears, eyes, phones; and how it speaks."""

from pathlib import Path
from typing import Annotated

from pydantic import AfterValidator, Field, model_validator

from temirbek.errors import InvalidInput
from temirbek.show.strict import PAIR, Metres, Name, Strict, a_listening_address
from temirbek.types import (
    Ears,
    EarsSource,
    Eyes,
    EyesSource,
    FloorPoint,
    Language,
    Phones,
    Voice,
    VoiceProgram,
)
from temirbek.types.hall_setup import PHONES_PORT

_Latency = Annotated[float, Field(ge=0, le=2000, strict=False)]
_OfPicture = Annotated[float, Field(ge=-1, le=4, strict=False)]
_URL = r"^https?://[^\s]+$"
_BUS = r"^(redis|rediss|nats|tls)://[^\s]+$"


class EarsModel(Strict):
    """``[venue.ears]``."""

    source: EarsSource = "microphone"
    device: Name | None = None
    latency_ms: _Latency | None = None

    @model_validator(mode="after")
    def _only_a_microphone_has_a_device(self) -> "EarsModel":
        if self.source != "microphone" and self.device is not None:
            raise ValueError(f'device: is a microphone\'s, and source = "{self.source}"')
        return self

    def noun(self) -> Ears:
        """As the ears know it."""
        return Ears(source=self.source, device=self.device or "", latency_ms=self.latency_ms)


class FloorPointModel(Strict):
    """One of the four marks of ``floor``."""

    picture: Annotated[tuple[_OfPicture, _OfPicture], PAIR]
    stage: Annotated[tuple[Metres, Metres], PAIR]


class EyesModel(Strict):
    """``[venue.eyes]``."""

    source: EyesSource = "none"
    pictures: Name = "0"
    network: Name | None = None
    floor: list[FloorPointModel] = Field(default_factory=list)
    latency_ms: _Latency = 0.0

    @model_validator(mode="after")
    def _can_see(self) -> "EyesModel":
        try:
            self.noun(Path())
        except InvalidInput as error:
            raise ValueError(str(error)) from None
        return self

    def noun(self, folder: Path) -> Eyes:
        """As the eyes know it; paths count from the folder."""
        is_file = not self.pictures.isdigit() and not self.pictures.startswith("/dev/")
        return Eyes(
            source=self.source,
            pictures=str((folder / self.pictures).resolve()) if is_file else self.pictures,
            network="" if self.network is None else str((folder / self.network).resolve()),
            floor=tuple(FloorPoint(picture=point.picture, stage=point.stage) for point in self.floor),
            latency_ms=self.latency_ms,
        )


class PhonesModel(Strict):
    """``[venue.phones]``."""

    host: Annotated[str, AfterValidator(a_listening_address)] = "127.0.0.1"
    port: Annotated[int, Field(ge=1, le=65_535)] = PHONES_PORT
    url: Annotated[str, Field(pattern=_URL, max_length=300)] | None = None
    key: Name | None = None
    tickets: Name | None = None
    bus: Annotated[str, Field(pattern=_BUS, max_length=300)] | None = None

    def noun(self, folder: Path) -> Phones:
        """As the phones' server knows it; paths count from the folder."""
        return Phones(
            host=self.host,
            port=self.port,
            url=self.url or "",
            key="" if self.key is None else str((folder / self.key).resolve()),
            tickets="" if self.tickets is None else str((folder / self.tickets).resolve()),
            bus=self.bus or "",
        )


class VoiceModel(Strict):
    """One ``[venue.voice.LANGUAGE]``."""

    program: VoiceProgram = "espeak-ng"
    network: Name | None = None
    command: Name | None = None
    speed: Annotated[float, Field(ge=0.5, le=2, strict=False)] = 1.0

    @model_validator(mode="after")
    def _piper_has_a_network(self) -> "VoiceModel":
        if (self.program == "piper") != (self.network is not None):
            raise ValueError('network: the file of a voice belongs to program = "piper", and Piper needs one')
        return self

    def noun(self, language: Language, folder: Path) -> Voice:
        """As the speakers know it; paths count from the folder."""
        return Voice(
            language=language,
            program=self.program,
            network=None if self.network is None else (folder / self.network).resolve(),
            command=self.command or "",
            speed=self.speed,
        )
