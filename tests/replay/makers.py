"""A small made-up performance: boxes for robots, clicks for music, everything that a page needs."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import soundfile

from temirbek.types import (
    Accent,
    Automation,
    BeatGrid,
    Choreography,
    Desk,
    DeskControl,
    ExecutedMotion,
    Figure,
    FigureBody,
    FigureMesh,
    Mix,
    MixSection,
    Performer,
    Play,
    Section,
    SetPlan,
    Stage,
    Track,
    Transition,
)

TEMPO_BPM = 120.0
RATE_HZ = 500.0
CLICK_S = 0.25
"""The first beat of the made mix [s]."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Made:
    """A made-up show; ``arguments`` are those of ``write_page``, less folder and template."""

    mix: Mix
    choreography: Choreography
    executed: Mapping[str, ExecutedMotion]
    figures: Mapping[str, Figure]

    @property
    def arguments(self) -> dict[str, Any]:
        return {
            "title": "Сынақ",
            "mix": self.mix,
            "choreography": self.choreography,
            "executed": self.executed,
            "figures": self.figures,
            "stage": make_stage(),
            "report": make_report(self.mix, self.choreography),
        }


def make_show(folder: Path, n_bars: int) -> Made:
    """Everything that a page shows; the mix's sound is written into ``folder``."""
    mix = make_mix(folder, n_bars)
    choreography = make_choreography(mix)
    executed = {p.id: make_motion(p, mix.duration_s) for p in choreography.performers}
    return Made(
        mix=mix,
        choreography=choreography,
        executed=executed,
        figures={"g1": make_figure(), "go2": make_figure()},
    )


def make_stage() -> Stage:
    """A riser with a desk on it, behind the middle of the stage."""
    controls = {}
    for deck, y in (("A", 0.12), ("B", -0.12)):
        controls[f"fader_{deck}"] = DeskControl(
            position_m=(-1.72, y / 2, 1.23), travel_m=(-0.1, 0, 0), kind="fader"
        )
        controls[f"platter_{deck}"] = DeskControl(position_m=(-1.7, y * 3.2, 1.23), kind="platter")
        for step, name in enumerate(("low", "mid", "high", "filter")):
            controls[f"{name}_{deck}"] = DeskControl(position_m=(-1.6 + 0.05 * step, y / 2, 1.23))
    desk = Desk(center_m=(-1.65, 0.0, 1.2), size_m=(0.5, 1.3, 0.06), controls=controls)
    return Stage(half_extent_m=(3.0, 4.0), riser_m=(-2.0, 0.0, 0.9, 1.5, 0.4), desk=desk)


def make_cast() -> tuple[Performer, ...]:
    """Two dancers, the DJ and the animal."""
    return (
        Performer(id="sky", name="Көк", robot="g1", role="dancer", mark_m=(0.6, 0.9), accent_color="#00AFCA"),
        Performer(
            id="gold", name="Алтын", robot="g1", role="dancer", mark_m=(0.6, -0.9), accent_color="#FEC50C"
        ),
        Performer(
            id="temirbek", name="Темірбек", robot="g1", role="dj", mark_m=(-2.05, 0.0), accent_color="#E8F1F2"
        ),
        Performer(
            id="adilet",
            name="Әділет",
            robot="go2",
            role="animal",
            mark_m=(0.3, 2.4),
            facing_rad=-0.3,
            accent_color="#B9C6D0",
        ),
    )


def make_figure() -> Figure:
    """A box that nods: a base and one hinged head."""
    corners = np.array([[x, y, z] for x in (-1, 1) for y in (-1, 1) for z in (-1, 1)], dtype=float)
    faces = np.array(
        [
            [0, 1, 3],
            [0, 3, 2],
            [4, 6, 7],
            [4, 7, 5],
            [0, 4, 5],
            [0, 5, 1],
            [2, 3, 7],
            [2, 7, 6],
            [0, 2, 6],
            [0, 6, 4],
            [1, 5, 7],
            [1, 7, 3],
        ]
    )
    return Figure(
        bodies=(
            FigureBody(name="pelvis", parent=-1, position_m=(0, 0, 0), quat_wxyz=(1, 0, 0, 0)),
            FigureBody(
                name="head_link",
                parent=0,
                position_m=(0, 0, 0.35),
                quat_wxyz=(1, 0, 0, 0),
                joint="nod",
                axis=(0, 1, 0),
            ),
        ),
        meshes=(
            FigureMesh(
                body=0, vertices_m=corners * (0.12, 0.2, 0.35), triangles=faces, rgba=(0.7, 0.7, 0.7, 1)
            ),
            FigureMesh(
                body=1,
                vertices_m=corners * (0.1, 0.1, 0.12) + (0, 0, 0.12),
                triangles=faces,
                rgba=(0.2, 0.2, 0.2, 1),
            ),
        ),
    )


