"""The simulated hall: people who come by a script, seen by a simulated camera, with a real network's faults.

What is told of an instant depends on nothing but the script, the seed and the instant: whoever asks twice hears the same.
Places and headings are the script's own (with the spread of a calibrated floor); key points are projected, shaken, and
now and then missed. A key point on the far side of the body is told with less confidence, as networks do.
"""

from collections.abc import Callable
from typing import Self
from zlib import crc32

import numpy as np

from temirbek.seeing.body_model import Array, body_points, placed, pose_of
from temirbek.seeing.guests import Guest
from temirbek.seeing.pinhole import Pinhole
from temirbek.seeing.source import Sees, Sighting, sighting_of
from temirbek.types import BodyTrack

SHAKE = 0.004
"""Standard deviation of a key point, in shares of the picture's height (two pixels of 480)."""
MISSED = 0.02
"""So many of the key points that could be seen are not."""
PLACE_SPREAD_M = 0.03
HEADING_SPREAD_RAD = 0.08
FRAME_S = 1.0 / 30.0
FACE = slice(0, 3)


class SyntheticPeople:
    """People of a script; a :class:`~temirbek.seeing.PoseSource`.

    Args:
        script: Who comes; :meth:`let_come` replaces it.
        seed: Of ids, of shaking, and of what dancers choose.
        camera: What looks at them.
        now_s: The clock that :meth:`read` asks [host s]; a virtual one in a virtual evening.
    """

    sees = Sees(bodies=True, places=True, headings=True)

    def __init__(
        self,
        script: tuple[Guest, ...],
        seed: int,
        *,
        camera: Pinhole | None = None,
        now_s: Callable[[], float] | None = None,
    ) -> None:
        self.camera = camera or Pinhole()
        self._script, self._seed, self._now_s = script, seed, now_s
        self._read = -1

    def let_come(self, script: tuple[Guest, ...]) -> None:
        """From now on, these people come."""
        self._script = script

    def at(self, host_s: float) -> tuple[BodyTrack, ...]:
        """Who is there at an instant, and how they are seen."""
        tracks = []
        for guest, points in self.bodies_at(host_s):
            random = self._random(guest, host_s)
            keypoints = self._seen(points, guest, host_s, random)
            sighting = sighting_of(keypoints, 0.95)
            if sighting is None:
                continue
            x, y, heading = guest.place_at(host_s)
            dx, dy = random.normal(0.0, PLACE_SPREAD_M, 2)
            turned = heading + random.normal(0.0, HEADING_SPREAD_RAD)
            tracks.append(
                BodyTrack(
                    id=self._id_of(guest),
                    host_s=host_s,
                    confidence=0.95,
                    position_m=(x + float(dx), y + float(dy)),
                    heading_rad=float(np.arctan2(np.sin(turned), np.cos(turned))),
                    keypoints=keypoints,
                    motion=self._motion(guest, host_s),
                )
            )
        return tuple(tracks)

    def sightings_at(self, host_s: float) -> tuple[Sighting, ...]:
        """The same as a finder of bodies would tell it: no ids, no places."""
        found = (
            sighting_of(self._seen(points, guest, host_s, self._random(guest, host_s)), 0.95)
            for guest, points in self.bodies_at(host_s)
        )
        return tuple(one for one in found if one is not None)

    def bodies_at(self, host_s: float) -> list[tuple[Guest, Array]]:
        """Who is there, and where their seventeen points truly are, stage frame (17, 3) [m]."""
        return [
            (guest, placed(self._points(guest, host_s), *guest.place_at(host_s)))
            for guest in self._script
            if guest.is_there(host_s)
        ]

    def read(self) -> tuple[BodyTrack, ...] | None:
        """Who is there, thirty times a second; None in between."""
        host_s = self._clock()
        frame = int(host_s / FRAME_S)
        if frame == self._read:
            return None
        self._read = frame
        return self.at(host_s)

    def _clock(self) -> float:
        if self._now_s is None:
            raise ValueError("read() needs now_s; without a clock, ask at(host_s)")
        return self._now_s()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        """Nothing was opened."""

    def _random(self, guest: Guest, host_s: float) -> np.random.Generator:
        """Chance of one guest at one instant."""
        return np.random.default_rng(
            [self._seed, crc32(guest.name.encode()), int(host_s * 1e4) & 0xFFFFFFFFFF]
        )

    def _points(self, guest: Guest, host_s: float) -> Array:
        seed = (self._seed * 1_000_003 + crc32(guest.name.encode())) & 0xFFFFFFFF
        pose = pose_of(guest.act_at(host_s), host_s, speed_m_s=guest.speed_at(host_s), seed=seed)
        return body_points(pose, guest.body_height_m)

    def _seen(self, points: Array, guest: Guest, host_s: float, random: np.random.Generator) -> Array:
        """Key points as a network tells them."""
        seen = self.camera.project(points)
        shaken = seen + random.normal(0.0, SHAKE, seen.shape)
        confidence = random.uniform(0.75, 0.98, len(seen))
        confidence[random.uniform(size=len(seen)) < MISSED] = 0.1
        x, y, heading = guest.place_at(host_s)
        away = np.arctan2(self.camera.position_m[1] - y, self.camera.position_m[0] - x)
        if np.cos(heading - away) < -0.2:
            confidence[FACE] = 0.15  # from behind, nobody has a nose
        confidence[~self.camera.shows(shaken)] = 0.0
        return np.column_stack([np.nan_to_num(shaken), confidence])

    def _motion(self, guest: Guest, host_s: float) -> float:
        """How fast the faster quarter of their points moves, in body heights per second, at most 1."""
        before = placed(self._points(guest, host_s - FRAME_S), *guest.place_at(host_s - FRAME_S))
        after = placed(self._points(guest, host_s), *guest.place_at(host_s))
        speed = float(np.percentile(np.linalg.norm(after - before, axis=1), 75)) / FRAME_S
        return float(np.clip(speed / guest.body_height_m, 0.0, 1.0))

    def _id_of(self, guest: Guest) -> str:
        """Random to everybody who does not know the seed; the same while the guest is there."""
        random = np.random.default_rng(
            [self._seed, 7, crc32(guest.name.encode()), crc32(repr(guest.stops[0]).encode())]
        )
        return random.bytes(8).hex()
