"""What the DJ intends: which part of which track sounds when, at which tempo, and how one goes over into the next.

The plan is written in *mix beats*. Mix beat 0 is the first downbeat of the set; a deck plays one track beat per
mix beat (times ``beat_ratio``), so the decks are together by construction and tempo is a curve over mix beats.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

from temirbek.types._arrays import locked

Deck = Literal["A", "B"]
_ROUNDING = 1e-9
Control = Literal["fader", "low", "mid", "high", "filter", "trim", "echo", "reverb"]
CONTROLS: tuple[Control, ...] = ("fader", "low", "mid", "high", "filter", "trim", "echo", "reverb")
CONTROL_REST: Mapping[Control, float] = {
    "fader": 1.0,
    "low": 1.0,
    "mid": 1.0,
    "high": 1.0,
    "filter": 0.0,
    "trim": 1.0,
    "echo": 0.0,
    "reverb": 0.0,
}
"""Where each control stands while nobody touches it."""

TransitionStyle = Literal[
    "blend", "short_blend", "filter_sweep", "drop_swap", "loop_extend", "echo_out", "cut", "hard_cut"
]
TRANSITION_STYLES: tuple[TransitionStyle, ...] = (
    "blend",
    "short_blend",
    "filter_sweep",
    "drop_swap",
    "loop_extend",
    "echo_out",
    "cut",
    "hard_cut",
)
"""The vocabulary.

- "blend": both decks for eight bars or more, the bass changes hands on a phrase;
- "short_blend": the same in four;
- "filter_sweep": the outgoing deck leaves through a closing filter;
- "drop_swap": the outgoing track builds, and the incoming one's drop lands where its own would have;
- "loop_extend": a blend over the outgoing track's last bars, looped since they alone are too short;
- "echo_out": the outgoing deck leaves in echoes, the incoming one begins alone;
- "cut": from one downbeat to the next track's;
- "hard_cut": a cut that relies on no grid: for tracks whose beats are uncertain.
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Loop:
    """A stretch of a track that is heard again before the track goes on.

    Attributes:
        start_beat: Where the stretch begins [track beats].
        length_beats: How long it is [track beats], > 0; whole beats.
        times: How often it is heard *again*, ≥ 1.

    Raises:
        ValueError: It has no length, or is not repeated.
    """

    start_beat: float
    length_beats: float
    times: int

    def __post_init__(self) -> None:
        if not self.length_beats > 0 or self.times < 1:
            raise ValueError(f"a loop of {self.length_beats:g} beats, {self.times} times, is none")

    @property
    def end_beat(self) -> float:
        """Where it jumps back from [track beats]."""
        return self.start_beat + self.length_beats


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
        loops: Stretches heard again, in order, not overlapping, inside the part.
        nudge: Points (mix beat, seconds by which the deck sounds later than its grid says), straight lines between,
            held outside; a hand on the platter that brings kick onto kick. Empty: none.
        seams: Mix beats, increasing, on which the deck's sound is joined anew: a set that sounds can be changed there,
            and what came before stays the same to the bit. Empty in a set that is not changed.

    Raises:
        ValueError: A loop lies outside the part or over another one, or nudges are not in order.
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
    loops: tuple[Loop, ...] = ()
    nudge: tuple[tuple[float, float], ...] = ()
    seams: tuple[float, ...] = ()

    def __post_init__(self) -> None:
        edges = [self.track_from_beat, *(b for x in self.loops for b in (x.start_beat, x.end_beat))]
        if any(b < a - _ROUNDING for a, b in zip(edges, [*edges[1:], self.track_to_beat], strict=True)):
            raise ValueError(
                f"loops must follow each other inside track beats {self.track_from_beat:g} to {self.track_to_beat:g}"
            )
        beats = [beat for beat, _ in self.nudge]
        if beats != sorted(beats):
            raise ValueError("the points of a nudge must be in order of their beats")

    @property
    def mix_to_beat(self) -> float:
        """The mix beat at which the part ends."""
        return float(self._knots()[0][-1])

    def track_beat_at(self, mix_beat: ArrayLike) -> NDArray[np.float64]:
        """Track beats that sound at the given mix beats, loops included; outside the part it goes on as it was."""
        at = np.asarray(mix_beat, dtype=float)
        mix, track = self._knots()
        piece = np.clip(np.searchsorted(mix, at, side="right") - 1, 0, len(track) - 1)
        return np.asarray(track[piece] + (at - mix[piece]) * self.beat_ratio)

    def mix_beat_at(self, track_beat: ArrayLike) -> NDArray[np.float64]:
        """Mix beats at which track beats sound; in a loop, for the first time."""
        at = np.asarray(track_beat, dtype=float)
        mix, track = self._knots()
        heard_to = np.maximum.accumulate(
            track[:-1] + np.diff(mix) * self.beat_ratio
        )  # by the end of each piece
        piece = np.searchsorted(heard_to, at, side="right").clip(0, len(track) - 2)
        return np.asarray(mix[piece] + (at - track[piece]) / self.beat_ratio)

    def nudge_s_at(self, mix_beat: ArrayLike) -> NDArray[np.float64]:
        """Seconds by which the deck sounds later than its grid says, at mix beats."""
        at = np.asarray(mix_beat, dtype=float)
        if not self.nudge:
            return np.zeros(at.shape)
        beats, seconds = zip(*self.nudge, strict=True)
        return np.asarray(np.interp(at, beats, seconds))

    def _knots(self) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Mix beats at which pieces begin, and the track beats they begin with; the last pair is the end."""
        mix, track = [self.mix_from_beat], [self.track_from_beat]
        for loop in self.loops:
            for _ in range(loop.times):
                mix.append(mix[-1] + (loop.end_beat - track[-1]) / self.beat_ratio)
                track.append(loop.start_beat)
        mix.append(mix[-1] + (self.track_to_beat - track[-1]) / self.beat_ratio)
        track.append(self.track_to_beat)
        return np.array(mix), np.array(track)


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
        fallback: The style that is taken instead if this one is heard to fail; None where there is nothing simpler.
    """

    from_play: int
    start_beat: float
    length_beats: float
    swap_beat: float
    style: TransitionStyle
    reason: str
    is_on_phrases: bool
    fallback: TransitionStyle | None = None

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
            "filter" is −1 (low-pass closed) over 0 (open) to 1 (high-pass closed); "trim" is a linear gain before
            everything else, 1 is none; "echo" and "reverb" are sends, 0 to 1, after the fader: what was sent rings on
            when the fader is down. Two points on one beat are a jump.
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


