"""What is heard in one transition: known lateness, known loudness, and "not clear" where nothing can be said."""

from pathlib import Path

import numpy as np
import pytest
import soundfile

from temirbek.errors import InvalidInput
from temirbek.measures import TransitionHeard, hear_transition
from temirbek.types import Mix

from .makers import LENGTH, MIX_RATE_HZ, START, two_decks

HEARING_MS = 0.5


def stems_of(mix: Mix) -> np.ndarray:
    return np.stack([soundfile.read(path, dtype="float32")[0].T for path in mix.stem_paths])


def hear(mix: Mix, stems: np.ndarray | None = None, first_s: float = 0.0) -> TransitionHeard:
    heard = stems_of(mix) if stems is None else stems
    return hear_transition(heard, MIX_RATE_HZ, first_s, mix.beat_grid, mix.plan.transitions[0])


@pytest.mark.parametrize("late_ms", [0.0, 2.5, -7.0, 18.0])
def test_kicks_that_are_late_by_so_much_are_heard_late_by_so_much(tmp_path: Path, late_ms: float) -> None:
    mix, _ = two_decks(tmp_path, late_ms=late_ms)
    heard = hear(mix)
    assert heard.kick_offset_ms == pytest.approx(late_ms, abs=HEARING_MS)
    assert heard.kick_pairs >= 28
    assert heard.p95_ms == pytest.approx(abs(late_ms), abs=2 * HEARING_MS)
    assert (heard.flams > 0) == (abs(late_ms) > 8)


def test_the_leaving_deck_is_heard_and_a_span_is_enough(tmp_path: Path) -> None:
    mix, _ = two_decks(tmp_path, late_ms=4.0)
    swapped = hear(mix, stems_of(mix)[::-1])
    first = int(4.0 * MIX_RATE_HZ)
    cut = hear(mix, stems_of(mix)[:, :, first:], first_s=4.0)
    assert swapped.kick_offset_ms == pytest.approx(4.0, abs=HEARING_MS)
    assert cut.kick_offset_ms == pytest.approx(4.0, abs=HEARING_MS)


def test_a_pad_has_no_kicks_to_compare(tmp_path: Path) -> None:
    mix, _ = two_decks(tmp_path)
    stems = stems_of(mix)
    t = np.arange(stems.shape[2]) / MIX_RATE_HZ
    stems[1] = 0.1 * np.sin(2 * np.pi * 220 * t) * (t > START / 2)
    heard = hear(mix, stems)
    assert heard.kick_offset_ms is None and heard.kick_pairs == 0


def test_the_residual_is_the_bump_that_was_made(tmp_path: Path) -> None:
    mix, _ = two_decks(tmp_path)
    stems = stems_of(mix)
    noise = np.random.default_rng(3).standard_normal(stems.shape[1:]).astype(np.float32) * 0.05
    t = np.arange(stems.shape[2]) / MIX_RATE_HZ
    stems[0], stems[1] = noise * (t < 24.0), noise * (t >= 24.0)
    stems[:, :, (t >= 20) & (t < 28)] *= 10 ** (3 / 20)
    heard = hear(mix, stems)
    assert heard.loudness_deviation_lu == pytest.approx(3.0, abs=0.1)
    assert len(heard.residual) == LENGTH / 4 + 1
    assert dict(heard.residual)[48.0] == pytest.approx(3.0, abs=0.1)
    assert dict(heard.residual)[START] == pytest.approx(0.0, abs=0.1)


def test_stems_of_another_shape_are_refused(tmp_path: Path) -> None:
    mix, _ = two_decks(tmp_path)
    with pytest.raises(InvalidInput, match=r"\(2 decks, 2 channels, n\)"):
        hear(mix, stems_of(mix)[:, 0])
