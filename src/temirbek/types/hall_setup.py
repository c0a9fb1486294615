"""What a venue is equipped with to notice its hall: ears and phones. Its eyes: :mod:`temirbek.types.eyes`."""

from dataclasses import dataclass
from typing import Literal, get_args

EarsSource = Literal["none", "simulated", "microphone"]
EARS_SOURCES: tuple[EarsSource, ...] = get_args(EarsSource)
"""Nothing listens; a simulated hall; a microphone."""
PHONES_PORT = 7780


@dataclass(frozen=True, slots=True, kw_only=True)
class Ears:
    """How the hall is heard.

    Attributes:
        source: What listens.
        device: Name of the microphone's input device, "" for the default.
        latency_ms: From the microphone to the program, if measured; None: what the device says [ms].
    """

    source: EarsSource = "none"
    device: str = ""
    latency_ms: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Phones:
    """How the hall's phones take part.

    Attributes:
        host, port: Address and TCP port that the page is served on.
        url: What the QR code leads to, as phones reach it; "" for ``http://host:port``.
        key: File with the key that tickets are signed with (path as text, from the show file's folder); "": one is made
            for the run.
        tickets: File with the list of seats or tickets that may vote (path as text); "": whoever is let in may.
        bus: Where several phone servers meet: "redis://…" or "nats://…"; "": one server, by itself.
    """

    host: str = "127.0.0.1"
    port: int = PHONES_PORT
    url: str = ""
    key: str = ""
    tickets: str = ""
    bus: str = ""
