"""What can be asked of the eyes, and what they tell."""

import logging
from collections.abc import Callable, Mapping
from dataclasses import asdict, replace
from typing import Any

import numpy as np

from temirbek.errors import InvalidInput, TemirbekError
from temirbek.lines import LineServer, Message
from temirbek.seeing import GestureReader, Guest, PoseSource, SyntheticPeople
from temirbek.stage.signals.faults import Faults
from temirbek.store import from_json, to_json
from temirbek.types import BodyTrack

logger = logging.getLogger(__name__)

Body = Mapping[str, Any]
PEOPLE_EVERY_S = 0.1
GESTURE_EVERY_S = 0.25
NOBODY_EVERY_S = 1.0
"""That nobody is there is told as well, so that who listens knows that somebody looks."""
TRY_AGAIN_S = 3.0
CHOOSE_AGAIN_S = 3.0
"""Whoever was chosen as the largest and was not seen for so long is followed no more; who was named is never replaced."""
DECIMALS = 4
MOST_GUESTS = 64
FAULT = "eyes"


class EyesDesk:
    """Serves ``eyes.sock``.

    Args:
        choose: Gives the venue's eyes, not opened; None: it has none.
        server: Takes commands, tells events.
    """

    def __init__(self, choose: Callable[[], PoseSource | None], server: LineServer) -> None:
        self._choose, self._server = choose, server
        self.faults = Faults(server.publish)
        self._source: PoseSource | None = None
        self._is_blind = False
        self._try_at_s = -np.inf
        self._gestures = GestureReader()
        self._told: dict[tuple[str, str, float], float] = {}
        self._people: tuple[BodyTrack, ...] = ()
        self._people_at_s = -np.inf
        self._follows = False
        self._is_named = False
        self._followed = ""
        self._followed_at_s = -np.inf
        self._script: tuple[Guest, ...] = ()
        self._n_clients = self._n_pictures = 0

    def look(self, host_s: float) -> None:
        """Looks, if there is a new picture, and tells what it shows.

        Args:
            host_s: Now [host s].
        """
        if self._server.n_clients > self._n_clients:
            self.faults.tell_again()
        self._n_clients = self._server.n_clients
        if self._source is None and not self._is_blind and host_s >= self._try_at_s:
            self._open(host_s)
        if self._source is None:
            return
        try:
            tracks = self._source.read()
        except TemirbekError as error:
            self._lose(error, host_s)
            return
        if tracks is not None:
            self._n_pictures += 1
            self._people = tracks
            self._tell_gestures(tracks, host_s)
            self._tell_keypoints(tracks, host_s)
        self._tell_people(host_s)

    def answer(self, message: Message) -> None:
        """Does what was asked, and says so."""
        body = message.body
        try:
            answer = {"ok": True, **self._do(body)}
        except TemirbekError as error:
            answer = {"ok": False, "reason": str(error)}
        if "id" in body:
            answer["id"] = body["id"]
        self._server.send(message.client, answer)

    def close(self) -> None:
        """Lets go of the camera."""
        source, self._source = self._source, None
        if source is not None:
            source.__exit__(None, None, None)

    def _open(self, host_s: float) -> None:
        self._try_at_s = host_s + TRY_AGAIN_S
        try:
            source = self._choose()
            if source is None:
                self._is_blind = True
                return
            source.__enter__()
        except TemirbekError as error:
            self.faults.tell(FAULT, str(error))
            return
        if isinstance(source, SyntheticPeople):
            source.let_come(self._script)
        self._source = source
        self.faults.mend(FAULT)

    def _lose(self, error: TemirbekError, host_s: float) -> None:
        """The camera went away: everybody in its picture did, too."""
        logger.warning("%s", error)
        self.close()
        self._people, self._try_at_s = (), host_s + TRY_AGAIN_S
        self.faults.tell(FAULT, str(error))

    def _tell_people(self, host_s: float) -> None:
        every_s = PEOPLE_EVERY_S if self._people else NOBODY_EVERY_S
        if host_s - self._people_at_s < every_s or not self._n_clients:
            return
        self._people_at_s = host_s
        tracks = [to_json(_short(track)) for track in self._people]
        self._server.publish({"event": "people", "host_s": host_s, "tracks": tracks})

    def _tell_gestures(self, tracks: tuple[BodyTrack, ...], host_s: float) -> None:
        for gesture in self._gestures.look(tracks, host_s):
            known = (gesture.track, gesture.kind, gesture.began_host_s)
            if host_s - self._told.get(known, -np.inf) >= GESTURE_EVERY_S:
                self._told[known] = host_s
                self._server.publish({"event": "gesture", **to_json(gesture)})
        self._told = {known: at_s for known, at_s in self._told.items() if host_s - at_s < GESTURE_EVERY_S}

    def _tell_keypoints(self, tracks: tuple[BodyTrack, ...], host_s: float) -> None:
        if not self._follows:
            return
        bodies = {track.id: track for track in tracks if len(track.keypoints)}
        is_gone = self._followed not in bodies and host_s - self._followed_at_s > CHOOSE_AGAIN_S
        if is_gone and not self._is_named:
            self._followed = max(bodies, key=lambda id: _size(bodies[id]), default="")
        track = bodies.get(self._followed)
        if track is not None:
            self._followed_at_s = host_s
            self._server.publish({"event": "keypoints", "track": to_json(_short(track))})

    def _do(self, body: Body) -> dict[str, Any]:
        commands = {"state": self._state, "keypoints": self._keypoints, "simulate": self._simulate}
        command = commands.get(str(body.get("do")))
        if command is None:
            raise InvalidInput(
                f"the eyes know no command {body.get('do')!r}; they know {', '.join(commands)}"
            )
        return command(body)

    def _state(self, body: Body) -> dict[str, Any]:
        source = self._source
        return {
            "is_open": source is not None,
            "sees": asdict(source.sees) if source is not None else None,
            "n_people": len(self._people),
            "n_pictures": self._n_pictures,
            "follows": self._followed if self._follows else None,
            "faults": self.faults.all(),
        }

    def _keypoints(self, body: Body) -> dict[str, Any]:
        is_on, track = body.get("on"), body.get("track", "")
        if not isinstance(is_on, bool) or not isinstance(track, str):
            raise InvalidInput(
                f"keypoints: {is_on!r}, {track!r}; expected on = true or false, and a track's id"
            )
        if is_on and self._source is not None and not self._source.sees.bodies:
            raise InvalidInput(
                "keypoints: these eyes see no bodies; expected mediapipe, onnx or synthetic eyes"
            )
        self._follows, self._is_named = is_on, bool(track)
        self._followed, self._followed_at_s = track, -np.inf
        return {}

    def _simulate(self, body: Body) -> dict[str, Any]:
        if not isinstance(self._source, SyntheticPeople):
            raise InvalidInput(
                'simulate: these eyes look at the real hall; only source = "synthetic" can be told'
            )
        guests = body.get("guests")
        if not isinstance(guests, list) or len(guests) > MOST_GUESTS:
            raise InvalidInput(f"guests: expected a list of at most {MOST_GUESTS} guests")
        try:
            self._script = tuple(from_json(Guest, guest) for guest in guests)
        except ValueError as error:
            raise InvalidInput(f"guests: {error}") from error
        self._source.let_come(self._script)
        return {"n_guests": len(self._script)}


def _short(track: BodyTrack) -> BodyTrack:
    """The same with key points as exact as a pixel: half of the line is spared."""
    return replace(track, keypoints=np.round(track.keypoints, DECIMALS))


def _size(track: BodyTrack) -> float:
    """How large somebody is seen."""
    seen = track.keypoints[track.keypoints[:, 2] > 0.0, :2]
    return float(np.ptp(seen, axis=0).max()) if len(seen) else 0.0