@dataclass(frozen=True, slots=True, kw_only=True)
class Adjustment:
    """What listening to one rendered transition asks of its plan.

    Attributes:
        nudge_s: By how much the incoming deck is to sound later [s].
        trim_db: Points (mix beat, gain of both decks [dB]) that even out the loudness; straight lines between.
    """

    nudge_s: float = 0.0
    trim_db: tuple[tuple[float, float], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class SetWishes:
    """What the person asks of a set. Tracks are named by their ids.

    Attributes:
        length_s: About how long it should last [s]; None plays the tracks in full.
        keep_order: Play the tracks in the order given.
        energy_arc: Points (place in the set 0–1, wished energy 0–1), straight lines between; empty: the house's own
            (warm-up, peak, rest, finale).
        must_play: Tracks that may not be left out.
        never_after: Pairs (first, second): the second never directly follows the first.
        locked: Track at a place in the order; 0 is the first, −1 the last.

    Raises:
        ValueError: A value is out of range, or wishes contradict each other.
    """

    length_s: float | None = None
    keep_order: bool = False
    energy_arc: tuple[tuple[float, float], ...] = ()
    must_play: tuple[str, ...] = ()
    never_after: tuple[tuple[str, str], ...] = ()
    locked: Mapping[int, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if self.length_s is not None and not self.length_s > 0:
            raise ValueError(f"length_s is {self.length_s}; a set lasts longer than 0 s")
        places = [place for place, _ in self.energy_arc]
        if places != sorted(places) or any(not 0 <= v <= 1 for point in self.energy_arc for v in point):
            raise ValueError(
                f"energy_arc is {self.energy_arc}; expected places in order and energies, all 0 to 1"
            )
        if len(set(self.locked.values())) < len(self.locked):
            raise ValueError("a track is locked to two places")