def make_motion(performer: Performer, duration_s: float) -> ExecutedMotion:
    """Bobs and nods once a beat."""
    n = int(duration_s * RATE_HZ)
    beat = (np.arange(n) / RATE_HZ - CLICK_S) * TEMPO_BPM / 60
    qpos = np.zeros((n, 8))
    qpos[:, :2] = performer.mark_m
    qpos[:, 2] = (0.8 if performer.role == "dj" else 0.4) + 0.03 * np.cos(2 * np.pi * beat)
    half = performer.facing_rad / 2 + 0.2 * np.sin(np.pi * beat / 2)
    qpos[:, 3], qpos[:, 6] = np.cos(half), np.sin(half)
    qpos[:, 7] = 0.3 * np.sin(np.pi * beat)
    return executed(performer, qpos, ("nod",))


def executed(performer: Performer, qpos: Any, joint_names: tuple[str, ...]) -> ExecutedMotion:
    """Executed motion of which only the poses matter."""
    n = len(qpos)
    return ExecutedMotion(
        performer=performer.id,
        robot=performer.robot,
        start_s=0.0,
        rate_hz=RATE_HZ,
        joint_names=joint_names,
        qpos=qpos,
        key_point_names=("pelvis",),
        key_point_parts=("pelvis",),
        key_points_m=qpos[:, None, :3],
        torque_share=np.zeros(n),
        torque_share_peak=np.zeros(len(joint_names)),
        joint_error_rad=np.zeros(n),
        cop_margin_m=np.full(n, 0.05),
        foot_force_n=np.zeros((n, 2)),
        self_collisions=0,
        collision_pairs=(),
        fell_at_s=None,
        guard_interventions=0,
        solver_failures=0,
    )


def make_mix(folder: Path, n_bars: int = 16) -> Mix:
    """Clicks on the beats of two made-up tracks, with one transition between them."""
    beats = 4 * n_bars
    beats_s = CLICK_S + np.arange(beats + 1) * 60 / TEMPO_BPM
    duration_s = float(beats_s[-1] + 1.0)
    sound = _clicks(beats_s, duration_s)
    path = folder / "mix.flac"
    soundfile.write(path, sound.T, 48000)
    tracks = tuple(
        Track(
            id=name,
            path=Path(f"{name}.wav"),
            title=title,
            artist="Музыкалық қорап",
            duration_s=duration_s,
            sample_rate_hz=48000,
            channels=2,
        )
        for name, title in (("a", "Қызғалдақ"), ("b", "Самал"))
    )
    half = beats / 2
    fade = (half - 8, half + 8)
    plan = SetPlan(
        plays=(
            Play(
                track_id="a",
                deck="A",
                track_from_beat=0,
                track_to_beat=half + 8,
                mix_from_beat=0,
                gain_db=0,
                reason="opens: lowest energy",
            ),
            Play(
                track_id="b",
                deck="B",
                track_from_beat=0,
                track_to_beat=half + 8,
                mix_from_beat=half - 8,
                gain_db=0,
                reason="same key, 0 % tempo",
            ),
        ),
        transitions=(
            Transition(
                from_play=0,
                start_beat=fade[0],
                length_beats=16,
                swap_beat=half,
                style="blend",
                reason="outro over intro, keys agree (8A → 8A)",
                is_on_phrases=True,
            ),
        ),
        automation=(
            Automation(deck="A", control="fader", beats=[0, half, fade[1]], values=[1, 1, 0]),
            Automation(deck="B", control="fader", beats=[0, fade[0], half], values=[0, 0, 1]),
            Automation(deck="A", control="low", beats=[0, half - 0.25, half], values=[1, 1, 0]),
            Automation(deck="B", control="low", beats=[0, half - 0.25, half], values=[0, 0, 1]),
            Automation(deck="B", control="filter", beats=[fade[0], half], values=[0.6, 0]),
        ),
        tempo_beats=[0],
        tempo_bpm=[TEMPO_BPM],
        end_beat=beats,
        seed=1,
    )
    return Mix(
        audio_path=path,
        sample_rate_hz=48000,
        duration_s=duration_s,
        beat_grid=BeatGrid(beats_s=beats_s),
        plan=plan,
        tracks=tracks,
        sections=_sections(beats),
        phrases_beats=np.arange(0, beats, 32 if beats > 128 else 16, dtype=float),
        energy=np.linspace(0.3, 0.9, n_bars),
        loudness_lufs=-14.0,
        true_peak_dbtp=-1.2,
        waveforms=_waveforms(sound, plan, beats_s, duration_s),
    )


