"""A few bars of a plan, rendered by themselves: to be heard before the whole is written."""

from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from temirbek.mixing.clock import SAMPLE_RATE_HZ, mix_clock, require_nudges
from temirbek.mixing.deck import FRAME
from temirbek.mixing.render import DECKS, deck_sound, played_tracks
from temirbek.mixing.score import bar_beats
from temirbek.types import BeatGrid, SetPlan, TrackAnalysis


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Span:
    """What leaves both decks over a stretch of the mix.

    Attributes:
        stems: Deck A and deck B before the master gain, float32, shape (2 decks, 2 channels, n).
        first_s: Mix time of the first sample [s].
        beat_grid: The whole mix's: mix seconds ⇄ mix beats.
        sample_rate_hz: Of the stems [Hz].
    """

    stems: NDArray[np.float32]
    first_s: float
    beat_grid: BeatGrid
    sample_rate_hz: int


def render_span(plan: SetPlan, analyses: Sequence[TrackAnalysis], from_beat: float, to_beat: float) -> Span:
    """Renders both decks from one mix beat to another: the very samples of the full render's decks there.

    Args:
        plan: What to play.
        analyses: At least those of the tracks in the plan; the files of those that sound are read.
        from_beat, to_beat: From where to where [mix beats]; cut to where the mix begins and ends.

    Raises:
        InvalidInput: The plan names a track that is not among the analyses, or a file cannot be read.
        ValueError: Nothing of the mix lies between the beats.
    """
    tracks = played_tracks(plan, analyses)
    clock = mix_clock(plan, bar_beats(plan, tracks))
    require_nudges(plan, clock)
    first, last = (int(x) for x in np.round(clock.sample_at([from_beat, to_beat])).clip(0, clock.n_samples))
    if last <= first:
        raise ValueError(f"no part of the mix lies between beats {from_beat:g} and {to_beat:g}")
    frames = range(first // FRAME, (last - 1) // FRAME + 1)
    stems = np.empty((len(DECKS), 2, len(frames) * FRAME), dtype=np.float32)
    for k, name in enumerate(DECKS):
        with closing(deck_sound(name, plan, tracks, clock, frames.start)) as deck:
            for frame in frames:
                at = (frame - frames.start) * FRAME
                stems[k, :, at : at + FRAME] = deck.next_frame()
    skipped = first - frames.start * FRAME
    return Span(
        stems=stems[:, :, skipped : skipped + last - first].copy(),
        first_s=first / SAMPLE_RATE_HZ,
        beat_grid=clock.grid,
        sample_rate_hz=SAMPLE_RATE_HZ,
    )
