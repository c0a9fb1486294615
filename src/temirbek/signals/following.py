"""Follows music that comes in on a line: tempo and beat from where sound sets in, while it plays.

The attack envelope of :mod:`temirbek.audio.attacks` (how strongly sound sets in, every 1.45 ms) of the last eight seconds is
held against trains of pulses: tempo and phase are those of the train on which most attacks lie. A first look finds the
tempo among all by the envelope's spectrum (the beat's frequency with its multiples, likely tempos preferred, Moelants
2002); from then on only what lies near what was found before is tried, so that a break or an off-beat hat misleads
nobody. If the last four seconds fit a tempo nearby much better, the tempo was changed, and they alone count.

What cannot be heard is which of two halves of a beat is *the* beat, and whether people count twice as fast. A person
settles it: taps that are confirmed (:mod:`temirbek.signals.taps`) say where to look. Until then the follower says
that it is not locked unless the beat stands out.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from temirbek.audio.attacks import AttackEnvelope, attack_envelope
from temirbek.signals.steady import Beat

Signal = NDArray[np.float32]

WINDOW_S, SHORT_S = 8.0, 4.0
EVERY_S = 0.5
"""So often it looks anew."""
CONTEXT_S = 3.0
"""Attacks are measured against how loud the last seconds were."""
BAND_WEIGHTS = (1.0, 0.3, 0.2)
"""Kick and bass say more of the beat than hats, which like the off-beat."""
REMEMBERED_S = 45.0
"""A beat that was locked is looked for first where it was, for so long: through a break, say."""
SMOOTH_S = 0.012
LIKELY_BPM, OCTAVES = 122.0, 0.45
LEAST_BPM, MOST_BPM = 70.0, 180.0
MULTIPLES = (1.0, 0.8, 0.5, 0.4)
NEAR_TEMPO, NEAR_PHASE = 0.03, 0.12
"""How far from what was found before is looked [share of the tempo; beats]."""
CHANGED = 0.07
MUCH_BETTER = 1.25
AT_HOME = 1.8
"""A train is believed when the attacks on it are so many times as strong as usual."""
SURE_LOOKS = 4
QUIET = 1e-3
"""Root mean square of a line on which nobody plays."""
LATE_S = 0.0


@dataclass(frozen=True, slots=True)
class _Train:
    """Pulses: the newest one's instant and their distance [s], how strong attacks on them are, and how much they stand out."""

    last_s: float
    period_s: float
    strength: float
    contrast: float


