"""What is said of an analysis: one JSON object, or one line."""

from typing import Any

from temirbek.types import TrackAnalysis


def analysis_json(analysis: TrackAnalysis) -> dict[str, Any]:
    """One recording as `temirbek analyze --json` tells it; times in track seconds."""
    grid, key = analysis.beat_grid, analysis.key
    return {
        "file": str(analysis.track.path),
        "title": analysis.track.title,
        "duration_s": analysis.track.duration_s,
        "tempo_bpm": grid.tempo_bpm,
        "is_constant_tempo": analysis.is_constant_tempo,
        "beats_per_bar": grid.beats_per_bar,
        "beats_s": [round(t, 6) for t in grid.beats_s.tolist()],
        "downbeats_s": [round(t, 6) for t in grid.downbeats_s.tolist()],
        "phrases_s": [round(t, 6) for t in grid.time_at(analysis.phrases_beats).tolist()],
        "key": key.best.name,
        "key_camelot": key.best.camelot,
        "key_second": key.second.name,
        "tuning_cents": key.tuning_cents,
        "sections": [
            {
                "start_s": round(float(grid.time_at(s.start_beat)), 6),
                "end_s": round(float(grid.time_at(s.end_beat)), 6),
                "label": s.label,
                "energy": s.energy,
                "confidence": s.confidence,
            }
            for s in analysis.sections
        ],
        "energy": analysis.energy.tolist(),
        "loudness_lufs": analysis.loudness_lufs,
        "true_peak_dbtp": analysis.true_peak_dbtp,
        "confidence": analysis.confidence.grid,
        "confidences": {
            "grid": analysis.confidence.grid,
            "downbeat": analysis.confidence.downbeat,
            "phrase": analysis.confidence.phrase,
            "sections": analysis.confidence.sections,
            "key": key.confidence,
        },
        "notes": list(analysis.notes),
    }


def analysis_line(analysis: TrackAnalysis) -> str:
    """One recording in one line for people."""
    grid = analysis.beat_grid
    tempo = f"{grid.tempo_bpm:.2f} BPM" + ("" if analysis.is_constant_tempo else " (varies)")
    sections = " ".join(f"{s.label}@{float(grid.time_at(s.start_beat)):.1f}" for s in analysis.sections)
    notes = "".join(f"; {note}" for note in analysis.notes)
    return (
        f"{analysis.track.path.name}: {tempo}, {grid.beats_per_bar}/4, {analysis.key.best.name} "
        f"({analysis.key.best.camelot}), {analysis.loudness_lufs:.1f} LUFS, confidence {analysis.confidence.grid:.2f}; "
        f"{sections}{notes}"
    )
