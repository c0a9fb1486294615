"""What is expected without people: bands in which the mix has not sounded yet are not taken for a hall."""

import numpy as np
import pytest

from temirbek.hearing.leak import NEW_S, Leak
from temirbek.hearing.spectra import FRAME_S, N_BANDS

GAIN = 0.5
LOW = N_BANDS // 2


def frames(n: int, *, has_high: bool) -> np.ndarray:
    """The mix in bands: bass alone, or all of it."""
    played = np.zeros((n, N_BANDS))
    played[:, :LOW] = 1.0
    if has_high:
        played[:, LOW:] = 1.0
    return played


def learnt(seconds: float) -> Leak:
    """After so long of bass that is taken away but for a thousandth."""
    leak = Leak()
    played = frames(round(seconds / FRAME_S), has_high=False)
    leak.expect(1e-3 * GAIN * played + 1e-9, GAIN * played, played, False)
    return leak


def test_what_enters_later_may_be_all_the_mix_s_own() -> None:
    """The canceller has learnt nothing of these bands: what is heard there is as loud as the others were before it."""
    leak, played = learnt(8.0), frames(1, has_high=True)
    echo = GAIN * frames(1, has_high=False)
    expected = leak.expect(GAIN * played, echo, played, False)[0]
    assert expected[LOW:] == pytest.approx(GAIN, rel=0.15)
    assert (expected[:LOW] < 0.5 * GAIN).all()  # these are known


def test_what_has_sounded_for_a_while_is_known() -> None:
    leak, n = learnt(8.0), round(2 * NEW_S / FRAME_S)
    played = frames(n, has_high=True)
    expected = leak.expect(1e-3 * GAIN * played + 1e-9, GAIN * played, played, False)
    fresh = expected[: round(0.2 / FRAME_S), LOW:].mean()
    assert (
        expected[-1, LOW:].mean() < fresh
    )  # what is left of doubt is the leak's own, not that nothing was known


def test_nothing_is_expected_of_a_mix_that_is_silent() -> None:
    leak = Leak()
    nothing = np.zeros((200, N_BANDS))
    expected = leak.expect(np.full((200, N_BANDS), 1e-6), nothing, nothing, False)
    assert expected[-1].max() < 1e-5
