"""Are the decks together? The beat error between decks, flams, and the fight for the bass, in each transition.

- **beat error between decks** (ms): |Δt| from each beat of one deck to the nearest of the other, while both are to
  be heard (their levels within 20 dB). *Heard*: kicks found in the stems (:mod:`temirbek.measures.hearing`). *True*:
  beats known beforehand, laid through the plan's time map; this one judges analysis and plan without the ear's own
  error.
- **flams**: kicks of both decks that should fall together and do not: pairs 8–200 ms apart, unless a whole number of
  sixteenths (within 8 ms) lies between them, for then they are rhythm.
- **bass clash**: Σ min(Eᴬ, Eᴮ) / Σ max(Eᴬ, Eᴮ) of the energies between 40 and 150 Hz, beat by beat, and the beats on
  which both are within 6 dB.

Stems are read one transition at a time.
"""

from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import numpy as np
import soundfile
from numpy.typing import NDArray

from temirbek.errors import InvalidInput
from temirbek.measures.attacks_of_decks import Attacks, attacks_of
from temirbek.measures.bands import band_of
from temirbek.types import BeatGrid, DeckMap, Mix, Transition

Floats = NDArray[np.float64]

BANDS_HZ = {"low": (30.0, 160.0), "mid": (200.0, 2000.0)}
NOT_TOGETHER = frozenset({"echo_out", "cut", "hard_cut"})
"""Styles in which the decks do not keep one beat together."""
AUDIBLE_DB = 20.0
FLAM_S = (0.008, 0.2)
BEATER_S = 0.02
BASS_HZ = (40.0, 150.0)
BASS_WITHIN_DB = 6.0
BASS_COUNTS_DB = 12.0
SILENCE_DB = -60.0


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Stretch:
    """The stems of both decks over one stretch of the mix, mono.

    Attributes:
        start_s, rate_hz: Mix time of the first sample [s]; samples a second [Hz].
        outgoing, incoming: Sound of the deck that leaves and of the one that comes, shape (n,).
    """

    start_s: float
    rate_hz: int
    outgoing: Floats
    incoming: Floats


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class DeckErrors:
    """Errors between the decks' beats in one transition, signed: incoming minus outgoing.

    Attributes:
        beats_s: Beats of the outgoing deck [s], shape (m,).
        error_ms: To the incoming deck's nearest beat [ms], shape (m,).
    """

    beats_s: Floats
    error_ms: Floats


def read_stretch(mix: Mix, transition: Transition, margin_beats: float) -> Stretch:
    """The two decks' sound from ``margin_beats`` before a transition to as many after it.

    Raises:
        InvalidInput: The mix has no stems, or a stem's rate is not the mix's.
    """
    if len(mix.stem_paths) != 2:
        raise InvalidInput(
            f"{mix.audio_path.name}: the decks can be compared only where two stems were written, not {len(mix.stem_paths)}"
        )
    first_s, last_s = mix.beat_grid.time_at(
        [transition.start_beat - margin_beats, transition.end_beat + margin_beats]
    )
    paths = dict(zip("AB", mix.stem_paths, strict=True))
    out_deck = mix.plan.plays[transition.from_play].deck
    in_deck = mix.plan.plays[transition.from_play + 1].deck
    start = max(0, int(first_s * mix.sample_rate_hz))
    count = int(last_s * mix.sample_rate_hz) - start
    return Stretch(
        start_s=start / mix.sample_rate_hz,
        rate_hz=mix.sample_rate_hz,
        outgoing=read_mono(paths[out_deck], start, count, mix.sample_rate_hz),
        incoming=read_mono(paths[in_deck], start, count, mix.sample_rate_hz),
    )


def read_mono(path: Path, start: int, count: int, rate_hz: int) -> Floats:
    """Samples of a file, the mean of its channels; silence after its end, shape (count,).

    Raises:
        InvalidInput: Its rate is another.
    """
    with soundfile.SoundFile(path) as file:
        if file.samplerate != rate_hz:
            raise InvalidInput(f"{path.name} has {file.samplerate} Hz; the mix has {rate_hz}")
        file.seek(min(start, file.frames))
        sound = file.read(count, dtype="float64", always_2d=True).mean(axis=1)
    return np.pad(sound, (0, count - len(sound)))


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Audible:
    """On which beats both decks are to be heard: edges of the beats [s], (m + 1,), and one truth value each, (m,)."""

    edges_s: Floats
    mask: NDArray[np.bool_]

    def at(self, instants_s: Floats) -> NDArray[np.bool_]:
        """Whether both are heard at the given instants; a little before a beat is the beat."""
        early_s = 0.03 * float(np.median(np.diff(self.edges_s)))
        i = np.searchsorted(self.edges_s, instants_s + early_s, side="right") - 1
        inside = (i >= 0) & (i < len(self.mask))
        return np.asarray(inside & self.mask[np.clip(i, 0, len(self.mask) - 1)])


def audible(stretch: Stretch, mix_beats_s: Floats) -> Audible:
    """The beats on which both decks' levels are within 20 dB and neither is silent."""
    edges = np.clip(((mix_beats_s - stretch.start_s) * stretch.rate_hz).astype(int), 0, len(stretch.outgoing))
    levels = np.stack([_levels_db(sound, edges) for sound in (stretch.outgoing, stretch.incoming)])
    mask = (np.abs(levels[0] - levels[1]) <= AUDIBLE_DB) & (levels.min(axis=0) > SILENCE_DB)
    return Audible(edges_s=mix_beats_s, mask=mask)


