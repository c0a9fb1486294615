"""The stage in 3D for the console: how robots look, told once, and how they stand, told 25 times a second.

A frame of poses, little endian::

    0   4 bytes  "TBP1"
    4   uint32   n, number of robots
    8   float64  host_s (CLOCK_MONOTONIC) [s]
    16  float64  mix_s [s], or NaN where no music sounds
    24  n × uint32  columns of each robot: 7 + joints
    …   float32  each robot's row: base position [m], quaternion w x y z, joints [rad]

Robots stand in the order of ``performers`` in the description, joints in the order of their ``joints``.
"""

import json
import struct
from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from temirbek.types import Figure, Performer, Stage

MAGIC = b"TBP1"
HEADER = struct.Struct("<4sIdd")


def pack_poses(host_s: float, mix_s: float, rows: Sequence[NDArray[np.floating]]) -> bytes:
    """One frame.

    Args:
        host_s: Of the machine's monotonic clock [s].
        mix_s: Where the music is [s]; NaN where none sounds.
        rows: For each robot its base position, quaternion (w first) and joints, shape (7 + j,).
    """
    columns = np.array([len(row) for row in rows], dtype="<u4")
    values = np.concatenate([np.asarray(row, dtype="<f4") for row in rows]) if rows else np.empty(0, "<f4")
    return HEADER.pack(MAGIC, len(rows), host_s, mix_s) + columns.tobytes() + values.astype("<f4").tobytes()


def unpack_poses(frame: bytes) -> tuple[float, float, list[NDArray[np.float32]]]:
    """The inverse of :func:`pack_poses`: host_s, mix_s and the rows. What the page's script does, here for tests.

    Raises:
        ValueError: These bytes are no frame.
    """
    magic, n, host_s, mix_s = HEADER.unpack_from(frame)
    if magic != MAGIC:
        raise ValueError(f"a frame of poses begins with {magic!r}; expected {MAGIC!r}")
    columns = np.frombuffer(frame, dtype="<u4", count=n, offset=HEADER.size)
    values = np.frombuffer(frame, dtype="<f4", offset=HEADER.size + 4 * n)
    if values.size != columns.sum():
        raise ValueError(f"a frame of poses holds {values.size} numbers; expected {columns.sum()}")
    return host_s, mix_s, np.split(values, np.cumsum(columns)[:-1]) if n else []


def describe_stage(
    *,
    performers: Sequence[Performer],
    joints: Mapping[str, Sequence[str]],
    figures: Mapping[str, Figure],
    stage: Stage,
) -> bytes:
    """The stage, its robots and their looks, as JSON.

    Figures and stage are written as on the replay's page (:mod:`temirbek.replay.page`); the binary parts that they
    name are in ``payloads``: NAME → base64 of deflated bytes.

    Args:
        performers: The cast, in the order of the frames' rows.
        joints: Kind of robot → its joints, in the order of the frames' columns.
        figures: Kind of robot → how it looks.
        stage: Where it happens.
    """
    from temirbek.replay.bodies import figure_json, stage_json  # here: a console is back before anybody draws
    from temirbek.replay.payloads import Payloads

    payloads = Payloads()
    description = {
        "format": 1,
        "stage": stage_json(stage),
        "figures": {kind: figure_json(kind, figure, payloads) for kind, figure in figures.items()},
        "performers": [
            {
                "id": p.id,
                "name": p.name,
                "robot": p.robot,
                "role": p.role,
                "mark": list(p.mark_m),
                "facing": p.facing_rad,
                "color": p.accent_color,
                "joints": list(joints[p.robot]),
            }
            for p in performers
        ],
        "payloads": payloads.texts,
    }
    return json.dumps(description, ensure_ascii=False, allow_nan=False, separators=(",", ":")).encode()
