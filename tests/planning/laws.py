"""What every plan must satisfy, whatever the music: asked by the tests of this room on every plan they make."""

from collections.abc import Sequence

import numpy as np

from temirbek.planning.shapes import LADDER, STEPS
from temirbek.types import CONTROL_REST, CONTROLS, SetPlan, TempoCurve, TrackAnalysis

ON_BEAT = 1e-3
STRETCH_LIMIT = 0.06
BEFORE_STEP_BEATS = 8.0
END_FADE_BEATS = 8.0


def check_plan(plan: SetPlan, analyses: Sequence[TrackAnalysis]) -> None:
    """Asserts the laws of a plan."""
    tracks = {a.track.id: a for a in analyses}
    used = [play.track_id for play in plan.plays]
    left = [track_id for track_id, _ in plan.left_out]
    assert sorted(used + left) == sorted(tracks)
    assert all(reason for _, reason in plan.left_out)
    assert [play.deck for play in plan.plays] == [("A", "B")[k % 2] for k in range(len(plan.plays))]
    _check_parts(plan, tracks)
    _check_transitions(plan, tracks)
    _check_stretch(plan, tracks)
    _check_controls(plan)
    _check_rest(plan)


def _check_parts(plan: SetPlan, tracks: dict[str, TrackAnalysis]) -> None:
    for play in plan.plays:
        assert play.track_to_beat > play.track_from_beat
        grid = tracks[play.track_id].beat_grid
        assert float(grid.time_at(play.track_from_beat)) >= -1e-6
        assert float(grid.time_at(play.track_to_beat)) <= tracks[play.track_id].track.duration_s + 1e-6
        assert play.reason
    for first, third in zip(plan.plays, plan.plays[2:], strict=False):
        assert third.mix_from_beat >= first.mix_to_beat - ON_BEAT, "a deck plays two tracks at once"
    assert abs(plan.end_beat - plan.plays[-1].mix_to_beat) < ON_BEAT


def _check_transitions(plan: SetPlan, tracks: dict[str, TrackAnalysis]) -> None:
    for t in plan.transitions:
        out, incoming = plan.plays[t.from_play], plan.plays[t.from_play + 1]
        a, b = tracks[out.track_id], tracks[incoming.track_id]
        assert t.reason
        assert abs(incoming.mix_from_beat - t.start_beat) < ON_BEAT
        assert t.start_beat - ON_BEAT <= t.swap_beat <= t.end_beat + ON_BEAT
        assert t.length_beats > 0
        if t.is_on_phrases:
            assert _is_phrase(b, float(incoming.track_beat_at(t.start_beat)))
            assert _is_phrase(a, float(out.track_beat_at(t.start_beat))) or _is_end(a, out.track_to_beat)
        assert t.fallback is None or LADDER[t.fallback] > LADDER[t.style]
        if t.style in STEPS:
            assert abs(out.mix_to_beat - t.start_beat) < ON_BEAT
        else:
            assert abs(out.mix_to_beat - t.end_beat) < ON_BEAT
            assert a.beat_grid.beats_per_bar == b.beat_grid.beats_per_bar
            assert a.beat_grid.beats_per_bar != 4 or t.length_beats % 16 == 0
            assert min(c for x in (a, b) for c in (x.confidence.grid, x.confidence.downbeat)) >= 0.3


def _is_phrase(analysis: TrackAnalysis, beat: float) -> bool:
    return bool(np.any(np.abs(analysis.phrases_beats - beat) < ON_BEAT))


def _is_end(analysis: TrackAnalysis, beat: float) -> bool:
    return not analysis.sections or beat <= analysis.sections[-1].end_beat + ON_BEAT


def _check_stretch(plan: SetPlan, tracks: dict[str, TrackAnalysis]) -> None:
    curve = TempoCurve(beats=plan.tempo_beats, bpm=plan.tempo_bpm)
    for play in plan.plays:
        analysis = tracks[play.track_id]
        beats = np.arange(play.mix_from_beat + 0.01, play.mix_to_beat - 0.01, 0.25)
        own = analysis.beat_grid.tempo_at(play.track_beat_at(beats)) / play.beat_ratio
        if analysis.is_constant_tempo:
            stretch = np.abs(curve.bpm_at(beats) / own - 1.0)
            assert stretch.max() <= STRETCH_LIMIT
            assert play.stretch == "time" or stretch.max() < 0.01


def _check_controls(plan: SetPlan) -> None:
    lanes = {(a.deck, a.control): a for a in plan.automation}
    assert len(lanes) == len(plan.automation)
    for (_, control), lane in lanes.items():
        assert control in CONTROLS
        assert lane.values.min() >= (-1.0 if control == "filter" else 0.0)
        assert lane.values.max() <= 1.0 + 1e-9
    for t in plan.transitions:
        if t.style in STEPS:
            continue
        out, incoming = (plan.plays[i].deck for i in (t.from_play, t.from_play + 1))
        assert lanes[incoming, "low"].at(t.swap_beat - 0.5 - ON_BEAT) == 0.0, "two basses before the swap"
        after = np.linspace(t.swap_beat, t.end_beat, 20)[:-1]
        assert lanes[out, "low"].at(after).max() == 0.0, "two basses after the swap"
        if t.style == "filter_sweep":
            assert lanes[out, "filter"].at(t.end_beat - ON_BEAT) > 0.3, "the filter does not close"
        _check_power(lanes, out, incoming, t.start_beat, t.end_beat)


def _check_rest(plan: SetPlan) -> None:
    """While a track plays alone, nothing holds any of it back."""
    lanes = {(a.deck, a.control): a for a in plan.automation}
    for k, play in enumerate(plan.plays):
        start, end = play.mix_from_beat, play.mix_to_beat
        if k:
            start = max(
                start,
                plan.transitions[k - 1].end_beat if plan.transitions[k - 1].style not in STEPS else start,
            )
        if k < len(plan.transitions):
            end = plan.transitions[k].start_beat - (
                BEFORE_STEP_BEATS if plan.transitions[k].style in STEPS else 0.0
            )
        else:
            end -= END_FADE_BEATS
        beats = np.linspace(start + ON_BEAT, end - ON_BEAT, 50) if end > start else np.zeros(0)
        for control in CONTROLS:
            if (play.deck, control) in lanes:
                values = lanes[play.deck, control].at(beats)
                assert np.allclose(values, CONTROL_REST[control], atol=1e-6), f"{control} of play {k}"


def _check_power(lanes: dict, out: str, incoming: str, start: float, end: float) -> None:  # type: ignore[type-arg]
    beats = np.linspace(start + ON_BEAT, end - ON_BEAT, 200)
    for band in ("mid", "high"):
        power = sum((lanes[d, "fader"].at(beats) * lanes[d, band].at(beats)) ** 2 for d in (out, incoming))
        assert np.abs(power - 1.0).max() < 0.03, "the fade is not equal-power"
