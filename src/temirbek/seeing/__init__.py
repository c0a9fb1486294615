"""Seeing: from pictures to people that are followed for a moment: where they stand, where they face, what they mean.

The task: robots that notice a guest who walks up, answer a wave, and dance against somebody; without knowing who that is.

::

    PictureSource          Finder                    Following                 GestureReader
    Camera ───────┐        MotionOnly ─────┐
    VideoFile ────┼▶ picture ▶ Markers ────┼▶ Sightings ▶ random ids ▶ BodyTracks ▶ BodyGestures
    PictureFolder ┘        MediaPipePoses ─┤             (Floor: places, headings)
                           OnnxPoses ──────┘
    SyntheticPeople (a script instead of a camera) ───────────────────▶ BodyTracks

Conventions. Picture coordinates are shares of the picture's *height*, x right, y down; places are in the stage frame [m],
headings in radians, 0 along x to the audience (who looks at the stage faces π); instants are ``host_s``. Key points are those
of the COCO data set, "left" is the person's own.

Privacy. Pictures live in the memory of one process, from the camera's driver to the finder, and nowhere else; no line here
writes a file, and nothing tells one person from another beyond where they were a moment ago (or the badge that they put on).
Ids are random, and forgotten when their person has been away.

Papers. Zhang, *A flexible new technique for camera calibration* (2000); Kuhn, *The Hungarian method* (1955); Casiez, Roussel and
Vogel, *1 € filter* (2012); Drillis and Contini, *Body segment parameters* (1966). Limits. One camera sees no depth but by the
floor. Headings come from shoulders: about 5° for the simulated hall's bodies, more for real ones, and from behind a guess between
two. People who hide each other for more than three seconds come back as somebody new. No network is brought along and none is
fetched: :class:`OnnxPoses` is tried with networks of known answers, :class:`MediaPipePoses` only up to its package's door, and
neither here with real people.
"""

from temirbek.seeing.choosing import eyes_of, finder_of, pictures_of
from temirbek.seeing.drawn import draw
from temirbek.seeing.floor import Floor, floor_of
from temirbek.seeing.following import Following, ids_from
from temirbek.seeing.gestures import GestureReader
from temirbek.seeing.guests import Act, Guest, Stop, visit
from temirbek.seeing.markers import Markers
from temirbek.seeing.mediapipe_poses import MediaPipePoses
from temirbek.seeing.motion_only import MotionOnly
from temirbek.seeing.onnx_poses import OnnxPoses
from temirbek.seeing.pictures import Picture, PictureSource
from temirbek.seeing.pinhole import Pinhole
from temirbek.seeing.source import Finder, PoseSource, Sees, Sighting
from temirbek.seeing.synthetic import SyntheticPeople
from temirbek.seeing.watching import Watching

__all__ = [
    "Act",
    "Finder",
    "Floor",
    "Following",
    "GestureReader",
    "Guest",
    "Markers",
    "MediaPipePoses",
    "MotionOnly",
    "OnnxPoses",
    "Picture",
    "PictureSource",
    "Pinhole",
    "PoseSource",
    "Sees",
    "Sighting",
    "Stop",
    "SyntheticPeople",
    "Watching",
    "draw",
    "eyes_of",
    "finder_of",
    "floor_of",
    "ids_from",
    "pictures_of",
    "visit",
]
