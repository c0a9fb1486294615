"""The page as a file: complete or not there, readable by the format's own words, in need of nothing else."""

import base64
import json
import re
import zlib
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from temirbek.errors import InvalidInput
from temirbek.replay import write_page
from temirbek.replay.lattice import unpack_codes
from temirbek.replay.motion import resample_qpos
from temirbek.replay.page import MARKER

from .makers import Made, make_show

TEMPLATE = f"<!doctype html><title>x</title><body>{MARKER}<script>run()</script></body>"


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Made:
    """Eight bars of clicks with four boxes that bob to them."""
    return make_show(tmp_path_factory.mktemp("mix"), n_bars=8)


@pytest.fixture
def template(tmp_path: Path) -> Path:
    """The smallest page into which a show can be put."""
    path = tmp_path / "page.html"
    path.write_text(TEMPLATE, encoding="utf-8")
    return path


def parts_of(page: Path) -> tuple[dict[str, Any], dict[str, str]]:
    """The JSON and the base64 texts of a page."""
    text = page.read_text(encoding="utf-8")
    found = re.search(r'<script type="application/json" id="show">(.*?)</script>', text, re.S)
    assert found
    payloads = dict(re.findall(r'<script type="text/plain" id="payload-([\w-]+)">([^<]*)</script>', text))
    return json.loads(found[1]), payloads


def table_of(part: dict[str, Any], payloads: dict[str, str]) -> np.ndarray:
    """A table as the page's script reads it."""
    packed = zlib.decompress(base64.b64decode(payloads[part["payload"]]))
    codes = unpack_codes(packed, part["rows"], part["columns"], differences=part["differences"])
    return np.array(part["offset"]) + np.array(part["step"]) * codes


def test_motion_in_the_page_is_the_executed_motion(made: Made, template: Path, tmp_path: Path) -> None:
    show, payloads = parts_of(write_page(tmp_path, template=template, **made.arguments))
    assert [p["id"] for p in show["performers"]] == ["sky", "gold", "temirbek", "adilet"]
    for performer in show["performers"]:
        read = table_of(performer["motion"]["table"], payloads)
        expected = resample_qpos(made.executed[performer["id"]])
        assert np.abs(read - expected).max() < 5e-5


def test_meshes_in_the_page_are_those_of_the_figure(made: Made, template: Path, tmp_path: Path) -> None:
    show, payloads = parts_of(write_page(tmp_path, template=template, **made.arguments))
    for mesh, original in zip(show["figures"]["g1"]["meshes"], made.figures["g1"].meshes, strict=True):
        assert np.abs(table_of(mesh["vertices"], payloads) - original.vertices_m).max() < 1e-5
        triangles = zlib.decompress(base64.b64decode(payloads[mesh["triangles"]["payload"]]))
        assert np.array_equal(np.frombuffer(triangles, dtype=np.uint8).reshape(-1, 3), original.triangles)


def test_map_of_the_music_is_that_of_the_mix(made: Made, template: Path, tmp_path: Path) -> None:
    music = parts_of(write_page(tmp_path, template=template, **made.arguments))[0]["music"]
    assert np.allclose(music["beats_s"], made.mix.beat_grid.beats_s, atol=1e-6)
    assert music["transitions"][0]["reason"] == made.mix.plan.transitions[0].reason
    assert [s["track"] for s in music["sections"]] == [0, 0, 0, 0, 1, 1, 1, 1]
    assert music["waveforms"]["data"]["count"] == made.mix.waveforms.size


def test_same_show_same_bytes(made: Made, template: Path, tmp_path: Path) -> None:
    pages = []
    for name in ("once", "again"):
        (tmp_path / name).mkdir()
        pages.append(write_page(tmp_path / name, template=template, **made.arguments).read_bytes())
    assert pages[0] == pages[1]


def test_no_text_of_the_show_can_leave_its_element(made: Made, template: Path, tmp_path: Path) -> None:
    title = "</script><script>alert('Қазақ')</script><!-- "
    page = write_page(tmp_path, template=template, **(made.arguments | {"title": title}))
    assert parts_of(page)[0]["title"] == title
    assert "<script>alert" not in page.read_text(encoding="utf-8")


def test_page_needs_nothing_from_anywhere(made: Made, template: Path, tmp_path: Path) -> None:
    text = write_page(tmp_path, template=template, **made.arguments).read_text(encoding="utf-8")
    assert not re.search(r"""(?:src|href)\s*=\s*["'](?!data:|#)""", text)


def test_progress_goes_from_little_to_all(made: Made, template: Path, tmp_path: Path) -> None:
    shares: list[float] = []
    write_page(tmp_path, template=template, **made.arguments, on_progress=shares.append)
    assert shares == sorted(shares)
    assert shares[-1] == 1.0


@pytest.mark.parametrize("text", ["<body></body>", TEMPLATE + MARKER])
def test_what_is_no_template_is_refused(made: Made, tmp_path: Path, text: str) -> None:
    path = tmp_path / "page.html"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(InvalidInput, match=r"page\.html"):
        write_page(tmp_path, template=path, **made.arguments)


def test_absent_template_says_what_builds_it(made: Made, tmp_path: Path) -> None:
    with pytest.raises(InvalidInput, match="make setup"):
        write_page(tmp_path, template=tmp_path / "page.html", **made.arguments)


def test_failure_leaves_the_old_page_and_no_part(made: Made, template: Path, tmp_path: Path) -> None:
    (tmp_path / "index.html").write_text("old")
    with pytest.raises(ValueError, match="not JSON compliant"):
        write_page(tmp_path, template=template, **(made.arguments | {"report": {"x": float("nan")}}))
    mix = replace(made.mix, audio_path=tmp_path / "gone.flac")
    with pytest.raises(InvalidInput, match=r"gone\.flac"):
        write_page(tmp_path, template=template, **(made.arguments | {"mix": mix}))
    assert (tmp_path / "index.html").read_text() == "old"
    assert sorted(p.name for p in tmp_path.iterdir()) == ["index.html", "page.html"]


def test_performer_without_motion_is_not_shown(made: Made, template: Path, tmp_path: Path) -> None:
    executed = {name: motion for name, motion in made.executed.items() if name != "gold"}
    show, _ = parts_of(write_page(tmp_path, template=template, **(made.arguments | {"executed": executed})))
    assert "gold" not in [p["id"] for p in show["performers"]]
