"""The report is strict JSON, holds figures against their bars and says what they mean."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from temirbek.measures import report
from temirbek.measures.figures import Bar, Measured
from temirbek.types import Accent, Choreography, Performer, Wait

from .makers import BEAT_S, dancer, two_decks


def show(tmp_path: Path, late_s: float = 0.0, **facts: object) -> dict[str, Any]:
    mix, known = two_decks(tmp_path)
    cast = (
        Performer(id="sky", name="Aspan", robot="g1", role="dancer", mark_m=(0, 1)),
        Performer(id="gold", name="Altyn", robot="g1", role="dancer", mark_m=(0, -1)),
        Performer(id="temirbek", name="Temirbek", robot="g1", role="dj", mark_m=(-1, 0)),
    )
    accents = {p.id: tuple(Accent(beat=float(b)) for b in range(2, 94, 2)) for p in cast}
    dance = Choreography(performers=cast, calls=(), accents=accents)
    stops_s = np.arange(0, 97, 2) * BEAT_S
    firm = {"seconds": 48.0, "cop_margin_m": np.full(24000, 0.03)}
    motions = [
        dancer(stops_s + late_s, **firm),  # type: ignore[arg-type]
        dancer(stops_s + 0.002, performer="gold", **(firm | facts)),  # type: ignore[arg-type]
        dancer(stops_s + 0.05, performer="temirbek", **firm),  # type: ignore[arg-type]
    ]
    return report("A show", mix, tuple(known.values()), dance, motions)


def figure(told: dict[str, Any], name: str) -> dict[str, Any]:
    found: dict[str, Any] = next(f for f in told["figures"] if f["name"] == name)
    return found


def test_a_good_dance_holds_its_bars(tmp_path: Path) -> None:
    told = show(tmp_path)
    json.loads(json.dumps(told, allow_nan=False))
    sky = told["performers"][0]
    assert figure(told, "sky.beat_error_mean")["ok"] is True
    assert figure(told, "sky.beat_error_mean")["bar"] == "≤ 6 ms"
    assert figure(told, "sky.coverage")["value"] == 1.0
    assert figure(told, "sky.falls_per_minute")["bar"] == "none"
    assert sky["at_accents"][0]["part"] == "whole"
    assert len(sky["at_accents"][0]["error_ms"]) == 46
    assert told["in_words"][0].startswith("The dancers hit the beat within 2 ms")
    assert figure(told, "together.apart_sky_gold")["value"] == pytest.approx(2.0, abs=0.1)
    assert figure(told, "together.apart_sky_gold_p95")["ok"] is True
    assert not [f for f in told["failed"] if not f.startswith("mix.integrated_loudness")]


def test_the_dj_is_not_held_to_the_dancers_bar(tmp_path: Path) -> None:
    told = show(tmp_path)
    dj = figure(told, "temirbek.beat_error_mean")
    assert dj["bar"] is None and dj["ok"] is None
    assert abs(dj["value"] - 50.0) < 0.5


def test_a_late_dancer_and_a_fall_fail_by_name(tmp_path: Path) -> None:
    told = show(tmp_path, late_s=0.02, fell_at_s=47.0)
    assert told["ok"] is False
    assert "sky.beat_error_mean" in told["failed"]
    assert "gold.falls_per_minute" in told["failed"]
    assert "1 of 3 robots fell" in " ".join(told["in_words"])
    assert "Altyn fell at 47.0 s; nothing saw it coming. The others danced on." in told["in_words"]


def test_one_who_waits_is_told_of(tmp_path: Path) -> None:
    wait = Wait(performer="gold", from_s=20.0, lying="sky", distance_m=0.92)
    told = show(tmp_path, wait=wait)
    assert "Altyn waits from beat 40: Aspan lies 0.9 m ahead." in told["in_words"]
    assert told["performers"][1]["wait"] == {
        "from_s": 20.0,
        "from_beat": 40.0,
        "lying": "sky",
        "distance_m": 0.92,
    }
    assert told["performers"][0]["wait"] is None


def test_every_figure_has_words_and_unique_names(tmp_path: Path) -> None:
    told = show(tmp_path)
    names = [f["name"] for f in told["figures"]]
    assert len(names) == len(set(names))
    assert all(f["words"].endswith(".") for f in told["figures"])


def test_nothing_measured_is_no_success_where_it_is_due() -> None:
    bar = Bar(at_most=8.0)
    assert Measured(name="x", value=None, unit="ms", words="", bar=bar, is_due=True).ok is False
    assert Measured(name="x", value=float("nan"), unit="ms", words="", bar=bar).ok is None
    assert Measured(name="x", value=8.0, unit="ms", words="", bar=bar).ok is True
    assert Measured(name="x", value=8.1, unit="ms", words="").ok is None
    assert Measured(name="x", value=-1.0, unit="dBTP", words="", bar=Bar(at_most=-1.0)).ok is True
