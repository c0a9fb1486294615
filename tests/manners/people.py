"""People and robots for tests of manners: who stands where, who waves, what the hall lets hear."""

import numpy as np

from temirbek.types import COCO_KEYPOINTS, BodyTrack, HallSound, Performer, RobotNow
from temirbek.types.hall import HallSoundKind, HallSoundState

SKY = Performer(id="sky", name="Aspan", robot="g1", role="dancer", mark_m=(0.0, 0.0))
GOLD = Performer(id="gold", name="Altyn", robot="g1", role="dancer", mark_m=(0.0, 2.0))
DJ = Performer(id="temirbek", name="Temirbek", robot="g1", role="dj", mark_m=(-1.0, 1.0))
ADILET = Performer(id="adilet", name="Adilet", robot="go2", role="animal", mark_m=(0.0, -2.0))
CAST = (SKY, GOLD, DJ, ADILET)


def standing(*cast: Performer) -> dict[str, RobotNow]:
    """All of them stand on their marks and face the hall."""
    return {p.id: RobotNow(state="standing", position_m=p.mark_m) for p in cast or CAST}


def sound(
    kind: HallSoundKind = "applause",
    state: HallSoundState = "began",
    host_s: float = 10.0,
    onset_s: float | None = None,
    tempo: float | None = None,
) -> HallSound:
    """Something that the hall lets hear; clapping along keeps a tempo unless told otherwise."""
    if kind == "clapping_along" and tempo is None:
        tempo = 104.0
    return HallSound(
        kind=kind,
        state=state,
        host_s=host_s,
        onset_host_s=host_s - 0.8 if onset_s is None else onset_s,
        level_db=12.0,
        confidence=0.9,
        clap_tempo_bpm=tempo,
        clap_beat_host_s=None if tempo is None else host_s - 0.3,
    )


def person(
    name: str,
    x_m: float,
    y_m: float,
    host_s: float,
    *,
    heading_rad: float = np.pi,
    hand: str = "down",
) -> BodyTrack:
    """Somebody before the stage; the right hand is "down", "up" or "waving" (2 Hz)."""
    points = np.zeros((len(COCO_KEYPOINTS), 3))
    points[:, 2] = 0.9
    at = {
        "nose": (0.5, 0.2),
        "left_shoulder": (0.6, 0.3),
        "right_shoulder": (0.4, 0.3),
        "left_elbow": (0.62, 0.42),
        "right_elbow": (0.38, 0.42),
        "left_wrist": (0.62, 0.55),
        "right_wrist": (0.38, 0.55),
        "left_hip": (0.56, 0.6),
        "right_hip": (0.44, 0.6),
    }
    if hand == "up":
        at |= {"right_elbow": (0.36, 0.22), "right_wrist": (0.36, 0.08)}
    elif hand == "waving":
        swing = 0.06 * np.sin(2 * np.pi * 2.0 * host_s)
        at |= {"right_elbow": (0.34, 0.28), "right_wrist": (0.34 + float(swing), 0.16)}
    for joint, place in at.items():
        points[COCO_KEYPOINTS.index(joint), :2] = place
    return BodyTrack(
        id=name,
        host_s=host_s,
        confidence=0.9,
        position_m=(x_m, y_m),
        heading_rad=heading_rad,
        keypoints=points,
    )
