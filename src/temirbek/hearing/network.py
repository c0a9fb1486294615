"""A small network that says what the hall does, from a file that can be read and made anew.

Two layers of rectified sums, then one logistic sum for each kind: three probabilities that may all be high, as people
cheer while they clap. The file is JSON; ``benchmarks/train_hearing.py`` writes it, the same bytes for the same seed and the
same versions of the libraries, which it names.
"""

import json
from dataclasses import dataclass
from functools import lru_cache
from importlib import resources
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from temirbek.errors import InvalidInput
from temirbek.hearing.features import N_FEATURES
from temirbek.types.hall import HallSoundKind

Floats = NDArray[np.float64]

FORMAT = 1
KINDS: tuple[HallSoundKind, ...] = ("applause", "cheering", "clapping_along")
FAR = 4.0
"""Features are cut at so many deviations: what is stranger than all that was learnt is not even stranger."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Network:
    """Weights, and how features are put on a common scale.

    Attributes:
        made_by: Script, seed and versions, for the record.
        middle, spread: Of each feature, shape (n_features,).
        layers: (weights (from, to), offsets (to,)), first layer first.
    """

    made_by: dict[str, Any]
    middle: Floats
    spread: Floats
    layers: tuple[tuple[Floats, Floats], ...]

    def __post_init__(self) -> None:
        width = len(self.middle)
        if width != N_FEATURES or len(self.spread) != N_FEATURES:
            raise InvalidInput(
                f"the ear's network takes {width} features; this version has {N_FEATURES}: train it anew"
            )
        for weights, offsets in self.layers:
            if weights.shape != (width, len(offsets)):
                raise InvalidInput(
                    f"the ear's network: a layer of shape {weights.shape} follows {width} values and has {len(offsets)} offsets"
                )
            width = len(offsets)
        if width != len(KINDS):
            raise InvalidInput(
                f"the ear's network tells {width} kinds apart; this version knows {len(KINDS)}: train it anew"
            )

    def probabilities(self, features: Floats) -> Floats:
        """How likely each of :data:`KINDS` is going on, 0–1.

        Args:
            features: Shape (…, n_features).

        Returns:
            Shape (…, 3).
        """
        x = np.clip((features - self.middle) / self.spread, -FAR, FAR)
        for weights, offsets in self.layers[:-1]:
            x = np.maximum(x @ weights + offsets, 0.0)
        weights, offsets = self.layers[-1]
        return np.asarray(1.0 / (1.0 + np.exp(-(x @ weights + offsets))))

    def to_json(self) -> str:
        """The file's text: a header, then numbers of five digits, one row a line."""
        body: dict[str, Any] = {
            "format": FORMAT,
            "kinds": KINDS,
            "made_by": self.made_by,
            "middle": _rounded(self.middle),
            "spread": _rounded(self.spread),
            "layers": [{"weights": _rounded(w), "offsets": _rounded(b)} for w, b in self.layers],
        }
        return (
            json.dumps(body, separators=(",", ":")).replace("],[", "],\n[").replace('"layers"', '\n"layers"')
            + "\n"
        )


def network_from_json(text: str, where: str) -> Network:
    """Reads a file's text.

    Args:
        text: As :meth:`Network.to_json` writes it.
        where: Named in messages.

    Raises:
        InvalidInput: It is no network of this version.
    """
    try:
        body = json.loads(text)
        if body["format"] != FORMAT or tuple(body["kinds"]) != KINDS:
            raise InvalidInput(
                f"{where}: format {body['format']} of {body['kinds']}; read is format {FORMAT} of {KINDS}"
            )
        return Network(
            made_by=dict(body["made_by"]),
            middle=np.array(body["middle"], dtype=np.float64),
            spread=np.array(body["spread"], dtype=np.float64),
            layers=tuple(
                (np.array(one["weights"], dtype=np.float64), np.array(one["offsets"], dtype=np.float64))
                for one in body["layers"]
            ),
        )
    except (ValueError, KeyError, TypeError) as error:
        raise InvalidInput(
            f"{where}: not a network of the ear ({error}); benchmarks/train_hearing.py makes one"
        ) from error


def read_network(path: Path) -> Network:
    """A network from a file of one's own."""
    return network_from_json(path.read_text(encoding="utf-8"), str(path))


@lru_cache(maxsize=1)
def packaged_network() -> Network:
    """The network that comes with the package."""
    text = (resources.files("temirbek.hearing") / "network.json").read_text(encoding="utf-8")
    return network_from_json(text, "network.json")


def _rounded(values: Floats) -> list[Any]:
    return [
        [float(f"{v:.4g}") for v in row] if isinstance(row, np.ndarray) else float(f"{row:.4g}")
        for row in values
    ]