class Follower:
    """Hears one line.

    Args:
        sample_rate_hz: Of the line [Hz].

    Attributes:
        beat: Where the beat is; None before one was found.
        level: Root mean square of the last half second.
    """

    def __init__(self, sample_rate_hz: int) -> None:
        self._rate_hz = sample_rate_hz
        self._sound: Signal = np.zeros(0, dtype=np.float32)
        self._end_s = 0.0
        self._fresh = 0
        self._attacks: Signal = np.zeros(0, dtype=np.float32)
        self._attacks_hz = 1.0
        self._sure = 0
        self._expected: Beat | None = None
        self._heard_s = self._locked_s = -1e9
        self.beat: Beat | None = None
        self.level = 0.0

    def expect(self, beat: Beat) -> None:
        """Where people say that the beat is."""
        self._expected = self.beat = beat
        self._sure = SURE_LOOKS // 2

    def hear(self, samples: Signal, end_s: float) -> bool:
        """More sound.

        Args:
            samples: Mono, shape (n,).
            end_s: When the last of them sounded [host_s]: the line's latency is taken off.

        Returns:
            Whether the beat was looked for anew.
        """
        self._sound = np.concatenate([self._sound, samples])[-round(CONTEXT_S * self._rate_hz) :]
        self._end_s = end_s
        self._fresh += len(samples)
        if self._fresh < EVERY_S * self._rate_hz or len(self._sound) < CONTEXT_S * self._rate_hz:
            return False
        self._take_attacks(attack_envelope(self._sound, self._rate_hz))
        self.level = float(np.sqrt(np.mean(self._sound[-self._fresh :] ** 2)))
        self._fresh = 0
        self._look()
        return True

    def is_locked(self, host_s: float) -> bool:
        """Whether the beat can be relied on at an instant [host_s]."""
        return self._sure >= SURE_LOOKS and host_s - self._heard_s < WINDOW_S

    @property
    def confidence(self) -> float:
        """0–1."""
        return min(1.0, self._sure / (2 * SURE_LOOKS))

    def _take_attacks(self, envelope: AttackEnvelope) -> None:
        """Joins the newest attacks to those before."""
        self._attacks_hz = envelope.rate_hz
        new = envelope.combined(BAND_WEIGHTS)
        fresh = min(len(new), round(self._fresh / self._rate_hz * envelope.rate_hz))
        first = not len(self._attacks)
        joined = np.concatenate([self._attacks, new if first else new[-fresh:]])
        self._attacks = joined[-round(WINDOW_S * envelope.rate_hz) :].astype(np.float32)

    def _look(self) -> None:
        if self.level < QUIET:
            self._sure = max(0, self._sure - 1)
            return
        attacks = _smoothed(self._attacks, SMOOTH_S * self._attacks_hz)
        known = self.beat if self._sure > 0 or self._end_s - self._locked_s < REMEMBERED_S else None
        found = self._near(attacks, known, NEAR_TEMPO) if known is not None else self._anywhere(attacks)
        if known is not None and found is not None:
            found = self._changed(attacks, known, found) or found
        if found is None:
            self._sure = max(0, self._sure - 1)
            return
        is_good = found.contrast >= AT_HOME or (self._expected is not None and found.contrast >= 1.3)
        self._sure = min(2 * SURE_LOOKS, self._sure + 1) if is_good else max(0, self._sure - 1)
        if is_good:
            self._heard_s = self._end_s
        if is_good and self._sure >= SURE_LOOKS:
            self._locked_s = self._end_s
        if is_good or self._sure:
            self._take(found)

    def _take(self, train: _Train) -> None:
        """Counts on from what was known."""
        last_s = train.last_s - LATE_S
        number = 0.0 if self.beat is None else float(round(self.beat.at(last_s)))
        self.beat = Beat(beat=number, host_s=last_s, tempo_bpm=60.0 / train.period_s)

    def _anywhere(self, attacks: Signal) -> _Train | None:
        """Looks among all tempos."""
        if len(attacks) < SHORT_S * self._attacks_hz:
            return None
        n = 1 << 16
        spectrum = np.abs(np.fft.rfft(attacks - attacks.mean(), n))
        tempos = np.arange(LEAST_BPM, MOST_BPM, 0.25)
        places = tempos / 60.0 * n / self._attacks_hz
        bins = np.arange(len(spectrum))
        scores = sum(w * np.interp(places * (k + 1), bins, spectrum) for k, w in enumerate(MULTIPLES))
        likely = np.exp(-0.5 * (np.log2(tempos / LIKELY_BPM) / OCTAVES) ** 2)
        period_s = 60.0 / float(tempos[int(np.argmax(scores * likely))])
        return self._best(attacks, period_s, 0.015, None)

    def _near(self, attacks: Signal, known: Beat, share: float) -> _Train | None:
        """Looks around what was known."""
        return self._best(attacks, 60.0 / known.tempo_bpm, share, known)

    def _changed(self, attacks: Signal, known: Beat, found: _Train) -> _Train | None:
        """A train that the last seconds alone fit much better, if there is one."""
        short = attacks[-round(SHORT_S * self._attacks_hz) :]
        other = self._best(short, 60.0 / known.tempo_bpm, CHANGED, None)
        if other is None or abs(other.period_s / found.period_s - 1) < 0.008:
            return None
        as_before = self._strength(short, np.array([found.period_s]), np.array([found.last_s]))[0, 0]
        return other if other.strength > MUCH_BETTER * float(as_before) else None

    def _best(self, attacks: Signal, period_s: float, share: float, known: Beat | None) -> _Train | None:
        """The strongest train with a period near one, and, where a beat is known, a phase near it."""
        steps = max(3, round(2 * share / 0.002)) | 1
        periods = period_s * (1.0 + np.linspace(-share, share, steps))
        if known is None:
            offsets = np.linspace(0.0, period_s, 97)[:-1]
            lasts = self._end_s - offsets
        else:
            expected_s = known.when(np.floor(known.at(self._end_s)))
            lasts = expected_s + period_s * np.linspace(-NEAR_PHASE, NEAR_PHASE, 41)
        strengths = self._strength(attacks, periods, lasts)
        if not np.isfinite(strengths).all() or strengths.max() <= 0:
            return None
        i, j = np.unravel_index(int(np.argmax(strengths)), strengths.shape)
        fine = lasts[j] + np.linspace(-0.006, 0.006, 25)
        fine_periods = periods[i] * (1.0 + np.linspace(-0.002, 0.002, 21))
        finest = self._strength(attacks, fine_periods, fine)
        a, b = np.unravel_index(int(np.argmax(finest)), finest.shape)
        period, last = float(fine_periods[a]), float(fine[b])
        strength, usual = float(finest[a, b]), float(attacks.mean())
        return _Train(last, period, strength, strength / max(usual, 1e-9))

    def _strength(
        self, attacks: Signal, periods_s: NDArray[np.float64], lasts_s: NDArray[np.float64]
    ) -> NDArray[np.float64]:
        """How strong attacks are on trains, the mean over pulses, shape (periods, lasts)."""
        length_s = len(attacks) / self._attacks_hz
        count = int((length_s - periods_s.max()) / periods_s.max())
        back = np.arange(count)
        instants = lasts_s[None, :, None] - periods_s[:, None, None] * back[None, None, :]
        places = (instants - self._end_s) * self._attacks_hz + len(attacks) - 1
        values = np.interp(places.ravel(), np.arange(len(attacks)), attacks).reshape(places.shape)
        return np.asarray(values.mean(axis=2))


def _smoothed(values: Signal, width: float) -> Signal:
    """Smoothed by a bell of a width [samples]."""
    n = max(1, round(3 * width))
    bell = np.exp(-0.5 * (np.arange(-n, n + 1) / width) ** 2)
    return np.convolve(values, bell / bell.sum(), mode="same").astype(np.float32)