def _levels_db(sound: Floats, edges: NDArray[np.int64]) -> Floats:
    return np.array(
        [
            10 * np.log10(float(np.mean(sound[a:b] ** 2)) + 1e-12) if b > a else -120.0
            for a, b in pairwise(edges)
        ]
    )


def _attacks(stretch: Stretch, side: int, band: str) -> Attacks:
    sound = stretch.incoming if side else stretch.outgoing
    return attacks_of(sound, stretch.rate_hz, BANDS_HZ[band], stretch.start_s)


def nearest_errors(outgoing_s: Floats, incoming_s: Floats, both: Audible) -> DeckErrors | None:
    """Signed distance from each audible beat of one deck to the nearest beat of the other."""
    beats = outgoing_s[both.at(outgoing_s)]
    if not len(beats) or len(incoming_s) < 2:
        return None
    differences = incoming_s[None, :] - beats[:, None]
    nearest = differences[np.arange(len(beats)), np.abs(differences).argmin(axis=1)]
    return DeckErrors(beats_s=beats, error_ms=1e3 * nearest)


def true_errors(
    mix: Mix, transition: Transition, grids: tuple[BeatGrid, BeatGrid], truths_s: tuple[Floats, Floats]
) -> DeckErrors | None:
    """Beat error between decks from beats known beforehand.

    Args:
        mix: The mix.
        transition: Which one.
        grids: The grids by which the plan knew the outgoing and the incoming track.
        truths_s: Their true beats [track seconds].
    """
    plays = mix.plan.plays[transition.from_play : transition.from_play + 2]
    decks = []
    for play, grid, truth_s in zip(plays, grids, truths_s, strict=True):
        decks.append(DeckMap(play=play, track_grid=grid, mix_grid=mix.beat_grid).mix_s_at(truth_s))
    edges_s = transition_beats_s(mix, transition)
    always = Audible(edges_s=edges_s, mask=np.ones(len(edges_s) - 1, dtype=bool))
    return nearest_errors(decks[0], decks[1], always)


def transition_beats_s(mix: Mix, transition: Transition) -> Floats:
    """Beats of the mix from the start to the end of a transition, both included [s]."""
    return mix.beat_grid.time_at(np.arange(transition.start_beat, transition.end_beat + 0.5))


def flams(stretch: Stretch, mix_beats_s: Floats) -> int:
    """Kicks of both decks that nearly fall together and do not."""
    both = audible(stretch, mix_beats_s)
    kicks = []
    for side in (0, 1):
        found = _kicks_s(stretch, side)
        kicks.append(found[both.at(found)])
    if not len(kicks[0]) or not len(kicks[1]):
        return 0
    apart = np.abs(kicks[0][:, None] - kicks[1][None, :]).min(axis=1)
    sixteenth_s = float(np.median(np.diff(mix_beats_s))) / 4
    off_rhythm = np.abs(apart - np.round(apart / sixteenth_s) * sixteenth_s) > FLAM_S[0]
    return int(np.count_nonzero((apart >= FLAM_S[0]) & (apart <= FLAM_S[1]) & off_rhythm))


def _kicks_s(stretch: Stretch, side: int) -> Floats:
    """Attacks of the low end that have a beater: an attack above it within 20 ms, which also says exactly when."""
    low, beater = _attacks(stretch, side, "low").time_s, _attacks(stretch, side, "mid").time_s
    if not len(low) or not len(beater):
        return np.zeros(0)
    return np.asarray(beater[np.abs(beater[:, None] - low[None, :]).min(axis=1) <= BEATER_S])


def bass_clash(stretch: Stretch, mix_beats_s: Floats) -> tuple[float, int]:
    """How much the basses overlap: Σ min / Σ max of their energies per beat, and beats with both within 6 dB.

    Args:
        stretch: Both stems.
        mix_beats_s: Beats of the mix from the start to the end of the transition [s], both included.

    Returns:
        The share 0–1 (0 where neither has bass), and the number of beats on which both are within 6 dB while the
        louder one lies within 12 dB of the strongest bass of the transition (two murmurs are no clash).
    """
    energies = bass_energies(stretch, mix_beats_s)
    low, high = np.minimum(*energies), np.maximum(*energies)
    if not np.any(high > 0):
        return 0.0, 0
    is_bass = high > 10 ** (-BASS_COUNTS_DB / 10) * high.max()
    within = low >= 10 ** (-BASS_WITHIN_DB / 10) * high
    return float(low.sum() / high.sum()), int(np.count_nonzero(is_bass & within))


def bass_energies(stretch: Stretch, mix_beats_s: Floats) -> tuple[Floats, Floats]:
    """Energies between 40 and 150 Hz of the outgoing and of the incoming deck on each beat, shapes (beats,)."""
    found = []
    for sound in (stretch.outgoing, stretch.incoming):
        band, band_rate_hz = band_of(sound, stretch.rate_hz, BASS_HZ)
        edges = ((mix_beats_s - stretch.start_s) * band_rate_hz).clip(0, len(band)).astype(int)
        total = np.concatenate([[0.0], np.cumsum(band * band)])
        found.append(np.maximum(0.0, np.diff(total[edges])))
    return found[0], found[1]
