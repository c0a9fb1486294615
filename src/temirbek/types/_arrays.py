"""Arrays inside nouns are copied and locked at birth, so that nobody edits a noun by accident."""

import numpy as np
from numpy.typing import ArrayLike, DTypeLike, NDArray


def locked(values: ArrayLike, dtype: DTypeLike = float) -> NDArray[np.float64]:
    """A read-only copy of ``values``; the copy is contiguous and of the given type."""
    array = np.array(values, dtype=dtype, order="C")
    array.setflags(write=False)
    return array
