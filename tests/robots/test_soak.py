"""The soak in short: dances by lot, their distribution, and pieces that are not danced twice."""

import json
import sys
from collections import Counter
from pathlib import Path

import numpy as np
import pytest

sys.path.insert(0, str(Path(__file__).parents[2] / "benchmarks"))

from soak import done, spread, summary, words
from soak_chunk import Chunk, run_chunk
from soak_dances import CAST, FARTHEST_M, drawn_piece, vocabulary

from temirbek.types import place_at


def test_dances_by_lot_are_seeded_and_use_the_whole_vocabulary() -> None:
    moves, used = vocabulary(), Counter[str]()
    for seed in range(25):
        piece = drawn_piece(seed, 60.0)
        used.update(c.move for c in piece.choreography.calls)
        assert 90.0 <= piece.bpm <= 140.0
        for call in piece.choreography.calls:
            low, high = moves[call.move].tempo_bpm
            assert low <= piece.bpm / call.tempo_rule <= high
    assert drawn_piece(7, 60.0).choreography == drawn_piece(7, 60.0).choreography
    families = {m.family for m in moves.values() if m.family != "dj"}
    assert {moves[name].family for name in used} == families


def test_nobody_walks_away() -> None:
    for seed in range(10):
        piece = drawn_piece(seed, 60.0)
        end_beat = float(piece.grid.beat_at(piece.end_s))
        for performer in CAST:
            at = place_at(performer, piece.choreography.footsteps[performer.id], end_beat)
            assert np.hypot(at.x_m - performer.mark_m[0], at.y_m - performer.mark_m[1]) <= FARTHEST_M + 1e-6


@pytest.mark.physics
def test_a_short_soak_says_how_everybody_fared(tmp_path: Path) -> None:
    chunk = Chunk(number=0, seed=1, seconds=6.0)
    result = json.loads(json.dumps(run_chunk(chunk)))
    figures = summary([result])
    assert figures["g1"]["robot_minutes"] == pytest.approx(2 * result["length_s"] / 60.0, rel=0.01)
    for kind in ("g1", "go2"):
        own = figures[kind]
        assert own["falls"] == []
        assert own["collisions"] == []
        assert max(own["torque_peak"].values()) <= 1.0
        assert own["estimator"]["velocity_mm_s"]["most"] < 25.0
        assert own["estimator"]["level_deg"]["most"] < 1.0
    assert "0 falls" in words(figures)
    kept = tmp_path / "chunk-1-6s-000.json"
    kept.write_text(json.dumps(result))
    before = kept.stat().st_mtime_ns
    assert done(chunk, tmp_path) == kept  # what is there is not danced again
    assert kept.stat().st_mtime_ns == before


def test_errors_are_spread() -> None:
    found = spread([1.0, -3.0, None, 2.0])
    assert found == {"count": 4, "coverage": 0.75, "mean": 2.0, "p95": 2.9, "worst": 3.0}
    assert spread([]) is None
