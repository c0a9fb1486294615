"""The floor that robots need: areas that are known, words that say where, a picture that is the same every time."""

import json
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from temirbek.measures.floor import FloorMeasures, body_in_words, floor_figures, swept_floor
from temirbek.measures.stage_plan import write_stage_plan
from temirbek.types import Approach, Artist, Crossing, Desk, Envelope, Performer, Stage, Zone

CAST = (
    Performer(id="sky", name="Aspan", robot="g1", role="dancer", mark_m=(1.0, 0.0)),
    Performer(id="gold", name="Altyn", robot="g1", role="dancer", mark_m=(0.0, 2.0), wings_m=(0.0, 3.0)),
)
ZONE = Zone(id="n_aru", title="Aru", corners_m=((2, -1), (3, -1), (3, 1), (2, 1)), artist="aru")
STAGE = Stage(
    half_extent_m=(4.0, 4.0),
    riser_m=(-1.35, 0.0, 0.75, 1.0, 0.25),
    desk=Desk(center_m=(-1.0, 0.0, 1.0), size_m=(0.3, 0.9, 0.05)),
    zones=(ZONE,),
)


def post(name: str, path_m: np.ndarray, *, radius_m: float = 0.2, arm_m: float = 0.0) -> Envelope:
    """An upright post on a path, with an arm along y."""
    t = len(path_m)
    start = np.concatenate([path_m, np.zeros((t, 1))], axis=1)[:, None].repeat(2, axis=1)
    end = start + np.array([[0.0, 0.0, 1.0], [0.0, arm_m, 0.0]])
    return Envelope(
        performer=name,
        times_s=np.arange(t) / 25.0,
        beats=np.arange(t) / 12.5,
        body_names=("torso_link", "left_wrist_yaw_link"),
        start_m=start,
        end_m=end,
        radius_m=np.full(2, radius_m),
        base_m=path_m,
        speed_m_s=np.full(t, 0.4),
        hull_m=np.array([[0.0, 0.0], [1.0, 0.0], [0.0, 1.0]]),
        fall_radius_m=np.full(t, 1.3),
        stopping_m=np.full(t, 0.15),
    )


def circle(radius_m: float) -> np.ndarray:
    angle = 2 * np.pi * np.arange(400) / 400
    return radius_m * np.stack([np.cos(angle), np.sin(angle)], axis=1)


@settings(max_examples=10, deadline=None)
@given(st.floats(0.1, 0.3), st.floats(0.5, 1.5))
def test_a_post_on_a_circle_sweeps_a_ring(radius_m: float, way_m: float) -> None:
    ring = np.pi * ((way_m + radius_m) ** 2 - (way_m - radius_m) ** 2)
    swept = swept_floor(post("sky", circle(way_m), radius_m=radius_m))
    assert swept.area_m2 == pytest.approx(ring, rel=0.06)


def test_an_arm_sweeps_what_it_covers() -> None:
    swept = swept_floor(post("sky", np.zeros((10, 2)), radius_m=0.1, arm_m=1.0))
    assert swept.area_m2 == pytest.approx(1.0 * 0.2 + np.pi * 0.01, rel=0.06)
    rows, columns = np.nonzero(swept.cells)
    assert 0.01 * columns.max() + swept.origin_m[1] == pytest.approx(1.1, abs=0.02)
    assert 0.01 * rows.max() + swept.origin_m[0] == pytest.approx(0.1, abs=0.02)


def floor(*crossings: Crossing) -> FloorMeasures:
    envelopes = (post("sky", circle(0.5) + np.array([1.0, 0.0])), post("gold", np.tile([0.0, 2.0], (400, 1))))
    near = {"performer": "sky", "body": "left_wrist_yaw_link", "time_s": 4.0, "beat": 8.0}
    return FloorMeasures(
        envelopes=envelopes,
        approaches=(
            Approach(**near, other="n_aru", other_body="", distance_m=0.3),  # type: ignore[arg-type]
            Approach(**near, other="gold", other_body="torso_link", distance_m=1.1),  # type: ignore[arg-type]
        ),
        crossings=crossings,
        within_fall={("sky", "gold"): 0.5},
        zones=(ZONE,),
    )


CROSSING = Crossing(
    performer="sky",
    body="right_wrist_yaw_link",
    other="n_aru",
    is_zone=True,
    kind="body",
    from_beat=30.0,
    to_beat=34.0,
    beat=32.2,
    time_s=16.1,
    distance_m=-0.12,
    needed_m=0.0,
)


def test_figures_say_where_when_and_who() -> None:
    figures = {f.name: f for f in floor_figures(floor(), CAST)}
    assert figures["nearest_robots"].value == 1.1
    assert "110 cm, at beat 8: Aspan's left hand and Altyn's chest" in figures["nearest_robots"].words
    assert "30 cm" in figures["nearest_people"].words and figures["nearest_people"].words.endswith("Aru.")
    assert figures["crossings"].ok is True
    crossed = {f.name: f for f in floor_figures(floor(CROSSING), CAST)}["crossings"]
    assert crossed.ok is False
    assert crossed.words == "At beat 32 Aspan's right hand enters the room of Aru by 12 cm."


def test_the_floor_is_strict_json() -> None:
    told = json.loads(json.dumps(floor(CROSSING).to_json(), allow_nan=False))
    assert told["crossings"][0]["kind"] == "body" and told["crossings"][0]["body"] == "right hand"
    assert told["performers"][0]["performer"] == "sky" and len(told["performers"][0]["path_m"]) == 80
    assert told["within_fall"] == [{"performer": "sky", "other": "gold", "share": 0.5}]


@pytest.mark.parametrize(
    ("link", "words"),
    [
        ("left_wrist_yaw_link", "left hand"),
        ("head_link", "head"),
        ("FR_calf", "front right shin"),
        ("base", "trunk"),
        ("pelvis", "pelvis"),
    ],
)
def test_bodies_have_names_that_people_use(link: str, words: str) -> None:
    assert body_in_words(link) == words


def test_the_plan_is_the_same_every_time_and_its_words_are_text(tmp_path: Path) -> None:
    artists = (Artist(id="aru", name="Aru", mark_m=(2.5, 0.0), zone_m=ZONE.corners_m),)
    drawn = [
        write_stage_plan(tmp_path / name, STAGE, CAST, floor(CROSSING), title="Qara jorga", artists=artists)
        for name in ("one", "two")
    ]
    for first, second in zip(*drawn, strict=True):
        assert first.read_bytes() == second.read_bytes()
    text = drawn[0][1].read_text()
    for words in (
        "Qara jorga",
        "Aspan",
        "Altyn",
        "Aru",
        "AUDIENCE",
        "1.10 m",
        "enters the room of Aru by 12 cm",
    ):
        assert words in text
