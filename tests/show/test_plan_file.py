"""An edited plan: what can be played is read as it stands, what cannot is named with its place, all at once."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from temirbek.errors import InvalidInput
from temirbek.show import PLAN_FILE_KEYS, plan_from_text, plan_schema, plan_track_ids
from temirbek.types import (
    CONTROLS,
    TRANSITION_STYLES,
    Automation,
    BeatGrid,
    Confidence,
    Control,
    Key,
    KeyEstimate,
    Loop,
    Play,
    SetPlan,
    Track,
    TrackAnalysis,
    Transition,
)

N_BEATS = 400


def made_track(name: str, tempo_bpm: float) -> TrackAnalysis:
    """A track of :data:`N_BEATS` beats, the first at 0 s, and 0.2 s more."""
    beats_s = np.arange(N_BEATS) * 60.0 / tempo_bpm
    key = Key(tonic=0, mode="major")
    n_bars = N_BEATS // 4
    return TrackAnalysis(
        track=Track(
            id=name * 8,
            path=Path(f"{name}.flac"),
            title=name,
            duration_s=float(beats_s[-1]) + 0.2,
            sample_rate_hz=44100,
            channels=2,
        ),
        beat_grid=BeatGrid(beats_s=beats_s),
        is_constant_tempo=True,
        key=KeyEstimate(best=key, second=key, confidence=1.0),
        sections=(),
        phrases_beats=np.arange(0, N_BEATS, 32, dtype=float),
        energy=np.ones(n_bars),
        band_energy=np.ones((n_bars, 3)),
        loudness_lufs=-12.0,
        true_peak_dbtp=-1.0,
        confidence=Confidence(grid=1, downbeat=1, phrase=1, sections=1),
        waveform=np.zeros(4),
    )


TRACKS = {
    a.track.id: a for a in (made_track("ash", 120.0), made_track("birch", 124.0), made_track("cedar", 122.0))
}
NAMES = {track_id: a.track.path.name for track_id, a in TRACKS.items()}


def document_of(plan: SetPlan) -> dict[str, Any]:
    """A plan in the form of ``plan.json``, without what is there for reading only."""
    return {
        "format": 1,
        "seed": plan.seed,
        "end_beat": plan.end_beat,
        "plays": [
            {
                "track_id": p.track_id,
                "deck": p.deck,
                "track_from_beat": p.track_from_beat,
                "track_to_beat": p.track_to_beat,
                "mix_from_beat": p.mix_from_beat,
                "beat_ratio": p.beat_ratio,
                "gain_db": p.gain_db,
                "stretch": p.stretch,
                "reason": p.reason,
                "loops": [
                    {"start_beat": x.start_beat, "length_beats": x.length_beats, "times": x.times}
                    for x in p.loops
                ],
                "nudge": [list(point) for point in p.nudge],
            }
            for p in plan.plays
        ],
        "transitions": [
            {
                "from_play": t.from_play,
                "start_beat": t.start_beat,
                "length_beats": t.length_beats,
                "swap_beat": t.swap_beat,
                "style": t.style,
                "reason": t.reason,
                "is_on_phrases": t.is_on_phrases,
                "fallback": t.fallback,
            }
            for t in plan.transitions
        ],
        "automation": [
            {"deck": a.deck, "control": a.control, "beats": a.beats.tolist(), "values": a.values.tolist()}
            for a in plan.automation
        ],
        "tempo": {"beats": plan.tempo_beats.tolist(), "bpm": plan.tempo_bpm.tolist()},
        "left_out": [{"track_id": track_id, "reason": reason} for track_id, reason in plan.left_out],
    }


def three_plays() -> SetPlan:
    """Three tracks, two blends, one control."""
    ids = list(TRACKS)
    starts = (0.0, 96.0, 192.0)
    return SetPlan(
        plays=tuple(
            Play(
                track_id=ids[k],
                deck="AB"[k % 2],  # type: ignore[arg-type]
                track_from_beat=32.0,
                track_to_beat=160.0,
                mix_from_beat=start,
                gain_db=-2.0,
            )
            for k, start in enumerate(starts)
        ),
        transitions=tuple(
            Transition(
                from_play=k,
                start_beat=starts[k + 1],
                length_beats=32.0,
                swap_beat=starts[k + 1] + 16.0,
                style="blend",
                reason="they fit",
                is_on_phrases=True,
            )
            for k in range(2)
        ),
        automation=(
            Automation(deck="A", control="fader", beats=np.array([96.0, 128.0]), values=np.array([1.0, 0.0])),
        ),
        tempo_beats=np.array([0.0, 300.0]),
        tempo_bpm=np.array([121.0, 123.0]),
        end_beat=320.0,
        seed=4,
        left_out=(("d" * 8, "no time for it"),),
    )


def read(document: dict[str, Any]) -> SetPlan:
    text = json.dumps(document, ensure_ascii=False)
    return plan_from_text(text, where="plan.json", tracks=TRACKS, known=NAMES).plan


def notes(document: dict[str, Any]) -> tuple[str, ...]:
    return plan_from_text(json.dumps(document), where="plan.json", tracks=TRACKS, known=NAMES).notes


def faults(change: Callable[[dict[str, Any]], object]) -> str:
    """What is said of the plan of three plays after a change."""
    document = document_of(three_plays())
    change(document)
    with pytest.raises(InvalidInput) as caught:
        read(document)
    return str(caught.value)


def same(one: SetPlan, two: SetPlan) -> bool:
    """Plans hold arrays, which are compared here number by number."""
    return document_of(one) == document_of(two)


@st.composite
def plans(draw: st.DrawFn) -> SetPlan:
    """Sets that can be played: any tracks, loops, nudges, ratios, styles and controls."""
    n_plays = draw(st.integers(1, 4))
    share = st.floats(0.0, 1.0, allow_nan=False)
    plays, transitions = [], []
    start = -draw(st.floats(0.0, 4.0))
    for k in range(n_plays):
        ratio = 1.0
        begin = draw(st.floats(0.0, 100.0))
        length = draw(st.floats(64.0, 200.0))
        loops: tuple[Loop, ...] = ()
        if draw(st.booleans()):
            at = begin + draw(st.floats(1.0, 30.0))
            loops = (
                Loop(
                    start_beat=at,
                    length_beats=draw(st.sampled_from([1.0, 4.0, 16.0])),
                    times=draw(st.integers(1, 4)),
                ),
            )
        nudge = tuple(
            sorted(draw(st.lists(st.tuples(st.floats(-5, 500), st.floats(-0.05, 0.05)), max_size=3)))
        )
        play = Play(
            track_id=draw(st.sampled_from(list(TRACKS))),
            deck="AB"[k % 2],  # type: ignore[arg-type]
            track_from_beat=begin,
            track_to_beat=begin + length,
            mix_from_beat=start,
            beat_ratio=ratio,
            gain_db=draw(st.floats(-15, 15)),
            stretch=draw(st.sampled_from(["time", "varispeed"])),
            reason=draw(st.text(max_size=20)),
            loops=loops,
            nudge=nudge,
        )
        if plays:
            overlap = plays[-1].mix_to_beat - start
            transitions.append(
                Transition(
                    from_play=k - 1,
                    start_beat=start,
                    length_beats=overlap,
                    swap_beat=start + overlap * draw(share) * 0.999,
                    style=draw(st.sampled_from(TRANSITION_STYLES)),
                    reason=draw(st.text(max_size=20)),
                    is_on_phrases=draw(st.booleans()),
                    fallback=draw(st.sampled_from([None, *TRANSITION_STYLES])),
                )
            )
        plays.append(play)
        start = play.mix_to_beat - draw(st.floats(0.0, 30.0))
    lanes: list[Automation] = []
    lane_kinds: list[tuple[str, Control]] = [(deck, control) for deck in "AB" for control in CONTROLS]
    for deck, control in draw(st.lists(st.sampled_from(lane_kinds), unique=True, max_size=4)):
        beats = sorted(draw(st.lists(st.floats(-4, 500), min_size=1, max_size=5)))
        low = -1.0 if control == "filter" else 0.0
        values = [draw(st.floats(low, 1.0)) for _ in beats]
        lanes.append(Automation(deck=deck, control=control, beats=np.array(beats), values=np.array(values)))  # type: ignore[arg-type]
    tempo_beats = sorted(draw(st.lists(st.floats(0, 500), min_size=1, max_size=4, unique=True)))
    return SetPlan(
        plays=tuple(plays),
        transitions=tuple(transitions),
        automation=tuple(lanes),
        tempo_beats=np.array(tempo_beats),
        tempo_bpm=np.array([draw(st.floats(110, 135)) for _ in tempo_beats]),
        end_beat=plays[-1].mix_to_beat,
        seed=draw(st.integers(0, 2**32 - 1)),
    )


@settings(max_examples=60)
@given(plans())
def test_a_plan_returns_from_its_document_to_the_bit(plan: SetPlan) -> None:
    assert same(read(document_of(plan)), plan)


def test_a_hand_may_leave_out_what_has_a_default() -> None:
    document = document_of(three_plays())
    for play in document["plays"]:
        for name in ("beat_ratio", "stretch", "reason", "loops", "nudge"):
            del play[name]
    del document["seed"], document["left_out"]
    assert read(document).plays == three_plays().plays


def test_the_tracks_of_a_plan_are_known_before_it_is_checked() -> None:
    document = document_of(three_plays())
    document["plays"][1]["deck"] = "C"
    assert plan_track_ids(json.dumps(document), where="x") == tuple(TRACKS)
    assert plan_track_ids('{"plays": 3}', where="x") == ()


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda d: d["plays"][2].update(track_to_beat=999), "plays[2].track_to_beat: 999 lies after the track's end (399.4)"),
        (lambda d: d["plays"][0].update(track_from_beat=-3), "plays[0].track_from_beat: -3 lies before the track's beginning (0)"),
        (lambda d: d["plays"][0].update(track_to_beat=20), "plays[0].track_to_beat: 20 does not come after track_from_beat (32)"),
        (lambda d: d["plays"][1].update(dek="A"), "plays[1].dek: no such key; did you mean 'deck'?"),
        (lambda d: d["plays"][1].update(deck="A"), "plays[1].deck: 'A', as plays[0]; consecutive plays alternate"),
        (lambda d: d["plays"][1].pop("gain_db"), "plays[1].gain_db: is missing"),
        (lambda d: d["plays"][1].update(gain_db="loud"), "plays[1].gain_db: 'loud': input should be a valid number"),
        (lambda d: d["plays"][1].update(beat_ratio=1.5), "plays[1].beat_ratio: 1.5: expected 0.5, 1 or 2"),
        (lambda d: d["plays"][1].update(beat_ratio=2), "plays[1]: at 12"),
        (lambda d: d["plays"][1].update(track_id="birhbirch", file="birch.flac"), "birch.flac has the id 'birchbirch"),
        (lambda d: d["plays"][2].update(mix_from_beat=100.0), "deck A plays plays[0] until 128"),
        (lambda d: d["plays"][2].update(mix_from_beat=240.0), "plays[1] ends at 224, silence would lie between"),
        (lambda d: d["plays"][0].update(mix_from_beat=8.0), "the set would begin with silence"),
        (lambda d: d["plays"][1].update(loops=[{"start_beat": 150, "length_beats": 16, "times": 1}]), "plays[1].loops[0]: ends at beat 166"),
        (lambda d: d["plays"][1].update(loops=[{"start_beat": 50, "length_beats": 16, "times": 0}]), "plays[1].loops[0].times: 0"),
        (lambda d: d["plays"][1].update(nudge=[[120, 0.01], [100, 0.01]]), "plays[1].nudge: its points are not in order"),
        (lambda d: d["plays"][1].update(nudge=[[120, 3.0]]), "plays[1].nudge[0][1]: 3.0"),
        (lambda d: d["transitions"].pop(), "transitions: 1 for 3 plays; expected 2"),
        (lambda d: d["transitions"][0].update(style="blnd"), "transitions[0].style: 'blnd': input should be 'blend'"),
        (lambda d: d["transitions"][1].update(from_play=0), "transitions[1].from_play: 0; expected 1"),
        (lambda d: d["transitions"][0].update(swap_beat=90.0), "transitions[0].swap_beat: 90 lies outside the transition (96 to 128)"),
        (lambda d: d["transitions"][0].update(start_beat=130.0, swap_beat=140.0), "after the end of plays[0] (128)"),
        (lambda d: d["automation"][0].update(beats=[128.0, 96.0]), "automation[0].beats[1]: 96 comes before beats[0] (128)"),
        (lambda d: d["automation"][0].update(values=[1.0]), "automation[0].values: 1 for 2 beats"),
        (lambda d: d["automation"][0].update(values=[1.0, 1.2]), "automation[0].values[1]: 1.2; fader goes from 0 to 1"),
        (lambda d: d["automation"].append(d["automation"][0]), "the fader of deck A is told twice, in automation[0] too"),
        (lambda d: d["tempo"].update(beats=[0, 0]), "tempo.beats[1]: 0 does not come after beats[0] (0)"),
        (lambda d: d["tempo"].update(bpm=[121, 1000]), "tempo.bpm[1]: 1000"),
        (lambda d: d["tempo"].update(bpm=[121, 240]), "times as fast; mend tempo.bpm or beat_ratio"),
        (lambda d: d.update(end_beat=500), "end_beat: 500 lies after the end of the last play (320)"),
        (lambda d: d.update(end_beat=float("nan")), "end_beat: nan"),
        (lambda d: d.update(end_beat=10**400), "end_beat: "),
        (lambda d: d.update(end_beat=True), "end_beat: True: input should be a valid number"),
        (lambda d: d["plays"][1].update(gain_db="3"), "plays[1].gain_db: '3': input should be a valid number"),
        (lambda d: d["automation"][0].update(beats=[0, 1e308]), "automation[0].beats[1]: 1e+308: input should be less"),
        (lambda d: d.update(plays=[]), "plays: list should have at least 1 item"),
        (lambda d: d.update(format=2), "format: 2: input should be 1"),
        (lambda d: d.update(play=[]), "play: no such key; did you mean 'plays'?"),
    ],
)  # fmt: skip
def test_each_fault_is_named_with_its_place(change: Callable[[dict[str, Any]], object], said: str) -> None:
    assert said in faults(change)


def test_all_faults_are_named_at_once() -> None:
    def spoil(document: dict[str, Any]) -> None:
        document["plays"][0]["track_to_beat"] = 999
        document["plays"][1]["dek"] = "A"
        document["transitions"][1]["swap_beat"] = 5
        document["tempo"]["bpm"] = [121]

    told = faults(spoil)
    assert "plan.json: " in told
    for part in ("plays[0].track_to_beat", "plays[1].dek", "transitions[1].swap_beat", "tempo.bpm: 1 for 2"):
        assert part in told


def test_seconds_that_no_longer_fit_are_noted_and_change_nothing() -> None:
    document = document_of(three_plays())
    assert notes(document) == ()
    document["plays"][0].update(title="ash", file="ash.flac", track_from_s=16.0, mix_to_beat=128.0)
    assert notes(document) == ()
    document["plays"][0].update(track_from_s=17.0)
    document["transitions"][1].update(start_s=3.0)
    (note,) = notes(document)
    assert "plays[0].track_from_s (17, is 16)" in note
    assert "transitions[1].start_s (3, is " in note
    assert same(read(document), three_plays())


@pytest.mark.parametrize("text", ["", "[]", "{", "3", "null"])
def test_what_is_no_plan_is_refused(text: str) -> None:
    with pytest.raises(InvalidInput, match=r"^plan\.json: not "):
        plan_from_text(text, where="plan.json", tracks=TRACKS, known=NAMES)


def test_the_schema_knows_every_key_and_no_other() -> None:
    schema = plan_schema()
    parts = {"PlanModel": schema, **schema["$defs"]}
    listed = {name for part in parts.values() for name in part["properties"]}
    assert listed == {key for keys in PLAN_FILE_KEYS.values() for key in keys}
    assert all(part["additionalProperties"] is False for part in parts.values())
    json.dumps(schema, allow_nan=False)


ODD = (
    None,
    True,
    -1,
    0,
    2,
    0.5,
    1e308,
    float("nan"),
    10**400,
    "",
    "A",
    "blend",
    [],
    {},
    [[]],
    [1, 2, 3],
    {"a": 1},
)


def places_in(value: object, place: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """Every place in a document but the top."""
    inside = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    below = [deeper for name, part in inside for deeper in places_in(part, (*place, name))]
    return [place, *below] if place else below


@settings(max_examples=200)
@given(st.data())
def test_whatever_stands_in_a_plan_it_is_read_or_refused(data: st.DataObject) -> None:
    document = document_of(three_plays())
    document["plays"][1].update(loops=[{"start_beat": 50, "length_beats": 4, "times": 2}], nudge=[[9, 0.01]])
    *path, last = data.draw(st.sampled_from(places_in(document)))
    around = document
    for name in path:
        around = around[name]
    around[last] = data.draw(st.sampled_from(ODD))
    try:
        read(document)
    except InvalidInput as error:
        assert "fault(s)" in str(error)
