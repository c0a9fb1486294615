"""What the DJ intends: which part of which track sounds when, at which tempo, and how one goes over into the next.

The plan is written in *mix beats*. Mix beat 0 is the first downbeat of the set; a deck plays one track beat per
mix beat (times ``beat_ratio``), so the decks are together by construction and tempo is a curve over mix beats.
"""

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

from temirbek.types._arrays import locked

Deck = Literal["A", "B"]
Control = Literal["fader", "low", "mid", "high", "filter"]
TransitionStyle = Literal["blend", "short_blend", "echo_out", "cut"]
CONTROLS: tuple[Control, ...] = ("fader", "low", "mid", "high", "filter")


@dataclass(frozen=True, slots=True, kw_only=True)
class Play:
    """One track on one deck.

    Attributes:
        track_id: Which track.
        deck: On which deck; consecutive plays alternate.
        track_from_beat, track_to_beat: The part that sounds [track beats].
        mix_from_beat: The mix beat at which ``track_from_beat`` sounds.
        beat_ratio: Track beats per mix beat: 1, or 2 / 0.5 where a track is felt at double or half tempo.
        gain_db: Applied so that tracks match in loudness.
        stretch: "time" keeps the pitch, "varispeed" moves it with the tempo (tiny changes only).
        reason: Why this track, here, in plain words.
    """

    track_id: str
    deck: Deck
    track_from_beat: float
    track_to_beat: float
    mix_from_beat: float
    beat_ratio: float = 1.0
    gain_db: float
    stretch: Literal["time", "varispeed"] = "time"
    reason: str = ""

    @property
    def mix_to_beat(self) -> float:
        """The mix beat at which the part ends."""
        return self.mix_from_beat + (self.track_to_beat - self.track_from_beat) / self.beat_ratio

    def track_beat_at(self, mix_beat: ArrayLike) -> NDArray[np.float64]:
        """Track beats that sound at the given mix beats."""
        return np.asarray(
            self.track_from_beat + (np.asarray(mix_beat, dtype=float) - self.mix_from_beat) * self.beat_ratio
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Transition:
    """From one play to the next.

    Attributes:
        from_play: Index of the outgoing play; the incoming one is ``from_play + 1``.
        start_beat, length_beats: When both decks may be heard [mix beats].
        swap_beat: The phrase downbeat on which the bass changes owner [mix beats].
        style: From the vocabulary.
        reason: Why here, so long and in this style, in plain words.
        is_on_phrases: The start lies on a phrase boundary of both tracks.
    """

    from_play: int
    start_beat: float
    length_beats: float
    swap_beat: float
    style: TransitionStyle
    reason: str
    is_on_phrases: bool

    @property
    def end_beat(self) -> float:
        """The mix beat at which the outgoing deck is silent."""
        return self.start_beat + self.length_beats


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Automation:
    """The course of one control of one deck: straight lines between points, held outside them.

    Attributes:
        deck, control: Which. "fader" is 0–1 in *amplitude after the equal-power law* (linear gain);
            "low", "mid", "high" are linear gains of the isolator's bands, 0 (killed) to 1 (flat);
            "filter" is −1 (low-pass closed) over 0 (open) to 1 (high-pass closed).
        beats: Mix beats of the points [beats], shape (n,), increasing.
        values: Values at the points, shape (n,).
    """

    deck: Deck
    control: Control
    beats: NDArray[np.float64]
    values: NDArray[np.float64]

    def __post_init__(self) -> None:
        object.__setattr__(self, "beats", locked(self.beats))
        object.__setattr__(self, "values", locked(self.values))
        if self.beats.shape != self.values.shape or self.beats.ndim != 1 or len(self.beats) == 0:
            raise ValueError(
                f"automation points {self.beats.shape} and values {self.values.shape} do not match"
            )
        if np.any(np.diff(self.beats) < 0):
            raise ValueError("automation beats must not decrease")

    def at(self, mix_beat: ArrayLike) -> NDArray[np.float64]:
        """Values at the given mix beats."""
        return np.asarray(np.interp(np.asarray(mix_beat, dtype=float), self.beats, self.values))


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class SetPlan:
    """A whole set.

    Attributes:
        plays: In the order in which they sound.
        transitions: One between each pair of consecutive plays.
        automation: Every control that moves; a control without automation rests (fader 1, bands 1, filter 0).
        tempo_beats, tempo_bpm: The tempo curve: points [mix beats] and tempo there [BPM], straight lines between.
        end_beat: The mix beat at which the set is over.
        seed: From which every free choice was drawn.
        left_out: Tracks that were not used, each with the reason: (track id, reason).
    """

    plays: tuple[Play, ...]
    transitions: tuple[Transition, ...]
    automation: tuple[Automation, ...]
    tempo_beats: NDArray[np.float64]
    tempo_bpm: NDArray[np.float64]
    end_beat: float
    seed: int
    left_out: tuple[tuple[str, str], ...] = ()

    def __post_init__(self) -> None:
        object.__setattr__(self, "tempo_beats", locked(self.tempo_beats))
        object.__setattr__(self, "tempo_bpm", locked(self.tempo_bpm))
        if len(self.transitions) != max(0, len(self.plays) - 1):
            raise ValueError(
                f"{len(self.plays)} plays need {len(self.plays) - 1} transitions, not {len(self.transitions)}"
            )
        if self.tempo_beats.shape != self.tempo_bpm.shape or len(self.tempo_beats) == 0:
            raise ValueError("the tempo curve needs as many tempi as beats, and at least one")