def make_choreography(mix: Mix) -> Choreography:
    """An accent on every second beat for everybody."""
    accents = tuple(Accent(beat=float(b)) for b in range(0, mix.beat_grid.n_beats - 1, 2))
    cast = make_cast()
    return Choreography(performers=cast, calls=(), accents={p.id: accents for p in cast})


def make_report(mix: Mix, choreography: Choreography) -> dict[str, Any]:
    """Measures in the shape of ``report.json``, with made-up errors."""
    rng = np.random.default_rng(7)
    performers = []
    for performer in choreography.performers:
        planned_s = mix.beat_grid.time_at([a.beat for a in choreography.accents[performer.id]])
        whole = _beat_errors(planned_s, np.round(rng.normal(1.5, 4.0, len(planned_s)), 2))
        performers.append(
            {
                "performer": performer.id,
                "name": performer.name,
                "role": performer.role,
                "at_accents": [whole],
                "at_beats": [whole],
                "accents_per_bar": 2.0,
                "fell_at_s": None,
                "cop_margin_p5_m": 0.021,
                "torque_share_peak": 0.71,
                "torque_peak_joint": "nod",
                "joint_error_rms_rad": 0.011,
                "self_collisions": 0,
                "guard_interventions": 0,
            }
        )
    apart = np.array(performers[0]["at_accents"][0]["error_ms"]) - performers[1]["at_accents"][0]["error_ms"]
    return {
        "format": 1,
        "title": "Сынақ",
        "in_words": ["The dancers hit the beat within 4 ms on average."],
        "figures": [],
        "mix": {
            "integrated_lufs": mix.loudness_lufs,
            "true_peak_dbtp": mix.true_peak_dbtp,
            "transitions": [],
        },
        "together": [
            {
                "performers": ["sky", "gold"],
                "planned_s": performers[0]["at_accents"][0]["planned_s"],
                "difference_ms": np.round(apart, 2).tolist(),
                "mean_ms": float(np.abs(apart).mean()),
                "p95_ms": float(np.percentile(np.abs(apart), 95)),
            }
        ],
        "performers": performers,
    }


def _beat_errors(planned_s: Any, errors_ms: Any) -> dict[str, Any]:
    return {
        "part": "whole",
        "count": len(planned_s),
        "coverage": 1.0,
        "mean_ms": float(np.abs(errors_ms).mean()),
        "median_ms": float(np.median(np.abs(errors_ms))),
        "p95_ms": float(np.percentile(np.abs(errors_ms), 95)),
        "bias_ms": float(np.median(errors_ms)),
        "planned_s": planned_s.tolist(),
        "error_ms": errors_ms.tolist(),
    }


def _sections(beats: int) -> tuple[MixSection, ...]:
    labels = ("intro", "build", "drop", "break", "build", "drop", "outro", "outro")
    edges = np.linspace(0, beats, len(labels) + 1)
    energy = (0.25, 0.55, 0.95, 0.3, 0.6, 1.0, 0.4, 0.2)
    return tuple(
        MixSection(
            section=Section(start_beat=float(a), end_beat=float(b), label=label, energy=e),
            track_id="a" if b <= beats / 2 else "b",
        )
        for a, b, label, e in zip(edges[:-1], edges[1:], labels, energy, strict=True)
    )


def _clicks(beats_s: Any, duration_s: float) -> Any:
    sound = np.zeros((2, int(duration_s * 48000)), dtype=np.float32)
    t = np.arange(4800) / 48000
    click = (0.6 * np.sin(2 * np.pi * (60 + 90 * np.exp(-t * 60)) * t) * np.exp(-t * 25)).astype(np.float32)
    for start in (beats_s[:-1] * 48000).astype(int):
        sound[:, start : start + len(click)] += click
    return sound


def _waveforms(sound: Any, plan: SetPlan, beats_s: Any, duration_s: float) -> Any:
    m = int(duration_s * 50)
    peaks = np.abs(sound[0, : m * 960]).reshape(m, 960).max(axis=1)
    beat = np.interp(np.arange(m) / 50, beats_s, np.arange(len(beats_s)))
    gain = {c.deck: c.at(beat) for c in plan.automation if c.control == "fader"}
    return np.stack([peaks * gain["A"], peaks * gain["B"], peaks])
