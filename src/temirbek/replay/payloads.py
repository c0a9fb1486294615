"""The binary parts of a page, gathered under names while the JSON that refers to them is written."""

from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from temirbek.replay.lattice import as_text, pack_codes, to_lattice


@dataclass(slots=True)
class Payloads:
    """Name → base64 text. What a method returns is JSON by which the page finds and reads the part."""

    texts: dict[str, str] = field(default_factory=dict)

    def table(self, name: str, values: NDArray[np.float64], *, differences: bool) -> dict[str, Any]:
        """A table of numbers (n, c), on its lattice."""
        lattice = to_lattice(values)
        rows, columns = lattice.codes.shape
        self._add(name, pack_codes(lattice.codes, differences=differences), deflate=True)
        return {
            "payload": name,
            "kind": "lattice",
            "rows": rows,
            "columns": columns,
            "differences": differences,
            "offset": lattice.offset.tolist(),
            "step": lattice.step.tolist(),
        }

    def integers(self, name: str, values: NDArray[np.integer[Any]]) -> dict[str, Any]:
        """Whole numbers from 0 to 2³² − 1, in the shortest of 8, 16 and 32 bits that holds the greatest."""
        greatest = int(values.max(initial=0))
        bits = 8 if greatest < 1 << 8 else 16 if greatest < 1 << 16 else 32
        self._add(name, values.astype(f"<u{bits // 8}").tobytes(), deflate=True)
        return {"payload": name, "kind": f"uint{bits}", "count": int(values.size)}

    def raw(self, name: str, data: bytes) -> dict[str, Any]:
        """Bytes that are compressed already."""
        self._add(name, data, deflate=False)
        return {"payload": name, "kind": "bytes", "count": len(data)}

    def _add(self, name: str, data: bytes, *, deflate: bool) -> None:
        if name in self.texts:
            raise ValueError(f"two parts of the page are called {name!r}")
        self.texts[name] = as_text(data, deflate=deflate)
