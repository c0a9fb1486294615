"""The gestures that robots keep ready, as a table: what each is good for, and who may do it.

A gesture is a move of the vocabulary, at a tempo of its own, from standing and back. Those of the robot at the desk
leave the hips where they are: a bow would put its head into the mixer.
"""

from collections.abc import Iterator

from temirbek.types import Gesture, GestureUse, Performer, Role

_FREE: tuple[Role, ...] = ("dancer",)
_BOTH: tuple[Role, ...] = ("dancer", "dj")

GESTURES: tuple[Gesture, ...] = (
    Gesture(
        name="bow",
        robot="g1",
        move="bow",
        length_beats=6,
        tempo_bpm=110,
        uses=("thanks",),
        roles=_FREE,
    ),
    Gesture(
        name="bow_sweep",
        robot="g1",
        move="bow_sweep",
        length_beats=7,
        tempo_bpm=120,
        uses=("thanks",),
        roles=_FREE,
    ),
    Gesture(
        name="hand_on_heart",
        robot="g1",
        move="salem",
        length_beats=6,
        tempo_bpm=120,
        uses=("thanks", "greet", "greet_group"),
        roles=_FREE,
    ),
    Gesture(
        name="wave_right",
        robot="g1",
        move="wave_hall",
        length_beats=4,
        tempo_bpm=110,
        uses=("thanks", "greet", "wave_back"),
        roles=_BOTH,
    ),
    Gesture(
        name="wave_left",
        robot="g1",
        move="wave_hall",
        length_beats=4,
        tempo_bpm=110,
        mirrored=True,
        uses=("thanks", "greet", "wave_back"),
        roles=_BOTH,
    ),
    Gesture(
        name="nod",
        robot="g1",
        move="nod",
        length_beats=4,
        tempo_bpm=100,
        uses=("nod", "greet"),
        roles=_BOTH,
    ),
    Gesture(
        name="welcome",
        robot="g1",
        move="welcome",
        length_beats=6,
        tempo_bpm=110,
        uses=("greet_group", "thanks"),
        roles=_BOTH,
    ),
    Gesture(
        name="encore",
        robot="g1",
        move="encore",
        length_beats=8,
        tempo_bpm=120,
        uses=("encore",),
        roles=_BOTH,
    ),
    Gesture(
        name="clap",
        robot="g1",
        move="applause",
        length_beats=8,
        tempo_bpm=100,
        uses=("clap_back",),
        roles=_BOTH,
        keeps_beat=True,
    ),
    Gesture(
        name="clap_high",
        robot="g1",
        move="clap_high",
        length_beats=8,
        tempo_bpm=100,
        uses=("clap_back",),
        roles=_BOTH,
        keeps_beat=True,
    ),
    Gesture(
        name="high_five",
        robot="g1",
        move="high_five",
        length_beats=6,
        tempo_bpm=110,
        uses=("high_five",),
        roles=_FREE,
        needs_contact=True,
    ),
    Gesture(
        name="play_bow",
        robot="go2",
        move="cat_bow",
        length_beats=8,
        tempo_bpm=120,
        uses=("thanks",),
    ),
    Gesture(
        name="paw",
        robot="go2",
        move="cat_paw",
        length_beats=8,
        tempo_bpm=120,
        uses=("thanks", "greet", "wave_back"),
    ),
    Gesture(
        name="paw_up",
        robot="go2",
        move="cat_greet",
        length_beats=8,
        tempo_bpm=120,
        uses=("greet", "greet_group", "thanks"),
    ),
    Gesture(
        name="sit",
        robot="go2",
        move="cat_sit",
        length_beats=16,
        tempo_bpm=130,
        uses=("encore",),
    ),
    Gesture(
        name="head_toss",
        robot="go2",
        move="cat_head_toss",
        length_beats=4,
        tempo_bpm=100,
        uses=("nod", "clap_back", "greet"),
        keeps_beat=True,
    ),
    Gesture(
        name="wiggle",
        robot="go2",
        move="cat_wiggle",
        length_beats=8,
        tempo_bpm=110,
        uses=("thanks", "clap_back", "greet_group", "wave_back"),
        keeps_beat=True,
    ),
)


def gestures_for(performer: Performer, use: GestureUse | None = None) -> Iterator[Gesture]:
    """What a performer has ready, for one use or at all, in the table's order."""
    for gesture in GESTURES:
        if (
            gesture.robot == performer.robot
            and performer.role in gesture.roles
            and (use is None or use in gesture.uses)
        ):
            yield gesture
